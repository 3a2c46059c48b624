// Where nothing is left to answer: how many own questions wait for the curator, and a look now and then whether a
// reply has come.
import { read } from "../lib/api.js"

const EVERY = 60_000 // ms

customElements.define("inquiry-count", class extends HTMLElement {
  #timer = 0
  #waiting = 0

  connectedCallback() {
    this.seat = this.closest("annotation-seat")
    new MutationObserver(() => this.#look()).observe(this.seat, { attributeFilter: ["data-state"] })
    document.addEventListener("visibilitychange", () => document.hidden || this.#look())
    this.#look()
  }

  get #isResting() { return ["done", "lent"].includes(this.seat.dataset.state) }

  async #look() {
    clearTimeout(this.#timer)
    if (!this.#isResting) return
    const before = this.#waiting
    const { open } = await read(`${this.dataset.from}?state=open`).catch(() => ({ open: before }))
    this.#waiting = open
    this.firstElementChild.hidden = !open
    this.querySelector("[data-n]").textContent = open.toLocaleString(document.documentElement.lang)
    if (open < before && this.#isResting) return this.seat.querySelector("[data-act=retry]").click()
    if (open && !document.hidden) this.#timer = setTimeout(() => this.#look(), EVERY)
  }
})
