// The way back from the item on the screen to the one before: its answer is withdrawn, or is again what it was before the
// correction; what was skipped or parked is there again; after a look at a suggestion, the look comes first.
import { load, uuid } from "./api.js"

const earlier = new WeakMap() // seat → the way back beyond what this tab remembers

export async function goBack(seat) {
  const step = seat.steps.pop() ?? (await earlierStep(seat))
  if (!step) return
  seat.putAside()
  const { item, answer, before, parked, skip, first, looked } = step
  if (parked) unpark(seat, parked)
  if (skip) seat.outbox.discard(skip) // if it has gone out already, the item still takes its answer
  if (parked || skip) return seat.show({ item, answer }, seat.dataset.back)
  if (before) return restore(seat, step)
  seat.put({ item: item.id, replaces: step.uuid, withdrawn: true }, { isSecond: Boolean(first) })
  if (first) return seat.askAgain(first)
  seat.count(-1)
  seat.show({ item, answer, looked }, seat.dataset.back)
}

function restore(seat, { item, before, uuid: replaces, shown }) { // the earlier answer stands again, as a revision of its own
  const { outcome = "judged", stances, flags, comment } = before
  const again = seat.put({ item: item.id, replaces, outcome, stances, flags, comment, shown, answered_at: new Date().toISOString() })
  seat.steps.rename(before.uuid, again)
  seat.show({ item: { ...item, current: { ...before, uuid: again } } }, seat.dataset.restored)
}

function unpark(seat, { uuid: asked, path, body }) { // the question has gone out, or it never will
  if (seat.outbox.waiting.some((entry) => entry.uuid === asked)) return seat.outbox.discard(asked)
  seat.send({ uuid: uuid(), method: "DELETE", path, body: { item: body.item } })
}

async function earlierStep(seat) { // what was answered before this tab was opened; the server knows
  try {
    const { Earlier } = await load(import.meta.resolve("./earlier.js"))
    if (!earlier.has(seat)) earlier.set(seat, new Earlier(seat.api))
    await seat.outbox.settled() // else it would give what is taken back already
    const step = await earlier.get(seat).next()
    if (!step) seat.note(seat.dataset.first)
    return step
  } catch {
    seat.note(seat.dataset.far)
    return null
  }
}
