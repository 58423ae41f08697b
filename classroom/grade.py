"""From a notebook to points and sentences, one student's or a class's.

The student's functions run in the sandbox. Here they are called through it, and what
comes back, plain values, is judged here, where the right answers are.
"""

import concurrent.futures
import hashlib
import json
import os
import re
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import nbformat
import tqdm

import nnlib
from classroom import course, sandbox
from classroom.runner import Limits, Runner, outcomes, said
from nnlib import checks

PUBLIC = 0  # the seed of the cases that check shows to everybody
LARGEST = 50_000_000  # bytes of a notebook
LIMITS = Limits()
# what nbformat raises over files that are no notebooks
UNREADABLE = (
    nbformat.ValidationError,
    AttributeError,
    KeyError,
    RecursionError,
    TypeError,
    ValueError,
)


@dataclass
class Answer:
    """What a question came to."""

    id: str
    out_of: float
    points: float = 0
    status: str = "not yet"
    message: str = ""


@dataclass
class Result:
    """What a submission came to. key: hash of all that decides about it."""

    student: str
    set: str
    key: str
    answers: list = field(default_factory=list)
    notes: dict = field(default_factory=dict)  # number of a cell -> what it raised
    fault: str = ""  # why the file cannot be read, if it cannot
    seconds: float = 0

    @property
    def points(self):
        """All points of the questions that are checked."""
        return sum(answer.points for answer in self.answers)


def tried(runner, exercise, answer, seeds):
    """The Result of an exercise: the first that is not right, else the last."""
    for seed in seeds:
        made = outcomes(runner, exercise, answer, seed)
        verdict = checks.judge(exercise, made, seed=seed)
        if not verdict:
            break
    return verdict


def answer_to(question, runner, secret):
    """What a question came to: all of its checks, or the first that fails."""
    found = Answer(question.id, question.points)
    for exercise, name in question.tries:
        verdict = tried(runner, exercise, name, [PUBLIC, hidden(secret, exercise)])
        found.status, found.message = verdict.status, verdict.message
        if not verdict:
            return found
    found.points = question.points
    return found


def hidden(secret, exercise):
    """The seed of the cases of an exercise that are graded."""
    return int.from_bytes(hashlib.sha256(f"{secret} {exercise}".encode()).digest()[:8])


CELL_MAGIC = re.compile(r"\A\s*%%(\w+).*\n?")


def code_of(source):
    """A cell without a magic that is for all of it; of other languages, nothing."""
    magic = CELL_MAGIC.match(source)
    if magic and magic[1] not in ("time", "timeit", "capture", "prun"):
        return ""
    return source[magic.end() :] if magic else source


def cells_of(path, left_out=()):
    """Number -> source of the cells of code in a notebook; ValueError if it is none."""
    cells = read(path).cells
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    return {
        number: code_of(source)
        for number, source in enumerate(code, 1)
        if source not in left_out
    }


def read(path):
    """A notebook of today's format, from a file of any; ValueError if it is none.

    Its cells hold text; more is not asked, as nobody is to lose points over the form.
    """
    if path.stat().st_size > LARGEST:
        raise ValueError(f"it is larger than {LARGEST // 10**6} MB")
    try:
        text = path.read_text("utf-8-sig")  # some editors begin a file with a mark
        notebook = nbformat.reads(text, as_version=4)
        if not all(isinstance(cell.source, str) for cell in notebook.cells):
            raise TypeError
    except UNREADABLE as error:
        raise ValueError(f"it is no notebook ({type(error).__name__})") from None
    return notebook


def grade(path, student, found, secret, *, unsafe=False, limits=LIMITS):
    """The Result of one submission to a set."""
    started = time.monotonic()
    result = Result(student, found.name, key(path, found, secret))
    try:
        cells = cells_of(path, found.demos)
    except ValueError as error:
        result.fault = f"The file cannot be read: {said(error)}"
        result.answers = [Answer(q.id, q.points) for q in found.questions]
        return result
    runner = Runner(cells, lambda: sandbox.Sandbox(found.given, unsafe=unsafe), limits)
    try:
        result.answers = [answer_to(q, runner, secret) for q in found.questions]
    except (sandbox.NoSandboxError, OSError):  # the machine's fault
        raise
    except Exception as error:  # no notebook may stop a class: it is told, and the next
        result.fault = f"It cannot be graded ({type(error).__name__}: {said(error)})"
        result.answers = [Answer(q.id, q.points) for q in found.questions]
    finally:
        runner.close()
    result.notes = runner.notes
    result.seconds = round(time.monotonic() - started, 2)
    return result


def key(path, found, secret):
    """A hash that changes with the submission, the set, the secret and the checker."""
    parts = [path.read_bytes(), found.digest.encode(), secret.encode()]
    here = Path(__file__).parent
    ours = [*here.glob("*.py"), *Path(nnlib.__file__).parent.glob("checks/*.py")]
    parts += [path.read_bytes() for path in sorted(ours)]
    return hashlib.sha256(
        b"\0".join(hashlib.sha256(p).digest() for p in parts)
    ).hexdigest()


def stored(path):
    """A Result that was written before, or None."""
    if not path.exists():
        return None
    try:
        values = json.loads(path.read_text("utf-8"))
        answers = [Answer(**answer) for answer in values.pop("answers")]
        return Result(**values, answers=answers)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None  # of an older edition: grade it again


def grade_class(place, found, *, unsafe=False, workers=None, again=False):
    """The Results of all that was collected for a set, each written as it comes.

    What was graded before and has not changed is taken as it is, unless again.
    """
    secret, papers = place.seed(), place.submissions(found.name)
    if not papers:
        raise course.CourseError(
            f"Nothing is collected for {found.name!r} in {place.folder / 'submitted'}. "
            "The command collect puts it there."
        )
    if not unsafe:
        sandbox.demand()

    def one(student):
        path = place.graded(found.name, "results", f"{student}.json")
        before = stored(path)
        if before and not again and before.key == key(papers[student], found, secret):
            return before
        result = grade(papers[student], student, found, secret, unsafe=unsafe)
        course.write(path, json.dumps(asdict(result), indent=1))
        return result

    pool = concurrent.futures.ThreadPoolExecutor(workers or os.cpu_count())
    bar = tqdm.tqdm(total=len(papers), unit=" notebooks")
    try:
        results = []
        for result in pool.map(one, papers):
            results.append(result)
            bar.update()
        return results
    finally:
        bar.close()
        pool.shutdown(cancel_futures=True)  # an interrupted class ends soon
