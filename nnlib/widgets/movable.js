// The numbers of a network under the hand: one is chosen, moved by slider, field or drag, and
// its formula stands below.

import { button, onPull } from "./elements.js";
import { makeStepper, sliderRow } from "./controls.js";
import { LIMIT, equals, inBrackets, plain } from "./numbers.js";
import { nodesOf, sizesOf } from "./names.js";
import { put, reset, valueAt } from "./state.js";

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

// Which number is moved, with its slider and field: show(state, parameter) sets them.
export function makeChoice(model, parameters, move, say) {
  const entries = parameters.map(({ name, words }) => [name, words]);
  const labels = ["Number to move", "Number before", "Next number"];
  const now = () => model.get("selected");
  const stepper = makeStepper(entries, labels, now, (selected) => put(model, { selected }));
  stepper.node.append(button("Reset", () => reset(model), { class: "reset" }));
  const row = sliderRow(move, say);
  const show = (state, parameter) => {
    stepper.show();
    row.name(parameter.words);
    row.show(valueAt(state, parameter.path));
  };
  return { nodes: [stepper.node, row.node], show };
}

// Sideways over a line or a node moves its number: 100 px are 1.
export function makeDraggable(group, start, move) {
  const pulled = (down) => {
    const from = start();
    return (event) => {
      const by = Math.round((event.clientX - down.clientX) / 5) * 0.05;
      if (by) move(Number(Math.max(-LIMIT, Math.min(LIMIT, from + by)).toFixed(10)));
    };
  };
  onPull(group, pulled, { scrolls: true });
}
