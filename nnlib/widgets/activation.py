"""One activation with its slope, and what two layers are with and without it."""

import itertools
import math
import xml.etree.ElementTree as ET
from functools import partial

import numpy as np

from nnlib import activations
from nnlib.drawing import BLUE, GREY, ORANGE, finish
from nnlib.widgets.charts import HIGH, LEFT, TOP, WIDE, polyline, put, to_px, write
from nnlib.widgets.figure import Figure
from nnlib.widgets.forward_pass import names
from nnlib.widgets.traits import Layers, Number, OneOf, Within

FUNCTIONS = ("step", "identity", "sigmoid", "tanh", "relu", "leaky_relu")
WEIGHTS = [[[2.0], [2.0], [2.0]], [[2.0, -3.0, 1.25]]]
BIASES = [[4.0, 0.0, -4.0], [-1.0]]
MOST = 8  # nodes
REACH = 6  # the plots go from −6 to 6, farther where x is
PENS = ((BLUE, 2.5), (ORANGE, 2, "6,4"), (GREY, 1.5))  # the first, second, third line


class Activation(Figure):
    """The curve of an activation, its slope and tangent at x, and two layers with it.

        figure = Activation(relu, x=-1)

    figure.f      the name of a function in nnlib.activations, softmax excepted
    figure.x      where it is looked at
    figure.slope  that of leaky_relu, 0 … 1
    figure.weights, .biases are those of a 1-n-1 network as in pure.py: n nodes with
    this activation, then a weighted sum. Setting any of them moves the picture, moving
    the picture sets them.
    """

    kept = ("f", "x", "slope", "weights", "biases")
    f = OneOf(FUNCTIONS).tag(sync=True)
    x = Number().tag(sync=True)
    slope = Within(0, 1).tag(sync=True)
    weights = Layers("weights").tag(sync=True)
    biases = Layers("biases").tag(sync=True)
    selected = OneOf(lambda figure: movable(figure.sizes)).tag(sync=True)

    def __init__(
        self, f=activations.sigmoid, *, x=1.0, slope=0.1, weights=WEIGHTS, biases=BIASES
    ):
        if not 0 < (n := len(weights[0])) <= MOST:
            raise ValueError(f"expected 1 to {MOST} nodes, got weights of {n}.")
        self.sizes = [1, n, 1]
        values = {"x": x, "slope": slope, "weights": weights, "biases": biases}
        super().__init__(f=getattr(f, "__name__", f), selected="x1-h1", **values)

    @property
    def functions(self):
        """The activation and its derivative, with the slope where it has one."""
        pair = (getattr(activations, name) for name in (self.f, f"{self.f}_der"))
        given = {"slope": self.slope} if self.f == "leaky_relu" else {}
        return [partial(f, **given) for f in pair]

    @property
    def y(self):
        """f(x), a number."""
        return float(self.functions[0](np.array(self.x)))

    @property
    def y_der(self):
        """The slope of f at x."""
        return float(self.functions[1](np.array(self.x)))

    @property
    def output(self):
        """What the two layers make of x."""
        return float(two_layers(self, np.array([self.x]))[0])

    @property
    def line(self):
        """What the two layers are without the activation: a slope and a height at 0."""
        (w, v), (b, c) = self.weights, self.biases
        return [float(np.dot(v[0], np.ravel(w))), float(np.dot(v[0], b) + c[0])]

    def picture(self):
        """The present state as two plots in an SVG, and in words."""
        return finish(draw(self), alt := describe(self)), alt

    def __repr__(self):
        return f"Activation({self.f}, x={self.x:g})"


def movable(sizes):
    """The names of the numbers that can be chosen: all but the input."""
    return [name for name in names(sizes) if name != "x1"]


def two_layers(figure, x):
    """The figure's network with f between its layers, at each x (N,): y (N,)."""
    (w, v), (b, c) = figure.weights, figure.biases
    return figure.functions[0](np.outer(x, w) + b) @ np.array(v[0]) + c[0]


def describe(figure):
    """The state in words, for those who do not see it."""
    said = [figure.x, figure.y, figure.y_der, figure.output, *figure.line]
    x, y, y_der, output, a, b = (f"{v:.4g}".replace("-", "−") for v in said)
    return (
        f"Two plots. The first: the curve of {figure.f} from −{reach(figure.x)} to "
        f"{reach(figure.x)}, its slope, and its tangent at x = {x}; there the value is "
        f"{y} and the slope {y_der}. The second: two layers with {figure.f} between "
        f"them give {output} at this x; without it they are the straight line with "
        f"slope {a} and height {b} at 0."
    )


def reach(x):
    """How far the plots go to either side of 0."""
    return max(REACH, math.ceil(abs(x)))


def sample(f, end, kinks):
    """Points (n, 2) of f from −end to end, one array per part between the kinks.

    Each part ends just before the next kink, so that a jump stays a gap.
    """
    cuts = [-end, *sorted(k for k in kinks if abs(k) < end), end]
    for lo, hi in itertools.pairwise(cuts):
        n = max(2, round(80 * (hi - lo) / end))
        x = lo + (hi - lo) * np.linspace(1e-6, 1 - 1e-6, n)
        yield np.column_stack([x, f(x)])


def ticks(lo, hi):
    """Round numbers, at most a handful, the first ≤ lo and the last ≥ hi."""
    size = 10.0 ** math.floor(math.log10(hi - lo))
    step = next(s for s in (size * m for m in (0.25, 0.5, 1, 2.5)) if hi - lo <= 4 * s)
    return [step * k for k in range(math.floor(lo / step), math.ceil(hi / step) + 1)]


def draw(figure):
    """Both plots as an SVG element."""
    root = ET.Element("svg", viewBox=f"0 0 {2 * WIDE + 134} {HIGH + 96}")
    x, end = figure.x, reach(figure.x)
    f, f_der = figure.functions
    y, y_der, (a, b) = figure.y, figure.y_der, figure.line
    curve, rise = (list(sample(g, end, [0.0])) for g in (f, f_der))
    touch = [np.array([[s * end, y + y_der * (s * end - x)] for s in (-1, 1)])]
    lines = {f"{figure.f}(x)": curve, "its slope": rise, "tangent": touch}
    draw_plot(root, 0, lines, curve + rise, (0, 1), (x, [y, y_der]))
    pairs = zip(figure.weights[0], figure.biases[0], strict=True)
    kinks = [-b_j / w for (w,), b_j in pairs if w]
    bent = list(sample(partial(two_layers, figure), end, kinks))
    line = [np.array([[s * end, a * s * end + b] for s in (-1, 1)])]
    lines = {f"two layers with {figure.f}": bent, "without it": line}
    at = (x, [figure.output, a * x + b])
    draw_plot(root, WIDE + 62, lines, bent + line, (-1, 1), at)
    return root


def draw_plot(root, left, lines, shown, least, at):
    """One plot: lines, each a name and its parts, and at an x points on the first ones.

    It is as high as the parts in shown, and at least from least[0] to least[1].
    """
    y = np.concatenate([part[:, 1] for part in shown])
    marks = ticks(min(y.min(), least[0]), max(y.max(), least[1]))
    end, pad = reach(at[0]), 0.06 * (marks[-1] - marks[0])
    view = [-end, end], [marks[0] - pad, marks[-1] + pad]
    inner = put(root, "svg", x=left + LEFT, y=TOP, width=WIDE, height=HIGH)
    draw_marks(root, inner, left, view, marks)
    polyline(inner, to_px(view, [(at[0], v) for v in view[1]]), GREY, 1, "2,3")
    for pen, parts in zip(PENS, lines.values(), strict=False):
        for part in parts:
            polyline(inner, to_px(view, part), *pen)
    for y, (color, *_), r in zip(at[1], PENS, (6, 4), strict=False):
        ((cx, cy),) = to_px(view, [(at[0], y)])
        put(inner, "circle", cx=float(cx), cy=float(cy), r=r, fill=color)
    for n, (pen, name) in enumerate(zip(PENS, lines, strict=False)):
        x, y = left + LEFT, TOP + HIGH + 36 + 18 * n
        polyline(root, [(x, y), (x + 26, y)], *pen)
        put(root, "text", x=x + 34, y=y + 4, font_size=12, fill=GREY).text = name


def draw_marks(root, inner, left, view, marks):
    """Level lines at marks and their numbers beside; below, where x begins and ends."""
    end = view[0][1]
    for mark in marks:
        line = to_px(view, [(-end, mark), (end, mark)])
        polyline(inner, line, GREY, 1.2 if mark == 0 else 0.3)
        text = f"{mark:.6g}".replace("-", "−")
        write(root, text, left + LEFT - 22, TOP + line[0, 1] + 4)
    for x in (-end, 0, end):
        ((across, _),) = to_px(view, [(x, 0)])
        write(root, f"{x}".replace("-", "−"), left + LEFT + across, TOP + HIGH + 16)
