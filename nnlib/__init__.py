"""nnlib: neural networks small enough to hold in the head.

Read it from the ground up; every module leans only on those before it.

    perceptron      one neuron and its learning rule, by hand
    pure            a whole network in lists, no NumPy
    activations     the functions between layers, and their slopes
    losses          how wrong is the network?
    initializers    where the weights start
    optimizers      six ways to walk downhill
    gradients       slopes by trying, the judge of every backward pass
    datasets        MNIST, house prices, toy sets
    layers          a function that remembers
    network         passes along, forward and back
    checkpoints     what a training writes, to go on when it was cut
    training        drives: epochs, batches, history

and on the roof, where nothing is learned, only shown and asked:

    layout, drawing, diagrams       a network as a drawing
    plots                           curves, digits, weights
    widgets                         live figures
    checks                          exercises that say what is wrong, and why

`import nnlib` hands out what a training needs: layers, networks, optimizers, train and
fit. The rest is imported by its module: `from nnlib import datasets, diagrams, plots`.
data/ holds MNIST's sample, the house prices and trained weights; datasets opens them.
"""

from nnlib.layers import (
    Affine,
    IdentityWithLoss,
    LeakyReLU,
    ReLU,
    Sigmoid,
    SigmoidWithLoss,
    SoftmaxWithLoss,
    Tanh,
)
from nnlib.losses import accuracy, mean_absolute_error
from nnlib.network import Network, check_gradients
from nnlib.optimizers import SGD, AdaGrad, Adam, Momentum, Nesterov, RMSProp
from nnlib.training import fit, train

__all__ = [
    "SGD",
    "AdaGrad",
    "Adam",
    "Affine",
    "IdentityWithLoss",
    "LeakyReLU",
    "Momentum",
    "Nesterov",
    "Network",
    "RMSProp",
    "ReLU",
    "Sigmoid",
    "SigmoidWithLoss",
    "SoftmaxWithLoss",
    "Tanh",
    "accuracy",
    "check_gradients",
    "fit",
    "mean_absolute_error",
    "train",
]
