"""Perceptron: its traits, its words, its line; JavaScript and nnlib agree."""

from itertools import product

import numpy as np
import pytest
import traitlets

from nnlib.perceptron import learn, perceptron, summation
from nnlib.widgets import Perceptron
from nnlib.widgets.perceptron import CORNERS, GATES, VIEW, half_plane

IMPOSSIBLE = {"XOR", "XNOR"}
GRID = [v / 10 for v in range(-10, 11)]


def test_the_table_holds_every_gate_of_two_inputs_once():
    assert sorted(GATES.values()) == sorted(map(list, product([0, 1], repeat=4)))


def test_every_gate_but_two_can_be_made_and_is_named():
    made = {Perceptron([w1, w2], b).gate for w1, w2, b in product(GRID[::5], repeat=3)}
    assert made == GATES.keys() - IMPOSSIBLE


def test_no_line_of_a_fine_grid_makes_xor():
    for w1, w2, b in product(GRID, repeat=3):
        answers = [perceptron(x, [w1, w2], b) for x in CORNERS]
        assert answers not in [GATES[name] for name in IMPOSSIBLE]


def test_what_was_learned_can_be_shown():
    figure = Perceptron()
    figure.weights, figure.bias, _ = learn(CORNERS, GATES["NAND"])
    assert figure.gate == "NAND"


def test_a_message_from_the_browser_moves_it_and_observers_hear():
    figure, seen = Perceptron(), []
    figure.observe(lambda change: seen.append(change.new), "bias")
    figure.set_state({"weights": [1, 1], "bias": -0.5, "goal": "XOR"})
    assert (figure.gate, figure.goal, seen) == ("OR", "XOR", [-0.5])


def test_link_joins_two_of_them():
    one, two = Perceptron(), Perceptron()
    traitlets.link((one, "weights"), (two, "weights"))
    two.weights = [-1, 2]
    assert one.weights == [-1, 2]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("weights", [1], r"weights must have the shape \(2,\), got \(1,\)"),
        ("weights", [1, 10_001], "weights must lie between −10,000 and 10,000"),
        ("weights", [1, "a"], r"weights needs numbers of shape \(2,\)"),
        ("bias", float("nan"), "bias must lie between −10,000 and 10,000, got nan"),
        ("goal", "and", "goal is one of AND, NAND, .*, got 'and'"),
    ],
)
def test_what_does_not_fit_is_told_and_changes_nothing(name, value, words):
    figure = Perceptron()
    before = figure.get_state()
    with pytest.raises(ValueError, match=words):
        setattr(figure, name, value)
    assert figure.get_state() == before


def test_the_picture_shows_the_present_state():
    figure = Perceptron()
    figure.weights, figure.bias = [-0.5, -0.5], 0.7
    svg, alt = figure.picture()
    assert alt.endswith("(0, 0): 1, (0, 1): 1, (1, 0): 1, (1, 1): 0. This is NAND.")
    assert "w₁ = −0.5" in alt
    assert svg.count("<polyline") == 1


def test_without_weights_the_picture_has_no_line():
    svg, alt = Perceptron([0, 0], 1).picture()
    assert "<line" not in svg
    assert "always 1" in alt


def area(points):
    """The area inside a polygon of points (shoelace formula)."""
    x, y = np.array(points).T if points else (np.zeros(1), np.zeros(1))
    return abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def test_region_and_its_opposite_share_the_view_and_meet_at_the_line(rng):
    for _ in range(200):
        weights, bias = rng.normal(size=2).tolist(), rng.normal(0, 0.7)
        region, line = half_plane(weights, bias)
        rest, _ = half_plane([-w for w in weights], -bias)
        assert area(region) + area(rest) == pytest.approx(area(VIEW))
        assert all(abs(summation(p, weights, bias)) < 1e-12 for p in line)
        assert all(summation(p, weights, bias) > -1e-12 for p in region)


def golden(rng):
    """States with what nnlib says of them: random, tied in decimals, extreme."""
    ties = [v / 10 for v in range(-4, 5)]
    extremes = [-1e4, -1, -1e-300, 0, 0.5, 1e-17, 1, 1e4]
    triples = [*rng.normal(0, 1, (250, 3)).tolist(), *product(ties, repeat=3)]
    triples += product(extremes, repeat=3)
    cases = []
    for w1, w2, b in triples:
        figure = Perceptron([w1, w2], b)
        region, line = half_plane(figure.weights, figure.bias)
        sums = [summation(x, figure.weights, figure.bias) for x in CORNERS]
        told = {"sums": sums, "answers": figure.answers, "gate": figure.gate}
        state = {"weights": figure.weights, "bias": figure.bias, "goal": "XOR"}
        cases.append({"state": state, "region": region, "line": line} | told)
    return {"cases": cases, "gates": GATES}


def test_javascript_computes_what_nnlib_computes(run_node, rng):
    run_node("perceptron", golden(rng))
