"""Drawings say what the network is, the same with and without the program dot."""

import math
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from nnlib import (
    Affine,
    IdentityWithLoss,
    LeakyReLU,
    Network,
    ReLU,
    Sigmoid,
    SoftmaxWithLoss,
    Tanh,
)
from nnlib.activations import sigmoid, sigmoid_der, tanh
from nnlib.diagrams import draw, draw_graph, draw_neuron, draw_softmax, number
from nnlib.drawing import BLUE, GREY, ORANGE, ZOOM
from nnlib.perceptron import step

needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="dot is missing")


def small():
    """2-3-2-2 with the numbers of a well-known worked example."""
    rng = np.random.default_rng(0)
    hidden = [Affine(2, 3, rng=rng), Sigmoid(), Affine(3, 2, rng=rng), Sigmoid()]
    net = Network([*hidden, Affine(2, 2, rng=rng)], IdentityWithLoss())
    net.layers[0].W = np.array([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]])
    net.layers[2].W = np.array([[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]])
    net.layers[4].W = np.array([[0.1, 0.3], [0.2, 0.4]])
    net.layers[0].b = np.array([0.1, 0.2, 0.3])
    net.layers[2].b = net.layers[4].b = np.array([0.1, 0.2])
    return net


def signed():
    """2-3-1 with positive, negative and zero weights, after one backprop."""
    rng = np.random.default_rng(1)
    net = Network(
        [Affine(2, 3, rng=rng), Tanh(), Affine(3, 1, rng=rng)], IdentityWithLoss()
    )
    net.layers[0].W[:] = [[1.5, -0.25, 0.0], [-3.0, 0.5, 2.0]]
    net.layers[0].b[:] = [0.5, -0.5, 0.0]
    net.backprop(np.array([[1, 0.5]], np.float32), np.array([[1.0]], np.float32))
    return net


def wide():
    rng = np.random.default_rng(2)
    return Network(
        [Affine(784, 50, rng=rng), LeakyReLU(), Affine(50, 10, rng=rng)],
        SoftmaxWithLoss(),
    )


X = np.linspace(0, 1, 784)
# name: (how to draw it, number of circles, number of lines)
DRAWINGS = {
    "1-1": (lambda: draw([1, 1]), 2, 1),
    "2-3-1": (lambda: draw([2, 3, 1]), 6, 9),
    "2-3-2": (lambda: draw([2, 3, 2]), 7, 12),
    "2-4-4-2": (lambda: draw([2, 4, 4, 2]), 12, 32),
    "2-4-4-2 with bias": (lambda: draw([2, 4, 4, 2], bias=True), 15, 42),
    "upright": (lambda: draw([2, 3, 1], upright=True), 6, 9),
    "1000-500-100-10": (lambda: draw([1000, 500, 100, 10]), 20, 75),
    "784-50-10 sizes": (lambda: draw([784, 50, 10]), 15, 50),
    "784-50-10": (lambda: draw(wide()), 15, 50),
    "784-50-10 upright": (lambda: draw(wide(), upright=True), 15, 50),
    "784-50-10 values": (lambda: draw(wide(), x=X, most=10), 28, 171),
    "weights": (lambda: draw(signed()), 6, 9),
    "bias": (lambda: draw(signed(), bias=True), 8, 13),
    "gradients": (lambda: draw(signed(), gradients=True, bias=True), 8, 13),
    "no numbers": (lambda: draw(signed(), numbers=False), 6, 9),
    "numbers anyway": (lambda: draw(wide(), numbers=True), 15, 50),
    "values": (lambda: draw(small(), x=[1.0, 0.5]), 9, 16),
    "all": (
        lambda: draw(signed(), x=[1, 0.5], bias=True, gradients=True, upright=True),
        *(8, 13),
    ),
    "neuron": (draw_neuron, 5, 4),
    "neuron of 3": (lambda: draw_neuron(n_in=3), 6, 5),
    "neuron of 784": (lambda: draw_neuron(n_in=784), 8, 7),
    "AND": (lambda: draw_neuron([1, 0], [0.5, 0.5], -0.7, step), 5, 4),
    "weights only": (lambda: draw_neuron(weights=[0.5, -2, 0]), 6, 5),
    "graph": (lambda: draw_graph([1, 0.5], [0.3, -0.2], 0.1, sigmoid), 9, 8),
    "chain rule": (
        lambda: draw_graph([1, 0.5], [0.3, -0.2], 0.1, sigmoid, sigmoid_der),
        *(9, 8),
    ),
    "softmax": (draw_softmax, 6, 9),
    "softmax of values": (lambda: draw_softmax([0.3, 2.9, 4.0]), 6, 9),
    "softmax of 10": (lambda: draw_softmax(n=10), 10, 25),
}
every_drawing = pytest.mark.parametrize(
    ("make", "n_nodes", "n_edges"), DRAWINGS.values(), ids=DRAWINGS
)
SVG = "{http://www.w3.org/2000/svg}"


def without_dot(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))


def groups(root, kind):
    """The elements <g> of a class."""
    return [g for g in root.iter(f"{SVG}g") if kind in g.get("class", "").split()]


def words(group):
    return tuple(text.text for text in group.iter(f"{SVG}text"))


def content(svg):
    """All that a picture says and where, apart from the order and the rounding."""
    root, items = ET.fromstring(svg), []
    for kind in ("node", "edge", "layer", "more"):
        for group in groups(root, kind):
            shapes = [e for e in group if e.tag != f"{SVG}text"]
            names = ("fill", "stroke", "stroke-dasharray", "rx")
            style = [
                (e.tag, float(e.get("stroke-width", 1)), [e.get(n) for n in names])
                for e in shapes
            ]
            texts = [
                (t.text, t.get("fill"), t.get("text-anchor"), float(t.get("font-size")))
                for t in group.iter(f"{SVG}text")
            ]
            items.append((group.get("class"), texts, style))
    return sorted(items, key=repr)


def places(svg):
    """Where circles and texts are, from the corner of all circles: what to points."""
    spots = {}
    for group in ET.fromstring(svg).iter(f"{SVG}g"):
        for e in group:
            if e.tag == f"{SVG}ellipse":
                spot = (float(e.get("cx")), float(e.get("cy")))
                spots.setdefault("circle", []).append(spot)
            if e.tag == f"{SVG}text":
                what = (group.get("class"), words(group), e.text)
                spot = (float(e.get("x")), float(e.get("y")))
                spots.setdefault(what, []).append(spot)
    corner = np.min(spots["circle"], axis=0)
    return {what: np.array(points) - corner for what, points in spots.items()}


def contrast(color, page):
    """Contrast of two colors after WCAG 2, 1 … 21."""

    def luminance(c):
        rgb = np.array([int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        rgb = np.where(rgb <= 0.03928, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        return rgb @ [0.2126, 0.7152, 0.0722]

    dark, light = sorted((luminance(color), luminance(page)))
    return (light + 0.05) / (dark + 0.05)


def dot_edges(drawing):
    """The lines of the DOT text: (tail, head) to its attributes."""
    edges = {}
    for tail, head, said in re.findall(r"^\t(\w+) -> (\w+)(.*)$", drawing.source, re.M):
        pairs = re.findall(r'(\w+)=("[^"]*"|[^\s\]]+)', said)
        edges[tail, head] = {key: value.strip('"') for key, value in pairs}
    return edges


def dot_labels(drawing):
    """The nodes of the DOT text: name to the rows of its text."""
    found = re.findall(r'^\t(\w+) \[label=("[^"]*"|\S+)', drawing.source, re.M)
    return {name: text.strip('"').split("\\n") for name, text in found}


def as_number(text):
    return float(text.replace("−", "-").strip("×∂ "))


# ---- the same picture everywhere


@needs_dot
@every_drawing
def test_dot_draws_every_drawing(make, n_nodes, n_edges):
    assert make().engine == "dot"


@needs_dot
@every_drawing
def test_both_engines_say_the_same_at_the_same_places(
    make, n_nodes, n_edges, monkeypatch, tmp_path
):
    by_dot = make()
    without_dot(monkeypatch, tmp_path)
    by_hand = make()
    assert by_hand.engine.startswith("nnlib")
    assert by_hand.source == by_dot.source
    assert by_hand.alt == by_dot.alt
    assert content(by_hand.svg) == content(by_dot.svg)
    ours, theirs = places(by_hand.svg), places(by_dot.svg)
    for what, points in ours.items():
        between = np.linalg.norm(points[:, None] - theirs[what][None], axis=2)
        assert between.min(axis=0).max() < 2.5, what
        assert between.min(axis=1).max() < 2.5, what


@pytest.mark.parametrize("dot", [True, False])
@every_drawing
def test_a_picture_has_its_circles_its_lines_and_a_name(
    make, n_nodes, n_edges, dot, monkeypatch, tmp_path
):
    if not dot:
        without_dot(monkeypatch, tmp_path)
    drawing = make()
    root = ET.fromstring(drawing.svg)
    assert len(groups(root, "node")) == n_nodes == len(list(root.iter(f"{SVG}ellipse")))
    assert len(groups(root, "edge")) == n_edges == len(list(root.iter(f"{SVG}path")))
    titles = [title.text for title in root.iter(f"{SVG}title")]
    assert titles == [drawing.alt] == [root.get("aria-label")]
    assert (root.get("role"), root.get("class")) == ("img", "nnlib-drawing")
    assert root[0].tag == f"{SVG}title"


@pytest.mark.parametrize("dot", [True, False])
@every_drawing
def test_a_picture_can_stand_in_any_page(
    make, n_nodes, n_edges, dot, monkeypatch, tmp_path
):
    if not dot:
        without_dot(monkeypatch, tmp_path)
    svg = make().svg
    assert svg.startswith("<svg ")
    assert "<!" not in svg
    root = ET.fromstring(svg)
    colors = set()
    for e in root.iter():
        assert "id" not in e.attrib
        assert e.tag.startswith(SVG)
        if e is not root:
            assert "font-family" not in e.attrib
        colors |= {e.get("fill"), e.get("stroke")} - {None, "none"}
    assert colors <= {GREY, BLUE, ORANGE}
    arrows = [p for p in root.iter(f"{SVG}polygon")]
    assert len(arrows) == n_edges, "a background, or a line without its arrowhead"
    assert "max-width: 100%" in root.get("style")
    box = [float(length) for length in root.get("viewBox").split()[2:]]
    size = [float(root.get(name)) for name in ("width", "height")]
    assert size == pytest.approx([ZOOM * length for length in box], rel=1e-5)


@pytest.mark.parametrize("page", ["#ffffff", "#14181e"])
@pytest.mark.parametrize("color", [GREY, BLUE, ORANGE])
def test_text_and_lines_are_legible_on_light_and_on_dark_pages(color, page):
    assert contrast(color, page) >= 4


@every_drawing
def test_no_circle_covers_another_and_nothing_is_cut_off(
    make, n_nodes, n_edges, monkeypatch, tmp_path
):
    without_dot(monkeypatch, tmp_path)
    root = ET.fromstring(make().svg)
    left, top, width, height = map(float, root.get("viewBox").split())
    circles = [
        [float(e.get(k)) for k in ("cx", "cy", "rx")]
        for e in root.iter(f"{SVG}ellipse")
    ]
    for i, (x, y, r) in enumerate(circles):
        assert left <= x - r <= x + r <= left + width
        assert top <= y - r <= y + r <= top + height
        for x2, y2, _ in circles[:i]:
            assert math.hypot(x - x2, y - y2) > 2 * r + 6
    for text in root.iter(f"{SVG}text"):
        half = 3 * len(text.text)
        assert left <= float(text.get("x")) - half
        assert float(text.get("x")) + half <= left + width
        assert top + 8 <= float(text.get("y")) <= top + height


@pytest.mark.parametrize(
    "make",
    [DRAWINGS[k][0] for k in ("weights", "gradients", "values", "all", "AND")],
)
def test_numbers_at_the_lines_do_not_cover_each_other(make, monkeypatch, tmp_path):
    without_dot(monkeypatch, tmp_path)
    boxes = []
    for group in groups(ET.fromstring(make().svg), "edge"):
        for text in group.iter(f"{SVG}text"):
            x, y = float(text.get("x")), float(text.get("y"))
            boxes.append((x, y, 3 * len(text.text)))
    assert len(boxes) >= 4
    for i, (x, y, w) in enumerate(boxes):
        for x2, y2, w2 in boxes[:i]:
            assert abs(x - x2) > w + w2 or abs(y - y2) > 9


def test_the_source_does_not_depend_on_the_run():
    program = (
        "from nnlib.diagrams import *\n"
        "import sys; sys.stdout.reconfigure(encoding='utf-8')\n"
        "print(draw_neuron([1, 2], [3, 4], 5).source, draw([2, 9, 1]).source)"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(seen) == 1
    assert b"digraph" in seen.pop()


@pytest.mark.skipif(os.name == "nt", reason="the broken dot is a shell script")
@pytest.mark.parametrize(
    "script",
    ["echo broken >&2; exit 1", "echo no picture", "echo '<svg'", "kill -9 $$"],
)
def test_a_dot_that_fails_is_replaced_and_named(script, monkeypatch, tmp_path, capfd):
    dot = tmp_path / "dot"
    dot.write_text(f"#!/bin/sh\n{script}\n")
    dot.chmod(0o755)
    without_dot(monkeypatch, tmp_path)
    drawing = draw([2, 3, 1])
    assert drawing.engine.startswith("nnlib, without dot: ")
    assert len(groups(ET.fromstring(drawing.svg), "node")) == 6
    assert capfd.readouterr() == ("", "")


def test_a_missing_graphviz_package_is_named_with_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(ImportError, match=r"graphviz.*\[views\]"):
        draw([2, 3, 1])


def test_a_notebook_gets_dot_as_text_and_svg_as_picture():
    drawing = draw([2, 3, 1])
    bundle = drawing._repr_mimebundle_()
    assert bundle == {"text/plain": drawing.source, "image/svg+xml": drawing.svg}
    assert drawing.source.startswith("digraph")
    assert repr(drawing) == f"<Drawing: {drawing.alt}>"


def test_save_writes_the_whole_picture(tmp_path):
    drawing = draw([2, 3, 1])
    drawing.save(tmp_path / "net.svg")
    assert (tmp_path / "net.svg").read_text(encoding="utf-8") == drawing.svg
    assert os.listdir(tmp_path) == ["net.svg"]


def test_a_saved_drawing_may_be_read_by_whoever_may_read_a_new_file(tmp_path):
    draw([2, 3, 1]).save(tmp_path / "net.svg")
    (tmp_path / "plain").touch()
    modes = {path.stat().st_mode for path in tmp_path.iterdir()}
    assert len(modes) == 1


def test_save_leaves_the_old_file_and_nothing_else_when_it_fails(monkeypatch, tmp_path):
    path = tmp_path / "net.svg"
    path.write_text("old")
    monkeypatch.setattr(
        os, "replace", lambda *_: (_ for _ in ()).throw(OSError("full"))
    )
    with pytest.raises(OSError, match="full"):
        draw([2, 3, 1]).save(path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["net.svg"]


# ---- what a network's drawing says


def test_values_in_the_nodes_are_those_of_the_worked_example():
    labels = dot_labels(draw(small(), x=[1.0, 0.5]))
    assert labels["x1"] == ["x₁", "1"]
    assert [labels[f"h1_{i}"][1] for i in (1, 2, 3)] == ["0.574", "0.668", "0.75"]
    assert [labels[f"y{i}"] for i in (1, 2)] == [["y₁", "0.317"], ["y₂", "0.696"]]


def test_outputs_in_the_nodes_are_what_predict_says():
    net = wide()
    labels = dot_labels(draw(net, x=X, most=10))
    shown = [as_number(labels[f"y{i}"][1]) for i in range(1, 11)]
    np.testing.assert_allclose(shown, net.predict(X[None])[0], rtol=0.01)


@pytest.mark.parametrize("gradients", [False, True])
def test_each_line_shows_the_sign_size_and_number_of_its_weight(gradients):
    net = signed()
    edges = dot_edges(draw(net, bias=True, gradients=gradients))
    first, last = net.layers[0], net.layers[2]
    W, b, V, c = (
        (first.dW, first.db, last.dW, last.db)
        if gradients
        else (first.W, first.b, last.W, last.b)
    )
    expected = {(f"x{i}", f"h{j}"): W[i - 1, j - 1] for i in (1, 2) for j in (1, 2, 3)}
    expected |= {("bias0", f"h{j}"): b[j - 1] for j in (1, 2, 3)}
    expected |= {(f"h{i}", "y1"): V[i - 1, 0] for i in (1, 2, 3)}
    expected |= {("bias1", "y1"): c[0]}
    assert edges.keys() == expected.keys()
    largest = max(map(abs, expected.values()))
    for key, weight in expected.items():
        said = edges[key]
        kind = {1: "positive", -1: "negative", 0: "zero"}[int(np.sign(weight))]
        color = {"positive": BLUE, "negative": ORANGE, "zero": GREY}[kind]
        assert (said["class"], said["color"], said["fontcolor"]) == (kind, color, color)
        assert said.get("style") == ("dashed" if kind == "negative" else None)
        assert as_number(said["taillabel"]) == pytest.approx(weight, rel=0.05)
        width = 0.7 + 2.5 * abs(weight) / largest
        assert float(said["penwidth"]) == pytest.approx(width, abs=0.01)


def test_drawing_leaves_the_network_as_it_was():
    net = signed()
    net.forward(np.array([[1, 0.5]], np.float32))
    before = [vars(layer).copy() for layer in net.layers]
    draw(net, x=[3.0, 4.0], gradients=True)
    for layer, memory in zip(net.layers, before, strict=True):
        assert vars(layer).keys() == memory.keys()
        assert all(vars(layer)[name] is memory[name] for name in memory)


def test_a_large_layer_shows_its_ends_and_its_size():
    drawing = draw(wide())
    labels = dot_labels(drawing)
    inputs = [n for n in labels if n.startswith("x")]
    assert inputs == ["x1", "x2", "x3", "x4", "xmore", "x784"]
    assert labels["xmore"] == ["⋮"]
    assert labels["layer0"] == ["input (784)"]
    assert labels["layer1"] == ["hidden (50)", "Affine(784, 50)", "LeakyReLU(0.01)"]
    assert dot_edges(drawing)["x784", "h50"]["class"] in ("positive", "negative")


def test_the_last_line_of_a_cut_layer_is_that_of_its_last_node():
    net = wide()
    net.layers[0].W[783, 49] = -5
    edges = dot_edges(draw(net, numbers=True))
    assert edges["x784", "h50"]["taillabel"] == "−5"


@pytest.mark.parametrize("most", [3, 6, 10])
@pytest.mark.parametrize("n", [1, 2, 3, 4, 6, 7, 10, 11, 784])
def test_a_column_shows_at_most_what_was_asked(n, most):
    names = [k for k in dot_labels(draw([n, 1], most=most)) if k.startswith("x")]
    assert len(names) == min(n, most)
    assert names[-1] == f"x{n}"
    assert ("xmore" in names) == (n > most)


def test_numbers_are_left_out_where_they_would_crowd():
    rng = np.random.default_rng(0)
    net = Network([Affine(4, 4, rng=rng), ReLU()], IdentityWithLoss())
    assert all("taillabel" not in said for said in dot_edges(draw(net)).values())
    forced = dot_edges(draw(net, numbers=True)).values()
    assert all("taillabel" in said for said in forced)


def test_upright_has_the_input_at_the_bottom():
    def heights(drawing):
        spots = re.findall(r'(\w+) \[.*pos="([-.\d]+),([-.\d]+)!"', drawing.source)
        return {name: (float(x), float(y)) for name, x, y in spots}

    flat, high = heights(draw([2, 3, 1])), heights(draw([2, 3, 1], upright=True))
    assert flat["x1"][0] < flat["h1"][0] < flat["y1"][0]
    assert flat["x1"][1] > flat["x2"][1]
    assert high["x1"][1] < high["h1"][1] < high["y1"][1]
    assert high["x1"][0] < high["x2"][0]


ALTS = {
    "2-3-1": "Network with 2 inputs, a hidden layer of 3 nodes and 1 output.",
    "784-50-10": "Network with 784 inputs, a hidden layer of 50 nodes "
    "(LeakyReLU(0.01)) and 10 outputs (SoftmaxWithLoss). Lines drawn: ",
    "weights": "Network with 2 inputs, a hidden layer of 3 nodes (Tanh) and 1 output "
    "(IdentityWithLoss). Lines drawn: x₁ to h₁ 1.5, x₁ to h₂ −0.25, x₁ to h₃ 0, ",
    "no numbers": "Network with 2 inputs, a hidden layer of 3 nodes (Tanh) and 1 "
    "output (IdentityWithLoss). Lines drawn: ",
    "AND": "Neuron with 2 inputs and a bias, y = step(a). Nodes: x₁ 1, x₂ 0, a −0.2, "
    "y 0. Lines drawn: 1 to a b = −0.7, x₁ to a w₁ = 0.5, x₂ to a w₂ = 0.5, "
    "a to y step().",
    "softmax": "Softmax of 3 scores, every output depends on every score.",
}


@pytest.mark.parametrize("name", ALTS)
def test_the_alternative_text_says_what_is_drawn(name):
    assert DRAWINGS[name][0]().alt.startswith(ALTS[name])


def test_the_alternative_text_counts_the_signs_that_only_color_shows():
    kinds = [
        said["class"] for said in dot_edges(draw(signed(), numbers=False)).values()
    ]
    counts = [f"{kinds.count(k)} {k}" for k in ("positive", "negative", "zero")]
    assert draw(signed(), numbers=False).alt.endswith(", ".join(counts) + ".")


# ---- one neuron


def test_a_neuron_without_numbers_shows_symbols_alone():
    drawing = draw_neuron(n_in=2)
    labels, edges = dot_labels(drawing), dot_edges(drawing)
    assert {labels[k][0] for k in ("b", "x1", "x2", "a", "y")} == set("1ay") | {
        "x₁",
        "x₂",
    }
    texts = {key: said["taillabel"] for key, said in edges.items()}
    assert texts == {
        ("b", "a"): "b",
        ("x1", "a"): "w₁",
        ("x2", "a"): "w₂",
        ("a", "y"): "h()",
    }


@pytest.mark.parametrize(("x1", "x2"), [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_a_drawn_neuron_computes_its_gate(x1, x2):
    labels = dot_labels(draw_neuron([x1, x2], [0.5, 0.5], -0.7, step))
    assert as_number(labels["a"][1]) == pytest.approx(0.5 * x1 + 0.5 * x2 - 0.7)
    assert as_number(labels["y"][1]) == (x1 and x2)


@pytest.mark.parametrize(
    ("x", "weights", "bias", "shown"),
    [
        ([1, 2], None, None, 1),
        (None, [1, 2], 3, 1),
        ([1, 2], [3, 4], None, 1),
        ([1, 2], [3, 4], 5, 2),
    ],
)
def test_the_sum_is_shown_only_when_everything_is_known(x, weights, bias, shown):
    labels = dot_labels(draw_neuron(x, weights, bias))
    assert len(labels["a"]) == shown
    assert labels["y"] == ["y"]


@pytest.mark.parametrize(
    "h", [(sigmoid, sigmoid_der), (tanh, lambda a: 1 - tanh(a) ** 2)]
)
def test_each_gradient_is_the_next_one_times_the_number_at_the_line(h):
    x, weights, bias = [1.0, -2.0, 0.5], [0.3, 0.2, -0.7], 0.1
    drawing = draw_graph(x, weights, bias, *h)
    gradient = {
        name: as_number(rows[2])
        for name, rows in dot_labels(drawing).items()
        if len(rows) == 3
    }
    assert len(gradient) == 6 + 3 + 1 + 1 + 1
    edges = dot_edges(drawing)
    assert len(edges) == 6 + 3 + 1 + 1
    for (tail, head), said in edges.items():
        local = as_number(said["taillabel"])
        assert gradient[tail] == pytest.approx(gradient[head] * local, rel=0.02)


def test_the_gradients_of_the_graph_are_the_numerical_ones():
    x, weights, bias, eps = [1.0, 0.5], [0.3, -0.2], 0.1, 1e-6
    labels = dot_labels(draw_graph(x, weights, bias, sigmoid, sigmoid_der))

    def y(x1, x2, w1, w2, b):
        return sigmoid(np.array(x1 * w1 + x2 * w2 + b))

    at = [*x, *weights, bias]
    for i, name in enumerate(("x1", "x2", "w1", "w2", "b")):
        up = [v + eps * (i == j) for j, v in enumerate(at)]
        down = [v - eps * (i == j) for j, v in enumerate(at)]
        slope = (y(*up) - y(*down)) / (2 * eps)
        assert as_number(labels[name][2]) == pytest.approx(slope, rel=0.01)


def test_without_its_derivative_the_graph_has_no_gradients():
    drawing = draw_graph([1, 0.5], [0.3, -0.2], 0.1, sigmoid)
    assert "∂" not in drawing.source
    assert "×" not in drawing.source


def test_a_function_without_a_proper_name_is_called_h():
    assert "h()" in draw_neuron(h=lambda a: a).source


def test_softmax_shows_the_values_of_the_book():
    labels = dot_labels(draw_softmax([0.3, 2.9, 4.0]))
    shown = [labels[f"y{i}"][1] for i in (1, 2, 3)]
    assert shown == ["0.0182", "0.245", "0.737"]


# ---- numbers and errors


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (1, "1"),
        (0.3, "0.3"),
        (-0.57444, "−0.574"),
        (0.00123, "0.0012"),
        (0.0000123, "1.2e−05"),
        (99.95, "100"),
        (123.4, "123"),
        (999.9, "1000"),
        (1234.4, "1234"),
        (-12345, "−1.2e+04"),
        (np.float32(0.1), "0.1"),
        (np.int64(7), "7"),
        (True, "1"),
        (float("nan"), "nan"),
        (-math.inf, "−inf"),
    ],
)
def test_numbers_have_three_digits_at_most(value, text):
    assert number(value) == text


def broken():
    net = signed()
    net.layers[0].W[0, 0] = np.nan
    return net


def fresh():
    rng = np.random.default_rng(0)
    return Network([Affine(2, 1, rng=rng)], IdentityWithLoss())


ERRORS = {
    "no sizes": (lambda: draw([]), ValueError, "sizes"),
    "one size": (lambda: draw([3]), ValueError, "sizes"),
    "size 0": (lambda: draw([2, 0, 1]), ValueError, r"\[2, 0, 1\]"),
    "half a node": (lambda: draw([2, 1.5]), ValueError, "whole numbers"),
    "not a network": (lambda: draw("2-3-1"), TypeError, "'2-3-1'"),
    "no weights": (
        lambda: draw(Network([ReLU()], IdentityWithLoss())),
        ValueError,
        "W",
    ),
    "x for sizes": (lambda: draw([2, 1], x=[1, 2]), ValueError, "Network"),
    "x too short": (lambda: draw(fresh(), x=[1]), ValueError, r"\(2,\), got \(1,\)"),
    "x a batch": (lambda: draw(fresh(), x=[[1, 2]]), ValueError, r"got \(1, 2\)"),
    "no gradients yet": (lambda: draw(fresh(), gradients=True), ValueError, "backprop"),
    "gradients of sizes": (
        lambda: draw([2, 1], gradients=True),
        *(ValueError, "backprop"),
    ),
    "nan": (lambda: draw(broken()), ValueError, r"Affine\(2, 3\).*nan"),
    "most 2": (lambda: draw([9, 1], most=2), ValueError, "2"),
    "no inputs": (lambda: draw_neuron(n_in=0), ValueError, "0"),
    "empty lists": (lambda: draw_neuron([], []), ValueError, "0"),
    "two lengths": (lambda: draw_neuron([1, 2], [1], 0), ValueError, "1"),
    "two lengths, no bias": (lambda: draw_neuron([1, 2], [1]), ValueError, "1"),
    "graph, two lengths": (lambda: draw_graph([1], [1, 2], 0, step), ValueError, "2"),
    "empty graph": (lambda: draw_graph([], [], 0, step), ValueError, "none"),
    "empty softmax": (lambda: draw_softmax([]), ValueError, "0"),
}


@pytest.mark.parametrize(("call", "kind", "words"), ERRORS.values(), ids=ERRORS)
def test_bad_input_is_told_at_the_door(call, kind, words):
    with pytest.raises(kind, match=words):
        call()
