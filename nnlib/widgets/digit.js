// Digit: draw a digit, see it made into an MNIST image, see the network answer.
//
// Traits: strokes, each a list of points [x, y] from 0 to 280; pixels, an image of 784
// numbers 0..255 taken as it is (then there are no strokes); layers [{ n_in, n_out, f,
// slope }] and parameters, their W and b in half precision, base64; examples, base64 bytes;
// unit, the name of the hidden unit whose weights are shown in the drawing's place, or "".

import { drawing, makeArea, squares } from "./area.js";
import { makeStepper } from "./controls.js";
import { button, fill, make, readout } from "./elements.js";
import { IMAGE, extent, prepare, strokesFromText, strokesToText } from "./ink.js";
import { nodesOf } from "./names.js";
import { forward } from "./neurons.js";
import { equals, number } from "./numbers.js";
import { keepInAddress, listen, put, reset } from "./state.js";

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
  return Array.from({ length: bytes.length / size }, (_, n) => [
    ...bytes.slice(n * size, (n + 1) * size),
  ]);
}

// Whether there is enough to be read: an image, or a drawing of some size.
export const isReadable = (strokes, pixels) => pixels.length > 0 || extent(strokes) >= 0.2;

export function judge(strokes, pixels, y) {
  if (!strokes.length && !pixels.length) return "Empty: draw a digit, or ask for one.";
  if (!isReadable(strokes, pixels)) return "Only a small mark so far: draw larger.";
  const order = [...y.keys()].sort((a, b) => y[b] - y[a]);
  const [first, second] = order.map((digit) => `a ${digit} (${y[digit].toFixed(2)})`);
  if (y[order[0]] < 0.7) return `Half-drawn or unclear: ${first}, or ${second}?`;
  return `The network says: ${first}.`;
}

// The hidden units by name: { name, symbol, layer of weights, node in it }.
export function unitsOf(layers) {
  const nodes = nodesOf([layers[0].n_in, ...layers.map(({ n_out }) => n_out)]);
  const columns = nodes.slice(1, -1);
  const units = columns.flatMap((column, layer) => column.map((n, node) => ({ ...n, layer, node })));
  return new Map(units.map((unit) => [unit.name, unit]));
}

// What a hidden unit looks for, what it gives out, and what that means for the digits: two
// lines. out: its output, where something is drawn.
export function tell({ weights }, { symbol, layer, node }, out) {
  const row = Array.from(weights[layer][node]);
  const range = `from ${number(Math.min(...row))} to ${number(Math.max(...row))}`;
  const [what, other] = layer ? ["A blue unit", "an"] : ["Ink on a blue pixel", "on an"];
  const looks = `The ${row.length} weights of ${symbol}, ${range}. ${what} raises its sum, ${other} orange one lowers it.`;
  const gives = out === undefined ? [] : [`Now ${symbol} ${equals(out)}.`];
  if (layer + 2 === weights.length) {
    const votes = weights[layer + 1].map((w) => w[node]);
    const [most, least] = [Math.max(...votes), Math.min(...votes)];
    const [best, worst] = [most, least].map((v) => votes.indexOf(v));
    gives.push(`Its weight to the ${best} is the largest (${number(most)}), to the ${worst} the smallest (${number(least)}).`);
  }
  return [looks, gives.join(" ")].join("\n").trim();
}

const captioned = (words, className, ...nodes) =>
  make("figure", { class: className }, ...nodes, make("figcaption", {}, words));

// The image as the network gets it, with the box and the center of mass on it.
function makeImage() {
  const grid = squares(IMAGE, IMAGE * IMAGE, 6, "ink-squares");
  const box = make("svg:rect", { class: "box", width: 120, height: 120 });
  const mass = make("svg:path", { class: "mass" });
  const svg = drawing(grid.width, grid.height, grid.node, box, mass);
  const node = captioned("", "seen", svg);
  const show = (prepared) => {
    grid.show(prepared?.image);
    const isMade = prepared?.mass !== undefined;
    const marks = isMade ? " Dashed: the box of 20 × 20. Cross: its center of mass." : "";
    node.lastChild.textContent = `What the network sees: 28 × 28 pixels.${marks}`;
    for (const mark of [box, mass]) mark.classList.toggle("hidden", !isMade);
    if (!isMade) return;
    box.setAttribute("x", 6 * prepared.left);
    box.setAttribute("y", 6 * prepared.top);
    const [x, y] = prepared.mass.map((m) => (6 * m).toFixed(2));
    mass.setAttribute("d", `M${x} ${y}m-6 0h12m-6 -6v12`);
  };
  return { node, show };
}

const CELL = 16; // px of a hidden unit

// One layer of hidden units as squares: show(out, chosen) shades them and marks one.
function makeLayer(units, onchoose) {
  const grid = squares(10, units.length, CELL, "units");
  const ring = make("svg:rect", { class: "ring", width: CELL, height: CELL });
  const svg = drawing(grid.width, grid.height, grid.node, ring);
  svg.addEventListener("click", (event) => {
    const { left, top, width } = svg.getBoundingClientRect();
    const [column, row] = [event.clientX - left, event.clientY - top].map((v) =>
      Math.floor((v * 10) / width),
    );
    const unit = units[10 * row + Math.min(column, 9)];
    if (unit) onchoose(unit.name);
  });
  const words = `${units.length} hidden units: the stronger the color, the larger the output. Press one to see its weights.`;
  const show = (out, chosen) => {
    const top = out && Math.max(1, ...out.map(Math.abs));
    grid.show(out?.map((v) => v / top));
    const n = units.findIndex(({ name }) => name === chosen);
    ring.classList.toggle("hidden", n < 0);
    ring.setAttribute("x", CELL * (n % 10));
    ring.setAttribute("y", CELL * Math.floor(n / 10));
  };
  return { node: captioned(words, "hidden-units", svg), show };
}

// All hidden layers, and a menu to choose a unit without a mouse.
function makeHidden(units, now, onchoose, onpress) {
  const all = [...units.values()];
  const count = Math.max(...all.map(({ layer }) => layer + 1));
  const layers = Array.from({ length: count }, (_, layer) =>
    makeLayer(all.filter((unit) => unit.layer === layer), onpress),
  );
  const entries = [["", "no unit chosen"], ...all.map(({ name, symbol }) => [name, `unit ${symbol}`])];
  const labels = ["Hidden unit to look at", "Unit before", "Next unit"];
  const stepper = makeStepper(entries, labels, now, onchoose);
  const show = (outs) => {
    layers.forEach((layer, k) => layer.show(outs?.[k + 1], now()));
    stepper.show();
  };
  const nodes = layers.map(({ node }) => node);
  return { node: make("div", { class: "hidden-part" }, ...nodes, stepper.node), show };
}

// The weights that come into a unit, as a picture in the drawing's place.
function makeWeights(net, onback) {
  const grids = net.weights.map(([row], layer) =>
    layer ? squares(10, row.length, 28, "units") : squares(IMAGE, row.length, 10, "weights"),
  );
  const back = button("Back to the drawing", onback);
  const pictures = grids.map(({ width, height, node }) => drawing(width, height, node));
  const node = make("div", { class: "unit-weights" }, ...pictures, back);
  const show = (unit) => {
    pictures.forEach((svg, layer) => svg.classList.toggle("hidden", layer !== unit.layer));
    const row = Array.from(net.weights[unit.layer][unit.node]);
    const most = Math.max(...row.map(Math.abs)) || 1;
    grids[unit.layer].show(row.map((w) => w / most));
  };
  return { node, back, show };
}

function makeBars() {
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const bar = make("span", { class: "bar" });
    const value = make("span", { class: "share" });
    const row = make(
      "li",
      {},
      make("b", {}, String(digit)),
      make("span", { class: "rail" }, bar),
      value,
    );
    return { row, bar, value };
  });
  const node = captioned(
    "Probability of each digit.",
    "bars",
    make("ol", {}, ...rows.map((r) => r.row)),
  );
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

// The digits that can be asked for: which example is shown, and one more of a digit.
function examplesIn(model) {
  const all = unpackExamples(model.get("examples"));
  const perDigit = all.length / 10;
  const indexOf = (pixels) =>
    all.findIndex((e) => pixels.length && e.every((v, n) => v === pixels[n]));
  const next = (digit) => {
    const now = indexOf(model.get("pixels"));
    const n = Math.floor(now / perDigit) === digit ? (now + 1) % perDigit : 0;
    return all[digit * perDigit + n];
  };
  return { all, indexOf, next };
}

// The state in the address: { example } or { ink }, and { unit }; what differs from the start.
function toText(model, examples) {
  const [now, start] = [(name) => model.get(name), model.get("start")];
  const isSame = (name) => JSON.stringify(now(name)) === JSON.stringify(start[name]);
  const unit = isSame("unit") ? {} : { unit: now("unit") || "none" };
  if (isSame("strokes") && isSame("pixels")) return unit;
  const example = examples.indexOf(now("pixels"));
  if (example >= 0) return { example: String(example), ...unit };
  return { ink: now("strokes").length ? strokesToText(now("strokes")) : "none", ...unit };
}

// The state that an address stands for, or null.
export function fromText({ example, ink, unit, ...rest }, start, examples, units) {
  if (Object.keys(rest).length) return null;
  const state = { strokes: start.strokes, pixels: start.pixels, unit: start.unit };
  if (unit !== undefined) state.unit = unit === "none" ? "" : unit;
  if (state.unit && !units.has(state.unit)) return null;
  if (example !== undefined) Object.assign(state, { strokes: [], pixels: examples[example] });
  else if (ink === "none") Object.assign(state, { strokes: [], pixels: [] });
  else if (ink !== undefined) Object.assign(state, { strokes: strokesFromText(ink), pixels: [] });
  return state.strokes && state.pixels ? state : null;
}

// Undo, clear and reset; the digits of MNIST that can be asked for.
function makeButtons(model, draw, undo, examples) {
  const ask = (digit) => put(model, { strokes: [], pixels: examples.next(digit) });
  const digits = Array.from({ length: 10 }, (_, digit) =>
    button(String(digit), () => ask(digit), { "aria-label": `Show me a ${digit}` }),
  );
  const all = [["Undo", undo], ["Clear", () => draw([])], ["Reset", () => reset(model)]];
  const tools = make("div", { class: "tools" }, ...all.map(([words, act]) => button(words, act)));
  const group = { class: "asking", role: "group", "aria-label": "Show a digit of MNIST" };
  return { tools, asking: make("div", group, make("span", {}, "Show me a"), ...digits) };
}

// What is drawn, or the weights of a unit in its place: show(strokes, pixels, unit).
function makeLeft(model, net, draw, undo) {
  const area = makeArea(() => model.get("strokes"), draw, undo);
  const back = () => {
    put(model, { unit: "" });
    area.node.focus({ preventScroll: true });
  };
  const weights = makeWeights(net, back);
  const node = make("div", {}, area.node);
  const show = (strokes, pixels, unit) => {
    const wanted = unit ? weights.node : area.node;
    if (node.firstChild !== wanted) node.replaceChildren(wanted);
    area.show(strokes, pixels);
    if (unit) weights.show(unit);
  };
  return { node, back, show, focus: () => weights.back.focus({ preventScroll: true }) };
}

const TRAITS = ["strokes", "pixels", "unit"];

function render({ model, el }) {
  const net = unpack(model.get("layers"), model.get("parameters"));
  const [units, examples] = [unitsOf(model.get("layers")), examplesIn(model)];
  const draw = (strokes) => put(model, { strokes, pixels: [] });
  const undo = () => draw(model.get("strokes").slice(0, -1));
  const left = makeLeft(model, net, draw, undo);
  const choose = (unit) => put(model, { unit });
  const press = (unit) => {
    if (unit === model.get("unit")) return left.back();
    choose(unit);
    left.focus();
  };
  const hidden = units.size ? makeHidden(units, () => model.get("unit"), choose, press) : null;
  const [image, bars, says] = [makeImage(), makeBars(), readout()];
  const { tools, asking } = makeButtons(model, draw, undo, examples);
  const verdict = make("div", { class: "verdict" }, ...says.nodes);
  const parts = [make("div", { class: "left" }, left.node, tools), image.node, bars.node];
  fill(el, "digit", ...parts, verdict, ...(hidden ? [hidden.node] : []), asking);
  el.addEventListener("keydown", ({ key }) => key === "Escape" && model.get("unit") && left.back());

  const update = () => {
    const [strokes, pixels] = [model.get("strokes"), model.get("pixels")];
    const unit = units.get(model.get("unit"));
    const prepared = prepare(strokes, pixels);
    const flow = prepared && forward(net.weights, net.biases, net.activations, prepared.image);
    const outs = isReadable(strokes, pixels) ? flow.outs : null;
    left.show(strokes, pixels, unit);
    image.show(prepared);
    hidden?.show(outs);
    bars.show(outs?.at(-1));
    const words = [judge(strokes, pixels, flow?.outs.at(-1))];
    if (unit) words.push(tell(net, unit, outs?.[unit.layer + 1][unit.node]));
    says.say(words.join("\n"));
  };
  update();
  const forget = listen(model, TRAITS, update);
  const leave = keepInAddress(model, TRAITS, {
    write: () => toText(model, examples),
    read: (found) => {
      const state = fromText(found, model.get("start"), examples.all, units);
      if (state) put(model, state);
      else says.say("The address holds no drawing that this figure can read; it was left out.");
    },
  });
  return () => [forget, leave, says.stop].forEach((end) => end());
}

export default { render };
