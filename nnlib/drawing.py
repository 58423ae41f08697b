"""Nodes and edges become a picture: DOT, the language of Graphviz, and SVG.

Every node has a place, so the drawing is the same on every machine. The program `dot`
makes the SVG from the DOT text; where there is no such program, `to_svg` does.
Blue is positive, orange and dashed negative; the thicker a line, the larger its weight.

Classes for CSS: svg.nnlib-drawing; .node with input, hidden, output or bias; .edge with
positive, negative or zero; .layer (the text under a column); .more (the ⋮).
"""

import math
import os
import xml.etree.ElementTree as ET
from pathlib import Path
from subprocess import CalledProcessError

import numpy as np

from nnlib.layout import FONT, LINE, extent, place_nodes, place_texts

# All three stand out at least 4 to 1 on white and on a dark page (#14181e).
GREY, BLUE, ORANGE = "#7b7b7b", "#1a80c4", "#cc5900"
COLOR = {"": GREY, "zero": GREY, "positive": BLUE, "negative": ORANGE}

ZOOM = 1.2  # a page's text is larger than a drawing's 12 px

# neato takes places as they are, with inputscale in px; dot would choose its own.
PLACED = {"layout": "neato", "inputscale": "72", "splines": "line"}
BARE = {"shape": "plaintext", "fixedsize": "false", "width": "0", "height": "0"}


class Drawing:
    """A picture of nodes and edges; a notebook shows it.

    source   DOT, the same on every machine
    svg      the picture, ready to be put into a page
    alt      the content in words
    engine   "dot", or "nnlib" and why dot did not draw it

    intro says what it is; columns are pairs (title, nodes), the input first. Without
    the package graphviz it is an ImportError, without the program dot it is drawn here.
    """

    def __init__(self, intro, columns, edges, *, upright=False):
        nodes, r = place_nodes(columns, edges, upright)
        edges = place_texts(nodes, edges)
        graph = to_graph(nodes, edges, r)
        self.alt, self.source = describe(intro, nodes, edges), graph.source
        try:
            svg = tidy(graph.pipe(format="svg", encoding="utf-8", quiet=True))
            self.engine = "dot"
        except (OSError, RuntimeError, CalledProcessError, ET.ParseError) as error:
            svg, self.engine = to_svg(nodes, edges, r), f"nnlib, without dot: {error}"
        self.svg = finish(svg, self.alt)

    def save(self, path):
        """Write the SVG to a file at path, whole or not at all."""
        part = Path(f"{path}.part")
        try:
            part.write_text(self.svg, encoding="utf-8")
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": self.source, "image/svg+xml": self.svg}

    def __repr__(self):
        return f"<Drawing: {self.alt}>"


def describe(intro, nodes, edges):
    """The content in words, for those who do not see it."""
    symbol = {node.name: node.text.split("\n")[0] for node in nodes}
    values = [n.text.replace("\n", " ") for n in nodes if "\n" in n.text and not n.bare]
    texts = [f"{symbol[e.tail]} to {symbol[e.head]} {e.text}" for e in edges if e.text]
    kinds = [edge.kind for edge in edges]
    if not texts and any(kinds):
        counts = {kind: kinds.count(kind) for kind in ("positive", "negative", "zero")}
        texts = [f"{n} {kind}" for kind, n in counts.items() if n]
    parts = [("Nodes: ", values), ("Lines drawn: ", texts)]
    return ". ".join([intro, *(p + ", ".join(v) for p, v in parts if v)]) + "."


def pen_width(edge, edges):
    """1 px without a weight, else from 0.7 for zero to 3.2 for the largest drawn."""
    if edge.weight is None:
        return 1
    largest = max(abs(e.weight) for e in edges if e.weight is not None)
    return round(0.7 + 2.5 * abs(edge.weight) / (largest or 1), 2)


def to_graph(nodes, edges, r):
    """The drawing as a graphviz.Digraph: every place is given, dot only draws.

    r: the radius of the circles in px. DOT counts places upward and circles in inches.
    """
    try:
        from graphviz import Digraph
    except ImportError as error:
        raise ImportError(
            "drawings need the package graphviz: "
            'pip install "neural-networks-by-hand[views]" from the repository.'
        ) from error
    pen = {"fontname": "Helvetica", "fontsize": str(FONT)}
    pen |= {"fontcolor": GREY, "color": GREY}
    circle = {"shape": "circle", "fixedsize": "true", "width": f"{r / 36:.3f}"}
    arrow = {"arrowsize": "0.5"}
    graph = Digraph(graph_attr=PLACED, node_attr=pen | circle, edge_attr=pen | arrow)
    for n in nodes:
        place = {"class": n.kind, "pos": f"{n.x:g},{0 - n.y:g}!"}
        text = n.text.replace("\n", r"\n")
        graph.node(n.name, label=text, **place, **(BARE if n.bare else {}))
    for e in edges:
        graph.edge(e.tail, e.head, **edge_attributes(e, edges, nodes, r))
    return graph


def edge_attributes(edge, edges, nodes, r):
    """The attributes of an edge in DOT: its class, pen and text."""
    said = {}
    if edge.kind:
        color = COLOR[edge.kind]
        said = {"class": edge.kind, "color": color, "fontcolor": color}
        said["penwidth"] = f"{pen_width(edge, edges):g}"
    if edge.kind == "negative":
        said["style"] = "dashed"
    if edge.text:
        at = {n.name: n for n in nodes}
        said["taillabel"] = edge.text.replace("\n", r"\n")
        said |= polar(edge, at[edge.tail], at[edge.head], r)
    return said


def polar(edge, tail, head, r):
    """The place of an edge's text as DOT wants it: distance and angle from the tail.

    Both start where the line leaves the circle; the angle, in degrees, is that between
    the line and the way to the text.
    """
    way = math.atan2(tail.y - head.y, head.x - tail.x)
    dx = edge.x - tail.x - r * math.cos(way)
    dy = tail.y - edge.y - r * math.sin(way)
    angle = math.degrees(math.atan2(dy, dx) - way)
    distance = math.hypot(dx, dy) / 10  # DOT counts it in tens of points
    angle = (angle + 180) % 360 - 180
    return {"labeldistance": f"{distance:.2f}", "labelangle": f"{angle:.1f}"}


def tidy(svg):
    """Parse dot's SVG and make it fit for a page: no background, no ids that clash."""
    root = ET.fromstring(svg)
    for parent in list(root.iter()):
        parent.tag = parent.tag.split("}")[-1]
        for name in ("id", "font-family"):
            parent.attrib.pop(name, None)
        kind = parent.get("class", "")
        for child in list(parent):
            tag = child.tag.split("}")[-1]
            if tag == "title" or (tag == "polygon" and kind == "graph"):
                parent.remove(child)
        if kind.endswith((" layer", " more")):
            parent.set("class", kind.removeprefix("node "))
    return root


def to_svg(nodes, edges, r):
    """The same picture as dot's, drawn here: an element tree."""
    root, at = ET.Element("svg"), {n.name: n for n in nodes}
    box = bounds(nodes, edges, r)
    root.set("viewBox", " ".join(f"{length:.1f}" for length in box))
    for e in edges:
        group = ET.SubElement(root, "g", {"class": f"edge {e.kind}".strip()})
        draw_line(group, e, at[e.tail], at[e.head], r, pen_width(e, edges))
        write(group, e.text, e.x, e.y, COLOR[e.kind])
    for n in nodes:
        kind = n.kind if n.bare else f"node {n.kind}"
        group = ET.SubElement(root, "g", {"class": kind})
        if not n.bare:
            place = {"cx": f"{n.x:g}", "cy": f"{n.y:g}", "rx": f"{r}", "ry": f"{r}"}
            ET.SubElement(group, "ellipse", {"fill": "none", "stroke": GREY, **place})
        write(group, n.text, n.x, n.y, GREY)
    return root


def bounds(nodes, edges, r):
    """Left, top, width and height of all that is drawn, with a margin."""
    corners = []
    for item in [*nodes, *(e for e in edges if e.text)]:
        w, h = (r, r) if item in nodes and not item.bare else extent(item.text)
        corners += [(item.x - w, item.y - h), (item.x + w, item.y + h)]
    (left, top), (right, bottom) = np.min(corners, 0) - 4, np.max(corners, 0) + 4
    return left, top, right - left, bottom - top


def draw_line(group, edge, tail, head, r, width):
    """A line from circle to circle with a small arrowhead, as dot draws it."""
    way = np.array([head.x - tail.x, head.y - tail.y])
    way /= math.hypot(*way)
    start, tip = (
        np.array([tail.x, tail.y]) + r * way,
        np.array([head.x, head.y]) - r * way,
    )
    base, side = tip - 5 * way, 2 * np.array([way[1], -way[0]])
    pen = {"stroke": COLOR[edge.kind], "stroke-width": f"{width:g}"}
    dash = {"stroke-dasharray": "5,2"} if edge.kind == "negative" else {}
    line = f"M{start[0]:.1f},{start[1]:.1f}L{base[0]:.1f},{base[1]:.1f}"
    ET.SubElement(group, "path", {"fill": "none", **pen, **dash, "d": line})
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (base + side, tip, base - side))
    ET.SubElement(group, "polygon", {"fill": COLOR[edge.kind], **pen, "points": points})


def write(group, text, x, y, color):
    """Put a text, one element per row, with its middle at x, y."""
    rows = text.split("\n") if text else []
    for i, row in enumerate(rows):
        base = y + (i - len(rows) / 2) * LINE + 10
        place = {"x": f"{x:.1f}", "y": f"{base:.1f}", "text-anchor": "middle"}
        pen = {"font-size": str(FONT), "fill": color}
        ET.SubElement(group, "text", place | pen).text = row


def finish(root, alt):
    """Return the SVG as text, with its name, its class and a size within the page's."""
    *_, width, height = map(float, root.get("viewBox").split())
    box = {
        "xmlns": "http://www.w3.org/2000/svg",
        "class": "nnlib-drawing",
        "role": "img",
    }
    box |= {"aria-label": alt, "viewBox": root.get("viewBox")}
    box |= {"width": f"{ZOOM * width:g}", "height": f"{ZOOM * height:g}"}
    box |= {"font-family": "sans-serif"}
    root.attrib = box | {"style": "max-width: 100%; height: auto"}
    title = ET.Element("title")
    title.text = alt
    root.insert(0, title)
    return ET.tostring(root, encoding="unicode")
