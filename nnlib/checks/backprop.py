"""Exercises of the chapter on back-propagation."""

import numpy as np

from nnlib.activations import sigmoid, sigmoid_der, softmax
from nnlib.checks import layers
from nnlib.checks.exercise import Exercise
from nnlib.checks.layers import elementwise


def affine_cases(rng):
    """dout, x and W in three shapes; in the last every matrix is square."""
    return [
        tuple(rng.normal(size=s) for s in ((n, n_out), (n, n_in), (n_in, n_out)))
        for n, n_in, n_out in ((5, 3, 2), (2, 4, 3), (3, 3, 3))
    ]


def affine(dout, x, W):
    """The three gradients of y = x W + b."""
    return dout @ W.T, x.T @ dout, dout.sum(axis=0)


def affine_with(dx=None, dW=None, db=None):
    """The three gradients with one of them made otherwise."""

    def gradients(dout, x, W):
        parts = zip((dx, dW, db), affine(dout, x, W), strict=True)
        return tuple(f(dout, x, W) if f else right for f, right in parts)

    return gradients


def scores(rng):
    """Scores and one-hot rows; one batch is square."""
    return [
        (rng.normal(0, 2, (n, k)), np.eye(k)[rng.integers(0, k, n)])
        for n, k in ((4, 3), (3, 3), (2, 5))
    ]


EXERCISES = [
    Exercise(
        "affine_backward(dout, x, W)",
        "the gradients dx, dW and db of y = x W + b",
        cases=affine_cases,
        right=affine,
        returns=("dx", "dW", "db"),
        wrong={
            "dx: the transpose is forgotten. It is dout Wᵀ; without the T it passes "
            "only where W is square": affine_with(dx=lambda dout, x, W: dout @ W),
            "dW: the transpose is forgotten. It is xᵀ dout; without the T it passes "
            "only where x is square": affine_with(dW=lambda dout, x, W: x @ dout),
            "dW is transposed: it is to have the shape of W, so xᵀ comes first": (
                affine_with(dW=lambda dout, x, W: dout.T @ x)
            ),
            "dW is divided by N. The mean is in dout already": (
                affine_with(dW=lambda dout, x, W: x.T @ dout / len(x))
            ),
            "db is the mean over the rows; it is the sum, as the mean is in dout "
            "already": (affine_with(db=lambda dout, x, W: dout.mean(axis=0))),
            "db: the axis is forgotten. Each node has its own bias, and its own sum "
            "over the rows": affine_with(db=lambda dout, x, W: dout.sum()),
            "db adds up along the wrong axis: over the rows, axis=0": (
                affine_with(db=lambda dout, x, W: dout.sum(axis=1))
            ),
            "db is dout itself. Every row uses the same b, so the rows are added up": (
                affine_with(db=lambda dout, x, W: dout)
            ),
        },
        hints=(
            "A gradient has the shape of what it belongs to. Write the shapes of "
            "dout, x and W beside each other: only one product fits.",
            "dx = dout Wᵀ, dW = xᵀ dout, and db adds up dout over the rows.",
            "return dout @ W.T, ... @ dout, dout.sum(axis=...).",
        ),
    ),
    Exercise(
        "sigmoid_backward(dout, x)",
        "dx, where y = sigmoid(x)",
        cases=elementwise,
        right=lambda dout, x: dout * sigmoid_der(x),
        wrong={
            "It multiplies by the sigmoid itself. Needed is its slope, y (1 - y)": (
                lambda dout, x: dout * sigmoid(x)
            ),
            "It takes x for the output: first y = sigmoid(x), then y (1 - y)": (
                lambda dout, x: dout * x * (1 - x)
            ),
            "dout is forgotten. The chain rule multiplies what comes in by the slope": (
                lambda dout, x: sigmoid_der(x)
            ),
            "The slope is taken at y. It is wanted at x, and y (1 - y) is it already": (
                lambda dout, x: dout * sigmoid_der(sigmoid(x))
            ),
            "The sign is turned: the slope is y (1 - y), never negative": (
                lambda dout, x: -dout * sigmoid_der(x)
            ),
            "It adds where the chain rule multiplies": lambda dout, x: (
                dout + sigmoid_der(x)
            ),
            "The slope is taken at dout. It is wanted at x, where the signal went "
            "through": lambda dout, x: dout * sigmoid_der(dout),
            "It gives y, as on the way forward. Asked for is dx: what comes in, times "
            "the slope": lambda dout, x: sigmoid(x),
            "1 - y² is the slope of tanh. That of the sigmoid is y (1 - y)": (
                lambda dout, x: dout * (1 - sigmoid(x) ** 2)
            ),
            "Brackets are missing: Python multiplies first, so it is y * (1 - y)": (
                lambda dout, x: dout * sigmoid(x) * 1 - sigmoid(x)
            ),
        },
        hints=(
            "The chain rule: what comes in, times the slope here.",
            "The slope of the sigmoid is y (1 - y) with y = sigmoid(x).",
            "y = sigmoid(x); return dout * ...",
        ),
    ),
    Exercise(
        "relu_backward(dout, x)",
        "dx, where y = max(x, 0)",
        cases=elementwise,
        right=lambda dout, x: dout * (x > 0),
        wrong={
            "The mask asks for the sign of dout. It is x that was let through or not": (
                lambda dout, x: dout * (dout > 0)
            ),
            "At x = 0 nothing comes back: the mask is x > 0, not x >= 0": (
                lambda dout, x: dout * (x >= 0)
            ),
            "dout is forgotten. The chain rule multiplies what comes in by the slope": (
                lambda dout, x: 1.0 * (x > 0)
            ),
            "It multiplies by ReLU itself. Needed is its slope, 1 or 0": (
                lambda dout, x: dout * np.maximum(x, 0)
            ),
            "It lets back what was stopped: the mask is turned round": (
                lambda dout, x: dout * (x <= 0)
            ),
            "Everything comes back. Where x was not above 0, dx is 0": (
                lambda dout, x: dout
            ),
            "np.sign gives -1 where x was negative. "
            "Nothing comes back there: 0": lambda dout, x: dout * np.sign(x),
            "dout[x > 0] throws the other numbers "
            "away. They stay, as 0": lambda dout, x: dout[x > 0],
            "It gives y, as on the way forward. Asked for is dx: dout where x > 0, "
            "else 0": lambda dout, x: np.maximum(x, 0),
        },
        hints=(
            "What went through unchanged comes back unchanged; what was stopped brings "
            "back nothing.",
            "The slope is 1 where x > 0, else 0. Leave dout as it is and make a new "
            "array.",
            "return dout * (...), with a mask made of x.",
        ),
    ),
    Exercise(
        "softmax_with_loss_backward(y, t)",
        "the slopes of the mean cross-entropy of softmax(y), t being one-hot rows",
        cases=scores,
        right=lambda y, t: (softmax(y) - t) / len(y),
        wrong={
            "1/N is missing: the loss is a mean over the rows, and so is its slope": (
                lambda y, t: softmax(y) - t
            ),
            "The sign is turned: it is p - t": lambda y, t: (t - softmax(y)) / len(y),
            "Softmax is missing: y are scores, p = softmax(y) is to be compared with "
            "t": (lambda y, t: (y - t) / len(y)),
            "It divides by all entries. The mean is over the N rows alone": (
                lambda y, t: (softmax(y) - t) / y.size
            ),
            "Softmax is taken over the whole batch. Each row has its own sum": (
                lambda y, t: (np.exp(y) / np.exp(y).sum() - t) / len(y)
            ),
            "This is the slope for p, -t / p. Asked for is the one for the scores y": (
                lambda y, t: -t / softmax(y) / len(y)
            ),
            "It divides by the number of classes. N is "
            "the number of rows, len(y)": lambda y, t: (softmax(y) - t) / y.shape[1],
            "It takes the mean over the rows. Every "
            "score has a slope of its own": lambda y, t: np.mean(
                softmax(y) - t, axis=0
            ),
            "y - t is the slope for numbers, of one row. For classes softmax makes p "
            "of y first, and the mean over the rows brings 1/N": lambda y, t: y - t,
            "Brackets are missing: t alone is divided by N": (
                lambda y, t: softmax(y) - t / len(y)
            ),
            "This is the slope for p, -t / p, and of one row. Asked for is the one for "
            "the scores y": lambda y, t: -t / softmax(y),
            "It multiplies by p (1 - p). The slope of softmax is in p - t already": (
                lambda y, t: (softmax(y) - t) * softmax(y) * (1 - softmax(y)) / len(y)
            ),
            "Softmax is taken along the columns. The classes stand in a row": (
                lambda y, t: (softmax(y.T).T - t) / len(y)
            ),
        },
        hints=(
            "Taken together, softmax and cross-entropy have a short slope: what is "
            "said minus what is true. y are scores; what does the network say?",
            "It is (p - t) / N with p = softmax(y).",
            "return (softmax(y) - ...) / len(...).",
        ),
    ),
    *layers.EXERCISES,
]
