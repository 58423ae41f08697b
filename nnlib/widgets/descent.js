// Descent: a ball goes down a loss, one step after another; the hand sets rate and start.
//
// Traits: landscape, a name in landscapes; lr; w0 [w₁, w₂]; steps, how many it has taken.
// A loss is a sum of terms c · (p w₁ + q w₂ + r)ⁿ, written [c, p, q, r, n].

import { levelLines } from "./levels.js";
import {
  button,
  calm,
  equals,
  fill,
  fromAddress,
  keepInAddress,
  listen,
  make,
  onPull,
  plain,
  put,
  readout,
  reset,
  sliderRow,
  toAddress,
} from "./shared.js";

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

const inBrackets = (v) => (v < 0 ? `(${plain(v)})` : plain(v));

// The next step with its numbers, a line for each weight.
export function formula(here, land, lr) {
  if (!Number.isFinite(here.loss)) return ["There is no next step."];
  return land.names.map((name, i) => {
    const next = here.w[i] - lr * here.slopes[i];
    return `${name} ← ${plain(here.w[i])} − ${plain(lr)} · ${inBrackets(here.slopes[i])} ${noted(next)}`;
  });
}

const BOX = { x: 38, y: 8, width: 294, height: 250 }; // of the drawn part, in 340 × 290 px
const FAR = 1e5; // px: what lies farther out is not drawn

const part = (v, [low, high]) => (v - low) / (high - low);
const toPx = ({ view }, [x, y]) => ({
  x: BOX.width * part(x, view[0]),
  y: BOX.height * (1 - part(y, view[1])),
});
const text = (words, x, y) => make("svg:text", { x, y }, words.replace("-", "−"));
const through = (points) => `M${points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}`;

// A place as it is drawn: on the curve, or seen from above.
const seenAt = (land, { w, loss }) => toPx(land, land.names.length > 1 ? w : [w[0], loss]);

// The curve, or the lines of equal loss, as the data of an SVG path.
function ground(land) {
  const { terms, view, levels, names } = land;
  const at = (i, n, [low, high]) => low + ((high - low) * i) / n;
  if (names.length === 1) {
    const xs = Array.from({ length: 141 }, (_, i) => at(i, 140, view[0]));
    return through(xs.map((x) => toPx(land, [x, lossAt(terms, [x, 0])])));
  }
  const n = 60;
  const across = Array.from({ length: n + 1 }, (_, i) => i);
  const values = across.map((j) => across.map((i) => lossAt(terms, [at(i, n, view[0]), at(j, n, view[1])])));
  const lines = levels.flatMap((level) => levelLines(values, level));
  return lines.map((pair) => through(pair.map(([i, j]) => toPx(land, [at(i, n, view[0]), at(j, n, view[1])])))).join("");
}

function drawAxes(land) {
  const second = land.names[1] ?? "L";
  const texts = [text(land.names[0], BOX.x + BOX.width / 2, 284), text(second, 9, BOX.y + BOX.height / 2)];
  land.view.forEach(([low, high], axis) => {
    const by = high - low > 12 ? 5 : high - low > 8 ? 2 : 1;
    for (let v = Math.ceil(low / by) * by; v <= high; v += by) {
      const { x, y } = toPx(land, [v, v]);
      texts.push(axis ? text(`${v}`, 26, y + BOX.y) : text(`${v}`, x + BOX.x, 269));
    }
  });
  return texts;
}

// The ground and the ball: setLand(land) draws the one, show(path) the other.
function makeStage(move) {
  const level = make("svg:path", { class: "ground" });
  const tangent = make("svg:path", { class: "tangent" });
  const trail = make("svg:path", { class: "trail" });
  const dots = make("svg:g", { class: "dots" });
  const grip = make("svg:g", { class: "grip" }, make("svg:circle", { class: "reach", r: 22 }), make("svg:rect", { class: "square", x: -7, y: -7, width: 14, height: 14 }));
  const ball = make("svg:circle", { class: "ball", r: 7 });
  const area = make("svg:rect", { class: "area", width: BOX.width, height: BOX.height });
  const inner = make("svg:svg", { ...BOX, overflow: "hidden" }, area, level, tangent, trail, dots, grip, ball);
  const axes = make("svg:g", { class: "axes" });
  const frame = make("svg:rect", { class: "frame", ...BOX });
  const svg = make("svg:svg", { viewBox: "0 0 340 290", "aria-hidden": "true" }, frame, axes, inner);
  let land;

  const placeOf = (event) => {
    const { left, top, width } = svg.getBoundingClientRect();
    const px = [event.clientX - left, event.clientY - top].map((v) => (v * 340) / width);
    const parts = [(px[0] - BOX.x) / BOX.width, 1 - (px[1] - BOX.y) / BOX.height];
    const w = land.view.map(([low, high], i) => low + Math.min(1, Math.max(0, parts[i])) * (high - low));
    return w.map((v, i) => (i < land.names.length ? Number(v.toFixed(2)) : 0));
  };
  area.addEventListener("click", (event) => move(placeOf(event)));
  onPull(grip, () => (event) => move(placeOf(event)));

  const setLand = (value) => {
    land = value;
    level.setAttribute("d", ground(land));
    axes.replaceChildren(...drawAxes(land));
  };
  const show = (path) => {
    const places = path.filter(({ loss }) => Number.isFinite(loss)).map((place) => seenAt(land, place));
    const out = places.findIndex(({ x, y }) => Math.hypot(x, y) > FAR);
    const points = out < 0 ? places : places.slice(0, out);
    const [first, here] = [places[0], out < 0 ? places.at(-1) : null];
    trail.setAttribute("d", points.length ? through(points) : "");
    dots.replaceChildren(...points.slice(1, -1).map(({ x, y }) => make("svg:circle", { cx: x, cy: y, r: 3 })));
    const put = (part, at) => part.setAttribute("transform", `translate(${at.x} ${at.y})`);
    if (Math.hypot(first.x, first.y) < FAR) put(grip, first);
    ball.classList.toggle("gone", !here);
    tangent.setAttribute("d", "");
    if (!here) return;
    put(ball, here);
    if (land.names.length > 1) return;
    const { w, loss, slopes } = path.at(-1);
    const ends = [-1, 1].map((side) => {
      const by = (side * (land.view[0][1] - land.view[0][0])) / 6;
      return toPx(land, [w[0] + by, loss + by * slopes[0]]);
    });
    if (Number.isFinite(loss)) tangent.setAttribute("d", through(ends));
  };
  return { node: svg, setLand, show };
}

// Beside a loss of points: the points, and the line that the place of the ball stands for.
function makeFit() {
  const [width, height] = [BOX.width, 96];
  const at = (x, y) => ({ x: 20 + (x * (width - 40)) / 3, y: height - 14 - 8 * y });
  const line = make("svg:path", { class: "fitted" });
  const dots = make("svg:g", { class: "points" });
  const inner = make("svg:svg", { x: BOX.x, y: 4, width, height, overflow: "hidden" }, line, dots);
  const frame = make("svg:rect", { class: "frame", x: BOX.x, y: 4, width, height });
  const names = [text("y", 26, 4 + height / 2), text("x", BOX.x + width / 2, height + 14)];
  const node = make("svg:svg", { class: "fit", viewBox: `0 0 340 ${height + 24}`, "aria-hidden": "true" }, frame, inner, ...names);
  const show = ({ points }, { w: [w, b], loss }) => {
    node.classList.toggle("gone", !points);
    if (!points) return;
    const ends = [-1, 4].map((x) => at(x, w * x + b));
    const isSeen = Number.isFinite(loss) && ends.every(({ y }) => Math.abs(y) < FAR);
    line.setAttribute("d", isSeen ? through(ends) : "");
    dots.replaceChildren(...points.map(([x, t]) => at(x, t)).map(({ x, y }) => make("svg:circle", { cx: x, cy: y, r: 4 })));
  };
  return { node, show };
}

const TRAITS = ["landscape", "lr", "w0", "steps"];

// Sliders for the rate and for each weight of the start.
function makeRows(land, now, move, say) {
  const [rate, reach] = land.reach;
  const lr = sliderRow((value) => move({ lr: value }), say, { reach: rate, low: 0, step: 0.01 });
  lr.name("learning rate");
  const starts = land.names.map((name, i) => {
    const row = sliderRow((value) => move({ w0: now().w0.with(i, value) }), say, { reach, step: 0.05 });
    row.name(`start ${name}`);
    return row;
  });
  const words = ["lr", ...land.names.map((name) => `start ${name}`)];
  const nodes = [lr, ...starts].map(({ node }, n) => make("div", { class: "named" }, make("span", { "aria-hidden": "true" }, words[n]), node));
  const show = (state) => {
    lr.show(state.lr);
    starts.forEach((row, i) => row.show(state.w0[i]));
  };
  return { nodes, show };
}

function render({ model, el }) {
  const landscapes = model.get("landscapes");
  const most = model.get("most");
  const parameters = [
    { name: "loss", path: ["landscape"], options: Object.keys(landscapes) },
    { name: "lr", path: ["lr"], low: 0 },
    { name: "w1", path: ["w0", 0] },
    { name: "w2", path: ["w0", 1] },
    { name: "steps", path: ["steps"], low: 0, high: most },
  ];
  const now = () => Object.fromEntries(TRAITS.map((name) => [name, model.get(name)]));
  const land = () => landscapes[model.get("landscape")];
  const move = (values) => put(model, values);
  const says = readout();
  const stage = makeStage((w0) => move({ w0 }));
  const rows = make("div", { class: "rows" });
  let shown, sliders, timer, playedTo;

  const choose = (name) => {
    pause();
    move({ landscape: name, lr: landscapes[name].lr, w0: landscapes[name].w0, steps: 0 });
  };
  const options = Object.keys(landscapes).map((name) => make("option", { value: name }, name));
  const choice = make("select", { "aria-label": "Loss", onchange: () => choose(choice.value) }, ...options);
  const again = button("Reset", () => (pause(), reset(model)), { class: "reset" });
  const choosing = make("div", { class: "choice" }, choice, again);
  const stepTo = (steps) => (pause(), move({ steps: Math.max(0, Math.min(most, steps)) }));
  const taken = () => playedTo ?? model.get("steps");
  const back = button("‹ Back", () => stepTo(pathNow().length - 2));
  const forth = button("Step ›", () => stepTo(pathNow().length));
  const playing = button("Play", () => (timer ? pause() : play()), { class: "play" });
  const law = make("div", { class: "law" });
  const tools = make("div", { class: "tools" }, back, forth, playing);
  const panel = make("div", { class: "panel" }, choosing, rows, tools, law, ...says.nodes);
  const fit = makeFit();
  fill(el, "descent", make("div", { class: "stage" }, stage.node, fit.node), panel);

  const pathNow = (steps = taken()) => descend(land().terms, model.get("w0"), model.get("lr"), Math.round(steps));

  // While it plays the page alone counts; where it stops is written down.
  function pause() {
    clearInterval(timer);
    const steps = playedTo;
    timer = playedTo = undefined;
    playing.textContent = "Play";
    if (steps !== undefined) move({ steps });
  }
  function play() {
    const whole = pathNow(most);
    const last = whole.findIndex(isFinished);
    const end = last < 0 ? whole.length - 1 : last;
    if (calm()) return stepTo(end);
    playedTo = taken() >= end ? 0 : taken();
    playing.textContent = "Pause";
    timer = setInterval(() => {
      const path = pathNow(playedTo);
      if (playedTo >= most || (playedTo && isFinished(path.at(-1)))) return pause();
      playedTo += 1;
      update();
    }, 160);
    update();
  }

  const update = () => {
    const state = now();
    if (shown !== state.landscape) {
      shown = state.landscape;
      stage.setLand(land());
      sliders = makeRows(land(), now, move, says.say);
      rows.replaceChildren(...sliders.nodes);
      choice.value = shown;
    }
    const path = pathNow();
    sliders.show(state);
    stage.show(path);
    fit.show(land(), path.at(-1));
    back.disabled = path.length < 2;
    forth.disabled = path.length > most || !Number.isFinite(path.at(-1).loss);
    const lines = [land().formula, ...formula(path.at(-1), land(), state.lr)];
    law.replaceChildren(...lines.map((words) => make("p", {}, words)));
    says.say(report(path, land(), state.lr));
  };

  update();
  const forget = listen(model, TRAITS, update);
  const leave = keepInAddress(model, TRAITS, {
    write: () => toAddress(now(), model.get("start"), parameters),
    read: (found) => {
      const { state, refused } = fromAddress(model.get("start"), found, parameters);
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
