// Toasts: short words that something was done. They stay until read (closed), except plain good
// news, which leaves after eight seconds unless the pointer or the focus rests on it.
const STAY_MS = 8000;

function leaveLater(toast) {
  if (!toast.matches(".good, .info")) return;
  const leave = () => {
    if (toast.matches(":hover, :focus-within")) setTimeout(leave, STAY_MS);
    else toast.remove();
  };
  setTimeout(leave, STAY_MS);
}

function show({ tone, text, words }) {
  const shelf = document.querySelector(".toasts");
  const pattern = document.getElementById("toast-pattern");
  if (!shelf || !pattern) return;
  const toast = pattern.content.firstElementChild.cloneNode(true);
  toast.classList.add(tone ?? "info");
  toast.querySelector("div").textContent = text ?? pattern.dataset[words] ?? "";
  shelf.append(toast);
  leaveLater(toast);
}

export function listenForToasts() {
  document.querySelectorAll(".toasts > .notice").forEach(leaveLater);
  document.addEventListener("click", (event) => {
    event.target.closest?.("[data-close-notice]")?.closest(".notice").remove();
  });
  // A view may answer htmx with HX-Trigger: {"dunwell:toast": {"tone": "good", "text": "…"}}.
  document.addEventListener("dunwell:toast", (event) => show(event.detail));
  // htmx leaves the page alone when an answer fails; the reader must hear of it all the same.
  document.addEventListener("htmx:sendError", () => show({ tone: "stop", words: "unreachable" }));
  document.addEventListener("htmx:responseError", (event) => {
    const told = event.detail.xhr.getResponseHeader("HX-Trigger");
    if (!told) show({ tone: "stop", words: "fault" });
  });
}
