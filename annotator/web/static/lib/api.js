// The JSON API of the server that this page came from.
// Addresses in scripts and in what waits begin with "/api/": a proxy may show the server under a prefix, BASE.
export const BASE = new URL("../../..", import.meta.url).pathname.replace(/\/$/, "")
const SECONDS = 15, SECONDS_OF_MANY = 60
const failures = new Map() // a module's address → how often it could not be fetched

// What the server said no to: its status (0: it did not answer) and its sentence.
export class Problem extends Error {
  constructor(status, detail, body = {}) {
    super(detail)
    this.status = status
    this.body = body
  }

  get passing() { // worth asking again: the network, the server or the session is at fault, not the request
    return this.status === 0 || this.status >= 500 || [401, 403, 408, 425, 429].includes(this.status)
  }
}

// A module, fetched when it is wanted: `await load(import.meta.resolve("./delivery.js"))`. One that could not be
// fetched is asked for under another address the next time: browsers keep a failure under its address for as long as
// the page is open, and whoever was offline for a moment would lack it until they load the page anew.
export async function load(address) {
  const failed = failures.get(address) ?? 0
  try {
    return await import(failed ? `${address}?again=${failed}` : address)
  } catch (problem) {
    failures.set(address, failed + 1)
    throw problem
  }
}

// A random UUID. crypto.randomUUID is missing where the page came over plain HTTP from another machine.
export const uuid = () => crypto.randomUUID?.() ?? fromBytes(crypto.getRandomValues(new Uint8Array(16)))

export const read = (path) => ask("GET", path)

// Asks at once: the first call of what it gives waits for that answer, later ones ask anew.
export function early(path, then = path) {
  let asked = read(path)
  asked.catch(() => {})
  return () => {
    const answer = asked ?? read(then)
    asked = null
    return answer
  }
}

// Waits for work so long, then takes it for unanswered: throws Problem.
export function within(ms, work) {
  return Promise.race([work, new Promise((_, reject) => setTimeout(() => reject(new Problem(0, "")), ms))])
}

// Sends a body and gives the answer's body. Throws Problem.
export async function ask(method, path, body, more = {}) {
  const { ok, status, statusText, text } = await fetched(path, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: { Accept: "application/json", ...speaking(), ...(method === "GET" ? {} : sending("application/json")) },
    ...more,
  })
  const answer = parsed(text)
  if (!ok) throw new Problem(status, answer?.sentence ?? answer?.detail ?? statusText, answer)
  if (status !== 204 && answer === undefined) throw new Problem(502, "not the answer of this server")
  return answer
}

// Sends many bodies, a line each, and gives the receipts: [{uuid, status, …}]. Throws Problem.
export async function askMany(path, bodies, more = {}) {
  const { ok, status, statusText, text } = await fetched(path, {
    method: "POST",
    body: bodies.map((body) => JSON.stringify(body)).join("\n") + "\n",
    headers: { Accept: "application/jsonl", ...speaking(), ...sending("application/jsonl") },
    ...more,
  }, SECONDS_OF_MANY)
  if (!ok) throw new Problem(status, parsed(text)?.detail ?? statusText, parsed(text))
  const receipts = text.split("\n").filter(Boolean).map(parsed)
  if (receipts.includes(undefined)) throw new Problem(502, "not the answer of this server")
  return receipts
}

async function fetched(path, options, seconds = SECONDS) {
  try {
    const response = await fetch(path.startsWith("/api/") ? BASE + path : path, { signal: AbortSignal.timeout(seconds * 1000), ...options })
    const { ok, status, statusText } = response
    return { ok, status, statusText, text: await response.text() }
  } catch (error) {
    throw new Problem(0, error.message)
  }
}

// For whom this page speaks: another person may have signed in here in another tab, and the server then refuses.
const speaking = () => {
  const user = document.querySelector("meta[name=user]")
  return user ? { "X-Standpoint-User": encodeURIComponent(user.content) } : {}
}

const sending = (type) => ({
  "Content-Type": type,
  "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content,
})

function parsed(text) { // undefined: no JSON, as from a café's sign-in page between us and the server
  try { return JSON.parse(text) } catch { return undefined }
}

function fromBytes(bytes) {
  bytes[6] = (bytes[6] & 0x0f) | 0x40 // version 4
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5")
}
