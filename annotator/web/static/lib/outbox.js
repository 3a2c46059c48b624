// Requests that wait for the server's word. The person works on; they go out behind her, in order.
//
//   const outbox = new Outbox({ user: "ada", send: ({ method, path, body }) => …, drawer: await openDrawer() })
//   await outbox.start()
//   outbox.add({ uuid, method: "PUT", path, body, item })
//
// Each has a uuid of ours, so that sending twice saves once. Only this user's go out. A request that the
// server refuses for good stands aside with the reason and holds up nobody. Fires "change", "sent" {entry}.
const FIRST_WAIT = 1_000, LONGEST_WAIT = 30_000 // ms between attempts

export class Outbox extends EventTarget {
  savedAt = null // Date of the last acknowledgement
  problem = null // why the last attempt came to nothing; null: it did not
  others = [] // names of other users whose answers wait in this browser
  stored = true // false: this browser keeps nothing, so the tab must stay open
  #entries = new Map() // uuid → entry, oldest first
  #sending = false
  #wait = FIRST_WAIT
  #timer = 0

  constructor({ user, send, drawer }) {
    super()
    Object.assign(this, { user, send, drawer })
    this.stored = drawer !== null
  }

  // Takes up what an earlier visit left.
  async start() {
    const left = (await this.drawer?.all().catch(() => [])) ?? []
    this.others = [...new Set(left.filter(({ user }) => user !== this.user).map(({ user }) => user))]
    const ours = left.filter(({ user }) => user === this.user).sort((one, two) => one.order - two.order)
    for (const entry of ours) this.#entries.set(entry.uuid, entry)
    addEventListener("online", () => this.hurry())
    this.#changed()
    this.hurry()
  }

  get waiting() { return [...this.#entries.values()].filter(({ refused }) => !refused) }
  get refused() { return [...this.#entries.values()].filter(({ refused }) => refused) }

  add(request) {
    const entry = { ...request, user: this.user, order: performance.timeOrigin + performance.now() }
    this.#entries.set(entry.uuid, entry)
    this.#keep(entry)
    this.#changed()
    this.hurry()
  }

  discard(uuid) {
    this.#entries.delete(uuid)
    this.drawer?.drop(uuid).catch(() => {})
    this.#changed()
  }

  // When nothing waits any more, or what waits cannot go out now.
  async settled() {
    while (this.waiting.length && !this.problem) {
      await new Promise((resolve) => this.addEventListener("change", resolve, { once: true }))
    }
  }

  // Tries now instead of when the wait is over.
  hurry() {
    clearTimeout(this.#timer)
    if (!this.#sending) this.#drain()
  }

  async #drain() {
    this.#sending = true
    try {
      for (let entry; (entry = this.waiting[0]);) if (!(await this.#deliver(entry))) return this.#later()
    } finally {
      this.#sending = false
    }
  }

  async #deliver(entry) { // false: it must wait
    try {
      const answer = await this.send(entry)
      this.savedAt = new Date()
      this.#settle()
      this.dispatchEvent(new CustomEvent("sent", { detail: { entry, answer } }))
      this.discard(entry.uuid)
    } catch (problem) {
      if (problem.passing !== false) {
        this.problem = problem
        this.#changed()
        return false
      }
      this.#settle()
      entry.refused = problem.message
      this.#keep(entry)
      this.#changed()
    }
    return true
  }

  #settle() {
    this.problem = null
    this.#wait = FIRST_WAIT
  }

  #later() {
    this.#timer = setTimeout(() => this.hurry(), this.#wait)
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT)
  }

  #keep(entry) {
    this.drawer?.keep(entry).catch(() => {
      this.stored = false
      this.#changed()
    })
  }

  #changed() { this.dispatchEvent(new Event("change")) }
}
