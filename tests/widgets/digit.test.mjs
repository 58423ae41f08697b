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
