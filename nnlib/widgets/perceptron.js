// Perceptron: a line in the plane of two inputs, moved by hand, and the gate that it makes.
//
// Traits: weights [w1, w2], bias, goal, the name of the wanted gate; gates { name: answers }.

import { namedSlider } from "./controls.js";
import { button, fill, make, onPull, readout, select } from "./elements.js";
import { LIMIT, plain, signed } from "./numbers.js";
import { keepInStep, put, replaced, reset, stateOf, valueAt } from "./state.js";

export const CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]];
const VIEW = [[-0.5, -0.5], [1.5, -0.5], [1.5, 1.5], [-0.5, 1.5]];

// In the order of nnlib's summation, so that a sum that is nearly zero has its sign.
export const sumOf = ([x1, x2], { weights: [w1, w2], bias }) => bias + x1 * w1 + x2 * w2;

export const answersOf = (state) => CORNERS.map((x) => (sumOf(x, state) > 0 ? 1 : 0));

export const gateOf = (answers, gates) =>
  Object.keys(gates).find((name) => gates[name].join() === answers.join());

// Where it fires, within VIEW, and the two ends of the line; empty where nothing is seen.
export function halfPlane(state) {
  const [region, line] = [[], []];
  VIEW.forEach((p, n) => {
    const q = VIEW[(n + 1) % VIEW.length];
    const [a_p, a_q] = [sumOf(p, state), sumOf(q, state)];
    if (a_p > 0) region.push(p);
    if (a_p > 0 !== a_q > 0) {
      const t = a_p / (a_p - a_q);
      line.push(p.map((p_i, i) => p_i + t * (q[i] - p_i)));
      region.push(line.at(-1));
    }
  });
  return { region, line };
}

// What the hand sets has as many digits as it can see: three of the weights' size.
function rounded(weights, bias) {
  const size = Math.hypot(...weights);
  const unit = 10 ** (Math.floor(Math.log10(size)) - 2);
  const round = (v) => {
    const near = Number((Math.round(v / unit) * unit).toPrecision(12));
    return Math.max(-LIMIT, Math.min(LIMIT, near)) + 0;
  };
  return { weights: weights.map(round), bias: round(bias) };
}

// The line moved along by [dx1, dx2]: the weights stay, the bias follows.
export function shifted({ weights, bias }, by) {
  const moved = bias - weights[0] * by[0] - weights[1] * by[1];
  return { weights, bias: rounded(weights, moved).bias };
}

// The line turned about a point of it, away from `from`, so that it passes through `to`:
// the weights keep their size and their side.
export function turned({ weights, bias }, pivot, from, to) {
  const across = (p) => [pivot[1] - p[1], p[0] - pivot[0]];
  const [before, now] = [across(from), across(to)];
  const length = Math.hypot(...now);
  if (length < 0.05) return { weights, bias };
  const side = Math.sign(before[0] * weights[0] + before[1] * weights[1]);
  const size = (side * Math.hypot(...weights)) / length;
  const w = now.map((v) => v * size);
  return rounded(w, -(w[0] * pivot[0] + w[1] * pivot[1]));
}

// One line parts no table in which the diagonals of the square disagree.
const isPossible = (t) => !(t[0] === t[3] && t[1] === t[2] && t[0] !== t[1]);

export function verdict(state, gates) {
  const answers = answersOf(state);
  const gate = gateOf(answers, gates);
  const wanted = gates[state.goal];
  if (gate === state.goal) return `This is ${gate}: all 4 answers are right.`;
  const right = answers.filter((y, n) => y === wanted[n]).length;
  const most = right === 3 && !isPossible(wanted) ? "; one line cannot do more" : "";
  return `This is ${gate}. For ${state.goal}, ${right} of 4 answers ${right === 1 ? "is" : "are"} right${most}.`;
}

export function whereIsLine({ weights }, line) {
  if (line.length) return "";
  return weights.some(Boolean) ? "the line lies outside this view" : "no line: both weights are 0";
}

export const parametersOf = (gates) => [
  { name: "w1", words: "weight w₁", path: ["weights", 0] },
  { name: "w2", words: "weight w₂", path: ["weights", 1] },
  { name: "b", words: "bias b", path: ["bias"] },
  { name: "goal", words: "goal", path: ["goal"], options: Object.keys(gates) },
];

const SIZE = 340; // of the drawing, in its own px; the plane's view is 300 of them
const toPx = ([x1, x2]) => ({ x: 30 + 150 * (x1 + 0.5), y: 10 + 150 * (1.5 - x2) });
const toPlane = (x, y) => [(x - 30) / 150 - 0.5, 1.5 - (y - 10) / 150];
const text = (words, x, y, attributes) => make("svg:text", { x, y, ...attributes }, words);

function drawCorner(corner) {
  const { x, y } = toPx(corner);
  const tint = make("svg:circle", { class: "tint", cx: x, cy: y, r: 17 });
  const value = text("", x, y, { class: "value" });
  const mark = text("", x + 25, y - 15, { class: "tick" });
  const name = text(`(${corner.join(", ")})`, x, y + 31, { class: "title" });
  const ground = make("svg:circle", { class: "ground", cx: x, cy: y, r: 17 });
  const group = make("svg:g", { class: "corner" }, ground, tint, value, mark, name);
  return { group, value, mark };
}

function showCorner({ group, value, mark }, y, isRight) {
  value.textContent = y;
  mark.textContent = isRight ? "✓" : "✗";
  group.setAttribute("class", `corner ${y ? "positive" : "zero"} ${isRight ? "right" : "wrong"}`);
}

// Pull on a part: start(point) gives what a later point makes of the state, or nothing.
function makePullable(part, svg, start, move) {
  const pointOf = (event) => {
    const { left, top, width } = svg.getBoundingClientRect();
    const scale = SIZE / width;
    return toPlane((event.clientX - left) * scale, (event.clientY - top) * scale);
  };
  onPull(part, (down) => {
    const follow = start(pointOf(down));
    return (event) => move(follow(pointOf(event)));
  });
}

// The line, with a grip near either end and an arrow to the side where it fires.
function drawBorder() {
  const [band, line] = ["band", "line"].map((name) => make("svg:line", { class: name }));
  const arrow = make("svg:path", { class: "arrow", d: "M0,0H26M19,-6L27,0L19,6" });
  const grips = [0, 1].map(() => {
    const reach = make("svg:circle", { class: "reach", r: 24 });
    return make("svg:g", { class: "grip" }, reach, make("svg:circle", { class: "dot", r: 8 }));
  });
  const group = make("svg:g", { class: "border" }, band, line, arrow, ...grips);
  // ends: of the line, held: of the grips, in the plane
  const show = (ends, held, [w1, w2]) => {
    group.classList.toggle("unseen", !ends.length);
    if (!ends.length) return;
    const [from, to] = ends.map(toPx);
    const places = Object.entries({ x1: from.x, y1: from.y, x2: to.x, y2: to.y });
    for (const part of [band, line]) places.forEach((pair) => part.setAttribute(...pair));
    grips.forEach((grip, n) => {
      const { x, y } = toPx(held[n]);
      grip.setAttribute("transform", `translate(${x} ${y})`);
    });
    const angle = (Math.atan2(-w2, w1) * 180) / Math.PI;
    const middle = `${(from.x + to.x) / 2} ${(from.y + to.y) / 2}`;
    arrow.setAttribute("transform", `translate(${middle}) rotate(${angle})`);
  };
  return { group, band, grips, show };
}

function drawAxes() {
  const numbers = [0, 1].flatMap((v) => [
    text(`${v}`, toPx([v, 0]).x, 325, { class: "title" }),
    text(`${v}`, 18, toPx([0, v]).y, { class: "title" }),
  ]);
  return [...numbers, text("x₁", 180, 325), text("x₂", 14, 160)];
}

// The plane: a function that shows a state in it.
function makePlane(svg, now, move) {
  const region = make("svg:polygon", { class: "fires" });
  const frame = make("svg:rect", { class: "frame", x: 30, y: 10, width: 300, height: 300 });
  const border = drawBorder();
  const note = text("", 180, 294, { class: "title" });
  const corners = CORNERS.map(drawCorner);
  svg.append(region, frame, ...drawAxes(), ...corners.map((c) => c.group), border.group, note);
  let held = [];
  const slide = (from) => {
    const state = now();
    return (to) => shifted(state, [to[0] - from[0], to[1] - from[1]]);
  };
  const turn = (n) => () => {
    const [state, from, pivot] = [now(), held[n], held[1 - n]];
    return (to) => turned(state, pivot, from, to);
  };
  makePullable(border.band, svg, slide, move);
  border.grips.forEach((grip, n) => makePullable(grip, svg, turn(n), move));
  return (state, wanted) => {
    const { region: fires, line: ends } = halfPlane(state);
    region.setAttribute("points", fires.map((p) => Object.values(toPx(p)).join()).join(" "));
    note.textContent = whereIsLine(state, ends);
    answersOf(state).forEach((y, n) => showCorner(corners[n], y, y === wanted[n]));
    if (ends.length) held = [0.1, 0.9].map((t) => ends[0].map((v, i) => v + t * (ends[1][i] - v)));
    border.show(ends, held, state.weights);
  };
}

function makeTable() {
  const head = ["x₁", "x₂", "a", "y", ""].map((words) => make("th", { scope: "col" }, words));
  const goal = head[4];
  const rows = CORNERS.map((x) => {
    const cells = ["td", "td", "td"].map((tag) => make(tag));
    return { cells, row: make("tr", {}, ...x.map((v) => make("td", {}, `${v}`)), ...cells) };
  });
  const body = make("tbody", {}, ...rows.map((r) => r.row));
  const node = make("table", { "aria-label": "Truth table" }, make("thead", {}, make("tr", {}, ...head)), body);
  const show = (state, wanted) => {
    goal.textContent = state.goal;
    CORNERS.forEach((x, n) => {
      const a = sumOf(x, state);
      const y = a > 0 ? 1 : 0;
      const isRight = y === wanted[n];
      const words = [plain(a), `${y}`, `${wanted[n]} ${isRight ? "✓ right" : "✗ wrong"}`];
      rows[n].cells.forEach((cell, i) => (cell.textContent = words[i]));
      rows[n].row.className = isRight ? "right" : "wrong";
    });
  };
  return { node, show };
}

const formula = ({ weights: [w1, w2], bias }) =>
  `a = ${plain(w1)} · x₁ ${signed(w2)} · x₂ ${signed(bias)}`;

const TRAITS = ["weights", "bias", "goal"];

function render({ model, el }) {
  const gates = model.get("gates");
  const now = () => stateOf(model, TRAITS);
  const move = (values) => put(model, values);
  const says = readout();
  const parameters = parametersOf(gates);
  const sliders = parameters.slice(0, 3).map(({ words: label, path }) => {
    const onvalue = (v) => move(replaced(now(), path, v));
    const words = label.split(" ")[1];
    return { path, ...namedSlider({ words, label, onvalue, say: says.say }) };
  });
  const choice = select(Object.keys(gates).map((name) => [name]), (goal) => move({ goal }));
  const again = button("Reset", () => reset(model), { class: "reset" });
  const choosing = make("div", { class: "choice" }, make("label", {}, "Goal", choice), again);
  const law = make("p", { class: "law" });
  const table = makeTable();
  const shape = { viewBox: `0 0 ${SIZE} ${SIZE - 6}`, "aria-hidden": "true" };
  const svg = make("svg:svg", { class: "plane", ...shape });
  const show = makePlane(svg, now, move);
  const legend = make("p", { class: "legend" }, "Shaded: a > 0, so y = 1.");
  const panel = [choosing, ...sliders.map(({ node }) => node), law, table.node, ...says.nodes];
  fill(el, "perceptron", make("div", { class: "stage" }, svg, legend), make("div", { class: "panel" }, ...panel));

  const update = () => {
    const state = now();
    for (const slider of sliders) slider.show(valueAt(state, slider.path));
    choice.value = state.goal;
    law.textContent = formula(state);
    table.show(state, gates[state.goal]);
    show(state, gates[state.goal]);
    says.say(verdict(state, gates));
  };
  update();
  return keepInStep(model, { traits: TRAITS, parameters, update, say: says.say, ends: [says.stop] });
}

export default { render };
