// The items that this page holds, and the way back. It asks for more before it runs out, and never takes one that
// is answered here already: the server may not have heard of the answer yet. The drawer keeps what is held, for a
// page that is opened again without a network.
import { Problem } from "./api.js"

const MOST_STEPS = 200

export class Queue {
  #held = [] // {item, answer?, until?}: what comes next
  #given = new Set() // ids answered here, until a request began after their acknowledgement
  #acknowledged = []
  #filling = null
  #order = 0
  #left = [] // rows of the drawer that are not in the queue yet
  low = 4 // asks for more when it holds fewer
  holding = null // id of the item on the screen
  report = null // the last answer of the server: remaining, retry_after, versions

  constructor({ fetchItems, drawer }) {
    this.fetchItems = fetchItems
    this.drawer = drawer
  }

  // Takes up what an earlier visit left: nothing of it is shown before the server was asked.
  async restore() {
    this.#left = await this.drawer.held().catch(() => [])
    this.#order = this.#left.at(-1)?.order ?? 0
  }

  get hasLeft() { return this.#left.length > 0 }
  get taken() { return this.#held.filter(({ until }) => until) } // what was taken along and is still to be done

  // The next entry, or null: then `await fill()` may bring more.
  take() {
    const entry = this.#held.shift() ?? null
    if (this.#held.length < this.low && this.report?.remaining > 0) this.fill().catch(() => {})
    return entry
  }

  putBack(entry) {
    this.#given.delete(entry.item.id)
    this.#held.unshift(entry)
    this.#keep([entry], -1)
  }

  // This item has its answer, or is taken back from the answered ones; either way it comes no more by itself.
  give(id) {
    this.#given.add(id)
    this.#held = this.#held.filter(({ item }) => item.id !== id)
  }

  reclaim(id) {
    this.give(id)
    this.#given.delete(id)
  }

  acknowledge(id) { this.#acknowledged.push(id) }

  // Adds items that are ours until their leases end. Gives whether this browser has stored them.
  takeAlong(items) {
    const until = new Map(items.map((item) => [item.id, item.lease_expires_at]))
    for (const entry of this.#held) entry.until = until.get(entry.item.id) ?? entry.until
    for (const item of items) this.#push(item, item.lease_expires_at)
    return this.#keep(this.taken)
  }

  // What is held is no longer ours.
  clear() {
    this.drawer.release(this.#held.splice(0).map(({ item }) => item.id)).catch(() => {})
  }

  // Asks the server; throws Problem.
  fill() {
    this.#filling ??= this.#ask().finally(() => { this.#filling = null })
    return this.#filling
  }

  // Asks anew, not content with an answer that was on its way already.
  async refill() {
    await this.#filling?.catch(() => {})
    return this.fill()
  }

  // The next entry, once the server has heard of every answer; null: it has none, or an item is on the screen again.
  // Throws Problem.
  async next(outbox) {
    for (;;) {
      await outbox.settled()
      await this.refill()
      const entry = this.holding === null ? this.take() : null
      if (entry || this.holding !== null) return entry
      if (outbox.waiting.length) throw outbox.problem ?? new Problem(0, "")
      if (!this.#acknowledged.length) return null // else it was asked before it had heard of the last ones
    }
  }

  // Goes on with what the drawer holds, as the server does not answer. False: it holds nothing.
  fallBack() {
    for (const { item, until } of this.#left.splice(0)) this.#push(item, until)
    return this.#held.length > 0
  }

  async #ask() {
    for (const id of this.#acknowledged.splice(0)) this.#given.delete(id)
    this.report = await this.fetchItems()
    const rows = this.#left.splice(0) // of an earlier visit: ours still if taken along, else only if lent anew
    const along = new Map(rows.filter(({ until }) => new Date(until) > new Date()).map((row) => [row.id, row]))
    const lent = this.report.items.map((item) => ({ item, until: along.get(item.id)?.until ?? null }))
    this.#keep(lent.filter(({ item, until }) => this.#push(item, until)))
    for (const { item, until } of along.values()) this.#push(item, until)
    const here = new Set([...along.keys(), ...lent.map(({ item }) => item.id)])
    const gone = rows.map(({ id }) => id).filter((id) => !here.has(id))
    if (gone.length) this.drawer.release(gone).catch(() => {})
  }

  #push(item, until) {
    const known = this.#given.has(item.id) || this.holding === item.id || this.#held.some((held) => held.item.id === item.id)
    if (known) return false
    if (item.inquiry) this.#held.unshift({ item, until }) // the curator has answered: it waited long enough
    else this.#held.push({ item, until })
    return true
  }

  #keep(entries, order) { // settles when the drawer has them; false: it has not
    const rows = entries.map(({ item, until = null }) => ({ item, until, order: order ?? (this.#order += 1) }))
    return rows.length ? this.drawer.hold(rows).then(() => true, () => false) : Promise.resolve(true)
  }
}

// The way back: what was answered or skipped in this tab, newest last. Survives a reload.
export class Steps {
  #steps

  constructor(name) {
    this.name = `standpoint-steps:${name}`
    try {
      this.#steps = JSON.parse(sessionStorage.getItem(this.name)) ?? []
    } catch {
      this.#steps = []
    }
    addEventListener("pagehide", () => this.#keep()) // not at every key: 200 items are long to write
  }

  // {item, answer, uuid, before?} of an answer, {item, answer, skip: uuid} of a skip.
  push(step) {
    this.#steps.push(step)
    if (this.#steps.length > MOST_STEPS) this.#steps.shift()
  }

  pop() { return this.#steps.pop() ?? null }

  // The newest step with this item.
  of(id) { return this.#steps.findLast(({ item }) => item.id === id) }

  // Another answer stands where this one was given: the person chose between the two.
  rename(from, to) {
    for (const step of this.#steps) if (step.uuid === from) step.uuid = to
  }

  #keep() {
    try {
      sessionStorage.setItem(this.name, JSON.stringify(this.#steps))
    } catch { /* full: the way back lasts as long as the page */ }
  }
}
