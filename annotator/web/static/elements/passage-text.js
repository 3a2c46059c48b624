// The sentence with the text around it. Draws marks; tells which words are selected, by mouse, touch or keys.
//   passage.show(item); passage.draw([{start, end, role, label}]); passage.span → [start, end] | null
// Offsets are code points of the document. Fires "select" when the selection changes. <button data-step="end_on">
// moves the selection, <button data-reach="1"> shows more of the text; how, is fetched when it is first wanted.
import { load } from "../lib/api.js"
import { blocks, codePoints, cut, trimmed, units } from "../lib/text.js"

const LISTENED = ["selectionchange", "keydown", "mousedown", "click", "pointerup"]
const TAP = { ms: 350, px: 24 } // two taps so near to each other are one double tap

customElements.define("passage-text", class extends HTMLElement {
  item = null
  marks = []
  pending = null // a promise while a step is carried out: keys that come meanwhile wait for it, or are dropped with it
  #text = null // {text, start, end} of all that is on the screen
  #parts = [] // {element, text, start, end}, one a block
  #seen = null // [start, end] of what was on the screen since the item was asked
  #selecting = null // of the texts on the screen, once it is wanted
  #told = "null" // the span that the page was last told of
  #tap = { timeStamp: -Infinity }

  connectedCallback() {
    this.seat = this.closest("annotation-seat")
    this.segment = this.querySelector("[data-part=segment]")
    for (const type of LISTENED) document.addEventListener(type, this, type === "keydown") // before what the key does
    this.seat.addEventListener("asked", () => this.#focus())
  }

  disconnectedCallback() {
    for (const type of LISTENED) document.removeEventListener(type, this, type === "keydown")
  }

  show(item) {
    const isFirst = !this.item
    this.item = item
    this.#seen = null
    this.marks = []
    this.set(item)
    for (const part of this.seat.querySelectorAll("[data-reach], [data-reach-state]")) part.hidden = item.bound
    if (item.bound) return // an experiment says how much is read
    if (this.reaching || this.#asksForMore || (!isFirst && "prefetch" in this.dataset)) this.#reach()
  }

  // Puts this much of the document on the screen: {before: {text, start}, after: {text, start}, around: [segment]}.
  set({ before, after, around = [] }) {
    const { segment, speaker, language } = this.item
    const text = before.text + segment.text + after.text
    this.#text = { text, start: before.start, end: before.start + codePoints(text) }
    this.#parts = [
      ...fill(this.querySelector("[data-part=before]"), blocks(before, around), language),
      ...fill(this.segment, [segment], language),
      ...fill(this.querySelector("[data-part=after]"), blocks(after, around, speaker), language),
    ]
    this.#nameSpeaker(speaker)
    this.#selecting = null
    this.sawAlso([this.#text.start, this.#text.end])
    this.draw(this.marks)
  }

  // [start, end] of all that was on the screen while this item was asked.
  get shown() { return this.#seen }

  // Another part of the page shows this span of the item's document, too.
  sawAlso([start, end]) {
    this.#seen = this.#seen ? [Math.min(start, this.#seen[0]), Math.max(end, this.#seen[1])] : [start, end]
  }

  // Draws these marks in place of the old ones. Those of an answer that is opened again may lie farther away: what
  // they mark was on the screen when they were made, and comes there again.
  draw(marks) {
    this.marks = marks
    for (const part of this.#parts) part.element.replaceChildren(...pieces(part, marks))
    const away = marks.filter(({ start, end }) => start < this.#text.start || end > this.#text.end)
    for (const { start, end } of away) this.sawAlso([start, end])
    if (away.length) this.#reach(0, true)
  }

  // The selected words without white space around them.
  get span() {
    const selection = getSelection()
    if (selection.isCollapsed || !selection.rangeCount) return null
    const { startContainer, startOffset, endContainer, endOffset } = selection.getRangeAt(0)
    if (!selection.containsNode(this, true)) return null
    const span = [this.#offset(startContainer, startOffset), this.#offset(endContainer, endOffset)]
    return span[0] < span[1] ? trimmed(span, this.quote(span)) : null
  }

  quote([start, end]) {
    const { text, start: first } = this.#text
    return cut(text, Math.max(0, start - first), Math.max(0, end - first))
  }

  clear() { getSelection().removeAllRanges() }

  select([start, end]) {
    getSelection().setBaseAndExtent(...this.#position(start), ...this.#position(end))
    this.#tell()
  }

  handleEvent(event) {
    if (event.type === "selectionchange") return this.#tell()
    if (event.type === "pointerup") return this.#touch(event)
    if (event.type === "keydown") {
      if (String(this.span) !== this.#told) this.#tell() // the browser's own event comes later than a fast key
      if (event.key === "Escape" && this.span && !event.target.closest("dialog, input, textarea")) this.clear()
      return
    }
    const button = this.item && event.target.closest?.("[data-step], [data-reach]")
    if (!button) return
    if (event.type === "mousedown") event.preventDefault() // the selection stays
    else if (button.dataset.step) this.#step(button.dataset.step)
    else this.#reach(Number(button.dataset.reach))
  }

  async #step(name) {
    try {
      if (!this.#selecting) await this.#wait(this.#select())
    } catch { return } // it did not come; the next press asks again
    const isRightToLeft = getComputedStyle(this.segment).direction === "rtl"
    const span = this.#selecting.step(name, this.span, isRightToLeft)
    if (span) this.select(span)
  }

  async #select() {
    const { Selecting } = await load(import.meta.resolve("../lib/selecting.js"))
    const { start, end } = this.item.segment
    return (this.#selecting ??= new Selecting(this.#parts, { within: [start, end], language: this.item.language }))
  }

  #wait(promise) {
    this.pending = promise.finally(() => { this.pending = null })
    return this.pending
  }

  #tell() {
    const span = this.span
    this.#told = String(span)
    for (const part of this.seat.querySelectorAll("[data-selected]")) part.hidden = !span
    if (span && /\p{Script=Arabic}/u.test(this.quote(span))) this.#select().then((selecting) => this.#offerClitics(selecting), () => {})
    else this.#offerClitics(null)
    this.dispatchEvent(new Event("select"))
  }

  #offerClitics(selecting) {
    const span = selecting && this.span
    for (const part of this.seat.querySelectorAll("[data-clitic]")) part.hidden = !span || selecting.beginnings(span).length < 2
  }

  async #touch({ pointerType, timeStamp, clientX, clientY }) { // touch screens have no double click
    if (pointerType !== "touch") return
    const before = this.#tap
    this.#tap = { timeStamp, clientX, clientY }
    if (timeStamp - before.timeStamp > TAP.ms || Math.hypot(clientX - before.clientX, clientY - before.clientY) > TAP.px) return
    const [node, offset] = caretAt(clientX, clientY)
    if (!this.contains(node)) return
    const word = (await this.#select()).word(this.#offset(node, offset))
    if (word) this.select(word)
  }

  // Shows as much of the text as this person last asked for, `by` steps more or less; or what holds all marks.
  async #reach(by = 0, isFar = false) {
    if (!this.reaching) {
      const { Reaching } = await load(import.meta.resolve("../lib/reaching.js")).catch(() => ({}))
      if (!Reaching) return
      this.reaching ??= new Reaching(this)
    }
    await (isFar ? this.reaching.cover(this.item) : this.reaching.show(this.item, by))
  }

  #focus() { // who listens to the page, and has lost her place in it, begins at the sentence
    if (this.#isSpoken && document.activeElement === document.body) this.segment.focus({ preventScroll: true })
  }

  get #asksForMore() { return `standpoint-reach:${this.seat.dataset.project}` in sessionStorage }

  get #isSpoken() { return document.querySelector("label-keys")?.dataset.single === "off" }

  #nameSpeaker(speaker) {
    const line = this.querySelector("[data-speaker]")
    line.hidden = !speaker
    line.querySelector("b").textContent = speaker ?? ""
  }

  #offset(node, offset) { // in code points of the document; a place between two texts counts to the next
    const range = document.createRange()
    for (const { element, start, end } of this.#parts) {
      range.selectNodeContents(element)
      const side = range.comparePoint(node, offset)
      if (side < 0) return start // between two texts, as a triple click ends
      range.setEnd(element, 0)
      if (side === 0) return start + lengthUntil(range, node, offset)
      if (element === this.#parts.at(-1).element) return end
    }
  }

  #position(offset) {
    const part = this.#parts.find(({ end }) => offset <= end) ?? this.#parts.at(-1)
    let left = units(part.text, offset - part.start)
    const texts = document.createTreeWalker(part.element, NodeFilter.SHOW_TEXT)
    for (let text; (text = texts.nextNode()); left -= text.length) if (left <= text.length) return [text, left]
    return [part.element, 0]
  }
})

// Draws the blocks of one place; [{element, text, start, end}].
function fill(place, found, language) {
  place.hidden = !found.length
  place.lang = language ?? ""
  const isPlain = found.length === 1 && found[0].speaker === undefined
  const elements = isPlain ? [place] : found.map(({ isHeading }) => Object.assign(document.createElement("p"), { className: isHeading ? "turn-heading" : "turn", dir: "auto" }))
  if (!isPlain) place.replaceChildren(...found.flatMap(({ speaker }, index) => (speaker ? [speakerLine(speaker), elements[index]] : [elements[index]])))
  return found.map(({ text, start }, index) => ({ element: elements[index], text, start, end: start + codePoints(text) }))
}

function speakerLine(speaker) {
  const line = Object.assign(document.createElement("p"), { className: "turn-speaker", dir: "auto" })
  line.append(Object.assign(document.createElement("b"), { textContent: speaker }))
  return line
}

function lengthUntil(range, node, offset) {
  range.setEnd(node, offset)
  return codePoints(range.toString())
}

function caretAt(x, y) {
  if (!document.caretPositionFromPoint) return [document.caretRangeFromPoint(x, y)?.startContainer, document.caretRangeFromPoint(x, y)?.startOffset]
  const caret = document.caretPositionFromPoint(x, y)
  return [caret?.offsetNode, caret?.offset]
}

function pieces({ text, start, end }, marks) {
  const cuts = marks.flatMap((mark) => [mark.start, mark.end]).filter((cut) => cut > start && cut < end)
  const edges = [start, ...new Set(cuts.sort((one, two) => one - two)), end]
  return edges.slice(1).map((to, index) => {
    const inside = marks.filter((mark) => mark.start <= edges[index] && to <= mark.end)
    const piece = cut(text, edges[index] - start, to - start)
    return inside.length ? marked(piece, inside) : document.createTextNode(piece)
  })
}

function marked(piece, marks) {
  const element = document.createElement("mark")
  const label = marks.find((mark) => mark.label)?.label
  element.textContent = piece
  element.dataset.roles = [...new Set(marks.map(({ role }) => role))].join(" ")
  if (label) element.dataset.label = label
  return element
}
