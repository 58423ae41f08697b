"""The functions between the layers, and their slopes.

x is an array of any shape, or a number. Each works on every number of it by itself and
keeps the shape and the float dtype; only softmax looks at a whole row. f_der(x) is the
derivative of f at x, the slope of its curve there.
"""

import numpy as np


def step(x):
    """1 where x > 0, else 0: the perceptron's switch.

    Its slope is 0 wherever there is one, so no gradient comes through it.
    McCulloch & Pitts (1943).
    """
    return np.where(x > 0, 1, 0).astype(np.result_type(x))


def step_der(x):
    """Slope of the step: 0 (at x = 0 there is none; 0 is the convention)."""
    return np.zeros_like(x)


def identity(x):
    """x as it is: the output of a regression."""
    return x


def identity_der(x):
    """Slope of the identity: 1 everywhere."""
    return np.ones_like(x)


def sigmoid(x):
    """Squash into 0 … 1.

        σ(x) = 1 / (1 + e⁻ˣ)  =  eˣ / (1 + eˣ)

    The first form serves x ≥ 0, the second x < 0: the exponential never overflows.
    The logistic function of Verhulst (1838).
    """
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def sigmoid_der(x):
    """σ′(x) = σ(x) (1 − σ(x)): at most ¼, at x = 0."""
    y = sigmoid(x)
    return y * (1 - y)


def tanh(x):
    """Squash into −1 … 1, through the origin: tanh(x) = 2 σ(2x) − 1."""
    return np.tanh(x)


def tanh_der(x):
    """tanh′(x) = 1 − tanh²(x): at most 1, at x = 0."""
    return 1 - np.tanh(x) ** 2


def relu(x):
    """x where x > 0, else 0. Nair & Hinton (2010)."""
    return np.maximum(x, 0)


def relu_der(x):
    """1 where x > 0, else 0 (at the kink, 0 is the convention)."""
    return step(x)


def leaky_relu(x, slope=0.01):
    """x where x > 0, slope · x elsewhere: the larger of the two, as 0 < slope < 1.

    Maas, Hannun & Ng (2013), who used 0.01.
    """
    return np.maximum(x, slope * x)


def leaky_relu_der(x, slope=0.01):
    """1 where x > 0, else slope (at the kink, slope is the convention)."""
    return np.where(x > 0, 1, slope).astype(np.result_type(x, 1.0))


def softmax(x):
    """Turn each row of scores into probabilities: positive, with the sum 1.

        yₖ = exp(xₖ − c) / Σᵢ exp(xᵢ − c),    c = the row's largest score

    Taking c away changes nothing in the quotient and keeps exp from overflowing.
    x (…, n); the sum runs over the last axis. Bridle (1990).
    """
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def softmax_der(x):
    """Jacobian of softmax: every output depends on every score.

        J[…, k, i] = ∂yₖ/∂xᵢ = yₖ (δₖᵢ − yᵢ)        x (…, n) → J (…, n, n)

    δₖᵢ is 1 where k = i, else 0: the identity matrix. Bridle (1990).
    """
    y = softmax(x)
    return y[..., :, None] * (np.eye(y.shape[-1], dtype=y.dtype) - y[..., None, :])
