// The annotator's seat: draws an item, takes the answer, draws the next at once and saves behind it.
// What is asked is drawn by <passage-text> and <question-card>; how it is answered is the business of the form inside,
// <label-choice> or <stance-form>.
import { ask, read } from "../lib/api.js"
import { Activity } from "../lib/activity.js"
import { openDrawer } from "../lib/drawer.js"
import { Outbox } from "../lib/outbox.js"
import { Queue } from "../lib/queue.js"
import { renew } from "../lib/renewal.js"
import { Steps } from "../lib/steps.js"
import { uuid } from "../lib/uuid.js"

const SOON = 5_000 // ms until we look again when the server did not answer

customElements.define("annotation-seat", class extends HTMLElement {
  #entry = null // {item, answer?}: what is on the screen
  #timer = 0

  async connectedCallback() {
    await othersReady()
    const { user, project } = this.dataset
    this.api = `/api/v1/projects/${project}`
    this.form = this.querySelector("label-choice, stance-form")
    this.passage = this.form.passage = this.querySelector("passage-text")
    this.extras = this.querySelector("answer-extras")
    this.activity = new Activity()
    this.steps = new Steps(`${user}/${project}`)
    this.outbox = new Outbox({ user, send: deliver, drawer: await openDrawer().catch(() => null) })
    this.#listen()
    await this.outbox.start()
    document.querySelector("save-status").watch(this.outbox)
    this.queue = new Queue({
      fetchItems: () => read(`${this.api}/queue?limit=20`),
      given: this.outbox.waiting.map(({ item }) => item),
    })
    this.progress = document.querySelector("work-progress")
    this.#begin()
  }

  disconnectedCallback() { clearTimeout(this.#timer) }

  // The item on the screen, or null. Fires "asked" whenever another one is there.
  get item() { return this.#entry?.item ?? null }

  // Shows an item again, with the person's answer in item.current: the next answer corrects it.
  reopen(item) {
    if (this.#entry) this.queue.putBack(this.#entry)
    this.#show({ item }, this.dataset.again)
  }

  // Sets the item on the screen aside without an answer; `request` {method, path, body} goes out behind it.
  park(request) {
    if (!this.#entry) return
    this.outbox.add({ uuid: uuid(), ...request, item: this.#entry.item.id })
    this.#leave()
  }

  async #begin() {
    try {
      const asks = [this.queue.fill(), this.form.localName === "stance-form" ? read(`${this.api}/entities`) : {}]
      const [, { entities = [] }] = await Promise.all(asks)
      this.form.ready(entities)
      this.#count()
      await this.#next()
    } catch (problem) {
      this.#hold(problem)
      this.#timer = setTimeout(() => this.#begin(), SOON)
    }
  }

  #listen() {
    this.form.addEventListener("answer", ({ detail }) => this.#answer(detail))
    this.form.addEventListener("marks", () => this.#entry && this.passage.draw(this.form.marks))
    this.form.addEventListener("problem", ({ detail }) => this.#note(detail.message))
    this.passage.addEventListener("select", () => this.#offerMarking())
    this.addEventListener("mousedown", (event) => { // a button must not take the selection away
      if (event.target.closest("[data-mark]")) event.preventDefault()
    })
    this.addEventListener("click", ({ target }) => this.#press(target.closest("button")?.dataset ?? {}))
    addEventListener("beforeunload", (event) => {
      if (!this.outbox.stored && this.outbox.waiting.length) event.preventDefault()
    })
    this.outbox.addEventListener("sent", ({ detail }) => {
      this.queue.acknowledge(detail.entry.item)
      if (detail.answer?.counted === false && !detail.entry.body.withdrawn) this.#note(this.dataset.surplus)
    })
  }

  #press({ mark, reason, act }) {
    if (mark && this.passage.span) this.#mark(mark)
    if (reason) {
      document.getElementById("cannot-judge").close()
      this.#answer({ outcome: "cannot_judge", flags: [reason], stances: [] })
    }
    if (act === "skip") this.#skip()
    if (act === "undo") this.#undo()
    if (act === "retry") this.#next()
  }

  #mark(role) {
    this.form.mark(role, this.passage.span)
    this.passage.clear()
  }

  #offerMarking() {
    const nothing = !this.#entry || !this.passage.span
    for (const button of this.querySelectorAll("[data-mark]")) button.disabled = nothing
  }

  #answer(detail) {
    if (!this.#entry) return
    const { item, current } = this.#entry
    const { scheme_version: scheme, guidelines_version: guidelines } = this.queue.report
    const { flags: noted = [], comment = null } = this.extras?.value ?? {}
    const answer = { outcome: "judged", comment, ...detail, flags: [...new Set([...noted, ...(detail.flags ?? [])])] }
    const id = uuid()
    this.#put(id, {
      item: item.id, project: this.dataset.project, replaces: current?.uuid ?? null, ...answer,
      seconds: this.activity.seconds, answered_at: new Date().toISOString(),
      shown: { context: this.passage.shown, guidelines, scheme, suggestion: null, arm: item.arm ?? null },
    })
    this.steps.push({ item, answer, uuid: id })
    this.progress.answered(1)
    this.#leave()
  }

  #skip() {
    if (!this.#entry) return
    const { item } = this.#entry
    const skip = uuid()
    this.outbox.add({ uuid: skip, method: "POST", path: `${this.api}/skips`, body: { item: item.id }, item: item.id })
    this.steps.push({ item, answer: this.#entry.answer, skip })
    this.#leave()
  }

  #leave() {
    this.#note("")
    this.queue.give(this.#entry.item.id)
    this.#next()
  }

  // Back by one: within the answer in the making, then to the item before, whose answer is withdrawn.
  #undo() {
    if (this.#entry && this.form.undo()) return
    const step = this.steps.pop()
    if (!step) return this.#note(this.dataset.first)
    if (step.uuid) {
      this.#put(uuid(), { item: step.item.id, project: this.dataset.project, replaces: step.uuid, withdrawn: true })
      this.progress.answered(-1)
    } else this.outbox.discard(step.skip) // if it has gone out already, the item still takes its answer
    if (this.#entry) this.queue.putBack(this.#entry)
    this.#show({ item: step.item, answer: step.answer }, this.dataset.back)
  }

  #put(id, body) {
    this.outbox.add({ uuid: id, method: "PUT", path: `/api/v1/annotations/${id}`, body, item: body.item })
  }

  async #next() {
    clearTimeout(this.#timer)
    this.queue.holding = null
    const entry = this.queue.take()
    if (entry) return this.#show(entry, this.dataset.next)
    this.#state("loading")
    try {
      await this.outbox.settled() // until then the server would not know what is left
      await this.queue.refill()
      if (this.#entry) return // an undo was faster
      const fetched = this.queue.take()
      if (fetched) this.#show(fetched, this.dataset.next)
      else this.#rest()
    } catch (problem) {
      if (this.#entry) return
      this.#hold(problem)
      this.#timer = setTimeout(() => this.#next(), SOON)
    }
  }

  #show(entry, said) {
    clearTimeout(this.#timer)
    const answer = entry.answer ?? entry.item.current ?? null
    this.#entry = { ...entry, answer, current: entry.answer ? null : entry.item.current }
    this.queue.holding = entry.item.id
    this.queue.reclaim(entry.item.id)
    this.passage.show(entry.item)
    for (const card of this.querySelectorAll("question-card")) card.show(entry.item)
    this.form.ask(entry.item, answer)
    this.extras?.ask(answer)
    this.activity.restart()
    this.#state("asking")
    this.dispatchEvent(new Event("asked"))
    this.#tell(said.replace("{target}", entry.item.target?.name ?? "").replace("{text}", entry.item.segment.text))
    scrollTo({ top: 0 })
  }

  #rest() { // nothing to do: all is answered, or all is lent to others
    const seconds = this.queue.report.retry_after
    this.#state(seconds === null ? "done" : "lent")
    if (seconds !== null) this.#timer = setTimeout(() => this.#next(), seconds * 1000)
    this.#count()
  }

  #hold(problem) {
    this.#state([401, 403].includes(problem.status) ? "stranger" : "unreachable")
    this.querySelector("[data-problem]").textContent = problem.message
  }

  #state(state) {
    if (state !== "asking") this.#entry = null
    this.dataset.state = state
    for (const part of this.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").includes(state)
    this.#offerMarking()
  }

  #note(sentence) { this.querySelector("[data-note]").textContent = sentence }

  #tell(sentence) { this.querySelector("[data-announcer]").textContent = sentence }

  #count() { read(`${this.api}/progress`).then((counts) => this.progress.show(counts), () => {}) }
})

async function deliver({ method, path, body, user }) {
  try {
    return await ask(method, path, body)
  } catch (problem) {
    if (![401, 403].includes(problem.status) || !(await renew(user))) throw problem
    return ask(method, path, body)
  }
}

function othersReady() {
  const eager = [...document.querySelectorAll(":not(:defined)")].filter((element) => !element.closest("side-panel"))
  const waited = [...eager, ...document.querySelectorAll("side-panel")].map(({ localName }) => localName)
  return Promise.all(waited.map((name) => customElements.whenDefined(name)))
}
