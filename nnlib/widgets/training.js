// Training: a recorded run, epoch by epoch: what the network said, its loss, its weights.
//
// Traits: epoch; unit, a node's name; x, where the network is asked. Of the run: sizes,
// activations, parameters (W and b of every epoch in single precision, base64), rows [x…, t],
// names, view [[low, high], …], losses, test_losses, loss_view, ended.

import { makePlayer, makeStepper, namedSlider } from "./controls.js";
import { button, fill, make, onWidth, paragraphs, readout } from "./elements.js";
import { formula } from "./movable.js";
import { nodesOf } from "./names.js";
import { drawNetwork, showNode, showWeight, titlesOf } from "./network.js";
import { forward } from "./neurons.js";
import { equals, plain } from "./numbers.js";
import { levelLines, makePlot, pathOf, spread } from "./plot.js";
import { keepInStep, put, replaced, reset, stateOf } from "./state.js";

// The run's networks: at(epoch) gives { weights[layer][node][input], biases }.
export function unpack(sizes, parameters) {
  const bytes = Uint8Array.from(atob(parameters), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const count = sizes.slice(1).reduce((sum, n_out, k) => sum + (sizes[k] + 1) * n_out, 0);
  const at = (epoch) => {
    let place = epoch * count;
    const take = () => view.getFloat32(4 * place++, true);
    const net = { weights: [], biases: [] };
    sizes.slice(1).forEach((n_out, k) => {
      const columns = Array.from({ length: sizes[k] }, () => Array.from({ length: n_out }, take));
      net.weights.push(Array.from({ length: n_out }, (_, j) => columns.map((row) => row[j])));
      net.biases.push(Array.from({ length: n_out }, take));
    });
    return net;
  };
  return { epochs: bytes.length / 4 / count, at };
}

// What the node [layer, place] gives out at each of the points.
export const outsOf = (net, activations, [k, i], points) =>
  points.map((x) => forward(net.weights, net.biases, activations, x).outs[k][i]);

const worth = (name, v) => `${name} ${equals(v)}`;

// What the figure says: which epoch, its loss, and the answer at x.
export function report(run, { epoch, x }, y) {
  const { losses, test_losses: tests, names, ended, activations } = run;
  const last = losses.length - 1;
  const when = epoch ? `Epoch ${epoch} of ${last}` : "Before any learning";
  const loss = [worth("loss", losses[epoch]), ...(tests.length ? [worth("on test rows", tests[epoch])] : [])];
  const place = x.map((v, i) => `${names[i]} = ${plain(v)}`).join(", ");
  const isYesNo = activations.at(-1).f === "sigmoid";
  const answer = isYesNo ? `${worth("y₁", y)}: class ${y > 0.5 ? 1 : 0}` : worth(names.at(-1), y);
  const end = ended && epoch === last ? `\n${ended}` : "";
  return `${when}: ${loss.join(", ")}\nAt ${place} it says ${answer}.${end}`;
}

const PLOT = { x: 54, y: 8, width: 272, height: 223 };
const LOSS = { x: 54, y: 8, width: 272, height: 96 };
const SQUARES = 40; // to a side of the plane
const SHADES = 12;

const point = ({ at }, place, className) => {
  const [cx, cy] = at(place);
  if (className === "one") return make("svg:rect", { class: "one", x: cx - 3, y: cy - 3, width: 6, height: 6 });
  return make("svg:circle", { class: className, cx, cy, r: className === "zero-class" ? 3.3 : 2 });
};

const moveTo = (dot, [cx, cy]) => {
  dot.setAttribute("cx", cx);
  dot.setAttribute("cy", cy);
};

const threeDigits = (v) => plain(Number(v.toPrecision(3)));

// A hidden node's outs across the plot, its smallest and largest stretched to the frame.
function unitLine(plot, xs, outs) {
  const [low, high] = [Math.min(0, ...outs), Math.max(0, ...outs)];
  const heightOf = (v) => PLOT.height * (1 - (v - low) / (high - low || 1));
  const d = pathOf(xs.map((x, n) => [plot.across(x), Math.min(heightOf(outs[n]), PLOT.height - 1.5)]));
  return { d, words: `from ${threeDigits(low)} to ${threeDigits(high)}` };
}

// The curve through points: show(net, x, node) draws the answers and, dashed, a hidden node.
function makeCurve(run) {
  const { view, names, rows, activations, sizes } = run;
  const plot = makePlot(PLOT, { view, names, className: "stage" });
  const [curve, unit, probe] = ["fit", "unit", "probe"].map((name) => make("svg:path", { class: name }));
  const dot = make("svg:circle", { class: "dot", r: 5 });
  const note = make("svg:text", { class: "note", x: PLOT.width - 6, y: 14 });
  plot.inner.append(...rows.map((row) => point(plot, row, "row")), probe, unit, curve, dot, note);
  const xs = spread(...view[0], 161);
  const output = [sizes.length - 1, 0];
  const show = (net, [x], node, symbol) => {
    const answers = outsOf(net, activations, output, [...xs, x].map((v) => [v]));
    curve.setAttribute("d", pathOf(xs.map((v, n) => plot.at([v, answers[n]]))));
    probe.setAttribute("d", `M${plot.across(x)},0V${PLOT.height}`);
    moveTo(dot, plot.at([x, answers.at(-1)]));
    const isHidden = node[0] !== output[0];
    const outs = isHidden ? outsOf(net, activations, node, xs.map((v) => [v])) : [];
    const { d, words } = unitLine(plot, isHidden ? xs : [], outs);
    unit.setAttribute("d", d);
    note.textContent = isHidden ? `dashed: ${symbol}, ${words}` : "";
  };
  return { plot, show };
}

// A grid of tiles over the plot; show(values) shades them, values from −1 to 1, rows from the
// top. All tiles of one shade are one path: a thousand elements would be slow.
function makeTiles({ width, height }) {
  const [w, h] = [width / SQUARES, height / SQUARES];
  const paths = ["positive", "negative"].map((side) =>
    Array.from({ length: SHADES }, (_, n) =>
      make("svg:path", { class: side, "fill-opacity": ((0.42 * (n + 1)) / SHADES).toFixed(3) }),
    ),
  );
  const show = (values) => {
    const data = paths.map((side) => side.map(() => ""));
    values.forEach((v, n) => {
      const shade = Math.round(Math.abs(v) * SHADES);
      const [x, y] = [(n % SQUARES) * w, Math.floor(n / SQUARES) * h];
      if (shade) data[v < 0 ? 1 : 0][shade - 1] += `M${x},${y}h${w}v${h}h${-w}z`;
    });
    paths.forEach((side, k) => side.forEach((path, n) => path.setAttribute("d", data[k][n])));
  };
  return { node: make("svg:g", { class: "tiles", "shape-rendering": "crispEdges" }, ...paths.flat()), show };
}

// Two classes in the plane: the shade is the chosen node, the line where the answer is ½.
function makePlane(run) {
  const { view, names, rows, activations, sizes } = run;
  const plot = makePlot(PLOT, { view: view.slice(0, 2), names, className: "stage" });
  const tiles = makeTiles(PLOT);
  const line = make("svg:path", { class: "boundary" });
  const dot = make("svg:circle", { class: "dot", r: 6 });
  const points = rows.map((row) => point(plot, row, row[2] > 0.5 ? "one" : "zero-class"));
  plot.inner.append(tiles.node, ...points, line, dot);
  const middle = ([low, high]) => {
    const half = (high - low) / SQUARES / 2;
    return spread(low + half, high - half, SQUARES);
  };
  const [x1, x2] = [middle(view[0]), middle(view[1])];
  const grid = x2.toReversed().flatMap((v) => x1.map((u) => [u, v])); // rows from the top
  const output = [sizes.length - 1, 0];
  const show = (net, x, node) => {
    const flows = grid.map((p) => forward(net.weights, net.biases, activations, p).outs);
    const answers = flows.map((outs) => outs[output[0]][0]);
    const isOutput = node[0] === output[0];
    const outs = flows.map((columns) => columns[node[0]][node[1]]);
    const most = outs.reduce((top, v) => Math.max(top, Math.abs(v)), 0) || 1;
    tiles.show(isOutput ? answers.map((y) => 2 * y - 1) : outs.map((v) => v / most));
    const values = x2.map((_, row) => answers.slice(row * SQUARES, (row + 1) * SQUARES));
    const toPx = ([i, j]) => [((i + 0.5) * PLOT.width) / SQUARES, ((j + 0.5) * PLOT.height) / SQUARES];
    line.setAttribute("d", levelLines(values, 0.5).map((pair) => pathOf(pair.map(toPx))).join(""));
    moveTo(dot, plot.at(x));
  };
  return { plot, show };
}

// The losses of all epochs; show(epoch) puts the marker.
function makeLosses(run, onepoch) {
  const last = run.losses.length - 1;
  const view = [[0, Math.max(last, 1)], run.loss_view];
  const plot = makePlot(LOSS, { view, names: ["epoch", "loss"], isLog: true, className: "losses" });
  const kinds = [["test", "test rows", run.test_losses], ["train", "training rows", run.losses]];
  const lines = kinds
    .filter(([, , losses]) => losses.length)
    .map(([kind, words, losses]) => {
      const d = pathOf(losses.map((v, n) => plot.at([n, v])));
      const dot = make("svg:circle", { class: kind, r: 4.5 });
      return { kind, words, losses, dot, path: make("svg:path", { class: kind, d }) };
    });
  const marker = make("svg:path", { class: "marker" });
  plot.inner.append(marker, ...lines.map(({ path }) => path), ...lines.map(({ dot }) => dot));
  plot.onpull(([part]) => onepoch(part * last));
  const keys = lines.map(({ kind, words }) => make("span", { class: `key ${kind}` }, words)).reverse();
  plot.node.append(make("p", { class: "legend", "aria-hidden": "true" }, ...keys));
  const show = (epoch) => {
    marker.setAttribute("d", `M${plot.across(epoch)},0V${LOSS.height}`);
    for (const { dot, losses } of lines) moveTo(dot, plot.at([epoch, losses[epoch]]));
  };
  return { node: plot.node, show };
}

const KEPT = ["epoch", "x"];
const RUN = ["sizes", "activations", "rows", "names", "view", "losses", "test_losses", "loss_view", "ended"];

// The parameters of the state, as the address names them.
export function settingsOf(run) {
  const sides = run.sizes[0] === 1 ? ["x"] : ["x1", "x2"];
  return [
    { name: "epoch", path: ["epoch"], low: 0, high: run.losses.length - 1, isWhole: true },
    ...sides.map((name, i) => ({ name, path: ["x", i] })),
  ];
}

// The network of the shown epoch, drawn; a node is looked at by pointing and by a press.
function makeNet(run, onlook, onchoose) {
  const { sizes, activations } = run;
  const nodes = nodesOf(sizes);
  const svg = make("svg:svg", { class: "network", "aria-hidden": "true" });
  let parts;
  const draw = (width) => {
    parts = drawNetwork(svg, sizes, width || 340, titlesOf(activations));
    for (const { name } of nodes.slice(1).flat()) {
      const { group } = parts.get(name);
      group.addEventListener("pointerenter", () => onlook(name));
      group.addEventListener("pointerleave", () => onlook(undefined));
      group.addEventListener("click", () => onchoose(name));
    }
  };
  const showLines = (net, layer, n, isSeen) =>
    nodes[layer - 1].forEach((tail, m) => {
      const edge = parts.get(`${tail.name}-${nodes[layer][n].name}`);
      showWeight(edge, net.weights[layer - 1][n][m], isSeen);
      edge.group.classList.toggle("selected", isSeen);
    });
  const show = (net, flow, unit) =>
    nodes.forEach((column, layer) =>
      column.forEach(({ name }, n) => {
        showNode(parts.get(name), flow.outs[layer][n]);
        parts.get(name).group.classList.toggle("selected", name === unit);
        if (layer) showLines(net, layer, n, name === unit);
      }),
    );
  return { node: make("div", { class: "net" }, svg), draw, show };
}

// Epochs by slider, buttons and play: show(epoch) sets them.
function makeTools(model, last, update, say) {
  const noted = () => model.get("epoch");
  const write = (epoch) => put(model, { epoch });
  const wait = Math.max(40, Math.min(400, 8000 / (last || 1)));
  const player = makePlayer({ noted, write, show: update, most: last, wait });
  const range = { reach: last, low: 0, high: last, step: 1 };
  const epochs = namedSlider({ words: "epoch", onvalue: player.goTo, say, ...range });
  const node = make(
    "div",
    { class: "tools" },
    button("‹", () => player.goTo(player.at() - 1), { "aria-label": "Epoch before" }),
    player.node,
    button("›", () => player.goTo(player.at() + 1), { "aria-label": "Next epoch" }),
    button("Reset", () => (player.pause(), reset(model)), { class: "reset" }),
  );
  return { nodes: [epochs.node, node], player, show: epochs.show };
}

// Where the network is asked: a slider for each input: show(x) sets them.
function makeAsking(model, { names, view }, say) {
  const sliders = names.slice(0, -1).map((words, i) => {
    const reach = Math.ceil(Math.max(-view[i][0], view[i][1]));
    const onvalue = (v) => put(model, replaced(stateOf(model, KEPT), ["x", i], v));
    return namedSlider({ words, onvalue, say, reach });
  });
  const show = (x) => sliders.forEach((slider, i) => slider.show(x[i]));
  return { nodes: sliders.map(({ node }) => node), show };
}

function placeOf(nodes, name) {
  const k = nodes.findIndex((column) => column.some((n) => n.name === name));
  return [k, nodes[k].findIndex((n) => n.name === name)];
}

// The plot of what is learned; a press in it asks the network there.
function makePicture(model, run) {
  const picture = run.sizes[0] === 1 ? makeCurve(run) : makePlane(run);
  const ends = run.view.slice(0, -1);
  picture.plot.onpull((parts) => {
    const x = ends.map(([low, high], i) => low + parts[i] * (high - low));
    put(model, { x: x.map((v) => Number(v.toPrecision(3))) });
  });
  return picture;
}

function render({ model, el }) {
  const run = stateOf(model, RUN);
  const { sizes, activations } = run;
  const networks = unpack(sizes, model.get("parameters"));
  const nodes = nodesOf(sizes);
  const says = readout();
  let hovered;
  const choose = (unit) => put(model, { unit });
  const look = (name) => ((hovered = name), update());
  const tools = makeTools(model, networks.epochs - 1, () => update(), says.say);
  const { at, goTo, pause, stop } = tools.player;
  const [picture, losses] = [makePicture(model, run), makeLosses(run, goTo)];
  const [drawn, asking] = [makeNet(run, look, choose), makeAsking(model, run, says.say)];
  const entries = nodes.slice(1).flat().map(({ name, symbol }) => [name, `node ${symbol}`]);
  const labels = ["Node to look at", "Node before", "Next node"];
  const stepper = makeStepper(entries, labels, () => model.get("unit"), choose);
  const law = make("div", { class: "law" });
  const left = [picture.plot.node, ...tools.nodes, losses.node, ...says.nodes];
  const right = [drawn.node, stepper.node, ...asking.nodes, law];
  fill(el, "training", make("div", { class: "panel" }, ...left), make("div", { class: "panel" }, ...right));

  const update = () => {
    const state = { ...stateOf(model, KEPT), epoch: at() };
    const net = networks.at(state.epoch);
    const flow = forward(net.weights, net.biases, activations, state.x);
    const unit = hovered ?? model.get("unit");
    const [k, i] = placeOf(nodes, unit);
    picture.show(net, state.x, [k, i], nodes[k][i].symbol);
    losses.show(state.epoch);
    tools.show(state.epoch);
    asking.show(state.x);
    stepper.show();
    drawn.show(net, flow, unit);
    const path = ["node", k - 1, i];
    law.replaceChildren(...paragraphs(formula({ ...net, x: state.x, activations }, flow, { path })));
    says.say(report(run, state, flow.outs.at(-1)[0]));
  };
  const ends = [onWidth(drawn.node, (width) => (drawn.draw(width), update())), stop, says.stop];
  const parameters = settingsOf(run);
  return keepInStep(model, { traits: KEPT, also: ["unit"], parameters, update, say: says.say, still: pause, ends });
}

export default { render };
