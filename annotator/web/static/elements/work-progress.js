// How far the work is: answered, still open, today. Its data-… say how far it was when the page was made; it counts
// along between two looks at the server.
const COUNTS = ["answered", "open", "today"]
const numbers = new Intl.NumberFormat(document.documentElement.lang)

customElements.define("work-progress", class extends HTMLElement {
  #counts = null
  #day = "" // of the counts: at midnight today begins anew

  connectedCallback() {
    this.#counts = Object.fromEntries(COUNTS.map((name) => [name, Number(this.dataset[name])]))
    this.#day = new Date().toDateString()
    this.answered(document.querySelector("annotation-seat").done)
  }

  show(counts) {
    this.#counts = counts
    this.#day = new Date().toDateString()
    this.#draw()
  }

  answered(by) {
    const { answered, open, today } = this.#counts
    const before = this.#day === new Date().toDateString() ? today : 0
    this.show({ answered: answered + by, open: Math.max(0, open - by), today: Math.max(0, before + by) })
  }

  #draw() {
    const { answered, open } = this.#counts
    const bar = this.querySelector("progress")
    bar.max = Math.max(answered + open, 1)
    bar.value = answered
    for (const part of this.querySelectorAll("[data-count]")) part.textContent = numbers.format(this.#counts[part.dataset.count])
  }
})
