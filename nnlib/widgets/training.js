// Training: a recorded run, epoch by epoch: what the network said, its loss, its weights.
//
// Traits: epoch; unit, a node's name; x, where the network is asked. Of the run: sizes,
// activations, parameters (W and b of every epoch in single precision, base64), rows [x…, t],
// names, view [[low, high], …], losses, test_losses, loss_view, ended.

import { levelLines } from "./levels.js";
import { formula, toParagraphs } from "./movable.js";
import { drawNetwork, nodesOf, showNode, showWeight, titlesOf } from "./network.js";
import {
  button,
  calm,
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
  reset,
  sliderRow,
  toAddress,
} from "./shared.js";

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

const spread = (low, high, n) => Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));

// Round numbers from low to high, three to six of them; of a logarithmic axis 1, 2, 5, 10, …
export function ticks(low, high, isLog = false) {
  const tens = (v) => Math.floor(Math.log10(v));
  if (isLog) {
    const steps = high / low > 300 ? [1] : [1, 2, 5];
    const powers = Array.from({ length: tens(high) - tens(low) + 1 }, (_, n) => tens(low) + n);
    const all = powers.flatMap((power) => steps.map((m) => Number(`${m}e${power}`)));
    const inside = all.filter((v) => v >= low && v <= high);
    const every = Math.ceil(inside.length / 7);
    return inside.length > 1 ? inside.filter((_, n) => n % every === 0) : [low, high];
  }
  const unit = 10 ** tens(high - low);
  const step = [0.2, 0.5, 1, 2].map((m) => m * unit).find((s) => (high - low) / s < 6);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, n) => Number((step * (first + n)).toPrecision(12)));
}

const say = (name, v) => `${name} ${equals(v)}`;

// What the figure says: which epoch, its loss, and the answer at x.
export function report(run, { epoch, x }, y) {
  const { losses, test_losses: tests, names, ended, activations } = run;
  const last = losses.length - 1;
  const when = epoch ? `Epoch ${epoch} of ${last}` : "Before any learning";
  const loss = [say("loss", losses[epoch]), ...(tests.length ? [say("on test rows", tests[epoch])] : [])];
  const place = x.map((v, i) => `${names[i]} = ${plain(v)}`).join(", ");
  const isYesNo = activations.at(-1).f === "sigmoid";
  const answer = isYesNo ? `${say("y₁", y)}: class ${y > 0.5 ? 1 : 0}` : say(names.at(-1), y);
  const end = ended && epoch === last ? `\n${ended}` : "";
  return `${when}: ${loss.join(", ")}\nAt ${place} it says ${answer}.${end}`;
}

const PLOT = { x: 46, y: 10, width: 284, height: 230 };
const LOSS = { x: 46, y: 10, width: 284, height: 96 };
const SQUARES = 40; // to a side of the plane
const SHADES = 12;
const SMALLEST = 1e-12;

// A frame with axes; across and down turn values into px of its inner part.
function makePlot({ x, y, width, height }, { view, names, isLog = false, className }) {
  const scale = ([low, high], size, log) => {
    const f = log ? (v) => Math.log(Math.max(v, SMALLEST)) : (v) => v;
    return (v) => Math.max(-1e5, Math.min(1e5, (size * (f(v) - f(low))) / (f(high) - f(low))));
  };
  const across = scale(view[0], width, false);
  const up = scale(view[1], height, isLog);
  const down = (v) => height - up(v);
  const text = (words, tx, ty, more = {}) => make("svg:text", { x: tx, y: ty, ...more }, words);
  const short = (v) => plain(Number(v.toPrecision(3)));
  const marks = [
    ...ticks(...view[0]).map((v) => text(short(v), x + across(v), y + height + 14)),
    ...ticks(...view[1], isLog).map((v) => text(short(v), x - 6, y + down(v), { class: "end" })),
    text(names[0], x + width / 2, y + height + 32),
    text(names[1], 0, 0, { transform: `translate(8 ${y + height / 2}) rotate(-90)` }),
  ];
  const area = make("svg:rect", { class: "area", width, height });
  const inner = make("svg:svg", { x, y, width, height, overflow: isLog ? "visible" : "hidden" }, area);
  const frame = make("svg:rect", { class: "frame", x, y, width, height });
  const svg = make(
    "svg:svg",
    { viewBox: `0 0 340 ${height + 52}`, "aria-hidden": "true" },
    frame,
    make("svg:g", { class: "axes" }, ...marks),
    inner,
  );
  const partsOf = (event) => {
    const box = svg.getBoundingClientRect();
    const at = [event.clientX - box.left, event.clientY - box.top].map((v) => (v * 340) / box.width);
    const parts = [(at[0] - x) / width, 1 - (at[1] - y) / height];
    return parts.map((part) => Math.min(1, Math.max(0, part)));
  };
  // pulled(parts) is told where a pressed pointer is, as parts of width and height.
  const onpull = (pulled) =>
    area.addEventListener("pointerdown", (down_) => {
      if (!down_.isPrimary || down_.button !== 0) return;
      area.setPointerCapture(down_.pointerId);
      const pull = (event) => pulled(partsOf(event));
      area.addEventListener("pointermove", pull);
      const end = () => area.removeEventListener("pointermove", pull);
      area.addEventListener("lostpointercapture", end, { once: true });
      pull(down_);
    });
  return { node: make("div", { class: className }, svg), inner, across, down, onpull };
}

const pathOf = (points) =>
  points.length ? `M${points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}` : "";

const point = (plot, [x, y], className) =>
  className === "one"
    ? make("svg:rect", { class: "one", x: plot.across(x) - 3, y: plot.down(y) - 3, width: 6, height: 6 })
    : make("svg:circle", { class: className, cx: plot.across(x), cy: plot.down(y), r: className === "zero-class" ? 3.3 : 2 });

// The curve through points: show(net, x, node) draws the answers and, dashed, a hidden node.
function makeCurve(run) {
  const { view, names, rows, activations, sizes } = run;
  const plot = makePlot(PLOT, { view, names, className: "stage" });
  const [curve, unit, probe] = ["fit", "unit", "probe"].map((name) => make("svg:path", { class: name }));
  const dot = make("svg:circle", { class: "dot", r: 5 });
  const note = make("svg:text", { class: "note", x: PLOT.width - 6, y: 12 });
  plot.inner.append(...rows.map((row) => point(plot, row, "row")), probe, unit, curve, dot, note);
  const xs = spread(...view[0], 161);
  const output = [sizes.length - 1, 0];
  const show = (net, [x], node, symbol) => {
    const answers = outsOf(net, activations, output, [...xs, x].map((v) => [v]));
    curve.setAttribute("d", pathOf(xs.map((v, n) => [plot.across(v), plot.down(answers[n])])));
    probe.setAttribute("d", `M${plot.across(x)},0V${PLOT.height}`);
    dot.setAttribute("cx", plot.across(x));
    dot.setAttribute("cy", plot.down(answers.at(-1)));
    unit.setAttribute("d", "");
    note.textContent = "";
    if (node[0] === output[0]) return;
    const outs = outsOf(net, activations, node, xs.map((v) => [v]));
    const [low, high] = [Math.min(0, ...outs), Math.max(0, ...outs)];
    const heights = outs.map((v) => PLOT.height * (1 - (v - low) / (high - low || 1)));
    unit.setAttribute("d", pathOf(xs.map((v, n) => [plot.across(v), Math.min(heights[n], PLOT.height - 1.5)])));
    note.textContent = `dashed: ${symbol}, from ${plain(Number(low.toPrecision(3)))} to ${plain(Number(high.toPrecision(3)))}`;
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
    dot.setAttribute("cx", plot.across(x[0]));
    dot.setAttribute("cy", plot.down(x[1]));
  };
  return { plot, show };
}

// The losses of all epochs; show(epoch) puts the marker.
function makeLosses(run, onepoch) {
  const last = run.losses.length - 1;
  const view = [[0, Math.max(last, 1)], run.loss_view];
  const plot = makePlot(LOSS, { view, names: ["epoch", "loss"], isLog: true, className: "losses" });
  const line = (losses, className) =>
    make("svg:path", { class: className, d: pathOf(losses.map((v, n) => [plot.across(n), plot.down(v)])) });
  const marker = make("svg:path", { class: "marker" });
  const dots = [run.losses, run.test_losses].map((_, n) => make("svg:circle", { class: n ? "test" : "train", r: 4.5 }));
  plot.inner.append(marker, line(run.test_losses, "test"), line(run.losses, "train"), ...dots);
  plot.onpull(([part]) => onepoch(Math.round(part * last)));
  const legend = [make("span", { class: "train" }, "training"), ...(run.test_losses.length ? [make("span", { class: "test" }, "test")] : [])];
  plot.node.append(make("p", { class: "legend", "aria-hidden": "true" }, ...legend));
  const show = (epoch) => {
    marker.setAttribute("d", `M${plot.across(epoch)},0V${LOSS.height}`);
    [run.losses, run.test_losses].forEach((losses, n) => {
      dots[n].classList.toggle("gone", !losses.length);
      if (!losses.length) return;
      dots[n].setAttribute("cx", plot.across(epoch));
      dots[n].setAttribute("cy", plot.down(losses[epoch]));
    });
  };
  return { node: plot.node, show };
}

const KEPT = ["epoch", "x"];
const RUN = ["sizes", "activations", "rows", "names", "view", "losses", "test_losses", "loss_view", "ended"];

// The parameters of the state, as the address names them.
export function settingsOf(run) {
  const sides = run.sizes[0] === 1 ? ["x"] : ["x1", "x2"];
  return [
    { name: "epoch", path: ["epoch"], low: 0, high: run.losses.length - 1 },
    ...sides.map((name, i) => ({ name, path: ["x", i] })),
  ];
}

// A slider with its words before it.
function named(words, row) {
  row.name(words);
  return make("div", { class: "named" }, make("span", { "aria-hidden": "true" }, words), row.node);
}

function render({ model, el }) {
  const run = Object.fromEntries(RUN.map((name) => [name, model.get(name)]));
  const { sizes, activations, names, view } = run;
  const networks = unpack(sizes, model.get("parameters"));
  const last = networks.epochs - 1;
  const nodes = nodesOf(sizes);
  const units = nodes.slice(1).flat();
  const now = () => ({ epoch: model.get("epoch"), x: model.get("x") });
  const parameters = settingsOf(run);
  const says = readout();
  let timer, playedTo, hovered, parts, width;

  const goTo = (epoch) => (pause(), put(model, { epoch: Math.round(epoch) }));
  const choose = (unit) => put(model, { unit });
  const ask = (i, value) => put(model, replaced(now(), ["x", i], value));
  const picture = sizes[0] === 1 ? makeCurve(run) : makePlane(run);
  picture.plot.onpull((at) => {
    const place = names.slice(0, -1).map((_, i) => view[i][0] + at[i] * (view[i][1] - view[i][0]));
    put(model, { x: place.map((v) => Number(v.toPrecision(3))) });
  });
  const losses = makeLosses(run, goTo);

  const epochs = sliderRow(goTo, says.say, { reach: last, low: 0, high: last, step: 1 });
  const playing = button("Play", () => (timer ? pause() : play()), { class: "play" });
  const tools = make(
    "div",
    { class: "tools" },
    button("‹", () => goTo(Math.max(0, epochNow() - 1)), { "aria-label": "Epoch before" }),
    playing,
    button("›", () => goTo(Math.min(last, epochNow() + 1)), { "aria-label": "Next epoch" }),
    button("Reset", () => (pause(), reset(model)), { class: "reset" }),
  );
  const asking = names.slice(0, -1).map((_, i) => {
    const [low, high] = view[i];
    const row = sliderRow((v) => ask(i, v), says.say, { reach: Math.ceil(Math.max(-low, high)), step: 0.05 });
    return { row, node: named(names[i], row) };
  });

  const options = units.map(({ name, symbol }) => make("option", { value: name }, `node ${symbol}`));
  const choice = make("select", { "aria-label": "Node to look at", onchange: () => choose(choice.value) }, ...options);
  const step = (by) => {
    const order = units.map(({ name }) => name);
    choose(order.at((order.indexOf(model.get("unit")) + by) % order.length));
  };
  const choosing = make(
    "div",
    { class: "choice" },
    button("‹", () => step(-1), { "aria-label": "Node before" }),
    choice,
    button("›", () => step(1), { "aria-label": "Next node" }),
  );
  const svg = make("svg:svg", { class: "network", "aria-hidden": "true" });
  const stage = make("div", { class: "net" }, svg);
  const law = make("div", { class: "law" });
  const left = make("div", { class: "panel" }, picture.plot.node, named("epoch", epochs), tools, losses.node, ...says.nodes);
  const right = make("div", { class: "panel" }, stage, choosing, ...asking.map(({ node }) => node), law);
  fill(el, "training", left, right);

  const epochNow = () => playedTo ?? model.get("epoch");

  // While it plays the page alone counts; where it stops is written down.
  function pause() {
    clearInterval(timer);
    const epoch = playedTo;
    timer = playedTo = undefined;
    playing.textContent = "Play";
    if (epoch !== undefined) put(model, { epoch });
  }
  function play() {
    if (calm()) return goTo(last);
    playedTo = epochNow() >= last ? 0 : epochNow();
    playing.textContent = "Pause";
    timer = setInterval(() => {
      if (playedTo >= last) return pause();
      playedTo += 1;
      update();
    }, Math.max(40, Math.min(400, 8000 / (last || 1))));
    update();
  }

  const placeOf = (name) => {
    const k = nodes.findIndex((column) => column.some((n) => n.name === name));
    return [k, nodes[k].findIndex((n) => n.name === name)];
  };

  const update = () => {
    const state = { ...now(), epoch: epochNow() };
    const net = networks.at(state.epoch);
    const flow = forward(net.weights, net.biases, activations, state.x);
    const unit = hovered ?? model.get("unit");
    const [k, i] = placeOf(unit);
    picture.show(net, state.x, [k, i], nodes[k][i].symbol);
    losses.show(state.epoch);
    epochs.show(state.epoch);
    asking.forEach(({ row }, n) => row.show(state.x[n]));
    choice.value = model.get("unit");
    nodes.forEach((column, layer) =>
      column.forEach(({ name }, n) => {
        const part = parts.get(name);
        showNode(part, flow.outs[layer][n]);
        part.group.classList.toggle("selected", name === unit);
        if (!layer) return;
        nodes[layer - 1].forEach((tail, m) => {
          const isNear = layer === k && n === i;
          const edge = parts.get(`${tail.name}-${name}`);
          showWeight(edge, net.weights[layer - 1][n][m], isNear);
          edge.group.classList.toggle("selected", isNear);
        });
      }),
    );
    const lines = formula({ ...net, x: state.x, activations }, flow, { path: ["node", k - 1, i] });
    law.replaceChildren(...toParagraphs(lines));
    says.say(report(run, state, flow.outs.at(-1)[0]));
  };

  const hover = (name) => {
    hovered = name;
    update();
  };
  const draw = () => {
    if (stage.clientWidth === width) return;
    width = stage.clientWidth;
    parts = drawNetwork(svg, sizes, width || 340, titlesOf(activations));
    for (const { name } of units) {
      const { group } = parts.get(name);
      group.addEventListener("pointerenter", () => hover(name));
      group.addEventListener("pointerleave", () => hover(undefined));
      group.addEventListener("click", () => choose(name));
    }
    update();
  };

  draw();
  const watch = new ResizeObserver(draw);
  watch.observe(stage);
  const forget = listen(model, [...KEPT, "unit"], update);
  const leave = keepInAddress(model, KEPT, {
    write: () => toAddress(now(), model.get("start"), parameters),
    read: (found) => {
      const { state, refused } = fromAddress(model.get("start"), found, parameters);
      pause();
      put(model, { ...state, epoch: Math.round(state.epoch) });
      if (refused.length)
        says.say(`The address has ${refused.join(", ")}, which means nothing here; it was left out.`);
    },
  });
  return () => {
    clearInterval(timer);
    for (const end of [forget, leave, says.stop, () => watch.disconnect()]) end();
  };
}

export default { render };
