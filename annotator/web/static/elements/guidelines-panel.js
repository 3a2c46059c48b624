// The guidelines beside the work, fetched when they are first wanted:
//   <guidelines-panel data-from="/api/v1/…/guidelines">…<div data-text></div></guidelines-panel>
import { read } from "../lib/api.js"

customElements.define("guidelines-panel", class extends HTMLElement {
  connectedCallback() { this.addEventListener("open", () => this.fetched || this.#fetch()) }

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
