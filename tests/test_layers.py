"""Layers and loss layers: laws over the tables of all of them."""

import copy

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from hypothesis import given
from hypothesis import strategies as st
from tables import (
    LAYERS,
    LOSS_LAYERS,
    labels,
    make_layer,
    off_the_kink,
    repeatable,
)

from nnlib import (
    Affine,
    IdentityWithLoss,
    LeakyReLU,
    ReLU,
    SigmoidWithLoss,
    SoftmaxWithLoss,
    initializers,
    layers,
    losses,
)
from nnlib.gradients import numerical_gradient, relative_error
from nnlib.network import build

every_layer = pytest.mark.parametrize("name", LAYERS)
every_loss_layer = pytest.mark.parametrize("name", LOSS_LAYERS)
SIZES = [(1, 1, 1), (4, 3, 3), (5, 1, 1), (1, 6, 6)]
every_size = pytest.mark.parametrize("size", SIZES)


def below(base):
    """The classes of nnlib that are built on a base."""
    classes = {c for c in vars(layers).values() if isinstance(c, type)}
    return {c.__name__ for c in classes if issubclass(c, base) and c is not base}


def test_tables_hold_every_layer():
    assert {name.partition("(")[0] for name in LAYERS} == set(layers.LAYERS)
    assert set(layers.LAYERS) == below(layers.Layer)


def test_tables_hold_every_loss_layer():
    assert {name.partition(",")[0] for name in LOSS_LAYERS} == set(layers.LOSS_LAYERS)
    assert set(layers.LOSS_LAYERS) == below(layers.LossLayer)


@every_size
@every_layer
def test_backward_agrees_with_numerical_gradient(name, size):
    N, n_in, n_out = size
    rng = np.random.default_rng(1)
    layer, x = make_layer(name, n_in, n_out, rng), off_the_kink(rng, (N, n_in))
    weigh = rng.standard_normal(layer.forward(x).shape)

    def weighed_sum(value, which):
        before = getattr(layer, which, None)
        if which != "x":
            setattr(layer, which, value)
        result = np.sum(weigh * layer.forward(value if which == "x" else x))
        if which != "x":
            setattr(layer, which, before)
        return float(result)

    dx = layer.backward(weigh)
    grads = dict(zip(layer.learnable, layer.grads, strict=True))
    for which, found in {"x": dx, **grads}.items():
        start = x if which == "x" else getattr(layer, which)
        numerical = numerical_gradient(lambda v, w=which: weighed_sum(v, w), start)
        assert relative_error(found, numerical) <= 1e-7


@every_layer
@repeatable
@given(st.integers(1, 8), st.integers(1, 6), st.integers(1, 6), st.integers(0, 2**32))
def test_backward_agrees_with_autograd(name, N, n_in, n_out, seed):
    rng = np.random.default_rng(seed)
    layer, formula = make_layer(name, n_in, n_out, rng), LAYERS[name][1]
    x = rng.standard_normal((N, n_in))
    y = layer.forward(x)
    weigh = rng.standard_normal(y.shape)
    assert relative_error(y, formula(x, *layer.params)) <= 1e-14
    dx = layer.backward(weigh)
    slopes = grad(
        lambda everything: anp.sum(weigh * formula(*everything)),
    )((x, *layer.params))
    for found, expected in zip([dx, *layer.grads], slopes, strict=True):
        assert relative_error(found, expected) <= 1e-12


@every_size
@every_loss_layer
def test_loss_backward_agrees_with_numerical_gradient(name, size):
    make, targets, _ = LOSS_LAYERS[name]
    rng = np.random.default_rng(1)
    y, t = rng.standard_normal(size[:2]), targets(rng, size[:2])
    loss_layer = make()
    loss_layer.forward(y, t)
    numerical = numerical_gradient(lambda y: make().forward(y, t), y)
    assert relative_error(loss_layer.backward(), numerical) <= 1e-7


@every_loss_layer
@repeatable
@given(st.integers(1, 8), st.integers(1, 6), st.integers(0, 2**32))
def test_loss_backward_agrees_with_autograd(name, N, n_out, seed):
    make, targets, formula = LOSS_LAYERS[name]
    rng = np.random.default_rng(seed)
    y, t = rng.standard_normal((N, n_out)), targets(rng, (N, n_out))
    loss_layer = make()
    assert np.isclose(loss_layer.forward(y, t), formula(y, t), rtol=1e-12, atol=1e-12)
    expected = grad(formula)(y, t)
    assert np.allclose(loss_layer.backward(), expected, rtol=1e-11, atol=1e-13)


@every_layer
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_stays(name, dtype):
    rng = np.random.default_rng(1)
    layer = make_layer(name, 3, 3, rng, dtype)
    y = layer.forward(rng.standard_normal((4, 3)).astype(dtype))
    dx = layer.backward(np.ones_like(y))
    assert {a.dtype for a in (y, dx, *layer.params, *layer.grads)} == {np.dtype(dtype)}


def test_slope_may_come_out_of_an_array():
    layer = LeakyReLU(slope=np.linspace(0.1, 0.5, 3)[0])
    assert layer.forward(np.ones((1, 2), np.float32)).dtype == np.float32


@every_loss_layer
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_loss_is_a_float_and_dy_keeps_the_dtype(name, dtype):
    make, targets, _ = LOSS_LAYERS[name]
    rng = np.random.default_rng(1)
    y, loss_layer = rng.standard_normal((4, 3)).astype(dtype), make()
    assert type(loss_layer.forward(y, targets(rng, y.shape))) is float
    assert (loss_layer.backward().dtype, loss_layer.backward().shape) == (dtype, (4, 3))
    assert loss_layer.activation(y).dtype == dtype


@every_layer
def test_arguments_stay_as_they_were(name):
    rng = np.random.default_rng(1)
    layer = make_layer(name, 3, 3, rng)
    x, dout = rng.standard_normal((4, 3)), rng.standard_normal((4, 3))
    params = [p.copy() for p in layer.params]
    copies = x.copy(), dout.copy()
    layer.forward(x)
    layer.backward(dout)
    assert np.array_equal(x, copies[0])
    assert np.array_equal(dout, copies[1])
    assert all(map(np.array_equal, layer.params, params))


@every_loss_layer
def test_scores_and_targets_stay_as_they_were(name):
    make, targets, _ = LOSS_LAYERS[name]
    rng = np.random.default_rng(1)
    y = rng.standard_normal((4, 3))
    t, loss_layer = targets(rng, y.shape), make()
    copies = y.copy(), t.copy()
    loss_layer.forward(y, t)
    loss_layer.backward()
    assert np.array_equal(y, copies[0])
    assert np.array_equal(t, copies[1])


@every_layer
def test_what_was_handed_out_is_not_changed_later(name):
    rng = np.random.default_rng(1)
    layer = make_layer(name, 3, 3, rng)
    handed_out = [layer.forward(rng.standard_normal((4, 3)))]
    handed_out += [layer.backward(rng.standard_normal((4, 3))), *layer.grads]
    copies = [a.copy() for a in handed_out]
    layer.forward(rng.standard_normal((4, 3)))
    layer.backward(rng.standard_normal((4, 3)))
    assert all(map(np.array_equal, handed_out, copies))


@every_loss_layer
def test_dy_that_was_handed_out_is_not_changed_later(name):
    make, targets, _ = LOSS_LAYERS[name]
    rng, loss_layer = np.random.default_rng(1), make()
    y = rng.standard_normal((4, 3))
    loss_layer.forward(y, targets(rng, y.shape))
    first = loss_layer.backward()
    copy = first.copy()
    assert np.array_equal(loss_layer.backward(), copy), "asked twice, the same"
    loss_layer.forward(-y, targets(rng, y.shape))
    loss_layer.backward()
    assert np.array_equal(first, copy)


@every_layer
def test_batch_is_its_rows(name):
    rng = np.random.default_rng(1)
    layer, x = make_layer(name, 3, 2, rng), rng.standard_normal((5, 3))
    rows = [layer.forward(x[i : i + 1])[0] for i in range(5)]
    assert np.allclose(layer.forward(x), rows, rtol=1e-14)
    assert layer.forward(x[:0]).shape == (0, len(rows[0]))


@every_layer
def test_text_makes_the_same_layer(name):
    layer = make_layer(name, 3, 2, np.random.default_rng(1))
    again = build(layers.LAYERS, repr(layer))
    assert type(again) is type(layer)
    assert repr(again) == repr(layer)
    assert vars(again).keys() == vars(layer).keys()


@every_loss_layer
def test_text_makes_the_same_loss_layer(name):
    loss_layer = LOSS_LAYERS[name][0]()
    again = build(layers.LOSS_LAYERS, repr(loss_layer))
    assert type(again) is type(loss_layer)


@pytest.mark.parametrize("name", LAYERS)
def test_backward_before_forward_says_what_is_missing(name):
    layer = make_layer(name, 3, 3, np.random.default_rng(0), np.float64)
    says = rf"{type(layer).__name__} has no [xy]: forward leaves what backward needs"
    for one in (layer, copy.deepcopy(layer)):
        with pytest.raises(AttributeError, match=says):
            one.backward(np.ones((1, 3)))


@pytest.mark.parametrize("name", LOSS_LAYERS)
def test_loss_backward_before_forward_says_what_is_missing(name):
    layer = LOSS_LAYERS[name][0]()
    says = rf"{type(layer).__name__} has no [pty]: forward leaves what backward needs"
    with pytest.raises(AttributeError, match=says):
        layer.backward()


def test_affine_by_hand():
    layer = Affine(2, 3, rng=np.random.default_rng(0), dtype=np.float64)
    layer.W = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    layer.b = np.array([10.0, 20.0, 30.0])
    y = layer.forward(np.array([[1.0, 0.0], [1.0, 1.0]]))
    assert np.array_equal(y, [[11, 22, 33], [15, 27, 39]])
    dx = layer.backward(np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 2.0]]))
    assert np.array_equal(dx, [[1, 4], [6, 12]])
    assert np.array_equal(layer.dW, [[1, 0, 2], [0, 0, 2]])
    assert np.array_equal(layer.db, [1, 0, 2])


def test_affine_starts_with_he_weights_and_zero_biases():
    layer = Affine(5, 4, rng=np.random.default_rng(3))
    assert np.array_equal(layer.W, initializers.he(5, 4, np.random.default_rng(3)))
    assert np.array_equal(layer.b, np.zeros(4))
    assert (layer.W.dtype, layer.b.dtype) == (np.float32, np.float32)
    assert repr(layer) == "Affine(5, 4)"
    assert layer.learnable == ("W", "b")
    assert ReLU.learnable == ()


def test_affine_takes_its_initializer():
    layer = Affine(5, 4, rng=np.random.default_rng(3), init=initializers.zeros)
    assert not layer.W.any()


def test_affine_may_leave_its_dx_out():
    layer = make_layer("Affine", 3, 2, np.random.default_rng(1))
    layer.forward(np.ones((1, 3)))
    assert layer.backward(np.ones((1, 2))).shape == (1, 3)
    layer.wants_dx = False
    assert layer.backward(np.ones((1, 2))) is None
    assert layer.dW.shape == (3, 2), "the gradients of its own are there all the same"


@pytest.mark.parametrize(
    ("x", "got"),
    [
        (np.ones((4, 2)), r"\(4, 2\)"),
        (np.ones(3), r"\(3,\)"),
        (np.ones((2, 2, 3)), r"\(2, 2, 3\)"),
        (np.array(1.0), r"\(\)"),
    ],
    ids=["too narrow", "flat", "three axes", "no axis"],
)
def test_affine_says_which_shape_it_expects(x, got):
    layer = Affine(3, 2, rng=np.random.default_rng(0))
    says = rf"Affine\(3, 2\) expects x of shape \(N, 3\), got {got}\."
    with pytest.raises(ValueError, match=says):
        layer.forward(x)


@pytest.mark.parametrize(("x", "kind"), [([[1.0, 2.0, 3.0]], "list"), (1.0, "float")])
def test_affine_wants_an_array(x, kind):
    says = rf"Affine\(3, 2\) expects an array x, got a {kind}\."
    with pytest.raises(TypeError, match=says):
        Affine(3, 2, rng=np.random.default_rng(0)).forward(x)


@pytest.mark.parametrize(("n_in", "n_out"), [(0, 1), (1, 0), (-1, 5)])
def test_affine_wants_sizes_of_at_least_one(n_in, n_out):
    with pytest.raises(ValueError, match=f"at least 1, got {n_in}, {n_out}"):
        Affine(n_in, n_out, rng=np.random.default_rng(0))


@pytest.mark.parametrize("slope", [0, 1, -0.1, 2, float("nan")])
def test_leaky_relu_wants_a_slope_between_0_and_1(slope):
    with pytest.raises(ValueError, match=f"between 0 and 1, got {slope}"):
        LeakyReLU(slope)


@every_loss_layer
def test_loss_layer_is_activation_and_loss(name):
    make, targets, _ = LOSS_LAYERS[name]
    loss = {
        IdentityWithLoss: losses.squared_error,
        SigmoidWithLoss: losses.binary_cross_entropy,
        SoftmaxWithLoss: losses.cross_entropy,
    }[make]
    rng, loss_layer = np.random.default_rng(1), make()
    y = rng.normal(0, 3, (6, 4))
    t = targets(rng, y.shape)
    expected = loss(loss_layer.activation(y), t)
    assert np.isclose(loss_layer.forward(y, t), expected, rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extreme_scores_give_the_exact_loss_and_slope(dtype):
    y = np.array([[1e4], [-1e4], [1e4], [-1e4]], dtype)
    t = np.array([[1], [0], [0], [1]])
    layer = SigmoidWithLoss()
    # right and certain costs 0, wrong and certain costs |y|: (0 + 0 + 1e4 + 1e4) / 4
    assert layer.forward(y, t) == 5000
    assert np.array_equal(layer.backward(), [[0], [0], [0.25], [-0.25]])

    y = np.array([[1e4, -1e4], [1e4, -1e4]], dtype)
    layer = SoftmaxWithLoss()
    # the right class lies 2e4 behind in one row of two
    for t in (np.array([0, 1]), np.eye(2)):
        assert layer.forward(y, t) == 10_000
        assert np.array_equal(layer.backward(), [[0, 0], [0.5, -0.5]])


@pytest.mark.parametrize("score", [30.0, 100.0, 700.0])
def test_small_losses_keep_their_digits(score):
    # log(1 + e⁻ˢ) = e⁻ˢ here, where 1 − σ(s) would be 0 or crumbs
    small = SigmoidWithLoss().forward(np.array([[-score]]), np.array([[0]]))
    assert np.isclose(small, np.exp(-score), rtol=1e-12)


def test_labels_and_one_hot_rows_are_the_same_truth():
    rng = np.random.default_rng(1)
    y = rng.standard_normal((6, 4)).astype(np.float32)
    t = labels(rng, y.shape)
    by_label, by_row = SoftmaxWithLoss(), SoftmaxWithLoss()
    assert np.isclose(by_label.forward(y, t), by_row.forward(y, np.eye(4)[t]))
    assert np.allclose(by_label.backward(), by_row.backward(), rtol=1e-6, atol=1e-8)
    assert by_row.backward().dtype == np.float32


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64])
def test_labels_of_any_whole_dtype(dtype):
    layer = SoftmaxWithLoss()
    layer.forward(np.zeros((2, 3), np.float32), np.array([2, 0], dtype))
    # p = ⅓ everywhere, 1 less at the label, divided by the two rows
    expected = np.array([[1, 1, -2], [-2, 1, 1]]) / 6
    assert np.allclose(layer.backward(), expected)


# loss layer, t for scores of (4, 3), error, words
BAD_TARGETS = {
    "regression, labels": (IdentityWithLoss, [0, 1, 2, 0], ValueError, r"\(4, 3\)"),
    "regression, a column": (
        IdentityWithLoss,
        np.ones((4, 1)),
        ValueError,
        r"\(4, 1\)",
    ),
    "yes or no, labels": (SigmoidWithLoss, [0, 1, 1, 0], ValueError, r"\(4, 3\)"),
    "yes or no, above 1": (
        SigmoidWithLoss,
        np.full((4, 3), 1.5),
        ValueError,
        "within 0 and 1, got numbers from 1.5 to 1.5",
    ),
    "yes or no, below 0": (
        SigmoidWithLoss,
        np.full((4, 3), -1),
        ValueError,
        "within 0 and 1, got numbers from -1 to -1",
    ),
    "yes or no, NaN": (
        SigmoidWithLoss,
        np.full((4, 3), np.nan),
        ValueError,
        "within 0 and 1, got numbers from nan to nan",
    ),
    "label too large": (
        SoftmaxWithLoss,
        [0, 1, 2, 3],
        ValueError,
        "labels go from 0 to 2 here, got numbers from 0 to 3",
    ),
    "label negative": (
        SoftmaxWithLoss,
        [0, 1, 2, -1],
        ValueError,
        "labels go from 0 to 2 here, got numbers from -1 to 2",
    ),
    "labels with a point": (
        SoftmaxWithLoss,
        [0.0, 1.0, 2.0, 0.0],
        TypeError,
        "whole numbers, got float64",
    ),
    "labels yes or no": (
        SoftmaxWithLoss,
        [True, False, True, True],
        TypeError,
        "whole numbers, got bool",
    ),
    "too few labels": (SoftmaxWithLoss, [0, 1], ValueError, r"\(4,\).*\(2,\)"),
    "a column of labels": (
        SoftmaxWithLoss,
        np.ones((4, 1), int),
        ValueError,
        r"labels of shape \(4,\) or rows of shape \(4, 3\), got t of shape \(4, 1\)",
    ),
    "rows that sum to 3": (
        SoftmaxWithLoss,
        np.ones((4, 3)),
        ValueError,
        "with the sum 1, got numbers from 1.0 to 1.0, and as sums numbers from 3.0",
    ),
    "rows with a negative": (
        SoftmaxWithLoss,
        np.tile([2.0, -1.0, 0.0], (4, 1)),
        ValueError,
        "probabilities",
    ),
    "no rows": (IdentityWithLoss, np.ones((0, 3)), ValueError, r"\(0, 3\)"),
    "a number": (SoftmaxWithLoss, 1, ValueError, r"got t of shape \(\)"),
}


@pytest.mark.parametrize("name", BAD_TARGETS)
def test_bad_targets_are_told_in_one_sentence(name):
    make, t, error, says = BAD_TARGETS[name]
    with pytest.raises(error, match=says):
        make().forward(np.zeros((4, 3)), np.array(t))
