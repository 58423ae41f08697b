"""The versions of a set in the folder of a course. nbgrader makes the students'."""

import os
import re
import sys
from pathlib import Path

import nbformat
from nbgrader.apps.api import NbGraderAPI
from traitlets.config.loader import PyFileConfigLoader

from classroom import course, sets

CONFIG = '''\
"""Settings of nbgrader for this course, made by the classroom kit."""

c = get_config()  # noqa: F821

c.CourseDirectory.root = {root!r}
# Students' code runs in the sandbox of the kit and nowhere else. Keep these two.
c.Execute.enabled = False
c.ClearOutput.enabled = False
# What students write is shown without scripts.
c.HTMLExporter.sanitize_html = True
c.ClearSolutions.code_stub = {{
    "python": "# your code here\\nraise NotImplementedError"
}}
c.ClearSolutions.text_stub = "*Write your answer here.*"
'''


def make(place, found):
    """Write all versions of a set; the paths of the three that people read."""
    place.make_seed()
    config = CONFIG.format(root=str(place.folder))
    course.write(place.folder / "nbgrader_config.py", config)
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
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return nbformat.writes(notebook)


def generate(place, name):
    """Have nbgrader make the students' version and note it in its gradebook."""
    # nbgrader calls alembic, which lies beside this Python
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    os.environ["PATH"] = programs
    loader = PyFileConfigLoader("nbgrader_config.py", path=str(place.folder))
    api = NbGraderAPI(config=loader.load_config())
    done = api.generate_assignment(name, force=True)
    if not done["success"]:
        reasons = re.findall(r"^\s*(\w+(?:Error|Exception): .*)$", done["log"], re.M)
        reason = reasons[-1] if reasons else done["error"]
        raise sets.SetError(f"nbgrader refuses the set {name!r}: {reason}.")
