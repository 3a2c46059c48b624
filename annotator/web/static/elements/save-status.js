// Says whether the answers are saved: "Saved 14:03", "3 waiting, offline"; whose answers wait here besides; which were
// refused, with their words, and which of two has to be chosen. Its data-… attributes hold the words.
const PATIENCE = 800 // ms before an answer on its way is spoken of

customElements.define("save-status", class extends HTMLElement {
  #timer = 0
  #spoken = null // the trouble that was told last; null: none, or that it is over

  watch(outbox) {
    this.outbox = outbox
    outbox.addEventListener("change", () => this.#later())
    addEventListener("offline", () => this.#draw())
    this.#draw()
  }

  #later() { // a save takes a few ms: no flicker at each key
    clearTimeout(this.#timer)
    const { problem, stored, waiting, isKeeping } = this.outbox
    if ((problem && !isKeeping) || !stored || !waiting.length) this.#draw()
    else this.#timer = setTimeout(() => this.#draw(), PATIENCE)
  }

  #draw() {
    const [state, sentence] = this.#words()
    const words = this.querySelector("[data-words]")
    if (this.dataset.state !== state || words.textContent !== sentence) {
      this.dataset.state = state
      words.textContent = sentence
      this.#speak(state, sentence)
    }
    say(this.querySelector("[data-others]"), this.outbox.others.map((other) => this.#ofOthers(other)).join(" · "))
    const { length } = this.outbox.conflicts
    const choose = this.querySelector("[data-choose]")
    choose.hidden = !length
    say(choose.querySelector("[data-count]"), String(length))
    this.#drawRefused()
  }

  #speak(state, sentence) { // a screen reader hears of trouble and of its end, not of every save
    const troubled = ["waiting", "stopped"].includes(state)
    if (troubled ? state === this.#spoken : state !== "saved" || !this.#spoken) return
    this.querySelector("[data-spoken]").textContent = sentence
    this.#spoken = troubled ? state : null
  }

  #words() {
    const { waiting, refused, conflicts, problem, savedAt, stored, isKeeping } = this.outbox
    const fill = (name) => this.dataset[name].replace("{n}", waiting.length).replace("{name}", problem?.signedIn)
    if (waiting.length && !stored) return ["stopped", fill("unstored")]
    if (waiting.length && [401, 403].includes(problem?.status)) return ["stopped", fill(problem.signedIn ? "elsewhere" : "signIn")]
    if (waiting.length && problem && !isKeeping) return ["waiting", fill(problem.status === 0 ? "offline" : "failing")]
    if (waiting.length) return ["sending", fill("sending")]
    if (refused.length) return ["stopped", this.dataset.refused.replace("{n}", refused.length)]
    const state = conflicts.length ? "waiting" : "saved"
    return [state, savedAt ? this.dataset.saved.replace("{time}", clock(savedAt)) : this.dataset.nothing]
  }

  #ofOthers({ user, count }) {
    return this.dataset[user ? "others" : "strange"].replace("{n}", count).replace("{name}", user)
  }

  #drawRefused() {
    const { refused } = this.outbox
    const details = this.querySelector("details")
    details.hidden = !refused.length
    if (details.hidden && !details.open) return
    this.querySelector("[data-refused-list]").replaceChildren(...refused.map((entry) => this.#row(entry)))
  }

  #row(entry) {
    const row = this.querySelector("template").content.firstElementChild.cloneNode(true)
    row.querySelector("[data-reason]").textContent = entry.refused
    row.querySelector("[data-item]").textContent = entry.item ?? ""
    row.querySelector("[data-text]").textContent = JSON.stringify(entry.body, null, 1)
    row.querySelector("[data-copy]").addEventListener("click", () => navigator.clipboard?.writeText(JSON.stringify(entry.body)))
    row.querySelector("[data-discard]").addEventListener("click", () => this.outbox.discard(entry.uuid))
    return row
  }
})

function say(element, sentence) {
  if (element.textContent !== sentence) element.textContent = sentence
}

function clock(moment) {
  return moment.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
}
