"""A button that runs a chapter in the reader's own browser.

Only `scripts/make_site.py` turns it on: the plain book has no such button. The page
itself loads nothing of what the button leads to.
"""

APP = "lite/notebooks/index.html"
# Compressed: Pyodide 6, IPython 4, NumPy 3, Matplotlib and its like 10, the rest 4.
WORDS = "Run in this browser (loads 27 MB)"
MORE = "Python starts in this browser in about a minute; nothing is installed"
ICON = "fas fa-play"


def add_button(app, pagename, templatename, context, doctree):
    """Put the button first among the ways to run a chapter."""
    if pagename not in app.config.lite_chapters:
        return
    notebook = pagename.rpartition("/")[2]
    address = context["pathto"](APP, 1) + f"?path={notebook}.ipynb"
    button = {"type": "link", "text": WORDS, "tooltip": MORE, "icon": ICON}
    groups = context["header_buttons"]
    group = next(g for g in groups if g.get("label") == "launch-buttons")
    group["buttons"].insert(0, button | {"url": address})


def setup(app):
    """Register the button and the list of the chapters that have it."""
    app.add_config_value("lite_chapters", [], "html", list)
    app.connect("html-page-context", add_button, priority=700)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
