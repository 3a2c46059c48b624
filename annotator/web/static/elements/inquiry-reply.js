// The curator's reply above the sentence that was asked about.
import { loadSheet } from "./side-panel.js"

customElements.define("inquiry-reply", class extends HTMLElement {
  connectedCallback() {
    this.seat = this.closest("annotation-seat")
    this.seat.addEventListener("asked", () => this.#draw())
    loadSheet(this.dataset.sheet)
    this.#draw()
  }

  #draw() {
    const inquiry = this.seat.item?.inquiry
    this.hidden = !inquiry
    this.querySelector("[data-asked]").textContent = inquiry?.text ?? ""
    this.querySelector("[data-reply]").textContent = inquiry?.reply ?? ""
  }
})
