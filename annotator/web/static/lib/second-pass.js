// What a model says, and when a person may see it: not before their own answer is stored, unless the project shows it
// beside the item. An entry of the seat is {item, answer?, current?}; {first} of one that is asked once more: the
// answer that was given unaided; {looked}: its first answer was taken back after a look. How it looks is the business
// of <model-suggestion>, in an open project of <stance-suggestion>, which comes with the first item that needs it.
import { load } from "./api.js"

export class SecondPass {
  #shown = null
  #coming = null // a promise while what draws it is fetched

  constructor({ form }) {
    this.form = form
    form.closest(".answer").addEventListener("click", (event) => this.#withhold(event), { capture: true })
    this.panel = form.querySelector("model-suggestion, stance-suggestion")
  }

  // Another item, or the same one anew, is on the screen.
  show(entry) {
    const { item: { suggestion }, current, first, looked } = entry
    this.#shown = entry
    if (suggestion && !this.panel.clear) return this.#fetch(entry)
    this.panel.clear?.()
    if (suggestion && !current && !first && (suggestion.at_once || looked)) this.panel.offer(suggestion)
  }

  // What follows an answer: "ask" once more, "same" where the model agrees, or null.
  after({ item: { suggestion }, current, first, looked }, step) {
    if (!suggestion || suggestion.at_once || current || first || looked || step.answer.outcome !== "judged") return null
    if (!this.panel.agrees) return null // it could not be fetched: the answer stands without a look
    step.looked = true
    return this.panel.agrees(suggestion, step.answer) ? "same" : "ask"
  }

  ask({ item: { suggestion }, answer }) { return this.panel.ask(suggestion, answer) }

  agree() { this.panel.agree() }

  // What Enter answers: what was said before, or what the model says.
  kept({ item: { suggestion }, first }) {
    return { stances: first ? first.answer.stances : [{ label: suggestion.label }] }
  }

  // The suggestion that the next answer is given under, or null: what could not be fetched was not seen.
  seen({ item: { suggestion }, current, first, looked }) {
    return suggestion && this.panel.clear && !current && (first || looked || suggestion.at_once) ? suggestion.uuid : null
  }

  #fetch(entry) { // keys and clicks wait for it
    const there = load(import.meta.resolve("../elements/stance-suggestion.js")).then(() => this.#shown === entry && this.show(entry), () => {})
    this.#coming ??= there.finally(() => { this.#coming = null })
    this.form.pending ??= this.#coming.finally(() => { this.form.pending = null })
  }

  #withhold(event) {
    const button = event.target.closest("button")
    if (!this.#coming || !button) return
    event.preventDefault()
    event.stopImmediatePropagation()
    const meant = this.#shown // a click too many must not answer the next question
    this.#coming.then(() => this.#shown === meant && button.click())
  }
}
