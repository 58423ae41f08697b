"""MathJax from the book's own folder: formulas need no network, not even a server.

The files come from the package sphinx-mathjax-offline (24 MB). Pages load one bundle
and its fonts; the rest that is copied serves rarer TeX commands and screen readers.
"""

from importlib.util import find_spec
from pathlib import Path

from sphinx.util.fileutil import copy_asset

KEPT_FILES = (
    "tex-chtml.js",
    "sre/mathmaps/base.json",
    "sre/mathmaps/en.json",
    "sre/mathmaps/nemeth.json",
)
KEPT_FOLDERS = ("output/chtml/fonts", "input/tex/extensions", "a11y")


def copy_mathjax(app, error):
    """Copy the kept files into the built book's _static folder."""
    if error or app.builder.format != "html":
        return
    package = Path(find_spec("sphinx-mathjax-offline").origin).parent
    source, target = package / "static/mathjax", Path(app.outdir, "_static/mathjax")
    for name in KEPT_FILES:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        copy_asset(source / name, (target / name).parent)
    for name in KEPT_FOLDERS:
        copy_asset(source / name, target / name)


def setup(app):
    """Point Sphinx to the local bundle."""
    app.config.mathjax_path = "mathjax/tex-chtml.js"
    app.connect("build-finished", copy_mathjax)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
