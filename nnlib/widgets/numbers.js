// How numbers are written, and how large they may be.

export const LIMIT = 10000;

// Two decimals, more only where they would hide the number: 0.50, −3.14, 3e−7, 12345
export function number(v) {
  const size = Math.abs(v);
  const tiny = size > 0 && size < 0.005;
  const digits = size < 100 ? 2 : size < 1000 ? 1 : 0;
  const text = tiny ? v.toExponential(0) : size < 1e5 ? v.toFixed(digits) : v.toExponential(1);
  return sign(text);
}

// A number in a formula: up to four decimals, none that says nothing.
export function plain(v) {
  const size = Math.abs(v);
  if (size > 0 && (size < 5e-5 || size >= 1e7)) return sign(v.toExponential(2));
  return sign(String(Number(v.toFixed(4))));
}

// "= 0.5" where four decimals say it all, else "≈ 0.6225"
export function equals(v) {
  const exact = Math.abs(v - Number(v.toFixed(4))) <= 1e-12 * Math.max(1, Math.abs(v));
  return (exact ? "= " : "≈ ") + plain(v);
}

export const sign = (text) =>
  text
    .replace(/^-0(\.0*)?$/, "0$1")
    .replace("e+", "e")
    .replaceAll("-", "−");

export const SIGN = { "-1": "negative", 0: "zero", 1: "positive" };

export const low = (i) => String(i).replace(/\d/g, (d) => "₀₁₂₃₄₅₆₇₈₉"[d]);
export const high = (i) => String(i).replace(/\d/g, (d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]);

// A factor in a formula, and a term after the first.
export const inBrackets = (v) => (v < 0 ? `(${plain(v)})` : plain(v));
export const signed = (v) => (v < 0 ? `− ${plain(-v)}` : `+ ${plain(v)}`);
