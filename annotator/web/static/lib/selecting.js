// Moves a selection: by words, by graphemes at either edge, past the clitics of an Arabic word. Knows texts and
// offsets, no elements; a span is [start, end] in code points.
//   new Selecting([{text, start}], {within, language}).step("end_on", span) → the new span, or null
import { graphemes, words } from "./text.js"

// What may be written together with an Arabic word: and, so; by, like, for, will; the. A vowel sign may follow each.
const CLITICS = /^([وف]\p{M}*)?([بكلس]\p{M}*)?(ال\p{M}*)?/u
const FEWEST = 2 // letters that are left of the word

export class Selecting {
  #toward = 0 // 1: the end of the selection moves, -1: its start does; 0: either
  #last = "" // what was selected by the last step
  #cache = {}

  // `within` is what is judged: there a selection begins.
  constructor(texts, { within, language }) {
    this.texts = texts
    this.within = within
    this.language = language
  }

  step(name, span, isRightToLeft) {
    if (String(span) !== this.#last) this.#toward = 0 // selected by other means
    const right = isRightToLeft ? -1 : 1
    const steps = {
      left: () => this.#move(-right, span), right: () => this.#move(right, span),
      widen_left: () => this.#widen(-right, span), widen_right: () => this.#widen(right, span),
      start_back: () => this.#edge(0, -1, span), start_on: () => this.#edge(0, 1, span),
      end_back: () => this.#edge(1, -1, span), end_on: () => this.#edge(1, 1, span),
      clitic: () => this.#clitic(span),
    }
    const moved = steps[name]()
    this.#last = String(moved)
    return moved
  }

  // The word around an offset.
  word(offset) { return this.#words.find(([start, end]) => start <= offset && offset < end) ?? null }

  // Where the first word of the span may begin: [offset, …], its own beginning first.
  beginnings([start]) {
    const word = this.word(start)
    if (!word) return []
    const { text, start: first } = this.texts.findLast((each) => each.start <= word[0])
    const letters = [...text].slice(word[0] - first, word[1] - first)
    const parts = CLITICS.exec(letters.join("")).slice(1).filter(Boolean)
    const ends = parts.map((_, index) => [...parts.slice(0, index + 1).join("")].length)
    return [0, ...ends.filter((end) => letters.slice(end).filter((letter) => /\p{L}/u.test(letter)).length >= FEWEST)]
      .map((offset) => word[0] + offset)
  }

  get #words() { return (this.#cache.words ??= this.#pieces(words)) }
  get #graphemes() { return (this.#cache.graphemes ??= this.#pieces(graphemes)) }

  #pieces(cut) { return this.texts.flatMap(({ text, start }) => cut(text, this.language, start)) }

  #move(by, span) { // to the next word; without a selection to the first, or last, of the segment
    this.#toward = by
    if (!span) return this.#first(by)
    return by > 0 ? this.#words.find(([start]) => start >= span[1]) ?? span : this.#words.findLast(([, end]) => end <= span[0]) ?? span
  }

  #widen(by, span) {
    if (!span) return this.#move(by, span)
    const [start, end] = span
    if (this.#toward === -by && this.#words.filter((word) => word[0] < end && word[1] > start).length > 1) return this.#narrow(by, span)
    this.#toward = by
    if (by > 0) return [start, this.#words.find((word) => word[1] > end)?.[1] ?? end]
    return [this.#words.findLast((word) => word[0] < start)?.[0] ?? start, end]
  }

  #narrow(by, [start, end]) {
    if (by < 0) return [start, this.#words.findLast((word) => word[1] < end)[1]]
    return [this.#words.find((word) => word[0] > start)[0], end]
  }

  #first(by) {
    const inside = this.#words.filter(([start, end]) => start >= this.within[0] && end <= this.within[1])
    return (by > 0 ? inside.at(0) : inside.at(-1)) ?? this.#words.at(0) ?? null
  }

  #edge(side, by, span) {
    if (!span) return null
    const places = this.#graphemes.map((grapheme) => grapheme[side])
    const place = by > 0 ? places.find((offset) => offset > span[side]) : places.findLast((offset) => offset < span[side])
    const moved = span.with(side, place ?? span[side])
    return moved[0] < moved[1] ? moved : span
  }

  #clitic(span) {
    const beginnings = span ? this.beginnings(span) : []
    if (beginnings.length < 2) return span
    const next = beginnings.find((offset) => offset > span[0] && offset < span[1]) ?? beginnings[0]
    return [next, span[1]]
  }
}
