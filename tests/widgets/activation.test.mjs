// Run by conftest.py: MODULE is the figure as the browser gets it, GOLDEN is nnlib's word.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const js = await import(`file://${process.env.MODULE}`);
const golden = JSON.parse(readFileSync(process.env.GOLDEN));

const isClose = (a, b, size = 1) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b), size);
const START = {
  f: "sigmoid",
  x: 1,
  slope: 0.1,
  weights: [[[2], [2], [2]], [[2, -3, 1.25]]],
  biases: [[4, 0, -4], [-1]],
};

test("every number is what nnlib gives, to 1e-9", () => {
  assert.ok(golden.length >= 200);
  for (const { numbers, ...state } of golden) {
    const { y, der, bent, line } = js.numbersOf(state);
    const told = JSON.stringify({ state, numbers, y, der, bent, line });
    assert.ok(isClose(y, numbers.y), told);
    assert.ok(isClose(der, numbers.der), told);
    // where huge terms cancel, rounding is of their size; x alone reaches 1e4
    const terms = state.weights[1][0].map((v, j) => {
      const a = Math.abs(state.weights[0][j][0] * state.x) + Math.abs(state.biases[0][j]);
      return Math.abs(v) * (/relu|identity/.test(state.f) ? a : 1);
    });
    assert.ok(isClose(bent, numbers.bent, 1e-6 * Math.max(...terms)), told);
    assert.ok(isClose(line.a, numbers.line[0]), told);
    assert.ok(isClose(line.b, numbers.line[1]), told);
  }
});

test("the tangent touches the curve and has its slope", () => {
  for (const state of golden) {
    const { y, der, foot } = js.numbersOf(state);
    assert.ok(isClose(der * state.x + foot, y));
  }
});

test("without the activation the two layers lie on their line", () => {
  for (const state of golden.slice(0, 240)) {
    const plain = { ...state, f: "identity" };
    const { bent, straight } = js.numbersOf(plain);
    assert.ok(isClose(bent, straight));
  }
});

test("a jump stays a gap, and every part ends inside its piece", () => {
  const parts = js.sample((x) => (x > 0 ? 1 : 0), 6, [0, 9, -20]);
  assert.equal(parts.length, 2);
  assert.ok(parts[0].every(([x, y]) => x < 0 && x >= -6 && y === 0));
  assert.ok(parts[1].every(([x, y]) => x > 0 && x <= 6 && y === 1));
});

test("ticks are few and reach around", () => {
  for (const [lo, hi] of [[0, 1], [-1, 1], [-6, 6], [0, 6], [-2.5, 4.6], [-3e12, 1], [0.1, 0.103]]) {
    const marks = js.ticksAround(lo, hi);
    assert.ok(marks[0] <= lo && marks.at(-1) >= hi && marks.length >= 2 && marks.length <= 6);
  }
  assert.deepEqual(js.ticksAround(0, 1), [0, 0.25, 0.5, 0.75, 1]);
  assert.deepEqual(js.ticksAround(-2.5, 4.6), [-2.5, 0, 2.5, 5]);
});

test("the words carry the numbers", () => {
  assert.deepEqual(js.formulas(START).curve, [
    "y = σ(x) = 1 / (1 + e⁻ˣ)",
    "y ≈ 0.7311",
    "slope = y (1 − y) = 0.7311 · 0.2689 ≈ 0.1966",
    "tangent: 0.1966 · x + 0.5344",
    "",
  ]);
  assert.deepEqual(js.formulas(START).layers.slice(1), [
    "with sigmoid as f ≈ −1.4983",
    "without f: 0.5 · x + 2 = 2.5",
    "Whatever the weights, that is a line.",
  ]);
  for (const state of golden)
    for (const line of Object.values(js.formulas(state)).flat()) assert.doesNotMatch(line, /NaN|undefined|Infinity/);
});

test("what is special about a place is said", () => {
  const told = (change) => {
    const state = { ...START, ...change };
    return js.remark(state, js.numbersOf(state));
  };
  for (const [change, words] of [
    [{ f: "sigmoid", x: 5 }, /Saturated/],
    [{ f: "tanh", x: -3 }, /Saturated/],
    [{ f: "sigmoid", x: 4 }, /^$/],
    [{ f: "step", x: 0 }, /jumps here/],
    [{ f: "step", x: 2 }, /no slope to follow/],
    [{ f: "relu", x: 0 }, /kink has no slope; 0 is/],
    [{ f: "leaky_relu", x: 0 }, /kink has no slope; 0.1 is/],
    [{ f: "relu", x: -1 }, /Silent/],
    [{ f: "leaky_relu", x: -1 }, /Quiet/],
    [{ f: "leaky_relu", slope: 1 }, /it is the identity/],
    [{ f: "leaky_relu", slope: 0 }, /it is ReLU/],
    [{ f: "identity" }, /straight line/],
  ])
    assert.match(told(change), words);
});

test("the address keeps what moved, gives it back, and refuses what means nothing", () => {
  const parameters = js.parametersIn(START);
  assert.deepEqual(js.toAddress(START, START, parameters), {});
  const moved = { ...START, f: "relu", x: -2.5, slope: 0.3, biases: [[4, 1, -4], [-1]] };
  const found = js.toAddress(moved, START, parameters);
  assert.deepEqual(found, { f: "relu", x: "-2.5", slope: "0.3", h2: "1" });
  assert.deepEqual(js.fromAddress(START, found, parameters), { state: moved, refused: [] });
  for (const [name, text] of [["f", "softmax"], ["f", "__proto__"], ["x", ""], ["x", "1e5"], ["slope", "1.1"], ["slope", "-0.1"], ["x1", "1"], ["z", "1"]]) {
    const { state, refused } = js.fromAddress(START, { [name]: text }, parameters);
    assert.deepEqual([state, refused], [START, [`${name}=${text}`]]);
  }
});
