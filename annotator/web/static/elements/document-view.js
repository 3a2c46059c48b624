// The whole text as a column of a newspaper, this person's stances in its margin. A sentence that she may judge or
// correct opens by a press. What was on the screen here counts as shown with the item at the seat.
import { documents } from "../lib/documents.js"
import { Column } from "../lib/newspaper.js"
import { reopen, waiting } from "../lib/reopening.js"
import { Telling } from "../lib/telling.js"

customElements.define("document-view", class extends HTMLElement {
  #read = null // what documents.get gave for the document that is drawn
  #given = new Map() // item → body of an answer given here since, null where it was taken back
  #visible = new Set() // elements of sentences that are on the screen

  connectedCallback() {
    this.seat = document.querySelector("annotation-seat")
    this.panel = this.closest("side-panel")
    this.text = this.querySelector("[data-text]")
    this.column = new Column(this.text, { telling: new Telling(this), words: this.dataset })
    this.eyes = new IntersectionObserver((seen) => this.#see(seen), { root: this.panel })
    this.addEventListener("open", () => this.#follow({ anew: true }))
    this.addEventListener("close", () => this.#blink())
    this.text.addEventListener("click", ({ target }) => this.#press(target.closest("[data-item]")))
    this.text.addEventListener("keydown", (event) => this.#steer(event))
    this.seat.addEventListener("asked", () => this.panel.hidden || this.#follow())
    this.seat.outbox.addEventListener("change", () => this.panel.hidden || this.#note())
  }

  // Shows the document of the item at the seat; `anew` asks the server how its answers stand.
  async #follow({ anew = false } = {}) {
    const id = this.seat.item?.document.id
    if (!id) return
    const isOther = id !== this.#read?.document.id
    try {
      if (isOther || anew) await this.#fetch(id)
      if (this.#read?.document.id === this.seat.item?.document.id) this.#arrive({ smoothly: !isOther && !anew })
    } catch (problem) {
      this.#say(`${this.dataset.failed} ${problem.message}`)
    }
  }

  async #fetch(id) {
    this.#given.clear()
    this.#recall() // what is on its way now may not be in the answer, nor wait any more when it comes
    const read = await documents.get(id, { anew: true })
    if (this.seat.item?.document.id !== id) return // she was faster
    this.#read = read
    this.column.set(read)
    this.#say("")
    this.#blink()
    for (const sentence of this.text.querySelectorAll(".sentence")) this.eyes.observe(sentence)
  }

  #arrive({ smoothly }) { // at the item on the screen
    this.#note()
    this.#tellShown()
    const still = !smoothly || matchMedia("(prefers-reduced-motion: reduce)").matches
    this.text.querySelector("[aria-current]")?.scrollIntoView({ block: "center", behavior: still ? "instant" : "smooth" })
  }

  #note() { // what waits in the browser stands, whatever the server said before
    this.#recall()
    if (!this.#read) return
    const now = (mark) => (this.#given.has(mark.item) ? { ...mark, state: "yours", current: this.#given.get(mark.item) } : mark)
    this.column.tell(this.#read.segments.map((segment) => ({ ...now(segment), more: segment.more.map(now) })), this.seat.item)
  }

  #recall() {
    for (const { item, body } of waiting(this.seat)) this.#given.set(item, body.withdrawn ? null : body)
  }

  #press(sentence) {
    if (sentence) reopen(sentence.dataset.item).catch((problem) => this.#say(problem.message))
  }

  #steer(event) { // from sentence to sentence
    const stops = [...this.text.querySelectorAll("[role=button]")]
    const at = stops.indexOf(event.target)
    if (at < 0 || event.isComposing) return
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 }[event.key]
    if (to === undefined && !["Enter", " "].includes(event.key)) return
    event.preventDefault()
    event.stopPropagation()
    if (to === undefined) this.#press(event.target)
    else stops[to]?.focus()
  }

  #see(seen) {
    for (const { target, isIntersecting } of seen) {
      if (isIntersecting) this.#visible.add(target)
      else this.#visible.delete(target)
    }
    this.#tellShown()
  }

  #blink() { // nothing is on the screen
    this.eyes.disconnect()
    this.#visible.clear()
  }

  #tellShown() {
    if (!this.#visible.size || this.#read.document.id !== this.seat.item?.document.id) return
    const spans = [...this.#visible].map(({ dataset }) => [Number(dataset.start), Number(dataset.end)])
    const seen = [Math.min(...spans.map(([start]) => start)), Math.max(...spans.map(([, end]) => end))]
    this.seat.passage.sawAlso?.(seen)
  }

  #say(sentence) { this.querySelector("[data-state]").textContent = sentence }
})
