"""A network passes along: forward through its layers, back through them in reverse.

    net = Network([Affine(784, 50, rng=rng), ReLU(), Affine(50, 10, rng=rng)],
                  SoftmaxWithLoss())
    loss = net.backprop(x, t)                 fills the gradients
    optimizer.update(net.params, net.grads)   moves the parameters
    y = net.predict(x)                        what it says of x

x (N, n_in), t (N, n_out) or labels (N,), as the loss layer wants it. A batch is the N
rows that one backprop sees; backprop is forward, loss and backward in one.
"""

import copy
import itertools
import json
import os
import re
import zipfile
from pathlib import Path

import numpy as np

from nnlib.gradients import numerical_gradient, relative_error
from nnlib.initializers import zeros
from nnlib.layers import LAYERS, LOSS_LAYERS, Layer, LossLayer
from nnlib.losses import accuracy


class Network:
    """Layers in a row and a loss layer behind the last.

    layers: a list of Layers, at least one; loss_layer: a LossLayer. Sizes that do not
    fit each other are a ValueError that names the two layers, a layer that stands twice
    is one too, since it remembers one place only; other things are a TypeError.
    """

    def __init__(self, layers, loss_layer):
        self.layers, self.loss_layer = checked_parts(list(layers), loss_layer)

    @property
    def params(self):
        """Every trainable array, from the first layer to the last."""
        return [p for layer in self.layers for p in layer.params]

    @property
    def grads(self):
        """Their gradients, same order and shapes, as the last backprop left them."""
        return [g for layer in self.layers for g in layer.grads]

    def forward(self, x):
        """Pass x (N, n_in) through all layers: the last one's y (N, n_out)."""
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dout, wants_dx=True):
        """Pass dout = ∂L/∂y (N, n_out) back through all layers: ∂L/∂x (N, n_in).

        Leaves each layer's gradients behind. wants_dx=False: the result may be None,
        and a first Affine does not compute it.
        """
        self.layers[0].wants_dx = wants_dx
        try:
            for layer in reversed(self.layers):
                dout = layer.backward(dout)
        finally:
            self.layers[0].wants_dx = True
        return dout

    def backprop(self, x, t):
        """Fill the gradients of all layers for the batch x, t; return its mean loss.

        Rumelhart, Hinton & Williams (1986).
        """
        loss = self.loss_layer.forward(self.forward(x), t)
        # the data does not learn: without its gradient a step takes a quarter less
        self.backward(self.loss_layer.backward(), wants_dx=False)
        return loss

    def scores(self, x):
        """Compute forward(x) in slices of 1,000 rows, so that little is remembered."""
        return np.concatenate([self.forward(part) for part in slices(x, 1000)])

    def predict(self, x):
        """What the network says of x (N, n_in): an array (N, n_out).

        Probabilities, by softmax or sigmoid, or in a regression the numbers themselves.
        """
        return self.loss_layer.activation(self.scores(x))

    def loss(self, x, t):
        """Mean loss over all rows; the gradients stay as they are."""
        return self.loss_layer.forward(self.scores(x), t)

    def accuracy(self, x, t):
        """The share of rows that the network gets right, 0 … 1."""
        return accuracy(self.predict(x), t)

    def save(self, path):
        """Write layers and parameters to an npz file at path, whole or not at all.

        What load would refuse is a ValueError: a layer of another class than those in
        layers.LAYERS, parameters that are no floats or of sizes that do not meet.
        """
        write_npz(path, arrays_of(self))

    @classmethod
    def load(cls, path):
        """Read what save wrote; half precision (float16) becomes float32.

        The trained networks that come along are datasets.MNIST_784_50_10 and
        datasets.MNIST_784_50_100_10, stored in half precision to be small.

        A file that is damaged or holds something else is a ValueError with its name.
        """
        return cls(*layers_from(path))

    def __repr__(self):
        return f"Network({self.layers}, {self.loss_layer})"


def checked_parts(layers, loss_layer):
    """Return both, or say clearly that they are no layers or their sizes do not meet.

    No layer, one that stands twice and sizes that do not meet are a ValueError, other
    things a TypeError.
    """
    for part, kind in [*((layer, Layer) for layer in layers), (loss_layer, LossLayer)]:
        if not isinstance(part, kind):
            raise TypeError(
                f"a network is made of layers, such as ReLU(), and a loss layer, such "
                f"as SoftmaxWithLoss(); in place of a {kind.__name__} it got {part!r}."
            )
    if not layers:
        raise ValueError("a network needs at least one layer, got none.")
    if twice := [layer for layer in layers if layers.count(layer) > 1]:
        raise ValueError(
            f"{twice[0]} stands twice in the network: each place needs a layer of its "
            "own, which remembers what came through there."
        )
    weighted = [layer for layer in layers if "W" in layer.learnable]
    for before, after in itertools.pairwise(weighted):
        if before.W.shape[1] != after.W.shape[0]:
            raise ValueError(f"{before} does not fit {after}: sizes must meet.")
    return layers, loss_layer


def slices(x, n):
    """Cut the rows x into pieces of n rows; no rows are one piece."""
    return [x[i : i + n] for i in range(0, max(len(x), 1), n)]


def arrays_of(net):
    """A network as named arrays: its layers as text, and "0.W", "0.b" and so on.

    What parts_from would not read is a ValueError.
    """
    arrays = {
        "layers": np.array([repr(layer) for layer in net.layers]),
        "loss_layer": np.array(repr(net.loss_layer)),
    }
    for i, layer in enumerate(net.layers):
        arrays |= {f"{i}.{name}": getattr(layer, name) for name in layer.learnable}
    try:
        layers, loss_layer = parts_from(arrays)
        pairs = zip([*layers, loss_layer], [*net.layers, net.loss_layer], strict=True)
        for known, own in pairs:
            if type(known) is not type(own):
                raise ValueError(f"{own} is another {type(own).__name__} than nnlib's")
    except (TypeError, ValueError) as error:
        raise ValueError(f"{net} cannot be saved: {error}.") from error
    return arrays


def parts_from(arrays):
    """The layers and the loss layer that named arrays of arrays_of hold.

    Arrays that hold something else are a KeyError, TypeError or ValueError.
    """
    layers = [build(LAYERS, text) for text in arrays["layers"]]
    for i, layer in enumerate(layers):
        for name in layer.learnable:
            array, blank = arrays[f"{i}.{name}"], getattr(layer, name)
            if array.shape != blank.shape or array.dtype.kind != "f":
                raise ValueError(
                    f"{layer} needs {name} as floats of shape {blank.shape}, got "
                    f"{array.dtype} of shape {array.shape}"
                )
            dtype = np.promote_types(array.dtype, blank.dtype)
            setattr(layer, name, array.astype(dtype))
    return checked_parts(layers, build(LOSS_LAYERS, arrays["loss_layer"]))


def layers_from(path):
    """The layers and the loss layer of a file that Network.save wrote.

    A file that holds something else is a ValueError with its name.
    """
    arrays = read_npz(path)
    try:
        return parts_from(arrays)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} holds no saved network: {error}.") from error


def build(table, text):
    """Make a layer from its text, such as "Affine(784, 50)", by the table of names.

    A text that names no layer is a ValueError: nothing in a file is ever executed.
    """
    match = re.fullmatch(r"(\w+)\((.*)\)", str(text))
    if not match or match[1] not in table:
        raise ValueError(f"expected one of {', '.join(table)}, got {text}")
    layer_class, sizes = table[match[1]], json.loads(f"[{match[2]}]")
    blank = {"rng": None, "init": zeros} if sizes and layer_class.learnable else {}
    return layer_class(*sizes, **blank)


def write_npz(path, arrays):
    """Write named arrays to an npz file: whole, by a new file put in place, or not."""
    part = Path(f"{path}.part")
    try:
        with open(part, "wb") as file:
            np.savez(file, **arrays)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def read_npz(path):
    """Read all arrays of an npz file; never runs code that a file might carry.

    A file that is not whole is a ValueError with its name.
    """
    with open(path, "rb") as file:
        try:
            with zipfile.ZipFile(file) as archive:
                if damaged := archive.testzip():
                    raise ValueError(f"{damaged} is damaged")
            file.seek(0)
            with np.load(file, allow_pickle=False) as arrays:
                return dict(arrays)
        except Exception as error:  # damage has many names in zipfile and NumPy
            raise ValueError(f"{path} is not a whole npz file: {error}.") from error


def check_gradients(net, x, t):
    """Compare backprop with numerical gradients, on a float64 copy of the network.

    Returns a dict: parameter ("0.W" is the first layer's W) → relative error, the worst
    first. About 1e-7 or less: backprop is right. A kink of ReLU next to a sum, or a
    gradient near 0, may cost more. It takes two forward passes for every single weight:
    for small networks and a few rows. Weights beyond about 1e8 are too large for the
    step of numerical_gradient.
    """
    net = copy.deepcopy(net)
    for layer in net.layers:
        for name in layer.learnable:
            setattr(layer, name, getattr(layer, name).astype(np.float64))
    x = np.asarray(x, np.float64)
    net.backprop(x, t)
    errors = {}
    for i, layer in enumerate(net.layers):
        for name, grad in zip(layer.learnable, layer.grads, strict=True):

            def loss(value, layer=layer, name=name):
                setattr(layer, name, value)
                return net.loss(x, t)

            original = getattr(layer, name)
            errors[f"{i}.{name}"] = relative_error(
                grad, numerical_gradient(loss, original)
            )
            setattr(layer, name, original)
    return dict(sorted(errors.items(), key=lambda item: -item[1]))
