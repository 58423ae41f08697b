"""The architecture: imports go downward, the core needs NumPy alone, all is small."""

import ast
import importlib
import inspect
import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import size

import nnlib

PACKAGE = Path(nnlib.__file__).parent
FLOORS = [
    "perceptron",
    "pure",
    "activations",
    "losses",
    "initializers",
    "optimizers",
    "gradients",
    "datasets",
    "layers",
    "network",
    "checkpoints",
    "training",
]
EXTRAS = ["matplotlib", "graphviz", "anywidget", "ipywidgets", "tqdm", "pooch", "scipy"]
every_module = pytest.mark.parametrize("name", FLOORS)


def tree_of(path):
    return ast.parse(path.read_text("utf-8"))


def imported(tree):
    """Full names of all modules that a source imports anywhere in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the package, never dots"
            yield node.module
            if node.module == "nnlib":
                yield from (f"nnlib.{alias.name}" for alias in node.names)


def rooms(names):
    """Which modules of ours are among the imported names."""
    return {name.split(".")[1] for name in names if name.startswith("nnlib.")}


@every_module
def test_module_imports_only_those_before_it(name):
    before = set(FLOORS[: FLOORS.index(name)])
    assert rooms(imported(tree_of(PACKAGE / f"{name}.py"))) <= before


def test_package_imports_no_roof():
    assert rooms(imported(tree_of(PACKAGE / "__init__.py"))) <= set(FLOORS)


def named_in(text):
    """The modules that lines of a map name, such as "    layout, drawing    ..."."""
    entries = re.findall(r"^    (\w+(?:, \w+)*)  ", text, re.MULTILINE)
    return [name for entry in entries for name in entry.split(", ")]


def test_reading_order_of_the_map_is_that_of_the_floors():
    floors, _, _ = nnlib.__doc__.partition("roof")
    assert named_in(floors) == FLOORS


def test_map_names_every_module_of_the_package_once():
    paths = {*PACKAGE.glob("*.py"), *(p.parent for p in PACKAGE.glob("*/__init__.py"))}
    assert sorted(named_in(nnlib.__doc__)) == sorted(
        path.stem for path in paths if path.stem != "__init__"
    )


@every_module
def test_module_needs_numpy_and_the_standard_library_alone_at_the_top(name):
    body = tree_of(PACKAGE / f"{name}.py").body
    top = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {n.split(".")[0] for n in imported(ast.Module(top, []))}
    assert names <= {*sys.stdlib_module_names, "numpy", "nnlib"}


def loaded_after(statement):
    """Top-level names of all modules that a fresh Python holds after a statement."""
    program = (
        f"{statement}\nimport json, sys\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=PACKAGE.parent,
    )
    return set(json.loads(done.stdout))


def test_importing_the_package_loads_numpy_and_no_extra():
    loaded = loaded_after("import nnlib, nnlib.datasets")
    assert {"nnlib", "numpy"} <= loaded
    assert not loaded & set(EXTRAS)


def test_package_hands_out_what_it_promises():
    assert len(set(nnlib.__all__)) == len(nnlib.__all__)
    for name in nnlib.__all__:
        assert getattr(nnlib, name).__module__.startswith("nnlib.")
    namespace = {}
    exec("from nnlib import *", namespace)
    assert set(nnlib.__all__) == set(namespace) - {"__builtins__"}


def own(module):
    """The public functions and classes that a module defines itself, by name."""
    return {
        name: thing
        for name, thing in vars(module).items()
        if not name.startswith("_")
        and (inspect.isfunction(thing) or inspect.isclass(thing))
        and thing.__module__ == module.__name__
    }


def without_docstring(module):
    """Full names of what is public and has no docstring of its own or of its base."""
    missing = [] if inspect.getdoc(module) else [module.__name__]
    for name, thing in own(module).items():
        if not thing.__doc__:
            missing.append(name)
        if inspect.isclass(thing):
            missing += [
                f"{name}.{method}"
                for method, f in vars(thing).items()
                if not method.startswith("_")
                and (inspect.isfunction(f) or isinstance(f, property | classmethod))
                and not inspect.getdoc(getattr(thing, method))
                and method not in PROTOCOL
            ]
    return missing


# explained once for all layers, in the docstring of layers.py
PROTOCOL = {"forward", "backward"}


@every_module
def test_everything_public_has_a_docstring(name):
    module = importlib.import_module(f"nnlib.{name}")
    assert without_docstring(module) == []


def test_protocol_of_the_layers_is_explained():
    layers = importlib.import_module("nnlib.layers")
    for method in PROTOCOL:
        assert f".{method}(" in layers.__doc__
        assert f"{method}(" in layers.LossLayer.__doc__


BUDGETS = {ast.ClassDef: 40, ast.FunctionDef: 20}


def lines_of(node, source):
    """Code lines of a class or function; each signature in it counts as one line."""
    lines = size.code_lines(
        textwrap.dedent(ast.get_source_segment(source, node, padded=True))
    )
    for inner in ast.walk(node):
        if isinstance(inner, ast.FunctionDef):
            signature = range(inner.lineno, inner.body[0].lineno)
            lines -= max(len(signature) - 1, 0)
    return lines


def over_budget(source, budgets=BUDGETS):
    """Names of the classes and functions that are too long, with their lines."""
    return {
        node.name: lines_of(node, source)
        for node in ast.walk(ast.parse(source))
        if type(node) in budgets and lines_of(node, source) > budgets[type(node)]
    }


FIGURES = sorted(f"widgets/{path.stem}" for path in PACKAGE.glob("widgets/*.py"))
CHECKS = sorted(f"checks/{path.stem}" for path in PACKAGE.glob("checks/*.py"))


@pytest.mark.parametrize("name", [*FLOORS, *FIGURES, *CHECKS])
def test_classes_and_functions_keep_within_their_budget(name):
    assert over_budget((PACKAGE / f"{name}.py").read_text("utf-8")) == {}


def test_lines_are_counted_without_docstrings_comments_and_long_signatures():
    source = '''
class Pair:
    """Two numbers.

    a, b
    """

    def __init__(
        self,
        a,
        b,
    ):
        """Keep them."""
        # both
        self.a, self.b = a, b

    def total(self):
        return (
            self.a
            + self.b
        )
'''
    assert over_budget(source, {ast.ClassDef: 0}) == {"Pair": 8}
    assert over_budget(source, {ast.FunctionDef: 0}) == {"__init__": 2, "total": 5}
    assert over_budget(source) == {}
