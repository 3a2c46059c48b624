// A marked span as a button that takes it away again, made from <template data-chip="rationale">.
export function chip(template, { role, quote, label, remove }) {
  const button = template.content.firstElementChild.cloneNode(true)
  button.dataset.role = role
  if (label) button.dataset.label = label
  button.querySelector("q").textContent = quote
  button.addEventListener("click", remove)
  return button
}

// {role: template} of the chips below an element.
export const chipTemplates = (element) => Object.fromEntries(
  [...element.querySelectorAll("template[data-chip]")].map((template) => [template.dataset.chip, template]))
