// Where requests wait until the server has acknowledged them: IndexedDB, which survives a closed tab.
const NAME = "standpoint", STORE = "outbox"

export async function openDrawer() {
  const opening = indexedDB.open(NAME, 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "uuid" })
  const database = await settled(opening)
  const run = async (mode, work) => {
    const transaction = database.transaction(STORE, mode, { durability: "strict" })
    const result = work(transaction.objectStore(STORE))
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve
      transaction.onerror = transaction.onabort = () => reject(transaction.error)
    })
    return result.result
  }
  return {
    all: () => run("readonly", (store) => store.getAll()),
    keep: (entry) => run("readwrite", (store) => store.put(entry)),
    drop: (uuid) => run("readwrite", (store) => store.delete(uuid)),
  }
}

const settled = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result)
  request.onerror = request.onblocked = () => reject(request.error ?? new Error("blocked"))
})
