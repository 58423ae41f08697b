"""The book as it is built from the stored outputs: light, whole, one way to report."""

import re
import sys
from pathlib import Path
from urllib.parse import unquote

import figures
import pytest
from conftest import ROOT, Visit, run

SIZE = 15  # MB of the whole book


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The folder of the built book."""
    folder = tmp_path_factory.mktemp("whole")
    program = Path(sys.executable).with_name("jupyter-book")
    run(program, "build", ROOT, "--path-output", folder)
    return folder / "_build" / "html"


@pytest.fixture(scope="module")
def pages(whole):
    """The book's own pages: path -> text."""
    return {path: path.read_text("utf-8") for path in sorted(whole.glob("book/*.html"))}


def test_every_page_weighs_at_most_600_kb_without_images(chromium, whole, pages):
    weights = {}
    for path in pages:
        visit = Visit(chromium, {"file": whole.as_uri()}, reduced_motion="reduce")
        loaded = []
        visit.page.on(
            "request", lambda r, to=loaded: to.append((r.resource_type, r.url))
        )
        visit.page.goto(path.as_uri())
        visit.page.wait_for_load_state("networkidle")
        weights[path.stem] = round(sum(figures.weigh(whole, loaded).values()))
        visit.context.close()
        assert (visit.wrong, visit.outside) == ([], [])
    assert len(weights) > 9
    assert {n: kb for n, kb in weights.items() if not 50 < kb <= figures.PAGE} == {}


STICKING_OUT = """() => {
    const width = document.documentElement.clientWidth;
    const does = (e) => /auto|scroll/.test(getComputedStyle(e).overflowX);
    const scrolls = (e) => e !== document.body && (does(e) || scrolls(e.parentElement));
    return [...document.querySelectorAll(".bd-article-container *")].filter((e) => {
        const box = e.getBoundingClientRect();
        return box.width && box.right > width + 0.5
            && !e.closest("mjx-assistive-mml, .heard") && !scrolls(e.parentElement);
    }).map((e) => e.outerHTML.slice(0, 100));
}"""
SMALL_PICTURES = """() =>
    [...document.querySelectorAll(".cell_output :is(img, svg.nnlib-drawing)")]
    .map((e) => [e.getBoundingClientRect().width,
                 e.naturalWidth || parseFloat(e.getAttribute("width"))])
    .filter(([shown, own]) => shown && shown < 0.69 * own)"""


@pytest.fixture
def phone(chromium, whole):
    """Pages as a phone shows them: path -> page."""
    size = {"width": 360, "height": 740}
    visit = Visit(chromium, {"file": whole.as_uri()}, viewport=size)

    def show(path):
        visit.page.goto(path.as_uri())
        visit.page.wait_for_load_state("networkidle")
        return visit.page

    yield show
    visit.context.close()


def test_on_a_phone_what_is_wide_scrolls_by_itself_and_no_page_does(
    phone, whole, pages
):
    wide = {}
    for path in [*pages, whole / "search.html", whole / "genindex.html"]:
        page = phone(path)
        scrolled = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        wide[path.stem] = [*page.evaluate(STICKING_OUT), *[scrolled] * (scrolled > 0)]
    assert {name: found for name, found in wide.items() if found} == {}


def test_on_a_phone_a_picture_keeps_seven_tenths_of_its_size(phone, pages):
    small = {path.stem: phone(path).evaluate(SMALL_PICTURES) for path in pages}
    assert {name: found for name, found in small.items() if found} == {}


def test_the_whole_book_has_at_most_15_mb(whole):
    files = [path for path in whole.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= SIZE * 1e6


def test_every_file_that_a_page_or_a_style_names_is_there(whole, pages):
    missing = set()
    for path, text in pages.items():
        named = re.findall(
            r'<(?:link|script|img|a)\b[^>]*?(?:href|src)="([^"#?]+)', text
        )
        local = {name for name in named if not re.match("[a-z]+:", name)}
        missing |= {n for n in local if not (path.parent / unquote(n)).exists()}
    for path in (whole / "_static").rglob("*.css"):
        named = re.findall(r"url\([\"']?([^)\"'#?]+)", path.read_text("utf-8"))
        local = {name for name in named if not name.startswith("data:")}
        missing |= {n for n in local if not (path.parent / n).exists()}
    assert missing == set()


def test_every_page_has_one_link_to_report_a_mistake(pages):
    link = re.compile(r'<a href="([^"]+)">Report a mistake</a>')
    for path, text in pages.items():
        (target,) = link.findall(text)
        if not target.startswith("https://"):
            name, _, place = target.partition("#")
            assert f'id="{place}"' in pages[path.with_name(name or path.name)]


def test_every_page_has_a_title_of_its_own_that_names_the_book_once(pages):
    titles = [re.search("<title>(.*?)</title>", text)[1] for text in pages.values()]
    assert len(set(titles)) == len(titles)
    assert {title.count("Neural Networks by Hand") for title in titles} == {1}
