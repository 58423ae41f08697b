"""Slopes by trying, and the measure of agreement."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import repeatable

from nnlib.gradients import numerical_gradient, relative_error

# f, its derivative by calculus, a place
KNOWN = {
    "square": (lambda x: np.sum(x**2), lambda x: 2 * x, [[3.0, -4.0], [0.0, 1.0]]),
    "product": (np.prod, lambda x: np.prod(x) / x, [2.0, -3.0, 0.5]),
    "sine": (lambda x: np.sum(np.sin(x)), np.cos, [0.0, 1.0, -20.0]),
    "one number": (lambda x: x**3, lambda x: 3 * x**2, 2.0),
    "constant": (lambda x: 7.0, lambda x: 0 * x, [1.0, 2.0]),
    "empty": (lambda x: 1.0, lambda x: x, []),
    "whole numbers": (lambda x: np.sum(x**2), lambda x: 2.0 * x, [3, -4]),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_derivatives(name):
    f, f_der, x = KNOWN[name]
    gradient = numerical_gradient(f, x)
    assert gradient.shape == np.shape(x)
    assert gradient.dtype == np.float64
    assert np.allclose(gradient, f_der(np.array(x)), rtol=1e-8, atol=1e-9)


def test_parabola_is_exact_for_any_step():
    # central differences have no error in a parabola: ((x+h)² − (x−h)²) / 2h = 2x
    for h in (1.0, 0.5, 2**-10):
        assert numerical_gradient(lambda x: x**2, 3.0, h) == 6.0


def test_error_shrinks_with_the_square_of_the_step():
    errors = [abs(numerical_gradient(np.exp, 0.0, h) - 1) for h in (0.1, 0.01)]
    assert np.isclose(errors[0] / errors[1], 100, rtol=0.01)


def test_every_entry_costs_two_calls():
    calls = []
    numerical_gradient(lambda x: calls.append(x.copy()) or 0.0, np.zeros((2, 3)))
    assert len(calls) == 12


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_argument_stays_as_it_was(dtype):
    x, ours = np.array([[1.0, 2.0]], dtype), []
    numerical_gradient(lambda v: ours.append(np.shares_memory(v, x)) or 0.0, x)
    assert np.array_equal(x, [[1, 2]])
    assert x.dtype == dtype
    assert not any(ours), "f gets a copy"


def test_a_function_may_return_its_argument():
    assert np.isclose(numerical_gradient(lambda x: x, 2.0), 1)


numbers = st.lists(st.floats(-1e6, 1e6).filter(lambda v: v == 0 or abs(v) > 1e-6))


@repeatable
@given(numbers, st.data())
def test_relative_error_is_a_distance_from_0_to_1(a, data):
    entry = st.floats(-1e6, 1e6).filter(lambda v: v == 0 or abs(v) > 1e-6)
    b = data.draw(st.lists(entry, min_size=len(a), max_size=len(a)))
    error = relative_error(a, b)
    assert type(error) is float
    assert 0 <= error <= 1 + 1e-15
    assert error == relative_error(b, a)
    assert (error == 0) == (a == b)


@pytest.mark.parametrize("factor", [1e-10, 3.0, 1e10])
def test_relative_error_has_no_unit(factor):
    a, b = np.array([1.0, 2.0]), np.array([1.0, 2.1])
    assert np.isclose(relative_error(factor * a, factor * b), relative_error(a, b))


def test_relative_error_by_hand():
    assert relative_error([3.0, 4.0], [3.0, 4.0]) == 0
    assert relative_error([3.0, 4.0], [0.0, 0.0]) == 1
    assert relative_error([3.0, 4.0], [-3.0, -4.0]) == 1
    assert relative_error(3.0, 1.0) == 0.5
    assert relative_error(0.0, 0.0) == 0
    assert relative_error([], []) == 0


def test_relative_error_wants_one_shape():
    with pytest.raises(ValueError, match=r"one shape, got \(2,\), \(2, 1\)"):
        relative_error(np.zeros(2), np.zeros((2, 1)))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_relative_error_never_calls_broken_numbers_right(value):
    assert relative_error([1.0, value], [1.0, 2.0]) == np.inf
    assert relative_error([1.0, 2.0], [1.0, value]) == np.inf
    assert relative_error([1.0, value], [1.0, value]) == np.inf
