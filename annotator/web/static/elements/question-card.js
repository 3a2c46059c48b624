// Fills its parts with what the item says: <p data-fill="target.name" dir="auto"></p>. A part whose value is empty
// is hidden, with the row that [data-row] makes of it. "source" joins outlet, author and date; "holder" is
// the data-author of the card where the author holds. Names and definitions come in the interface's language.
const language = document.documentElement.lang
const days = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" })

export const nameOf = ({ names, name }) => names?.[language] ?? name

customElements.define("question-card", class extends HTMLElement {
  show(item) {
    for (const part of this.querySelectorAll("[data-fill]")) {
      const value = words(this, item, part.dataset.fill)
      part.textContent = value
      ;(part.closest("[data-row]") ?? part).hidden = !value
    }
    for (const link of this.querySelectorAll("[data-link]")) {
      const url = item.document.url
      link.hidden = !/^https?:\/\//.test(url ?? "")
      if (!link.hidden) link.href = url
    }
  }
})

function words(card, item, fill) {
  if (fill === "holder") return item.holder && !item.holder.reserved ? nameOf(item.holder) : card.dataset.author
  if (fill === "heading") return item.heading === item.document.title ? "" : item.heading ?? ""
  if (fill === "source") return [item.document.outlet, item.document.author, published(item.document)].filter(Boolean).map(apart).join(" · ")
  if (fill === "document.title" && item.before.text.startsWith(item.document.title)) return "" // it stands there already
  if (fill === "place") return place(item.place, card.dataset.place)
  const [first, part] = fill.split(".")
  const entry = item[first]
  if (!entry || !part) return entry ?? ""
  if (part === "name") return nameOf(entry)
  if (part === "definition") return entry.definitions?.[language] ?? entry.definition ?? ""
  return entry[part] ?? ""
}

const place = ({ number, of } = {}, words = "") => (number && of > 1 ? words.replace("{number}", number).replace("{of}", of) : "")

const apart = (words) => `\u2068${words}\u2069` // each in its own direction, whatever stands beside it

const published = ({ published_at: moment }) => moment && days.format(new Date(moment))
