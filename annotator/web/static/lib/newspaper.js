// A document as a column: its title, headings, turns and paragraphs, a sentence an element.
//   const column = new Column(element, { telling, words })
//   column.set(read)             // what documents.get gave
//   column.tell(segments, item)  // own answers into the margin, a mark at the item on the screen
// Elements of sentences carry data-start and data-end, code points of the text; those that can be opened data-item.
export class Column {
  #sentences = [] // {element, margin, start} in the order of the text

  constructor(element, { telling, words }) {
    Object.assign(this, { element, telling, words })
  }

  set({ document: source, text, language, segments }) {
    this.element.lang = language ?? ""
    this.element.dir = "auto" // by its first words; the title may be of another language
    this.#sentences = []
    const characters = [...text]
    const title = source.title && Object.assign(made("h3", "document-title", source.title), { dir: "auto" })
    this.element.replaceChildren(...[title, ...this.#blocks(characters, segments)].filter(Boolean))
  }

  tell(segments, item) {
    const byStart = new Map(segments.map((segment) => [segment.start, segment]))
    for (const sentence of this.#sentences) this.#mark(sentence, byStart.get(sentence.start), item)
    this.element.querySelector("[aria-current], [role=button]")?.setAttribute("tabindex", "0")
  }

  #blocks(characters, segments) {
    let speaker = null
    return grouped(segments).flatMap((block) => {
      const [first] = block
      const cut = ({ start, end }) => characters.slice(start, end).join("")
      if (first.type === "heading") return [made("h4", "document-heading", cut(first))]
      const turn = first.speaker && first.speaker !== speaker ? [made("p", "document-speaker", first.speaker)] : []
      speaker = first.speaker
      const paragraph = made("p", first.type === "boilerplate" ? "document-boilerplate" : "document-paragraph")
      block.forEach((segment, index) => paragraph.append(...this.#sentence(segment, cut(segment)), index < block.length - 1 ? " " : ""))
      return [...turn, paragraph]
    })
  }

  #sentence({ start, end, type }, text) {
    const element = made("span", "sentence", text)
    Object.assign(element.dataset, { start, end })
    if (type !== "body") return [element]
    const margin = made("span", "margin")
    margin.id = `margin-${start}`
    this.#sentences.push({ element, margin, start })
    const line = made("span", "line") // the note begins where the sentence begins, so it stands before it
    line.append(margin, element)
    return [line]
  }

  #mark({ element, margin }, segment, item) {
    const marks = segment.item ? [segment, ...segment.more] : []
    const here = marks.find((mark) => mark.item === item?.id)
    const first = here ?? marks.find(opens)
    element.ariaCurrent = here ? "true" : null
    press(element, first?.item, margin.id)
    const answered = marks.filter(({ current }) => current)
    const spoken = here ? this.words.current : answered.length ? this.words.answered : first ? this.words.open : ""
    margin.replaceChildren(
      ...answered.map((mark) => this.#note(mark, marks.length > 1)), noted(here ? "margin-here" : "visually-hidden", spoken))
    margin.classList.toggle("is-empty", !answered.length && !here)
  }

  #note({ item, target, current }, alone) { // of several questions about a sentence each opens by its own note
    const note = noted("margin-note", "")
    note.append(...this.telling.lines(current, { target }))
    if (alone) press(note, item)
    return note
  }
}

const opens = ({ state, current }) => Boolean(current) || state === "yours"

function press(element, item, describedBy) {
  const given = item ? { role: "button", tabindex: "-1", "data-item": item, "aria-describedby": describedBy } : {}
  for (const name of ["role", "tabindex", "data-item", "aria-describedby"]) {
    if (given[name]) element.setAttribute(name, given[name])
    else element.removeAttribute(name)
  }
}

// Segments of one paragraph stand together; a heading alone, and so does what another speaker says.
function grouped(segments) {
  const blocks = []
  for (const segment of segments) {
    const before = blocks.at(-1)?.[0]
    const same = before && ["type", "paragraph", "speaker"].every((part) => before[part] === segment[part]) && segment.type !== "heading"
    if (same) blocks.at(-1).push(segment)
    else blocks.push([segment])
  }
  return blocks
}

function made(name, kind, text = "") {
  return Object.assign(document.createElement(name), { className: kind, textContent: text })
}

// In the margin the page speaks, not the document.
const noted = (kind, text) => Object.assign(made("span", kind, text), { dir: document.documentElement.dir, lang: document.documentElement.lang })
