// Presses the button of the page whose key is pressed; the buttons work without this file.
//   <label-keys data-single="on"></label-keys> <button data-code="KeyZ Shift+KeyU">undo</button> <button data-key="?">
// A key is a position, so the same fingers work under every layout. An open dialog has the keyboard to itself. In a
// folded group, [data-folded], a hidden button acts by its key, too; an open group with [data-keys-first] goes before
// the rest of the page. A person who dictates or uses a screen reader
// switches the keys off: <input type="checkbox" data-keys-switch>.
import { ask, load, read } from "../lib/api.js"

const PREFERENCES = "/api/v1/me/preferences"
const TEXT = "input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=range]), textarea, select, [contenteditable]"
const OWN_ARROWS = "[type=radio], [type=range], [role=listbox], [role=tablist], [role=radiogroup]"
const DIGITS = ["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"]

customElements.define("label-keys", class extends HTMLElement {
  pending = null
  #byPointer = false // is it the mouse that the focus came by?

  connectedCallback() {
    for (const type of ["keydown", "change", "pointerdown"]) document.addEventListener(type, this)
    for (const box of document.querySelectorAll("[data-keys-switch]")) box.checked = this.isOn
    this.#legends()
  }

  disconnectedCallback() {
    for (const type of ["keydown", "change", "pointerdown"]) document.removeEventListener(type, this)
  }

  get isOn() { return this.dataset.single !== "off" }

  handleEvent(event) {
    if (event.type === "change") return event.target.matches("[data-keys-switch]") && this.#switch(event.target.checked)
    this.#byPointer = event.type === "pointerdown" || (this.#byPointer && event.key !== "Tab")
    if (event.type === "keydown") this.#press(event)
  }

  #press(event) {
    if (event.defaultPrevented || !isOurs(event)) return
    this.#learn(event)
    if (event.repeat && event.target.closest("button:not([data-step])")) event.preventDefault() // a key held down answers once
    if (this.isOn && !isTyping(event) && !this.#isNative(event)) this.#inTurn(event)
  }

  #inTurn(event) { // keys that come while the page is busy wait, and go on in the order in which they were pressed
    const busy = [this, ...document.querySelectorAll("passage-text, stance-form, label-choice")]
    const pending = busy.find((element) => element.pending)?.pending
    if (pending) event.preventDefault()
    if (pending) pending.then(() => this.#inTurn(event), () => {})
    else if (event.defaultPrevented && document.activeElement?.matches(TEXT)) type(document.activeElement, event)
    else this.#act(event)
  }

  #act(event) {
    const sheet = document.querySelector("dialog:modal")
    const first = [...document.querySelectorAll("[data-keys-first]")].filter((group) => group.checkVisibility())
    const scopes = sheet ? [sheet] : [...first, document]
    const pressed = scopes.flatMap((scope) => selectors(event).flatMap((selector) => [...scope.querySelectorAll(selector)])).find(usable)
    if (!pressed || (event.repeat && !pressed.matches("[data-step]"))) return
    event.preventDefault()
    if (event.code === "Space") addEventListener("keyup", (up) => up.preventDefault(), { once: true }) // else it presses the focus
    const late = pressed.closest(":not(:defined)")
    if (late) this.#waitFor(late)
    pressed.click()
  }

  #waitFor({ localName }) { // lib/later.js presses the button once its element is there; keys that come meanwhile wait
    const there = customElements.whenDefined(localName).then(() => new Promise((resolve) => { setTimeout(resolve) }))
    this.pending = there.finally(() => { this.pending = null })
  }

  // Does this key belong to the element that has the focus? A button that was clicked keeps neither Space nor Enter.
  #isNative({ code, target }) {
    if (/^Arrow/.test(code)) return target.closest(OWN_ARROWS)
    return /^(Space|Enter|NumpadEnter)$/.test(code) && !this.#byPointer && target.closest("button, a, summary, input, [role=option], [role=button]")
  }

  async #switch(on) {
    this.dataset.single = on ? "on" : "off"
    const before = await read(PREFERENCES).catch(() => null) // without a network it holds for this page
    if (before) await ask("PUT", PREFERENCES, { ...before, single_keys: on }).catch(() => {})
  }

  async #legends() {
    const layout = await navigator.keyboard?.getLayoutMap?.().catch(() => null)
    const differs = [...layout ?? []].some(([code, printed]) => printed !== standard(code) && standard(code))
    if (differs || localStorage.getItem("standpoint-layout")) (await load(import.meta.resolve("../lib/layout.js"))).begin(layout)
  }

  async #learn({ code, key, shiftKey }) { // another character than the legend says: this layout is another one
    if (shiftKey || "?؟".includes(key) || !/^(Key|Digit|Semi|Quote|Bracket|Comma|Period|Slash|Back)/.test(code) || !/^[^\p{C}\p{Z}]{1,2}$/u.test(key)) return
    const legend = document.querySelector(`kbd[data-of="${code}"]`)?.textContent ?? standard(code)
    if (legend && legend.toLowerCase() !== key.toLowerCase()) (await load(import.meta.resolve("../lib/layout.js"))).learn(code, key)
  }
})

// The codes that a key press may mean, the likelier first: by position, a digit also by what it says.
export function codesOf({ code, key, shiftKey }) {
  const digit = Math.max(...DIGITS.map((digits) => (key.length === 1 ? digits.indexOf(key) : -1)))
  const at = digit >= 0 && !/^(Digit|Key)/.test(code) ? `Digit${digit}` : position(code, key)
  if (!at || !shiftKey) return at ? [at] : []
  return digit >= 0 ? [`Shift+${at}`, at] : [`Shift+${at}`] // French keyboards have their digits there
}

const position = (code, key) => {
  if (code === "NumpadEnter") return "Enter"
  if (code.startsWith("Numpad")) return "" // without NumLock
  return code || (/^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : "")
}

const selectors = (event) => [
  `[data-key~="${CSS.escape(event.key)}"]`, // a sign, wherever the layout has it
  ...codesOf(event).map((code) => `[data-code~="${CSS.escape(code)}"]`),
]

const isOurs = (event) => !event.isComposing && event.keyCode !== 229 && // 229: an input method has it
  !event.ctrlKey && !event.metaKey && !event.altKey && !event.getModifierState("AltGraph")

function type(field, event) { // what was pressed for a field that was still on its way
  const { key } = event
  if (key.length > 1 || !field.setRangeText) return field.dispatchEvent(new KeyboardEvent("keydown", event))
  field.setRangeText(key, field.selectionStart, field.selectionEnd, "end")
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: key }))
}

const isTyping = ({ target }) => target.closest(TEXT)

const usable = (element) => !element.disabled &&
  (element.checkVisibility() || element.closest("[data-folded]")?.parentElement.checkVisibility())

const standard = (code) => /^(?:Key|Digit)(.)$/.exec(code)?.[1].toLowerCase() // of the US layout
