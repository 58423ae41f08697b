"""A course to try things in, and notebooks as students hand them in."""

import copy
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from classroom import __main__, course, grade, sandbox, sets, versions

SECRET = "a sample secret, for tests alone"
SETS = sets.names()


def no_sandbox():
    """Why no sandbox can be had here, or ""."""
    try:
        sandbox.demand()
    except sandbox.NoSandboxError as error:
        return str(error)
    return ""


NO_SANDBOX = no_sandbox()


@pytest.fixture
def box():
    """Ask for the sandbox: a test without it is skipped, where that is allowed."""
    if NO_SANDBOX:
        assert "CI" not in os.environ, NO_SANDBOX
        pytest.skip(NO_SANDBOX)


@pytest.fixture(scope="session")
def released(tmp_path_factory):
    """A course in which every set is released, once for all tests: only to be read."""
    place = course.Course(tmp_path_factory.mktemp("released"))
    course.write(place.folder / "seed.txt", SECRET)
    for name in SETS:
        versions.make(place, sets.read(name))
    return place


@pytest.fixture
def place(released, tmp_path):
    """A course of a test's own."""
    shutil.copytree(released.folder, tmp_path / "course")
    return course.Course(tmp_path / "course")


@pytest.fixture
def handed_out(released):
    """Name of a set -> a copy of the students' notebook."""
    return lambda name: nbformat.read(released.release(name), as_version=4)


@pytest.fixture
def full(handed_out):
    """Name of a set -> a student's notebook with every answer right."""
    return lambda name: filled(handed_out(name), answers(name))


@pytest.fixture
def graded(tmp_path, box):
    """(Notebook, name of its set) -> its Result, graded in the sandbox."""

    def run(notebook, name="backprop", **how):
        path = tmp_path / "handed_in.ipynb"
        nbformat.write(notebook, path)
        return grade.grade(path, "s001", sets.read(name), SECRET, **how)

    return run


def answers(name):
    """Grade_id -> the right answer, of every cell that a student fills in."""
    return {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in sets.solution(sets.read(name)).cells
        if sets.is_solution(cell)
    }


def filled(notebook, sources):
    """A notebook with some of its cells written, by grade_id."""
    notebook = copy.deepcopy(notebook)
    for cell in filter(sets.is_solution, notebook.cells):
        cell.source = sources.get(cell.metadata.nbgrader.grade_id, cell.source)
    return notebook


def points(result):
    """Question -> points of a Result."""
    return {a.id.removesuffix("-check"): a.points for a in result.answers}


def snapshot(folder):
    """Path -> content of all files in a folder."""
    paths = [p for p in Path(folder).rglob("*") if p.is_file()]
    return {path: path.read_bytes() for path in paths}


def run(*words):
    """The exit code of a command."""
    return __main__.main([str(word) for word in words])


def rows(path):
    """The rows of a CSV file, by student."""
    return {row["student"]: row for row in course.read_table(path)}


def nbgrader(place, *words):
    """Run a command of nbgrader in the folder of a course."""
    programs = Path(sys.executable).parent
    done = subprocess.run(
        [programs / "nbgrader", *words],
        cwd=place.folder,
        env={**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
