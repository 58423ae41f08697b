"""Digit in a page: drawn with mouse, finger and keys, and read as nnlib reads it."""

import base64
import re

import numpy as np
import pytest
from handwriting import HANDS, digits

from nnlib.widgets import Digit

HAND = {(hand, digit): strokes for hand, digit, strokes in digits()}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}


@pytest.fixture(scope="module")
def figure():
    return Digit()


def wait_for_address(page, state):
    """Where much moves, the address follows a little later."""
    page.wait_for_function("(state) => location.hash === state", arg=state)


def strokes_in_address(page):
    """The strokes that the page has noted, two letters of base 36 a coordinate."""
    page.wait_for_timeout(400)  # as above
    text = re.fullmatch(r"#ink=([0-9a-z.]+)", page.evaluate("location.hash"))[1]
    return [
        [[int(p[:2], 36), int(p[2:], 36)] for p in re.findall("....", stroke)]
        for stroke in text.split(".")
    ]


def shown(page):
    return [float(text) for text in page.locator(".bars .share").all_text_contents()]


def says(page):
    return page.locator(".readout").inner_text()


def check(page, figure):
    """The page shows what nnlib computes of the strokes in the address."""
    figure.strokes = strokes_in_address(page)
    assert shown(page) == pytest.approx(figure.y, abs=0.00501)
    image = page.locator(".seen .ink-squares rect").evaluate_all(
        "(all) => all.map((rect) => Number(rect.getAttribute('fill-opacity')))"
    )
    assert image == pytest.approx(figure.image.ravel(), abs=0.00051)
    return int(np.argmax(figure.y))


def area_of(page):
    area = page.get_by_role("application")
    area.scroll_into_view_if_needed()
    box = area.locator("svg").bounding_box()
    return lambda point: tuple(
        box[side] + value * box["width"] / 280
        for side, value in zip("xy", point, strict=True)
    )


def draw(page, strokes):
    at = area_of(page)
    for stroke in strokes:
        page.mouse.move(*at(stroke[0]))
        page.mouse.down()
        for point in stroke[1:]:
            page.mouse.move(*at(point))
        page.mouse.up()


@pytest.mark.parametrize("hand", HANDS)
def test_what_the_mouse_draws_is_read_as_nnlib_reads_it(visit, figure, hand):
    page = visit().open("digit")
    right = 0
    for digit in range(10):
        page.get_by_role("button", name="Clear").click()
        draw(page, HAND[hand, digit])
        read = check(page, figure)
        assert says(page).startswith((f"The network says: a {read}", "Half-drawn"))
        right += read == digit
    assert right >= 9


def test_a_finger_draws_and_the_page_stays_where_it_is(visit, figure):
    page = visit(**PHONE).open("digit")
    at, session = area_of(page), page.context.new_cdp_session(page)
    page.get_by_role("button", name="Clear").click()
    before = page.evaluate("scrollY")
    upward = [[140, 250 - 10 * n] for n in range(22)]  # a page would scroll along
    for stroke in [upward, *HAND["upright", 4]]:
        for n, (x, y) in enumerate(map(at, stroke)):
            kind = "touchMove" if n else "touchStart"
            fingers = {"type": kind, "touchPoints": [{"x": x, "y": y}]}
            session.send("Input.dispatchTouchEvent", fingers)
        end = {"type": "touchEnd", "touchPoints": []}
        session.send("Input.dispatchTouchEvent", end)
    first, *others = strokes_in_address(page)
    assert len(first) > 10
    assert len(others) == 2
    check(page, figure)
    assert page.evaluate("scrollY") == before


def test_the_keyboard_draws(visit, figure):
    page = visit().open("digit")
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("application").focus()
    page.keyboard.press("ArrowLeft")
    wait_for_address(page, "#ink=none")
    page.keyboard.press("Space")
    for key in ["ArrowDown"] * 16:
        page.keyboard.press(key)
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    (stroke,) = strokes_in_address(page)
    assert stroke == [[130, 60 + 10 * n] for n in range(17)]
    assert check(page, figure) == 1
    page.keyboard.press("Backspace")
    assert says(page) == "Empty: draw a digit, or ask for one."


def test_the_pen_stays_inside(visit):
    page = visit().open("digit")
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("application").focus()
    page.keyboard.press("Space")
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    assert strokes_in_address(page)[0][-1] == [280, 60]


def test_another_button_of_the_mouse_draws_nothing(visit):
    page = visit().open("digit")
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("application").click(button="right")
    assert says(page) == "Empty: draw a digit, or ask for one."


def test_empty_and_small_marks_get_no_answer(visit):
    page = visit().open("digit")
    for _ in range(2):
        page.get_by_role("button", name="Clear").click()
        assert says(page) == "Empty: draw a digit, or ask for one."
        assert set(page.locator(".bars .share").all_text_contents()) == {"–"}
        page.get_by_role("button", name="Undo").click()
    draw(page, [[[140, 140], [160, 160]]])
    assert says(page) == "Only a small mark so far: draw larger."
    assert set(page.locator(".bars .share").all_text_contents()) == {"–"}


def test_undo_takes_the_last_stroke_back(visit, figure):
    page = visit().open("digit")
    draw(page, HAND["upright", 5])
    one, two = strokes_in_address(page)
    page.get_by_role("button", name="Undo").click()
    assert strokes_in_address(page) == [one]
    check(page, figure)
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    wait_for_address(page, "#ink=none")
    assert len(two) > 1


def test_every_example_is_shown_and_read_as_nnlib_reads_it(visit, figure):
    page = visit().open("digit")
    page.get_by_role("button", name="Clear").click()
    images = np.frombuffer(base64.b64decode(figure.examples), np.uint8).reshape(30, 784)
    for n, image in enumerate(images):
        page.get_by_role("button", name=f"Show me a {n // 3}").click()
        figure.pixels = image
        assert shown(page) == pytest.approx(figure.y, abs=0.00501)
        start = "" if n == 9 else f"#example={n}"
        wait_for_address(page, start)
    page.get_by_role("button", name="Show me a 9").click()
    wait_for_address(page, "#example=27")


def test_reset_twice_shows_the_first_image_again(visit, figure):
    page = visit().open("digit")
    first = shown(page)
    draw(page, HAND["upright", 7])
    assert shown(page) != first
    for _ in range(2):
        page.get_by_role("button", name="Reset").click()
        assert shown(page) == first
    wait_for_address(page, "")


@pytest.mark.parametrize("base", ["http", "file"])
def test_the_address_keeps_the_drawing_and_gives_it_back(visit, figure, base):
    page = visit().open("digit", base)
    draw(page, HAND["slanted", 8])
    page.wait_for_timeout(400)
    address, before = page.evaluate("location.hash"), shown(page)
    page = visit().open("digit", base, state=address)
    assert shown(page) == before
    check(page, figure)


@pytest.mark.parametrize(
    "state", ["#ink=xyz", "#example=30", "#ink=zzzz", "#a=1", "#unit=h51"]
)
def test_an_address_that_is_no_drawing_is_told(visit, state):
    page = visit().open("digit", state=state)
    assert "no drawing that this figure can read" in says(page)
    page.get_by_role("button", name="Show me a 1").click()
    assert says(page).startswith("The network says: a 1")


def test_an_empty_drawing_comes_back_empty(visit):
    page = visit().open("digit", state="#ink=none")
    assert says(page) == "Empty: draw a digit, or ask for one."


def test_a_stroke_is_answered_within_a_frame(visit):
    page = visit().open("digit")
    draw(page, HAND["round", 2])
    took = page.evaluate(
        """() => {
            const area = document.querySelector(".area");
            const { left, top } = area.getBoundingClientRect();
            const times = [];
            const tell = (type, n) => area.dispatchEvent(new PointerEvent(type, {
                pointerId: 1, isPrimary: true, button: 0,
                clientX: left + 40 + (n % 150), clientY: top + 60 + n,
            }));
            area.setPointerCapture = () => {};
            area.hasPointerCapture = () => true;
            tell("pointerdown", 0);
            for (let n = 1; n < 100; n++) {
                const start = performance.now();
                tell("pointermove", n);
                document.body.getBoundingClientRect();
                times.push(performance.now() - start);
            }
            return times.sort((a, b) => a - b)[50];
        }"""
    )
    assert len(strokes_in_address(page)[-1]) == 100
    assert took < 16, f"a step of the pen takes {took:.2f} ms"


def weights_shown(page):
    """What the squares of the weights' picture say: strength and sign, in rows."""
    return page.locator(".unit-weights .weights rect").evaluate_all(
        """(all) => all.map((rect) => Number(rect.getAttribute("fill-opacity"))
            * (rect.classList.contains("negative") ? -1 : 1))"""
    )


def check_unit(page, figure, name):
    """The page shows the weights of a hidden unit in the place of the drawing."""
    figure.unit = name
    weights = np.array(figure.weights, np.float16).astype(float)
    wanted = weights / np.abs(weights).max()
    assert weights_shown(page) == pytest.approx(wanted, abs=0.00051)
    assert not page.get_by_role("application").is_visible()
    assert page.locator(".unit-weights").is_visible()
    number = int(name.removeprefix("h"))
    symbol = "h" + "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(number))
    low, high = (f"{v:.2f}".replace("-", "−") for v in (weights.min(), weights.max()))
    assert f"The 784 weights of {symbol}, from {low} to {high}." in says(page)


def check_drawing(page):
    """The drawing is back in its place."""
    assert page.get_by_role("application").is_visible()
    assert not page.locator(".unit-weights").is_visible()
    assert "weights" not in says(page)


def place_of_unit(page, number):
    box = page.locator(".hidden-units svg").bounding_box()
    cell, n = box["width"] / 10, number - 1
    return box["x"] + cell * (n % 10 + 0.5), box["y"] + cell * (n // 10 + 0.5)


@pytest.mark.parametrize("number", [1, 10, 27, 50])
def test_a_click_on_a_hidden_unit_shows_its_weights_and_the_next_the_drawing(
    visit, number
):
    page, figure = visit().open("digit"), Digit()
    page.locator(".hidden-units").scroll_into_view_if_needed()
    page.mouse.click(*place_of_unit(page, number))
    check_unit(page, figure, f"h{number}")
    wait_for_address(page, f"#unit=h{number}")
    page.mouse.click(*place_of_unit(page, number))
    check_drawing(page)
    wait_for_address(page, "")


def test_a_tap_on_a_hidden_unit_shows_its_weights_and_a_button_the_drawing(visit):
    page, figure = visit(**PHONE).open("digit"), Digit()
    page.locator(".hidden-units").scroll_into_view_if_needed()
    page.touchscreen.tap(*place_of_unit(page, 18))
    check_unit(page, figure, "h18")
    back = page.get_by_role("button", name="Back to the drawing")
    back.scroll_into_view_if_needed()
    back.tap()
    check_drawing(page)


def test_keys_choose_a_hidden_unit_and_escape_shows_the_drawing(visit):
    page, figure = visit().open("digit"), Digit()
    menu = page.get_by_label("Hidden unit to look at")
    menu.focus()
    for number in (1, 2, 3):
        page.keyboard.press("ArrowDown")
        check_unit(page, figure, f"h{number}")
    page.get_by_role("button", name="Next unit").focus()
    page.keyboard.press("Enter")
    check_unit(page, figure, "h4")
    page.keyboard.press("Escape")
    check_drawing(page)
    page.keyboard.press("Escape")
    check_drawing(page)
    assert menu.input_value() == ""


def test_escape_shows_the_drawing_after_a_click_too(visit):
    page = visit().open("digit")
    page.locator(".hidden-units").scroll_into_view_if_needed()
    page.mouse.click(*place_of_unit(page, 5))
    page.keyboard.press("Escape")
    check_drawing(page)
    assert page.evaluate("document.activeElement.className") == "area"


def test_a_unit_in_the_address_is_shown_with_the_drawing_that_goes_on(visit, figure):
    page = visit().open("digit", state="#example=3&unit=h7")
    check_unit(page, Digit(), "h7")
    figure.pixels = np.frombuffer(base64.b64decode(figure.examples), np.uint8)[
        3 * 784 : 4 * 784
    ]
    assert shown(page) == pytest.approx(figure.y, abs=0.00501)
    page.get_by_role("button", name="Show me a 1").click()
    wait_for_address(page, "#example=4&unit=h7")
    page.get_by_role("button", name="Reset").click()
    check_drawing(page)
