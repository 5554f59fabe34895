// Tabs of a phone, filters of the timeline, prompts by situation, the closing of the day's window.
const TICK_MS = 30_000;

export function listenForPanels(desk) {
  const { root } = desk;
  const press = (buttons, pressed, attribute) =>
    buttons.forEach((button) => button.setAttribute(attribute, String(button === pressed)));

  const tabs = [...root.querySelectorAll("[data-tab-to]")];
  const kinds = [...root.querySelectorAll("[data-kind-to]")];
  const scripts = [...root.querySelectorAll("[data-script-to]")];
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tab-to], [data-kind-to], [data-script-to]");
    if (!button) return;
    if (button.dataset.tabTo) {
      root.dataset.tab = button.dataset.tabTo;
      press(tabs, button, "aria-pressed");
    } else if (button.dataset.kindTo) {
      const off = button.getAttribute("aria-pressed") === "true";
      press(kinds, off ? null : button, "aria-pressed");
      for (const line of root.querySelectorAll("#desk-past > li")) {
        line.hidden = !off && line.dataset.kind !== button.dataset.kindTo;
      }
    } else {
      press(scripts, button, "aria-selected");
      for (const list of root.querySelectorAll("[data-script]")) {
        list.hidden = list.dataset.script !== button.dataset.scriptTo;
      }
    }
  });

  const chip = document.getElementById("desk-window");
  const ends = Date.now() + Number(chip.dataset.left) * 1000;
  const here = chip.querySelector("[data-left-here]");
  const tick = () => {
    const minutes = Math.max(0, Math.floor((ends - Date.now()) / 60_000));
    const left = `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, "0")}m`;
    here.textContent = minutes ? chip.dataset.word.replace("#", left) : chip.dataset.closed;
  };
  if (Number(chip.dataset.left) > 0) {
    tick();
    setInterval(tick, TICK_MS);
  }
}
