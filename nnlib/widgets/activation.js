// Activation: one function with its slope and its tangent, and two layers with and without it.
//
// Traits: f, the name of the function; x; slope, that of leaky_relu; weights[layer][node][input]
// and biases[layer][node] of a 1-n-1 network; selected, the name of one of their numbers.

import { namedSlider } from "./controls.js";
import { fill, make, onPull, onWidth, paragraphs, readout, select } from "./elements.js";
import { makeChoice } from "./movable.js";
import { parametersOf } from "./names.js";
import { activate, activateDer, forward } from "./neurons.js";
import { equals, plain, signed } from "./numbers.js";
import { pathOf } from "./plot.js";
import { keepInStep, put, replaced, stateOf } from "./state.js";

const REACH = 6; // the plots go from −6 to 6, farther where x is
const HEIGHT = 210;
const LEFT = 44; // room for the numbers beside a plot

export const reachOf = (x) => Math.max(REACH, Math.ceil(Math.abs(x)));

const value = ({ f, slope }, x) => activate({ f, slope }, [x])[0];
const rise = ({ f, slope }, x) => activateDer({ f, slope }, [x])[0];

// The two layers, with the activation between them, at x.
export function twoLayers({ weights, biases, f, slope }, x) {
  const activations = [{ f, slope }, { f: "identity" }];
  return forward(weights, biases, activations, [x]).outs[2][0];
}

// What they are without it: a line, { a, b } of a·x + b.
export function collapse({ weights: [w, [v]], biases: [b, [c]] }) {
  const sum = (terms) => terms.reduce((s, term) => s + term, 0);
  return { a: sum(v.map((v_j, j) => v_j * w[j][0])), b: sum(v.map((v_j, j) => v_j * b[j])) + c };
}

// All numbers of the figure at x.
export function numbersOf(state) {
  const { x } = state;
  const line = collapse(state);
  const [y, der] = [value(state, x), rise(state, x)];
  return {
    y,
    der,
    foot: y - der * x,
    bent: twoLayers(state, x),
    line,
    straight: line.a * x + line.b,
  };
}

// Points [x, y] of g, one list per part between the kinks; a jump stays a gap.
export function sample(g, end, kinks) {
  const inside = kinks.filter((k) => Math.abs(k) < end).sort((p, q) => p - q);
  const cuts = [-end, ...inside, end];
  return cuts.slice(1).map((hi, n) => {
    const lo = cuts[n];
    const count = Math.max(2, Math.round((100 * (hi - lo)) / end));
    return Array.from({ length: count }, (_, i) => {
      const x = lo + (hi - lo) * (1e-6 + ((1 - 2e-6) * i) / (count - 1));
      return [x, g(x)];
    });
  });
}

// Round numbers, at most a handful, the first ≤ lo and the last ≥ hi.
export function ticksAround(lo, hi) {
  const size = 10 ** Math.floor(Math.log10(hi - lo));
  const step = [0.25, 0.5, 1, 2.5].map((m) => size * m).find((s) => hi - lo <= 4 * s);
  const first = Math.floor(lo / step);
  return Array.from({ length: Math.ceil(hi / step) - first + 1 }, (_, i) => step * (first + i));
}

const SYMBOL = {
  step: "step",
  identity: "id",
  sigmoid: "σ",
  tanh: "tanh",
  relu: "ReLU",
  leaky_relu: "LReLU",
};
const TITLE = {
  step: "step",
  identity: "identity",
  sigmoid: "sigmoid",
  tanh: "tanh",
  relu: "ReLU",
  leaky_relu: "Leaky ReLU",
};
const RULE = {
  step: () => "1 where x > 0, else 0",
  identity: () => "x",
  sigmoid: () => "1 / (1 + e⁻ˣ)",
  tanh: () => "2 σ(2x) − 1",
  relu: () => "max(x, 0)",
  leaky_relu: (slope) => `max(x, ${plain(slope)} · x)`,
};
const DER = {
  step: () => "0",
  identity: () => "1",
  sigmoid: (y) => `y (1 − y) = ${plain(y)} · ${plain(1 - y)}`,
  tanh: (y) => `1 − y² = 1 − ${plain(y * y)}`,
  relu: (y, x) => (x > 0 ? "1, since x > 0" : "0, since x ≤ 0"),
  leaky_relu: (y, x, slope) => (x > 0 ? "1, since x > 0" : `${plain(slope)}, since x ≤ 0`),
};

// What is worth saying of this place.
export function remark({ f, x, slope }, { der }) {
  if (f === "identity") return "A straight line: its slope is 1 everywhere.";
  if (f === "leaky_relu" && slope === 1) return "With slope 1 it is the identity.";
  if (f === "leaky_relu" && slope === 0) return "With slope 0 it is ReLU.";
  if (x === 0 && f === "step") return "It jumps here and has no slope; 0 is agreed on.";
  if (x === 0 && f.endsWith("relu")) return `A kink has no slope; ${plain(der)} is agreed on.`;
  if (f === "step") return "Flat on both sides: no slope to follow.";
  if (f === "relu" && x < 0) return "Silent: no slope comes through.";
  if (f === "leaky_relu" && x < 0) return "Quiet, but a little slope comes through.";
  if (f.endsWith("relu")) return "The slope comes through whole.";
  return der < 0.01 ? "Saturated: hardly any slope comes through." : "";
}

// How the numbers come about: a line of words each, for the curve and for the two layers.
export function formulas(state) {
  const { f, x, slope } = state;
  const all = numbersOf(state);
  const { y, der, foot, line, bent, straight } = all;
  const isWord = ["relu", "leaky_relu", "step", "identity"].includes(f);
  const law = DER[f](y, x, slope);
  return {
    curve: [
      `y = ${SYMBOL[f]}(x) = ${RULE[f](slope)}`,
      `y ${equals(y)}`,
      `slope = ${law}${isWord ? "" : ` ${equals(der)}`}`,
      `tangent: ${plain(der)} · x ${signed(foot)}`,
      remark(state, all),
    ],
    layers: [
      "h = f(w · x + b) in each hidden node; then the sum of all w · h, plus b",
      `with ${TITLE[f]} as f ${equals(bent)}`,
      `without f: ${plain(line.a)} · x ${signed(line.b)} ${equals(straight)}`,
      f === "identity" ? "Both are the same line." : "Whatever the weights, that is a line.",
    ],
  };
}

export function parametersIn(state) {
  const sizes = [1, state.weights[0].length, 1];
  return [
    { name: "f", path: ["f"], options: Object.keys(SYMBOL) },
    { name: "x", path: ["x"] },
    { name: "slope", path: ["slope"], low: 0, high: 1 },
    ...parametersOf(sizes).filter(({ path }) => path[0] !== "x"),
  ];
}

// Draw a plot from −end to end: lines are { kind, parts }, shown and least decide its height;
// x is the place, at the points on it.
function drawPlot(svg, width, end, { lines, shown, least, x, at }) {
  const heights = shown.flat().map(([, y]) => y);
  const marks = ticksAround(Math.min(least[0], ...heights), Math.max(least[1], ...heights));
  const inside = width - LEFT - 12;
  const across = (v) => ((v + end) / (2 * end)) * inside;
  const down = (v) => (0.95 - (0.9 * (v - marks[0])) / (marks.at(-1) - marks[0])) * HEIGHT;
  const path = (kind, d) => make("svg:path", { class: kind, d });
  const toPath = (part) => pathOf(part.map(([u, v]) => [across(u), down(v)]));
  const inner = make(
    "svg:svg",
    { class: "inside", x: LEFT, y: 4, width: inside, height: HEIGHT },
    ...marks.map((mark) => path(mark === 0 ? "axis" : "grid", `M0,${down(mark)}H${inside}`)),
    path("place", `M${across(x)},0V${HEIGHT}`),
    ...lines.map(({ kind, parts }) => path(`line ${kind}`, parts.map(toPath).join(""))),
    ...at.map(({ kind, y }) => make("svg:circle", { class: `dot ${kind}`, cx: across(x), cy: down(y) })),
  );
  const label = (v, attributes) => make("svg:text", attributes, plain(v));
  const beside = marks.map((v) => label(v, { class: "beside", x: LEFT - 6, y: down(v) + 4 }));
  const below = [-end, 0, end].map((v) => label(v, { x: LEFT + across(v), y: HEIGHT + 20 }));
  svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT + 26}`);
  svg.setAttribute("height", HEIGHT + 26);
  svg.replaceChildren(inner, ...beside, ...below);
}

// The first plot: the curve, its slope, its tangent.
function curvePlan(state, end, ends) {
  const { y, der, foot } = numbersOf(state);
  const curve = sample((v) => value(state, v), end, [0]);
  const slopes = sample((v) => rise(state, v), end, [0]);
  return {
    lines: [
      { kind: "third", parts: ends(der, foot) },
      { kind: "first", parts: curve },
      { kind: "second", parts: slopes },
    ],
    shown: [...curve, ...slopes],
    least: [0, 1],
    heights: [y, der],
  };
}

// The second: the two layers with the activation and without it.
function layersPlan(state, end, ends) {
  const { weights, biases } = state;
  const { bent, line, straight } = numbersOf(state);
  const kinks = weights[0].flatMap(([w], j) => (w ? [-biases[0][j] / w] : []));
  const layers = sample((v) => twoLayers(state, v), end, kinks);
  const flat = ends(line.a, line.b);
  return {
    lines: [
      { kind: "first", parts: layers },
      { kind: "second", parts: flat },
    ],
    shown: [...layers, ...flat],
    least: [-1, 1],
    heights: [bent, straight],
  };
}

// What both plots show of a state.
function plansOf(state) {
  const end = reachOf(state.x);
  const ends = (a, b) => [[-end, end].map((v) => [v, a * v + b])];
  return [curvePlan, layersPlan].map((planOf) => {
    const { heights, ...plan } = planOf(state, end, ends);
    const at = ["first", "second"].map((kind, n) => ({ kind, y: heights[n] }));
    return { ...plan, x: state.x, at };
  });
}

// Touching a plot anywhere, or moving along it, sets x.
function makeTouchable(svg, end, onx) {
  const take = (event) => {
    const { left, width } = svg.getBoundingClientRect();
    const share = (event.clientX - left - LEFT) / (width - LEFT - 12);
    const step = end() / 120;
    const x = Math.round(((2 * share - 1) * end()) / step) * step;
    onx(Number(Math.max(-end(), Math.min(end(), x)).toFixed(10)) + 0);
  };
  onPull(svg, (down) => (take(down), take), { scrolls: true });
}

const KEYS = [
  [["first", "y"], ["second", "its slope"], ["third", "tangent"]],
  [["first", "two layers with it"], ["second", "without it"]],
];
const legend = (entries) =>
  make("p", { class: "legend" }, ...entries.map(([kind, words]) => make("span", { class: `key ${kind}` }, words)));

// A plot, what its lines are, and the formulas: show(state, plan, lines) fills them.
function makeHalf(n, onx, end) {
  const svg = make("svg:svg", { class: "plot", "aria-hidden": "true" });
  const law = make("div", { class: "law" });
  const node = make("div", { class: "half" }, svg, legend(KEYS[n]), law);
  makeTouchable(svg, end, onx);
  const show = (state, plan, lines) => {
    drawPlot(svg, node.clientWidth || 340, end(), plan);
    law.replaceChildren(...paragraphs(lines.filter(Boolean)));
  };
  return { node, show };
}

// Function, x and, for Leaky ReLU, its slope: show(state) sets them.
function makeControls(move, say) {
  const choice = select(Object.entries(TITLE), (name) => move(["f"], name));
  const x = namedSlider({ words: "x", onvalue: (v) => move(["x"], v), say, reach: REACH });
  const range = { low: 0, high: 1, step: 0.01 };
  const onvalue = (v) => move(["slope"], v);
  const slope = namedSlider({ words: "slope", label: "slope of Leaky ReLU", onvalue, say, ...range });
  const node = make("div", { class: "controls" }, make("label", {}, "Function", choice), x.node);
  const show = (state) => {
    choice.value = state.f;
    x.show(state.x);
    slope.show(state.slope);
    if (state.f !== "leaky_relu") slope.node.remove();
    else if (!slope.node.parentNode) node.append(slope.node);
  };
  return { node, show };
}

const TRAITS = ["f", "x", "slope", "weights", "biases"];

function render({ model, el }) {
  const now = () => stateOf(model, TRAITS);
  const parameters = parametersIn(now());
  const move = (path, v) => put(model, replaced(now(), path, v));
  const says = readout();
  const controls = makeControls(move, says.say);
  const selected = () => parameters.find(({ name }) => name === model.get("selected"));
  const layers = makeChoice(model, parameters.slice(3), (v) => move(selected().path, v), says.say);
  const end = () => reachOf(model.get("x"));
  const halves = [0, 1].map((n) => makeHalf(n, (v) => move(["x"], v), end));
  halves[1].node.append(...layers.nodes);
  fill(el, "activation", controls.node, ...says.nodes, ...halves.map(({ node }) => node));

  const update = () => {
    const state = now();
    const { y, der, bent, straight } = numbersOf(state);
    const { curve, layers: sums } = formulas(state);
    controls.show(state);
    layers.show(state, selected());
    plansOf(state).forEach((plan, n) => halves[n].show(state, plan, [curve, sums][n]));
    const both = `two layers ${equals(bent)}, without it ${equals(straight)}`;
    says.say(`y ${equals(y)}, slope ${equals(der)}; ${both}`);
  };
  const ends = [onWidth(halves[0].node, update), says.stop];
  return keepInStep(model, { traits: TRAITS, also: ["selected"], parameters, update, say: says.say, ends });
}

export default { render };
