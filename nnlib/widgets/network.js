// A network as a drawing: layers are columns, nodes circles, weights lines between them.
// Blue is positive, orange and dashed negative; the thicker a line, the larger its weight.

import { make } from "./elements.js";
import { nodesOf } from "./names.js";
import { SIGN, number } from "./numbers.js";

// Where everything stands, in px, in a drawing of this width.
export function layout(sizes, width) {
  const r = width < 420 ? 23 : 25;
  const most = Math.max(...sizes);
  const row = 2 * r + (most > 4 ? 10 : most > 3 ? 24 : 36);
  const reach = Math.min(width - 2 * r - 8, 220 * (sizes.length - 1));
  const at = sizes.map((size, k) => {
    const x = (width - reach) / 2 + (reach * k) / (sizes.length - 1);
    return Array.from({ length: size }, (_, i) => ({ x, y: row * (i + (most - size + 1) / 2) }));
  });
  return { r, at, height: most * row + 24 };
}

export const BOX = { x: 21, y: 8 }; // half the size of a weight's number

const along = (from, to, t) => ({
  x: from.x + t * (to.x - from.x),
  y: from.y + t * (to.y - from.y),
});

const apart = (a, b, half) =>
  Math.abs(a.x - b.x) >= 2 * half.x || Math.abs(a.y - b.y) >= 2 * half.y;

// Whether a line passes through a number's box: its parts between the box's sides, across
// and down, have a point in common.
function passes({ from, to }, box, half) {
  const parts = ["x", "y"].map((axis) => {
    const way = to[axis] - from[axis];
    const ends = [-1, 1].map((side) => (box[axis] + side * (half[axis] + 1) - from[axis]) / way);
    if (way) return ends.sort((a, b) => a - b);
    return Math.abs(box[axis] - from[axis]) < half[axis] + 1 ? [0, 1] : [1, 0];
  });
  return Math.max(0, parts[0][0], parts[1][0]) < Math.min(1, parts[0][1], parts[1][1]);
}

// How far along the lines from column k their numbers stand, so that none touches another
// number, another line or a node; null where there is no such place. half: of a box's size.
export function numberPlace({ r, at }, k, half = BOX) {
  const lines = at[k + 1].flatMap((to) => at[k].map((from) => ({ from, to })));
  const gap = at[k + 1][0].x - at[k][0].x;
  const isFree = (t) => {
    const boxes = lines.map(({ from, to }) => along(from, to, t));
    const isClear = (box, n) =>
      lines.every((line, m) => m === n || (apart(box, boxes[m], half) && !passes(line, box, half)));
    return Math.min(t, 1 - t) * gap >= r + half.x && boxes.every(isClear);
  };
  return [0.62, 0.58, 0.66, 0.54, 0.7, 0.5, 0.46, 0.42, 0.38, 0.34, 0.3].find(isFree) ?? null;
}

// Draw it: a Map from the name of each number to the parts that show it.
export function drawNetwork(svg, sizes, width, titles) {
  const nodes = nodesOf(sizes);
  const plan = layout(sizes, width);
  const parts = new Map();
  const lines = make("svg:g");
  const numbers = make("svg:g");
  const circles = make("svg:g");
  for (let k = 0; k + 1 < sizes.length; k++) {
    const place = numberPlace(plan, k);
    const nearest = (plan.r + BOX.x) / (plan.at[k + 1][0].x - plan.at[k][0].x);
    plan.at[k + 1].forEach((to, j) =>
      plan.at[k].forEach((from, i) => {
        const edge = drawEdge(from, to, place ?? nearest, place === null);
        lines.append(edge.group);
        numbers.append(edge.label);
        parts.set(`${nodes[k][i].name}-${nodes[k + 1][j].name}`, edge);
      }),
    );
  }
  nodes.forEach((column, k) => {
    column.forEach(({ name, symbol }, i) => {
      const node = drawNode(plan.at[k][i], plan.r, symbol);
      circles.append(node.group);
      parts.set(name, node);
    });
    circles.append(drawTitle(titles[k], plan.at[k][0].x, plan.height - 6, width));
  });
  svg.setAttribute("viewBox", `0 0 ${width} ${plan.height}`);
  svg.setAttribute("height", plan.height);
  svg.replaceChildren(lines, numbers, circles);
  return parts;
}

// The words under a column, within the drawing.
export function drawTitle(words, middle, y, width) {
  const half = 3.4 * words.length;
  const x = Math.max(half, Math.min(width - half, middle));
  return make("svg:text", { class: "title", x, y }, words);
}

export function drawEdge(from, to, t, crowded) {
  const ends = { x1: from.x, y1: from.y, x2: to.x, y2: to.y };
  const line = make("svg:line", { class: "line", ...ends });
  const pulse = make("svg:line", { class: "pulse", pathLength: 100, ...ends });
  const band = make("svg:line", { class: "band", ...ends });
  const group = make("svg:g", { class: "edge" }, band, line, pulse);
  const { x, y } = along(from, to, t);
  const text = make("svg:text", { x, y });
  const box = make("svg:rect", { y: y - BOX.y, height: 2 * BOX.y, rx: 4 });
  const label = make("svg:g", { class: "number" }, box, text);
  return { group, line, pulse, label, box, text, x, y, crowded };
}

export function drawNode({ x, y }, r, symbol) {
  const tint = make("svg:circle", { class: "tint", cx: x, cy: y, r });
  const text = make("svg:text", { class: "value", x, y: y + 8 });
  const group = make(
    "svg:g",
    { class: "node" },
    make("svg:circle", { class: "ground", cx: x, cy: y, r }),
    tint,
    make("svg:text", { class: "symbol", x, y: y - 9 }, symbol),
    text,
  );
  return { group, tint, text };
}

// isNear: among the numbers the reader looks at; in a crowd only these are written.
export function showWeight(part, value, isNear) {
  const faint = part.crowded && !isNear;
  part.group.setAttribute("class", `edge ${SIGN[Math.sign(value)]}${faint ? " faint" : ""}`);
  part.line.setAttribute("stroke-width", (1 + Math.min(Math.abs(value), 4) * 1.5).toFixed(2));
  part.text.textContent = number(value);
  const half = 3.4 * part.text.textContent.length + 2;
  part.box.setAttribute("x", part.x - half);
  part.box.setAttribute("width", 2 * half);
  part.label.classList.toggle("hidden", faint);
}

export function showNode(part, value) {
  part.group.setAttribute("class", `node ${SIGN[Math.sign(value)]}`);
  part.tint.setAttribute("fill-opacity", (0.4 * Math.min(Math.abs(value), 1)).toFixed(3));
  part.text.textContent = number(value);
  part.text.classList.toggle("long", part.text.textContent.length > 4);
}

// A wave runs from the moved number to the outputs, one column after the other.
export function runPulse(parts, sizes, { path: [trait, k, j, i] }) {
  const nodes = nodesOf(sizes);
  let first = trait === "x" ? 0 : k + 1;
  let tails = trait === "x" ? [k] : [j];
  const run = (tail, head, wait) =>
    parts.get(`${tail.name}-${head.name}`).pulse.animate(
      [
        { strokeDashoffset: 0, opacity: 1 },
        { strokeDashoffset: -100, opacity: 1 },
      ],
      { duration: 420, delay: 300 * wait, easing: "ease-in-out" },
    );
  const offset = trait === "weights" ? 1 : 0;
  if (offset) run(nodes[k][i], nodes[k + 1][j], 0);
  for (let column = first; column + 1 < sizes.length; column++) {
    for (const tail of tails)
      for (const head of nodes[column + 1]) run(nodes[column][tail], head, column - first + offset);
    tails = nodes[column + 1].map((_, n) => n);
  }
}

const SIGNS = { sigmoid: "σ", relu: "ReLU", leaky_relu: "Leaky ReLU" };

export function titlesOf(activations) {
  const kinds = activations.map(({ f }, k) => {
    const kind = k === activations.length - 1 ? "output" : "hidden";
    return f === "identity" ? kind : `${kind}, ${SIGNS[f] ?? f}`;
  });
  return ["input", ...kinds];
}
