"""The book's extension: drawings stand in the page, images carry words."""

import re
from xml.etree import ElementTree

import drawings
import pytest

SVG = """<?xml version="1.0"?>
<!-- made by hand -->
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
  class="nnlib-drawing" role="img" aria-label="two nodes">
  <defs><marker id="arrow"/></defs><g id="edge"><title>x to y</title></g>
  <path marker-end="url(#arrow)"/><use href="#edge"/><use xlink:href="#edge"/>
  <text>σ &lt; 1</text>
</svg>"""


def test_ids_and_all_references_to_them_are_renamed_together():
    markup, _ = drawings.inline_svg(SVG, "d1-")
    ids = set(re.findall(r'\bid="([^"]+)"', markup))
    references = set(re.findall(r'(?:url\(|href=")#([^)"]+)', markup))
    assert ids == references == {"d1-arrow", "d1-edge"}


def test_two_drawings_on_one_page_share_no_id():
    first, second = (drawings.inline_svg(SVG, f"d{n}-")[0] for n in (1, 2))
    assert not set(re.findall(r'id="[^"]+"', first)) & set(
        re.findall(r'id="[^"]+"', second)
    )


def test_an_inline_drawing_is_plain_svg_without_prolog_and_keeps_its_text():
    markup, words = drawings.inline_svg(SVG, "d1-")
    assert markup.startswith("<svg ")
    assert "<!--" not in markup
    assert words == "two nodes"
    root = ElementTree.fromstring(markup)
    assert root.attrib["role"] == "img"
    assert root.find("{http://www.w3.org/2000/svg}text").text == "σ < 1"


@pytest.mark.parametrize(
    ("attributes", "content", "alt", "words"),
    [
        ("", "", None, None),
        ("", "", "from the cell", "from the cell"),
        ("", "<title>a title</title>", None, "a title"),
        ('aria-label="a label"', "<title>a title</title>", None, "a label"),
        ('aria-label="a label"', "", "from the cell", "from the cell"),
    ],
)
def test_the_words_of_a_drawing(attributes, content, alt, words):
    source = f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{content}</svg>'
    markup, found = drawings.inline_svg(source, "d1-", alt)
    assert found == words
    assert (f'aria-label="{alt}"' in markup) == bool(alt)


@pytest.mark.parametrize(
    ("html", "wordless"),
    [
        ("<p>text</p>", False),
        ('<img src="a.png" alt="a digit">', False),
        ('<img src="a.png">', True),
        ('<img src="a.png" alt="">', True),
        ('<img src="a.png" alt="a"/><img src="b.png"/>', True),
    ],
)
def test_an_image_in_html_needs_words(html, wordless):
    assert drawings.has_wordless_image(html) is wordless
