// What a training item expected, told once its answer is stored. Fetched with the first such answer.
import { parts } from "./later.js"

export async function tell(seat, entry, expected) {
  await parts(seat)
  await import("../elements/training-note.js")
  document.querySelector("training-note").add(entry, expected)
}
