// Seconds and keystrokes of each step, sent without who or which case: for the process, not for
// persons. What is typed as free text does not count as keystrokes of an act.
import { post } from "./send.js";

const FREE_TEXT = "textarea, #desk-amount, #desk-freeze-why, [type=search]";

const SAVED = "dunwell-desk-saved";

export function clock(desk) {
  const saved = Number(sessionStorage.getItem(SAVED));
  sessionStorage.removeItem(SAVED);
  const waited = saved ? Math.round((Date.now() - saved) / 100) : null;
  const marks = { open: performance.now() };
  const keys = { open: 0 };
  let pressed = 0;
  document.addEventListener(
    "keydown",
    (event) => {
      const modifier = ["Control", "Shift", "Alt", "Meta"].includes(event.key);
      if (modifier || (event.target.matches?.(FREE_TEXT) && !event.ctrlKey)) return;
      pressed += 1;
      document.documentElement.dataset.deskKeys = String(pressed);
    },
    true,
  );
  const mark = (name) => {
    marks[name] = performance.now();
    keys[name] = pressed;
    if (name === "save") sessionStorage.setItem(SAVED, String(Date.now()));
  };
  const span = (act, from, to) =>
    from in marks && to in marks && marks[to] >= marks[from]
      ? [{ act, tenths: Math.round((marks[to] - marks[from]) / 100), keys: keys[to] - keys[from] }]
      : [];
  const send = () => {
    const took = [
      ...span("open_to_dial", "open", "dial"),
      ...span("dial_to_result", "dial", "result"),
      ...span("result_to_save", "result", "save"),
    ];
    if ("save" in marks && "result" in marks && "dial" in marks) {
      const talk = marks.result - marks.dial;
      const tenths = Math.round((marks.save - marks.open - talk) / 100);
      took.push({ act: "whole", tenths, keys: keys.save });
    }
    if (waited != null) took.push({ act: "save_to_next", tenths: waited, keys: 0 });
    if (took.length) post(desk.data.urls.times, { took }).catch(() => {});
  };
  return { mark, send };
}
