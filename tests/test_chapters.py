"""Laws for every chapter: what it teaches is the package, what it says is checked."""

import ast
import importlib
import inspect
import pkgutil
import re
from pathlib import Path
from xml.etree import ElementTree

import drawings
import notebooks
import pytest

import nnlib

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = {path.stem: path for path in notebooks.chapters() if path.stem != "index"}

# chapter -> the functions and classes that are built in it, by module
TEACHES = {
    "activations": [
        "activations.step",
        "activations.step_der",
        "activations.identity",
        "activations.identity_der",
        "activations.sigmoid",
        "activations.sigmoid_der",
        "activations.tanh",
        "activations.tanh_der",
        "activations.relu",
        "activations.relu_der",
        "activations.leaky_relu",
        "activations.leaky_relu_der",
    ],
    "backprop": [
        "gradients.relative_error",
        "pure.back_prop",
        "pure.update_params",
        "layers.Layer",
        "layers.Affine",
        "layers.Sigmoid",
        "layers.Tanh",
        "layers.ReLU",
        "layers.LeakyReLU",
    ],
    "forward_pass": [
        "pure.sigmoid",
        "pure.sigmoid_der",
        "pure.identity",
        "pure.identity_der",
        "pure.sum_der",
        "pure.init_model",
        "pure.forward_prop",
        "activations.softmax",
    ],
    "frameworks": [],  # its functions are its own
    "house_prices": [],  # its functions are its own
    "loss": [
        "losses.like",
        "losses.squared_error",
        "losses.squared_error_der",
        "losses.mean_absolute_error",
        "losses.binary_cross_entropy",
        "losses.binary_cross_entropy_der",
        "losses.cross_entropy",
        "losses.cross_entropy_der",
        "gradients.numerical_gradient",
    ],
    "mnist": ["losses.accuracy"],
    "optimizers": [
        "pure.add",
        "pure.batch_gradients",
        "pure.train",
        "optimizers.positive",
        "optimizers.fraction",
        "optimizers.Optimizer",
        "optimizers.SGD",
        "optimizers.Momentum",
        "optimizers.Nesterov",
        "optimizers.AdaGrad",
        "optimizers.RMSProp",
        "optimizers.Adam",
        "initializers.zeros",
        "initializers.normal",
        "initializers.xavier",
        "initializers.he",
    ],
    "perceptron": [
        "perceptron.summation",
        "perceptron.step",
        "perceptron.perceptron",
        "perceptron.gate_and",
        "perceptron.gate_nand",
        "perceptron.gate_or",
        "perceptron.gate_xor",
        "perceptron.learn",
    ],
}
LESSONS = [(chapter, name) for chapter, names in TEACHES.items() for name in names]

# chapter -> results of the articles that it prints: the numbers of one cell, in order
RESULTS = {
    "activations": [
        "0 0 1",  # step of (-0.1, 0, 1)
        "0.26894142 0.73105858 0.88079708",  # sigmoid of (-1, 1, 2)
        "0 0 5",  # ReLU of (-2, 0, 5)
    ],
    "backprop": [
        "39760 79520",  # parameters of 784-50-10, forward passes to try them all
        "0.0182 0.2452 -0.2634",  # softmax of (0.3, 2.9, 4.0) less the target
    ],
    "forward_pass": [
        "0.26894142 0.73105858 0.88079708",  # sigmoid of (-1, 1, 2)
        "0.0 0.05 0.1 0.5 0.5 0.5 0.0",  # the network 2-3-1 of zeros, and what is in it
        "19 22 43 50",  # (2, 2) @ (2, 2)
        "22 28 49 64",  # (2, 3) @ (3, 2)
        "23 53 83",  # (3, 2) @ (2,)
        "5 11 17",  # (2,) @ (2, 3)
        "1 3 5",  # the map 1 -> 1
        "4 7 10",  # the map 2 -> 1
        "0.3 0.7 1.1",  # a1 of the network 2-3-2-2
        "0.57444252 0.66818777 0.75026011",  # its z1
        "0.31682708 0.69627909",  # its answer
        "1.34985881 18.17414537 54.59815003",  # exp of the scores
        "74.1221542102",  # their sum
        "0.01821127 0.24519181 0.73659691",  # their softmax
        "nan nan nan",  # softmax of (1010, 1000, 990), as the formula has it
        "0 -10 -20",  # the same scores, shifted
        "9.99954600e-01 4.53978686e-05 2.06106005e-09",  # and their softmax
        "28 7 107 99",  # lines: forward with lists, with arrays; a program that learns
        "100 1000 100 10",  # the exercise 1000-500-100-10: in and out
    ],
    "frameworks": [
        "1 3 5",  # the map 1 -> 1
        "4 7 10",  # the map 2 -> 1
        "100 1000 100 10",  # the exercise 1000-500-100-10: in and out
    ],
    "house_prices": [
        "404 102",  # rows to learn from, rows to test on
        "6 7 12",  # the columns RM, AGE, LSTAT; with B, LSTAT was the 13th
        "6.11 3.57",  # the test errors of the two baselines
    ],
    "loss": [],  # the articles print none
    "mnist": [
        "60000 784",  # training images
        "97.92",  # the shipped weights, where the article's had 93.52 %
        "0.1092 0.1090",  # the article's first row
        "0.9779 0.9694",  # its last
        "0.9727 0.9722 0.9681 0.9721 0.9707",  # ours, seed by seed
        "0.9229 0.9219 0.9230 0.9224 0.9229",  # and without a hidden layer
    ],
    "optimizers": [],  # the articles print none
    "perceptron": [
        "0 0 1",  # step of (-0.1, 0, 1)
        "0 0 0 1 0 0 1 0 1 1 1 0 0 1 1 1 1 1 0 1",  # AND, NAND, OR, row by row
        "0 1 1 0",  # XOR of two layers
    ],
}
PRINTED = [(chapter, text) for chapter, texts in RESULTS.items() for text in texts]

# What every chapter must have: a heading, or a paragraph that begins in bold.
PARTS = {
    "objectives": r"^(#+ |\*\*)Objectives\b",
    "prerequisites": r"^(#+ |\*\*)Prerequisites\b",
    "minutes": r"^(#+ |\*\*)Time\b(?:(?!\n\n).)*?\d+ minutes",
    "exercises": r"^## Exercises$",
    "summary": r"^## Summary$",
    "further reading": r"^## Further reading$",
}
MACHINE = re.compile(
    rf"/(home|root|tmp|Users|private|var|opt|usr|mnt)/|\b[A-Z]:\\|site-packages"
    rf"|ipykernel_|\.venv|{re.escape(str(ROOT))}|{re.escape(str(Path.home()))}/"
)
every_chapter = pytest.mark.parametrize("chapter", CHAPTERS)


def cells(chapter, kind):
    """The cells of one kind, "code" or "markdown", in a chapter."""
    return [c for c in notebooks.read(CHAPTERS[chapter]).cells if c.cell_type == kind]


def prose(chapter):
    """All that a chapter says, one text."""
    return "\n\n".join(cell.source for cell in cells(chapter, "markdown"))


def texts_of(cell, images=True):
    """The texts of a code cell's outputs, with or without those of images."""
    for output in cell.outputs:
        data = output.get("data", {})
        if images or not is_image(data):
            yield from [output.get("text", ""), *output.get("traceback", [])]
            yield from (
                v for k, v in data.items() if k.startswith(("text/", "image/svg"))
            )


def is_image(data):
    """Whether an output, a dict by type, holds an image."""
    return any(kind.startswith("image/") for kind in data)


def images(cell):
    """The outputs of a code cell that hold an image, as dicts by type."""
    return [o.data for o in cell.outputs if is_image(o.get("data", {}))]


def numbers(text):
    """The numbers in a text, in order, as they are written."""
    return re.findall(r"(?<![\w.])-?\d+\.?\d*(?:e[+-]?\d+)?(?!\w)|\bnan\b", text)


def bare(definition):
    """The code of a function or class, no docstrings; comments are not in it anyway."""
    tree = ast.parse(ast.unparse(definition))
    for node in ast.walk(tree):
        is_defined = isinstance(node, ast.FunctionDef | ast.ClassDef)
        if is_defined and ast.get_docstring(node) is not None:
            node.body.pop(0)
    return ast.dump(tree)


def definition_of(function):
    """The code of one of the package's functions or classes, bare."""
    return bare(ast.parse(inspect.getsource(function)).body[0])


def bindings(chapter):
    """What gives a name its meaning in a chapter's cells, in order.

    Pairs of a name and the bare code of its definition, or None for an import from
    nnlib.
    """
    for cell in cells(chapter, "code"):
        for node in ast.parse(cell.source).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                yield node.name, bare(node)
            elif isinstance(node, ast.ImportFrom) and node.module.startswith("nnlib"):
                yield from ((alias.asname or alias.name, None) for alias in node.names)


def package_functions():
    """Name -> bare code of every function or class of that name in nnlib's modules."""
    found = {}
    for info in pkgutil.iter_modules(nnlib.__path__):
        if not info.ispkg:
            module = importlib.import_module(f"nnlib.{info.name}")
            for name, thing in inspect.getmembers(module):
                is_built = inspect.isfunction(thing) or inspect.isclass(thing)
                if is_built and thing.__module__ == module.__name__:
                    found.setdefault(name, []).append(definition_of(thing))
    return found


def test_every_chapter_says_what_it_teaches_and_which_results_it_prints():
    assert set(TEACHES) == set(RESULTS) == set(CHAPTERS)


@pytest.mark.parametrize(("chapter", "name"), LESSONS)
def test_what_a_chapter_builds_is_what_the_package_holds(chapter, name):
    module, function = name.split(".")
    package = importlib.import_module(f"nnlib.{module}")
    built = [code for known, code in bindings(chapter) if known == function and code]
    assert definition_of(getattr(package, function)) in built


@every_chapter
def test_a_name_of_the_package_means_at_the_end_what_the_package_means(chapter):
    package, last = package_functions(), {}
    defined = {name for name, code in bindings(chapter) if code}
    for name, code in bindings(chapter):
        last[name] = code
    wrong = [
        name
        for name in defined & package.keys()
        if last[name] is not None and last[name] not in package[name]
    ]
    assert not wrong


@every_chapter
def test_an_output_that_is_not_compared_is_asserted_in_its_cell(chapter):
    silent = [
        cell.source
        for cell in cells(chapter, "code")
        if "nbval-ignore-output" in cell.metadata.get("tags", ())
        and not any(isinstance(n, ast.Assert) for n in ast.walk(ast.parse(cell.source)))
    ]
    assert not silent


@every_chapter
@pytest.mark.parametrize("part", PARTS)
def test_every_chapter_has(chapter, part):
    found = re.findall(PARTS[part], prose(chapter), re.MULTILINE | re.DOTALL)
    assert len(found) == 1


@every_chapter
def test_every_exercise_has_a_folded_solution(chapter):
    text = prose(chapter)
    exercises = re.findall(r"^:{3,}\{exercise\}.*\n:label: (\S+)", text, re.MULTILINE)
    folded = r"^:{3,}\{solution(?:-start)?\} (\S+)\n:class: dropdown"
    assert len(exercises) >= 4
    assert re.findall(folded, text, re.MULTILINE) == exercises
    assert text.count("{exercise}") == len(exercises)


@every_chapter
def test_every_image_has_words(chapter):
    wordless = []
    for cell in cells(chapter, "code"):
        alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
        for data in images(cell):
            svg = data.get("image/svg+xml")
            words = alt or (svg and drawings.label(ElementTree.fromstring(svg))) or ""
            if len(words.split()) < 4:
                wordless.append(cell.source)
    assert not wordless
    assert "![](" not in prose(chapter)


@every_chapter
def test_every_image_is_a_figure_with_a_caption_and_named_in_the_text(chapter):
    text, lost = prose(chapter), []
    for cell in cells(chapter, "code"):
        figure = cell.metadata.get("mystnb", {}).get(
            "figure", {"caption": "", "name": ""}
        )
        is_named = f"{{numref}}`{figure['name']}`" in text
        if images(cell) and not (figure["caption"].endswith(".") and is_named):
            lost.append(cell.source)
    assert not lost


@every_chapter
def test_no_output_tells_of_a_machine(chapter):
    told = [
        match[0]
        for cell in cells(chapter, "code")
        for text in texts_of(cell)
        if (match := MACHINE.search(text))
    ]
    assert not told


@pytest.mark.parametrize(("chapter", "result"), PRINTED)
def test_a_chapter_prints_the_result_of_its_article(chapter, result):
    wanted = result.split()
    for cell in cells(chapter, "code"):
        printed = numbers("\n".join(texts_of(cell, images=False)))
        starts = range(len(printed) - len(wanted) + 1)
        if any(printed[i : i + len(wanted)] == wanted for i in starts):
            return
    pytest.fail(f"{result} is printed nowhere in {chapter}")
