// Lines of one level across a grid of values.

// values[row][column] -> pairs of points [column, row], in grid units.
export function levelLines(values, level) {
  const pairs = [];
  for (let j = 0; j + 1 < values.length; j++)
    for (let i = 0; i + 1 < values[j].length; i++) {
      const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
      const points = corners.flatMap((a, n) => {
        const b = corners[(n + 1) % 4];
        const [v_a, v_b] = [a, b].map(([x, y]) => values[y][x]);
        if (v_a > level === v_b > level) return [];
        const part = (level - v_a) / (v_b - v_a);
        return [a.map((v, k) => v + part * (b[k] - v))];
      });
      for (let n = 0; n < points.length; n += 2) pairs.push([points[n], points[n + 1]]);
    }
  return pairs;
}
