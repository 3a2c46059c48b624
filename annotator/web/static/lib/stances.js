// An answer in the making: finished stances, one in the making, and every step back.
//
// A stance is {holder, target, label, rationales: [span], mentions: {holder: [span], target: [span]}, …} with
// entity keys, a label's name and spans in code points of the document, as the API wants it.
const ORDER = ["holder", "target", "label"]

export class Answering {
  #past = []

  constructor(item, answer) {
    this.fixed = { holder: item.holder?.key, target: item.target?.key }
    this.stances = structuredClone(answer?.stances ?? []).map((stance) => ({ ...blank(), ...this.fixed, ...known(stance) }))
    this.draft = { ...blank(), ...this.fixed }
    this.selected = -1 // index of the stance that spans go to; -1: the draft
  }

  get step() { return ORDER.find((part) => !this.draft[part]) }
  get begun() { return ORDER.some((part) => this.draft[part] && this.draft[part] !== this.fixed[part]) || hasSpans(this.draft) }
  get current() { return this.stances[this.selected] ?? this.draft }

  // Sets the part that is asked for. The label finishes the stance.
  choose(value) {
    this.#remember()
    const part = this.step
    this.draft[part] = value
    this.selected = -1
    if (part === "label") this.#finish()
  }

  // Adds the span to the current stance, or takes it away where it stands already.
  mark(role, span) {
    this.#remember()
    const spans = spansOf(this.current, role)
    const at = spans.findIndex(([start, end]) => start === span[0] && end === span[1])
    if (at < 0) spans.push(span)
    else spans.splice(at, 1)
  }

  unmark(index, role, span) {
    this.#remember()
    const spans = spansOf(this.stances[index] ?? this.draft, role)
    spans.splice(spans.findIndex(([start, end]) => start === span[0] && end === span[1]), 1)
  }

  select(index) { this.selected = index }

  remove(index) {
    this.#remember()
    this.stances.splice(index, 1)
    this.selected = -1
  }

  reopen(part) { // asks again for a part of the draft and for what follows it
    this.#remember()
    for (const later of ORDER.slice(ORDER.indexOf(part))) this.draft[later] = this.fixed[later]
  }

  drop() {
    this.#remember()
    this.draft = { ...blank(), ...this.fixed }
  }

  // One step back; false if nothing was done here yet.
  undo() {
    const past = this.#past.pop()
    if (past) Object.assign(this, past)
    return Boolean(past)
  }

  // Every span: [{start, end, role, label}].
  get marks() {
    return [...this.stances, this.draft].flatMap((stance) => ["rationale", "holder", "target"].flatMap((role) =>
      spansOf(stance, role).map(([start, end]) => ({ start, end, role, label: stance.label }))))
  }

  #finish() { // the same holder and target again: the newer label holds
    const same = this.stances.findIndex(({ holder, target, flags }) =>
      holder === this.draft.holder && target === this.draft.target && !flags?.includes("former"))
    if (same < 0) this.stances.push(this.draft)
    else this.stances[same] = { ...this.stances[same], label: this.draft.label }
    this.selected = same < 0 ? this.stances.length - 1 : same
    this.draft = { ...blank(), ...this.fixed }
  }

  #remember() {
    const { stances, draft, selected } = this
    this.#past.push(structuredClone({ stances, draft, selected }))
  }
}

export const spansOf = (stance, role) => (role === "rationale" ? stance.rationales : stance.mentions[role])

const blank = () => ({ holder: undefined, target: undefined, label: undefined, rationales: [], mentions: { holder: [], target: [] } })
const known = (stance) => Object.fromEntries(Object.entries(stance).filter(([, value]) => value !== null))
const hasSpans = (stance) => ["rationale", "holder", "target"].some((role) => spansOf(stance, role).length > 0)
