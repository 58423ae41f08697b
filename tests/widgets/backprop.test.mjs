// Run by conftest.py: MODULE is the figure as the browser gets it, GOLDEN is nnlib's word.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const js = await import(`file://${process.env.MODULE}`);
const golden = JSON.parse(readFileSync(process.env.GOLDEN));

const isClose = (a, b) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));
const textOf = (lines) => lines.map((parts) => parts.map((p) => p.mark ?? p).join(""));
const flowOf = ({ weights, biases, activations, x }) => js.forward(weights, biases, activations, x);

function assertClose(found, wanted) {
  const [a, b] = [found.flat(Infinity), wanted.flat(Infinity)];
  assert.equal(a.length, b.length);
  a.forEach((value, n) => assert.ok(isClose(value, b[n]), `${value} is not ${b[n]}`));
}

test("loss and gradients are what nnlib gives, to 1e-9", () => {
  assert.ok(golden.length >= 200);
  for (const state of golden) {
    const found = js.backward(state, flowOf(state));
    assertClose([found.loss], [state.loss]);
    assertClose(found.grads_w, state.grads_w);
    assertClose(found.grads_b, state.grads_b);
  }
});

test("an update is a step of SGD, refused where a number would leave the limits", () => {
  let refused = 0;
  for (const state of golden) {
    const found = js.updated(state, js.backward(state, flowOf(state)));
    const all = Object.values(state.updated).flat(Infinity);
    const isFit = all.every((v) => Math.abs(v) <= js.LIMIT);
    assert.equal(found !== null, isFit);
    if (!isFit) refused++;
    else for (const name of ["weights", "biases"]) assertClose(found[name], state.updated[name]);
  }
  assert.ok(refused > 0 && refused < golden.length / 4);
});

test("the steps meet every node once on the way forward and twice on the way back", () => {
  for (const { sizes } of golden) {
    const steps = js.stepsOf(sizes);
    const nodes = sizes.slice(1).flatMap((size, k) => Array.from({ length: size }, (_, j) => `${k},${j}`));
    assert.equal(steps.length, 3 * nodes.length + 2);
    const met = (kind) => steps.filter((s) => s.kind === kind).map(({ k, j }) => `${k},${j}`);
    assert.deepEqual(met("forward"), nodes);
    for (const kind of ["back", "weights"]) {
      assert.deepEqual(met(kind).sort(), [...nodes].sort());
      const layers = steps.filter((s) => s.kind === kind).map(({ k }) => k);
      assert.deepEqual(layers, [...layers].sort((a, b) => b - a));
    }
    const kinds = steps.map((s) => s.kind);
    assert.equal(kinds.indexOf("start"), 0);
    assert.equal(kinds.indexOf("loss"), nodes.length + 1);
    assert.equal(new Set(steps.map((s) => s.words)).size, steps.length);
  }
});

const STATE = {
  weights: [[[1, 0.5], [-1, 0.5], [0, 2]], [[1, -1, 2]]],
  biases: [[0, 0.5, -1], [0.25]],
  x: [1, 0.5],
  t: [1],
  lr: 0.1,
  activations: [{ f: "sigmoid", slope: 0 }, { f: "identity", slope: 0 }],
};

function linesAt(n, state = STATE) {
  const flow = flowOf(state);
  const steps = js.stepsOf(js.sizesOf(state.weights));
  return js.linesOf(state, flow, js.backward(state, flow), steps[n]);
}

test("each step says its formula with the numbers in it, and marks what comes in", () => {
  assert.deepEqual(textOf(linesAt(1)), [
    "a = x₁ · w₁ + x₂ · w₂ + b",
    "a = 1 · 1 + 0.5 · 0.5 + 0 = 1.25",
    "h₁ = σ(a) = σ(1.25) ≈ 0.7773",
  ]);
  assert.deepEqual(textOf(linesAt(5)), ["L = ½ (y₁ − t₁)²", "L = ½ (1.5895 − 1)² ≈ 0.1737"]);
  assert.deepEqual(textOf(linesAt(6)), [
    "dout = ∂L/∂y₁ = y₁ − t₁",
    "dout = 1.5895 − 1 ≈ 0.5895",
    "f′(a) = 1",
    "da = dout · f′(a) = 0.5895 · 1 ≈ 0.5895",
  ]);
  assert.deepEqual(textOf(linesAt(10)), [
    "dout = da of y₁ · its w",
    "dout = 0.5895 · (−1) ≈ −0.5895",
    "σ′(a) = y (1 − y) = 0.4378 · 0.5622 ≈ 0.2461",
    "da = dout · f′(a) = (−0.5895) · 0.2461 ≈ −0.1451",
  ]);
  assert.deepEqual(textOf(linesAt(11)), [
    "dw = da · input,  db = da",
    "dw₁ = da · x₁ = (−0.1451) · 1 ≈ −0.1451",
    "dw₂ = da · x₂ = (−0.1451) · 0.5 ≈ −0.0725",
    "db = da · 1 = (−0.1451) · 1 ≈ −0.1451",
  ]);
  assert.deepEqual(linesAt(10).flat().filter((p) => p.mark), [{ mark: "0.5895" }, { mark: "(−0.5895)" }]);
});

test("a node that feeds several gathers from each of them", () => {
  const state = { ...STATE, weights: [[[2]], [[3], [-4]]], biases: [[0], [0, 0]], x: [0], t: [1, 1] };
  const [law, sum] = textOf(linesAt(9, state));
  assert.equal(law, "dout = da of y₁ · its w + da of y₂ · its w");
  assert.equal(sum, "dout = 0.5 · 3 + (−3) · (−4) = 13.5");
});

test("every step of every network has lines and a result without NaN", () => {
  for (const state of golden) {
    const flow = flowOf(state);
    const grads = js.backward(state, flow);
    for (const step of js.stepsOf(state.sizes)) {
      const words = [...textOf(js.linesOf(state, flow, grads, step)), js.resultOf(state, flow, grads, step)];
      for (const line of words) assert.doesNotMatch(line, /NaN|undefined|null/);
    }
  }
});

test("nodes never touch and stay inside the drawing, the loss among them", () => {
  for (const width of [240, 264, 300, 340, 430, 620])
    for (const { sizes } of golden.slice(0, 60)) {
      const plan = js.placesIn(sizes, width);
      const all = plan.at.flat();
      assert.deepEqual(plan.at.map((column) => column.length), [...sizes, 1]);
      all.forEach((a, n) => {
        assert.ok(a.x - plan.r >= 0 && a.x + plan.r <= width && a.y - plan.r >= 0);
        assert.ok(a.y + plan.r <= plan.height - 18);
        for (const b of all.slice(n + 1)) assert.ok(Math.hypot(a.x - b.x, a.y - b.y) >= 2 * plan.r);
      });
    }
});
