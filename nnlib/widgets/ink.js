// From the hand's strokes to an MNIST image: a brush, a frame, a center of mass.

export const SIDE = 280; // of the drawing area
export const GRID = 140; // its pixels, before it is made small
const BRUSH = 6; // radius, in these pixels
const BOX = 20; // the digit's part of
export const IMAGE = 28; // an MNIST image's side

// Put a round brush along one stroke onto the ink, GRID × GRID numbers from 0 to 1.
export function paint(ink, stroke) {
  const scale = GRID / SIDE;
  for (let n = stroke.length === 1 ? 0 : 1; n < stroke.length; n++) {
    const [x1, y1] = stroke[n].map((v) => v * scale);
    const [x0, y0] = stroke[Math.max(n - 1, 0)].map((v) => v * scale);
    const [wx, wy] = [x1 - x0, y1 - y0];
    const length2 = wx * wx + wy * wy;
    const range = (a, b) => [
      Math.max(0, Math.floor(Math.min(a, b) - BRUSH - 1)),
      Math.min(GRID - 1, Math.ceil(Math.max(a, b) + BRUSH + 1)),
    ];
    const [[left, right], [top, bottom]] = [range(x0, x1), range(y0, y1)];
    for (let row = top; row <= bottom; row++)
      for (let column = left; column <= right; column++) {
        const [px, py] = [column + 0.5 - x0, row + 0.5 - y0];
        const t = length2 ? Math.min(1, Math.max(0, (px * wx + py * wy) / length2)) : 0;
        const [dx, dy] = [px - t * wx, py - t * wy];
        const value = Math.min(1, Math.max(0, BRUSH + 0.5 - Math.sqrt(dx * dx + dy * dy)));
        const at = row * GRID + column;
        if (value > ink[at]) ink[at] = value;
      }
  }
  return ink;
}

// How much of each of n source pixels, from `first` on, lies in each pixel of the box.
function shares(first, n, scale) {
  const offset = (BOX - n * scale) / 2;
  return Array.from({ length: BOX }, (_, i) =>
    Array.from({ length: n }, (_, j) => {
      const [from, to] = [(i - offset) / scale, (i + 1 - offset) / scale];
      return Math.max(0, Math.min(j + 1, to) - Math.max(j, from)) * scale;
    }),
  );
}

// The way MNIST was made: the ink's frame is scaled into a box of 20 × 20, its sides kept in
// proportion, and the box is put into 28 × 28 so that its center of mass is on pixel 14.
// ink: side × side numbers. Gives { image, left, top, mass: [x, y] }, or null without ink.
export function normalize(ink, side) {
  let [left, right, top, bottom] = [side, -1, side, -1];
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++)
      if (ink[row * side + column] > 0) {
        [left, right] = [Math.min(left, column), Math.max(right, column)];
        [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
      }
  if (right < 0) return null;
  const [width, height] = [right - left + 1, bottom - top + 1];
  const scale = BOX / Math.max(width, height);
  const [across, down] = [shares(left, width, scale), shares(top, height, scale)];
  const box = down.map((rows) =>
    across.map((columns) => {
      let sum = 0;
      rows.forEach((share, r) => {
        if (share === 0) return;
        let line = 0;
        for (let c = 0; c < width; c++)
          if (columns[c]) line += columns[c] * ink[(top + r) * side + left + c];
        sum += share * line;
      });
      return sum;
    }),
  );
  let [total, x, y] = [0, 0, 0];
  box.forEach((line, r) =>
    line.forEach((v, c) => ((total += v), (x += v * (c + 0.5)), (y += v * (r + 0.5)))),
  );
  const mass = [x / total, y / total];
  // the small number: where the center lies between two pixels, all machines agree
  const [dx, dy] = mass.map((m) => Math.min(IMAGE - BOX, Math.max(0, 14 - Math.floor(m + 1e-6))));
  const image = new Float64Array(IMAGE * IMAGE);
  box.forEach((line, r) => line.forEach((v, c) => (image[(r + dy) * IMAGE + c + dx] = v)));
  return { image, left: dx, top: dy, mass: [mass[0] + dx, mass[1] + dy] };
}

// What the network gets: { image, … } of normalize, of the pixels as they are, or null.
export function prepare(strokes, pixels) {
  if (pixels.length) return { image: Float64Array.from(pixels, (v) => v / 255) };
  const ink = new Float64Array(GRID * GRID);
  for (const stroke of strokes) paint(ink, stroke);
  return normalize(ink, GRID);
}

// The larger side of what is drawn, as a part of the drawing area.
export function extent(strokes) {
  const points = strokes.flat();
  const spread = (axis) =>
    Math.max(...points.map((p) => p[axis])) - Math.min(...points.map((p) => p[axis]));
  return points.length ? Math.max(spread(0), spread(1)) / SIDE : 0;
}

// Strokes as letters for the address, two for every coordinate, and back (null: not strokes).
const two = (v) => v.toString(36).padStart(2, "0");
export const strokesToText = (strokes) => strokes.map((s) => s.flat().map(two).join("")).join(".");
export function strokesFromText(text) {
  if (!/^([0-9a-z]{4})+(\.([0-9a-z]{4})+)*$/.test(text)) return null;
  const strokes = text
    .split(".")
    .map((part) =>
      part.match(/.{4}/g).map((p) => [p.slice(0, 2), p.slice(2)].map((v) => parseInt(v, 36))),
    );
  return strokes.flat(2).every((v) => v <= SIDE) ? strokes : null;
}
