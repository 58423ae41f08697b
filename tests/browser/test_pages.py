"""Every page with figures: alive, clean, usable by anyone, on http and from disk."""

import gzip
import re
from pathlib import Path

import pytest
from pages import PAGES, SOUND

ROOT = Path(__file__).resolve().parents[2]
FIGURES = [name for name in SOUND if "nnlib.widgets" in PAGES[name][0]]


@pytest.mark.parametrize("base", ["http", "file"])
@pytest.mark.parametrize("name", [*SOUND, "index"])
def test_a_page_loads_without_a_fault_and_asks_nobody_outside(visit, name, base):
    window = visit()
    page = window.page
    page.goto(f"{window.bases[base]}/{name}.html")
    page.wait_for_load_state("networkidle")
    assert (window.wrong, window.outside) == ([], [])


@pytest.mark.parametrize("base", ["http", "file"])
@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_alive_and_its_picture_gone(visit, name, base):
    page = visit().open(name, base)
    places = page.locator(".live-figure")
    assert places.count() == len(PAGES[name])
    assert page.locator(".live-figure.alive .nnlib").count() == len(PAGES[name])
    named = places.get_by_role("group", name=re.compile(r"^live figure, [a-z ]+$"))
    assert named.count() == len(PAGES[name])
    assert page.locator(".live-figure-picture:visible").count() == 0


@pytest.mark.parametrize("base", ["http", "file"])
@pytest.mark.parametrize("name", [*FIGURES, "broken"])
def test_without_javascript_the_picture_stands_with_its_words(visit, name, base):
    window = visit(java_script_enabled=False)
    window.page.goto(f"{window.bases[base]}/{name}.html")
    pictures = window.page.locator(".live-figure-picture svg[role=img]")
    assert pictures.count() == len(PAGES[name])
    for picture in pictures.all():
        assert picture.is_visible()
        assert len(picture.get_attribute("aria-label")) > 40
    window.wrong.clear()  # scripts that the theme preloads are refused


def test_a_figure_that_fails_says_so_and_keeps_its_picture(visit):
    page = visit().open("broken")
    assert page.get_by_role("alert").inner_text() == (
        "This figure could not start (a slip). Its picture stays."
    )
    assert page.locator(".live-figure-picture svg").is_visible()


def test_a_control_that_needs_python_is_a_line_that_says_where_it_runs(visit):
    page = visit().open("python")
    assert "needs Python" in page.locator(".live-figure").inner_text()
    assert page.locator("[type*=widget-view]").count() == 0


@pytest.mark.parametrize("width", [320, 360])  # 320: a desk's 1280 at 400 percent
@pytest.mark.parametrize("name", FIGURES)
def test_on_a_phone_nothing_scrolls_sideways_or_sticks_out(visit, name, width):
    page = visit(viewport={"width": width, "height": 740}).open(name)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    sticking_out = page.evaluate(
        """() => [...document.querySelectorAll(".nnlib *:not(.heard)")].filter((e) => {
            const { left, right, width } = e.getBoundingClientRect();
            return width && (left < -0.5 || right > innerWidth + 0.5);
        }).map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert sticking_out == []


@pytest.mark.parametrize("name", FIGURES)
def test_controls_are_large_enough_for_a_finger(visit, name):
    page = visit(viewport={"width": 360, "height": 740}).open(name)
    for control in page.locator(".nnlib").locator("button, select, input").all():
        box = control.bounding_box()
        assert box["height"] >= 44, control.evaluate("(e) => e.outerHTML")
        assert box["width"] >= 44, control.evaluate("(e) => e.outerHTML")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", FIGURES)
def test_axe_finds_nothing_to_mend(visit, need, name, theme):
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        need(None, "axe-playwright-python is not installed: no audit by axe")
    page = visit(color_scheme=theme).open(name)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    settings = {"preload": False}  # it would look for style sheets at wrong places
    found = Axe().run(page, None, settings).response["violations"]
    told = [(v["id"], n["html"][:200]) for v in found for n in v["nodes"]]
    assert told == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_paper_shows_the_picture_of_a_figure_in_the_light_theme(visit, theme):
    page = visit(color_scheme=theme).open("forward")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator(".live-figure-picture svg").is_visible()
    assert (
        page.locator(".nnlib:visible, .bd-sidebar:visible, .copybtn:visible").count()
        == 0
    )
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    assert page.locator(".nnlib").is_visible()


def test_the_host_is_small():
    host = (ROOT / "book/_ext/live_figures.js").read_bytes()
    assert len(gzip.compress(host)) <= 5000


def test_a_page_without_figures_has_no_host(book):
    assert "live-figure" not in (book / "index.html").read_text("utf-8")
    assert "The host of the live figures" in (book / "forward.html").read_text("utf-8")


def test_no_page_names_a_place_of_scripts_outside(book):
    for name in SOUND:
        text = (book / f"{name}.html").read_text("utf-8")
        outside = re.findall(r'<(?:script|link)[^>]*(?:src|href)="https?:[^"]*"', text)
        assert outside == []
