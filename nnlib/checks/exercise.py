"""What an exercise is, and how an answer is called and compared. No answer can raise.

Calling and judging are apart. attempt calls and gives Outcomes, in which everything is
plain: numbers, lists, tuples, arrays, None, and words for whatever else came. A grader
may call in one process and judge in another.
"""

import copy
import inspect
import re
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

TOLERANCE = 1e-6  # absolute, and relative to what is expected
ADVICE = {  # pattern in an exception -> what it means to somebody who meets it first
    "truth value of an array": "An if asks about one number, and so does max(); here "
    "is an array: np.where, np.maximum and np.max take it",
    "converted to Python scalars": "The functions of math and of nnlib.pure take one "
    "number; those of NumPy, such as np.exp, take arrays",
    "bitwise_xor": "^ is no power in Python: a square is written ** 2",
    "mismatch in its core dimension": "In A @ B the matrix A has as many columns as B "
    "has rows, and here it has not",
    "could not be broadcast": "+, * and / go number by number, and here the shapes do "
    "not fit; the product of two matrices is @",
    "axis 1 is out of bounds": "A single row has no axis 1; the last axis is axis=-1",
    r"\.[a-z]\w*\(\) takes 1 positional": "The arguments of a method begin with self",
}


def call(function, *args):
    """Call the function with the arguments: the way most exercises are driven."""
    return function(*args)


@dataclass(frozen=True)
class Exercise:
    """One task, the arguments to try it with, and the mistakes it knows by name.

    signature: how it is called, such as "affine_backward(dout, x, W)"
    task:      what is asked for, a phrase after "Task: "
    cases:     rng -> a list of tuples of plain arguments; rng, np.random.Generator
    right:     the answer to the arguments of one case
    wrong:     sentence -> the formula of somebody who made that mistake
    hints:     three, from an idea to nearly the code
    returns:   names of the parts, where the answer is a tuple
    moves:     parameters that the function changes in place: they are the answer then
    drive:     how to get an answer, where a plain call is not it: classes, for example
    given:     names of a case's arguments, where drive makes others of them
    find:      (arguments, answer) -> a sentence or None; in place of right and wrong
    """

    signature: str
    task: str
    cases: Callable
    hints: tuple
    right: Callable | None = None
    wrong: dict | None = None
    returns: tuple = ()
    moves: tuple = ()
    drive: Callable = call
    find: Callable | None = None
    given: tuple = ()

    @property
    def name(self):
        """The name of the function or class that is asked for."""
        return self.signature.partition("(")[0]

    @property
    def parameters(self):
        """The names between the brackets of the signature."""
        inside = self.signature.partition("(")[2].rstrip(")")
        return inside.split(", ") if inside else []

    @property
    def arguments(self):
        """The names of the arguments of a case."""
        return self.given or self.parameters

    def answer(self, outcome):
        """What counts of an outcome: the value, or the arguments that were moved."""
        if not self.moves:
            return outcome.value
        after = dict(zip(self.arguments, outcome.after, strict=True))
        return tuple(after[name] for name in self.moves)


@dataclass(frozen=True)
class Outcome:
    """What one call gave: a plain value, or what it raised; the arguments after it.

    raised is the name of the exception or "", error a sentence with its line.
    """

    value: object
    after: tuple
    raised: str = ""
    error: str = ""


def attempt(function, args, drive=call):
    """Call the function with copies of the arguments; only KeyboardInterrupt passes."""
    given = copy.deepcopy(args)
    try:
        # an overflow is told in a sentence, not by a warning as well
        with np.errstate(all="ignore"):
            value = plain(drive(function, *given))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit too: a check must come to its end
        raised = type(error).__name__
        return Outcome(None, plain(given), raised, describe(error))
    return Outcome(value, plain(given))


def describe(error):
    """Name an exception, and the last line of the learner's own code on its way."""
    what = traceback.format_exception_only(error)[-1].strip().rstrip(".")
    advice = next(
        (f"{ADVICE[words]}. " for words in ADVICE if re.search(words, what)), ""
    )
    here = Path(__file__).parent
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [f for f in frames if Path(f.filename).parent != here]
    own = [f for f in theirs if f.filename == theirs[0].filename]
    if not own:
        return f"{advice}It raises {what}"
    line = f": {own[-1].line}" if own[-1].line else ""
    return f"{advice}It raises {what}, in line {own[-1].lineno}{line}"


def plain(value):
    """Copy a value of numbers, lists, tuples, arrays; put words for anything else."""
    if value is None or value is ...:
        return None
    if isinstance(value, list | tuple):
        parts = [plain(part) for part in value]
        return parts if isinstance(value, list) else tuple(parts)
    if isinstance(value, np.ndarray) and value.ndim and value.dtype.kind in "biuf":
        return np.array(value)
    if isinstance(value, np.generic | np.ndarray) and not value.ndim:
        value = value.item()
    if isinstance(value, int) and abs(value) > sys.float_info.max:
        return "a number too large to compute with"
    if isinstance(value, bool | int | float):
        return value
    return f"something of type {type(value).__name__}"


def kind(value):
    """Say in a few words what a plain value is."""
    if isinstance(value, str):
        return value
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, list | tuple):
        is_comma = isinstance(value, tuple) and len(value) == 1
        why = ", which a comma at the end makes" if is_comma else ""
        return f"a {type(value).__name__} of length {len(value)}{why}"
    if value is None:
        return "None, which a missing return makes"
    return f"the number {written(value)}"


def written(number, digits=4):
    """Write a number with few digits, a whole one with all."""
    if abs(number) < 1e15 and number == int(number):
        return str(int(number))
    return f"{number:.{digits}g}"


def difference(got, want, place=""):
    """Where a plain value differs from what is expected, as a clause, or None.

    A list or tuple of numbers may stand for an array, and one for the other.
    """
    if not isinstance(want, list | tuple):
        return numbers_apart(got, want, place)
    if not isinstance(got, list | tuple | np.ndarray) or len(got) != len(want):
        return f"{place}expected {kind(want)}, got {kind(got)}"
    for i, (g, w) in enumerate(zip(got, want, strict=True)):
        if found := difference(plain(g), w, f"{place}[{i}] "):
            return found
    return None


def numbers_apart(got, want, place=""):
    """The same for one array or number that is expected."""
    try:
        found = np.asarray(got)
    except ValueError:  # rows of different lengths
        return f"{place}expected {kind(want)}, got {kind(got)}"
    if found.dtype.kind not in "biuf" or found.shape != np.shape(want):
        return f"{place}expected {kind(want)}, got {kind(got)}"
    found, want = found.astype(np.float64), np.asarray(want, np.float64)
    with np.errstate(all="ignore"):
        near = np.abs(found - want) <= TOLERANCE * (1 + np.abs(want))  # nan is not near
    if near.all():
        return None
    i = tuple(int(k) for k in np.argwhere(~near)[0])
    at = f"at {list(i)} " if i else ""
    if k := factor(found, want):
        return f"{place}all numbers are {written(k)} times what is expected"
    pair = written(found[i]), written(want[i])
    if pair[0] == pair[1]:  # they differ further behind
        pair = written(found[i], 12), written(want[i], 12)
    return f"{place}{at}expected {pair[1]}, got {pair[0]}"


def factor(found, want):
    """The k of found = k want where three numbers or more say so, else None."""
    seen = want != 0
    with np.errstate(all="ignore"):
        k = np.median(found[seen] / want[seen]) if seen.sum() >= 3 else 0.0
        exact = np.abs(found - k * want) <= TOLERANCE * np.abs(found)  # nan is not
    return float(k) if k and exact.all() else None


def misfit(exercise, function):
    """Why a thing cannot be called as the exercise wants it, or None."""
    if not callable(function):
        return (
            f"{exercise.signature} is to be called, got {kind(plain(function))}. Give "
            "its name alone, without brackets"
        )
    try:
        if signature := signature_of(function):
            signature.bind(*exercise.parameters)
    except TypeError:
        return f"It cannot be called as {exercise.signature}; it takes {signature}"
    return None


def turned(exercise, function):
    """Whether a function takes the arguments of the exercise, but in another order."""
    signature, wanted = signature_of(function), exercise.parameters
    names = list(signature.parameters) if signature else wanted
    return names != wanted and sorted(names) == sorted(wanted)


def signature_of(function):
    """The signature of a callable, or None where it does not tell.

    Some of NumPy's functions do not, and an object may raise anything when asked.
    """
    try:
        return inspect.signature(function)
    except Exception:
        return None
