"""From one source: what each side gets, nothing too much in it, all of it runs."""

import copy
import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import nbclient
import nbformat
import pytest
from conftest import SETS, answers, filled, points

from classroom import course, sets, versions
from classroom.repair import repaired
from nnlib import checks
from scripts import set_up

RELEASE = "https://github.com/owner/name", "v1.2.3"
every_set = pytest.mark.parametrize("name", SETS)


def executed(notebook, **how):
    """A copy of a notebook with its outputs."""
    notebook = nbformat.from_dict(json.loads(json.dumps(notebook)))
    nbclient.NotebookClient(notebook, timeout=120, **how).execute()
    return notebook


def printed(notebook):
    """All that a notebook has printed."""
    outputs = [o for c in notebook.cells for o in c.get("outputs", ())]
    assert all(output.output_type != "error" for output in outputs)
    return "".join(o.text for o in outputs if o.output_type == "stream")


def asserting(notebook):
    """The notebook with checks that fail where an answer is not right."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = re.sub(r"^check\(", "assert check(", cell.source, flags=re.M)
    return notebook


def test_there_are_sets():
    assert {"forward_pass", "backprop"} <= set(SETS)


@every_set
def test_no_line_of_a_solution_is_in_what_students_get(name, released):
    found = sets.read(name)
    handed_out = released.release(name).read_text("utf-8")
    inside = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.S)
    secret = [
        line.strip()
        for cell in filter(sets.is_solution, found.notebook.cells)
        for region in inside.findall(cell.source) or [cell.source]
        for line in region.splitlines()
    ]
    secret += [
        line
        for cell in found.notebook.cells
        if sets.tagged(cell, "teacher")
        for line in cell.source.splitlines()
    ]
    secret = [json.dumps(line)[1:-1] for line in secret if len(line.strip()) > 3]
    assert len(secret) > 10
    assert not [line for line in secret if line in handed_out]


@every_set
def test_what_students_get_names_no_solution_teacher_or_secret(name, released):
    handed_out = released.release(name).read_text("utf-8")
    for word in ("SOLUTION", "teacher.", "HIDDEN", released.seed(), "hidden"):
        assert word not in handed_out


@every_set
def test_an_empty_notebook_runs_to_its_end_and_says_not_yet(name, handed_out):
    said = printed(executed(handed_out(name)))
    questions = sets.read(name).questions
    assert said.count("Not yet: ") == len(questions)
    assert not re.search("Right: |Not quite: ", said)


@every_set
def test_with_the_solutions_filled_in_every_check_says_right(name, full):
    said = printed(executed(asserting(full(name))))
    assert said.count("Right: ") == len(sets.read(name).questions)
    assert not re.search("Not yet: |Not quite: ", said)


@every_set
def test_the_filled_in_notebook_gets_all_points_and_the_empty_one_none(
    name, full, handed_out, graded
):
    result = graded(full(name), name)
    assert points(result) == {
        q.id.removesuffix("-check"): q.points for q in sets.read(name).questions
    }
    assert result.notes == {}
    empty = graded(handed_out(name), name)
    assert empty.points == 0
    assert {answer.status for answer in empty.answers} == {"not yet"}
    assert empty.notes == {}


@every_set
def test_each_answer_alone_gets_its_own_points(name, handed_out, graded):
    known = answers(name)
    for question in sets.read(name).questions:
        mark = question.id.removesuffix("-check")
        got = points(graded(filled(handed_out(name), {mark: known[mark]}), name))
        assert {m for m, n in got.items() if n} == {mark}


@every_set
def test_a_master_passes_under_nbval_and_fails_where_answers_are_missing(
    name, tmp_path, handed_out
):
    nbformat.write(executed(sets.solution(sets.read(name))), tmp_path / "full.ipynb")
    nbformat.write(asserting(handed_out(name)), tmp_path / "empty.ipynb")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rf"]
    command += ["-c", "/dev/null", "--nbval-lax", "--nbval-current-env", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    failed = set(re.findall(r"FAILED \S*(\w{4}\.ipynb)::Cell (\d+)", done.stdout))
    code = [c for c in handed_out(name).cells if c.cell_type == "code"]
    unanswered = {str(i) for i, c in enumerate(code) if c.source.startswith("check(")}
    assert failed == {("mpty.ipynb", number) for number in unanswered}, done.stdout


@every_set
def test_the_text_says_the_points_that_there_are(name):
    found = sets.read(name)
    most = sum(q.points for q in found.questions) + sum(found.manual.values())
    assert f" {most} points" in found.notebook.cells[0].source
    told = re.findall(r"^## \d+\..*\((\d+) points\)$", texts(found), re.M)
    given = [sets.points_of(c) for c in found.notebook.cells if sets.points_of(c)]
    assert list(map(int, told)) == given


def texts(found):
    """All text of a set."""
    cells = found.notebook.cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


@every_set
def test_readme_and_changelog_tell_the_set_and_its_points(name):
    found = sets.read(name)
    points = sum(q.points for q in found.questions), sum(found.manual.values())
    readme = (sets.FOLDER.parent / "README.md").read_text("utf-8")
    assert "`{}` ({} points by checks, {} by hand)".format(name, *points) in readme
    changes = (sets.FOLDER.parent / "CHANGELOG.md").read_text("utf-8")
    newest = re.search(rf"^- `{name}`, (.*?) points", changes, re.M)[1]
    assert newest == "{} + {}".format(*points)
    assert re.search(r"^## \d{4}-\d\d-\d\d$", changes, re.M)


@every_set
def test_an_edition_is_the_release_of_the_course(name, monkeypatch):
    assert sets.for_nbgrader(sets.read(name)).metadata.classroom.edition == ""
    monkeypatch.setattr(set_up, "release", lambda: RELEASE)
    notebook = sets.for_nbgrader(sets.read(name))
    assert notebook.metadata.classroom.edition == "v1.2.3"
    assert f'release = "{set_up.archive(*RELEASE)}"' in notebook.cells[1].source


@every_set
def test_exercise_and_solution_begin_with_the_set_up_cell_of_the_chapters(
    name, released
):
    for path in (released.release(name), released.teacher(name, "solution")):
        cells = nbformat.read(path, as_version=4).cells
        code = [cell for cell in cells if cell.cell_type == "code"]
        assert code[0].source == set_up.set_up_cell("").source
        assert {cell.execution_count for cell in code} == {None}


@pytest.fixture(scope="session")
def bare(tmp_path_factory):
    """A Python that has NumPy and pip and nothing else."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, symlinks=True)
    packages = folder / "packages"
    packages.mkdir()
    here = Path(sysconfig.get_path("purelib"))
    for pattern in ("numpy*", "pip", "pip-*"):
        for path in here.glob(pattern):
            (packages / path.name).symlink_to(path)
    python = folder / "bin" / "python"
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(said(python, "-c", where).stdout.strip())
    (site / "own.pth").write_text(str(packages))
    return python


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The address of nnlib, as a release has it, built from this copy."""
    folder, root = tmp_path_factory.mktemp("wheel"), sets.FOLDER.parents[1]
    pip = ("-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder)
    done = said(sys.executable, *pip, root)
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.whl")
    return path.as_uri()


def said(python, *words, **how):
    """What became of a Python that was called with some words."""
    command = [python, *words]
    return subprocess.run(command, capture_output=True, encoding="utf-8", **how)


def code_of(notebook):
    """The code of a notebook, cell after cell, as one program."""
    return "\n\n".join(c.source for c in notebook.cells if c.cell_type == "code")


def test_alone_and_without_a_release_a_set_says_what_to_do(bare, handed_out, tmp_path):
    done = said(bare, "-c", code_of(handed_out("forward_pass")), cwd=tmp_path)
    assert done.returncode == 1
    assert "nnlib is missing, and this notebook" in done.stderr
    assert done.stdout == ""


def test_alone_in_an_empty_folder_every_set_installs_nnlib_and_runs_with_numpy(
    bare, wheel, handed_out, tmp_path
):
    own = {**os.environ, "PIP_NO_DEPS": "1"}  # NumPy is all that a set needs
    for turn, name in enumerate(SETS):
        code = code_of(handed_out(name))
        assert code.count('release = ""') == 1
        code = code.replace('release = ""', f'release = "{wheel}"')
        done = said(bare, "-c", code, cwd=tmp_path, env=own)
        assert done.returncode == 0, done.stderr
        assert ("Installing nnlib" in done.stdout) == (turn == 0)
        assert done.stdout.count("Not yet: ") == len(sets.read(name).questions)
        assert not re.search("Right: |Not quite: ", done.stdout)
    assert list(tmp_path.iterdir()) == []


@every_set
def test_the_set_up_cell_takes_no_part_in_grading_and_survives_repair(
    name, full, handed_out, graded
):
    notebook = full(name)
    result = graded(repaired(notebook, handed_out(name))[0], name)
    assert result.notes == {}
    without = copy.deepcopy(notebook)
    del without.cells[1]
    mended, done = repaired(without, handed_out(name))
    assert done == []
    assert set_up.set_up_cell("").source in [cell.source for cell in mended.cells]


@every_set
def test_the_notes_tell_points_and_every_mistake_with_a_name(name, released):
    notes = nbformat.read(released.teacher(name, "notes"), as_version=4)
    text = "\n".join(cell.source for cell in notes.cells)
    assert "SOLUTION" not in text
    for question in sets.read(name).questions:
        for exercise, _ in question.tries:
            for sentence in checks.EXERCISES[exercise].wrong:
                assert f"- {sentence}." in text


def test_releasing_twice_gives_the_same_files_and_keeps_the_seed(place):
    before = place.release("backprop").read_bytes(), place.seed()
    versions.make(place, sets.read("backprop"))
    assert (place.release("backprop").read_bytes(), place.seed()) == before


def master(tmp_path, *changes):
    """A folder with the set backprop in which some text is another."""
    text = (sets.FOLDER / "backprop.md").read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    course.write(tmp_path / "backprop.md", text)
    return tmp_path


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("grade_id: relu-check", "grade_id: affine-check"), "two cells have"),
        (('check("relu_backward"', 'check("relu_backwards"'), "no exercise of ours"),
        (('assert check("relu_backward", relu_backward)', "pass"), "no check"),
    ],
)
def test_a_set_that_is_not_as_it_is_to_be_is_refused(tmp_path, change, words):
    with pytest.raises(sets.SetError, match=words):
        sets.read("backprop", master(tmp_path, change))


def test_a_set_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(sets.SetError, match="there is: backprop, forward_pass"):
        sets.read("backprob")


@pytest.mark.parametrize("exercise", ["numerical_gradient", "init_model"])
def test_exercises_that_are_tried_with_more_than_plain_values_are_refused(
    tmp_path, exercise
):
    change = ('check("relu_backward"', f'check("{exercise}"')
    with pytest.raises(sets.SetError, match=f"{exercise} is tried with more"):
        sets.read("backprop", master(tmp_path, change))
