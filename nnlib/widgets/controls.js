// Controls for one number: a slider with a field, buttons to either side of a menu, a player.

import { button, calm, make, select } from "./elements.js";
import { LIMIT, SIGN, plain, sign } from "./numbers.js";

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

// A sliderRow with its words before it; label says more where the words are short.
export function namedSlider({ words, label = words, onvalue, say, ...range }) {
  const row = sliderRow(onvalue, say, range);
  row.name(label);
  const name = make("span", { "aria-hidden": "true" }, words);
  return { node: make("div", { class: "named" }, name, row.node), show: row.show };
}

// A menu of [name, words] with a button to either side; now() is the name that is chosen.
// labels: of the menu and of the two buttons.
export function makeStepper(entries, labels, now, onchoose) {
  const names = entries.map(([name]) => name);
  const step = (by) => onchoose(names.at((names.indexOf(now()) + by) % names.length));
  const menu = select(entries, onchoose, { "aria-label": labels[0] });
  const before = button("‹", () => step(-1), { "aria-label": labels[1] });
  const next = button("›", () => step(1), { "aria-label": labels[2] });
  const show = () => (menu.value = now());
  return { node: make("div", { class: "choice" }, before, menu, next), show };
}

// Counts up while it plays. noted() is the count in the model, write(count) notes it there,
// last() is where playing ends, most the end of the range; show() draws at(), the present
// count: while it plays the page alone counts, and where it stops is written down.
export function makePlayer({ noted, write, show, most, last = () => most, wait }) {
  let timer, count;
  const node = button("Play", () => (timer ? pause() : play()), { class: "play" });
  const at = () => count ?? noted();
  const goTo = (n) => (pause(), write(Math.max(0, Math.min(most, Math.round(n)))));
  function pause() {
    clearInterval(timer);
    const stopped = count;
    timer = count = undefined;
    node.textContent = "Play";
    if (stopped !== undefined) write(stopped);
  }
  function play() {
    if (calm()) return goTo(last());
    count = at() >= last() ? 0 : at();
    node.textContent = "Pause";
    timer = setInterval(() => {
      if (count >= last()) return pause();
      count += 1;
      show();
    }, wait);
    show();
  }
  return { node, at, goTo, pause, stop: () => clearInterval(timer) };
}
