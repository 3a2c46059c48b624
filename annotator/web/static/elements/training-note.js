// The expected answer to a training item beside the person's own, one item after the other.
import { Telling } from "../lib/telling.js"

customElements.define("training-note", class extends HTMLElement {
  #waiting = []

  connectedCallback() {
    this.seat = document.querySelector("annotation-seat")
    this.sheet = this.closest("dialog")
    this.sheet.addEventListener("close", () => this.#next())
  }

  add(entry, expected) {
    this.#waiting.push({ entry, expected })
    if (!this.sheet.open) this.#next()
  }

  #next() {
    const next = this.#waiting.shift()
    if (!next) return
    const { entry: { item: id, body }, expected } = next
    const item = this.seat.steps.of(id)?.item
    this.telling ??= new Telling(this)
    for (const part of this.querySelectorAll("[data-met]")) part.hidden = part.dataset.met !== String(expected.met)
    this.querySelector("[data-text]").textContent = item?.segment.text ?? id
    this.#fill("mine", body, item)
    this.#fill("expected", expected, item)
    const explanation = this.querySelector("[data-explanation]")
    explanation.textContent = expected.explanation ?? ""
    explanation.hidden = !expected.explanation
    this.sheet.showModal()
  }

  #fill(which, answer, item) {
    this.querySelector(`[data-version=${which}] [data-lines]`).replaceChildren(...this.telling.lines(answer, item))
  }
})
