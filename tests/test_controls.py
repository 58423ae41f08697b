"""Controls of ipywidgets in the chapters: moved over their whole range, in a kernel.

Their functions write into a widget and print nothing. What is printed under `interact`
makes nbclient send messages while it waits for the kernel's reply, and once in a while
it then misses the reply until the cell's time is over.
"""

import ast

import nbformat
import notebooks
import pytest
from nbclient import NotebookClient
from nbclient.output_widget import OutputWidget

# Calls each function that `interact` was given with every value of every control, the
# others at rest. `interact` itself would print an error and go on, so it is cut off.
DRIVE = """
import gc
from ipywidgets import interactive

calls = 0
for group in [o for o in gc.get_objects() if isinstance(o, interactive)]:
    for control in group.kwargs_widgets:
        control.unobserve(group.update, names="value")
        rest = control.value
        if hasattr(control, "options"):
            values = [value for _, value in control._options_full]
        else:
            steps = round((control.max - control.min) / control.step)
            values = [control.min + k * control.step for k in range(steps + 1)]
        for control.value in values:
            assert control.value in values
            group.f(**{w._kwarg: w.value for w in group.kwargs_widgets})
            calls += 1
        control.value = rest
print("calls:", calls)
"""


def uses_interact(path):
    """Whether a chapter's code calls interact."""
    calls = (
        node.func
        for cell in notebooks.read(path).cells
        if cell.cell_type == "code"
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Call)
    )
    return any(getattr(f, "id", getattr(f, "attr", "")) == "interact" for f in calls)


CHAPTERS = [path for path in notebooks.chapters() if uses_interact(path)]


def driven(notebook, folder):
    """How many calls were made with the controls of a notebook, once executed."""
    notebook.cells.append(nbformat.v4.new_code_cell(DRIVE))
    settings = {"timeout": 300, "resources": {"metadata": {"path": str(folder)}}}
    NotebookClient(notebook, kernel_name="python3", **settings).execute()
    texts = [output.get("text", "") for output in notebook.cells[-1].outputs]
    return int("".join(texts).rpartition("calls: ")[2])


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_control_of_a_chapter_works_over_its_whole_range(path, monkeypatch):
    def send(self, *_):
        pytest.fail("a function under interact prints: let it write into a widget")

    monkeypatch.setattr(OutputWidget, "send", send)
    assert driven(notebooks.read(path), path.parent) > 10


def test_a_function_that_fails_at_one_value_is_found(tmp_path):
    notebook = nbformat.v4.new_notebook()
    text = "from ipywidgets import interact\ninteract(lambda n: 1 / (7 - n), n=(0, 9))"
    notebook.cells.append(nbformat.v4.new_code_cell(text))
    with pytest.raises(Exception, match="ZeroDivisionError"):
        driven(notebook, tmp_path)
