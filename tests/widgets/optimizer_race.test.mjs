// Run by conftest.py: MODULE is the figure as the browser gets it, GOLDEN is nnlib's word.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const js = await import(`file://${process.env.MODULE}`);
const cases = JSON.parse(readFileSync(process.env.GOLDEN));

const isClose = (a, b) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));
const VALLEY = { landscape: "valley", w0: [-3.5, 2], lr: 0.6, lr_adaptive: 0.5, momentum: 0.8, steps: 20, focus: "all" };
const report = (state, steps) => js.report(state, js.race(state, steps), steps);

test("every path is nnlib's, place by place, and ends where nnlib's ends", () => {
  assert.ok(cases.length >= 400);
  for (const { state, paths } of cases) {
    const ours = js.race(state, js.MOST);
    assert.deepEqual(Object.keys(ours), Object.keys(paths));
    for (const [name, path] of Object.entries(paths)) {
      assert.equal(ours[name].length, path.length, `${name} ${JSON.stringify(state)}`);
      path.forEach((w, k) => w.forEach((v, i) => assert.ok(isClose(ours[name][k][i], v), `${name} step ${k} ${JSON.stringify(state)}`)));
    }
  }
});

test("some of the cases diverge and some arrive", () => {
  const paths = cases.flatMap(({ paths }) => Object.values(paths));
  assert.ok(paths.filter((path) => path.length <= js.MOST).length > 50);
  assert.ok(paths.filter((path) => path.length === js.MOST + 1).length > 500);
});

test("a shorter race is the beginning of a longer one", () => {
  const [short, long] = [js.race(VALLEY, 7), js.race(VALLEY, 30)];
  for (const name of Object.keys(long)) assert.deepEqual(short[name], long[name].slice(0, 8));
});

test("the report says who is lowest, who diverged and what to lower", () => {
  const step20 = report(VALLEY, 20);
  assert.match(step20, /^Step 20: RMSProp lowest, loss \S+\.$/);
  assert.equal(report(VALLEY, 0), "All six stand at the start, with the loss 4.7656.");
  assert.match(report({ ...VALLEY, lr: 0.8 }, 30), /lowest, loss .*\. Nesterov diverged: lower the lr\.$/);
  assert.match(report({ ...VALLEY, lr: 5 }, 30), /SGD, Momentum and Nesterov diverged: lower the lr\.$/);
  assert.equal(report({ ...VALLEY, w0: [0, 0] }, 9), "The ground is level at the start: no slope, no step.");
});

test("those who are equally low are named together", () => {
  assert.match(report({ ...VALLEY, momentum: 0, lr_adaptive: 0 }, 20), /^Step 20: SGD, Momentum and Nesterov lowest/);
});

test("the hand's places lie in the view and have round numbers", () => {
  assert.deepEqual(js.placed([9, -9]), [4, -3]);
  assert.deepEqual(js.placed([0.512, -0.01]), [0.5, 0]);
});

test("the address keeps what moved, and refuses what fits nothing", () => {
  const moved = { ...VALLEY, landscape: "bend", w0: [-3.5, 1 / 3], steps: 7, focus: "Adam" };
  const found = js.toAddress(moved, VALLEY, js.PARAMETERS);
  assert.deepEqual(Object.keys(found), ["landscape", "w2", "steps", "focus"]);
  assert.deepEqual(js.fromAddress(VALLEY, found, js.PARAMETERS), { state: moved, refused: [] });
  for (const [key, text] of [["landscape", "hill"], ["lr", "-1"], ["momentum", "1"], ["w1", "4.1"], ["steps", "101"], ["focus", "adam"]]) {
    const { state, refused } = js.fromAddress(VALLEY, { [key]: text }, js.PARAMETERS);
    assert.deepEqual([state, refused], [VALLEY, [`${key}=${text}`]]);
  }
});
