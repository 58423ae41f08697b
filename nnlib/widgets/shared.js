// What the figures share: the numbers of a network, how numbers are written, elements,
// a slider with its field, the address of the page, and words for who listens.

export const LIMIT = 10000;

const sigmoid = (a) => {
  const e = Math.exp(-Math.abs(a));
  return (a >= 0 ? 1 : e) / (1 + e);
};

const softmax = (a) => {
  const top = Math.max(...a);
  const e = a.map((a_k) => Math.exp(a_k - top));
  const sum = e.reduce((s, e_k) => s + e_k, 0);
  return e.map((e_k) => e_k / sum);
};

// An activation is { f, slope } as Python names it; it makes outputs of a layer's sums.
export function activate({ f, slope }, a) {
  if (f === "softmax") return softmax(a);
  const functions = {
    identity: (v) => v,
    sigmoid,
    tanh: Math.tanh,
    relu: (v) => Math.max(v, 0),
    leaky_relu: (v) => Math.max(v, slope * v),
    step: (v) => (v > 0 ? 1 : 0),
  };
  return Array.from(a, functions[f]);
}

// The slope of an activation at each sum; where there is none, what Python agreed on.
export function activateDer({ f, slope }, a) {
  const slopes = {
    identity: () => 1,
    sigmoid: (v) => sigmoid(v) * (1 - sigmoid(v)),
    tanh: (v) => 1 - Math.tanh(v) ** 2,
    relu: (v) => (v > 0 ? 1 : 0),
    leaky_relu: (v) => (v > 0 ? 1 : slope),
    step: () => 0,
  };
  return Array.from(a, slopes[f]);
}

// weights[layer][node][input] -> sums[layer][node], outs[layer + 1][node]; outs[0] is x
export function forward(weights, biases, activations, x) {
  const outs = [x];
  const sums = weights.map((rows, layer) => {
    const before = outs[layer];
    const a = rows.map((row, node) => {
      let sum = 0;
      for (let i = 0; i < row.length; i++) sum += row[i] * before[i];
      return sum + biases[layer][node];
    });
    outs.push(activate(activations[layer], a));
    return a;
  });
  return { sums, outs };
}

// Two decimals, more only where they would hide the number: 0.50, −3.14, 3e−7, 12345
export function number(v) {
  const size = Math.abs(v);
  const tiny = size > 0 && size < 0.005;
  const digits = size < 100 ? 2 : size < 1000 ? 1 : 0;
  const text = tiny ? v.toExponential(0) : size < 1e5 ? v.toFixed(digits) : v.toExponential(1);
  return sign(text);
}

// A number in a formula: up to four decimals, none that says nothing.
export function plain(v) {
  const size = Math.abs(v);
  if (size > 0 && (size < 5e-5 || size >= 1e7)) return sign(v.toExponential(2));
  return sign(String(Number(v.toFixed(4))));
}

// "= 0.5" where four decimals say it all, else "≈ 0.6225"
export function equals(v) {
  const exact = Math.abs(v - Number(v.toFixed(4))) <= 1e-12 * Math.max(1, Math.abs(v));
  return (exact ? "= " : "≈ ") + plain(v);
}

const sign = (text) =>
  text
    .replace(/^-0(\.0*)?$/, "0$1")
    .replace("e+", "e")
    .replaceAll("-", "−");

export const SIGN = { "-1": "negative", 0: "zero", 1: "positive" };

export const low = (i) => String(i).replace(/\d/g, (d) => "₀₁₂₃₄₅₆₇₈₉"[d]);
export const high = (i) => String(i).replace(/\d/g, (d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]);

// make("svg:circle", { class: "node", r: 5 }, child, "text"); on… attributes are listeners
export function make(tag, attributes = {}, ...children) {
  const [, svg, name] = tag.match(/^(svg:)?(.*)$/);
  const node = svg
    ? document.createElementNS("http://www.w3.org/2000/svg", name)
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

// Fill el with a figure. Its controls keep their keys: JupyterLab would take the arrows.
export function fill(el, name, ...children) {
  const figure = make("div", { class: name }, ...children);
  for (const control of figure.querySelectorAll("input, select, button, [tabindex]"))
    control.setAttribute("data-lm-suppress-shortcuts", "true");
  el.replaceChildren(make("div", { class: "nnlib" }, figure));
}

export const button = (text, onclick, attributes = {}) =>
  make("button", { type: "button", onclick, ...attributes }, text);

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// A parameter of a figure is { name, path, … }: its name in the address and where in the
// state it stands, ["x"] or ["weights", layer, node, input]. It is one of `options` where
// it has them, else a number from `low` to `high`.
export const valueAt = (state, path) => path.reduce((part, key) => part[key], state);

// The trait a path leads into, copied, with one value replaced: { trait: copy }
export function replaced(state, [trait, ...path], value) {
  if (!path.length) return { [trait]: value };
  const copy = structuredClone(state[trait]);
  path.slice(0, -1).reduce((part, key) => part[key], copy)[path.at(-1)] = value;
  return { [trait]: copy };
}

// What differs from the start, for the address: { "x1-h2": "0.5" }
export function toAddress(state, start, parameters) {
  const moved = parameters.filter(({ path }) => valueAt(state, path) !== valueAt(start, path));
  return Object.fromEntries(moved.map(({ name, path }) => [name, `${valueAt(state, path)}`]));
}

function isFit({ options, low = -LIMIT, high = LIMIT }, text) {
  if (options) return options.includes(text);
  return text.trim() !== "" && Number(text) >= low && Number(text) <= high;
}

// The start with changes made to it; refused: those that are no value of a parameter.
export function fromAddress(start, found, parameters) {
  const state = structuredClone(start);
  const refused = [];
  for (const [name, text] of Object.entries(found)) {
    const parameter = parameters.find((p) => p.name === name);
    if (!parameter || !isFit(parameter, text)) refused.push(`${name}=${text}`);
    else
      Object.assign(
        state,
        replaced(state, parameter.path, parameter.options ? text : Number(text)),
      );
  }
  return { state, refused };
}

// Listen to a model until the view is gone: returns what ends it.
export function listen(model, names, update) {
  const events = names.map((name) => `change:${name}`);
  for (const event of events) model.on(event, update);
  return () => events.forEach((event) => model.off(event, update));
}

export function put(model, values) {
  for (const [name, value] of Object.entries(values)) model.set(name, value);
  model.save_changes();
}

// Back to what Python noted as the start.
export const reset = (model) => put(model, structuredClone(model.get("start")));

// Pull a part of a drawing anywhere: start(event), at the press, gives what each move is told.
export function onPull(part, start) {
  // Chromium overlooks touch-action within an svg: without this a finger would scroll.
  part.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
  part.addEventListener("pointerdown", (down) => {
    const pull = start(down);
    down.preventDefault();
    part.setPointerCapture(down.pointerId);
    part.addEventListener("pointermove", pull);
    const end = () => part.removeEventListener("pointermove", pull);
    part.addEventListener("lostpointercapture", end, { once: true });
  });
}

// What the figure says: at once for the eye, after a pause for a screen reader.
export function readout() {
  const seen = make("p", { class: "readout", "aria-hidden": "true" });
  const heard = make("p", { class: "heard", role: "status" });
  let timer;
  const say = (text) => {
    if (seen.textContent === text) return;
    seen.textContent = text;
    clearTimeout(timer);
    timer = setTimeout(() => (heard.textContent = text), 500);
  };
  return { nodes: [seen, heard], say, stop: () => clearTimeout(timer) };
}

// A slider and a number field for one value; say(words) tells what a field cannot take.
// The slider runs from −reach to reach, farther where the value is, never beyond low, high.
export function sliderRow(
  onvalue,
  say,
  { reach = 3, low = -LIMIT, high = LIMIT, step = 0.05 } = {},
) {
  const take = (event) => {
    const text = event.target.value.trim();
    const value = Number(text);
    if (text !== "" && value >= low && value <= high) onvalue(value);
    else if (event.type === "change") {
      say(`Type a number from ${sign(`${low}`)} to ${high}; the last one was kept.`);
      row.show(row.value);
    }
  };
  const slider = make("input", { type: "range", step, oninput: take });
  const field = make("input", { type: "number", step, oninput: take, onchange: take });
  const row = {
    node: make("div", { class: "slider" }, slider, field),
    name(text) {
      slider.setAttribute("aria-label", text);
      field.setAttribute("aria-label", `${text}, typed`);
    },
    show(value) {
      row.value = value;
      row.node.className = `slider ${SIGN[Math.sign(value)]}`;
      const far = Math.max(reach, Math.ceil(Math.abs(value)));
      const [min, max] = [Math.max(low, -far), Math.min(high, far)];
      const percent = (v) => `${(100 * (v - min)) / (max - min)}%`;
      Object.assign(slider, { min, max, value });
      slider.style.setProperty("--part", percent(value));
      slider.style.setProperty("--origin", percent(Math.max(min, 0)));
      slider.setAttribute("aria-valuetext", plain(value));
      if (Number(field.value) !== value || field.value === "") field.value = String(value);
    },
  };
  return row;
}

// On a page of the book the state lives in the address, #x1=0.5&h2=1; elsewhere there is
// no model.address. write() gives { key: text } to note, read({ key: text }) takes it back.
export function keepInAddress(model, names, { read, write }) {
  if (!model.address) return () => {};
  const restore = () => {
    const found = model.address.read();
    if (Object.keys(found).length) read(found);
  };
  restore();
  const ends = [
    listen(model, names, () => model.address.write(write)),
    model.address.follow(restore),
  ];
  return () => ends.forEach((end) => end());
}
