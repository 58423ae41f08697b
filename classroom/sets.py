"""A problem set: one source, and from it what each side gets.

The source is a notebook in MyST form, sets/NAME.md. Some of its metadata matter.
Of the notebook, classroom: the modules of nnlib that are given to the answers while
they are graded. Of a cell, nbgrader: a grade_id, and
    solution: true              an answer; the student gets a stub in its place
    points                      a check of answers, of one or more
    grade and solution: true    a written answer, with points, marked by hand
And tags: teacher, for a cell that only the teacher's version has; demo, for one that
needs more than the sandbox has and is left out when answers are graded.
"""

import ast
import copy
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat

from classroom import wire
from nnlib import checks
from scripts import set_up

FOLDER = Path(__file__).parent / "sets"
HEADING = re.compile(r"^## +(.*?)(?: \(\d+ points?\))?$", re.M)
MARK = re.compile(r"^.*### (BEGIN|END) SOLUTION.*\n?", re.M)
PLAIN = {"grade": False, "solution": False, "locked": False, "task": False}


class SetError(ValueError):
    """A problem set that is not there, or not as it is to be."""


@dataclass(frozen=True)
class Question:
    """What is graded by a check: its cell's id, the points and [(exercise, answer)]."""

    id: str
    points: float
    tries: tuple


@dataclass(frozen=True)
class ProblemSet:
    """A problem set as its source says it; digest tells one state from another."""

    name: str
    notebook: nbformat.NotebookNode
    digest: str

    @property
    def given(self):
        """Modules of nnlib that answers may import while they are graded."""
        return tuple(self.notebook.metadata.get("classroom", {}).get("given", ()))

    @property
    def edition(self):
        """The release of the course that this set is part of; "" before the first."""
        return set_up.release()[1]

    @property
    def questions(self):
        """What is graded by checks, in order."""
        return [
            Question(cell.metadata.nbgrader.grade_id, points_of(cell), tries_of(cell))
            for cell in self.notebook.cells
            if points_of(cell) and not is_solution(cell)
        ]

    @property
    def manual(self):
        """Grade_id -> points of what is marked by hand."""
        return {
            cell.metadata.nbgrader.grade_id: points_of(cell)
            for cell in self.notebook.cells
            if points_of(cell) and is_solution(cell)
        }

    @property
    def titles(self):
        """Grade_id -> the heading that it stands under, without the points."""
        found, title = {}, ""
        for cell in self.notebook.cells:
            if cell.cell_type == "markdown":
                title = [title, *HEADING.findall(cell.source)][-1]
            if graded(cell):
                name = cell.metadata.nbgrader.grade_id
                found[name] = title or name.removesuffix("-check")
        return found

    @property
    def demos(self):
        """The sources of cells left out when answers are graded: demos and set-up."""
        demos = {cell.source for cell in self.notebook.cells if tagged(cell, "demo")}
        return {*demos, set_up.set_up_cell(set_up.archive(*set_up.release())).source}


def names(folder=FOLDER):
    """The names of the sets in a folder."""
    return sorted(path.stem for path in Path(folder).glob("*.md"))


def read(name, folder=FOLDER):
    """The problem set of a name; SetError if there is none, or its source is wrong."""
    path = Path(folder) / f"{name}.md"
    if not path.is_file():
        known = ", ".join(names(folder)) or "none"
        raise SetError(f"There is no set {name!r} in {folder}; there is: {known}.")
    source = path.read_text("utf-8")
    notebook = jupytext.reads(source, "md:myst")
    digest = hashlib.sha256(source.encode()).hexdigest()
    found = ProblemSet(name, notebook, digest)
    if fault := fault_of(found):
        raise SetError(f"{path}: {fault}.")
    return found


def fault_of(found):
    """What is wrong with a set, as a clause, or None."""
    ids = [c.metadata.nbgrader.grade_id for c in found.notebook.cells if graded(c)]
    if twice := {name for name in ids if ids.count(name) > 1}:
        return f"two cells have the grade_id {min(twice)!r}"
    if not found.questions and not found.manual:
        return "no cell has points"
    for question in found.questions:
        if not question.tries:
            return f"the cell {question.id!r} has points and no check(...) of an answer"
        for exercise, _ in question.tries:
            if exercise not in checks.EXERCISES:
                return f"{question.id!r} checks {exercise!r}, no exercise of ours"
            if not can_be_sent(exercise):
                return f"{exercise} is tried with more than plain values; ask in words"
    return None


def can_be_sent(exercise):
    """Whether all that an answer is called with can go into the sandbox."""
    for case in checks.cases(exercise):
        try:
            checks.find(exercise).drive(lambda *args: wire.dumps(args), *case)
        except wire.FrameError:
            return False
        except (AttributeError, TypeError):
            continue  # bytes are no layer; what it was made with could be sent
    return True


def graded(cell):
    """Whether nbgrader takes note of a cell."""
    return "nbgrader" in cell.metadata


def is_solution(cell):
    """Whether a cell is a student's to fill in."""
    return graded(cell) and bool(cell.metadata.nbgrader.get("solution"))


def points_of(cell):
    """The points of a cell, 0 of most."""
    return cell.metadata.nbgrader.get("points", 0) if graded(cell) else 0


def tagged(cell, tag):
    """Whether a cell has a tag."""
    return tag in cell.metadata.get("tags", ())


def tries_of(cell):
    """(Exercise, name of the answer) of each check("exercise", answer) in a cell."""
    calls = [node for node in ast.walk(ast.parse(cell.source)) if is_check(node)]
    return tuple((call.args[0].value, call.args[1].id) for call in calls)


def is_check(node):
    """Whether a piece of a program is check("exercise", answer)."""
    return (
        isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "check"
        and [type(a) for a in node.args] == [ast.Constant, ast.Name]
    )


def for_nbgrader(found):
    """The notebook that nbgrader makes the student's version from.

    Only what is marked by hand has points in it: checks get theirs in the sandbox. And
    a check of a student speaks without failing, so that a notebook runs to its end.
    """
    notebook = without_teacher(found)
    for cell in filter(graded, notebook.cells):
        by_hand = is_solution(cell) and points_of(cell) > 0
        kept = {**PLAIN, "schema_version": 3, **cell.metadata.nbgrader}
        kept.update(grade=by_hand, locked=not is_solution(cell))
        if not by_hand:
            kept.pop("points", None)
        cell.metadata.nbgrader = kept
        if not is_solution(cell):
            cell.source = cell.source.replace("assert check(", "check(")
    notebook.metadata.classroom = {"set": found.name, "edition": found.edition}
    return notebook


def solution(found):
    """The notebook with all answers in it."""
    return unmarked(without_teacher(found))


def teacher(found):
    """The solution with the notes for the teacher, points and likely mistakes."""
    notebook = unmarked(copy.deepcopy(found.notebook))
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        if points_of(cell) and not is_solution(cell):
            cells.append(nbformat.v4.new_markdown_cell(notes_on(cell)))
    notebook.cells = cells
    return notebook


def notes_on(cell):
    """Points of a check, and the mistakes that it knows by name."""
    lines = [
        f"**For the teacher.** {points_of(cell):g} points. Mistakes with a name:",
        "",
    ]
    for exercise, _ in tries_of(cell):
        known = checks.EXERCISES[exercise].wrong or {}
        lines += [f"- {sentence}." for sentence in known]
    return "\n".join(lines)


def without_teacher(found):
    """A copy of the notebook with a set-up cell, without the cells for the teacher."""
    notebook = copy.deepcopy(found.notebook)
    notebook.cells = [c for c in notebook.cells if not tagged(c, "teacher")]
    notebook.metadata.pop("jupytext", None)
    source = set_up.archive(*set_up.release())
    return set_up.prepared(notebook, found.name, source=source)


def unmarked(notebook):
    """The notebook without the lines that mark a solution."""
    for cell in filter(is_solution, notebook.cells):
        cell.source = MARK.sub("", cell.source).rstrip("\n")
    return notebook
