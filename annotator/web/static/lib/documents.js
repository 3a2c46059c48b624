// Whole documents of this page's project, fetched once and kept while the page is open:
//   const { document, text, language, segments } = await documents.get(id)
//   segments: [{start, end, type, speaker, paragraph, item, state, current}], offsets in code points of `text`
// Import it when it is first wanted; every part of the page then has the same store.
import { read } from "./api.js"

const MOST = 30 // documents held; the oldest goes first

class Documents {
  #held = new Map() // id → promise of a document

  // The document. Throws Problem where it is not held and the server does not answer. `anew` asks for the person's
  // own answers as they stand now, and is content with what is held while there is no network.
  async get(id, { anew = false } = {}) {
    const before = this.#held.get(id)
    if (before && !anew) return before
    const asked = read(path(id))
    this.#hold(id, asked)
    try {
      return await asked
    } catch (problem) {
      if (this.#held.get(id) === asked) this.#held.delete(id)
      if (!before || !problem.passing) throw problem
      this.#hold(id, before)
      return before
    }
  }

  // Fetches these while the page has nothing better to do, so that they are there without a network.
  prefetch(ids) {
    const idle = globalThis.requestIdleCallback ?? setTimeout
    idle(() => ids.filter((id) => !this.#held.has(id)).forEach((id) => this.get(id).catch(() => {})))
  }

  #hold(id, promise) {
    this.#held.delete(id)
    this.#held.set(id, promise)
    if (this.#held.size > MOST) this.#held.delete(this.#held.keys().next().value)
  }
}

export const documents = new Documents()

function path(id) {
  const { project } = document.querySelector("annotation-seat").dataset
  return `/api/v1/projects/${project}/document?id=${encodeURIComponent(id)}`
}
