"""A figure in JupyterLab: the hand moves Python's numbers, and Python the picture."""

import json
import re

import nbformat
import pytest
from laboratory import started

from nnlib.pure import forward_prop

expect = pytest.importorskip("playwright.sync_api").expect

WEIGHTS = [[[1, 0.5], [-1, 0.5], [0, 2]], [[1, -1, 2]]]
BIASES = [[0, 0.5, -1], [0.25]]
CELLS = [
    "from nnlib.widgets import ForwardPass\n"
    f"figure = ForwardPass([2, 3, 1], {WEIGHTS}, {BIASES}, [1, 0.5])\n"
    "figure",
    "print([figure.weights, figure.x])",
    "figure.x = [2, -1.5]",
]
KERNEL_IS_READY = """() => {
    const session = window.jupyterapp?.shell?.currentWidget?.sessionContext;
    const kernel = session?.isReady && session.session?.kernel;
    return kernel?.connectionStatus === "connected" && kernel.status === "idle";
}"""


@pytest.fixture(scope="module")
def lab(chromium, tmp_path_factory):
    """JupyterLab on this machine, in a folder of its own: its address and its token."""
    folder, own = tmp_path_factory.mktemp("lab"), tmp_path_factory.mktemp("own")
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(text) for text in CELLS]
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, folder / "figure.ipynb")
    with started(folder, own, "--LabApp.expose_app_in_browser=True") as where:
        yield where


@pytest.fixture
def page(chromium, lab):
    """A page that may ask this server alone."""
    outside = []

    def admit(route):
        if route.request.url.startswith((lab[0], "blob:", "data:")):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    context = chromium.new_context()
    context.route("**/*", admit)
    yield context.new_page()
    context.close()
    assert outside == []


def run_cell(page, n):
    """Run cell n as a reader does; return it when the kernel is done with it."""
    cell = page.locator(".jp-Notebook .jp-CodeCell").nth(n)
    cell.locator(".cm-content").click()
    page.locator("[data-command='notebook:run-cell-and-select-next']").click()
    done = re.compile(r"\[\d+\]")
    expect(cell.locator(".jp-InputPrompt").first).to_have_text(done, timeout=20_000)
    return cell


def check(readout, weights, x):
    """The line under the figure says what nnlib computes."""
    (y,) = forward_prop([2, 3, 1], weights, BIASES, x)
    expect(readout).to_contain_text(f"{y:.4f}".rstrip("0").replace("-", "−"))


@pytest.fixture
def figure(page, lab):
    """The figure in a notebook that was just opened, its first cell run."""
    url, token = lab
    page.goto(f"{url}doc/tree/figure.ipynb?token={token}")
    page.wait_for_function(KERNEL_IS_READY)
    return run_cell(page, 0).locator(".nnlib")


def printed(page):
    """What Python says of the figure: its weights and its x."""
    output = run_cell(page, 1).locator(".jp-OutputArea-output")
    expect(output).to_have_count(1)
    return json.loads(output.inner_text())


def test_a_figure_and_python_move_each_other(page, figure):
    readout, slider = figure.locator(".readout"), figure.get_by_role("slider")
    check(readout, WEIGHTS, [1, 0.5])

    for _ in range(3):
        slider.press("ArrowRight")  # with the focus, which a cell that has run asks for
    figure.get_by_role("combobox").select_option("h3-y1")
    figure.get_by_role("spinbutton").fill("-0.25")
    moved = [[[1.15, 0.5], *WEIGHTS[0][1:]], [[1, -1, -0.25]]]
    check(readout, moved, [1, 0.5])
    assert printed(page) == [moved, [1, 0.5]]

    run_cell(page, 2)
    check(readout, moved, [2, -1.5])


def test_the_mouse_drags_a_node_and_python_has_its_number(page, figure):
    readout = figure.locator(".readout")
    node = figure.locator(".node", has_text="x₂")
    node.scroll_into_view_if_needed()
    box = node.locator(".tint").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for by in (10, 40, 75):
        page.mouse.move(x - by, y)
    page.mouse.up()
    page.mouse.move(x + 200, y)  # no longer held: nothing follows
    check(readout, WEIGHTS, [1, -0.25])
    assert printed(page) == [WEIGHTS, [1, -0.25]]

    run_cell(page, 2)
    check(readout, WEIGHTS, [2, -1.5])
    expect(node.locator(".value")).to_have_text("−1.50")
