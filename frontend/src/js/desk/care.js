// After a hard call: a pause is offered once, and its minutes are counted as work, of nobody.
import { post } from "./send.js";

const NO_THANKS = "dunwell-desk-no-pause";
const QUIET_MS = 300_000;

export function listenForCare() {
  const offer = document.getElementById("desk-care");
  if (offer) {
    const said = Number(sessionStorage.getItem(NO_THANKS));
    offer.hidden = Date.now() - said < QUIET_MS;
    document.getElementById("desk-care-no").addEventListener("click", () => {
      sessionStorage.setItem(NO_THANKS, String(Date.now()));
      offer.remove();
    });
  }
  const rest = document.getElementById("desk-pause");
  if (!rest) return;
  const began = Date.now();
  setTimeout(() => {
    document.getElementById("desk-pause-left").textContent = rest.dataset.over;
  }, Number(rest.dataset.minutes) * 60_000);
  document.getElementById("desk-pause-back").addEventListener("click", () => {
    const tenths = Math.round((Date.now() - began) / 100);
    sessionStorage.setItem(NO_THANKS, String(Date.now()));
    post(rest.dataset.times, { took: [{ act: "pause", tenths, keys: 0 }] }).catch(() => {});
  });
}
