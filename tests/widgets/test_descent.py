"""Descent: one path in Python and in JavaScript, to the last digit, words included."""

import itertools
import math
import re

import numpy as np
import pytest

from nnlib import SGD
from nnlib.gradients import numerical_gradient
from nnlib.widgets import Descent
from nnlib.widgets.descent import LANDSCAPES, MOST, loss_at, slopes_at

every_landscape = pytest.mark.parametrize("name", LANDSCAPES)
OWN_MATH = {"½": "0.5", "¼": "0.25", "²": "**2", "⁴": "**4", "−": "-", "₁": "1"}


def places(name, n=201):
    """A grid over the drawn part of a landscape: arrays w1, w2."""
    ends = [*LANDSCAPES[name]["view"]]
    if len(LANDSCAPES[name]["names"]) == 1:
        ends[1] = (0, 0)
    return np.meshgrid(*(np.linspace(*end, n) for end in ends))


@pytest.mark.parametrize("name", ["one weight", "two valleys", "saddle"])
def test_the_terms_are_the_formula_that_is_shown(name):
    text = LANDSCAPES[name]["formula"].removeprefix("L = ")
    for ours, python in (OWN_MATH | {"₂": "2", "1½": "1.5"}).items():
        text = text.replace(ours, python)
    text = re.sub(r"(?<=[\d)]) (?=[w(])", " * ", text.replace("10.5", "1.5"))
    w1, w2 = places(name)
    values = {"w": w1, "w1": w1, "w2": w2}
    assert np.allclose(eval(text, values), loss_at(LANDSCAPES[name]["terms"], [w1, w2]))


def test_the_line_through_points_is_the_squared_error_of_its_chapter():
    x, t = np.array([0, 1, 2, 3]), np.array([2, 2, 4, 8])
    for w, b in [(0, 0), (2, 1), (-1.5, 3)]:
        loss = np.mean(0.5 * (w * x + b - t) ** 2)
        assert loss_at(LANDSCAPES["line through points"]["terms"], [w, b]) == loss


@every_landscape
def test_lowest_is_the_smallest_loss_to_be_found(name):
    terms = LANDSCAPES[name]["terms"]
    w1, w2 = places(name, 1001)
    smallest = loss_at(terms, [w1, w2]).min()
    assert LANDSCAPES[name]["lowest"] - 1e-8 <= smallest
    assert smallest == pytest.approx(LANDSCAPES[name]["lowest"], abs=1e-4)


@every_landscape
def test_the_slopes_are_those_found_by_trying(name, rng):
    terms = LANDSCAPES[name]["terms"]
    for w in rng.uniform(-3, 3, (50, 2)):
        tried = numerical_gradient(lambda w: loss_at(terms, w), w)
        assert slopes_at(terms, w) == pytest.approx(tried.tolist(), abs=1e-6)


@every_landscape
def test_the_path_is_that_of_sgd(name):
    figure = Descent(name, lr=0.05, steps=50)
    w, sgd = np.array(figure.w0), SGD(lr=0.05)
    for place in figure.path:
        assert place == pytest.approx(w[: len(place)].tolist(), abs=1e-12)
        sgd.update([w], [np.array(slopes_at(LANDSCAPES[name]["terms"], w))])
    assert len(figure.path) == len(figure.losses) == 51


def test_each_step_on_one_weight_multiplies_the_distance_by_one_minus_lr():
    for lr in (0.1, 0.5, 1, 1.5, 2, 2.5):
        path = Descent("one weight", lr=lr, w0=[6], steps=6).path
        wanted = [2 + 4 * (1 - lr) ** k for k in range(7)]
        assert np.ravel(path).tolist() == pytest.approx(wanted)


def test_a_path_ends_where_the_loss_overflows():
    figure = Descent("two valleys", lr=1, steps=MOST)
    assert not math.isfinite(figure.losses[-1])
    assert np.isfinite(figure.losses[:-1]).all()
    assert len(figure.path) < 20
    assert "overflowed: the learning rate is too high" in figure.picture()[1]


def test_every_landscape_has_its_own_start():
    for name, land in LANDSCAPES.items():
        figure = Descent(name)
        assert (figure.lr, figure.w0, figure.steps) == (land["lr"], land["w0"], 0)


def test_a_start_is_a_list_or_an_array_of_one_or_two():
    assert Descent(w0=[3]).w0 == [3, 0]
    assert Descent("saddle", w0=np.array([1, 2])).w0 == [1, 2]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"landscape": "hill"}, r"landscape is one of one weight, .*got 'hill'"),
        ({"lr": -0.1}, r"lr must lie in 0\.\.10,000, got -0\.1"),
        ({"lr": float("nan")}, "got nan"),
        ({"w0": [1, 2, 3]}, r"w0 must have the shape \(2,\), got \(3,\)"),
        ({"w0": [1, 10_001]}, "w0 must lie between −10,000 and 10,000"),
        ({"w0": []}, r"w0 must have the shape \(2,\), got \(0,\)"),
        ({"steps": 201}, r"steps must lie in 0\.\.200, got 201"),
        ({"steps": -1}, "got -1"),
    ],
)
def test_what_does_not_fit_is_told_and_changes_nothing(values, words):
    with pytest.raises(ValueError, match=words):
        Descent(**values)
    figure = Descent()
    before = figure.get_state()
    with pytest.raises(ValueError, match=words):
        figure.set_trait(*next(iter(values.items())))
    assert figure.get_state() == before


def test_a_message_from_the_browser_moves_the_ball():
    figure = Descent()
    figure.set_state({"landscape": "saddle", "w0": [0, 1], "lr": 0.5, "steps": 3})
    assert figure.path == [[0, 1], [0, 0.5], [0, 0.25], [0, 0.125]]


@every_landscape
def test_the_picture_shows_and_tells_the_path(name):
    figure = Descent(name, steps=5)
    svg, alt = figure.picture()
    assert svg.count("<circle") == 6
    assert LANDSCAPES[name]["formula"] in alt
    assert f"{figure.losses[-1]:.4g}" in alt


def golden(rng):
    cases = []
    rates = [0, 1e-3, 0.1, 0.3, 0.476, 0.5, 1, 2, 2.5, 30, 1e4]
    starts = [-1e4, -1.0, 0.0, 0.0, 1.0, 2.0, 1e4]
    for name, lr in itertools.product(LANDSCAPES, rates):
        cases.append((name, lr, rng.choice(starts, 2).tolist(), MOST))
    for n in range(260):
        name = list(LANDSCAPES)[n % 4]
        lr = float(10 ** rng.uniform(-3, 0.6))
        cases.append((name, lr, rng.uniform(-3, 3, 2).tolist(), int(rng.integers(200))))
    made = []
    for name, lr, w0, steps in cases:
        figure = Descent(name, lr=lr, w0=w0, steps=steps)
        losses = [repr(loss) for loss in figure.losses]
        made.append({"landscape": name, "lr": lr, "w0": w0, "steps": steps})
        path = [[repr(v) for v in place] for place in figure.path]
        made[-1] |= {"path": path, "losses": losses}
    return {"landscapes": LANDSCAPES, "cases": made}


def test_javascript_computes_what_python_computes(run_node, rng):
    run_node("descent", golden(rng))
