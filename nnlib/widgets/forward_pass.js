// ForwardPass: numbers flow through a drawn network, and every one of them can be moved.
//
// Traits: weights[layer][node][input], biases[layer][node], x[input]; activations[layer];
// selected, the name of one number: "x1" an input, "h2" the bias of a node, "x1-h2" a weight.

import { calm, fill, make, onWidth, paragraphs, readout } from "./elements.js";
import { formula, makeChoice, makeDraggable } from "./movable.js";
import { nodesOf, parametersOf, sizesOf } from "./names.js";
import { drawNetwork, runPulse, showNode, showWeight, titlesOf } from "./network.js";
import { forward } from "./neurons.js";
import { equals } from "./numbers.js";
import { keepInStep, put, replaced, stateOf, valueAt } from "./state.js";

const TRAITS = ["weights", "biases", "x"];

// Show every number of a network in its drawing; those beside the selected one stand out.
function showNetwork(parts, byName, state, flow, selected) {
  const [trait, k, j] = selected.path;
  for (const [name, part] of parts) {
    const { path } = byName.get(name);
    const isFirst = path[0] === "weights" && path[1] === 0;
    const isNear = trait === "x" ? isFirst && path[3] === k : path[1] === k && path[2] === j;
    if (path[0] === "weights") showWeight(part, valueAt(state, path), isNear);
    else showNode(part, path[0] === "x" ? state.x[path[1]] : flow.outs[path[1] + 1][path[2]]);
    part.group.classList.toggle("selected", name === selected.name);
  }
}

function render({ model, el }) {
  const sizes = sizesOf(model.get("weights"));
  const parameters = parametersOf(sizes);
  const byName = new Map(parameters.map((p) => [p.name, p]));
  const activations = model.get("activations");
  const outputs = nodesOf(sizes).at(-1);
  const now = () => stateOf(model, TRAITS);
  const selected = () => byName.get(model.get("selected"));
  let wave, parts;
  const move = (value) => {
    put(model, replaced(now(), selected().path, value));
    clearTimeout(wave);
    if (!calm()) wave = setTimeout(() => runPulse(parts, sizes, selected()), 120);
  };
  const says = readout();
  const choice = makeChoice(model, parameters, move, says.say);
  const law = make("div", { class: "law" });
  const svg = make("svg:svg", { class: "network", "aria-hidden": "true" });
  const stage = make("div", { class: "stage" }, svg);
  fill(el, "forward-pass", stage, make("div", { class: "panel" }, ...choice.nodes, law, ...says.nodes));

  const update = () => {
    const state = { ...now(), activations };
    const flow = forward(state.weights, state.biases, activations, state.x);
    showNetwork(parts, byName, state, flow, selected());
    choice.show(state, selected());
    law.replaceChildren(...paragraphs(formula(state, flow, selected())));
    const said = outputs.map(({ symbol }, i) => `${symbol} ${equals(flow.outs.at(-1)[i])}`);
    says.say(said.join("   "));
  };
  const draw = (width) => {
    parts = drawNetwork(svg, sizes, width || 560, titlesOf(activations));
    const take = (name) => (put(model, { selected: name }), valueAt(now(), selected().path));
    for (const [name, { group }] of parts) makeDraggable(group, () => take(name), move);
    update();
  };
  const ends = [onWidth(stage, draw), says.stop, () => clearTimeout(wave)];
  return keepInStep(model, { traits: TRAITS, also: ["selected"], parameters, update, say: says.say, ends });
}

export default { render };
