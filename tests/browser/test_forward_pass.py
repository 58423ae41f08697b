"""ForwardPass in a page: every number moved by mouse, finger and keyboard."""

import re
from itertools import product

import pytest

from nnlib.pure import forward_prop

SIZES = [2, 3, 1]
WEIGHTS = [[[1, 0.5], [-1, 0.5], [0, 2]], [[1, -1, 2]]]
BIASES = [[0, 0.5, -1], [0.25]]
X = [1, 0.5]
NAMES = ["x1", "x2", "h1", "h2", "h3", "y1"]
NAMES += [f"{x}-{h}" for h, x in product(["h1", "h2", "h3"], ["x1", "x2"])]
NAMES += ["h1-y1", "h2-y1", "h3-y1"]


def expected(name=None, value=None):
    """What nnlib computes when one number of the figure is another."""
    weights = [[list(row) for row in layer] for layer in WEIGHTS]
    biases, x = [list(b) for b in BIASES], list(X)
    if name is not None:
        tail, _, head = name.rpartition("-")
        layer, j = (1, 0) if head == "y1" else (0, int(head[1]) - 1)
        if tail:
            weights[layer][j][int(tail[1]) - 1] = value
        elif head[0] == "x":
            x[j] = value
        else:
            biases[layer][j] = value
    return forward_prop(SIZES, weights, biases, x, cache_mode=True)


def written(page):
    """The numbers a reader sees: the output's line and the circles, as floats."""
    line = page.locator(".readout").first.inner_text()
    y = float(re.fullmatch(r"y₁ [=≈] (\S+)", line)[1].replace("−", "-"))
    circles = page.locator(".nnlib").first.locator(".node .value").all_text_contents()
    return y, [float(text.replace("−", "-")) for text in circles]


def check(page, name=None, value=None):
    """The page shows what nnlib computes."""
    (y,), outs, _ = expected(name, value)
    shown_y, circles = written(page)
    assert shown_y == pytest.approx(y, abs=5.1e-5)
    assert circles == pytest.approx([v for column in outs for v in column], abs=5.1e-3)


def parts(page):
    figure = page.locator(".nnlib").first
    choice, slider = figure.get_by_role("combobox"), figure.get_by_role("slider")
    return choice, slider, figure.get_by_role("spinbutton")


def test_it_starts_with_what_python_stored(visit):
    check(visit().open("forward"))


def test_the_keyboard_alone_reaches_and_moves_every_number(visit):
    page = visit().open("forward")
    choice, slider, _ = parts(page)
    page.get_by_role("button", name="Number before").focus()
    page.keyboard.press("Tab")
    assert choice.evaluate("(e) => e === document.activeElement")
    page.keyboard.press("Home")
    seen = []
    for _ in NAMES:
        name = choice.input_value()
        seen.append(name)
        for _ in range(3):
            page.keyboard.press("Tab")
        assert slider.evaluate("(e) => e === document.activeElement")
        before = float(slider.input_value())
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        check(page, name, before + 0.1)
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        for _ in range(3):
            page.keyboard.press("Shift+Tab")
        page.keyboard.press("ArrowDown")
    assert sorted(seen) == sorted(NAMES)
    check(page)


@pytest.mark.parametrize("name", NAMES)
def test_every_number_can_be_typed(visit, name):
    page = visit().open("forward")
    choice, slider, field = parts(page)
    choice.select_option(name)
    field.fill("-1.375")
    check(page, name, -1.375)
    assert slider.get_attribute("aria-valuetext") == "−1.375"


@pytest.mark.parametrize("text", ["", "10001", "-1e9"])
def test_what_is_no_number_here_is_told_and_the_last_one_kept(visit, text):
    page = visit().open("forward")
    _, _, field = parts(page)
    field.fill("2")
    field.fill(text)
    field.blur()
    assert "Type a number from −10000 to 10000" in page.locator(".readout").inner_text()
    assert field.input_value() == "2"
    field.fill("3")
    check(page, "x1-h1", 3)


def dragged(page, box, by, down=None):
    """The mouse takes hold of a place and moves it sideways."""
    x, y = down or (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by / 2, y)
    page.mouse.move(x + by, y)
    page.mouse.up()


def place(page, name):
    """A point of a node's circle, or of a weight's line near where it starts."""
    choice, *_ = parts(page)
    choice.select_option(name)
    group = page.locator(".network .selected").first
    if "-" not in name:
        box = group.bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    point = group.locator(".line").evaluate(
        """(line) => {
            const at = line.getPointAtLength(0.25 * line.getTotalLength());
            const { x, y } = at.matrixTransform(line.getScreenCTM());
            return [x, y];
        }"""
    )
    return tuple(point)


@pytest.mark.parametrize("name", NAMES)
def test_every_number_is_moved_by_dragging_its_place_in_the_drawing(visit, name):
    page = visit().open("forward")
    point = place(page, name)
    other = "x1" if name != "x1" else "x2"
    parts(page)[0].select_option(other)
    before = {"x1": 1, "x2": 0.5}.get(name)
    if before is None:
        parts(page)[0].select_option(name)
        before = float(parts(page)[2].input_value())
        parts(page)[0].select_option(other)
    dragged(page, None, 60, down=point)
    assert parts(page)[0].input_value() == name
    check(page, name, before + 0.6)


def test_the_slider_follows_the_mouse(visit):
    page = visit().open("forward")
    _, slider, field = parts(page)
    box = slider.bounding_box()
    start = (box["x"] + box["width"] * 2 / 3, box["y"] + box["height"] / 2)
    dragged(page, box, -box["width"] / 3, down=start)
    assert float(field.input_value()) == pytest.approx(-1, abs=0.2)
    check(page, "x1-h1", float(field.input_value()))


def touch(page, points):
    """A finger goes down at the first point, through the others, and up."""
    session = page.context.new_cdp_session(page)
    for n, (x, y) in enumerate(points):
        what = {
            "type": "touchMove" if n else "touchStart",
            "touchPoints": [{"x": x, "y": y}],
        }
        session.send("Input.dispatchTouchEvent", what)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}


def test_a_finger_moves_the_slider_and_the_drawing(visit):
    page = visit(**PHONE).open("forward")
    choice, slider, field = parts(page)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    x, y = box["x"], box["y"] + box["height"] / 2
    across = [x + box["width"] * part for part in (0.66, 0.6, 0.4, 0.3)]
    touch(page, [(x, y) for x in across])
    assert float(field.input_value()) < 0
    check(page, "x1-h1", float(field.input_value()))
    page.get_by_role("button", name="Reset").tap()
    check(page)
    x, y = place(page, "h2")
    choice.select_option("x1")
    touch(page, [(x, y), (x + 15, y), (x + 30, y), (x + 50, y)])
    assert choice.input_value() == "h2"
    assert 0.5 < float(field.input_value()) <= 1
    check(page, "h2", float(field.input_value()))


def test_next_and_before_walk_around_all_numbers(visit):
    page = visit().open("forward")
    choice, *_ = parts(page)
    first, seen = choice.input_value(), set()
    for _ in NAMES:
        page.get_by_role("button", name="Next number").click()
        seen.add(choice.input_value())
    assert seen == set(NAMES)
    assert choice.input_value() == first
    page.get_by_role("button", name="Number before").click()
    page.get_by_role("button", name="Next number").click()
    assert choice.input_value() == first


def test_reset_twice_is_the_start(visit):
    page = visit().open("forward")
    parts(page)[2].fill("-2.5")
    check(page, "x1-h1", -2.5)
    for _ in range(2):
        page.get_by_role("button", name="Reset").click()
        check(page)
    assert "x1" not in page.evaluate("location.href")


@pytest.mark.parametrize("base", ["http", "file"])
def test_the_address_keeps_the_state_and_gives_it_back(visit, base):
    page = visit().open("forward", base)
    parts(page)[2].fill("-2.5")
    assert page.evaluate("location.hash") == "#x1-h1=-2.5"
    page = visit().open("forward", base, state="#x1-h1=-2.5")
    check(page, "x1-h1", -2.5)
    page.evaluate("location.hash = '#h3=4'")
    page.wait_for_function("document.querySelector('.readout').textContent != ''")
    check(page, "h3", 4)
    page.get_by_role("button", name="Reset").click()
    assert page.evaluate("location.hash") == ""
    check(page)


def test_the_address_follows_a_long_drag_without_a_complaint_of_the_browser(visit):
    page = visit().open("forward")
    page.evaluate(
        """() => {
            const field = document.querySelector("input[type=number]");
            for (let n = 1; n <= 400; n++) {
                field.value = n / 100;
                field.dispatchEvent(new Event("input"));
            }
        }"""
    )
    page.wait_for_function("location.hash === '#x1-h1=4'")


def test_an_address_that_fits_nothing_is_told(visit):
    page = visit().open("forward", state="#x1=a&z9=1&y1=2")
    assert "x1=a, z9=1" in page.locator(".readout").inner_text()
    assert parts(page)[0].count() == 1
    circles = page.locator(".node .value").all_text_contents()
    (y,), _, _ = expected("y1", 2)
    assert float(circles[-1]) == pytest.approx(y, abs=5.1e-3)


def test_an_ordinary_anchor_is_left_alone(visit):
    page = visit().open("forward", state="#the-page-forward")
    check(page)
    assert page.evaluate("location.hash") == "#the-page-forward"


def test_two_views_of_one_figure_move_together_and_other_figures_do_not(visit):
    page = visit().open("several")
    one, two, other = page.locator(".nnlib").all()
    before = other.locator(".readout").inner_text()
    one.get_by_role("combobox").select_option("h2")
    one.get_by_role("spinbutton").fill("3")
    assert two.get_by_role("spinbutton").input_value() == "3"
    assert two.locator(".readout").inner_text() == one.locator(".readout").inner_text()
    assert other.locator(".readout").inner_text() == before
    other.get_by_role("spinbutton").fill("0.7")
    assert page.evaluate("location.hash") == "#2.x1-h1_1=0.7&h2=3"
    text = other.locator(".readout").inner_text()
    page.reload()
    page.wait_for_selector("html[data-figures=ready]")
    assert other.locator(".readout").inner_text() == text
    assert two.get_by_role("combobox").count() == 1


def test_what_is_said_is_heard_once_after_a_pause(visit):
    page = visit().open("forward")
    field = parts(page)[2]
    for value in ("1.1", "1.2", "1.3"):
        field.fill(value)
    heard = page.get_by_role("status")
    assert heard.inner_text() in ("", "y₁ ≈ 1.5895")
    page.wait_for_timeout(700)
    assert heard.inner_text() == page.locator(".readout").inner_text()


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_a_wave_runs_only_where_motion_is_welcome(visit, motion):
    page = visit(reduced_motion=motion).open("forward")
    page.wait_for_function("document.getAnimations().length === 0")
    parts(page)[2].fill("1.5")
    page.wait_for_timeout(250)
    running = page.evaluate("document.getAnimations().length")
    assert (running > 0) == (motion == "no-preference")
    page.wait_for_function("document.getAnimations().length === 0")
