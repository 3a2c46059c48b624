// The guidelines beside the work, fetched when they are first wanted:
//   <guidelines-panel data-from="/api/v1/…/guidelines" hidden>…<div data-text></div></guidelines-panel>
// Any button with data-toggles="its id" shows and hides it.
import { read } from "../lib/api.js"

customElements.define("guidelines-panel", class extends HTMLElement {
  connectedCallback() {
    this.buttons = document.querySelectorAll(`[data-toggles="${this.id}"]`)
    for (const button of this.buttons) button.addEventListener("click", () => this.#toggle())
  }

  #toggle() {
    this.hidden = !this.hidden
    for (const button of this.buttons) button.ariaExpanded = String(!this.hidden)
    if (!this.hidden && !this.fetched) this.#fetch()
  }

  async #fetch() {
    const text = this.querySelector("[data-text]")
    try {
      const { html } = await read(this.dataset.from)
      text.innerHTML = html || this.dataset.none // sanitised by the server
      this.fetched = true
    } catch (problem) {
      text.textContent = `${this.dataset.failed} ${problem.message}`
    }
  }
})
