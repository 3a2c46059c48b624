// How much of the text around the sentence a passage shows: the project's own reach, then twice as much, at last
// all of it. Fetched, with the documents, when somebody first asks for more; kept for the next items of this tab.
import { documents } from "./documents.js"

const WHOLE = Infinity

export class Reaching {
  #far = WHOLE // how many sentences there are on the longer side of the item, once that is known

  constructor(passage) {
    this.passage = passage
    this.near = Number(passage.dataset.near)
    this.buttons = passage.seat.querySelectorAll("[data-reach]")
    this.state = passage.seat.querySelector("[data-reach-state]")
    this.name = `standpoint-reach:${passage.seat.dataset.project}`
    this.reach = Math.max(Number(sessionStorage.getItem(this.name)), this.near)
  }

  // Shows an item's context at the reach in force, after going `by` steps wider (1) or narrower (-1).
  async show(item, by = 0) {
    if ("prefetch" in this.passage.dataset) documents.prefetch([item.document.id])
    if (by || this.reach > this.near) await this.#fetched(item, (whole) => {
      this.#far = farthest(whole, item)
      if (by) this.#go(next(this.reach, by, this.near, this.#far))
      this.#set(whole, item, by)
    })
    this.#tell()
  }

  // More than the project's own reach: then it is this that puts the sentence where the eye rests.
  get isWide() { return this.reach > this.near }

  // Shows all marks that are drawn: those of an answer that is opened again may lie farther away.
  async cover(item) {
    if (this.covered === item) return
    this.covered = item
    await this.#fetched(item, (whole) => this.#set(whole, item, 0))
  }

  async #fetched(item, then) {
    try {
      const whole = await documents.get(item.document.id)
      if (this.passage.item === item) then(whole)
    } catch {
      this.state.textContent = this.state.dataset.failed
      this.failed = true
    }
  }

  #set(whole, item, by) {
    const top = () => this.passage.segment.getBoundingClientRect().top
    const before = top()
    this.passage.set(around(whole, item, Math.max(this.reach, ...distances(whole, item, this.passage.marks))))
    scrollBy({ top: top() - (by ? before : Math.min(before, innerHeight / 3)), behavior: "instant" }) // the sentence keeps its place
  }

  #go(reach) {
    this.reach = reach
    if (reach > this.near) sessionStorage.setItem(this.name, reach)
    else sessionStorage.removeItem(this.name)
  }

  #tell() {
    const { near, whole } = this.state.dataset
    if (!this.failed) this.state.textContent = this.reach === this.near ? "" : this.reach >= this.#far ? whole : near.replace("{n}", this.reach)
    this.failed = false
    for (const button of this.buttons) button.disabled = Number(button.dataset.reach) > 0 ? this.reach === WHOLE : this.reach <= this.near
  }
}

// The next reach, in sentences on each side; `far` is how many there are on the longer side.
function next(reach, by, near, far) {
  const steps = [near]
  for (let step = Math.max(2 * near, 2); step < far; step *= 2) steps.push(step)
  steps.push(WHOLE)
  const at = steps.findIndex((step) => step >= reach)
  return steps[Math.min(Math.max(at + by, 0), steps.length - 1)]
}

// What a document shows of itself at this reach: {before: {text, start}, after: {text, start}, around: [segment]}.
function around({ text, segments }, item, reach) {
  const { start, end } = item.segment
  const at = position({ segments }, item)
  const near = segments.slice(Math.max(0, at - reach), at + reach + 1)
  const characters = [...text]
  const [from, to] = reach === WHOLE ? [0, characters.length] : [near[0].start, near.at(-1).end]
  return {
    before: { text: characters.slice(from, start).join(""), start: from },
    after: { text: characters.slice(end, to).join(""), start: end },
    around: near,
  }
}

function distances(whole, item, marks) { // of the segments that are marked, in segments
  const at = position(whole, item)
  return whole.segments.flatMap((line, index) =>
    (marks.some(({ start, end }) => line.end > start && line.start < end) ? [Math.abs(index - at)] : []))
}

function farthest(whole, item) {
  const at = position(whole, item)
  return Math.max(at, whole.segments.length - 1 - at)
}

const position = ({ segments }, item) => segments.findIndex(({ start }) => start === item.segment.start)
