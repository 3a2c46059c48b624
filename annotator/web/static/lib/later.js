// What the first label does not need: fetched once the page is quiet, or when it is wanted. First the parts of the page
// itself, panels and sheets; then each custom element that is not there yet, from the module of its name; what is in
// a <side-panel>, when that opens.
import { load } from "./api.js"
const RENEWAL = 10 * 60_000 // ms between two looks at the queue, which renew the leases of an open page
const ELEMENTS = "side-panel > *, [data-later]" // they come when they are wanted

let coming = null // the parts, once they are asked for

export async function complete(seat) {
  const fetchAll = () => parts(seat).catch(() => {}).then(defineAll)
  addEventListener("online", fetchAll) // what could not be fetched
  await Promise.allSettled([fetchAll(), load(import.meta.resolve("./delivery.js")), load(import.meta.resolve("./back.js"))])
  seat.complete(await load(import.meta.resolve("./activity.js")).catch(() => ({})))
  setInterval(() => document.hidden || seat.queue.fill().catch(() => {}), RENEWAL)
  seat.outbox.addEventListener("sent", () => navigator.storage?.persist?.(), { once: true }) // work has begun: keep it
  load(import.meta.resolve("./sheets.js")).then(({ mend }) => mend()).catch(() => {})
  load(import.meta.resolve("./offline.js")).then(({ prepare }) => prepare(seat)).catch(() => {}) // refused: the open page works on all the same
}

// A button that was pressed before what it opens was there is pressed again. Throws what it lacks.
export async function again(button, seat) {
  await parts(seat)
  const opened = button.dataset.toggles ?? button.getAttribute("commandfor")
  const wanted = opened ? document.getElementById(opened) : button
  if (!wanted) throw new Error(`#${opened} is not among the parts`)
  for (const element of [wanted, button]) await defined(element.closest(":not(:defined)"))
  button.click()
}

export function parts(seat) {
  coming ??= insert(seat).catch((problem) => {
    coming = null
    throw problem
  })
  return coming
}

async function insert(seat) {
  const response = await fetch(seat.dataset.parts)
  if (!response.ok) throw new Error(`${response.status} ${seat.dataset.parts}`)
  const page = new DOMParser().parseFromString(await response.text(), "text/html")
  const { printed } = await load(import.meta.resolve("./layout.js"))
  document.head.append(...page.head.children) // its style sheet
  for (const legend of page.querySelectorAll("kbd[data-of]")) legend.textContent = printed(legend.dataset.of)
  seat.querySelector(".reading").before(...page.body.children)
}

function defineAll() {
  const lacking = [...document.querySelectorAll(":not(:defined)")].filter((element) => !element.closest(ELEMENTS))
  return Promise.allSettled([...new Set(lacking.map(({ localName }) => localName))].map(define))
}

const defined = (element) => element && define(element.localName)

const define = (name) => load(import.meta.resolve(`../elements/${name}.js`))
