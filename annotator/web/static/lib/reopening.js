// Back to any item: shows it at the seat with this person's answer in it, so that the next answer corrects it.
// An answer that still waits in the browser is the one that stands, whatever the server knows.
import { read } from "./api.js"

// Throws Problem where the item cannot be had.
export async function reopen(id) {
  const seat = document.querySelector("annotation-seat")
  if (seat.item?.id !== id) {
    const before = newest(seat, id) // it may be acknowledged while we ask
    seat.form.pending = fetched(seat, id).finally(() => { seat.form.pending = null }) // keys wait for the item that is wanted
    const item = await seat.form.pending
    seat.reopen({ ...item, current: standing(newest(seat, id) ?? before) ?? item.current })
  }
  for (const panel of document.querySelectorAll("side-panel:not([hidden])")) if (covers(panel)) panel.close()
  const segment = seat.querySelector("[data-part=segment]")
  segment.tabIndex = -1
  segment.focus({ preventScroll: true })
}

// This person's answers that wait, the newest first, one an item: [{item, uuid, body}].
export function waiting(seat) {
  const isAnswer = ({ method, project, body, isSecond }) => !isSecond && method === "PUT" && project === seat.dataset.project && body?.item
  const byItem = new Map()
  for (const { uuid, body } of (seat.outbox?.waiting ?? []).filter(isAnswer)) {
    byItem.delete(body.item)
    byItem.set(body.item, { item: body.item, uuid, body })
  }
  return [...byItem.values()].reverse()
}

const covers = (panel) => getComputedStyle(panel).position === "fixed" // as on a phone

const newest = (seat, id) => waiting(seat).find(({ item }) => item === id)

const standing = (answer) => answer && (answer.body.withdrawn ? undefined : { ...answer.body, uuid: answer.uuid })

async function fetched(seat, id) {
  try {
    return await read(`${seat.api}/items?id=${encodeURIComponent(id)}`)
  } catch (problem) {
    const step = seat.steps.of(id)
    if (!step || problem.status !== 0) throw problem
    return { ...step.item, current: step.uuid ? { ...step.answer, uuid: step.uuid } : null } // no network: this tab has it still
  }
}
