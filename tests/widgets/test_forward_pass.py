"""ForwardPass: traits and network move each other; JavaScript and nnlib agree."""

import numpy as np
import pytest
import traitlets
from ipywidgets import FloatSlider, link

from nnlib import (
    Affine,
    IdentityWithLoss,
    LeakyReLU,
    Network,
    ReLU,
    Sigmoid,
    SigmoidWithLoss,
    SoftmaxWithLoss,
    Tanh,
)
from nnlib.pure import forward_prop
from nnlib.widgets import ForwardPass
from nnlib.widgets.forward_pass import names

WEIGHTS = [[[1.0, 0.5], [-1.0, 0.5], [0.0, 2.0]], [[1.0, -1.0, 2.0]]]
BIASES = [[0.0, 0.5, -1.0], [0.25]]
HIDDEN = [None, Sigmoid, Tanh, ReLU, LeakyReLU, lambda: LeakyReLU(0.3)]
LAST = [IdentityWithLoss, SigmoidWithLoss, SoftmaxWithLoss]


def network(sizes, hidden, last, rng):
    layers = []
    for k in range(len(sizes) - 1):
        layers.append(Affine(sizes[k], sizes[k + 1], rng=rng, dtype=np.float64))
        layers[-1].b[...] = rng.normal(0, 1, sizes[k + 1])
        if hidden and k < len(sizes) - 2:
            layers.append(hidden())
    return Network(layers, last())


@pytest.fixture
def net(rng):
    return network([2, 3, 1], Sigmoid, IdentityWithLoss, rng)


def test_it_speaks_the_language_of_the_lists(rng):
    figure = ForwardPass([2, 3, 1], WEIGHTS, BIASES, [1.0, 0.5])
    y = forward_prop([2, 3, 1], WEIGHTS, BIASES, [1.0, 0.5])
    assert figure.y == pytest.approx(y, abs=1e-12)
    assert (figure.weights, figure.biases, figure.x) == (WEIGHTS, BIASES, [1.0, 0.5])


def test_sizes_alone_give_the_same_weights_every_time():
    assert ForwardPass([2, 4, 2]).weights == ForwardPass([2, 4, 2]).weights
    assert ForwardPass([2, 4, 2]).x == [1.0, 1.0]


def test_moving_a_number_moves_the_network_in_place(net):
    W, b = net.layers[0].W, net.layers[0].b
    figure = ForwardPass(net)
    weights = [[list(row) for row in layer] for layer in figure.weights]
    weights[0][2][1] = 3.5
    figure.weights = weights
    assert W[1, 2] == 3.5
    assert net.layers[0].W is W
    figure.biases = [np.array([1, 2, 3]), [4]]
    assert b.tolist() == [1, 2, 3]
    assert figure.y == net.predict(np.array([figure.x]))[0].tolist()


def test_a_message_from_the_browser_moves_the_network(net):
    figure = ForwardPass(net)
    figure.set_state({"biases": [[0.1, 0.2, 0.3], [0.4]], "x": [5, 6]})
    assert net.layers[0].b.tolist() == [0.1, 0.2, 0.3]
    assert figure.x == [5, 6]


def test_refresh_shows_what_the_network_has_learned(net):
    figure = ForwardPass(net)
    net.layers[0].W[...] = 1
    net.layers[2].b[...] = -1
    figure.refresh()
    assert figure.weights[0] == [[1, 1]] * 3
    assert figure.biases[1] == [-1]
    assert net.layers[2].b[0] == -1


def test_observe_and_link_work():
    one, two = ForwardPass([2, 3, 1]), ForwardPass([2, 3, 1])
    seen = []
    one.observe(lambda change: seen.append(change.new), "x")
    traitlets.link((one, "x"), (two, "x"))
    two.x = [3, 4]
    assert one.x == [3, 4]
    one.x = np.array([5, 6])
    assert seen == [[3, 4], [5, 6]]
    slider = FloatSlider(1, min=-5, max=5)
    link((slider, "value"), (one, "x"), transform=(lambda v: [v, 0], lambda x: x[0]))
    slider.value = 2
    assert two.x == [2, 0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"x": [1]}, r"x must have the shape \(2,\), got \(1,\)"),
        ({"x": [1, 10_001]}, r"x must lie between −10,000 and 10,000, got 10001"),
        ({"weights": WEIGHTS[:1]}, "weights needs a list per layer, 2, got 1"),
        ({"weights": [np.ones((2, 3)), [[1, 1, 1]]]}, r"weights\[0\].*\(3, 2\), got"),
        ({"biases": [[1, 2, 3], [float("nan")]]}, r"biases\[1\].*got nan"),
        ({"selected": "x3"}, r"selected is one of x1-h1, .*got 'x3'"),
    ],
)
def test_what_does_not_fit_is_told_and_changes_nothing(net, change, words):
    figure = ForwardPass(net)
    before = figure.get_state()
    with pytest.raises(ValueError, match=words):
        figure.set_trait(*next(iter(change.items())))
    assert figure.get_state() == before


@pytest.mark.parametrize("bad", [[2], "net", 3])
def test_what_is_no_network_is_told(bad):
    with pytest.raises(TypeError, match="expected a Network or sizes"):
        ForwardPass(bad)


def test_a_network_too_large_to_draw_is_told():
    with pytest.raises(
        ValueError, match=r"at most 8 layers of 8 nodes, got \[2, 9, 1\]"
    ):
        ForwardPass([2, 9, 1])


def test_the_picture_shows_the_present_state():
    figure = ForwardPass([2, 3, 1], WEIGHTS, BIASES, [1.0, 0.5])
    figure.x = [-0.75, 0.5]
    svg, alt = figure.picture()
    assert "−0.75" in svg
    assert "−0.75" in alt


def golden_case(net, x):
    figure = ForwardPass(net, x=x)
    outs, y = [np.array([x])], np.array([x])
    for layer in net.layers:
        y = layer.forward(y)
        if isinstance(layer, Affine):
            outs.append(y)
        else:
            outs[-1] = y
    outs[-1] = net.loss_layer.activation(y)
    traits = ("weights", "biases", "x", "activations")
    state = {name: getattr(figure, name) for name in traits}
    return state | {
        "outs": [out[0].tolist() for out in outs],
        "names": names(figure.sizes),
    }


def golden(rng):
    cases = []
    for n in range(240):
        sizes = rng.integers(1, 9, size=rng.integers(2, 6)).tolist()
        net = network(sizes, HIDDEN[n % 6], LAST[n % 3], rng)
        cases.append(golden_case(net, rng.normal(0, 2, sizes[0]).tolist()))
    extremes = np.array([-1e4, -1, 0, 0, 0.5, 1, 1e4])
    for n in range(72):
        sizes = rng.integers(1, 9, size=2 + n % 2).tolist()
        net = network(sizes, HIDDEN[n % 6], LAST[n % 3], rng)
        for p in net.params:
            p[...] = rng.choice(extremes, p.shape)
        cases.append(golden_case(net, rng.choice(extremes, sizes[0]).tolist()))
    return cases


def test_javascript_computes_what_nnlib_computes(run_node, rng):
    run_node("forward_pass", golden(rng))
