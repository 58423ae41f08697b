// OptimizerRace: six optimizers on one landscape, from one start; the hand sets start,
// rates and momentum, and lets them step.
//
// Traits: landscape, w0 [w₁, w₂], lr, lr_adaptive, momentum, steps, focus, a name or "all";
// pens { name: [color, dashes, mark] }; contours { landscape: data of a path, in px }.

import { makePlayer, namedSlider, sliderRow } from "./controls.js";
import { button, fill, make, onPull, readout, select } from "./elements.js";
import { number, plain } from "./numbers.js";
import { keepInStep, put, replaced, reset, stateOf, valueAt } from "./state.js";

export const MOST = 100;
const FAR = 10000; // a weight beyond it: diverged
const VIEW = [[-4, 4], [-3, 3]];
const PX = 50;

// (w₁, w₂) -> [loss, slopes]; every product and sum in Python's order.
export const LANDSCAPES = {
  valley: (w1, w2) => [(w1 * w1) / 16 + w2 * w2, [w1 / 8, 2 * w2]],
  bend: (w1, w2) => {
    const [off, left] = [w2 - (w1 * w1) / 4 + 1, w1 - 2];
    return [(left * left) / 20 + off * off, [left / 10 - w1 * off, 2 * off]];
  },
  "two hollows": (w1, w2) => {
    const out = (w1 * w1) / 4 - 1;
    return [out * out + (w2 * w2) / 2, [w1 * out, w2]];
  },
};

// b to the power of k with twice the digits, rounded once: browsers' own powers may be off
// in the last digit, and where Adam jumps to and fro, that digit grows into another path.
export function power(b, k) {
  const split = (v) => {
    const c = 134217729 * v; // 2²⁷ + 1
    const high = c - (c - v);
    return [high, v - high];
  };
  let [product, rest] = [1, 0];
  for (let n = 0; n < k; n++) {
    const whole = product * b;
    const [[p, p_low], [q, q_low]] = [split(product), split(b)];
    const lost = p * q - whole + p * q_low + p_low * q + p_low * q_low + rest * b;
    product = whole + lost;
    rest = lost - (product - whole);
  }
  return product;
}

// What moves one weight: (w, its slope, the number of the step) -> w after the step. Each
// keeps its own memory, zero at first; settings, decay, beta2 and eps are those of nnlib.
const RULES = {
  SGD: ({ lr }) => (w, g) => w - lr * g,
  Momentum: ({ lr, momentum }) => {
    let v = 0;
    return (w, g) => w + (v = momentum * v - lr * g);
  },
  Nesterov: ({ lr, momentum }) => {
    let v = 0;
    return (w, g) => {
      v = momentum * v - lr * g;
      return w + (momentum * v - lr * g);
    };
  },
  AdaGrad: ({ lr_adaptive: lr }) => {
    let s = 0;
    return (w, g) => {
      s += g * g;
      return w - (lr * g) / (Math.sqrt(s) + 1e-8);
    };
  },
  RMSProp: ({ lr_adaptive: lr }) => {
    let s = 0;
    return (w, g) => {
      s += (1 - 0.9) * (g * g - s);
      return w - (lr * g) / (Math.sqrt(s) + 1e-8);
    };
  },
  Adam: ({ lr_adaptive: lr, momentum: beta1 }) => {
    let [m, v] = [0, 0];
    return (w, g, k) => {
      m += (1 - beta1) * (g - m);
      v += (1 - 0.999) * (g * g - v);
      const root = Math.sqrt(1 - power(0.999, k));
      return w - ((lr / (1 - power(beta1, k))) * m) / (Math.sqrt(v) / root + 1e-8);
    };
  },
};

const NAMES = Object.keys(RULES);

// { name: places [w₁, w₂], the start first }; a path ends early before a weight beyond FAR.
export function race(state, steps = state.steps) {
  const slopesAt = (w) => LANDSCAPES[state.landscape](...w)[1];
  const walk = (rule) => {
    const moves = [rule(state), rule(state)];
    const path = [state.w0];
    for (let k = 1; k <= steps; k++) {
      const slopes = slopesAt(path.at(-1));
      const w = path.at(-1).map((v, i) => moves[i](v, slopes[i], k));
      if (!w.every((v) => Math.abs(v) <= FAR)) break;
      path.push(w);
    }
    return path;
  };
  return Object.fromEntries(NAMES.map((name) => [name, walk(RULES[name])]));
}

export const lossAt = (landscape, w) => LANDSCAPES[landscape](...w)[0];

const joined = (names) => names.join(", ").replace(/, ([^,]*)$/, " and $1");

// Where the race stands, in words: who is lowest, who is gone.
export function report(state, paths, steps = state.steps) {
  const [start, slopes] = LANDSCAPES[state.landscape](...state.w0);
  if (!slopes.some(Boolean)) return "The ground is level at the start: no slope, no step.";
  if (!steps) return `All six stand at the start, with the loss ${plain(start)}.`;
  const gone = NAMES.filter((name) => paths[name].length <= steps);
  const rest = NAMES.filter((name) => !gone.includes(name));
  const words = [];
  if (rest.length) {
    const losses = rest.map((name) => lossAt(state.landscape, paths[name].at(-1)));
    const least = Math.min(...losses);
    const first = rest.filter((_, i) => losses[i] === least);
    words.push(`Step ${steps}: ${joined(first)} lowest, loss ${number(least)}.`);
  } else words.push(`Step ${steps}:`);
  if (gone.length) words.push(`${joined(gone)} diverged: lower the lr.`);
  return words.join(" ");
}

const toPx = ([w1, w2]) => [PX * (w1 - VIEW[0][0]), PX * (VIEW[1][1] - w2)];
const isSeen = (w) => w.every((v, i) => v >= VIEW[i][0] && v <= VIEW[i][1]);
const through = (path) => `M${path.map((w) => toPx(w).map((v) => v.toFixed(1))).join("L")}`;

// Places of the hand are noted to 0.05 and lie in the view.
export const placed = (w) =>
  w.map((v, i) => Math.max(VIEW[i][0], Math.min(VIEW[i][1], Math.round(v * 20) / 20)) + 0);

// The way and the mark of one optimizer: show(path, isFaint).
function drawRacer([color, dashes, shape]) {
  const trail = make("svg:path", { class: "trail", stroke: color, "stroke-dasharray": dashes });
  const mark = make("svg:path", { class: "mark", d: shape, fill: color });
  const group = make("svg:g", { class: "racer" }, trail, mark);
  const show = (path, isFaint) => {
    trail.setAttribute("d", through(path));
    mark.setAttribute("transform", `translate(${toPx(path.at(-1))})`);
    group.classList.toggle("faint", isFaint);
  };
  return { group, show };
}

function makeStage(pens, move) {
  const ground = make("svg:path", { class: "ground" });
  const area = make("svg:rect", { class: "area", width: 400, height: 300 });
  const racers = NAMES.map((name) => ({ name, ...drawRacer(pens[name]) }));
  const rings = [["reach", 28], ["ring", 8]].map(([name, r]) => make("svg:circle", { class: name, r }));
  const grip = make("svg:g", { class: "grip" }, ...rings);
  const shape = { viewBox: "-1 -1 402 302", "aria-hidden": "true" };
  const svg = make("svg:svg", shape, ground, area, ...racers.map((r) => r.group), grip);
  const pull = (event) => {
    const { left, top, width } = area.getBoundingClientRect();
    const unit = width / (VIEW[0][1] - VIEW[0][0]);
    const [across, down] = [(event.clientX - left) / unit, (event.clientY - top) / unit];
    move(placed([VIEW[0][0] + across, VIEW[1][1] - down]));
  };
  area.addEventListener("click", pull);
  onPull(grip, () => pull);
  const show = (state, paths, contour) => {
    if (ground.getAttribute("d") !== contour) ground.setAttribute("d", contour);
    for (const { name, group, show } of racers) {
      show(paths[name], !["all", name].includes(state.focus));
      if (state.focus === name) svg.insertBefore(group, grip);
    }
    grip.setAttribute("transform", `translate(${toPx(state.w0)})`);
  };
  return { svg, show };
}

// A row of the table: its key is a button, its cells tell where the path has come.
function makeRow(name, [color, dashes, shape], onpress) {
  const pen = { stroke: color, "stroke-dasharray": dashes, "stroke-width": 2.5 };
  const line = make("svg:path", { d: "M0,10H36", ...pen });
  const mark = make("svg:path", { d: shape, fill: color, transform: "translate(18 10)" });
  const size = { viewBox: "0 0 36 20", width: 36, height: 20, "aria-hidden": "true" };
  const choose = button("", onpress, { "aria-pressed": "false" });
  choose.append(make("svg:svg", size, line, mark), name);
  const cells = [make("td"), make("td")];
  const row = make("tr", {}, make("th", { scope: "row" }, choose), ...cells);
  const show = (state, path, steps) => {
    const w = path.at(-1);
    const isGone = path.length <= steps;
    choose.setAttribute("aria-pressed", `${state.focus === name}`);
    const place = `${w.map(twoDigits).join(", ")}${isSeen(w) ? "" : " (outside)"}`;
    cells[0].textContent = isGone ? "diverged" : number(lossAt(state.landscape, w));
    cells[1].textContent = isGone ? `at step ${path.length}` : place;
  };
  return { row, show };
}

// A place as it can be seen in the drawing: 2e−14 is 0.00 there.
const twoDigits = (v) => number(Number(v.toFixed(2)));

// The six with their losses; a press on a name lets its path stand out, or all again.
function makeTable(pens, focusNow, focusOn) {
  const rows = NAMES.map((name) => {
    const onpress = () => focusOn(focusNow() === name ? "all" : name);
    return { name, ...makeRow(name, pens[name], onpress) };
  });
  const heads = ["optimizer", "loss", "w₁, w₂"].map((words) => make("th", { scope: "col" }, words));
  const head = make("thead", {}, make("tr", {}, ...heads));
  const body = make("tbody", {}, ...rows.map(({ row }) => row));
  const node = make("table", { "aria-label": "The six optimizers" }, head, body);
  const show = (state, paths, steps) => {
    for (const { name, show } of rows) show(state, paths[name], steps);
  };
  return { node, show };
}

const ROWS = [
  { path: ["lr"], words: "lr: SGD, Momentum, Nesterov", low: 0, high: 10, reach: 2, step: 0.01 },
  { path: ["lr_adaptive"], words: "lr: AdaGrad, RMSProp, Adam", low: 0, high: 10, reach: 2, step: 0.01 },
  { path: ["momentum"], words: "momentum (in Adam: beta1)", low: 0, high: 0.99, reach: 1, step: 0.01 },
  { path: ["w0", 0], words: "start w₁", low: -4, high: 4, reach: 4, step: 0.05 },
  { path: ["w0", 1], words: "start w₂", low: -3, high: 3, reach: 3, step: 0.05 },
];
const TRAITS = ["landscape", "w0", "lr", "lr_adaptive", "momentum", "steps", "focus"];

export const PARAMETERS = [
  { name: "landscape", path: ["landscape"], options: Object.keys(LANDSCAPES) },
  { name: "lr", path: ["lr"], low: 0, high: 10 },
  { name: "lr_adaptive", path: ["lr_adaptive"], low: 0, high: 10 },
  { name: "momentum", path: ["momentum"], low: 0, high: 0.99 },
  { name: "w1", path: ["w0", 0], low: -4, high: 4 },
  { name: "w2", path: ["w0", 1], low: -3, high: 3 },
  { name: "steps", path: ["steps"], low: 0, high: MOST, isWhole: true },
  { name: "focus", path: ["focus"], options: ["all", ...NAMES] },
];

// Back, step, play and the count of steps: show(steps) sets them.
function makeTools(model, update, say) {
  const noted = () => model.get("steps");
  const write = (steps) => put(model, { steps });
  const player = makePlayer({ noted, write, show: update, most: MOST, wait: 120 });
  const back = button("‹ Back", () => player.goTo(player.at() - 1));
  const forth = button("Step ›", () => player.goTo(player.at() + 1));
  const count = sliderRow(player.goTo, say, { low: 0, high: MOST, reach: MOST, step: 1 });
  count.name("steps");
  const node = make("div", { class: "tools" }, back, forth, player.node);
  const show = (steps) => {
    count.show(steps);
    back.disabled = steps === 0;
    forth.disabled = steps >= MOST;
  };
  return { nodes: [node, count.node], player, show };
}

function render({ model, el }) {
  const pens = model.get("pens");
  const now = () => stateOf(model, TRAITS);
  const move = (values) => put(model, values);
  const says = readout();
  const tools = makeTools(model, () => update(), says.say);
  const { pause, stop, at } = tools.player;
  const stage = makeStage(pens, (w0) => move({ w0 }));
  const table = makeTable(pens, () => model.get("focus"), (focus) => move({ focus }));
  const sliders = ROWS.map(({ path, ...row }) => {
    const onvalue = (v) => move(replaced(now(), path, v));
    return { path, ...namedSlider({ ...row, onvalue, say: says.say }) };
  });
  const names = Object.keys(LANDSCAPES).map((name) => [name]);
  const choice = select(names, (landscape) => move({ landscape }), { "aria-label": "Landscape" });
  const again = button("Reset", () => (pause(), reset(model)), { class: "reset" });
  const choosing = make("div", { class: "choice" }, choice, again);
  const left = make("div", { class: "stage" }, stage.svg, ...tools.nodes, ...says.nodes);
  const panel = make("div", { class: "panel" }, choosing, ...sliders.map(({ node }) => node));
  fill(el, "race", left, panel, table.node);

  const update = () => {
    const [state, steps] = [now(), at()];
    const paths = race(state, steps);
    choice.value = state.landscape;
    for (const slider of sliders) slider.show(valueAt(state, slider.path));
    tools.show(steps);
    stage.show(state, paths, model.get("contours")[state.landscape]);
    table.show(state, paths, steps);
    says.say(report(state, paths, steps));
  };
  update();
  const parameters = PARAMETERS;
  const ends = [stop, says.stop];
  return keepInStep(model, { traits: TRAITS, parameters, update, say: says.say, still: pause, ends });
}

export default { render };
