// Makes the page open without a network, once it is at work: a service worker keeps it and its files. Browsers allow
// that over HTTPS and on this machine alone; elsewhere an open page works on, and what waits is kept all the same.
export async function prepare() {
  if (!navigator.serviceWorker) return
  await navigator.serviceWorker.register("/service-worker.js", { scope: "/", updateViaCache: "all" })
  const { active } = await navigator.serviceWorker.ready
  active.postMessage({
    page: location.href.split("#")[0],
    files: new URL("../files.json", import.meta.url).pathname,
    sheets: [...document.querySelectorAll("link[rel=stylesheet]")].map(({ href }) => href),
  })
}
