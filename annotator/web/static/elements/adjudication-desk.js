// The form where a curator decides; it works without this file. Adds: time spent, the row that Shift and a digit
// choose in, the selected words as a rationale, the next reason, and others are told that the item is open.
//   <adjudication-desk data-item="…" data-look="/api/v1/…/look">the text <form>…</form></adjudication-desk>
import { ask } from "../lib/api.js"

const RENEWAL = 4 * 60_000 // ms; a look lasts ten minutes
const IDLE = 60_000 // ms without a key or a move of the mouse: the person has left

customElements.define("adjudication-desk", class extends HTMLElement {
  #rows = []
  #draft = null // the row of the new answer that was written in last
  #active = 0 // ms
  #last = performance.now()
  #words = "" // selected before a button took the focus

  connectedCallback() {
    this.form = this.querySelector("form")
    this.#rows = [...this.querySelectorAll("[data-row]")].filter((row) => row.querySelector("[data-version]"))
    for (const button of this.querySelectorAll("[data-does]")) button.hidden = false
    for (const type of ["click", "change", "submit", "focusin"]) this.addEventListener(type, this)
    for (const type of ["keydown", "pointermove", "selectionchange"]) document.addEventListener(type, this)
    if (this.#rows.length) this.#enter(Math.max(0, this.#rows.findIndex((row) => !row.querySelector(":checked"))))
    this.renewal = setInterval(() => document.hidden || this.#look(), RENEWAL)
  }

  disconnectedCallback() {
    for (const type of ["keydown", "pointermove", "selectionchange"]) document.removeEventListener(type, this)
    clearInterval(this.renewal)
  }

  handleEvent(event) {
    if (event.type === "keydown" || event.type === "pointermove") this.#wake()
    if (event.type === "keydown") this.#key(event)
    if (event.type === "selectionchange") this.#select()
    if (event.type === "click" && event.target.closest("summary")) this.#write()
    if (event.type === "click") this[`_${event.target.closest("[data-does]")?.dataset.does}`]?.()
    if (event.type === "change" && event.target.dataset.version) this.#enter(this.#rows.indexOf(event.target.closest("[data-row]")) + 1)
    if (event.type === "focusin") this.#draft = event.target.closest("[data-draft]") ?? this.#draft
    if (event.type === "submit") this.#send(event)
  }

  _reason() {
    const reasons = [...this.form.elements.reason]
    const next = reasons[(reasons.findIndex((each) => each.checked) + 1) % reasons.length]
    next.checked = true
    next.scrollIntoView({ block: "nearest" })
  }

  _note() { this.form.elements.comment.focus() }

  _words() {
    this.#select() // the browser tells of a selection later than it makes it: a fast key comes before
    const row = this.#draft ?? this.querySelector("[data-draft]")
    if (!row || !this.#words) return
    this.querySelector("details.new").open = true
    const field = row.querySelector("textarea")
    field.value = [field.value.trim(), this.#words].filter(Boolean).join("\n")
  }

  #write() { // the details open after this click
    const details = this.querySelector("details.new")
    details.addEventListener("toggle", () => details.open && details.querySelector("input:not([type=hidden]), select")?.focus(), { once: true })
  }

  #key(event) {
    if (event.key === "Escape" && this.contains(document.activeElement)) document.activeElement.blur()
    const isTyped = event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select, dialog")
    if (isTyped || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("label-keys")?.dataset.single === "off") return
    const by = { KeyJ: 1, KeyK: -1 }[event.code]
    if (!by || !this.#rows.length || event.shiftKey) return
    event.preventDefault()
    const at = this.#rows.findIndex((row) => row.hasAttribute("data-here"))
    this.#enter(at + by)
  }

  // Shift and a digit choose in this row; the last one stays when there is no further one.
  #enter(index) {
    const at = Math.min(Math.max(index, 0), this.#rows.length - 1)
    for (const [number, row] of this.#rows.entries()) {
      row.toggleAttribute("data-here", number === at)
      for (const radio of row.querySelectorAll("[data-version]")) {
        if (number === at && Number(radio.dataset.version) < 10) radio.dataset.code = `Shift+Digit${radio.dataset.version}`
        else delete radio.dataset.code
      }
    }
    this.#rows[at]?.scrollIntoView({ block: "nearest" })
  }

  #select() { // a selection in the text; what is marked there carries letters that are not of it
    const selection = getSelection()
    if (selection.isCollapsed || !selection.rangeCount) return
    if (!document.querySelector("[data-passage]")?.contains(selection.getRangeAt(0).commonAncestorContainer)) return
    const part = selection.getRangeAt(0).cloneContents()
    for (const letters of part.querySelectorAll("sup")) letters.remove()
    this.#words = part.textContent.replace(/\s+/g, " ").trim()
  }

  #wake() {
    const now = performance.now()
    this.#active += Math.min(now - this.#last, IDLE)
    this.#last = now
  }

  #send(event) {
    if (this.sent) return event.preventDefault() // a second press of the same key
    this.#wake()
    this.form.elements.seconds.value = (this.#active / 1000).toFixed(1)
    this.sent = true
    addEventListener("pageshow", () => { this.sent = false }, { once: true }) // by the browser's way back
  }

  #look() {
    ask("POST", this.dataset.look, { item: this.dataset.item }).catch(() => {}) // a courtesy: without it, the second hears a 409
  }
})
