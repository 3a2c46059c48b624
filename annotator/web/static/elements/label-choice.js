// The answer where holder and target are fixed: one label, pressed once. Its buttons carry data-label.
// The seat calls ask, mark, undo and reads marks; fires "marks" and "answer" {stances}. The label ends the item, so
// rationales and details are set before it.
import { load } from "../lib/api.js"
import { chip, chipTemplates, detailChips } from "../lib/chips.js"

const loaded = () => load(import.meta.resolve("./stance-details.js"))

customElements.define("label-choice", class extends HTMLElement {
  #stance = null // all of it but the label
  #past = []
  pending = null // a promise while the details are fetched

  connectedCallback() {
    this.templates = chipTemplates(this)
    this.details = this.querySelector("stance-details")
    this.details.addEventListener("detail", ({ detail }) => this.#change(detail))
    this.addEventListener("click", ({ target }) => {
      const button = target.closest("button")
      if (button?.matches("[data-choice]")) this.#answer(button.dataset.label)
      if (button?.dataset.act === "details") this.#turnDetails()
    })
  }

  ready() {}

  ask(item, answer) {
    const { label, ...rest } = structuredClone(answer?.stances?.[0] ?? {})
    this.#stance = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null))
    this.#past = []
    this.details.hidden = true
    for (const button of this.querySelectorAll("[data-choice]")) button.ariaPressed = String(button.dataset.label === label)
    this.#draw()
  }

  mark(role, span) {
    if (role !== "rationale") return
    const rest = this.#rationales.filter(([start, end]) => start !== span[0] || end !== span[1])
    this.#change({ rationales: rest.length < this.#rationales.length ? rest : [...rest, span] })
  }

  undo() {
    const past = this.#past.pop()
    if (past) this.#stance = past
    this.#draw()
    return Boolean(past)
  }

  get marks() { return this.#rationales.map(([start, end]) => ({ start, end, role: "rationale" })) }

  get #rationales() { return this.#stance.rationales ?? [] }

  #change(change) {
    this.#past.push(structuredClone(this.#stance))
    Object.assign(this.#stance, change)
    this.#draw()
  }

  async #turnDetails() {
    if (!this.details.draw) { // keys that come meanwhile wait
      const tell = (problem) => this.dispatchEvent(new CustomEvent("problem", { detail: problem }))
      this.pending = loaded().catch(tell).finally(() => { this.pending = null })
      await this.pending
      if (!this.details.draw) return
    }
    this.details.hidden = !this.details.hidden
    this.#draw()
  }

  #draw() {
    const spans = this.#rationales.map((span) => chip(this.templates.rationale, {
      role: "rationale", quote: this.passage.quote(span), remove: () => this.mark("rationale", span) }))
    this.querySelector("[data-chips]").replaceChildren(...spans, ...detailChips(this, this.#stance, { name: (key) => key, remove: (change) => this.#change(change) }))
    this.querySelector("[data-act=details]:not(stance-details *)").ariaExpanded = String(!this.details.hidden)
    this.querySelector("[data-labels]").hidden = !this.details.hidden // their keys are others meanwhile
    if (!this.details.hidden) this.details.draw?.(this.#stance, {})
    this.dispatchEvent(new Event("marks"))
  }

  #answer(label) {
    loaded().catch(() => {}) // for the first one who wants details without a network
    const { label: _, ...stance } = this.#stance
    this.dispatchEvent(new CustomEvent("answer", { detail: { stances: [{ label, ...stance }] } }))
  }
})
