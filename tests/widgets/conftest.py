"""Golden cases made by nnlib, judged by the figures' JavaScript under node."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from nnlib.widgets.figure import HERE, module_text


@pytest.fixture(scope="session")
def run_node(need, tmp_path_factory):
    """run_node(name, golden): run <name>.test.mjs on the module of <name>.js.

    The test file finds the module by the variable MODULE, the golden cases by GOLDEN.
    """
    node = need(
        shutil.which("node"), "node is not here: the figures' JavaScript is not tested"
    )

    def run(name, golden):
        folder = tmp_path_factory.mktemp(name)
        module, cases = folder / f"{name}.mjs", folder / "golden.json"
        module.write_text(module_text(HERE / f"{name}.js"), "utf-8")
        cases.write_text(json.dumps(golden), "utf-8")
        done = subprocess.run(
            [node, "--test", Path(__file__).with_name(f"{name}.test.mjs")],
            env=os.environ | {"MODULE": str(module), "GOLDEN": str(cases)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "\n# fail 0" in done.stdout
        assert "\n# tests 0" not in done.stdout, "node found no test"
        return done.stdout

    return run


@pytest.fixture
def rng():
    return np.random.default_rng(20)
