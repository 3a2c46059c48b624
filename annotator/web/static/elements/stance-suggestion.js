// What a model says of the sentence on the screen, in an open project: that there is a stance, or none, or which it
// expects. After the person's own answer the seat calls ask(suggestion), and the same sentence stands there once more,
// with that answer in the form; where the model agrees, agree(). Beside it from the start: offer(). What a model expects
// is taken into the form, where it may be changed. Before these calls nothing of a suggestion is in the page.
import { percent } from "../lib/text.js"

const PARTS = ["holder", "label", "target"]

customElements.define("stance-suggestion", class extends HTMLElement {
  #expected = [] // stances, a row each
  #when = "ask"
  #any = true

  connectedCallback() {
    this.form = this.closest("stance-form")
    this.panel = this.querySelector("[data-panel]")
    this.words = this.querySelector("[data-words]")
    this.list = this.querySelector("[data-expected]")
    this.template = this.querySelector("template")
    this.same = this.form.querySelector("[data-same]")
    this.form.addEventListener("marks", () => this.#mark())
    this.addEventListener("click", ({ target }) => {
      const { act, index } = target.closest("button")?.dataset ?? {}
      if (act === "keep") this.form.querySelector("[data-act=submit]:enabled, [data-act=none]:enabled")?.click()
      if (act === "take") this.form.take(this.#expected[index])
    })
  }

  // Does the answer in the form have what the model expects? What it has besides is nobody's business.
  agrees({ any_stance: any, stances }) {
    return stances.length ? !stances.some((stance) => this.#lacks(stance)) : any === this.form.stances.some(isOne)
  }

  // The sentence to be told.
  ask(suggestion) { return this.#open(suggestion, "ask") }

  offer(suggestion) { return this.#open(suggestion, "offer") }

  agree() {
    this.clear()
    this.same.hidden = false
  }

  clear() {
    this.panel.hidden = this.same.hidden = true
    this.#expected = []
    for (const part of [this.words, this.list]) part.replaceChildren()
  }

  #open({ any_stance: any, stances, p }, when) {
    this.clear()
    this.#when = when
    this.#expected = stances
    this.#any = any
    const what = stances.length ? "which" : any ? "stance" : "absent"
    this.words.textContent = this.dataset[`${when}_${what}`].replace("{share}", share(p))
    this.list.replaceChildren(...stances.map((stance, index) => this.#row(stance, index)))
    this.list.hidden = !stances.length
    this.panel.hidden = false
    this.#mark()
    return [this.words, ...this.list.querySelectorAll("li:not([hidden]) .stance-line")].map((part) => part.textContent).join(" ")
  }

  #row(stance, index) {
    const row = this.template.content.firstElementChild.cloneNode(true)
    const { registry } = this.form
    const { lang } = document.documentElement
    const words = { share: share(stance.p), label: nameOfLabel(stance.label) }
    for (const part of row.querySelectorAll("[data-fill]")) part.textContent = words[part.dataset.fill] ?? registry.name(stance[part.dataset.fill], lang)
    row.querySelector("button").dataset.index = index
    return row
  }

  #mark() { // what the form has by now need not be offered; an answer that was changed is kept by the form's own button
    if (this.panel.hidden) return
    for (const [index, row] of [...this.list.children].entries()) row.hidden = !this.#lacks(this.#expected[index])
    this.words.hidden = Boolean(this.#expected.length) && !this.#expected.some((stance) => this.#lacks(stance))
    const isKept = !this.form.isChanged && (this.#when === "ask" || !this.#any)
    for (const part of this.panel.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== this.#when || (part.matches("button") && !isKept)
  }

  #lacks(stance) { return !this.form.stances.some((given) => PARTS.every((part) => given[part] === stance[part])) }
})

const share = (p) => (p === null ? "" : ` (${percent(p)})`)

const button = (label) => document.querySelector(`[data-choice][data-label="${CSS.escape(label)}"]`)

const nameOfLabel = (label) => button(label)?.dataset.name ?? label

const isOne = ({ label }) => !button(label)?.matches("[data-needs-target]") // those labels say that there is none
