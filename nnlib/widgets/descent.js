// Descent: a ball goes down a loss, one step after another; the hand sets rate and start.
//
// Traits: landscape, a name in landscapes; lr; w0 [w₁, w₂]; steps, how many it has taken.
// A loss is a sum of terms c · (p w₁ + q w₂ + r)ⁿ, written [c, p, q, r, n].

import { makePlayer, namedSlider } from "./controls.js";
import { button, fill, make, onPull, paragraphs, readout, select } from "./elements.js";
import { equals, inBrackets, plain } from "./numbers.js";
import { levelLines, makePlot, pathOf, spread } from "./plot.js";
import { keepInStep, put, reset, stateOf } from "./state.js";

// A product, not a power: rounded as in Python, so that long paths agree.
const power = (v, n) => Array(n).fill(v).reduce((product, factor) => product * factor, 1);

export function lossAt(terms, [w1, w2]) {
  let loss = 0;
  for (const [c, p, q, r, n] of terms) loss += c * power(p * w1 + q * w2 + r, n);
  return loss;
}

export function slopesAt(terms, [w1, w2]) {
  const slopes = [0, 0];
  for (const [c, p, q, r, n] of terms) {
    const slope = c * n * power(p * w1 + q * w2 + r, n - 1);
    slopes[0] += slope * p;
    slopes[1] += slope * q;
  }
  return slopes;
}

// The places of plain gradient descent; the first without a finite loss is the last.
export function descend(terms, w0, lr, steps) {
  const path = [];
  for (let w = w0; ; w = w.map((v, i) => v - lr * path.at(-1).slopes[i])) {
    path.push({ w, loss: lossAt(terms, w), slopes: slopesAt(terms, w) });
    if (path.length > steps || !Number.isFinite(path.at(-1).loss)) return path;
  }
}

const isFinished = ({ loss, slopes }) => !Number.isFinite(loss) || Math.hypot(...slopes) < 1e-4;

export const isInView = ({ w, loss }, { view, names }) =>
  [w[0], names.length > 1 ? w[1] : loss].every((v, i) => v >= view[i][0] && v <= view[i][1]);

// What the last step did, in words.
export function verdict(path, land, lr) {
  const { lowest } = land;
  const [here, before, earlier] = [path.at(-1), path.at(-2), path.at(-3)];
  const { loss } = here;
  if (!Number.isFinite(loss)) return "The loss overflowed: it is too large for a number. Lower the learning rate.";
  if (isFinished(here))
    return loss - lowest < 1e-6
      ? "The ground is level, and no place is lower: it has arrived."
      : "The ground is level, so the ball stays here, though other places are lower.";
  if (!before) return "Here the ball starts.";
  if (lr === 0) return "A learning rate of 0 moves nothing.";
  const fell = before.loss - loss;
  if (Math.abs(fell) <= 1e-9 * loss) return "It jumps from one side to the other and gets no lower. Lower the learning rate.";
  if (fell < 0 && loss > path[0].loss)
    return earlier?.loss < before.loss && !isInView(here, land)
      ? "It diverges: the steps lead up and out of the picture. Lower the learning rate."
      : "This step landed higher than the start. Lower the learning rate.";
  if (fell < 0) return "It jumped too far and landed higher than before. Lower the learning rate.";
  const turn = here.slopes.reduce((sum, slope, i) => sum + slope * before.slopes[i], 0);
  if (turn < 0) return "It overshot: it jumped across the valley and landed lower on the other side.";
  if (fell < 0.01 * (before.loss - lowest)) return "It creeps: this step took off less than 1% of the height that is left.";
  return "It rolls down.";
}

const noted = (v) => (v && Math.abs(v) < 1e-12 ? "≈ 0" : equals(v));

// Where the ball is after its steps, and what the last one did: two lines.
export function report(path, land, lr) {
  const here = path.at(-1);
  const k = path.length - 1;
  const places = land.names.map((name, i) => `${name} ${noted(here.w[i])}`);
  const place = k ? `Step ${k}: ` : "Start: ";
  const words = verdict(path, land, lr);
  if (!Number.isFinite(here.loss)) return `Step ${k}:\n${words}`;
  return `${place}${places.join(", ")}, L ${noted(here.loss)}\n${words}`;
}

// The next step with its numbers, a line for each weight.
export function formula(here, land, lr) {
  if (!Number.isFinite(here.loss)) return ["There is no next step."];
  return land.names.map((name, i) => {
    const next = here.w[i] - lr * here.slopes[i];
    return `${name} ← ${plain(here.w[i])} − ${plain(lr)} · ${inBrackets(here.slopes[i])} ${noted(next)}`;
  });
}

const BOX = { x: 40, y: 8, width: 292, height: 250 }; // of the drawn part, in px
const FAR = 1e5; // px: a path is drawn as far as there

const isTwo = ({ names }) => names.length > 1;

// A place as it is drawn: on the curve, or seen from above.
const seenAt = (plot, land, { w, loss }) => plot.at(isTwo(land) ? w : [w[0], loss]);

// The curve, or the lines of equal loss, as the data of an SVG path.
function groundOf(plot, { terms, view, levels, names }) {
  if (names.length === 1)
    return pathOf(spread(...view[0], 141).map((v) => plot.at([v, lossAt(terms, [v, 0])])));
  const n = 61;
  const [w1, w2] = view.map(([low, high]) => spread(low, high, n));
  const values = w2.map((v) => w1.map((u) => lossAt(terms, [u, v])));
  const toPx = ([i, j]) => [(i * BOX.width) / (n - 1), (1 - j / (n - 1)) * BOX.height];
  const pairs = levels.flatMap((level) => levelLines(values, level));
  return pairs.map((pair) => pathOf(pair.map(toPx))).join("");
}

// The line that touches the curve where the ball is; none seen from above.
function tangentOf(plot, land, { w, loss, slopes }) {
  if (isTwo(land) || !Number.isFinite(loss)) return "";
  const by = (land.view[0][1] - land.view[0][0]) / 6;
  return pathOf([-by, by].map((d) => plot.at([w[0] + d, loss + d * slopes[0]])));
}

// The ground of a landscape with the ball on it: show(path) moves the ball.
function makeStage(land, move) {
  const names = [...land.names, "L"].slice(0, 2);
  const plot = makePlot(BOX, { view: land.view, names, className: "ground-plot" });
  const path = (name, d = "") => make("svg:path", { class: name, d });
  const [tangent, trail] = ["tangent", "trail"].map((name) => path(name));
  const dots = make("svg:g", { class: "dots" });
  const reach = make("svg:circle", { class: "reach", r: 24 });
  const square = make("svg:rect", { class: "square", x: -7, y: -7, width: 14, height: 14 });
  const grip = make("svg:g", { class: "grip" }, reach, square);
  const ball = make("svg:circle", { class: "ball", r: 7 });
  plot.inner.append(path("ground", groundOf(plot, land)), tangent, trail, dots, grip, ball);

  const pull = (event) => {
    const parts = plot.partsOf(event);
    const w = land.view.map(([low, high], i) => low + parts[i] * (high - low));
    move(w.map((v, i) => (i < land.names.length ? Number(v.toFixed(2)) : 0)));
  };
  plot.area.addEventListener("click", pull);
  onPull(grip, () => pull);

  const put = (part, [x, y]) => part.setAttribute("transform", `translate(${x} ${y})`);
  const show = (places) => {
    const finite = places.filter(({ loss }) => Number.isFinite(loss));
    const points = finite.map((place) => seenAt(plot, land, place));
    const out = points.findIndex((p) => p.some((v) => Math.abs(v) >= FAR));
    const near = out < 0 ? points : points.slice(0, out);
    trail.setAttribute("d", pathOf(near));
    dots.replaceChildren(...near.slice(1, -1).map(([cx, cy]) => make("svg:circle", { cx, cy, r: 3 })));
    put(grip, points[0]);
    ball.classList.toggle("gone", out >= 0);
    tangent.setAttribute("d", out < 0 ? tangentOf(plot, land, places.at(-1)) : "");
    if (out < 0) put(ball, points.at(-1));
  };
  return { node: plot.node, show };
}

// Beside a loss of points: the points, and the line that the place of the ball stands for.
function makeFit() {
  const view = [[-0.2, 3.2], [-1, 9]];
  const box = { ...BOX, height: 96 };
  const plot = makePlot(box, { view, names: ["x", "y"], className: "fit" });
  const line = make("svg:path", { class: "fitted" });
  const dots = make("svg:g", { class: "points" });
  plot.inner.append(line, dots);
  const show = ({ points }, { w: [w, b], loss }) => {
    plot.node.classList.toggle("gone", !points);
    if (!points) return;
    const ends = [-1, 4].map((x) => plot.at([x, w * x + b]));
    const isSeen = Number.isFinite(loss) && ends.every(([, y]) => Math.abs(y) < FAR);
    line.setAttribute("d", isSeen ? pathOf(ends) : "");
    const circles = points.map((p) => plot.at(p)).map(([cx, cy]) => make("svg:circle", { cx, cy, r: 4 }));
    dots.replaceChildren(...circles);
  };
  return { node: plot.node, show };
}

const TRAITS = ["landscape", "lr", "w0", "steps"];

// Sliders for the rate and for each weight of the start: show(state) sets them.
function makeSliders(land, now, move, say) {
  const [rate, reach] = land.reach;
  const range = { reach: rate, low: 0, step: 0.01 };
  const onvalue = (lr) => move({ lr });
  const lr = namedSlider({ words: "lr", label: "learning rate", onvalue, say, ...range });
  const starts = land.names.map((name, i) => {
    const onvalue = (value) => move({ w0: now().w0.with(i, value) });
    return namedSlider({ words: `start ${name}`, onvalue, say, reach });
  });
  const show = (state) => {
    lr.show(state.lr);
    starts.forEach((slider, i) => slider.show(state.w0[i]));
  };
  return { nodes: [lr.node, ...starts.map(({ node }) => node)], show };
}

const parametersOf = (landscapes, most) => [
  { name: "loss", path: ["landscape"], options: Object.keys(landscapes) },
  { name: "lr", path: ["lr"], low: 0 },
  { name: "w1", path: ["w0", 0] },
  { name: "w2", path: ["w0", 1] },
  { name: "steps", path: ["steps"], low: 0, high: most, isWhole: true },
];

// What belongs to one landscape is made anew for another: its drawing and its sliders.
function makeLand(now, move, say) {
  const drawn = make("div");
  const rows = make("div", { class: "rows" });
  let shown, stage, sliders;
  const show = (land, state, path) => {
    if (shown !== state.landscape) {
      shown = state.landscape;
      stage = makeStage(land, (w0) => move({ w0 }));
      sliders = makeSliders(land, now, move, say);
      drawn.replaceChildren(stage.node);
      rows.replaceChildren(...sliders.nodes);
    }
    sliders.show(state);
    stage.show(path);
  };
  return { drawn, rows, show };
}

// Back, step and play, counted in steps of the path.
function makeTools(model, pathTo, most, update) {
  const lengthOf = () => pathTo(player.at()).length;
  const last = () => {
    const whole = pathTo(most);
    const end = whole.findIndex(isFinished);
    return end < 0 ? whole.length - 1 : end;
  };
  const noted = () => model.get("steps");
  const write = (steps) => put(model, { steps });
  const player = makePlayer({ noted, write, show: update, most, last, wait: 160 });
  const back = button("‹ Back", () => player.goTo(lengthOf() - 2));
  const forth = button("Step ›", () => player.goTo(lengthOf()));
  const node = make("div", { class: "tools" }, back, forth, player.node);
  const show = (path) => {
    back.disabled = path.length < 2;
    forth.disabled = path.length > most || !Number.isFinite(path.at(-1).loss);
  };
  return { node, player, show };
}

function render({ model, el }) {
  const [landscapes, most] = [model.get("landscapes"), model.get("most")];
  const now = () => stateOf(model, TRAITS);
  const move = (values) => put(model, values);
  const pathTo = (steps) => {
    const { landscape, w0, lr } = now();
    return descend(landscapes[landscape].terms, w0, lr, Math.round(steps));
  };
  const says = readout();
  const ground = makeLand(now, move, says.say);
  const tools = makeTools(model, pathTo, most, () => update());
  const { pause, stop, at } = tools.player;
  const choose = (landscape) => {
    const { lr, w0 } = landscapes[landscape];
    pause();
    move({ landscape, lr, w0, steps: 0 });
  };
  const choice = select(Object.keys(landscapes).map((name) => [name]), choose, { "aria-label": "Loss" });
  const again = button("Reset", () => (pause(), reset(model)), { class: "reset" });
  const choosing = make("div", { class: "choice" }, choice, again);
  const law = make("div", { class: "law" });
  const fit = makeFit();
  const panel = make("div", { class: "panel" }, choosing, ground.rows, tools.node, law, ...says.nodes);
  fill(el, "descent", make("div", { class: "stage" }, ground.drawn, fit.node), panel);

  const update = () => {
    const state = now();
    const [land, path] = [landscapes[state.landscape], pathTo(at())];
    choice.value = state.landscape;
    ground.show(land, state, path);
    fit.show(land, path.at(-1));
    tools.show(path);
    law.replaceChildren(...paragraphs([land.formula, ...formula(path.at(-1), land, state.lr)]));
    says.say(report(path, land, state.lr));
  };
  update();
  const parameters = parametersOf(landscapes, most);
  const ends = [stop, says.stop];
  return keepInStep(model, { traits: TRAITS, parameters, update, say: says.say, still: pause, ends });
}

export default { render };
