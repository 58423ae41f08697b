"""One activation with its slope, and what two layers are with and without it."""

import itertools
import math
import xml.etree.ElementTree as ET
from functools import partial

import numpy as np
import traitlets

from nnlib import activations
from nnlib.drawing import BLUE, GREY, ORANGE, finish
from nnlib.widgets.figure import Figure, Nest, numbers
from nnlib.widgets.forward_pass import names

FUNCTIONS = ("step", "identity", "sigmoid", "tanh", "relu", "leaky_relu")
WEIGHTS = [[[2.0], [2.0], [2.0]], [[2.0, -3.0, 1.25]]]
BIASES = [[4.0, 0.0, -4.0], [-1.0]]
MOST = 8  # nodes
REACH = 6  # the plots go from −6 to 6, farther where x is
WIDTH, HEIGHT = 300, 190  # of a plot in the picture
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
    f = traitlets.Unicode().tag(sync=True)
    x = traitlets.Float().tag(sync=True)
    slope = traitlets.Float().tag(sync=True)
    weights = Nest().tag(sync=True)
    biases = Nest().tag(sync=True)
    selected = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        f=activations.sigmoid,
        *,
        x=1.0,
        slope=0.1,
        weights=WEIGHTS,
        biases=BIASES,
    ):
        self.n = len(weights[0])
        if not 0 < self.n <= MOST:
            raise ValueError(f"expected 1 to {MOST} nodes, got weights of {self.n}.")
        super().__init__(
            f=getattr(f, "__name__", f),
            x=x,
            slope=slope,
            weights=weights,
            biases=biases,
            selected="x1-h1",
        )

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
        return float(self.two_layers(self.functions[0], np.array([self.x]))[0])

    @property
    def line(self):
        """What the two layers are without the activation: a slope and a height at 0."""
        (w, v), (b, c) = self.weights, self.biases
        return [float(np.dot(v[0], np.ravel(w))), float(np.dot(v[0], b) + c[0])]

    def two_layers(self, f, x):
        """The network with f between its layers, at each x (N,): y (N,)."""
        (w, v), (b, c) = self.weights, self.biases
        return f(np.outer(x, w) + b) @ np.array(v[0]) + c[0]

    def picture(self):
        """The present state as two plots in an SVG, and in words."""
        return finish(draw(self), alt := describe(self)), alt

    def __repr__(self):
        return f"Activation({self.f}, x={self.x:g})"

    @traitlets.validate("f")
    def _check_f(self, proposal):
        if proposal.value not in FUNCTIONS:
            raise ValueError(
                f"f is one of {', '.join(FUNCTIONS)}, got {proposal.value!r}."
            )
        return proposal.value

    @traitlets.validate("x")
    def _check_x(self, proposal):
        return numbers(proposal.value, (), "x")

    @traitlets.validate("slope")
    def _check_slope(self, proposal):
        if not 0 <= proposal.value <= 1:
            raise ValueError(f"slope lies between 0 and 1, got {proposal.value}.")
        return proposal.value

    @traitlets.validate("weights", "biases")
    def _check_layers(self, proposal):
        name, value = proposal.trait.name, proposal.value
        shapes = {"weights": [(self.n, 1), (1, self.n)], "biases": [(self.n,), (1,)]}
        if len(value) != 2:
            raise ValueError(f"{name} needs a list per layer, 2, got {len(value)}.")
        return [
            numbers(part, shape, f"{name}[{k}]")
            for k, (part, shape) in enumerate(zip(value, shapes[name], strict=True))
        ]

    @traitlets.validate("selected")
    def _check_selected(self, proposal):
        known = [name for name in names([1, self.n, 1]) if name != "x1"]
        if proposal.value not in known:
            raise ValueError(
                f"selected is one of {', '.join(known)}, got {proposal.value!r}."
            )
        return proposal.value


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
    root = ET.Element("svg", viewBox=f"0 0 {2 * WIDTH + 44} {HEIGHT + 84}")
    x, end = figure.x, reach(figure.x)
    f, f_der = figure.functions
    y, y_der, (a, b) = figure.y, figure.y_der, figure.line
    curve, rise = (list(sample(g, end, [0.0])) for g in (f, f_der))
    touch = [np.array([[s * end, y + y_der * (s * end - x)] for s in (-1, 1)])]
    lines = {f"{figure.f}(x)": curve, "its slope": rise, "tangent": touch}
    draw_plot(root, 0, lines, curve + rise, (0, 1), (x, [y, y_der]))
    pairs = zip(figure.weights[0], figure.biases[0], strict=True)
    kinks = [-b_j / w for (w,), b_j in pairs if w]
    bent = list(sample(partial(figure.two_layers, f), end, kinks))
    line = [np.array([[s * end, a * s * end + b] for s in (-1, 1)])]
    lines = {f"two layers with {figure.f}": bent, "without it": line}
    at = (x, [figure.output, a * x + b])
    draw_plot(root, WIDTH + 30, lines, bent + line, (-1, 1), at)
    return root


def draw_plot(root, left, lines, shown, least, at):
    """One plot: lines, each a name and its parts, and points on the first of them.

    It is as high as the parts in shown, and at least from least[0] to least[1].
    """
    y = np.concatenate([part[:, 1] for part in shown])
    marks = ticks(min(y.min(), least[0]), max(y.max(), least[1]))
    end, width = reach(at[0]), WIDTH - 44

    def across(x):
        return round((0.5 + 0.5 * x / end) * width, 1)

    def down(y):
        share = (y - marks[0]) / (marks[-1] - marks[0])
        return round((0.95 - 0.9 * share) * HEIGHT, 1)

    def path(inner, d, color, thick, dash="none"):
        pen = {"fill": "none", "stroke": color, "stroke-dasharray": dash}
        ET.SubElement(inner, "path", pen | {"stroke-width": f"{thick}", "d": d})

    place = {"x": f"{left + 44}", "y": "6", "width": f"{width}", "height": f"{HEIGHT}"}
    inner = ET.SubElement(root, "svg", place)  # it cuts off what is outside
    for mark in marks:
        path(inner, f"M0,{down(mark)}H{width}", GREY, 1.2 if mark == 0 else 0.3)
        write(root, f"{mark:.6g}", left + 38, down(mark) + 10, "end")
    path(inner, f"M{across(at[0])},0V{HEIGHT}", GREY, 1, "2,3")
    for x in (-end, 0, end):
        write(root, f"{x}", left + 44 + across(x), HEIGHT + 20, "middle")
    for n, (name, parts) in enumerate(lines.items()):
        for part in parts:
            points = [f"{across(x)},{down(y)}" for x, y in part]
            path(inner, "M" + "L".join(points), *PENS[n])
        path(root, f"M{left + 44},{HEIGHT + 38 + 18 * n}h26", *PENS[n])
        write(root, name, left + 78, HEIGHT + 42 + 18 * n, "start")
    for y, (color, *_), r in zip(at[1], PENS, (6, 4), strict=False):
        dot = {"cx": f"{across(at[0])}", "cy": f"{down(y)}", "r": f"{r}", "fill": color}
        ET.SubElement(inner, "circle", dot)


def write(root, text, x, y, anchor):
    """Put a text, a hyphen before a number being a minus, with its foot at y."""
    pen = {"font-size": "12", "fill": GREY, "text-anchor": anchor}
    element = ET.SubElement(root, "text", pen | {"x": f"{x:g}", "y": f"{y:g}"})
    element.text = text.replace("-", "−")
