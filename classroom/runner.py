"""A student's notebook, run in the sandbox, and its functions called from outside.

What stands here for a function of the student sends its arguments into the sandbox and
brings back plain values; nothing of the student's is ever run in this process.
"""

import copy
import re
import time
from dataclasses import dataclass

from classroom import sandbox, wire
from nnlib import checks
from nnlib.checks.exercise import Outcome, plain

LONGEST = 400  # signs of a sentence from the sandbox
# what an exercise raises when an answer gives a number where a layer is due, say
UNFIT = (AttributeError, IndexError, *wire.UNREADABLE)
STATEMENTS, DEFINITIONS, NOTHING = range(3)  # what of a cell is run


@dataclass(frozen=True)
class Limits:
    """Seconds that a submission may take: a call, a cell, and all together."""

    call: float = 3
    cell: float = 10
    all: float = 90


class RemoteError(Exception):
    """An exception that was raised in the sandbox: its name, and a sentence."""


class Thing:
    """Something in the sandbox that is no plain value: a student's layer, say."""

    def __init__(self, runner, number):
        self._runner, self._number = runner, number

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args: self._runner.call(("method", self._number, name), args)


class Runner:
    """A student's notebook, run in a sandbox; run anew after it has ended one.

    cells: number -> source; box: () -> a Sandbox
    """

    def __init__(self, cells, box, limits):
        self.cells, self.box, self.limits = cells, box, limits
        self.notes = {}
        self.full = dict.fromkeys(cells, STATEMENTS)
        self.end = time.monotonic() + limits.all
        self.live = None

    def ask(self, request, seconds):
        """What the sandbox answers; if nothing, LostError, and the sandbox is gone."""
        left = self.end - time.monotonic()
        if left <= 0:
            self.close()
            raise sandbox.LostError(
                f"The time is up, {self.limits.all:g} seconds in all"
            )
        try:
            return self.live.ask(request, min(seconds, left), self.thing)
        except sandbox.LostError:
            self.close()
            raise

    def close(self):
        """End the sandbox and everything in it."""
        if self.live:
            self.live.close()
            self.live = None

    def load(self):
        """Have the cells run. A cell that ends the sandbox runs with less, then not."""
        while not self.live:
            self.start()
            for number, source in self.cells.items():
                if self.full[number] != NOTHING and not self.run(number, source):
                    break

    def start(self):
        """Start a sandbox. Where none starts, the machine is at fault, no student."""
        self.live = self.box()
        try:
            self.ask(("run", 0, "", True), sandbox.START)
        except sandbox.LostError as error:
            if time.monotonic() < self.end:
                raise sandbox.NoSandboxError(f"No sandbox starts: {error}.") from None
            raise

    def run(self, number, source):
        """Run one cell: False if the sandbox was lost on the way."""
        request = ("run", number, source, self.full[number] == STATEMENTS)
        try:
            (error,) = self.ask(request, self.limits.cell)
        except (sandbox.LostError, ValueError, TypeError) as lost:
            self.close()
            self.notes.setdefault(number, said(lost))
            self.full[number] += 1
            return False
        if error is not None:
            self.notes.setdefault(number, said(error))
        return True

    def call(self, which, args):
        """Call a function of the student as if it were here, moving arguments too."""
        self.load()
        answer = self.ask((*which, list(args)), self.limits.call)
        try:
            *words, value, after = answer
            raised, error = ("" if word is None else said(word) for word in words)
            for mine, theirs in zip(args, after, strict=True):
                bring_back(mine, theirs)
        except UNFIT:
            self.close()
            raise sandbox.LostError("It gives no answer that can be read") from None
        if raised:
            raise RemoteError(raised, error or f"It raises {raised}")
        return value

    def thing(self, number, kind):
        """What stands here for a thing in the sandbox, under the name of its class."""
        name = kind if re.fullmatch(r"\w{1,60}", str(kind)) else "object"
        return type(name, (Thing,), {})(self, number)


def said(text):
    """Words from the sandbox, cut to a length, such as a file can hold."""
    return str(text)[:LONGEST].encode(errors="replace").decode()


def bring_back(mine, theirs):
    """Let an argument become what the call in the sandbox has made of its copy."""
    if isinstance(mine, list):
        mine[:] = theirs
    elif hasattr(mine, "shape") and mine.shape:
        mine[...] = theirs


def outcomes(runner, exercise, answer, seed):
    """The Outcome of each case; after one that was lost, no other is tried."""
    drive, lost, made = checks.find(exercise).drive, None, []
    for case in checks.cases(exercise, seed):
        given = copy.deepcopy(case)
        if not lost:
            try:
                value = drive(lambda *args: runner.call(("call", answer), args), *given)
                made.append(Outcome(plain(value), plain(given)))
                continue
            except RemoteError as error:
                made.append(Outcome(None, plain(given), *error.args))
                continue
            except UNFIT as error:
                words = f"It raises {type(error).__name__}: {error}"
                made.append(Outcome(None, plain(given), type(error).__name__, words))
                continue
            except sandbox.LostError as error:
                lost = str(error)
        made.append(Outcome(None, plain(case), "LostError", lost))
    return made
