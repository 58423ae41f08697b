"""The directive paper-sheet: the first paper sheet of the first set, or its key.

`scripts/paper_sheets.py` computes and draws it while the page is built, so the sheet in
the book is always one that the program makes.
"""

import sys
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

sys.path.append(str(Path(__file__).resolve().parents[2] / "scripts"))
import paper_sheets


class PaperSheet(SphinxDirective):
    """Sheet 1 of set 1 with its style; with the option key, its key."""

    option_spec = {"key": directives.flag}

    def run(self):
        with_key = "key" in self.options
        sheet = paper_sheets.make_sheet(1, 1)
        html = paper_sheets.page(sheet, "Sheet 1 of set 1", with_key)
        if not with_key:
            html = f"<style>\n{paper_sheets.STYLE}</style>\n{html}"
        return [nodes.raw("", html, format="html")]


def setup(app):
    """Tell Sphinx of the directive."""
    app.add_directive("paper-sheet", PaperSheet)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
