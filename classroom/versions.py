"""What nbgrader does for a course: the students' version of a set, marks by hand."""

import os
import re
import sys
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps.api import NbGraderAPI
from traitlets.config.loader import PyFileConfigLoader

from classroom import course, sets

CONFIG = '''\
"""Settings of nbgrader for this course, made by the classroom kit."""

from pathlib import Path

c = get_config()  # noqa: F821

c.CourseDirectory.root = str(Path(__file__).resolve().parent)
# Students' code runs in the sandbox of the kit and nowhere else. Keep these two.
c.Execute.enabled = False
c.ClearOutput.enabled = False
# What students write is shown without scripts.
c.HTMLExporter.sanitize_html = True
c.ClearSolutions.code_stub = {
    "python": "# your code here\\nraise NotImplementedError"
}
c.ClearSolutions.text_stub = "*Write your answer here.*"
'''


def make(place, found):
    """Write all versions of a set; the paths of the three that people read."""
    place.make_seed()
    course.write(place.folder / "nbgrader_config.py", CONFIG)
    course.write(place.source(found.name), text_of(sets.for_nbgrader(found)))
    generate(place, found.name)
    made = {"solution": sets.solution(found), "notes": sets.teacher(found)}
    for version, notebook in made.items():
        course.write(place.teacher(found.name, version), text_of(notebook))
    return [place.release(found.name), *(place.teacher(found.name, v) for v in made)]


def text_of(notebook):
    """A notebook as text, with numbered cells: the same set gives the same file."""
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        if cell.cell_type == "code":
            cell.execution_count = None
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return nbformat.writes(notebook)


def generate(place, name):
    """Have nbgrader make the students' version and note it in its gradebook."""
    put_programs_on_path()
    loader = PyFileConfigLoader("nbgrader_config.py", path=str(place.folder))
    api = NbGraderAPI(config=loader.load_config())
    done = api.generate_assignment(name, force=True)
    if not done["success"]:
        reasons = re.findall(r"^\s*(\w+(?:Error|Exception): .*)$", done["log"], re.M)
        reason = reasons[-1] if reasons else done["error"]
        raise sets.SetError(f"nbgrader refuses the set {name!r}: {reason}.")


def put_programs_on_path():
    """Let nbgrader find alembic, which it calls and which lies beside this Python."""
    programs = str(Path(sys.executable).parent)
    os.environ["PATH"] = f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"


def marks_by_hand(place, name):
    """Student -> what was written in nbgrader's formgrader about each cell.

    {"points": {grade_id: number, None where there is none yet},
     "comments": {grade_id: text}}
    """
    path = place.folder / "gradebook.db"
    if not path.is_file():
        raise course.CourseError(f"{path} is missing; the command release makes it.")
    put_programs_on_path()
    with Gradebook(f"sqlite:///{path}") as book:
        try:
            handed_in = book.find_assignment(name).submissions
        except MissingEntry:
            handed_in = []
        marks = {paper.student.id: marks_on(paper) for paper in handed_in}
    if not marks:
        raise course.CourseError(
            f"nbgrader knows no notebook of {name!r}; in {place.folder}, run: "
            f"nbgrader autograde {name} --create."
        )
    return marks


def marks_on(paper):
    """Points and comments on one submission that nbgrader knows."""
    grades = [grade for notebook in paper.notebooks for grade in notebook.grades]
    comments = [said for notebook in paper.notebooks for said in notebook.comments]
    return {
        "points": {g.name: None if g.needs_manual_grade else g.score for g in grades},
        "comments": {c.name: c.manual_comment for c in comments if c.manual_comment},
    }
