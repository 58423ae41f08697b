// OptimizerRace: six optimizers on one landscape, from one start; the hand sets start,
// rates and momentum, and lets them step.
//
// Traits: landscape, w0 [w₁, w₂], lr, lr_adaptive, momentum, steps, focus, a name or "all";
// pens { name: [color, dashes, mark] }; contours { landscape: data of a path, in px }.

import {
  button,
  calm,
  fill,
  fromAddress,
  keepInAddress,
  listen,
  make,
  number,
  onPull,
  plain,
  put,
  readout,
  replaced,
  reset,
  sliderRow,
  toAddress,
  valueAt,
} from "./shared.js";

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

function makeStage(pens, move) {
  const ground = make("svg:path", { class: "ground" });
  const area = make("svg:rect", { class: "area", width: 400, height: 300 });
  const racers = NAMES.map((name) => {
    const [color, dashes, shape] = pens[name];
    const trail = make("svg:path", { class: "trail", stroke: color, "stroke-dasharray": dashes });
    const mark = make("svg:path", { class: "mark", d: shape, fill: color });
    return { name, trail, mark, group: make("svg:g", { class: "racer" }, trail, mark) };
  });
  const rings = [["reach", 22], ["ring", 8]].map(([name, r]) => make("svg:circle", { class: name, r }));
  const grip = make("svg:g", { class: "grip" }, ...rings);
  const svg = make("svg:svg", { viewBox: "-1 -1 402 302", "aria-hidden": "true" }, ground, area, ...racers.map((r) => r.group), grip);
  const pull = (event) => {
    const { left, top, width } = area.getBoundingClientRect();
    const unit = width / (VIEW[0][1] - VIEW[0][0]);
    move(placed([VIEW[0][0] + (event.clientX - left) / unit, VIEW[1][1] - (event.clientY - top) / unit]));
  };
  area.addEventListener("click", pull);
  onPull(grip, () => pull);
  const show = (state, paths, contour) => {
    if (ground.getAttribute("d") !== contour) ground.setAttribute("d", contour);
    for (const { name, trail, mark, group } of racers) {
      const path = paths[name];
      trail.setAttribute("d", through(path));
      mark.setAttribute("transform", `translate(${toPx(path.at(-1))})`);
      group.classList.toggle("faint", !["all", name].includes(state.focus));
      if (state.focus === name) svg.insertBefore(group, grip);
    }
    grip.setAttribute("transform", `translate(${toPx(state.w0)})`);
  };
  return { svg, show };
}

// The six with their losses; a press on a name lets its path stand out, or all again.
function makeTable(pens, focusNow, focusOn) {
  const rows = NAMES.map((name) => {
    const [color, dashes, shape] = pens[name];
    const line = make("svg:path", { d: "M0,10H36", stroke: color, "stroke-dasharray": dashes, "stroke-width": 2.5 });
    const mark = make("svg:path", { d: shape, fill: color, transform: "translate(18 10)" });
    const key = make("svg:svg", { viewBox: "0 0 36 20", width: 36, height: 20, "aria-hidden": "true" }, line, mark);
    const choose = button("", () => focusOn(focusNow() === name ? "all" : name), { "aria-pressed": "false" });
    choose.append(key, name);
    const cells = [make("td"), make("td")];
    return { name, choose, cells, row: make("tr", {}, make("th", { scope: "row" }, choose), ...cells) };
  });
  const heads = ["optimizer", "loss", "w₁, w₂"].map((words) => make("th", { scope: "col" }, words));
  const body = make("tbody", {}, ...rows.map((r) => r.row));
  const node = make("table", { "aria-label": "The six optimizers" }, make("thead", {}, make("tr", {}, ...heads)), body);
  const show = (state, paths, steps) => {
    for (const { name, choose, cells } of rows) {
      const path = paths[name];
      const w = path.at(-1);
      const isGone = path.length <= steps;
      choose.setAttribute("aria-pressed", `${state.focus === name}`);
      cells[0].textContent = isGone ? "diverged" : number(lossAt(state.landscape, w));
      cells[1].textContent = isGone ? `at step ${path.length}` : `${w.map(number).join(", ")}${isSeen(w) ? "" : " (outside)"}`;
    }
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
  { name: "steps", path: ["steps"], low: 0, high: MOST },
  { name: "focus", path: ["focus"], options: ["all", ...NAMES] },
];

function render({ model, el }) {
  const pens = model.get("pens");
  const now = () => Object.fromEntries(TRAITS.map((name) => [name, model.get(name)]));
  const move = (values) => put(model, values);
  const says = readout();
  let timer, playedTo;
  const taken = () => playedTo ?? model.get("steps");

  const stage = makeStage(pens, (w0) => move({ w0 }));
  const table = makeTable(pens, () => model.get("focus"), (focus) => move({ focus }));
  const rows = ROWS.map(({ path, words, ...range }) => {
    const row = sliderRow((v) => move(replaced(now(), path, v)), says.say, range);
    row.name(words);
    const label = make("span", { "aria-hidden": "true" }, words);
    return { path, show: row.show, node: make("div", { class: "named" }, label, row.node) };
  });
  const options = Object.keys(LANDSCAPES).map((name) => make("option", { value: name }, name));
  const onchange = () => move({ landscape: choice.value });
  const choice = make("select", { "aria-label": "Landscape", onchange }, ...options);
  const again = button("Reset", () => (pause(), reset(model)), { class: "reset" });
  const choosing = make("div", { class: "choice" }, choice, again);
  const stepTo = (steps) => (pause(), move({ steps: Math.max(0, Math.min(MOST, Math.round(steps))) }));
  const back = button("‹ Back", () => stepTo(taken() - 1));
  const forth = button("Step ›", () => stepTo(taken() + 1));
  const playing = button("Play", () => (timer ? pause() : play()), { class: "play" });
  const tools = make("div", { class: "tools" }, back, forth, playing);
  const count = sliderRow(stepTo, says.say, { low: 0, high: MOST, reach: MOST, step: 1 });
  count.name("steps");
  const left = make("div", { class: "stage" }, stage.svg, tools, count.node, ...says.nodes);
  fill(el, "race", left, make("div", { class: "panel" }, choosing, ...rows.map((r) => r.node)), table.node);

  // While it plays the page alone counts; where it stops is written down.
  function pause() {
    clearInterval(timer);
    const steps = playedTo;
    timer = playedTo = undefined;
    playing.textContent = "Play";
    if (steps !== undefined) move({ steps });
  }
  function play() {
    if (calm()) return stepTo(MOST);
    playedTo = taken() < MOST ? taken() : 0;
    playing.textContent = "Pause";
    timer = setInterval(() => {
      if (playedTo >= MOST) return pause();
      playedTo += 1;
      update();
    }, 120);
    update();
  }

  const update = () => {
    const state = now();
    const steps = taken();
    const paths = race(state, steps);
    choice.value = state.landscape;
    for (const row of rows) row.show(valueAt(state, row.path));
    count.show(steps);
    back.disabled = steps === 0;
    forth.disabled = steps >= MOST;
    stage.show(state, paths, model.get("contours")[state.landscape]);
    table.show(state, paths, steps);
    says.say(report(state, paths, steps));
  };

  update();
  const forget = listen(model, TRAITS, update);
  const leave = keepInAddress(model, TRAITS, {
    write: () => toAddress(now(), model.get("start"), PARAMETERS),
    read: (found) => {
      const { state, refused } = fromAddress(model.get("start"), found, PARAMETERS);
      put(model, { ...state, steps: Math.round(state.steps) });
      if (refused.length) says.say(`The address has ${refused.join(", ")}, which means nothing here; it was left out.`);
    },
  });
  return () => {
    clearInterval(timer);
    for (const end of [forget, leave, says.stop]) end();
  };
}

export default { render };
