"""The offline kit, unpacked in an empty folder: pages live, chapters run, no network.

Two chapters run here; `make kittest` sets KIT_CHAPTERS=all and runs all that the kit
has the packages for.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import nbformat
import notebooks
import pytest
import set_up
from conftest import Visit
from released import TAG

LEFT_OUT = {"frameworks"}  # the kit's README says so
TWO = ["perceptron", "loss"]
ALL = [p.stem for p in notebooks.chapters() if p.stem not in LEFT_OUT]
CHAPTERS = ALL if os.environ.get("KIT_CHAPTERS") == "all" else TWO
SHOWN = """(figure) => [...figure.querySelectorAll(".readout, svg")]
    .map((part) => part.innerHTML).join("|")"""  # not the controls, which move anyway
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


def figure_moves(figure):
    """Whether a figure answers its first control: a slider by a key, else a button."""
    slider = figure.locator("input[type=range]").first
    before = figure.evaluate(SHOWN)
    if slider.count():
        is_low = slider.evaluate("(slider) => slider.value === slider.min")
        slider.press("ArrowRight" if is_low else "ArrowLeft")
    else:
        figure.get_by_role("button").first.click()
    return figure.evaluate(SHOWN) != before


def test_every_figure_of_the_kit_lives_when_its_page_is_opened_from_disk(kit, chromium):
    alive = set()
    for path in sorted((kit / "book/book").glob("*.html")):
        if 'class="live-figure' not in path.read_text("utf-8"):
            continue
        visit = Visit(chromium, {"file": (kit / "book").as_uri()})
        page = visit.open(f"book/{path.stem}", "file")
        figures = page.locator(".live-figure .nnlib").all()
        assert len(figures) == page.locator(".live-figure.alive").count()
        assert [figure_moves(figure) for figure in figures] == [True] * len(figures)
        assert (visit.wrong, visit.outside) == ([], [])
        visit.context.close()
        alive |= {path.stem} if figures else set()
    shown = {p.stem for p in notebooks.chapters() if "nnlib.widgets" in p.read_text()}
    assert alive == shown


def test_what_the_kit_has_no_packages_for_is_said_and_its_page_is_there(kit):
    words = (kit / "README.txt").read_text("utf-8")
    for name in LEFT_OUT:
        assert f"chapter on {name} also asks for" in words
        assert "Keras" in (kit / f"book/book/{name}.html").read_text("utf-8")
        assert (kit / f"notebooks/{name}.ipynb").exists()


def test_the_kit_installs_from_its_wheels_alone_and_starts(started):
    listed = run(started, ".venv/bin/python", "-m", "pip", "list")
    assert "neural-networks-by-hand" in listed
    assert "jupyterlab" in listed


def test_the_second_start_installs_nothing(started):
    mark = started / ".venv/installed"
    before = mark.stat().st_mtime_ns
    run(started, "sh", "start.sh", "--version")
    assert mark.stat().st_mtime_ns == before


def test_the_set_up_cell_of_a_chapter_finds_nnlib_in_the_kit_and_does_nothing(started):
    book = nbformat.read(started / "notebooks/perceptron.ipynb", as_version=4)
    (source,) = [cell.source for cell in book.cells if cell.get("id") == set_up.SET_UP]
    assert f"/{TAG}.zip" in source  # where nnlib is missing, it would be fetched
    assert run(started, ".venv/bin/python", "-c", source) == ""


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_of_the_kit_runs_without_a_network(name, started):
    execute = ["-m", "jupyter", "execute", "--timeout=600"]
    run(started, ".venv/bin/python", *execute, f"notebooks/{name}.ipynb")


def test_a_kit_for_windows_made_here_has_all_that_pip_needs_there(released, tmp_path):
    command = [sys.executable, "scripts/kit.py", "--windows", "3.13", "--out", tmp_path]
    done = subprocess.run(command, cwd=released, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "for Windows, Python 3.13" in done.stdout
    (archive,) = tmp_path.iterdir()
    assert archive.name.endswith("-kit-windows.zip")
    with zipfile.ZipFile(archive) as file:
        file.extractall(tmp_path)
    kit = tmp_path / archive.stem
    assert "Windows (AMD64) with Python 3.13" in (kit / "README.txt").read_text("utf-8")
    assert "py -3.13 -m venv" in (kit / "start.bat").read_text("utf-8")
    names = [path.name for path in (kit / "wheels").iterdir()]
    fit = re.compile(r"-(py2\.py3|py3|cp313|cp3\d+-abi3)-.*(any|win_amd64)\.whl$")
    assert [name for name in names if not fit.search(name)] == []
    only_there = {"pywinpty", "colorama"}  # JupyterLab's terminals, colors of tqdm
    assert only_there <= {name.partition("-")[0] for name in names}
    there = ["--platform=win_amd64", "--python-version=3.13", "--only-binary=:all:"]
    pip = [sys.executable, "-m", "pip", "download", "--no-index", *there]
    pip += ["--dest=../all", "--find-links=wheels", "--requirement=requirements.txt"]
    done = subprocess.run(
        [*pip, *only_there], cwd=kit, env=ALONE, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_what_is_no_version_of_python_is_refused(released):
    command = [sys.executable, "scripts/kit.py", "--windows", "10"]
    done = subprocess.run(command, cwd=released, capture_output=True, text=True)
    assert done.returncode == 2
    assert "expected a version like 3.13, got '10'" in done.stderr


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
