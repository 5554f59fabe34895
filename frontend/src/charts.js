// Charts: hydrates every <div data-chart="kind" data-chart-json="id"> (or data-chart-src="url").
// SVG, drawn with the page's tokens, redrawn when the theme changes and in light for paper. The
// same figures always stand in a table beside the chart.
import * as echarts from "echarts/core";
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, TooltipComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";
import ZH from "echarts/lib/i18n/langZH.js";
import { kinds } from "./js/chart_kinds.js";
import { readLook } from "./js/chart_look.js";

echarts.use([AriaComponent, BarChart, GridComponent, LineChart, SVGRenderer, TooltipComponent]);
echarts.registerLocale("ZH", ZH);

const drawn = new Map();

async function figuresOf(element) {
  if (element.dataset.chartSrc) {
    const answer = await fetch(element.dataset.chartSrc, { headers: { Accept: "application/json" } });
    return answer.ok ? answer.json() : null;
  }
  const written = document.getElementById(element.dataset.chartJson);
  return written ? JSON.parse(written.textContent) : null;
}

function draw(element, figures, chart) {
  const kind = kinds[element.dataset.chart];
  chart.setOption(kind(figures, readLook(element), element.clientWidth), { notMerge: true });
}

async function hydrate(element) {
  if (drawn.has(element)) return;
  drawn.set(element, null);
  const figures = await figuresOf(element);
  if (!figures || !kinds[element.dataset.chart]) return;
  const locale = document.documentElement.lang.startsWith("zh") ? "ZH" : "EN";
  const chart = echarts.init(element, null, { renderer: "svg", locale });
  drawn.set(element, { chart, figures });
  draw(element, figures, chart);
  let width = element.clientWidth;
  new ResizeObserver(() => {
    if (element.clientWidth === width) return;
    width = element.clientWidth;
    chart.resize();
    draw(element, figures, chart);
  }).observe(element);
}

function redrawAll() {
  for (const [element, held] of drawn) {
    if (held) {
      held.chart.resize();
      draw(element, held.figures, held.chart);
    }
  }
}

function hydrateAll(root) {
  root.querySelectorAll("[data-chart]").forEach(hydrate);
}

hydrateAll(document);
document.addEventListener("htmx:afterSettle", (event) => hydrateAll(event.target));
document.addEventListener("dunwell:look", redrawAll);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);

let themeOnScreen;
window.addEventListener("beforeprint", () => {
  themeOnScreen = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
  redrawAll();
});
window.addEventListener("afterprint", () => {
  document.documentElement.dataset.theme = themeOnScreen;
  redrawAll();
});
