"""The losses and the two measures for people."""

import inspect

import numpy as np
import pytest
from tables import labels, probabilities, real_targets, yes_no

from nnlib import losses
from nnlib.activations import sigmoid, softmax
from nnlib.gradients import numerical_gradient, relative_error
from nnlib.losses import accuracy, cross_entropy, cross_entropy_der


def any_numbers(rng, shape):
    return rng.standard_normal(shape)


def within_0_and_1(rng, shape):
    return rng.uniform(0.05, 0.95, shape)


# name: (loss, y for a shape, targets for a shape)
LOSSES = {
    "squared_error": ("squared_error", any_numbers, real_targets),
    "binary_cross_entropy": ("binary_cross_entropy", within_0_and_1, yes_no),
    "cross_entropy, labels": ("cross_entropy", within_0_and_1, labels),
    "cross_entropy, rows": ("cross_entropy", within_0_and_1, probabilities),
}
MEASURES = {"accuracy", "mean_absolute_error"}
CHECKS = {"like", "check_labels", "span"}


def case(name, shape, dtype=np.float64, seed=1):
    """The two functions of a loss and fitting y and t."""
    loss, make_y, make_t = LOSSES[name]
    rng = np.random.default_rng(seed)
    y, t = make_y(rng, shape).astype(dtype), make_t(rng, shape)
    return getattr(losses, loss), getattr(losses, f"{loss}_der"), y, t


def test_table_holds_every_loss():
    functions = {name for name, _ in inspect.getmembers(losses, inspect.isfunction)}
    named = {loss for loss, _, _ in LOSSES.values()}
    assert functions == named | {f"{loss}_der" for loss in named} | MEASURES | CHECKS


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (7, 1), (5, 3)])
@pytest.mark.parametrize("name", LOSSES)
def test_der_agrees_with_numerical_gradient(name, shape):
    f, f_der, y, t = case(name, shape)
    numerical = numerical_gradient(lambda y: f(y, t), y)
    assert relative_error(f_der(y, t), numerical) < 1e-8


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", LOSSES)
def test_loss_is_a_number_and_der_is_shaped_like_y(name, dtype):
    f, f_der, y, t = case(name, (5, 3), dtype)
    t = t if t.ndim == 1 else t.astype(dtype)  # labels stay whole numbers
    assert type(f(y, t)) is float
    assert (f_der(y, t).shape, f_der(y, t).dtype) == (y.shape, dtype)


@pytest.mark.parametrize("name", LOSSES)
def test_arguments_stay_as_they_were(name):
    f, f_der, y, t = case(name, (5, 3))
    y_before, t_before = y.copy(), t.copy()
    f(y, t), f_der(y, t)
    assert np.array_equal(y, y_before)
    assert np.array_equal(t, t_before)


@pytest.mark.parametrize("name", LOSSES)
def test_loss_is_the_mean_over_rows(name):
    f, _, y, t = case(name, (6, 3))
    rows = [f(y[i : i + 1], t[i : i + 1]) for i in range(6)]
    assert np.isclose(f(y, t), np.mean(rows), rtol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", [n for n in LOSSES if "entropy" in n])
def test_certain_answers_give_finite_loss_and_slope(name, dtype):
    f, f_der, _, t = case(name, (4, 2), dtype)
    for y in ([0, 1], [1, 0]):
        y = np.tile(np.array(y, dtype), (4, 1))
        assert 0 <= f(y, t) < 1e3
        assert np.isfinite(f_der(y, t)).all()


def test_labels_and_one_hot_rows_are_the_same_truth():
    _, _, y, t = case("cross_entropy, labels", (9, 4))
    rows = np.eye(4)[t]
    assert np.isclose(cross_entropy(y, t), cross_entropy(y, rows), rtol=1e-15)
    assert np.array_equal(cross_entropy_der(y, t), cross_entropy_der(y, rows))
    assert accuracy(y, t) == accuracy(y, rows)


def test_values_by_hand():
    y, t = np.array([[1.0, 4.0], [2.0, 2.0]]), np.array([[0.0, 2.0], [2.0, 5.0]])
    # ½ (1 + 4 + 0 + 9) over 2 rows; (1 + 2 + 0 + 3) over 4 numbers
    assert losses.squared_error(y, t) == 3.5
    assert losses.mean_absolute_error(y, t) == 1.5
    # −log ½ for either answer
    half = np.array([[0.5], [0.5]])
    answers = np.array([[0], [1]])
    assert np.isclose(losses.binary_cross_entropy(half, answers), np.log(2))
    # −(log ¼ + log ½) / 2 = log 8 / 2
    p = np.array([[0.25, 0.75], [0.5, 0.5]])
    assert np.isclose(cross_entropy(p, np.array([0, 1])), np.log(8) / 2)


def test_binary_cross_entropy_is_cross_entropy_of_two_classes():
    y, t = np.linspace(0.1, 0.9, 5)[:, None], np.array([0, 1, 1, 0, 1])
    both = np.hstack([1 - y, y])
    two_columns = cross_entropy(both, t)
    assert np.isclose(losses.binary_cross_entropy(y, t[:, None]), two_columns)


def test_chain_rule_through_softmax_and_sigmoid_gives_y_minus_t():
    rng = np.random.default_rng(2)
    scores, t = rng.standard_normal((5, 3)), yes_no(rng, (5, 3))
    p = sigmoid(scores)
    chained = losses.binary_cross_entropy_der(p, t) * p * (1 - p)
    assert np.allclose(chained, (p - t) / 5)
    p, t = softmax(scores), labels(rng, (5, 3))
    dp = cross_entropy_der(p, t)
    jacobian = p[:, :, None] * (np.eye(3) - p[:, None, :])
    chained = np.einsum("nk,nki->ni", dp, jacobian)
    assert np.allclose(chained, (p - np.eye(3)[t]) / 5)


@pytest.mark.parametrize(
    ("y", "t", "share"),
    [
        ([[0.9, 0.1], [0.2, 0.8]], [0, 0], 0.5),
        ([[0.9, 0.1], [0.2, 0.8]], [[1, 0], [0, 1]], 1.0),
        ([[0.9], [0.2], [0.5]], [1, 1, 0], 2 / 3),
        ([[0.9], [0.2], [0.5]], [[1], [0], [1]], 2 / 3),
    ],
)
def test_accuracy_is_the_share_of_right_rows(y, t, share):
    value = accuracy(np.array(y), np.array(t))
    assert np.isclose(value, share)
    assert type(value) is float


@pytest.mark.parametrize(
    "name",
    [
        "squared_error",
        "squared_error_der",
        "binary_cross_entropy",
        "binary_cross_entropy_der",
        "mean_absolute_error",
    ],
)
def test_targets_of_another_shape_are_an_error(name):
    # (3, 1) against (3,) would spread to (3, 3): a wrong number, silently
    y, t = np.array([[0.1], [0.5], [0.9]]), np.array([0, 1, 1])
    with pytest.raises(ValueError, match=r"shape of y, \(3, 1\), got \(3,\)"):
        getattr(losses, name)(y, t)


@pytest.mark.parametrize("name", ["cross_entropy", "cross_entropy_der"])
def test_rows_of_another_shape_are_an_error(name):
    y, t = np.full((3, 2), 0.5), np.ones((3, 1))
    with pytest.raises(ValueError, match=r"shape of y, \(3, 2\), got \(3, 1\)"):
        getattr(losses, name)(y, t)


# NumPy would take -1 as the last class, and stretch one label over all rows.
@pytest.mark.parametrize(
    ("t", "error", "words"),
    [
        ([0, -1], ValueError, "from 0 to 2 here, got numbers from -1 to 0"),
        ([0, 3], ValueError, "from 0 to 2 here, got numbers from 0 to 3"),
        ([0], ValueError, r"of shape \(2,\), one per row of y, got \(1,\)"),
        ([0, 1, 2], ValueError, r"of shape \(2,\), one per row of y, got \(3,\)"),
        ([0.0, 1.0], TypeError, "whole numbers, got float64"),
        ([True, False], TypeError, "whole numbers, got bool"),
    ],
)
@pytest.mark.parametrize("name", ["cross_entropy", "cross_entropy_der"])
def test_labels_that_do_not_fit_are_an_error(name, t, error, words):
    y = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3]])
    with pytest.raises(error, match=words):
        getattr(losses, name)(y, np.array(t))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_targets_come_in_the_dtype_of_y(dtype):
    t = losses.like(np.zeros((2, 1), dtype), [[0], [1]])
    assert t.dtype == dtype
    assert np.array_equal(t, [[0], [1]])


# one label for all rows, and one that no column stands for, would only count as wrong
@pytest.mark.parametrize(
    ("t", "error", "words"),
    [
        ([0], ValueError, r"of shape \(2,\), one per row of y, got \(1,\)"),
        ([0, 1, 2], ValueError, r"of shape \(2,\), one per row of y, got \(3,\)"),
        ([0, 3], ValueError, "from 0 to 2 here, got numbers from 0 to 3"),
        ([0.0, 1.0], TypeError, "whole numbers, got float64"),
    ],
)
def test_accuracy_refuses_labels_that_do_not_fit(t, error, words):
    with pytest.raises(error, match=words):
        accuracy(np.eye(3)[:2], np.array(t))


def test_whole_numbers_for_y_do_not_round_the_targets():
    y, t = np.array([[1], [2]]), np.array([[0.5], [0.5]])
    assert losses.squared_error(y, t) == (0.125 + 1.125) / 2
    assert losses.squared_error_der(y, t).tolist() == [[0.25], [0.75]]
    assert losses.mean_absolute_error(y, t) == 1


@pytest.mark.parametrize("n_out", [1, 3])
def test_accuracy_of_no_rows_is_an_error(n_out):
    with pytest.raises(ValueError, match="at least one row, got none"):
        accuracy(np.zeros((0, n_out)), np.zeros(0, int))


def test_accuracy_refuses_a_column_of_labels():
    with pytest.raises(ValueError, match=r"shape of y, \(2, 3\), got \(2, 1\)"):
        losses.accuracy(np.eye(3)[:2], np.array([[0], [1]]))
