// What changed in the guidelines, drawn, and what this person has read of them.
import { ask } from "./api.js"

// Draws the changes of `news` into the element's [data-changes], from its <template data-change>; hides it if none is.
export function fillChanges(element, { changes }) {
  element.hidden = !changes.length
  element.querySelector("[data-changes]").replaceChildren(...changes.map((change) => {
    const drawn = element.querySelector("template[data-change]").content.firstElementChild.cloneNode(true)
    const name = drawn.querySelector("[data-name]")
    name.textContent = change.name ?? ""
    name.hidden = !change.name
    drawn.querySelector("[data-new]").hidden = change.replaces !== null
    drawn.querySelector("[data-said]").replaceChildren(...change.notes.map((note) => {
      const line = document.createElement("li")
      line.dir = "auto"
      line.textContent = note
      return line
    }))
    drawn.querySelector("[data-html]").innerHTML = change.html // sanitised by the server
    return drawn
  }))
}

// Notes that the version was read: here at once, at the server as soon as it hears of it.
export async function markRead(seat, version) {
  const before = Number(seat.dataset.guidelinesRead)
  seat.dataset.guidelinesRead = Math.max(before, version)
  for (const mark of document.querySelectorAll("[data-guidelines-news]")) mark.hidden = true
  if (version > before) await tell(seat)
}

// Tells the server again what it has not heard.
export async function tell(seat) {
  await ask("PUT", `${seat.api}/guidelines/read`, { version: Number(seat.dataset.guidelinesRead) }).catch(() => {})
}
