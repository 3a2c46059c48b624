// What qualifies one stance: attribution, confidence, flags, voice, sources. Folded until somebody wants it.
//   details.draw(stance, { of, isFinished, fixed, name }); fires "detail" {change} and "ask" {part}.
// While it is open its keys go before all others (data-keys-first).
import { inRow } from "../lib/chips.js"

customElements.define("stance-details", class extends HTMLElement {
  #stance = null

  connectedCallback() {
    this.addEventListener("click", ({ target }) => this.#press(target.closest("button")))
  }

  draw(stance, { of = [], isFinished = false, fixed = {}, name = (key) => key }) {
    this.#stance = stance
    this.querySelector("[data-of]").replaceChildren(...of)
    for (const button of this.querySelectorAll("[data-detail]")) button.ariaPressed = String(this.#isSet(button.dataset))
    for (const button of this.querySelectorAll("[data-asks]")) {
      const part = button.dataset.asks
      button.hidden = ["holder", "target", "label"].includes(part) && (!isFinished || Boolean(fixed[part]))
      const said = part === "source" ? stance.sources ?? [] : part === "voice" && stance.voice ? [stance.voice] : []
      const slot = button.querySelector("[data-value]")
      slot?.replaceChildren(...inRow(said.map(name), "←"))
    }
  }

  #press(button) {
    if (!button) return
    const { asks, detail, value } = button.dataset
    if (asks) return this.#tell("ask", { part: asks })
    if (detail === "flag") return this.#tell("detail", { flags: toggled(this.#stance.flags ?? [], value) })
    if (detail) this.#tell("detail", { [detail]: this.#isSet(button.dataset) ? undefined : detail === "confidence" ? Number(value) : value })
  }

  #isSet({ detail, value }) {
    const { attribution, confidence, flags = [] } = this.#stance
    return detail === "flag" ? flags.includes(value) : detail === "confidence" ? confidence === Number(value) : attribution === value
  }

  #tell(event, detail) { this.dispatchEvent(new CustomEvent(event, { detail })) }
})

function toggled(values, value) {
  return values.includes(value) ? values.filter((other) => other !== value) : [...values, value]
}
