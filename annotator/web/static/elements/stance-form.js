// The answer where several may hold towards several: a list of stances and the one in the making.
// The seat calls ready, ask, mark, undo and reads marks and shownCandidates; <stance-suggestion> takes stances in. Fires "marks", "answer" {stances} and
// "problem". What stands in the parts inside is theirs: <entity-picker>, <candidate-list>, <stance-details>.
import { ask, load, read } from "../lib/api.js"
import { chipTemplates, drawStances, inRow, stanceChips } from "../lib/chips.js"
import { Recent, Registry } from "../lib/registry.js"
import { Answering, isSame } from "../lib/stances.js"

const loaded = () => load(import.meta.resolve("./stance-details.js"))

customElements.define("stance-form", class extends HTMLElement {
  #answering = null
  #detailed = false // are the details open?
  pending = null // a promise while they are fetched

  connectedCallback() {
    this.templates = chipTemplates(this)
    this.picker = this.querySelector("entity-picker")
    this.picker.addEventListener("choose", ({ detail }) => this.#choose(detail.key))
    this.picker.addEventListener("register", ({ detail }) => this.#register(detail))
    this.candidates = this.querySelector("candidate-list")
    this.candidates.addEventListener("accept", ({ detail }) => this.#accept(detail.candidate))
    this.candidates.addEventListener("begin", () => this.#propose()) // it may come later than the first item
    this.candidates.addEventListener("turn", () => this.#draw())
    this.details = this.querySelector("stance-details")
    this.details.addEventListener("detail", ({ detail }) => this.#do(() => this.#answering.detail(detail)))
    this.details.addEventListener("ask", ({ detail }) => this.#edit(this.#answering.selected, detail.part))
    this.addEventListener("click", ({ target }) => this.#press(target.closest("button")))
  }

  ready(entities) {
    const { author, unspecified, everyone, name } = this.dataset
    const reservedNames = { author, unspecified, everyone }
    this.registry = new Registry(entities, { reservedNames, recent: this.registry?.recent ?? new Recent(name) })
  }

  ask(item, answer) {
    this.item = item
    this.#answering = new Answering(item, answer)
    this.#detailed = false
    this.#propose()
    this.#draw()
  }

  mark(role, span) {
    const asks = this.#answering.mark(role, span)
    if (asks) this.#detailed = false
    this.#draw(asks ? this.passage.quote(span) : "")
  }

  undo() {
    const undone = this.#answering.undo()
    if (undone) this.#draw()
    return undone
  }

  // Takes in what a model expects, as a stance of its own that may be changed.
  take(stance) { this.#do(() => this.#answering.repeat(stance)) }

  get stances() { return this.#answering.stances }
  get isChanged() { return this.#answering.isChanged } // since the item was asked
  get marks() { return this.#answering.marks }
  get shownCandidates() { return this.candidates.shown ?? 0 }

  #press(button) {
    if (!button) return
    const { choice, part, act, index } = button.dataset
    const answering = this.#answering
    const acts = {
      submit: () => this.#answer(answering.stances),
      none: () => this.#answer([]),
      again: () => this.#again(),
      details: () => this.#turnDetails(),
      drop: () => this.#do(() => answering.drop()),
      remove: () => this.#do(() => answering.remove(Number(index))),
      select: () => this.#do(() => answering.select(Number(index))),
      stance: () => this.#do(() => answering.select(answering.selected < 0 ? answering.stances.length - 1 : answering.selected - 1)),
    }
    if (choice !== undefined) this.#choose(button.dataset.label)
    else if (part) this.#edit(Number(index ?? -1), part)
    else acts[act]?.()
  }

  #propose() {
    if (!this.item) return
    this.candidates.offer?.(this.item, { registry: this.registry, quote: (span) => this.passage.quote(span) })
    this.candidates.mark?.(this.#answering.stances)
  }

  #do(change) {
    change()
    this.#draw()
  }

  #choose(value) {
    const before = new Set(this.#answering.stances)
    this.#answering.choose(value)
    this.#remember(before)
    this.#draw()
  }

  #again() {
    const before = new Set(this.#answering.stances)
    this.#answering.repeat(this.#repeatable)
    this.#remember(before)
    this.#draw()
  }

  #remember(before) { // what was finished now is likely again
    const fresh = this.#answering.stances.find((stance) => !before.has(stance))
    if (fresh) this.registry.recent.add(fresh, this.item.document.id)
  }

  // The newest tuple of this document that is no stance of the sentence yet.
  get #repeatable() {
    const { fixed, stances } = this.#answering
    const fits = (tuple) => ["holder", "target"].every((part) => !fixed[part] || fixed[part] === tuple[part])
    return this.registry.recent.tuples(this.item.document.id).find((tuple) => fits(tuple) && !stances.some((stance) => isSame(stance, tuple)))
  }

  #accept(candidate) {
    this.#answering.accept(candidate)
    this.#detailed = false
    const [said] = candidate.mentions.holder
    this.#draw(this.#answering.step === "holder" && said ? this.passage.quote(said) : "")
  }

  #edit(index, part) {
    this.#answering.edit(index, part)
    this.#draw()
    if (part !== "label") this.picker.scrollIntoView({ block: "nearest" })
  }

  async #register({ name, kind }) {
    const { item } = this
    try {
      const entity = await ask("POST", this.dataset.entities, { name, kind })
      this.registry.add(entity)
      if (item === this.item) this.#found(entity.key)
    } catch (problem) {
      if (problem.status === 409) await this.#lookAgain(name)
      else this.picker.tell(problem.status === 0 ? this.dataset.offline.replace("{name}", name) : problem.message)
    }
  }

  #found(key) {
    this.picker.leave()
    this.#choose(key)
  }

  async #lookAgain(name) { // somebody was faster: it is known by now
    this.ready((await read(this.dataset.entities)).entities)
    const known = this.registry.exact(name, this.item, this.#answering.step)
    if (known.length === 1) this.#found(known[0].key)
    else this.#draw(name)
  }

  async #turnDetails() {
    this.#detailed = !this.#detailed
    if (!this.details.draw) { // keys that come meanwhile wait
      this.pending = loaded().catch((problem) => this.#fail(problem)).finally(() => { this.pending = null })
      await this.pending
    }
    this.#draw()
    if (this.#detailed) this.details.scrollIntoView({ block: "nearest" })
  }

  #fail(problem) {
    this.#detailed = false
    this.dispatchEvent(new CustomEvent("problem", { detail: problem }))
  }

  #answer(stances) {
    loaded().catch(() => {}) // for the first one who wants details without a network
    const { holder, target } = this.#answering.fixed
    const asked = stances.map((stance) => ({ ...stance, holder: holder ? undefined : stance.holder, target: target ? undefined : stance.target }))
    this.dispatchEvent(new CustomEvent("answer", { detail: { stances: asked } }))
  }

  #draw(typed = "") {
    const { step, begun, stances, subject, editing } = this.#answering
    const name = (key) => this.#name(key)
    drawStances(this, this.#answering, { name, chips: (stance, index) => this.#chips(stance, index) })
    this.#drawDraft()
    this.#drawDetails()
    this.candidates.mark?.(stances)
    this.querySelector(".draft").dataset.asks = editing ? "again" : "new"
    this.picker.hidden = step === "label"
    this.querySelector("[data-labels]").hidden = step !== "label"
    if (step !== "label") {
      const besides = { holder: subject.target, target: subject.holder, voice: subject.holder }[step]
      this.picker.offer({ registry: this.registry, item: this.item, role: step, besides, open: "open" in this.dataset, typed })
    }
    for (const button of this.querySelectorAll("[data-needs-target]")) button.hidden = !this.item.target
    this.querySelector("[data-act=submit]").disabled = begun || Boolean(editing) || !stances.length
    this.querySelector("[data-act=none]").disabled = begun || stances.length > 0
    this.querySelector("[data-act=drop]").disabled = !begun && !editing
    this.querySelector("[data-act=stance]").hidden = !stances.length
    this.dispatchEvent(new Event("marks"))
  }

  #drawDraft() {
    const { subject, step, fixed } = this.#answering
    for (const slot of this.querySelectorAll("[data-slot]")) {
      const part = slot.dataset.slot
      slot.ariaCurrent = part === step ? "step" : null
      const value = part === "label" ? this.#labelName(subject.label) : this.#name(subject[part])
      slot.querySelector("[data-value]").textContent = subject[part] ? value : "…"
      slot.querySelector("button").disabled = !subject[part] || Boolean(fixed[part]) || subject !== this.#answering.draft
    }
    const card = this.querySelector(".draft-target")
    card.hidden = !subject.target || step !== "label"
    if (!card.hidden) card.show({ target: this.registry.get(subject.target) })
    this.querySelector("[data-draft-chips]").replaceChildren(...this.#chips(this.#answering.draft, -1))
    const again = this.querySelector("[data-act=again]")
    const last = this.#repeatable
    again.hidden = again.disabled = !last
    if (last) again.querySelector("[data-last]").replaceChildren(...inRow([this.#name(last.holder), this.#labelName(last.label), this.#name(last.target)]))
  }

  #drawDetails() { // in place of the draft, but for a question that they ask
    this.details.hidden = !this.#detailed || Boolean(this.#answering.editing)
    this.querySelector(".draft").hidden = !this.details.hidden
    if (this.details.hidden || !this.details.draw) return
    const { current, selected, fixed, stances } = this.#answering
    const words = ["holder", "label", "target"].map((part) => (part === "label" ? this.#labelName(current.label) : this.#name(current[part])) ?? "…")
    this.details.draw(current, { of: inRow(words), isFinished: selected >= 0 && stances.length > 0, fixed, name: (key) => this.#name(key) })
  }

  #chips(stance, index) {
    return stanceChips(this, stance, {
      name: (key) => this.#name(key),
      remove: (change) => this.#do(() => (change.span ? this.#answering.unmark(index, change.role, change.span) : this.#answering.detail(change, index))),
    })
  }

  #name(key) { return key && this.registry.name(key, document.documentElement.lang) }

  #labelName(label) {
    return label && (this.querySelector(`[data-choice][data-label="${CSS.escape(label)}"]`)?.dataset.name ?? label)
  }
})
