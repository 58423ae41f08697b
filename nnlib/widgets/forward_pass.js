// ForwardPass: numbers flow through a drawn network, and every one of them can be moved.
//
// Traits: weights[layer][node][input], biases[layer][node], x[input]; activations[layer];
// selected, the name of one number: "x1" an input, "h2" the bias of a node, "x1-h2" a weight.

import {
  calm,
  equals,
  fill,
  forward,
  fromAddress,
  keepInAddress,
  listen,
  make,
  put,
  readout,
  replaced,
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
  titlesOf,
} from "./network.js";
import { formula, makeChoice, makeDraggable, toParagraphs } from "./movable.js";

const TRAITS = ["weights", "biases", "x"];

// The lower part: which number, its slider and field, its formula, what comes out.
function makePanel(model, parameters, move, says) {
  const choice = makeChoice(model, parameters, move, says.say);
  const law = make("div", { class: "law" });
  const node = make("div", { class: "panel" }, ...choice.nodes, law, ...says.nodes);
  const show = (state, flow, selected) => {
    choice.show(state, selected);
    law.replaceChildren(...toParagraphs(formula(state, flow, selected)));
  };
  return { node, show };
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
  fill(el, "forward-pass", stage, panel.node);
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
    says.say(
      outputs.map(({ symbol }, i) => `${symbol} ${equals(flow.outs.at(-1)[i])}`).join("   "),
    );
  };

  const draw = () => {
    if (stage.clientWidth === width) return;
    width = stage.clientWidth;
    parts = drawNetwork(svg, sizes, width || 560, titlesOf(activations));
    for (const [name, { group }] of parts)
      makeDraggable(
        group,
        () => (put(model, { selected: name }), valueAt(now(), selected().path)),
        move,
      );
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
      if (refused.length)
        says.say(
          `The address has ${refused.join(", ")}, which fits no number here; it was left out.`,
        );
    },
  });
  return () => {
    clearTimeout(wave);
    for (const end of [forget, leave, says.stop, () => watch.disconnect()]) end();
  };
}

export default { render };
