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

export function listenForToasts() {
  document.querySelectorAll(".toasts > .notice").forEach(leaveLater);
  document.addEventListener("click", (event) => {
    event.target.closest?.("[data-close-notice]")?.closest(".notice").remove();
  });
  // A view may answer htmx with HX-Trigger: {"dunwell:toast": {"tone": "good", "text": "…"}}.
  document.addEventListener("dunwell:toast", (event) => {
    const shelf = document.querySelector(".toasts");
    const pattern = document.getElementById("toast-pattern");
    if (!shelf || !pattern) return;
    const toast = pattern.content.firstElementChild.cloneNode(true);
    toast.classList.add(event.detail.tone ?? "info");
    toast.querySelector("div").textContent = event.detail.text ?? "";
    shelf.append(toast);
    leaveLater(toast);
  });
}
