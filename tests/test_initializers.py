"""Where the weights start."""

import inspect

import numpy as np
import pytest

from nnlib import initializers

# name: the standard deviation for (n_in, n_out)
SPREAD = {
    "zeros": lambda n_in, n_out: 0.0,
    "normal": lambda n_in, n_out: 0.01,
    "xavier": lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)),
    "he": lambda n_in, n_out: np.sqrt(2 / n_in),
}


def draw(name, n_in=300, n_out=200, seed=1, **settings):
    rng = np.random.default_rng(seed)
    return getattr(initializers, name)(n_in, n_out, rng, **settings)


def test_table_holds_every_initializer():
    functions = inspect.getmembers(initializers, inspect.isfunction)
    assert {name for name, _ in functions} == set(SPREAD)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", SPREAD)
def test_weights_have_the_asked_shape_and_dtype(name, dtype):
    W = draw(name, 3, 2, dtype=dtype)
    assert (W.shape, W.dtype) == ((3, 2), dtype)
    assert draw(name).dtype == np.float32


@pytest.mark.parametrize("name", SPREAD)
def test_spread_is_that_of_the_formula_around_zero(name):
    W, std = draw(name, dtype=np.float64), SPREAD[name](300, 200)
    # of 60,000 numbers the mean is known to std / 245, the spread to 0.3 %; times 5
    assert abs(W.mean()) <= 5 * std / np.sqrt(W.size)
    assert np.isclose(W.std(), std, rtol=0.015)


@pytest.mark.parametrize("name", [name for name in SPREAD if name != "zeros"])
def test_same_seed_same_weights_other_seed_others(name):
    assert np.array_equal(draw(name, seed=1), draw(name, seed=1))
    assert not np.array_equal(draw(name, seed=1), draw(name, seed=2))
    assert len(np.unique(draw(name, dtype=np.float64))) == 60_000


@pytest.mark.parametrize("rng", [None, 7, np.random.RandomState(0), np.random])
@pytest.mark.parametrize("name", [name for name in SPREAD if name != "zeros"])
def test_only_a_generator_draws(name, rng):
    with pytest.raises(TypeError, match=r"must be an np.random.Generator, got [7N<R]"):
        getattr(initializers, name)(3, 2, rng)


def test_normal_takes_its_spread():
    ratio = draw("normal", std=3.0) / draw("normal", std=1.0)
    assert np.allclose(ratio, 3, rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "activation"),
    [("xavier", np.tanh), ("he", lambda x: np.maximum(x, 0))],
)
def test_signal_keeps_its_size_through_ten_layers(name, activation):
    x = np.random.default_rng(0).standard_normal((200, 300))
    size = {}
    for init in (name, "normal"):
        y = x
        for layer in range(10):
            y = activation(y @ draw(init, 300, 300, seed=layer, dtype=np.float64))
        size[init] = np.sqrt(np.mean(y**2))
    assert size[name] > 0.2
    assert size["normal"] < 1e-6, "and with small normal numbers it dies"


def test_sigmoid_layers_need_four_times_the_weights_of_xavier():
    x = np.random.default_rng(0).standard_normal((200, 300))
    told = {}  # how much the outputs of a node differ from example to example
    for gain in (1, 4):
        y = x
        for layer in range(5):
            W = gain * draw("xavier", 300, 300, seed=layer, dtype=np.float64)
            y = 1 / (1 + np.exp(W.sum(axis=0) / 2 - y @ W))  # biases center the inputs
        told[gain] = y.std(axis=0).mean()
    assert told[1] < 0.25**5
    assert told[4] > 0.1
