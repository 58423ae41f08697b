// Run by conftest.py: MODULE is the figure as the browser gets it, GOLDEN is nnlib's word.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const js = await import(`file://${process.env.MODULE}`);
const { cases, gates } = JSON.parse(readFileSync(process.env.GOLDEN));

const isClose = (a, b) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));
const allClose = (a, b) => a.length === b.length && a.every((v, i) => isClose(v, b[i]));
const AND = { weights: [0.5, 0.5], bias: -0.7, goal: "AND" };

test("sums and answers are those of nnlib to the last digit, ties included", () => {
  assert.ok(cases.length >= 1000);
  for (const { state, sums, answers, gate } of cases) {
    js.CORNERS.forEach((x, n) => assert.equal(js.sumOf(x, state), sums[n]));
    assert.deepEqual(js.answersOf(state), answers);
    assert.equal(js.gateOf(answers, gates), gate);
  }
});

test("the region that fires and its line are those of nnlib", () => {
  for (const { state, region, line } of cases) {
    const found = js.halfPlane(state);
    assert.ok(allClose(found.region.flat(), region.flat()));
    assert.ok(allClose(found.line.flat(), line.flat()));
  }
});

const seen = cases.filter(({ state, line }) => line.length && Math.hypot(...state.weights) < 100);

test("a line that was moved passes through where it was moved to", () => {
  assert.ok(seen.length >= 200);
  for (const { state, line } of seen) {
    const by = [0.3, -0.2];
    const moved = { ...state, ...js.shifted(state, by) };
    const size = Math.hypot(...state.weights);
    for (const p of line) assert.ok(Math.abs(js.sumOf([p[0] + by[0], p[1] + by[1]], moved)) <= 0.011 * size);
    assert.deepEqual(moved.weights, state.weights);
  }
});

test("a line that was turned passes through both points and keeps the size of its weights", () => {
  for (const { state, line: [p, q] } of seen) {
    const to = [q[0] + 0.2, q[1] - 0.1];
    if (Math.hypot(q[0] - p[0], q[1] - p[1]) < 0.3) continue;
    const moved = js.turned(state, p, q, to);
    const size = Math.hypot(...state.weights);
    for (const point of [p, to]) assert.ok(Math.abs(js.sumOf(point, moved)) <= 0.03 * size);
    assert.ok(Math.abs(Math.hypot(...moved.weights) - size) <= 0.02 * size);
    const [u, v] = [state, moved].map((s) => s.weights.map((w) => w / size));
    assert.ok(u[0] * v[0] + u[1] * v[1] > 0, "a small turn keeps the side that fires");
  }
});

test("a line turned half around fires on the other side", () => {
  const { weights, bias } = js.turned(AND, [0.7, 0.7], [1.4, 0], [0, 1.4]);
  assert.deepEqual([weights, bias], [[-0.5, -0.5], 0.7]);
});

test("a grip that is pulled onto the pivot leaves the line as it is", () => {
  assert.deepEqual(js.turned(AND, [0.7, 0.7], [1.4, 0], [0.7, 0.7]), { weights: [0.5, 0.5], bias: -0.7 });
});

test("no move leaves what a figure takes", () => {
  const large = { weights: [1e4, 1e4], bias: -1e4 };
  assert.equal(js.shifted(large, [1, 1]).bias, -1e4);
});

test("the verdict names the gate, counts what is right and says when more is impossible", () => {
  const OR = { weights: [0.5, 0.5], bias: -0.2 };
  const say = (state, goal) => js.verdict({ ...state, goal }, gates);
  assert.equal(say(AND, "AND"), "This is AND: all 4 answers are right.");
  assert.equal(say(AND, "OR"), "This is AND. For OR, 2 of 4 answers are right.");
  assert.equal(say(AND, "XOR"), "This is AND. For XOR, 1 of 4 answers is right.");
  assert.equal(say(OR, "XOR"), "This is OR. For XOR, 3 of 4 answers are right; one line cannot do more.");
  for (const { state } of cases)
    for (const goal of ["XOR", "XNOR"]) assert.ok(!say(state, goal).includes("all 4"));
});

test("where no line is seen, words say why", () => {
  assert.equal(js.whereIsLine({ weights: [0, 0] }, []), "no line: both weights are 0");
  assert.equal(js.whereIsLine({ weights: [1, 0] }, []), "the line lies outside this view");
  assert.equal(js.whereIsLine({ weights: [1, 0] }, [[0, 0], [1, 1]]), "");
});

test("the address keeps what moved, and gives it back", () => {
  const parameters = js.parametersOf(gates);
  assert.deepEqual(js.toAddress(AND, AND, parameters), {});
  const moved = { weights: [0.5, -1 / 3], bias: 1e-7, goal: "x₁ AND NOT x₂" };
  const found = js.toAddress(moved, AND, parameters);
  assert.deepEqual(Object.keys(found), ["w2", "b", "goal"]);
  assert.deepEqual(js.fromAddress(AND, found, parameters), { state: moved, refused: [] });
});

test("what the address cannot mean is refused and leaves the start", () => {
  for (const [key, text] of [["w1", "a"], ["w1", " "], ["b", "NaN"], ["w2", "10001"], ["goal", "and"], ["goal", "toString"], ["w3", "1"], ["__proto__", "1"]]) {
    const found = Object.fromEntries([[key, text]]);
    const { state, refused } = js.fromAddress(AND, found, js.parametersOf(gates));
    assert.deepEqual(refused, [`${key}=${text}`]);
    assert.deepEqual(state, AND);
  }
});
