"""Six optimizers go down one landscape, from one start, step for step."""

import functools
import xml.etree.ElementTree as ET

import numpy as np
import traitlets

from nnlib.drawing import GREY, finish
from nnlib.optimizers import SGD, AdaGrad, Adam, Momentum, Nesterov, RMSProp
from nnlib.widgets.charts import put
from nnlib.widgets.figure import Figure
from nnlib.widgets.traits import LIMIT, Count, Numbers, OneOf, Within

MOST = 100  # steps
VIEW = [[-4, 4], [-3, 3]]  # the part that is drawn, w₁ and w₂
PX = 50  # of the drawing, for 1 of a weight
HIGHEST_LR = 10

# name: [color as in plots.py, dashes, mark]; a mark is an SVG path around (0, 0).
PENS = {
    "SGD": ["#1a80c4", "", "M-5,0a5,5 0 1 0 10,0a5,5 0 1 0 -10,0Z"],
    "Momentum": ["#cc5900", "7 3", "M-5,-5H5V5H-5Z"],
    "Nesterov": ["#218a5e", "8 2 2 2", "M0,-6L6,5H-6Z"],
    "AdaGrad": ["#b05fa8", "2 2", "M0,-7L6,0L0,7L-6,0Z"],
    "RMSProp": ["#8d7a1f", "9 2 2 2 2 2", "M0,6L6,-5H-6Z"],
    "Adam": [GREY, "", "M-2,-6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z"],
}


def valley(w1, w2):
    """A long valley, sixteen times as steep across as along: loss, slopes."""
    return w1 * w1 / 16 + w2 * w2, (w1 / 8, 2 * w2)


def bend(w1, w2):
    """A valley that turns as it falls (after Rosenbrock, 1960): loss, slopes."""
    off, left = w2 - w1 * w1 / 4 + 1, w1 - 2
    return left * left / 20 + off * off, (left / 10 - w1 * off, 2 * off)


def two_hollows(w1, w2):
    """Two hollows with a level pass between them: loss, slopes."""
    out = w1 * w1 / 4 - 1
    return out * out + w2 * w2 / 2, (w1 * out, w2)


# name: (loss and slopes, levels of the lines of equal loss)
LANDSCAPES = {
    "valley": (valley, [0.05 * k * k for k in range(1, 15)]),
    "bend": (bend, [0.01, 0.05, 0.2, 0.5, 1, 1.7, 2.6, 4, 6, 9, 13, 18]),
    "two hollows": (two_hollows, [0.02, 0.1, 0.3, 0.6, 1, 1.5, 2.2, 3.1, 4.5, 7, 10]),
}


class Start(Numbers):
    """A place [w₁, w₂] within VIEW."""

    def validate(self, obj, value):
        """Both weights as floats; a ValueError outside the view."""
        w0 = super().validate(obj, value)
        if any(not a <= w <= b for w, (a, b) in zip(w0, VIEW, strict=True)):
            raise ValueError(f"{self.name} must lie in −4..4 and −3..3, got {w0}.")
        return w0


class OptimizerRace(Figure):
    """SGD, Momentum, Nesterov, AdaGrad, RMSProp and Adam race down one landscape.

        figure = OptimizerRace("valley", w0=[-3.5, 2], steps=20)

    figure.landscape is a name in LANDSCAPES, .w0 the start [w₁, w₂], .steps how many
    steps are made, 0..100. .lr is the rate of the first three, .lr_adaptive that of
    AdaGrad, RMSProp and Adam, .momentum that of Momentum and Nesterov and Adam's beta1.
    .focus is "all", or the name of the one whose path stands out. Setting them moves
    the picture, moving the picture sets them.
    """

    kept = ("landscape", "w0", "lr", "lr_adaptive", "momentum", "steps", "focus")
    landscape = OneOf(LANDSCAPES).tag(sync=True)
    w0 = Start((2,)).tag(sync=True)
    lr = Within(0, HIGHEST_LR).tag(sync=True)
    lr_adaptive = Within(0, HIGHEST_LR).tag(sync=True)
    momentum = Within(0, 0.99).tag(sync=True)
    steps = Count(MOST).tag(sync=True)
    focus = OneOf(["all", *PENS], "all").tag(sync=True)
    pens = traitlets.Dict(PENS, read_only=True).tag(sync=True)
    contours = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(self, landscape="valley", **values):
        defaults = {"w0": [-3.5, 2.0], "lr": 0.6, "lr_adaptive": 0.3, "momentum": 0.8}
        super().__init__(landscape=landscape, **defaults | {"steps": 20} | values)
        self.set_trait("contours", {name: contour(name) for name in LANDSCAPES})

    @property
    def paths(self):
        """Name -> the places [w₁, w₂] it has been at, a list, the start first.

        A path ends early before a place with a weight beyond ±10,000: it diverged.
        """
        f, _ = LANDSCAPES[self.landscape]
        racers = make_racers(self.lr, self.lr_adaptive, self.momentum)
        return {
            type(racer).__name__: walk(racer, f, self.w0, self.steps)
            for racer in racers
        }

    def picture(self):
        """The present state as an SVG, and in words."""
        alt = describe(self.landscape, self.w0, self.steps, self.paths)
        return finish(draw(self.contours[self.landscape], self.paths), alt), alt

    def __repr__(self):
        return f"OptimizerRace({self.landscape!r}, w0={self.w0}, steps={self.steps})"


def make_racers(lr, lr_adaptive, momentum):
    """The six optimizers with these settings; here a rate of 0, no move, is allowed."""
    racers = [SGD(), Momentum(momentum=momentum), Nesterov(momentum=momentum)]
    racers += [AdaGrad(), RMSProp(), Adam(beta1=momentum)]
    for racer, rate in zip(racers, [lr] * 3 + [lr_adaptive] * 3, strict=True):
        racer.lr = rate
    return racers


def walk(optimizer, f, w0, steps):
    """Where an optimizer goes from w0: a list of [w₁, w₂], the start first."""
    w, path = np.array(w0, float), [list(w0)]
    for _ in range(steps):
        _, slopes = f(*w)
        optimizer.update([w], [np.array(slopes)])
        if not (np.abs(w) <= LIMIT).all():
            break
        path.append(w.tolist())
    return path


@functools.cache
def contour(name):
    """The lines of equal loss as the data of an SVG path, in px."""
    from contourpy import contour_generator

    f, levels = LANDSCAPES[name]
    w1, w2 = (np.linspace(*ends, 61) for ends in VIEW)
    lines = contour_generator(w1, w2, f(*np.meshgrid(w1, w2))[0])
    return "".join(data_of(p) for level in levels for p in lines.lines(level))


def data_of(points):
    """A line through places [w₁, w₂] as the data of an SVG path, in px."""
    px = [(PX * (w1 - VIEW[0][0]), PX * (VIEW[1][1] - w2)) for w1, w2 in points]
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in px)


def describe(landscape, w0, steps, paths):
    """The state in words, for those who do not see it."""
    f, _ = LANDSCAPES[landscape]
    told = []
    for name, path in paths.items():
        loss, _ = f(*path[-1])
        gone = f"diverged at step {len(path)}"
        told.append(f"{name} {gone if len(path) <= steps else f'has loss {loss:.3g}'}")
    return (
        f"Six optimizers on the landscape {landscape}, after {steps} steps from "
        f"({w0[0]:g}, {w0[1]:g}): {', '.join(told)}."
    ).replace("-", "−")


def draw(lines, paths):
    """The landscape seen from above with six paths: an SVG element."""
    width, height = (PX * (high - low) for low, high in VIEW)
    root = ET.Element("svg", viewBox=f"0 0 {width} {height + 30}")
    plane = put(root, "svg", width=width, height=height)
    put(plane, "path", d=lines, fill="none", stroke=GREY, stroke_width=0.6)
    put(plane, "rect", width="100%", height="100%", fill="none", stroke=GREY)
    for n, (name, path) in enumerate(paths.items()):
        color, dash, _ = PENS[name]
        pen = {"stroke": color, "stroke_width": 2, "stroke_dasharray": dash}
        put(plane, "path", d=data_of(path), fill="none", **pen)
        below = [VIEW[0][0] + 0.25 + 1.35 * n, VIEW[1][0] - 0.3]
        for parent, place in ((plane, path[-1]), (root, below)):
            put_mark(parent, name, place)
        x, y = map(float, data_of([below])[1:].split(","))
        text = put(root, "text", x=x + 9, y=y + 4, fill=GREY, font_size=10)
        text.text = name
    return root


def put_mark(parent, name, place):
    """The mark of an optimizer at a place [w₁, w₂]."""
    color, _, mark = PENS[name]
    move = f"translate({data_of([place])[1:]})"
    put(parent, "path", d=mark, fill=color, transform=move)
