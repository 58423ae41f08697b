// Run by conftest.py: MODULE is the figure as the browser gets it, GOLDEN is nnlib's word.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const js = await import(`file://${process.env.MODULE}`);
const golden = JSON.parse(readFileSync(process.env.GOLDEN));

const isClose = (a, b) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));

test("every node of every epoch gives out what nnlib computes, to 1e-9", () => {
  assert.ok(golden.length >= 200);
  for (const { sizes, activations, parameters, epoch, x, outs } of golden) {
    const networks = js.unpack(sizes, parameters);
    assert.equal(networks.epochs, 3);
    const net = networks.at(epoch);
    js.nodesOf(sizes).forEach((column, k) =>
      column.forEach(({ name }, i) => {
        const [value] = js.outsOf(net, activations, [k, i], [x]);
        assert.ok(isClose(value, outs[name]), `${name}: ${value} is not ${outs[name]}`);
      }),
    );
    assert.equal(Object.keys(outs).length, js.nodesOf(sizes).flat().length);
  }
});

const run = {
  sizes: [1, 2, 1],
  names: ["rooms", "price"],
  losses: [300, 20.5, 20.25],
  test_losses: [],
  ended: "",
  activations: [{ f: "relu", slope: 0 }, { f: "identity", slope: 0 }],
};

test("the words name the epoch, its loss and the answer", () => {
  const words = (epoch, more = {}) => js.report({ ...run, ...more }, { epoch, x: [-0.5] }, 22.125);
  assert.equal(words(0), "Before any learning: loss = 300\nAt rooms = −0.5 it says price = 22.125.");
  assert.equal(words(1), "Epoch 1 of 2: loss = 20.5\nAt rooms = −0.5 it says price = 22.125.");
  assert.match(words(1, { test_losses: [310, 1 / 3, 1] }), /loss = 20.5, on test rows ≈ 0.3333\n/);
  const ended = "epoch 3: the loss is inf.";
  assert.ok(!words(1, { ended }).includes(ended));
  assert.ok(words(2, { ended }).endsWith(`\n${ended}`));
});

test("a probability is named with its class", () => {
  const activations = [{ f: "sigmoid", slope: 0 }];
  const plane = { ...run, names: ["x₁", "x₂", "t"], activations };
  const words = (y) => js.report(plane, { epoch: 1, x: [1, 2] }, y);
  assert.match(words(0.75), /At x₁ = 1, x₂ = 2 it says y₁ = 0.75: class 1\.$/);
  assert.match(words(0.5), /y₁ = 0.5: class 0\.$/);
});

test("ticks are few round numbers inside", () => {
  assert.deepEqual(js.ticks(-1.8, 3.8), [-1, 0, 1, 2, 3]);
  assert.deepEqual(js.ticks(0, 100), [0, 20, 40, 60, 80, 100]);
  assert.deepEqual(js.ticks(0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(js.ticks(12, 320, true), [20, 50, 100, 200]);
  assert.deepEqual(js.ticks(9.1, 9.9, true), [9.1, 9.9]);
  for (const [low, high] of [[-3, 53], [0.001, 0.0012], [-1e4, 1e4], [5, 5.5], [1e-12, 1e30]])
    for (const isLog of low > 0 ? [false, true] : [false]) {
      const found = js.ticks(low, high, isLog);
      assert.ok(found.length >= 2 && found.length <= 7, `${low} ${high}: ${found}`);
      assert.ok(found.every((v) => v >= low - 1e-9 && v <= high * (1 + 1e-9)));
    }
});

test("the address keeps what moved, gives it back, and refuses what means nothing", () => {
  const start = { epoch: 2, x: [0.25] };
  const settings = js.settingsOf(run);
  const moved = { epoch: 1, x: [1 / 3] };
  const found = js.toAddress(moved, start, settings);
  assert.deepEqual(found, { epoch: "1", x: `${1 / 3}` });
  assert.deepEqual(js.fromAddress(start, found, settings), { state: moved, refused: [] });
  for (const [name, text] of [["epoch", "3"], ["epoch", "-1"], ["unit", "h1"], ["x", "1e9"], ["x2", "1"]]) {
    const { state, refused } = js.fromAddress(start, { [name]: text }, settings);
    assert.deepEqual([state, refused], [start, [`${name}=${text}`]]);
  }
});
