// One function per kind of chart: figures and look in, ECharts option out. Figures are what the
// server wrote: {rows: [...], words: {...}}; words are already in the reader's language.
function base(look) {
  return {
    animation: !look.still,
    animationDuration: 150,
    animationDurationUpdate: 150,
    aria: { enabled: true },
    textStyle: { fontFamily: look.font, fontSize: look.size, color: look.ink },
    tooltip: {
      trigger: "axis",
      confine: true,
      axisPointer: { type: "none" },
      backgroundColor: look.surface,
      borderColor: look.line,
      textStyle: { color: look.ink, fontSize: look.size, fontFamily: look.font },
      extraCssText: "box-shadow: 0 6px 24px rgb(0 0 0 / .12); border-radius: 8px; padding: 8px 14px",
    },
  };
}

function names(look, data, more = {}) {
  return {
    type: "category",
    data,
    axisLine: { lineStyle: { color: look.line } },
    axisTick: { show: false },
    axisLabel: { color: look.soft, fontSize: look.size, interval: 0 },
    ...more,
  };
}

function values(look, format, more = {}) {
  return {
    type: "value",
    splitNumber: 3,
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: look.line } },
    axisLabel: { color: look.soft, fontSize: look.size, formatter: format },
    ...more,
  };
}

// rows: [{name, days, depth, amount_fen, count, amount_fen_before, count_before}]
function buckets(figures, look, width) {
  const { rows, words } = figures;
  const narrow = width < 620;
  const bare = { axisLabel: { show: false }, splitLine: { show: false } };
  const panel = (index, now, before, format) => {
    const bar = { type: "bar", xAxisIndex: index, yAxisIndex: index, barWidth: "54%", barGap: "-82%" };
    const highest = (row) => Math.max(row[now], row[before] ?? 0);
    return [
      // Yesterday stands a little to the left and behind, so it is seen whichever is higher.
      {
        ...bar,
        name: words.before,
        z: 1,
        silent: true,
        itemStyle: { color: look.ghost, borderRadius: [2, 2, 0, 0] },
        data: rows.map((row) => row[before] ?? null),
      },
      {
        ...bar,
        name: words.now,
        z: 2,
        data: rows.map((row) => ({
          value: row[now],
          itemStyle: {
            color: look.bucket(row.depth),
            borderColor: look.surface,
            borderWidth: 1,
            borderRadius: [2, 2, 0, 0],
          },
        })),
      },
      // Labels hang on an unseen line above both bars, so that neither crosses the figure.
      {
        type: "line",
        xAxisIndex: index,
        yAxisIndex: index,
        z: 3,
        silent: true,
        symbol: "circle",
        symbolSize: 2,
        showAllSymbol: true,
        lineStyle: { color: "transparent" },
        itemStyle: { color: "transparent" },
        label: {
          show: true,
          position: "top",
          color: look.ink,
          fontSize: look.size,
          formatter: (each) => format(rows[each.dataIndex][now]),
        },
        data: rows.map(highest),
      },
    ];
  };
  const grids = narrow
    ? [
        { left: 8, right: 8, top: 44, height: "29%" },
        { left: 8, right: 8, top: "62%", height: "29%" },
      ]
    : [
        { left: 8, right: "52%", top: 44, bottom: 44 },
        { left: "52%", right: 8, top: 44, bottom: 44 },
      ];
  const label = (row) => (narrow || !row.days ? row.name : `${row.name}\n${row.days}`);
  return {
    ...base(look),
    grid: grids,
    xAxis: [0, 1].map((gridIndex) => names(look, rows.map(label), {
      gridIndex,
      axisLabel: { color: look.soft, fontSize: look.size, interval: 0, lineHeight: look.size * 1.4 },
    })),
    yAxis: [0, 1].map((gridIndex) => values(look, null, {
      gridIndex,
      ...bare,
      name: gridIndex === 0 ? words.amount : words.count,
      nameGap: 24,
      nameTextStyle: { align: "left", color: look.soft, fontSize: look.size },
    })),
    series: [
      ...panel(0, "amount_fen", "amount_fen_before", look.yuan),
      ...panel(1, "count", "count_before", look.count),
    ],
    tooltip: {
      ...base(look).tooltip,
      formatter: (hits) => {
        const row = rows[hits[0].dataIndex];
        const lines = [`<b>${row.name}</b> ${row.days ?? ""}`];
        lines.push(`${words.amount} ${look.exactYuan(row.amount_fen)}`);
        if (row.amount_fen_before != null)
          lines.push(`<span style="opacity:.75">${words.before} ${look.exactYuan(row.amount_fen_before)}</span>`);
        lines.push(`${words.count} ${look.count(row.count)}`);
        if (row.count_before != null)
          lines.push(`<span style="opacity:.75">${words.before} ${look.count(row.count_before)}</span>`);
        return lines.join("<br>");
      },
    },
  };
}

// rows: [{on, value}]; a step line: an age is a count of days and jumps when a payment lands.
function ageing(figures, look) {
  const { rows, words } = figures;
  return {
    ...base(look),
    grid: { left: 40, right: 16, top: 14, bottom: 26 },
    xAxis: names(look, rows.map((row) => row.on), {
      boundaryGap: false,
      axisLabel: { color: look.soft, fontSize: look.size, hideOverlap: true, showMinLabel: true },
    }),
    yAxis: values(look, null, { minInterval: 1, splitNumber: 2 }),
    tooltip: {
      ...base(look).tooltip,
      formatter: (hits) => {
        const row = rows[hits[0].dataIndex];
        return `${row.on}<br><b>${look.count(row.value)}</b> ${words.value}`;
      },
    },
    series: [
      {
        type: "line",
        name: words.value,
        data: rows.map((row) => row.value),
        symbol: "none",
        lineStyle: { color: look.bucket(6), width: 1.5 },
        itemStyle: { color: look.bucket(6) },
        areaStyle: { color: look.bucket(4), opacity: 0.22 },
      },
    ],
  };
}

// rows: [{name, value, depth?}], words: {value, unit: "fen" | "count"}
function bars(figures, look) {
  const { rows, words } = figures;
  const format = words.unit === "fen" ? look.yuan : look.count;
  return {
    ...base(look),
    grid: { left: 8, right: 64, top: 4, bottom: 4, containLabel: true },
    xAxis: values(look, null, { axisLabel: { show: false }, splitLine: { show: false } }),
    yAxis: names(look, rows.map((row) => row.name), { inverse: true, axisLine: { show: false } }),
    tooltip: { show: false },
    series: [
      {
        type: "bar",
        name: words.value,
        barMaxWidth: 20,
        label: {
          show: true,
          position: "right",
          color: look.ink,
          fontSize: look.size,
          formatter: (each) => format(each.value),
        },
        data: rows.map((row) => ({
          value: row.value,
          itemStyle: {
            color: row.depth == null ? look.accent : look.bucket(row.depth),
            borderRadius: [0, 2, 2, 0],
          },
        })),
      },
    ],
  };
}

export const kinds = { buckets, ageing, bars };
