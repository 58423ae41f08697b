// Backprop: forward to the loss ½ Σ (y − t)² and back, one node at a time.
//
// Traits: those of ForwardPass; t[output]; lr; step, the number of the step that is shown.

import { button, calm, fill, make, onWidth, paragraphs, readout } from "./elements.js";
import { formula, makeChoice, makeDraggable } from "./movable.js";
import { nodesOf, parametersOf, sizesOf } from "./names.js";
import { BOX, drawEdge, drawNode, drawTitle, layout, numberPlace } from "./network.js";
import { showNode, showWeight, titlesOf } from "./network.js";
import { activateDer, forward } from "./neurons.js";
import { LIMIT, equals, inBrackets, low, number, plain } from "./numbers.js";
import { keepInStep, put, replaced, stateOf, valueAt } from "./state.js";

// The gradients: douts, das[layer][node], grads_w[layer][node][input], grads_b; and the loss.
export function backward({ weights, activations, t }, { sums, outs }) {
  const [douts, slopes, das, grads_w] = [[], [], [], []];
  let dout = outs.at(-1).map((y, k) => y - t[k]);
  const loss = dout.reduce((sum, d) => sum + 0.5 * d * d, 0);
  for (let layer = weights.length - 1; layer >= 0; layer--) {
    const slope = activateDer(activations[layer], sums[layer]);
    const da = dout.map((d, j) => d * slope[j]);
    douts.unshift(dout);
    slopes.unshift(slope);
    das.unshift(da);
    grads_w.unshift(da.map((d) => outs[layer].map((x) => d * x)));
    dout = outs[layer].map((_, i) => da.reduce((sum, d, j) => sum + d * weights[layer][j][i], 0));
  }
  return { loss, douts, slopes, das, grads_w, grads_b: das };
}

// Every number a little against its gradient: { weights, biases }, or null beyond LIMIT.
export function updated({ weights, biases, lr }, { grads_w, grads_b }) {
  const moved = {
    weights: weights.map((l, k) => l.map((row, j) => row.map((w, i) => w - lr * grads_w[k][j][i]))),
    biases: biases.map((l, k) => l.map((b, j) => b - lr * grads_b[k][j])),
  };
  const all = [moved.weights, moved.biases].flat(Infinity);
  return all.every((v) => Math.abs(v) <= LIMIT) ? moved : null;
}

// The steps in order: { kind, k, j, words }; k is the layer of weights, j the node in it.
export function stepsOf(sizes) {
  const nodes = nodesOf(sizes).slice(1);
  const ahead = nodes.flatMap((column, k) =>
    column.map(({ symbol }, j) => ({ kind: "forward", k, j, words: `forward, node ${symbol}` })),
  );
  const back = nodes.flatMap((column, k) =>
    column.map(({ symbol }, j) => [
      { kind: "back", k, j, words: `back, node ${symbol}` },
      { kind: "weights", k, j, words: `back, the weights of ${symbol}` },
    ]),
  );
  const fromTheEnd = sizes.slice(1).map((size, k) => [k, size]).reverse();
  const starts = sizes.slice(1).map((_, k) => sizes.slice(1, k + 1).reduce((sum, n) => sum + n, 0));
  return [
    { kind: "start", words: "start" },
    ...ahead,
    { kind: "loss", words: "forward, the loss" },
    ...fromTheEnd.flatMap(([k, size]) => back.slice(starts[k], starts[k] + size).flat()),
  ];
}

const SLOPE = {
  identity: () => "f′(a) = 1",
  sigmoid: (y) => `σ′(a) = y (1 − y) = ${plain(y)} · ${plain(1 - y)}`,
  tanh: (y) => `tanh′(a) = 1 − y² = 1 − ${inBrackets(y)}²`,
  relu: (_, a) => `ReLU′(a) = ${a > 0 ? 1 : 0}, since a ${equals(a)}`,
  leaky_relu: (_, a, slope) => `f′(a) = ${a > 0 ? 1 : slope}, since a ${equals(a)}`,
};

function backLines(state, flow, grads, { k, j }) {
  const nodes = nodesOf(sizesOf(state.weights));
  const [dout, slope, da] = [grads.douts[k][j], grads.slopes[k][j], grads.das[k][j]];
  const { f, slope: leak } = state.activations[k];
  const [y, a] = [flow.outs[k + 1][j], flow.sums[k][j]];
  const local = SLOPE[f](y, a, leak);
  const through = [
    [f === "sigmoid" || f === "tanh" ? `${local} ${equals(slope)}` : local],
    ["da = dout · f′(a) = ", { mark: inBrackets(dout) }, ` · ${inBrackets(slope)} ${equals(da)}`],
  ];
  if (k === state.weights.length - 1) {
    const [symbol, t] = [nodes[k + 1][j].symbol, state.t[j]];
    const law = [`dout = ∂L/∂${symbol} = ${symbol} − t${low(j + 1)}`];
    return [law, [`dout = ${plain(y)} − ${inBrackets(t)} ${equals(dout)}`], ...through];
  }
  const heads = nodes[k + 2].map(({ symbol }) => `da of ${symbol} · its w`).join(" + ");
  const terms = grads.das[k + 1].flatMap((d, n) => [
    n ? " + " : "",
    { mark: inBrackets(d) },
    ` · ${inBrackets(state.weights[k + 1][n][j])}`,
  ]);
  return [[`dout = ${heads}`], ["dout = ", ...terms, ` ${equals(dout)}`], ...through];
}

function weightLines(state, flow, grads, { k, j }) {
  const nodes = nodesOf(sizesOf(state.weights));
  const da = grads.das[k][j];
  const lines = grads.grads_w[k][j].map((dw, i) => [
    `dw${nodes[k][i].symbol.slice(1)} = da · ${nodes[k][i].symbol} = `,
    { mark: inBrackets(da) },
    ` · ${inBrackets(flow.outs[k][i])} ${equals(dw)}`,
  ]);
  const bias = ["db = da · 1 = ", { mark: inBrackets(da) }, ` · 1 ${equals(da)}`];
  return [["dw = da · input,  db = da"], ...lines, bias];
}

function lossLines(state, flow, grads) {
  const outputs = nodesOf(sizesOf(state.weights)).at(-1);
  const law = outputs.map(({ symbol }, j) => `½ (${symbol} − t${low(j + 1)})²`).join(" + ");
  const numbers = flow.outs.at(-1).map((y, j) => `½ (${plain(y)} − ${inBrackets(state.t[j])})²`);
  return [[`L = ${law}`], [`L = ${numbers.join(" + ")} ${equals(grads.loss)}`]];
}

// How a step works: lines of parts; a part { mark } is the gradient that comes in.
export function linesOf(state, flow, grads, step) {
  if (step.kind === "start") return [["The inputs and all weights are known. Next computes the first node."]];
  if (step.kind === "forward") return formula(state, flow, { path: ["", step.k, step.j] });
  if (step.kind === "loss") return lossLines(state, flow, grads);
  return (step.kind === "back" ? backLines : weightLines)(state, flow, grads, step);
}

// What a step finds, in words: "h₁ ≈ 0.62"
export function resultOf(state, flow, grads, { kind, k, j }) {
  const nodes = nodesOf(sizesOf(state.weights));
  if (kind === "start") return nodes[0].map(({ symbol }, i) => `${symbol} ${equals(state.x[i])}`).join("   ");
  if (kind === "forward") return `${nodes[k + 1][j].symbol} ${equals(flow.outs[k + 1][j])}`;
  if (kind === "loss") return `L ${equals(grads.loss)}`;
  if (kind === "back") return `da ${equals(grads.das[k][j])}`;
  return `dw ${grads.grads_w[k][j].map(plain).join(", ")}   db ${plain(grads.grads_b[k][j])}`;
}

const HALF = { x: 22, y: 15 }; // half the size of a weight's number with its gradient
const TRAITS = ["weights", "biases", "x", "t", "lr", "step"];

// Where everything stands; the last column is the loss. In little room the loss of a single
// output stands above it.
export function placesIn(sizes, width) {
  if (width >= 420 || sizes.at(-1) > 1) return layout([...sizes, 1], width);
  const plan = layout([...sizes.slice(0, -1), 2], width);
  const [loss, y] = plan.at.pop();
  return { ...plan, at: [...plan.at, [y], [loss]] };
}

// A line of the drawing with room for a gradient under its number. place: where along the
// line both fit, single: where the number alone does, null where there is no such place.
function makeEdge(from, to, plan, { place, single }) {
  const edge = drawEdge(from, to, place ?? single ?? 0.5, place === null);
  edge.hasRoom = single !== null;
  const [across, down] = [to.x - from.x, Math.abs(to.y - from.y)];
  edge.isTight = (across ? across - 2 * BOX.x + 4 : down - 2 * BOX.y) < 2 * plan.r;
  edge.grad = make("svg:text", { class: "grad", x: edge.x, y: edge.y + 8 });
  edge.label.append(edge.grad);
  return edge;
}

function makeNode(at, plan, symbol) {
  const node = drawNode(at, plan.r, symbol);
  node.da = make("svg:text", { class: "da", x: at.x, y: at.y + plan.r + 13 });
  node.group.append(node.da);
  return node;
}

// The lines of the network and those to the loss, by the names of their numbers.
function edgesOf(plan, nodes) {
  const edges = new Map();
  for (let k = 0; k + 1 < nodes.length; k++) {
    const room = { place: numberPlace(plan, k, HALF), single: numberPlace(plan, k) };
    nodes[k + 1].forEach((head, j) =>
      nodes[k].forEach((tail, i) => {
        const edge = makeEdge(plan.at[k][i], plan.at[k + 1][j], plan, room);
        edges.set(`${tail.name}-${head.name}`, edge);
      }),
    );
  }
  const [[loss], outputs] = [plan.at.at(-1), plan.at.at(-2)];
  const middle = { place: 0.5, single: 0.5 };
  outputs.forEach((from, j) => edges.set(`t${j + 1}`, makeEdge(from, loss, plan, middle)));
  return edges;
}

// Draw it: a Map from the name of each number to the parts that show it; "L" is the loss.
function drawGraph(svg, sizes, width, titles) {
  const nodes = nodesOf(sizes);
  const plan = placesIn(sizes, width);
  const edges = edgesOf(plan, nodes);
  const [loss] = plan.at.at(-1);
  const circles = new Map([["L", makeNode(loss, plan, "L")]]);
  nodes.forEach((column, k) =>
    column.forEach(({ name, symbol }, i) => circles.set(name, makeNode(plan.at[k][i], plan, symbol))),
  );
  const below = loss.x === plan.at.at(-2)[0].x ? titles : [...titles, "loss"];
  const words = below.map((title, k) => drawTitle(title, plan.at[k][0].x, plan.height - 2, width));
  svg.setAttribute("viewBox", `0 0 ${width} ${plan.height + 4}`);
  svg.setAttribute("height", plan.height + 4);
  svg.replaceChildren(
    make("svg:g", {}, ...[...edges.values()].map(({ group }) => group)),
    make("svg:g", {}, ...[...edges.values()].map(({ label }) => label)),
    make("svg:g", {}, ...[...circles.values()].map(({ group }) => group), ...words),
  );
  return new Map([...edges, ...circles]);
}

// A weight, and below it its gradient once that is known (else null).
function showEdge(part, weight, dw, isNear) {
  showWeight(part, weight, isNear);
  part.grad.textContent = dw === null ? "" : number(dw);
  const half = 3.4 * Math.max(part.text.textContent.length, part.grad.textContent.length) + 2;
  const [y, up] = dw === null ? [BOX.y, 0] : [HALF.y, 7];
  part.text.setAttribute("y", part.y - up);
  Object.entries({ x: part.x - half, width: 2 * half, y: part.y - y, height: 2 * y }).forEach((pair) =>
    part.box.setAttribute(...pair),
  );
}

function showTarget(part, t, j) {
  part.group.setAttribute("class", "edge target");
  part.text.textContent = `t${low(j + 1)} ${number(t)}`;
  const half = 3.4 * part.text.textContent.length + 2;
  part.box.setAttribute("x", part.x - half);
  part.box.setAttribute("width", 2 * half);
}

// A value and the gradient of its weighted sum, where they are known (else null).
function showValue(part, value, da) {
  showNode(part, value ?? 0);
  if (value === null) part.text.textContent = "?";
  part.da.textContent = da === null ? "" : `da ${number(da)}`;
}

// The lines and the node that a step is about, by name.
function placesOf(sizes, { kind, k, j }) {
  const nodes = nodesOf(sizes);
  const targets = nodes.at(-1).map((_, n) => `t${n + 1}`);
  if (kind === "start") return nodes[0].map(({ name }) => name);
  if (kind === "loss") return ["L", ...targets];
  const { name } = nodes[k + 1][j];
  if (kind !== "back") return [name, ...nodes[k].map((tail) => `${tail.name}-${name}`)];
  return [name, ...(nodes[k + 2]?.map((head) => `${name}-${head.name}`) ?? [targets[j]])];
}

function runPulses(parts, names, isBack) {
  const ends = [0, -100].map((strokeDashoffset) => ({ strokeDashoffset, opacity: 1 }));
  if (isBack) ends.reverse();
  for (const name of names)
    parts.get(name).pulse?.animate(ends, { duration: 420, easing: "ease-in-out" });
}

// The way: back, a slider over all steps, next; the formula of the step and what it finds.
function makeWay(model, steps, says) {
  const last = steps.length - 1;
  const go = (step) => {
    if (step < 0) says.say("This is the start.");
    else if (step > last) says.say("This was the last step. Update moves every weight against its slope.");
    else put(model, { step });
  };
  const slider = make("input", {
    type: "range",
    min: 0,
    max: last,
    step: 1,
    "aria-label": "Step",
    oninput: () => go(Number(slider.value)),
  });
  slider.style.setProperty("--origin", "0%");
  const back = button("‹ Back", () => go(model.get("step") - 1));
  const next = button("Next ›", () => go(model.get("step") + 1));
  const law = make("div", { class: "law" });
  const walk = make("div", { class: "walk zero" }, back, slider, next);
  const node = make("div", { class: "panel way" }, walk, ...says.nodes, law);
  const show = (step, lines) => {
    slider.value = step;
    slider.style.setProperty("--part", `${(100 * step) / last}%`);
    slider.setAttribute("aria-valuetext", `${step} of ${last}, ${steps[step].words}`);
    law.replaceChildren(...paragraphs(lines));
  };
  return { node, show };
}

// Show every number that is known at this step; those that the step is about stand out.
function showGraph(parts, byName, { state, flow, grads }, step, isKnown, selected) {
  const places = placesOf(sizesOf(state.weights), step);
  const isAhead = ["start", "forward", "loss"].includes(step.kind);
  for (const [name, part] of parts) {
    const { path } = byName.get(name) ?? { path: [name] };
    const [trait, k, j, i] = path;
    const isNear = places.includes(name);
    if (trait === "weights") {
      const dw = isKnown("weights", k, j) ? grads.grads_w[k][j][i] : null;
      showEdge(part, valueAt(state, path), dw, isNear || (isAhead && part.hasRoom));
    } else if (trait === "biases") {
      const y = isKnown("forward", k, j) ? flow.outs[k + 1][j] : null;
      showValue(part, y, isKnown("back", k, j) ? grads.das[k][j] : null);
    } else if (trait === "t") showTarget(part, state.t[k], k);
    else if (trait === "x") showValue(part, state.x[k], null);
    else showValue(part, isKnown("loss") ? grads.loss : null, null);
    part.group.classList.toggle("current", isNear);
    part.group.classList.toggle("selected", name === selected);
    part.label?.classList.toggle("selected", name === selected);
    if (part.isTight) part.label.classList.add("hidden");
  }
}

// All numbers of the present state.
function compute(model) {
  const state = { ...stateOf(model, TRAITS), activations: model.get("activations") };
  const flow = forward(state.weights, state.biases, state.activations, state.x);
  return { state, flow, grads: backward(state, flow) };
}

function learn(model, say) {
  const { state, grads } = compute(model);
  const moved = updated(state, grads);
  if (!moved) return say(`A weight would leave −${LIMIT} to ${LIMIT}: nothing was moved.`);
  put(model, moved);
  say(`Updated: L was ${plain(grads.loss)}, now it is ${plain(compute(model).grads.loss)}.`);
}

const targetsOf = (sizes) =>
  nodesOf(sizes)
    .at(-1)
    .map((_, j) => ({ name: `t${j + 1}`, words: `target t${low(j + 1)}`, path: ["t", j] }));

// The panels under the drawing: show(computed, step, selected) fills them.
function makePanels(model, steps, parameters, move) {
  const says = readout();
  const way = makeWay(model, steps, says);
  const choice = makeChoice(model, parameters, move, says.say);
  const update = button("", () => learn(model, says.say), { class: "update" });
  const numbers = make("div", { class: "panel" }, ...choice.nodes, update);
  const show = ({ state, flow, grads }, step, selected) => {
    way.show(state.step, linesOf(state, flow, grads, step));
    choice.show(state, selected);
    update.textContent = `Update: w − ${plain(state.lr)} · dw`;
    const result = resultOf(state, flow, grads, step);
    says.say(`Step ${state.step} of ${steps.length - 1}, ${step.words}:\n${result}`);
  };
  return { nodes: [way.node, numbers], show, says };
}

function render({ model, el }) {
  const sizes = sizesOf(model.get("weights"));
  const steps = stepsOf(sizes);
  const parameters = [...parametersOf(sizes), ...targetsOf(sizes)];
  const step = { name: "step", path: ["step"], low: 0, high: steps.length - 1, isWhole: true };
  const byName = new Map(parameters.map((p) => [p.name, p]));
  const order = new Map(steps.map(({ kind, k, j }, n) => [[kind, k, j].join(), n]));
  const selected = () => byName.get(model.get("selected"));
  const move = (value) => put(model, replaced(stateOf(model, TRAITS), selected().path, value));
  const panels = makePanels(model, steps, parameters, move);
  const svg = make("svg:svg", { class: "network", "aria-hidden": "true" });
  const stage = make("div", { class: "stage" }, svg);
  const words = "At a line its weight w, below it dw. In a node its value, below it da.";
  const key = make("p", { class: "key" }, words);
  fill(el, "backprop", make("div", {}, stage, key), ...panels.nodes);
  let parts, shown;

  const update = () => {
    const computed = compute(model);
    const now = computed.state.step;
    const isKnown = (kind, k, j) => order.get([kind, k, j].join()) <= now;
    showGraph(parts, byName, computed, steps[now], isKnown, selected().name);
    panels.show(computed, steps[now], selected());
    const isBack = now > steps.findIndex(({ kind }) => kind === "loss");
    if (shown !== undefined && shown !== now && !calm())
      runPulses(parts, placesOf(sizes, steps[now]), isBack);
    shown = now;
  };
  const draw = (width) => {
    parts = drawGraph(svg, sizes, width || 560, titlesOf(model.get("activations")));
    const take = (name) => {
      put(model, { selected: name });
      return valueAt(stateOf(model, TRAITS), selected().path);
    };
    for (const [name, { group }] of parts)
      if (byName.has(name)) makeDraggable(group, () => take(name), move);
    update();
  };
  const { say, stop } = panels.says;
  const ends = [onWidth(stage, draw), stop];
  const inAddress = [...parameters, step];
  return keepInStep(model, { traits: TRAITS, also: ["selected"], parameters: inAddress, update, say, ends });
}

export default { render };
