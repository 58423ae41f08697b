"""Exercises of the chapter on back-propagation that are classes: layers."""

import numpy as np

from nnlib.activations import leaky_relu, leaky_relu_der, sigmoid, sigmoid_der
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
        },
        hints=(
            "backward must know where x was positive: forward leaves it behind in "
            "self.",
            "Forward: x or slope * x. Backward: dout or slope * dout, by the same "
            "mask.",
            "self.x = x in forward; np.where(self.x > 0, dout, ...) in backward.",
        ),
    ),
    Exercise(
        "Softplus()",
        "a layer y = log(1 + exp(x)) with forward(x) and backward(dout)",
        cases=elementwise,
        drive=lambda make, dout, x: both_ways(make, x, dout),
        given=("dout", "x"),
        right=lambda dout, x: (np.logaddexp(0, x), dout * sigmoid(x)),
        returns=("forward", "backward"),
        wrong={
            "forward is ReLU, with a sharp corner: at 0 softplus is log 2": (
                lambda dout, x: (np.maximum(x, 0), dout * (x > 0))
            ),
            "backward multiplies by softplus itself. Needed is its slope, the "
            "sigmoid": (
                lambda dout, x: (np.logaddexp(0, x), dout * np.logaddexp(0, x))
            ),
            "backward takes the slope of the sigmoid. The slope of softplus is the "
            "sigmoid": lambda dout, x: (np.logaddexp(0, x), dout * sigmoid_der(x)),
            "backward forgets dout: multiply it by the slope": (
                lambda dout, x: (np.logaddexp(0, x), sigmoid(x))
            ),
            "backward takes the slope at y. It is wanted at x: remember x in forward": (
                lambda dout, x: (
                    np.logaddexp(0, x),
                    dout * sigmoid(np.logaddexp(0, x)),
                )
            ),
        },
        hints=(
            "Take the derivative of log u with u = 1 + exp(x), by the chain rule.",
            "exp(x) / (1 + exp(x)) is an old acquaintance: the sigmoid.",
            "forward: self.x = x and np.logaddexp(0, x). backward: dout * ... of "
            "self.x.",
        ),
    ),
]
