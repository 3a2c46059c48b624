// The annotator's seat: draws an item, takes the answer, draws the next at once and saves behind it.
// What is asked is drawn by <passage-text> and <question-card>; how it is answered is the business of the form inside,
// <label-choice> or <stance-form>. The modules of these stand before this one in the page; all else comes later.
import { early, load, read, uuid, within } from "../lib/api.js"
import { Drawer } from "../lib/drawer.js"
import { Outbox } from "../lib/outbox.js"
import { Queue, Steps } from "../lib/queue.js"
import { SecondPass } from "../lib/second-pass.js"
import { nameOf } from "./question-card.js"

const FIRST = 8, LOW = 12 // items asked for at first; held at least, once the page is complete
const SOON = 5_000 // ms until we look again when the server did not answer
const QUIET = 2_000 // ms until we fetch what the first label does not need
const PATIENCE = 3_000 // ms until we begin with the items held, if the server is slow

customElements.define("annotation-seat", class extends HTMLElement {
  done = 0 // answers given since the page was loaded, less those taken back
  activity = null
  #entry = null // {item, answer?, current?}: what is on the screen
  #shownAt = 0
  #timer = 0
  #going = Promise.resolve() // steps back, one after the other
  #rest = null

  async connectedCallback() {
    const { server, user, project } = this.dataset
    this.api = `/api/v1/projects/${project}`
    this.form = this.querySelector("label-choice, stance-form")
    this.passage = this.form.passage = this.querySelector("passage-text")
    this.extras = this.querySelector("answer-extras")
    this.second = new SecondPass(this)
    this.progress = document.querySelector("work-progress")
    this.cards = this.querySelectorAll("question-card")
    this.parts = this.querySelectorAll("[data-when]")
    this.steps = new Steps(`${server}/${user}/${project}`)
    this.drawer = new Drawer({ server, user, project })
    this.outbox = new Outbox({ server, user, drawer: this.drawer })
    const items = early(`${this.api}/queue?limit=${FIRST}`, `${this.api}/queue?limit=20`)
    this.queue = new Queue({ fetchItems: () => items().then((report) => this.#hear(report)), drawer: this.drawer })
    const entities = this.form.localName === "stance-form" ? early(`${this.api}/entities`) : async () => ({ entities: [] })
    this.#listen()
    this.#later()
    document.querySelector("save-status").watch(this.outbox)
    const [notes] = await Promise.all([this.drawer.notes().catch(() => ({})), this.queue.restore(), this.outbox.start()])
    this.queue.report = notes.report ?? null
    for (const entry of this.outbox.waiting) if (entry.project === project) this.queue.give(entry.item)
    await this.#begin(entities, notes)
  }

  disconnectedCallback() { clearTimeout(this.#timer) }

  // The item on the screen, or null. Fires "asked" whenever another one is there.
  get item() { return this.#entry?.item ?? null }

  // Shows an item again, with the person's answer in item.current: the next answer corrects it.
  reopen(item) {
    this.putAside()
    this.show({ item }, this.dataset.again)
  }

  // Sets the item on the screen aside without an answer; `request` {method, path, body} goes out behind it.
  park(request) {
    if (!this.#entry) return
    const { item, answer } = this.#entry
    const parked = { uuid: uuid(), ...request }
    this.send(parked)
    this.steps.push({ item, answer, parked })
    this.#leave()
  }

  // Asks for other items behind the one on the screen.
  refresh() { return this.queue.fill().then(() => this.#entry || this.#next()) }

  // The server's word came with the items.
  #hear(report) {
    const { known } = this.querySelector("guidelines-news").dataset
    if (report.must_read || report.guidelines_version > known) load(import.meta.resolve("./guidelines-news.js"))
    this.dispatchEvent(new CustomEvent("report", { detail: report }))
    return report
  }

  async #begin(entities, notes) {
    try {
      const known = await this.#known(entities, notes)
      this.form.ready(known)
      await this.#next()
    } catch (problem) {
      this.#hold(problem)
      await new Promise((resolve) => { this.#timer = setTimeout(resolve, SOON) })
      return this.#begin(entities, notes)
    }
  }

  async #known(entities, notes) { // the entities, or as an earlier visit knew them
    const asked = Promise.all([entities(), this.queue.fill()])
    try {
      const [{ entities: found }] = await (this.queue.hasLeft ? within(PATIENCE, asked) : asked)
      if (found.length || this.queue.report) this.drawer.note({ entities: found, report: { ...this.queue.report, items: [] } }).catch(() => {})
      return found
    } catch (problem) {
      if ([401, 403].includes(problem.status) || !notes.entities || !this.queue.fallBack()) throw problem
      return notes.entities
    }
  }

  // Takes up what lib/later.js brought.
  complete({ Activity }) {
    this.queue.low = LOW
    this.queue.fill().catch(() => {})
    if (Activity) this.activity = new Activity({ since: this.#shownAt })
    if (this.#entry && !this.extras?.asked) this.extras?.ask?.(this.#entry.answer)
  }

  #later() { // once the page is quiet, or at the first sign of the person, behind the work of that key
    const module = () => load(import.meta.resolve("../lib/later.js"))
    const begin = () => { this.#rest ??= module().then(({ complete }) => complete(this)).catch(() => { this.#rest = null }) }
    this.addEventListener("asked", () => setTimeout(begin, QUIET), { once: true })
    for (const sign of ["keydown", "pointerdown"]) addEventListener(sign, () => this.#rest || setTimeout(begin))
    document.addEventListener("click", (event) => {
      const button = event.target.closest("button")
      if (!button || !isEarly(button)) return
      if (button.type === "submit") event.preventDefault() // a form that nobody hears would load the page anew
      const opening = module().then(({ again }) => again(button, this)).catch(() => this.note(this.dataset.lacking))
      const keys = document.querySelector("label-keys")
      keys.pending ??= opening.finally(() => { keys.pending = null })
    })
  }

  #listen() {
    this.form.addEventListener("answer", ({ detail }) => this.#answer(detail))
    this.querySelector("model-suggestion")?.addEventListener("keep", () => this.#entry && this.#answer(this.second.kept(this.#entry)))
    this.form.addEventListener("marks", () => this.#entry && this.passage.draw(this.form.marks))
    this.form.addEventListener("problem", ({ detail }) => this.note(detail.message))
    this.passage.addEventListener("select", () => this.#offerMarking())
    this.addEventListener("mousedown", (event) => { // a button must not take the selection away
      if (event.target.closest("[data-mark]")) event.preventDefault()
    })
    this.addEventListener("click", ({ target }) => this.#press(target.closest("button")?.dataset ?? {}))
    addEventListener("beforeunload", (event) => {
      if (!this.outbox.stored && this.outbox.waiting.length) event.preventDefault()
    })
    this.outbox.addEventListener("sent", ({ detail }) => this.#acknowledge(detail))
    this.outbox.addEventListener("chosen", ({ detail }) => this.steps.rename(detail.from, detail.to))
    this.outbox.addEventListener("elsewhere", ({ detail }) => this.#elsewhere(detail))
  }

  #acknowledge({ entry, answer }) {
    if (entry.project === this.dataset.project) this.queue.acknowledge(entry.item)
    if (answer?.counted === false && !entry.body.withdrawn) this.note(this.dataset.surplus)
    if (answer?.expected) this.#train("tell", entry, answer.expected)
  }

  #train(what, ...more) { load(import.meta.resolve("../lib/training.js")).then((module) => module[what](this, ...more), () => {}) }

  #elsewhere({ item, project, body }) { // another tab of this person has it: this one goes on
    if (project !== this.dataset.project || body?.withdrawn) return
    this.queue.give(item)
    if (this.item?.id === item && document.hidden) this.#next()
  }

  #press({ mark, reason, act }) {
    if (mark && this.passage.span) this.#mark(mark)
    if (reason) {
      document.getElementById("cannot-judge").close()
      this.#answer({ outcome: "cannot_judge", flags: [reason], stances: [] })
    }
    if (act === "skip") this.#skip()
    if (act === "undo") this.#going = this.#going.then(() => this.#back())
    if (act === "retry") this.#next()
  }

  #mark(role) {
    this.form.mark(role, this.passage.span)
    this.passage.clear()
  }

  #offerMarking({ nothing = !this.#entry || !this.passage.span } = {}) {
    for (const button of this.querySelectorAll("[data-mark]")) button.disabled = nothing
  }

  #answer(detail) {
    if (!this.#entry) return
    const { item, current, first } = this.#entry
    const { flags: noted = [], comment = null } = this.extras?.value ?? this.#entry.answer ?? {}
    const answer = { outcome: "judged", comment, ...detail, flags: [...new Set([...noted, ...(detail.flags ?? [])])] }
    const circumstances = this.#circumstances()
    const id = this.put({ item: item.id, replaces: current?.uuid ?? null, ...answer, ...circumstances }, { isSecond: Boolean(first) })
    const step = { item, answer, uuid: id, before: current, shown: circumstances.shown, first }
    this.steps.push(step)
    if (!current && !first) this.count(1)
    const next = this.second.after(this.#entry, step)
    if (next === "ask") return this.askAgain({ item, answer })
    this.#leave()
    if (next === "same") this.second.agree()
  }

  // The same item once more, its first answer stored as it was given, with what a model says beside it.
  askAgain(first) {
    const { item, answer } = first
    this.show({ item, answer, first }, "{text}")
    this.queue.give(item.id)
    this.#tell(this.second.ask(first))
  }

  #circumstances() {
    const { scheme_version: scheme } = this.queue.report
    const { item, guidelines } = this.#entry
    return {
      seconds: this.activity?.seconds ?? Math.round((performance.now() - this.#shownAt) / 10) / 100,
      answered_at: new Date().toISOString(),
      shown: { context: this.passage.shown, guidelines, scheme, suggestion: this.second.seen(this.#entry), arm: item.arm ?? null, candidates: this.form.shownCandidates },
    }
  }

  #skip() {
    if (!this.#entry) return
    const { item, current, answer, first } = this.#entry
    if (current || first) return this.#leave() // its answer stays as it is
    const skip = uuid()
    this.send({ uuid: skip, method: "POST", path: `${this.api}/skips`, body: { item: item.id, uuid: skip } })
    this.steps.push({ item, answer, skip })
    this.#leave()
  }

  #leave() {
    this.note("")
    this.queue.give(this.#entry.item.id)
    this.#next()
  }

  // Back by one: within the answer in the making, else lib/back.js. Keys wait while that is fetched.
  #back() {
    if (this.#entry && this.form.undo()) return null
    const loaded = load(import.meta.resolve("../lib/back.js"))
    const going = loaded.then(({ goBack }) => goBack(this), () => this.note(this.dataset.lacking))
    this.form.pending ??= loaded.catch(() => {}).finally(() => { this.form.pending = null })
    return going
  }

  putAside() { // what has its answer keeps it, what has none comes next
    if (this.#entry?.current || this.#entry?.first) this.queue.give(this.#entry.item.id)
    else if (this.#entry) this.queue.putBack(this.#entry)
  }

  put(body, { isSecond = false } = {}) {
    const id = uuid()
    this.send({ uuid: id, isSecond, method: "PUT", path: `/api/v1/annotations/${id}`, body: { project: this.dataset.project, ...body } })
    return id
  }

  send(request) {
    this.outbox.add({ ...request, item: request.body?.item ?? this.item?.id, project: this.dataset.project })
  }

  async #next() {
    clearTimeout(this.#timer)
    this.queue.holding = null
    const entry = this.queue.take()
    if (entry) return this.show(entry, this.dataset.next)
    this.#state("loading")
    try {
      const fetched = await this.queue.next(this.outbox)
      if (this.#entry) return // an undo was faster
      if (fetched) this.show(fetched, this.dataset.next)
      else this.#idle()
    } catch (problem) {
      if (this.#entry) return
      this.#hold(problem)
      this.#timer = setTimeout(() => this.#next(), SOON)
    }
  }

  show(entry, said) {
    clearTimeout(this.#timer)
    const { item } = entry
    const answer = entry.answer ?? item.current ?? null
    this.#entry = { ...entry, answer, current: entry.answer ? null : item.current, guidelines: this.queue.report?.guidelines_version }
    this.dataset.idle = "done" // the project is empty no more
    if (item.inquiry) load(import.meta.resolve("./inquiry-reply.js"))
    this.queue.reclaim(item.id)
    this.queue.holding = item.id
    this.passage.show(item)
    for (const card of this.cards) card.show(item)
    this.form.ask(item, answer)
    this.second.show(this.#entry)
    this.extras?.ask?.(answer)
    this.activity?.restart()
    this.#shownAt = performance.now()
    this.#state("asking")
    this.dispatchEvent(new Event("asked"))
    this.#tell(said.replace("{target}", item.target ? nameOf(item.target) : "").replace("{text}", item.segment.text))
    requestAnimationFrame(() => this.passage.reaching?.isWide || scrollTo({ top: 0 }))
  }

  #idle() {
    const { retry_after: seconds, training } = this.queue.report
    this.#state(seconds === null ? this.dataset.idle : "lent")
    if (training) this.#train("stop")
    load(import.meta.resolve("./inquiry-count.js"))
    if (seconds !== null) this.#timer = setTimeout(() => this.#next(), seconds * 1000)
    read(`${this.api}/progress`).then((counts) => this.progress.show?.(counts), () => {})
  }

  #hold(problem) {
    this.#state([401, 403].includes(problem.status) ? "stranger" : "unreachable")
    this.querySelector("[data-problem]").textContent = problem.message
  }

  #state(state) {
    if (state !== "asking") this.#entry = null
    this.#offerMarking({ nothing: true })
    if (this.dataset.state === state) return
    this.dataset.state = state
    for (const part of this.parts) part.hidden = !part.dataset.when.split(" ").includes(state)
  }

  count(by) {
    this.done += by
    this.progress.answered?.(by)
  }

  note(sentence) { this.querySelector("[data-note]").textContent = sentence }

  #tell(sentence) { this.querySelector("[data-announcer]").textContent = sentence }
})

function isEarly(button) { // nobody hears it yet; asked at the click itself, for what is missing may come a moment later
  const opened = button.dataset.toggles ?? button.getAttribute("commandfor")
  return button.closest(":not(:defined)") || (opened && !document.getElementById(opened)?.matches(":defined"))
}
