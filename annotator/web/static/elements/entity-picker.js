// Offers entities for one role: those likely here with a key each, those that match once something is typed.
//   picker.offer({ registry, item, role, besides, open }); fires "choose" {key} and "register" {name, kind}.
const KINDS = { holder: ["actor"], target: ["actor", "event", "issue", "claim"] }

customElements.define("entity-picker", class extends HTMLElement {
  #options = [] // {key, name, note} or {register, name, note}
  #active = 0
  #asked = null // what `offer` was given

  connectedCallback() {
    this.field = this.querySelector("input")
    this.list = this.querySelector("[role=listbox]")
    this.template = this.querySelector("template")
    this.field.addEventListener("input", () => this.#draw())
    this.field.addEventListener("keydown", (event) => this.#steer(event))
    this.list.addEventListener("click", ({ target }) => {
      const option = target.closest("[role=option]")
      if (option) this.#choose([...this.list.children].indexOf(option))
    })
  }

  offer({ registry, item, role, besides, open, typed = "" }) {
    this.#asked = { registry, item, role, besides, open }
    this.field.value = typed
    for (const prompt of this.querySelectorAll("[data-prompt]")) prompt.hidden = prompt.dataset.prompt !== role
    this.#draw()
  }

  #draw() {
    const typed = this.field.value.trim()
    this.#options = typed ? this.#matches(typed) : this.#likely()
    this.#active = 0
    this.list.replaceChildren(...this.#options.map((option, index) => this.#row(option, index)))
    this.#point()
  }

  #likely() {
    const { registry, item, role, besides } = this.#asked
    return registry.likely(item, role, { besides }).map(shown(registry))
  }

  #matches(typed) {
    const { registry, item, role, open } = this.#asked
    const found = registry.search(typed, item, role)
    const exact = found.some(({ worth }) => worth === 4)
    const options = found.map(({ entity, alias }) => ({ ...shown(registry)(entity), note: alias === entity.name ? this.dataset[entity.kind] : alias }))
    if (exact || !open) return options
    return [...options, ...KINDS[role].map((kind) => ({ register: kind, name: typed, note: this.dataset[`new_${kind}`] }))]
  }

  #row({ key, name, note, register }, index) {
    const row = this.template.content.firstElementChild.cloneNode(true)
    row.id = `${this.list.id}-${index}`
    row.classList.toggle("is-new", Boolean(register))
    row.querySelector("[data-name]").textContent = name
    row.querySelector("[data-note]").textContent = (register ? note : this.#note(key, note)) ?? ""
    if (index < 9) row.dataset.code = `Digit${index + 1}`
    row.querySelector("kbd").textContent = index < 9 ? index + 1 : ""
    return row
  }

  #note(key, note) {
    const { reserved, kind } = this.#asked.registry.get(key)
    return reserved ? "" : note ?? this.dataset[kind]
  }

  #steer(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (event.isComposing || (!by && !["Enter", "Escape"].includes(event.key))) return
    event.preventDefault()
    event.stopPropagation()
    if (event.key === "Escape") return this.#leave()
    if (event.key === "Enter") return this.#options.length && this.#choose(this.#active)
    this.#active = (this.#active + by + this.#options.length) % Math.max(this.#options.length, 1)
    this.#point()
  }

  #point() { // at the option that Enter takes
    for (const [index, row] of [...this.list.children].entries()) row.ariaSelected = String(index === this.#active)
    const active = this.list.children[this.#active]
    if (active) this.field.setAttribute("aria-activedescendant", active.id)
    else this.field.removeAttribute("aria-activedescendant")
    if (document.activeElement === this.field) active?.scrollIntoView({ block: "nearest" })
  }

  #choose(index) {
    const { key, register, name } = this.#options[index]
    this.#leave()
    const event = register ? ["register", { name, kind: register }] : ["choose", { key }]
    this.dispatchEvent(new CustomEvent(event[0], { detail: event[1] }))
  }

  #leave() {
    const wasTyping = document.activeElement === this.field
    this.field.value = ""
    if (wasTyping) this.closest("[tabindex]")?.focus() ?? this.field.blur()
    this.#draw()
  }
})

function shown(registry) {
  return ({ key }) => ({ key, name: registry.name(key, document.documentElement.lang) })
}
