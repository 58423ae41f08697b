"""The functions between the layers: laws over the table of all of them."""

import inspect

import numpy as np
import pytest
from tables import ACTIVATIONS, LAYER_OF_ACTIVATION, LAYERS, off_the_kink

from nnlib import activations
from nnlib.activations import softmax, softmax_der
from nnlib.gradients import numerical_gradient, relative_error

EXTREMES = [-1e4, -1.0, -0.0, 0.0, 1.0, 1e4]
# what f gives at the extremes: no warning, no NaN, no overflow on the way
AT_EXTREMES = {
    "step": [0, 0, 0, 0, 1, 1],
    "identity": EXTREMES,
    "sigmoid": [0, 0.26894142, 0.5, 0.5, 0.73105858, 1],
    "tanh": [-1, -0.76159416, 0, 0, 0.76159416, 1],
    "relu": [0, 0, 0, 0, 1, 1e4],
    "leaky_relu": [-100, -0.01, 0, 0, 1, 1e4],
}
DER_AT_EXTREMES = {
    "step": [0, 0, 0, 0, 0, 0],
    "identity": [1, 1, 1, 1, 1, 1],
    "sigmoid": [0, 0.19661193, 0.25, 0.25, 0.19661193, 0],
    "tanh": [0, 0.41997434, 1, 1, 0.41997434, 0],
    "relu": [0, 0, 0, 0, 1, 1],
    "leaky_relu": [0.01, 0.01, 0.01, 0.01, 1, 1],
}
PAIRS = [f"{name}{suffix}" for name in ACTIVATIONS for suffix in ("", "_der")]
ALL = [*PAIRS, "softmax", "softmax_der"]


def test_table_holds_every_activation():
    functions = inspect.getmembers(activations, inspect.isfunction)
    assert {name for name, _ in functions} == set(ALL)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_der_agrees_with_numerical_derivative(name):
    f, f_der = getattr(activations, name), getattr(activations, f"{name}_der")
    x = off_the_kink(np.random.default_rng(1), (5, 4))
    slopes = [numerical_gradient(lambda v: float(f(v)), x_i) for x_i in x.flat]
    assert np.allclose(f_der(x), np.reshape(slopes, x.shape), rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_extremes_are_exact_and_silent(name, dtype):
    x = np.array(EXTREMES, dtype)
    y = getattr(activations, name)(x)
    der = getattr(activations, f"{name}_der")(x)
    assert np.allclose(y, AT_EXTREMES[name], rtol=1e-6, atol=1e-7)
    assert np.allclose(der, DER_AT_EXTREMES[name], rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", LAYER_OF_ACTIVATION)
def test_layer_agrees_with_function_and_der(name):
    function, settings = LAYER_OF_ACTIVATION[name]
    f, f_der = getattr(activations, function), getattr(activations, f"{function}_der")
    layer, x = LAYERS[name][0](), np.array([EXTREMES, off_the_kink_row()])
    dout = np.arange(1.0, 13.0).reshape(x.shape)
    assert np.array_equal(layer.forward(x), f(x, **settings))
    assert np.allclose(layer.backward(dout), dout * f_der(x, **settings), rtol=1e-13)


def off_the_kink_row():
    """Six moderate numbers."""
    return off_the_kink(np.random.default_rng(2), 6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 3), (2, 3, 4)])
@pytest.mark.parametrize("name", PAIRS)
def test_shape_and_dtype_stay(name, shape, dtype):
    if shape == () and np.lib.NumpyVersion(np.__version__) < "2.0.0":
        pytest.skip("NumPy 1 computes a single number in 64 bits")
    y = getattr(activations, name)(np.ones(shape, dtype))
    assert (np.shape(y), y.dtype) == (shape, dtype)


@pytest.mark.parametrize("name", ALL)
def test_argument_stays_as_it_was(name):
    x = np.array([[-2.0, -0.0, 3.0], [1e4, 0.5, -0.5]])
    before = x.copy()
    getattr(activations, name)(x)
    assert np.array_equal(x, before)


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("x", [-2, 0, 3])
def test_plain_numbers_are_welcome(name, x):
    f = getattr(activations, name)
    assert f(float(x)) == f(np.array([float(x)]))[0]


@pytest.mark.parametrize("name", PAIRS)
def test_whole_numbers_give_what_floats_give(name):
    f = getattr(activations, name)
    assert np.array_equal(f(np.array([-2, 0, 3])), f(np.array([-2.0, 0.0, 3.0])))


@pytest.mark.parametrize("slope", [0.001, 0.3, 0.99])
def test_leaky_relu_takes_its_slope(slope):
    x = np.array([-2.0, 4.0])
    assert np.array_equal(activations.leaky_relu(x, slope), [-2 * slope, 4])
    assert np.array_equal(activations.leaky_relu_der(x, slope), [slope, 1])


def test_sigmoid_is_symmetric_around_a_half():
    x = np.linspace(-50, 50, 1001)
    y = activations.sigmoid(x)
    assert np.allclose(y + activations.sigmoid(-x), 1, rtol=0, atol=1e-15)
    assert np.all(np.diff(y) >= 0)
    assert np.all(y > 0), "the small side keeps its digits"


@pytest.mark.parametrize(
    ("name", "x", "printed"),
    [
        ("step", [-0.1, 0, 1], "0 0 1"),
        ("relu", [-2, 0, 5], "0 0 5"),
        ("sigmoid", [-1, 1, 2], "0.26894142 0.73105858 0.88079708"),
    ],
)
def test_numbers_of_the_chapter_to_the_printed_digits(name, x, printed):
    y = getattr(activations, name)(np.array(x, np.float64))
    digits = len(printed.split()[0].partition(".")[2])
    assert " ".join(f"{y_i:.{digits}f}" for y_i in y) == printed


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(4,), (3, 4), (0, 4), (2, 3, 4), (3, 1)])
def test_softmax_rows_are_probabilities(shape, dtype):
    x = np.random.default_rng(3).normal(0, 5, shape).astype(dtype)
    y = softmax(x)
    assert (y.shape, y.dtype) == (shape, dtype)
    assert np.allclose(y.sum(axis=-1), 1, rtol=0, atol=10 * np.finfo(dtype).eps)
    assert np.all(y > 0)
    jacobian = softmax_der(x)
    assert (jacobian.shape, jacobian.dtype) == ((*shape, shape[-1]), dtype)


def test_softmax_of_each_row_is_its_own():
    x = np.random.default_rng(4).standard_normal((5, 3))
    assert np.array_equal(softmax(x), [softmax(row) for row in x])


@pytest.mark.parametrize("shift", [-1e4, -3.0, 1e-3, 700.0, 1e4])
def test_softmax_does_not_feel_a_shift(shift):
    x = np.random.default_rng(5).standard_normal((5, 3))
    assert np.allclose(softmax(x + shift), softmax(x), rtol=1e-11)


def test_softmax_numbers_of_the_chapter_to_the_printed_digits():
    scores = np.array([0.3, 2.9, 4.0])
    assert [f"{e:.8f}" for e in np.exp(scores)] == [
        "1.34985881",
        "18.17414537",
        "54.59815003",
    ]
    assert f"{np.exp(scores).sum():.10f}" == "74.1221542102"
    probabilities = [f"{y:.8f}" for y in softmax(scores)]
    assert probabilities == ["0.01821127", "0.24519181", "0.73659691"]


def test_softmax_of_big_scores_does_not_overflow():
    y = softmax(np.array([1010.0, 1000.0, 990.0]))
    assert [f"{p:.8e}" for p in y] == [
        "9.99954600e-01",
        "4.53978686e-05",
        "2.06106005e-09",
    ]
    assert np.array_equal(softmax(np.array([1e4, -1e4])), [1, 0])
    assert np.array_equal(softmax(np.array([-1e4, -1e4])), [0.5, 0.5])


def test_softmax_der_agrees_with_numerical_jacobian():
    x = np.random.default_rng(6).standard_normal((3, 4))
    jacobian = softmax_der(x)
    for n, row in enumerate(x):
        for k in range(4):
            slopes = numerical_gradient(lambda s, k=k: softmax(s)[k], row)
            assert relative_error(jacobian[n, k], slopes) < 1e-8
