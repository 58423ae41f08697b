"""The repository keeps its promises: README, versions, sizes, addresses."""

import re
import subprocess
import tomllib
from itertools import chain
from pathlib import Path

import notebooks
import pytest
import size

ROOT = Path(__file__).resolve().parents[1]
FORBIDDEN = {
    "a path of somebody's machine": r"/(home|Users|root)/\w|/ipykernel_\d",
    "the address of a registry": r"pypi[.]org|pythonhosted[.]org|index[-]url|npmjs[.]",
    "the install line of a stranger's package": r"pip install +nnlib\b",
}


def tracked(*patterns):
    """The files of the repository that git knows or would add, as paths."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "-co", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        check=True,
        encoding="utf-8",
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name]


def text_of(path):
    """The text of a file, or "" when its bytes are none."""
    data = path.read_bytes()
    return "" if b"\0" in data else data.decode("utf-8")


def floors(lines):
    """Distribution name -> version condition, of requirement lines."""
    split = (re.fullmatch(r"([A-Za-z0-9_.-]+)([<>=!~].*)", line) for line in lines)
    return {match[1]: match[2] for match in split if match}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what):
    pattern = re.compile(f"{FORBIDDEN[what]}|{re.escape(str(ROOT))}/")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in tracked()
        if path.exists() and (match := pattern.search(text_of(path)))
    ]
    assert not found


def test_readme_names_the_two_commands():
    readme = text_of(ROOT / "README.md")
    block = re.search(r"## Two commands.*?```\n(.*?)```", readme, re.DOTALL)
    assert block[1].split("\n") == ["make book", "make test", ""]


def test_every_file_asks_for_the_same_python():
    pyproject = tomllib.loads(text_of(ROOT / "pyproject.toml"))
    version = pyproject["project"]["requires-python"].removeprefix(">=")
    assert (
        pyproject["tool"]["ruff"]["target-version"] == f"py{version.replace('.', '')}"
    )
    for name in ("README.md", "requirements.txt", "scripts/make_venv.sh"):
        named = set(re.findall(r"Python (3\.\d+)", text_of(ROOT / name)))
        assert named == {version}, name
    checked = f"sys.version_info < ({version.replace('.', ', ')})"
    assert checked in text_of(ROOT / "scripts/make_venv.sh")


def test_every_verb_of_make_says_what_it_does():
    makefile = text_of(ROOT / "Makefile")
    verbs = set(re.search(r"^\.PHONY: (.*)$", makefile, re.M)[1].split())
    listed = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, check=True, encoding="utf-8"
    ).stdout
    assert set(re.findall(r"^  make (\w+)", listed, re.M)) == verbs - {"help"}


def test_requirements_repeat_the_floors_of_the_package():
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    extras = project["optional-dependencies"].values()
    asked = [*project["dependencies"], *chain.from_iterable(extras)]
    listed = floors(text_of(ROOT / "requirements.txt").splitlines())
    assert floors(asked).items() <= listed.items()


@pytest.mark.parametrize(
    "name", ["jupyter-book", "numpy", "matplotlib", "ipywidgets", "graphviz", "nbval"]
)
def test_requirements_name_what_the_course_stands_on(name):
    assert name in floors(text_of(ROOT / "requirements.txt").splitlines())


@pytest.mark.parametrize("path", tracked("nnlib/*.py"), ids=lambda p: p.name)
def test_a_module_and_its_parts_are_within_their_budgets(path):
    source = path.read_text("utf-8")
    assert size.code_lines(source) <= size.BUDGET
    assert size.too_long(source) == {}


def test_code_lines_leave_out_docstrings_comments_and_blanks():
    source = '"""Doc\nstring."""\n\n# why\nx = """a\nb"""  # two lines\n\n\ndef f():\n'
    source += '    """Doc."""\n    return [\n        1,\n    ]\n'
    assert size.code_lines(source) == 6


def test_a_function_is_counted_without_its_head_and_a_class_whole():
    head = "def f(\n    a,\n    b,\n):\n" + '    """Doc."""\n    # why\n'
    assert size.too_long(head + 20 * "    a += b\n") == {}
    assert size.too_long(head + 21 * "    a += b\n") == {"f": 21}
    assert size.too_long("class A:\n" + 39 * "    b = 1\n") == {}
    assert size.too_long("class A:\n" + 40 * "    b = 1\n") == {"A": 41}


def test_every_chapter_of_the_table_of_contents_is_there():
    assert all(path.exists() for path in notebooks.chapters())


def test_every_notebook_of_the_book_is_in_the_table_of_contents():
    stored = {path for path in tracked("book/*.ipynb") if path.exists()}
    assert stored == set(notebooks.chapters())


@pytest.mark.parametrize("path", notebooks.chapters(), ids=lambda p: p.stem)
def test_a_chapter_is_stored_as_make_notebooks_stores_it(path):
    assert notebooks.faults(path) == []
