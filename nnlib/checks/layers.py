"""Exercises of the chapter on back-propagation that are classes: layers."""

import numpy as np

from nnlib.activations import leaky_relu, leaky_relu_der
from nnlib.checks.exercise import Exercise


def elementwise(rng):
    """dout and x of one shape, with a 0 in x."""
    x = rng.normal(0, 2, (3, 4))
    x[1, 2] = 0.0
    return [(rng.normal(size=(3, 4)), x), (rng.normal(size=5), rng.normal(0, 2, 5))]


def layer_cases(rng):
    """A slope, x and dout."""
    return [(s, rng.normal(size=(3, 4)), rng.normal(size=(3, 4))) for s in (0.01, 0.3)]


def both_ways(make, *args):
    """What a layer says forward and backward, x and dout being the last arguments."""
    *settings, x, dout = args
    layer = make(*settings)
    return layer.forward(x), layer.backward(dout)


def leaky(s, x, dout):
    """Forward and backward of a leaky ReLU."""
    return leaky_relu(x, s), dout * leaky_relu_der(x, s)


EXERCISES = [
    Exercise(
        "LeakyReLU(slope)",
        "a layer with forward(x) and backward(dout)",
        cases=layer_cases,
        drive=both_ways,
        given=("slope", "x", "dout"),
        right=leaky,
        returns=("forward", "backward"),
        wrong={
            "forward is the plain ReLU: negative numbers come through as slope * x": (
                lambda s, x, dout: (np.maximum(x, 0), dout * (x > 0))
            ),
            "backward is that of the plain ReLU: where x was negative, slope * dout "
            "comes back": lambda s, x, dout: (leaky_relu(x, s), dout * (x > 0)),
            "backward asks for the sign of dout. Remember in forward where x was "
            "positive": (lambda s, x, dout: (leaky_relu(x, s), leaky_relu(dout, s))),
            "backward gives the slope alone. Multiply it by dout": (
                lambda s, x, dout: (leaky_relu(x, s), leaky_relu_der(x, s))
            ),
            "backward lets everything back": (
                lambda s, x, dout: (leaky_relu(x, s), dout)
            ),
            "forward has the two sides exchanged: slope * x is for x below 0": (
                lambda s, x, dout: (np.where(x > 0, s * x, x), dout)
            ),
            "backward multiplies dout by y. It is the slope that counts, 1 or slope": (
                lambda s, x, dout: (leaky_relu(x, s), dout * leaky_relu(x, s))
            ),
        },
        hints=(
            "backward must know where x was positive: forward leaves it behind in "
            "self.",
            "Forward: x or slope * x. Backward: dout or slope * dout, by the same "
            "mask.",
            "self.x = x in forward; np.where(self.x > 0, dout, ...) in backward.",
        ),
    ),
]
