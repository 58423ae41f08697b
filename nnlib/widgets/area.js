// An area to draw in with mouse, finger or keys, and squares that show an image.

import { make } from "./elements.js";
import { IMAGE, SIDE } from "./ink.js";

// count squares in rows; show(values) gives each the strength of its value, 0 … 1 in size.
export function squares(columns, count, cell, className) {
  const rows = Math.ceil(count / columns);
  const all = Array.from({ length: count }, (_, n) =>
    make("svg:rect", {
      x: (n % columns) * cell,
      y: Math.floor(n / columns) * cell,
      width: cell,
      height: cell,
      "fill-opacity": 0,
    }),
  );
  const node = make("svg:g", { class: className }, ...all);
  const shown = new Int16Array(count); // in thousandths: only what changes is touched
  const show = (values) =>
    all.forEach((rect, n) => {
      const value = values ? Math.round(1000 * Math.min(1, Math.max(-1, values[n]))) : 0;
      if (value === shown[n]) return;
      shown[n] = value;
      rect.setAttribute("fill-opacity", Math.abs(value) / 1000);
      rect.classList.toggle("negative", value < 0);
    });
  return { node, show, width: columns * cell, height: rows * cell };
}

export const drawing = (width, height, ...children) =>
  make("svg:svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, ...children);

const within = (v) => Math.round(Math.min(SIDE, Math.max(0, v)));

// The pen: where it is, and whether it is down, for then it draws. onstrokes gets the
// strokes after every step of it, onmove is told that it has moved.
function makePen(strokesNow, onstrokes, onmove) {
  const pen = { at: [SIDE / 2, 60], isDown: false };
  const goOn = (points) => {
    const strokes = strokesNow();
    const stroke = [...(strokes.at(-1) ?? [])];
    for (const [x, y] of points) {
      const [x0, y0] = stroke.at(-1) ?? [];
      if (x !== x0 || y !== y0) stroke.push([x, y]);
    }
    if (stroke.length !== strokes.at(-1)?.length) onstrokes([...strokes.slice(0, -1), stroke]);
  };
  pen.lift = () => {
    pen.isDown = false;
    onmove(pen);
  };
  pen.putDown = (at = pen.at) => {
    Object.assign(pen, { at, isDown: true });
    onstrokes([...strokesNow(), [at]]);
    onmove(pen);
  };
  pen.moveTo = (points) => {
    pen.at = points.at(-1);
    if (pen.isDown) goOn(points);
    onmove(pen);
  };
  return pen;
}

// The pen follows mouse and finger.
function followPointer(node, svg, pen) {
  const placesOf = (events) => {
    const { left, top, width } = svg.getBoundingClientRect();
    const toUnits = (v) => within((v * SIDE) / width);
    return events.map((e) => [toUnits(e.clientX - left), toUnits(e.clientY - top)]);
  };
  node.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    node.setPointerCapture(event.pointerId);
    pen.putDown(placesOf([event])[0]);
  });
  node.addEventListener("pointermove", (event) => {
    if (!pen.isDown || !node.hasPointerCapture(event.pointerId)) return;
    const parts = event.getCoalescedEvents?.() ?? [];
    pen.moveTo(placesOf(parts.length ? parts : [event]));
  });
  node.addEventListener("lostpointercapture", pen.lift);
  node.addEventListener("blur", pen.lift);
}

const WAY = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// The arrows move the pen, space puts it down or lifts it, backspace takes a stroke back.
function followKeys(node, pen, erase) {
  const act = {
    " ": () => (pen.isDown ? pen.lift() : pen.putDown()),
    Backspace: () => (pen.lift(), erase()),
  };
  node.addEventListener("keydown", (event) => {
    const way = WAY[event.key];
    if (way) pen.moveTo([pen.at.map((v, axis) => within(v + 10 * way[axis]))]);
    else if (act[event.key]) act[event.key]();
    else return;
    event.preventDefault();
  });
}

const HINT =
  "Drawing area. Arrow keys move the pen, space puts it down or lifts it, backspace takes a stroke back.";

// The area to draw in, by mouse, finger and keys: show(strokes, pixels) fills it.
export function makeArea(strokesNow, onstrokes, erase) {
  const path = make("svg:path", { class: "ink" });
  const tip = make("svg:circle", { class: "pen", r: 12 });
  const sample = squares(IMAGE, IMAGE * IMAGE, SIDE / IMAGE, "ink-squares");
  const svg = drawing(SIDE, SIDE, sample.node, path, tip);
  const role = { role: "application", tabindex: 0, "aria-label": HINT };
  const node = make("div", { class: "area", ...role }, svg);
  const showPen = ({ at, isDown }) => {
    tip.setAttribute("cx", at[0]);
    tip.setAttribute("cy", at[1]);
    node.classList.toggle("down", isDown);
  };
  const pen = makePen(strokesNow, onstrokes, showPen);
  followPointer(node, svg, pen);
  followKeys(node, pen, erase);
  showPen(pen);
  const show = (strokes, pixels) => {
    const lines = strokes.map((s) => `M${s.length > 1 ? s.join("L") : `${s[0]}h0`}`);
    path.setAttribute("d", lines.join(""));
    sample.show(pixels.length ? pixels.map((v) => v / 255) : null);
  };
  return { node, show };
}
