"""Plots: an ax comes in, the same ax goes out, with one thing drawn on it.

    curves  history  function        lines
    digits  weights  confusion       images
    histogram  prediction            distributions and points
    surface  boundary                two dimensions seen from above

Without an ax each makes a figure of its own. Backgrounds are transparent and the grays
and accents are legible on light and on dark pages; your rcParams stay as they are.
"""

import math
from itertools import cycle

import numpy as np

from nnlib.drawing import BLUE, GREY, ORANGE

try:
    import matplotlib.pyplot as plt
    from cycler import cycler
    from matplotlib.colors import LinearSegmentedColormap, ListedColormap
    from matplotlib.ticker import MaxNLocator
except ImportError as error:
    raise ImportError(
        "plots need the package matplotlib: "
        'pip install "neural-networks-by-hand[views]" from the repository.'
    ) from error

COLORS = (BLUE, ORANGE, "#218a5e", "#b05fa8", "#8d7a1f", GREY)
DASHES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)), (0, (1, 3)))
MARKERS = "os^DvP"
STYLE = {
    **dict.fromkeys(("figure.facecolor", "axes.facecolor"), "none"),
    **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor"), GREY),
    **dict.fromkeys(("axes.spines.top", "axes.spines.right", "legend.frameon"), False),
    "axes.prop_cycle": cycler(color=COLORS) + cycler(linestyle=DASHES),
    "figure.constrained_layout.use": True,
}
# Zero is the page itself, so the map reads the same on light and on dark.
SIGNED = LinearSegmentedColormap.from_list("signed", [ORANGE, "#7b7b7b00", BLUE])
# Cells that carry text are opaque.
CELLS = LinearSegmentedColormap.from_list("cells", [ORANGE, "#f4f4f4", BLUE])


# A notebook's backend makes plots appear when it is first used. Were that inside the
# context below, leaving it would undo it: so it is used now.
plt.switch_backend(plt.get_backend())
styled = plt.rc_context(STYLE)  # a decorator that leaves the user's rcParams alone


def new_ax(ax, width=6, height=3.6):
    """Return the ax that was given, or one on a new figure of this size in inches."""
    if ax is None:
        ax = plt.figure(figsize=(width, height)).add_subplot()
        ax.tick_params(colors=GREY)  # ticks are made later, outside of the style
    return ax


def checked(name, values, *shapes):
    """Return values as an array: of one of the shapes, and all its numbers finite.

    In a shape such as (None, 2), None stands for any length but 0. Everything else is a
    ValueError.
    """
    values = np.asarray(values)
    for shape in shapes:
        sizes = zip(values.shape, shape, strict=False)
        fits = values.ndim == len(shape) and all(m in (None, n) for n, m in sizes)
        if fits and values.size and values.dtype.kind in "fiub":
            if not np.isfinite(values).all():
                raise ValueError(f"{name} must be finite, got NaN or infinity in it.")
            return values
    wanted = " or ".join(str(s).replace("None", "n") for s in shapes)
    raise ValueError(
        f"{name} must be numbers of shape {wanted}, not empty, got {values.dtype} "
        f"of shape {values.shape}."
    )


@styled
def curves(lines, *, xlabel="", ylabel="", ax=None):
    """Lines with a legend; color and dashes differ.

    lines: a dict from name to y (n,), or to a pair of x (n,) and y (n,).
    """
    if not lines:
        raise ValueError("curves needs at least one line, got none.")
    points = {}
    for name, line in lines.items():
        x, y = line if isinstance(line, tuple) else (np.arange(len(line)), line)
        y = checked(f"y of {name}", y, (None,))
        points[name] = checked(f"x of {name}", x, y.shape), y
    ax = new_ax(ax)
    for name, (x, y) in points.items():
        ax.plot(x, y, label=name)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.legend()
    return ax


@styled
def history(records, column="loss", *, ax=None):
    """How a column of a training's records went from epoch to epoch, train and test.

    records: what fit returns, or a list of what train yields. column: "loss", or a
    metric such as "accuracy"; the test curve is drawn where test_<column> was recorded.
    """
    if len(records) == 0:
        raise ValueError("history needs at least one record, got none.")
    if not hasattr(records[0], column):
        columns = ", ".join(vars(records[0]))
        raise ValueError(f"history has no column {column}, only {columns}.")
    epochs = [record.epoch for record in records]
    lines = {}
    for name, key in (("train", column), ("test", f"test_{column}")):
        if hasattr(records[0], key):
            lines[name] = (epochs, [getattr(record, key) for record in records])
    ax = curves(lines, xlabel="epoch", ylabel=column.replace("_", " "), ax=ax)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    return ax


@styled
def function(f, f_der=None, *, lo=-6.0, hi=6.0, ax=None):
    """A function of one number from lo to hi, and its derivative if given.

    f, f_der: functions that take and give arrays of one shape (n,); the name of f is
    the label. lo not below hi is a ValueError.
    """
    if not lo < hi:
        raise ValueError(f"function needs lo < hi, got {lo} and {hi}.")
    x = np.linspace(lo, hi, 1001)
    name = getattr(f, "__name__", "f")
    lines = {name: (x, f(x))}
    if f_der is not None:
        lines[f"{name}_der"] = (x, f_der(x))
    return curves(lines, xlabel="x", ax=ax)


def mosaic(images, gap, columns=10):
    """Square images (n, pixels) or (n, side, side), ten to a row, as one array.

    Returns the array, NaN between the images, and each image's upper left pixel
    (row, column); gap: rows of pixels above each image. Others are a ValueError.
    """
    side = math.isqrt(math.prod(images.shape[1:]))
    if side * side != math.prod(images.shape[1:]):
        raise ValueError(f"images must be square, got shape {images.shape}.")
    n, down, right = len(images), side + gap, side + 2
    grid = np.full((math.ceil(n / columns) * down, min(n, columns) * right - 2), np.nan)
    corners = [(i // columns * down + gap, i % columns * right) for i in range(n)]
    for image, (row, col) in zip(images, corners, strict=True):
        grid[row : row + side, col : col + side] = image.reshape(side, side)
    return grid, corners


def show(grid, ax, **colors):
    """Show an array as an image without axes, on a figure of its proportions."""
    ax = new_ax(ax, height=0.2 + 6 * grid.shape[0] / grid.shape[1])
    ax.imshow(grid, interpolation="nearest", **colors)
    ax.set_axis_off()
    return ax


@styled
def digits(images, labels=None, predictions=None, *, ax=None):
    """Images (n, 784) or (n, 28, 28), ten to a row, bright on black.

    Above each stands its label (n,). With predictions (n,) the prediction stands there,
    and a wrong one is orange, with the label behind: "5, not 3".
    """
    images = checked("images", images, (None, None), (None, None, None))
    names = {"labels": labels, "predictions": predictions}
    given = {
        k: checked(k, v, (len(images),)) for k, v in names.items() if v is not None
    }
    grid, corners = mosaic(images, gap=10 if given else 2)
    ax = show(grid, ax, cmap="gray", vmin=0, vmax=max(1, images.max()))
    truth = given.get("labels", given.get("predictions"))
    for i, (row, col) in enumerate(corners if given else []):
        said = given.get("predictions", truth)[i]
        text = f"{said}" if said == truth[i] else f"{said}, not {truth[i]}"
        color = GREY if said == truth[i] else ORANGE
        ax.text(col, row - 2, text, color=color, size=8)
    return ax


@styled
def weights(W, *, ax=None):
    """The weights of a first layer W (784, n) as n images of 28×28, ten to a row.

    Blue draws a node on, orange holds it back, and zero is as the page.
    """
    W = checked("W", W, (None, None))
    grid, _ = mosaic(W.T, gap=2)
    largest = np.abs(W).max() or 1
    return show(grid, ax, cmap=SIGNED, vmin=-largest, vmax=largest)


@styled
def confusion(predictions, t, *, n=10, ax=None):
    """How often each class (row) was taken for which (column), as counts (n, n).

    predictions, t: (N,) whole numbers from 0 to n − 1, else it is a ValueError.
    Blue: the share of a class that was recognized. Orange: mistakes, the most frequent
    one the darkest.
    """
    predictions = checked("predictions", predictions, (None,))
    t = checked("t", t, predictions.shape)
    classes = np.stack([predictions, t])
    if classes.dtype.kind not in "iu" or classes.min() < 0 or classes.max() >= n:
        raise ValueError(f"predictions and t must be whole numbers from 0 to {n - 1}.")
    counts = np.zeros((n, n), int)
    np.add.at(counts, (t, predictions), 1)
    right = np.diag(counts) / np.maximum(counts.sum(axis=1), 1)
    wrong = counts - np.diag(np.diag(counts))
    cells = np.diag(right) - wrong / max(wrong.max(), 1)
    ax = new_ax(ax, 5, 5)
    ax.imshow(cells, cmap=CELLS, vmin=-1, vmax=1)
    for (row, col), count in np.ndenumerate(counts):
        if count:
            color = "white" if abs(cells[row, col]) > 0.75 else "#222222"
            ax.text(col, row, count, color=color, ha="center", va="center", size=8)
    ax.set(xlabel="predicted", ylabel="true", xticks=range(n), yticks=range(n))
    return ax


@styled
def histogram(values, *, bins=30, ax=None):
    """How often which value occurs: one outline for each array, on common bins.

    values: a dict from name, such as a layer's, to an array of any shape. bins: their
    number. The height is the share of the array's numbers in a bin.
    """
    if not values:
        raise ValueError("histogram needs at least one array, got none.")
    flat = {k: checked(k, np.ravel(v), (None,)) for k, v in values.items()}
    edges = np.histogram_bin_edges(np.concatenate(list(flat.values())), bins)
    ax = new_ax(ax)
    pens = cycle(zip(COLORS, DASHES, strict=True))
    for (name, v), (color, dash) in zip(flat.items(), pens, strict=False):
        share = np.histogram(v, edges)[0] / len(v)
        ax.stairs(share, edges, label=name, color=color, ls=dash, lw=1.5)
    ax.set(xlabel="value", ylabel="share")
    ax.legend()
    return ax


@styled
def prediction(y, t, *, ax=None):
    """Predicted y against true t, (N,) or (N, 1) each; on the diagonal they agree."""
    y = checked("y", y, (None,), (None, 1)).ravel()
    t = checked("t", t, (len(y),), (len(y), 1)).ravel()
    ax = new_ax(ax, 4.2, 4.2)
    ends = [min(y.min(), t.min()), max(y.max(), t.max())]
    ax.plot(ends, ends, color=GREY, linestyle="--", linewidth=1)
    ax.plot(t, y, "o", color=BLUE, markersize=4, alpha=0.7)
    ax.set(xlabel="true", ylabel="predicted", aspect="equal")
    return ax


@styled
def surface(f, path=None, *, x=(-2.0, 2.0), y=(-2.0, 2.0), levels=20, ax=None):
    """Level lines of f(x, y) seen from above, and a path (n, 2) across them.

    f takes and gives arrays of one shape; x and y are the ends of the axes. The path
    starts at the square.
    """
    grid_x, grid_y = np.meshgrid(np.linspace(*x, 121), np.linspace(*y, 121))
    z = checked("f(x, y)", f(grid_x, grid_y), grid_x.shape)
    path = None if path is None else checked("path", path, (None, 2))
    ax = new_ax(ax, 5, 4)
    ax.contour(grid_x, grid_y, z, levels, colors=GREY, linewidths=0.7)
    if path is not None:
        ax.plot(*path.T, "-o", color=ORANGE, markersize=3)
        ax.plot(*path[0], "s", color=ORANGE)
    ax.set(xlabel="x", ylabel="y", xlim=x, ylim=y)
    return ax


@styled
def boundary(net, x, t, *, ax=None):
    """Points x (N, 2) by class t (N,), and which class net.predict gives each place.

    One output is the probability of class 1; of several, the largest names the class.
    """
    x = checked("x", x, (None, 2))
    t = checked("t", t, (len(x),), (len(x), 1)).ravel()
    if (t != t.astype(int)).any() or t.min() < 0:
        raise ValueError("t must be whole numbers from 0, one class per point.")
    ends = np.column_stack([x.min(axis=0) - 0.2, x.max(axis=0) + 0.2])  # (2, 2)
    grid = np.meshgrid(*(np.linspace(*end, 200) for end in ends))
    y = net.predict(np.column_stack([side.ravel() for side in grid]))  # (200 * 200, n)
    classes = y[:, 0] > 0.5 if y.shape[1] == 1 else y.argmax(axis=1)
    n = max(2, y.shape[1], int(t.max()) + 1)
    colors = [color for color, _ in zip(cycle(COLORS), range(n), strict=False)]
    ax = new_ax(ax, 5, 4)
    region = {"extent": ends.ravel(), "origin": "lower", "aspect": "auto", "alpha": 0.2}
    region |= {"cmap": ListedColormap(colors), "vmin": -0.5, "vmax": n - 0.5}
    ax.imshow(classes.reshape(200, 200), **region)
    for k, color, marker in zip(range(n), colors, cycle(MARKERS), strict=False):
        ax.plot(*x[t == k].T, marker, color=color, markersize=4, label=f"class {k}")
    ax.set(xlabel="x₁", ylabel="x₂")
    return ax
