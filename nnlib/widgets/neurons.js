// What the neurons of a network do: activations, their slopes, and the pass forward.

const sigmoid = (a) => {
  const e = Math.exp(-Math.abs(a));
  return (a >= 0 ? 1 : e) / (1 + e);
};

const softmax = (a) => {
  const top = Math.max(...a);
  const e = a.map((a_k) => Math.exp(a_k - top));
  const sum = e.reduce((s, e_k) => s + e_k, 0);
  return e.map((e_k) => e_k / sum);
};

// What each activation makes of a sum, and its slope there; where there is none, what Python
// agreed on. leak: the slope of Leaky ReLU.
const FUNCTIONS = {
  identity: (v) => v,
  sigmoid,
  tanh: Math.tanh,
  relu: (v) => Math.max(v, 0),
  leaky_relu: (v, leak) => Math.max(v, leak * v),
  step: (v) => (v > 0 ? 1 : 0),
};
const SLOPES = {
  identity: () => 1,
  sigmoid: (v) => sigmoid(v) * (1 - sigmoid(v)),
  tanh: (v) => 1 - Math.tanh(v) ** 2,
  relu: (v) => (v > 0 ? 1 : 0),
  leaky_relu: (v, leak) => (v > 0 ? 1 : leak),
  step: () => 0,
};

// An activation is { f, slope } as Python names it; it makes outputs of a layer's sums.
export function activate({ f, slope }, a) {
  if (f === "softmax") return softmax(a);
  const of = FUNCTIONS[f];
  return Array.from(a, (v) => of(v, slope));
}

// The slope of an activation at each sum.
export function activateDer({ f, slope }, a) {
  const of = SLOPES[f];
  return Array.from(a, (v) => of(v, slope));
}

// weights[layer][node][input] -> sums[layer][node], outs[layer + 1][node]; outs[0] is x
export function forward(weights, biases, activations, x) {
  const outs = [x];
  const sums = weights.map((rows, layer) => {
    const before = outs[layer];
    const a = rows.map((row, node) => {
      let sum = 0;
      for (let i = 0; i < row.length; i++) sum += row[i] * before[i];
      return sum + biases[layer][node];
    });
    outs.push(activate(activations[layer], a));
    return a;
  });
  return { sums, outs };
}
