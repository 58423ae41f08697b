"""The appendix tells of the chapters and the package, and of nothing else."""

import ast
import hashlib
import importlib
import inspect
import json
import pkgutil
import re
import subprocess
import sys
import textwrap
import unicodedata
from functools import cache
from pathlib import Path

import docstrings
import notebooks
import pytest
import yaml
from sphinx.util.inventory import InventoryFile

import nnlib
from nnlib import checks, datasets

ROOT = Path(__file__).resolve().parents[1]
BOOK = ROOT / "book"
CHAPTERS = {path.stem: path for path in notebooks.chapters()}
# The files of the exercises hold the answers: the reference leaves them out.
ANSWERS = {f"nnlib.checks.{name}" for name in (*checks.CHAPTERS, "layers", "models")}
MODULES = [
    module.name
    for module in pkgutil.walk_packages(nnlib.__path__, "nnlib.")
    if module.name not in ANSWERS
]
HERE = r"`([^`]+)` in (?:\{py:\w+\}`[^`<]*<([\w.]+)>`|\[\]\((\w+)\))"


def page(name):
    """The source of a page of the book."""
    return (BOOK / f"{name}.md").read_text("utf-8")


def rows(text):
    """The rows of all tables in a page, as lists of cells, without the headings."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[c.strip() for c in line.strip("|").split(" | ")] for line in lines]
    return [row for n, row in enumerate(cells) if not rules_at(lines, n)]


def rules_at(lines, n):
    """Whether line n of a table is its rule or the heading above it."""
    return any(re.fullmatch(r"[|:-]+", line) for line in lines[n : n + 2])


def identifiers(source):
    """Every name in a piece of Python: variables, attributes, parameters, functions."""
    names = set()
    for node in ast.walk(ast.parse(textwrap.dedent(source))):
        names |= {getattr(node, key, None) for key in ("id", "attr", "arg", "name")}
    return names


@cache
def names_in(target):
    """The identifiers in an object of nnlib, or in the code of a chapter."""
    if target in CHAPTERS:
        cells = json.loads(CHAPTERS[target].read_text("utf-8"))["cells"]
        code = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
        return set.union(*map(identifiers, code))
    return identifiers(inspect.getsource(found(target)))


def found(target):
    """The object of nnlib with this full name."""
    module, name = target.rsplit(".", 1)
    return getattr(importlib.import_module(module), name)


def public(module):
    """The functions and classes that a module makes and does not hide, by name."""
    members = vars(importlib.import_module(module))
    return {
        name: members[name]
        for name in members.get("__all__", members)
        if (inspect.isfunction(members[name]) or inspect.isclass(members[name]))
        and members[name].__module__ == module
        and not name.startswith("_")
    }


# Notation


def test_every_name_of_the_notation_stands_in_the_code_it_is_said_to_be_in():
    places = re.findall(HERE, page("notation"))
    assert len(places) > 60
    assert [
        (name, target or chapter)
        for name, target, chapter in places
        if name not in names_in(target or chapter)
    ] == []


def test_every_symbol_has_a_name_in_the_code_and_a_place_where_it_comes_in():
    text = page("notation").split("## Letters with two meanings")[0]
    for row in rows(text):
        assert re.search(HERE, row[-2]), row
        first = re.match(r"\[\]\((\w+)\)(?:, \{eq\}`([\w-]+)`)?$", row[-1])
        assert first, row
        chapter = CHAPTERS[first[1]].read_text("utf-8")
        assert first[2] is None or f"$$ ({first[2]})" in chapter, row


def test_the_letters_of_adam_are_those_of_the_code():
    text = page("conventions").split("## The letters of Adam")[1]
    ours = {name for row in rows(text) for name in re.findall(r"`(\w+)`", row[1])}
    assert ours == {"g", "m", "v", "steps", "lr", "p"}
    assert ours <= names_in("nnlib.optimizers.Adam")


# Glossary


def glossary():
    """The glossary: English term -> (Japanese term or None, definition)."""
    block = re.search(r"```\{glossary\}\n(.*?)\n```", page("glossary"), re.DOTALL)[1]
    entries = {}
    for entry in block.split("\n\n"):
        term, *middle, definition = entry.splitlines()
        japanese = [
            re.fullmatch(r"\[(.+)\]\{\.language-ja\}", line)[1] for line in middle
        ]
        entries[term] = (japanese[0] if japanese else None, definition.strip())
    return entries


def syllables(reading):
    """What Japanese dictionaries sort by: no voicing marks, no small kana, no bars."""
    small = str.maketrans("ぁぃぅぇぉっゃゅょ", "あいうえおつやゆよ")
    parts = unicodedata.normalize("NFD", reading)
    return "".join(c for c in parts if c not in "\u3099\u309aー").translate(small)


def test_the_glossary_is_sorted():
    terms = [term.lower() for term in glossary()]
    assert terms == sorted(terms)


def test_every_definition_leads_to_a_page():
    for term, (_, definition) in glossary().items():
        link = re.search(r"\. → \[\]\((\w+)\)$", definition)
        assert link, term
        assert link[1] in CHAPTERS or (BOOK / f"{link[1]}.md").exists(), term


def test_the_japanese_index_holds_the_terms_of_the_glossary():
    index = {}
    for japanese, _, english in rows(page("glossary")):
        index[english[7:-1]] = re.match(r"\[(.+)\]\{", japanese)[1]
    assert index == {term: ja for term, (ja, _) in glossary().items() if ja}


def test_the_japanese_index_is_in_the_order_of_the_syllabary():
    readings = [re.sub(r"\{.*|[][]", "", row[1]) for row in rows(page("glossary"))]
    assert readings == sorted(readings, key=lambda r: (syllables(r), r))
    for japanese, reading in zip(rows(page("glossary")), readings, strict=True):
        starts_latin = re.match(r"\[[A-Za-z]", japanese[0])
        assert bool(reading) != bool(starts_latin), japanese


# The reference of the package


def documented():
    """The modules of the two pages of the reference, in their order."""
    return re.findall(r"automodule:: ([\w.]+)", page("api") + page("api_views"))


def test_every_module_stands_in_the_reference_once():
    assert sorted(documented()) == sorted(["nnlib", *MODULES])


def test_the_reference_is_in_the_reading_order_of_the_readme():
    readme = (ROOT / "README.md").read_text("utf-8")
    listed = re.search(r"reading order: (.*?)\. Each", readme, re.DOTALL)[1]
    order = [f"nnlib.{name}" for name in re.findall(r"`(\w+)`", listed)]
    assert documented()[: len(order) + 1] == ["nnlib", *order]


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_has_a_summary(module):
    things = public(module)
    for name, thing in list(things.items()):
        if inspect.isclass(thing):
            things |= {
                f"{name}.{key}": value
                for key, value in vars(thing).items()
                if isinstance(value, property) and not key.startswith("_")
            }
    for name, thing in things.items():
        summary = (thing.__doc__ or "").split("\n\n")[0]
        assert re.match(r"\S.*[.:]$", summary, re.DOTALL), f"{module}.{name}: {summary}"


@pytest.fixture(scope="module")
def inventory(tmp_path_factory):
    """What the reference holds, built with the settings of the book; warnings fail."""
    source = tmp_path_factory.mktemp("reference")
    settings = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["sphinx"]
    kept = ("autodoc_", "add_module_names", "toc_object", "myst_ref_domains")
    config = {k: v for k, v in settings["config"].items() if k.startswith(kept)}
    lines = [f"{key} = {value!r}" for key, value in config.items()]
    lines += [f"import sys; sys.path.insert(0, {str(BOOK / '_ext')!r})"]
    lines += ["extensions = ['myst_parser', 'docstrings']", "root_doc = 'api'"]
    (source / "conf.py").write_text("\n".join(lines), "utf-8")
    for name in ("api", "api_views"):
        text = page(name) + "\n```{toctree}\napi_views\n```\n" * (name == "api")
        (source / f"{name}.md").write_text(text, "utf-8")
    command = [sys.executable, "-m", "sphinx", "-W", "-n", "-q", source, source / "out"]
    subprocess.run(command, check=True, cwd=ROOT)
    with (source / "out/objects.inv").open("rb") as file:
        return InventoryFile.load(file, "", lambda base, uri: uri)


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_appears_in_the_reference(module, inventory):
    entries = inventory["py:function"].keys() | inventory["py:class"].keys()
    assert {f"{module}.{name}" for name in public(module)} <= entries


def test_what_the_package_hands_out_appears_in_the_reference(inventory):
    entries = inventory["py:function"].keys() | inventory["py:class"].keys()
    for name in nnlib.__all__:
        thing = getattr(nnlib, name)
        assert f"{thing.__module__}.{name}" in entries


def test_signs_in_a_docstring_stand_for_themselves():
    assert docstrings.to_rst(["a*b, n_in and |x|"]) == [r"a\*b, n\_in and \|x\|", ""]
    assert docstrings.to_rst(["see `n_in`"]) == ["see ``n_in``", ""]


def test_a_formula_in_a_docstring_keeps_its_form():
    lines = ["Sum.", "", "    a = x w", "      + b", "", "    y = a", "", "x: a list"]
    formula = [".. code-block:: text", "", "   a = x w", "     + b", "", "   y = a"]
    assert docstrings.to_rst(lines) == ["Sum.", "", *formula, "", "x: a list", ""]


def test_columns_in_a_docstring_stay_columns():
    lines = ["x     input", "y     output"]
    assert docstrings.to_rst(lines)[-3:-1] == ["   x     input", "   y     output"]


def test_lines_that_explain_names_stay_lines():
    lines = ["x, y: two arrays", "t: a label"]
    assert docstrings.to_rst(lines) == ["| x, y: two arrays", "| t: a label", ""]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("layers.Affine", "(n_in, n_out, *, rng, init=<function he"),
        ("layers.ReLU", ""),
        ("optimizers.Nesterov", "(lr=0.01, momentum=0.9)"),
        ("layout.Node", "(name, text, kind, i, x, y)"),
        ("datasets.MNIST", "(x_train, t_train, x_test, t_test, source)"),
        ("widgets.digit.Digit", "(net=None)"),
        ("widgets.traits.Nest", ""),
    ],
)
def test_a_class_is_shown_as_it_is_made_by_our_code(name, shown):
    thing = found(f"nnlib.{name}")
    given, _ = docstrings.signature(None, "class", name, thing, {}, None, None)
    assert given.startswith(shown)
    assert shown or not given


# Data


def hashes():
    """File -> SHA-256, as the page prints them."""
    table = page("data").split("## Hashes")[1]
    return {row[0].strip("`"): re.sub(r"[` ]", "", row[1]) for row in rows(table)}


def test_the_hashes_on_the_page_are_those_of_the_files():
    bundled = [p for p in datasets.DATA.iterdir() if p.suffix in (".npz", ".json")]
    digest = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in bundled}
    assert hashes() == datasets.SHA256 | digest


def test_every_bundled_file_is_described_and_says_how_it_is_made():
    described = (datasets.DATA / "README.md").read_text("utf-8")
    made = rows(page("data").split("## How to make")[1].split("## Hashes")[0])
    for path in datasets.DATA.iterdir():
        if path.name != "README.md":
            assert f"`{path.name}`" in described or f"## {path.name}" in described
            assert [row for row in made if f"`{path.name}`" in row[0]], path.name
    for row in made:
        assert (ROOT / row[1].strip("`")).exists()


# References


def entries():
    """Key -> (first author's family name, year) of the bibliography."""
    text = (BOOK / "references.bib").read_text("utf-8")
    found = {}
    for key, entry in re.findall(r"@\w+\{(\w+),\n(.*?)\n\}", text, re.DOTALL):
        author = re.search(r"author\s*= \{+([^,}]+)", entry)[1]
        year = re.search(r"year\s*= \{(\d+)\}", entry)
        found[key] = (author, year and year[1])
    return found


def cited():
    """The keys that chapters and pages cite."""
    keys = set()
    for path in [*CHAPTERS.values(), *BOOK.glob("*.md")]:
        for names in re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", path.read_text("utf-8")):
            keys |= {name.strip() for name in names.split(",")}
    return keys


def test_every_work_is_cited_and_every_citation_has_its_work():
    assert cited() == set(entries())


def test_the_bibliography_is_sorted_by_key():
    assert list(entries()) == sorted(entries())


def test_every_source_that_a_docstring_names_is_in_the_references():
    known = set(entries().values())
    author = r"(?:[A-Z]\w+ )?([A-ZÀ-Ö]\w+)(?:(?:, [A-Z]\w+)*,? & [A-Z]\w+| et al\.)?"
    for module in MODULES:
        tree = ast.parse(inspect.getsource(importlib.import_module(module)))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
                words = " ".join((ast.get_docstring(node) or "").split())
                sources = re.findall(rf"{author} \((\d{{4}})\)", words)
                sources += re.findall(rf"\((?:after )?{author}, (\d{{4}})\)", words)
                assert set(sources) <= known, (module, sources)
