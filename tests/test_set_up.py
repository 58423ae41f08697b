"""A chapter finds nnlib where it is, else installs it, or says what to do."""

import ast
import os
import subprocess
import sys
import tomllib
import venv

import nbformat
import notebooks
import pytest
import set_up
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

URL, TAG = "https://github.com/owner/name", "v1.0.0"


def chapter(*cells):
    return new_notebook(cells=[new_markdown_cell("# A chapter", id="title"), *cells])


def ids(notebook):
    return [cell.id for cell in notebook.cells]


def run(code, *found):
    """Run a set-up cell in a Python that finds these distributions alone, and no pip.

    found: folders of distributions, the first one first
    """
    code = f"import sys\nsys.path[:0] = {list(map(str, found))}\n{code}"
    command = [sys.executable, "-I", "-S", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def distributions(folder, **versions):
    """A folder with distributions of these versions, in the form pip leaves them."""
    for name, version in versions.items():
        info = folder / f"{name}-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n")
    return folder


RELEASED = set_up.set_up_cell(set_up.archive(URL, TAG)).source
REMEDY = "run %pip uninstall -y nnlib neural-networks-by-hand, restart, and run this"
ASKED = f"install|--quiet|neural-networks-by-hand[views,data] @ {URL}"
ASKED += f"/archive/refs/tags/{TAG}.zip"
PIP = """\
import subprocess, types
def run(command, **options):
    print(*command[3:], sep="|")
    return types.SimpleNamespace(returncode={code}, stderr="pip says no")
subprocess.run = run
"""


def test_the_cells_stand_after_the_title_and_only_once():
    notebook = chapter(new_code_cell("1", id="first"))
    once = set_up.prepared(notebook, "chapter", URL, TAG)
    assert ids(once) == ["title", "badge", "set-up", "first"]
    twice = set_up.prepared(once, "chapter", URL, TAG)
    assert ids(twice) == ["title", "badge", "set-up", "first"]
    assert ids(set_up.prepared(twice, "chapter")) == ["title", "set-up", "first"]


def test_the_set_up_cell_is_the_same_in_every_chapter():
    cells = {
        set_up.prepared(notebooks.read(path), path.stem, URL, TAG).cells[2].source
        for path in notebooks.chapters()
    }
    assert len(cells) == 1


def test_the_set_up_cell_is_in_the_house_form(tmp_path):
    path = tmp_path / "chapter.ipynb"
    nbformat.write(set_up.prepared(chapter(), "chapter", URL, TAG), path)
    for verb in (["check", "--ignore", "T201"], ["format", "--check"]):
        command = [sys.executable, "-m", "ruff", *verb, "--config", "pyproject.toml"]
        done = subprocess.run([*command, path], capture_output=True, cwd=set_up.ROOT)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("release", [set_up.archive(URL, TAG), ""])
def test_where_nnlib_of_this_release_is_there_the_cell_says_nothing(release, tmp_path):
    here = distributions(tmp_path, neural_networks_by_hand=TAG[1:])
    done = run(set_up.set_up_cell(release).source, here)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("version", ["0.9.0", "1.0.1", "1.0", "11.0.0"])
def test_where_nnlib_of_another_release_is_there_the_cell_says_so(version, tmp_path):
    here = distributions(tmp_path, neural_networks_by_hand=version)
    done = run(PIP.format(code=0) + RELEASED, here)
    assert (done.returncode, done.stderr) == (0, "")
    told, remedy = done.stdout.splitlines()
    assert told.startswith(f"nnlib {version} is here, this notebook is of https://")
    assert told.endswith(f"/{TAG}.zip")
    assert remedy.startswith(f"Should a cell fail, {REMEDY}")


@pytest.mark.parametrize("ours", [{}, {"neural_networks_by_hand": TAG[1:]}])
def test_the_package_of_a_stranger_is_not_mixed_with_ours(ours, tmp_path):
    done = run(
        PIP.format(code=0) + RELEASED, distributions(tmp_path, nnlib="0.2", **ours)
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert f"Another package has the name nnlib: {REMEDY}" in done.stderr


def test_without_a_release_the_cell_says_what_to_do():
    done = run(set_up.set_up_cell("").source)
    assert done.returncode == 1
    assert "names no release to install. Open it in a copy of" in done.stderr


def test_without_pip_the_cell_says_so(tmp_path):
    venv.create(tmp_path, with_pip=False)
    command = [tmp_path / "bin/python", "-I", "-c", RELEASED]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert "No module named pip\n\nnnlib could not be installed" in done.stderr
    assert "connect and run this cell again" in done.stderr


def test_pip_is_asked_for_the_release_alone_and_its_reason_is_shown():
    done = run(PIP.format(code=1) + RELEASED)
    assert done.stdout.splitlines()[1:] == [ASKED]
    assert "pip says no\nnnlib could not be installed" in done.stderr


def test_pip_is_asked_for_the_numpy_that_python_finds_first(tmp_path):
    first = distributions(tmp_path / "first", numpy="2.0.2")
    second = distributions(tmp_path / "second", numpy="1.21.5")
    done = run(PIP.format(code=1) + RELEASED, first, second)
    assert done.stdout.splitlines()[1:] == [f"{ASKED}|numpy==2.0.2"]


def test_what_pip_puts_into_a_new_place_of_the_user_is_found(tmp_path):
    """As on a server whose packages are read-only; a virtual environment has none."""
    pip = PIP.format(code=0) + (
        "import pathlib, site\n"
        "package = pathlib.Path(site.getusersitepackages(), 'nnlib')\n"
        "assert not package.parent.exists()\n"
        "package.mkdir(parents=True)\n"
        "(package / 'checks.py').write_text('check = True')\n"
    )
    done = subprocess.run(
        [sys._base_executable, "-c", f"{pip}\n{RELEASED}\nprint(nnlib.checks)"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONUSERBASE": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    *_, ready, place = done.stdout.splitlines()
    assert ready.startswith("Done. In JupyterLab reload the page")
    assert str(tmp_path) in place


def test_when_python_does_not_find_what_pip_installed_the_cell_says_what_to_do():
    done = run(PIP.format(code=0) + RELEASED)
    assert done.returncode == 1
    assert f"ImportError: pip is done, but nnlib is not found: {REMEDY}" in done.stderr


def test_a_python_too_old_for_nnlib_reads_the_cell_and_is_told():
    assert ast.parse(RELEASED, feature_version=(3, 8))
    text = (set_up.ROOT / "pyproject.toml").read_text("utf-8")
    oldest = tomllib.loads(text)["project"]["requires-python"].removeprefix(">=")
    for minor in (8, int(oldest.removeprefix("3.")) - 1):
        done = run(f"import sys\nsys.version_info = (3, {minor}, 9)\n{RELEASED}")
        assert (done.returncode, done.stdout) == (1, "")
        assert f"nnlib needs Python {oldest} or later." in done.stderr


def test_on_colab_the_cell_lets_live_figures_speak(tmp_path):
    colab = (
        "import sys, types\n"
        "calls = []\n"
        "output = types.SimpleNamespace(\n"
        "    enable_custom_widget_manager=lambda: calls.append(1))\n"
        "sys.modules['google'] = types.ModuleType('google')\n"
        "sys.modules['google.colab'] = types.ModuleType('google.colab')\n"
        "sys.modules['google.colab'].output = output\n"
    )
    here = distributions(tmp_path, neural_networks_by_hand="1.0.0")
    done = run(f"{colab}{RELEASED}\nprint(calls)", here)
    assert (done.stdout, done.stderr) == ("[1]\n", "")


@pytest.mark.parametrize(
    ("url", "tag"),
    [(URL, ""), ("", TAG), (URL, "main"), ("http://github.com/a/b", TAG)],
)
def test_half_a_release_is_an_error(url, tag, tmp_path, monkeypatch):
    text = f"repository:\n  url: '{url}'\n  branch: '{tag}'\n"
    (tmp_path / "_config.yml").write_text(text)
    monkeypatch.setattr(set_up, "ROOT", tmp_path)
    with pytest.raises(ValueError, match="expected a repository such as"):
        set_up.release()


def test_executing_a_chapter_brings_its_set_up_cell_up_to_date(tmp_path):
    path = tmp_path / "chapter.ipynb"
    own = new_code_cell("1 + 1", id="own")
    for cells in ([own], [own, set_up.set_up_cell("https://old.org/v0.zip")]):
        nbformat.write(chapter(*cells), path)
        assert notebooks.faults(path)
        notebooks.run([path], sample=True)
        assert notebooks.faults(path) == []
        assert ids(notebooks.read(path)) == ["title", "set-up", "own"]
