"""A teacher marks the question in words in nbgrader's formgrader, in a real browser."""

import os

import laboratory
import nbformat
import pytest
from conftest import answers, filled, nbgrader, rows, run

from classroom import collect, course, report
from scripts import browser

sync_api = pytest.importorskip("playwright.sync_api")

NAMES = ["Ann Lee", "Bo Chan"]
COMMENT = "You name the trail.\nWhat of <b>x</b>?"


@pytest.fixture
def in_class(place, tmp_path, handed_out, box):
    """A graded course of two, whose answers in words nbgrader knows."""
    for name in NAMES:
        words = {**answers("backprop"), "trail": f"It needs what {name[:2]} kept."}
        text = nbformat.writes(filled(handed_out("backprop"), words))
        course.write(tmp_path / "in" / name / "backprop.ipynb", text)
    collect.collect(place, "backprop", tmp_path / "in")
    assert run("grade", place.folder, "backprop") == 0
    nbgrader(place, "autograde", "backprop", "--create")
    return place


@pytest.fixture
def lab(in_class, tmp_path):
    """The address of a JupyterLab started in the folder of the course."""
    own = tmp_path / "own"
    own.mkdir()
    with laboratory.started(in_class.folder, own) as (url, token):
        yield f"{url}lab?token={token}"


@pytest.fixture
def page(lab):
    """A page that may ask this server alone."""
    program = browser.find()
    if not program:
        words = "no Chromium here: scripts/browser.py --install"
        assert "CI" not in os.environ, words
        pytest.skip(words)
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program)
        page = chromium.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(60_000)
        here = lab.partition("lab?")[0]
        page.route(
            "**/*",
            lambda route: (
                route.continue_()
                if route.request.url.startswith((here, "data:", "blob:"))
                else route.abort()
            ),
        )
        page.goto(lab)
        yield page
        chromium.close()


def write(page, field, text):
    """Type into a field of the formgrader, leave it, and wait until it is stored."""
    field.click()
    field.fill(text)
    with page.expect_response(lambda r: r.request.method == "PUT") as stored:
        field.press("Tab")
    assert "/formgrader/api/" in stored.value.url
    assert stored.value.ok


def test_points_and_words_typed_in_the_formgrader_reach_totals_and_student(
    in_class, page, capsys
):
    page.get_by_role("menuitem", name="Nbgrader").click()
    page.get_by_role("menuitem", name="Formgrader").click()
    form = page.frame_locator("iframe")
    form.get_by_role("link", name="Manual Grading").click()
    form.get_by_role("link", name="backprop").click()
    form.get_by_role("link", name="backprop").last.click()
    form.get_by_role("link", name="Submission #1").click()
    # what the formgrader marks so is ready: it has fetched what is stored
    asked = form.locator("#trail.needs_manual_grade")
    asked.wait_for()
    form.locator("#trail-comment[data-autosize-on]").wait_for()
    seen = form.locator("body").inner_text()
    (marked,) = [name for name in NAMES if f"It needs what {name[:2]} kept." in seen]
    assert not any(name in frame.content() for frame in page.frames for name in NAMES)
    write(page, form.locator("#trail"), "2")
    write(page, form.locator("#trail-comment"), COMMENT)
    write(page, form.locator("#relu-comment"), "Short and clear.")

    assert run("total", in_class.folder, "backprop") == 0
    assert "2 students, 1 of them without a mark" in capsys.readouterr().out
    names = in_class.students()
    totals = rows(in_class.graded("backprop", "totals.csv"))
    assert {names[s]: (r["by_hand"], r["total"]) for s, r in totals.items()} == {
        name: ("2", "15") if name == marked else ("", "13") for name in NAMES
    }
    for student, name in names.items():
        path = in_class.graded("backprop", "feedback", f"{student}.html")
        text = path.read_text("utf-8")
        assert ("<b>15</b> of 16 points" in text) == (name == marked)
        assert ("What of &lt;b&gt;x&lt;/b&gt;?" in text) == (name == marked)
        assert ("Short and clear." in text) == (name == marked)
    assert report.hand_back(in_class, "backprop").is_file()
