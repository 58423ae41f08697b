"""The tables of all activations, layers, loss layers and optimizers.

The laws in test_*.py run over them: a new one is tested by adding one line here. The
formulas are written again for HIPS autograd, as a second opinion on every gradient.
"""

from functools import partial

import autograd.numpy as anp
import numpy as np
from hypothesis import settings

from nnlib import (
    SGD,
    AdaGrad,
    Adam,
    Affine,
    IdentityWithLoss,
    LeakyReLU,
    Momentum,
    Nesterov,
    ReLU,
    RMSProp,
    Sigmoid,
    SigmoidWithLoss,
    SoftmaxWithLoss,
    Tanh,
    activations,
)

# The same random examples on every machine and in every run.
repeatable = settings(derandomize=True, deadline=None, max_examples=40)

# name: its slope has a jump at 0 (there no numerical derivative exists)
ACTIVATIONS = {
    "step": True,
    "identity": False,
    "sigmoid": False,
    "tanh": False,
    "relu": True,
    "leaky_relu": True,
}

# name: (make, the formula of x and the parameters in autograd)
LAYERS = {
    "Affine": (Affine, lambda x, W, b: anp.dot(x, W) + b),
    "Sigmoid": (Sigmoid, lambda x: 1 / (1 + anp.exp(-x))),
    "Tanh": (Tanh, anp.tanh),
    "ReLU": (ReLU, lambda x: anp.where(x > 0, x, 0.0)),
    "LeakyReLU": (LeakyReLU, lambda x: anp.where(x > 0, x, 0.01 * x)),
    "LeakyReLU(0.3)": (partial(LeakyReLU, 0.3), lambda x: anp.where(x > 0, x, 0.3 * x)),
}

# name of the layer: name of the function that it stands for, and its settings
LAYER_OF_ACTIVATION = {
    "Sigmoid": ("sigmoid", {}),
    "Tanh": ("tanh", {}),
    "ReLU": ("relu", {}),
    "LeakyReLU": ("leaky_relu", {}),
    "LeakyReLU(0.3)": ("leaky_relu", {"slope": 0.3}),
}


def real_targets(rng, shape):
    """Numbers of any size: a regression."""
    return rng.standard_normal(shape)


def yes_no(rng, shape):
    """Rows of 0 and 1."""
    return rng.integers(0, 2, shape)


def labels(rng, shape):
    """The number of the right class, one per row."""
    return rng.integers(0, shape[1], shape[0])


def probabilities(rng, shape):
    """Rows of positive numbers with the sum 1."""
    return activations.softmax(rng.standard_normal(shape))


def softmax_loss(y, t):
    """Cross-entropy of softmax by the definition, labels or rows."""
    p = anp.exp(y) / anp.sum(anp.exp(y), axis=1, keepdims=True)
    rows = anp.eye(y.shape[1])[t] if anp.ndim(t) == 1 else t
    return -anp.sum(rows * anp.log(p)) / len(y)


def sigmoid_loss(y, t):
    """Binary cross-entropy of the sigmoid by the definition."""
    p = 1 / (1 + anp.exp(-y))
    return -anp.sum(t * anp.log(p) + (1 - t) * anp.log(1 - p)) / len(y)


def identity_loss(y, t):
    """Half the squared error by the definition."""
    return anp.sum((y - t) ** 2) / 2 / len(y)


# name: (make, targets for an output of a shape, the formula in autograd)
LOSS_LAYERS = {
    "IdentityWithLoss": (IdentityWithLoss, real_targets, identity_loss),
    "SigmoidWithLoss": (SigmoidWithLoss, yes_no, sigmoid_loss),
    "SoftmaxWithLoss, labels": (SoftmaxWithLoss, labels, softmax_loss),
    "SoftmaxWithLoss, rows": (SoftmaxWithLoss, probabilities, softmax_loss),
}

# name: makes one that walks down the bowl of test_optimizers in 500 steps
OPTIMIZERS = {
    "SGD": partial(SGD, lr=0.05),
    "Momentum": partial(Momentum, lr=0.02),
    "Nesterov": partial(Nesterov, lr=0.02),
    "AdaGrad": partial(AdaGrad, lr=1.0),
    "RMSProp": partial(RMSProp, lr=0.01),
    "Adam": partial(Adam, lr=0.1),
}


def make_layer(name, n_in, n_out, rng, dtype=np.float64):
    """A layer of the table; one with weights gets random biases, not zeros.

    Layers without weights keep the width: n_in is n_out for them.
    """
    make, _ = LAYERS[name]
    if make is not Affine:
        return make()
    layer = make(n_in, n_out, rng=rng, dtype=dtype)
    layer.b = rng.standard_normal(n_out).astype(dtype)
    return layer


def off_the_kink(rng, shape, gap=0.01):
    """Random numbers, none of them nearer to 0 than the gap."""
    x = rng.standard_normal(shape)
    return x + np.copysign(gap, x)
