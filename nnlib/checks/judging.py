"""From the outcomes of an answer to a verdict: right, not quite, or not yet."""

from dataclasses import dataclass
from itertools import permutations

import numpy as np

from nnlib.checks.exercise import attempt, difference, kind

RIGHT, NOT_QUITE, NOT_YET, UNKNOWN = "right", "not quite", "not yet", "unknown"


@dataclass(frozen=True, repr=False)
class Result:
    """The verdict on one answer: true if it is right.

    status: "right", "not quite", "not yet", or "unknown" where no exercise has the name
    """

    name: str
    status: str
    message: str

    def __bool__(self):
        return self.status == RIGHT

    def __repr__(self):
        return f"<{self.name}: {self.status}>"

    def _ipython_display_(self):
        """Show nothing at the end of a cell: check has printed the message."""


def judge(exercise, cases, outcomes):
    """The Result of the outcomes of an answer to the cases of an exercise."""
    if is_stub(exercise, cases, outcomes):
        return Result(exercise.name, NOT_YET, not_yet(exercise, outcomes))
    if found := fault(exercise, cases, outcomes):
        return Result(exercise.name, NOT_QUITE, f"Not quite: {found}.")
    message = f"Right: {exercise.name} passes all {len(cases)} cases."
    return Result(exercise.name, RIGHT, message)


def is_stub(exercise, cases, outcomes):
    """Whether no call has given or moved anything."""

    def idle(case, outcome):
        if outcome.raised:
            return outcome.raised == "NotImplementedError"
        return is_empty(outcome.value) and not (
            exercise.moves and changed(exercise, case, outcome, exercise.moves)
        )

    return all(map(idle, cases, outcomes))


def is_empty(value):
    """Whether a plain value is None, or a tuple of nothing else."""
    return value is None or (
        isinstance(value, tuple) and len(value) > 0 and all(map(is_empty, value))
    )


def not_yet(exercise, outcomes):
    """What to say of a stub, of one half written, and of a forgotten return."""
    help_line = f'hint("{exercise.name}") helps.'
    if raised := next(filter(None, (o.error for o in outcomes)), None):
        return (
            f"Not yet: {exercise.signature} is not finished. {raised}. Put your own "
            f"lines in its place. {help_line}"
        )
    if not exercise.moves:
        return (
            f"Not yet: {exercise.signature} gives nothing back. Write it, and end it "
            f"with a return. {help_line}"
        )
    moves = " and ".join(exercise.moves)
    return (
        f"Not yet: {exercise.signature} has not moved {moves}. Change the arrays you "
        f'are given: "p -= …" moves one, "p = p - …" makes another. {help_line}'
    )


def fault(exercise, cases, outcomes):
    """What is wrong with an answer, as a sentence without its full stop, or None."""
    if exercise.find:
        pairs = zip(cases, outcomes, strict=True)
        found = (failure(o) or exercise.find(case, o.value) for case, o in pairs)
        return next(filter(None, found), None)
    wants = answers(exercise, exercise.right, cases)
    apart = [
        apart_from(exercise, outcome, want)
        for outcome, want in zip(outcomes, wants, strict=True)
    ]
    if any(apart) and (name := misconception(exercise, cases, outcomes, wants)):
        return name
    still = [name for name in exercise.arguments if name not in exercise.moves]
    for case, outcome in zip(cases, outcomes, strict=True):
        if name := changed(exercise, case, outcome, still):
            return f"It changes {name}, which belongs to the caller. Make a new one"
    first = next((i for i, found in enumerate(apart) if found), None)
    if first is None:
        return None
    return f"{apart[first]}, for {shown(exercise, cases[first])}"


def failure(outcome):
    """What is said of a call that raised something, or None; it is never right."""
    return (outcome.error or f"It raises {outcome.raised}") if outcome.raised else None


def answers(exercise, formula, cases):
    """The outcomes of a formula of ours."""
    return [attempt(formula, case) for case in cases]


def apart_from(exercise, outcome, want):
    """How an outcome differs from the right one, in words, or None."""
    if outcome.raised:
        return failure(outcome)
    got, want = exercise.answer(outcome), exercise.answer(want)
    names = exercise.moves or exercise.returns
    if not names:
        return capital(difference(got, want))
    if not isinstance(got, tuple | list) or len(got) != len(names):
        return f"Expected {len(names)} parts, {', '.join(names)}, got {kind(got)}"
    for name, g, w in zip(names, got, want, strict=True):
        if found := difference(g, w, f"{name}: "):
            return found
    return None


def capital(text):
    """Begin a sentence; None stays None."""
    return text and text[0].upper() + text[1:]


def misconception(exercise, cases, outcomes, wants):
    """The sentence of the known mistake that gives these outcomes, or None.

    Of an answer in parts the first part that is not right decides.
    """
    part = first_wrong_part(exercise, outcomes, wants)
    for sentence, formula in exercise.wrong.items():
        made = answers(exercise, formula, cases)
        if first_wrong_part(exercise, made, wants) == part and all(
            same(exercise, outcome, other, part)
            for outcome, other in zip(outcomes, made, strict=True)
        ):
            return sentence
    return disorder(exercise, outcomes, wants)


def disorder(exercise, outcomes, wants):
    """The sentence for the right parts in another order, or None."""
    n = len(exercise.returns)
    gots = [outcome.value for outcome in outcomes]
    if not all(isinstance(got, list | tuple) and len(got) == n for got in gots):
        return None
    for order in permutations(range(n)):
        pairs = zip(gots, wants, strict=True)
        if all(alike([got[i] for i in order], want.value) for got, want in pairs):
            return f"The parts come in another order: {', '.join(exercise.returns)}"
    return None


def first_wrong_part(exercise, outcomes, wants):
    """Index of the first part that is wrong in a case; None where all is one."""
    n = len(exercise.moves or exercise.returns)
    for i in range(n):
        pairs = zip(outcomes, wants, strict=True)
        if not all(same(exercise, outcome, want, i) for outcome, want in pairs):
            return i
    return None


def same(exercise, outcome, other, part):
    """Whether two outcomes agree: in what they raise, else in the answer or a part."""
    if outcome.raised or other.raised:
        return outcome.raised == other.raised
    got, want = exercise.answer(outcome), exercise.answer(other)
    if part is not None:
        lengths = [len(v) if isinstance(v, tuple | list) else 0 for v in (got, want)]
        if lengths[0] != lengths[1] or min(lengths) <= part:
            return False
        got, want = got[part], want[part]
    return alike(got, want)


def alike(got, want):
    """Whether two plain values agree, where nan agrees with nan and inf with inf."""
    if want is None or isinstance(want, str):
        return got == want if isinstance(got, type(want)) else False
    if isinstance(want, list | tuple):
        return of_one_length(got, want) and all(map(alike, got, want))
    try:
        found = np.asarray(got)
    except ValueError:
        return False
    if found.dtype.kind not in "biuf" or found.shape != np.shape(want):
        return False
    odd = ~np.isfinite(np.asarray(want, np.float64))
    if not np.array_equal(found[odd], np.asarray(want)[odd], equal_nan=True):
        return False
    return difference(np.where(odd, 0, found), np.where(odd, 0, want)) is None


def of_one_length(got, want):
    """Whether two values are rows of one length."""
    return isinstance(got, list | tuple | np.ndarray) and len(got) == len(want)


def changed(exercise, case, outcome, names):
    """The first of the named arguments that is not as before the call, or None."""
    every = zip(exercise.arguments, case, outcome.after, strict=True)
    for name, before, after in every:
        if name in names and not alike(after, before):
            return name
    return None


def shown(exercise, case):
    """The arguments of a case: small ones with their numbers, arrays by their shape."""
    words = []
    for name, value in zip(exercise.arguments, case, strict=True):
        if isinstance(value, np.ndarray) and value.size > 4:
            words.append(f"{name} of shape {value.shape}")
            continue
        text = str(value.tolist() if isinstance(value, np.ndarray) else value)
        fits = len(text) <= 40 and "\n" not in text
        words.append(f"{name} = {text}" if fits else f"{name} {kind(value)}")
    return ", ".join(words)
