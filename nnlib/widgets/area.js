// An area to draw in with mouse, finger or keys, and squares that show an image.

import { IMAGE, SIDE } from "./ink.js";
import { make } from "./shared.js";

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

// The area to draw in. The pen follows mouse and finger; with the keyboard the arrows move
// it, space puts it down or lifts it. onstrokes gets the strokes after every step of it.
export function makeArea(strokesNow, onstrokes, erase) {
  const path = make("svg:path", { class: "ink" });
  const pen = make("svg:circle", { class: "pen", r: 12 });
  const sample = squares(IMAGE, IMAGE * IMAGE, SIDE / IMAGE, "ink-squares");
  const svg = drawing(SIDE, SIDE, sample.node, path, pen);
  const node = make(
    "div",
    {
      class: "area",
      role: "application",
      tabindex: 0,
      "aria-label":
        "Drawing area. Arrow keys move the pen, space puts it down or lifts it, backspace takes a stroke back.",
    },
    svg,
  );
  let at = [SIDE / 2, 60];
  let isDown = false;
  const within = (v) => Math.round(Math.min(SIDE, Math.max(0, v)));
  const showPen = () => {
    pen.setAttribute("cx", at[0]);
    pen.setAttribute("cy", at[1]);
    node.classList.toggle("down", isDown);
  };
  const begin = () => onstrokes([...strokesNow(), [at]]);
  const goOn = (points) => {
    const strokes = strokesNow();
    const stroke = [...(strokes.at(-1) ?? [])];
    for (const [x, y] of points) {
      const [x0, y0] = stroke.at(-1) ?? [];
      if (x !== x0 || y !== y0) stroke.push([x, y]);
    }
    at = points.at(-1);
    if (stroke.length !== strokes.at(-1)?.length) onstrokes([...strokes.slice(0, -1), stroke]);
  };
  const placesOf = (events) => {
    const { left, top, width } = svg.getBoundingClientRect();
    const toUnits = (v) => within((v * SIDE) / width);
    return events.map((e) => [toUnits(e.clientX - left), toUnits(e.clientY - top)]);
  };
  const lift = () => {
    isDown = false;
    showPen();
  };
  node.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    node.setPointerCapture(event.pointerId);
    [at] = placesOf([event]);
    isDown = true;
    begin();
    showPen();
  });
  node.addEventListener("pointermove", (event) => {
    if (!isDown || !node.hasPointerCapture(event.pointerId)) return;
    const parts = event.getCoalescedEvents?.() ?? [];
    goOn(placesOf(parts.length ? parts : [event]));
    showPen();
  });
  node.addEventListener("lostpointercapture", lift);
  node.addEventListener("blur", lift);
  const WAY = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  node.addEventListener("keydown", (event) => {
    const way = WAY[event.key];
    if (way) {
      at = at.map((v, axis) => within(v + 10 * way[axis]));
      if (isDown) goOn([at]);
    } else if (event.key === " ") {
      isDown = !isDown;
      if (isDown) begin();
    } else if (event.key === "Backspace") {
      isDown = false;
      erase();
    } else return;
    event.preventDefault();
    showPen();
  });
  showPen();
  const show = (strokes, pixels) => {
    const lines = strokes.map((s) => `M${s.length > 1 ? s.join("L") : `${s[0]}h0`}`);
    path.setAttribute("d", lines.join(""));
    sample.show(pixels.length ? pixels.map((v) => v / 255) : null);
  };
  return { node, show };
}
