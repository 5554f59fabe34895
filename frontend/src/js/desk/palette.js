// A box that finds by pinyin initials, words or code: `wrjt` finds 无人接听. Arrows and Enter choose;
// nothing is chosen while an input method is composing.
import { isComposing } from "../keys.js";

const MOST = 9;

// Exact initials first, then those that begin so, then whatever holds every part.
export function found(entries, asked) {
  const text = asked.trim().toLowerCase();
  if (!text) return entries.slice(0, MOST);
  const rank = (entry) => {
    const initials = entry.find.split(" ")[0];
    if (initials === text || entry.code.toLowerCase() === text) return 0;
    if (initials.startsWith(text)) return 1;
    return text.split(/\s+/).every((part) => entry.find.includes(part)) ? 2 : 9;
  };
  return entries
    .map((entry) => ({ entry, rank: rank(entry) }))
    .filter((each) => each.rank < 9)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST)
    .map((each) => each.entry);
}

export function attach(input, list, entries, chosen, nothing) {
  let at = 0;
  let shown = [];

  const draw = () => {
    list.replaceChildren();
    shown = found(entries, input.value);
    shown.forEach((entry, index) => {
      const line = document.createElement("li");
      line.id = `${list.id}-${index}`;
      line.setAttribute("role", "option");
      line.setAttribute("aria-selected", String(index === at));
      line.dataset.index = index;
      const words = document.createElement("span");
      words.textContent = entry.words;
      const hint = document.createElement("small");
      hint.textContent = entry.find.split(" ")[0];
      line.append(words, hint);
      list.append(line);
    });
    if (!shown.length) {
      const line = document.createElement("li");
      line.textContent = nothing;
      list.append(line);
    }
    input.setAttribute("aria-activedescendant", shown.length ? `${list.id}-${at}` : "");
  };
  const open = () => {
    at = 0;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    draw();
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  };
  const pick = (index) => {
    const entry = shown[index];
    if (!entry) return;
    input.value = "";
    close();
    chosen(entry);
  };

  input.addEventListener("focus", open);
  input.addEventListener("input", open);
  input.addEventListener("blur", () => setTimeout(close, 120));
  input.addEventListener("keydown", (event) => {
    if (isComposing(event) || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowDown") at = Math.min(at + 1, shown.length - 1);
    else if (event.key === "ArrowUp") at = Math.max(at - 1, 0);
    else if (event.key === "Enter") pick(at);
    else if (event.key === "Escape") input.blur();
    else return;
    event.preventDefault();
    if (!list.hidden) draw();
  });
  list.addEventListener("mousedown", (event) => {
    const line = event.target.closest("[data-index]");
    if (!line) return;
    event.preventDefault();
    pick(Number(line.dataset.index));
  });
}
