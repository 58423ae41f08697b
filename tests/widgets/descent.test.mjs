// Run by conftest.py: MODULE is the figure as the browser gets it, GOLDEN is Python's word.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const js = await import(`file://${process.env.MODULE}`);
const { landscapes, cases } = JSON.parse(readFileSync(process.env.GOLDEN));

const toNumber = (text) => Number(text.replace("inf", "Infinity"));
const isSame = (a, b) => Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));
const pathOf = ({ landscape, w0, lr, steps }) => js.descend(landscapes[landscape].terms, w0, lr, steps);
const say = (name, lr, w, steps) => {
  const land = landscapes[name];
  const path = js.descend(land.terms, [...w, 0].slice(0, 2), lr, steps);
  return js.report(path, land, lr);
};

test("the path is that of Python, place by place, however long and wild", () => {
  assert.ok(cases.length >= 300);
  let overflowed = 0;
  for (const golden of cases) {
    const path = pathOf(golden);
    assert.equal(path.length, golden.path.length);
    path.forEach(({ w, loss }, k) => {
      golden.path[k].forEach((v, i) => assert.ok(isSame(w[i], toNumber(v)), `${w[i]} is not ${v}`));
      assert.ok(isSame(loss, toNumber(golden.losses[k])), `${loss} is not ${golden.losses[k]}`);
    });
    overflowed += !Number.isFinite(path.at(-1).loss);
  }
  assert.ok(overflowed >= 20, `only ${overflowed} paths overflow`);
});

test("no report holds a NaN, an infinity or an empty sentence", () => {
  for (const golden of cases) {
    const land = landscapes[golden.landscape];
    const path = pathOf(golden);
    for (const k of new Set([0, 1, 2, 3, path.length - 1])) {
      const words = js.report(path.slice(0, k + 1), land, golden.lr);
      assert.doesNotMatch(words, /NaN|nfinity|undefined/);
      assert.match(words, /^(Start|Step \d+):.*\n[A-Z].*\.$/);
      for (const line of js.formula(path.at(Math.min(k, path.length - 1)), land, golden.lr)) assert.doesNotMatch(line, /NaN|undefined/);
    }
  }
});

test("what a step did is said as it is", () => {
  const table = [
    ["one weight", 0.5, [6], 0, /^Start: w = 6, L = 8\nHere the ball starts\.$/],
    ["one weight", 0.5, [6], 2, /^Step 2: w = 3, L = 0.5\nIt rolls down\.$/],
    ["one weight", 0.001, [6], 9, /It creeps/],
    ["one weight", 1, [6], 1, /^Step 1: w = 2, L = 0\n.*no place is lower: it has arrived/],
    ["one weight", 1.5, [6], 1, /^Step 1: w = 0, L = 2\nIt overshot/],
    ["one weight", 2, [6], 5, /^Step 5: w = −2, L = 8\nIt jumps from one side to the other/],
    ["one weight", 2.5, [6], 1, /L = 18\nThis step landed higher than the start\. Lower the learning rate\.$/],
    ["one weight", 2.5, [6], 3, /It diverges.*out of the picture\. Lower the learning rate\.$/],
    ["one weight", 0, [6], 3, /A learning rate of 0 moves nothing/],
    ["one weight", 1e4, [6], 200, /^Step \d+:\nThe loss overflowed.*Lower the learning rate\.$/],
    ["two valleys", 1, [2], 200, /overflowed/],
    ["two valleys", 0.1, [2], 100, /L ≈ 0.8454\nThe ground is level.*other places are lower/],
    ["two valleys", 0.1, [-2], 100, /L ≈ 0.139\n.*no place is lower/],
    ["two valleys", 0.6, [-1.6], 1, /\nThis step landed higher than the start/],
    ["two valleys", 0.3, [-2], 1, /\nIt overshot/],
    ["saddle", 0.2, [0, 1.6], 100, /L ≈? ?=? ?0.25\n.*other places are lower/],
    ["saddle", 0.2, [0.1, 1.6], 150, /no place is lower/],
    ["line through points", 0.1, [0, 0], 1, /^Step 1: w = 0.85, b = 0.4, L ≈ 4.0294\nIt rolls down/],
    ["line through points", 0.5, [0, 0], 30, /It diverges/],
    ["line through points", 0.45, [0, 0], 3, /overshot/],
  ];
  for (const [name, lr, w, steps, words] of table) assert.match(say(name, lr, w, steps), words);
});

test("the next step is shown with its numbers", () => {
  const land = landscapes["line through points"];
  const [start] = js.descend(land.terms, [0, 0], 0.1, 0);
  assert.deepEqual(js.formula(start, land, 0.1), ["w ← 0 − 0.1 · (−8.5) = 0.85", "b ← 0 − 0.1 · (−4) = 0.4"]);
  const one = landscapes["one weight"];
  assert.deepEqual(js.formula(js.descend(one.terms, [6, 0], 0.5, 0)[0], one, 0.5), ["w ← 6 − 0.5 · 4 = 4"]);
});

test("every point of a level line lies on its level", () => {
  const f = (x, y) => x * x + 2 * y; // straight between neighbors only in y
  const values = Array.from({ length: 40 }, (_, j) => Array.from({ length: 40 }, (_, i) => f(i / 10, j / 10)));
  for (const level of [1, 5.3, 20]) {
    const pairs = js.levelLines(values, level);
    assert.ok(pairs.length > 5);
    for (const pair of pairs) {
      assert.equal(pair.length, 2);
      for (const [i, j] of pair) assert.ok(Math.abs(f(i / 10, j / 10) - level) < 0.003);
    }
  }
  assert.deepEqual(js.levelLines(values, 1e9), []);
});
