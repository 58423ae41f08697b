r"""Formulas set while the book is built: pages need no MathJax, no network, no script.

MathJax (from the package sphinx-mathjax-offline) runs in V8 (mini-racer) and turns TeX
into the HTML that it would make in the reader's browser, with MathML beside it for
screen readers. Pages load its style sheet and the fonts of the characters they show.
A formula that MathJax cannot read is a warning; `make strict` turns it into a failure.
"""

import atexit
import functools
import re
from importlib.util import find_spec
from pathlib import Path

from docutils import nodes
from py_mini_racer import MiniRacer
from sphinx.locale import _
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.fileutil import copy_asset
from sphinx.util.math import get_node_equation_number

logger = logging.getLogger(__name__)

PARTS = (
    "startup",
    "core",
    "adaptors/liteDOM",
    "input/tex-full",
    "output/chtml",
    "output/chtml/fonts/tex",
    "a11y/assistive-mml",
)
FONTS = "output/chtml/fonts/woff-v2"
STYLE = "formulas.css"
# Without noerrors and noundefined a mistake is told, not shown as it was typed.
CONFIG = """
var window = globalThis;
var MathJax = {
    startup: { typeset: false, input: ["tex"], output: "chtml", document: "" },
    tex: { packages: [
        "base", "ams", "boldsymbol", "cancel", "color", "mathtools", "newcommand",
        "textmacros",
    ] },
    chtml: { adaptiveCSS: false, fontURL: "formulas" },
};
"""
START = """
MathJax.loader.preLoad(...parts);
MathJax.config.startup.ready();
const typeset = (tex, display) =>
    MathJax.startup.adaptor.outerHTML(MathJax.tex2chtml(tex, { display }));
const styleSheet = () =>
    MathJax.startup.adaptor.textContent(MathJax.chtmlStylesheet());
"""
# A character is <mjx-c class="mjx-c1D465 TEX-I">; a rule of the style is for some.
CHARACTER = re.compile(r"\bmjx-c[0-9A-F]+\b")
# A long formula in a line may break behind =, ≈, ←, ≤, + and a minus between two terms.
LONG = 15
BREAK = re.compile(
    r'<mjx-mo class="mjx-n" space="(?:4"><mjx-c class="mjx-c(?:3D|2248|2190|2264)|'
    r'3"><mjx-c class="mjx-c(?:2B|2212))"></mjx-c></mjx-mo>'
)
CLOSING = re.compile(r"[.,;:!?)]+")
RULE = re.compile(r"^(\S.*) \{\n(?:  .*\n)*\}\n+", re.M)


def folder():
    """Where the files of MathJax lie."""
    package = find_spec("sphinx-mathjax-offline").origin
    return Path(package).parent / "static" / "mathjax"


@functools.cache
def mathjax():
    """MathJax, ready, in an engine that is closed when the program ends."""
    engine = MiniRacer()
    atexit.register(engine.close)
    engine.eval(CONFIG)
    for part in PARTS:
        engine.eval((folder() / f"{part}.js").read_text("utf-8"))
    engine.eval(f"const parts = {list(PARTS)};{START}")
    return engine


@functools.cache
def typeset(tex, display):
    """(HTML of a formula, None), or (its TeX, what MathJax says is wrong with it)."""
    html = mathjax().call("typeset", tex, display)
    wrong = re.search(r'data-mjx-error="([^"]*)"', html)
    return html, wrong and wrong[1]


def style_sheet(used):
    """MathJax's style sheet, of the rules for single characters only those for used."""

    def kept(rule):
        return rule[0] if used.issuperset(CHARACTER.findall(rule[1])) else ""

    return RULE.sub(kept, mathjax().call("styleSheet"))


def display_tex(node):
    r"""The TeX of a block: paragraphs stand under one another, \\ breaks a line."""
    if node["nowrap"]:
        return node.astext()
    parts = [part for part in node.astext().split("\n\n") if part.strip()]
    lines = [rf"\begin{{split}}{p}\end{{split}}" if r"\\" in p else p for p in parts]
    one = r"\\".join(lines)
    return one if len(lines) == 1 else rf"\begin{{aligned}}{one}\end{{aligned}}"


def breakable(html):
    """A formula in a line; a long one may break where TeX would break it."""
    return BREAK.sub(r"\g<0><wbr>", html) if html.count("<mjx-c ") > LONG else html


def add(translator, node, tex, display):
    """Put a formula into the page."""
    html, wrong = typeset(tex, display)
    if wrong:
        message = f"MathJax cannot read a formula ({wrong}): {tex}"
        logger.warning(message, location=node, type="formulas", subtype="tex")
    translator.body.append(html if display else breakable(html))


def visit_inline(self, node):
    """A formula in a line."""
    self.body.append(
        self.starttag(node, "span", "", CLASS="math notranslate nohighlight")
    )
    add(self, node, node.astext(), False)
    self.body.append("</span>")
    raise nodes.SkipNode


def visit_block(self, node):
    """A formula of its own line, with its number and permalink if it has one."""
    self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, _("Link to this equation"))
        self.body.append("</span>")
    add(self, node, display_tex(node), True)
    self.body.append("</div>\n")
    raise nodes.SkipNode


class KeepTogether(SphinxPostTransform):
    """Let no line begin with the comma or full stop that follows a formula."""

    default_priority = 500
    formats = ("html",)

    def run(self, **kwargs):
        """Work on one page."""
        for math in list(self.document.findall(nodes.math)):
            after = math.next_node(descend=False, siblings=True)
            found = isinstance(after, nodes.Text) and CLOSING.match(after)
            if not found:
                continue
            after.parent.replace(after, nodes.Text(after[found.end() :]))
            together = nodes.inline("", "", classes=["together"])
            math.replace_self(together)
            together += [math, nodes.Text(found[0])]


def add_style(app, pagename, templatename, context, doctree):
    """Link the style sheet in pages that show a formula, in the text or a title."""
    if "mjx-container" in context.get("body", "") + context.get("toc", ""):
        app.add_css_file(STYLE)


def write_style(app, error):
    """Write the style sheet for the characters of all pages, and copy the fonts."""
    if error or app.builder.format != "html":
        return
    pages = Path(app.outdir).rglob("*.html")
    used = {
        name for page in pages for name in CHARACTER.findall(page.read_text("utf-8"))
    }
    static = Path(app.outdir, "_static")
    (static / STYLE).write_text(style_sheet(used), "utf-8")
    copy_asset(folder() / FONTS, static / "formulas")


def setup(app):
    """Register the renderer and make it the one of the book."""
    app.add_html_math_renderer("typeset", (visit_inline, None), (visit_block, None))
    app.config.html_math_renderer = "typeset"
    app.add_post_transform(KeepTogether)
    app.connect("html-page-context", add_style)
    app.connect("build-finished", write_style)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
