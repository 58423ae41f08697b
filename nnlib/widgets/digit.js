// Digit: draw a digit, see it made into an MNIST image, see the network answer.
//
// Traits: strokes, each a list of points [x, y] from 0 to 280; pixels, an image of 784
// numbers 0..255 taken as it is (then there are no strokes); layers [{ n_in, n_out, f,
// slope }] and parameters, their W and b in half precision, base64; examples, base64 bytes.

import { IMAGE, SIDE, extent, prepare, strokesFromText, strokesToText } from "./ink.js";
import {
  button,
  forward,
  keepInAddress,
  listen,
  make,
  put,
  readout,
  reset,
} from "./shared.js";

const bytesOf = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

export function halfToNumber(h) {
  const [sign, exponent, fraction] = [h & 0x8000 ? -1 : 1, (h >> 10) & 31, h & 1023];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

// { weights[layer][node][input], biases, activations } of what Python packed.
export function unpack(layers, parameters) {
  const bytes = bytesOf(parameters);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const take = () => halfToNumber(view.getUint16(2 * at++, true));
  const net = { weights: [], biases: [], activations: layers };
  for (const { n_in, n_out } of layers) {
    const rows = Array.from({ length: n_out }, () => new Float64Array(n_in));
    for (let i = 0; i < n_in; i++) for (let j = 0; j < n_out; j++) rows[j][i] = take();
    net.weights.push(rows);
    net.biases.push(Float64Array.from({ length: n_out }, take));
  }
  return net;
}

export function unpackExamples(examples) {
  const bytes = bytesOf(examples);
  const size = IMAGE * IMAGE;
  return Array.from({ length: bytes.length / size }, (_, n) => [...bytes.slice(n * size, (n + 1) * size)]);
}

export function judge(strokes, pixels, y) {
  if (!strokes.length && !pixels.length) return "Empty: draw a digit, or ask for one.";
  if (!pixels.length && extent(strokes) < 0.2) return "Only a small mark so far: draw larger.";
  const order = [...y.keys()].sort((a, b) => y[b] - y[a]);
  const [first, second] = order.map((digit) => `a ${digit} (${y[digit].toFixed(2)})`);
  if (y[order[0]] < 0.7) return `Half-drawn or unclear: ${first}, or ${second}?`;
  return `The network says: ${first}.`;
}

// side × side squares; show(values, top) gives each the darkness value / top.
function squares(columns, count, cell, className) {
  const rows = Math.ceil(count / columns);
  const all = Array.from({ length: count }, (_, n) =>
    make("svg:rect", { x: (n % columns) * cell, y: Math.floor(n / columns) * cell, width: cell, height: cell, "fill-opacity": 0 }),
  );
  const node = make("svg:g", { class: className }, ...all);
  const show = (values) =>
    all.forEach((rect, n) => {
      const opacity = values ? Math.min(1, Math.abs(values[n])).toFixed(3) : "0";
      if (rect.getAttribute("fill-opacity") !== opacity) rect.setAttribute("fill-opacity", opacity);
      rect.classList.toggle("negative", Boolean(values) && values[n] < 0);
    });
  return { node, show, width: columns * cell, height: rows * cell };
}

const drawing = (width, height, ...children) =>
  make("svg:svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, ...children);

const captioned = (words, className, ...nodes) =>
  make("figure", { class: className }, ...nodes, make("figcaption", {}, words));

// The area to draw in. The pen follows mouse and finger; with the keyboard the arrows move
// it, space puts it down or lifts it. onstrokes gets the strokes after every step of it.
function makeArea(strokesNow, onstrokes, erase) {
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
  const goOn = () => {
    const strokes = strokesNow();
    const last = strokes.at(-1);
    const [x, y] = last?.at(-1) ?? [];
    if (last && (x !== at[0] || y !== at[1])) onstrokes([...strokes.slice(0, -1), [...last, at]]);
  };
  const place = (event) => {
    const { left, top, width } = svg.getBoundingClientRect();
    at = [event.clientX - left, event.clientY - top].map((v) => within((v * SIDE) / width));
  };
  const lift = () => {
    isDown = false;
    showPen();
  };
  node.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    node.setPointerCapture(event.pointerId);
    place(event);
    isDown = true;
    begin();
    showPen();
  });
  node.addEventListener("pointermove", (event) => {
    if (!isDown || !node.hasPointerCapture(event.pointerId)) return;
    for (const part of event.getCoalescedEvents?.() ?? [event]) {
      place(part);
      goOn();
    }
    showPen();
  });
  node.addEventListener("lostpointercapture", lift);
  node.addEventListener("blur", lift);
  const WAY = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  node.addEventListener("keydown", (event) => {
    const way = WAY[event.key];
    if (way) {
      at = at.map((v, axis) => within(v + 10 * way[axis]));
      if (isDown) goOn();
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

// The image as the network gets it, with the box and the center of mass on it.
function makeImage() {
  const grid = squares(IMAGE, IMAGE * IMAGE, 6, "ink-squares");
  const box = make("svg:rect", { class: "box", width: 120, height: 120 });
  const mass = make("svg:path", { class: "mass" });
  const svg = drawing(grid.width, grid.height, grid.node, box, mass);
  const show = (prepared) => {
    grid.show(prepared?.image);
    const isMade = prepared?.mass !== undefined;
    for (const mark of [box, mass]) mark.classList.toggle("hidden", !isMade);
    if (!isMade) return;
    box.setAttribute("x", 6 * prepared.left);
    box.setAttribute("y", 6 * prepared.top);
    const [x, y] = prepared.mass.map((m) => (6 * m).toFixed(2));
    mass.setAttribute("d", `M${x} ${y}m-6 0h12m-6 -6v12`);
  };
  return { node: captioned("28 × 28 pixels: what the network sees. Dashed the box of 20 × 20, + its center of mass", "seen", svg), show };
}

function makeHidden(layers) {
  const grids = layers.slice(0, -1).map(({ n_out }) => squares(10, n_out, 16, "units"));
  const nodes = grids.map((grid, k) =>
    captioned(`${layers[k].n_out} hidden units, the stronger the color the larger`, "hidden-units", drawing(grid.width, grid.height, grid.node)),
  );
  const show = (outs) =>
    grids.forEach((grid, k) => {
      const out = outs?.[k + 1];
      const top = out && Math.max(1, ...out.map(Math.abs));
      grid.show(out?.map((v) => v / top));
    });
  return { nodes, show };
}

function makeBars() {
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const bar = make("span", { class: "bar" });
    const value = make("span", { class: "share" });
    const row = make("li", {}, make("b", {}, String(digit)), make("span", { class: "rail" }, bar), value);
    return { row, bar, value };
  });
  const node = captioned("probability of each digit", "bars", make("ol", {}, ...rows.map((r) => r.row)));
  const show = (y) => {
    const top = y && Math.max(...y);
    rows.forEach(({ row, bar, value }, digit) => {
      bar.style.width = `${100 * (y?.[digit] ?? 0)}%`;
      value.textContent = y ? y[digit].toFixed(2) : "–";
      row.classList.toggle("top", Boolean(y) && y[digit] === top);
    });
  };
  return { node, show };
}

function render({ model, el }) {
  const net = unpack(model.get("layers"), model.get("parameters"));
  const examples = unpackExamples(model.get("examples"));
  const perDigit = examples.length / 10;
  const exampleOf = (pixels) => examples.findIndex((e) => pixels.length && e.every((v, n) => v === pixels[n]));
  const draw = (strokes) => put(model, { strokes, pixels: [] });
  const undo = () => draw(model.get("strokes").slice(0, -1));
  const ask = (digit) => {
    const now = exampleOf(model.get("pixels"));
    const next = Math.floor(now / perDigit) === digit ? (now + 1) % perDigit : 0;
    put(model, { strokes: [], pixels: examples[digit * perDigit + next] });
  };

  const area = makeArea(() => model.get("strokes"), draw, undo);
  const [image, hidden, bars, says] = [makeImage(), makeHidden(model.get("layers")), makeBars(), readout()];
  const digits = Array.from({ length: 10 }, (_, digit) => button(String(digit), () => ask(digit), { "aria-label": `Show me a ${digit}` }));
  const tools = make("div", { class: "tools" }, button("Undo", undo), button("Clear", () => draw([])), button("Reset", () => reset(model)));
  const asking = make("div", { class: "asking", role: "group", "aria-label": "Show a digit of MNIST" }, make("span", {}, "Show me a"), ...digits);
  const middle = make("div", { class: "middle" }, image.node, ...hidden.nodes);
  const left = make("div", { class: "left" }, area.node, tools);
  el.replaceChildren(make("div", { class: "nnlib" }, make("div", { class: "digit" }, left, middle, bars.node, make("div", { class: "verdict" }, ...says.nodes), asking)));

  const update = () => {
    const [strokes, pixels] = [model.get("strokes"), model.get("pixels")];
    const prepared = prepare(strokes, pixels);
    const flow = prepared && forward(net.weights, net.biases, net.activations, prepared.image);
    const y = flow?.outs.at(-1);
    const verdict = judge(strokes, pixels, y);
    const hasAnswer = Boolean(verdict.match(/\d/));
    area.show(strokes, pixels);
    image.show(prepared);
    hidden.show(hasAnswer ? flow.outs : null);
    bars.show(hasAnswer ? y : null);
    says.say(verdict);
  };
  update();
  const forget = listen(model, ["strokes", "pixels"], update);
  const leave = keepInAddress(model, ["strokes", "pixels"], {
    write: () => {
      const [strokes, example] = [model.get("strokes"), exampleOf(model.get("pixels"))];
      if (JSON.stringify([strokes, model.get("pixels")]) === JSON.stringify([model.get("start").strokes, model.get("start").pixels])) return {};
      if (example >= 0) return { example: String(example) };
      return { ink: strokes.length ? strokesToText(strokes) : "none" };
    },
    read: ({ example, ink }) => {
      const strokes = ink === "none" ? [] : strokesFromText(ink ?? "");
      if (examples[example]) put(model, { strokes: [], pixels: examples[example] });
      else if (strokes) put(model, { strokes, pixels: [] });
      else says.say("The address holds no drawing that this figure can read; it was left out.");
    },
  });
  return () => [forget, leave, says.stop].forEach((end) => end());
}

export default { render };
