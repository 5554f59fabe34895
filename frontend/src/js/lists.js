// Lists: rows are opened by a click anywhere on them (the link inside is what keyboards use);
// a choice marked data-submit sends its form when it changes; data-print prints the page.
export function listenForLists() {
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-print]")) window.print();
    const row = event.target.closest?.("[data-rows] tbody tr");
    if (!row || event.target.closest("a, button, input, label, summary, select")) return;
    if (String(window.getSelection())) return;
    row.querySelector("a.row-link")?.click();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-submit]")) event.target.form.requestSubmit();
  });
}
