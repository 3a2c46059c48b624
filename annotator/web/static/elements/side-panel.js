// A panel beside the work, opened by a button; one at a time. What is in it is fetched when it is first wanted:
//   <button data-toggles="history">…</button>
//   <side-panel id="history" data-module="history-panel" data-sheet="…/history.css" hidden><history-panel>…</history-panel></side-panel>
// Its content hears "open" and "close". Escape in it closes it and gives the focus back.
import { load } from "../lib/api.js"
customElements.define("side-panel", class extends HTMLElement {
  connectedCallback() {
    this.buttons = document.querySelectorAll(`[data-toggles="${this.id}"]`)
    for (const button of this.buttons) button.addEventListener("click", () => (this.hidden ? this.open() : this.close()))
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing) return
      event.stopPropagation()
      this.close()
    })
  }

  async open() {
    for (const other of document.querySelectorAll("side-panel:not([hidden])")) if (other !== this) other.close()
    this.#turn(true)
    if (this.dataset.sheet) loadSheet(this.dataset.sheet)
    if (this.dataset.module) await load(import.meta.resolve(`./${this.dataset.module}.js`))
    this.firstElementChild.dispatchEvent(new Event("open"))
  }

  close() {
    if (this.hidden) return
    const hadFocus = this.contains(document.activeElement)
    this.#turn(false)
    if (hadFocus) [...this.buttons].find((button) => !this.contains(button) && button.checkVisibility())?.focus()
    this.firstElementChild.dispatchEvent(new Event("close"))
  }

  #turn(open) {
    this.hidden = !open
    for (const button of this.buttons) button.ariaExpanded = String(open)
  }
})

export function loadSheet(href) { // not with the page: the first label does not need it
  if (document.querySelector(`link[href="${href}"]`)) return
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }))
}
