// Presses the visible button of the page whose key is pressed; the buttons work without this file.
//   <label-keys></label-keys> <button data-code="Digit1">favor</button> <button data-key="?">help</button>
// An open dialog has the keyboard to itself. A person who dictates or uses a screen reader can switch the keys
// off: <input type="checkbox" data-keys-switch>.
const SWITCH = "standpoint-keys"

customElements.define("label-keys", class extends HTMLElement {
  connectedCallback() {
    document.addEventListener("keydown", this)
    document.addEventListener("change", this)
    for (const box of document.querySelectorAll("[data-keys-switch]")) box.checked = isOn()
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this)
    document.removeEventListener("change", this)
  }

  handleEvent(event) {
    if (event.type === "change") return remember(event.target)
    if (isTyping(event) || !isOn()) return
    const scope = document.querySelector("dialog:modal") ?? document
    const pressed = wanted(event).flatMap((selector) => [...scope.querySelectorAll(selector)]).find(usable)
    if (!pressed) return
    event.preventDefault()
    pressed.click()
  }
})

// By position on the keyboard: the same fingers under an Arabic layout. By character only where it is a sign.
const wanted = ({ code, key }) => [
  `[data-code~="${CSS.escape(code.replace("Numpad", "Digit").replace("DigitEnter", "Enter"))}"]`,
  `[data-key="${CSS.escape(key)}"]`,
]

const usable = (element) => !element.disabled && element.checkVisibility()

const isTyping = ({ repeat, isComposing, ctrlKey, metaKey, altKey, code, target }) =>
  repeat || isComposing || ctrlKey || metaKey || altKey || target.closest("input:not([type=checkbox]), textarea, select") ||
  (["Enter", "Space"].includes(code) && target.closest("button, a, summary"))

function isOn() { return localStorage.getItem(SWITCH) !== "off" }

function remember(box) {
  if (box.matches("[data-keys-switch]")) localStorage.setItem(SWITCH, box.checked ? "on" : "off")
}
