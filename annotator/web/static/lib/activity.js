// Seconds of activity since the last restart: a pause counts for IDLE seconds at most, a hidden page for none.
const IDLE = 30

export class Activity {
  #seconds = 0
  #last = performance.now()

  constructor() {
    for (const sign of ["keydown", "pointermove", "pointerdown", "scroll"]) {
      addEventListener(sign, () => this.#count(), { passive: true, capture: true })
    }
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#count() : this.#resume()))
  }

  restart() {
    this.#seconds = 0
    this.#resume()
  }

  get seconds() {
    if (!document.hidden) this.#count()
    return Math.round(this.#seconds * 100) / 100
  }

  #count() {
    this.#seconds += Math.min((performance.now() - this.#last) / 1000, IDLE)
    this.#resume()
  }

  #resume() { this.#last = performance.now() }
}
