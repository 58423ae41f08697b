"""Nothing that is the teacher's alone is where students or readers can look.

Private are the lines of solutions and written answers, the notes for the teacher and
the secret of a course. The sets of this project are samples, and its chapters teach the
same things, so a line of a solution may stand in a chapter on its own account: in the
book a line leaks if it is private and in no source of the book or the package. What
students get has no such excuse.
"""

import html
import os
import re
import subprocess
from pathlib import Path

import nbformat
import pytest
from conftest import SECRET, SETS

from classroom import course, sets, versions

ROOT = Path(__file__).resolve().parents[2]
BUILDER = ROOT / ".venv" / "bin" / "jupyter-book"
INSIDE = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.S)
CANARY = "zyzzyvas"  # a word that nothing else has, and that a search finds as zyzzyva


def bare(text):
    """Text without what a page adds or takes away: spaces, signs and tags."""
    return "".join(re.findall(r"\w+|[@*/+<>=-]", text))


def of_solutions(found):
    """The lines of all solutions of a set that say something."""
    regions = [
        region
        for cell in filter(sets.is_solution, found.notebook.cells)
        for region in INSIDE.findall(cell.source) or [cell.source]
    ]
    return lines_of(regions)


def of_notes(found):
    """The lines of the notes for the teacher of a set."""
    cells = [c.source for c in found.notebook.cells if sets.tagged(c, "teacher")]
    return lines_of(cells)


def lines_of(texts):
    """The lines of texts, bare; those of a few signs say nothing."""
    lines = [bare(line) for text in texts for line in text.splitlines()]
    return {line for line in lines if len(line) > 8}


def looked_through(folder):
    """Path -> bare text of every file below a folder, as a reader finds it there."""
    return {
        str(path.relative_to(folder)): bare(read(path))
        for path in Path(folder).rglob("*")
        if path.is_file()
    }


def read(path):
    """All words in a file; of a page without its tags, of JSON without its escapes."""
    text = path.read_bytes().decode(errors="replace")
    if path.suffix == ".html":
        return html.unescape(re.sub(r"<[^>]*>", "", text))
    return text.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")


def leaks(lines, folder):
    """(File, line) of the lines that a folder shows."""
    texts = looked_through(folder)
    assert texts
    return {
        (name, line) for name, text in texts.items() for line in lines if line in text
    }


every_set = pytest.mark.parametrize("name", SETS)


@every_set
def test_what_students_get_has_no_private_line(name, released):
    found = sets.read(name)
    private = of_solutions(found) | of_notes(found)
    assert len(private) > 10
    assert leaks(private, released.release(name).parent) == set()
    assert leaks({bare(SECRET)}, released.folder / "release") == set()


@every_set
def test_what_students_get_is_one_notebook_that_was_never_run(name, released):
    path = released.release(name)
    assert list(path.parent.rglob("*")) == [path]
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"nbgrader", "tags", "deletable", "editable"}
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", "<b>x</b> <span>too_much</span> = softmax(<i>y</i>)&nbsp;-\n t"),
        ("a.ipynb", '{"metadata": {"was": "\\n  too_much = softmax(y) - t\\n"}}'),
        (
            "searchindex.js",
            'Search.setIndex({"titles": ["too_much = softmax(y) - t"]})',
        ),
        ("a.py", "    too_much = softmax(y) - t  # so"),
    ],
)
def test_a_leak_is_found_in_pages_notebooks_indexes_and_programs(name, text, tmp_path):
    (tmp_path / name).write_text(text, "utf-8")
    private = of_solutions(sets.read("backprop"))
    assert leaks(private, tmp_path) == {(name, "too_much=softmaxy-t")}


def planted(text):
    """A set with a word in all of its private places."""
    text = re.sub(
        r"^( *)### BEGIN SOLUTION\n", rf"\g<0>\1# {CANARY}\n", text, flags=re.M
    )
    text = text.replace("**For the teacher.**", f"**For the teacher.** {CANARY}")
    text = text.replace(
        '{"tags": ["teacher"]}', f'{{"tags": ["teacher"], "n": "{CANARY}"}}'
    )
    return re.sub(r'("solution": true, "points": \d+}}\n)', rf"\1\n{CANARY}\n", text)


@pytest.fixture(scope="module")
def with_canaries(tmp_path_factory):
    """A course released from sets with a word in all of their private places."""
    folder = tmp_path_factory.mktemp("canaries")
    for name in SETS:
        text = planted((sets.FOLDER / f"{name}.md").read_text("utf-8"))
        assert text.count(CANARY) > 8
        course.write(folder / "masters" / f"{name}.md", text)
    place = course.Course(folder / "course")
    for name in SETS:
        versions.make(place, sets.read(name, folder / "masters"))
    return place


def with_a_canary(folder):
    """The files below a folder that have the word, in whatever case."""
    return {
        path.name
        for path in Path(folder).rglob("*")
        if path.is_file() and CANARY[:-1].encode() in path.read_bytes().lower()
    }


def test_a_word_in_every_private_place_comes_to_the_teacher_alone(with_canaries):
    assert with_a_canary(with_canaries.folder / "release") == set()
    assert with_a_canary(with_canaries.folder / "teacher") == {
        f"{name}_{version}.ipynb" for name in SETS for version in ("solution", "notes")
    }


def build(source, out):
    """The pages that Jupyter Book makes of a folder, in the book's environment."""
    if not BUILDER.exists():
        assert "CI" not in os.environ, f"{BUILDER} is missing"
        pytest.skip(f"{BUILDER} is missing; make setup installs it")
    command = [BUILDER, "build", source, "--path-output", out]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return out / "_build" / "html"


def test_a_book_made_of_what_students_get_holds_nothing_private(
    with_canaries, tmp_path
):
    config = 'title: A class\nexecute: {execute_notebooks: "off"}\n'
    course.write(tmp_path / "in" / "_config.yml", config)
    first, *others = SETS
    chapters = "".join(f"- file: {name}\n" for name in others)
    toc = f"format: jb-book\nroot: {first}\nchapters:\n{chapters}"
    course.write(tmp_path / "in" / "_toc.yml", toc)
    private = set()
    for name in SETS:
        path = with_canaries.release(name)
        course.write(tmp_path / "in" / path.name, path.read_bytes())
        private |= of_solutions(sets.read(name)) | of_notes(sets.read(name))
    html_of = build(tmp_path / "in", tmp_path / "out")
    shown = {path.name for path in html_of.rglob("*") if path.is_file()}
    made = {f"{name}.{kind}" for name in SETS for kind in ("html", "ipynb")}
    assert {"searchindex.js", *made} <= shown
    assert with_a_canary(html_of) == set()
    assert leaks(private | {bare(with_canaries.seed())}, html_of) == set()


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The pages of the course: those that make book has built, in CI ones built now."""
    built = ROOT / "_build" / "html"
    if "CI" in os.environ:
        return build(ROOT, tmp_path_factory.mktemp("book"))
    if not built.is_dir():
        pytest.skip(f"{built} is missing; make book builds it")
    return built


@pytest.fixture(scope="module")
def own():
    """The bare texts of the sources of the book and the package."""
    chapters = [p for p in (ROOT / "book").iterdir() if p.suffix in (".md", ".ipynb")]
    modules = [*(ROOT / "nnlib").rglob("*.py")]
    return [bare(read(path)) for path in [*chapters, *modules]]


def test_the_book_has_no_private_line_but_those_that_it_teaches(book, own):
    private = set()
    for name in SETS:
        private |= of_solutions(sets.read(name)) | of_notes(sets.read(name))
    taught = {line for line in private if any(line in text for text in own)}
    assert leaks(private - taught, book) == set()
    assert not taught & {line for name in SETS for line in of_notes(sets.read(name))}


# Questions whose whole answer a chapter prints: practice, whatever points they have.
TAUGHT = {"backprop": set(), "forward_pass": {"forward"}}


@every_set
def test_the_answers_that_a_chapter_prints_are_known(name, own):
    found = set()
    for cell in filter(sets.is_solution, sets.read(name).notebook.cells):
        lines = lines_of(INSIDE.findall(cell.source) or [cell.source])
        if all(any(line in text for text in own) for line in lines):
            found.add(cell.metadata.nbgrader.grade_id)
    assert found == TAUGHT[name]
