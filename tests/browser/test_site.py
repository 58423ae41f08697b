"""A chapter of the built site runs in a browser that reaches nothing outside.

Needs what `make site PYODIDE=folder` built last, with the core of Pyodide and the pure
wheels of IPython in the folder. NumPy may be missing there, so no cell here uses it.
"""

import functools
import http.server
import threading

import make_site
import nbformat
import pytest
from conftest import Quiet
from nbformat.v4 import new_code_cell, new_notebook

from nnlib.pure import forward_prop

expect = pytest.importorskip("playwright.sync_api").expect

WEIGHTS = [[[1, 0.5], [-1, 0.5], [0, 2]], [[1, -1, 2]]]
BIASES = [[0, 0.5, -1], [0.25]]
CELLS = [
    "import sys\nprint(sys.platform)",
    "import ipywidgets\nipywidgets.IntSlider(3)",
    "import anywidget, traitlets\n"
    "class Count(anywidget.AnyWidget):\n"
    "    n = traitlets.Int(7).tag(sync=True)\n"
    "    _esm = 'export default {render({model, el}) "
    '{ el.textContent = "n is " + model.get("n"); }}\'\n'
    "Count()",
    # The package without its __init__, which needs NumPy; the lists need nothing.
    "import sys, sysconfig, types\n"
    "package = types.ModuleType('nnlib')\n"
    "package.__path__ = [sysconfig.get_path('purelib') + '/nnlib']\n"
    "sys.modules['nnlib'] = package\n"
    "from nnlib.pure import forward_prop\n"
    f"print(forward_prop([2, 3, 1], {WEIGHTS}, {BIASES}, [1, 0.5]))",
    "from joblib import Parallel, delayed\n"
    "jobs = [delayed(abs)(x) for x in (-1, 2)]\n"
    "print('jobs', list(Parallel(n_jobs=-1, return_as='generator')(jobs)))",
    "import graphviz\n"
    "try:\n"
    "    graphviz.Digraph().pipe(format='svg')\n"
    "except OSError as error:\n"
    "    print('no dot', error)",
    "print('the end')",
    "%pip install a-name-of-nobody",
]


@pytest.fixture
def site():
    """Where the site is served."""
    if not (make_site.HTML / "lite" / "pyodide" / make_site.CORE[0]).exists():
        pytest.skip("no site with a Pyodide of its own: make site PYODIDE=folder")
    handler = functools.partial(Quiet, directory=str(make_site.HTML))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def window(chromium, site):
    """A window that reaches the site alone; what it asked of others, by address."""
    window = chromium.new_context(viewport={"width": 1280, "height": 2000})
    asked = []

    def admit(route):
        if route.request.url.startswith((site, "blob:", "data:")):
            route.continue_()
        else:
            asked.append(route.request.url)
            route.abort()

    window.route("**/*", admit)
    yield window, asked
    window.close()


def test_the_button_opens_the_chapter_as_a_notebook(window, site):
    window, asked = window
    page = window.new_page()
    page.goto(f"{site}/book/perceptron.html")
    page.locator(".dropdown-launch-buttons button").click()
    with window.expect_page() as opened:
        page.get_by_text("Run in this browser").click()
    title = opened.value.locator(".jp-Notebook h1").first
    expect(title).to_contain_text("The perceptron", timeout=90_000)
    assert [url for url in asked if not url.startswith(make_site.CDN)] == []


def test_cells_run_and_only_the_makers_of_pyodide_are_asked(window, site):
    window, asked = window
    book = new_notebook(cells=list(map(new_code_cell, CELLS)))
    book.metadata["kernelspec"] = {"name": "python", "display_name": "Python"}
    text = nbformat.writes(book)
    window.route("**/files/perceptron.ipynb*", lambda route: route.fulfill(body=text))
    page = window.new_page()
    page.goto(f"{site}/lite/notebooks/index.html?path=perceptron.ipynb")
    expect(page.locator(".jp-CodeCell")).to_have_count(len(CELLS), timeout=90_000)
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").click()
    page.get_by_text("Run All Cells", exact=True).click()
    outputs = page.locator(".jp-OutputArea-output")
    expect(outputs.filter(has_text="the end").first).to_be_visible(timeout=240_000)
    expect(outputs.filter(has_text="emscripten").first).to_be_visible()
    expect(outputs.filter(has_text="n is 7").first).to_be_visible()
    expect(page.locator(".widget-slider").first).to_be_visible()
    (y,) = forward_prop([2, 3, 1], WEIGHTS, BIASES, [1, 0.5])
    expect(outputs.filter(has_text=f"[{y}]").first).to_be_visible()
    expect(outputs.filter(has_text="jobs [1, 2]").first).to_be_visible()
    expect(outputs.filter(has_text="no dot").first).to_be_visible()
    refused = outputs.filter(has_text="a-name-of-nobody")
    expect(refused.first).to_be_visible(timeout=60_000)
    assert [url for url in asked if not url.startswith(make_site.CDN)] == []
