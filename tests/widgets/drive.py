"""Run in a kernel after a chapter's cells: moves all that a reader can move in them.

Every figure is sent each value at the ends of its range and between them, one trait at
a time and all together, as a front end sends it; then it must draw its picture and
answer for each of its properties. Every control of ipywidgets goes over its whole
range. What raises or warns on the way raises here.
"""
# ruff: noqa: T201

import gc
import os
import random
import warnings

from anywidget import AnyWidget
from ipywidgets import interactive

from nnlib.widgets import activation, descent, optimizer_race, perceptron
from nnlib.widgets.figure import Figure
from nnlib.widgets.training import nodes
from nnlib.widgets.traits import LIMIT

WIDE = (-float(LIMIT), float(LIMIT))
LAYERS = {"weights": WIDE, "biases": WIDE}

# What a hand can move: each trait with the ends of its range, or with all its choices.
RANGES = {
    "Perceptron": lambda figure: {
        "weights": WIDE,
        "bias": WIDE,
        "goal": list(perceptron.GATES),
    },
    "Activation": lambda figure: {
        **LAYERS,
        "f": list(activation.FUNCTIONS),
        "x": WIDE,
        "slope": (0.0, 1.0),
        "selected": ["x1-h1", "h1-y1", "h1", "y1"],
    },
    "ForwardPass": lambda figure: LAYERS | {"x": WIDE, "selected": figure.movable},
    "Backprop": lambda figure: {
        **RANGES["ForwardPass"](figure),
        "t": WIDE,
        "lr": (0.0, 100.0),
        "step": (0, 3 * sum(figure.sizes[1:]) + 1),
    },
    "Descent": lambda figure: {
        "landscape": list(descent.LANDSCAPES),
        "lr": (0.0, float(LIMIT)),
        "w0": WIDE,
        "steps": (0, descent.MOST),
    },
    "OptimizerRace": lambda figure: {
        "landscape": list(optimizer_race.LANDSCAPES),
        "w0": [[w1, w2] for w1 in (-4, 1e-9, 0, 4) for w2 in (-3, 0, 0.7, 3)],
        "lr": (0.0, float(optimizer_race.HIGHEST_LR)),
        "lr_adaptive": (0.0, float(optimizer_race.HIGHEST_LR)),
        "momentum": (0.0, 0.99),
        "steps": (0, optimizer_race.MOST),
        "focus": ["all", *optimizer_race.PENS],
    },
    "Training": lambda figure: {
        "epoch": (0, len(figure.frames) - 1),
        "unit": nodes(figure.sizes)[figure.sizes[0] :],
        "x": WIDE,
    },
    "Digit": lambda figure: {
        "strokes": [[], [[[0, 0]]], [[[0, 0], [280, 280]], [[280, 0], [3, 277]]]],
        "pixels": (0, 255),
        "unit": ["", *figure.places],
    },
}
# What Python only shows; no hand moves it.
SHOWN = {"start", "gates", "activations", "landscapes", "most", "pens", "contours"}
SHOWN |= {"sizes", "parameters", "rows", "names", "view", "losses", "test_losses"}
SHOWN |= {"loss_view", "ended", "layers", "examples"}

rng = random.Random(0)
# Without the program dot the drawings come in half the time: no process for each.
os.environ["PATH"] = ""


def filled(value, draw):
    """The value with draw() in the place of every number in it."""
    return [filled(v, draw) for v in value] if isinstance(value, list) else draw()


def values(figure, name, span):
    """What a trait is sent: all choices, or the ends of its range and some between."""
    if isinstance(span, list):
        return span
    low, high = span
    like, kind = figure.start.get(name, getattr(figure, name)), type(low)
    draws = [lambda: low, lambda: high, lambda: max(low, kind(0))]
    draws += 2 * [lambda: kind(rng.uniform(low, high)), lambda: rng.choice(span)]
    draws += 3 * [lambda: kind(min(max(rng.gauss(0, 2), low), high))]
    return [filled(like, draw) for draw in draws]


def question(figure):
    """Ask a figure for its picture, its words and each of its properties."""
    svg, words = figure.picture()
    assert svg.startswith("<svg"), svg[:80]
    assert words, figure
    for cls in type(figure).__mro__[: type(figure).__mro__.index(Figure)]:
        for name in [n for n, v in vars(cls).items() if isinstance(v, property)]:
            getattr(figure, name)


def drive_figure(figure):
    """Put a figure into all its states, back to the start, and say how many."""
    ranges = RANGES[type(figure).__name__](figure)
    own = set(figure.trait_names(sync=True)) - set(AnyWidget.class_trait_names())
    assert own - SHOWN - {"_esm", "_css", "_anywidget_id"} == set(ranges)
    sent = {name: values(figure, name, span) for name, span in ranges.items()}
    for name in sent:
        for value in sent[name]:
            figure.set_state({name: value})
            assert getattr(figure, name) == value, (name, value, getattr(figure, name))
            question(figure)
    for _ in range(20):
        figure.set_state({name: rng.choice(sent[name]) for name in sent})
        question(figure)
    figure.reset()
    assert all(getattr(figure, n) == figure.start[n] for n in figure.kept), figure
    return sum(map(len, sent.values())) + 20


def positions(control):
    """Every value a control of ipywidgets can be moved to."""
    if hasattr(control, "_options_full"):
        return [value for _, value in control._options_full]
    if isinstance(control.value, bool):
        return [False, True]
    steps = round((control.max - control.min) / control.step)
    return [control.min + k * control.step for k in range(steps + 1)]


def drive_interact(group):
    """Call what `interact` was given with each value of each control, others at rest.

    `interact` itself would print an error and go on, so it is cut off.
    """
    calls = 0
    for control in group.kwargs_widgets:
        control.unobserve(group.update, names="value")
        rest = control.value
        for value in positions(control):
            control.value = value
            group.f(**{w._kwarg: w.value for w in group.kwargs_widgets})
            calls += 1
        control.value = rest
    return calls


with warnings.catch_warnings():
    warnings.simplefilter("error")
    for thing in gc.get_objects():
        if isinstance(thing, Figure):
            print("driven:", type(thing).__name__, drive_figure(thing))
        elif isinstance(thing, interactive):
            print("driven: interact", drive_interact(thing))
