"""Pages keep the icons and scripts that they use, and no others."""

from io import BytesIO
from types import SimpleNamespace

import lean_pages
from fontTools import ttLib

STYLE = (
    '.fa-sun:before{content:"\\f185"}.fa-download:before{content:"\\f019"}'
    '.fa-xmark:before,.fa-times:before{content:"\uf00d"}'
    ':root{--pst-icon-bell:"\uf0f3"}.more:after{content:"\\f107"}'
)


def test_rules_stay_for_named_icons_and_for_what_other_rules_show():
    style, shown = lean_pages.keep_rules(STYLE, {"fa-download", "fa-times"})
    assert ".fa-sun" not in style
    assert ".fa-download" in style
    assert shown == {0xF019, 0xF00D, 0xF0F3, 0xF107}


def test_the_font_has_the_icons_that_are_shown_and_no_others():
    data = lean_pages.keep_glyphs(lean_pages.THEME_FONT, {0xF019, 0xF0F3})
    assert set(ttLib.TTFont(BytesIO(data)).getBestCmap()) == {0xF019, 0xF0F3}
    assert len(data) < 3000


def test_icons_are_named_by_pages_and_scripts(tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(lean_pages.logger, "warning", lambda m, **more: told.append(m))
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static/a.js").write_text('x.className = "fa-solid fa-xmark"')
    page = tmp_path / "a.html"
    page.write_text('<i class="fas fa-download"></i> fa-words <a href="fa-ref">')
    named = lean_pages.named_icons(tmp_path)
    assert named == {"fa-solid", "fa-xmark", "fa-download"}
    assert told == []
    page.write_text('<i class="fa-brands fa-github"></i>')
    lean_pages.named_icons(tmp_path)
    assert told == ["an icon of the style fa-brands: only solid ones are kept"]


def file(name=None, body=None):
    return SimpleNamespace(filename=name, attributes={"body": body} if body else {})


def test_a_script_is_linked_once_and_an_unused_one_never():
    files = [
        file("_static/a.js"),
        file(body="let a = 1"),
        file("_static/sphinx-thebe.js"),
        file(body="const THEBE_JS_URL = 1"),
        file(body="let a = 1"),
    ]
    context = {"script_files": files}
    lean_pages.keep_used(None, "a", "a", context, None)
    kept = [(f.filename, f.attributes.get("body")) for f in context["script_files"]]
    assert kept == [("_static/a.js", None), (None, "let a = 1")]


def test_plain_code_keeps_its_text_and_loses_its_marks():
    code = '<span class="n">a</span><span class="w"> </span><span class="o">=</span>'
    context = {"body": code}
    lean_pages.keep_used(None, "a", "a", context, None)
    assert context["body"] == 'a <span class="o">=</span>'
