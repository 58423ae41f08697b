"""OptimizerRace in a page: stepped, played, dragged, typed, and as nnlib says."""

import re

import pytest

from nnlib.widgets import OptimizerRace
from nnlib.widgets.optimizer_race import LANDSCAPES, PENS

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
ROWS = {
    "lr": "lr: SGD, Momentum, Nesterov",
    "lr_adaptive": "lr: AdaGrad, RMSProp, Adam",
    "momentum": "momentum (in Adam: beta1)",
    "w1": "start w₁",
    "w2": "start w₂",
    "steps": "steps",
}


def field(page, name):
    return page.get_by_role("spinbutton", name=f"{ROWS[name]}, typed", exact=True)


def written(text):
    return float(text.replace("−", "-"))


def says(page):
    return page.locator(".readout").inner_text()


def check(page, figure):
    """Paths, table and words are those of a figure in Python."""
    f, _ = LANDSCAPES[figure.landscape]
    for row, (name, path) in zip(
        page.locator(".race tbody tr").all(), figure.paths.items(), strict=True
    ):
        cells = [text.strip() for text in row.locator("th, td").all_text_contents()]
        assert cells[0] == name
        if len(path) <= figure.steps:
            assert cells[1:] == ["diverged", f"at step {len(path)}"]
            continue
        loss, _ = f(*path[-1])
        assert written(cells[1]) == pytest.approx(loss, abs=5.1e-3)
        place = [written(v) for v in cells[2].replace(" (outside)", "").split(", ")]
        assert place == pytest.approx(path[-1], abs=5.1e-3, rel=2e-2)
    drawn = page.locator(".race .trail").evaluate_all(
        "(all) => all.map((path) => path.getAttribute('d').split('L').length)"
    )
    assert drawn == [len(path) for path in figure.paths.values()]


def place_of_start(page):
    box = page.locator(".race .grip .ring").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def unit(page):
    """Screen px for 1 of a weight."""
    return page.locator(".race .area").bounding_box()["width"] / 8


def test_it_starts_with_what_python_stored(visit):
    page = visit().open("race")
    check(page, OptimizerRace())
    assert says(page).startswith("Step 20: RMSProp lowest, loss")


@pytest.mark.parametrize("landscape", LANDSCAPES)
def test_every_landscape_can_be_chosen(visit, landscape):
    page = visit().open("race")
    page.get_by_role("combobox").select_option(landscape)
    figure = OptimizerRace(landscape)
    check(page, figure)
    ground = page.locator(".race .ground").get_attribute("d")
    assert ground == figure.contours[landscape]


@pytest.mark.parametrize(
    ("name", "value"),
    [("lr", 0.3), ("lr_adaptive", 1.25), ("momentum", 0.5), ("steps", 7)],
)
def test_every_number_can_be_typed(visit, name, value):
    page = visit().open("race")
    field(page, name).fill(f"{value}")
    check(page, OptimizerRace(**{name: value}))
    assert page.evaluate("location.hash") == f"#{name}={value}"


def test_the_start_can_be_typed(visit):
    page = visit().open("race")
    field(page, "w1").fill("2")
    field(page, "w2").fill("-1.5")
    check(page, OptimizerRace(w0=[2, -1.5]))


@pytest.mark.parametrize(
    ("name", "text", "bounds"),
    [("lr", "-1", "0 to 10"), ("momentum", "1", "0 to 0.99"), ("w1", "5", "−4 to 4")],
)
def test_what_is_no_number_here_is_told_and_the_last_one_kept(
    visit, name, text, bounds
):
    page = visit().open("race")
    before = field(page, name).input_value()
    field(page, name).fill(text)
    field(page, name).blur()
    assert f"Type a number from {bounds}" in says(page)
    assert field(page, name).input_value() == before
    check(page, OptimizerRace())


def test_the_keyboard_alone_moves_every_slider_and_steps(visit):
    page = visit().open("race")
    for name, words in ROWS.items():
        slider = page.get_by_role("slider", name=words, exact=True)
        slider.focus()
        before = float(slider.input_value())
        page.keyboard.press("ArrowRight")
        assert float(slider.input_value()) > before, name
    moved = {"lr": 0.61, "lr_adaptive": 0.31, "momentum": 0.81, "steps": 21}
    figure = OptimizerRace(w0=[-3.45, 2.05], **moved)
    check(page, figure)
    page.get_by_role("button", name="Step ›").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    figure.steps = 23
    check(page, figure)


def test_steps_go_forth_and_back_and_stop_at_the_ends(visit):
    page = visit().open("race", state="#steps=1")
    forth = page.get_by_role("button", name="Step ›")
    back = page.get_by_role("button", name="‹ Back")
    back.click()
    check(page, OptimizerRace(steps=0))
    assert back.is_disabled()
    assert says(page) == "All six stand at the start, with the loss 4.7656."
    forth.click()
    check(page, OptimizerRace(steps=1))
    field(page, "steps").fill("100")
    assert forth.is_disabled()
    check(page, OptimizerRace(steps=100))


def test_play_runs_pauses_and_notes_where_it_stopped(visit):
    page = visit().open("race", state="#steps=2")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(
        "Number(document.querySelector('.race .stage [type=number]').value) > 5"
    )
    page.get_by_role("button", name="Pause").click()
    steps = int(field(page, "steps").input_value())
    assert page.evaluate("location.hash") == f"#steps={steps}"
    check(page, OptimizerRace(steps=steps))


def test_with_reduced_motion_play_goes_to_the_end_at_once(visit):
    page = visit(reduced_motion="reduce").open("race")
    page.get_by_role("button", name="Play").click()
    check(page, OptimizerRace(steps=100))


def test_a_diverged_race_is_told_in_words(visit):
    page = visit().open("race", state="#lr=1.5&steps=60")
    check(page, OptimizerRace(lr=1.5, steps=60))
    assert "SGD and Nesterov diverged: lower the lr." in says(page)


def test_the_start_is_dragged_by_the_mouse(visit):
    page = visit().open("race")
    x, y = place_of_start(page)
    by = 2 * unit(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by / 2, y)
    page.mouse.move(x + by, y + by)
    page.mouse.up()
    found = dict(re.findall(r"(w[12])=([-\d.]+)", page.evaluate("location.hash")))
    w0 = [float(found["w1"]), float(found["w2"])]
    assert w0 == pytest.approx([-1.5, 0], abs=0.051)
    check(page, OptimizerRace(w0=w0))
    page.mouse.move(x, y)
    check(page, OptimizerRace(w0=w0))


def test_a_click_in_the_landscape_starts_there(visit):
    page = visit().open("race")
    x, y = place_of_start(page)
    page.mouse.click(x + 3 * unit(page), y)
    check(page, OptimizerRace(w0=[-0.5, 2]))


def test_a_finger_drags_the_start(visit):
    page = visit(**PHONE).open("race")
    page.locator(".race .grip").scroll_into_view_if_needed()
    x, y = place_of_start(page)
    session = page.context.new_cdp_session(page)
    for n in range(4):
        what = {"type": "touchMove" if n else "touchStart"}
        what["touchPoints"] = [{"x": x + n * unit(page), "y": y}]
        session.send("Input.dispatchTouchEvent", what)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert float(field(page, "w1").input_value()) == pytest.approx(-0.5, abs=0.051)


def test_a_press_on_a_name_lets_its_path_stand_out_and_all_again(visit):
    page = visit().open("race")
    for name in PENS:
        page.get_by_role("button", name=name, exact=True).click()
        assert page.locator(".race .racer.faint").count() == len(PENS) - 1
        pressed = page.locator(".race [aria-pressed=true]")
        assert pressed.inner_text().strip() == name
    page.get_by_role("button", name="Adam", exact=True).click()
    assert page.locator(".race .racer.faint").count() == 0


@pytest.mark.parametrize("base", ["http", "file"])
def test_the_address_keeps_the_state_and_gives_it_back(visit, base):
    state = "#landscape=two+hollows&lr=0.3&w1=0.05&steps=30&focus=Adam"
    page = visit().open("race", base, state=state)
    check(page, OptimizerRace("two hollows", w0=[0.05, 2], lr=0.3, steps=30))
    assert page.locator(".race .racer.faint").count() == len(PENS) - 1
    page.get_by_role("button", name="Reset").click()
    check(page, OptimizerRace())
    assert page.evaluate("location.hash") == ""


def test_an_address_that_fits_nothing_is_told(visit):
    page = visit().open("race", state="#lr=a&w9=1&momentum=0.5")
    assert "lr=a, w9=1" in says(page)
    check(page, OptimizerRace(momentum=0.5))
