// ForwardPass: numbers flow through a drawn network, and every one of them can be moved.
//
// Traits: weights[layer][node][input], biases[layer][node], x[input]; activations[layer];
// selected, the name of one number: "x1" an input, "h2" the bias of a node, "x1-h2" a weight.

import {
  LIMIT,
  button,
  calm,
  equals,
  forward,
  fromAddress,
  keepInAddress,
  listen,
  make,
  plain,
  put,
  readout,
  replaced,
  reset,
  sliderRow,
  toAddress,
  valueAt,
} from "./shared.js";
import {
  drawNetwork,
  nodesOf,
  parametersOf,
  runPulse,
  showNode,
  showWeight,
  sizesOf,
} from "./network.js";

const inBrackets = (v) => (v < 0 ? `(${plain(v)})` : plain(v));

const LAW = {
  identity: (y) => `${y} = a`,
  sigmoid: (y, a) => `${y} = σ(a) = σ(${plain(a)})`,
  tanh: (y, a) => `${y} = tanh(a) = tanh(${plain(a)})`,
  relu: (y, a) => `${y} = max(a, 0) = max(${plain(a)}, 0)`,
  leaky_relu: (y, a, slope) => `${y} = max(a, ${slope}·a) = max(${plain(a)}, ${plain(slope * a)})`,
  softmax: (y) => `${y} = exp(a) / sum of exp over all outputs`,
};

// How the selected number works: lines of parts; a part { mark } is the number itself.
export function formula(state, flow, { path: [trait, k, j, i] }) {
  const nodes = nodesOf(sizesOf(state.weights));
  if (trait === "x") {
    const heads = nodes[1].map((n) => n.symbol).join(", ");
    return [[{ mark: `${nodes[0][k].symbol} = ${plain(state.x[k])}` }, ` goes to ${heads}.`]];
  }
  const row = state.weights[k][j];
  const shown = (v, isSelected) => (isSelected ? { mark: inBrackets(v) } : inBrackets(v));
  const terms = row.flatMap((w, n) => [
    `${inBrackets(flow.outs[k][n])} · `,
    shown(w, trait === "weights" && n === i),
    " + ",
  ]);
  terms.push(shown(state.biases[k][j], trait === "biases"));
  const symbols = nodes[k].map(({ symbol }) => `${symbol} · w${symbol.slice(1)}`);
  const { f, slope } = state.activations[k];
  const [a, y] = [flow.sums[k][j], flow.outs[k + 1][j]];
  return [
    [`a = ${symbols.join(" + ")} + b`],
    ["a = ", ...terms, ` ${equals(a)}`],
    [`${LAW[f](nodes[k + 1][j].symbol, a, slope)} ${equals(y)}`],
  ];
}

const TRAITS = ["weights", "biases", "x"];
const SIGNS = { sigmoid: "σ", relu: "ReLU", leaky_relu: "Leaky ReLU" };

function titlesOf(activations) {
  const kinds = activations.map(({ f }, k) => {
    const kind = k === activations.length - 1 ? "output" : "hidden";
    return f === "identity" ? kind : `${kind}, ${SIGNS[f] ?? f}`;
  });
  return ["input", ...kinds];
}

// The lower part: which number, its slider and field, its formula, what comes out.
function makePanel(model, parameters, move, says) {
  const select = (name) => put(model, { selected: name });
  const names = parameters.map((p) => p.name);
  const step = (by) => select(names.at((names.indexOf(model.get("selected")) + by) % names.length));
  const options = parameters.map((p) => make("option", { value: p.name }, p.words));
  const onchange = () => select(choice.value);
  const choice = make("select", { "aria-label": "Number to move", onchange }, ...options);
  const before = button("‹", () => step(-1), { "aria-label": "Number before" });
  const next = button("›", () => step(1), { "aria-label": "Next number" });
  const row = sliderRow(move, says.say);
  const law = make("div", { class: "law" });
  const again = button("Reset", () => reset(model), { class: "reset" });
  const choosing = make("div", { class: "choice" }, before, choice, next, again);
  const node = make("div", { class: "panel" }, choosing, row.node, law, ...says.nodes);
  const toNode = (part) => (part.mark ? make("mark", {}, part.mark) : part);
  const show = (state, flow, selected) => {
    choice.value = selected.name;
    row.name(selected.words);
    row.show(valueAt(state, selected.path));
    const lines = formula(state, flow, selected);
    law.replaceChildren(...lines.map((parts) => make("p", {}, ...parts.map(toNode))));
  };
  return { node, show };
}

// Sideways over a line or a node moves its number: 100 px are 1.
function makeDraggable(group, start, move) {
  group.addEventListener("pointerdown", (down) => {
    const from = start();
    const drag = (event) => {
      const by = Math.round((event.clientX - down.clientX) / 5) * 0.05;
      if (by) move(Number(Math.max(-LIMIT, Math.min(LIMIT, from + by)).toFixed(10)));
    };
    group.setPointerCapture(down.pointerId);
    group.addEventListener("pointermove", drag);
    const end = () => group.removeEventListener("pointermove", drag);
    group.addEventListener("lostpointercapture", end, { once: true });
  });
}

function render({ model, el }) {
  const sizes = sizesOf(model.get("weights"));
  const parameters = parametersOf(sizes);
  const byName = new Map(parameters.map((p) => [p.name, p]));
  const activations = model.get("activations");
  const outputs = nodesOf(sizes).at(-1);
  const now = () => Object.fromEntries(TRAITS.map((name) => [name, model.get(name)]));
  const selected = () => byName.get(model.get("selected"));
  const move = (value) => {
    put(model, replaced({ ...now() }, selected().path, value));
    clearTimeout(wave);
    if (!calm()) wave = setTimeout(() => runPulse(parts, sizes, selected()), 120);
  };
  const says = readout();
  const panel = makePanel(model, parameters, move, says);
  const svg = make("svg:svg", { class: "network", "aria-hidden": "true" });
  const stage = make("div", { class: "stage" }, svg);
  el.replaceChildren(make("div", { class: "nnlib" }, make("div", { class: "forward-pass" }, stage, panel.node)));
  let wave, width, parts;

  const update = () => {
    const state = { ...now(), activations };
    const flow = forward(state.weights, state.biases, activations, state.x);
    const [trait, k, j] = selected().path;
    for (const [name, part] of parts) {
      const { path } = byName.get(name);
      const isFirst = path[0] === "weights" && path[1] === 0;
      const isNear = trait === "x" ? isFirst && path[3] === k : path[1] === k && path[2] === j;
      if (path[0] === "weights") showWeight(part, valueAt(state, path), isNear);
      else showNode(part, path[0] === "x" ? state.x[path[1]] : flow.outs[path[1] + 1][path[2]]);
      part.group.classList.toggle("selected", name === model.get("selected"));
    }
    panel.show(state, flow, selected());
    says.say(outputs.map(({ symbol }, i) => `${symbol} ${equals(flow.outs.at(-1)[i])}`).join("   "));
  };

  const draw = () => {
    if (stage.clientWidth === width) return;
    width = stage.clientWidth;
    parts = drawNetwork(svg, sizes, width || 560, titlesOf(activations));
    for (const [name, { group }] of parts)
      makeDraggable(group, () => (put(model, { selected: name }), valueAt(now(), selected().path)), move);
    update();
  };

  draw();
  const watch = new ResizeObserver(draw);
  watch.observe(stage);
  const forget = listen(model, [...TRAITS, "selected"], update);
  const leave = keepInAddress(model, TRAITS, {
    write: () => toAddress(now(), model.get("start"), parameters),
    read: (found) => {
      const { state, refused } = fromAddress(model.get("start"), found, parameters);
      put(model, state);
      if (refused.length) says.say(`The address has ${refused.join(", ")}, which fits no number here; it was left out.`);
    },
  });
  return () => {
    clearTimeout(wave);
    for (const end of [forget, leave, says.stop, () => watch.disconnect()]) end();
  };
}

export default { render };
