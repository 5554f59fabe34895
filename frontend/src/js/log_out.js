// Nothing of the desk stays in a browser nobody is logged in to: the log-in page throws it away.
// Whoever logs out while something still waits for the network is asked first.
import { forgetShelf, holdsSomething } from "./shelf.js";

export function listenForLogOut() {
  if (document.querySelector("[data-nobody-here]")) forgetShelf();
  document.addEventListener("submit", (event) => {
    const asked = event.target.dataset.waitsWords;
    if (asked && holdsSomething() && !window.confirm(asked)) event.preventDefault();
  });
}
