"""What the live figures share on the Python side.

A figure is two files of one name: forward_pass.py holds the numbers (traits, synced
both ways), forward_pass.js draws them and follows the hand. In a notebook the two talk
through the kernel; in a page of the book the JavaScript works alone, from saved traits.
A third, .css, holds what the look of this figure alone adds to common.css; its rules
begin with .nnlib and the figure's class, so that they outweigh those in any order.
"""

import re
import sys
from pathlib import Path

import anywidget
import traitlets

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

HERE = Path(__file__).parent
IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+\.js)";\n', re.MULTILINE)

NAMES = {Sigmoid: "sigmoid", Tanh: "tanh", ReLU: "relu", LeakyReLU: "leaky_relu"}
LAST = {
    IdentityWithLoss: "identity",
    SigmoidWithLoss: "sigmoid",
    SoftmaxWithLoss: "softmax",
}


def module_text(path):
    """Make one ES module of a figure's file and the files beside it that it imports.

    The browser gets no second file to ask for, on any page and in any notebook.
    """
    parts = []

    def add(path):
        text = path.read_text("utf-8")
        for name in IMPORT.findall(text):
            add(HERE / name)
        text = IMPORT.sub("", text)
        if text not in parts:
            parts.append(text)

    add(path)
    return "\n".join(parts)


class Figure(anywidget.AnyWidget):
    """A live figure: its state in traits, and the same state as a picture with words.

    Subclasses name in `kept` the traits that make up the state, and have picture():
    its SVG and its words, for where nothing can move (print, a preview, no kernel).
    """

    _css = (HERE / "common.css").read_text("utf-8")
    _ipython_display_ = None  # ipywidgets 7 shows its view alone, without the picture
    kept = ()
    start = traitlets.Dict().tag(sync=True)

    def __init_subclass__(cls, **kwargs):
        if not hasattr(cls, "_esm"):
            path = Path(sys.modules[cls.__module__].__file__).with_suffix(".js")
            cls._esm = module_text(path)
            if (style := path.with_suffix(".css")).exists():
                cls._css += style.read_text("utf-8")
        super().__init_subclass__(**kwargs)

    def __init__(self, **values):
        super().__init__(**values)
        self.start = {name: getattr(self, name) for name in self.kept}

    def reset(self):
        """Go back to the state the figure was made with."""
        with self.hold_trait_notifications():
            for name, value in self.start.items():
                setattr(self, name, value)

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        svg, alt = self.picture()
        return data | {"text/plain": alt, "image/svg+xml": svg}, metadata


def sizes_of(affines):
    """The nodes of each column of a network, the inputs first."""
    return [len(affines[0].W), *(len(affine.b) for affine in affines)]


def read_layers(net):
    """A network as a figure sees it: its Affine layers, what is applied behind each.

    An activation is {"f": name, "slope": slope of LeakyReLU, else 0}. ValueError where
    the network is not Affine layers, each with at most one activation behind it.
    """
    affines, activations = [], []
    for layer in [*net.layers, net.loss_layer]:
        name = (NAMES | LAST).get(type(layer))
        if isinstance(layer, Affine):
            affines.append(layer)
            activations.append({"f": "identity", "slope": 0})
        elif name is None or not affines:
            raise ValueError(f"a figure starts with Affine layers, got {layer}.")
        elif name != "identity":
            if activations[-1]["f"] != "identity":
                raise ValueError(f"a figure shows one activation per layer, got {net}.")
            activations[-1] = {"f": name, "slope": getattr(layer, "slope", 0)}
    return affines, activations
