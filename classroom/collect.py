"""Brings in what students handed in: whose it is, which is the newest, repaired.

Learning platforms rename files and folders; the names are taken from what they make.
"""

import os
import re
import tempfile
import time
import unicodedata
import zipfile
import zlib
from collections import Counter
from pathlib import Path

import nbformat

from classroom import course, grade
from classroom.repair import repaired

LARGEST = 2**30  # bytes of all that comes out of a zip file
# the name of a student, and the number by which the platform knows the same student
MOODLE = re.compile(r"(.+?)_(\d+)_assignsubmission_[a-z]+_?")
CANVAS = re.compile(r"(.+?)(?:_LATE)?_(\d+)_\d+_")
# what zipfile raises over files that are damaged, locked, or named as no file can be
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
COPY = re.compile(r"(?i)copy[ _]of|kopie von|copi[ae] de|のコピー|\(\d+\)|-\d+$")


def whose(path, name):
    """The student's name in the path of a file within a download, or "".

    A folder of the student's own is the surest; else what a platform adds to the name.
    """
    if found := sender(path):
        return tidy(found[1])
    if len(path.parts) > 1:
        return tidy(path.parts[-2])
    return tidy(COPY.sub(" ", path.stem.replace(name, " ")))


def sender(path):
    """The Match of what a platform wrote before a file that a student sent, or None."""
    if len(path.parts) > 1:  # of a file in a folder the student chose the name
        return next(filter(None, map(MOODLE.fullmatch, path.parts[:-1])), None)
    return MOODLE.match(path.stem) or CANVAS.match(path.stem)


def label(path):
    """What a file begins with that a platform is to take back for a student, or ""."""
    found = sender(path)
    if not found:
        return ""
    return f"{found[0]}/" if len(path.parts) > 1 else found[0]


def number(known_by):
    """The number of a student in a label, or "". Two of the same name have two."""
    found = MOODLE.match(known_by) or CANVAS.match(known_by)
    return found[2] if found else ""


def tidy(name):
    """A name with single spaces, in one form of Unicode.

    It begins as no formula of a spreadsheet does, and leads into no other folder.
    """
    words = re.sub(r"[_/\\]", " ", unicodedata.normalize("NFC", readable(name))).split()
    return " ".join(words).strip(" -.,=+@")


def readable(text):
    """Words of a student in one line, with ? for all that a terminal might obey."""
    known = " ".join(text.encode(errors="backslashreplace").decode().split())
    return "".join("?" if unicodedata.category(s) == "Cc" else s for s in known)


def unpacked(downloads, folder):
    """The folder with the files of a download, which may be a zip file."""
    if downloads.is_dir():
        return downloads
    if not zipfile.is_zipfile(downloads):
        raise course.CourseError(f"{downloads} is neither a folder nor a zip file.")
    try:
        with zipfile.ZipFile(downloads) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
                raise course.CourseError(f"{downloads} holds more than 1 GB.")
            for entry in archive.infolist():
                path = archive.extract(entry, folder)  # never outside, never a link
                moment = time.mktime((*entry.date_time, 0, 0, -1))
                os.utime(path, (moment, moment))
    except course.CourseError:
        raise
    except BROKEN as error:
        raise course.CourseError(
            f"{downloads} cannot be unpacked ({readable(str(error))}). Unpack it with "
            "another program and give the folder."
        ) from None
    return Path(folder)


def sorted_out(folder, name):
    """([Student's name, notebook] of all, files of nobody, files of other kinds)."""
    notebooks, nobody, strange = [], [], []
    every = sorted(folder.rglob("*"))
    for path in [path for path in every if path.is_file() or path.is_symlink()]:
        inside = path.relative_to(folder)
        if any(part.startswith((".", "__MACOSX")) for part in inside.parts):
            continue
        if path.suffix != ".ipynb" or path.is_symlink():  # a link may lead to answers
            strange.append(readable(str(inside)))
        elif student := whose(inside, name):
            notebooks.append((student, inside))
        else:
            nobody.append(readable(str(inside)))
    return notebooks, nobody, strange


def twins(notebooks, roster, name):
    """The names of two students: by their numbers, in this download or since earlier.

    In small letters. roster: the rows of students.csv.
    """
    rows = [(tidy(row["name"]), row.get(name) or "") for row in roster]
    listed = Counter(student.casefold() for student, _ in rows)
    numbers = {}
    for student, known_by in [*rows, *((who, label(path)) for who, path in notebooks)]:
        numbers.setdefault(student.casefold(), set()).add(number(known_by))
    return {who for who in numbers if len(numbers[who] - {""}) > 1 or listed[who] > 1}


def newest(notebooks, folder):
    """Student's name -> newest notebook, spelled as the first of them."""
    found, spelled = {}, {}
    for student, path in notebooks:
        student = spelled.setdefault(student.casefold(), student)
        moment = (folder / path).stat().st_mtime
        if student not in found or moment >= (folder / found[student]).stat().st_mtime:
            found[student] = path
    return found


def numbered(known, names):
    """Id -> name of all students, those before with their ids; new ones get s001 …"""
    for student, name in known.items():
        if not re.fullmatch(r"[A-Za-z0-9][\w.-]*", student, re.ASCII):
            raise course.CourseError(
                f"An id in students.csv has letters, digits, - _ and . in it, got "
                f"{student!r} for {name!r}."
            )
    ids, taken = dict(known), {tidy(name).casefold() for name in known.values()}
    number = 0
    for name in sorted(names):
        if name.casefold() not in taken:
            while f"s{(number := number + 1):03}" in ids:
                pass
            ids[f"s{number:03}"] = name
            taken.add(name.casefold())
    return ids


def collect(place, name, downloads):
    """Put what was handed in for a set where it can be graded.

    A list of lines for the teacher: what was repaired, what could not be read, and
    whose a file is not known; and the number of notebooks.
    """
    if not place.release(name).is_file():
        raise course.CourseError(
            f"{place.release(name)} is missing: it says what was handed out."
        )
    with tempfile.TemporaryDirectory() as temporary:
        folder = unpacked(downloads, temporary)
        notebooks, nobody, strange = sorted_out(folder, name)
        if not notebooks and not nobody:
            raise course.CourseError(f"There is no notebook in {downloads}.")
        double = twins(notebooks, place.roster(), name)
        shared = [path for who, path in notebooks if who.casefold() in double]
        found = newest([row for row in notebooks if row[1] not in shared], folder)
        lines = collect_all(place, name, folder, found)
    lines += [f"{readable(str(path))}: {TWINS}" for path in shared]
    lines += [f"{path}: {NOBODY}" for path in nobody]
    return [*lines, *(f"{path}: no notebook, left out." for path in strange)], len(
        found
    )


NOBODY = "whose is it? Put it into a folder with the student's name."
TWINS = (
    "two students have this name. Left out; write a 2 behind the name of one, collect "
    "the folder again."
)


def collect_all(place, name, folder, found):
    """Collect one notebook of each student; lines: who is new, what was repaired."""
    before, released = place.students(), nbformat.read(place.release(name), 4)
    ids = numbered(before, found)
    by_name = {tidy(known).casefold(): student for student, known in ids.items()}
    own = {by_name[student.casefold()]: path for student, path in found.items()}
    remember(place, name, ids, {student: label(path) for student, path in own.items()})
    lines = [
        f"{student} ({ids[student]}): new in students.csv."
        for student in own
        if before and student not in before
    ]
    for student, path in own.items():
        to = place.submitted(student, name)
        done = collect_one(folder / path, released, to)
        lines += [f"{student} ({ids[student]}): {readable(words)}" for words in done]
    return lines


def remember(place, name, ids, labels):
    """Write down who is who, and under which label each sent the set.

    All else that is in students.csv stays.
    """
    before = {row["id"]: row for row in place.roster()}
    known = dict.fromkeys(key for row in before.values() for key in row)
    columns = dict.fromkeys(["id", "name", *known, name])
    rows = [
        columns | before.get(student, {}) | {"id": student, "name": ids[student]}
        for student in ids
    ]
    for row in rows:
        row[name] = readable(labels.get(row["id"], "")) or row[name]
    if rows:
        course.write(place.folder / "students.csv", course.table(rows))


def still_missing(place, name):
    """A sentence about who has handed in nothing, or ""."""
    handed_in = place.submissions(name)
    names = [
        readable(who)
        for student, who in place.students().items()
        if student not in handed_in
    ]
    return f" Nothing yet from {course.listed(names)}." if names else ""


def collect_one(path, released, to):
    """Write a repaired copy of one notebook; a list of what was done."""
    try:
        notebook, done = repaired(grade.read(path), released)
        text = nbformat.writes(notebook).encode(errors="replace")
    except grade.UNREADABLE as error:
        course.hand_in(to, path.read_bytes())
        return [f"cannot be read as a notebook ({error}), kept as it is."]
    course.hand_in(to, text)
    return done
