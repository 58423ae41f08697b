"""A network whose every number can be moved; the others follow."""

import itertools

import numpy as np
import traitlets

from nnlib.diagrams import draw
from nnlib.initializers import zeros
from nnlib.layers import Affine, IdentityWithLoss, Sigmoid
from nnlib.network import Network
from nnlib.widgets.figure import Figure, read_layers, sizes_of
from nnlib.widgets.traits import Layers, Numbers, OneOf

MOST = 8  # nodes in a layer, and columns: more cannot be read in a drawing


class ForwardPass(Figure):
    """Numbers flow through a drawn network; drag any weight, bias or input.

        figure = ForwardPass(net)                                 a Network
        figure = ForwardPass([2, 3, 1], weights, biases, x)       lists, as in pure

    figure.weights, .biases and .x are lists as in pure.py: weights[layer][node][input].
    Setting them moves the picture, moving the picture sets them, and both set W and b
    of figure.net in place. x is all ones where not given; sizes without weights start
    with small random ones of one decimal, the same every time.
    """

    most = MOST
    kept = ("weights", "biases", "x")
    weights = Layers("weights").tag(sync=True)
    biases = Layers("biases").tag(sync=True)
    x = Numbers(lambda figure: (figure.sizes[0],)).tag(sync=True)
    activations = traitlets.List().tag(sync=True)
    selected = OneOf(lambda figure: figure.movable).tag(sync=True)

    def __init__(self, net, weights=None, biases=None, x=None, **more):
        self.net = net if isinstance(net, Network) else build(net)
        self.affines, activations = read_layers(self.net)
        self.sizes = sizes_of(self.affines)
        check_sizes(self.sizes, self.most)
        super().__init__(
            activations=activations,
            weights=[a.W.T for a in self.affines] if weights is None else weights,
            biases=[a.b for a in self.affines] if biases is None else biases,
            x=[1.0] * self.sizes[0] if x is None else x,
            selected=self.movable[0],
            **more,
        )

    @property
    def movable(self):
        """The names of all numbers that can be moved."""
        return names(self.sizes)

    @property
    def y(self):
        """What the network says of x: a list, one number per output."""
        x = np.array([self.x], self.affines[0].W.dtype)
        return self.net.predict(x)[0].tolist()

    def refresh(self):
        """Take the weights and biases over from the network, after it has learned."""
        self.weights = [a.W.T for a in self.affines]
        self.biases = [a.b for a in self.affines]

    def picture(self):
        """The present state as an SVG, and in words."""
        drawing = draw(self.net, x=np.array(self.x), most=self.most)
        return drawing.svg, drawing.alt

    def __repr__(self):
        return f"{type(self).__name__}({self.net})"

    @traitlets.observe("weights", "biases")
    def _move_network(self, change):
        for affine, part in zip(self.affines, change.new, strict=True):
            (affine.W.T if change.name == "weights" else affine.b)[...] = part


def check_sizes(sizes, most):
    """ValueError for more layers, or nodes in a layer, than can be drawn."""
    if max(*sizes, len(sizes)) > most:
        raise ValueError(
            f"expected at most {most} layers of {most} nodes, got {sizes}."
        )


def build(sizes):
    """A float64 network of these sizes, sigmoid hidden and identity out as in pure."""
    if not isinstance(sizes, list | tuple) or len(sizes) < 2:
        raise TypeError(
            f"expected a Network or sizes such as [2, 3, 1], got {sizes!r}."
        )
    rng, layers = np.random.default_rng(1), []
    for n_in, n_out in itertools.pairwise(sizes):
        affine = Affine(n_in, n_out, rng=rng, init=zeros, dtype=np.float64)
        affine.W[...] = rng.normal(0, 1, affine.W.shape).round(1)
        affine.b[...] = rng.normal(0, 0.5, affine.b.shape).round(1)
        layers += [affine, Sigmoid()]
    return Network(layers[:-1], IdentityWithLoss())


def columns_of(sizes):
    """The names of the nodes, column by column: x1, h1, y1.

    Where hidden layers are several, "h1_2" is node 2 of the first.
    """
    columns = [[f"x{i + 1}" for i in range(sizes[0])]]
    for k, size in enumerate(sizes[1:], start=1):
        hidden = f"h{k}_" if len(sizes) > 3 else "h"
        letter = "y" if k == len(sizes) - 1 else hidden
        columns.append([f"{letter}{i + 1}" for i in range(size)])
    return columns


def names(sizes):
    """The names of all numbers that can be moved; the first is the first weight.

    "x1" an input, "h1" the bias of a node, "x1-h1" a weight.
    """
    columns = columns_of(sizes)
    pairs = [itertools.product(*two) for two in itertools.pairwise(columns)]
    weights = [f"{tail}-{head}" for two in pairs for tail, head in two]
    return [*weights, *itertools.chain(*columns)]
