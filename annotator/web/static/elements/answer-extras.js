// Flags of the item and a comment, beside any answer. Folded until wanted; chips show what is set.
//   extras.ask(answer) when an item is shown; extras.value → {flags, comment}.
import { chip, chipTemplates } from "../lib/chips.js"

const SHOWN = 40 // characters of a comment on its chip

customElements.define("answer-extras", class extends HTMLElement {
  asked = false // the page may be at work before this element is there
  #flags = []

  connectedCallback() {
    this.templates = chipTemplates(this)
    this.fold = this.querySelector("#item-flags")
    this.note = this.querySelector("#item-comment")
    this.field = this.querySelector("textarea")
    this.addEventListener("click", ({ target }) => this.#press(target.closest("button")?.dataset ?? {}))
    this.field.addEventListener("keydown", (event) => {
      if (event.isComposing || !(event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey)))) return
      event.preventDefault()
      event.stopPropagation()
      this.#write(false)
    })
    this.field.addEventListener("input", () => this.#draw())
    this.#draw()
  }

  ask(answer) {
    this.asked = true
    this.#flags = answer?.outcome === "cannot_judge" ? [] : [...(answer?.flags ?? [])] // there they were the reason
    this.field.value = answer?.comment ?? ""
    this.fold.hidden = this.note.hidden = true
    this.#draw()
  }

  get value() { return { flags: [...this.#flags], comment: this.field.value.trim() || null } }

  #press({ act, flag }) {
    this.asked = true
    if (act === "flag") this.fold.hidden = !this.fold.hidden
    if (act === "comment") return this.#write(this.note.hidden || document.activeElement !== this.field)
    if (flag) this.#turn(flag)
    this.#draw()
  }

  #turn(flag) {
    this.#flags = this.#flags.includes(flag) ? this.#flags.filter((other) => other !== flag) : [...this.#flags, flag]
    this.#draw()
  }

  #write(open) {
    this.note.hidden = !open
    this.#draw()
    if (open) this.field.focus()
    else document.getElementById("main").focus({ preventScroll: true }) // no button: the keys act again
  }

  #draw() {
    const button = (flag) => this.querySelector(`[data-flag="${flag}"]`)
    for (const each of this.querySelectorAll("[data-flag]")) each.ariaPressed = String(this.#flags.includes(each.dataset.flag))
    this.querySelector(".extras-bar [data-act=flag]").ariaExpanded = String(!this.fold.hidden)
    this.querySelector(".extras-bar [data-act=comment]").ariaExpanded = String(!this.note.hidden)
    const said = this.field.value.trim()
    const flags = this.#flags.map((flag) => chip(this.templates.flag, { role: "flag", quote: button(flag)?.dataset.name ?? flag, remove: () => this.#turn(flag) }))
    const short = [...said].length > SHOWN ? `${[...said].slice(0, SHOWN).join("")}…` : said
    const comment = said && this.note.hidden ? [chip(this.templates.comment, { role: "comment", quote: short, remove: () => this.#write(true) })] : []
    this.querySelector("[data-chips]").replaceChildren(...flags, ...comment)
  }
})
