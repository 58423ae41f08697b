"""A training that was recorded, epoch by epoch, to be played back and scrubbed."""

import base64
import copy
import math
import xml.etree.ElementTree as ET

import numpy as np
import traitlets

from nnlib.drawing import BLUE, GREY, ORANGE, finish
from nnlib.layers import Affine, IdentityWithLoss, SigmoidWithLoss
from nnlib.training import History, train
from nnlib.widgets.charts import HIGH, make_plot, polyline, put, to_px
from nnlib.widgets.figure import Figure, read_layers, sizes_of
from nnlib.widgets.forward_pass import MOST, columns_of
from nnlib.widgets.traits import Count, Nest, Numbers, OneOf, numbers

LONGEST = 500  # epochs
ROWS = 1000  # points in the plot
KINDS = {(1, IdentityWithLoss), (2, SigmoidWithLoss)}  # inputs, loss layer
SMALLEST = 1e-12  # a loss below it is drawn there: the axis is logarithmic


class Training(Figure):
    """A real training: what the network said after each epoch, its loss, its weights.

        figure = Training.record(net, Adam(lr=0.01), x, t, epochs=100, rng=rng)

    It shows networks of one output: with one input and IdentityWithLoss a curve through
    points, with two inputs and SigmoidWithLoss the boundary between two classes.

    figure.epoch    the epoch that is shown, from 0, before any learning, to the last
    figure.unit     the node that is looked at: "y1" the output, "h3" a hidden one; of
                    several hidden layers "h2_3" is node 3 of the second
    figure.x        where the network is asked, a list
    figure.net      a copy of the network with the parameters of that epoch
    figure.history  the records of the training, as fit gives them
    figure.ended    why the training broke off, in words; else empty
    """

    kept = ("epoch", "x")
    epoch = Count(lambda figure: len(figure.frames) - 1).tag(sync=True)
    unit = OneOf(lambda figure: nodes(figure.sizes)[figure.sizes[0] :]).tag(sync=True)
    x = Numbers(lambda figure: (figure.sizes[0],)).tag(sync=True)
    activations = traitlets.List().tag(sync=True)
    sizes = traitlets.List().tag(sync=True)
    parameters = traitlets.Unicode().tag(sync=True)
    rows = Nest().tag(sync=True)
    names = traitlets.List().tag(sync=True)
    view = Nest().tag(sync=True)
    losses = traitlets.List().tag(sync=True)
    test_losses = traitlets.List().tag(sync=True)
    loss_view = traitlets.List().tag(sync=True)
    ended = traitlets.Unicode().tag(sync=True)

    @classmethod
    def record(cls, net, optimizer, x, t, *, epochs, names=None, **settings):
        """Train net as nnlib.train does, settings as there, and keep every epoch.

        names: what the input columns and the target are called. A training that
        diverges is kept up to there. At most 500 epochs, of which the parameters are
        kept in single precision; at most 1,000 rows are drawn.
        """
        names = checked(net, epochs, names)
        numbers(x, np.shape(x), "x")  # what slider and fields can reach
        rows = np.column_stack([x, np.reshape(t, (len(x), -1))])[:ROWS]
        epochs = train(net, optimizer, x, t, epochs=epochs, **settings)
        return cls(net, *kept_of(net, epochs), rows, names)

    def __init__(self, net, frames, history, ended, rows, names):
        self.net, self.history = copy.deepcopy(net), history
        self.frames = single(frames)
        run = shown(self.net) | told(history, np.asarray(rows, float), names)
        parameters = base64.b64encode(self.frames.tobytes()).decode()
        state = {"epoch": len(frames) - 1, "unit": "y1", "ended": ended}
        super().__init__(**run, parameters=parameters, **state)
        self._move_network()

    @property
    def outs(self):
        """What each node gives out at x: a dict from its name, x1 … y1, to a number."""
        return dict(zip(nodes(self.sizes), outs_of(self.net, self.x), strict=True))

    def picture(self):
        """The fit or the boundary and the loss at the present epoch, and in words."""
        return finish(draw(self), alt := describe(self)), alt

    def __repr__(self):
        return f"Training({self.net}, epoch {self.epoch} of {len(self.frames) - 1})"

    @traitlets.observe("epoch")
    def _move_network(self, _=None):
        set_parameters(self.net, self.frames[self.epoch].astype(np.float64))


def kept_of(net, epochs):
    """Let it train: the parameters after each epoch, the history, why it broke off.

    A FloatingPointError before the first epoch is passed on.
    """
    frames, history, ended = [], History(), ""
    try:
        for epoch in epochs:
            history.append(epoch)
            frames.append(np.concatenate([p.ravel() for p in net.params]))
    except FloatingPointError as error:
        if not frames:
            raise
        ended = str(error)
    return frames, history, ended


def shown(net):
    """What the page draws of the network."""
    affines, activations = read_layers(net)
    return {"sizes": sizes_of(affines), "activations": activations}


def told(history, rows, names):
    """What the page draws of a run: its points and its losses, with their views."""
    *inputs, target = np.transpose(rows)
    tests = history["test_loss"] if hasattr(history[0], "test_loss") else []
    view = [*map(ends, inputs), ends([0, *target])]  # untrained, it says about 0
    return {
        "x": [round(sum(pair) / 2, 2) for pair in view[:-1]],
        "rows": rows.tolist(),
        "names": names,
        "view": view,
        "losses": history["loss"],
        "test_losses": tests,
        "loss_view": log_ends([*history["loss"], *tests]),
    }


def outs_of(net, x):
    """What the nodes give out at x, a list of numbers: column by column, x first."""
    columns, y = [x], np.array([x])
    for layer in net.layers:
        y = layer.forward(y)
        before = columns if isinstance(layer, Affine) else columns[:-1]
        columns = [*before, y[0]]
    columns[-1] = net.loss_layer.activation(y)[0]
    return [float(v) for column in columns for v in column]


def set_parameters(net, values):
    """Give the network's layers their parameters from one long array, in its dtype."""
    start = 0
    for layer in net.layers:
        for name in layer.learnable:
            shape = getattr(layer, name).shape
            end = start + math.prod(shape)
            setattr(layer, name, values[start:end].reshape(shape))
            start = end


def checked(net, epochs, given):
    """The names of the columns, once it is known that the figure can show the training.

    ValueError for another kind of network, a too long training, other names.
    """
    affines, _ = read_layers(net)
    sizes = sizes_of(affines)
    kind = (sizes[0], type(net.loss_layer))
    if kind not in KINDS or sizes[-1] != 1 or max(*sizes, len(sizes)) > MOST:
        raise ValueError(
            "expected one input and IdentityWithLoss or two inputs and "
            f"SigmoidWithLoss, one output and at most {MOST} layers of {MOST} nodes, "
            f"got {net}."
        )
    if isinstance(epochs, int) and epochs > LONGEST:
        raise ValueError(f"expected at most {LONGEST} epochs, got {epochs}.")
    own = ["x", "t"] if sizes[0] == 1 else ["x₁", "x₂", "t"]
    found = own if given is None else list(given)
    if len(found) != len(own) or not all(isinstance(name, str) for name in found):
        raise ValueError(f"names needs {len(own)} texts, such as {own}, got {given!r}.")
    return found


def single(frames):
    """The parameters of all epochs as one array (epochs + 1, n), float32."""
    with np.errstate(over="ignore"):
        array = np.array(frames).astype("<f4")
    if not np.isfinite(array).all():
        raise ValueError("weights beyond ±3.4e38 cannot be kept in single precision.")
    return array


def nodes(sizes):
    """The names of all nodes, layer by layer: x1, h1, h2, y1."""
    return [name for column in columns_of(sizes) for name in column]


def ends(values):
    """A little below the least and above the greatest value, on round numbers."""
    low, high = float(min(values)), float(max(values))
    pad = 0.05 * (high - low) or 1.0
    unit = 10.0 ** math.floor(math.log10(pad))
    return [
        round(math.floor((low - pad) / unit) * unit, 12),
        round(math.ceil((high + pad) / unit) * unit, 12),
    ]


def log_ends(values):
    """Ends of a logarithmic axis for losses: a tenth beyond the outermost ones."""
    values = np.maximum(values, SMALLEST)
    return [float(values.min() / 1.1), float(values.max() * 1.1)]


def describe(figure):
    """The state in words, for those who do not see it."""
    *inputs, target = figure.names
    last, k = len(figure.frames) - 1, figure.epoch
    sizes = "-".join(map(str, figure.sizes))
    text = (
        f"A {sizes} network learns {target} from {' and '.join(inputs)}, "
        f"{len(figure.rows)} points. Epoch {k} of {last}: the loss is "
        f"{figure.losses[k]:.4g}, at the start it was {figure.losses[0]:.4g}"
    )
    if figure.test_losses:
        text += f"; on test rows it is {figure.test_losses[k]:.4g}"
    *x, y = (f"{v + 0.0:.4g}".replace("-", "−") for v in (*figure.x, figure.outs["y1"]))
    at = ", ".join(f"{n} = {v}" for n, v in zip(inputs, x, strict=True))
    text += f". At {at} the network says {y}."
    return text + (f" {figure.ended}" if figure.ended else "")


def draw(figure):
    """Two plots side by side, as an SVG element: fit or boundary, and the losses."""
    root = ET.Element("svg", viewBox="0 0 620 262")
    draw_fit(root, figure)
    draw_losses(root, figure)
    return root


def draw_fit(root, figure):
    """The points with the curve through them, or with the boundary between them."""
    rows, view = np.array(figure.rows), np.array(figure.view)
    is_curve = figure.sizes[0] == 1
    plot = make_plot(root, 0, figure.names[:2], view[:2])
    for (x, y), label in zip(to_px(view, rows[:, :2]), rows[:, -1], strict=True):
        if is_curve or label < 0.5:
            color = GREY if is_curve else ORANGE
            put(plot, "circle", cx=x, cy=y, r=2.5, fill=color, fill_opacity=0.6)
        else:
            put(plot, "rect", x=x - 3, y=y - 3, width=6, height=6, fill=BLUE)
    for line in fitted(figure, view):
        polyline(plot, to_px(view, line), BLUE if is_curve else GREY, 2.5)


def draw_losses(root, figure):
    """The loss of every epoch on a logarithmic axis, and a line at the present one."""
    last = max(len(figure.frames) - 1, 1)
    frame = np.array([[0, last], np.log(figure.loss_view)])
    plot = make_plot(root, 310, ["epoch", "loss"], [[0, last], figure.loss_view])
    pens = ((figure.losses, BLUE, "none"), (figure.test_losses, ORANGE, "6,3"))
    for losses, color, dashes in pens:
        logs = [[n, math.log(max(loss, SMALLEST))] for n, loss in enumerate(losses)]
        polyline(plot, to_px(frame, logs), color, 2, dashes)
    x = to_px(frame, [[figure.epoch, 0]])[0, 0]
    polyline(plot, [(x, 0), (x, HIGH)], GREY, 1)


def fitted(figure, view):
    """The curve of the net's answers, or the lines where it says one half: (n, 2)."""
    net, ends_x = figure.net, view[0]
    if figure.sizes[0] == 1:
        x = np.linspace(*ends_x, 121)[:, None]
        return [np.column_stack([x, net.predict(x)])]
    from contourpy import contour_generator

    sides = [np.linspace(*end, 61) for end in view[:2]]
    x1, x2 = np.meshgrid(*sides)
    y = net.predict(np.column_stack([x1.ravel(), x2.ravel()])).reshape(x1.shape)
    return contour_generator(*sides, y).lines(0.5)
