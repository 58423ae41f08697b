// A plot: a frame with axes, lines in it, and a hand that points at a place.

import { make, onPull } from "./elements.js";
import { plain } from "./numbers.js";

const WIDTH = 340; // of a drawing, in its own px
const SMALLEST = 1e-12; // a logarithmic axis ends there
const BEYOND = 1e5; // px: what lies farther out is drawn there

export const spread = (low, high, n) =>
  Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));

// Points [x, y] in px as the data of an SVG path.
export const pathOf = (points) =>
  points.length ? `M${points.map((p) => p.map((v) => v.toFixed(1)).join()).join("L")}` : "";

// 1, 2, 5, 10, … from low to high, at most seven of them; the ends where there is none.
function logTicks(low, high) {
  const tens = (v) => Math.floor(Math.log10(v));
  const steps = high / low > 300 ? [1] : [1, 2, 5];
  const powers = Array.from({ length: tens(high) - tens(low) + 1 }, (_, n) => tens(low) + n);
  const all = powers.flatMap((power) => steps.map((m) => Number(`${m}e${power}`)));
  const inside = all.filter((v) => v >= low && v <= high);
  const every = Math.ceil(inside.length / 7);
  return inside.length > 1 ? inside.filter((_, n) => n % every === 0) : [low, high];
}

// Round numbers from low to high, three to seven of them.
export function ticks(low, high, isLog = false) {
  if (isLog) return logTicks(low, high);
  const unit = 10 ** Math.floor(Math.log10(high - low));
  const step = [0.2, 0.5, 1, 2].map((m) => m * unit).find((s) => (high - low) / s <= 6);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, n) => Number((step * (first + n)).toPrecision(12)));
}

// A value of an axis as px from its low end.
function scale([low, high], size, isLog = false) {
  const f = isLog ? (v) => Math.log(Math.max(v, SMALLEST)) : (v) => v;
  return (v) => Math.max(-BEYOND, Math.min(BEYOND, (size * (f(v) - f(low))) / (f(high) - f(low))));
}

// The numbers along both axes and what they are.
function drawAxes({ x, y, width, height }, { view, names, isLog }, across, down) {
  const text = (words, tx, ty, more = {}) => make("svg:text", { x: tx, y: ty, ...more }, words);
  const short = (v) => plain(Number(v.toPrecision(3)));
  const turn = names[1].length > 2 ? " rotate(-90)" : "";
  const place = { class: "name", transform: `translate(9 ${y + height / 2})${turn}` };
  return make(
    "svg:g",
    { class: "axes" },
    ...ticks(...view[0]).map((v) => text(short(v), x + across(v), y + height + 14)),
    ...ticks(...view[1], isLog).map((v) => text(short(v), x - 6, y + down(v), { class: "end" })),
    text(names[0], x + width / 2, y + height + 33, { class: "name" }),
    text(names[1], 0, 0, place),
  );
}

// A frame with axes; across and down turn values into px of its inner part, at a point
// [x, y] into both. view: [low, high] of both axes. onpull(pulled) lets pulled([x, y]) be
// told where a pressed pointer is, as parts of width and height from the lower left.
export function makePlot(box, { view, names, isLog = false, className }) {
  const { x, y, width, height } = box;
  const across = scale(view[0], width);
  const up = scale(view[1], height, isLog);
  const down = (v) => height - up(v);
  const area = make("svg:rect", { class: "area", width, height });
  const overflow = isLog ? "visible" : "hidden";
  const inner = make("svg:svg", { ...box, overflow }, area);
  const frame = make("svg:rect", { class: "frame", ...box });
  const axes = drawAxes(box, { view, names, isLog }, across, down);
  const shape = { viewBox: `0 0 ${WIDTH} ${y + height + 42}`, "aria-hidden": "true" };
  const svg = make("svg:svg", { class: "plot", ...shape }, frame, axes, inner);
  const partsOf = (event) => {
    const seen = svg.getBoundingClientRect();
    const px = [event.clientX - seen.left, event.clientY - seen.top];
    const [px_x, px_y] = px.map((v) => (v * WIDTH) / seen.width);
    const parts = [(px_x - x) / width, 1 - (px_y - y) / height];
    return parts.map((part) => Math.min(1, Math.max(0, part)));
  };
  const onpull = (pulled) => {
    const pull = (event) => pulled(partsOf(event));
    onPull(area, (down_) => (pull(down_), pull), { scrolls: true });
  };
  const at = ([u, v]) => [across(u), down(v)];
  const node = make("div", { class: className }, svg);
  return { node, area, inner, across, down, at, partsOf, onpull };
}

// The lines of one level across a grid: values[row][column] -> pairs of points [column, row],
// in grid units.
export function levelLines(values, level) {
  const pairs = [];
  for (let j = 0; j + 1 < values.length; j++)
    for (let i = 0; i + 1 < values[j].length; i++) {
      const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
      const points = corners.flatMap((a, n) => {
        const b = corners[(n + 1) % 4];
        const [v_a, v_b] = [a, b].map(([x, y]) => values[y][x]);
        if (v_a > level === v_b > level) return [];
        const part = (level - v_a) / (v_b - v_a);
        return [a.map((v, k) => v + part * (b[k] - v))];
      });
      for (let n = 0; n < points.length; n += 2) pairs.push([points[n], points[n + 1]]);
    }
  return pairs;
}
