// Lists: rows are opened by a click anywhere on them (the link inside is what keyboards use);
// forms marked data-auto send themselves when a choice changes.
export function listenForLists() {
  document.addEventListener("click", (event) => {
    const row = event.target.closest?.("[data-rows] tbody tr");
    if (!row || event.target.closest("a, button, input, label, summary, select")) return;
    if (String(window.getSelection())) return;
    row.querySelector("a.row-link")?.click();
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-auto]");
    if (form) form.requestSubmit();
  });
}
