"""A chapter finds nnlib where it is, else installs it, or says what to do."""

import subprocess
import sys

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


def run(code, *options):
    """Run a set-up cell alone in a Python of this environment."""
    command = [sys.executable, *options, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=False)


# A Python without site-packages: no distribution is found, nor pip.
BARE = ("-I", "-S")


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


def test_where_nnlib_is_there_the_cell_says_nothing():
    done = run(set_up.set_up_cell("https://nowhere.invalid/a.zip").source)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_a_release_the_cell_says_what_to_do():
    done = run(set_up.set_up_cell("").source, *BARE)
    assert done.returncode == 1
    assert "names no release to install. Open it in a copy of" in done.stderr


def test_when_pip_fails_the_cell_shows_why_and_what_to_do():
    done = run(set_up.set_up_cell("https://nowhere.invalid/a.zip").source, *BARE)
    assert done.returncode == 1
    assert "No module named pip" in done.stderr or "nowhere.invalid" in done.stderr
    assert "connect and run this cell again" in done.stderr


@pytest.mark.parametrize("numpy", ["2.0.2", None])
def test_pip_is_asked_for_the_release_and_for_the_numpy_that_is_here(numpy):
    found = f"[types.SimpleNamespace(name='numpy', version={numpy!r})]"
    prelude = (
        "import subprocess, types\n"
        "from importlib import metadata\n"
        f"metadata.distributions = lambda: {found if numpy else []}\n"
        "def run(command, **options):\n"
        "    print(*command[3:], sep='|')\n"
        "    return types.SimpleNamespace(returncode=1, stderr='pip says no')\n"
        "subprocess.run = run\n"
    )
    done = run(prelude + set_up.set_up_cell("https://a.org/b.zip").source)
    asked = "install|--quiet|neural-networks-by-hand[views,data] @ https://a.org/b.zip"
    kept = f"|numpy=={numpy}" if numpy else ""
    assert done.stdout.splitlines()[1:] == [asked + kept]
    assert "pip says no\nnnlib could not be installed" in done.stderr


def test_on_colab_the_cell_lets_live_figures_speak():
    colab = (
        "import sys, types\n"
        "calls = []\n"
        "output = types.SimpleNamespace(\n"
        "    enable_custom_widget_manager=lambda: calls.append(1))\n"
        "sys.modules['google'] = types.ModuleType('google')\n"
        "sys.modules['google.colab'] = types.ModuleType('google.colab')\n"
        "sys.modules['google.colab'].output = output\n"
    )
    done = run(f"{colab}{set_up.set_up_cell('').source}\nprint(calls)")
    assert (done.stdout, done.stderr) == ("[1]\n", "")


def test_the_cell_never_asks_for_the_package_of_a_stranger():
    wanted = set_up.set_up_cell("SOURCE").source
    assert 'course = "neural-networks-by-hand"' in wanted
    assert "install nnlib" not in wanted


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


def test_a_stored_set_up_cell_keeps_the_stored_form(tmp_path):
    path = tmp_path / "chapter.ipynb"
    nbformat.write(chapter(new_code_cell("1 + 1")), path)
    assert notebooks.store_set_up(path)
    notebooks.run([path], sample=True)
    assert notebooks.faults(path) == []
    assert not notebooks.store_set_up(path)
    assert ids(notebooks.read(path))[:2] == ["title", "set-up"]
