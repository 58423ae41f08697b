// The numbers of a network under the hand: one is chosen, moved by slider, field or drag, and
// its formula stands below.

import { LIMIT, button, equals, make, plain, put, reset, sliderRow, valueAt } from "./shared.js";
import { nodesOf, sizesOf } from "./network.js";

export const inBrackets = (v) => (v < 0 ? `(${plain(v)})` : plain(v));

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
  const select = (name) => put(model, { selected: name });
  const names = parameters.map((p) => p.name);
  const step = (by) => select(names.at((names.indexOf(model.get("selected")) + by) % names.length));
  const options = parameters.map((p) => make("option", { value: p.name }, p.words));
  const onchange = () => select(choice.value);
  const choice = make("select", { "aria-label": "Number to move", onchange }, ...options);
  const before = button("‹", () => step(-1), { "aria-label": "Number before" });
  const next = button("›", () => step(1), { "aria-label": "Next number" });
  const again = button("Reset", () => reset(model), { class: "reset" });
  const choosing = make("div", { class: "choice" }, before, choice, next, again);
  const row = sliderRow(move, say);
  const show = (state, parameter) => {
    choice.value = parameter.name;
    row.name(parameter.words);
    row.show(valueAt(state, parameter.path));
  };
  return { nodes: [choosing, row.node], show };
}

// Lines of parts as paragraphs; a part { mark } stands out.
export const toParagraphs = (lines) =>
  lines.map((parts) =>
    make("p", {}, ...parts.map((part) => (part.mark ? make("mark", {}, part.mark) : part))),
  );

// Sideways over a line or a node moves its number: 100 px are 1.
export function makeDraggable(group, start, move) {
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
