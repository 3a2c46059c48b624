// The answer where holder and target are fixed: one label, pressed once. Its buttons carry data-label.
// The seat calls ask, mark, undo and reads marks; fires "marks" and "answer" {stances}.
import { chip, chipTemplates } from "../lib/chips.js"

customElements.define("label-choice", class extends HTMLElement {
  #rationales = []
  #past = []

  connectedCallback() {
    this.templates = chipTemplates(this)
    this.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-choice]")
      if (button) this.#answer(button.dataset.label)
    })
  }

  ready() {}

  ask(item, answer) {
    const before = answer?.stances?.[0]
    this.#rationales = structuredClone(before?.rationales ?? [])
    this.#past = []
    for (const button of this.querySelectorAll("[data-choice]")) {
      button.ariaPressed = String(button.dataset.label === before?.label)
    }
    this.#draw()
  }

  mark(role, span) {
    if (role !== "rationale") return
    const rest = this.#rationales.filter(([start, end]) => start !== span[0] || end !== span[1])
    this.#change(rest.length < this.#rationales.length ? rest : [...rest, span])
  }

  undo() {
    const past = this.#past.pop()
    if (past) this.#rationales = past
    this.#draw()
    return Boolean(past)
  }

  get marks() { return this.#rationales.map(([start, end]) => ({ start, end, role: "rationale" })) }

  #change(rationales) {
    this.#past.push(this.#rationales)
    this.#rationales = rationales
    this.#draw()
  }

  #draw() {
    this.querySelector("[data-chips]").replaceChildren(...this.#rationales.map((span) => chip(
      this.templates.rationale,
      { role: "rationale", quote: this.passage.quote(span), remove: () => this.mark("rationale", span) })))
    this.dispatchEvent(new Event("marks"))
  }

  #answer(label) {
    const stance = this.#rationales.length ? { label, rationales: this.#rationales } : { label }
    this.dispatchEvent(new CustomEvent("answer", { detail: { stances: [stance] } }))
  }
})
