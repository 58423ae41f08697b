"""Pages that load what they show and no more.

The theme brings every icon of Font Awesome three times over: as a script, as fonts, and
as 1,900 rules of style. Kept are one font and the rules of the icons that the built
pages and scripts name. Scripts and styles of features that the book does not use are
not linked, and files that no page loads are not part of it.
"""

import re
import shutil
from io import BytesIO
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset, ttLib
from sphinx.util import logging

logger = logging.getLogger(__name__)

UNUSED = re.compile("sphinx-thebe|THEBE_JS_URL|thebe_selector")
NEVER_LOADED = (
    "locales",
    "images",
    "sbt-webpack-macros.html",
    "webpack-macros.html",
    "sphinx-thebe.*",
    "scripts/fontawesome.js",
    "vendor",
    "**/*.map",
)
THEME_STYLE = "styles/pydata-sphinx-theme.css"
THEME_FONT = (
    Path(pydata_sphinx_theme.__file__).parent
    / "theme/pydata_sphinx_theme/static/vendor/fontawesome/webfonts/fa-solid-900.ttf"
)
FONT = "icons.woff"
FACE = (
    "@font-face{font-display:block;font-family:Font Awesome\\ 6 Free;font-weight:900;"
    f'src:url(../{FONT}) format("woff")}}'
)
FACES = re.compile(r"@font-face\{[^}]*Font Awesome[^}]*\}")
RULE = re.compile(r'((?:\.fa-[\w-]+:before,?)+)\{content:"([^"]+)"\}')
NAME = re.compile(r"\bfa-[\w-]+")
OTHER_STYLE = re.compile(r'class="[^"]*\b(far|fab|fa-regular|fa-brands)\b')
# Names, punctuation and spaces in code have the color of the text around them, and are
# more than half of all marks in it: each would cost time while a page is laid out.
PLAIN_CODE = re.compile(r'<span class="[npw]">([^<]*)</span>')
CODE = re.compile(r'"(?:\\([ef][0-9a-f]{3})|([\ue000-\uf8ff]))"')


def keep_used(app, pagename, templatename, context, doctree):
    """Link each script and style once, none of an unused feature; mark no plain code.

    Extensions that add an inline script while pages are read get it twice, and a second
    `const` of one name is an error in the page.
    """
    for kind in ("script_files", "css_files"):
        files = context.get(kind, [])
        distinct = {(f.filename or None, f.attributes.get("body")): f for f in files}
        files[:] = [f for what, f in distinct.items() if not UNUSED.search(str(what))]
    if "body" in context:
        context["body"] = PLAIN_CODE.sub(r"\1", context["body"])


def codes(style):
    """The icons that a style sheet shows outside the rules that name them."""
    found = CODE.findall(RULE.sub("", style))
    return {int(digits, 16) if digits else ord(char) for digits, char in found}


def keep_rules(style, names):
    """(A style sheet with the rules of these icons only, and the icons' codes)."""
    shown = codes(style)

    def kept(rule):
        if names.isdisjoint(NAME.findall(rule[1])):
            return ""
        shown.add(int(rule[2].strip("\\ "), 16) if rule[2][0] == "\\" else ord(rule[2]))
        return rule[0]

    return RULE.sub(kept, style), shown


def keep_glyphs(path, shown):
    """The bytes of a font, as WOFF, with these characters only."""
    font = ttLib.TTFont(path)
    subsetter = subset.Subsetter()
    subsetter.populate(unicodes=shown)
    subsetter.subset(font)
    font.flavor = "woff"
    data = BytesIO()
    font.save(data)
    return data.getvalue()


def named_icons(outdir):
    """The names of icons in the pages and scripts of a built book.

    An icon of a style whose font is not kept would stay blank, so it is a warning.
    """
    names = set()
    pages = {path: path.read_text("utf-8") for path in outdir.rglob("*.html")}
    for path, text in pages.items():
        names.update(NAME.findall(" ".join(re.findall(r'class="[^"]*"', text))))
        if other := OTHER_STYLE.search(text):
            message = f"an icon of the style {other[1]}: only solid ones are kept"
            logger.warning(message, location=str(path), type="lean_pages")
    for path in (outdir / "_static").rglob("*.js"):
        names.update(NAME.findall(path.read_text("utf-8")))
    return names


def trim(app, error):
    """Remove files that no page loads, and cut the icons down to those in use."""
    if error or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    for path in [path for pattern in NEVER_LOADED for path in static.glob(pattern)]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    style, shown = keep_rules(
        (static / THEME_STYLE).read_text("utf-8"), named_icons(Path(app.outdir))
    )
    (static / THEME_STYLE).write_text(FACES.sub("", style) + FACE, "utf-8")
    (static / FONT).write_bytes(keep_glyphs(THEME_FONT, shown))


def setup(app):
    """Register what is done to each page, and to the book when it is built."""
    app.connect("html-page-context", keep_used, priority=900)
    app.connect("build-finished", trim)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
