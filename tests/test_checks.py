"""The checker of exercises is checked: by right answers, wrong ones, and accidents."""

import ast
import json
import math
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import answers
import nbclient
import nbformat
import numpy as np
import pytest

from nnlib import checks
from nnlib.checks.exercise import attempt, difference, kind

SEEDS = range(4)
EXERCISES = checks.EXERCISES
FORMULAS = {name: task for name, task in EXERCISES.items() if not task.find}
every_exercise = pytest.mark.parametrize("name", EXERCISES)
MISTAKES = [(n, i) for n, pairs in answers.WRONG.items() for i in range(len(pairs))]
STUBS = {
    "pass": lambda *a: None,
    "...": lambda *a: ...,
    "NotImplementedError": lambda *a: (_ for _ in ()).throw(NotImplementedError),
}


def verdict(name, function, seed=0):
    """The Result for a function, without a word printed."""
    return checks.judge(name, checks.attempt(name, function, seed=seed), seed=seed)


@every_exercise
def test_an_exercise_has_two_right_answers_three_wrong_ones_and_three_hints(name):
    task = EXERCISES[name]
    assert len(answers.RIGHT[name]) >= 2
    assert answers.RIGHT[name][0].__name__ == name
    assert len(answers.WRONG[name]) >= 3
    assert len(task.hints) == 3
    assert all(text.endswith((".", "?")) for text in task.hints)


def test_no_answer_is_left_without_its_exercise():
    assert set(answers.RIGHT) == set(answers.WRONG) == set(EXERCISES)
    assert sum(map(len, checks.CHAPTERS.values())) == len(EXERCISES)


def test_every_chapter_has_at_least_two_exercises():
    assert all(len(tasks) >= 2 for tasks in checks.CHAPTERS.values())


@every_exercise
@pytest.mark.parametrize("seed", SEEDS)
def test_a_right_answer_is_right_however_it_is_written(name, seed):
    for function in answers.RIGHT[name]:
        result = verdict(name, function, seed)
        assert result, result.message
        assert (result.status, result.name) == ("right", name)


IN_OTHER_CLOTHES = {
    "float32": lambda a: a.astype(np.float32) if a.dtype.kind == "f" else a,
    "lists": np.ndarray.tolist,
    "masked arrays": np.ma.array,
}


def dressed(value, clothes):
    """A value whose arrays and numbers of NumPy are given in another form."""
    if isinstance(value, list | tuple):
        return type(value)(dressed(part, clothes) for part in value)
    return clothes(np.asarray(value)) if isinstance(value, np.ndarray) else value


@pytest.mark.parametrize("clothes", IN_OTHER_CLOTHES)
@pytest.mark.parametrize("name", [n for n in EXERCISES if not n[0].isupper()])
def test_a_right_answer_is_right_in_other_clothes(name, clothes):
    def answer(*args, **settings):
        value = answers.RIGHT[name][0](*args, **settings)
        return dressed(value, IN_OTHER_CLOTHES[clothes])

    result = verdict(name, answer)
    assert result, result.message


@pytest.mark.parametrize(("name", "i"), MISTAKES)
def test_a_wrong_answer_is_called_by_its_name(name, i):
    function, words = answers.WRONG[name][i]
    for seed in SEEDS:
        result = verdict(name, function, seed)
        assert not result
        assert result.status == "not quite"
        assert words in result.message


@every_exercise
def test_wrong_answers_get_sentences_of_their_own(name):
    said = [verdict(name, wrong).message for wrong, _ in answers.WRONG[name]]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("name", FORMULAS)
def test_a_known_mistake_is_known_for_itself_whatever_the_seed(name):
    task = FORMULAS[name]
    for seed in range(12):
        cases = checks.cases(name, seed)
        for sentence, formula in task.wrong.items():
            outcomes = [attempt(formula, case) for case in cases]
            result = checks.judge(name, outcomes, seed=seed)
            assert result.message == f"Not quite: {sentence}."
            assert not all(outcome.raised for outcome in outcomes)


@every_exercise
@pytest.mark.parametrize("stub", STUBS)
def test_a_stub_is_not_yet(name, stub, capsys):
    result = verdict(name, stub_for(name, STUBS[stub]))
    assert result.status == "not yet"
    assert not result
    assert f'hint("{name}")' in result.message


def stub_for(name, function):
    """The stub, as a class where a class is asked for."""
    if not name[0].isupper():
        return function
    methods = {
        "forward": lambda self, x: function(),
        "backward": lambda self, d: function(),
    }
    return type(name, (), {"__init__": lambda self, *a: None, **methods})


@every_exercise
def test_an_answer_that_raises_gets_a_sentence_with_its_line(name):
    def broken(*args):
        return 1 / 0  # here

    result = verdict(name, broken)
    assert result.status == "not quite"
    lines = Path(__file__).read_text("utf-8").splitlines()
    line = 1 + next(i for i, text in enumerate(lines) if "1 / 0  # here" in text)
    assert f"ZeroDivisionError: division by zero, in line {line}" in result.message
    assert "return 1 / 0" in result.message


def endless(*args):
    return endless(*args)


def leaves(*args):
    raise SystemExit(3)


class UglyError(Exception):
    def __str__(self):
        raise RuntimeError


def ugly(*args):
    raise UglyError


nested = []
nested.append(nested)
ODD = {
    "a string": "0.5",
    "a dict": {"y": 1},
    "an object": object(),
    "a function": len,
    "a list of strings": ["a", "b", "c"],
    "rows of different lengths": [[1.0], [1.0, 2.0]],
    "complex numbers": np.array([1j]),
    "an array of objects": np.array([None, {}]),
    "an array of strings": np.array(["a"]),
    "a list in itself": nested,
    "nan": float("nan"),
    "an empty array": np.zeros((0, 3)),
    "an empty tuple": (),
    "a huge number": 10**400,
    "three lists": ([], [], []),
    "three numbers": (1, 2, 3),
    "a set of arrays": (np.zeros(2), np.zeros((2, 2)), "c"),
}


@every_exercise
@pytest.mark.parametrize("accident", [endless, leaves, ugly], ids=lambda f: f.__name__)
def test_no_exception_stops_a_check(name, accident):
    result = verdict(name, accident)
    assert result.status == "not quite"
    assert "It raises" in result.message


@every_exercise
@pytest.mark.parametrize("odd", ODD)
def test_an_odd_answer_gets_a_sentence(name, odd):
    result = verdict(name, lambda *args: ODD[odd])
    assert result.status == "not quite"
    assert result.message.startswith("Not quite: ")
    assert "\n" not in result.message


@every_exercise
def test_what_is_printed_fits_a_page_of_the_book(name, capsys):
    checks.check(name, stub_for(name, STUBS["pass"]))
    for wrong, _ in answers.WRONG[name]:
        checks.check(name, wrong)
    for level in (1, 2, 3):
        checks.hint(name, level)
    checks.exercises()
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


def test_an_interrupt_passes_through():
    def interrupted(dout, x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        checks.check("relu_backward", interrupted)


def test_check_prints_its_sentence_once_and_shows_nothing_more(capsys):
    result = checks.check("relu_backward", answers.relu_backward)
    assert capsys.readouterr().out == f"{result.message}\n"
    assert result.message == "Right: relu_backward passes all 2 cases."
    assert repr(result) == "<relu_backward: right>"
    assert result._ipython_display_() is None
    assert capsys.readouterr().out == ""


def test_a_notebook_shows_a_check_at_the_end_of_a_cell_once():
    source = "from nnlib.checks import check\ncheck('majority', max)"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    nbclient.NotebookClient(notebook).execute()
    (output,) = notebook.cells[0].outputs
    assert output.output_type == "stream"
    assert output.text.startswith("Not quite: One vote is enough")


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        (3, "is to be called, got the number 3. Give its name alone, without"),
        (np.zeros(2), "is to be called, got an array of shape (2,)"),
        (lambda x: x, "cannot be called as relu_backward(dout, x); it takes (x)"),
        (lambda a, b, c: a, "cannot be called as relu_backward(dout, x)"),
    ],
)
def test_what_cannot_be_called_is_told(thing, words, capsys):
    result = checks.check("relu_backward", thing)
    assert result.status == "not quite"
    assert words in " ".join(capsys.readouterr().out.split())


def test_an_object_that_does_not_tell_its_parameters_is_simply_called(capsys):
    class Unwilling:
        def __getattr__(self, name):
            raise RuntimeError

        def __call__(self, dout, x):
            return answers.relu_backward(dout, x)

    assert checks.check("relu_backward", Unwilling())


def test_an_exception_that_everybody_meets_once_is_explained():
    message = verdict("leaky_relu", lambda x, s: x if x > 0 else s * x).message
    assert "An if asks about one number, and so does max()" in message
    message = verdict("sigmoid", lambda x: 1 / (1 + math.exp(-x))).message
    assert "The functions of math and of nnlib.pure take one number" in message
    message = verdict("squared_error", lambda y, t: np.sum((y - t) ^ 2) / 2).message
    assert "^ is no power in Python" in message

    class Selfless:
        def __init__(self, slope):
            self.slope = slope

        def forward(x):  # without self: the mistake in question
            return x

    message = verdict("LeakyReLU", Selfless).message
    assert "The arguments of a method begin with self" in message


def test_arguments_in_another_order_are_told_where_they_do_harm(capsys):
    def turned(x, W, dout):
        return answers.affine_backward(dout, x, W)

    checks.check("affine_backward", turned)
    assert "The arguments come in another order" in capsys.readouterr().out
    assert checks.check("squared_error", lambda t, y: answers.squared_error(y, t))


def test_a_comma_too_many_is_told():
    message = verdict("squared_error", lambda y, t: (np.sum(y - t),)).message
    assert "got a tuple of length 1, which a comma at the end makes" in message


def test_a_part_that_is_missing_is_no_other_order():
    def without_dx(dout, x, W):
        return answers.affine_backward(dout, x, W)[1:]

    message = verdict("affine_backward", without_dx).message
    assert "Expected 3 parts, dx, dW, db, got a tuple of length 2" in message


def test_parts_in_any_other_order_are_told():
    for order in ((0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)):
        message = verdict(
            "affine_backward",
            lambda *a, o=order: [answers.affine_backward(*a)[i] for i in o],
        ).message
        assert message == "Not quite: The parts come in another order: dx, dW, db."


def test_an_answer_that_is_half_written_is_told_where_it_ends():
    class Half(answers.LeakyReLU):
        def backward(self, dout):
            raise NotImplementedError

    message = verdict("LeakyReLU", Half).message
    assert message.startswith("Not yet: LeakyReLU(slope) is not finished. It raises")
    assert "raise NotImplementedError. Put your own lines in its place" in message


def test_a_forgotten_return_is_told():
    class Silent(answers.LeakyReLU):
        def backward(self, dout):
            super().backward(dout)

    message = verdict("LeakyReLU", Silent).message
    assert "got None, which a missing return makes" in message


def test_arrays_put_in_the_place_of_others_are_not_moved():
    def put(params, grads, lr):
        for i in range(len(params)):
            params[i] = params[i] - lr * grads[i]

    assert verdict("sgd_update", put).status == "not yet"


def test_an_entry_that_is_not_put_back_is_told():
    def left_behind(f, x, h):
        x, slopes = np.array(x, float), np.zeros(len(x))
        for i in range(len(x)):
            x[i] += h
            above = f(x)
            x[i] -= 2 * h
            slopes[i] = (above - f(x)) / (2 * h)
        return slopes

    assert "not put back" in verdict("numerical_gradient", left_behind).message


def test_a_check_bears_the_settings_of_numpy_and_leaves_them_alone():
    def strict(x):
        np.seterr(all="raise")
        return answers.sigmoid(x)

    before = np.geterr()
    with np.errstate(all="raise"):
        assert verdict("sigmoid", answers.sigmoid)
    verdict("sigmoid", strict)
    assert np.geterr() == before


def test_a_check_draws_no_number_that_a_notebook_would_draw():
    state = np.random.get_state()[1].tolist(), random.getstate()  # noqa: NPY002
    for name in EXERCISES:
        verdict(name, answers.RIGHT[name][0])
    after = np.random.get_state()[1].tolist(), random.getstate()  # noqa: NPY002
    assert after == state


def test_a_function_of_numpy_can_be_an_answer(capsys):
    assert not checks.check("sigmoid", np.tanh)
    assert "tanh" in capsys.readouterr().out


def test_an_unknown_name_is_told_with_its_neighbors(capsys):
    result = checks.check("relu_backwards", len)
    assert result.status == "unknown"
    assert "Did you mean relu_backward" in capsys.readouterr().out
    checks.hint("afine_backward", 2)
    assert "affine_backward" in capsys.readouterr().out
    for odd in (7, [[]], len):
        assert checks.check(odd, len).status == "unknown"
        assert "exercises() lists" in capsys.readouterr().out
    checks.hint("relu")
    assert "Did you mean leaky_relu or relu_backward?" in capsys.readouterr().out
    checks.hint(answers.relu_backward)
    assert 'in quotation marks: "relu_backward"' in capsys.readouterr().out
    checks.exercises([[]])
    assert "There is no chapter [[]]." in capsys.readouterr().out
    with pytest.raises(LookupError, match="no exercise"):
        checks.cases("nothing at all")


@every_exercise
def test_hints_come_in_three_levels(name, capsys):
    checks.hint(name)
    first = capsys.readouterr().out
    said = []
    for level in (1, 2, 3):
        checks.hint(name, level)
        said.append(capsys.readouterr().out)
    assert first == said[0]
    assert len(set(said)) == 3
    assert [text[:12] for text in said] == [f"Hint {k} of 3:"[:12] for k in (1, 2, 3)]


@pytest.mark.parametrize("level", [0, 4, 1.5, "2", None])
def test_another_level_of_hints_is_told(level, capsys):
    checks.hint("majority", level)
    assert "hints 1, 2 and 3 for majority" in capsys.readouterr().out


def test_exercises_are_listed_by_chapter(capsys):
    checks.exercises()
    every = capsys.readouterr().out
    listed = " ".join(every.split())
    for task in EXERCISES.values():
        assert f"- {task.signature}: {task.task}" in listed
    checks.exercises("loss")
    assert capsys.readouterr().out in every
    checks.exercises("los")
    assert "Did you mean loss?" in capsys.readouterr().out


@every_exercise
def test_no_hint_and_no_sentence_is_the_whole_solution(name):
    solution = re.sub(r"\s", "", ast.unparse(solution_of(name)))
    for text in EXERCISES[name].hints:
        assert solution not in re.sub(r"\s", "", text)


def solution_of(name):
    """The last statement of the first right answer."""
    tree = ast.parse(Path(answers.__file__).read_text("utf-8"))
    return next(n for n in tree.body if getattr(n, "name", "") == name).body[-1]


@every_exercise
def test_a_check_takes_less_than_fifty_milliseconds(name):
    def seconds(function):
        start = time.process_time()
        verdict(name, function)
        return time.process_time() - start

    for function in (answers.RIGHT[name][0], answers.WRONG[name][-1][0]):
        assert min(seconds(function) for _ in range(3)) < 0.05


@every_exercise
def test_another_seed_gives_other_cases_and_the_same_seed_the_same(name):
    once, again, other = (checks.cases(name, seed) for seed in (0, 0, 1))
    assert difference(once, again) is None
    assert difference(once, other) is not None


@every_exercise
def test_outcomes_are_plain(name):
    outcomes = checks.attempt(name, answers.RIGHT[name][0], seed=3)
    text = json.dumps([[o.value, o.after] for o in outcomes], default=np.ndarray.tolist)
    assert json.loads(text)


def test_an_answer_is_judged_in_another_process_than_it_is_called():
    program = """
import json, sys
import numpy as np
from nnlib import checks
from nnlib.checks.exercise import Outcome
value = json.load(sys.stdin)
outcomes = [Outcome(np.array(v), c) for v, c in zip(value, checks.cases("softmax", 5))]
print(checks.judge("softmax", outcomes, seed=5).status)
"""
    said = []
    for function in (answers.softmax, answers.sigmoid):
        outcomes = checks.attempt("softmax", function, seed=5)
        done = subprocess.run(
            [sys.executable, "-c", program],
            input=json.dumps([o.value.tolist() for o in outcomes]),
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(checks.__file__).parents[2],
        )
        said.append(done.stdout.strip())
    assert said == ["right", "not quite"]


def test_comparing_does_not_ask_numpy_whether_all_is_close(monkeypatch):
    for name in ("allclose", "isclose", "array_equal"):
        monkeypatch.setattr(np, name, lambda *a, **k: True)
    assert not verdict("relu_backward", lambda dout, x: dout * x)
    assert verdict("relu_backward", answers.relu_backward)


@pytest.mark.parametrize(
    ("got", "want", "words"),
    [
        ([1.0, 2.0], np.array([1.0, 2.0]), None),
        (True, 1, None),
        (1 + 1e-7, 1.0, None),
        (1 + 1e-5, 1.0, "expected 1, got 1.00001"),
        (np.array([1.0]), 1.0, "expected the number 1, got an array of shape (1,)"),
        (
            np.array([[1.0], [2.0]]),
            np.array([1.0, 2.0]),
            "got an array of shape (2, 1)",
        ),
        (np.array([1.0, np.nan]), np.array([1.0, 2.0]), "at [1] expected 2, got nan"),
        (float("inf"), 1.0, "got inf"),
        ([[1.0], [2.0, 3.0]], [[1.0], [2.0, 4.0]], "[1] [1] expected 4, got 3"),
        ([1.0], [1.0, 2.0], "expected a list of length 2, got a list of length 1"),
        (None, 1.0, "expected the number 1, got None, which a missing return"),
        (
            np.array([2.0, 4.0, 0.0, 8.0]),
            np.array([-1.0, -2.0, 0.0, -4.0]),
            "all numbers are -2 times what is expected",
        ),
        (np.array([2.0, 4.0]), np.array([1.0, 2.0]), "at [0] expected 1, got 2"),
        (np.zeros(3), np.ones(3), "at [0] expected 1, got 0"),
        ("something of type str", 1.0, "got something of type str"),
    ],
)
def test_a_difference_is_told_with_its_place_and_both_numbers(got, want, words):
    found = difference(got, want)
    assert found is None if words is None else words in found


def test_an_unknown_mistake_is_told_by_place_numbers_and_arguments():
    result = verdict("mean_absolute_error", lambda y, t: 3 * np.mean(np.abs(y - t)))
    pattern = r"Not quite: Expected [\d.]+, got [\d.]+, for y of shape \(5, 1\), t of"
    assert re.match(pattern, result.message)
    result = verdict("majority", lambda a, b, c: a and c)
    assert re.search(
        r"Expected 1, got 0, for x1 = \d, x2 = \d, x3 = \d", result.message
    )


def test_of_several_parts_the_first_wrong_one_is_told():
    def two_wrong(dout, x, W):
        return dout @ W.T, 7 * x.T @ dout, dout.mean(axis=0)

    message = verdict("affine_backward", two_wrong).message
    assert "Not quite: dW: all numbers are 7 times what is expected" in message


def test_an_argument_that_is_changed_is_named_also_when_the_answer_is_right():
    def tidy(t, n):
        answer = np.eye(n)[t]
        t[:] = 0
        return answer

    assert (
        "It changes t, which belongs to the caller" in verdict("one_hot", tidy).message
    )


def test_a_rebound_array_is_not_a_moved_one():
    message = verdict("sgd_update", answers.sgd_rebound).message
    assert message.startswith(
        "Not yet: sgd_update(params, grads, lr) has not moved params"
    )
    assert '"p -= …"' in message


def test_printing_is_left_to_the_learner(capsys):
    def talks(dout, x):
        print("shape", x.shape)  # noqa: T201
        return dout * (x > 0)

    assert checks.check("relu_backward", talks)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["shape (3, 4)", "shape (5,)"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "None, which a missing return makes"),
        ([1, 2], "a list of length 2"),
        (0.5, "the number 0.5"),
    ],
)
def test_a_value_is_named(value, words):
    assert kind(value) == words


def test_checks_need_numpy_alone():
    program = "import sys, nnlib.checks; print(*{n.split('.')[0] for n in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(checks.__file__).parents[2],
    )
    extras = {
        "matplotlib",
        "graphviz",
        "ipywidgets",
        "IPython",
        "tqdm",
        "pooch",
        "scipy",
    }
    assert {"numpy", "nnlib"} <= set(done.stdout.split())
    assert not extras & set(done.stdout.split())
