// How what waits reaches the server: answers to one project many at a time, everything else one by one.
import { ask, askMany, Problem } from "./api.js"
import { isAnswer } from "./outbox.js"

const MOST = 100, MOST_BYTES = 256 * 1024 // in one request
const PARTING_BYTES = 60 * 1024 // what a browser sends for a page that is gone: 64 KB

// The first of those that wait, as many as go out in one request.
export function nextRun(waiting, { bytes = MOST_BYTES } = {}) {
  const [first] = waiting
  if (!isAnswer(first)) return [first]
  let left = bytes - JSON.stringify(first.body).length
  const end = waiting.slice(0, MOST).findIndex((entry, index) =>
    index > 0 && (!isAnswer(entry) || entry.project !== first.project || (left -= JSON.stringify(entry.body).length) < 0))
  return waiting.slice(0, end < 0 ? MOST : end)
}

// Sends a run and gives its receipts: [{uuid, answer}] or [{uuid, problem}]. Throws Problem if all of it must wait.
export async function deliver(run, owner) {
  try {
    return await sent(run)
  } catch (problem) {
    if (![401, 403].includes(problem.status)) throw problem
    await renewed(owner, problem)
    return sent(run)
  }
}

// A last try while the page goes. Nobody hears the answer: what was stored is sent again, and saved once.
export function partingShot(waiting) {
  const run = nextRun(waiting, { bytes: PARTING_BYTES })
  sentAtOnce(run, { keepalive: true, signal: null }).catch(() => {})
}

async function sent(run) {
  if (run.length === 1) return [await alone(run[0])]
  try {
    return received(run, await sentAtOnce(run))
  } catch (problem) {
    if (problem.passing) throw problem
    return oneByOne(run)
  }
}

function sentAtOnce(run, more) {
  const [{ method, path, body, project }] = run
  if (run.length === 1) return ask(method, path, body, more)
  return askMany(`/api/v1/projects/${encodeURIComponent(project)}/annotations`, run.map((entry) => ({ ...entry.body, uuid: entry.uuid })), more)
}

function received(run, receipts) {
  const told = new Map(receipts.map((receipt) => [receipt.uuid, receipt]))
  const settled = run.map(({ uuid }) => told.get(uuid)).filter((receipt) => receipt && receipt.status < 500)
  if (!settled.length) throw new Problem(502, receipts[0]?.detail ?? "no receipts came")
  const entries = new Map(run.map((entry) => [entry.uuid, entry]))
  return settled.map((receipt) => (receipt.status < 300
    ? { uuid: receipt.uuid, answer: receipt }
    : refused(entries.get(receipt.uuid), new Problem(receipt.status, receipt.sentence ?? receipt.detail, receipt))))
}

async function oneByOne(run) {
  const receipts = []
  for (const entry of run) {
    try {
      receipts.push(await alone(entry))
    } catch (problem) {
      if (!receipts.length) throw problem
      break
    }
  }
  return receipts
}

async function alone(entry) {
  const { uuid, method, path, body } = entry
  try {
    return { uuid, answer: await ask(method, path, body) }
  } catch (problem) {
    if (problem.passing !== false) throw problem
    return refused(entry, problem)
  }
}

function refused({ uuid, body }, problem) { // the same said in another tab or on another device stands for this one
  const { current } = problem.body ?? {}
  return current && isSame(body, current) ? { uuid, answer: null, stands: current.uuid } : { uuid, problem }
}

// Whether two answers say the same. What an item fixes may be left out, and what is empty.
function isSame(mine, theirs) {
  const told = ({ outcome, flags = [], comment, stances = [] }, fixed = []) => JSON.stringify([
    outcome ?? "judged", [...flags].sort(), comment || null, stances.map((stance, index) => part(stance, fixed[index]))])
  return !mine.withdrawn && told(mine, theirs.stances) === told(theirs)
}

const part = (stance, fixed = stance) => [
  stance.label, stance.holder ?? fixed.holder, stance.target ?? fixed.target, stance.attribution ?? null, stance.voice ?? null,
  stance.sources ?? [], stance.confidence ?? null, [...(stance.flags ?? [])].sort(), stance.rationales ?? [],
  stance.mentions?.holder ?? [], stance.mentions?.target ?? []]


// A page outlives its session. When its person has signed in again elsewhere in this browser, the page takes the
// new CSRF token and works on. Where another person has signed in it does not: answers go out as their own only.
async function renewed({ server, user }, problem) {
  const text = await fetch(location.href, { cache: "no-store" }).then((response) => response.text(), () => "")
  const page = new DOMParser().parseFromString(text, "text/html")
  const found = (name) => page.querySelector(`meta[name=${name}]`)?.content
  const signedIn = found("user") ?? null
  if (signedIn !== user || found("server") !== server) throw Object.assign(problem, { signedIn })
  document.querySelector("meta[name=csrf-token]").content = found("csrf-token")
}
