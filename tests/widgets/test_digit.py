"""Digit: what is drawn becomes an MNIST image; JavaScript, Python and nnlib agree."""

import base64
import itertools
import os

import numpy as np
import pytest
from handwriting import digits

from nnlib import Affine, Network, ReLU, SoftmaxWithLoss, Tanh, datasets
from nnlib.widgets import Digit
from nnlib.widgets.digit import GRID, SIDE, normalize, pack, paint

HAND = {(hand, digit): strokes for hand, digit, strokes in digits()}


@pytest.fixture(scope="module")
def test_images():
    """MNIST's 10,000 test images where they are at hand, else the sample's 1,000."""
    full = "NNLIB_DATA" in os.environ
    data = datasets.mnist() if full else datasets.mnist_sample()
    return data.x_test, data.t_test


@pytest.fixture
def figure():
    return Digit()


def center_of_mass(image):
    at = np.arange(28) + 0.5
    return image.sum(axis=0) @ at / image.sum(), image.sum(axis=1) @ at / image.sum()


def test_most_hands_are_read(figure):
    right = 0
    for _, digit, strokes in digits():
        figure.strokes = strokes
        right += int(np.argmax(figure.y)) == digit
    assert right >= 26


@pytest.mark.parametrize("key", HAND, ids=lambda key: f"{key[0]}-{key[1]}")
def test_an_image_is_made_the_way_mnist_was(figure, key):
    figure.strokes = HAND[key]
    rows = np.flatnonzero(figure.image.any(axis=1))
    columns = np.flatnonzero(figure.image.any(axis=0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 in (20, 21)
    for center in center_of_mass(figure.image):
        assert 14 - 1e-6 <= center < 15
    assert figure.image.min() == 0
    assert 0.9 < figure.image.max() < 1 + 1e-9


def test_mnist_itself_has_its_centers_there(test_images):
    x, _ = test_images
    centers = np.array([center_of_mass(image) for image in x[:500].reshape(-1, 28, 28)])
    assert centers.min() >= 14 - 1e-6
    assert centers.max() < 15.01


@pytest.mark.parametrize(
    ("enlarged", "left", "top"), [(1, 0, 0), (3, 5, 50), (5, 0, 0)]
)
def test_mnist_is_still_read_after_the_preprocessing(
    figure, test_images, enlarged, left, top
):
    x, t = test_images
    x, t = x[:2000], t[:2000]
    canvas, side = np.zeros((GRID, GRID)), 28 * enlarged
    made = np.zeros_like(x)
    for n, image in enumerate(x.reshape(-1, 28, 28)):
        large = np.kron(image, np.ones((enlarged, enlarged)))
        canvas[top : top + side, left : left + side] = large
        made[n] = normalize(canvas).ravel()
    assert figure.net.accuracy(made, t) >= 0.95


def test_where_a_digit_is_drawn_does_not_matter(figure):
    strokes = np.array(HAND["slanted", 2][0])
    figure.strokes = [strokes]
    image = figure.image
    figure.strokes = [strokes + np.array([20, 60])]
    assert figure.image == pytest.approx(image, abs=1e-12)


def test_an_image_takes_the_drawing_s_place_and_the_other_way(figure):
    figure.strokes = HAND["upright", 7]
    assert figure.pixels == []
    figure.pixels = np.zeros((28, 28))
    assert figure.strokes == []
    figure.set_state({"strokes": [[[1, 2]]], "pixels": []})
    assert (figure.strokes, figure.pixels) == ([[[1, 2]]], [])


def test_an_empty_area_has_its_own_words(figure):
    figure.pixels = []
    _, alt = figure.picture()
    assert alt == "A drawing area, still empty."
    assert not figure.image.any()
    figure.strokes = HAND["upright", 3]
    _, alt = figure.picture()
    assert "reads 3" in alt


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("pixels", [1, 2], "784 numbers or none, got 2"),
        ("pixels", [256] * 784, r"lie in 0\.\.255, got 256\.\.256"),
        ("pixels", [float("nan")] * 784, r"lie in 0\.\.255, got nan"),
        ("strokes", [[[0, 281]]], r"strokes\[0\].* from 0 to 280, got \[\[0, 281\]\]"),
        ("strokes", [[[0, 0]], [[1, 2, 3]]], r"strokes\[1\] must be a list of points"),
        ("strokes", [[]], r"strokes\[0\] must be a list of points"),
        ("strokes", [[[0, float("nan")]]], r"strokes\[0\]"),
        ("unit", "h51", "unit is one of , h1, .*h50, got 'h51'"),
    ],
)
def test_what_is_no_drawing_is_told(figure, name, value, words):
    before = figure.y
    with pytest.raises(ValueError, match=words):
        setattr(figure, name, value)
    assert figure.y == before


def test_a_network_of_other_sizes_is_told(rng):
    with pytest.raises(ValueError, match="from 784 to 10, got"):
        Digit(Network([Affine(783, 10, rng=rng)], SoftmaxWithLoss()))


def test_weights_that_half_precision_cannot_hold_are_told():
    with np.errstate(over="ignore"), pytest.raises(ValueError, match="within ±65504"):
        pack([np.array([1e6])])


def test_the_examples_are_three_of_each_digit_that_were_not_trained_on(figure):
    images = np.frombuffer(base64.b64decode(figure.examples), np.uint8).reshape(30, 784)
    sample = datasets.mnist_sample()
    for n, image in enumerate(images):
        same = (np.rint(sample.x_test * 255) == image).all(axis=1)
        assert sample.t_test[same].tolist() == [n // 3]


def test_a_unit_shows_the_weights_that_come_into_it(rng):
    net = network(rng, Tanh, (7, 5))
    figure = Digit(net)
    assert figure.weights == []
    figure.unit = "h1_7"
    assert figure.weights == net.layers[0].W[:, 6].tolist()
    figure.set_state({"unit": "h2_3"})
    assert figure.weights == net.layers[2].W[:, 2].tolist()
    figure.reset()
    assert (figure.unit, figure.weights) == ("", [])


def random_strokes(rng):
    """Strokes of all kinds: walks, dots, straight and even ones, along the border."""
    yield from HAND.values()
    for kind in range(200):
        strokes = []
        for _ in range(rng.integers(1, 4)):
            start = rng.integers(0, SIDE + 1, 2)
            steps = rng.integers(-30, 31, (rng.integers(0, 30), 2)) * [1, kind % 5 > 0]
            walk = np.cumsum(np.concatenate([[start], steps]), axis=0)
            strokes.append(np.clip(walk, 0, SIDE).tolist())
        yield strokes
    yield from ([[[0, 0]]], [[[280, 280]]], [[[140, 0], [140, 280]]])
    yield from ([[[0, 0], [280, 280]]], [[[9, 9], [9, 9]]], [[[0, 140], [280, 140]]])


def network(rng, hidden, sizes=(12,)):
    layers = []
    for n_in, n_out in itertools.pairwise([784, *sizes, 10]):
        layers += [Affine(n_in, n_out, rng=rng), hidden()]
    return Network(layers[:-1], SoftmaxWithLoss())


def golden_network(net, images):
    """A network as a figure packs it, and the float64 answers of its half precision."""
    figure = Digit(net)
    for layer in net.layers:
        for name in layer.learnable:
            half = getattr(layer, name).astype(np.float16)
            setattr(layer, name, half.astype(np.float64))
    y = net.predict(images / 255).tolist()
    packed = {"layers": figure.layers, "parameters": figure.parameters}
    units = {}
    for name in figure.places:
        figure.unit = name
        units[name] = figure.weights
    return packed | {"images": images.astype(int).tolist(), "y": y, "units": units}


def test_javascript_makes_and_reads_what_python_makes_and_reads(
    run_node, rng, figure, test_images, tmp_path
):
    drawn = list(random_strokes(rng))
    x, _ = test_images
    images = rng.integers(0, 256, (70, 784))
    images[:3] = [[0] * 784, [255] * 784, [0, 255] * 392]
    some = np.concatenate([images, np.rint(x[:30] * 255)])
    path = tmp_path / "images"
    path.write_bytes(np.rint(x * 255).astype(np.uint8).tobytes())
    golden = {
        "strokes": drawn,
        "images": [normalize(paint(strokes)).ravel().tolist() for strokes in drawn],
        "networks": [
            golden_network(network(rng, Tanh), some),
            golden_network(network(rng, ReLU), some),
            golden_network(network(rng, Tanh, (7, 5)), some),
            golden_network(network(rng, ReLU, ()), some),
            golden_network(Digit().net, some),
        ],
        "mnist": {
            "path": str(path),
            "layers": figure.layers,
            "parameters": figure.parameters,
            "classes": np.argmax(figure.net.predict(x), axis=1).tolist(),
        },
    }
    run_node("digit", golden)
