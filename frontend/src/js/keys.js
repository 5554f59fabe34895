// Keys. Any link, button or field with data-key="n" answers to that key and is listed by `?`.
// No key fires while a Chinese input method is composing, or while a field has the focus.
// Single keys can be switched off in the `?` box (WCAG 2.1.4); Ctrl+K always works.
const SWITCH = "dunwell-single-keys";

export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

export function singleKeysOn() {
  return localStorage.getItem(SWITCH) !== "off";
}

function isWriting(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target.matches("input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
}

function visible(element) {
  return element.getClientRects().length > 0;
}

// The space bar already means something where the focus is.
function pressesItself(target) {
  return target instanceof Element && target.closest("button, a[href], summary, input, [role=tab]");
}

function answer(event, key) {
  const scope = document.querySelector("dialog[open]") ?? document;
  const found = [...scope.querySelectorAll("[data-key]")].find(
    (element) => element.dataset.key === key && visible(element),
  );
  if (!found || (key === " " && scope === document && pressesItself(event.target))) return;
  event.preventDefault();
  if (found.matches("input:not([type=checkbox]), textarea, select")) {
    found.focus();
    found.select?.();
  } else {
    found.click();
  }
}

function stepRows(event, by) {
  const links = [...document.querySelectorAll("[data-rows] tbody a.row-link")].filter(visible);
  if (links.length === 0) return;
  event.preventDefault();
  const at = links.indexOf(document.activeElement);
  links[Math.min(Math.max(at + by, 0), links.length - 1)].focus();
}

function showKeys() {
  const box = document.getElementById("keys-box");
  if (!box || box.open) return;
  const list = box.querySelector("[data-keys-here]");
  list.replaceChildren();
  const seen = new Set();
  for (const element of document.querySelectorAll("[data-key]")) {
    if (!visible(element) || seen.has(element.dataset.key)) continue;
    seen.add(element.dataset.key);
    const name = document.createElement("dt");
    const key = document.createElement("kbd");
    key.textContent = element.dataset.keyCap ?? element.dataset.key;
    name.append(key);
    const words = document.createElement("dd");
    words.textContent =
      element.dataset.keyName ?? element.getAttribute("aria-label") ?? element.textContent.trim();
    list.append(name, words);
  }
  const toggle = box.querySelector("[data-single-keys]");
  toggle.checked = singleKeysOn();
  box.showModal();
}

export function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    if (isComposing(event) || event.defaultPrevented) return;
    if (event.key === "Escape") {
      document.querySelectorAll(".figure, .masked").forEach((e) => e.classList.add("dismissed"));
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    if (!singleKeysOn()) return;
    if (event.key === "?") {
      event.preventDefault();
      showKeys();
    } else if (event.key === "j") stepRows(event, 1);
    else if (event.key === "k") stepRows(event, -1);
    else answer(event, event.key);
  });
  document.addEventListener("pointerover", (event) => {
    event.target.closest?.(".dismissed")?.classList.remove("dismissed");
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-single-keys]")) {
      localStorage.setItem(SWITCH, event.target.checked ? "on" : "off");
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-show-keys]")) showKeys();
    const close = event.target.closest?.("[data-close-box]");
    if (close) close.closest("dialog").close();
  });
}
