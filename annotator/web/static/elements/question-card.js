// Fills its parts with what the item says: <p data-fill="target.name" dir="auto"></p>. A part whose value is empty
// is hidden, with the row that [data-row] makes of it. "source" joins outlet, author and date; "holder" is
// the data-author of the card where the author holds.
const date = (value) => value && new Date(value).toLocaleDateString(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" })

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
  if (fill === "holder") return item.holder && !item.holder.reserved ? item.holder.name : card.dataset.author
  if (fill === "heading") return item.heading === item.document.title ? "" : item.heading ?? ""
  if (fill === "source") return [item.document.outlet, item.document.author, date(item.document.published_at)].filter(Boolean).join(" · ")
  const [first, ...rest] = fill.split(".")
  return rest.reduce((value, name) => value?.[name], item[first]) ?? ""
}
