// The person's own answers, the newest first: searched as one types, filtered by label, opened again.
// What the server has not acknowledged yet stands on top, as waiting.
import { read } from "../lib/api.js"
import { reopen, waiting } from "../lib/reopening.js"
import { Telling } from "../lib/telling.js"

const PAUSE = 250 // ms without a key before we search
const PAGE = 20, MOST = 100 // answers asked for at a time

customElements.define("history-panel", class extends HTMLElement {
  #answers = [] // of the server
  #next = null // where it goes on; null: that is all
  #asked = 0 // number of the newest request: an older one that comes late is dropped
  #timer = 0

  connectedCallback() {
    this.seat = document.querySelector("annotation-seat")
    this.telling = new Telling(this)
    this.list = this.querySelector("[data-answers]")
    this.form = this.querySelector("form")
    this.form.addEventListener("submit", (event) => event.preventDefault())
    this.form.addEventListener("input", () => this.#soon())
    this.addEventListener("keydown", (event) => this.#steer(event))
    this.addEventListener("click", ({ target }) => this.#press(target.closest("button")))
    this.addEventListener("open", () => this.#open())
    this.seat.addEventListener("asked", () => this.#point())
    this.seat.outbox.addEventListener("change", () => this.#follow())
  }

  get #isOpen() { return !this.closest("side-panel").hidden }

  #open() {
    if (matchMedia("(pointer: fine)").matches) this.form.elements.q.focus() // not on a phone, where it brings the keyboard up
    this.#ask()
  }

  #follow() { // an answer was given, or has arrived
    if (!this.#isOpen) return
    this.#draw()
    if (!waiting(this.seat).length) this.#soon()
  }

  #soon() {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#ask({ limit: Math.min(Math.max(this.#answers.length, PAGE), MOST) }), PAUSE)
  }

  async #ask({ before = "", limit = PAGE } = {}) {
    const number = ++this.#asked
    const { q, label } = this.form.elements
    const query = new URLSearchParams({ q: q.value.trim(), label: label.value, before, limit })
    for (const [name, value] of [...query]) if (!value) query.delete(name)
    try {
      const page = await read(`${this.dataset.from}?${query}`)
      if (number !== this.#asked) return
      this.#answers = before ? [...this.#answers, ...page.answers] : page.answers
      this.#next = page.next
      this.#draw()
    } catch (problem) {
      if (number === this.#asked) this.#say(`${this.dataset.failed} ${problem.message}`)
    }
  }

  #draw() {
    const ahead = waiting(this.seat)
    const held = new Set(ahead.map(({ item }) => item))
    const shown = [
      ...ahead.filter(({ body }) => !body.withdrawn).map((answer) => this.#ahead(answer)).filter((answer) => this.#matches(answer)),
      ...this.#answers.filter(({ item }) => !held.has(item)),
    ]
    const focused = document.activeElement?.closest(".history-answer")?.dataset.item
    this.list.replaceChildren(...shown.map((answer) => this.#row(answer)))
    if (focused) this.list.querySelector(`[data-item="${CSS.escape(focused)}"]`)?.focus()
    this.querySelector("[data-more]").hidden = !this.#next
    this.#count(shown.length)
    this.#point()
  }

  #ahead({ item: id, body }) { // told as the server will tell it
    const item = this.seat.steps.of(id)?.item ?? this.#answers.find((answer) => answer.item === id)
    const { text } = item?.segment ?? item ?? {}
    return { ...body, item: id, text: text ?? id, document: item?.document, target: item?.target, holder: item?.holder, counted: true, waits: true }
  }

  #matches({ text, comment, document, stances }) {
    const { q, label } = this.form.elements
    const words = [text, comment, document?.title].join(" ").toLowerCase()
    return words.includes(q.value.trim().toLowerCase()) && (!label.value || stances.some((stance) => stance.label === label.value))
  }

  #row(answer) {
    const row = this.querySelector("template[data-row]").content.firstElementChild.cloneNode(true)
    const fill = (name, text) => {
      const part = row.querySelector(`[data-${name}]`)
      part.textContent = text ?? ""
      part.hidden = !text
    }
    row.firstElementChild.dataset.item = answer.item
    fill("text", answer.text)
    fill("comment", answer.comment)
    fill("title", answer.document?.title)
    const at = answer.answered_at ?? answer.created_at
    fill("when", at && moment(new Date(at)))
    row.querySelector("[data-when]").dateTime = at ?? ""
    row.querySelector("[data-stances]").replaceChildren(...this.telling.lines(answer, answer))
    row.querySelector("[data-waiting]").hidden = !answer.waits
    row.querySelector("[data-surplus]").hidden = answer.counted !== false
    return row
  }

  #count(n) {
    const { q, label } = this.form.elements
    if (!n) return this.#say(q.value || label.value ? this.dataset.unmatched : this.dataset.empty)
    this.#say((this.#next ? this.dataset.foundMore : this.dataset.found).replace("{n}", n))
  }

  #say(sentence) {
    const state = this.querySelector("[data-state]")
    if (state.textContent !== sentence) state.textContent = sentence
  }

  #point() { // at the answer that stands open at the seat
    for (const button of this.list.querySelectorAll("button")) {
      button.ariaCurrent = button.dataset.item === this.seat.item?.id ? "true" : null
    }
  }

  #press(button) {
    if (button?.matches("[data-more]")) this.#ask({ before: this.#next })
    if (button?.dataset.item) reopen(button.dataset.item).catch((problem) => this.#say(problem.message))
  }

  #steer(event) { // up and down, from the search into the list and through it
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!by || event.isComposing || event.target.matches("select")) return
    const stops = [this.form.elements.q, ...this.list.querySelectorAll("button"), this.querySelector("[data-more]:not([hidden])")]
    const at = stops.indexOf(event.target.closest("input, button"))
    const next = at < 0 ? null : stops[at + by]
    if (!next) return
    event.preventDefault()
    next.focus()
  }
})

function moment(then) { // the time; with the day where it is not today, with the year where it is not this one
  const now = new Date()
  const day = then.toDateString() === now.toDateString() ? {} : { day: "numeric", month: "short" }
  const year = then.getFullYear() === now.getFullYear() ? {} : { year: "numeric" }
  return then.toLocaleString(document.documentElement.lang, { ...day, ...year, hour: "2-digit", minute: "2-digit" })
}
