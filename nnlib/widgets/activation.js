// Activation: one function with its slope and its tangent, and two layers with and without it.
//
// Traits: f, the name of the function; x; slope, that of leaky_relu; weights[layer][node][input]
// and biases[layer][node] of a 1-n-1 network; selected, the name of one of their numbers.

import {
  activate,
  activateDer,
  equals,
  fill,
  forward,
  fromAddress,
  keepInAddress,
  listen,
  make,
  plain,
  put,
  readout,
  replaced,
  sliderRow,
  toAddress,
} from "./shared.js";
import { makeChoice } from "./movable.js";
import { parametersOf } from "./network.js";

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
export function ticks(lo, hi) {
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
  const signed = (v) => (v < 0 ? `− ${plain(-v)}` : `+ ${plain(v)}`);
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

// Draw a plot: lines are { kind, parts }, the first ones decide its height; at, points on it.
function drawPlot(svg, width, end, { lines, shown, least, x, at }) {
  const heights = shown.flat().map(([, y]) => y);
  const marks = ticks(Math.min(least[0], ...heights), Math.max(least[1], ...heights));
  const inside = width - LEFT - 12;
  const across = (v) => ((v + end) / (2 * end)) * inside;
  const down = (v) => (0.95 - (0.9 * (v - marks[0])) / (marks.at(-1) - marks[0])) * HEIGHT;
  const place = { class: "inside", x: LEFT, y: 4, width: inside, height: HEIGHT };
  const path = (kind, d) => make("svg:path", { class: kind, d });
  const toPath = (part) =>
    `M${part.map(([u, v]) => `${across(u).toFixed(1)},${down(v).toFixed(1)}`).join("L")}`;
  const inner = make(
    "svg:svg",
    place,
    ...marks.map((mark) => path(mark === 0 ? "axis" : "grid", `M0,${down(mark)}H${inside}`)),
    path("place", `M${across(x)},0V${HEIGHT}`),
    ...lines.map(({ kind, parts }) => path(`line ${kind}`, parts.map(toPath).join(""))),
    ...at.map(({ kind, y }) =>
      make("svg:circle", { class: `dot ${kind}`, cx: across(x), cy: down(y) }),
    ),
  );
  const label = (words, attributes) => make("svg:text", attributes, words);
  const beside = marks.map((mark) =>
    label(plain(mark), { class: "beside", x: LEFT - 6, y: down(mark) + 4 }),
  );
  const below = [-end, 0, end].map((v) => label(plain(v), { x: LEFT + across(v), y: HEIGHT + 20 }));
  svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT + 26}`);
  svg.setAttribute("height", HEIGHT + 26);
  svg.replaceChildren(inner, ...beside, ...below);
}

// What the first plot shows of a state, and what the second.
function plansOf(state) {
  const { x, weights, biases } = state;
  const end = reachOf(x);
  const { y, der, foot, bent, line, straight } = numbersOf(state);
  const curve = sample((v) => value(state, v), end, [0]);
  const slopes = sample((v) => rise(state, v), end, [0]);
  const ends = (a, b) => [[-end, end].map((v) => [v, a * v + b])];
  const kinks = weights[0].flatMap(([w], j) => (w ? [-biases[0][j] / w] : []));
  const layers = sample((v) => twoLayers(state, v), end, kinks);
  const flat = ends(line.a, line.b);
  return [
    {
      lines: [
        { kind: "third", parts: ends(der, foot) },
        { kind: "first", parts: curve },
        { kind: "second", parts: slopes },
      ],
      shown: [...curve, ...slopes],
      least: [0, 1],
      at: [
        { kind: "first", y },
        { kind: "second", y: der },
      ],
    },
    {
      lines: [
        { kind: "first", parts: layers },
        { kind: "second", parts: flat },
      ],
      shown: [...layers, ...flat],
      least: [-1, 1],
      at: [
        { kind: "first", y: bent },
        { kind: "second", y: straight },
      ],
    },
  ];
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
  svg.addEventListener("pointerdown", (down) => {
    svg.setPointerCapture(down.pointerId);
    svg.addEventListener("pointermove", take);
    const stop = () => svg.removeEventListener("pointermove", take);
    svg.addEventListener("lostpointercapture", stop, { once: true });
    take(down);
  });
}

const legend = (entries) =>
  make(
    "p",
    { class: "legend" },
    ...entries.map(([kind, words]) => make("span", { class: `key ${kind}` }, words)),
  );

const named = (words, row) =>
  make("div", { class: "named" }, make("span", { "aria-hidden": "true" }, words), row.node);

const TRAITS = ["f", "x", "slope", "weights", "biases"];

function render({ model, el }) {
  const now = () => Object.fromEntries(TRAITS.map((name) => [name, model.get(name)]));
  const parameters = parametersIn(now());
  const move = (path, v) => put(model, replaced(now(), path, v));
  const says = readout();
  const options = Object.entries(TITLE).map(([name, words]) =>
    make("option", { value: name }, words),
  );
  const choice = make("select", { onchange: () => move(["f"], choice.value) }, ...options);
  const function_ = make("label", {}, "Function", choice);
  const x = sliderRow((v) => move(["x"], v), says.say, { reach: REACH });
  const slope = sliderRow((v) => move(["slope"], v), says.say, { low: 0, high: 1, step: 0.01 });
  x.name("x");
  slope.name("slope of Leaky ReLU");
  const leak = named("slope", slope);
  const selected = () => parameters.find(({ name }) => name === model.get("selected"));
  const layers = makeChoice(model, parameters.slice(3), (v) => move(selected().path, v), says.say);
  const svgs = [0, 1].map(() => make("svg:svg", { class: "plot", "aria-hidden": "true" }));
  const laws = [0, 1].map(() => make("div", { class: "law" }));
  const legends = [
    [
      ["first", "y"],
      ["second", "its slope"],
      ["third", "tangent"],
    ],
    [
      ["first", "two layers with it"],
      ["second", "without it"],
    ],
  ].map(legend);
  const halves = svgs.map((svg, n) =>
    make("div", { class: "half" }, svg, legends[n], laws[n], ...(n ? layers.nodes : [])),
  );
  const controls = make("div", { class: "controls" }, function_, named("x", x));
  fill(el, "activation", controls, ...says.nodes, ...halves);

  let width;
  const update = () => {
    const state = now();
    width = halves[0].clientWidth;
    const { y, der, bent, straight } = numbersOf(state);
    const said = formulas(state);
    choice.value = state.f;
    x.show(state.x);
    slope.show(state.slope);
    if (state.f !== "leaky_relu") leak.remove();
    else if (!leak.parentNode) controls.append(leak);
    layers.show(state, selected());
    [said.curve, said.layers].forEach((lines, n) =>
      laws[n].replaceChildren(...lines.map((words) => make("p", {}, words))),
    );
    plansOf(state).forEach((plan, n) =>
      drawPlot(svgs[n], width || 340, reachOf(state.x), { ...plan, x: state.x }),
    );
    says.say(
      `y ${equals(y)}, slope ${equals(der)}; two layers ${equals(bent)}, without it ${equals(straight)}`,
    );
  };

  svgs.forEach((svg) =>
    makeTouchable(
      svg,
      () => reachOf(model.get("x")),
      (v) => move(["x"], v),
    ),
  );
  update();
  const watch = new ResizeObserver(() => width === halves[0].clientWidth || update());
  watch.observe(halves[0]);
  const forget = listen(model, [...TRAITS, "selected"], update);
  const leave = keepInAddress(model, TRAITS, {
    write: () => toAddress(now(), model.get("start"), parameters),
    read: (found) => {
      const { state, refused } = fromAddress(model.get("start"), found, parameters);
      put(model, state);
      if (refused.length)
        says.say(
          `The address has ${refused.join(", ")}, which means nothing here; it was left out.`,
        );
    },
  });
  return () => {
    for (const end of [forget, leave, says.stop, () => watch.disconnect()]) end();
  };
}

export default { render };
