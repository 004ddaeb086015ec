// A flame graph of one side or two, drawn by d3-flame-graph. Only what can be seen is given to it: of 100,000 frames
// some thousand are wider than a hair, and the others come when their caller is zoomed to.
(() => {
  "use strict";
  const HAIR = 1 / 2000;
  const ROW = 18;
  const by = (id) => document.getElementById(id);
  const given = JSON.parse(by("data").textContent);
  const [all, root] = tree(given);
  const compares = root.before > 0 && root.after > 0;
  const noticed = given.noticed * Math.max(root.before, root.after);
  let mode = compares ? "larger" : root.after > 0 ? "after" : "before";
  let shown = root;
  let current = root;

  function tree({ names, places, frames }) {
    const nodes = frames.name.map((name, at) => ({
      name: names[name], place: places[frames.place[at]], before: frames.before[at], after: frames.after[at],
      depth: frames.depth[at], parent: null, calls: [], hide: false, fade: false, found: false,
    }));
    const path = [];
    for (const node of nodes) {
      path.length = node.depth;
      node.parent = path.at(-1) ?? null;
      node.parent?.calls.push(node);
      path.push(node);
    }
    for (const node of nodes.toReversed())
      node.larger = Math.max(node.before, node.after, node.calls.reduce((sum, one) => sum + one.larger, 0));
    return [nodes, nodes[0]];
  }

  const SCALES = { ms: [["s", 1e3], ["ms", 1], ["us", 1e-3], ["ns", 0]], B: [["GB", 1e9], ["MB", 1e6], ["kB", 1e3], ["B", 0]] };
  const FACTORS = { s: 1e3, ms: 1, us: 1e-3, ns: 1e-6, GB: 1e9, MB: 1e6, kB: 1e3, B: 1 };
  function amount(value) {
    const [unit] = (SCALES[given.unit] ?? [[given.unit, 0]]).find(([, least]) => value >= least);
    const number = value / (FACTORS[unit] ?? 1);
    return `${number >= 100 ? number.toFixed(0) : Number(number.toPrecision(3))} ${unit}`;
  }
  function told(node) {
    const values = compares ? `${amount(node.before)} → ${amount(node.after)}` : amount(node[mode]);
    const share = ((100 * node[mode]) / root[mode]).toFixed(1);
    return `${node.name}${node.place && ` ${node.place}`}: ${values} (${share} %)`;
  }

  const mix = (a, b, share) => `rgb(${a.map((one, at) => Math.round(one + (b[at] - one) * share)).join()})`;
  const PLAIN = [222, 222, 222], GREW = [214, 39, 40], SHRANK = [31, 119, 180], FOUND = "rgb(150,80,220)";
  function colour({ data }, original) {
    if (data.found) return FOUND;
    if (!compares) return original;
    const change = data.after - data.before;
    if (Math.abs(change) < noticed) return `rgb(${PLAIN.join()})`;
    const strength = 0.25 + (0.75 * Math.abs(change)) / Math.max(data.before, data.after);
    return mix(PLAIN, change > 0 ? GREW : SHRANK, strength);
  }

  const chart = flame
    .flamegraph()
    .width(by("chart").clientWidth)
    .cellHeight(ROW)
    .transitionDuration(0)
    .minFrameSize(2)
    .inverted(true)
    .resetHeightOnZoom(true)
    .getName((d) => d.data.name)
    .getValue((d) => (d.data ?? d)[mode])
    .getChildren((node) => node.calls.filter((one) => one[mode] > shown[mode] * HAIR))
    .setLabelHandler((d) => told(d.data))
    .setColorMapper(colour)
    .setDetailsHandler(() => say(told(current)))
    .onHover((d) => say(told(d.data)))
    .onClick((d) => zoom(d.data));
  const place = flame.select("#chart");

  const say = (text) => (by("details").textContent = text);
  function draw() {
    chart.update(root);
    mark();
  }
  function mark() {
    place.selectAll("g.frame").classed("current", (d) => d.data === current);
    say(told(current));
  }
  function zoom(node) {
    for (const one of all) one.hide = one.fade = false;
    for (let at = node; at.parent; at = at.parent) {
      at.parent.fade = true;
      for (const one of at.parent.calls) one.hide = one !== at;
    }
    shown = current = node;
    draw();
  }

  function search(term) {
    const wanted = term.toLowerCase();
    let frames = 0, sum = 0;
    for (const node of all) {
      node.found = wanted !== "" && `${node.name} ${node.place}`.toLowerCase().includes(wanted);
      node.inFound = Boolean(node.parent?.inFound || node.parent?.found);
      if (node.found) frames += 1;
      if (node.found && !node.inFound) sum += node[mode];
    }
    by("found").textContent = wanted ? `${frames} frames, ${((100 * sum) / root[mode]).toFixed(1)} %` : "";
    draw();
  }

  function step(key) {
    const seen = (nodes) => nodes.filter((one) => one[mode] > shown[mode] * HAIR);
    const beside = (by) => {
      const row = seen(current.parent?.calls ?? [current]);
      return row[row.indexOf(current) + by];
    };
    const widest = () => seen(current.calls).reduce((best, one) => (best && best[mode] >= one[mode] ? best : one), null);
    const moves = {
      ArrowUp: () => current.parent, ArrowDown: widest, ArrowLeft: () => beside(-1), ArrowRight: () => beside(1),
    };
    if (!(key in moves)) return false;
    current = moves[key]() ?? current;
    mark();
    return true;
  }

  by("chart").addEventListener("keydown", (event) => {
    if (event.key === "Enter") zoom(current);
    else if (event.key === "Escape") zoom(root);
    else if (!step(event.key)) return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target === by("search")) return;
    by("search").focus();
    event.preventDefault();
  });
  by("search").addEventListener("input", (event) => search(event.target.value));
  by("reset").addEventListener("click", () => zoom(root));
  by("upright").addEventListener("change", (event) => {
    chart.inverted(!event.target.checked);
    draw();
  });
  by("widths").hidden = !compares;
  for (const one of document.getElementsByName("width"))
    one.addEventListener("change", () => {
      mode = one.value;
      zoom(shown[mode] > 0 ? shown : root);
    });
  addEventListener("resize", () => {
    chart.width(by("chart").clientWidth);
    draw();
  });

  place.datum(root).call(chart);
  mark();
})();
