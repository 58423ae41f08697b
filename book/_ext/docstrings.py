"""Docstrings of nnlib on the reference pages, in the form in which they are written.

They are plain text, made to be read in an editor and by help(). Three rules turn them
into reStructuredText: a block that is indented, or has columns, keeps its form; lines
that each explain a name stay lines; all other text flows, and nothing in it is markup
but `names`.
"""

import inspect
import re
import textwrap

from sphinx.util.inspect import stringify_signature

COLUMNS = re.compile(r"\S {3,}\S")
EXPLAINED = re.compile(r"\w[\w, ]*: ")


def prose(text):
    """Text in which every sign stands for itself, and `names` become literals."""
    text = re.sub(r"([\\*|_])", r"\\\1", text)
    return re.sub(r"`([^`]*)`", lambda m: f"``{m[1]}``".replace("\\", ""), text)


def keeps_form(block):
    """Whether a block is a formula, code or a table: indented, or in columns."""
    lines = block.split("\n")
    return all(line.startswith(" ") for line in lines) or bool(COLUMNS.search(block))


def to_rst(lines):
    """Lines of a docstring, without their common indent, as lines of its page."""
    blocks, formed = re.split(r"\n(?:[ ]*\n)+", "\n".join(lines).strip("\n")), False
    out = []
    for block in blocks:
        rows = block.split("\n")
        if keeps_form(block):
            # two formed blocks in a row are one, with a blank line in it
            start = [""] if formed else ["", ".. code-block:: text", ""]
            out += start + ["   " + row for row in textwrap.dedent(block).split("\n")]
        elif len(rows) > 1 and all(EXPLAINED.match(row) for row in rows):
            out += ["", *("| " + prose(row) for row in rows)]
        else:
            out += ["", *prose(block).split("\n")]
        formed = keeps_form(block)
    return [*out[1:], ""]


def kind(obj):
    """A line that says of what a class is a kind, with a link where that is ours."""
    bases = [base for base in obj.__bases__ if base is not object]
    links = [
        f":py:class:`~{base.__module__}.{base.__name__}`"
        if base.__module__.startswith("nnlib.")
        else f"``{base.__name__}``"
        for base in bases
    ]
    return [f"A kind of {', '.join(links)}.", ""] if links else []


def process(app, what, name, obj, options, lines):
    """Take the place of what autodoc has read from a docstring."""
    lines[:] = to_rst(lines) + (kind(obj) if what == "class" else [])


def signature(app, what, name, obj, options, given, returned):
    """How a class is made: by its __init__, or that of a class of ours before it."""
    if what != "class":
        return None
    if hasattr(obj, "_fields"):
        return f"({', '.join(obj._fields)})", returned
    maker = next(base for base in obj.__mro__ if "__init__" in vars(base))
    if not maker.__module__.startswith("nnlib."):
        return "", returned
    _, *parameters = inspect.signature(maker.__init__).parameters.values()
    shown = inspect.Signature(parameters)
    return stringify_signature(shown, show_annotation=False), returned


def leave_out(app, what, name, obj, skip, options):
    """Do not list the fields of a tuple one by one: its signature names them."""
    doc = getattr(obj, "__doc__", None) or ""
    return True if doc.startswith("Alias for field number") else None


def setup(app):
    """Listen to autodoc."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-process-docstring", process)
    app.connect("autodoc-process-signature", signature)
    app.connect("autodoc-skip-member", leave_out)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
