// Says whether the answers are saved: "Saved 14:03", "3 waiting, offline". Its data-… attributes hold the words.
const PATIENCE = 800 // ms before an answer on its way is spoken of

customElements.define("save-status", class extends HTMLElement {
  #timer = 0

  watch(outbox) {
    this.outbox = outbox
    outbox.addEventListener("change", () => this.#later())
    addEventListener("offline", () => this.#draw())
    this.#draw()
  }

  #later() { // a save takes a few ms: no flicker at each key
    clearTimeout(this.#timer)
    const pressing = this.outbox.problem || this.outbox.refused.length || !this.outbox.waiting.length
    if (pressing) this.#draw()
    else this.#timer = setTimeout(() => this.#draw(), PATIENCE)
  }

  #draw() {
    const [state, sentence] = this.#words()
    if (this.dataset.state === state && this.firstChild?.textContent === sentence) return
    this.dataset.state = state
    this.querySelector("[data-words]").textContent = sentence
    this.#drawRefused()
  }

  #words() {
    const { waiting, refused, problem, savedAt, stored, others } = this.outbox
    const fill = (name) => this.dataset[name].replace("{n}", waiting.length).replace("{names}", others.join(", "))
    if (waiting.length && [401, 403].includes(problem?.status)) return ["stopped", fill("signIn")]
    if (waiting.length && !stored) return ["stopped", fill("unstored")]
    if (waiting.length && problem) return ["waiting", fill(problem.status === 0 ? "offline" : "failing")]
    if (waiting.length) return ["sending", fill("sending")]
    if (refused.length) return ["stopped", this.dataset.refused.replace("{n}", refused.length)]
    if (others.length) return ["waiting", fill("others")]
    return ["saved", savedAt ? this.dataset.saved.replace("{time}", clock(savedAt)) : this.dataset.nothing]
  }

  #drawRefused() {
    const list = this.querySelector("[data-refused-list]")
    const details = this.querySelector("details")
    details.hidden = !this.outbox.refused.length
    list.replaceChildren(...this.outbox.refused.map((entry) => {
      const row = this.querySelector("template").content.firstElementChild.cloneNode(true)
      row.querySelector("[data-reason]").textContent = entry.refused
      row.querySelector("[data-item]").textContent = entry.item ?? ""
      row.querySelector("button").addEventListener("click", () => this.outbox.discard(entry.uuid))
      return row
    }))
  }
})

function clock(moment) {
  return moment.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" })
}
