"""Backprop in a page: every step forward and back shows the numbers of nnlib."""

import re

import pytest

from nnlib.pure import back_prop, forward_prop, squared_error, update_params

SIZES, X, T = [2, 3, 1], [1.0, 0.5], [1.0]
WEIGHTS = [[[1.0, 0.5], [-1.0, 0.5], [0.0, 2.0]], [[1.0, -1.0, 2.0]]]
BIASES = [[0.0, 0.5, -1.0], [0.25]]
LAST = 13


def expected(weights=WEIGHTS, biases=BIASES, x=X, t=T):
    """The numbers that nnlib computes, step by step."""
    y, outs, sums = forward_prop(SIZES, weights, biases, x, cache_mode=True)
    grads_w, grads_b = back_prop(SIZES, weights, biases, t, outs, sums)
    found = [x, *([h] for h in outs[1]), y, [squared_error(y, t)]]
    for layer, node in [(1, 0), (0, 0), (0, 1), (0, 2)]:
        db = grads_b[layer][node]
        found += [[db], [*grads_w[layer][node], db]]
    return found


def readout(page):
    return page.locator(".nnlib .readout").inner_text().replace("\n", " ")


def check(page, step, found):
    """The page is at this step and tells these numbers."""
    place, told = re.fullmatch(
        rf"Step (\d+) of {LAST}, .*?: +(.*)", readout(page)
    ).groups()
    assert int(place) == step
    # numbers, not the digits below a letter
    texts = re.findall(r"−?\d+(?:\.\d+)?(?:e−?\d+)?", told)
    values = [float(text.replace("−", "-")) for text in texts]
    assert values == pytest.approx(found[step], abs=5.1e-5)


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def way(page):
    return page.get_by_role("slider", name="Step", exact=True)


def test_next_and_back_walk_through_every_step_and_stop_at_the_ends(visit):
    page, found = visit().open("backprop"), expected()
    for step in range(LAST + 1):
        check(page, step, found)
        button(page, "Next ›").click()
    assert "last step" in readout(page)
    for step in reversed(range(LAST)):
        button(page, "‹ Back").click()
        check(page, step, found)
    button(page, "‹ Back").click()
    assert readout(page) == "This is the start."


def test_the_keyboard_alone_walks_through_every_step(visit):
    page, found = visit().open("backprop"), expected()
    button(page, "‹ Back").focus()
    page.keyboard.press("Tab")
    assert way(page).evaluate("(e) => e === document.activeElement")
    for step in range(1, LAST + 1):
        page.keyboard.press("ArrowRight")
        check(page, step, found)
        assert way(page).get_attribute("aria-valuetext").startswith(f"{step} of 13, ")
    page.keyboard.press("Home")
    check(page, 0, found)


def test_what_is_not_computed_yet_is_not_shown(visit):
    page = visit().open("backprop")
    shown = ".node .value", ".node .da", ".number .grad"
    known = []
    for step in (0, 4, 5, 6, 7, 13):
        way(page).fill(str(step))
        texts = [page.locator(part).all_text_contents() for part in shown]
        known.append([sum(t not in ("", "?") for t in part) for part in texts])
    assert known == [[2, 0, 0], [6, 0, 0], [7, 0, 0], [7, 1, 0], [7, 1, 3], [7, 4, 9]]


def test_the_drawing_shows_the_gradients_that_nnlib_computes(visit):
    page, found = visit().open("backprop"), expected()
    way(page).fill(str(LAST))
    das = page.locator(".node .da").all_text_contents()
    values = [float(d.removeprefix("da ").replace("−", "-")) for d in das if d]
    wanted = [found[step][0] for step in (8, 10, 12, 6)]
    assert values == pytest.approx(wanted, abs=5.1e-3)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("x2", {"x": [1.0, -1.375]}),
        ("t1", {"t": [-1.375]}),
        ("h2", {"biases": [[0.0, -1.375, -1.0], [0.25]]}),
        ("h3-y1", {"weights": [WEIGHTS[0], [[1.0, -1.0, -1.375]]]}),
    ],
)
def test_numbers_can_be_typed_at_any_step(visit, name, change):
    page = visit().open("backprop")
    page.get_by_role("combobox").select_option(name)
    way(page).fill("8")
    page.get_by_role("spinbutton").fill("-1.375")
    found = expected(**change)
    for step in (8, 9, 13, 4, 5):
        way(page).fill(str(step))
        check(page, step, found)


def test_update_takes_a_step_of_gradient_descent(visit):
    page = visit().open("backprop")
    weights, biases = WEIGHTS, BIASES
    for _ in range(3):
        _, outs, sums = forward_prop(SIZES, weights, biases, X, cache_mode=True)
        grads = back_prop(SIZES, weights, biases, T, outs, sums)
        weights, biases = update_params(SIZES, weights, biases, *grads, 0.1)
        button(page, "Update: w − 0.1 · dw").click()
    assert readout(page).startswith("Updated: L was 0.0")
    way(page).fill("5")
    check(page, 5, expected(weights, biases))
    button(page, "Reset").click()
    check(page, 0, expected())


def test_an_update_that_would_leave_the_limits_is_refused_in_words(visit):
    page = visit().open("backprop", state="#t1=10000&x1=10000&h1-y1=10000&x1-h1=0")
    before = page.evaluate("location.hash")
    button(page, "Update: w − 0.1 · dw").click()
    assert "nothing was moved" in readout(page)
    assert page.evaluate("location.hash") == before


@pytest.mark.parametrize("base", ["http", "file"])
def test_the_address_keeps_step_and_numbers_and_gives_them_back(visit, base):
    page = visit().open("backprop", base)
    way(page).fill("6")
    page.get_by_role("combobox").select_option("t1")
    page.get_by_role("spinbutton").fill("2.5")
    assert page.evaluate("location.hash") == "#t1=2.5&step=6"
    page = visit().open("backprop", base, state="#t1=2.5&step=6")
    check(page, 6, expected(t=[2.5]))
    page = visit().open("backprop", base, state="#step=99&w=1")
    assert "step=99, w=1" in readout(page)


def test_a_target_is_moved_by_dragging_its_line(visit):
    page = visit().open("backprop")
    way(page).fill("5")
    line = page.locator(".edge.target .line").bounding_box()
    x, y = line["x"] + line["width"] * 0.8, line["y"] + line["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 30, y)
    page.mouse.move(x - 60, y)
    page.mouse.up()
    assert page.get_by_role("combobox").input_value() == "t1"
    check(page, 5, expected(t=[0.4]))


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_a_wave_runs_only_where_motion_is_welcome(visit, motion):
    page = visit(reduced_motion=motion).open("backprop")
    page.wait_for_function("document.getAnimations().length === 0")
    button(page, "Next ›").click()
    running = page.evaluate("document.getAnimations().length")
    assert (running > 0) == (motion == "no-preference")


def test_a_finger_steps_and_pulls_a_target(visit):
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
    page = visit(**phone).open("backprop")
    for step in (1, 2, 3, 4, 5):
        button(page, "Next ›").tap()
        check(page, step, expected())
    line = page.locator(".edge.target .line")
    line.scroll_into_view_if_needed()
    box = line.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = page.context.new_cdp_session(page)
    for n, by in enumerate((0, 20, 40, 60)):
        kind = "touchMove" if n else "touchStart"
        at = {"type": kind, "touchPoints": [{"x": x - by, "y": y}]}
        session.send("Input.dispatchTouchEvent", at)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert page.get_by_role("combobox").input_value() == "t1"
    check(page, 5, expected(t=[0.4]))
