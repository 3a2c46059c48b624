// Opens the annotator's page where there is no network: keeps each such page as the server last gave it, and the files
// it needs. Never answers for the API: what is asked there is asked of the server, or fails.
const PAGES = "standpoint-pages", FILES = "standpoint-files"
const BASE = new URL(registration.scope).pathname.replace(/\/$/, "") // where a proxy shows the server
const TYPES = { js: "text/javascript", css: "text/css", svg: "image/svg+xml", json: "application/json" }

addEventListener("install", () => skipWaiting())
addEventListener("activate", (event) => event.waitUntil(Promise.all([clients.claim(), registration.navigationPreload?.enable()])))

addEventListener("fetch", (event) => {
  const pathname = new URL(event.request.url).pathname.slice(BASE.length)
  if (pathname === "/sign-out" || pathname.startsWith("/sign-in/")) event.waitUntil(caches.delete(PAGES)) // another person comes
  if (event.request.method !== "GET") return
  if (event.request.mode === "navigate") {
    event.respondWith(/^\/projects\/[^/]+\/annotate$/.test(pathname) ? page(event) : asked(event))
  } else if (pathname.endsWith("/annotate/parts")) event.respondWith(page(event))
  else if (/^\/static\/|\/seat\.css$/.test(pathname)) event.respondWith(file(event.request))
})

addEventListener("message", (event) => event.waitUntil(keep(event.data).then(() => event.source.postMessage("kept"))))

// What the browser has asked already while this worker woke up: asked twice, a sign-in link would be used up.
const asked = async (event) => (await event.preloadResponse) ?? fetch(event.request)

async function page(event) { // the server's word goes first; ours where it has none
  try {
    const response = await asked(event)
    if (response.status < 500) {
      if (response.ok && !response.redirected) event.waitUntil(stored(PAGES, event.request.url, response.clone()))
      return response
    }
    return (await kept(event.request.url)) ?? response
  } catch (error) {
    const page = await kept(event.request.url)
    if (page) return page
    throw error
  }
}

async function file(request) { // its address names what is in it
  return (await kept(request.url)) ?? fetch(request)
}

// {pages, files, sheets}: addresses of the page that is open and its parts, of all static files in one, of style sheets.
async function keep({ pages, files, sheets }) {
  const cache = await caches.open(FILES)
  const have = new Set((await cache.keys()).map(({ url }) => url))
  if (!have.has(new URL(files, location).href)) {
    const base = files.slice(0, files.lastIndexOf("/") + 1)
    const texts = await (await sound(files)).json()
    await Promise.all(Object.entries(texts).map(([name, text]) => cache.put(base + name, made(name, text))))
    await cache.put(files, made("files.json", "{}"))
  }
  for (const sheet of sheets) if (!have.has(sheet)) await cache.put(sheet, await sound(sheet))
  for (const page of pages) await stored(PAGES, page, await sound(page))
  await sweep(cache)
}

async function sweep(cache) { // files of versions that no page names any more
  const pages = await caches.open(PAGES)
  const texts = await Promise.all((await pages.keys()).map(async (key) => (await pages.match(key)).text()))
  const isNamed = (url) => {
    const { pathname, search } = new URL(url)
    const version = pathname.match(/^.*\/static\/[^/]+\//)?.[0] ?? pathname + search
    return texts.some((text) => text.includes(version))
  }
  for (const { url } of await cache.keys()) if (!isNamed(url)) await cache.delete(url)
}

const kept = (url) => caches.match(url, { ignoreVary: true }) // one browser, one way of asking

const stored = async (name, url, response) => (await caches.open(name)).put(url, response)

async function sound(url) {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${response.status} ${url}`)
  return response
}

const made = (name, text) => new Response(text, { headers: { "Content-Type": TYPES[name.split(".").at(-1)] ?? "text/plain" } })
