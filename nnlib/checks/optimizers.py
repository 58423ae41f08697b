"""Exercises of the chapter on optimizers."""

import numpy as np

from nnlib.checks.exercise import Exercise


def lists_of_arrays(rng):
    """Parameters and gradients of one and of two arrays, and a rate."""
    shapes = [[(3, 2), (2,)], [(4,)]]
    return [
        ([rng.normal(size=s) for s in row], [rng.normal(size=s) for s in row], lr)
        for row, lr in zip(shapes, (0.1, 0.5), strict=True)
    ]


def down(sign=1, rate=True, first_only=False):
    """SGD in place, with its usual mistakes."""

    def update(params, grads, lr):
        for p, g in list(zip(params, grads, strict=True))[: 1 if first_only else None]:
            p -= sign * (lr if rate else 1) * g

    return update


def new_arrays(params, grads, lr):
    """SGD that leaves params as they are."""
    return [p - lr * g for p, g in zip(params, grads, strict=True)]


def speeds(rng):
    """p, g, v, lr and momentum."""
    return [
        (*(rng.normal(size=s) for _ in range(3)), lr, momentum)
        for s, lr, momentum in (((3, 2), 0.1, 0.9), (4, 0.5, 0.5))
    ]


def adam_cases(rng):
    """p, g, m, v, k, lr, beta1, beta2, eps; eps is large enough to be seen."""
    return [
        (
            *(rng.normal(size=3) for _ in range(3)),
            rng.uniform(0.1, 2, 3),
            k,
            *(0.01, 0.9, 0.99, 0.5),
        )
        for k in (1, 2, 7)
    ]


def adam(p, g, m, v, k, lr, beta1, beta2, eps, **wrong):
    """One step of Adam; wrong holds a step that is made otherwise."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * wrong.get("square", g * g)
    m_hat, v_hat = m / (1 - beta1**k), v / (1 - beta2**k)
    if "divisors" in wrong:
        m_hat, v_hat = m / wrong["divisors"][0], v / wrong["divisors"][1]
    size = np.sqrt(v_hat) + eps
    if "size" in wrong:
        size = wrong["size"](v_hat, eps)
    along = wrong.get("along", m_hat)
    return p - wrong.get("sign", 1) * lr * along / size, m, v


EXERCISES = [
    Exercise(
        "sgd_update(params, grads, lr)",
        "one step down the slope, which moves the arrays of params in place",
        cases=lists_of_arrays,
        right=down(),
        moves=("params",),
        drive=lambda update, params, grads, lr: update([*params], [*grads], lr),
        wrong={
            "It walks uphill: the gradient is taken away, not added": down(sign=-1),
            "The learning rate is forgotten": down(rate=False),
            "Only the first array moves. There is one for every W and b": (
                down(first_only=True)
            ),
            "It makes new arrays, and the network keeps its old ones. Move them in "
            "place, with p -= ...": new_arrays,
        },
        hints=(
            "Walk along both lists at once with zip.",
            "p ← p - lr g for every pair, in place: the network holds these very "
            "arrays.",
            "for p, g in zip(params, grads): and then p -= ...",
        ),
    ),
    Exercise(
        "momentum_step(p, g, v, lr, momentum)",
        "the new p and v after one step of Momentum",
        cases=speeds,
        right=lambda p, g, v, lr, m: (p + m * v - lr * g, m * v - lr * g),
        returns=("p", "v"),
        wrong={
            "p moves by the old v. First v changes, then p moves by the new one": (
                lambda p, g, v, lr, m: (p + v, m * v - lr * g)
            ),
            "The sign of the slope is turned in v: v ← momentum v - lr g": (
                lambda p, g, v, lr, m: (p + m * v + lr * g, m * v + lr * g)
            ),
            "p moves against v. The minus is in v already: p ← p + v": (
                lambda p, g, v, lr, m: (p - (m * v - lr * g), m * v - lr * g)
            ),
            "The learning rate counts twice: it is in v already": (
                lambda p, g, v, lr, m: (p + lr * (m * v - lr * g), m * v - lr * g)
            ),
            "The old speed is forgotten: this is SGD": (
                lambda p, g, v, lr, m: (p - lr * g, -lr * g)
            ),
            "The whole of v is kept. momentum says which share of it": (
                lambda p, g, v, lr, m: (p + v - lr * g, v - lr * g)
            ),
            "This is Nesterov's step, which looks ahead": (
                lambda p, g, v, lr, m: (
                    p + m * (m * v - lr * g) - lr * g,
                    m * v - lr * g,
                )
            ),
            "p and v come the other way "
            "round: first p, then v": lambda p, g, v, lr, m: (
                m * v - lr * g,
                p + m * v - lr * g,
            ),
            "This is the other form of Momentum, whose v has no rate and no minus. "
            "Here v ← momentum v - lr g": lambda p, g, v, lr, m: (
                p - lr * (m * v + g),
                m * v + g,
            ),
        },
        hints=(
            "Two lines: first the speed, then the place.",
            "v ← momentum v - lr g, then p ← p + v.",
            "v = momentum * v - ...; return p + v, v.",
        ),
    ),
    Exercise(
        "adam_step(p, g, m, v, k, lr, beta1, beta2, eps)",
        "the new p, m and v after step k of Adam, k counted from 1",
        cases=adam_cases,
        right=adam,
        returns=("p", "m", "v"),
        wrong={
            "The corrections of the start are missing: m / (1 - beta1ᵏ), v / (1 - "
            "beta2ᵏ)": lambda *a: adam(*a, divisors=(1, 1)),
            "The corrections lack the power k: 1 - beta1ᵏ, so that they fade": (
                lambda *a: adam(*a, divisors=(1 - a[6], 1 - a[7]))
            ),
            "The powers are one too high: k counts from 1 already": (
                lambda *a: adam(
                    *a, divisors=(1 - a[6] ** (a[4] + 1), 1 - a[7] ** (a[4] + 1))
                )
            ),
            "eps stands inside the root. It is added behind it": (
                lambda *a: adam(*a, size=lambda v, eps: np.sqrt(v + eps))
            ),
            "The root is missing: it divides by v itself": (
                lambda *a: adam(*a, size=lambda v, eps: v + eps)
            ),
            "v is the mean of the squares, g * g": lambda *a: adam(*a, square=a[1]),
            "It walks uphill: the step is taken away, not added": (
                lambda *a: adam(*a, sign=-1)
            ),
            "m and v are given back corrected. The corrected ones serve this step "
            "alone": lambda *a: (
                adam(*a)[0],
                adam(*a)[1] / (1 - a[6] ** a[4]),
                adam(*a)[2],
            ),
            "The step goes along g. It goes along m, corrected": lambda *a: adam(
                *a, along=a[1]
            ),
            "beta1 and 1 - beta1 have changed places, and so have those of "
            "beta2": lambda *a: adam(
                *(*a[:6], 1 - a[6], 1 - a[7], a[8]),
                divisors=(1 - a[6] ** a[4], 1 - a[7] ** a[4]),
            ),
            "m and v are given back as they came. "
            "Their new values are wanted": lambda *a: (
                adam(*a)[0],
                a[2],
                a[3],
            ),
        },
        hints=(
            "Four lines: the mean of g, the mean of g², both corrected, the step.",
            "m ← beta1 m + (1 - beta1) g, v the same with beta2 and g²; then "
            "m / (1 - beta1ᵏ) and v / (1 - beta2ᵏ).",
            "p - lr * m_hat / (np.sqrt(v_hat) + eps), and return p, m, v: m and v "
            "themselves, not the corrected ones.",
        ),
    ),
]
