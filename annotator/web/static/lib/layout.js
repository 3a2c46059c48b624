// What is printed on this person's keys. Browsers tell it where they can, else it is learnt from what is pressed;
// the legends of the page, <kbd data-of="KeyZ">, follow.
const STORE = "standpoint-layout"
const SIGNS = { Backquote: "`", Minus: "-", Equal: "=", BracketLeft: "[", BracketRight: "]", Backslash: "\\", Semicolon: ";", Quote: "'", Comma: ",", Period: ".", Slash: "/", IntlBackslash: "<" }
const NAMED = { Space: "␣", Enter: "↵", Backspace: "⌫", Delete: "⌦", Insert: "Ins", ArrowLeft: "←", ArrowRight: "→" }
const LETTERS = ["QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"].map((row) => [...row].map((letter) => `Key${letter}`))
const PLACES = [...LETTERS[0], "BracketLeft", "BracketRight", ...LETTERS[1], "Semicolon", "Quote", ...LETTERS[2], "Comma", "Period", "Slash"]
const ARABIC = "ض ص ث ق ف غ ع ه خ ح ج د ش س ي ب ل ا ت ن م ك ط ئ ء ؤ ر لا ى ة و ز ظ".split(" ") // at these places

let told = new Map() // what the browser says of the layout
let learnt = new Map(recalled())

// Takes the browser's map of the layout, which may be null, and draws.
export function begin(layout) {
  told = new Map(layout ?? [])
  draw()
}

// The key at `code` gave this character.
export function learn(code, character) {
  if (character === ARABIC[PLACES.indexOf(code)]) learnt = new Map(PLACES.map((place, at) => [place, ARABIC[at]]))
  else if (character.toLowerCase() === us(code).toLowerCase()) learnt = new Map() // back to the first layout
  learnt.set(code, character)
  keep()
  draw()
}

// What stands on the key of a code: "Z", "⇧W", "␣".
export function printed(code) {
  const [shift, plain] = code.startsWith("Shift+") ? ["⇧", code.slice(6)] : ["", code]
  const character = learnt.get(plain) ?? told.get(plain) ?? us(plain)
  if (code === "Shift+Slash" && character === "/") return "?"
  const upper = character.toLocaleUpperCase()
  return shift + (NAMED[plain] ?? (upper.length === character.length ? upper : character))
}

function draw() {
  for (const legend of document.querySelectorAll("kbd[data-of]")) legend.textContent = printed(legend.dataset.of)
  for (const button of document.querySelectorAll("[data-code][aria-keyshortcuts]")) {
    button.setAttribute("aria-keyshortcuts", button.dataset.code.split(" ").map(shortcut).join(" "))
  }
  document.dispatchEvent(new Event("layout"))
}

const us = (code) => SIGNS[code] ?? code.replace(/^(Key|Digit)/, "")

const shortcut = (code) => {
  const [shift, plain] = code.startsWith("Shift+") ? ["Shift+", code.slice(6)] : ["", code]
  return shift + (plain in NAMED ? plain : printed(plain))
}

function recalled() {
  try { return JSON.parse(localStorage.getItem(STORE)) ?? [] } catch { return [] }
}

function keep() {
  if (learnt.size) localStorage.setItem(STORE, JSON.stringify([...learnt]))
  else localStorage.removeItem(STORE)
}
