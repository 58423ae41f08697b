"""How nbval executes the chapters: as a notebook does, and without progress bars."""

import os

from nbval.kernel import RunningKernel


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
