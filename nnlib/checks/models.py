"""Exercises of the chapter on the forward pass that make a whole model.

Their numbers are drawn, so no formula gives them: what is judged is how they are built.
"""

import random
from itertools import pairwise

import numpy as np

from nnlib.checks.exercise import Exercise, kind
from nnlib.layers import Affine, Sigmoid, SoftmaxWithLoss
from nnlib.network import Network

LARGE = [1000, 500, 100, 10]
MANY = 1000  # from so many numbers a spread can be told


def models(function, layers, seed):
    """Two models, made with the same numbers."""
    return tuple(function(layers, random.Random(seed)) for _ in range(2))


def listed(value):
    """A plain value with lists in place of arrays and tuples."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    return [listed(v) for v in value] if isinstance(value, list | tuple) else value


def fits(nest, shape):
    """Whether a nest of lists holds numbers in this shape, everywhere."""
    if not shape:
        return isinstance(nest, int | float)
    is_row = isinstance(nest, list) and len(nest) == shape[0]
    return is_row and all(fits(part, shape[1:]) for part in nest)


def fit(nest, shapes):
    """Whether every entry of a list has its shape."""
    same_length = isinstance(nest, list) and len(nest) == len(shapes)
    return same_length and all(map(fits, nest, shapes))


def fault_of_models(case, value):
    """What is wrong with two models of the sizes of the case."""
    model, again = map(listed, value)
    if not isinstance(model, list) or len(model) != 3:
        return f"Expected layers, weights, biases, got {kind(value[0])}"
    layers, weights, biases = model
    if layers != case[0]:
        return f"The first of the three is layers as it came, {case[0]}, got {layers}"
    if found := fault_of_shapes(layers, weights, biases):
        return found
    if any(b != 0 for row in biases for b in row):
        return "A bias starts at 0, and yours do not"
    if weights != again[1]:
        return "Every number comes from rng: with the same seed, the same weights"
    found = map(fault_of_weights, layers[:-1], layers[1:], weights)
    return next(filter(None, found), None)


def fault_of_shapes(layers, weights, biases):
    """What is wrong with the nesting of weights and biases."""
    if isinstance(weights, list) and len(weights) == len(layers):
        return "The input layer has no weights: there is one list less than layers"
    pairs = list(pairwise(layers))
    if fit(weights, pairs):
        return "Nodes and inputs are exchanged: it is weights[layer][node][input]"
    if not fit(weights, [(n_out, n_in) for n_in, n_out in pairs]):
        return (
            "weights is a list with one entry for each step, in it one list for each "
            "node, in it one number for each input of the node; yours is built "
            "otherwise"
        )
    if not fit(biases, [(n,) for n in layers[1:]]):
        return "Every node right of the input owns one bias, biases[layer][node]"
    return None


def fault_of_weights(n_in, n_out, nodes):
    """What is wrong with how the weights of one step are drawn, or None."""
    every = [w for node in nodes for w in node]
    if len(set(every)) == 1 < len(every):
        return "All weights are equal: draw one for every input of every node"
    if any(len(set(node)) == 1 < len(node) for node in nodes):
        return "A node repeats one weight: draw anew for each input"
    if n_out > 1 and nodes[0] == nodes[1]:
        return "All nodes of a layer share one list of weights: draw anew for each node"
    if len(every) < MANY:
        return None
    if abs(np.mean(every)) > 0.3 * np.std(every):
        return "The weights lean to one side; rng.gauss(0.0, ...) has the mean 0"
    return fault_of_spread(n_in, n_out, np.std(every))


def fault_of_spread(n_in, n_out, spread):
    """What is wrong with the standard deviation of the weights of one step, or None."""

    def is_near(value):
        return abs(spread / value - 1) < 0.15

    known = {
        1.0: "The spread is 1. It is to be n_in**-0.5",
        n_out**-0.5: "The spread counts the nodes; it is to count the inputs, n_in",
        1 / n_in: "The spread is 1 / n_in. It is to be the root of that, n_in**-0.5",
        n_in**0.5: "The sign of the exponent is missing: n_in**-0.5",
    }
    if is_near(n_in**-0.5):
        return None
    unknown = f"From {n_in} to {n_out} nodes the spread is {spread:.3f}, not n_in**-0.5"
    return next((text for value, text in known.items() if is_near(value)), unknown)


def large_network(function, seed):
    """What there is to know of a network, plain: shapes, length, three answers."""
    net = function(np.random.default_rng(seed))
    if not isinstance(net, Network):
        return net
    kinds = [type(layer) for layer in net.layers]
    hidden = kinds[:5] == [Affine, Sigmoid, Affine, Sigmoid, Affine]
    is_softmax = isinstance(net.loss_layer, SoftmaxWithLoss)
    shapes = [p.shape for p in net.params]
    return shapes, len(kinds), hidden, kinds[-1] is Affine, is_softmax


def fault_of_large(_case, value):
    """What is wrong with the large network, from what large_network saw."""
    if not isinstance(value, tuple) or len(value) != 5:
        return f"Expected a Network, got {kind(value)}"
    shapes, n_layers, hidden, ends_in_affine, is_softmax = value
    wanted = [s for n_in, n_out in pairwise(LARGE) for s in ((n_in, n_out), (n_out,))]
    if shapes != wanted:
        return f"The parameters are to have the shapes {wanted}, yours have {shapes}"
    if not ends_in_affine:
        return (
            "The last layer is an Affine: softmax belongs to the loss layer behind it"
        )
    if n_layers == 3:
        return "Behind each hidden Affine stands a Sigmoid: without it, depth is lost"
    if not hidden:
        return "Affine and Sigmoid take turns: other activations are in yours"
    return None if is_softmax else "Ten classes ask for SoftmaxWithLoss at the end"


EXERCISES = [
    Exercise(
        "init_model(layers, rng)",
        "a model (layers, weights, biases) in lists, the weights drawn by rng.gauss",
        cases=lambda rng: [([80, 30, 40], int(rng.integers(1000))), ([2, 3, 1], 0)],
        drive=models,
        find=fault_of_models,
        hints=(
            "Start from the inside: the weights of one node, then the nodes of one "
            "layer, then the layers.",
            "itertools.pairwise([2, 3, 1]) gives the neighbors (2, 3) and (3, 1): n_in "
            "and n_out of each step. A node has n_in weights drawn by "
            "rng.gauss(0.0, n_in**-0.5).",
            "[[rng.gauss(...) for _ in range(n_in)] for _ in range(n_out)] is one "
            "step. Put it in a list over the pairs; the biases are [0.0] * n_out.",
        ),
    ),
    Exercise(
        "large_network(rng)",
        "a Network 1000-500-100-10 for ten classes, with Sigmoid in the hidden layers",
        cases=lambda rng: [(int(rng.integers(1000)),)],
        drive=large_network,
        find=fault_of_large,
        hints=(
            "A step from 1000 to 500 nodes is Affine(1000, 500, rng=rng). There are "
            "three of them.",
            "Affine, Sigmoid, Affine, Sigmoid, Affine; the last Affine has 10 outputs. "
            "For classes the loss layer is SoftmaxWithLoss.",
            "return Network([Affine(1000, 500, rng=rng), Sigmoid(), ...], "
            "SoftmaxWithLoss()).",
        ),
    ),
]
