"""A ball goes down a loss, one step of gradient descent after another."""

import math
import xml.etree.ElementTree as ET

import numpy as np
import traitlets

from nnlib.drawing import GREY, ORANGE, finish
from nnlib.widgets.charts import make_plot, polyline, put, to_px
from nnlib.widgets.figure import Figure
from nnlib.widgets.traits import LIMIT, Count, Numbers, OneOf, Within

MOST = 200  # steps
POINTS = [(0, 2), (1, 2), (2, 4), (3, 8)]  # x, t of the line through points

# A loss is a sum of terms c · (p w₁ + q w₂ + r)ⁿ, written [c, p, q, r, n]. view: the
# part that is drawn, of w₁ and of w₂, or of the loss where there is one weight. levels:
# of the lines of equal loss. lowest: the smallest loss. reach: of the sliders of rate
# and start. points: what a line y = w x + b is fitted to.
LANDSCAPES = {
    "one weight": {
        "formula": "L = ½ (w − 2)²",
        "names": ["w"],
        "terms": [[0.5, 1, 0, -2, 2]],
        "view": [[-4, 8], [-1, 19]],
        "levels": [],
        "lowest": 0,
        "lr": 0.5,
        "w0": [6, 0],
        "reach": [2.5, 8],
    },
    "two valleys": {
        "formula": "L = ¼ w⁴ − w² + ¼ w + 1½",
        "names": ["w"],
        "terms": [
            *([0.25, 1, 0, 0, 4], [-1, 1, 0, 0, 2]),
            *([0.25, 1, 0, 0, 1], [1.5, 0, 0, 1, 1]),
        ],
        "view": [[-2.5, 2.5], [-0.25, 4]],
        "levels": [],
        "lowest": 0.13895198,
        "lr": 0.1,
        "w0": [2, 0],
        "reach": [1, 2.5],
    },
    "line through points": {
        "formula": "L = mean of ½ (w x + b − t)²",
        "names": ["w", "b"],
        "terms": [[0.125, x, 1, -t, 2] for x, t in POINTS],
        "points": POINTS,
        "view": [[-1, 4], [-2, 5]],
        "levels": [0.5 + k * k / 4 for k in range(1, 14)],
        "lowest": 0.5,
        "lr": 0.1,
        "w0": [0, 4],
        "reach": [0.6, 5],
    },
    "saddle": {
        "formula": "L = ¼ (w₁² − 1)² + ½ w₂²",
        "names": ["w₁", "w₂"],
        "terms": [
            *([0.25, 1, 0, 0, 4], [-0.5, 1, 0, 0, 2]),
            *([0.25, 0, 0, 1, 1], [0.5, 0, 1, 0, 2]),
        ],
        "view": [[-2, 2], [-2, 2]],
        "levels": [0.02, 0.08, 0.16, 0.25, 0.4, 0.6, 0.9, 1.3, 1.8, 2.5],
        "lowest": 0,
        "lr": 0.2,
        "w0": [0.1, 1.6],
        "reach": [2.5, 2],
    },
}


class Place(Numbers):
    """A place [w₁, w₂], also given as [w₁] alone."""

    def validate(self, obj, value):
        """Both weights as floats, the second 0 where it is not given."""
        return super().validate(obj, [*value, 0] if len(value) == 1 else value)


class Descent(Figure):
    """A ball on a loss: set its start and the learning rate, and let it step down.

        figure = Descent("one weight", lr=0.5, w0=[6], steps=4)

        w ← w − lr · slope                              plain gradient descent

    figure.landscape is one of the names in LANDSCAPES, two losses of one weight and two
    of two; .w0 is where the ball starts, [w₁, w₂] (w₂ counts for nothing where there is
    one weight), .steps how many it has taken, 0..200. Setting them moves the picture,
    moving the picture sets them. What is not given is the landscape's own.
    """

    kept = ("landscape", "lr", "w0", "steps")
    landscape = OneOf(LANDSCAPES).tag(sync=True)
    lr = Within(0, LIMIT).tag(sync=True)
    w0 = Place((2,)).tag(sync=True)
    steps = Count(MOST).tag(sync=True)
    landscapes = traitlets.Dict(LANDSCAPES, read_only=True).tag(sync=True)
    most = traitlets.Int(MOST, read_only=True).tag(sync=True)

    def __init__(self, landscape="one weight", *, lr=None, w0=None, steps=0):
        own = LANDSCAPES.get(landscape, LANDSCAPES["one weight"])
        super().__init__(
            landscape=landscape,
            lr=own["lr"] if lr is None else lr,
            w0=own["w0"] if w0 is None else w0,
            steps=steps,
        )

    @property
    def path(self):
        """Where the ball has been: a list of [w₁] or [w₁, w₂], the start first.

        It ends early where the loss is no longer finite.
        """
        land = LANDSCAPES[self.landscape]
        path = descend(land["terms"], self.w0, self.lr, self.steps)
        return [w[: len(land["names"])] for w in path]

    @property
    def losses(self):
        """The loss at each place of the path."""
        terms = LANDSCAPES[self.landscape]["terms"]
        return [loss_at(terms, [*w, 0.0][:2]) for w in self.path]

    def picture(self):
        """The present state as an SVG, and in words."""
        land = LANDSCAPES[self.landscape]
        alt = describe(land, self.path, self.losses, self.lr)
        return finish(draw(land, self.path, self.losses), alt), alt

    def __repr__(self):
        values = f"lr={self.lr}, w0={self.w0}, steps={self.steps}"
        return f"Descent({self.landscape!r}, {values})"


def loss_at(terms, w):
    """The loss at a place [w₁, w₂]. The order of sums is that of the JavaScript."""
    loss = 0.0
    for c, p, q, r, n in terms:
        loss += c * math.prod([p * w[0] + q * w[1] + r] * n)
    return loss


def slopes_at(terms, w):
    """The two slopes of the loss at a place [w₁, w₂]."""
    slopes = [0.0, 0.0]
    for c, p, q, r, n in terms:
        slope = c * n * math.prod([p * w[0] + q * w[1] + r] * (n - 1))
        slopes = [slopes[0] + slope * p, slopes[1] + slope * q]
    return slopes


def descend(terms, w, lr, steps):
    """The places of gradient descent; the first without a finite loss is the last.

    w ← w − lr ∂L/∂w
    """
    path = [list(w)]
    while len(path) <= steps and math.isfinite(loss_at(terms, path[-1])):
        slopes = slopes_at(terms, path[-1])
        path.append([v - lr * s for v, s in zip(path[-1], slopes, strict=True)])
    return path


def describe(land, path, losses, lr):
    """The state in words, for those who do not see it."""

    def place(w):
        pairs = zip(land["names"], w, strict=True)
        return " and ".join(f"{name} = {v:.4g}" for name, v in pairs)

    words = (
        f"Gradient descent on the loss {land['formula']}, from {place(path[0])} "
        f"with the learning rate {lr:g}. "
    )
    count = f"{len(path) - 1} step{'' if len(path) == 2 else 's'}"
    if not math.isfinite(losses[-1]):
        words += (
            f"After {count} the loss has overflowed: the learning rate is too high."
        )
    else:
        words += f"After {count} the ball is at {place(path[-1])}, the loss is "
        words += f"{abs(losses[-1]):.4g}, and it was {losses[0]:.4g} at the start."
    return words.replace("-", "−")


def draw(land, path, losses):
    """The curve, or the lines of equal loss, and the path: an SVG element."""
    root, view = ET.Element("svg", viewBox="0 0 310 262"), land["view"]
    plot = make_plot(root, 0, [*land["names"], "L"][:2], view)
    for points in ground(land):
        polyline(plot, to_px(view, points), GREY, 1.2)
    rows = [[*w, loss][:2] for w, loss in zip(path, losses, strict=True)]
    points = to_px(view, np.array(rows)[np.isfinite(losses)])
    polyline(plot, points, ORANGE, 1.5)
    for x, y in points:
        put(plot, "circle", cx=x, cy=y, r=3, fill=ORANGE)
    (x, y), *_ = points
    put(plot, "rect", x=x - 5, y=y - 5, width=10, height=10, fill=ORANGE)
    return root


def ground(land):
    """The curve of a loss of one weight, or its lines of equal loss: arrays (n, 2)."""
    ends = land["view"]
    w1 = np.linspace(*ends[0], 101)
    if len(land["names"]) == 1:
        return [np.array([[v, loss_at(land["terms"], [v, 0.0])] for v in w1])]
    from contourpy import contour_generator

    w2 = np.linspace(*ends[1], 101)
    lines = contour_generator(w1, w2, loss_at(land["terms"], np.meshgrid(w1, w2)))
    return [points for level in land["levels"] for points in lines.lines(level)]
