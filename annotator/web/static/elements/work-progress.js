// How far the work is: answered, still open, today. Counts along between two looks at the server.
customElements.define("work-progress", class extends HTMLElement {
  #counts = null

  show(counts) {
    this.#counts = counts
    this.#draw()
  }

  answered(by) {
    if (!this.#counts) return
    const { answered, open, today } = this.#counts
    this.show({ answered: answered + by, open: Math.max(0, open - by), today: Math.max(0, today + by) })
  }

  #draw() {
    const { answered, open, today } = this.#counts
    const bar = this.querySelector("progress")
    bar.max = Math.max(answered + open, 1)
    bar.value = answered
    for (const part of this.querySelectorAll("[data-count]")) part.textContent = this.#counts[part.dataset.count]
    this.hidden = false
  }
})
