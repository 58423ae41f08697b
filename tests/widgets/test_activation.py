"""Activation: its numbers are nnlib's, in Python and in JavaScript."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
import traitlets

from nnlib import activations
from nnlib.activations import identity, leaky_relu, relu, sigmoid, step, tanh
from nnlib.gradients import numerical_gradient
from nnlib.pure import summation
from nnlib.widgets import Activation
from nnlib.widgets.activation import FUNCTIONS, sample, ticks

ALL = [step, identity, sigmoid, tanh, relu, leaky_relu]


def test_it_starts_with_a_sigmoid_at_one():
    figure = Activation()
    assert (figure.f, figure.x) == ("sigmoid", 1)
    assert figure.y == pytest.approx(0.73105858, abs=5e-9)
    assert figure.y_der == pytest.approx(0.19661193, abs=5e-9)


def test_every_function_of_one_number_in_nnlib_can_be_shown():
    pairs = {name for name in vars(activations) if f"{name}_der" in vars(activations)}
    assert set(FUNCTIONS) == pairs - {"softmax"}
    assert [Activation(f).f for f in ALL] == list(FUNCTIONS)


@pytest.mark.parametrize("f", ALL)
@pytest.mark.parametrize("x", [-3.3, -0.2, 0.7, 5.0])
def test_value_and_slope_are_those_of_the_function(f, x):
    figure = Activation(f, x=x, slope=0.2)
    g = (lambda v: leaky_relu(v, 0.2)) if f is leaky_relu else f
    assert figure.y == g(np.array(x))
    assert figure.y_der == pytest.approx(numerical_gradient(g, x), abs=1e-8)


def test_two_layers_are_the_sums_of_the_lists():
    w, b, v, c = [1.5, -2.0], [0.5, 1.0], [2.0, -1.0], 0.25
    figure = Activation(tanh, x=0.4, weights=[[[u] for u in w], [v]], biases=[b, [c]])
    h = [np.tanh(summation([0.4], [u], b_j)) for u, b_j in zip(w, b, strict=True)]
    assert figure.output == pytest.approx(summation(h, v, c), abs=1e-12)


def test_without_the_activation_two_layers_are_one_line(rng):
    for n in range(1, 9):
        weights = [rng.normal(0, 2, (n, 1)), rng.normal(0, 2, (1, n))]
        biases = [rng.normal(0, 2, n), rng.normal(0, 2, 1)]
        figure = Activation(identity, weights=weights, biases=biases)
        a, b = figure.line
        for x in (-4.0, 0.0, 0.3, 100.0):
            figure.x = x
            assert figure.output == pytest.approx(a * x + b, abs=1e-9)


def test_a_message_from_the_browser_moves_the_numbers():
    figure = Activation()
    figure.set_state({"f": "relu", "x": -2, "biases": [[1, 2, 3], [0]]})
    assert (figure.y, figure.y_der) == (0, 0)
    assert figure.biases == [[1, 2, 3], [0]]


def test_observe_and_link_work():
    one, two = Activation(), Activation()
    seen = []
    one.observe(lambda change: seen.append(change.new), "x")
    traitlets.link((one, "x"), (two, "x"))
    two.x = 3
    assert (one.x, seen) == (3, [3])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("f", "softmax"), "f is one of step, identity, .*got 'softmax'"),
        (("x", 10_001), "x must lie between −10,000 and 10,000, got 10001"),
        (("x", float("nan")), "x must lie between .* got nan"),
        (("slope", 1.5), r"slope must lie in 0..1, got 1\.5"),
        (("slope", float("nan")), "slope must lie in 0..1, got nan"),
        (("weights", [[[1]]]), "weights needs a list per layer, 2, got 1"),
        (("weights", [[[1]], [[1]]]), r"weights\[0\] must have the shape \(3, 1\)"),
        (("biases", [[1, 2, 3], [1, 2]]), r"biases\[1\] must have the shape \(1,\)"),
        (("selected", "x1"), "selected is one of .*, got 'x1'"),
    ],
)
def test_what_does_not_fit_is_told_and_changes_nothing(change, words):
    figure = Activation()
    before = figure.get_state()
    with pytest.raises(ValueError, match=words):
        figure.set_trait(*change)
    assert figure.get_state() == before


def test_too_many_nodes_and_none_are_told():
    for n in (0, 9):
        with pytest.raises(ValueError, match=f"1 to 8 nodes, got weights of {n}"):
            Activation(weights=[[[1]] * n, [[1] * n]], biases=[[0] * n, [0]])


@pytest.mark.parametrize("f", ALL)
def test_the_picture_shows_the_present_state(f):
    figure = Activation(f)
    figure.x = -1.25
    svg, alt = figure.picture()
    assert f"curve of {f.__name__} from −6 to 6" in alt
    assert "x = −1.25" in alt
    root = ElementTree.fromstring(svg)
    texts = [element.text for element in root.iter() if element.text]
    assert {f"{f.__name__}(x)", "its slope", "tangent", "without it"} <= set(texts)
    assert not re.search("nan|inf", svg)


def test_the_picture_of_far_away_numbers_is_finite():
    figure = Activation(relu, x=1e4, weights=[[[1e4]], [[-1e4]]], biases=[[1e4], [0]])
    svg, alt = figure.picture()
    assert not re.search("nan|inf", svg)
    assert "from −10000 to 10000" in alt


def test_ticks_are_few_and_reach_around(rng):
    for _ in range(300):
        lo, hi = np.sort(rng.normal(0, 1, 2)) * 10 ** rng.uniform(-3, 12)
        marks = ticks(lo, hi)
        assert marks[0] <= lo < hi <= marks[-1]
        assert 2 <= len(marks) <= 6
        assert marks[1] > lo
        assert marks[-2] < hi


def test_a_jump_stays_a_gap_in_the_curve():
    left, right = sample(step, 6, [0.0])
    assert (left[:, 1] == 0).all()
    assert (right[:, 1] == 1).all()


def golden_case(f, x, slope, weights, biases):
    figure = Activation(f, x=x, slope=slope, weights=weights, biases=biases)
    state = {name: getattr(figure, name) for name in figure.kept}
    numbers = {"y": figure.y, "der": figure.y_der, "bent": figure.output}
    return state | {"numbers": numbers | {"line": figure.line}}


def golden(rng):
    cases = []
    for k in range(240):
        n = rng.integers(1, 9)
        weights = [rng.normal(0, 2, (n, 1)), rng.normal(0, 2, (1, n))]
        biases = [rng.normal(0, 2, n), rng.normal(0, 2, 1)]
        x, slope = rng.normal(0, 3), rng.uniform()
        cases.append(golden_case(ALL[k % 6], x, slope, weights, biases))
    extremes = np.array([-1e4, -37, -1, -1e-9, 0, 0, 1e-9, 0.5, 1, 37, 1e4])
    for k in range(240):
        n = rng.integers(1, 9)
        weights = [rng.choice(extremes, (n, 1)), rng.choice(extremes, (1, n))]
        biases = [rng.choice(extremes, n), rng.choice(extremes, 1)]
        x, slope = rng.choice(extremes), rng.choice([0, 0.25, 1])
        cases.append(golden_case(ALL[k % 6], x, slope, weights, biases))
    return cases


def test_javascript_computes_what_nnlib_computes(run_node, rng):
    run_node("activation", golden(rng))
