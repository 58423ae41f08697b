"""Exercises that answer: try a function of yours, and hear what is wrong and why.

    check("relu_backward", relu_backward)    one sentence: right, not quite, or not yet
    hint("relu_backward", 2)                 a hint; there are three, 1 says the least
    exercises("backprop")                    what there is, by chapter

check never stops a notebook: whatever the function does, a sentence comes. Known
mistakes are called by their names. The cases are the same in every run; another seed
gives others.

A grader calls and judges apart. attempt gives plain values (numbers, lists, tuples,
arrays, None, words) and runs the learner's code; judge makes the cases anew and runs
none of it:

    outcomes = attempt("relu_backward", relu_backward, seed=7)
    result = judge("relu_backward", outcomes, seed=7)
"""

import difflib
import textwrap

import numpy as np

from nnlib.checks import (
    activations,
    backprop,
    exercise,
    forward_pass,
    frameworks,
    house_prices,
    judging,
    loss,
    mnist,
    optimizers,
    perceptron,
)
from nnlib.checks.judging import Result

__all__ = ["Result", "attempt", "cases", "check", "exercises", "hint", "judge"]

CHAPTERS = {
    module.__name__.rpartition(".")[2]: module.EXERCISES
    for module in (
        perceptron,
        activations,
        forward_pass,
        loss,
        backprop,
        optimizers,
        house_prices,
        mnist,
        frameworks,
    )
}
EXERCISES = {task.name: task for tasks in CHAPTERS.values() for task in tasks}


def check(name, function, *, seed=0):
    """Try a function, print one sentence about it and return the Result.

    name: of the exercise; function: your answer, under any name

    The Result is true if the answer is right. Another name is told in a sentence too.
    """
    try:
        task = find(name)
        wrong_call = exercise.misfit(task, function)
        if wrong_call:
            result = Result(name, judging.NOT_QUITE, f"Not quite: {wrong_call}.")
        else:
            result = judge(name, attempt(name, function, seed=seed), seed=seed)
            if result.status == judging.NOT_QUITE and exercise.turned(task, function):
                order = f"The arguments come in another order: {task.signature}"
                result = Result(name, judging.NOT_QUITE, f"Not quite: {order}.")
    except LookupError as error:
        result = Result(name, judging.UNKNOWN, error.args[0])
    say(result.message)
    return result


def hint(name, level=1):
    """Print a hint: 1 is an idea, 2 the way, 3 nearly the code."""
    try:
        hints = find(name).hints
    except LookupError as error:
        say(error.args[0])
        return
    if level not in range(1, len(hints) + 1):
        say(f"There are hints 1, 2 and 3 for {name}, got {level!r}.")
        return
    say(f"Hint {level} of {len(hints)}: {hints[level - 1]}")


def exercises(chapter=None):
    """Print the exercises that can be checked: of one chapter, or of all."""
    if chapter is not None and str(chapter) not in CHAPTERS:
        say(unknown("chapter", chapter, CHAPTERS))
        return
    for title in CHAPTERS if chapter is None else [chapter]:
        say(title)
        for task in CHAPTERS[title]:
            say(f"- {task.signature}: {task.task}")


def cases(name, seed=0):
    """The arguments of every case, tuples of plain values, the same for the same seed.

    An unknown name is a LookupError, here and below.
    """
    return find(name).cases(np.random.default_rng(seed))


def attempt(name, function, *, seed=0):
    """Call the function with every case: a list of Outcomes. Judges nothing."""
    drive = find(name).drive
    return [exercise.attempt(function, case, drive) for case in cases(name, seed)]


def judge(name, outcomes, *, seed=0):
    """The Result of outcomes that attempt made with the same seed."""
    return judging.judge(find(name), cases(name, seed), outcomes)


def find(name):
    """The exercise of this name, else a LookupError that names the nearest."""
    if str(name) not in EXERCISES:  # a list has no place in a dict
        raise LookupError(unknown("exercise", name, EXERCISES))
    return EXERCISES[name]


def unknown(what, name, known):
    """A sentence about a name that nothing has."""
    if getattr(name, "__name__", "") in known:  # the function in the place of its name
        return f'The name stands in quotation marks: "{name.__name__}".'
    part = [n for n in known if str(name) in n] if str(name) else []
    near = part[:3] or difflib.get_close_matches(str(name), known, n=3, cutoff=0.5)
    if near:
        return f"There is no {what} {name!r}. Did you mean {' or '.join(near)}?"
    return f"There is no {what} {name!r}. exercises() lists what there is."


def say(text):
    """Speak to the learner, in lines that a page of the book can show whole."""
    indent = "  " if text.startswith("- ") else ""
    lines = textwrap.wrap(
        text,
        76,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    print(*lines, sep="\n")  # noqa: T201, an answer on the page is what check is for
