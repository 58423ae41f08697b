"""What `make notebooks` stores does not depend on author, machine or hour."""

import json

import nbformat
import notebooks
import pytest
import set_up
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

CELLS = {
    "an object's address": "object()",
    "a warning that names its file": "import warnings; warnings.warn('look')",
    "pieces of one stream": "for i in range(3): print(i, flush=True)",
    "a progress bar": "import tqdm\nfor _ in tqdm.tqdm(range(3)): pass",
    "an error shown on purpose": "1 / 0",
    "live controls": (
        "import ipywidgets as w\n"
        "a, b = w.IntSlider(3), w.IntText()\n"
        "link = w.jslink((a, 'value'), (b, 'value'))\n"
        "w.VBox([a, b])"
    ),
}


def stored(folder, *sources, tags=()):
    """A file with a notebook of these code cells, not executed."""
    cells = [new_markdown_cell("# A chapter")]
    cells += [
        new_code_cell(source, metadata={"tags": list(tags), "collapsed": False})
        for source in sources
    ]
    path = folder / "chapter.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata={"author": "me"}), path)
    return path


def executed(path):
    """The code cells of a stored notebook that are its own: not the set-up cell."""
    cells = notebooks.read(path).cells
    return [c for c in cells if c.cell_type == "code" and c.id != set_up.SET_UP]


def run(path):
    """Execute and store a notebook; return its text."""
    notebooks.run([path], sample=False)
    return path.read_text("utf-8")


@pytest.fixture(autouse=True)
def no_progress_bars(monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", "")


def test_a_second_run_changes_no_byte(tmp_path):
    path = stored(tmp_path, *CELLS.values(), tags=["raises-exception"])
    first = run(path)
    assert run(path) == first
    assert notebooks.faults(path) == []
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_outputs_tell_nothing_of_machine_or_moment(tmp_path):
    path = stored(tmp_path, *CELLS.values(), tags=["raises-exception"])
    run(path)
    cells = executed(path)
    texts = [json.dumps(cell.outputs) for cell in cells]
    outputs = dict(zip(CELLS, texts, strict=True))
    assert "<object at 0x...>" in outputs["an object's address"]
    assert "<cell>:1: UserWarning: look" in outputs["a warning that names its file"]
    assert len(json.loads(outputs["pieces of one stream"])) == 1
    assert json.loads(outputs["a progress bar"]) == []
    assert json.loads(outputs["an error shown on purpose"])[0]["traceback"] == [
        "ZeroDivisionError: division by zero"
    ]
    assert f"{1:032x}" not in outputs["live controls"]  # a layout, made first
    assert '"model_id": "000000000000000000000000' in outputs["live controls"]
    assert "author" not in notebooks.read(path).metadata
    assert list(cells[0].metadata) == ["tags"]


def test_widget_state_and_outputs_speak_of_the_same_models(tmp_path):
    path = stored(tmp_path, CELLS["live controls"])
    run(path)
    state = notebooks.read(path).metadata.widgets[notebooks.WIDGET_STATE]["state"]
    view = "application/vnd.jupyter.widget-view+json"
    shown = executed(path)[0].outputs[0].data[view]["model_id"]
    children = state[shown]["state"]["children"]
    assert {child.removeprefix("IPY_MODEL_") for child in children} <= state.keys()
    assert list(state) == [f"{number:032x}" for number in range(1, len(state) + 1)]


def test_models_that_no_output_shows_are_not_stored(tmp_path):
    alone = (
        "import ipywidgets as w\n"
        "a, b = w.IntText(5), w.IntText(6)\n"
        "link = w.jslink((a, 'value'), (b, 'value'))"
    )
    path = stored(tmp_path, alone, CELLS["live controls"])
    run(path)
    state = notebooks.read(path).metadata.widgets[notebooks.WIDGET_STATE]["state"]
    names = [model["model_name"] for model in state.values()]
    kinds = sorted(n for n in names if not n.endswith(("LayoutModel", "StyleModel")))
    assert kinds == ["IntSliderModel", "IntTextModel", "LinkModel", "VBoxModel"]


def test_a_failing_cell_is_named_and_the_file_stays_as_it_was(tmp_path):
    path = stored(tmp_path, "x = 1", "raise RuntimeError('no way')")
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"chapter\.ipynb, cell 4 failed(.|\n)*no way"):
        run(path)
    assert path.read_bytes() == before


def test_a_cell_that_ends_its_kernel_is_named(tmp_path):
    path = stored(tmp_path, "import os; os._exit(1)")
    with pytest.raises(ValueError, match=r"chapter\.ipynb, cell 3 failed"):
        run(path)


def test_what_is_not_a_notebook_is_named(tmp_path):
    path = tmp_path / "chapter.ipynb"
    with pytest.raises(ValueError, match="found no file"):
        notebooks.faults(path)
    path.write_text("not JSON")
    with pytest.raises(ValueError, match="got no JSON"):
        notebooks.faults(path)


def test_a_chapter_with_mnist_needs_the_full_data(tmp_path, monkeypatch):
    path = stored(tmp_path, "from nnlib import datasets\nlen(datasets.mnist().t_train)")
    monkeypatch.setattr(notebooks, "has_full_mnist", lambda: False)
    with pytest.raises(ValueError, match="found only the sample"):
        run(path)


ERROR = nbformat.v4.new_output("error", ename="E", evalue="e", traceback=["E: e"])


@pytest.mark.parametrize(
    ("harm", "fault"),
    [
        (lambda n: n.cells[2].update(execution_count=None, outputs=[]), "not executed"),
        (lambda n: n.cells[2].update(execution_count=7), "not in the form"),
        (lambda n: n.cells[2].metadata.update(collapsed=True), "not in the form"),
        (lambda n: n.metadata.language_info.update(version="3.99"), "not in the form"),
        (
            lambda n: n.cells[2].outputs.append(ERROR),
            "without the tag raises-exception",
        ),
        (lambda n: n.cells.pop(1), "without badge and set-up cell"),
        (lambda n: n.cells[1].update(source="1"), "without badge and set-up cell"),
        (lambda n: n.cells[1].metadata.clear(), "without badge and set-up cell"),
        (lambda n: n.cells.append(n.cells.pop(1)), "without badge and set-up cell"),
    ],
)
def test_a_notebook_out_of_form_is_told(tmp_path, harm, fault):
    path = stored(tmp_path, "1 + 1")
    run(path)
    notebook = notebooks.read(path)
    harm(notebook)
    path.write_text(notebooks.to_text(notebook), "utf-8")
    assert fault in " ".join(notebooks.faults(path))
