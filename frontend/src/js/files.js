// Files chosen for an upload are listed with their sizes before they are sent.
// [data-files] marks the input, [data-files-here] in the same form is where they stand.
const UNITS = ["B", "KB", "MB", "GB"];

export function listenForFiles() {
  document.addEventListener("change", (event) => {
    if (!event.target.matches?.("[data-files]")) return;
    const place = event.target.form?.querySelector("[data-files-here]");
    if (!place) return;
    place.replaceChildren(...[...event.target.files].map(line));
  });
}

function line(file) {
  const entry = document.createElement("div");
  entry.textContent = `${file.name} · ${size(file.size)}`;
  return entry;
}

export function size(bytes) {
  const step = bytes ? Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1) : 0;
  const figure = bytes / 1024 ** step;
  return `${figure.toFixed(step && figure < 100 ? 1 : 0)} ${UNITS[step]}`;
}
