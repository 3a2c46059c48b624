// What a model says, and when a person may see it: not before their own answer is stored, unless the project shows it
// beside the item. An entry of the seat is {item, answer?, current?}; {first} of one that is asked once more: the
// answer that was given unaided; {looked}: its first answer was taken back after a look.
export class SecondPass {
  #coming = null // the element
  #entry = null // what is on the screen

  constructor(seat) {
    this.panel = seat.querySelector("model-suggestion") // none in an open project
  }

  // The element comes with the first item that has a suggestion.
  expect(items) {
    if (this.panel && items.some(({ suggestion }) => suggestion)) this.#coming ??= import("../elements/model-suggestion.js").then(() => this.#offer(), () => { this.#coming = null })
  }

  // Another item, or the same one anew, is on the screen.
  show(entry) {
    this.#entry = entry
    this.panel?.clear?.()
    this.#offer()
  }

  #offer() { // also when the element comes after the item
    const { item, current, first, looked } = this.#entry ?? {}
    if (item?.suggestion && !current && !first && (item.suggestion.at_once || looked)) this.panel?.offer?.(item.suggestion)
  }

  // What follows an answer: "ask" once more, "same" where the model agrees, or null.
  after(entry, step) {
    const { item: { suggestion }, current, first, looked } = entry
    if (!suggestion || suggestion.at_once || current || first || looked || !this.panel?.ask || step.answer.outcome !== "judged") return null
    step.looked = true
    return step.answer.stances[0]?.label === suggestion.label ? "same" : "ask"
  }

  ask({ item: { suggestion }, answer }) { return this.panel.ask(suggestion, answer.stances[0]?.label) }

  agree() { this.panel.agree() }

  // What Enter answers: what was said before, or what the model says.
  kept({ item: { suggestion }, first }) {
    return { stances: first ? first.answer.stances : [{ label: suggestion.label }] }
  }

  // The suggestion that the next answer is given under, or null.
  seen({ item: { suggestion }, current, first, looked }) {
    return suggestion && !current && (first || looked || suggestion.at_once) ? suggestion.uuid : null
  }
}
