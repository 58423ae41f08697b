"""Exercises of the chapter on frameworks. None of them needs one."""

from itertools import pairwise

import numpy as np

from nnlib.activations import softmax
from nnlib.checks.exercise import Exercise
from nnlib.losses import cross_entropy


def nests(rng):
    """Weights of two networks in lists, weights[layer][node][input]."""
    return [
        ([rng.normal(size=(b, a)).tolist() for a, b in pairwise(sizes)],)
        for sizes in ([2, 3, 1], [3, 3, 2])
    ]


def scores(rng):
    """Scores and labels: small ones, and such that exp overflows or vanishes."""
    return [
        (rng.normal(0, 2, (4, 3)), rng.integers(0, 3, 4)),
        (rng.normal(0, 2, (2, 5)), rng.integers(0, 5, 2)),
        (np.array([[1000.0, 990.0], [1001.0, 1002.0]]), np.array([0, 1])),
        (np.array([[0.0, -1000.0]]), np.array([1])),
    ]


def mean_surprise(y, t, shift=True):
    """Cross-entropy from scores, with or without the care for overflow."""
    y = y - y.max(axis=1, keepdims=True) if shift else y
    log_p = y - np.log(np.exp(y).sum(axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(y)), t])


def pairs(rng):
    """y and t with several columns."""
    return [(rng.normal(size=s), rng.normal(size=s)) for s in ((4, 3), (2, 5))]


EXERCISES = [
    Exercise(
        "to_kernels(weights)",
        "from weights[layer][node][input] a list of arrays (n_in, n_out), as Keras "
        "has it",
        cases=nests,
        right=lambda weights: [np.array(w).T for w in weights],
        wrong={
            "The transpose is forgotten: a node is a column of (n_in, n_out)": (
                lambda weights: [np.array(w) for w in weights]
            ),
            "The layers come in the wrong order: the first stays first": (
                lambda weights: [np.array(w).T for w in weights][::-1]
            ),
            "Only the first layer is there": (
                lambda weights: [np.array(w).T for w in weights][:1]
            ),
            "reshape gives the shape of a transpose, but not its order": (
                lambda weights: [
                    np.array(w).reshape(len(w[0]), len(w)) for w in weights
                ]
            ),
        },
        hints=(
            "In the lists a node owns a row. In Keras, and in our Affine, it owns a "
            "column.",
            "Make each layer an array (n_out, n_in) and exchange rows and columns.",
            "return [np.array(w)... for w in weights].",
        ),
    ),
    Exercise(
        "loss_from_logits(y, t)",
        "the mean cross-entropy of softmax(y), where y are scores and t labels",
        cases=scores,
        right=mean_surprise,
        wrong={
            "Softmax is applied twice: probabilities are treated as scores": (
                lambda y, t: mean_surprise(softmax(y), t)
            ),
            "exp overflows for scores such as 1000. Take the largest score of the row "
            "away first": lambda y, t: mean_surprise(y, t, shift=False),
            "A probability is rounded to 0, and its logarithm is infinite. Take the "
            "logarithm of the quotient on paper: y - log(sum of exp(y))": (
                lambda y, t: -np.mean(np.log(softmax(y)[np.arange(len(y)), t]))
            ),
            "Softmax is missing: y are scores, not probabilities": (
                lambda y, t: -np.mean(np.log(y[np.arange(len(y)), t]))
            ),
            "This is the sum over the rows. Divide by N": (
                lambda y, t: len(y) * mean_surprise(y, t)
            ),
            "The sign is turned: a surprise is never negative": (
                lambda y, t: -mean_surprise(y, t)
            ),
            "A probability was rounded to 0 and cut off. The logarithm of the "
            "quotient, y - log(sum of exp(y)), needs no cutting": (
                lambda y, t: cross_entropy(softmax(y), t)
            ),
            "The logarithm of the sum is missing: this is minus the score of the "
            "right class": lambda y, t: -np.mean(y[np.arange(len(y)), t]),
            "infinity / infinity is nan: exp overflows for scores such as 1000. Take "
            "the largest score of the row away first": lambda y, t: (
                -np.mean(
                    np.log(np.exp(y) / np.exp(y).sum(axis=1, keepdims=True))[
                        np.arange(len(y)), t
                    ]
                )
            ),
        },
        hints=(
            "Do not compute softmax first: take its logarithm on paper.",
            "log p of a class is its score less log(sum of exp(scores)); take the "
            "row's largest score away before exp.",
            "y = y - y.max(axis=1, keepdims=True); log_p = y - "
            "np.log(np.exp(y).sum(...)).",
        ),
    ),
    Exercise(
        "keras_mse(y, t)",
        "what Keras calls the mean squared error: the mean over all entries",
        cases=pairs,
        right=lambda y, t: np.mean((y - t) ** 2),
        wrong={
            "This is our squared error, with the ½ and the mean over the rows alone": (
                lambda y, t: 0.5 * np.sum((y - t) ** 2) / len(y)
            ),
            "The ½ is ours. Keras leaves it out": (
                lambda y, t: 0.5 * np.mean((y - t) ** 2)
            ),
            "It divides by the rows alone. Keras takes the mean over the columns too": (
                lambda y, t: np.sum((y - t) ** 2) / len(y)
            ),
            "This is the root of it": lambda y, t: np.sqrt(np.mean((y - t) ** 2)),
            "This is the mean absolute error": lambda y, t: np.mean(np.abs(y - t)),
            "This gives one number per row. The mean is over the rows too": (
                lambda y, t: np.mean((y - t) ** 2, axis=1)
            ),
            "The square stands outside the mean: "
            "square each difference first": lambda y, t: np.mean(y - t) ** 2,
            "This gives one number per column. The mean "
            "is over the columns too": lambda y, t: np.mean((y - t) ** 2, axis=0),
        },
        hints=(
            "Two things differ from our squared_error: a factor and a divisor.",
            "There is no ½, and the mean runs over all N n_out entries.",
            "return np.mean(...).",
        ),
    ),
]
