// How far a job is, kept up to date in place. Once it has ended, the page is asked for anew: it has the result.
import { read } from "../lib/api.js"

const EVERY = 1_000, LATER = 10_000 // ms: while it goes on; while nobody answers
const numbers = new Intl.NumberFormat(document.documentElement.lang)

customElements.define("job-progress", class extends HTMLElement {
  #timer = 0

  connectedCallback() {
    document.addEventListener("visibilitychange", this)
    this.#next(EVERY)
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this)
    clearTimeout(this.#timer)
  }

  handleEvent() { if (!document.hidden) this.#look() }

  #next(wait) {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#look(), wait)
  }

  async #look() {
    clearTimeout(this.#timer)
    if (document.hidden) return
    const job = await read(this.dataset.from).catch(() => null)
    if (job?.finished_at) return location.reload()
    if (job) this.#draw(job)
    this.#next(job ? EVERY : LATER)
  }

  #draw({ state, done, total, doing }) {
    for (const each of this.querySelectorAll("[data-word]")) each.hidden = each.dataset.word !== state
    for (const each of this.querySelectorAll("[data-doing]")) each.hidden = each.dataset.doing !== doing
    const bar = this.querySelector("progress")
    if (total) Object.assign(bar, { max: total, value: done })
    else bar.removeAttribute("value")
    this.querySelector("[data-count]").hidden = !total
    this.querySelector("[data-done]").textContent = numbers.format(done)
    this.querySelector("[data-total]").textContent = numbers.format(total ?? 0)
  }
})
