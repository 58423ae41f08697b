"""Training: what was recorded is the training; JavaScript and nnlib agree."""

import itertools

import numpy as np
import pytest

from nnlib import (
    SGD,
    Adam,
    Affine,
    IdentityWithLoss,
    LeakyReLU,
    Network,
    ReLU,
    Sigmoid,
    SigmoidWithLoss,
    SoftmaxWithLoss,
    Tanh,
    datasets,
    fit,
)
from nnlib.training import History
from nnlib.widgets import Training
from nnlib.widgets.training import fitted

HIDDEN = [Sigmoid, Tanh, ReLU, LeakyReLU, lambda: LeakyReLU(0.3), None]


def network(sizes, hidden=ReLU, last=IdentityWithLoss, dtype=np.float32, seed=1):
    rng, layers = np.random.default_rng(seed), []
    for n_in, n_out in itertools.pairwise(sizes):
        layers.append(Affine(n_in, n_out, rng=rng, dtype=dtype))
        layers[-1].b[...] = rng.normal(0, 1, n_out)
        layers += [hidden()] if hidden else []
    return Network(layers[:-1] if hidden else layers, last())


def curve(rng):
    x = np.linspace(-2, 2, 40)[:, None]
    return x, np.sin(2 * x) + rng.normal(0, 0.1, x.shape)


def record(epochs=12, lr=0.02, seed=3, **settings):
    x, t = curve(np.random.default_rng(0))
    settings |= {"batch_size": 10, "rng": np.random.default_rng(seed)}
    net = network([1, 6, 1])
    return Training.record(net, Adam(lr=lr), x, t, epochs=epochs, **settings), net


def moons(epochs=10, dtype=np.float32):
    rng = np.random.default_rng(2)
    x, t = datasets.moons(60, rng=rng)
    net = network([2, 5, 3, 1], Tanh, SigmoidWithLoss, dtype)
    optimizer = Adam(lr=0.05)
    return Training.record(net, optimizer, x, t[:, None], epochs=epochs, rng=rng)


def test_a_recorded_training_is_the_training_that_fit_does():
    x, t = curve(np.random.default_rng(0))
    test = (x[::3], t[::3])
    figure, net = record(test=test)
    same = network([1, 6, 1])
    settings = {"batch_size": 10, "rng": np.random.default_rng(3), "test": test}
    history = fit(same, Adam(lr=0.02), x, t, epochs=12, progress=False, **settings)
    assert figure.losses == history["loss"]
    assert figure.test_losses == history["test_loss"]
    for p, q, r in zip(net.params, same.params, figure.net.params, strict=True):
        assert (p == q).all()
        assert (p == r).all()


def test_each_epoch_gives_the_network_as_it_was():
    figure, net = record()
    x, t = curve(np.random.default_rng(0))
    trained = [p.copy() for p in net.params]
    figure.epoch = 0
    start = network([1, 6, 1])
    assert figure.net.loss(x, t) == pytest.approx(start.loss(x, t))
    assert figure.losses[0] == pytest.approx(start.loss(x, t))
    figure.epoch = 12
    assert figure.net.loss(x, t) == pytest.approx(net.loss(x, t), rel=1e-5)
    assert all((p == q).all() for p, q in zip(net.params, trained, strict=True))


def test_what_the_nodes_say_is_what_the_network_says():
    figure = moons()
    figure.epoch, figure.x = 4, [0.25, -0.5]
    x = np.array([figure.x])
    assert [*figure.outs] == "x1 x2 h1_1 h1_2 h1_3 h1_4 h1_5 h2_1 h2_2 h2_3 y1".split()
    assert figure.outs["y1"] == figure.net.predict(x)[0, 0]
    first = np.tanh(figure.net.layers[0].forward(x))[0]
    assert figure.outs["h1_3"] == pytest.approx(first[2])
    assert (figure.outs["x1"], figure.outs["x2"]) == (0.25, -0.5)


def test_a_training_of_no_epochs_shows_its_start():
    figure, net = record(epochs=0)
    assert (figure.epoch, len(figure.losses)) == (0, 1)
    assert figure.net.params[0].dtype == np.float64
    assert figure.net.params[0] == pytest.approx(net.params[0])
    assert "Epoch 0 of 0" in figure.picture()[1]


@pytest.mark.filterwarnings("error")
def test_a_training_that_diverges_is_kept_up_to_there_and_says_so():
    x, t = curve(np.random.default_rng(0))
    net, settings = network([1, 6, 1]), {"rng": np.random.default_rng(0)}
    figure = Training.record(net, SGD(lr=30), x, t, epochs=50, **settings)
    assert 0 < len(figure.losses) < 51
    assert (
        "the training diverged. Try a smaller rate than in SGD(lr=30)" in figure.ended
    )
    assert figure.picture()[1].endswith(figure.ended)
    with pytest.raises(FloatingPointError, match="before any learning"):
        Training.record(net, SGD(lr=0.1), x, t * 1e30, epochs=1, **settings)


@pytest.mark.parametrize(
    ("net", "settings", "words"),
    [
        (network([2, 3, 1]), {}, "one input and IdentityWithLoss or two inputs and"),
        (network([1, 3, 1], last=SigmoidWithLoss), {}, "got Network"),
        (network([2, 3, 2], last=SoftmaxWithLoss), {}, "got Network"),
        (network([1, 9, 1]), {}, "at most 8 layers of 8 nodes"),
        (network([1, 3, 1]), {"epochs": 501}, "at most 500 epochs, got 501"),
        (network([1, 3, 1]), {"names": ["x"]}, r"names needs 2 texts.*got \['x'\]"),
        (network([1, 3, 1]), {"names": [1, 2]}, "names needs 2 texts"),
        (network([1, 3, 1]), {"batch_size": 0}, "batch_size must be"),
    ],
)
def test_a_training_that_cannot_be_shown_is_told_before_it_begins(net, settings, words):
    x = np.zeros((4, len(net.params[0])))
    before = [p.copy() for p in net.params]
    settings = {"epochs": 1, "rng": np.random.default_rng(0)} | settings
    with pytest.raises(ValueError, match=words):
        Training.record(net, SGD(lr=0.1), x, np.zeros((4, 1)), **settings)
    assert all((p == q).all() for p, q in zip(net.params, before, strict=True))


def test_inputs_that_no_slider_can_reach_are_told_before_training():
    net, settings = network([1, 3, 1]), {"rng": np.random.default_rng(0)}
    before = [p.copy() for p in net.params]
    x = np.array([[0], [20_000]])
    with pytest.raises(ValueError, match="x must lie between −10,000 and 10,000"):
        Training.record(net, SGD(lr=1e-9), x, x, epochs=2, **settings)
    assert all((p == q).all() for p, q in zip(net.params, before, strict=True))


def test_weights_that_single_precision_cannot_hold_are_told():
    figure, net = record(epochs=0)
    with pytest.raises(ValueError, match=r"beyond ±3\.4e38"):
        Training(net, [np.full(19, 1e39)], figure.history, "", [[0, 0]], ["x", "t"])


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("epoch", 13, r"epoch must lie in 0\.\.12, got 13"),
        ("epoch", -1, "got -1"),
        ("unit", "x1", r"unit is one of h1, .*, y1, got 'x1'"),
        ("unit", "h7", "got 'h7'"),
        ("x", [1, 2], r"x must have the shape \(1,\)"),
        ("x", [float("nan")], "x must lie between"),
    ],
)
def test_what_does_not_fit_is_told_and_changes_nothing(name, value, words):
    figure, _ = record()
    before = figure.get_state()
    with pytest.raises(ValueError, match=words):
        setattr(figure, name, value)
    assert figure.get_state() == before


def test_a_message_from_the_browser_moves_the_network():
    figure, _ = record()
    figure.set_state({"epoch": 5, "unit": "h2", "x": [0.5]})
    expected = figure.frames[5][:6]
    assert figure.net.params[0].ravel().tolist() == expected.tolist()
    assert figure.outs["x1"] == 0.5


def test_the_words_name_the_epoch_its_loss_and_the_answer():
    figure = moons()
    figure.epoch, figure.x = 3, [-0.5, 1]
    _, alt = figure.picture()
    assert "A 2-5-3-1 network" in alt
    assert f"Epoch 3 of 10: the loss is {figure.losses[3]:.4g}" in alt
    assert f"x₁ = −0.5, x₂ = 1 the network says {figure.outs['y1']:.4g}" in alt


def test_the_boundary_runs_where_the_network_says_one_half():
    figure = moons(epochs=40)

    (line, *_) = fitted(figure, figure.view)
    assert figure.net.predict(line) == pytest.approx(0.5, abs=0.03)


def golden(rng):
    """Networks by their parameters, points, and what every node says in float64."""
    cases = []
    for n in range(240):
        n_in, last = [(1, IdentityWithLoss), (2, SigmoidWithLoss)][n % 2]
        hidden = rng.integers(1, 9, size=rng.integers(0, 4)).tolist()
        net = network([n_in, *hidden, 1], HIDDEN[n % 6], last, np.float64, seed=n)
        frames = [rng.normal(0, 2, sum(p.size for p in net.params)) for _ in range(3)]
        if n % 5 == 0:
            frames[1] = rng.choice([-1e4, -1, 0, 0, 0.5, 1, 1e4], frames[1].shape)
        records = History([])
        records += [type("Record", (), {"epoch": k, "loss": 1.0})() for k in range(3)]
        rows = np.column_stack([rng.normal(0, 2, (4, n_in)), [0, 1, 0, 1]])
        names = ["a", "b", "t"][-n_in - 1 :]
        figure = Training(net, frames, records, "", rows, names)
        for epoch in range(3):
            figure.epoch = epoch
            figure.x = rng.choice(
                [0, -1e4, 0.5, 1.25, *rng.normal(0, 3, 4)], n_in
            ).tolist()
            traits = ("sizes", "activations", "parameters", "epoch", "x")
            state = {name: getattr(figure, name) for name in traits}
            cases.append(state | {"outs": figure.outs})
    return cases


def test_javascript_computes_what_nnlib_computes(run_node, rng):
    run_node("training", golden(rng))


def test_every_negative_number_in_the_words_has_a_minus_sign():
    rng = np.random.default_rng(0)
    layers = [Affine(1, 3, rng=rng), Tanh(), Affine(3, 1, rng=rng)]
    x = np.linspace(-2, 2, 20)[:, None]
    net, settings = Network(layers, IdentityWithLoss()), {"epochs": 30, "rng": rng}
    figure = Training.record(net, Adam(lr=0.1), x, -5 * x * x, **settings)
    figure.x = [-1.5]
    _, words = figure.picture()
    assert figure.outs["y1"] < -1
    assert "At x = −1.5 the network says −" in words
    figure.x = [-0.0]
    assert "At x = 0 " in figure.picture()[1]
