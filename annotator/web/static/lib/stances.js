// An answer in the making: finished stances, one in the making, and every step back.
//
// A stance is {holder, target, label, attribution, voice, sources, confidence, flags, rationales: [span],
// mentions: {holder: [span], target: [span]}, candidate} with entity keys, a label's name and spans in code points of
// the document, as the API wants it.
import { spansOf } from "./chips.js"

const ORDER = ["holder", "target", "label"]

export class Answering {
  #past = []

  constructor(item, answer) {
    this.fixed = { holder: item.holder?.key, target: item.target?.key }
    this.stances = structuredClone(answer?.stances ?? []).map((stance) => ({ ...blank(), ...this.fixed, ...known(stance) }))
    this.draft = this.#fresh()
    this.selected = -1 // index of the stance that spans and details go to; -1: the draft
    this.chosen = false // selected by the person, not because it was finished last
    this.editing = null // {index, part}: asked for again, or a voice or source
  }

  get step() { return this.editing?.part ?? ORDER.find((part) => !this.draft[part]) }
  get subject() { return this.editing ? this.#at(this.editing.index) : this.draft } // whose part is asked for
  get current() { return this.#at(this.selected) }
  get begun() { return ORDER.some((part) => this.draft[part] && this.draft[part] !== this.fixed[part]) || isMarked(this.draft) }

  get isChanged() { return this.#past.length > 0 }

  // Sets the part that is asked for. The label finishes the stance.
  choose(value) {
    this.#remember()
    const { step: part, subject } = this
    if (part === "source") subject.sources = [...subject.sources.filter((key) => key !== value), value]
    else subject[part] = value
    if (part === "holder" && subject.voice === value) subject.voice = undefined
    if (!this.editing) this.#select(-1)
    const index = this.editing?.index ?? -1
    this.editing = null
    if (index >= 0) this.#settle(index)
    else if (!this.step) this.#finish()
  }

  // Asks for one part again, the others stay. `index` -1 is the draft.
  edit(index, part) {
    if (this.fixed[part]) return
    this.#remember()
    if (index < 0 && ORDER.includes(part) && !this.draft[part]) this.editing = part === this.step ? null : { index, part }
    else this.editing = { index, part }
    this.#select(index, index >= 0)
  }

  // Takes what somebody else found, but for its label: a proposal, whose rule is kept.
  accept({ rule, holder, target, voice, attribution, mentions }) {
    this.#remember()
    const found = known({ holder, target, voice, attribution, mentions: structuredClone(mentions), candidate: rule })
    this.draft = { ...this.#fresh(), ...found, ...known(this.fixed) }
    this.editing = null
    this.#select(-1)
  }

  // The same tuple as a new stance.
  repeat({ holder, target, label }) {
    this.#remember()
    this.editing = null
    this.draft = { ...this.draft, holder, target, label }
    this.#finish()
  }

  // Adds the span, or takes it away where it stands already. True if the role is asked for now.
  mark(role, span) {
    this.#remember()
    if (this.#isForNew(role, span)) this.#select(-1)
    const spans = spansOf(this.current, role)
    const at = spans.findIndex((known) => same(known, span))
    if (at < 0) spans.push(span)
    else spans.splice(at, 1)
    if (this.current !== this.draft || role === "rationale" || this.draft[role] || at >= 0) return false
    this.editing = null
    this.editing = this.step === role ? null : { index: -1, part: role }
    return true
  }

  unmark(index, role, span) {
    this.#remember()
    const spans = spansOf(this.#at(index), role)
    spans.splice(spans.findIndex((known) => same(known, span)), 1)
  }

  // Details of a stance, the current one unless told: {attribution: "act"}, {flags: […]}; undefined takes one away.
  detail(change, index = this.selected) {
    this.#remember()
    Object.assign(this.#at(index), change)
    if (index >= 0) this.#settle(index)
  }

  // By the person; the one that is selected already is let go.
  select(index) { this.#select(this.chosen && index === this.selected ? -1 : index, true) }

  remove(index) {
    this.#remember()
    this.stances.splice(index, 1)
    this.editing = null
    this.#select(-1)
  }

  drop() { // the question that was asked again, else the draft
    this.#remember()
    if (!this.editing) this.draft = this.#fresh()
    this.editing = null
    this.#select(-1)
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

  #at(index) { return this.stances[index] ?? this.draft }

  #fresh() { return { ...blank(), ...this.fixed } }

  #select(index, chosen = false) {
    this.selected = index
    this.chosen = chosen && index >= 0
  }

  // A stance that has its mention is complete in this; more words for the role begin the next one.
  #isForNew(role, span) {
    if (role === "rationale" || this.chosen || this.selected < 0) return false
    const spans = spansOf(this.current, role)
    return spans.length > 0 && !spans.some((known) => same(known, span))
  }

  #finish() {
    const { draft } = this
    const at = this.stances.findIndex((stance) => isSame(stance, draft))
    if (at < 0) this.stances.push(draft)
    else this.stances[at] = merged(this.stances[at], draft)
    this.#select(at < 0 ? this.stances.length - 1 : at)
    this.draft = this.#fresh()
  }

  #settle(index) { // the same holder and target twice: the one that was changed now holds
    const { current, stances: { [index]: stance } } = this
    this.stances = this.stances.filter((other) => other === stance || !isSame(other, stance))
    this.#select(this.stances.indexOf(current), this.chosen)
  }

  #remember() {
    const { stances, draft, selected, chosen, editing } = this
    this.#past.push(structuredClone({ stances, draft, selected, chosen, editing }))
  }
}

// What an answer stores once: a view that somebody held formerly is another than the present one.
export const isSame = (one, two) => one.holder === two.holder && one.target === two.target && isFormer(one) === isFormer(two)

const isFormer = ({ flags }) => Boolean(flags?.includes("former"))
const same = (one, two) => one[0] === two[0] && one[1] === two[1]
const known = (stance) => Object.fromEntries(Object.entries(stance).filter(([, value]) => value !== null && value !== undefined))
const isMarked = (stance) => ["rationale", "holder", "target"].some((role) => spansOf(stance, role).length > 0)

const blank = () => ({
  holder: undefined, target: undefined, label: undefined, sources: [], flags: [], rationales: [], mentions: { holder: [], target: [] },
})

function merged(older, newer) { // the newer label and details hold; no words are lost
  const join = (role) => [...spansOf(older, role), ...spansOf(newer, role).filter((span) => !spansOf(older, role).some((known) => same(known, span)))]
  return {
    ...older, ...known(newer),
    sources: newer.sources.length ? newer.sources : older.sources,
    flags: [...new Set([...older.flags, ...newer.flags])],
    rationales: join("rationale"), mentions: { holder: join("holder"), target: join("target") },
  }
}
