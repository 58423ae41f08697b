"""Plots draw the numbers they were given, on the ax they were given."""

import subprocess
import sys
from types import SimpleNamespace

import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgba
from nbclient import NotebookClient

from nnlib import Affine, Network, SigmoidWithLoss, SoftmaxWithLoss
from nnlib import plots as nnplots
from nnlib.activations import sigmoid, sigmoid_der
from nnlib.drawing import BLUE, GREY, ORANGE

mpl.use("agg")


@pytest.fixture(autouse=True)
def _no_figure_is_left():
    plt.close("all")
    yield
    plt.close("all")


def records():
    return [
        SimpleNamespace(epoch=e, step=10 * e, loss=1 / (e + 1), test_loss=2 / (e + 1))
        for e in range(4)
    ]


def bowl(x, y):
    return x * x + 2 * y * y


def line_net(n_out=1):
    """Class 1 where x1 > x2 (one output), or class k by sectors (more outputs)."""
    rng = np.random.default_rng(0)
    affine = Affine(2, n_out, rng=rng)
    affine.W[:] = [[1.0], [-1.0]] if n_out == 1 else [[0, 1, -1], [1, -1, -1]]
    return Network([affine], SigmoidWithLoss() if n_out == 1 else SoftmaxWithLoss())


POINTS = np.array([[1.0, 0.0], [0.0, 1.0], [2.0, -1.0], [-1.0, 1.0]])
T = np.array([1, 0, 1, 0])
RNG = np.random.default_rng(3)
IMAGES = RNG.random((12, 784))
W = RNG.normal(size=(784, 12))
PLOTS = {
    "curves": lambda ax=None: nnplots.curves({"a": [1, 2], "b": [2, 1]}, ax=ax),
    "history": lambda ax=None: nnplots.history(records(), ax=ax),
    "function": lambda ax=None: nnplots.function(sigmoid, sigmoid_der, ax=ax),
    "digits": lambda ax=None: nnplots.digits(IMAGES, ax=ax),
    "captions": lambda ax=None: nnplots.digits(IMAGES, range(12), [3] * 12, ax=ax),
    "weights": lambda ax=None: nnplots.weights(W, ax=ax),
    "confusion": lambda ax=None: nnplots.confusion([0, 1, 1], [0, 1, 0], ax=ax),
    "histogram": lambda ax=None: nnplots.histogram({"a": W, "b": IMAGES}, ax=ax),
    "prediction": lambda ax=None: nnplots.prediction([1.0, 2], [1.5, 2], ax=ax),
    "surface": lambda ax=None: nnplots.surface(bowl, [(1, 1), (0, 0)], ax=ax),
    "boundary": lambda ax=None: nnplots.boundary(line_net(), POINTS, T, ax=ax),
}
every_plot = pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)


# ---- ax in, ax out


@every_plot
def test_the_ax_that_goes_in_comes_out_and_is_drawn_on(plot):
    figure, ax = plt.subplots()
    assert plot(ax) is ax
    assert plt.get_fignums() == [figure.number]
    assert ax.lines or ax.images or ax.patches or ax.collections
    figure.canvas.draw()


@every_plot
def test_without_an_ax_there_is_one_new_figure_seen_through(plot):
    ax = plot()
    assert plt.get_fignums() == [ax.figure.number]
    assert to_rgba(ax.figure.get_facecolor())[3] == 0
    assert to_rgba(ax.get_facecolor())[3] == 0
    ax.figure.canvas.draw()


@every_plot
def test_all_text_is_legible_on_both_pages(plot):
    ax = plot()
    ax.figure.canvas.draw()
    texts = [
        ax.xaxis.label,
        ax.yaxis.label,
        *ax.get_xticklabels(),
        *ax.get_yticklabels(),
    ]
    texts += ax.get_legend().get_texts() if ax.get_legend() else []
    assert {to_hex(text.get_color()) for text in texts} == {GREY}
    ticks = [tick.tick1line for tick in ax.xaxis.get_major_ticks()]
    assert {to_hex(tick.get_color()) for tick in ticks} == {GREY}
    assert {to_hex(spine.get_edgecolor()) for spine in ax.spines.values()} == {GREY}


@every_plot
def test_the_users_settings_stay_as_they_are(plot):
    with mpl.rc_context({"text.color": "red", "axes.facecolor": "pink"}):
        before = dict(mpl.rcParams)
        plot()
        assert dict(mpl.rcParams) == before


def test_the_import_alone_changes_no_setting_either():
    program = (
        "import matplotlib; before = dict(matplotlib.rcParams); import nnlib.plots\n"
        "assert before == dict(matplotlib.rcParams)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("color", nnplots.COLORS)
@pytest.mark.parametrize("page", ["#ffffff", "#14181e"])
def test_every_color_stands_out_on_light_and_on_dark_pages(color, page):
    def luminance(c):
        rgb = np.array(to_rgba(c)[:3])
        rgb = np.where(rgb <= 0.03928, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        return rgb @ [0.2126, 0.7152, 0.0722]

    dark, light = sorted((luminance(color), luminance(page)))
    assert (light + 0.05) / (dark + 0.05) >= 4


# ---- what is drawn


def test_curves_are_drawn_as_given_and_differ_in_color_and_dashes():
    given = {f"c{i}": RNG.random(5) for i in range(6)}
    ax = nnplots.curves(given, xlabel="step", ylabel="loss")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("step", "loss")
    for line, (name, y) in zip(ax.lines, given.items(), strict=True):
        assert line.get_label() == name
        np.testing.assert_array_equal(line.get_xdata(), range(5))
        np.testing.assert_array_equal(line.get_ydata(), y)
    assert len({line.get_color() for line in ax.lines}) == 6
    assert [line.is_dashed() for line in ax.lines] == [False] + [True] * 5
    assert len(set(nnplots.DASHES)) == 6
    assert [t.get_text() for t in ax.get_legend().get_texts()] == list(given)


def test_curves_take_their_own_x():
    ax = nnplots.curves({"a": ([10, 20], [1, 2])})
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), [[10, 1], [20, 2]])


def test_history_draws_train_and_test_over_the_epochs():
    ax = nnplots.history(records())
    assert [line.get_label() for line in ax.lines] == ["train", "test"]
    np.testing.assert_array_equal(ax.lines[0].get_xydata().T[0], range(4))
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), 1 / np.arange(1, 5))
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), 2 / np.arange(1, 5))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss")
    assert all(float(tick).is_integer() for tick in ax.get_xticks())


def test_history_draws_another_column_and_no_test_curve_where_none_was_recorded():
    ax = nnplots.history(records(), "step")
    assert [line.get_label() for line in ax.lines] == ["train"]
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [0, 10, 20, 30])


def test_a_function_and_its_derivative_are_those_of_the_package():
    ax = nnplots.function(sigmoid, sigmoid_der, lo=-2, hi=3)
    x = ax.lines[0].get_xdata()
    assert (x.min(), x.max()) == (-2, 3)
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), sigmoid(x))
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), sigmoid_der(x))
    assert [line.get_label() for line in ax.lines] == ["sigmoid", "sigmoid_der"]


def test_a_function_without_a_derivative_is_one_line_even_without_a_name():
    ax = nnplots.function(lambda x: x, lambda x: 1 + 0 * x)
    assert len(ax.lines) == 2
    assert len(nnplots.function(np.tanh).lines) == 1


@pytest.mark.parametrize("n", [1, 9, 10, 11, 12])
@pytest.mark.parametrize("shape", [(784,), (28, 28)])
def test_every_image_is_in_the_grid_once_and_the_rest_is_empty(n, shape):
    images = RNG.random((n, *shape))
    grid = nnplots.digits(images).images[0].get_array().filled(np.nan)
    assert grid.shape == (30 * -(-n // 10), 30 * min(n, 10) - 2)
    for i, image in enumerate(images):
        row, col = 30 * (i // 10) + 2, 30 * (i % 10)
        tile = grid[row : row + 28, col : col + 28]
        np.testing.assert_array_equal(tile, image.reshape(28, 28))
    assert np.isfinite(grid).sum() == n * 784


def test_images_of_bytes_and_of_fractions_look_alike():
    fractions = nnplots.digits(np.array([[0, 0, 1, 0.2]])).images[0]
    raw = nnplots.digits(np.array([[0, 0, 255, 51]], np.uint8)).images[0]
    a, b = (image.to_rgba(image.get_array()) for image in (fractions, raw))
    np.testing.assert_array_equal(a, b)


def test_captions_name_right_and_wrong_predictions():
    ax = nnplots.digits(IMAGES[:3], [7, 2, 1], [7, 3, 1])
    assert [t.get_text() for t in ax.texts] == ["7", "3, not 2", "1"]
    assert [t.get_color() for t in ax.texts] == [GREY, ORANGE, GREY]


@pytest.mark.parametrize("name", ["labels", "predictions"])
def test_captions_are_labels_or_predictions_alone(name):
    ax = nnplots.digits(IMAGES[:3], **{name: [7, 2, 1]})
    assert [t.get_text() for t in ax.texts] == ["7", "2", "1"]
    corners = [t.get_position() for t in ax.texts]
    assert corners == [(0, 8), (30, 8), (60, 8)]


def test_weights_are_tiles_of_the_columns_with_zero_in_the_middle_of_the_colors():
    image = nnplots.weights(W).images[0]
    grid = image.get_array().filled(np.nan)
    for j in range(12):
        row, col = 30 * (j // 10) + 2, 30 * (j % 10)
        tile = grid[row : row + 28, col : col + 28]
        np.testing.assert_array_equal(tile, W[:, j].reshape(28, 28))
    largest = np.abs(W).max()
    assert image.get_clim() == (-largest, largest)
    low, zero, high = image.to_rgba(np.array([-largest, 0, largest]))
    assert to_hex(low) == ORANGE
    assert to_hex(high) == BLUE
    assert zero[3] < 0.01


def test_weights_that_are_all_zero_are_drawn_too():
    image = nnplots.weights(np.zeros((4, 1))).images[0]
    assert image.get_clim() == (-1, 1)


def test_confusion_counts_true_classes_in_rows_and_predictions_in_columns():
    t = np.array([0, 0, 0, 0, 1, 1, 2, 2])
    said = np.array([0, 0, 0, 1, 1, 1, 0, 0])
    ax = nnplots.confusion(said, t, n=3)
    cells = ax.images[0].get_array()
    np.testing.assert_allclose(cells, [[0.75, -0.5, 0], [0, 1, 0], [-1, 0, 0]])
    found = {t.get_position()[::-1]: t.get_text() for t in ax.texts}
    counts = {(0, 0): "3", (0, 1): "1", (1, 1): "2", (2, 0): "2"}
    assert found == counts
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted", "true")


def test_confusion_without_a_mistake_or_with_a_class_that_is_missing_is_drawn():
    cells = nnplots.confusion([1, 1], [1, 1], n=3).images[0].get_array()
    np.testing.assert_array_equal(cells, np.diag([0.0, 1.0, 0.0]))


def test_histogram_draws_shares_on_common_bins():
    a, b = RNG.normal(size=(50, 4)), RNG.normal(size=300) + 5
    ax = nnplots.histogram({"layer 1": a, "layer 2": b}, bins=12)
    edges = np.histogram_bin_edges(np.concatenate([a.ravel(), b]), 12)
    for patch, values in zip(ax.patches, (a, b), strict=True):
        shares, drawn, _ = patch.get_data()
        np.testing.assert_array_equal(drawn, edges)
        np.testing.assert_allclose(shares, np.histogram(values, edges)[0] / values.size)
        assert shares.sum() == pytest.approx(1)
    assert [p.get_label() for p in ax.patches] == ["layer 1", "layer 2"]


def test_prediction_draws_true_to_the_right_predicted_upward_and_the_diagonal():
    ax = nnplots.prediction(np.array([[1.0], [5.0]]), np.array([2.0, 4.0]))
    diagonal, points = ax.lines
    np.testing.assert_array_equal(diagonal.get_xydata(), [[1, 1], [5, 5]])
    np.testing.assert_array_equal(points.get_xydata(), [[2, 1], [4, 5]])
    assert ax.get_aspect() == 1


def test_surface_draws_level_lines_of_f_and_the_path():
    path = np.array([[1.0, 1.5], [0.5, -0.5], [0, 0]])
    ax = nnplots.surface(bowl, path, x=(-1, 2), y=(-2, 2), levels=[1.0, 2.0])
    for level, paths in zip((1, 2), ax.collections[0].get_paths(), strict=True):
        np.testing.assert_allclose(bowl(*paths.vertices.T), level, atol=0.01)
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), path)
    np.testing.assert_array_equal(ax.lines[1].get_xydata(), path[:1])
    assert (ax.get_xlim(), ax.get_ylim()) == ((-1, 2), (-2, 2))


def test_boundary_colors_each_place_by_what_the_network_says():
    ax = nnplots.boundary(line_net(), POINTS, T[:, None].astype(float))
    image = ax.images[0]
    left, right, bottom, top = image.get_extent()
    x1, x2 = np.meshgrid(np.linspace(left, right, 200), np.linspace(bottom, top, 200))
    clear = np.abs(x1 - x2) > 1e-6  # on the line itself rounding decides
    np.testing.assert_array_equal(image.get_array()[clear], (x1 > x2)[clear])
    assert (left, right) == (-1.2, 2.2)
    assert image.origin == "lower"
    for k in (0, 1):
        np.testing.assert_array_equal(ax.lines[k].get_xydata(), POINTS[T == k])
        of_class = image.to_rgba(np.array([k]), alpha=1)[0]
        assert to_hex(of_class) == ax.lines[k].get_color()
    assert len({line.get_marker() for line in ax.lines}) == 2


def test_boundary_takes_the_largest_of_several_outputs():
    net = line_net(3)
    ax = nnplots.boundary(net, POINTS, T)
    shown = np.asarray(ax.images[0].get_array())
    left, right, bottom, top = ax.images[0].get_extent()
    for i, j in [(0, 0), (199, 0), (0, 199), (199, 199), (120, 40)]:
        x1 = left + (right - left) * j / 199
        x2 = bottom + (top - bottom) * i / 199
        assert shown[i, j] == net.predict(np.array([[x1, x2]]))[0].argmax()
    assert len(ax.lines) == 3


# ---- errors

NAN = np.array([1.0, np.nan])
ERRORS = {
    "no curves": (lambda: nnplots.curves({}), "at least one"),
    "empty curve": (lambda: nnplots.curves({"a": []}), "y of a"),
    "curve of NaN": (lambda: nnplots.curves({"a": NAN}), "y of a must be finite"),
    "x of another length": (
        lambda: nnplots.curves({"a": ([1, 2, 3], [1, 2])}),
        r"x of a .*\(2,\).*\(3,\)",
    ),
    "no records": (lambda: nnplots.history([]), "at least one"),
    "no such column": (lambda: nnplots.history(records(), "acuracy"), "acuracy.*loss"),
    "lo above hi": (lambda: nnplots.function(sigmoid, lo=1, hi=0), "lo < hi"),
    "no images": (lambda: nnplots.digits(np.zeros((0, 784))), r"not empty.*\(0, 784\)"),
    "one flat image": (lambda: nnplots.digits(np.zeros(784)), r"images .*\(784,\)"),
    "not square": (lambda: nnplots.digits(np.zeros((2, 783))), "square"),
    "labels too few": (lambda: nnplots.digits(IMAGES, [1]), r"labels .*\(12,\)"),
    "words": (lambda: nnplots.digits(IMAGES, ["a"] * 12), "labels must be numbers"),
    "flat weights": (lambda: nnplots.weights(np.zeros(784)), "W must"),
    "weights not square": (lambda: nnplots.weights(np.zeros((3, 2))), "square"),
    "no predictions": (lambda: nnplots.confusion([], []), "not empty"),
    "two lengths": (lambda: nnplots.confusion([1], [1, 2]), r"t must .*\(1,\)"),
    "class too large": (lambda: nnplots.confusion([10], [1]), "0 to 9"),
    "negative class": (lambda: nnplots.confusion([1], [-1]), "0 to 9"),
    "probabilities": (lambda: nnplots.confusion([0.5], [1]), "whole numbers"),
    "no layers": (lambda: nnplots.histogram({}), "at least one"),
    "empty layer": (lambda: nnplots.histogram({"a": []}), "a must be"),
    "diverged layer": (lambda: nnplots.histogram({"a": NAN}), "a must be finite"),
    "y and t differ": (lambda: nnplots.prediction([1, 2], [1]), r"t must .*\(2,\)"),
    "y of two outputs": (lambda: nnplots.prediction([[1, 2]], [1]), "y must"),
    "f of another shape": (lambda: nnplots.surface(lambda x, y: 1.0), r"f\(x, y\)"),
    "f overflows": (
        lambda: nnplots.surface(lambda x, y: np.where(x > 0, np.inf, x)),
        "finite",
    ),
    "flat path": (lambda: nnplots.surface(bowl, [1, 2]), "path"),
    "points in 3-D": (
        lambda: nnplots.boundary(line_net(), np.zeros((4, 3)), T),
        r"x must .*\(4, 3\)",
    ),
    "one t missing": (lambda: nnplots.boundary(line_net(), POINTS, T[:3]), "t must"),
    "t in between": (
        lambda: nnplots.boundary(line_net(), POINTS, T + 0.5),
        "whole numbers",
    ),
}


@pytest.mark.parametrize(("call", "words"), ERRORS.values(), ids=ERRORS)
def test_bad_input_is_told_and_leaves_no_figure(call, words):
    with pytest.raises(ValueError, match=words):
        call()
    assert plt.get_fignums() == []


def test_a_missing_matplotlib_is_named_with_its_extra():
    program = "import sys; sys.modules['matplotlib'] = None; import nnlib.plots"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True
    )
    assert run.returncode == 1
    assert 'ImportError: plots need the package matplotlib: pip install "' in run.stderr
    assert "[views]" in run.stderr


def test_a_notebook_shows_the_first_plot_and_the_next():
    plot = "plots.curves({'a': [1, 2]})\nNone"
    sources = [f"from nnlib import plots\n{plot}", plot]
    notebook = nbformat.v4.new_notebook()
    notebook.cells = list(map(nbformat.v4.new_code_cell, sources))
    NotebookClient(notebook, kernel_name="python3").execute()
    outputs = [cell.outputs for cell in notebook.cells]
    assert ["image/png" in output[0].data for output in outputs if output] == [True] * 2
