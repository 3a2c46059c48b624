// What curators have settled in cases like this one: begins with the item's target, searched as one types.
import { read } from "../lib/api.js"
import { Telling } from "../lib/telling.js"
import { nameOf } from "./question-card.js"

const PAUSE = 250 // ms without a key before we search

customElements.define("precedents-panel", class extends HTMLElement {
  #asked = 0 // number of the newest request: an older one that comes late is dropped
  #timer = 0

  connectedCallback() {
    this.seat = document.querySelector("annotation-seat")
    this.telling = new Telling(this)
    this.form = this.querySelector("form")
    this.form.addEventListener("submit", (event) => event.preventDefault())
    this.form.addEventListener("input", () => this.#soon())
    this.addEventListener("open", () => {
      if (matchMedia("(pointer: fine)").matches) this.form.elements.q.focus()
      this.#aim()
      this.#fetch()
    })
    this.seat.addEventListener("asked", () => this.#aim() && !this.closest("side-panel").hidden && this.#soon())
  }

  // Names the item's target; true if it is another one than before.
  #aim() {
    const target = this.seat.item?.target ?? null
    const before = this.target?.key
    this.target = target
    this.querySelector("[data-only]").hidden = !target
    this.querySelector("[data-target]").textContent = target ? nameOf(target) : ""
    return before !== target?.key
  }

  #soon() {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#fetch(), PAUSE)
  }

  async #fetch() {
    clearTimeout(this.#timer)
    const number = ++this.#asked
    const { q, only } = this.form.elements
    const query = new URLSearchParams()
    if (q.value.trim()) query.set("q", q.value.trim())
    if (this.target && only.checked) query.set("target", this.target.key)
    try {
      const found = await read(`${this.dataset.from}?${query}`)
      if (number === this.#asked) this.#draw(found, query)
    } catch (problem) {
      if (number === this.#asked) this.#say(`${this.dataset.failed} ${problem.message}`)
    }
  }

  #draw({ precedents, more }, query) {
    this.querySelector("[data-list]").replaceChildren(...precedents.map((precedent) => this.#row(precedent)))
    const searched = query.has("q") || query.has("target")
    if (!precedents.length) this.#say(searched ? this.dataset.unmatched : this.dataset.none)
    else this.#say(more ? this.dataset.more : "")
  }

  #row(precedent) {
    const row = this.querySelector("template[data-row]").content.firstElementChild.cloneNode(true)
    const fill = (name, text) => {
      const part = row.querySelector(`[data-${name}]`)
      part.textContent = text ?? ""
      part.hidden = !text
    }
    fill("title", precedent.title)
    fill("text", precedent.text)
    if (precedent.language) row.querySelector("[data-text]").lang = precedent.language
    fill("reason", this.dataset[`reason_${precedent.reason}`] ?? precedent.reason)
    fill("comment", precedent.comment)
    row.querySelector("[data-stances]").replaceChildren(...this.telling.lines(precedent, precedent))
    return row
  }

  #say(sentence) { this.querySelector("[data-state]").textContent = sentence }
})
