"""A small plot as SVG, for the pictures that stand where no figure can move."""

import xml.etree.ElementTree as ET

import numpy as np

from nnlib.drawing import GREY

WIDE, HIGH, LEFT, TOP = 240, 210, 50, 8  # px of a plot's inner part, and around it


def to_px(view, points):
    """Places (n, 2) in the view as px (n, 2); what lies far outside stays countable."""
    low, high = np.transpose(view[:2])
    part = (np.asarray(points, float).reshape(-1, 2) - low) / (high - low)
    return np.clip(part * [WIDE, -HIGH] + [0, HIGH], -1e5, 1e5)


def make_plot(root, left, names, view):
    """A frame with the ends of its axes and their names; returns its inner part."""
    box = {"x": left + LEFT, "y": TOP, "width": WIDE, "height": HIGH}
    put(root, "rect", **box, fill="none", stroke=GREY)
    for (low, high), name, across in zip(view, names, (1, 0), strict=True):
        for text, part in ((f"{low:.3g}", 0), (f"{high:.3g}", 1)):
            x = left + LEFT + across * part * WIDE - (1 - across) * 22
            y = TOP + HIGH + (16 if across else -part * (HIGH - 10))
            write(root, text.replace("-", "−"), x, y)
        x = left + LEFT + (WIDE / 2 if across else 0)
        turn = "" if across else f"rotate(-90 {left + 14} {TOP + HIGH / 2})"
        at = (x, TOP + HIGH + 32) if across else (left + 14, TOP + HIGH / 2)
        write(root, name, *at, transform=turn)
    return put(root, "svg", **box, overflow="hidden")


def put(parent, tag, **attributes):
    """Add an element; decimals get four digits."""
    pairs = {k.replace("_", "-"): v for k, v in attributes.items()}
    texts = {
        k: f"{v:.4g}" if isinstance(v, float) else f"{v}" for k, v in pairs.items()
    }
    return ET.SubElement(parent, tag, texts)


def polyline(parent, points, color, width, dashes="none"):
    """Draw a line through places in px."""
    text = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    pen = {"fill": "none", "stroke": color, "stroke_width": width}
    put(parent, "polyline", points=text, **pen, stroke_dasharray=dashes)


def write(parent, text, x, y, **more):
    """Put a text, its middle at x; more attributes as needed."""
    pen = {"font_size": 12, "fill": GREY, "text_anchor": "middle"}
    put(parent, "text", x=float(x), y=float(y), **pen | more).text = text
