// The way back beyond what this tab remembers: the person's answers of other days, the newest first.
import { read } from "./api.js"

export class Earlier {
  #before = ""

  constructor(api) {
    this.api = api
  }

  // The next step back, {item, answer, uuid}, or null where there is none. Throws Problem.
  async next() {
    const { answers: [answer] } = await read(`${this.api}/answers?limit=1${this.#before && `&before=${encodeURIComponent(this.#before)}`}`)
    if (!answer) return null
    const item = await read(`${this.api}/items?id=${encodeURIComponent(answer.item)}`)
    this.#before = answer.cursor
    if (!item.current) return this.next()
    return { item: { ...item, current: null }, answer: item.current, uuid: item.current.uuid }
  }
}
