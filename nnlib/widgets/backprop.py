"""Forward to the loss and back, one node at a time."""

import copy

import numpy as np

from nnlib.diagrams import draw
from nnlib.layers import IdentityWithLoss
from nnlib.network import Network
from nnlib.widgets.figure import HERE, Figure, module_text, read_layers
from nnlib.widgets.forward_pass import ForwardPass, build
from nnlib.widgets.traits import Count, Numbers, Within


class Backprop(ForwardPass):
    """Step forward and back through a drawn network; every number can be moved.

        figure = Backprop(net, x=x, t=t)                          a Network
        figure = Backprop([2, 3, 1], weights, biases, x, t)       lists, as in pure

    The loss is ½ Σ (y − t)². As ForwardPass, with the target t (all ones where not
    given), the learning rate lr of its button Update, and the step that is shown: 0 is
    the start, then a step per node, one for the loss, and two per node on the way back.
    """

    _esm = module_text(HERE / "backprop.js")
    _css = Figure._css + (HERE / "backprop.css").read_text("utf-8")
    most = 4  # a gradient stands at every line and under every node
    kept = ("weights", "biases", "x", "t", "lr", "step")
    t = Numbers(lambda figure: (figure.sizes[-1],)).tag(sync=True)
    lr = Within(0, 100).tag(sync=True)
    step = Count(lambda figure: 3 * sum(figure.sizes[1:]) + 1).tag(sync=True)

    def __init__(self, net, weights=None, biases=None, x=None, t=None, *, lr=0.1):
        net = net if isinstance(net, Network) else build(net)
        if not isinstance(net.loss_layer, IdentityWithLoss):
            raise ValueError(
                f"Backprop shows the loss ½ (y − t)²: expected a network that ends in "
                f"IdentityWithLoss(), got {net.loss_layer}."
            )
        t = [1.0] * len(read_layers(net)[0][-1].b) if t is None else t
        super().__init__(net, weights, biases, x, t=t, lr=lr, step=0)

    @property
    def movable(self):
        """The names of all numbers that can be moved; "t1" is a target."""
        return [*super().movable, *(f"t{k + 1}" for k in range(self.sizes[-1]))]

    @property
    def loss(self):
        """The loss of the example x with the target t."""
        return self._learned()[0]

    @property
    def grads_w(self):
        """Gradients of the weights, as lists: grads_w[layer][node][input]."""
        return [affine.dW.T.tolist() for affine in self._learned()[1]]

    @property
    def grads_b(self):
        """Gradients of the biases, as lists: grads_b[layer][node]."""
        return [affine.db.tolist() for affine in self._learned()[1]]

    def picture(self):
        """The present state as an SVG, and in words: on the way back with gradients."""
        (net := copy.deepcopy(self.net)).backprop(*self._batch())
        is_back = self.step > sum(self.sizes[1:]) + 1
        drawing = draw(net, x=np.array(self.x), gradients=is_back, most=self.most)
        return drawing.svg, drawing.alt

    def _batch(self):
        """The example and its target as arrays of one row."""
        dtype = self.affines[0].W.dtype
        return np.array([self.x], dtype), np.array([self.t], dtype)

    def _learned(self):
        """Loss and Affine layers of a copy of the network, with their gradients."""
        net = copy.deepcopy(self.net)
        return net.backprop(*self._batch()), read_layers(net)[0]
