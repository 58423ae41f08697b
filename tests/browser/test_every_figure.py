"""What holds for every live figure in a page: one reset, one pace, one calm."""

import pytest
from pages import PAGES

MOVED = [  # pages with sliders, in their slowest states
    ("activation", ""),
    ("forward", ""),
    ("several", ""),
    ("backprop", ""),
    ("descent", "#loss=line through points&steps=200"),
    ("perceptron", ""),
    ("race", "#steps=100"),
    ("training", ""),
    ("boundary", ""),
]
FIGURES = [name for name, _ in MOVED if name != "several"] + ["digit"]
SHOWN = """() => [...document.querySelectorAll(".nnlib")].map((figure) => [
    figure.querySelector(".readout").textContent,
    [...figure.querySelectorAll("input, select")].map((control) => control.value),
    [...figure.querySelectorAll("svg *")].map((part) =>
        ["d", "x", "y", "cx", "cy", "points", "transform", "fill-opacity"]
            .map((name) => part.getAttribute(name))),
])"""


def move(page):
    """Move what a reader would move first: a slider by keys, or ask for a digit."""
    slider = page.locator(".nnlib input[type=range]").first
    if slider.count():
        slider.focus()
        is_low = slider.evaluate("(slider) => slider.value === slider.min")
        for _ in range(2):
            page.keyboard.press("ArrowRight" if is_low else "ArrowLeft")
    else:
        page.get_by_role("button", name="Show me a 7").click()


def test_every_page_with_a_figure_is_among_these():
    figures = {name for name in PAGES if "nnlib.widgets" in PAGES[name][0]}
    assert figures - {"several", "broken"} == set(FIGURES)


@pytest.mark.parametrize("base", ["http", "file"])
@pytest.mark.parametrize("name", FIGURES)
def test_reset_gives_back_every_word_control_and_line(visit, name, base):
    page = visit().open(name, base)
    before = page.evaluate(SHOWN)
    move(page)
    assert page.evaluate(SHOWN) != before
    for _ in range(2):
        page.locator(".nnlib").get_by_role("button", name="Reset").first.click()
        assert page.evaluate(SHOWN) == before
    page.wait_for_function("location.hash === ''")


@pytest.mark.parametrize("name", FIGURES)
def test_a_state_in_the_address_is_shown_anew_after_a_reload(visit, name):
    page = visit().open(name)
    move(page)
    page.wait_for_function("location.hash !== ''")
    page.wait_for_timeout(400)  # where much moves, the address follows a little later
    moved = page.evaluate(SHOWN)
    page.reload()
    page.wait_for_selector("html[data-figures=ready]")
    assert page.evaluate(SHOWN) == moved


@pytest.mark.parametrize("name", FIGURES)
def test_nothing_glides_where_motion_is_unwelcome(visit, name):
    page = visit(reduced_motion="reduce").open(name)
    page.wait_for_function("document.getAnimations().length === 0")
    move(page)
    gliding = """() => [...document.querySelectorAll(".nnlib *")].filter((part) =>
        getComputedStyle(part).transitionProperty !== "none").length"""
    assert page.evaluate(gliding) == 0
    assert page.evaluate("document.getAnimations().length") == 0


@pytest.mark.parametrize(("name", "state"), MOVED)
def test_a_move_is_answered_within_a_frame(visit, name, state):
    page = visit().open(name, state=state)
    took = page.evaluate(
        """() => {
            const figure = [...document.querySelectorAll(".nnlib")].at(-1);
            const slider = figure.querySelector("input[type=range]");
            const [low, high] = [Number(slider.min), Number(slider.max)];
            const times = [];
            for (let n = 0; n < 80; n++) {
                slider.value = low + ((high - low) * ((7 * n) % 41)) / 41;
                const start = performance.now();
                slider.dispatchEvent(new Event("input"));
                document.body.getBoundingClientRect();
                times.push(performance.now() - start);
            }
            return times.sort((a, b) => a - b)[40];
        }"""
    )
    assert took < 16, f"a move takes {took:.1f} ms"
