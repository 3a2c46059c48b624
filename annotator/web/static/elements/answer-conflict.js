// Two answers of one person to one item, side by side: the one that stands and the one given here. She chooses; the
// next pair follows. Until then hers is kept, and the work goes on.
import { read, uuid } from "../lib/api.js"
import { Telling } from "../lib/telling.js"

customElements.define("answer-conflict", class extends HTMLElement {
  #entry = null

  connectedCallback() {
    this.seat = document.querySelector("annotation-seat")
    this.telling = new Telling(this)
    this.addEventListener("click", ({ target }) => this.#choose(target.closest("[data-keep]")?.dataset.keep))
    this.seat.outbox.addEventListener("change", () => this.#follow())
    this.#follow()
  }

  #follow() {
    const [entry] = this.seat.outbox.conflicts
    if (!entry) this.closest("dialog").close()
    if (entry && entry.uuid !== this.#entry?.uuid) this.#show(entry)
    this.#entry = entry ?? null
    const left = this.seat.outbox.conflicts.length - 1
    this.querySelector("[data-left]").textContent = left > 0 ? this.dataset.more.replace("{n}", left) : ""
  }

  async #show(entry) {
    const item = this.seat.steps.of(entry.item)?.item
    this.#draw(entry, item)
    if (item || entry.project !== this.seat.dataset.project) return
    const found = await read(`${this.seat.api}/items?id=${encodeURIComponent(entry.item)}`).catch(() => null)
    if (found && this.#entry === entry) this.#draw(entry, found)
  }

  #draw({ body, current, item: id }, item) {
    this.querySelector("[data-text]").textContent = item?.segment.text ?? id
    this.#fill("stands", current, current.answered_at ?? current.created_at, item)
    this.#fill("mine", body, body.answered_at, item)
  }

  #fill(which, answer, moment, item) {
    const part = this.querySelector(`[data-version=${which}]`)
    part.querySelector("[data-time]").textContent = this.dataset.at.replace("{time}", told(moment))
    part.querySelector("[data-lines]").replaceChildren(...this.telling.lines(answer, item))
    const comment = part.querySelector("[data-comment]")
    comment.textContent = answer.comment ?? ""
    comment.hidden = !answer.comment
  }

  #choose(which) {
    if (!which || !this.#entry) return
    const { outbox } = this.seat
    const { uuid: given, method, item, project, body, current } = this.#entry
    const id = which === "mine" ? uuid() : current.uuid
    outbox.discard(given)
    outbox.dispatchEvent(new CustomEvent("chosen", { detail: { from: given, to: id } }))
    if (which === "mine") outbox.add({ uuid: id, method, path: `/api/v1/annotations/${id}`, item, project, body: { ...body, replaces: current.uuid } })
  }
})

function told(moment) {
  return moment ? new Date(moment).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" }) : ""
}
