// What a model says of the item on the screen. After the person's own answer the seat calls ask(suggestion, answer), and
// the same question stands there once more; where both say the same, agree(). Beside the item from the start: offer().
// Fires "keep": Enter was pressed. Before these calls nothing of a suggestion is in the page.
import { percent } from "../lib/text.js"

customElements.define("model-suggestion", class extends HTMLElement {
  connectedCallback() {
    this.panel = this.querySelector("[data-panel]")
    this.words = this.querySelector("[data-words]")
    this.same = this.querySelector("[data-same]")
    this.addEventListener("click", ({ target }) => target.closest("[data-act=keep]") && this.dispatchEvent(new Event("keep")))
  }

  agrees({ label }, { stances: [own] }) { return own?.label === label }

  // The sentence to be told.
  ask(suggestion, { stances: [own] }) { return this.#open(suggestion, "ask", own?.label) }

  offer(suggestion) { return this.#open(suggestion, "offer", null) }

  agree() {
    this.clear()
    this.same.hidden = false
  }

  clear() {
    this.panel.hidden = this.same.hidden = true
    this.words.replaceChildren()
    for (const button of this.querySelectorAll("[data-act=keep]")) button.hidden = true
    this.#mark(null)
  }

  #open({ label, p }, when, own) {
    this.clear()
    const said = nameOfLabel(label)
    const share = p === null ? "" : ` (${percent(p)})`
    const sentence = this.dataset[when].replace("{label}", `\u2068${said}\u2069${share}`).replace("{own}", own ? `\u2068${nameOfLabel(own)}\u2069` : "")
    this.words.textContent = sentence
    this.querySelector(`[data-act=keep][data-for=${when}]`).hidden = false
    this.panel.hidden = false
    this.#mark(label)
    return sentence
  }

  #mark(label) { // on the button of the label, too: a sign, not the colour alone
    for (const button of document.querySelectorAll("[data-choice]")) button.toggleAttribute("data-suggested", button.dataset.label === label)
  }
})

const nameOfLabel = (label) => document.querySelector(`[data-choice][data-label="${CSS.escape(label)}"]`)?.dataset.name ?? label
