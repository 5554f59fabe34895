// The ten seconds after saving: a bar that counts down, takes the note back, or has it sealed.
import { forget } from "../shelf.js";
import { post } from "./send.js";

// A case put aside just now is taken back, until its page is left.
export function listenForPutAside() {
  const bar = document.getElementById("desk-put-aside");
  if (!bar) return;
  const told = bar.querySelector("[data-told]");
  bar.querySelector("button").addEventListener("click", async () => {
    try {
      const { ok, answer } = await post(bar.dataset.undo, { put_off: Number(bar.dataset.putOff) });
      if (ok) return window.location.assign(answer.href);
      told.textContent = answer.sentence ?? "";
    } catch {
      told.textContent = "";
    }
  });
}

export function listenForUndo() {
  const bar = document.getElementById("desk-undo");
  if (!bar) return;
  const words = JSON.parse(document.getElementById("desk-data").textContent).words;
  const here = bar.querySelector("[data-left-here]");
  const ends = Date.now() + Number(bar.dataset.seconds) * 1000;
  const tick = () => {
    const left = Math.ceil((ends - Date.now()) / 1000);
    if (left > 0) {
      here.textContent = words.seconds.replace("{s}", left);
      return;
    }
    clearInterval(timer);
    here.textContent = words.sealed;
    bar.querySelector("button").remove();
    for (const kind of ["draft", "save"]) forget(`${bar.dataset.case}:${kind}`);
    // A second later, so that the server's clock has passed it too.
    setTimeout(() => post(bar.dataset.seal, {}).catch(() => {}), 1200);
    setTimeout(() => bar.remove(), 3000);
  };
  const timer = setInterval(tick, 250);
  tick();
  bar.querySelector("button").addEventListener("click", async () => {
    clearInterval(timer);
    const { ok, answer } = await post(bar.dataset.undo, {});
    if (ok) window.location.assign(answer.href);
    else here.textContent = answer.sentence ?? "";
  });
}
