// Dialogs where a browser is older than <button command="show-modal" commandfor="help"> and <dialog closedby="any">.
export function mend() {
  if (!("commandForElement" in HTMLButtonElement.prototype)) document.addEventListener("click", open)
  if (!("closedBy" in HTMLDialogElement.prototype)) document.addEventListener("click", close)
}

function open({ target }) {
  const button = target.closest("button[command=show-modal]")
  const sheet = button && document.getElementById(button.getAttribute("commandfor"))
  if (sheet && !sheet.open) sheet.showModal()
}

function close({ target }) { // its backdrop
  if (target.matches("dialog[closedby=any]")) target.close()
}
