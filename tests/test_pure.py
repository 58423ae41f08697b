"""The network in lists: by hand, against arrays, and without NumPy."""

import ast
import copy
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import repeatable

import nnlib
from nnlib import SGD, Affine, IdentityWithLoss, Network, Sigmoid, activations, pure

PACKAGE = Path(nnlib.__file__).parent
SHAPES = [[2, 3, 1], [1, 1], [3, 2], [2, 4, 4, 2], [4, 1, 3, 5]]
every_shape = pytest.mark.parametrize("layers", SHAPES, ids=str)


def random_model(layers, seed):
    """A model whose biases are not zero either."""
    rng = random.Random(seed)
    _, weights, biases = pure.init_model(layers, rng)
    return layers, weights, [[rng.gauss(0, 1) for _ in b] for b in biases]


def random_rows(n_rows, width, seed):
    rng = random.Random(seed)
    return [[rng.gauss(0, 1) for _ in range(width)] for _ in range(n_rows)]


def as_network(model):
    """The same network in arrays: each W is a transpose, the hidden layers sigmoid."""
    _, weights, biases = model
    rng, stack = np.random.default_rng(0), []
    for w, b in zip(weights, biases, strict=True):
        affine = Affine(len(w[0]), len(w), rng=rng, dtype=np.float64)
        affine.W, affine.b = np.array(w).T, np.array(b)
        stack += [affine, Sigmoid()]
    return Network(stack[:-1], IdentityWithLoss())


def as_arrays(weights, biases):
    """Nested lists in the order and the shapes of net.params."""
    pairs = zip(weights, biases, strict=True)
    return [a for w, b in pairs for a in (np.array(w).T, np.array(b))]


def same(lists, arrays):
    """Equal to 1e-12 in every number and in every shape."""
    return all(
        a.shape == b.shape and np.allclose(a, b, rtol=1e-12, atol=1e-12)
        for a, b in zip(lists, arrays, strict=True)
    )


@repeatable
@given(
    st.lists(st.integers(1, 5), min_size=2, max_size=5),
    st.integers(0, 2**32 - 1),
)
def test_lists_and_arrays_agree_in_forward_gradients_and_update(layers, seed):
    model = random_model(layers, seed)
    net = as_network(model)
    x, t = random_rows(1, layers[0], seed + 1)[0], random_rows(1, layers[-1], seed + 2)
    y, outs, sums = pure.forward_prop(*model, x, cache_mode=True)
    grads_w, grads_b = pure.back_prop(*model, t[0], outs, sums)
    new_w, new_b = pure.update_params(*model, grads_w, grads_b, lr=0.3)

    assert same([np.array(y)], [net.forward(np.array([x]))[0]])
    net.backprop(np.array([x]), np.array(t))
    assert same(as_arrays(grads_w, grads_b), net.grads)
    SGD(lr=0.3).update(net.params, net.grads)
    assert same(as_arrays(new_w, new_b), net.params)


@pytest.mark.parametrize("batch_size", [1, 3, 4, 7, 100])
@every_shape
def test_lists_and_arrays_agree_through_a_whole_training(layers, batch_size):
    model = random_model(layers, 5)
    x, t = random_rows(7, layers[0], 6), random_rows(7, layers[-1], 7)
    trained, loss_history = pure.train(
        model, x, t, batch_size=batch_size, epochs=4, lr=0.1, rng=random.Random(8)
    )

    net, optimizer = as_network(model), SGD(lr=0.1)
    x, t, rng, order = np.array(x), np.array(t), random.Random(8), list(range(7))
    for mean_loss in loss_history:
        rng.shuffle(order)
        loss = 0.0
        for start in range(0, 7, batch_size):
            rows = order[start : start + batch_size]
            loss += net.backprop(x[rows], t[rows]) * len(rows) / 7
            optimizer.update(net.params, net.grads)
        assert np.isclose(mean_loss, loss, rtol=1e-12)
    assert same(as_arrays(*trained[1:]), net.params)


def test_network_of_zeros_says_zero():
    layers = [2, 3, 1]
    weights = [[[0.0, 0.0]] * 3, [[0.0, 0.0, 0.0]]]
    biases = [[0.0] * 3, [0.0]]
    assert pure.forward_prop(layers, weights, biases, [0.05, 0.1]) == [0.0]


def test_one_step_by_hand():
    # 1-1-1: a = 2·3 − 6 = 0, σ(0) = ½, y = 4·½ + 1 = 3, target 1
    model = ([1, 1, 1], [[[2.0]], [[4.0]]], [[-6.0], [1.0]])
    y, outs, sums = pure.forward_prop(*model, [3.0], cache_mode=True)
    assert (y, outs, sums) == ([3.0], [[3.0], [0.5], [3.0]], [[0.0], [3.0]])
    # dy = 3 − 1 = 2: dw2 = 2·½ = 1, db2 = 2;  dout = 2·4 = 8, da = 8·¼ = 2,
    # dw1 = 2·3 = 6, db1 = 2
    grads = pure.back_prop(*model, [1.0], outs, sums)
    assert grads == ([[[6.0]], [[1.0]]], [[2.0], [2.0]])
    # lr = ½: 2 − 3, 4 − ½, −6 − 1, 1 − 1
    new = pure.update_params(*model, *grads, lr=0.5)
    assert new == ([[[-1.0]], [[3.5]]], [[-7.0], [0.0]])


def test_three_cases_of_sum_der():
    x, weights = [1.0, 2.0], [30.0, 40.0]
    assert pure.sum_der(x, weights, 5.0) == x
    assert pure.sum_der(x, weights, 5.0, "w") == x
    assert pure.sum_der(x, weights, 5.0, "b") == 1.0
    assert pure.sum_der(x, weights, 5.0, with_respect_to="x") == weights
    with pytest.raises(ValueError, match="""is "w", "b" or "x", got 'W'"""):
        pure.sum_der(x, weights, 5.0, "W")


@pytest.mark.parametrize("name", ["sigmoid", "sigmoid_der", "identity", "identity_der"])
@pytest.mark.parametrize("x", [-1e4, -1.0, -0.0, 0.0, 1.0, 1e4])
def test_functions_agree_with_those_of_arrays(name, x):
    expected = getattr(activations, name)(np.array([x]))[0]
    assert np.isclose(getattr(pure, name)(x), expected, rtol=1e-14, atol=0)


@every_shape
def test_lists_that_came_in_stay_as_they_were(layers):
    model = random_model(layers, 1)
    x, t = random_rows(3, layers[0], 2), random_rows(3, layers[-1], 3)
    given_lists = (model, x, t)
    before = copy.deepcopy(given_lists)
    y, outs, sums = pure.forward_prop(*model, x[0], cache_mode=True)
    cached = (y, outs, sums)
    cached_before = copy.deepcopy(cached)
    grads = pure.back_prop(*model, t[0], outs, sums)
    grads_before = copy.deepcopy(grads)
    pure.update_params(*model, *grads)
    pure.train(model, x, t, batch_size=2, epochs=2, rng=random.Random(0))
    assert given_lists == before
    assert cached == cached_before
    assert grads == grads_before


@every_shape
def test_gradients_are_nested_like_their_parameters(layers):
    def nesting(a):
        return [nesting(a_i) for a_i in a] if isinstance(a, list) else None

    model = random_model(layers, 1)
    _, outs, sums = pure.forward_prop(*model, [1.0] * layers[0], cache_mode=True)
    grads_w, grads_b = pure.back_prop(*model, [0.0] * layers[-1], outs, sums)
    assert nesting(grads_w) == nesting(model[1])
    assert nesting(grads_b) == nesting(model[2])


def test_first_weights_have_the_announced_spread():
    layers, weights, biases = pure.init_model([100, 50, 2], random.Random(1))
    assert layers == [100, 50, 2]
    assert np.isclose(np.std(weights[0]), 0.1, rtol=0.05)
    assert [len(w) for w in weights] == [50, 2]
    assert biases == [[0.0] * 50, [0.0] * 2]


def test_xor_is_learned():
    x, t = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    model, loss_history = pure.train(
        pure.init_model([2, 3, 1], random.Random(1)),
        x,
        t,
        epochs=2000,
        lr=0.5,
        rng=random.Random(2),
    )
    answers = [round(pure.forward_prop(*model, row)[0]) for row in x]
    assert answers == [0, 1, 1, 0]
    assert loss_history[-1] < 1e-3 < loss_history[0]


def test_same_seed_gives_the_same_training():
    def once(seed):
        model = random_model([2, 3, 1], 1)
        rows = random_rows(5, 2, 2), random_rows(5, 1, 3)
        return pure.train(model, *rows, epochs=3, rng=random.Random(seed))

    assert once(4) == once(4)
    assert once(4) != once(5)


def test_no_epochs_leave_the_model_alone():
    model = random_model([2, 3, 1], 1)
    trained = pure.train(model, [[1, 2]], [[3]], epochs=0, rng=random.Random(0))
    assert trained == (model, [])


LINE = ([1, 1], [[[1.0]]], [[0.0]])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"x": []}, "as many rows x as t, got 0 and 1"),
        ({"t": [[1.0], [2.0]]}, "as many rows x as t, got 1 and 2"),
        ({"x": [[1.0, 2.0]]}, "has 1 inputs, got 2 numbers"),
        ({"t": [[1.0, 2.0]]}, "has 1 outputs, got 2 targets"),
        ({"lr": 0}, "above 0, got 0 and 1"),
        ({"lr": -1}, "above 0, got -1 and 1"),
        ({"lr": float("nan")}, "above 0, got nan and 1"),
        ({"batch_size": 0}, "above 0, got 0.1 and 0"),
    ],
    ids=str,
)
def test_bad_input_is_told_in_one_sentence(change, says):
    settings = {"model": LINE, "x": [[1.0]], "t": [[2.0]], "rng": random.Random(0)}
    with pytest.raises(ValueError, match=says):
        pure.train(**(settings | change))


def test_divergence_names_the_epoch_and_the_rate():
    says = r"epoch \d+: the training diverged, try a smaller lr than 10\."
    with pytest.raises(FloatingPointError, match=says):
        pure.train(LINE, [[10.0]], [[1.0]], lr=10, epochs=1000, rng=random.Random(0))


@pytest.mark.parametrize("name", ["perceptron", "pure"])
def test_source_imports_no_numpy(name):
    tree = ast.parse((PACKAGE / f"{name}.py").read_text("utf-8"))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= {"itertools", "math", "nnlib.perceptron"}


def test_lists_learn_where_numpy_cannot_be_imported():
    program = f"""
import random, sys, types
sys.modules["numpy"] = None                  # from here on importing it is an error
package = types.ModuleType("nnlib")          # the folder without its __init__
package.__path__ = [{str(PACKAGE)!r}]
sys.modules["nnlib"] = package
from nnlib import perceptron, pure
assert perceptron.gate_xor(0, 1) == 1
model = pure.init_model([2, 3, 1], random.Random(0))
x, t = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
_, losses = pure.train(model, x, t, epochs=50, lr=0.5, rng=random.Random(1))
assert losses[-1] < losses[0]
print(sorted(name for name in sys.modules if name.startswith("nnlib")))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['nnlib', 'nnlib.perceptron', 'nnlib.pure']"
