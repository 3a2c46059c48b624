// What the first label does not need: fetched once the page is quiet, or when it is wanted. Each custom element that
// is not there yet comes from the module of its name; what is in a <side-panel>, when that opens.
const RENEWAL = 10 * 60_000 // ms between two looks at the queue, which renew the leases of an open page

export async function complete(seat) {
  addEventListener("online", defineAll) // what could not be fetched
  await Promise.allSettled([defineAll(), import("./delivery.js")])
  seat.complete(await import("./activity.js").catch(() => ({})))
  setInterval(() => document.hidden || seat.queue.fill().catch(() => {}), RENEWAL)
  import("./sheets.js").then(({ mend }) => mend()).catch(() => {})
  import("./offline.js").then(({ prepare }) => prepare()).catch(() => {}) // refused: the open page works on all the same
}

// A button that was pressed before its element was there is pressed again.
export async function again(button) {
  const panel = button?.matches("[data-toggles]") ? document.querySelector("side-panel:not(:defined)") : null
  const owner = button?.closest(":not(:defined)") ?? panel
  if (!owner) return
  await define(owner.localName)
  button.click()
}

function defineAll() {
  const lacking = [...document.querySelectorAll(":not(:defined)")].filter((element) => !element.closest("side-panel > *, [data-later]"))
  return Promise.allSettled([...new Set(lacking.map(({ localName }) => localName))].map(define))
}

const define = (name) => import(`../elements/${name}.js`)
