// Seconds and keystrokes of each step, sent without who or which case: for the process, not for
// persons. What is typed as free text does not count as keystrokes of an act.
import { post } from "./send.js";

const FREE_TEXT = "textarea, #desk-amount, #desk-freeze-why, [type=search]";

export function clock(desk) {
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
    if (took.length) post(desk.data.urls.times, { took }).catch(() => {});
  };
  return { mark, send };
}
