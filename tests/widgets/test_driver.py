"""Everything in the chapters that a reader can move is moved, in a kernel.

The kernel runs in this environment, or in that of the interpreter FIGURES_PYTHON:
`make colab` sets it, for Colab's versions.

A function under `interact` writes into a widget and prints nothing. What it prints
makes nbclient send messages while it waits for the kernel's reply, and once in a while
it then misses the reply until the cell's time is over.
"""

import os
import re
from pathlib import Path

import nbformat
import notebooks
import pytest
from nbclient import NotebookClient
from nbclient.output_widget import OutputWidget

import nnlib.widgets

DRIVE = Path(__file__).with_name("drive.py").read_text("utf-8")
# keras.layers.Activation is another's
MOVABLE = re.compile(
    rf"(?<![\w.])({'|'.join(nnlib.widgets.__all__)}|interact)(?=[.\w]*\()"
)


def cells_and_names(path):
    """A chapter's cells to the last that makes what can be moved, and its names."""
    cells = notebooks.read(path).cells
    named = [
        set(MOVABLE.findall(cell.source)) if cell.cell_type == "code" else set()
        for cell in cells
    ]
    last = max((k for k, names in enumerate(named) if names), default=-1)
    return cells[: last + 1], set().union(*named)


CHAPTERS = [path for path in notebooks.chapters() if cells_and_names(path)[1]]


def driven(cells, folder, monkeypatch):
    """Execute cells and drive what they made: its names, each with how many states."""
    monkeypatch.setenv("TQDM_DISABLE", "1")
    drive = nbformat.v4.new_code_cell(DRIVE)
    client = NotebookClient(
        nbformat.v4.new_notebook(cells=[*cells, drive]),
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    )
    if python := os.environ.get("FIGURES_PYTHON"):
        client.create_kernel_manager()
        client.km.kernel_spec.argv[0] = python
    client.execute()
    printed = "".join(output.get("text", "") for output in client.nb.cells[-1].outputs)
    found = re.findall(r"^driven: (\w+) (\d+)$", printed, re.MULTILINE)
    return {name: int(count) for name, count in found}


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_all_that_moves_in_a_chapter_can_be_moved_anywhere(path, monkeypatch):
    def send(self, *_):
        pytest.fail("a function under interact prints: let it write into a widget")

    monkeypatch.setattr(OutputWidget, "send", send)
    cells, names = cells_and_names(path)
    counts = driven(cells, path.parent, monkeypatch)
    assert set(counts) == names
    assert min(counts.values()) > 10


def test_every_figure_stands_in_a_chapter():
    named = set().union(*(cells_and_names(path)[1] for path in CHAPTERS))
    assert named >= set(nnlib.widgets.__all__)


FAILING = {
    "under interact": "from ipywidgets import interact\n"
    "interact(lambda n: 1 / (7 - n), n=(0, 9))",
    "observing a figure": "from nnlib.widgets import Descent\n"
    "figure = Descent()\n"
    "figure.observe(lambda change: 1 / (change.new - 200), 'steps')",
}


@pytest.mark.parametrize("where", FAILING)
def test_a_function_that_fails_at_one_value_is_found(where, tmp_path, monkeypatch):
    cell = nbformat.v4.new_code_cell(FAILING[where])
    with pytest.raises(Exception, match="ZeroDivisionError"):
        driven([cell], tmp_path, monkeypatch)
