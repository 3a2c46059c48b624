// The guidelines beside the work: what changed since they were read last, the notes about this item, the text, notes
// about labels and other targets, all versions. Fetched whenever the panel is opened; what was shown counts as read.
import { read } from "../lib/api.js"
import { fillChanges, markRead } from "../lib/guidelines.js"

customElements.define("guidelines-panel", class extends HTMLElement {
  #texts = null

  connectedCallback() {
    this.seat = document.querySelector("annotation-seat")
    this.addEventListener("open", () => this.#fetch())
    this.seat.addEventListener("asked", () => this.#drawNotes())
    this.seat.addEventListener("report", ({ detail }) => this.#follow(detail))
    this.querySelector("[data-part=versions]").addEventListener("toggle", () => this.#fetchVersions())
    this.addEventListener("toggle", ({ target }) => target.dataset.version && this.#compare(target), { capture: true })
  }

  get #isOpen() { return !this.closest("side-panel").hidden }

  async #fetch() {
    try {
      const [texts, news] = await Promise.all([read(this.dataset.from), read(`${this.dataset.from}/changes`)])
      this.#texts = texts
      fillChanges(this.querySelector("[data-part=news]"), news)
      this.#draw()
      markRead(this.seat, texts.guidelines_version)
    } catch (problem) { // what came before still stands there
      if (!this.#texts) this.querySelector("[data-text]").textContent = `${this.dataset.failed} ${problem.message}`
    }
  }

  #follow({ guidelines_version }) { // a version came out while this one is open
    if (this.#isOpen && this.#texts && guidelines_version > this.#texts.guidelines_version) this.#fetch()
  }

  #draw() {
    const { html, labels, entities } = this.#texts
    const isEmpty = !html && !labels.length && !entities.length
    this.querySelector("[data-text]").innerHTML = isEmpty ? this.dataset.none : html // sanitised by the server
    this.#fill("labels", labels, { open: true })
    this.#drawNotes()
    this.#fetchVersions()
  }

  #drawNotes() { // the target's and the holder's stand on top
    if (!this.#texts || !this.#isOpen) return
    const { target, holder } = this.seat.item ?? {}
    const fixed = new Set([target?.key, holder?.key])
    this.#fill("item", this.#texts.entities.filter(({ of }) => fixed.has(of)), { open: true })
    this.#fill("others", this.#texts.entities.filter(({ of }) => !fixed.has(of)))
  }

  #fill(part, texts, { open = false } = {}) {
    const section = this.querySelector(`[data-part=${part}]`)
    section.hidden = !texts.length
    section.querySelector("[data-notes]").replaceChildren(...texts.map(({ name, html }) => {
      const note = copy(this, "guide-note")
      note.open = open
      note.querySelector("[data-name]").textContent = name
      note.querySelector("[data-html]").innerHTML = html
      return note
    }))
  }

  async #fetchVersions() {
    const part = this.querySelector("[data-part=versions]")
    part.hidden = !this.#texts?.guidelines_version
    if (!part.open || part.hidden) return
    const { versions } = await read(`${this.dataset.from}/versions`).catch(() => ({ versions: [] }))
    part.querySelector("[data-versions]").replaceChildren(...versions.map((version) => this.#row(version)))
  }

  #row(version) {
    const row = copy(this, "version")
    const fill = (name, text) => {
      const element = row.querySelector(`[data-${name}]`)
      element.textContent = text ?? ""
      element.hidden = !text
    }
    row.querySelector("details").dataset.version = version.version
    fill("number", this.dataset.version.replace("{n}", version.version))
    fill("about", version.name)
    fill("note", version.note)
    fill("by", version.by)
    fill("when", new Date(version.created_at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" }))
    row.querySelector("[data-must]").hidden = !version.must_read
    return row
  }

  async #compare(details) { // what this version and those after it changed
    const place = details.querySelector("[data-html]")
    if (!details.open || place.childElementCount) return
    const { changes } = await read(`${this.dataset.from}/changes?since=${details.dataset.version - 1}`).catch(() => ({ changes: [] }))
    place.innerHTML = changes.find(({ version, name }) => version >= details.dataset.version && (name ?? "") === details.querySelector("[data-about]").textContent)?.html ?? ""
  }
})

const copy = (element, name) => element.querySelector(`template[data-${name}]`).content.firstElementChild.cloneNode(true)
