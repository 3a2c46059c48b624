// The segment with the text around it. Draws marks; tells which words are selected, by mouse, touch or keys.
//   passage.show(item); passage.draw([{start, end, role, label}]); passage.span → [start, end] | null
// Offsets are code points of the document. ← and → select a word, with Shift they widen the selection.
// Fires "select" when the selection changes.
import { codePoints, trimmed, units, words } from "../lib/text.js"

customElements.define("passage-text", class extends HTMLElement {
  #parts = [] // {element, text, start, end} of the texts that are there
  #words = null // of all texts, once an arrow key asks for them
  #walk = null // [anchor, focus], indexes of words

  connectedCallback() {
    document.addEventListener("selectionchange", this)
    document.addEventListener("keydown", this)
  }

  disconnectedCallback() {
    document.removeEventListener("selectionchange", this)
    document.removeEventListener("keydown", this)
  }

  show(item) {
    const elements = [...this.querySelectorAll("[data-part]")] // in the order of the text
    this.#parts = elements.flatMap((element) => part(element, item[element.dataset.part], item.language))
    this.#words = null
    this.#walk = null
    this.draw([])
  }

  // [start, end] of all that is on the screen.
  get shown() { return [this.#parts[0].start, this.#parts.at(-1).end] }

  draw(marks) {
    for (const part of this.#parts) part.element.replaceChildren(...pieces(part, marks))
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
    return this.#parts.map((part) => part.text.slice(
      units(part.text, Math.max(0, start - part.start)), units(part.text, Math.max(0, end - part.start)))).join("")
  }

  clear() {
    this.#walk = null
    getSelection().removeAllRanges()
  }

  handleEvent(event) {
    if (event.type === "keydown") return this.#step(event)
    const span = this.span
    if (!span || String(span) !== String(this.#walked())) this.#walk = null // selected by other means
    this.dispatchEvent(new Event("select"))
  }

  #step(event) {
    const forward = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (event.key === "Escape" && this.span) this.clear()
    if (!forward || event.ctrlKey || event.altKey || event.metaKey) return
    if (event.target.closest("input, textarea, select, dialog") || !this.checkVisibility()) return
    this.#words ??= this.#parts.flatMap(({ element, text, start }) => words(text, element.lang, start))
    if (!this.#words.length) return
    event.preventDefault()
    const by = this.#isRightToLeft() ? -forward : forward
    const [anchor, from] = this.#walk ?? this.#here(by)
    const focus = Math.min(Math.max(from + by, 0), this.#words.length - 1)
    this.#walk = [event.shiftKey ? anchor ?? focus : focus, focus]
    const [start, end] = this.#walked()
    getSelection().setBaseAndExtent(...this.#position(start), ...this.#position(end))
    this.dispatchEvent(new Event("select")) // the browser's own event comes later than a fast next key
  }

  #here(by) { // [anchor, focus]: what the mouse has selected, else just before the segment or just behind it
    const span = this.span
    const { start, end } = this.#parts.find(({ element }) => element.dataset.part === "segment")
    const [from, to] = span ?? [start, end]
    const inside = this.#words.flatMap((word, index) => (word[0] >= from && word[1] <= to ? [index] : []))
    const [near, far] = by > 0 ? [inside.at(0), inside.at(-1)] : [inside.at(-1), inside.at(0)]
    return span ? [near ?? 0, far ?? 0] : [null, (near ?? 0) - by]
  }

  #walked() {
    if (!this.#walk) return null
    const [first, last] = this.#walk.toSorted((one, two) => one - two)
    return [this.#words[first][0], this.#words[last][1]]
  }

  #isRightToLeft() { return getComputedStyle(this.querySelector(".passage-segment")).direction === "rtl" }

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
    const part = this.#parts.find(({ end }) => offset <= end)
    let left = units(part.text, offset - part.start)
    const texts = document.createTreeWalker(part.element, NodeFilter.SHOW_TEXT)
    for (let text; (text = texts.nextNode()); left -= text.length) if (left <= text.length) return [text, left]
    return [part.element, 0]
  }
})

function part(element, { text, start }, language) {
  element.hidden = !text
  element.lang = language ?? ""
  return text ? [{ element, text, start, end: start + codePoints(text) }] : []
}

function lengthUntil(range, node, offset) {
  range.setEnd(node, offset)
  return codePoints(range.toString())
}

function pieces({ text, start, end }, marks) {
  const cuts = marks.flatMap((mark) => [mark.start, mark.end]).filter((cut) => cut > start && cut < end)
  const edges = [start, ...new Set(cuts.sort((one, two) => one - two)), end]
  return edges.slice(1).map((to, index) => {
    const inside = marks.filter((mark) => mark.start <= edges[index] && to <= mark.end)
    const piece = text.slice(units(text, edges[index] - start), units(text, to - start))
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
