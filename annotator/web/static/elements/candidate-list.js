// Proposals beside the form: who may hold something towards what here. Never a label, so that nobody is led to one.
//   list.offer(item, { registry, quote }); list.mark(stances); list.shown; fires "accept" {candidate}.
// A person who would rather not see them hides them for good, by the same button that shows them again.
const SWITCH = "standpoint-proposals"

customElements.define("candidate-list", class extends HTMLElement {
  #candidates = []
  #dismissed = new Set() // indexes
  #given = null

  connectedCallback() {
    this.template = this.querySelector("template")
    this.list = this.querySelector("[data-proposals]")
    this.dispatchEvent(new Event("begin"))
    this.addEventListener("click", ({ target }) => {
      const { act, index } = target.closest("button")?.dataset ?? {}
      if (act === "proposals") this.#turn()
      else if (act === "dismiss") this.#dismiss(Number(index))
      else if (act === "accept") this.dispatchEvent(new CustomEvent("accept", { detail: { candidate: this.#candidates[index] } }))
    })
  }

  offer(item, given) {
    this.#given = given
    this.#candidates = item.candidates ?? []
    this.#dismissed.clear()
    this.hidden = !this.#candidates.length
    this.#draw()
  }

  // How many proposals stood here.
  get shown() { return isOff() ? 0 : this.#candidates.length }

  // Those that are stances by now need not be offered any more; the others keep their keys.
  mark(stances) {
    for (const [index, row] of [...this.list.children].entries()) {
      const { holder, target } = this.#candidates[index]
      row.hidden = this.#dismissed.has(index) || stances.some((stance) => stance.holder === holder && (!target || stance.target === target))
    }
  }

  #draw() {
    const off = isOff()
    this.list.hidden = off
    const button = this.querySelector("[data-act=proposals]")
    button.ariaExpanded = String(!off)
    this.querySelector("[data-count]").textContent = this.#candidates.length
    this.list.replaceChildren(...(off ? [] : this.#candidates.map((candidate, index) => this.#row(candidate, index))))
  }

  #row({ rule, holder, target, voice, mentions, rationales }, index) {
    const { registry, quote } = this.#given
    const { lang } = document.documentElement
    const row = this.template.content.firstElementChild.cloneNode(true)
    const [said] = mentions.holder
    const words = {
      holder: holder ? registry.name(holder, lang) : `${said ? quote(said) : ""} ?`.trim(),
      target: target ? registry.name(target, lang) : "?",
      voice: voice ? registry.name(voice, lang) : "",
      quote: rationales.length ? quote(rationales[0]) : "",
      rule: this.dataset[rule.split("/")[0].replaceAll("-", "_")] ?? rule,
    }
    for (const part of row.querySelectorAll("[data-fill]")) {
      part.textContent = words[part.dataset.fill]
      ;(part.closest("[data-part]") ?? part).hidden = !words[part.dataset.fill]
    }
    for (const button of row.querySelectorAll("button")) button.dataset.index = index
    const accept = row.querySelector("[data-act=accept]")
    accept.dataset.code = `Shift+Digit${index + 1}`
    row.querySelector("kbd").textContent = `⇧${index + 1}`
    return row
  }

  #dismiss(index) {
    this.#dismissed.add(index)
    this.list.children[index].hidden = true
  }

  #turn() {
    localStorage.setItem(SWITCH, isOff() ? "on" : "off")
    this.#draw()
    this.dispatchEvent(new Event("turn"))
  }
})

function isOff() { return localStorage.getItem(SWITCH) === "off" }
