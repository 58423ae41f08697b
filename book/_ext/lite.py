"""A button that runs a chapter in the reader's own browser.

Only `scripts/make_site.py` turns it on: the plain book has no such button. The page
itself loads nothing of what the button leads to.
"""

START = "lite/start.html"
WORDS = "Run in this browser (loads {} MB)"
MORE = "Python starts in this browser in about a minute; nothing is installed"
ICON = "fas fa-play"


def add_button(app, pagename, templatename, context, doctree):
    """Put the button first among the ways to run a chapter."""
    if pagename not in app.config.lite_chapters:
        return
    notebook = pagename.rpartition("/")[2]
    address = context["pathto"](START, 1) + f"?path={notebook}.ipynb"
    words = WORDS.format(app.config.lite_megabytes)
    button = {"type": "link", "text": words, "tooltip": MORE, "icon": ICON}
    groups = context["header_buttons"]
    group = next(g for g in groups if g.get("label") == "launch-buttons")
    group["buttons"].insert(0, button | {"url": address})


def setup(app):
    """Register the button, the list of the chapters that have it, and what it loads."""
    app.add_config_value("lite_chapters", [], "html", list)
    app.add_config_value("lite_megabytes", 0, "html", int)
    app.connect("html-page-context", add_button, priority=700)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
