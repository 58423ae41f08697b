"""Perceptron in a page: sliders, fields, the line and its grips, by every hand."""

import re

import pytest

from nnlib.perceptron import perceptron, summation
from nnlib.widgets.perceptron import CORNERS, GATES

START = {"weight w₁": 0.5, "weight w₂": 0.5, "bias b": -0.7}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}


def number(text):
    return float(text.replace("−", "-"))


def state(page):
    """Weights and bias as their fields show them."""
    fields = page.locator(".perceptron input[type=number]").all()
    w1, w2, b = (float(field.input_value()) for field in fields)
    return [w1, w2], b


def check(page, goal="OR"):
    """Table, corners and words are what nnlib says of the numbers in the fields."""
    weights, bias = state(page)
    y = [perceptron(x, weights, bias) for x in CORNERS]
    rows = page.locator(".perceptron tbody tr").all()
    rows = [row.locator("td").all_inner_texts() for row in rows]
    for (*shown_x, a, shown_y, last), x, y_x, t in zip(
        rows, CORNERS, y, GATES[goal], strict=True
    ):
        assert ([int(v) for v in shown_x], int(shown_y)) == (x, y_x)
        assert number(a) == pytest.approx(summation(x, weights, bias), abs=5.1e-5)
        assert last == (f"{t} ✓ right" if y_x == t else f"{t} ✗ wrong")
    circles = page.locator(".corner .value").all_text_contents()
    assert [int(text) for text in circles] == y
    marks = page.locator(".corner .tick").all_text_contents()
    assert marks == [
        "✓" if a == t else "✗" for a, t in zip(y, GATES[goal], strict=True)
    ]
    gate = next(name for name, answers in GATES.items() if answers == y)
    assert words(page).startswith(f"This is {gate}")
    return gate


def words(page):
    return page.locator(".perceptron .readout").inner_text()


def middle(part):
    """The point in the middle of a part, in px of the window."""
    box = part.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def pull(page, point, by):
    page.mouse.move(*point)
    page.mouse.down()
    page.mouse.move(point[0] + by[0] / 2, point[1] + by[1] / 2)
    page.mouse.move(point[0] + by[0], point[1] + by[1])
    page.mouse.up()


def unit(page):
    """How many px of the window are 1 in the plane."""
    return page.locator(".perceptron .frame").bounding_box()["width"] / 2


def test_it_starts_with_what_python_stored(visit):
    page = visit().open("perceptron")
    assert state(page) == ([0.5, 0.5], -0.7)
    assert check(page) == "AND"
    assert words(page) == "This is AND. For OR, 2 of 4 answers are right."


@pytest.mark.parametrize("name", START)
def test_the_keyboard_alone_moves_every_number(visit, name):
    page = visit().open("perceptron")
    page.get_by_role("combobox", name="Goal").focus()
    while page.evaluate("document.activeElement.ariaLabel") != name:
        page.keyboard.press("Tab")
    for _ in range(12):
        page.keyboard.press("ArrowRight")
        check(page)
    field = page.get_by_role("spinbutton", name=name)
    assert float(field.input_value()) == pytest.approx(START[name] + 0.6)


def test_or_is_made_with_the_bias_alone_and_told(visit):
    page = visit().open("perceptron")
    page.get_by_role("spinbutton", name="bias b").fill("-0.2")
    assert check(page) == "OR"
    assert words(page) == "This is OR: all 4 answers are right."


@pytest.mark.parametrize("goal", GATES)
def test_every_goal_can_be_chosen(visit, goal):
    page = visit().open("perceptron")
    page.get_by_role("combobox", name="Goal").select_option(goal)
    check(page, goal)


def test_xor_is_never_all_right(visit):
    page = visit().open("perceptron")
    page.get_by_role("combobox", name="Goal").select_option("XOR")
    slider = page.get_by_role("slider", name="bias b")
    most = 0
    for w1, w2 in [("1", "1"), ("-1", "1"), ("1", "-1"), ("-1", "-1"), ("0", "2")]:
        page.get_by_role("spinbutton", name="weight w₁").fill(w1)
        page.get_by_role("spinbutton", name="weight w₂").fill(w2)
        for b in range(-3, 4):
            slider.fill(f"{b / 2}")
            check(page, "XOR")
            most = max(most, page.locator(".perceptron tr.right").count())
    assert most == 3
    for name, value in zip(START, ("1", "1", "-0.5"), strict=True):
        page.get_by_role("spinbutton", name=name).fill(value)
    told = "This is OR. For XOR, 3 of 4 answers are right; one line cannot do more."
    assert words(page) == told


def test_the_line_is_pulled_and_only_the_bias_follows(visit):
    page = visit().open("perceptron")
    by = -0.35 * unit(page)
    pull(page, middle(page.locator(".perceptron .line")), (by, -by))
    weights, bias = state(page)
    assert weights == [0.5, 0.5]
    assert bias == pytest.approx(-0.7 + 0.5 * 0.7, abs=0.02)
    assert check(page) == "OR"


@pytest.mark.parametrize("n", [0, 1])
def test_a_grip_turns_the_line_and_the_size_of_the_weights_stays(visit, n):
    page = visit().open("perceptron")
    grip = page.locator(".perceptron .grip").nth(n)
    before = middle(grip)
    pull(page, before, (-0.3 * unit(page), 0))
    (w1, w2), bias = state(page)
    assert (w1**2 + w2**2) ** 0.5 == pytest.approx(0.5**0.5, abs=0.01)
    assert w1 != pytest.approx(w2, abs=0.05)
    frame = page.locator(".perceptron .frame").bounding_box()
    x1 = (before[0] - frame["x"]) / unit(page) - 0.5 - 0.3
    x2 = 1.5 - (before[1] - frame["y"]) / unit(page)
    assert summation([x1, x2], [w1, w2], bias) == pytest.approx(0, abs=0.02)
    check(page)


def touch(page, points):
    """A finger goes down at the first point, through the others, and up."""
    session = page.context.new_cdp_session(page)
    for n, (x, y) in enumerate(points):
        kind = "touchMove" if n else "touchStart"
        place = {"type": kind, "touchPoints": [{"x": x, "y": y}]}
        session.send("Input.dispatchTouchEvent", place)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_finger_pulls_the_line_in_every_direction(visit):
    page = visit(**PHONE).open("perceptron")
    line = page.locator(".perceptron .line")
    line.scroll_into_view_if_needed()
    x, y = middle(line)
    touch(page, [(x, y), (x - 10, y + 10), (x - 25, y + 25), (x - 50, y + 50)])
    assert -0.42 < state(page)[1] < -0.25, "the finger was followed to its end"
    check(page)


@pytest.mark.parametrize(
    ("values", "note"),
    [
        ((0, 0, 1), "no line: both weights are 0"),
        ((1, 1, 9), "the line lies outside this view"),
        ((1, 1, -1), ""),
    ],
)
def test_where_there_is_no_line_to_see_the_plane_says_why(visit, values, note):
    page = visit().open("perceptron")
    for name, value in zip(START, values, strict=True):
        page.get_by_role("spinbutton", name=name).fill(f"{value}")
    assert page.locator(".perceptron svg > text").last.text_content() == note
    assert page.locator(".perceptron .line").is_visible() == (note == "")
    check(page)


@pytest.mark.parametrize("text", ["", "10001"])
def test_what_is_no_number_here_is_told_and_the_last_one_kept(visit, text):
    page = visit().open("perceptron")
    field = page.get_by_role("spinbutton", name="bias b")
    field.fill(text)
    field.blur()
    assert "Type a number from −10000 to 10000" in words(page)
    assert field.input_value() == "-0.7"


@pytest.mark.parametrize("base", ["http", "file"])
def test_the_address_keeps_the_state_gives_it_back_and_reset_empties_it(visit, base):
    page = visit().open("perceptron", base)
    page.get_by_role("spinbutton", name="weight w₂").fill("-1.5")
    page.get_by_role("combobox", name="Goal").select_option("x₁ AND NOT x₂")
    found = page.evaluate("location.hash")
    assert re.fullmatch(r"#w2=-1\.5&goal=.*", found)
    page = visit().open("perceptron", base, state=found)
    assert state(page) == ([0.5, -1.5], -0.7)
    check(page, "x₁ AND NOT x₂")
    for _ in range(2):
        page.get_by_role("button", name="Reset").click()
        assert state(page) == ([0.5, 0.5], -0.7)
        assert page.evaluate("location.hash") == ""


def test_an_address_that_fits_nothing_is_told(visit):
    page = visit().open("perceptron", state="#w1=a&goal=and&b=-0.2")
    assert "w1=a, goal=and" in words(page)
    assert state(page) == ([0.5, 0.5], -0.2)
