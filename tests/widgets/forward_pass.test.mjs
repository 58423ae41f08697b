// Run by conftest.py: MODULE is the figure as the browser gets it, GOLDEN is nnlib's word.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const js = await import(`file://${process.env.MODULE}`);
const golden = JSON.parse(readFileSync(process.env.GOLDEN));

const isClose = (a, b) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));
const textOf = (lines) => lines.map((parts) => parts.map((p) => p.mark ?? p).join(""));
const parametersOf = (state) => js.parametersOf(js.sizesOf(state.weights));
const ALL = [1, 2, 3, 4, 5, 6, 7, 8];

test("forward gives what nnlib gives, to 1e-9", () => {
  assert.ok(golden.length >= 200);
  for (const { weights, biases, activations, x, outs } of golden) {
    const flow = js.forward(weights, biases, activations, x);
    assert.deepEqual(
      flow.outs.map((o) => o.length),
      outs.map((o) => o.length),
    );
    flow.outs.forEach((column, k) =>
      column.forEach((value, i) => {
        assert.ok(isClose(value, outs[k][i]), `${value} is not ${outs[k][i]}`);
      }),
    );
  }
});

test("every number has the name that Python knows and leads to its place", () => {
  for (const state of golden) {
    const parameters = parametersOf(state);
    assert.deepEqual(parameters.map((p) => p.name).sort(), [...state.names].sort());
    for (const { path } of parameters) assert.equal(typeof js.valueAt(state, path), "number");
  }
});

test("moving one number changes that number and nothing else", () => {
  for (const state of golden.slice(0, 40))
    for (const { path } of parametersOf(state)) {
      const before = structuredClone(state);
      const moved = { ...state, ...js.replaced(state, path, 0.125) };
      assert.equal(js.valueAt(moved, path), 0.125);
      assert.deepEqual(state, before);
      const back = { ...moved, ...js.replaced(moved, path, js.valueAt(before, path)) };
      assert.deepEqual(back, before);
    }
});

test("the address keeps what moved, and gives it back", () => {
  for (const start of golden.slice(0, 40)) {
    const parameters = parametersOf(start);
    assert.deepEqual(js.toAddress(start, start, parameters), {});
    for (const { name, path } of parameters) {
      const moved = { ...start, ...js.replaced(start, path, 1 / 3) };
      const found = js.toAddress(moved, start, parameters);
      assert.deepEqual(Object.keys(found), [name]);
      const { state, refused } = js.fromAddress(start, found, parameters);
      assert.deepEqual(refused, []);
      assert.deepEqual(state, moved);
    }
  }
});

test("what the address cannot mean is refused and leaves the start", () => {
  const start = golden[0];
  const parameters = parametersOf(start);
  for (const [name, text] of [
    ["x1", "a"],
    ["x1", " "],
    ["x1", "NaN"],
    ["x1", "10001"],
    ["x1", "-1e9"],
    ["z1", "1"],
    ["__proto__", "1"],
  ]) {
    const { state, refused } = js.fromAddress(
      start,
      Object.fromEntries([[name, text]]),
      parameters,
    );
    assert.deepEqual(refused, [`${name}=${text}`]);
    assert.deepEqual(state, start);
  }
});

test("numbers are written short, and never as a lie", () => {
  const table = [
    [0, "0.00"],
    [-0, "0.00"],
    [0.5, "0.50"],
    [-1, "−1.00"],
    [0.004, "4e−3"],
    [-3e-7, "−3e−7"],
    [99.99, "99.99"],
    [123.46, "123.5"],
    [12345.6, "12346"],
    [-10000, "−10000"],
    [1e8, "1.0e8"],
  ];
  for (const [value, text] of table) assert.equal(js.number(value), text);
  for (const [value, text] of [
    [0.5, "= 0.5"],
    [1 / 3, "≈ 0.3333"],
    [0, "= 0"],
    [-2, "= −2"],
    [1e-6, "≈ 1.00e−6"],
    [1 - 1e-6, "≈ 1"],
    [4e8, "= 4.00e8"],
  ])
    assert.equal(js.equals(value), text);
});

test("the formula shows each number of a sum, and marks the one that moves", () => {
  const sigmoid = { f: "sigmoid", slope: 0 };
  const state = {
    weights: [
      [
        [1, 0.5],
        [-1, 0.5],
      ],
      [[1, -2]],
    ],
    biases: [[0, 0.5], [0.25]],
    x: [1, -0.5],
    activations: [sigmoid, { f: "identity", slope: 0 }],
  };
  const flow = js.forward(state.weights, state.biases, state.activations, state.x);
  const parameters = new Map(parametersOf(state).map((p) => [p.name, p]));
  const lines = (name) => js.formula(state, flow, parameters.get(name));
  assert.deepEqual(textOf(lines("x1-h2")), [
    "a = x₁ · w₁ + x₂ · w₂ + b",
    "a = 1 · (−1) + (−0.5) · 0.5 + 0.5 = −0.75",
    "h₂ = σ(a) = σ(−0.75) ≈ 0.3208",
  ]);
  assert.deepEqual(
    lines("x1-h2")
      .flat()
      .filter((p) => p.mark),
    [{ mark: "(−1)" }],
  );
  assert.deepEqual(
    lines("h2")
      .flat()
      .filter((p) => p.mark),
    [{ mark: "0.5" }],
  );
  assert.deepEqual(textOf(lines("x2")), ["x₂ = −0.5 goes to h₁, h₂."]);
  assert.equal(textOf(lines("h1-y1"))[2], "y₁ = a ≈ 0.2875");
  for (const f of ["identity", "sigmoid", "tanh", "relu", "leaky_relu", "softmax"]) {
    state.activations[1] = { f, slope: 0.01 };
    assert.match(textOf(lines("y1"))[2], /^y₁ = .* [=≈] /);
  }
});

// Does the line meet the open box? By a thousand points of it.
const POINTS = Array.from({ length: 1001 }, (_, n) => n / 1000);
const meets = ({ from, to }, box, half) =>
  POINTS.some(
    (t) =>
      Math.abs(from.x + t * (to.x - from.x) - box.x) < half.x &&
      Math.abs(from.y + t * (to.y - from.y) - box.y) < half.y,
  );

test("where all weights have numbers, none lies on another line, number or node", () => {
  let placed = 0;
  for (const width of [264, 300, 340, 500, 620, 800])
    for (const n_in of ALL)
      for (const n_out of ALL) {
        const plan = js.layout([n_in, n_out], width);
        const t = js.numberPlace(plan, 0);
        if (t === null) continue;
        placed++;
        const lines = plan.at[1].flatMap((to) => plan.at[0].map((from) => ({ from, to })));
        const boxes = lines.map(({ from, to }) => ({
          x: from.x + t * (to.x - from.x),
          y: from.y + t * (to.y - from.y),
        }));
        boxes.forEach((box, n) => {
          for (const [m, line] of lines.entries())
            if (m !== n) assert.ok(!meets(line, box, js.BOX));
          for (const [m, b] of boxes.entries())
            if (m !== n)
              assert.ok(
                Math.abs(b.x - box.x) >= 2 * js.BOX.x || Math.abs(b.y - box.y) >= 2 * js.BOX.y,
              );
          for (const node of plan.at.flat()) {
            const dx = Math.max(0, Math.abs(node.x - box.x) - js.BOX.x);
            const dy = Math.max(0, Math.abs(node.y - box.y) - js.BOX.y);
            assert.ok(Math.hypot(dx, dy) >= plan.r - 1);
          }
        });
      }
  assert.ok(placed >= 40, `only ${placed} layouts have numbers everywhere`);
});

test("nodes never touch and stay inside the drawing", () => {
  for (const width of [264, 300, 340, 620])
    for (const size of ALL)
      for (const columns of [2, 3, 4]) {
        const plan = js.layout(Array(columns).fill(size), width);
        for (const column of plan.at)
          column.forEach((node, i) => {
            assert.ok(node.x - plan.r >= 0 && node.x + plan.r <= width);
            assert.ok(node.y - plan.r >= 0 && node.y + plan.r <= plan.height - 18);
            if (i) assert.ok(node.y - column[i - 1].y >= 2 * plan.r);
          });
        for (let k = 1; k < columns; k++)
          assert.ok(plan.at[k][0].x - plan.at[k - 1][0].x > 2 * plan.r);
      }
});
