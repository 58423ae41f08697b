"""The live figures: they answer the hand in a page of the book, in Colab, in Jupyter.

from nnlib.widgets import ForwardPass
figure = ForwardPass([2, 3, 1])
"""

try:
    import anywidget  # noqa: F401
except ImportError as error:
    raise ImportError(
        "live figures need anywidget, which is not installed: from the repository, "
        'pip install "neural-networks-by-hand[views]".'
    ) from error

from nnlib.widgets.activation import Activation
from nnlib.widgets.backprop import Backprop
from nnlib.widgets.descent import Descent
from nnlib.widgets.digit import Digit
from nnlib.widgets.forward_pass import ForwardPass
from nnlib.widgets.optimizer_race import OptimizerRace
from nnlib.widgets.perceptron import Perceptron
from nnlib.widgets.training import Training

__all__ = [
    "Activation",
    "Backprop",
    "Descent",
    "Digit",
    "ForwardPass",
    "OptimizerRace",
    "Perceptron",
    "Training",
]
