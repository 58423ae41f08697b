"""Exercises of the chapter on the forward pass."""

from itertools import pairwise

import numpy as np

from nnlib.activations import identity, relu, sigmoid, softmax
from nnlib.checks import models
from nnlib.checks.exercise import Exercise


def network_cases(rng):
    """Batches and parameters of three layers: the article's, and two random ones."""
    article = [
        np.array([[1.0, 0.5]]),
        *(np.array([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]]), np.array([0.1, 0.2, 0.3])),
        *(np.array([[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]]), np.array([0.1, 0.2])),
        *(np.array([[0.1, 0.3], [0.2, 0.4]]), np.array([0.1, 0.2])),
    ]
    cases = [tuple(article)]
    for n, sizes in ((4, [3, 5, 4, 2]), (3, [3, 3, 3, 3])):
        arrays = [rng.normal(size=(n, sizes[0]))]
        for n_in, n_out in pairwise(sizes):
            arrays += [rng.normal(size=(n_in, n_out)), rng.normal(size=n_out)]
        cases.append(tuple(arrays))
    return cases


def passed(h1, h2, h3, turn=False, bias=1):
    """A forward pass with these three activations."""

    def forward(x, *params):
        for h, W, b in zip((h1, h2, h3), params[::2], params[1::2], strict=True):
            x = h(x @ (W.T if turn else W) + bias * b)
        return x

    return forward


def from_the_left(x, W1, b1, W2, b2, W3, b3):
    """A forward pass that multiplies W x, which the shapes refuse unless all agree."""
    return W3 @ sigmoid(W2 @ sigmoid(W1 @ x + b1) + b2) + b3


def biased_behind(x, W1, b1, W2, b2, W3, b3):
    """A forward pass that adds the biases to what the sigmoids give out."""
    return (sigmoid((sigmoid(x @ W1) + b1) @ W2) + b2) @ W3 + b3


def softmax_of(x, axis=-1, shift=True, keep=True):
    """Softmax over an axis."""
    e = np.exp(x - np.max(x, axis=-1, keepdims=True) if shift else x)
    return e / np.sum(e, axis=axis, keepdims=keep)


def score_cases(rng):
    """One row, a batch, a square batch, scores that overflow, rows far apart."""
    return [
        (np.array([0.3, 2.9, 4.0]),),
        (rng.normal(size=(2, 4)),),
        (rng.normal(size=(3, 3)),),
        (np.array([1010.0, 1000.0, 990.0]),),
        (np.array([[1000.0, 1001.0], [-1000.0, -1002.0]]),),
    ]


def counted(weights=1, biases=1, extra=0):
    """Count parameters with some of them forgotten."""

    def count(sizes):
        pairs = list(pairwise(sizes))
        n_weights, n_biases = sum(a * b for a, b in pairs), sum(sizes[1:])
        return weights * n_weights + biases * n_biases + extra * sizes[0]

    return count


EXERCISES = [
    *models.EXERCISES,
    Exercise(
        "count_parameters(sizes)",
        "how many weights and biases a network of these sizes has",
        cases=lambda rng: [
            ([1000, 500, 100, 10],),
            ([2, 3, 1],),
            (rng.integers(2, 20, 4).tolist(),),
        ],
        right=counted(),
        wrong={
            "The biases are forgotten: one for each node right of the input": (
                counted(biases=0)
            ),
            "The input has no biases: they begin at the second size": counted(extra=1),
            "These are the biases alone. A step from n_in to n_out has n_in n_out "
            "weights as well": counted(weights=0),
            "These are the nodes. A step from n_in to n_out has n_in n_out weights and "
            "n_out biases": sum,
            "It counts the biases on the left of each step. A bias belongs to a node "
            "on the right": lambda s: sum(a * b + a for a, b in pairwise(s)),
            "Every node has a bias of its own, not every layer one": lambda s: sum(
                a * b + 1 for a, b in pairwise(s)
            ),
            "A product of all sizes counts paths, not "
            "weights. Add up step by step": lambda s: int(np.prod(s)),
            "The first step alone is counted, as by a return inside the loop": (
                lambda s: counted()(s[:2])
            ),
            "The last step alone is counted: add up with +=": (
                lambda s: counted()(s[-2:])
            ),
            "The nodes of the output own a bias each, too": (
                lambda s: counted()(s) - s[-1]
            ),
        },
        hints=(
            "Look at one step first: how many numbers does an Affine(n_in, n_out) own?",
            "A step has n_in n_out weights and n_out biases. Add them up over the "
            "pairs of neighbors.",
            "sum(n_in * n_out + ... for n_in, n_out in itertools.pairwise(sizes)).",
        ),
    ),
    Exercise(
        "forward(x, W1, b1, W2, b2, W3, b3)",
        "the answer of a network of three layers: sigmoid, sigmoid, identity",
        cases=network_cases,
        right=passed(sigmoid, sigmoid, identity),
        wrong={
            "The biases are forgotten: every layer is x W + b": (
                passed(sigmoid, sigmoid, identity, bias=0)
            ),
            "The biases are taken away; they are added": (
                passed(sigmoid, sigmoid, identity, bias=-1)
            ),
            "The output goes through a sigmoid too. Its activation is the identity": (
                passed(sigmoid, sigmoid, sigmoid)
            ),
            "The output goes through softmax. Its activation is the identity": (
                passed(sigmoid, sigmoid, softmax)
            ),
            "No layer has its sigmoid: the three are one straight line": (
                passed(identity, identity, identity)
            ),
            "The second layer has no sigmoid": passed(sigmoid, identity, identity),
            "The first layer has no sigmoid": passed(identity, sigmoid, identity),
            "W is transposed, which the shapes refuse or, where W is square, let "
            "pass": (passed(sigmoid, sigmoid, identity, turn=True)),
            "Its activation is ReLU. The hidden layers have the sigmoid": passed(
                relu, relu, identity
            ),
            "Its activation is tanh. The hidden layers have the sigmoid": passed(
                np.tanh, np.tanh, identity
            ),
            "x stands on the left: x W, as the rows "
            "of x are the examples": from_the_left,
            "The bias is added behind the sigmoid. It belongs to the sum inside": (
                biased_behind
            ),
        },
        hints=(
            "Three times the same: a product, a bias, an activation.",
            "z1 = sigmoid(x W1 + b1), z2 = sigmoid(z1 W2 + b2), and the last without a "
            "sigmoid.",
            "z1 = sigmoid(x @ W1 + b1); the next line begins with z1, and the last "
            "one is return z2 @ ...",
        ),
    ),
    Exercise(
        "softmax(x)",
        "probabilities from scores, for one row or for each row of a batch",
        cases=score_cases,
        right=softmax,
        wrong={
            "The axis is forgotten: the sum runs over the whole batch, where each row "
            "has its own": lambda x: softmax_of(x, axis=None),
            "It works along the columns. Softmax belongs to each row, axis=-1": (
                lambda x: softmax(x.T).T
            ),
            "keepdims=True is forgotten in the sum: where a batch is square, rows are "
            "divided by the sums of other rows": lambda x: softmax_of(x, keep=False),
            "exp overflows for scores such as 1000. Take the largest score of the row "
            "away first": lambda x: softmax_of(x, shift=False),
            "It takes away the largest score of the whole batch. Each row needs its "
            "own, or exp of all its scores is 0": lambda x: (
                np.exp(x - np.max(x))
                / np.exp(x - np.max(x)).sum(axis=-1, keepdims=True)
            ),
            "The exponential is missing: it divides the scores themselves": (
                lambda x: x / np.sum(x, axis=-1, keepdims=True)
            ),
            "The division by the sum is missing: each row adds up to 1": (
                lambda x: np.exp(x - np.max(x, axis=-1, keepdims=True))
            ),
            "np.sum and np.max run over the whole batch. Each row has its own: "
            "axis=-1 and keepdims=True": lambda x: (
                np.exp(x - np.max(x)) / np.sum(np.exp(x - np.max(x)))
            ),
            "np.sum runs over the whole batch, where each row has its own sum; and "
            "exp overflows for scores such as 1000": lambda x: (
                np.exp(x) / np.sum(np.exp(x))
            ),
            "keepdims=True is forgotten: a row's maximum and sum must stand beside "
            "their row": lambda x: (
                np.exp(x - np.max(x, axis=-1))
                / np.exp(x - np.max(x, axis=-1)).sum(axis=-1)
            ),
            "A single row has no axis 1. axis=-1, the last one, serves rows and "
            "batches": lambda x: softmax_of(x, axis=1),
            "This is the sigmoid, each score for itself. The outputs of softmax add "
            "up to 1": sigmoid,
            "The largest score is taken away above the line and not below it": (
                lambda x: softmax_of(x) * np.exp(-np.max(x, axis=-1, keepdims=True))
            ),
        },
        hints=(
            "First write it for one row, then ask of each np.max and np.sum: along "
            "which axis?",
            "Take the row's largest score away, then exp, then divide by the row's "
            "sum.",
            "e = np.exp(x - np.max(x, axis=-1, keepdims=True)), and the sum the same "
            "way.",
        ),
    ),
]
