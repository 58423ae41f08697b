"""Exercises of the chapter on the perceptron."""

from itertools import product

from nnlib.checks.exercise import Exercise
from nnlib.perceptron import perceptron


def bits(rng):
    """All eight ways to set three bits, in a random order."""
    rows = list(product([0, 1], repeat=3))
    return [rows[i] for i in rng.permutation(8)]


def corrections(rng):
    """A false no, a false yes, a right answer, and a sum of exactly 0."""
    w = rng.uniform(0.5, 1.5, 2).round(2).tolist()
    x = rng.uniform(0.5, 1.5, 2).round(2).tolist()
    return [
        (x, 1, [-w[0], -w[1]], 0.25, 0.5),
        (x, 0, w, 0.25, 0.125),
        (x, 1, w, 0.25, 0.5),
        (x, 1, [0.0, 0.0], 0.0, 0.5),
    ]


def corrected(x, t, weights, bias, lr, sign=1, bias_lr=None, y=None, ones=False):
    """One correction by the perceptron rule; the options are its usual mistakes."""
    y = perceptron(x, weights, bias) if y is None else y
    step = sign * lr * (t - y)
    x_or_1 = [1] * len(x) if ones else x
    moved = [w + step * x_i for w, x_i in zip(weights, x_or_1, strict=True)]
    return moved, bias + (step if bias_lr is None else bias_lr * (t - y))


EXERCISES = [
    Exercise(
        "majority(x1, x2, x3)",
        "1 if at least two of three votes are 1, as one perceptron",
        cases=bits,
        right=lambda *x: int(sum(x) >= 2),
        wrong={
            "One vote is enough for yours: that is OR. Lower the bias until it takes "
            "two": lambda *x: int(sum(x) >= 1),
            "Yours wants all three votes: that is AND. Raise the bias until two are "
            "enough": lambda *x: int(sum(x) == 3),
            "Yours answers the opposite. Turn round the signs of weights and bias": (
                lambda *x: int(sum(x) < 2)
            ),
            "It counts the votes. What is missing is the step: 1 if the sum is above "
            "0, else 0": lambda *x: sum(x),
            "It gives the weighted sum. What is missing is the step: 1 if the sum is "
            "above 0, else 0": lambda *x: sum(x) - 1.5,
            "It fires for every vote: a threshold is a negative bias": lambda *x: 1,
            "It never fires: no vote lifts its sum above 0": lambda *x: 0,
            "The third voter is not asked": lambda x1, x2, x3: x1 * x2,
        },
        hints=(
            "All voters count the same, so give them the same weight.",
            "With weights of 1 the sum of the votes is 0, 1, 2 or 3. The threshold "
            "belongs between 1 and 2, and the bias is minus the threshold.",
            "return perceptron([x1, x2, x3], [1, 1, 1], ...) with a bias between -2 "
            "and -1.",
        ),
    ),
    Exercise(
        "majority_with_veto(x1, x2, x3)",
        "1 if at least two of three votes are 1 and the first is among them",
        cases=bits,
        right=lambda x1, x2, x3: int(x1 and (x2 or x3)),
        wrong={
            "The first voter has no veto in yours: (0, 1, 1) has to be 0. Give the "
            "first more weight": lambda *x: int(sum(x) >= 2),
            "The first voter decides alone in yours: (1, 0, 0) has to be 0. Lower the "
            "bias": lambda x1, x2, x3: x1,
            "Yours wants all three votes; two with the first among them are enough": (
                lambda *x: int(sum(x) == 3)
            ),
            "It gives the weighted sum. What is missing is the step": (
                lambda x1, x2, x3: 2 * x1 + x2 + x3 - 2.5
            ),
            "The first voter alone is enough in yours, and so are the others "
            "together. Lower the bias": lambda x1, x2, x3: int(x1 or (x2 and x3)),
            "The veto belongs to the first voter; yours "
            "gives it to the second": lambda x1, x2, x3: int(x2 and (x1 or x3)),
            "The veto belongs to the first voter; "
            "yours gives it to the third": lambda x1, x2, x3: int(x3 and (x1 or x2)),
        },
        hints=(
            "The first voter needs so much weight that the two others together do not "
            "reach the threshold, and so little that it does not reach it alone.",
            "With the weights 2, 1, 1 the sum is 2 for the first alone and 2 for the "
            "others together. Put the threshold just above.",
            "return perceptron([x1, x2, x3], [2, 1, 1], ...) with a bias between -3 "
            "and -2.",
        ),
    ),
    Exercise(
        "add_bits(p, q, c)",
        "the bit to write and the carry of p + q + c",
        cases=bits,
        right=lambda *x: (sum(x) % 2, sum(x) // 2),
        wrong={
            "The two answers are the wrong way round: first the bit to write, then the "
            "carry": lambda *x: (sum(x) // 2, sum(x) % 2),
            "The bit to write leaves out the carry that comes in, c": (
                lambda p, q, c: ((p + q) % 2, sum((p, q, c)) // 2)
            ),
            "The bit to write is 1 too often: for 1 + 1 it is 0. That asks for XOR, "
            "not OR": lambda *x: (int(any(x)), sum(x) // 2),
            "The carry leaves out the carry that comes in: 1 + 0 with c = 1 carries "
            "too": lambda p, q, c: (sum((p, q, c)) % 2, p * q),
            "A single 1 carries in yours. It takes two": (
                lambda *x: (sum(x) % 2, int(any(x)))
            ),
            "The carry wants three ones; two are enough": (
                lambda *x: (sum(x) % 2, int(all(x)))
            ),
        },
        returns=("the bit", "the carry"),
        hints=(
            "Add p and q first, then add c to the result.",
            "XOR of two bits is their sum without the carry. A carry arises when p "
            "and q are both 1, or when exactly one of them is and c is 1.",
            "one = gate_xor(p, q); the bit is gate_xor(one, c), the carry joins "
            "gate_and(p, q) and gate_and(one, c) by a gate.",
        ),
    ),
    Exercise(
        "correction(x, t, weights, bias, lr)",
        "the new weights and bias after one example, by the perceptron rule",
        cases=corrections,
        right=corrected,
        wrong={
            "The sign is turned: the error is t - y, and it is added": (
                lambda *a: corrected(*a, sign=-1)
            ),
            "A weight moves by the error times its input; the input is missing": (
                lambda *a: corrected(*a, ones=True)
            ),
            "The bias stays where it is. It moves too, as the weight of an input that "
            "is always 1": lambda *a: corrected(*a, bias_lr=0),
            "The bias moves without the learning rate": (
                lambda *a: corrected(*a, bias_lr=1)
            ),
            "It moves although the answer was right: the error is t - y, not t": (
                lambda *a: corrected(*a, y=0)
            ),
            "A sum of exactly 0 does not fire: the step is 1 for a > 0, not a >= 0": (
                lambda x, t, w, b, lr: corrected(
                    x, t, w, b, lr, y=1 - perceptron(x, [-w[0], -w[1]], -b)
                )
            ),
            "The learning rate is forgotten: every "
            "move is lr times the error": lambda x, t, w, b, lr: corrected(
                x, t, w, b, 1
            ),
        },
        returns=("weights", "bias"),
        hints=(
            "Ask the perceptron first. If it is right, nothing moves.",
            "With the error t - y: w ← w + lr (t - y) x, and b ← b + lr (t - y).",
            "error = t - perceptron(x, weights, bias); then a new list "
            "[w + lr * error * x_i for w, x_i in zip(weights, x)].",
        ),
    ),
]
