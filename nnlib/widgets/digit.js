// Digit: draw a digit, see it made into an MNIST image, see the network answer.
//
// Traits: strokes, each a list of points [x, y] from 0 to 280; pixels, an image of 784
// numbers 0..255 taken as it is (then there are no strokes); layers [{ n_in, n_out, f,
// slope }] and parameters, their W and b in half precision, base64; examples, base64 bytes.

import { drawing, makeArea, squares } from "./area.js";
import { IMAGE, extent, prepare, strokesFromText, strokesToText } from "./ink.js";
import {
  button,
  fill,
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

const captioned = (words, className, ...nodes) =>
  make("figure", { class: className }, ...nodes, make("figcaption", {}, words));

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
  return {
    node: captioned(
      "28 × 28 pixels: what the network sees. Dashed the box of 20 × 20, + its center of mass",
      "seen",
      svg,
    ),
    show,
  };
}

function makeHidden(layers) {
  const grids = layers.slice(0, -1).map(({ n_out }) => squares(10, n_out, 16, "units"));
  const nodes = grids.map((grid, k) =>
    captioned(
      `${layers[k].n_out} hidden units, the stronger the color the larger`,
      "hidden-units",
      drawing(grid.width, grid.height, grid.node),
    ),
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
    "probability of each digit",
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

function render({ model, el }) {
  const net = unpack(model.get("layers"), model.get("parameters"));
  const examples = unpackExamples(model.get("examples"));
  const perDigit = examples.length / 10;
  const exampleOf = (pixels) =>
    examples.findIndex((e) => pixels.length && e.every((v, n) => v === pixels[n]));
  const draw = (strokes) => put(model, { strokes, pixels: [] });
  const undo = () => draw(model.get("strokes").slice(0, -1));
  const ask = (digit) => {
    const now = exampleOf(model.get("pixels"));
    const next = Math.floor(now / perDigit) === digit ? (now + 1) % perDigit : 0;
    put(model, { strokes: [], pixels: examples[digit * perDigit + next] });
  };

  const area = makeArea(() => model.get("strokes"), draw, undo);
  const [image, hidden, bars, says] = [
    makeImage(),
    makeHidden(model.get("layers")),
    makeBars(),
    readout(),
  ];
  const digits = Array.from({ length: 10 }, (_, digit) =>
    button(String(digit), () => ask(digit), { "aria-label": `Show me a ${digit}` }),
  );
  const tools = make(
    "div",
    { class: "tools" },
    button("Undo", undo),
    button("Clear", () => draw([])),
    button("Reset", () => reset(model)),
  );
  const asking = make(
    "div",
    { class: "asking", role: "group", "aria-label": "Show a digit of MNIST" },
    make("span", {}, "Show me a"),
    ...digits,
  );
  const middle = make("div", { class: "middle" }, image.node, ...hidden.nodes);
  const left = make("div", { class: "left" }, area.node, tools);
  const verdict = make("div", { class: "verdict" }, ...says.nodes);
  fill(el, "digit", left, middle, bars.node, verdict, asking);

  const update = () => {
    const [strokes, pixels] = [model.get("strokes"), model.get("pixels")];
    const prepared = prepare(strokes, pixels);
    const flow = prepared && forward(net.weights, net.biases, net.activations, prepared.image);
    const y = flow?.outs.at(-1);
    const isRead = isReadable(strokes, pixels);
    area.show(strokes, pixels);
    image.show(prepared);
    hidden.show(isRead ? flow.outs : null);
    bars.show(isRead ? y : null);
    says.say(judge(strokes, pixels, y));
  };
  update();
  const forget = listen(model, ["strokes", "pixels"], update);
  const leave = keepInAddress(model, ["strokes", "pixels"], {
    write: () => {
      const [strokes, example] = [model.get("strokes"), exampleOf(model.get("pixels"))];
      if (
        JSON.stringify([strokes, model.get("pixels")]) ===
        JSON.stringify([model.get("start").strokes, model.get("start").pixels])
      )
        return {};
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
