// Seconds of activity since the last restart: a pause counts for IDLE seconds at most, a hidden page for none.
// `worked` counts the same over all items, from the last pause that was long enough for a break.
const IDLE = 30, BREAK = 300 // s
const KEPT = "standpoint-worked"
const SIGNS = ["keydown", "input", "pointermove", "pointerdown", "scroll"]

export class Activity {
  #seconds = 0
  #worked = 0
  #last // by Date.now(): performance.now() stands still while the machine sleeps

  // `since`: performance.now() when the first item was drawn, which is before this file was there.
  constructor({ since = performance.now() } = {}) {
    this.#recall()
    this.#last = Date.now() - (performance.now() - since)
    for (const sign of SIGNS) addEventListener(sign, () => this.#count(), { passive: true, capture: true })
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#count() : this.#resume()))
    addEventListener("pagehide", () => this.#keep())
  }

  restart() {
    this.#resume()
    this.#seconds = 0
  }

  get seconds() {
    if (!document.hidden) this.#count()
    return Math.round(this.#seconds * 100) / 100
  }

  get worked() {
    if (!document.hidden) this.#count()
    return this.#worked
  }

  #count() {
    const seconds = Math.min(this.#resume(), IDLE)
    this.#seconds += seconds
    this.#worked += seconds
  }

  #resume() { // gives the seconds since the last sign of activity
    const pause = Math.max(0, Date.now() - this.#last) / 1000
    this.#last = Date.now()
    if (pause >= BREAK) this.#worked = 0
    return pause
  }

  #keep() {
    try {
      sessionStorage.setItem(KEPT, JSON.stringify({ worked: this.#worked, last: this.#last }))
    } catch { /* full: the count lasts as long as the page */ }
  }

  #recall() { // a page that is loaded anew goes on where it was
    try {
      const { worked, last } = JSON.parse(sessionStorage.getItem(KEPT))
      if (Date.now() - last < BREAK * 1000) this.#worked = worked
    } catch { /* nothing is kept */ }
  }
}
