"""Exercises of the chapter on MNIST."""

import numpy as np

from nnlib.checks.exercise import Exercise
from nnlib.losses import accuracy


def label_cases(rng):
    """Labels and a number of classes; the last class is never among them."""
    return [(np.array([0, 2, 1, 2]), 5), (rng.integers(0, 8, 6), 10)]


def rows_of(t, n):
    """One-hot rows (N, n)."""
    return np.eye(n)[t]


def score_cases(rng):
    """Scores and labels: of five rows three are right, in the last case all of them.

    The largest score of all stands in the first row.
    """
    cases = []
    for n, k in ((12, 5), (10, 10), (7, 3)):
        y = rng.normal(size=(n, k))
        y = np.roll(y, -y.max(axis=1).argmax(), axis=0)
        ranks = [k - 1, 0, 1, k - 1, k - 1] * 3 if n > 7 else [k - 1] * n
        cases.append((y, y.argsort(axis=1)[np.arange(n), ranks[:n]]))
    return cases


def guess_cases(rng):
    """Guesses, labels and a number of classes; some pairs come more than once."""
    t = rng.integers(0, 3, 12)
    first = (np.array([0, 1, 1, 1, 2, 0]), np.array([0, 1, 1, 0, 2, 0]), 4)
    return [first, (np.where(rng.random(12) < 0.5, t, 0), t, 3)]


def counts(rows, columns, n):
    """How often each pair comes."""
    table = np.zeros((n, n))
    np.add.at(table, (rows, columns), 1)
    return table


def once(guesses, t, n):
    """The table that indexing with += makes: every pair counted once."""
    table = np.zeros((n, n))
    table[t, guesses] += 1
    return table


def image_cases(rng):
    """Ten kinds of images in a random order, and images like them."""
    t = rng.permutation(np.repeat(np.arange(10), 4))
    kinds = rng.normal(0, 1, (10, 6))
    x_train = kinds[t] + rng.normal(0, 1, (40, 6))
    rows = (kinds[rng.integers(0, 10, n)] for n in (20, 30))
    return [(x_train, t, x + rng.normal(0, 1, x.shape)) for x in rows]


def nearest(x_train, t_train, x, center=np.mean, pick=np.argmin, size=np.square):
    """The digit whose center is the nearest to each row of x."""
    centers = [center(x_train[t_train == digit], axis=0) for digit in range(10)]
    return pick([size(x - c).sum(axis=1) for c in centers], axis=0)


def most_alike(x_train, t_train, x):
    """The digit whose mean has the largest product with each row of x."""
    means = [x_train[t_train == digit].mean(axis=0) for digit in range(10)]
    return np.argmax(x @ np.transpose(means), axis=1)


def nearest_single(x_train, t_train, x):
    """The digit of the nearest training image."""
    distances = np.square(x[:, None] - x_train).sum(axis=2)
    return t_train[distances.argmin(axis=1)]


def shift_cases(rng):
    """Images with a black margin of two pixels, and ways to move them by one."""
    x = np.zeros((3, 28, 28))
    x[:, 2:-2, 2:-2] = rng.random((3, 24, 24))
    x = x.reshape(3, 784)
    return [(x, 0, 1), (x, 1, 0), (x, -1, 1)]


def shifted(x, down, right):
    """Images (N, 784), moved."""
    images = x.reshape(-1, 28, 28)
    return np.roll(images, (down, right), axis=(1, 2)).reshape(-1, 784)


EXERCISES = [
    Exercise(
        "one_hot(t, n)",
        "labels t as rows of n numbers, 1 in the column of the label and 0 elsewhere",
        cases=label_cases,
        right=rows_of,
        wrong={
            "It is turned round: one row per label, one column per class": (
                lambda t, n: rows_of(t, n).T
            ),
            "The number of classes is n, also where the last class is not among t": (
                lambda t, n: rows_of(t, t.max() + 1)
            ),
            "Labels count from 0: label 0 has its 1 in the first column": (
                lambda t, n: rows_of(t - 1, n)
            ),
            "It writes the label where a 1 belongs": (
                lambda t, n: rows_of(t, n) * t[:, None]
            ),
            "y[:, t] = 1 fills whole columns. One entry per row is y[np.arange(N), "
            "t]": (lambda t, n: np.tile(rows_of(t, n).max(axis=0), (len(t), 1))),
        },
        hints=(
            "Begin with zeros of the shape (N, n), then write a 1 into each row.",
            "Row i gets its 1 in column t[i]. Or: row t[i] of np.eye(n) is what is "
            "wanted.",
            "y = np.zeros((len(t), n)); y[np.arange(len(t)), ...] = 1.",
        ),
    ),
    Exercise(
        "accuracy(y, t)",
        "the share of rows whose largest score stands in the column of the label",
        cases=score_cases,
        right=accuracy,
        wrong={
            "The axis is forgotten in argmax: it gives one place for the whole batch": (
                lambda y, t: float(np.mean(np.argmax(y) == t))
            ),
            "It looks for the largest of each column. Each row has its own: axis=1": (
                lambda y, t: float(np.mean(np.argmax(y, axis=0) == t))
            ),
            "This counts the right ones. Divide by the number of rows": (
                lambda y, t: len(y) * accuracy(y, t)
            ),
            "This is the share of wrong ones": lambda y, t: 1 - accuracy(y, t),
            "A share lies between 0 and 1; this is in percent": (
                lambda y, t: 100 * accuracy(y, t)
            ),
            "It asks whether all are right; a share is a mean": (
                lambda y, t: float(np.all(np.argmax(y, axis=1) == t))
            ),
        },
        hints=(
            "First the answers, one label per row; then compare with t.",
            "The answer of a row is the column of its largest score. The mean of true "
            "and false is the share of true.",
            "return np.mean(np.argmax(y, axis=...) == t).",
        ),
    ),
    Exercise(
        "confusion(guesses, t, n)",
        "a table (n, n): how often the true digit (row) was read as which (column)",
        cases=guess_cases,
        right=lambda g, t, n: counts(t, g, n),
        wrong={
            "It is turned round: the true digit is the row, the guess the column": (
                lambda g, t, n: counts(g, t, n)
            ),
            "A pair that comes twice counts once: table[t, guesses] += 1 adds only "
            "once to each place. Use a loop or np.add.at": once,
            "These are shares. Asked for are counts": (
                lambda g, t, n: counts(t, g, n) / len(t)
            ),
            "Only right answers are counted; the mistakes belong beside the diagonal": (
                lambda g, t, n: counts(t, g, n) * np.eye(n)
            ),
            "[[0] * n] * n is one row, n times: adding to one adds to all. Make n "
            "rows": lambda g, t, n: np.tile(counts(t, g, n).sum(axis=0), (n, 1)),
        },
        hints=(
            "Begin with a table of zeros and walk through the images.",
            "Each image adds 1 in the row of its true digit and the column of its "
            "guess.",
            "for row, column in zip(t, guesses): table[...] += 1.",
        ),
    ),
    Exercise(
        "nearest_mean(x_train, t_train, x)",
        "for each row of x the digit, 0 to 9, whose mean training image is the nearest",
        cases=image_cases,
        right=nearest,
        wrong={
            "It takes the farthest mean: the smallest distance wins, argmin": (
                lambda a, t, x: nearest(a, t, x, pick=np.argmax)
            ),
            "It compares by products. The nearest has the smallest sum of squared "
            "differences": most_alike,
            "It looks for the nearest training image, not the nearest mean": (
                nearest_single
            ),
            "The squares are missing, so differences of opposite sign cancel": (
                lambda a, t, x: nearest(a, t, x, size=np.asarray)
            ),
            "It adds up sizes, not squares": lambda a, t, x: nearest(
                a, t, x, size=np.abs
            ),
            "The mean has lost its axis: one number per pixel": lambda a, t, x: nearest(
                a, t, x, center=lambda rows, axis: rows.mean()
            ),
        },
        hints=(
            "First ten mean images, then ten distances for each row, then the "
            "smallest.",
            "The mean of digit d is x_train[t_train == d].mean(axis=0). The distance "
            "is the sum of the squared differences over the pixels, axis=1.",
            "Stack the ten distances as columns, (N, 10), and return their "
            "argmin(axis=1).",
        ),
    ),
    Exercise(
        "moved_by(x, down, right)",
        "images (N, 784), each moved by so many pixels down and to the right",
        cases=shift_cases,
        right=shifted,
        wrong={
            "Down and right are exchanged: axis 1 of (N, 28, 28) goes down, axis 2 "
            "right": (lambda x, d, r: shifted(x, r, d)),
            "It moves the other way: up for down and left for right": (
                lambda x, d, r: shifted(x, -d, -r)
            ),
            "The answer has another shape. Lay the images flat again, (N, 784)": (
                lambda x, d, r: shifted(x, d, r).reshape(-1, 28, 28)
            ),
            "Images move into each other: axis 0 counts the images": (
                lambda x, d, r: np.roll(
                    x.reshape(-1, 28, 28), (d, r), axis=(0, 1)
                ).reshape(-1, 784)
            ),
            "Nothing moves down: a row of the image is 28 numbers of the flat one": (
                lambda x, d, r: np.roll(x, d + r, axis=1)
            ),
            "Nothing moves": lambda x, d, r: x,
        },
        hints=(
            "Make the images square first: x.reshape(-1, 28, 28).",
            "np.roll moves along axes: axis 1 goes down, axis 2 goes right.",
            "np.roll(images, (down, right), axis=(..., ...)).reshape(-1, 784).",
        ),
    ),
]
