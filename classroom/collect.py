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
from pathlib import Path

import nbformat

from classroom import course, grade
from classroom.repair import repaired

LARGEST = 2**30  # bytes of all that comes out of a zip file
MOODLE = re.compile(r"(.+?)_\d+_assignsubmission_\w*")
CANVAS = re.compile(r"(.+?)(?:_LATE)?_\d+_\d+_.*")
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
    parts = path.parts
    if len(parts) > 1:
        found = MOODLE.fullmatch(parts[-2])
        return tidy(found[1] if found else parts[-2])
    if found := CANVAS.fullmatch(path.stem):
        return tidy(found[1])
    return tidy(COPY.sub(" ", path.stem.replace(name, " ")))


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


def newest(folder, name):
    """(Student's name -> newest notebook, files of nobody, files of other kinds)."""
    found, spelled, nobody, strange = {}, {}, [], []
    every = sorted(folder.rglob("*"))
    for path in [path for path in every if path.is_file() or path.is_symlink()]:
        inside = path.relative_to(folder)
        if any(part.startswith((".", "__MACOSX")) for part in inside.parts):
            continue
        if path.suffix != ".ipynb" or path.is_symlink():  # a link may lead to answers
            strange.append(readable(str(inside)))
        elif student := whose(inside, name):
            student = spelled.setdefault(student.casefold(), student)
            before = found.get(student)
            if not before or path.stat().st_mtime >= before.stat().st_mtime:
                found[student] = path
        else:
            nobody.append(readable(str(inside)))
    return found, nobody, strange


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
    whose a file is not known.
    """
    if not place.release(name).is_file():
        raise course.CourseError(
            f"{place.release(name)} is missing: it says what was handed out."
        )
    released = nbformat.read(place.release(name), as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        found, nobody, strange = newest(unpacked(downloads, folder), name)
        if not found and not nobody:
            raise course.CourseError(f"There is no notebook in {downloads}.")
        ids = numbered(place.students(), found)
        rows = [{"id": student, "name": known} for student, known in ids.items()]
        course.write(place.folder / "students.csv", course.table(rows or [NO_ROW]))
        by_name = {tidy(known).casefold(): student for student, known in ids.items()}
        lines = []
        for student, path in found.items():
            to = place.submitted(by_name[student.casefold()], name)
            done = collect_one(path, released, to)
            lines += [f"{to.parts[-3]} ({student}): {readable(w)}" for w in done]
    lines += [
        f"{path}: whose is it? Put it into a folder with the student's name."
        for path in nobody
    ]
    return [*lines, *(f"{path}: no notebook, left out." for path in strange)], len(
        found
    )


NO_ROW = {"id": "", "name": ""}


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
