// Lists: rows are opened by a click anywhere on them (the link inside is what keyboards use);
// a choice marked data-submit sends its form when it changes; data-print prints the page. A box
// marked data-tick-all ticks its form's boxes of that name, and data-ticked tells how many are.
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
    if (event.target.matches?.("input[type=checkbox]")) tell(event.target);
  });
  document.querySelectorAll("[data-tick-all]").forEach((all) => tell(all, false));
}

function tell(box, ticks = true) {
  const all = box.form?.querySelector("[data-tick-all]");
  if (!all) return;
  const boxes = [...box.form.elements].filter((each) => each.name === all.dataset.tickAll);
  if (box === all && ticks) boxes.forEach((each) => (each.checked = all.checked));
  const ticked = boxes.filter((each) => each.checked).length;
  all.checked = ticked > 0 && ticked === boxes.length;
  all.indeterminate = ticked > 0 && ticked < boxes.length;
  box.form.querySelectorAll("[data-ticked]").forEach((told) => (told.textContent = ticked));
}
