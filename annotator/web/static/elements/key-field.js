// A field for keys that can also be pressed: its tools come from <template id="key-tools">. Without this file the
// field takes names that are typed.
//   <key-field data-name="Undo"><input value="Z U"></key-field>
import { codesOf } from "./label-keys.js"
import { begin, printed } from "../lib/layout.js"

const SIGNS = { ",": "Comma", ".": "Period", "/": "Slash", ";": "Semicolon", "'": "Quote", "[": "BracketLeft", "]": "BracketRight", "\\": "Backslash", "`": "Backquote", "-": "Minus", "=": "Equal", "<": "IntlBackslash" }
const MODIFIERS = ["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock"]

customElements.define("key-field", class extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input")
    this.append(document.getElementById("key-tools").content.cloneNode(true))
    this.field.type = "hidden"
    for (const button of this.querySelectorAll("button")) {
      button.ariaLabel = (button.dataset.record ?? button.dataset.add).replace("{name}", this.dataset.name)
      button.addEventListener("click", () => this.#listen(button))
    }
    document.addEventListener("layout", () => this.#draw())
    this.#draw()
  }

  #listen(button) {
    if (this.ending) return
    this.ending = new AbortController()
    const { signal } = this.ending
    signal.addEventListener("abort", () => { this.ending = null; this.#wait(false) })
    button.addEventListener("keydown", (event) => this.#hear(event, "add" in button.dataset), { signal })
    button.addEventListener("blur", () => this.ending?.abort(), { signal })
    button.focus()
    this.#wait(true)
  }

  #hear(event, adding) {
    if (event.isComposing || event.keyCode === 229 || MODIFIERS.includes(event.key)) return
    if (event.key === "Tab") return // goes on; the blur ends the waiting
    event.preventDefault()
    addEventListener("keyup", (up) => up.preventDefault(), { once: true }) // Space would press the button again
    const [code] = codesOf(event)
    if (event.key !== "Escape" && code) {
      this.field.value = adding ? `${this.field.value} ${code}` : code
      this.#draw()
    }
    this.ending.abort()
  }

  #wait(waiting) {
    this.querySelector("[data-waiting]").hidden = !waiting
    this.querySelector("[data-shown]").hidden = waiting
  }

  #draw() {
    const keys = this.field.value.split(" ").filter(Boolean).map((name) => {
      const key = document.createElement("kbd")
      key.textContent = printed(codeOfName(name))
      return key
    })
    this.querySelector("[data-shown]").replaceChildren(...keys)
  }
})

// "Shift+W" → "Shift+KeyW"; what is a code already stays.
function codeOfName(name) {
  const [shift, plain] = name.startsWith("Shift+") ? ["Shift+", name.slice(6)] : ["", name]
  if (plain === "?") return "Shift+Slash"
  if (["Left", "Right"].includes(plain)) return `${shift}Arrow${plain}`
  return shift + (SIGNS[plain] ?? (/^[A-Z]$/i.test(plain) ? `Key${plain.toUpperCase()}` : /^\d$/.test(plain) ? `Digit${plain}` : plain))
}

navigator.keyboard?.getLayoutMap?.().then(begin, () => begin(null)) ?? begin(null)
