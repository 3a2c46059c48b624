// The JSON API of the server that this page came from.
const SECONDS = 15

// What the server said no to: its status (0: it did not answer) and its sentence.
class Problem extends Error {
  constructor(status, detail, body = {}) {
    super(detail)
    this.status = status
    this.body = body
  }

  get passing() { // worth asking again: the network, the server or the session is at fault, not the request
    return this.status === 0 || this.status >= 500 || [401, 403, 408, 425, 429].includes(this.status)
  }
}

export const read = (path) => ask("GET", path)

// Sends a body and gives the answer's body. Throws Problem.
export async function ask(method, path, body) {
  let response
  try {
    response = await fetch(path, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { Accept: "application/json", ...(body === undefined ? {} : sending()) },
      signal: AbortSignal.timeout(SECONDS * 1000),
    })
  } catch (error) {
    throw new Problem(0, error.message)
  }
  const text = await response.text().catch(() => "")
  const answer = parsed(text)
  if (!response.ok) throw new Problem(response.status, answer?.detail ?? response.statusText, answer)
  if (response.status !== 204 && answer === undefined) throw new Problem(502, "not the answer of this server")
  return answer
}

const sending = () => ({
  "Content-Type": "application/json",
  "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content,
})

function parsed(text) { // undefined: no JSON, as from a café's sign-in page between us and the server
  try { return JSON.parse(text) } catch { return undefined }
}
