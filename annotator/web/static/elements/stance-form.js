// The answer where several may hold towards several: a list of stances and the one in the making.
// The seat calls ready, ask, mark, undo and reads marks; fires "marks", "answer" {stances} and "problem".
import { ask } from "../lib/api.js"
import { chip, chipTemplates } from "../lib/chips.js"
import { Registry } from "../lib/registry.js"
import { Answering, spansOf } from "../lib/stances.js"

const ROLES = ["rationale", "holder", "target"]

customElements.define("stance-form", class extends HTMLElement {
  #answering = null

  connectedCallback() {
    this.templates = chipTemplates(this)
    this.picker = this.querySelector("entity-picker")
    this.picker.addEventListener("choose", ({ detail }) => this.#choose(detail.key))
    this.picker.addEventListener("register", ({ detail }) => this.#register(detail))
    this.addEventListener("click", ({ target }) => this.#press(target.closest("button")))
  }

  ready(entities) {
    const { author, unspecified, everyone } = this.dataset
    this.registry = new Registry(entities, { author, unspecified, everyone })
  }

  ask(item, answer) {
    this.item = item
    this.#answering = new Answering(item, answer)
    this.#draw()
  }

  mark(role, span) {
    const answering = this.#answering
    answering.mark(role, span)
    this.#draw(answering.current === answering.draft && answering.step === role ? this.passage.quote(span) : "")
  }

  undo() {
    const undone = this.#answering.undo()
    if (undone) this.#draw()
    return undone
  }

  get marks() { return this.#answering.marks }

  #press(button) {
    if (!button) return
    const { choice, part, act, index } = button.dataset
    if (choice !== undefined) return this.#choose(button.dataset.label)
    if (act === "submit") return this.#answer(this.#answering.stances)
    if (act === "none") return this.#answer([])
    if (part) this.#answering.reopen(part)
    else if (act === "drop") this.#answering.drop()
    else if (act === "remove") this.#answering.remove(Number(index))
    else if (act === "select") this.#answering.select(Number(index))
    else return
    this.#draw()
  }

  #choose(value) {
    const part = this.#answering.step
    if (part !== "label") this.registry.use(value, part, this.item.document.id)
    this.#answering.choose(value)
    this.#draw()
  }

  async #register({ name, kind }) {
    try {
      const entity = await ask("POST", this.dataset.entities, { name, kind })
      this.registry.add(entity)
      this.#choose(entity.key)
    } catch (problem) {
      this.dispatchEvent(new CustomEvent("problem", { detail: problem }))
    }
  }

  #answer(stances) {
    const { holder, target } = this.#answering.fixed
    const asked = stances.map((stance) => ({ ...stance, holder: holder ? undefined : stance.holder, target: target ? undefined : stance.target }))
    this.dispatchEvent(new CustomEvent("answer", { detail: { stances: asked } }))
  }

  #draw(typed = "") {
    this.#drawStances()
    this.#drawTrail()
    const { step, begun, stances } = this.#answering
    this.picker.hidden = step === "label"
    this.querySelector("[data-labels]").hidden = step !== "label"
    if (step !== "label") this.picker.offer({ registry: this.registry, item: this.item, role: step, besides: this.#answering.draft.holder, open: "open" in this.dataset, typed })
    for (const button of this.querySelectorAll("[data-needs-target]")) button.hidden = !this.item.target
    this.querySelector("[data-act=submit]").disabled = begun || !stances.length
    this.querySelector("[data-act=none]").disabled = begun || stances.length > 0
    this.querySelector("[data-act=drop]").disabled = !begun
    this.dispatchEvent(new Event("marks"))
  }

  #drawStances() {
    const { stances, selected } = this.#answering
    this.querySelector("[data-nothing]").hidden = stances.length > 0
    this.querySelector("[data-stances]").replaceChildren(...stances.map((stance, index) => {
      const row = this.querySelector("template[data-stance]").content.firstElementChild.cloneNode(true)
      row.dataset.label = stance.label
      row.querySelector("[data-holder]").textContent = this.#name(stance.holder)
      row.querySelector("[data-label-name]").textContent = this.#labelName(stance.label)
      row.querySelector("[data-target]").textContent = this.#name(stance.target)
      for (const button of row.querySelectorAll("button")) button.dataset.index = index
      row.querySelector("[data-act=select]").ariaPressed = String(index === selected)
      row.querySelector("[data-chips]").replaceChildren(...this.#chips(stance, index))
      return row
    }))
  }

  #drawTrail() {
    const { draft, step, fixed } = this.#answering
    for (const slot of this.querySelectorAll("[data-slot]")) {
      const part = slot.dataset.slot
      slot.ariaCurrent = part === step ? "step" : null
      slot.querySelector("[data-value]").textContent = draft[part] ? this.#name(draft[part]) : "…"
      slot.querySelector("button").disabled = !draft[part] || Boolean(fixed[part])
    }
    const card = this.querySelector(".draft-target")
    card.hidden = !draft.target
    if (draft.target) card.show({ target: this.registry.get(draft.target) })
    this.querySelector("[data-draft-chips]").replaceChildren(...this.#chips(draft, -1))
  }

  #chips(stance, index) {
    return ROLES.flatMap((role) => spansOf(stance, role).map((span) => chip(this.templates[role], {
      role, label: stance.label, quote: this.passage.quote(span),
      remove: () => { this.#answering.unmark(index, role, span); this.#draw() },
    })))
  }

  #name(key) { return this.registry.name(key, document.documentElement.lang) }

  #labelName(label) {
    return this.querySelector(`[data-choice][data-label="${CSS.escape(label)}"]`)?.dataset.name ?? label
  }
})
