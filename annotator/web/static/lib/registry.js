// The project's entities in the page: which are likely here, and which answer to what is typed.
const ARABIC = { أ: "ا", إ: "ا", آ: "ا", ٱ: "ا", ى: "ي", ة: "ه", ؤ: "و", ئ: "ي", ی: "ي", ک: "ك", ـ: "" }

// The form in which this page compares names. It only finds and offers: what a name means is decided by
// annotator/store/registry.py, whose form this follows.
const normalise = (name) =>
  name.normalize("NFKC").replace(/[أإآٱىةؤئیکـ]/g, (letter) => ARABIC[letter]).normalize("NFKD").toLowerCase()
    .replace(/[\p{M}\p{Cf}]/gu, "").replace(/[.'’‘ʼ`´"“”„«»]/g, "").replace(/[\s\-‐‑‒–—_]+/g, " ").trim()

export class Registry {
  #entities = new Map() // key → entity with `spellings`: [{text, document}]
  #used = [] // {key, role, document}, newest last

  constructor(entities, reservedNames = {}) {
    this.reservedNames = reservedNames // {author: "The author"}
    for (const entity of entities) this.add(entity)
  }

  add(entity) {
    const aliases = entity.aliases.map(({ name, document }) => ({ name, text: normalise(name), document }))
    const own = { name: entity.name, text: normalise(entity.name), document: null }
    this.#entities.set(entity.key, { ...entity, spellings: [own, ...aliases] })
  }

  get(key) { return this.#entities.get(key) ?? { key, name: key, kind: "", spellings: [] } }

  name(key, language) {
    const { names, name } = this.get(key)
    return this.reservedNames[key] ?? names?.[language] ?? name
  }

  // This entity was chosen in this role: it comes early the next time.
  use(key, role, document) { this.#used.push({ key, role, document }) }

  // At most `most` entities for a role: the author first where she may hold, then who is named in the
  // segment, used in this document, named around the segment, used lately; a small registry is listed whole.
  // `besides` is left out: nobody is for or against herself.
  likely(item, role, { besides, most = 9 } = {}) {
    const named = (text) => this.#named(text, item.document.id)
    const used = this.#used.filter((use) => use.role === role).reverse()
    const keys = [
      ...(role === "holder" ? ["author"] : []),
      ...named(item.segment.text),
      ...used.filter(({ document }) => document === item.document.id).map(({ key }) => key),
      ...named(`${item.before?.text ?? ""} ${item.after?.text ?? ""} ${item.document.title ?? ""}`),
      ...used.map(({ key }) => key),
      ...(role === "holder" ? ["unspecified", "everyone"] : []),
      ...(this.#entities.size <= 2 * most ? this.#entities.keys() : []),
    ]
    return [...new Set(keys)].filter((key) => key !== besides).map((key) => this.#entities.get(key)).filter((entity) => fits(entity, role))
      .slice(0, most)
  }

  // Entities whose name or alias begins with, then contains, what was typed: [{entity, alias?}].
  search(typed, item, role, most = 9) {
    const wanted = normalise(typed)
    const found = [...this.#entities.values()].filter((entity) => fits(entity, role, true)).flatMap((entity) => {
      const hits = entity.spellings.filter(({ document }) => !document || document === item.document.id)
        .map((spelling) => ({ entity, alias: spelling.name, worth: worth(spelling.text, wanted) }))
      return hits.filter((hit) => hit.worth).sort((one, two) => two.worth - one.worth).slice(0, 1)
    })
    return found.sort((one, two) => two.worth - one.worth).slice(0, most)
  }

  // Keys of the entities a text names, in the order in which it does.
  #named(text, document) {
    const padded = ` ${normalise(text).replace(/[^\p{L}\p{N}]+/gu, " ")} `
    const at = ({ spellings }) => Math.min(...spellings
      .filter((spelling) => spelling.text && (!spelling.document || spelling.document === document))
      .map((spelling) => place(padded, spelling.text)))
    return [...this.#entities.values()].map((entity) => [at(entity), entity.key])
      .filter(([where]) => where < Infinity).sort(([one], [two]) => one - two).map(([, key]) => key)
  }
}

const fits = (entity, role, typed = false) =>
  entity && (role === "holder" ? entity.kind === "actor" : typed || !entity.reserved)

const worth = (text, wanted) =>
  text === wanted ? 4 : text.startsWith(wanted) ? 3 : text.includes(` ${wanted}`) ? 2 : text.includes(wanted) ? 1 : 0

function place(padded, name) { // a whole word; in Arabic also behind a clitic: "and-by-the-ministry"
  const words = name.replace(/[^\p{L}\p{N}]+/gu, " ").trim()
  const whole = padded.indexOf(` ${words} `)
  if (whole >= 0 || !/^\p{Script=Arabic}/u.test(words)) return whole < 0 ? Infinity : whole
  const behind = padded.search(new RegExp(` [وفبكلس]{1,2}${words} `, "u"))
  return behind < 0 ? Infinity : behind
}
