// Opens the dialog that it names, and closes it again:
//   <sheet-button for="help"><button data-key="?">Help</button></sheet-button> <dialog id="help">…</dialog>
customElements.define("sheet-button", class extends HTMLElement {
  connectedCallback() {
    const sheet = document.getElementById(this.getAttribute("for"))
    this.addEventListener("click", () => sheet.showModal())
    sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close() }) // its backdrop
  }
})
