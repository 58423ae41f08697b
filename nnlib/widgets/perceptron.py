"""One perceptron in the plane of its two inputs: a line, four corners, a gate."""

import xml.etree.ElementTree as ET

import traitlets

from nnlib.drawing import BLUE, GREY, finish
from nnlib.perceptron import perceptron, summation
from nnlib.widgets.figure import Figure, numbers

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
    weights = traitlets.List().tag(sync=True)
    bias = traitlets.Float().tag(sync=True)
    goal = traitlets.Unicode().tag(sync=True)
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

    @traitlets.validate("weights")
    def _check_weights(self, proposal):
        return numbers(proposal.value, (2,), "weights")

    @traitlets.validate("bias")
    def _check_bias(self, proposal):
        return numbers(proposal.value, (), "bias")

    @traitlets.validate("goal")
    def _check_goal(self, proposal):
        if proposal.value not in GATES:
            raise ValueError(
                f"goal is one of {', '.join(GATES)}, got {proposal.value!r}."
            )
        return proposal.value


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
    root = ET.Element(
        "svg", viewBox=f"{-0.8 * side} {-1.55 * side} {2.35 * side} {2.3 * side}"
    )

    def at(p):
        return side * p[0], -side * p[1]

    def put(tag, text="", **attributes):
        names = {k.replace("_", "-"): f"{v}" for k, v in attributes.items()}
        ET.SubElement(root, tag, names).text = text

    def word(text, x, y, **pen):
        put("text", text, x=x, y=y + 4, fill=GREY, text_anchor="middle", **pen)

    region, line = half_plane(weights, bias)
    for points, pen in ((VIEW, {"stroke": GREY}), (region, {"opacity": 0.2})):
        path = " ".join("{:.1f},{:.1f}".format(*at(p)) for p in points)
        put("polygon", points=path, fill="none" if points is VIEW else BLUE, **pen)
    if line:
        (x1, y1), (x2, y2) = map(at, line)
        put("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=GREY, stroke_width=2.5)
    for corner, y in zip(CORNERS, answers, strict=True):
        cx, cy = at(corner)
        put("circle", cx=cx, cy=cy, r=15, fill=BLUE if y else "none", stroke=GREY)
        word(f"{y}", cx, cy, font_size=14, **({"style": "fill: white"} if y else {}))
    for v in (0, 1):
        word(f"{v}", side * v, 0.62 * side, font_size=12)
        word(f"{v}", -0.62 * side, -side * v, font_size=12)
    word("x₁", 0.5 * side, 0.62 * side, font_size=13)
    word("x₂", -0.64 * side, -0.5 * side, font_size=13)
    return root
