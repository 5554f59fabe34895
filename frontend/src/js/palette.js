// The command palette (Ctrl+K): where to go and what to do, found by Chinese words, English words
// or pinyin initials. Entries come from the page as JSON; an entry is a link, or presses a button.
import { isComposing } from "./keys.js";

function entriesOfPage() {
  const written = document.getElementById("palette-entries");
  const entries = written ? JSON.parse(written.textContent) : [];
  for (const element of document.querySelectorAll("[data-command]")) {
    entries.push({ label: element.dataset.command, words: element.dataset.words ?? "", element });
  }
  return entries;
}

export function palette() {
  return {
    entries: [],
    found: [],
    at: 0,
    asked: "",

    init() {
      document.addEventListener("keydown", (event) => {
        if (isComposing(event)) return;
        if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
          event.preventDefault();
          this.show();
        }
      });
      document.addEventListener("click", (event) => {
        if (event.target.closest?.("[data-show-palette]")) this.show();
      });
    },
    show() {
      if (this.$root.open) return;
      this.entries = entriesOfPage();
      this.asked = "";
      this.search();
      this.$root.showModal();
      this.$root.querySelector("input").focus();
    },
    write(event) {
      this.asked = event.target.value;
      this.search();
    },
    search() {
      const parts = this.asked.toLowerCase().split(/\s+/).filter(Boolean);
      this.found = this.entries
        .filter((entry) => {
          const text = `${entry.label} ${entry.words ?? ""}`.toLowerCase();
          return parts.every((part) => text.includes(part));
        })
        .map((entry, index) => ({ ...entry, index, id: `palette-${index}` }));
      this.at = 0;
      this.mark();
    },
    mark() {
      this.found = this.found.map((entry) => ({ ...entry, on: String(entry.index === this.at) }));
      this.$nextTick(() => {
        const on = this.$root.querySelector("[aria-selected=true]");
        on?.scrollIntoView({ block: "nearest" });
      });
    },
    get nothing() {
      return this.found.length === 0;
    },
    get marked() {
      return this.found.length ? `palette-${this.at}` : "";
    },
    press(event) {
      if (isComposing(event)) return;
      const last = this.found.length - 1;
      if (event.key === "ArrowDown") this.at = this.at >= last ? 0 : this.at + 1;
      else if (event.key === "ArrowUp") this.at = this.at <= 0 ? last : this.at - 1;
      else if (event.key === "Enter" && this.found[this.at]) this.go(this.found[this.at]);
      else return;
      event.preventDefault();
      this.mark();
    },
    pick(event) {
      const item = event.target.closest("[data-index]");
      if (item) this.go(this.found[Number(item.dataset.index)]);
    },
    away(event) {
      if (event.target === this.$root) this.$root.close();
    },
    go(entry) {
      this.$root.close();
      if (entry.element) entry.element.click();
      else window.location.assign(entry.href);
    },
  };
}
