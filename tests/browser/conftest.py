"""A small book with every live figure, made by the book's own tools, and a browser.

The notebooks are executed and stored by scripts/notebooks.py and built with the real
configuration and extensions. Every request to the outside is blocked and counted.
"""

import os
import subprocess
import sys
from pathlib import Path

import figures
import nbformat
import pytest
import yaml
from pages import PAGES

ROOT = Path(__file__).resolve().parents[2]


def write_book(folder):
    """Sources of the small book, with the real configuration."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    config["logo"] = str(ROOT / config["logo"])
    config["html"]["favicon"] = str(ROOT / config["html"]["favicon"])
    del config["bibtex_bibfiles"]
    sphinx = config["sphinx"]
    del sphinx["config"]["bibtex_reference_style"]
    sphinx["local_extensions"] = dict.fromkeys(
        sphinx["local_extensions"], str(ROOT / "book" / "_ext")
    )
    sphinx["config"]["html_static_path"] = [str(ROOT / "book" / "_static")]
    sphinx["config"]["templates_path"] = [str(ROOT / "book" / "_templates")]
    (folder / "_config.yml").write_text(yaml.safe_dump(config), "utf-8")
    toc = {"format": "jb-book", "root": "index"}
    toc["chapters"] = [{"file": name} for name in PAGES]
    (folder / "_toc.yml").write_text(yaml.safe_dump(toc), "utf-8")
    (folder / "index.md").write_text("# Figures\n", "utf-8")
    for name, cells in PAGES.items():
        notebook = nbformat.v4.new_notebook()
        notebook.cells = [nbformat.v4.new_markdown_cell(f"# The page {name}")]
        notebook.cells += map(nbformat.v4.new_code_cell, cells)
        nbformat.write(notebook, folder / f"{name}.ipynb")


def run(*command):
    """Run a program; its output is the message where it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    """The folder of the built pages."""
    folder = tmp_path_factory.mktemp("book")
    write_book(folder)
    notebooks = [folder / f"{name}.ipynb" for name in PAGES]
    run(sys.executable, ROOT / "scripts" / "notebooks.py", *notebooks)
    run(Path(sys.executable).with_name("jupyter-book"), "build", folder, "-W", "-n")
    return folder / "_build" / "html"


@pytest.fixture(scope="session")
def bases(book):
    """Where the pages lie: {"http": …, "file": …}."""
    with figures.served(book) as address:
        yield {"http": address, "file": book.as_uri()}


@pytest.fixture(scope="session")
def chromium(need):
    playwright = pytest.importorskip("playwright.sync_api")
    import browser

    program = need(browser.find(), "no Chromium here: scripts/browser.py --install")
    with playwright.sync_playwright() as p:
        yield p.chromium.launch(executable_path=program)


class Visit:
    """A page opened in a fresh window, and all that went wrong in it."""

    def __init__(self, chromium, bases, **settings):
        self.bases, self.wrong, self.outside = bases, [], []
        self.context = chromium.new_context(**settings)
        self.context.route("**/*", self.admit)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("requestfailed", self.note_failure)
        self.page.on("console", self.note)

    def note_failure(self, request):
        # aborted: the page was left before its icon had come, which is no fault of it
        if request.failure != "net::ERR_ABORTED":
            self.wrong.append(f"failed: {request.url}, {request.failure}")

    def admit(self, route):
        url = route.request.url
        if url.startswith((*self.bases.values(), "blob:", "data:")):
            route.continue_()
        else:
            self.outside.append(url)
            route.abort()

    def note(self, message):
        if message.type in ("error", "warning"):
            self.wrong.append(message.text)

    def open(self, name, base="http", state=""):
        self.page.goto(f"{self.bases[base]}/{name}.html{state}")
        self.page.wait_for_selector("html[data-figures=ready]")
        return self.page


@pytest.fixture
def visit(chromium, bases):
    """visit(settings of the window…) -> Visit."""
    visits = []

    def make(**settings):
        visits.append(Visit(chromium, bases, **settings))
        return visits[-1]

    yield make
    for made in visits:
        made.context.close()
    assert [made.outside for made in visits] == [[]] * len(visits)
    assert [
        wrong for made in visits for wrong in made.wrong if "a slip" not in wrong
    ] == []
