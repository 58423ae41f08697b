"""Exercises of the chapter on house prices."""

import numpy as np

from nnlib.checks.exercise import Exercise
from nnlib.losses import mean_absolute_error


def tables(rng):
    """Training and test rows whose columns live on different scales."""
    scale, middle = np.array([1.0, 30.0, 7.0]), np.array([6.0, 70.0, 12.0])
    return [
        tuple(middle + scale * rng.normal(size=(n, 3)) for n in sizes)
        for sizes in ((12, 5), (6, 6))
    ]


def scaled(x_train, x_test, mean=np.mean, spread=np.std):
    """Both tables, less a mean and divided by a spread of the training columns."""
    m, s = mean(x_train, axis=0), spread(x_train, axis=0)
    return (x_train - m) / s, (x_test - m) / s


def by_range(x_train, x_test):
    """Both tables, from the smallest to the largest training value as 0 to 1."""
    return scaled(x_train, x_test, np.min, np.ptp)


def prices(rng):
    """y and t as columns, of two lengths; some answers are too high, some too low."""
    cases = []
    for errors in ([1, -6, 1, 1, -7], [-3, 4, -2, -5, 3, -1, 6, -2]):
        t = rng.uniform(20, 50, (len(errors), 1))
        cases.append((t + np.array(errors)[:, None] * rng.uniform(1, 1.5), t))
    return cases


def splits(rng):
    """Prices to learn from and to test on, these on both sides of any mean."""
    return [
        (
            rng.uniform(10, 50, (9, 1)),
            np.vstack([rng.uniform(10, 50, (n, 1)), [[5.0], [60.0]]]),
        )
        for n in (4, 5)
    ]


def error_of(answer, t):
    """MAE of saying the same to all."""
    return float(np.mean(np.abs(t - answer)))


EXERCISES = [
    Exercise(
        "standardize(x_train, x_test)",
        "both tables, less the mean of each training column, divided by its deviation",
        cases=tables,
        right=scaled,
        returns=("x_train", "x_test"),
        wrong={
            "The test rows are measured by their own mean and deviation. They are "
            "strangers: use the numbers of the training rows": (
                lambda a, b: (scaled(a, a)[0], scaled(b, b)[0])
            ),
            "Mean and deviation include the test rows, which nobody may look at yet": (
                lambda a, b: tuple(
                    (x - np.vstack([a, b]).mean(axis=0)) / np.vstack([a, b]).std(axis=0)
                    for x in (a, b)
                )
            ),
            "The axis is forgotten: every column has its own mean and deviation, "
            "axis=0": (lambda a, b: tuple((x - a.mean()) / a.std() for x in (a, b))),
            "It divides by the variance. The deviation is its root, np.std": (
                lambda a, b: scaled(a, b, spread=np.var)
            ),
            "The deviation is counted with N - 1 (ddof=1). Here it is np.std as it "
            "is": (
                lambda a, b: tuple(
                    (x - a.mean(axis=0)) / a.std(axis=0, ddof=1) for x in (a, b)
                )
            ),
            "The mean is not taken away": (
                lambda a, b: (a / a.std(axis=0), b / a.std(axis=0))
            ),
            "The division by the deviation is missing": (
                lambda a, b: (a - a.mean(axis=0), b - a.mean(axis=0))
            ),
            "This scales from smallest to largest, to 0 ... 1. Asked for are mean and "
            "deviation": by_range,
            "The test rows are not scaled": lambda a, b: (scaled(a, b)[0], b),
            "Brackets are missing: first the mean is taken "
            "away, then all is divided": lambda a, b: tuple(
                x - a.mean(axis=0) / a.std(axis=0) for x in (a, b)
            ),
            "The mean of the test rows is taken away from them. They are strangers: "
            "use that of the training rows": lambda a, b: (
                scaled(a, b)[0],
                (b - b.mean(axis=0)) / a.std(axis=0),
            ),
        },
        hints=(
            "Only the training rows may say what is usual.",
            "Per column: z = (x - mean of the training rows) / deviation of them, for "
            "both tables.",
            "mean, std = x_train.mean(axis=0), x_train.std(axis=0); then twice "
            "(x - mean) / std.",
        ),
    ),
    Exercise(
        "mean_absolute_error(y, t)",
        "how far off on average, in the unit of the price",
        cases=prices,
        right=mean_absolute_error,
        wrong={
            "The size is missing, so errors of opposite sign cancel": (
                lambda y, t: float(np.mean(y - t))
            ),
            "It takes the size of the mean. First the size of each error, then the "
            "mean": (lambda y, t: float(abs(np.mean(y - t)))),
            "This is the mean squared error; its unit is the square of a price": (
                lambda y, t: float(np.mean((y - t) ** 2))
            ),
            "This is the root of the mean squared error, which large errors dominate": (
                lambda y, t: float(np.sqrt(np.mean((y - t) ** 2)))
            ),
            "This is the sum. Divide by the number of rows": (
                lambda y, t: float(np.sum(np.abs(y - t)))
            ),
            "This is the median of the errors. Asked for is their mean": (
                lambda y, t: float(np.median(np.abs(y - t)))
            ),
            "This is half the mean; the ½ belongs to the squared error": (
                lambda y, t: mean_absolute_error(y, t) / 2
            ),
            "This is the largest error. Asked for is the mean": lambda y, t: float(
                np.max(np.abs(y - t))
            ),
            "y and t have different shapes, (N,) and (N, 1), so every answer meets "
            "every price": lambda y, t: float(np.mean(np.abs(y - t.ravel()))),
        },
        hints=(
            "For 22, 27, 45 against 20, 30, 50 the answer is (2 + 3 + 5) / 3.",
            "The size of each difference first, the mean over the rows last.",
            "return np.mean(np.abs(...)).",
        ),
    ),
    Exercise(
        "baseline(t_train, t_test)",
        "the MAE on the test prices of always saying the mean training price",
        cases=splits,
        right=lambda a, b: error_of(np.mean(a), b),
        wrong={
            "It says the mean of the test prices, which nobody knows beforehand": (
                lambda a, b: error_of(np.mean(b), b)
            ),
            "It is measured on the training prices. Measure on the test prices": (
                lambda a, b: error_of(np.mean(a), a)
            ),
            "It says the median. Asked for is the mean": (
                lambda a, b: error_of(np.median(a), b)
            ),
            "This compares the two means. Compare with each test price": (
                lambda a, b: float(abs(np.mean(a) - np.mean(b)))
            ),
            "This is the mean squared error": (
                lambda a, b: float(np.mean((b - np.mean(a)) ** 2))
            ),
            "This is the sum of the errors. Divide by the number of test prices": (
                lambda a, b: len(b) * error_of(np.mean(a), b)
            ),
            "This is the mean price itself. Asked "
            "for is how far off it is": lambda a, b: float(np.mean(a)),
            "This is the root of the mean squared error": lambda a, b: float(
                np.sqrt(np.mean((b - np.mean(a)) ** 2))
            ),
        },
        hints=(
            "What could you say if you had seen only the training prices, and nothing "
            "of a district?",
            "One number for all districts: the mean of t_train. Its errors are "
            "measured on t_test.",
            "return np.mean(np.abs(t_test - ...)).",
        ),
    ),
]
