"""The folder of one course on the teacher's machine, and how files come into it whole.

    seed.txt         a secret: from it come the numbers of the cases that are graded
    students.csv     id of each student, the name under which the files came, and, for
                     each set, what a file begins with that goes back
    source/          what nbgrader makes the students' version from
    release/         the students' version: hand this out
    teacher/         solutions and notes
    submitted/       what was collected, one folder for each student
    graded/          scores, feedback and summary, one folder for each set

source, release and submitted are laid out as nbgrader wants them; it adds its own.
"""

import csv
import datetime
import io
import json
import os
import secrets
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path


class CourseError(ValueError):
    """A folder of a course, or a file in it, that is not as it is to be."""


def write(path, text):
    """Write a file whole or not at all, and make its folder."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    data = text if isinstance(text, bytes) else text.encode()
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        try:
            file.write(data)
            file.close()
            os.chmod(file.name, 0o644)
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise


def hand_in(path, text):
    """Write what a student handed in; where it is new, the moment too, for nbgrader.

    By the moment `nbgrader autograde` knows what it has to take in once more.
    """
    data = text if isinstance(text, bytes) else text.encode()
    if not path.is_file() or path.read_bytes() != data:
        now = datetime.datetime.now(datetime.UTC)
        write(path.with_name("timestamp.txt"), now.isoformat(" ") + "\n")
        write(path, data)


def table(rows):
    """The text of a CSV file, from a list of dictionaries with the same keys."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {key: harmless(value) for key, value in row.items()} for row in rows
    )
    return text.getvalue()


def harmless(value):
    """A value that no spreadsheet takes for a formula: the words are a student's."""
    is_formula = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t"))
    return f"'{value}" if is_formula else value


def read_table(path):
    """The rows of a CSV file as dictionaries."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def listed(names, most=12):
    """Names in one line, of many only the first."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


@dataclass(frozen=True)
class Course:
    """The paths of a course, by what lies there."""

    folder: Path

    def source(self, name):
        """The notebook that nbgrader reads."""
        return self.folder / "source" / name / f"{name}.ipynb"

    def release(self, name):
        """The notebook that students get."""
        return self.folder / "release" / name / f"{name}.ipynb"

    def edition(self, name):
        """The release that the students' version comes from, or None without one."""
        if not self.release(name).is_file():
            return None
        notebook = json.loads(self.release(name).read_text("utf-8"))
        return notebook["metadata"].get("classroom", {}).get("edition")

    def teacher(self, name, version):
        """The solution, or the notes."""
        return self.folder / "teacher" / name / f"{name}_{version}.ipynb"

    def submitted(self, student, name):
        """The notebook of a student, as collected."""
        return self.folder / "submitted" / student / name / f"{name}.ipynb"

    def graded(self, name, *parts):
        """What came of grading a set."""
        return self.folder.joinpath("graded", name, *parts)

    def submissions(self, name):
        """Student -> notebook, of all that were collected for a set."""
        found = self.folder.glob(f"submitted/*/{name}/{name}.ipynb")
        return {path.parts[-3]: path for path in sorted(found)}

    def seed(self):
        """The secret of the course."""
        path = self.folder / "seed.txt"
        if not path.is_file():
            raise CourseError(
                f"{path} is missing. It holds the secret behind the graded cases, and "
                "the command release makes it; of a term that has begun, bring it back."
            )
        return path.read_text("utf-8").strip()

    def make_seed(self):
        """Make a secret where there is none."""
        if not (self.folder / "seed.txt").exists():
            write(self.folder / "seed.txt", secrets.token_hex(16) + "\n")

    def roster(self):
        """The rows of students.csv: id, name, and what else stands there."""
        path = self.folder / "students.csv"
        rows = read_table(path) if path.exists() else []
        if rows and not {"id", "name"} <= set(rows[0]):
            raise CourseError(
                f"{path} has not the columns id and name, got {list(rows[0])}."
            )
        rows = [row for row in rows if row["id"] or row["name"]]  # no empty lines
        for student, times in Counter(row["id"] for row in rows).items():
            if times > 1:
                raise CourseError(f"{path} has the id {student!r} {times} times.")
        return [{k: v for k, v in row.items() if k is not None} for row in rows]

    def students(self):
        """Id -> the name under which the files of a student came."""
        return {row["id"]: row["name"] for row in self.roster()}
