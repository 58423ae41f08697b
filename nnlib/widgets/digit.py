"""Draw a digit, and see a network read it."""

import base64
import itertools
import xml.etree.ElementTree as ET

import numpy as np
import traitlets

from nnlib.datasets import MNIST_784_50_10, mnist_sample
from nnlib.drawing import BLUE, GREY, finish
from nnlib.network import Network
from nnlib.widgets.charts import put, write
from nnlib.widgets.figure import Figure, read_layers, sizes_of
from nnlib.widgets.forward_pass import columns_of
from nnlib.widgets.traits import Nest, OneOf

SIDE = 280  # of the drawing area; points of strokes lie in 0..280
GRID = 140  # its pixels, before it is made small
BRUSH = 6  # radius of the pen, in these pixels
BOX, IMAGE = 20, 28  # the digit's part of an MNIST image, and the image
PER_DIGIT = 3  # examples of each digit


class Strokes(Nest):
    """Lists of points (x, y) from 0 to SIDE, kept as whole numbers."""

    def validate(self, obj, value):
        """The strokes; a ValueError for what is no list of such points."""
        return [points(s, n) for n, s in enumerate(super().validate(obj, value))]


class Pixels(Nest):
    """The 784 numbers 0..255 of an image, or none."""

    def validate(self, obj, value):
        """The numbers in one list; a ValueError for other counts or sizes."""
        pixels = np.asarray(super().validate(obj, value), float).reshape(-1)
        if pixels.size not in (0, IMAGE**2):
            raise ValueError(f"pixels are 784 numbers or none, got {pixels.size}.")
        if not ((pixels >= 0) & (pixels <= 255)).all():
            raise ValueError(
                f"pixels lie in 0..255, got {pixels.min():g}..{pixels.max():g}."
            )
        return pixels.tolist()


class Digit(Figure):
    """Draw a digit with mouse, finger or keys; a network of 784 inputs reads it.

        figure = Digit()             the network that comes with nnlib (784-50-10)
        figure = Digit(net)          your own, trained on MNIST

    figure.strokes   what is drawn: lists of points (x, y) from 0 to 280
    figure.pixels    or an image as it is: 784 numbers 0..255, row by row
    figure.unit      the hidden unit whose weights are shown, "h7"; of several hidden
                     layers "h2_7" is unit 7 of the second; "" shows the drawing
    figure.image     what the network gets: (28, 28), 0..1, made as MNIST was made
    figure.y         its ten probabilities
    figure.weights   what comes into the unit: (784,) in the first layer; none without

    Setting strokes, pixels or unit moves the picture, the hand sets them. The page
    computes with the weights rounded to half precision.
    """

    kept = ("strokes", "pixels", "unit")
    strokes = Strokes().tag(sync=True)
    pixels = Pixels().tag(sync=True)
    unit = OneOf(lambda figure: ["", *figure.places]).tag(sync=True)
    layers = traitlets.List().tag(sync=True)
    parameters = traitlets.Unicode().tag(sync=True)
    examples = traitlets.Unicode().tag(sync=True)

    def __init__(self, net=None):
        self.net = Network.load(MNIST_784_50_10) if net is None else net
        self.affines, activations = read_layers(self.net)
        sizes = sizes_of(self.affines)
        if sizes[0] != IMAGE**2 or sizes[-1] != 10:
            raise ValueError(f"expected a network from 784 to 10, got {self.net}.")
        self.places = hidden_places(sizes)
        images, shown = some_of_each_digit(), packed(self.affines, activations)
        shown["examples"] = base64.b64encode(images.tobytes()).decode()
        super().__init__(**shown, pixels=images[3 * PER_DIGIT])

    @property
    def image(self):
        """What the network gets: (28, 28), 0 is paper, 1 is ink."""
        return image_of(self.strokes, self.pixels)

    @property
    def y(self):
        """What the network says of the image: ten probabilities, as a list."""
        x = self.image.reshape(1, -1).astype(self.net.params[0].dtype)
        return self.net.predict(x)[0].tolist()

    @property
    def weights(self):
        """The weights that come into the unit, as a list; empty without a unit."""
        layer, node = self.places.get(self.unit, (0, slice(0)))
        return self.affines[layer].W[:, node].ravel().tolist()

    def picture(self):
        """The image, the ten probabilities as bars, and both in words."""
        y = self.y if self.image.any() else []
        return draw(self.image, y, alt := describe(y)), alt

    def __repr__(self):
        return f"Digit({self.net})"

    @traitlets.observe("strokes", "pixels")
    def _keep_one(self, change):
        # a drawing takes the image's place, and an image that of the drawing
        if change.new and self.strokes and self.pixels:
            setattr(self, "pixels" if change.name == "strokes" else "strokes", [])


def hidden_places(sizes):
    """The hidden units by name: "h7" -> (layer of weights, node in it)."""
    return {
        name: (layer, node)
        for layer, column in enumerate(columns_of(sizes)[1:-1])
        for node, name in enumerate(column)
    }


def describe(y):
    """The ten probabilities in words, for those who do not see them."""
    if not y:
        return "A drawing area, still empty."
    shares = ", ".join(f"{digit}: {share:.2f}" for digit, share in enumerate(y))
    return (
        "A handwritten digit of 28 by 28 pixels. The network reads "
        f"{int(np.argmax(y))}. Its probabilities are {shares}."
    )


def image_of(strokes, pixels):
    """The pixels as they are, or the image made of the strokes: (28, 28), 0..1."""
    if pixels:
        return np.array(pixels, float).reshape(IMAGE, IMAGE) / 255
    return normalize(paint(strokes))


def some_of_each_digit():
    """The first images of each digit in the sample's test part: (30, 784) uint8."""
    sample = mnist_sample()
    rows = [np.flatnonzero(sample.t_test == digit)[:PER_DIGIT] for digit in range(10)]
    return np.rint(sample.x_test[np.concatenate(rows)] * 255).astype(np.uint8)


def packed(affines, activations):
    """The layers of a network as the page gets them: their sizes, their parameters."""
    pairs = zip(affines, activations, strict=True)
    return {
        "layers": [
            {"n_in": len(affine.W), "n_out": len(affine.b)} | activation
            for affine, activation in pairs
        ],
        "parameters": pack([a for affine in affines for a in (affine.W, affine.b)]),
    }


def pack(arrays):
    """Arrays one after the other in half precision (little-endian), as base64 text."""
    halves = [array.astype("<f2") for array in arrays]
    if not all(np.isfinite(half).all() for half in halves):
        raise ValueError("weights must lie within ±65504 to travel in half precision.")
    return base64.b64encode(b"".join(half.tobytes() for half in halves)).decode()


def points(stroke, n):
    """A stroke's points as whole numbers, or say what is wrong with stroke n."""
    array = np.asarray(stroke, float)
    if (
        array.ndim != 2
        or array.shape[1] != 2
        or not ((array >= 0) & (array <= SIDE)).all()
    ):
        raise ValueError(
            f"strokes[{n}] must be a list of points (x, y) from 0 to {SIDE}, "
            f"got {stroke!r:.60}."
        )
    return np.rint(array).astype(int).tolist()


def paint(strokes):
    """Draw strokes with a round brush: (140, 140), 0..1, soft at the brush's edge."""
    ink = np.zeros((GRID, GRID))
    y, x = np.mgrid[:GRID, :GRID] + 0.5  # centers of the pixels
    for stroke in np_strokes(strokes):
        for (x0, y0), (x1, y1) in itertools.pairwise(stroke):
            wx, wy = x1 - x0, y1 - y0
            px, py = x - x0, y - y0
            length2 = wx * wx + wy * wy
            t = np.clip((px * wx + py * wy) / length2, 0, 1) if length2 else 0.0
            dx, dy = px - t * wx, py - t * wy
            edge = np.clip(BRUSH + 0.5 - np.sqrt(dx * dx + dy * dy), 0, 1)
            ink = np.maximum(ink, edge)
    return ink


def np_strokes(strokes):
    """Strokes in the grid's pixels; a single point becomes a stroke of no length."""
    for stroke in strokes:
        stroke = np.array(stroke, float) * GRID / SIDE
        yield np.concatenate([stroke, stroke]) if len(stroke) == 1 else stroke


def normalize(ink):
    """Make an MNIST image of ink on any square: (28, 28), zeros where there is no ink.

    The ink's frame is scaled into a box of 20 × 20 pixels, sides in proportion, and the
    box is put where its center of mass falls on pixel 14 (LeCun et al., 1998).
    """
    image = np.zeros((IMAGE, IMAGE))
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if len(rows) == 0:
        return image
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = BOX / max(ink.shape)
    height, width = ink.shape
    box = shares(height, scale) @ ink @ shares(width, scale).T  # (20, 20)
    center = np.arange(BOX) + 0.5
    mass = np.array([box.sum(axis=1) @ center, box.sum(axis=0) @ center]) / box.sum()
    # the small number: where the center lies between two pixels, all machines agree
    top, left = np.clip(14 - np.floor(mass + 1e-6), 0, IMAGE - BOX).astype(int)
    image[top : top + BOX, left : left + BOX] = box
    return image


def shares(n, scale):
    """How much of each of n source pixels lies in each pixel of the box: (20, n)."""
    start = (np.arange(BOX)[:, None] - (BOX - n * scale) / 2) / scale
    j = np.arange(n)
    return (
        np.clip(np.minimum(j + 1, start + 1 / scale) - np.maximum(j, start), 0, None)
        * scale
    )


def draw(image, y, alt):
    """An SVG of the image (28, 28) and of the probabilities y as ten bars."""
    root = ET.Element("svg", viewBox="0 0 440 172")
    frame = {"fill": "none", "stroke": GREY, "stroke_opacity": 0.6}
    put(root, "rect", width=168, height=168, **frame)
    for r, c in np.argwhere(image >= 0.005):
        ink = {"fill": "currentColor", "fill_opacity": f"{image[r, c]:.2f}"}
        put(root, "rect", x=6 * c, y=6 * r, width=6, height=6, **ink)
    for digit, share in enumerate(y or [0.0] * 10):
        top = 17 * digit
        put(root, "rect", x=214, y=top + 2, width=180 * share, height=12, fill=BLUE)
        write(root, f"{digit}", 204, top + 12)
        write(root, f"{share:.2f}", 418, top + 12)
    return finish(root, alt)
