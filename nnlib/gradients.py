"""The slope of anything, found by trying: slow, simple, and the judge of backprop."""

import numpy as np


def numerical_gradient(f, x, h=1e-5):
    """Gradient of the number f(x) by central differences, one entry after another.

        ∂f/∂xᵢ ≈ [f(x + h eᵢ) − f(x − h eᵢ)] / 2h            error of order h²

    x: an array of any shape, or a number; eᵢ is 1 in entry i and 0 elsewhere. f is
    called twice per entry with a float64 copy of x, which it must not keep, since the
    next call changes it. Returns an array of x's shape, float64.

    The step h is as it is for every x. float64 has 16 digits: from |xᵢ| of about 1e8 on
    they cut the step short or long, and beyond about 1e11 it vanishes and the slope
    found is 0. Choose a larger h there, in the proportion of x.
    """
    x = np.array(x, dtype=np.float64)
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        x_i = x[i]
        x[i] = x_i + h
        above = float(f(x))
        x[i] = x_i - h
        below = float(f(x))
        x[i] = x_i
        gradient[i] = (above - below) / (2 * h)
    return gradient


def relative_error(a, b):
    """How far two arrays of one shape are apart, against their size.

        ‖a − b‖ / (‖a‖ + ‖b‖)        from 0, equal, to 1, opposite or one of them 0

    ‖a‖ is the root of the sum of squares. Two arrays of zeros are equal. Where a number
    is NaN or infinite, the error is infinite. Two shapes are a ValueError.
    """
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if a.shape != b.shape:
        raise ValueError(f"expected two arrays of one shape, got {a.shape}, {b.shape}.")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return float("inf")
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / size) if size > 0 else 0.0
