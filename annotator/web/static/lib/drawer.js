// What this browser keeps for a person: requests that wait for the server's word, and items for a time without
// network. IndexedDB, which survives a closed tab. Opened when it is first needed, and anew after it failed.
//   outbox  uuid → {uuid, server, user, project, method, path, body, item, order, refused?, current?}
//   held    [server, user, project, id] → {server, user, project, id, item, order, until}
//   notes   [server, user, project] → {entities, report}: what else the page needs to go on
const NAME = "standpoint", VERSION = 2

export class Drawer {
  #opened = null
  #owner

  constructor({ server, user, project }) {
    this.#owner = [server, user, project]
  }

  // Everybody's requests, also those of other databases that once answered at this address.
  waiting() { return this.#run("readonly", ["outbox"], ({ outbox }) => outbox.getAll()) }

  // Keeps a request; the item that it answers is no longer held.
  keep(entry) {
    return this.#run("readwrite", ["outbox", "held"], ({ outbox, held }) => {
      outbox.put(entry)
      if (entry.item) held.delete([entry.server, entry.user, entry.project, entry.item])
    })
  }

  drop(uuids) { return this.#run("readwrite", ["outbox"], ({ outbox }) => uuids.forEach((uuid) => outbox.delete(uuid))) }

  // The items held, in their order: [{item, until}].
  async held() {
    const rows = await this.#run("readonly", ["held"], ({ held }) => held.getAll(this.#range()))
    return rows.sort((one, two) => one.order - two.order)
  }

  hold(rows) { // [{item, order, until}]
    const [server, user, project] = this.#owner
    return this.#run("readwrite", ["held"], ({ held }) =>
      rows.forEach((row) => held.put({ ...row, id: row.item.id, server, user, project })))
  }

  release(ids) { return this.#run("readwrite", ["held"], ({ held }) => ids.forEach((id) => held.delete([...this.#owner, id]))) }

  async notes() { return (await this.#run("readonly", ["notes"], ({ notes }) => notes.get(this.#owner))) ?? {} }

  note(value) { return this.#run("readwrite", ["notes"], ({ notes }) => notes.put(value, this.#owner)) }

  #range() { return IDBKeyRange.bound(this.#owner, [...this.#owner, []]) } // an array comes after every string

  async #run(mode, names, work) {
    const database = await this.#open()
    const transaction = database.transaction(names, mode, mode === "readwrite" ? { durability: "strict" } : {})
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve
      transaction.onerror = transaction.onabort = () => reject(transaction.error)
    })
    const result = work(Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)])))
    await done
    return result?.result
  }

  #open() {
    if (!this.#opened) {
      this.#opened = opened(this.#owner[0], () => { this.#opened = null })
      this.#opened.catch(() => { this.#opened = null })
    }
    return this.#opened
  }
}

function opened(server, lost) {
  const opening = indexedDB.open(NAME, VERSION)
  opening.onupgradeneeded = ({ oldVersion }) => {
    const { result: database, transaction } = opening
    if (oldVersion < 1) database.createObjectStore("outbox", { keyPath: "uuid" })
    else complete(transaction.objectStore("outbox"), server)
    database.createObjectStore("held", { keyPath: ["server", "user", "project", "id"] })
    database.createObjectStore("notes")
  }
  return new Promise((resolve, reject) => {
    opening.onsuccess = () => {
      const database = opening.result
      database.onversionchange = () => { database.close(); lost() } // a newer page needs it
      database.onclose = lost
      resolve(database)
    }
    opening.onerror = () => reject(opening.error)
    opening.onblocked = () => reject(new Error("blocked by another tab")) // the request has no error to read yet
  })
}

function complete(outbox, server) { // version 1 named neither the database nor the project of what waits
  outbox.openCursor().onsuccess = ({ target: { result: cursor } }) => {
    if (!cursor) return
    const { body, path } = cursor.value
    cursor.update({ server, project: body?.project ?? path.match(/projects\/([^/]+)/)?.[1], ...cursor.value })
    cursor.continue()
  }
}
