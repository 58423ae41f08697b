"""Laws for every chapter: its quizzes answer, its exercises can be done and checked."""

import ast
import builtins
import re
import symtable

import notebooks
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from nnlib import checks

CHAPTERS = {path.stem: path for path in notebooks.chapters() if path.stem != "index"}
OPTION = re.compile(
    r'<details class="(quiz(?: right)?)"><summary>(.+?)</summary>\n\n(.+?)\n\n'
    "</details>",
    re.DOTALL,
)
MARKDOWN = re.compile(r"`|\$.*\$|\*\w.*\w\*")
SOLUTION = re.compile(r"^:{3,}\{solution-(start|end)\}", re.MULTILINE)
FOR_READING = "skip-execution"  # the tag of a cell that no reader runs here
KNOWN = {*dir(builtins), "display", "get_ipython", "__name__"}  # by every notebook
STAGES = {  # kind of an exercise -> how far up the chapter it stands
    "Warm-up": 0,
    "Code": 1,
    "Explore": 1,
    "Break it": 2,
    "Prove it": 2,
    "Stretch": 3,
}
EXERCISE = re.compile(
    r"^:::\{exercise\} (?P<kind>[^:\n]+): [^\n]+\n:label: (?P<label>\S+)\n\n"
    r"\*(?P<means>[^*\n]+), (?P<minutes>\d+) minutes\.\*(?P<task>.*?)^:::$",
    re.MULTILINE | re.DOTALL,
)
MEANS = {
    "Paper",
    "Computer",
    "Paper and computer",
    "Computer and paper",
    "Paper and a little code",
    "Paper, then code",
    "The live figure",
    "The live figure and computer",
}
HINTS = re.compile(
    r'<details class="hint"><summary>Hint 1</summary>\n\n(.+?)\n\n'
    r'<details class="hint"><summary>Hint 2</summary>\n\n(.+?)\n\n'
    r'<details class="hint"><summary>Hint 3</summary>\n\n(.+?)\n\n'
    r"</details>\n</details>\n</details>\n$",
    re.DOTALL,
)
OF_THE_ARTICLES = {  # what an article asks of its reader -> the exercise, words in it
    "A network in lists: generate the weights": ("ex-generate", "my_init_model"),
    "An introduction with TensorFlow: m in, n out, k layers": (
        *("ex-large", "1,000 inputs", "500 and 100 nodes", "10 outputs", "100 rows"),
    ),
    "An introduction with TensorFlow: more columns": ("ex-houses-columns", "LSTAT"),
    "An introduction with TensorFlow: other hidden layers": (
        *("ex-houses-settings", 'sweep("hidden"'),
    ),
    "An introduction with TensorFlow: other learning rates": (
        *("ex-houses-settings", 'sweep("lr"'),
    ),
    "Back-propagation as layers: the layers, written again": (
        *("ex-backprop-leaky", "affine_backward", "softmax_with_loss_backward"),
    ),
    "The notebook of chapter 3: three layers, written again": ("ex-hand", "my_forward"),
}
every_chapter = pytest.mark.parametrize("chapter", CHAPTERS)


def cells(chapter):
    """The cells of a chapter."""
    return notebooks.read(CHAPTERS[chapter]).cells


def quizzes(chapter):
    """The text of each quiz of a chapter."""
    return [c.source for c in cells(chapter) if "**Quiz.**" in c.source]


def options(quiz):
    """(Is it right, option, feedback) of each option of a quiz."""
    return [
        (kind == "quiz right", option, said)
        for kind, option, said in OPTION.findall(quiz)
    ]


def code_cells(all_cells):
    """(Cell, is it part of a solution) of each code cell that is run, in order."""
    inside = False
    for cell in all_cells:
        if cell.cell_type == "markdown":
            for edge in SOLUTION.findall(cell.source):
                inside = edge == "start"
        elif FOR_READING not in cell.metadata.get("tags", ()):
            yield cell, inside


def exercises(chapter):
    """The exercises of a chapter: kind, label, means, minutes and task of each."""
    text = "\n\n".join(c.source for c in cells(chapter) if c.cell_type == "markdown")
    return [found.groupdict() for found in EXERCISE.finditer(text)]


def owned(chapter):
    """(Label of the exercise, cell, is it in the solution) of each of their cells."""
    label, inside = None, False
    for cell in cells(chapter):
        if cell.cell_type == "code" and label:
            yield label, cell, inside
        elif cell.cell_type == "markdown":
            for start, end in re.findall(
                r"^:label: (ex-\S+)|^:{3,}\{solution-(start|end)\}", cell.source, re.M
            ):
                label, inside = start or label, end == "start"


def checked(source):
    """The names of the exercises that the code asks check about, in order."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    names = [getattr(call.func, "id", "") for call in calls]
    return [
        call.args[0].value
        for call, name in zip(calls, names, strict=True)
        if name == "check"
    ]


def verdicts(cell):
    """What check said in a cell: a dict of the first word by the exercise's name."""
    text = " ".join("".join(o.get("text", "") for o in cell.outputs).split())
    names = checked(cell.source)
    said = re.findall(r"(Right|Not yet|Not quite): ", text)
    assert len(said) == len(names)
    return list(zip(names, said, strict=True))


def tables(table):
    """The table of the symbols of a module and those of all functions in it."""
    yield table
    for child in table.get_children():
        yield from tables(child)


def names(source):
    """(Names that a cell needs from elsewhere or itself, names that it binds)."""
    needed, bound = set(), set()
    for table in tables(symtable.symtable(source, "cell", "exec")):
        at_top = table.get_type() == "module"
        for symbol in table.get_symbols():
            is_global = at_top or symbol.is_global()
            if is_global and symbol.is_referenced():
                needed.add(symbol.get_name())
            if is_global and (symbol.is_assigned() or symbol.is_imported()):
                bound.add(symbol.get_name())
    return needed, bound


def missing(all_cells):
    """The names that cells need and nobody has bound, once the solutions are gone."""
    known, lost = set(KNOWN), set()
    for cell, in_solution in code_cells(all_cells):
        if not in_solution:
            needed, bound = names(cell.source)
            known |= bound
            lost |= needed - known
    return lost


@every_chapter
def test_a_chapter_has_two_or_three_quizzes_each_a_cell_of_its_own(chapter):
    found = quizzes(chapter)
    assert 2 <= len(found) <= 3
    for quiz in found:
        assert quiz.startswith("**Quiz.** ")
        assert quiz.count("**Quiz.**") == 1
        assert quiz.partition("\n\n")[0].endswith("?")


@every_chapter
def test_a_quiz_has_three_or_four_options_one_of_them_right_with_a_word_for_each(
    chapter,
):
    text = "\n\n".join(c.source for c in cells(chapter))
    found = [options(quiz) for quiz in quizzes(chapter)]
    assert sum(map(len, found)) == text.count('<details class="quiz')
    assert text.count("<details") == text.count("</details>")
    for quiz in found:
        assert 3 <= len(quiz) <= 4
        assert sum(is_right for is_right, *_ in quiz) == 1
        assert len({option for _, option, _ in quiz}) == len(quiz)
        for is_right, option, said in quiz:
            assert said.startswith("Yes") == is_right, option
            assert len(said.split()) >= 6, option
            assert not MARKDOWN.search(option), option  # a summary is HTML


def test_where_the_right_option_stands_tells_nothing():
    places = [
        [is_right for is_right, *_ in options(quiz)].index(True)
        for chapter in CHAPTERS
        for quiz in quizzes(chapter)
    ]
    shares = [places.count(place) / len(places) for place in range(3)]
    assert min(shares) > 0.1
    assert max(shares) < 0.6


@every_chapter
def test_a_chapter_has_four_to_six_exercises_each_with_a_solution(chapter):
    text = "\n\n".join(c.source for c in cells(chapter) if c.cell_type == "markdown")
    labels = [exercise["label"] for exercise in exercises(chapter)]
    solved = re.findall(r"^:{3,}\{solution(?:-start)?\} (\S+)$", text, re.MULTILINE)
    assert 4 <= len(labels) <= 6
    assert len(labels) == text.count("{exercise}")
    assert solved == labels
    edges = SOLUTION.findall(text)
    assert edges == ["start", "end"] * (len(edges) // 2)


@every_chapter
def test_exercises_rise_from_a_warm_up_to_a_stretch(chapter):
    stages = [STAGES[exercise["kind"]] for exercise in exercises(chapter)]
    assert stages == sorted(stages)
    assert stages.count(0) == stages.count(3) == 1
    assert {exercise["means"] for exercise in exercises(chapter)} <= MEANS


@every_chapter
def test_an_exercise_has_hints_in_three_levels_from_check_or_on_the_page(chapter):
    hinted = {
        label
        for label, cell, in_solution in owned(chapter)
        if not in_solution and checked(cell.source)
    }
    for exercise in exercises(chapter):
        found = HINTS.search(exercise["task"])
        assert bool(found) != (exercise["label"] in hinted), exercise["label"]
        if found:
            assert len(set(found.groups())) == 3
            assert all(text.endswith((".", "?")) for text in found.groups())


@every_chapter
def test_a_solution_is_an_executed_cell_unless_it_is_a_proof_on_paper(chapter):
    executed = {
        label
        for label, cell, in_solution in owned(chapter)
        if in_solution and cell.execution_count
    }
    for exercise in exercises(chapter):
        on_paper = (exercise["kind"], exercise["means"]) == ("Prove it", "Paper")
        assert exercise["label"] in executed or on_paper, exercise["label"]


@pytest.mark.parametrize("asked", OF_THE_ARTICLES)
def test_what_an_article_asks_of_its_reader_is_an_exercise(asked):
    label, *words = OF_THE_ARTICLES[asked]
    every = {e["label"]: e["task"] for name in CHAPTERS for e in exercises(name)}
    assert [word for word in words if word not in every[label]] == []


@every_chapter
def test_at_least_two_exercises_of_a_chapter_are_checked_and_are_its_own(chapter):
    asked = {
        name for cell, _ in code_cells(cells(chapter)) for name in checked(cell.source)
    }
    own = {task.name for task in checks.CHAPTERS[chapter]}
    assert len(asked) >= 2
    assert asked <= own


@every_chapter
def test_an_exercise_is_not_yet_done_before_its_solution_and_right_in_it(chapter):
    said = {False: {}, True: {}}
    for cell, in_solution in code_cells(cells(chapter)):
        for name, verdict in verdicts(cell):
            said[in_solution].setdefault(name, []).append(verdict)
    assert said[True].keys() >= said[False].keys()
    for name, verdict in said[False].items():
        assert "Not yet" in verdict, name
        assert said[True][name] == ["Right"], name
    assert all(verdict == ["Right"] for verdict in said[True].values())


@every_chapter
def test_a_chapter_offers_a_hint_for_an_exercise_that_it_checks(chapter):
    source = "\n".join(cell.source for cell, _ in code_cells(cells(chapter)))
    text = "\n".join(c.source for c in cells(chapter) if c.cell_type == "markdown")
    hinted = set(re.findall(r'\bhint\("(\w+)"', source + text))
    assert hinted & set(checked(source))
    assert hinted <= checks.EXERCISES.keys()


@every_chapter
def test_a_chapter_runs_without_its_solutions(chapter):
    assert missing(cells(chapter)) == set()


def test_the_law_sees_a_name_that_only_a_solution_binds():
    start = new_markdown_cell(":::{solution-start} ex-a\n:class: dropdown\n:::")
    end = new_markdown_cell(":::{solution-end}\n:::\n\nOn with the text.")
    code = ["import math\nx = 1", "y = math.e", "def f(a):\n    return a + x + y"]
    first, solution, last = map(new_code_cell, code)
    assert missing([first, start, solution, end, last]) == {"y"}
    assert missing([first, solution, last]) == set()
