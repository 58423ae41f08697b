"""Exercises of the chapter on loss and gradient descent."""

import numpy as np

from nnlib.checks.exercise import Exercise
from nnlib.losses import binary_cross_entropy, cross_entropy, squared_error


def answers_and_targets(rng):
    """y and t of several shapes; one with a single output."""
    return [(rng.normal(size=s), rng.normal(size=s)) for s in ((4, 3), (5, 1), (3, 3))]


def chances(rng):
    """Probabilities of yes, and what is true."""
    shapes = (4, 2), (3, 3), (5, 1)
    return [(rng.uniform(0.1, 0.9, s), rng.integers(0, 2, s)) for s in shapes]


def rows_and_labels(rng):
    """Rows of probabilities, and labels; one batch is square."""
    return [
        (rng.dirichlet(np.ones(k), n), rng.integers(0, k, n))
        for n, k in ((4, 3), (3, 3), (2, 5))
    ]


def cubes(rng):
    """f by its c; a point, and a step so long that it shows."""
    return [
        (np.array([1.0, 2.0, -1.0]), rng.normal(0, 1, 3), 1e-3),
        (np.array([2.0, 1.0]), np.array([2, 1]), 1e-3),
    ]


def cube(c):
    """f(x) = sum of c x³, and of the products of neighbors in x."""

    def f(x):
        x = np.asarray(x, np.float64)
        return float(np.sum(c * x**3) + np.sum(x[:-1] * x[1:]))

    return f


def slopes(c, x, rest=0.0, around=None):
    """3 c x² + c rest + the neighbors of each entry, in x or in another array."""
    around = x if around is None else around
    return c * (3.0 * x**2 + rest) + np.append(x[1:], 0.0) + np.append(0.0, around[:-1])


def right_class(y, t):
    """What y gives to the right class of each row."""
    return y[np.arange(len(y)), t]


def surprise(y, t):
    """The sum of binary surprises."""
    return -np.sum(t * np.log(y) + (1 - t) * np.log(1 - y))


def whole(c, x, h):
    """Central differences in an array of x's own type."""
    x, gradient = np.array(x), np.zeros(x.shape)
    for i in range(len(x)):
        old, f = x[i], cube(c)
        x[i] = old + h
        above = f(x)
        x[i] = old - h
        gradient[i] = (above - f(x)) / (2 * h)
        x[i] = old
    return gradient


EXERCISES = [
    Exercise(
        "squared_error(y, t)",
        "half the squared distance of a row, as the mean over the N rows",
        cases=answers_and_targets,
        right=squared_error,
        wrong={
            "The ½ is missing, so the loss and every slope are twice as large": (
                lambda y, t: 2 * squared_error(y, t)
            ),
            "This is the sum over the rows. Divide by N, or the loss grows with the "
            "batch": lambda y, t: 0.5 * np.sum((y - t) ** 2),
            "It divides by all entries. The mean is over the N rows alone": (
                lambda y, t: 0.5 * np.mean((y - t) ** 2)
            ),
            "This is the mean squared error, MSE, of most libraries: no ½, and the "
            "mean over all entries": lambda y, t: np.mean((y - t) ** 2),
            "The square is missing, so errors of opposite sign cancel": (
                lambda y, t: 0.5 * np.sum(y - t) / len(y)
            ),
            "It adds up sizes, not squares": (
                lambda y, t: 0.5 * np.sum(np.abs(y - t)) / len(y)
            ),
            "One number for each row is left. The loss is their mean": lambda y, t: (
                0.5 * np.sum((y - t) ** 2, axis=1)
            ),
            "The square stands outside the sum: square "
            "each difference first": lambda y, t: 0.5 * np.sum(y - t) ** 2 / len(y),
            "It divides by the number of columns. N is "
            "the number of rows, len(y)": lambda y, t: (
                0.5 * np.sum((y - t) ** 2) / y.shape[1]
            ),
        },
        hints=(
            "Work out one row by hand: the differences, their squares, half of the "
            "sum.",
            "Add up (y - t)² over everything, take half, divide by the number of rows.",
            "return 0.5 * np.sum(...) / len(y).",
        ),
    ),
    Exercise(
        "binary_cross_entropy(y, t)",
        "the surprise at yes-or-no answers, as the mean over the N rows",
        cases=chances,
        right=binary_cross_entropy,
        wrong={
            "The sign is turned: a surprise is minus the logarithm, never negative": (
                lambda y, t: -surprise(y, t) / len(y)
            ),
            "The second term is missing: where t is 0, the surprise is -log(1 - y)": (
                lambda y, t: -np.sum(t * np.log(y)) / len(y)
            ),
            "This is the sum over the rows. Divide by N": surprise,
            "It divides by all entries. The mean is over the N rows alone": (
                lambda y, t: surprise(y, t) / y.size
            ),
            "y and t are exchanged in places: the logarithm is of y, and t chooses": (
                lambda y, t: surprise(1 - y, t) / len(y)
            ),
            "The two terms are added, with one minus in front of both": lambda y, t: (
                -np.sum(t * np.log(y) - (1 - t) * np.log(1 - y)) / len(y)
            ),
            "Brackets are missing: the second term "
            "is (1 - t) * log(1 - y)": lambda y, t: (
                -np.sum(t * np.log(y) + 1 - t * np.log(1 - y)) / len(y)
            ),
            "t is forgotten: it chooses between log(y) and log(1 - y)": lambda y, t: (
                -np.sum(np.log(y)) / len(y)
            ),
            "y and t have changed places: the logarithm is of the answer y, which is "
            "never 0 or 1": lambda y, t: surprise(t, y) / len(y),
        },
        hints=(
            "For one answer: which chance did it give to what came true?",
            "With t = 1 that is y, with t = 0 it is 1 - y. As t is 0 or 1, "
            "t log y + (1 - t) log(1 - y) picks the right one.",
            "return -np.sum(t * np.log(y) + ...) / len(y).",
        ),
    ),
    Exercise(
        "cross_entropy(y, t)",
        "the surprise at the right class, t being labels, as the mean over the N rows",
        cases=rows_and_labels,
        right=cross_entropy,
        wrong={
            "The sign is turned: a surprise is minus the logarithm, never negative": (
                lambda y, t: np.mean(np.log(right_class(y, t)))
            ),
            "This is the sum over the rows. Divide by N": (
                lambda y, t: -np.sum(np.log(right_class(y, t)))
            ),
            "It adds up the logarithms of all classes. Only the right one counts": (
                lambda y, t: -np.sum(np.log(y)) / len(y)
            ),
            "y[:, t] takes the columns of all labels from every row. One number per "
            "row is y[np.arange(N), t]": lambda y, t: -np.sum(np.log(y[:, t])) / len(y),
            "The logarithm is the natural one, np.log": (
                lambda y, t: cross_entropy(y, t) / np.log(10)
            ),
            "The logarithm is missing: this is the mean chance of the right class": (
                lambda y, t: np.mean(right_class(y, t))
            ),
            "It divides by all entries. The mean is over the N rows alone": (
                lambda y, t: -np.sum(np.log(right_class(y, t))) / y.size
            ),
            "One number for each row is left. The loss is their mean": lambda y, t: (
                -np.log(right_class(y, t))
            ),
            "y[t] takes whole rows. One number per row "
            "is y[np.arange(N), t]": lambda y, t: -np.mean(np.log(y[t])),
            "First the logarithm of each row, then the mean": lambda y, t: (
                -np.log(np.mean(right_class(y, t)))
            ),
        },
        hints=(
            "From each row take one number: what it gives to the right class.",
            "The surprise of a row is -log of that number; the loss is the mean.",
            "y[np.arange(len(y)), t] takes column t[n] from row n.",
        ),
    ),
    Exercise(
        "numerical_gradient(f, x, h)",
        "the gradient of f at the array x, by central differences with the step h",
        cases=cubes,
        drive=lambda function, c, x, h: function(cube(c), x, h),
        right=lambda c, x, h: slopes(c, x, h**2),
        wrong={
            "It tries on one side only, x + h against x. Central means x + h against "
            "x - h": lambda c, x, h: slopes(c, x, 3 * x * h + h**2),
            "It tries on one side only, x against x - h. Central means x + h against "
            "x - h": lambda c, x, h: slopes(c, x, -3 * x * h + h**2),
            "It divides by h. From x - h to x + h the way is 2 h": (
                lambda c, x, h: 2 * slopes(c, x, h**2)
            ),
            "The division by 2 h is missing": (
                lambda c, x, h: 2 * h * slopes(c, x, h**2)
            ),
            "The sign is turned: it is f(x + h) - f(x - h)": (
                lambda c, x, h: -slopes(c, x, h**2)
            ),
            "All entries of x move together. Move one after another": (
                lambda c, x, h: np.full(x.shape, np.sum(slopes(c, x, h**2)))
            ),
            "An array of whole numbers cannot hold x + h: it is cut off. Make x "
            "decimal first, np.array(x, dtype=float)": whole,
            "An entry is not put back: the next ones "
            "are tried beside x - h": lambda c, x, h: slopes(c, x, h**2, around=x - h),
            "All entries of x move together, and one number comes of it. Move one "
            "after another, and collect an array": lambda c, x, h: np.sum(
                slopes(c, x, h**2)
            ),
        },
        hints=(
            "One entry after another: a little up, a little down, and back.",
            "Slope i is (f(x + h in entry i) - f(x - h in entry i)) / (2 h).",
            "Work on np.array(x, dtype=float), loop over np.ndindex(x.shape), and put "
            "each entry back before the next.",
        ),
    ),
]
