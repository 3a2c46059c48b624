// Requests that wait for the server's word. The person works on; they go out behind her, in order, several answers
// in one request when they have piled up.
//
//   const outbox = new Outbox({ server: "9f…", user: "ada", drawer: new Drawer(…) })
//   await outbox.start()
//   outbox.add({ uuid, method: "PUT", path, body, item, project })
//
// Each has a uuid of ours, so that sending twice saves once. Only those of this user and this server go out,
// whatever their project and whichever tab they come from. One that the server refuses for good stands aside
// with the reason, or with the answer that stands there already, and holds up nobody.
// Fires "change", "sent" {entry, answer}, "elsewhere" {item, project}: another tab has answered it, and
// "chosen" {from, to}: uuids.
import { load, Problem } from "./api.js"

const FIRST_WAIT = 1_000, LONGEST_WAIT = 30_000 // ms between attempts

export class Outbox extends EventTarget {
  savedAt = null // Date of the last acknowledgement
  problem = null // why the last attempt came to nothing; null: it did not
  stored = true // false: this browser does not keep what waits, so the tab must stay open
  others = [] // [{user, count}] of whom answers wait here that this page does not send
  #entries = new Map() // uuid → entry, oldest first
  #unkept = new Set() // uuids that this browser could not store yet
  #stale = true // other tabs may have put something into the drawer, or taken it out
  #sending = false
  #wait = FIRST_WAIT
  #timer = 0

  constructor({ server, user, drawer }) {
    super()
    Object.assign(this, { server, user, drawer })
    this.name = `standpoint ${server} ${user}`
    this.tabs = new BroadcastChannel(this.name)
    this.tabs.addEventListener("message", ({ data }) => this.#hear(data))
  }

  // Takes up what earlier visits left.
  async start() {
    await this.#look()
    addEventListener("online", () => this.hurry())
    addEventListener("pagehide", () => this.#part())
    document.addEventListener("visibilitychange", () => this.#lookAgain())
    setInterval(() => document.hidden || this.#lookAgain(), LONGEST_WAIT)
    this.hurry()
  }

  get waiting() { return this.#which(({ refused }) => !refused) }
  get isKeeping() { return this.#unkept.size > 0 } // the browser has not written all of them to its disk yet
  get refused() { return this.#which(({ refused, current }) => refused && !current) }
  get conflicts() { return this.#which(({ current }) => current) } // `current` is the answer that stands

  add(request) {
    const { server, user } = this
    const entry = { ...request, server, user, order: performance.timeOrigin + performance.now() }
    const disputed = this.conflicts.find(({ item, project }) => item === entry.item && project === entry.project)
    if (disputed && isAnswer(entry)) return this.#settle(disputed, entry) // the newest of mine is the one to choose
    this.#entries.set(entry.uuid, entry)
    this.#keep(entry)
    this.tabs.postMessage({ given: entry })
    this.#changed()
    this.hurry()
  }

  discard(uuid) { this.#drop([uuid]) }

  // When nothing waits any more, or what waits cannot go out now.
  async settled() {
    while (this.waiting.length && !this.problem) {
      await new Promise((resolve) => this.addEventListener("change", resolve, { once: true }))
    }
  }

  // Tries now instead of when the wait is over.
  hurry() {
    clearTimeout(this.#timer)
    if (!this.stored) for (const uuid of this.#unkept) this.#keep(this.#entries.get(uuid))
    if (!this.#sending && (this.waiting.length || this.#stale)) this.#drain()
  }

  async #drain() {
    this.#sending = true
    try {
      await this.#alone(() => this.#send())
    } finally {
      this.#sending = false
    }
    if (this.problem) this.#later()
    else if (this.waiting.length) this.hurry() // added in the moment in which we stopped
  }

  async #alone(work) { // of all tabs of this person; where locks are missing, sending twice still saves once
    if (!navigator.locks) return work()
    const ran = await navigator.locks.request(this.name, { ifAvailable: true }, async (lock) => lock && (await work(), true))
    if (ran) return
    await navigator.locks.request(this.name, () => {
      this.#stale = true
      return work()
    })
  }

  async #send() {
    if (this.#stale) await this.#look()
    while (this.waiting.length) {
      try {
        const { deliver, nextRun } = await load(import.meta.resolve("./delivery.js")).catch(({ message }) => { throw new Problem(0, message) })
        const run = nextRun(this.waiting)
        this.#take(run, await deliver(run, { server: this.server, user: this.user }))
      } catch (problem) {
        this.problem = problem
        return this.#changed()
      }
      this.problem = null
      this.#wait = FIRST_WAIT
      this.#changed()
    }
    this.problem = null
  }

  #take(run, receipts) { // [{uuid, answer, stands?}] of what is stored, [{uuid, problem}] of what was refused
    const entries = new Map(run.map((entry) => [entry.uuid, entry]))
    const stored = receipts.filter(({ problem }) => !problem)
    for (const { uuid, problem } of receipts) if (problem) this.#setAside(entries.get(uuid), problem)
    if (!stored.length) return
    this.savedAt = new Date()
    for (const { uuid, answer, stands } of stored) {
      if (stands) this.#tell("chosen", { from: uuid, to: stands })
      this.#tell("sent", { entry: entries.get(uuid), answer })
    }
    this.#drop(stored.map(({ uuid }) => uuid))
    this.tabs.postMessage({ sent: stored })
  }

  #setAside(entry, problem) {
    const { current } = problem.body ?? {}
    if (problem.status === 409 && !current && !entry.again) return void (entry.again = true) // two requests met: once more
    if (problem.status === 409 && !current && entry.body?.withdrawn) return this.#drop([entry.uuid]) // taken back already
    entry.refused = problem.message
    if (current) entry.current = current
    const later = this.waiting.filter((next) => current && isAnswer(next) && next.item === entry.item && next.project === entry.project)
    for (const next of later) if (this.#entries.has(entry.uuid)) entry = this.#settle(entry, next)
    if (this.#entries.has(entry.uuid)) this.#keep(entry)
  }

  #settle(disputed, entry) { // a newer answer of mine to an item with a conflict takes the place of the older one
    this.#drop([disputed.uuid, entry.uuid])
    const newer = { ...entry, refused: disputed.refused, current: disputed.current }
    if (entry.body?.outcome) this.#entries.set(entry.uuid, newer)
    if (entry.body?.outcome) this.#keep(newer)
    this.#changed()
    return newer
  }

  #later() {
    this.#timer = setTimeout(() => {
      this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT)
      this.hurry()
    }, this.#wait)
  }

  #lookAgain() {
    this.#stale = true
    this.hurry()
  }

  async #look() { // what the drawer says, but for what it could not keep
    const all = await this.drawer.waiting().catch(() => null)
    if (!all) return
    this.#stale = false
    const isMine = ({ server, user }) => server === this.server && user === this.user
    const mine = new Map(all.filter(isMine).map((entry) => [entry.uuid, entry]))
    const missing = [...this.#entries.values()].filter(({ uuid }) => !this.#unkept.has(uuid) && !mine.has(uuid))
    for (const entry of missing) if (entry.refused) this.#gone(entry)
      else this.#keep(entry) // another tab has sent it, or the browser has emptied its store: sending twice saves once
    for (const entry of mine.values()) this.#entries.set(entry.uuid, entry)
    this.#entries = new Map([...this.#entries].sort(([, one], [, two]) => one.order - two.order))
    const strangers = all.filter((entry) => !isMine(entry)).map(({ server, user }) => (server === this.server ? user : ""))
    this.others = [...new Set(strangers)].map((user) => ({ user, count: strangers.filter((name) => name === user).length }))
    this.#changed()
  }

  #gone(entry) { // another tab has brought it to the server
    this.#entries.delete(entry.uuid)
    this.#tell("sent", { entry, answer: null })
  }

  #hear({ given, sent }) {
    if (given) this.#tell("elsewhere", given)
    for (const { uuid } of sent ?? []) if (this.#entries.has(uuid)) this.#gone(this.#entries.get(uuid))
    if (sent) this.savedAt = new Date()
    this.#stale = true
    this.#changed()
  }

  #part() { // the page goes: a last try that outlives it
    if (this.waiting.length) load(import.meta.resolve("./delivery.js")).then(({ partingShot }) => partingShot(this.waiting), () => {})
  }

  #keep(entry) {
    if (!entry) return
    this.#unkept.add(entry.uuid)
    this.drawer.keep(entry).then(() => this.#kept(entry.uuid), () => this.#isStored(false))
  }

  #kept(uuid) {
    this.#unkept.delete(uuid)
    if (!this.#unkept.size) this.#isStored(true)
    if (!this.#unkept.size && this.problem) this.#changed()
    if (!this.#entries.has(uuid)) this.drawer.drop([uuid]).catch(() => {}) // acknowledged before it was stored
  }

  #isStored(stored) {
    if (this.stored === stored) return
    this.stored = stored
    this.#changed()
  }

  #drop(uuids) {
    for (const uuid of uuids) this.#entries.delete(uuid)
    for (const uuid of uuids) this.#unkept.delete(uuid)
    this.drawer.drop(uuids).catch(() => {})
    this.#changed()
  }

  #which(wanted) { return [...this.#entries.values()].filter(wanted) }

  #tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })) }

  #changed() { this.dispatchEvent(new Event("change")) }
}

export const isAnswer = ({ method, path }) => method === "PUT" && path.startsWith("/api/v1/annotations/")
