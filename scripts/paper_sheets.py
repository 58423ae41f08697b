"""Make paper sheets: a 2-2-1 network to go through by hand, another for each sheet.

    python scripts/paper_sheets.py 24                24 sheets into sheets.html
    python scripts/paper_sheets.py 24 --seed 8       24 others
    python scripts/paper_sheets.py 24 --out a.pdf    as PDF, by Chromium

The sheets come first, then as many keys, one page each. Sheet 3 of set 8 is the same on
every machine and in a class of any size. Every number of a key is what nnlib computes,
and has at most three decimals; a key holds nothing that a pencil cannot reach.
"""

import argparse
import html
import os
import sys
from pathlib import Path
from typing import NamedTuple

import browser
import numpy as np

from nnlib import SGD, Affine, IdentityWithLoss, Network, ReLU
from nnlib.activations import step
from nnlib.drawing import Drawing
from nnlib.layout import Edge, Node

RATE = 0.1
INPUTS = [-2, -1, 1, 2]
WEIGHTS = [-2, -1.5, -1, -0.5, 0.5, 1, 1.5, 2]
BIASES = [-1, -0.5, 0.5, 1]
MISSES = [-2, -1, 1, 2]  # y - t
LINES = ("x₁ → h₁", "x₂ → h₁", "bias of h₁", "x₁ → h₂", "x₂ → h₂", "bias of h₂")
LINES = (*LINES, "h₁ → y", "h₂ → y", "bias of y")
STYLE = Path(__file__).with_suffix(".css").read_text("utf-8")
PAGE = Path(__file__).with_suffix(".html").read_text("utf-8")


class Sheet(NamedTuple):
    """A task and its key, as nnlib computes it.

    x (2,), t a number; parameters, slopes and moved are nine numbers each, in the order
    of LINES. a (2,) are the sums of the hidden nodes, z (2,) what they give out, y the
    answer; fires and y_step the same with the step for the ReLU; dy, dz (2,), da (2,)
    the slopes of the loss ½ (y − t)²; a_new, z_new, y_new: after one step of SGD.
    """

    x: np.ndarray
    t: float
    parameters: np.ndarray
    a: np.ndarray
    fires: np.ndarray
    y_step: float
    z: np.ndarray
    y: float
    loss: float
    dy: float
    dz: np.ndarray
    da: np.ndarray
    slopes: np.ndarray
    moved: np.ndarray
    a_new: np.ndarray
    z_new: np.ndarray
    y_new: float


def in_order(arrays):
    """Nine numbers of W1 (2, 2), b1 (2,), W2 (2, 1), b2 (1,), in the order of LINES."""
    W1, b1, W2, b2 = arrays
    return np.concatenate([W1[:, 0], b1[:1], W1[:, 1], b1[1:], W2[:, 0], b2])


def random_network(rng):
    """A 2-2-1 network with ReLU, and an input (2,); every weight is a multiple of ½."""
    first, last = (Affine(2, n, rng=rng, dtype=np.float64) for n in (2, 1))
    for p in (first.W, last.W):
        p[:] = rng.choice(WEIGHTS, p.shape)
    for p in (first.b, last.b):
        p[:] = rng.choice(BIASES, p.shape)
    net = Network([first, ReLU(), last], IdentityWithLoss())
    return net, rng.choice(INPUTS, 2, replace=False).astype(float)


def through(net, x):
    """Sums a (2,), outputs z (2,) and answer y of a network for one example x (2,)."""
    first, relu, last = net.layers
    a = first.forward(x[None, :])
    z = relu.forward(a)
    return a[0], z[0], last.forward(z).item()


def work_out(net, x, miss):
    """The Sheet of a network, an input x (2,) and a target that y misses by `miss`.

    The network makes its step: afterwards it has the moved weights.
    """
    _, relu, last = net.layers
    a, z, y = through(net, x)
    fires, t = step(a), y - miss
    y_step = last.forward(fires[None, :].astype(float)).item()
    parameters = in_order(net.params)
    loss = net.backprop(x[None, :], np.array([[t]]))
    dy = net.loss_layer.backward()
    dz = last.backward(dy)
    da = relu.backward(dz)
    slopes = in_order(net.grads)
    SGD(lr=RATE).update(net.params, net.grads)
    return Sheet(
        *(x, t, parameters, a, fires, y_step, z, y, loss, dy.item(), dz[0], da[0]),
        *(slopes, in_order(net.params), *through(net, x)),
    )


def is_friendly(sheet):
    """Whether a pencil is enough, and the sheet has something to find out.

    At most three decimals, nothing beyond 20, no sum on the kink, a node awake; step
    and ReLU answer differently; the update keeps who is awake and comes clearly nearer.
    """
    numbers = np.concatenate([np.ravel(value) for value in sheet])
    return (
        np.allclose(numbers, numbers.round(3), rtol=0, atol=1e-9)
        and np.abs(numbers).max() <= 20
        and np.abs(sheet.a).min() > 0.01
        and (sheet.a > 0).any()
        and abs(sheet.y_step - sheet.y) > 0.01
        and np.array_equal(sheet.a > 0, sheet.a_new > 0)
        and abs(sheet.y_new - sheet.t) <= 0.7 * abs(sheet.dy)
    )


def make_sheet(seed, number):
    """Sheet `number` of the set `seed`: the first friendly one of its own stream.

    On every third sheet one hidden node is silent, on the others none.
    """
    rng = np.random.default_rng([seed, number])
    while True:
        sheet = work_out(*random_network(rng), rng.choice(MISSES))
        if is_friendly(sheet) and (sheet.a < 0).any() == (number % 3 == 0):
            return sheet


def written(value):
    """A number as it is written by hand: −0.5, 2, 1.125."""
    text = f"{round(float(value), 3) + 0.0:.3f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


def picture(sheet, with_key):
    """The network: weights at the lines, biases in the circles, in a key outputs."""
    p = sheet.parameters
    out = [*sheet.z, sheet.y] if with_key else [None] * 3
    shown = [written(n) for n in p]
    nodes = [
        Node(
            name,
            f"{text}\nbias {shown[i]}" + (f"\n{written(n)}" if with_key else ""),
            k,
        )
        for name, text, i, n, k in (
            ("h1", "h₁", 2, out[0], "hidden"),
            ("h2", "h₂", 5, out[1], "hidden"),
            ("y", "y", 8, out[2], "output"),
        )
    ]
    inputs = [
        Node(f"x{i + 1}", f"x{'₁₂'[i]}\n{written(sheet.x[i])}", "input") for i in (0, 1)
    ]
    ends = {0: "x1 h1", 1: "x2 h1", 3: "x1 h2", 4: "x2 h2", 6: "h1 y", 7: "h2 y"}
    edges = [Edge(*both.split(), shown[i], float(p[i])) for i, both in ends.items()]
    columns = [("input", inputs), ("hidden", nodes[:2]), ("output", nodes[2:])]
    return Drawing("A 2-2-1 network", columns, edges).svg


def table(head, rows, with_key):
    """An HTML table; what is no text is written in a key, else left open."""

    def cell(value):
        if isinstance(value, str):
            return f'<th scope="row">{html.escape(value)}</th>'
        return f"<td>{written(value) if with_key else ''}</td>"

    names = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in head)
    body = "".join(f"<tr>{''.join(map(cell, row))}</tr>" for row in rows)
    return f"<table><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>"


def page(sheet, title, with_key):
    """One printed page: the sheet, or its key."""
    s = sheet
    forward = ("with", "a₁", "a₂", "z₁", "z₂", "y")
    step_row = ("step", *s.a, *s.fires, s.y_step)
    relu_row = ("ReLU", *s.a, *s.z, s.y)
    new_row = ("ReLU", *s.a_new, *s.z_new, s.y_new)
    back = [("L", s.dy, *s.dz, *s.da)]
    nine = zip(LINES, map(written, s.parameters), s.slopes, s.moved, strict=True)
    parts = {
        "drawing": picture(s, with_key),
        "forward": table(forward, [step_row, relu_row], with_key),
        "loss": written(s.loss) if with_key else "",
        "back": table(("slope of", "dy", "dz₁", "dz₂", "da₁", "da₂"), back, with_key),
        "nine": table(("line", "now", "slope", "after the step"), nine, with_key),
        "again": table(forward, [new_row], with_key),
        "x": f"({written(s.x[0])}, {written(s.x[1])})",
    }
    name = "key" if with_key else 'name <span class="open"></span>'
    return PAGE.format(
        title=title, name=name, t=written(s.t), rate=written(RATE), **parts
    )


def document(count, seed):
    """A page of HTML that stands alone: count sheets, then their keys."""
    made = {number: make_sheet(seed, number) for number in range(1, count + 1)}
    pages = [
        page(sheet, f"Sheet {number} of set {seed}", with_key)
        for with_key in (False, True)
        for number, sheet in made.items()
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Paper sheets, set {seed}</title>\n"
        f"<style>\n{STYLE}</style></head>\n"
        f"<body>\n{''.join(pages)}</body></html>\n"
    )


def to_pdf(text):
    """The PDF of a page of HTML, by Chromium; LookupError where there is none."""
    from playwright.sync_api import sync_playwright

    program = browser.find()
    if program is None:
        raise LookupError("A PDF needs Chromium: write .html and print it instead.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program)
        try:
            tab = chromium.new_page()
            tab.set_content(text)
            return tab.pdf(format="A4", print_background=True)
        finally:
            chromium.close()


def write(path, data):
    """Write bytes to a file, whole or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(data)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def whole_number(least):
    """What argparse calls to read a whole number of at least `least`."""

    def read(text):
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(
                f"expected a whole number from {least} on, got {text!r}."
            )
        return int(text)

    return read


def main():
    """Read the command line and write the file; the exit code is 1 where that fails."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    count = {"type": whole_number(1), "nargs": "?", "default": 24}
    parser.add_argument("count", **count, help="how many sheets (24)")
    parser.add_argument(
        "--seed", type=whole_number(0), default=1, help="which set of sheets (1)"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("sheets.html"), help=".html or .pdf"
    )
    asked = parser.parse_args()
    if asked.out.suffix not in (".html", ".pdf"):
        parser.error(f"--out ends with .html or .pdf, got {asked.out}.")
    try:
        text = document(asked.count, asked.seed)
        write(asked.out, text.encode() if asked.out.suffix == ".html" else to_pdf(text))
    except OSError as error:
        print(f"{asked.out} cannot be written: {error.strerror}.", file=sys.stderr)
        return 1
    except (LookupError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{asked.out}: {asked.count} sheets and their keys, set {asked.seed}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
