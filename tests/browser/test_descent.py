"""Descent in a page: rate, start and steps by every hand, and what is said of them."""

import re

import pytest

from nnlib.widgets import Descent
from nnlib.widgets.descent import LANDSCAPES

START = {"landscape": "one weight", "lr": 0.5, "w0": [6, 0], "steps": 2}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
NUMBER = r"[=≈] (−?\d[\d.]*(?:e−?\d+)?)"


def words(page):
    return page.locator(".descent .readout").inner_text()


def check(page, **changes):
    """Words and ball are what Python says of the state; returns Python's figure."""
    state = START | changes
    figure = Descent(**state)
    step, *numbers = re.findall(r"^Step (\d+)|^(Start)|" + NUMBER, words(page))
    assert step[0] == (f"{len(figure.path) - 1}" if len(figure.path) > 1 else "")
    shown = [float(number[2].replace("−", "-")) for number in numbers]
    wanted = [*figure.path[-1], figure.losses[-1]]
    assert shown == pytest.approx(wanted, abs=5.1e-5, rel=5.1e-3)
    view = LANDSCAPES[state["landscape"]]["view"]
    for (low, high), at, value in zip(view, ball(page), wanted, strict=False):
        assert at == pytest.approx((value - low) / (high - low), abs=0.01)
    return figure


def ball(page):
    """Where the ball is drawn, as parts of the frame's width and height."""
    frame = page.locator(".descent .frame").first.bounding_box()
    x, y = middle(page.locator(".descent .ball"))
    across = (x - frame["x"]) / frame["width"]
    return across, 1 - (y - frame["y"]) / frame["height"]


def middle(part):
    box = part.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def field(page, name):
    return page.get_by_role("spinbutton", name=name)


def press(page, name, times=1):
    for _ in range(times):
        page.get_by_role("button", name=name).click()


def test_it_starts_with_what_python_stored(visit):
    page = visit().open("descent")
    check(page)
    assert words(page) == "Step 2: w = 3, L = 0.5\nIt rolls down."


def test_steps_lead_forth_and_back_and_no_farther_than_the_start(visit):
    page = visit().open("descent")
    for steps in (3, 4, 5):
        press(page, "Step")
        check(page, steps=steps)
    for steps in (4, 3, 2, 1, 0):
        press(page, "Back")
        check(page, steps=steps)
    assert page.get_by_role("button", name="Back").is_disabled()
    assert words(page).startswith("Start: w = 6, L = 8\nHere the ball starts.")


@pytest.mark.parametrize(("name", "trait"), [("learning rate", "lr"), ("start w", "w")])
def test_the_keyboard_alone_moves_rate_and_start(visit, name, trait):
    page = visit().open("descent")
    page.get_by_role("combobox", name="Loss").focus()
    while page.evaluate("document.activeElement.ariaLabel") != name:
        page.keyboard.press("Tab")
    for n in range(1, 8):
        page.keyboard.press("ArrowLeft")
        lr, w = 0.5 - 0.01 * n, 6 - 0.05 * n
        check(page, **({"lr": round(lr, 2)} if trait == "lr" else {"w0": [w, 0]}))


def test_the_words_follow_the_rate_from_creeping_to_overflow(visit):
    page = visit().open("descent")
    said = [
        ("0", "moves nothing"),
        ("0.001", "It creeps"),
        ("0.5", "It rolls down"),
        ("1", "it has arrived"),
        ("1.5", "It overshot"),
        ("2", "gets no lower"),
        ("2.5", "It diverges"),
        ("10000", "It diverges"),
    ]
    for rate, told in said:
        field(page, "learning rate").fill(rate)
        assert told in words(page)
        assert not re.search("NaN|nfinity", page.locator(".descent").inner_text())
    page.get_by_role("button", name="Step").click(click_count=60)
    assert "The loss overflowed: it is too large for a number" in words(page)
    assert page.locator(".descent .ball.gone").count() == 1
    assert page.get_by_role("button", name="Step").is_disabled()
    assert "There is no next step" in page.locator(".descent .law").inner_text()
    press(page, "Reset")
    check(page)


@pytest.mark.parametrize("name", LANDSCAPES)
def test_every_loss_begins_with_its_own_start_and_rolls_as_in_python(visit, name):
    page = visit().open("descent")
    page.get_by_role("combobox").select_option(name)
    own = {
        "landscape": name,
        "lr": LANDSCAPES[name]["lr"],
        "w0": LANDSCAPES[name]["w0"],
    }
    check(page, **own, steps=0)
    for steps in range(1, 9):
        press(page, "Step")
        check(page, **own, steps=steps)
    assert page.locator(".descent .dots circle").count() == 7
    assert LANDSCAPES[name]["formula"] in page.locator(".descent .law").inner_text()


def test_the_start_is_pulled_with_the_mouse(visit):
    page = visit().open("descent")
    page.get_by_role("combobox").select_option("saddle")
    x, y = middle(page.locator(".descent .square"))
    unit = page.locator(".descent .frame").first.bounding_box()["width"] / 4
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - unit / 2, y)
    page.mouse.move(x - unit, y)
    page.mouse.up()
    w1, w2 = (float(field(page, f"start {w}").input_value()) for w in ("w₁", "w₂"))
    assert (w1, w2) == pytest.approx((0.1 - 1, 1.6), abs=0.03)
    check(page, landscape="saddle", lr=0.2, w0=[w1, w2], steps=0)


def test_a_tap_sets_the_start_and_a_finger_pulls_it(visit):
    page = visit(**PHONE).open("descent")
    frame = page.locator(".descent .frame").first
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    assert float(field(page, "start w").input_value()) == pytest.approx(-1, abs=0.1)
    x, y = middle(page.locator(".descent .square"))
    session = page.context.new_cdp_session(page)
    for n, by in enumerate((0, 20, 40, 60)):
        kind = "touchMove" if n else "touchStart"
        at = {"type": kind, "touchPoints": [{"x": x + by, "y": y}]}
        session.send("Input.dispatchTouchEvent", at)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    w = float(field(page, "start w").input_value())
    assert w == pytest.approx(-1 + 60 * 12 / box["width"], abs=0.2)
    check(page, w0=[w, 0])


def test_play_goes_on_until_the_ground_is_level_and_notes_where(visit):
    page = visit().open("descent")
    press(page, "Play")
    assert page.get_by_role("button", name="Pause").is_visible()
    page.get_by_role("button", name="Play").wait_for(timeout=10_000)
    figure = check(page, steps=16)
    assert abs(figure.path[-1][0] - 2) < 1e-4
    assert "it has arrived" in words(page)
    assert "steps=16" in page.evaluate("location.hash")


def test_pause_stops_where_it_is_and_moving_the_rate_goes_on_playing(visit):
    page = visit().open("descent")
    press(page, "Play")
    field(page, "learning rate").fill("0.01")
    page.wait_for_function(
        "parseInt(document.querySelector('.readout').innerText.slice(5)) > 4"
    )
    press(page, "Pause")
    steps = int(re.match(r"Step (\d+)", words(page))[1])
    check(page, lr=0.01, steps=steps)
    page.wait_for_timeout(400)
    check(page, lr=0.01, steps=steps)


def test_where_motion_is_unwelcome_play_shows_the_end_at_once(visit):
    page = visit(reduced_motion="reduce").open("descent")
    press(page, "Play")
    assert page.get_by_role("button", name="Play").is_visible()
    check(page, steps=16)


@pytest.mark.parametrize("base", ["http", "file"])
def test_the_address_keeps_the_state_gives_it_back_and_reset_empties_it(visit, base):
    page = visit().open("descent", base)
    page.get_by_role("combobox").select_option("saddle")
    field(page, "start w₂").fill("-1.5")
    press(page, "Step", 3)
    hash_ = page.evaluate("location.hash")
    assert hash_ == "#loss=saddle&lr=0.2&w1=0.1&w2=-1.5&steps=3"
    page = visit().open("descent", base, state=hash_)
    check(page, landscape="saddle", lr=0.2, w0=[0.1, -1.5], steps=3)
    press(page, "Reset")
    check(page)
    assert page.evaluate("location.hash") == ""


def test_an_address_that_means_nothing_is_told(visit):
    page = visit().open("descent", state="#loss=hill&lr=-1&steps=201&w1=4")
    assert "loss=hill, lr=-1, steps=201" in words(page)
    press(page, "Step")
    check(page, w0=[4, 0], steps=3)


@pytest.mark.parametrize("text", ["", "-1", "10001"])
def test_what_is_no_rate_is_told_and_the_last_one_kept(visit, text):
    page = visit().open("descent")
    field(page, "learning rate").fill(text)
    field(page, "learning rate").blur()
    assert "Type a number from 0 to 10000" in words(page)
    assert field(page, "learning rate").input_value() == "0.5"


def test_the_line_beside_a_loss_of_points_is_that_of_the_ball(visit):
    page = visit().open("descent")
    fit = page.locator(".descent .fit")
    assert not fit.is_visible()
    page.get_by_role("combobox").select_option("line through points")
    field(page, "start w").fill("2")
    field(page, "start b").fill("1")
    assert fit.locator("circle").count() == 4
    shown = [
        (float(c.get_attribute("cx")), float(c.get_attribute("cy")))
        for c in fit.locator("circle").all()
    ]
    d = fit.locator(".fitted").get_attribute("d")
    (x1, y1), (x2, y2) = (map(float, point.split(",")) for point in d[1:].split("L"))
    off = [y - (y1 + (y2 - y1) * (x - x1) / (x2 - x1)) for x, y in shown]
    assert off == pytest.approx([-9.6, 9.6, 9.6, -9.6], abs=0.2)  # 9.6 px are 1
