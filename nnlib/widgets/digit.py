"""Draw a digit, and see a network read it."""

import base64
import itertools

import numpy as np
import traitlets

from nnlib.datasets import MNIST_784_50_10, mnist_sample
from nnlib.drawing import BLUE
from nnlib.network import Network
from nnlib.widgets.figure import Figure, Nest, read_layers

SIDE = 280  # of the drawing area; points of strokes lie in 0..280
GRID = 140  # its pixels, before it is made small
BRUSH = 6  # radius of the pen, in these pixels
BOX, IMAGE = 20, 28  # the digit's part of an MNIST image, and the image
PER_DIGIT = 3  # examples of each digit


class Digit(Figure):
    """Draw a digit with mouse, finger or keys; a network of 784 inputs reads it.

        figure = Digit()             the network that comes with nnlib (784-50-10)
        figure = Digit(net)          your own, trained on MNIST

    figure.strokes   what is drawn: lists of points (x, y) from 0 to 280
    figure.pixels    or an image as it is: 784 numbers 0..255, row by row
    figure.image     what the network gets: (28, 28), 0..1, made as MNIST was made
    figure.y         its ten probabilities

    Setting strokes or pixels moves the picture, drawing sets them. The page computes
    with the weights rounded to half precision.
    """

    kept = ("strokes", "pixels")
    strokes = Nest().tag(sync=True)
    pixels = Nest().tag(sync=True)
    layers = traitlets.List().tag(sync=True)
    parameters = traitlets.Unicode().tag(sync=True)
    examples = traitlets.Unicode().tag(sync=True)

    def __init__(self, net=None):
        self.net = Network.load(MNIST_784_50_10) if net is None else net
        affines, activations = read_layers(self.net)
        if len(affines[0].W) != IMAGE**2 or len(affines[-1].b) != 10:
            raise ValueError(f"expected a network from 784 to 10, got {self.net}.")
        images = some_of_each_digit()
        super().__init__(
            layers=[
                dict(zip(("n_in", "n_out"), affine.W.shape, strict=True)) | activation
                for affine, activation in zip(affines, activations, strict=True)
            ],
            parameters=pack([a for affine in affines for a in (affine.W, affine.b)]),
            examples=base64.b64encode(images.tobytes()).decode(),
            pixels=images[3 * PER_DIGIT].tolist(),
        )

    @property
    def image(self):
        """What the network gets: (28, 28), 0 is paper, 1 is ink."""
        if self.pixels:
            return np.array(self.pixels, float).reshape(IMAGE, IMAGE) / 255
        return normalize(paint(self.strokes))

    @property
    def y(self):
        """What the network says of the image: ten probabilities, as a list."""
        x = self.image.reshape(1, -1).astype(self.net.params[0].dtype)
        return self.net.predict(x)[0].tolist()

    def picture(self):
        """The image, the ten probabilities as bars, and both in words."""
        is_empty = not self.image.any()
        y = [0.0] * 10 if is_empty else self.y
        alt = "A drawing area, still empty."
        if not is_empty:
            shares = ", ".join(f"{digit}: {share:.2f}" for digit, share in enumerate(y))
            alt = (
                "A handwritten digit of 28 by 28 pixels. The network reads "
                f"{int(np.argmax(y))}. Its probabilities are {shares}."
            )
        return draw(self.image, y, alt), alt

    def __repr__(self):
        return f"Digit({self.net})"

    @traitlets.validate("strokes")
    def _check_strokes(self, proposal):
        return [points(stroke, n) for n, stroke in enumerate(proposal.value)]

    @traitlets.validate("pixels")
    def _check_pixels(self, proposal):
        pixels = np.asarray(proposal.value, float).reshape(-1)
        if pixels.size not in (0, IMAGE**2):
            raise ValueError(f"pixels are 784 numbers or none, got {pixels.size}.")
        if not ((pixels >= 0) & (pixels <= 255)).all():
            raise ValueError(
                f"pixels lie in 0..255, got {pixels.min():g}..{pixels.max():g}."
            )
        return pixels.tolist()

    @traitlets.observe("strokes", "pixels")
    def _keep_one(self, change):
        """A drawing takes the image's place, and an image that of the drawing."""
        if change.new and self.strokes and self.pixels:
            setattr(self, "pixels" if change.name == "strokes" else "strokes", [])


def some_of_each_digit():
    """The first images of each digit in the sample's test part: (30, 784) uint8."""
    sample = mnist_sample()
    rows = [np.flatnonzero(sample.t_test == digit)[:PER_DIGIT] for digit in range(10)]
    return np.rint(sample.x_test[np.concatenate(rows)] * 255).astype(np.uint8)


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
    parts = [
        f'<rect x="{6 * c}" y="{6 * r}" width="6" height="6" '
        f'fill-opacity="{image[r, c]:.2f}"/>'
        for r, c in np.argwhere(image >= 0.005)
    ]
    for digit, share in enumerate(y):
        top = 17 * digit
        parts.append(
            f'<text x="200" y="{top + 12}">{digit}</text>'
            f'<rect x="214" y="{top + 2}" width="{180 * share:.1f}" height="12" '
            f'fill="{BLUE}"/><text x="402" y="{top + 12}">{share:.2f}</text>'
        )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="nnlib-drawing" role="img" '
        f'aria-label="{alt}" viewBox="0 0 440 172" width="440" height="172" '
        'font-family="sans-serif" font-size="12" fill="currentColor" '
        'style="max-width: 100%; height: auto">'
        f'<title>{alt}</title><rect width="168" height="168" fill="none" '
        f'stroke="currentColor" stroke-opacity="0.4"/>{"".join(parts)}</svg>'
    )
