"""What every live figure keeps: one module, a picture with words, the same accents."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter

import nnlib.widgets
from nnlib import Adam, Affine, IdentityWithLoss, Network, ReLU, SoftmaxWithLoss, Tanh
from nnlib.drawing import BLUE, GREY, ORANGE
from nnlib.widgets import (
    Activation,
    Backprop,
    Descent,
    Digit,
    ForwardPass,
    OptimizerRace,
    Perceptron,
    Training,
)
from nnlib.widgets.figure import HERE, read_layers
from nnlib.widgets.traits import LIMIT, numbers

ROOT = Path(__file__).resolve().parents[2]
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"


def small_training():
    rng = np.random.default_rng(0)
    net = Network(
        [Affine(1, 3, rng=rng), ReLU(), Affine(3, 1, rng=rng)], IdentityWithLoss()
    )
    x = rng.normal(0, 1, (9, 1))
    return Training.record(net, Adam(lr=0.1), x, x * x, epochs=5, rng=rng)


FIGURES = [
    Activation,
    lambda: Backprop([2, 3, 1]),
    Descent,
    Digit,
    lambda: ForwardPass([2, 3, 1]),
    OptimizerRace,
    Perceptron,
    small_training,
]  # one entry per figure
FILES = sorted(HERE.glob("*.js"))
CHAPTERS = sorted((ROOT / "book").glob("*.ipynb"))


@pytest.fixture(params=FIGURES)
def figure(request):
    return request.param()


def test_every_exported_figure_is_in_the_table():
    made = {type(make()).__name__ for make in FIGURES}
    assert made == set(nnlib.widgets.__all__)


def test_a_figure_is_one_module_without_imports_that_holds_each_part_once(figure):
    assert not re.search(r"^\s*import\b|\bimport\(", figure._esm, re.MULTILINE)
    assert figure._esm.count("export default") == 1
    names = re.findall(r"^(?:export )?(?:const|function) (\w+)", figure._esm, re.M)
    assert len(names) == len(set(names))


def test_a_figure_loads_nothing_from_outside(figure):
    text = figure._esm.replace("http://www.w3.org/2000/svg", "") + figure._css
    assert "http" not in text
    assert "@import" not in text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_imported_name_exists_where_it_is_taken_from(path):
    text = path.read_text("utf-8")
    for names, file in re.findall(
        r'^import \{([^}]*)\} from "\./([\w.]+)"', text, re.M
    ):
        source = (HERE / file).read_text("utf-8")
        for name in filter(None, map(str.strip, names.split(","))):
            assert re.search(rf"^export (const|function) {name}\b", source, re.M), name
            assert len(re.findall(rf"\b{name}\b", text)) > 1, f"{name} is not used"


def test_what_is_shown_is_the_view_its_picture_and_its_words(figure):
    data, _ = DisplayFormatter().format(figure)
    assert data[VIEW]["model_id"] == figure.model_id
    svg = ElementTree.fromstring(data["image/svg+xml"])
    assert svg.get("aria-label") == data["text/plain"]
    assert len(data["text/plain"]) > 40
    assert svg.get("role") == "img"


def test_reset_goes_back_to_the_start(figure):
    before = {name: getattr(figure, name) for name in figure.kept}
    for name in figure.kept:
        moved = json.loads(re.sub(r"\d+(\.\d+)?", "0", json.dumps(before[name])))
        setattr(figure, name, moved)
    assert before != {name: getattr(figure, name) for name in figure.kept}
    figure.reset()
    assert before == {name: getattr(figure, name) for name in figure.kept}


def test_the_accents_are_those_of_the_drawings():
    css = (HERE / "common.css").read_text("utf-8")
    accents = dict(re.findall(r"--(positive|negative|zero): (#\w+)", css))
    assert accents == {"positive": BLUE, "negative": ORANGE, "zero": GREY}


def test_a_figure_has_the_common_look_and_its_own_and_no_other(figure):
    module = type(figure).__module__.rpartition(".")[2]
    looks = {path.stem: path.read_text("utf-8") for path in HERE.glob("*.css")}
    assert {stem for stem in looks if looks[stem] in figure._css} == {
        "common",
        *({module} & looks.keys()),
    }


def test_python_and_javascript_know_the_same_limit():
    assert f"export const LIMIT = {LIMIT};" in (HERE / "numbers.js").read_text("utf-8")


def stale_figures(path):
    """Names of the figures stored in a notebook that their source no longer gives."""
    widgets = nbformat.read(path, as_version=4).metadata.get("widgets", {})
    stale = []
    for model in widgets.get(STATE, {}).get("state", {}).values():
        module, _, name = model["state"].get("_anywidget_id", "").rpartition(".")
        if module.startswith("nnlib."):
            figure = getattr(nnlib.widgets, name)
            stored = model["state"]["_esm"], model["state"]["_css"]
            stale += [name] if stored != (figure._esm, figure._css) else []
    return stale


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_a_stored_figure_is_what_its_source_gives(path):
    assert stale_figures(path) == [], "run make notebooks"


# On a page with two kinds of figures the second brings common.css once more, behind the
# first one's own rules: they must outweigh it wherever they stand, and touch no other.
def test_every_rule_of_a_figures_own_look_names_the_figure(figure):
    own = figure._css.removeprefix((HERE / "common.css").read_text("utf-8"))
    own = re.sub(r"/\*.*?\*/", "", own, flags=re.S)
    (name,) = re.findall(r'fill\(el, "([\w-]+)"', figure._esm)
    heads = [head.strip() for head in re.findall(r"([^{};]+)\{", own)]
    rules = [head for head in heads if not head.startswith(("@container", "@media"))]
    selectors = [s for rule in rules for s in re.split(r", (?![^(]*\))", rule)]
    assert selectors
    own_name = re.compile(rf"\.nnlib \.{name}(?![\w-])")
    assert [s for s in selectors if not own_name.match(s)] == []


@pytest.mark.parametrize("part", ["_esm", "_css"])
def test_a_figure_stored_before_its_source_changed_is_found(tmp_path, figure, part):
    state = {name: getattr(figure, name) for name in ("_esm", "_css", "_anywidget_id")}
    for text, found in (("", []), (" ", [type(figure).__name__])):
        state[part] += text
        models = {"1": {"state": state}, "2": {"state": {}}}
        metadata = {"widgets": {STATE: {"state": models}}}
        path = tmp_path / "chapter.ipynb"
        nbformat.write(nbformat.v4.new_notebook(metadata=metadata), path)
        assert stale_figures(path) == found


def affine(n_in, n_out, rng):
    return Affine(n_in, n_out, rng=rng)


def test_layers_that_no_figure_can_show_are_told(rng):
    one, two = affine(2, 2, rng), affine(2, 2, rng)
    with pytest.raises(ValueError, match=r"one activation per layer, got .*Tanh"):
        read_layers(Network([one, ReLU(), Tanh(), two], IdentityWithLoss()))
    with pytest.raises(ValueError, match="one activation per layer"):
        read_layers(Network([one, Tanh()], SoftmaxWithLoss()))
    with pytest.raises(ValueError, match=r"starts with Affine layers, got ReLU\(\)"):
        read_layers(Network([ReLU(), one], IdentityWithLoss()))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([1, 2, 3], r"w must have the shape \(2,\), got \(3,\)"),
        ([1, [2]], r"w needs numbers of shape \(2,\)"),
        (["a", 1], r"w needs numbers of shape \(2,\)"),
        ([1, float("nan")], r"w must lie between −10,000 and 10,000, got nan"),
        ([1, -10_001], r"got -10001\.0"),
        ([float("inf"), 1], "got inf"),
    ],
)
def test_bad_numbers_are_told_in_a_sentence(values, words):
    with pytest.raises(ValueError, match=words):
        numbers(values, (2,), "w")
