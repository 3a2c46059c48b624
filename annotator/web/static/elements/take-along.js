// Takes items along for work without a network, says how many are left, and gives back what was not done.
import { ask } from "../lib/api.js"

customElements.define("take-along", class extends HTMLElement {
  connectedCallback() {
    this.seat = document.querySelector("annotation-seat")
    this.form = this.querySelector("form")
    this.form.addEventListener("submit", (event) => {
      event.preventDefault()
      this.#take()
    })
    this.addEventListener("click", ({ target }) => this.#press(target.closest("button")?.dataset ?? {}))
    this.seat.addEventListener("asked", () => this.#draw())
    this.#draw()
  }

  get #url() { return `${this.seat.api}/leases` }

  #press({ give, yes, no }) {
    if (give !== undefined) this.#ask(true)
    if (no !== undefined) this.#ask(false)
    if (yes !== undefined) this.#giveBack()
  }

  async #take() {
    const { count, hours } = this.form.elements
    this.#say(this.dataset.taking)
    await this.#doing(async () => {
      const { items } = await ask("POST", this.#url, { count: Number(count.value), hours: Number(hours.value) })
      if (!items.length) return this.#say(this.dataset.nothing)
      const isStored = await this.seat.queue.takeAlong(items)
      this.#draw()
      if (!isStored) this.#say(this.dataset.unkept)
    })
  }

  async #giveBack() {
    this.#ask(false)
    await this.#doing(async () => {
      await this.seat.outbox.settled() // the answers first: they need their leases
      if (this.seat.outbox.waiting.length) return this.#say(this.dataset.waiting)
      await ask("DELETE", this.#url)
      this.seat.queue.clear()
      this.#draw()
      await this.seat.refresh()
    })
  }

  async #doing(work) {
    const button = this.querySelector("[data-take]")
    button.disabled = true
    try {
      await work()
    } catch (problem) {
      this.#say(problem.status === 0 ? this.dataset.failed : problem.message)
    }
    button.disabled = false
  }

  #ask(asking) {
    const { length } = this.seat.queue.taken
    this.querySelector("[data-asking]").hidden = !asking
    this.querySelector("[data-give]").hidden = asking
    this.querySelector("[data-question]").textContent = asking ? this.dataset.sure.replace("{n}", length) : ""
  }

  #draw() {
    const { taken } = this.seat.queue
    const until = taken.map((entry) => entry.until).sort().at(-1)
    this.querySelector("[data-back]").hidden = !taken.length
    this.#say(taken.length ? this.dataset.with.replace("{n}", taken.length).replace("{time}", told(until)) : this.dataset.none)
    const left = document.querySelector("[data-taken]")
    left.textContent = taken.length || ""
    left.hidden = !taken.length
  }

  #say(sentence) {
    const state = this.querySelector("[data-state]")
    if (state.textContent !== sentence) state.textContent = sentence
  }
})

function told(moment) { // "18:40", with the day if that is another one
  const date = new Date(moment)
  const isToday = date.toDateString() === new Date().toDateString()
  return date.toLocaleString(document.documentElement.lang, { timeStyle: "short", ...(isToday ? {} : { dateStyle: "medium" }) })
}
