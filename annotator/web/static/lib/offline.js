// Makes the page open without a network, once it is at work: a service worker keeps it and its files. Browsers allow
// that over HTTPS and on this machine alone; elsewhere an open page works on, and what waits is kept all the same.
import { BASE } from "./api.js"

export async function prepare(seat) {
  if (!navigator.serviceWorker) return
  const scope = `${BASE}/`
  await navigator.serviceWorker.register(`${scope}service-worker.js`, { scope, updateViaCache: "all" })
  navigator.serviceWorker.addEventListener("message", () => { seat.dataset.kept = "" }) // the page opens from here on
  const { active } = await navigator.serviceWorker.ready
  active.postMessage({
    pages: [location.href.split("#")[0], new URL(seat.dataset.parts, location).href],
    files: new URL("../files.json", import.meta.url).pathname,
    sheets: [...document.querySelectorAll("link[rel=stylesheet]")].map(({ href }) => href),
  })
}
