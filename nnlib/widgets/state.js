// The state of a figure: its parameters, its traits, and the address of the page.

import { LIMIT } from "./numbers.js";

// A parameter of a figure is { name, path, … }: its name in the address and where in the
// state it stands, ["x"] or ["weights", layer, node, input]. It is one of `options` where
// it has them, else a number from `low` to `high`, rounded where it isWhole.
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

const valueOf = ({ options, isWhole }, text) => {
  if (options) return text;
  return isWhole ? Math.round(Number(text)) : Number(text);
};

// The start with changes made to it; refused: those that are no value of a parameter.
export function fromAddress(start, found, parameters) {
  const state = structuredClone(start);
  const refused = [];
  for (const [name, text] of Object.entries(found)) {
    const parameter = parameters.find((p) => p.name === name);
    if (!parameter || !isFit(parameter, text)) refused.push(`${name}=${text}`);
    else Object.assign(state, replaced(state, parameter.path, valueOf(parameter, text)));
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

// The present values of these traits.
export const stateOf = (model, traits) =>
  Object.fromEntries(traits.map((name) => [name, model.get(name)]));

// Keep a figure in step with its model: update() draws it at every change of its traits, of
// which those in `also` are not in the address; what the address brings is
// read when still() has stopped what plays, and what it cannot mean is told by say(words).
// Returns what ends all, the given ends included.
export function keepInStep(model, { traits, also = [], parameters, update, say, still, ends }) {
  const forget = listen(model, [...traits, ...also], update);
  const leave = keepInAddress(model, traits, {
    write: () => toAddress(stateOf(model, traits), model.get("start"), parameters),
    read: (found) => {
      still?.();
      const { state, refused } = fromAddress(model.get("start"), found, parameters);
      put(model, state);
      const given = refused.join(", ");
      if (given) say(`The address has ${given}, which means nothing here; it was left out.`);
    },
  });
  return () => [forget, leave, ...ends].forEach((end) => end());
}
