// Training at the seat: what an item expected, told once its answer is stored. Fetched with the first such answer.
import { load } from "./api.js"
import { parts } from "./later.js"

export async function tell(seat, entry, expected) {
  await parts(seat)
  await load(import.meta.resolve("../elements/training-note.js"))
  document.querySelector("training-note").add(entry, expected)
}

// Too few answers were as expected: says so in the place of "nothing is left", until an item comes.
export async function stop(seat) {
  await parts(seat)
  const place = seat.querySelector("[data-when=done]")
  if (seat.dataset.state !== "done" || place.dataset.training) return
  const usual = [...place.childNodes]
  place.dataset.training = "stop"
  place.replaceChildren(document.getElementById("untrained").content.cloneNode(true))
  seat.addEventListener("asked", () => {
    place.replaceChildren(...usual)
    delete place.dataset.training
  }, { once: true })
}
