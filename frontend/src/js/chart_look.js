// The page's tokens and number words, read when a chart is drawn.
export function readLook(element) {
  const style = getComputedStyle(element);
  const token = (name) => style.getPropertyValue(name).trim();
  const zh = document.documentElement.lang.startsWith("zh");
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  return {
    ink: token("--ink"),
    soft: token("--ink-soft"),
    line: token("--line"),
    surface: token("--surface"),
    accent: token("--accent"),
    ghost: token("--ghost"),
    bucket: (depth) => token(`--bucket-${Math.min(Math.max(depth ?? 4, 0), 7)}`),
    font: style.fontFamily,
    size: rem * 0.8,
    still: matchMedia("(prefers-reduced-motion: reduce)").matches,
    zh,
    yuan: (fen) => yuan(fen, zh),
    exactYuan: (fen) =>
      `¥${(fen / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`,
    count: (n) => n.toLocaleString("en-US"),
  };
}

// Short amounts for axes and labels: 1.2万 and 3.4亿 in Chinese, 12k and 3.4m in English.
function yuan(fen, zh) {
  const whole = fen / 100;
  const steps = zh ? [[1e8, "亿"], [1e4, "万"]] : [[1e9, "bn"], [1e6, "m"], [1e3, "k"]];
  for (const [size, unit] of steps) {
    if (Math.abs(whole) >= size) {
      const value = whole / size;
      return `${value >= 100 ? Math.round(value).toLocaleString("en-US") : Number(value.toFixed(1))}${unit}`;
    }
  }
  return String(Math.round(whole));
}
