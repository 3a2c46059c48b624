// Offers entities for one role: those likely here with a key each, those that match once something is typed.
//   picker.offer({ registry, item, role, besides, open, typed }); fires "choose" {key} and "register" {name, kind}.
//   picker.leave() once what was typed is used up, picker.tell(sentence) where it could not be.
// A name that several have is never resolved here: the list stays open and asks.
const KINDS = { target: ["actor", "event", "issue", "claim"] }
const KEYS = 9 // a page

customElements.define("entity-picker", class extends HTMLElement {
  #options = [] // {key, name, note, more} or {register, name, note}
  #active = 0
  #steered = false // by the arrow keys
  #several = false // entities have exactly the name that was typed
  #asked = null // what `offer` was given
  #likely = [] // entities, in pages of nine
  #page = 0

  connectedCallback() {
    this.field = this.querySelector("input")
    this.list = this.querySelector("[role=listbox]")
    this.template = this.querySelector("template")
    this.note = this.querySelector("[data-picker-note]")
    this.more = this.querySelector("[data-act=more]")
    this.more.addEventListener("click", () => this.#turn())
    this.field.addEventListener("input", () => this.#draw())
    this.field.addEventListener("keydown", (event) => this.#steer(event))
    this.list.addEventListener("click", ({ target }) => {
      const option = target.closest("[role=option]")
      if (option) this.#choose([...this.list.children].indexOf(option))
    })
  }

  // `typed` are words that were marked: one digit takes who they name; nobody known can be searched or added.
  offer({ registry, item, role, besides, open, typed = "" }) {
    this.#asked = { registry, item, role, besides, open }
    this.#likely = registry.likely(item, role, { besides })
    this.#page = 0
    this.field.value = typed
    for (const prompt of this.querySelectorAll("[data-prompt]")) prompt.hidden = prompt.dataset.prompt !== role
    this.#draw()
    if (typed && !this.#options.some(({ key }) => key)) this.field.focus()
  }

  leave() {
    const wasTyping = document.activeElement === this.field
    this.field.value = ""
    this.#page = 0
    if (wasTyping) this.#giveBack()
    this.#draw()
  }

  tell(sentence) { this.note.textContent = sentence }

  #draw() {
    const typed = this.field.value.trim()
    const exact = typed ? this.#asked.registry.exact(typed, this.#asked.item, this.#asked.role) : []
    this.#several = exact.length > 1
    this.#options = typed ? this.#matches(typed, exact) : this.#onPage(this.#page).map((entity) => this.#shown(entity))
    this.#active = 0
    this.#steered = false
    this.list.replaceChildren(...this.#options.map((option, index) => this.#row(option, index)))
    if (exact.length === 1 && document.activeElement !== this.field) this.list.children[0].dataset.code += " Enter"
    this.tell(this.#several ? this.dataset.several : typed && !this.#options.length ? this.dataset.nobody : "")
    this.#offerOthers(typed)
    this.#point()
  }

  #onPage(page) { return this.#likely.slice(page * KEYS, (page + 1) * KEYS) }

  get #nextPage() { return this.#onPage(this.#page + 1).length ? this.#page + 1 : 0 }

  #turn() { // to the next nine; behind the last ones the first come again
    this.#page = this.#nextPage
    this.#draw()
  }

  #offerOthers(typed) {
    const first = this.#nextPage * KEYS
    this.more.hidden = Boolean(typed) || this.#likely.length <= KEYS
    this.more.querySelector("[data-others]").textContent = `${first + 1}–${first + this.#onPage(this.#nextPage).length}`
  }

  #matches(typed, exact) {
    const { registry, item, role, open } = this.#asked
    const found = registry.search(typed, item, role)
    const first = exact.map((entity) => ({ entity, alias: found.find((hit) => hit.entity.key === entity.key)?.alias ?? entity.name }))
    const rest = found.filter(({ entity }) => !exact.some(({ key }) => key === entity.key))
    const options = [...first, ...rest].slice(0, Math.max(KEYS, first.length)).map(({ entity, alias }) => this.#shown(entity, alias))
    if (exact.length || !open) return options
    return [...options, ...(KINDS[role] ?? ["actor"]).map((kind) => ({ register: kind, name: typed, note: this.dataset[`new_${kind}`] }))]
  }

  #shown(entity, alias) {
    const { lang } = document.documentElement
    const kind = entity.reserved ? "" : this.dataset[entity.actor_type] ?? this.dataset[entity.kind]
    return {
      key: entity.key,
      name: this.#asked.registry.name(entity.key, lang),
      note: [alias && alias !== entity.name ? alias : "", kind].filter(Boolean).join(" · "),
      more: this.#several ? entity.definitions?.[lang] ?? entity.definition ?? "" : "",
      proposed: entity.status === "proposed",
    }
  }

  #row({ name, note, more = "", register, proposed }, index) {
    const row = this.template.content.firstElementChild.cloneNode(true)
    row.id = `${this.list.id}-${index}`
    row.classList.toggle("is-new", Boolean(register))
    row.querySelector("[data-name]").textContent = name
    row.querySelector("[data-note]").textContent = note
    row.querySelector("[data-more]").textContent = more
    row.querySelector("[data-proposed]").hidden = !proposed
    if (index < KEYS) row.dataset.code = `Digit${index + 1}`
    const key = row.querySelector("kbd")
    key.textContent = index < KEYS ? index + 1 : ""
    key.dataset.of = row.dataset.code ?? ""
    return row
  }

  #steer(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (event.isComposing || (!by && !["Enter", "Escape"].includes(event.key))) return
    event.preventDefault()
    event.stopPropagation()
    if (event.key === "Escape") return this.leave()
    if (event.key === "Enter") return this.#enter()
    this.#active = (this.#active + by + this.#options.length) % Math.max(this.#options.length, 1)
    this.#steered = true
    this.#point()
  }

  #enter() {
    if (!this.#options.length) return
    if (!this.#several || this.#steered) return this.#choose(this.#active)
    this.#giveBack() // several have this name: now the digits choose
    this.tell(this.dataset.several)
  }

  #point() { // at the option that Enter takes
    for (const [index, row] of [...this.list.children].entries()) row.ariaSelected = String(index === this.#active && !this.#several)
    const active = this.list.children[this.#active]
    if (this.#steered && active) active.ariaSelected = "true"
    if (active) this.field.setAttribute("aria-activedescendant", active.id)
    else this.field.removeAttribute("aria-activedescendant")
    if (document.activeElement === this.field) active?.scrollIntoView({ block: "nearest" })
  }

  #choose(index) {
    const { key, register, name } = this.#options[index]
    if (register) { // what was typed stays until the server has it
      this.tell(this.dataset.adding)
      this.dispatchEvent(new CustomEvent("register", { detail: { name, kind: register } }))
      return
    }
    this.leave()
    this.dispatchEvent(new CustomEvent("choose", { detail: { key } }))
  }

  #giveBack() { this.closest("[tabindex]")?.focus() ?? this.field.blur() }
})
