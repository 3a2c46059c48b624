// The project's entities in the page: which are likely here, and which answer to what is typed.
const ARABIC = { أ: "ا", إ: "ا", آ: "ا", ٱ: "ا", ى: "ي", ة: "ه", ؤ: "و", ئ: "ي", ی: "ي", ک: "ك", ـ: "" }

// The form in which this page compares names. It only finds and offers: what a name means is decided by
// annotator/domain/naming.py, whose form this follows.
const normalise = (name) =>
  name.normalize("NFKC").replace(/[أإآٱىةؤئیکـ]/g, (letter) => ARABIC[letter]).normalize("NFKD").toLowerCase()
    .replace(/[\p{M}\p{Cf}]/gu, "").replace(/[.'’‘ʼ`´"“”„«»]/g, "").replace(/[\s\-‐‑‒–—_]+/g, " ").trim()

const EXACT = 4
const MOST = 400 // tuples remembered
const PLACES = 6 // of nine: the others are for who is new in the sentence
const LISTED = 27 // three pages of nine
const STEP = 0.9 // worth of a place in a ranking against the one before it

export class Registry {
  #entities = new Map() // key → entity with `spellings`: [{name, text, words, document}]
  #read = { item: null } // who is named in the item that was asked for last

  constructor(entities, { reservedNames = {}, recent = new Recent() } = {}) {
    this.reservedNames = reservedNames // {author: "The author"}
    this.recent = recent
    for (const entity of entities) this.add(entity)
  }

  add(entity) {
    const names = [{ name: this.reservedNames[entity.key] ?? entity.name, document: null }, ...entity.aliases]
    this.#entities.set(entity.key, { ...entity, spellings: names.map(spelling) })
    this.#read = { item: null }
  }

  get(key) { return this.#entities.get(key) ?? { key, name: key, kind: "", spellings: [] } }

  name(key, language) {
    const { names, name } = this.get(key)
    return this.reservedNames[key] ?? names?.[language] ?? name
  }

  // The entities for a role, the likeliest first. First of all the author, where she may hold, and who was used in
  // this document: each keeps its place there, so that fingers learn it. The others by several rankings at once: who
  // has the turn, who is named in the segment and around it, whom the server finds likely by the words of the
  // document, who was used lately and beside whom; in the end a small registry is listed whole. `besides` is proposed
  // only where it was used: hardly anybody is for or against herself.
  likely(item, role, { besides } = {}) {
    const { inside, around } = this.#readOnce(item)
    const kept = [...(role === "holder" ? ["author"] : []), ...this.recent.places(role, item.document.id)]
    const speaker = role === "target" || !item.speaker ? [] : this.exact(item.speaker, item, role).map(({ key }) => key)
    const ranked = this.#merged([
      [3, speaker], [1, inside], [1, item.likely ?? []], [0.5, around], [0.5, this.recent.beside(role, besides)], [0.3, this.recent.keys(role)],
    ].map(([worth, keys]) => [worth, keys.filter((key) => key !== besides && fits(this.#entities.get(key), role))]))
    if (role === "holder") ranked.splice(2, 0, "unspecified") // often, and never by a name
    const rest = [...(role === "holder" ? ["everyone"] : []), ...(this.#entities.size <= LISTED ? this.#entities.keys() : [])]
    const keys = new Set([...kept, ...ranked, ...rest.filter((key) => key !== besides)])
    return [...keys].map((key) => this.#entities.get(key)).filter((entity) => fits(entity, role)).slice(0, LISTED)
  }

  #merged(rankings) { // [[worth of the first place, keys]] → keys by the sum of what their places are worth
    const sums = new Map()
    for (const [worth, keys] of rankings) {
      for (const [place, key] of [...new Set(keys)].entries()) sums.set(key, (sums.get(key) ?? 0) + worth * STEP ** place)
    }
    return [...sums.keys()].sort((one, two) => sums.get(two) - sums.get(one))
  }

  // Entities whose name or alias is, begins with, contains or stands in what was typed: [{entity, alias, worth}].
  search(typed, item, role, most = 9) {
    const wanted = normalise(typed)
    const found = [...this.#entities.values()].filter((entity) => fits(entity, role, true)).flatMap((entity) => {
      const hits = entity.spellings.filter(({ document }) => !document || document === item.document.id)
        .map((spelling) => ({ entity, alias: spelling.name, worth: worth(spelling.text, wanted) }))
      return hits.filter((hit) => hit.worth).sort((one, two) => two.worth - one.worth).slice(0, 1)
    })
    const { inside, around } = this.#readOnce(item)
    const near = [...this.recent.places(role, item.document.id), ...inside, ...around, ...this.recent.keys(role)]
    const rank = ({ entity, worth }) => (worth === EXACT ? 9 : worth) + (near.includes(entity.key) ? 1.5 - near.indexOf(entity.key) / near.length : 0)
    return found.sort((one, two) => rank(two) - rank(one)).slice(0, most)
  }

  // The entities that have exactly this name or alias. One that holds in this document only goes before the others.
  exact(name, item, role) {
    const text = normalise(name)
    const having = (here) => [...this.#entities.values()].filter((entity) => fits(entity, role, true) && entity.spellings.some(
      (spelling) => spelling.text === text && (here ? spelling.document === item.document.id : !spelling.document)))
    const local = having(true)
    return local.length ? local : having(false)
  }

  #readOnce(item) {
    if (this.#read.item !== item) {
      const { segment, before, after, document } = item
      const around = `${before?.text ?? ""} ${after?.text ?? ""} ${document.title ?? ""}`
      this.#read = { item, inside: this.#named(segment.text, document.id), around: this.#named(around, document.id) }
    }
    return this.#read
  }

  // Keys of the entities a text names, in the order in which it does.
  #named(text, document) {
    const padded = ` ${plain(normalise(text))} `
    const found = []
    for (const { key, spellings } of this.#entities.values()) {
      let first = Infinity
      for (const spelling of spellings) if (!spelling.document || spelling.document === document) first = Math.min(first, place(padded, spelling))
      if (first < Infinity) found.push([first, key])
    }
    return found.sort(([one], [two]) => one - two).map(([, key]) => key)
  }
}

const plain = (text) => text.replace(/[^\p{L}\p{N}]+/gu, " ").trim()

function spelling({ name, document }) {
  const text = normalise(name)
  const words = plain(text)
  const behind = /^\p{Script=Arabic}/u.test(words) ? new RegExp(` [وفبكلس]{1,2}${words} `, "u") : null // "and-by-the-ministry"
  return { name, document, text, words: ` ${words} `, behind }
}

const fits = (entity, role, typed = false) =>
  entity && (role === "target" ? typed || !entity.reserved : entity.kind === "actor" && (role === "holder" || !entity.reserved))

const worth = (text, wanted) =>
  text === wanted ? EXACT : text.startsWith(wanted) ? 3 : text.includes(` ${wanted}`) ? 2 : text.includes(wanted) ? 1
    : text.length > 2 && ` ${wanted} `.includes(` ${text} `) ? 0.5 : 0

function place(padded, { words, behind }) { // a whole word; in Arabic also behind a clitic
  const at = words.trim() ? padded.indexOf(words) : -1
  const clitic = at < 0 && behind ? padded.search(behind) : at
  return clitic < 0 ? Infinity : clitic
}

// Stances that were given lately in this tab: who was used in a document, and what can be said again. Survives a reload.
export class Recent {
  #tuples = [] // {document, holder, target, label}, newest last

  constructor(name) {
    if (!name) return
    this.name = `standpoint-recent:${name}`
    try {
      this.#tuples = JSON.parse(sessionStorage.getItem(this.name)) ?? []
    } catch { /* nothing was kept */ }
    addEventListener("pagehide", () => this.#keep())
  }

  add({ holder, target, label }, document) {
    this.#tuples.push({ document, holder, target, label })
    if (this.#tuples.length > MOST) this.#tuples.shift()
  }

  // Keys in the order of their first use in this document. When all places are taken, the one used longest ago
  // gives its place to the new one and no other moves.
  places(role, document) {
    const places = [], uses = []
    for (const [when, tuple] of this.#tuples.entries()) {
      if (tuple.document !== document || !tuple[role]) continue
      const known = places.indexOf(tuple[role])
      const at = known >= 0 ? known : places.length < PLACES ? places.length : uses.indexOf(Math.min(...uses))
      places[at] = tuple[role]
      uses[at] = when
    }
    return places
  }

  // Keys used in this role in any document, newest first.
  keys(role) { return this.#tuples.map((tuple) => tuple[role]).filter(Boolean).reverse() }

  // Keys used together with this one, in its other role, newest first.
  beside(role, key) {
    const other = role === "target" ? "holder" : "target"
    return this.#tuples.filter((tuple) => key && tuple[other] === key).map((tuple) => tuple[role]).filter(Boolean).reverse()
  }

  // The tuples of this document, newest first.
  tuples(document) { return this.#tuples.filter((tuple) => tuple.document === document).reverse() }

  #keep() {
    try {
      sessionStorage.setItem(this.name, JSON.stringify(this.#tuples))
    } catch { /* full: it lasts as long as the page */ }
  }
}
