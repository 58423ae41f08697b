"""Exercises of the chapter on activation functions."""

import numpy as np

from nnlib.activations import leaky_relu, sigmoid, sigmoid_der
from nnlib.checks.exercise import Exercise


def anywhere(rng):
    """Arrays around 0, a single number, and numbers so large that exp overflows."""
    return [
        (rng.normal(0, 2, (2, 3)),),
        (rng.normal(0, 2, 5),),
        (float(rng.normal()),),
        (np.array([-1000.0, 0.0, 1000.0]),),
    ]


def leaky_cases(rng):
    """Arrays of decimals and of whole numbers, with 0 among them, and slopes."""
    x = rng.normal(0, 2, (3, 4))
    x[0, :2] = 0.0, 0.005  # on the kink, and between 0 and the slope
    return [
        (x, 0.01),
        (rng.uniform(-3, -1, 4), 0.3),
        (rng.permutation(np.array([-3, -1, 0, 2, 5])), 0.1),
    ]


def leaky_in_place(x, slope):
    """Leaky ReLU that writes into a copy, so that whole numbers stay whole."""
    y = np.array(x)
    y[x <= 0] = (slope * x[x <= 0]).astype(y.dtype)
    return y


EXERCISES = [
    Exercise(
        "sigmoid(x)",
        "1 / (1 + exp(-x)), for a number or an array of any shape",
        cases=anywhere,
        right=sigmoid,
        wrong={
            "The sign in the exponent is turned: it is exp(-x), so that large x give "
            "1": (lambda x: 1 / (1 + np.exp(x))),
            "Brackets are missing: 1 / (1 + exp(-x)) divides by the whole sum": (
                lambda x: 1 / 1 + np.exp(-x)
            ),
            "exp(x) overflows for large x, and infinity / infinity is nan. Divide "
            "numerator and denominator by exp(x)": (
                lambda x: np.exp(x) / (1 + np.exp(x))
            ),
            "This is the tanh, from -1 to 1. The sigmoid goes from 0 to 1": np.tanh,
            "This is the slope of the sigmoid, not the sigmoid": sigmoid_der,
            "exp(-x) belongs below the line alone; above it stands 1": lambda x: (
                np.exp(-x) / (1 + np.exp(-x))
            ),
        },
        hints=(
            "np.exp works on numbers and on arrays of any shape: no loop is needed.",
            "Large x make exp(-x) vanish, so the answer is near 1; very negative x "
            "make it huge, so the answer is near 0.",
            "return 1 / (1 + np.exp(...)), and mind the sign and both brackets.",
        ),
    ),
    Exercise(
        "sigmoid_der(x)",
        "the slope of the sigmoid at x",
        cases=anywhere,
        right=sigmoid_der,
        wrong={
            "This is the sigmoid itself. Asked for is its slope": sigmoid,
            "It treats x as if it were the sigmoid of x: first y = sigmoid(x), then "
            "y (1 - y)": lambda x: x * (1 - x),
            "The sign is turned: the slope is y (1 - y), never negative": (
                lambda x: -sigmoid_der(x)
            ),
            "y (1 + y) is not the slope: a minus belongs in the bracket": (
                lambda x: sigmoid(x) * (1 + sigmoid(x))
            ),
            "This is 1 - y², the slope of tanh. That of the sigmoid is y (1 - y)": (
                lambda x: 1 - sigmoid(x) ** 2
            ),
            "It takes the slope twice: y (1 - y) is already the answer": (
                lambda x: sigmoid_der(sigmoid(x))
            ),
            "It mixes x and y: with y = sigmoid(x) it is "
            "y (1 - y), not y (1 - x)": lambda x: sigmoid(x) * (1 - x),
            "exp(-x) overflows for very negative x, and its quotient is nan. y (1 - "
            "y) with y = sigmoid(x) does not": lambda x: (
                np.exp(-x) / (1 + np.exp(-x)) ** 2
            ),
        },
        hints=(
            "The slope can be written with the sigmoid itself.",
            "With y = sigmoid(x) the slope is y (1 - y): ¼ at x = 0, near 0 far away.",
            "y = sigmoid(x), and then return y * ... in one line.",
        ),
    ),
    Exercise(
        "leaky_relu(x, slope)",
        "x where x is above 0, slope * x elsewhere",
        cases=leaky_cases,
        right=leaky_relu,
        wrong={
            "This is the plain ReLU: negative numbers come through as slope * x": (
                lambda x, slope: np.maximum(x, 0)
            ),
            "The slope is on the wrong side: positive numbers pass unchanged": (
                lambda x, slope: np.minimum(x, slope * x)
            ),
            "It puts the slope itself where slope * x belongs": (
                lambda x, slope: np.where(x > 0, x, slope)
            ),
            "It takes the larger of x and slope; the other one is slope * "
            "x": np.maximum,
            "The sign is turned: slope * x stays negative where x is negative": (
                lambda x, slope: np.where(x > 0, x, -slope * x)
            ),
            "An array of whole numbers cannot hold decimals: they are cut off where "
            "you write into it. Make a new array, with np.where for "
            "example": leaky_in_place,
            "The slope is an argument. Yours is always 0.01": lambda x, slope: (
                leaky_relu(x, 0.01)
            ),
            "The kink is at 0, not at the slope: "
            "the condition is x > 0": lambda x, slope: np.where(
                x > slope, x, slope * x
            ),
            "slope * x is added everywhere; positive "
            "numbers pass unchanged": lambda x, slope: np.maximum(x, 0) + slope * x,
        },
        hints=(
            "np.where(condition, a, b) takes from a where the condition is true, else "
            "from b.",
            "As slope is below 1, x is the larger of x and slope * x for positive x, "
            "and the smaller for negative x.",
            "return np.maximum(x, ...) or np.where(x > 0, x, ...).",
        ),
    ),
    Exercise(
        "softplus(x)",
        "log(1 + exp(x)) for every x, also for 1000",
        cases=anywhere,
        right=lambda x: np.logaddexp(0, x),
        wrong={
            "exp(x) overflows for large x, and the logarithm of infinity is infinity. "
            "For x > 0, take exp(x) out of the bracket": (
                lambda x: np.log(1 + np.exp(x))
            ),
            "exp(-x) overflows for very negative x. x + log(1 + exp(-x)) serves x > 0; "
            "x <= 0 needs the other form": lambda x: x + np.log(1 + np.exp(-x)),
            "This is ReLU, with a sharp corner: at 0 softplus is log 2": (
                lambda x: np.maximum(x, 0)
            ),
            "The part max(x, 0) is missing: for large x softplus is near x": (
                lambda x: np.log1p(np.exp(-np.abs(x)))
            ),
            "The logarithm is the natural one, np.log": (
                lambda x: np.logaddexp(0, x) / np.log(10)
            ),
            "This is the sigmoid, the slope of softplus": sigmoid,
            "The exponent is to be negative: -|x|, so "
            "that exp cannot overflow": lambda x: (
                np.maximum(x, 0) + np.log1p(np.exp(np.abs(x)))
            ),
            "x stands where max(x, 0) belongs: for "
            "negative x nothing is added": lambda x: x + np.log1p(np.exp(-np.abs(x))),
            "np.log1p(x) is log(1 + x); asked for is log(1 + exp(x))": np.log1p,
        },
        hints=(
            "exp(x) may only be asked for where x is not positive.",
            "log(1 + exp(x)) = x + log(1 + exp(-x)). The left form is good for x <= 0, "
            "the right one for x > 0.",
            "Both have log(1 + exp(-|x|)): return np.maximum(x, 0) + np.log1p(...).",
        ),
    ),
]
