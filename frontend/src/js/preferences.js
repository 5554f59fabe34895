// Theme, large text, rail and density: the form is posted in the background and the page changes
// at once. Language reloads, because every word changes. Without scripts the form simply posts.
function apply(what, value) {
  document.documentElement.dataset[what] = value;
  document.dispatchEvent(new CustomEvent("dunwell:look"));
}

function turn(form, button) {
  const { what } = form.dataset;
  const value = button.value;
  apply(what, value);
  for (const each of document.querySelectorAll(`form[data-prefer][data-what="${what}"] button`)) {
    if (each.dataset.other) {
      // A switch: the next press asks for the other value.
      [each.value, each.dataset.other] = [each.dataset.other, each.value];
      each.setAttribute("aria-pressed", String(each.dataset.other === each.dataset.on));
    } else {
      each.setAttribute("aria-pressed", String(each.value === value));
    }
  }
}

export function listenForPreferences() {
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-prefer]");
    if (!form || form.dataset.what === "language" || !event.submitter) return;
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    turn(form, event.submitter);
    await fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
  });
}
