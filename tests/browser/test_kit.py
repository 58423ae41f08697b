"""The offline kit, unpacked in an empty folder: pages live, chapters run, no network.

Two chapters run here; `make kittest` sets KIT_CHAPTERS=all and runs all that the kit
has the packages for.
"""

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import notebooks
import pytest
from conftest import Visit

LEFT_OUT = {"frameworks"}  # the kit's README says so
TWO = ["perceptron", "loss"]
ALL = [p.stem for p in notebooks.chapters() if p.stem not in LEFT_OUT]
CHAPTERS = ALL if os.environ.get("KIT_CHAPTERS") == "all" else TWO
# No setting of this machine helps pip, and no address can be reached.
ALONE = {
    "HOME": "/nonexistent",
    "PIP_CONFIG_FILE": os.devnull,
    "PYTHON": sys.executable,
    "PATH": os.environ["PATH"],
    "TQDM_DISABLE": "1",
    "NNLIB_CACHE": "cache",
} | dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9")


def run(folder, *command):
    """What a program of the kit prints, in the kit's folder."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=ALONE | {"HOME": str(home)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def kit(released, tmp_path_factory):
    """The kit's folder, unpacked."""
    folder = tmp_path_factory.mktemp("kit")
    command = [sys.executable, "scripts/kit.py", "--out", folder]
    done = subprocess.run(command, cwd=released, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (archive,) = folder.iterdir()
    with zipfile.ZipFile(archive) as file:
        file.extractall(folder)
    archive.unlink()
    (unpacked,) = folder.iterdir()
    return unpacked


@pytest.fixture(scope="module")
def started(kit, need):
    """The kit after its first start, in a namespace without a network."""
    cut = shutil.which("unshare") and ["unshare", "--net", "--map-root-user"]
    works = cut and subprocess.run([*cut, "true"]).returncode == 0
    need(works, "no unshare here: nothing cuts the kit from the network")
    assert "4." in run(kit, *cut, "sh", "start.sh", "--version")
    return kit


def test_the_kit_says_for_which_system_it_is(kit):
    words = (kit / "README.txt").read_text("utf-8")
    assert f"Python {sys.version_info.major}.{sys.version_info.minor}" in words
    for path in (*kit.glob("start.*"), kit / "README.txt"):
        assert not {"{python}", "{version}"} & set(path.read_text("utf-8").split())
        assert "{" + "python}" not in path.read_text("utf-8")


def test_the_kit_holds_what_its_readme_names(kit):
    for line in (kit / "README.txt").read_text("utf-8").splitlines():
        if line.startswith("  "):
            assert (kit / line.split()[0]).exists(), line


def test_the_wheel_of_the_kit_is_that_of_the_copy(kit, released):
    project = tomllib.loads((released / "pyproject.toml").read_text("utf-8"))["project"]
    assert list(kit.glob(f"wheels/neural_networks_by_hand-{project['version']}-*.whl"))


def test_the_pages_of_the_kit_live_when_opened_from_disk(kit, chromium):
    visit = Visit(chromium, {"file": (kit / "book").as_uri()})
    page = visit.open("book/perceptron", "file")
    readout = page.locator(".nnlib .law").first
    before = readout.inner_text()
    slider = page.locator(".nnlib input[type=range]").first
    slider.focus()
    slider.press("ArrowRight")
    assert readout.inner_text() != before
    assert (visit.wrong, visit.outside) == ([], [])
    visit.context.close()


def test_the_kit_installs_from_its_wheels_alone_and_starts(started):
    listed = run(started, ".venv/bin/python", "-m", "pip", "list")
    assert "neural-networks-by-hand" in listed
    assert "jupyterlab" in listed


def test_the_second_start_installs_nothing(started):
    mark = started / ".venv/installed"
    before = mark.stat().st_mtime_ns
    run(started, "sh", "start.sh", "--version")
    assert mark.stat().st_mtime_ns == before


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_of_the_kit_runs_without_a_network(name, started):
    execute = ["-m", "jupyter", "execute", "--timeout=600"]
    run(started, ".venv/bin/python", *execute, f"notebooks/{name}.ipynb")


def test_without_a_built_book_the_kit_says_what_to_do(tmp_path, released):
    command = [sys.executable, "scripts/kit.py", "--book", tmp_path, "--out", tmp_path]
    done = subprocess.run(command, cwd=released, capture_output=True, text=True)
    assert done.returncode == 1
    assert "expected a built book in" in done.stderr
    assert "make book" in done.stderr
    assert list(Path(tmp_path).iterdir()) == []


def test_another_python_is_told_which_one_the_kit_is_for(kit, tmp_path):
    other = tmp_path / "python"
    other.write_text('#!/bin/sh\n[ "$1" = -V ] && echo Python 3.8.1\nexit 1\n')
    other.chmod(0o755)
    done = subprocess.run(
        ["sh", "start.sh", "--version"],
        cwd=kit,
        env=ALONE | {"PYTHON": str(other)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "found Python 3.8.1" in done.stderr
