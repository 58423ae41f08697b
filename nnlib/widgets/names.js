// The names of the nodes and of the numbers of a network.

import { high, low } from "./numbers.js";

export const sizesOf = (weights) => [weights[0][0].length, ...weights.map((w) => w.length)];

// The nodes, layer by layer: { name, symbol }; hidden layers are numbered where two exist.
export function nodesOf(sizes) {
  return sizes.map((size, k) => {
    const letter = k === 0 ? "x" : k === sizes.length - 1 ? "y" : "h";
    const layer = sizes.length > 3 && letter === "h" ? k : "";
    return Array.from({ length: size }, (_, i) => ({
      name: letter + (layer && `${layer}_`) + (i + 1),
      symbol: letter + low(i + 1) + (layer && `⁽${high(layer)}⁾`),
    }));
  });
}

// Every number that can be moved, in reading order: its name, its words, where it stands.
export function parametersOf(sizes) {
  const nodes = nodesOf(sizes);
  const all = nodes[0].map(({ name, symbol }, i) => ({
    name,
    words: `input ${symbol}`,
    path: ["x", i],
  }));
  for (let k = 1; k < sizes.length; k++)
    nodes[k].forEach((head, j) => {
      all.push({ name: head.name, words: `bias of ${head.symbol}`, path: ["biases", k - 1, j] });
      nodes[k - 1].forEach((tail, i) =>
        all.push({
          name: `${tail.name}-${head.name}`,
          words: `weight ${tail.symbol} → ${head.symbol}`,
          path: ["weights", k - 1, j, i],
        }),
      );
    });
  return all;
}
