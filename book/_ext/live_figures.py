"""Live figures in the pages: a picture each, and a small host that makes them move.

A notebook stores its widgets' state; MyST-NB writes it into the page. Where a widget
carries its own module (a figure of nnlib.widgets), the page shows the picture stored
beside it and live_figures.js brings it to life. Any other widget needs Python: in its
place stands its picture, if it has one, and a line that says where it runs.
"""

import json
from pathlib import Path

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

logger = logging.getLogger(__name__)

HOST = Path(__file__).with_suffix(".js").read_text("utf-8")
STYLE = Path(__file__).with_suffix(".css").read_text("utf-8")
VIEW = "application/vnd.jupyter.widget-view+json"
PICTURES = ("image/svg+xml", "image/png", "image/jpeg")
NEEDS_PYTHON = (
    "This control needs Python: download this chapter's notebook (the icon at the top "
    "of the page) and run it in Jupyter or Colab."
)


def saved_models(env, docname):
    """The state of every widget that a page's notebook stored, by model id."""
    uri_and_options = NbMetadataCollector.get_js_files(env, docname)
    if "ipywidgets_state" not in uri_and_options:
        return {}
    return json.loads(uri_and_options["ipywidgets_state"][1]["body"])["state"]


def model_id(view):
    """The id inside a view's script."""
    script = next(iter(view.findall(nodes.raw))).astext()
    return json.loads(script[script.index(">") + 1 : script.rindex("<")])["model_id"]


class PlaceFigures(SphinxPostTransform):
    """Give every widget its place: picture and view, or picture and a line of words."""

    default_priority = 3  # just before MyST-NB keeps only the first mime type
    formats = ("html",)

    def run(self, **kwargs):
        models = saved_models(self.env, self.env.docname)
        for bundle in list(self.document.findall(nodes.container)):
            if bundle.get("nb_element") != "mime_bundle":
                continue
            by_type = {child["mime_type"]: child for child in bundle.children}
            if VIEW not in by_type:
                continue
            view = by_type[VIEW]
            picture = next((by_type[t] for t in PICTURES if t in by_type), None)
            place = nodes.container(classes=["live-figure"])
            if picture is not None:
                place += nodes.container(
                    "", *picture.children, classes=["live-figure-picture"]
                )
            if "_esm" in models.get(model_id(view), {}).get("state", {}):
                if picture is None:
                    logger.warning(
                        "a live figure has no picture for readers without JavaScript",
                        location=bundle,
                        type="live_figures",
                    )
                place += view.children
            else:
                place += nodes.paragraph("", NEEDS_PYTHON, classes=["needs-python"])
            bundle.children = []
            kept = nodes.container("", place, mime_type=VIEW)
            bundle += kept


def add_host(app, pagename, templatename, context, doctree):
    """Put the host and its style into pages that have figures, and into no other."""
    if doctree is None or app.builder.format != "html":
        return
    if any("live-figure" in n["classes"] for n in doctree.findall(nodes.container)):
        context["metatags"] = context.get("metatags", "") + f"<style>{STYLE}</style>"
        app.add_js_file(None, body=HOST)


def setup(app):
    """Register the transform and the host."""
    app.add_post_transform(PlaceFigures)
    app.connect("html-page-context", add_host)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
