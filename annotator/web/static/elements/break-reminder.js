// A quiet word between two items, once the person has worked for data-minutes without a break. It covers nothing,
// holds nothing up, and goes by itself after a break. Its page has it only where its person wants it.
const LATER = 10 * 60 // s

customElements.define("break-reminder", class extends HTMLElement {
  #due = 0 // s of work at which it speaks
  #before = 0

  connectedCallback() {
    this.#due = this.#limit
    const seat = this.closest("annotation-seat")
    seat.addEventListener("asked", () => this.#look(seat.activity?.worked ?? 0))
    this.addEventListener("click", ({ target }) => this.#press(target.closest("button")?.dataset.break))
  }

  get #limit() { return Number(this.dataset.minutes) * 60 }

  #look(worked) {
    if (worked < this.#before) { // a break was taken
      this.#due = this.#limit
      this.#speak("")
    }
    this.#before = worked
    if (worked >= this.#due) this.#speak(this.dataset.words.replace("{n}", Math.floor(worked / 60)))
  }

  #press(how) {
    if (!how) return
    this.#due = this.#before + (how === "later" ? LATER : this.#limit)
    this.#speak("")
    document.getElementById("main").focus({ preventScroll: true })
  }

  #speak(sentence) {
    const words = this.querySelector("[data-said]")
    const isSaid = Boolean(words.textContent)
    this.classList.toggle("is-speaking", Boolean(sentence))
    for (const button of this.querySelectorAll("button")) button.hidden = !sentence
    if (isSaid !== Boolean(sentence)) words.textContent = sentence // said once, not with every item
  }
})
