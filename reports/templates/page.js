"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const style = getComputedStyle(document.documentElement);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let charts = [];

  const colour = (name) => style.getPropertyValue("--" + name).trim();
  const directions = [
    { key: "to_far_end", label: "to the far end", colour: "blue", loss: "lost_to" },
    { key: "from_far_end", label: "from the far end", colour: "orange", loss: "lost_from" },
  ];

  function number(value) {
    if (value === 0) return "0";
    const digits = Math.abs(value) < 1 ? 3 : Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
    return value.toLocaleString("en", { maximumFractionDigits: digits });
  }

  function nothing(id, text) {
    const canvas = document.getElementById(id);
    if (!canvas) return;
    const note = document.createElement("div");
    note.className = "nothing";
    note.textContent = text;
    canvas.replaceWith(note);
  }

  function axis(title, more) {
    return Object.assign({
      grid: { color: colour("line"), drawTicks: false },
      border: { display: false },
      ticks: { color: colour("soft"), padding: 6, maxRotation: 0, autoSkipPadding: 14 },
      title: { display: !!title, text: title, color: colour("soft"), font: { size: 12 } },
    }, more);
  }

  function draw(id, config) {
    const canvas = document.getElementById(id);
    if (canvas) charts.push(new Chart(canvas, config));
  }

  function options(x, y, tooltip) {
    return {
      animation: false, responsive: true, maintainAspectRatio: false,
      interaction: { mode: "nearest", intersect: false },
      scales: { x, y },
      plugins: {
        legend: { position: "bottom", align: "start",
          labels: { color: colour("ink"), boxWidth: 8, boxHeight: 8, usePointStyle: true, padding: 12,
            font: { size: 12 } } },
        tooltip: { callbacks: tooltip },
      },
    };
  }

  const percentileNames = { 1: "min", 2: "p50", 10: "p90", 100: "p99", 1000: "p99.9", 10000: "p99.99", 100000: "p99.999" };

  function percentileAxis() {
    return axis("", {
      type: "logarithmic", min: 1,
      afterBuildTicks: (scale) => {
        scale.ticks = Object.keys(percentileNames).map(Number)
          .filter((value) => value <= scale.max).map((value) => ({ value }));
      },
      ticks: { color: colour("soft"), padding: 6, maxRotation: 0, autoSkip: false,
        callback: (value) => percentileNames[value] },
    });
  }

  function percentileTooltip(items) {
    return "p" + number(100 - 100 / items[0].parsed.x);
  }

  function curves(id, sets, emptyText) {
    const shown = sets.filter((set) => set.points && set.points.length);
    if (!shown.length) return nothing(id, emptyText);
    draw(id, {
      type: "line",
      data: { datasets: shown.map((set) => ({
        label: set.label,
        data: set.points.map((point) => ({ x: point[0], y: point[1] })),
        borderColor: colour(set.colour), backgroundColor: colour(set.colour),
        borderWidth: 2, pointRadius: 0, pointHoverRadius: 4,
        pointStyle: "line", stepped: false,
      })) },
      options: options(percentileAxis(), axis("ms", { beginAtZero: true }), {
        title: percentileTooltip,
        label: (item) => item.dataset.label + ": " + number(item.parsed.y) + " ms",
      }),
    });
  }

  // The milestones of a call; the other metrics are in the table. A run without calls (registrations
  // only) shows what it has.
  function latencyCurves() {
    const milestones = { session_request_delay: "teal", call_accepted: "violet", webrtcup: "orange", call_setup: "blue" };
    const others = ["green", "amber", "red", "grey"];
    const main = data.latency.filter((metric) => metric.name in milestones);
    const shown = main.length ? main : data.latency.slice(0, others.length);
    curves("chart-percentiles", shown.map((metric, index) => ({
      label: metric.name, points: metric.points, colour: milestones[metric.name] || others[index],
    })), "No latency was measured");
  }

  function setupOverTime() {
    const done = data.calls.filter((call) => call.setup !== null && !call.reason);
    const failed = data.calls.filter((call) => call.reason);
    if (!done.length && !failed.length) return nothing("chart-setup", "No calls");
    const dots = (calls) => calls.map((call) => ({ x: call.at, y: call.setup === null ? 0 : call.setup, call }));
    const dense = data.calls.length > 600;
    draw("chart-setup", {
      type: "scatter",
      data: { datasets: [
        { label: "completed", data: dots(done), pointRadius: dense ? 1.6 : 3, pointHoverRadius: 5,
          backgroundColor: colour("blue") + (dense ? "99" : "cc"), borderWidth: 0, pointStyle: "circle" },
        { label: "failed", data: dots(failed), pointRadius: 5, pointHoverRadius: 7, pointStyle: "crossRot",
          borderColor: colour("red"), backgroundColor: colour("red"), borderWidth: 2 },
      ].filter((set) => set.data.length) },
      options: options(axis("s into the run", { type: "linear", beginAtZero: true }),
        axis("ms", { beginAtZero: true }), {
          label: (item) => {
            const call = item.raw.call;
            const setup = call.setup === null ? "" : ", " + number(call.setup) + " ms";
            return "call " + call.id + setup + (call.reason ? ", " + call.reason : "");
          },
        }),
    });
  }

  function callsInProgress() {
    const series = data.series;
    if (!series.second.length) return nothing("chart-progress", "No calls");
    const count = axis("calls", { beginAtZero: true });
    count.ticks.precision = 0;
    const all = options(axis("s into the run"), count, { title: (items) => "second " + items[0].label });
    all.plugins.legend.display = false;
    draw("chart-progress", {
      type: "line",
      data: { labels: series.second, datasets: [{ label: "in progress", data: series.in_progress,
        borderColor: colour("blue"), backgroundColor: colour("blue") + "33", fill: true, borderWidth: 2,
        pointRadius: 0, pointHoverRadius: 4 }] },
      options: all,
    });
  }

  // Started calls upwards, ended ones downwards: a healthy run is the same above and below.
  function callsASecond() {
    const series = data.series;
    if (!series.second.length) return nothing("chart-calls", "No calls");
    const bars = (label, values, name) => ({ label, data: values, backgroundColor: colour(name),
      borderRadius: 2, pointStyle: "rect", categoryPercentage: 1, barPercentage: 0.8, stack: "calls" });
    const down = (values) => values.map((value) => -value);
    const sets = [bars("started", series.started, "blue"), bars("completed", down(series.completed), "green")];
    if (series.failed.some((count) => count > 0)) sets.push(bars("failed", down(series.failed), "red"));
    const count = axis("calls", { stacked: true });
    Object.assign(count.ticks, { precision: 0, callback: (value) => Math.abs(value) });
    const all = options(axis("s into the run", { stacked: true }), count, {
      title: (items) => "second " + items[0].label,
      label: (item) => item.dataset.label + ": " + Math.abs(item.parsed.y),
    });
    all.interaction = { mode: "index", intersect: false };
    draw("chart-calls", { type: "bar", data: { labels: series.second, datasets: sets }, options: all });
  }

  function audioCurves(id, field, emptyText) {
    curves(id, directions.map((direction) => ({
      label: direction.label, colour: direction.colour, points: data.audio[direction.key][field],
    })), emptyText);
  }

  function lossByCall() {
    const sets = directions.map((direction) => ({
      label: direction.label, pointStyle: "circle", borderWidth: 0, pointRadius: 3,
      backgroundColor: colour(direction.colour) + "cc",
      measured: data.calls.some((call) => call[direction.loss] !== null),
      data: data.calls.filter((call) => call[direction.loss] > 0)
        .map((call) => ({ x: call.at, y: call[direction.loss], call })),
    })).filter((set) => set.measured);
    if (!sets.length) return nothing("chart-loss", "Not measured");
    if (!sets.some((set) => set.data.length)) return nothing("chart-loss", "No packet was lost");
    const end = Math.max(...data.calls.map((call) => call.at));
    draw("chart-loss", { type: "scatter", data: { datasets: sets },
      options: options(axis("s into the run", { type: "linear", min: 0, suggestedMax: end }),
        axis("%", { beginAtZero: true }), {
          label: (item) => "call " + item.raw.call.id + ": " + number(item.parsed.y) + " % " + item.dataset.label,
        }) });
  }

  function mosDistribution() {
    const bins = new Set();
    for (const direction of directions) {
      for (const bin of data.audio[direction.key].mos || []) bins.add(bin[0]);
    }
    if (!bins.size) return nothing("chart-mos", "Not measured");
    const first = Math.max(1, Math.min(...bins) - 0.5);
    const labels = [];
    for (let bin = Math.round(first * 10); bin <= 45; ++bin) labels.push(bin / 10);
    const sets = directions.filter((direction) => data.audio[direction.key].mos).map((direction) => {
      const shares = new Map(data.audio[direction.key].mos);
      return { label: direction.label, backgroundColor: colour(direction.colour), borderRadius: 2,
        pointStyle: "rect", data: labels.map((bin) => shares.get(bin) || 0) };
    });
    const all = options(axis("MOS"), axis("%", { beginAtZero: true }), {
      title: (items) => "MOS " + items[0].label + " to " + (Number(items[0].label) + 0.1).toFixed(1),
      label: (item) => number(item.parsed.y) + " % of the streams " + item.dataset.label,
    });
    draw("chart-mos", { type: "bar", data: { labels: labels.map((bin) => bin.toFixed(1)), datasets: sets }, options: all });
  }

  function drawAll() {
    for (const chart of charts) chart.destroy();
    charts = [];
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    latencyCurves();
    setupOverTime();
    callsInProgress();
    callsASecond();
    audioCurves("chart-delay", "delay", "Not measured");
    audioCurves("chart-jitter", "jitter", "Not measured");
    lossByCall();
    mosDistribution();
  }

  document.documentElement.classList.add("scripts");
  drawAll();
  dark.addEventListener("change", drawAll);
})();
