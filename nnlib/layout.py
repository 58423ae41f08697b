"""Where the parts of a drawing stand: nodes in columns, texts beside their lines.

Lengths are in px, x to the right and y downward. A column is a pair (title, list of
Nodes); an edge runs from its tail to its head. Nothing is drawn here.
"""

import math
from itertools import product
from typing import NamedTuple

import numpy as np

FONT, LETTER, LINE = 12, 6.6, 13  # size, mean width of a letter, height of a line
# Where an edge's text may stand: how far along the line, and on which side of it.
SPOTS = list(product((0.5, 0.43, 0.57, 0.36, 0.64, 0.29, 0.71, 0.24, 0.76), (1, -1)))
SWEEPS = 4
# The room that a text takes, as points: in half widths and half heights of its box.
GRID = np.array(list(product(np.linspace(-1, 1, 9), np.linspace(-1, 1, 7))))


class Node(NamedTuple):
    """A circle, or bare text where kind is "layer" or "more"; x, y is its center.

    The other kinds are "input", "hidden", "output" and "bias". "layer" is the title of
    a column, "more" the ⋮ for nodes that are left out.
    """

    name: str
    text: str
    kind: str  # its CSS class
    i: int | None = None  # its index in the layer; a bias and a bare text have none
    x: float = 0
    y: float = 0

    @property
    def bare(self):
        """Whether there is no circle around the text."""
        return self.kind in ("layer", "more")


class Edge(NamedTuple):
    """A line between two nodes, by their names; x, y is the center of its text."""

    tail: str
    head: str
    text: str = ""
    weight: float | None = None
    x: float = 0
    y: float = 0

    @property
    def kind(self):
        """Its CSS class: the sign of the weight, if it has one."""
        if self.weight is None:
            return ""
        return ("zero", "positive", "negative")[int(np.sign(self.weight))]


def extent(text):
    """Half the width and half the height of a text in px, about."""
    rows = text.split("\n")
    return max(map(len, rows)) * LETTER / 2, len(rows) * LINE / 2


def place_nodes(columns, edges, upright=False):
    """Put columns side by side; return the placed nodes, titles among them, and radius.

    upright: columns become rows, the first at the bottom, titles at the right.
    """
    r = 14 + 6 * max(n.text.count("\n") + 1 for _, nodes in columns for n in nodes)
    gap, step = spacing(columns, edges, r, upright)
    wide = 2 * max(extent(title)[0] for title, _ in columns)
    end = (max(len(nodes) for _, nodes in columns) - 1) / 2 * gap + r + 12
    placed = []
    for k, (title, nodes) in enumerate(columns):
        for i, node in enumerate(nodes):
            across = (i - (len(nodes) - 1) / 2) * gap
            x, y = (across, -k * step) if upright else (k * step, across)
            text = "⋯" if upright and node.kind == "more" else node.text
            placed.append(node._replace(text=text, x=x, y=y))
        below = end + extent(title)[1]
        x, y = (end + wide / 2, -k * step) if upright else (k * step, below)
        placed.append(Node(f"layer{k}", title, "layer", None, x, y))
    return placed, r


def spacing(columns, edges, r, upright):
    """Distance from node to node, and from column to column: texts ask for room."""
    column_of = {node.name: k for k, (_, nodes) in enumerate(columns) for node in nodes}
    texts = [column_of[e.tail] for e in edges if e.text]
    busiest = max(map(texts.count, texts), default=0)
    gap = 2 * r + 16 + 4 * busiest
    if upright:  # texts are wider than high, and here they stand side by side
        gap += max((extent(e.text)[0] for e in edges if e.text), default=0)
    tallest = gap * max(len(nodes) for _, nodes in columns)
    wide = 0 if upright else 14 + 2 * max(extent(title)[0] for title, _ in columns)
    return gap, max(2 * r + 64 + 13 * busiest, wide, 0.4 * tallest)


def place_texts(nodes, edges):
    """Return the edges, each text beside its line where it covers least of the rest.

    What may be covered is points: 50 along every line, and the GRID of every other
    text, which counts three times. The first of SWEEPS places text after text; the
    others place each anew, now that all the rest is there, until none moves.
    """
    at = {node.name: np.array([node.x, node.y]) for node in nodes}
    along = np.linspace(0, 1, 50)[:, None]
    lines = [at[e.tail] + along * (at[e.head] - at[e.tail]) for e in edges]
    centers, boxes = {}, {}
    for _ in range(SWEEPS):
        before = dict(centers)
        for k, e in enumerate(edges):
            if e.text:
                taken = np.concatenate(lines + 3 * [boxes[j] for j in boxes if j != k])
                half = np.array(extent(e.text))
                centers[k] = clearest_spot(at[e.tail], at[e.head], half, taken)
                boxes[k] = centers[k] + GRID * half
        if centers == before:
            break
    places = [centers.get(k, (e.x, e.y)) for k, e in enumerate(edges)]
    return [e._replace(x=x, y=y) for e, (x, y) in zip(edges, places, strict=True)]


def clearest_spot(tail, head, half, taken):
    """The center, in px, of a text beside a line where it covers the fewest points.

    tail, head: the ends of the line; half: of the text's size; taken: points (n, 2).
    """
    way = head - tail
    normal = np.array([way[1], -way[0]]) / math.hypot(*way)
    normal *= np.abs(normal) @ half + 1  # so far that it clears its line
    spots = tail + [t * way + side * normal for t, side in SPOTS]
    near = np.abs(taken - spots[:, None]) < half + 1  # (spots, points, 2)
    cover = (near[..., 0] & near[..., 1]).sum(axis=1)
    return spots[np.argmin(cover)].round(1).tolist()
