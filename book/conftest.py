"""How nbval executes the chapters: as a notebook does, and without progress bars.

The chapter on frameworks needs Keras on JAX. Where one of them is missing its cells are
skipped, and a line at the top of the report says so; where CI is set they fail.
"""

import importlib.util
import os

import pytest
from nbval.kernel import RunningKernel

FRAMEWORKS = "frameworks.ipynb"
MISSING = 'no Keras or no JAX here: the extra "frameworks" installs both'


class Kernel(RunningKernel):
    """nbval's kernel, with a history of what was executed.

    Without one, as nbval asks for since its version 0.10, IPython forgets the semicolon
    at the end of a cell and shows the value that it should keep silent.
    """

    def execute_cell_input(self, cell_input, allow_stdin=None):
        """Send a cell; return the id of the message."""
        return self.kc.execute(
            cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False
        )


def pytest_configure():
    """Put the kernel above in the place of nbval's; make it inherit the setting."""
    os.environ["TQDM_DISABLE"] = "1"
    import nbval.plugin

    nbval.plugin.RunningKernel = Kernel


def skips_frameworks():
    """Whether the chapter on frameworks is left out."""
    found = all(importlib.util.find_spec(name) for name in ("keras", "jax"))
    return not found and not os.environ.get("CI")


def pytest_report_header():
    """Tell what is left out, and why."""
    return f"{FRAMEWORKS} is skipped: {MISSING}" if skips_frameworks() else None


def pytest_collection_modifyitems(items):
    """Mark what is left out; no kernel is started for it."""
    if skips_frameworks():
        for item in items:
            if item.path.name == FRAMEWORKS:
                item.add_marker(pytest.mark.skip(MISSING))
