// Tells of new versions of the guidelines: by a mark on their button and, where the curator wants it read, by a
// dialog between two items, which one key closes. The answer in the making is never touched.
import { read } from "../lib/api.js"
import { fillChanges, markRead, tell } from "../lib/guidelines.js"
import { loadSheet } from "./side-panel.js"

const PAUSE = 700 // ms before the key works: it may still be on its way from the last item

customElements.define("guidelines-news", class extends HTMLElement {
  #isDeaf = false // the server did not answer: we ask again after its next word

  connectedCallback() {
    this.seat = this.closest("annotation-seat")
    this.dialog = this.querySelector("dialog")
    this.button = this.querySelector("[data-read]")
    this.seat.addEventListener("report", ({ detail }) => this.#hear(detail))
    this.seat.addEventListener("asked", () => this.#interrupt())
    this.button.addEventListener("click", () => this.#close())
    this.dialog.addEventListener("cancel", (event) => event.preventDefault())
    if (this.seat.queue?.report) this.#hear(this.seat.queue.report)
  }

  get #isPending() { return this.seat.queue.report?.must_read > Number(this.seat.dataset.guidelinesRead) }

  #hear({ guidelines_version, guidelines_read }) {
    this.#isDeaf = false
    const here = Number(this.seat.dataset.guidelinesRead)
    if (guidelines_read < here) tell(this.seat)
    for (const mark of document.querySelectorAll("[data-guidelines-news]")) mark.hidden = here >= guidelines_version
  }

  async #interrupt() {
    if (!this.#isPending || this.#isDeaf || this.dialog.open) return
    loadSheet(this.dataset.sheet)
    this.button.disabled = true
    this.dialog.showModal()
    try {
      const [news] = await Promise.all([read(`${this.seat.api}/guidelines/changes`), pause()])
      this.version = news.guidelines_version
      fillChanges(this.querySelector("[data-part=news]"), news)
      this.button.disabled = false
      this.button.focus()
    } catch { // no network: work goes on
      this.#isDeaf = true
      this.dialog.close()
    }
  }

  #close() {
    markRead(this.seat, this.version)
    this.dialog.close()
    this.seat.activity?.restart() // reading is no time of the item
    const announcer = this.seat.querySelector("[data-announcer]")
    announcer.textContent = `${announcer.textContent} ` // the item, said again now that it can be heard
  }
})

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE))
