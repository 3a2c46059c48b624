// Answers in words: a line for each stance, or that there is none, or why it cannot be judged.
//   const telling = new Telling(element) // which holds the templates of annotate/_told.html
//   telling.lines({ outcome, flags, stances }, item) → [element]
// `item` brings the holder and target that the item fixes; it may be missing.
export class Telling {
  constructor(element) {
    const templates = [...element.querySelectorAll("template[data-told]")]
    this.templates = Object.fromEntries(templates.map((template) => [template.dataset.told, template]))
    this.language = document.documentElement.lang
  }

  lines({ outcome, stances = [], flags = [] }, item) {
    if (outcome === "cannot_judge") return [this.#cannot(flags)]
    if (!stances.length) return [copy(this.templates.nothing)]
    return stances.map((stance) => this.#stance(stance, item))
  }

  #cannot(flags) {
    const line = copy(this.templates.cannot)
    line.querySelector("[data-why]").textContent = flags.map((flag) => this.templates.cannot.dataset[flag] ?? flag).join(", ")
    return line
  }

  #stance(stance, item) {
    const line = copy(this.templates[item?.target ? "label" : "stance"])
    const choice = document.querySelector(`[data-choice][data-label="${CSS.escape(stance.label)}"]`)
    line.dataset.label = stance.label
    line.querySelector("[data-label-name]").textContent = choice?.dataset.name ?? stance.label
    line.querySelector(".choice-sign").dataset.polarity = choice?.querySelector(".choice-sign")?.dataset.polarity ?? ""
    for (const role of ["holder", "target"]) {
      const part = line.querySelector(`[data-${role}]`)
      if (part) part.textContent = this.#name(stance, role, item)
    }
    return line
  }

  #name(stance, role, item) {
    const registry = document.querySelector("annotation-seat").form.registry
    const key = stance[role] ?? item?.[role]?.key
    const known = registry?.name(key, this.language)
    const fixed = item?.[role]
    return known && known !== key ? known : fixed?.names?.[this.language] ?? stance[`${role}_name`] ?? fixed?.name ?? key ?? ""
  }
}

const copy = (template) => template.content.firstElementChild.cloneNode(true)
