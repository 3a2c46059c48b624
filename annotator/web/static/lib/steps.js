// The way back: what was answered or skipped in this tab, newest last. Survives a reload.
const MOST = 200

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

  // {item, answer, uuid} of an answer, {item, answer, skip: uuid} of a skip.
  push(step) {
    this.#steps.push(step)
    if (this.#steps.length > MOST) this.#steps.shift()
  }

  pop() { return this.#steps.pop() ?? null }

  #keep() {
    try {
      sessionStorage.setItem(this.name, JSON.stringify(this.#steps))
    } catch { /* full: the way back lasts as long as the page */ }
  }
}
