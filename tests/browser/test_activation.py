"""Activation in a page: every control moved, and the numbers are nnlib's."""

import copy
import re

import pytest

from nnlib.activations import relu
from nnlib.widgets import Activation
from nnlib.widgets.activation import FUNCTIONS, reach

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
PARAMETERS = {  # as the menu words them: name in the address, trait and place
    "weight x₁ → h₂": ("x1-h2", "weights", (0, 1, 0)),
    "bias of h₃": ("h3", "biases", (0, 2)),
    "weight h₁ → y₁": ("h1-y1", "weights", (1, 0, 0)),
    "bias of y₁": ("y1", "biases", (1, 0)),
}


def moved(figure, words, value):
    """Set one of PARAMETERS in a figure."""
    _, trait, (*path, last) = PARAMETERS[words]
    nest = part = copy.deepcopy(getattr(figure, trait))
    for i in path:
        part = part[i]
    part[last] = value
    setattr(figure, trait, nest)


def readout(page):
    return page.locator(".activation .readout").inner_text()


def check(page, **state):
    """What the page says and shows is what nnlib computes in this state."""
    figure = Activation(relu, x=0.75)
    for name, value in state.items():
        if name in PARAMETERS:
            moved(figure, name, value)
        else:
            setattr(figure, name, value)
    texts = re.findall(r"[=≈] (\S+?)[,;]?(?: |$)", readout(page))
    shown = [float(text.replace("−", "-")) for text in texts]
    a, b = figure.line
    straight = a * figure.x + b
    wanted = [figure.y, figure.y_der, figure.output, straight]
    assert shown == pytest.approx(wanted, abs=5.1e-5)
    assert page.get_by_label("Function").input_value() == figure.f
    check_dots(page, figure, wanted)


def check_dots(page, figure, wanted):
    """The dots of both plots lie at x, as high as their numbers among the marks."""
    heights = []
    for plot in page.locator(".activation .plot").all():
        marks = plot.locator(".beside").all()
        known = [
            (float(m.text_content().replace("−", "-")), float(m.get_attribute("y")) - 4)
            for m in (marks[0], marks[-1])
        ]
        (low, at_low), (high, at_high) = known
        inside = float(plot.locator(".inside").get_attribute("width"))
        end = reach(figure.x)
        for kind in ("first", "second"):
            dot = plot.locator(f".dot.{kind}")
            share = (float(dot.get_attribute("cx")) / inside - 0.5) * 2 * end
            assert share == pytest.approx(figure.x, abs=1e-6)
            part = (float(dot.get_attribute("cy")) - at_low) / (at_high - at_low)
            heights.append(low + part * (high - low))
    assert heights == pytest.approx(wanted, abs=1e-6)


def test_it_starts_with_what_python_stored(visit):
    check(visit().open("activation"))


@pytest.mark.parametrize("f", FUNCTIONS)
def test_every_function_can_be_chosen(visit, f):
    page = visit().open("activation")
    page.get_by_label("Function").select_option(f)
    check(page, f=f)
    leak = page.get_by_role("slider", name="slope of Leaky ReLU")
    assert leak.is_visible() == (f == "leaky_relu")


def test_the_keyboard_alone_reaches_and_moves_everything(visit):
    page = visit().open("activation")
    page.get_by_label("Function").focus()
    page.keyboard.press("End")
    check(page, f="leaky_relu")
    page.keyboard.press("Tab")
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    check(page, f="leaky_relu", x=-0.25)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    check(page, f="leaky_relu", x=-0.25, slope=0.15)
    for _ in range(3):
        page.keyboard.press("Tab")
    words = page.get_by_label("Number to move")
    assert words.evaluate("(e) => e === document.activeElement")
    page.keyboard.press("End")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    weights = [[[2.0]] * 3, [[2.0, -3.0, 1.3]]]  # the last one has moved
    check(page, f="leaky_relu", x=-0.25, slope=0.15, weights=weights)


@pytest.mark.parametrize("words", PARAMETERS)
def test_every_number_of_the_two_layers_can_be_typed(visit, words):
    page = visit().open("activation")
    page.get_by_label("Number to move").select_option(label=words)
    page.get_by_label(f"{words}, typed").fill("-1.375")
    check(page, **{words: -1.375})
    assert page.evaluate("location.hash") == f"#{PARAMETERS[words][0]}=-1.375"


@pytest.mark.parametrize("x", ["0", "-6", "5.999", "-37.5", "10000"])
def test_x_can_be_typed_near_and_far(visit, x):
    page = visit().open("activation")
    page.get_by_label("x, typed").fill(x)
    check(page, x=float(x))


@pytest.mark.parametrize("text", ["", "10001", "-1e9"])
def test_what_is_no_number_here_is_told_and_the_last_one_kept(visit, text):
    page = visit().open("activation")
    field = page.get_by_label("x, typed")
    field.fill("2")
    field.fill(text)
    field.blur()
    assert "Type a number from −10000 to 10000" in readout(page)
    assert field.input_value() == "2"


def test_a_slope_outside_its_range_is_told(visit):
    page = visit().open("activation", state="#f=leaky_relu&x=-2")
    page.get_by_label("slope of Leaky ReLU, typed").fill("1.5")
    page.get_by_label("slope of Leaky ReLU, typed").blur()
    assert "Type a number from 0 to 1;" in readout(page)
    page.get_by_label("slope of Leaky ReLU, typed").fill("1")
    check(page, f="leaky_relu", x=-2, slope=1)
    assert "it is the identity" in page.locator(".activation .law").first.inner_text()


@pytest.mark.parametrize("n", [0, 1])
def test_the_mouse_moves_x_in_either_plot(visit, n):
    page = visit().open("activation")
    box = page.locator(".activation .inside").nth(n).bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.25, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, y)
    page.mouse.move(box["x"] + box["width"] * 0.75, y)
    page.mouse.up()
    x = float(page.get_by_label("x, typed").input_value())
    assert x == pytest.approx(3, abs=0.15)
    check(page, x=x)
    page.mouse.move(box["x"], y)
    check(page, x=x)


def test_a_finger_moves_x(visit):
    page = visit(**PHONE).open("activation")
    plot = page.locator(".activation .inside").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    y = box["y"] + box["height"] / 2
    session = page.context.new_cdp_session(page)
    for n, share in enumerate((0.5, 0.45, 0.3, 0.25)):
        points = [{"x": box["x"] + box["width"] * share, "y": y}]
        what = {"type": "touchMove" if n else "touchStart", "touchPoints": points}
        session.send("Input.dispatchTouchEvent", what)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    x = float(page.get_by_label("x, typed").input_value())
    assert x == pytest.approx(-3, abs=0.25)
    check(page, x=x)


def test_reset_twice_is_the_start(visit):
    page = visit().open("activation")
    page.get_by_label("Function").select_option("tanh")
    page.get_by_label("x, typed").fill("-2.5")
    check(page, f="tanh", x=-2.5)
    for _ in range(2):
        page.get_by_role("button", name="Reset").click()
        check(page)


@pytest.mark.parametrize("base", ["http", "file"])
def test_the_address_keeps_the_state_and_gives_it_back(visit, base):
    page = visit().open("activation", base)
    page.get_by_label("Function").select_option("sigmoid")
    page.get_by_label("x, typed").fill("-2.5")
    page.wait_for_function("location.hash == '#f=sigmoid&x=-2.5'")
    page = visit().open("activation", base, state="#f=sigmoid&x=-2.5&y1=3")
    check(page, f="sigmoid", x=-2.5, **{"bias of y₁": 3})


def test_an_address_that_means_nothing_is_told(visit):
    page = visit().open("activation", state="#f=softmax&x=1e9&slope=2&z=1&y1=2")
    assert "f=softmax, x=1e9, slope=2, z=1" in readout(page)
    page.get_by_label("x, typed").fill("1")
    check(page, x=1, **{"bias of y₁": 2})


def test_each_place_has_its_remark(visit):
    page = visit().open("activation")
    law = page.locator(".activation .law").first
    for x, words in (("-1", "Silent"), ("0", "A kink has no slope"), ("1", "whole")):
        page.get_by_label("x, typed").fill(x)
        assert words in law.inner_text()
