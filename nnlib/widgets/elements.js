// What a figure is made of in the page: elements, what the hand does to them, words.

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
  // What takes keys keeps them. JupyterLab would take the arrows of whatever has the focus,
  // unless that element itself says so.
  if (/^(input|select|button)$/.test(tag) || "tabindex" in attributes)
    node.setAttribute("data-lm-suppress-shortcuts", "true");
  node.append(...children);
  return node;
}

// Fill el with a figure: a group, so that a listener knows what its controls belong to.
export function fill(el, name, ...children) {
  const group = { role: "group", "aria-label": `live figure, ${name.replace("-", " ")}` };
  el.replaceChildren(make("div", { class: "nnlib", ...group }, make("div", { class: name }, ...children)));
}

export const button = (text, onclick, attributes = {}) =>
  make("button", { type: "button", onclick, ...attributes }, text);

// A menu of [value, words]; onchoose(value) is told what is chosen.
export function select(entries, onchoose, attributes = {}) {
  const options = entries.map(([value, words]) => make("option", { value }, words ?? value));
  const onchange = () => onchoose(node.value);
  const node = make("select", { onchange, ...attributes }, ...options);
  return node;
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// Pull a part of a drawing anywhere: start(event), at the press, gives what each move is
// told. Where the page scrolls, a finger that goes up or down over the part moves the page.
export function onPull(part, start, { scrolls = false } = {}) {
  // Chromium overlooks touch-action within an svg: without this a finger would scroll.
  if (!scrolls)
    part.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
  part.addEventListener("pointerdown", (down) => {
    if (!down.isPrimary || down.button !== 0) return;
    const pull = start(down);
    if (!scrolls) down.preventDefault();
    part.setPointerCapture(down.pointerId);
    part.addEventListener("pointermove", pull);
    const end = () => part.removeEventListener("pointermove", pull);
    part.addEventListener("lostpointercapture", end, { once: true });
  });
}

// Call draw(width) now and at every new width of an element: returns what ends it.
export function onWidth(element, draw) {
  let width;
  const look = () => {
    if (element.clientWidth === width) return;
    width = element.clientWidth;
    draw(width);
  };
  look();
  const watch = new ResizeObserver(look);
  watch.observe(element);
  return () => watch.disconnect();
}

// Text in which a sign and its number are not parted at the end of a line.
const whole = (text) =>
  text.split(/([=≈] \S+)/).map((part, n) => (n % 2 ? make("span", { class: "whole" }, part) : part));

// Lines of text or of parts as paragraphs; a part { mark } stands out.
export const paragraphs = (lines) =>
  lines.map((line) =>
    make("p", {}, ...[line].flat().flatMap((part) => (part.mark ? make("mark", {}, part.mark) : whole(part)))),
  );

// What the figure says: at once for the eye, after a pause for a screen reader.
export function readout() {
  const seen = make("p", { class: "readout", "aria-hidden": "true" });
  const heard = make("p", { class: "heard", role: "status" });
  let timer;
  const say = (text) => {
    if (seen.textContent === text) return;
    const [first, ...rest] = text.split(/(?=\n)/);
    seen.replaceChildren(make("b", {}, ...whole(first)), ...whole(rest.join("")));
    clearTimeout(timer);
    timer = setTimeout(() => (heard.textContent = text), 500);
  };
  return { nodes: [seen, heard], say, stop: () => clearTimeout(timer) };
}
