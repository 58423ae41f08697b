"""OptimizerRace: its traits, its words, its paths; JavaScript and nnlib agree."""

from itertools import product

import numpy as np
import pytest
import traitlets

from nnlib import SGD, AdaGrad, Adam, Momentum, Nesterov, RMSProp, plots
from nnlib.gradients import numerical_gradient
from nnlib.widgets import OptimizerRace
from nnlib.widgets.figure import HERE
from nnlib.widgets.optimizer_race import (
    HIGHEST_LR,
    LANDSCAPES,
    MOST,
    PENS,
    PX,
    VIEW,
    make_racers,
)

every_landscape = pytest.mark.parametrize("name", LANDSCAPES)


@every_landscape
def test_slopes_are_those_of_the_loss(name, rng):
    f, _ = LANDSCAPES[name]
    for w in rng.uniform(-3, 3, (50, 2)):
        slopes = numerical_gradient(lambda w: f(*w)[0], w)
        assert np.allclose(f(*w)[1], slopes, atol=1e-6)


@every_landscape
def test_levels_rise_and_their_lines_stay_in_the_view(name):
    _, levels = LANDSCAPES[name]
    assert levels == sorted(levels)
    numbers = OptimizerRace().contours[name].replace("M", "L").split("L")[1:]
    places = np.array([[float(v) for v in pair.split(",")] for pair in numbers])
    assert (places >= 0).all()
    assert (places <= [PX * (high - low) for low, high in VIEW]).all()


@every_landscape
def test_each_level_passes_through_places_of_its_loss(name):
    f, levels = LANDSCAPES[name]
    pairs = OptimizerRace().contours[name].replace("M", "L").split("L")[1:]
    px = np.array([[float(v) for v in pair.split(",")] for pair in pairs])
    losses, _ = f(*(px / [PX, -PX] + [VIEW[0][0], VIEW[1][1]]).T)
    nearest = np.abs(losses[:, None] - levels).min(axis=1)
    assert (nearest < 0.03 + 0.03 * losses).all()


def test_the_racers_are_nnlibs_with_their_usual_settings():
    racers = make_racers(0.2, 0.3, 0.7)
    usual = [SGD(0.2), Momentum(0.2, 0.7), Nesterov(0.2, 0.7)]
    usual += [AdaGrad(0.3), RMSProp(0.3), Adam(0.3, 0.7)]
    assert list(map(repr, racers)) == list(map(repr, usual))
    assert [type(racer).__name__ for racer in racers] == list(PENS)


def test_a_path_is_the_way_of_the_optimizer():
    figure = OptimizerRace("bend", w0=[1, 2], lr=0.1, momentum=0.5, steps=7)
    w, optimizer = np.array([1.0, 2.0]), Nesterov(0.1, 0.5)
    for place in figure.paths["Nesterov"][1:]:
        optimizer.update([w], [np.array(LANDSCAPES["bend"][0](*w)[1])])
        assert place == w.tolist()
    assert len(figure.paths["Nesterov"]) == 8


def test_colors_are_those_of_the_plots():
    assert [color for color, *_ in PENS.values()] == list(plots.COLORS)


def test_python_and_javascript_know_the_same_bounds():
    text = (HERE / "optimizer_race.js").read_text("utf-8")
    assert f"const MOST = {MOST};" in text
    assert f"const PX = {PX};" in text
    assert f"const VIEW = {VIEW};" in text
    assert text.count(f"high: {HIGHEST_LR},") == 2


def test_a_rate_of_zero_moves_nobody():
    paths = OptimizerRace(lr=0, lr_adaptive=0, steps=3).paths
    assert all(path == [[-3.5, 2.0]] * 4 for path in paths.values())


def test_a_rate_too_high_is_told_in_words():
    figure = OptimizerRace(lr=1.1, momentum=0.5, steps=60)
    _, alt = figure.picture()
    assert "SGD diverged at step 47" in alt
    assert len(figure.paths["SGD"]) == 47
    assert np.abs(figure.paths["SGD"]).max() <= 1e4
    assert "Momentum has loss" in alt


def test_a_message_from_the_browser_moves_it_and_observers_hear():
    figure, seen = OptimizerRace(), []
    figure.observe(lambda change: seen.append(change.new), "steps")
    figure.set_state({"steps": 3, "focus": "Adam", "landscape": "bend"})
    assert (figure.landscape, figure.focus, seen) == ("bend", "Adam", [3])


def test_link_joins_two_of_them():
    one, two = OptimizerRace(), OptimizerRace("bend")
    traitlets.link((one, "w0"), (two, "w0"))
    two.w0 = np.array([1, -1])
    assert one.w0 == [1, -1]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("landscape", "hill", "landscape is one of valley, bend, .*, got 'hill'"),
        ("focus", "adam", "focus is one of all, SGD, .*, got 'adam'"),
        ("w0", [1], r"w0 must have the shape \(2,\), got \(1,\)"),
        ("w0", [0, 3.5], r"w0 must lie in −4..4 and −3..3, got \[0.0, 3.5\]"),
        ("w0", [0, float("nan")], "w0 must lie between"),
        ("lr", -0.1, r"lr must lie in 0..10, got -0.1"),
        ("lr_adaptive", 11, r"lr_adaptive must lie in 0..10, got 11"),
        ("momentum", 1, r"momentum must lie in 0..0.99, got 1"),
        ("momentum", float("nan"), r"momentum must lie in 0..0.99, got nan"),
        ("steps", 101, r"steps must lie in 0..100, got 101"),
    ],
)
def test_what_does_not_fit_is_told_and_changes_nothing(name, value, words):
    figure = OptimizerRace()
    before = figure.get_state()
    with pytest.raises(ValueError, match=words):
        setattr(figure, name, value)
    assert figure.get_state() == before


def test_the_picture_shows_the_present_state():
    figure = OptimizerRace("two hollows", w0=[-1, 1.5], steps=5)
    svg, alt = figure.picture()
    assert "two hollows, after 5 steps from (−1, 1.5): SGD has loss" in alt
    assert all(name in svg for name in PENS)
    figure.steps = 6
    assert figure.picture()[0] != svg


def golden(rng):
    """States with the paths of nnlib: random, tame and wild, extreme."""
    cases = []
    edges = product(LANDSCAPES, [0, 0.01, 0.7, 10], [0, 0.5, 0.99])
    for landscape, lr, momentum in edges:
        for w0 in ([0, 0], [-4, 3], [2, 0], [1e-300, -3]):
            cases.append((landscape, w0, lr, lr, momentum))
    for landscape in LANDSCAPES:
        for _ in range(100):
            w0 = rng.uniform([-4, -3], [4, 3]).tolist()
            rates = (10 ** rng.uniform(-2, 0.3, 2)).tolist()
            cases.append((landscape, w0, *rates, rng.uniform(0, 0.99)))
    names = ("landscape", "w0", "lr", "lr_adaptive", "momentum")
    states = [dict(zip(names, case, strict=True)) for case in cases]
    figures = [OptimizerRace(**state, steps=MOST) for state in states]
    return [
        {"state": state, "paths": figure.paths}
        for state, figure in zip(states, figures, strict=True)
    ]


def test_javascript_walks_where_nnlib_walks(run_node, rng):
    run_node("optimizer_race", golden(rng))
