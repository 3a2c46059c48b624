// What a stance carries: its spans and details, as buttons that take them away again, and the rows of finished stances.
const ROLES = ["rationale", "holder", "target"]

export const spansOf = (stance, role) => (role === "rationale" ? stance.rationales : stance.mentions[role])

// One chip, made from <template data-chip="rationale">.
export function chip(template, { role, quote, label, remove }) {
  const button = template.content.firstElementChild.cloneNode(true)
  button.dataset.role = role
  if (label) button.dataset.label = label
  button.querySelector("q, [data-value]").textContent = quote
  button.addEventListener("click", remove)
  return button
}

// {role: template} of the chips below an element.
export const chipTemplates = (element) => Object.fromEntries(
  [...element.querySelectorAll("template[data-chip]")].map((template) => [template.dataset.chip, template]))

// Chips of attribution, confidence, flags, voice and sources, in the words of the fold that sets them.
// `name` tells an entity's key; `remove` gets the change that takes a detail away.
export function detailChips(form, stance, { name, remove }) {
  const { attribution, confidence, flags = [], voice, sources = [], candidate } = stance
  const said = (detail, value) => form.querySelector(`[data-detail="${detail}"][data-value="${CSS.escape(value)}"]`)?.dataset.name ?? value
  const words = form.querySelector("stance-details").dataset
  const chips = [
    ...(attribution ? [["attribution", said("attribution", attribution), { attribution: undefined }]] : []),
    ...(voice ? [["voice", `${words.voice} ${name(voice)}`, { voice: undefined }]] : []),
    ...sources.map((key) => ["source", `${words.source} ${name(key)}`, { sources: sources.filter((other) => other !== key) }]),
    ...(confidence === undefined || confidence === null ? [] : [["confidence", `${words.confidence} ${said("confidence", String(confidence))}`, { confidence: undefined }]]),
    ...flags.map((flag) => ["flag", said("flag", flag), { flags: flags.filter((other) => other !== flag) }]),
    ...(candidate ? [["candidate", words.proposal, { candidate: undefined }]] : []),
  ]
  return chips.map(([role, quote, change]) => chip(form.templates.detail, { role, quote, label: stance.label, remove: () => remove(change) }))
}

// A row a finished stance, made from <template data-stance>; its parts are buttons.
export function drawStances(form, { stances, selected, editing, fixed }, { name, chips }) {
  const template = form.querySelector("template[data-stance]").content.firstElementChild
  form.querySelector("[data-nothing]").hidden = stances.length > 0
  form.querySelector("[data-stances]").replaceChildren(...stances.map((stance, index) => {
    const row = template.cloneNode(true)
    row.dataset.label = stance.label
    row.classList.toggle("is-former", stance.flags.includes("former"))
    for (const button of row.querySelectorAll("button")) button.dataset.index = index
    for (const part of row.querySelectorAll("[data-part]")) {
      const value = stance[part.dataset.part]
      const label = form.querySelector(`[data-choice][data-label="${CSS.escape(value)}"]`)
      part.querySelector("[data-value]").textContent = part.dataset.part === "label" ? label?.dataset.name ?? value : name(value)
      part.disabled = Boolean(fixed[part.dataset.part])
      part.ariaCurrent = editing?.index === index && editing.part === part.dataset.part ? "step" : null
    }
    const select = row.querySelector("[data-act=select]")
    select.ariaPressed = String(index === selected)
    select.querySelector("[data-number]").textContent = index + 1
    row.querySelector("[data-chips]").replaceChildren(...chips(stance, index))
    return row
  }))
}

// Chips of spans and details; `remove` gets {role, span} or the change of a detail.
export function stanceChips(form, stance, { name, remove }) {
  const spans = ROLES.flatMap((role) => spansOf(stance, role).map((span) => chip(form.templates[role], {
    role, label: stance.label, quote: form.passage.quote(span), remove: () => remove({ role, span }),
  })))
  return [...spans, ...detailChips(form, stance, { name, remove })]
}

// Names in a row, an arrow between each two. A name keeps its own direction; the arrow takes that of the page.
export function inRow(names, sign = "→") {
  return names.flatMap((name, index) => [...(index ? [" ", made("span", sign), " "] : []), made("bdi", name)])
}

function made(tag, text) {
  const element = document.createElement(tag)
  element.textContent = text
  if (tag === "span") element.className = "arrow"
  return element
}
