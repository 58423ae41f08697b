"""Backprop: traits and network move each other; JavaScript, nnlib and trying agree."""

import numpy as np
import pytest

from nnlib import (
    SGD,
    Affine,
    IdentityWithLoss,
    LeakyReLU,
    Network,
    ReLU,
    Sigmoid,
    SoftmaxWithLoss,
    Tanh,
)
from nnlib.gradients import numerical_gradient, relative_error
from nnlib.pure import back_prop, forward_prop, squared_error, update_params
from nnlib.widgets import Backprop

SIZES = [2, 3, 1]
WEIGHTS = [[[1.0, 0.5], [-1.0, 0.5], [0.0, 2.0]], [[1.0, -1.0, 2.0]]]
BIASES = [[0.0, 0.5, -1.0], [0.25]]
HIDDEN = [None, Sigmoid, Tanh, ReLU, LeakyReLU, lambda: LeakyReLU(0.3)]


def network(sizes, hidden, rng, last=None):
    layers = []
    for k in range(len(sizes) - 1):
        layers.append(Affine(sizes[k], sizes[k + 1], rng=rng, dtype=np.float64))
        layers[-1].b[...] = rng.normal(0, 1, sizes[k + 1])
        if hidden and k < len(sizes) - 2:
            layers.append(hidden())
    return Network([*layers, last()] if last else layers, IdentityWithLoss())


@pytest.fixture
def figure():
    return Backprop(SIZES, WEIGHTS, BIASES, [1.0, 0.5], [0.5])


def test_its_gradients_are_those_of_the_lists(figure):
    y, outs, sums = forward_prop(SIZES, WEIGHTS, BIASES, [1.0, 0.5], cache_mode=True)
    grads_w, grads_b = back_prop(SIZES, WEIGHTS, BIASES, [0.5], outs, sums)
    assert figure.loss == pytest.approx(squared_error(y, [0.5]), abs=1e-12)
    for ours, theirs in zip(
        grads_w + grads_b, figure.grads_w + figure.grads_b, strict=True
    ):
        np.testing.assert_allclose(theirs, ours, rtol=0, atol=1e-12)


def test_its_gradients_follow_what_is_moved(figure):
    figure.set_state({"t": [figure.y[0]]})
    assert figure.loss == 0
    assert not any(np.any(g) for g in figure.grads_w + figure.grads_b)


def test_asking_for_gradients_leaves_those_of_the_network_alone(figure):
    assert figure.net.backprop(np.array([[3.0, 4.0]]), np.array([[9.0]])) > 0
    before = [g.copy() for g in figure.net.grads]
    assert figure.loss
    assert figure.picture()
    for old, new in zip(before, figure.net.grads, strict=True):
        np.testing.assert_array_equal(old, new)


def test_without_a_target_every_output_is_to_be_one():
    assert Backprop([2, 2, 3]).t == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"t": [1, 2]}, r"t must have the shape \(1,\), got \(2,\)"),
        ({"t": [float("nan")]}, "t must lie between −10,000 and 10,000, got nan"),
        ({"lr": -0.1}, r"lr must lie in 0..100, got -0\.1"),
        ({"lr": float("nan")}, "lr must lie in 0..100, got nan"),
        ({"step": 14}, "step must lie in 0..13, got 14"),
        ({"step": -1}, "step must lie in 0..13, got -1"),
        ({"selected": "t2"}, r"selected is one of x1-h1, .*t1, got 't2'"),
    ],
)
def test_what_does_not_fit_is_told_and_changes_nothing(figure, change, words):
    before = figure.get_state()
    with pytest.raises(ValueError, match=words):
        figure.set_trait(*next(iter(change.items())))
    assert figure.get_state() == before


def test_a_network_with_another_loss_is_told(rng):
    net = Network([Affine(2, 2, rng=rng)], SoftmaxWithLoss())
    with pytest.raises(ValueError, match=r"IdentityWithLoss\(\), got SoftmaxWithLoss"):
        Backprop(net)


def test_a_network_too_large_to_draw_is_told():
    with pytest.raises(ValueError, match=r"at most 4 layers of 4 nodes, got \[2, 5"):
        Backprop([2, 5, 1])


def test_the_picture_shows_gradients_on_the_way_back_only(figure):
    for step, shown in [(0, False), (5, False), (6, True), (13, True)]:
        figure.step = step
        svg, alt = figure.picture()
        assert ("gradients" in alt) == shown
        assert "y₁ 1.59" in alt
        assert svg.startswith("<svg")


def golden_case(net, x, t, lr):
    figure = Backprop(net, x=x, t=t, lr=lr)
    traits = ("weights", "biases", "x", "t", "lr", "activations")
    case = {name: getattr(figure, name) for name in traits}
    case |= {name: getattr(figure, name) for name in ("loss", "grads_w", "grads_b")}
    case |= {"sizes": figure.sizes, "names": figure.movable}
    net.backprop(np.array([x]), np.array([t]))
    SGD(lr).update(net.params, net.grads)
    affines = figure.affines
    case["updated"] = {
        "weights": [affine.W.T.tolist() for affine in affines],
        "biases": [affine.b.tolist() for affine in affines],
    }
    return case


def golden(rng):
    cases = []
    for n in range(240):
        sizes = rng.integers(1, 5, size=rng.integers(2, 5)).tolist()
        net = network(sizes, HIDDEN[n % 6], rng, [None, Sigmoid, None, Tanh][n % 4])
        x, t = rng.normal(0, 2, sizes[0]), rng.normal(0, 2, sizes[-1])
        cases.append(golden_case(net, x.tolist(), t.tolist(), 0.1))
    extremes = np.array([-1e4, -1, 0, 0, 0.5, 1, 1e4])
    for n in range(72):
        sizes = rng.integers(1, 5, size=2 + n % 2).tolist()
        net = network(sizes, HIDDEN[n % 6], rng)
        for p in net.params:
            p[...] = rng.choice(extremes, p.shape)
        x, t = rng.choice(extremes, sizes[0]), rng.choice(extremes, sizes[-1])
        cases.append(golden_case(net, x.tolist(), t.tolist(), 1e-9))
    return cases


def test_javascript_computes_what_nnlib_computes(run_node, rng):
    run_node("backprop", golden(rng))


def test_every_gradient_equals_the_slope_found_by_trying(rng):
    for case in [c for c in golden(rng)[:60] if c["activations"][0]["f"] == "sigmoid"]:
        sizes, x, t = case["sizes"], case["x"], case["t"]
        if case["activations"][-1]["f"] != "identity":
            continue
        for layer, grad in enumerate(case["grads_b"]):

            def loss(b, layer=layer, case=case, sizes=sizes, x=x, t=t):
                biases = [*case["biases"]]
                biases[layer] = b.tolist()
                y = forward_prop(sizes, case["weights"], biases, x)
                return squared_error(y, t)

            slopes = numerical_gradient(loss, case["biases"][layer])
            assert relative_error(slopes, grad) < 1e-6
        step = (case["grads_w"], case["grads_b"], case["lr"])
        weights, _ = update_params(sizes, case["weights"], case["biases"], *step)
        for ours, theirs in zip(weights, case["updated"]["weights"], strict=True):
            np.testing.assert_allclose(theirs, ours, rtol=0, atol=1e-12)
