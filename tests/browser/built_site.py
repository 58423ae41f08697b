"""A site with Python inside, in a browser that reaches nothing outside.

`make sitetest` builds the site before, with what gather_pyodide.py finds. NumPy is not
in it, so of a chapter those cells run here that need none.
"""

import json
import re
import subprocess
import sys
import tomllib

import figures
import make_site
import nbformat
import pytest
import set_up
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import expect

LITE = make_site.HTML / "lite"
STUB = """\
# nnlib without its __init__, which needs NumPy: its lists need nothing.
import sys, sysconfig, types
package = types.ModuleType("nnlib")
package.__path__ = [{folder}]
sys.modules["nnlib"] = package
"""
IN_BROWSER = STUB.format(folder='sysconfig.get_path("purelib") + "/nnlib"')
WITHOUT = f"""\
{STUB.format(folder=repr(str(ROOT / "nnlib")))}
import contextlib, io, json
from IPython.core.interactiveshell import InteractiveShell
sys.modules |= dict.fromkeys(["numpy", "matplotlib"])
shell, good = InteractiveShell.instance(), []
with contextlib.redirect_stdout(io.StringIO()):
    for source in json.load(sys.stdin):
        before = dict(shell.user_ns)
        good.append(shell.run_cell(source).success)
        if not good[-1]:  # the browser does not run it: nothing of it stays here
            shell.user_ns.clear()
            shell.user_ns.update(before)
print(json.dumps(good))
"""
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
RELEASE = PROJECT["version"]
CELLS = [
    set_up.set_up_cell(f"https://example.org/v{RELEASE}.zip").source,
    "import sys\nprint(sys.platform, bool(here))",
    "import ipywidgets\nipywidgets.IntSlider(3)",
    "import anywidget, traitlets\n"
    "class Count(anywidget.AnyWidget):\n"
    "    n = traitlets.Int(7).tag(sync=True)\n"
    "    _esm = 'export default {render({model, el}) "
    '{ el.textContent = "n is " + model.get("n"); }}\'\n'
    "Count()",
    "from joblib import Parallel, delayed\n"
    "jobs = [delayed(abs)(x) for x in (-1, 2)]\n"
    "print('jobs', list(Parallel(n_jobs=-1, return_as='generator')(jobs)))",
    "from tqdm import tqdm\nfor _ in tqdm(range(3)):\n    pass",
    "import graphviz\n"
    "try:\n"
    "    graphviz.Digraph().pipe(format='svg')\n"
    "except OSError as error:\n"
    "    print('no dot', error)",
    "print('the end')",
    "%pip install a-name-of-nobody",
]


@pytest.fixture(scope="module")
def site():
    """Where the site is served."""
    assert (LITE / "pyodide" / make_site.CORE[0]).exists(), "expected make sitetest"
    with figures.served(make_site.HTML) as address:
        yield address


@pytest.fixture
def window(chromium, site):
    """A window that reaches the site alone; what it asked for, by address."""
    window = chromium.new_context(viewport={"width": 1280, "height": 2000})
    asked = []

    def admit(route):
        asked.append(route.request.url)
        inside = route.request.url.startswith((site, "blob:", "data:"))
        route.continue_() if inside else route.abort()

    window.route("**/*", admit)
    yield window, asked
    window.close()
    foreign = [url for url in asked if not url.startswith((site, "blob:", "data:"))]
    assert [url for url in foreign if not url.startswith(make_site.CDN)] == []


def give_for_all_of_the_makers(window, body="none of it is looked at"):
    """Answer for the CDN, which no test can reach."""
    told = {"Access-Control-Allow-Origin": "*"}
    window.route(
        f"{make_site.CDN}**", lambda route: route.fulfill(body=body, headers=told)
    )


def run_all(window, site, cells):
    """Run cells in a notebook of the site, to the last one; return its code cells."""
    book = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    book.metadata["kernelspec"] = {"name": "python", "display_name": "Python"}
    text = nbformat.writes(book)
    window.route("**/files/perceptron.ipynb*", lambda route: route.fulfill(body=text))
    page = window.new_page()
    page.goto(f"{site}/lite/notebooks/index.html?path=perceptron.ipynb")
    shown = page.locator(".jp-CodeCell")
    expect(shown).to_have_count(len(cells), timeout=90_000)
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").click()
    page.get_by_text("Run All Cells", exact=True).click()
    prompt = shown.last.locator(".jp-InputPrompt")
    expect(prompt).to_have_text(re.compile(r"\[\d+\]"), timeout=120_000)
    return shown


def test_every_chapter_lies_in_the_site_as_a_notebook_without_outputs():
    pages = {page.rpartition("/")[2] for page in make_site.chapters()}
    assert {path.stem for path in LITE.glob("files/*.ipynb")} == pages
    for path in LITE.glob("files/*.ipynb"):
        code = [c for c in nbformat.read(path, 4).cells if c.cell_type == "code"]
        assert code
        assert not any(cell.outputs for cell in code)


def test_every_file_that_the_site_lists_and_serves_has_the_listed_hash():
    folder = LITE / "pyodide"
    lock = json.loads((folder / "pyodide-lock.json").read_text("utf-8"))
    here = [p for p in lock["packages"].values() if "://" not in p["file_name"]]
    assert {"neural-networks-by-hand", "anywidget", "ipywidgets", "ipython"} <= {
        package["name"] for package in here
    }
    for package in here:
        assert make_site.sha256(folder / package["file_name"]) == package["sha256"]
    needed = {make_site.canonicalize_name(n) for p in here for n in p["depends"]}
    assert needed <= set(lock["packages"])


def test_a_page_is_whole_without_python_and_loads_nothing_of_it(window, site):
    window, asked = window
    page = window.new_page()
    for name in make_site.chapters():
        page.goto(f"{site}/{name}.html")
        page.wait_for_load_state("networkidle")
        stem = name.rpartition("/")[2]
        links = page.locator("a[href*=lite]").evaluate_all(
            "(links) => links.map((link) => link.getAttribute('href'))"
        )
        address = f"../lite/start.html?path={stem}.ipynb"
        assert links == [] if stem == "frameworks" else set(links) == {address}
    assert len(asked) > 100
    assert [url for url in asked if "/lite/" in url or make_site.CDN in url] == []


def test_the_button_loads_python_in_sight_then_opens_the_chapter(window, site):
    window, _ = window
    give_for_all_of_the_makers(window)
    held = []
    window.route("**/pyodide.asm.wasm", lambda route: held.append(route))
    page = window.new_page()
    page.goto(f"{site}/book/perceptron.html")
    page.locator(".dropdown-launch-buttons button").click()
    with window.expect_page() as opened:
        page.get_by_text(f"loads {make_site.MEGABYTES} MB").click()
    start = opened.value
    said = re.compile(r"^\d+\.\d MB, (\d+) of (\d+) files$")
    n_files = len(json.loads(start.locator("script[type*=json]").text_content()))
    almost = re.compile(rf"MB, {n_files - 1} of {n_files} files")
    expect(start.get_by_role("status")).to_have_text(almost, timeout=30_000)
    assert said.match(start.get_by_role("status").inner_text())
    share = start.locator("progress").evaluate("(bar) => bar.value")
    assert share == pytest.approx((n_files - 1) / n_files)
    assert "about 27 MB" in start.locator("main").inner_text()
    held[0].continue_()
    title = start.locator(".jp-Notebook h1").first
    expect(title).to_contain_text("The perceptron", timeout=90_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_cannot_be_loaded_is_said_with_two_ways_on(chromium, site, scheme):
    size = {"width": 360, "height": 740}
    window = chromium.new_context(viewport=size, color_scheme=scheme)
    window.route(f"{make_site.CDN}**", lambda route: route.abort())
    page = window.new_page()
    page.goto(f"{site}/lite/start.html?path=loss.ipynb")
    told = page.get_by_role("status")
    expect(told).to_contain_text("cdn.jsdelivr.net did not give")
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
    page.get_by_role("link", name="Back to the page").click()
    page.wait_for_url("**/book/loss.html")
    page.go_back()
    expect(told).to_contain_text("did not give")  # a page loaded anew has tried again
    give_for_all_of_the_makers(window)
    page.get_by_role("button", name="Try again").click()
    page.wait_for_url("**/lite/notebooks/index.html?path=loss.ipynb")
    window.close()


def test_cells_run_and_only_the_makers_of_pyodide_are_asked(window, site):
    shown = run_all(window[0], site, CELLS)
    places = range(len(CELLS))
    outputs = [shown.nth(n).locator(".jp-OutputArea-output") for n in places]
    expect(outputs[0]).to_have_count(0)  # nnlib is there: the set-up cell is silent
    expect(outputs[1]).to_have_text("emscripten True")
    expect(outputs[2].locator(".widget-slider")).to_be_visible()
    expect(outputs[3]).to_contain_text("n is 7")
    expect(outputs[4]).to_have_text("jobs [1, 2]")
    expect(outputs[5]).to_contain_text("3/3")
    expect(outputs[5]).not_to_contain_text("Warning")
    expect(outputs[6]).to_contain_text("no dot")
    expect(outputs[7]).to_have_text("the end")
    expect(outputs[8].last).to_contain_text("a-name-of-nobody", timeout=60_000)


@pytest.mark.parametrize("name", ["perceptron", "forward_pass"])
def test_the_cells_of_a_chapter_that_need_no_numpy_print_what_its_page_shows(
    window, site, name
):
    book = nbformat.read(ROOT / f"book/{name}.ipynb", as_version=4)
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    sources = json.dumps([cell.source for cell in cells])
    command = [sys.executable, "-c", WITHOUT]
    done = subprocess.run(command, input=sources, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    good = json.loads(done.stdout.splitlines()[-1])
    chosen = [cell for cell, is_good in zip(cells, good, strict=True) if is_good]
    assert len(chosen) >= 10
    shown = run_all(window[0], site, [IN_BROWSER, *(c.source for c in chosen)])
    printed = 0
    for n, cell in enumerate(chosen, 1):
        texts = [o.text for o in cell.outputs if o.output_type == "stream"]
        if texts and "raises-exception" not in cell.metadata.get("tags", ()):
            output = shown.nth(n).locator(".jp-OutputArea-output").first
            assert output.text_content() == "".join(texts)
            printed += 1
    assert printed >= 5
