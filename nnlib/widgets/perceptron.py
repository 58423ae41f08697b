"""One perceptron in the plane of its two inputs: a line, four corners, a gate."""

import xml.etree.ElementTree as ET

import traitlets

from nnlib.drawing import BLUE, GREY, finish
from nnlib.perceptron import perceptron, summation
from nnlib.widgets.charts import polyline, put, write
from nnlib.widgets.figure import Figure
from nnlib.widgets.traits import Number, Numbers, OneOf

CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]]
VIEW = [[-0.5, -0.5], [1.5, -0.5], [1.5, 1.5], [-0.5, 1.5]]  # the part that is drawn
GATES = {  # what each answers to the four corners: all sixteen that there are
    "AND": [0, 0, 0, 1],
    "NAND": [1, 1, 1, 0],
    "OR": [0, 1, 1, 1],
    "NOR": [1, 0, 0, 0],
    "XOR": [0, 1, 1, 0],
    "XNOR": [1, 0, 0, 1],
    "x₁ alone": [0, 0, 1, 1],
    "x₂ alone": [0, 1, 0, 1],
    "NOT x₁": [1, 1, 0, 0],
    "NOT x₂": [1, 0, 1, 0],
    "x₁ AND NOT x₂": [0, 0, 1, 0],
    "x₂ AND NOT x₁": [0, 1, 0, 0],
    "x₁ OR NOT x₂": [1, 0, 1, 1],
    "x₂ OR NOT x₁": [1, 1, 0, 1],
    "always 0": [0, 0, 0, 0],
    "always 1": [1, 1, 1, 1],
}


class Perceptron(Figure):
    """A line in the plane of two inputs; move it and see which gate it makes.

        figure = Perceptron([0.5, 0.5], -0.7, goal="OR")

    figure.weights and .bias are those of perceptron(x, weights, bias), .goal is one of
    the names in GATES. Setting them moves the picture, moving the picture sets them.
    """

    kept = ("weights", "bias", "goal")
    weights = Numbers((2,)).tag(sync=True)
    bias = Number().tag(sync=True)
    goal = OneOf(GATES).tag(sync=True)
    gates = traitlets.Dict(GATES, read_only=True).tag(sync=True)

    def __init__(self, weights=(0.5, 0.5), bias=-0.7, goal="AND"):
        super().__init__(weights=list(weights), bias=bias, goal=goal)

    @property
    def answers(self):
        """What it answers to (0, 0), (0, 1), (1, 0) and (1, 1): a list of 0 and 1."""
        return [perceptron(x, self.weights, self.bias) for x in CORNERS]

    @property
    def gate(self):
        """The name in GATES of what it answers."""
        return next(name for name, table in GATES.items() if table == self.answers)

    def picture(self):
        """The present state as an SVG, and in words."""
        alt = describe(self.weights, self.bias, self.answers, self.gate)
        root = draw_plane(self.weights, self.bias, self.answers)
        return finish(root, alt), alt

    def __repr__(self):
        return f"Perceptron({self.weights}, {self.bias}, goal={self.goal!r})"


def half_plane(weights, bias):
    """Where the perceptron fires, within VIEW, and where the line crosses its edge.

    Two lists of points [x1, x2]: the corners of the region in order, and the two ends
    of the line. Either is empty where there is nothing of it to see.
    """
    region, line = [], []
    for p, q in zip(VIEW, VIEW[1:] + VIEW[:1], strict=True):
        a_p, a_q = summation(p, weights, bias), summation(q, weights, bias)
        if a_p > 0:
            region.append(p)
        if (a_p > 0) != (a_q > 0):
            t = a_p / (a_p - a_q)
            line.append([p_i + t * (q_i - p_i) for p_i, q_i in zip(p, q, strict=True)])
            region.append(line[-1])
    return region, line


def describe(weights, bias, answers, gate):
    """The state in words, for those who do not see it."""
    w1, w2, b = (f"{v:g}".replace("-", "−") for v in (*weights, bias))
    corners = [
        f"({x1}, {x2}): {y}" for (x1, x2), y in zip(CORNERS, answers, strict=True)
    ]
    return (
        f"Perceptron with w₁ = {w1}, w₂ = {w2}, b = {b}, drawn as a line in the plane "
        f"of x₁ and x₂. It answers {', '.join(corners)}. This is {gate}."
    )


def draw_plane(weights, bias, answers, side=150):
    """The plane as an SVG element: region, line, corners; side: px from 0 to 1."""
    box = [side * v for v in (-0.8, -1.55, 2.35, 2.3)]
    root = ET.Element("svg", viewBox=" ".join(f"{v:g}" for v in box))

    def at(p):
        return side * p[0], -side * p[1]

    region, line = half_plane(weights, bias)
    put_area(root, map(at, VIEW), fill="none", stroke=GREY)
    put_area(root, map(at, region), fill=BLUE, opacity=0.2)
    if line:
        polyline(root, map(at, line), GREY, 2.5)
    for corner, y in zip(CORNERS, answers, strict=True):
        draw_corner(root, at(corner), y)
    for v in (0, 1):
        write(root, f"{v}", side * v, 0.62 * side + 4)
        write(root, f"{v}", -0.62 * side, 4 - side * v)
    write(root, "x₁", 0.5 * side, 0.62 * side + 4)
    write(root, "x₂", -0.64 * side, 4 - 0.5 * side)
    return root


def draw_corner(root, place, y):
    """A circle with the answer y in it, filled where it is 1."""
    cx, cy = place
    put(root, "circle", cx=cx, cy=cy, r=15, fill=BLUE if y else "none", stroke=GREY)
    write(root, f"{y}", cx, cy + 4, **({"style": "fill: white"} if y else {}))


def put_area(root, corners, **pen):
    """A polygon with its corners at places in px."""
    put(root, "polygon", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in corners), **pen)
