"""Training in a page: played, scrubbed and asked by hand, it says what nnlib says."""

import ast
import re

import numpy as np
import pytest
from pages import PAGES


def recorded(name):
    """The figure of a page, recorded here again."""
    *body, last = ast.parse(PAGES[name][0]).body
    namespace = {}
    exec(compile(ast.Module(body, []), name, "exec"), namespace)
    return eval(compile(ast.Expression(last.value), name, "eval"), namespace)


@pytest.fixture(scope="module")
def curve():
    return recorded("training")


@pytest.fixture(scope="module")
def plane():
    return recorded("boundary")


def says(page):
    return page.locator(".readout").inner_text()


def values(page):
    """What stands in the nodes of the drawn network."""
    texts = page.locator(".node .value").all_text_contents()
    return [float(text.replace("−", "-")) for text in texts]


def check(page, figure):
    """The page says and draws what nnlib computes for the figure's state."""
    k, last = figure.epoch, len(figure.losses) - 1
    words = says(page)
    assert words.startswith(f"Epoch {k} of {last}:" if k else "Before any learning:")
    numbers = re.findall(r"[=≈] (−?\d+(?:\.\d+)?)", words)
    found = [float(number.replace("−", "-")) for number in numbers]
    expected = [figure.losses[k], *figure.test_losses[k : k + 1], *figure.x]
    assert found == pytest.approx([*expected, figure.outs["y1"]], abs=6e-5)
    assert values(page) == pytest.approx(list(figure.outs.values()), abs=0.0051)


def field(page, words):
    return page.get_by_label(f"{words}, typed")


@pytest.mark.parametrize("base", ["http", "file"])
def test_the_page_shows_the_recorded_training(visit, curve, base):
    page = visit().open("training", base)
    curve.reset()
    check(page, curve)


@pytest.mark.parametrize("epoch", [0, 1, 17, 59])
def test_any_epoch_can_be_typed_and_is_what_nnlib_recorded(visit, curve, epoch):
    page = visit().open("training")
    curve.reset()
    field(page, "epoch").fill(str(epoch))
    curve.epoch = epoch
    check(page, curve)
    assert page.evaluate("location.hash") == f"#epoch={epoch}"


def test_arrow_keys_on_the_slider_go_through_the_epochs(visit, curve):
    page = visit().open("training")
    curve.reset()
    page.get_by_label("epoch", exact=True).focus()
    for epoch in (59, 58, 57):
        page.keyboard.press("ArrowLeft")
        curve.epoch = epoch
        check(page, curve)
    page.keyboard.press("Home")
    curve.epoch = 0
    check(page, curve)


def test_the_buttons_stop_at_both_ends(visit, curve):
    page = visit().open("training")
    curve.reset()
    page.get_by_role("button", name="Next epoch").click()
    check(page, curve)
    page.get_by_role("button", name="Epoch before").click()
    curve.epoch = 59
    check(page, curve)
    field(page, "epoch").fill("0")
    page.get_by_role("button", name="Epoch before").click()
    curve.epoch = 0
    check(page, curve)


def test_a_press_on_the_losses_goes_to_that_epoch(visit, curve):
    page = visit().open("training")
    curve.reset()
    area = page.locator(".losses .area")
    box = area.bounding_box()
    area.click(position={"x": box["width"] / 3, "y": box["height"] / 2})
    curve.epoch = 20
    check(page, curve)


def test_a_press_in_the_plot_asks_the_network_there(visit, curve):
    page = visit().open("training")
    curve.reset()
    area = page.locator(".stage .area")
    box = area.bounding_box()
    low, high = curve.view[0]
    area.click(position={"x": box["width"] * 0.75, "y": 20})
    asked = float(page.evaluate("location.hash").removeprefix("#x="))
    assert asked == pytest.approx(low + 0.75 * (high - low), abs=0.03)
    curve.x = [asked]
    check(page, curve)


def test_both_inputs_can_be_typed_and_the_class_is_named(visit, plane):
    page = visit().open("boundary")
    plane.reset()
    for x in ([1.0, 0.5], [-1, 0.25], [0.5, 1.0]):
        field(page, "x₁").fill(str(x[0]))
        field(page, "x₂").fill(str(x[1]))
        plane.x = x
        check(page, plane)
        assert says(page).endswith(f"class {int(plane.outs['y1'] > 0.5)}.")


def test_each_side_of_the_boundary_has_its_shade(visit, plane):
    page = visit().open("boundary")
    plane.reset()
    (a, b), (c, d) = plane.view[:2]
    for i, j in [(0.06, 0.06), (0.31, 0.91), (0.51, 0.61), (0.71, 0.31), (0.94, 0.94)]:
        sides = page.locator(".tiles").evaluate(
            """(tiles, [i, j]) => [...tiles.querySelectorAll("path")]
                .filter((p) => p.isPointInFill(new DOMPoint(272 * i, 223 * (1 - j))))
                .map((p) => p.getAttribute("class"))""",
            [i, j],
        )
        y = plane.net.predict(np.array([[a + (b - a) * i, c + (d - c) * j]])).item()
        assert abs(y - 0.5) > 0.1
        assert sides == ["positive" if y > 0.5 else "negative"]
    assert page.locator(".boundary").get_attribute("d").startswith("M")


def test_a_hidden_node_is_read_by_pointing_and_by_keys(visit, curve):
    page = visit().open("training")
    curve.reset()
    law = page.locator(".law")
    assert law.inner_text().startswith("a = h₁")
    page.locator(".node", has_text="h₃").hover()
    assert "h₃ = max(a, 0)" in law.inner_text()
    assert page.locator(".note").text_content().startswith("dashed: h₃")
    page.mouse.move(0, 0)
    assert law.inner_text().startswith("a = h₁")
    page.get_by_label("Node to look at").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert "h₃ = max(a, 0)" in law.inner_text()
    page.get_by_role("button", name="Next node").click()
    assert "h₄ = max(a, 0)" in law.inner_text()
    page.locator(".node", has_text="h₂").click()
    assert page.get_by_label("Node to look at").input_value() == "h2"


def test_play_runs_from_the_start_to_the_end_and_can_be_paused(visit, curve):
    page = visit().open("training")
    curve.reset()
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(
        "document.querySelector('.readout').textContent.startsWith('Epoch 5 ')"
    )
    page.get_by_role("button", name="Pause").click()
    epoch = int(page.evaluate("location.hash").removeprefix("#epoch="))
    assert 5 <= epoch < 60
    curve.epoch = epoch
    check(page, curve)
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Play").wait_for(timeout=15_000)
    curve.epoch = 60
    check(page, curve)


def test_with_reduced_motion_play_jumps_to_the_end(visit, curve):
    page = visit(reduced_motion="reduce").open("training")
    curve.reset()
    field(page, "epoch").fill("3")
    page.get_by_role("button", name="Play").click()
    check(page, curve)
    assert page.get_by_role("button", name="Pause").count() == 0


def test_reset_twice_shows_the_start(visit, curve):
    page = visit().open("training")
    curve.reset()
    field(page, "epoch").fill("7")
    field(page, "x").fill("1.5")
    for _ in range(2):
        page.get_by_role("button", name="Reset").click()
        check(page, curve)
        assert page.evaluate("location.hash") == ""


def test_an_epoch_that_is_none_is_told(visit, curve):
    page = visit().open("training")
    curve.reset()
    field(page, "epoch").fill("61")
    field(page, "epoch").press("Tab")
    assert says(page) == "Type a number from 0 to 60; the last one was kept."
    assert field(page, "epoch").input_value() == "60"


@pytest.mark.parametrize("state", ["#epoch=61", "#x=a", "#x2=1", "#y=1"])
def test_an_address_that_means_nothing_is_told(visit, curve, state):
    page = visit().open("training", state=state)
    assert (
        says(page)
        == f"The address has {state[1:]}, which means nothing here; it was left out."
    )


def test_the_address_gives_the_state_back(visit, plane):
    page = visit().open("boundary", state="#epoch=12&x1=1.5&x2=-0.5")
    plane.epoch, plane.x = 12, [1.5, -0.5]
    check(page, plane)


def test_a_finger_pulls_through_the_epochs_and_asks_in_the_plot(visit, plane):
    page = visit(viewport={"width": 360, "height": 740}, has_touch=True).open(
        "boundary"
    )
    plane.reset()
    session = page.context.new_cdp_session(page)
    losses = page.locator(".losses .area")
    losses.scroll_into_view_if_needed()
    box = losses.bounding_box()
    y = box["y"] + box["height"] / 2
    for n, share in enumerate((0.9, 0.7, 0.5, 0.3)):
        at = {"x": box["x"] + box["width"] * share, "y": y}
        kind = "touchMove" if n else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [at]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    plane.epoch = int(page.get_by_label("epoch, typed").input_value())
    assert abs(plane.epoch - 12) <= 1
    check(page, plane)

    area = page.locator(".stage .area")
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    x, y = box["x"] + 0.25 * box["width"], box["y"] + 0.5 * box["height"]
    page.touchscreen.tap(x, y)
    plane.x = [float(field(page, name).input_value()) for name in ("x₁", "x₂")]
    (low, high), (below, above) = plane.view[:2]
    asked = [low + 0.25 * (high - low), below + 0.5 * (above - below)]
    assert plane.x == pytest.approx(asked, abs=0.02)
    check(page, plane)
