"""Drawings inside the page, and a warning for every image that has no words.

A notebook's SVG output becomes part of the HTML instead of an <img>, so its text and
lines follow the theme's colors. Its ids are made unique on the page. Every image must
carry alternative text; `make strict` turns the warning into a failure.
"""

import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

logger = logging.getLogger(__name__)

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)

HOW = (
    "an image has no alternative text; say in words what it shows, in the cell's "
    'metadata {"mystnb": {"image": {"alt": "..."}}}, in ![...](file), or in alt="..."'
)


def rename_ids(svg, prefix):
    """Put prefix before every id of an SVG tree and before every reference to one."""
    ids = {element.get("id") for element in svg.iter()} - {None}
    for element in svg.iter():
        for name, value in element.attrib.items():
            if name == "id":
                value = prefix + value
            elif name in ("href", f"{{{XLINK}}}href") and value[1:] in ids:
                value = f"#{prefix}{value[1:]}"
            elif name in ("aria-labelledby", "aria-describedby"):
                value = " ".join(prefix + word for word in value.split())
            else:
                value = re.sub(r"url\(#", f"url(#{prefix}", value)
            element.set(name, value)


def label(svg):
    """The words that stand for an SVG: its aria-label, else its title, else None."""
    title = svg.find(f"{{{SVG}}}title")
    return svg.get("aria-label") or (None if title is None else title.text)


def inline_svg(source, prefix, alt=None):
    """SVG source made ready for a page: (markup, its alternative text or None)."""
    svg = ElementTree.fromstring(source)
    rename_ids(svg, prefix)
    if alt:
        svg.set("aria-label", alt)
    svg.set("role", "img")
    return ElementTree.tostring(svg, encoding="unicode"), label(svg)


class WordlessImages(HTMLParser):
    """Whether a piece of HTML holds an <img> without alt."""

    found = False

    def handle_starttag(self, tag, attrs):
        self.found |= tag == "img" and not dict(attrs).get("alt")


def has_wordless_image(html):
    """True when an <img> of the HTML has no alt text."""
    parser = WordlessImages()
    parser.feed(html)
    return parser.found


def warn(node):
    """Tell where an image without words stands: file, and cell when it is an output."""
    cell = node
    while cell is not None and "cell_index" not in cell.attributes:
        cell = cell.parent
    where = "" if cell is None else f"cell {cell['cell_index'] + 1}: "
    logger.warning(where + HOW, location=node, type="drawings", subtype="alt")


def svg_outputs(document):
    """The nodes that hold an SVG output of a notebook cell."""
    return [
        node
        for node in document.findall(nodes.container)
        if node.get("mime_type") == "image/svg+xml"
    ]


class InlineDrawings(SphinxTransform):
    """Replace SVG outputs by their markup; check all images for alternative text."""

    default_priority = 990  # after all that makes images, before they are collected

    def apply(self, **kwargs):
        """Work on one page."""
        for number, output in enumerate(svg_outputs(self.document), 1):
            for image in list(output.findall(nodes.image)):
                self.inline(image, f"drawing{number}-")
        for image in self.document.findall(nodes.image):
            if not image.get("alt", "").strip():
                warn(image)
        for raw in self.document.findall(nodes.raw):
            if "html" in raw["format"].split() and has_wordless_image(raw.astext()):
                warn(raw)

    def inline(self, image, prefix):
        """Put the markup of an SVG file in the place of the image that shows it."""
        path = Path(self.app.srcdir, image["uri"].lstrip("/"))
        markup, words = inline_svg(path.read_text("utf-8"), prefix, image.get("alt"))
        if not words:
            warn(image)
        image.replace_self(nodes.raw("", markup, format="html"))


def setup(app):
    """Register the transform."""
    app.add_transform(InlineDrawings)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
