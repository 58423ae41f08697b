"""Where the weights start: init(n_in, n_out, rng, dtype) -> W (n_in, n_out).

rng is an np.random.Generator: the same seed gives the same weights. Anything else is a
TypeError, but zeros asks for no numbers and takes any rng. Normal(mean, deviation) is
the bell curve; the signal's size is the standard deviation of a layer's numbers.
"""

import numpy as np


def zeros(n_in, n_out, rng, dtype=np.float32):
    """All 0: the nodes of a layer then all learn the same, a mistake to see once."""
    return np.zeros((n_in, n_out), dtype)


def normal(n_in, n_out, rng, dtype=np.float32, std=0.01):
    """Small numbers of either sign: W ~ Normal(0, std)."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be an np.random.Generator, got {rng!r}.")
    return (std * rng.standard_normal((n_in, n_out))).astype(dtype)


def xavier(n_in, n_out, rng, dtype=np.float32):
    """Keep the signal's size through layers such as tanh, forward and backward.

        W ~ Normal(0, √(2 / (n_in + n_out)))

    It holds for functions with slope 1 at 0. The sigmoid has slope ¼ there: deep
    sigmoid layers need weights four times as large.
    Xavier Glorot & Bengio (2010).
    """
    return normal(n_in, n_out, rng, dtype, std=(2 / (n_in + n_out)) ** 0.5)


def he(n_in, n_out, rng, dtype=np.float32):
    """Keep the signal's size through ReLU layers, which silence half of it.

        W ~ Normal(0, √(2 / n_in))

    Kaiming He, Zhang, Ren & Sun (2015).
    """
    return normal(n_in, n_out, rng, dtype, std=(2 / n_in) ** 0.5)
