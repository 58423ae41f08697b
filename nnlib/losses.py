"""How wrong is the network? One number for a batch, and its derivative.

y (N, n_out) is what the network says, after its last activation; t is what is true. A
loss is the mean over the N rows, and f_der(y, t) has the shape of y. The entropies
measure surprise: −log of the probability that the network gave to what came true.
"""

import numpy as np


def like(y, t):
    """t as an array of y's shape and dtype, or of floats where y is whole numbers.

    Another shape is a ValueError.
    """
    if np.shape(t) != y.shape:
        raise ValueError(f"expected t of the shape of y, {y.shape}, got {np.shape(t)}.")
    return np.asarray(t, np.result_type(y, 1.0))


def check_labels(t, shape):
    """Refuse labels t that do not fit a y of this shape, (N, n_out).

    Not one per row, or one outside of 0 … n_out − 1: ValueError. No whole numbers:
    TypeError.
    """
    t = np.asarray(t)
    if t.shape != shape[:1]:
        raise ValueError(
            f"expected labels of shape {shape[:1]}, one per row of y, got {t.shape}."
        )
    if t.dtype.kind not in "iu":
        raise TypeError(f"labels are whole numbers, got {t.dtype}.")
    if np.any((t < 0) | (t >= shape[1])):
        raise ValueError(f"labels go from 0 to {shape[1] - 1} here, got {span(t)}.")


def span(t):
    """Name the smallest and the largest number of t, for a message."""
    return f"numbers from {np.min(t)} to {np.max(t)}"


def squared_error(y, t):
    """Half the squared distance, for regression.

        L = 1/N Σₙ ½ Σₖ (yₙₖ − tₙₖ)²            y, t (N, n_out)

    The ½ makes the derivative plain y − t. Legendre (1805), Gauss (1809).
    """
    return float(0.5 * np.sum((y - like(y, t)) ** 2) / len(y))


def squared_error_der(y, t):
    """∂L/∂y = (y − t) / N, of the shape of y."""
    return (y - like(y, t)) / len(y)


def binary_cross_entropy(y, t):
    """Surprise at yes-or-no answers.

        L = −1/N Σₙ Σₖ [t log y + (1 − t) log(1 − y)]     y in 0 … 1, t 0 or 1

    y, t (N, n_out). y is kept away from 0 and 1 by the eps of its dtype, so the loss of
    a certain and wrong answer is large but finite. Good (1952).
    """
    y = np.clip(y, np.finfo(y.dtype).eps, 1 - np.finfo(y.dtype).eps)
    t = like(y, t)
    return float(-np.sum(t * np.log(y) + (1 - t) * np.log(1 - y)) / len(y))


def binary_cross_entropy_der(y, t):
    """∂L/∂y = (y − t) / (y (1 − y)) / N."""
    y = np.clip(y, np.finfo(y.dtype).eps, 1 - np.finfo(y.dtype).eps)
    return (y - like(y, t)) / (y * (1 - y)) / len(y)


def cross_entropy(y, t):
    """Surprise at the right class.

        L = −1/N Σₙ Σₖ tₙₖ log yₙₖ

    y (N, n_out) are probabilities; t are rows of the same shape or labels (N,), whole
    numbers from 0 to n_out − 1, where only the right class's term is left:
    −log y[n, t[n]]. y is kept above 0 by its dtype's smallest number. Labels that do
    not fit: check_labels. Shannon (1948) for the measure, Good (1952) for the loss.
    """
    y = np.maximum(y, np.finfo(y.dtype).tiny)
    if np.ndim(t) == 1:
        check_labels(t, y.shape)
        return float(-np.sum(np.log(y[np.arange(len(y)), t])) / len(y))
    return float(-np.sum(like(y, t) * np.log(y)) / len(y))


def cross_entropy_der(y, t):
    """∂L/∂y = −t / y / N (labels: only in the right class's column)."""
    if np.ndim(t) == 1:
        check_labels(t, y.shape)
        t = np.eye(y.shape[1])[t]
    return -like(y, t) / np.maximum(y, np.finfo(y.dtype).tiny) / len(y)


def accuracy(y, t):
    """The share of rows that are right, 0 … 1: a measure for people, not for learning.

    Right means: y's largest number stands in the column of t, a label (N,) or a row
    (N, n_out). With one column, where y is a probability: on t's side of ½.
    No rows, or rows of another shape than y, are a ValueError; labels that do not fit:
    check_labels.
    """
    if len(y) == 0:
        raise ValueError("accuracy needs at least one row, got none.")
    if y.shape[1] == 1:
        return float(np.mean((y > 0.5) == (np.reshape(t, y.shape) > 0.5)))
    t = t if np.ndim(t) == 1 else np.argmax(like(y, t), axis=1)
    check_labels(t, y.shape)
    return float(np.mean(np.argmax(y, axis=1) == t))


def mean_absolute_error(y, t):
    """How far off on average, in the units of t: 1/(N n_out) Σ |y − t|.

    y, t (N, n_out), of one shape; another is a ValueError.
    """
    return float(np.mean(np.abs(y - like(y, t))))
