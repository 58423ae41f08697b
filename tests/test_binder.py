"""The folder binder says what an image needs, in terms that hold for this copy."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[1]
BINDER = ROOT / "binder"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def lines(name):
    """The lines of a file of binder that are no comments."""
    text = (BINDER / name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_the_image_has_a_python_that_the_package_allows():
    (version,) = re.findall(r"^python-(3\.\d+)$", (BINDER / "runtime.txt").read_text())
    assert version in SpecifierSet(PROJECT["requires-python"])


def test_the_image_installs_this_copy_with_extras_that_it_has():
    (own,) = [line for line in lines("requirements.txt") if line.startswith(".")]
    extras = set(re.fullmatch(r"\.\[(.+)\]", own)[1].split(","))
    assert {"views", "data"} <= extras <= PROJECT["optional-dependencies"].keys()
    others = [line for line in lines("requirements.txt") if line != own]
    assert {"jupyterlab", "nbgitpuller"} == {Requirement(line).name for line in others}


def test_the_image_draws_with_graphviz():
    assert lines("apt.txt") == ["graphviz"]


def test_what_is_run_after_the_installation_runs(tmp_path, monkeypatch):
    path = BINDER / "postBuild"
    assert os.access(path, os.X_OK)
    monkeypatch.setenv("NNLIB_CACHE", str(tmp_path))
    monkeypatch.delenv("NNLIB_DATA", raising=False)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    done = subprocess.run([path], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert "the bundled sample" in done.stdout


def test_nothing_else_lies_in_the_folder():
    names = {path.name for path in BINDER.iterdir()}
    assert names == {"apt.txt", "postBuild", "requirements.txt", "runtime.txt"}
