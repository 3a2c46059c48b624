// The items that this page holds. It asks for more before it runs out, and never takes one that is answered
// here already: the server may not have heard of the answer yet.
const LOW = 8

export class Queue {
  #held = [] // {item, answer?}: what comes next
  #given = new Set() // ids answered here, until a request began after their acknowledgement
  #acknowledged = []
  #filling = null
  report = null // the last answer of the server: remaining, retry_after, versions

  constructor({ fetchItems, given = [] }) {
    this.fetchItems = fetchItems
    for (const id of given) this.#given.add(id)
  }

  // The next entry, or null: then `await fill()` may bring more.
  take() {
    const entry = this.#held.shift() ?? null
    if (this.#held.length < LOW && this.report.remaining > 0) this.fill().catch(() => {})
    return entry
  }

  putBack(entry) {
    this.#given.delete(entry.item.id)
    this.#held.unshift(entry)
  }

  // This item has its answer, or is taken back from the answered ones.
  give(id) { this.#given.add(id) }
  reclaim(id) { this.#given.delete(id) }
  acknowledge(id) { this.#acknowledged.push(id) }

  // Asks the server; throws Problem. `holding` is the id of the item on the screen.
  fill() {
    this.#filling ??= this.#ask().finally(() => { this.#filling = null })
    return this.#filling
  }

  // Asks anew, not content with an answer that was on its way already.
  async refill() {
    await this.#filling?.catch(() => {})
    return this.fill()
  }

  async #ask() {
    for (const id of this.#acknowledged.splice(0)) this.#given.delete(id)
    this.report = await this.fetchItems()
    const known = new Set([...this.#given, this.holding, ...this.#held.map(({ item }) => item.id)])
    this.#held.push(...this.report.items.filter(({ id }) => !known.has(id)).map((item) => ({ item })))
  }
}
