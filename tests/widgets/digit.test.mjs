// Run by conftest.py: MODULE is the figure as the browser gets it, GOLDEN is nnlib's word.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const js = await import(`file://${process.env.MODULE}`);
const golden = JSON.parse(readFileSync(process.env.GOLDEN));

const areClose = (a, b) => {
  assert.equal(a.length, b.length);
  for (let n = 0; n < b.length; n++)
    assert.ok(
      Math.abs(a[n] - b[n]) <= 1e-9 * Math.max(1, Math.abs(b[n])),
      `${a[n]} is not ${b[n]}`,
    );
};
const answer = (net, image) =>
  js.forward(net.weights, net.biases, net.activations, image).outs.at(-1);

test("strokes become the image that Python makes of them, to 1e-9", () => {
  assert.ok(golden.strokes.length >= 200);
  golden.strokes.forEach((strokes, n) => areClose(js.prepare(strokes, []).image, golden.images[n]));
});

test("networks say what nnlib says in float64, to 1e-9", () => {
  let cases = 0;
  for (const { layers, parameters, images, y } of golden.networks) {
    const net = js.unpack(layers, parameters);
    images.forEach((pixels, n) => areClose(answer(net, js.prepare([], pixels).image), y[n]));
    cases += images.length;
  }
  assert.ok(cases >= 200);
});

test("the weights of every hidden unit are those that nnlib gives", () => {
  let cases = 0;
  for (const { layers, parameters, units } of golden.networks) {
    const [net, known] = [js.unpack(layers, parameters), js.unitsOf(layers)];
    assert.deepEqual([...known.keys()], Object.keys(units));
    for (const { name, layer, node } of known.values())
      assert.deepEqual([...net.weights[layer][node]], units[name]);
    cases += known.size;
  }
  assert.ok(cases >= 80);
});

test("a unit is told by its weights, its output and its largest weights to the digits", () => {
  const net = { weights: [[[0.5, -0.25], [1, 2]], [[0, 1], [0, -1], [0, 0.5]]] };
  const unit = { symbol: "h₂", layer: 0, node: 1 };
  const [looks, gives] = js.tell(net, unit, 1.5).split("\n");
  assert.equal(looks, "The 2 weights of h₂, from 1.00 to 2.00. Ink on a blue pixel raises its sum, on an orange one lowers it.");
  assert.equal(gives, "Now h₂ = 1.5. Its weight to the 0 is the largest (1.00), to the 1 the smallest (−1.00).");
  assert.ok(js.tell(net, unit, undefined).split("\n")[1].startsWith("Its weight to the 0"));
  const deep = { weights: [...net.weights, [[1, 0, 0]]] };
  assert.equal(js.tell(deep, unit, undefined), looks);
  assert.match(js.tell(deep, { symbol: "h₁⁽²⁾", layer: 1, node: 0 }, 2), /A blue unit raises its sum, an orange one lowers it\.\nNow h₁⁽²⁾ = 2\. Its weight/);
});

test("an address stands for a drawing, an example, a unit, or for nothing", () => {
  const start = { strokes: [], pixels: [7], unit: "" };
  const [examples, units] = [[[1], [2]], new Map([["h1", {}]])];
  const read = (found) => js.fromText(found, start, examples, units);
  assert.deepEqual(read({ unit: "h1" }), { ...start, unit: "h1" });
  assert.deepEqual(read({ example: "1", unit: "none" }), { strokes: [], pixels: [2], unit: "" });
  assert.deepEqual(read({ ink: "none" }), { strokes: [], pixels: [], unit: "" });
  assert.deepEqual(read({ ink: "0a0b" }), { strokes: [[[10, 11]]], pixels: [], unit: "" });
  for (const found of [{ unit: "h2" }, { example: "2" }, { ink: "x" }, { ink: "zzzz" }, { a: "1" }])
    assert.equal(read(found), null);
});

test("every MNIST test image is taken for the digit that nnlib takes it for", () => {
  const { path, layers, parameters, classes } = golden.mnist;
  const [net, bytes] = [js.unpack(layers, parameters), readFileSync(path)];
  assert.ok(classes.length >= 1000);
  classes.forEach((digit, n) => {
    const { image } = js.prepare([], [...bytes.subarray(784 * n, 784 * (n + 1))]);
    const y = answer(net, image);
    assert.equal(y.indexOf(Math.max(...y)), digit, `image ${n}`);
  });
});

test("a half is the number that it stands for", () => {
  for (const [half, value] of [
    [0, 0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [1, 2 ** -24],
    [0x83ff, -1023 * 2 ** -24],
    [0x3555, 0.333251953125],
  ])
    assert.equal(js.halfToNumber(half), value);
});

test("what is said fits what is there", () => {
  const y = [0.05, 0.9, 0, 0, 0.05, 0, 0, 0, 0, 0];
  const [line, mark, pixels] = [
    [
      [
        [10, 0],
        [10, 200],
      ],
    ],
    [
      [
        [10, 0],
        [10, 50],
      ],
    ],
    Array(784).fill(9),
  ];
  assert.equal(js.judge([], [], undefined), "Empty: draw a digit, or ask for one.");
  assert.equal(js.judge(mark, [], y), "Only a small mark so far: draw larger.");
  assert.equal(js.judge(line, [], y), "The network says: a 1 (0.90).");
  assert.equal(js.judge([], pixels, y), "The network says: a 1 (0.90).");
  const unsure = [0, 0, 0, 0, 0.45, 0, 0, 0, 0.15, 0.4];
  assert.equal(js.judge(line, [], unsure), "Half-drawn or unclear: a 4 (0.45), or a 9 (0.40)?");
});

test("strokes go into the address and come back", () => {
  for (const strokes of golden.strokes)
    assert.deepEqual(js.strokesFromText(js.strokesToText(strokes)), strokes);
  for (const text of ["", ".", "0", "00zz", "0a0", "0a0a..0a0a", "0A0A", "0a0a.", "<svg>"])
    assert.equal(js.strokesFromText(text), null);
});

test("nothing drawn is no image", () => assert.equal(js.prepare([], []), null));
