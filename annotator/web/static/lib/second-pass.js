// What a model says, and when a person may see it: not before their own answer is stored, unless the project shows it
// beside the item. An entry of the seat is {item, answer?, current?}; {first} of one that is asked once more: the
// answer that was given unaided; {looked}: its first answer was taken back after a look.
export class SecondPass {
  constructor(seat) {
    this.panel = seat.querySelector("model-suggestion") // none in an open project
  }

  // Another item, or the same one anew, is on the screen.
  show({ item: { suggestion }, current, first, looked }) {
    this.panel?.clear()
    if (suggestion && !current && !first && (suggestion.at_once || looked)) this.panel?.offer(suggestion)
  }

  // What follows an answer: "ask" once more, "same" where the model agrees, or null.
  after({ item: { suggestion }, current, first, looked }, step) {
    if (!this.panel || !suggestion || suggestion.at_once || current || first || looked || step.answer.outcome !== "judged") return null
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
