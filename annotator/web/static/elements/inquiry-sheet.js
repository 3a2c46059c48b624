// Asking the curator about the item on the screen: it is set aside at once and comes back with the reply. Beneath, the
// person's own questions that wait; each can be taken back.
import { read, uuid } from "../lib/api.js"

customElements.define("inquiry-sheet", class extends HTMLElement {
  #drafts = new Map() // item id → what was begun
  #withdrawn = new Set() // uuids
  #item = null

  connectedCallback() {
    this.seat = document.querySelector("annotation-seat")
    this.form = this.querySelector("form")
    this.field = this.form.elements.text
    this.addEventListener("open", () => this.#open())
    this.seat.addEventListener("asked", () => this.#ask())
    this.form.addEventListener("submit", (event) => this.#send(event))
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) this.form.requestSubmit()
    })
    this.addEventListener("click", ({ target }) => this.#press(target.closest("button")))
    this.seat.outbox.addEventListener("sent", ({ detail }) => this.#sent(detail.entry))
    this.#ask()
  }

  #open() {
    this.#ask()
    this.field.focus()
    this.#list()
  }

  #ask() { // what was begun stays with its item
    if (this.#item) this.#drafts.set(this.#item, this.field.value)
    this.#item = this.seat.item?.id ?? null
    this.field.value = this.#drafts.get(this.#item) ?? ""
    this.form.hidden = !this.#item
  }

  #send(event) {
    event.preventDefault()
    const text = this.field.value.trim()
    if (!text || !this.seat.item) return
    const id = uuid()
    this.field.value = ""
    this.#drafts.delete(this.#item)
    this.#item = null
    this.closest("side-panel").close()
    document.activeElement?.blur() // the next key is for the next item
    this.seat.park({ uuid: id, method: "PUT", path: `${this.seat.api}/inquiries/${id}`, body: { item: this.seat.item.id, text } })
    this.seat.querySelector("[data-note]").textContent = this.dataset.sent
  }

  #press(button) {
    if (button?.dataset.phrase) {
      const before = this.field.value.trim()
      this.field.value = before ? `${before} ${button.dataset.phrase}` : button.dataset.phrase
      this.field.focus()
    }
    if (button?.dataset.uuid) this.#takeBack(button)
  }

  #takeBack(button) {
    const id = button.dataset.uuid
    this.#withdrawn.add(id)
    this.seat.outbox.add({ uuid: uuid(), method: "DELETE", path: `${this.seat.api}/inquiries/${id}`, body: {}, project: this.seat.dataset.project })
    const row = button.closest("li")
    const next = row.nextElementSibling ?? row.previousElementSibling
    row.remove()
    ;(next?.querySelector("button") ?? this.field).focus()
    this.#showOwn()
  }

  #sent({ method, path }) {
    if (method !== "DELETE" || !path.includes("/inquiries/")) return
    this.seat.queue.refill().catch(() => {}) // its item is to come again
    if (!this.seat.item) this.seat.querySelector("[data-act=retry]").click()
  }

  async #list() {
    const found = await read(`${this.dataset.from}?state=open`).catch(() => ({ inquiries: [] }))
    const known = new Set(found.inquiries.map((each) => each.uuid))
    const ahead = this.seat.outbox.waiting.filter(({ method, path }) => method === "PUT" && path?.includes("/inquiries/"))
    const own = [...found.inquiries, ...ahead.filter((each) => !known.has(each.uuid)).map((each) => ({ uuid: each.uuid, text: each.body.text, waits: true }))]
    const shown = own.filter((each) => !this.#withdrawn.has(each.uuid))
    this.querySelector("[data-own]").replaceChildren(...shown.map((each) => this.#row(each)))
    this.#showOwn()
  }

  #showOwn() { this.querySelector("[data-part=own]").hidden = !this.querySelector("[data-own]").childElementCount }

  #row({ uuid: id, text, segment, waits }) {
    const row = this.querySelector("template[data-row]").content.firstElementChild.cloneNode(true)
    row.querySelector("[data-text]").textContent = text
    row.querySelector("[data-segment]").textContent = segment ?? ""
    row.querySelector("[data-waits]").hidden = !waits
    row.querySelector("button").dataset.uuid = id
    return row
  }
})
