"""Formulas are set while the book is built, and a mistake in one is told."""

import re

import formulas
import pytest


def test_a_formula_becomes_characters_for_the_eye_and_mathml_for_screen_readers():
    html, wrong = formulas.typeset(r"\frac{a}{b}", False)
    assert wrong is None
    assert formulas.CHARACTER.findall(html) == ["mjx-c1D44E", "mjx-c1D44F"]
    mathml = re.search("<mjx-assistive-mml.*?><math.*?>(.*)</math>", html)[1]
    assert mathml == "<mfrac><mi>a</mi><mi>b</mi></mfrac>"
    assert '<mjx-math class=" MJX-TEX" aria-hidden="true">' in html


@pytest.mark.parametrize(
    ("tex", "fault"),
    [
        (r"\frac{a", "Missing close brace"),
        (r"\unheard", r"Undefined control sequence \unheard"),
        (r"\begin{matrix} a", r"Missing \end{matrix}"),
    ],
)
def test_mathjax_tells_what_is_wrong_with_a_formula(tex, fault):
    assert formulas.typeset(tex, True)[1] == fault


def test_the_style_sheet_draws_the_characters_used_and_no_others():
    style = formulas.style_sheet({"mjx-c1D465", "mjx-c7B"})
    assert set(formulas.CHARACTER.findall(style)) == {"mjx-c1D465", "mjx-c7B"}
    assert 'content: "{"' in style
    assert style.count("{") - style.count('"{"') == style.count("}")
    assert "mjx-assistive-mml" in style


def test_the_style_sheet_asks_for_fonts_that_mathjax_brings():
    asked = set(re.findall(r"formulas/([\w-]+\.woff)", formulas.style_sheet(set())))
    there = {path.name for path in (formulas.folder() / formulas.FONTS).iterdir()}
    assert asked
    assert asked <= there


def breaks(tex):
    """What stands before each place where a formula in a line may break."""
    html = formulas.breakable(formulas.typeset(tex, False)[0])
    return re.findall(r'mjx-c([0-9A-F]+)"></mjx-c></mjx-mo><wbr>', html)


def test_a_long_formula_in_a_line_may_break_behind_a_relation_or_a_sum():
    plus, minus, equal, about = "2B", "2212", "3D", "2248"
    assert breaks(r"1 \cdot 1 + 0.5 \cdot 0.5 - 0 = 1.25") == [plus, minus, equal]
    assert breaks(r"(-2 - 2)/4 = -1111111111 \approx -1") == [minus, equal, about]
    assert breaks("y = -2x + 1") == []


def block(tex, nowrap=False):
    node = formulas.nodes.math_block(tex, tex)
    node["nowrap"] = nowrap
    return node


@pytest.mark.parametrize(
    ("tex", "nowrap", "shown"),
    [
        ("a", False, "a"),
        (r"a \\ b", False, r"\begin{split}a \\ b\end{split}"),
        ("a\n\nb", False, r"\begin{aligned}a\\b\end{aligned}"),
        (r"\begin{align}a\end{align}", True, r"\begin{align}a\end{align}"),
    ],
)
def test_the_lines_of_a_block_stand_under_one_another(tex, nowrap, shown):
    assert formulas.display_tex(block(tex, nowrap)) == shown
    assert formulas.typeset(shown, True)[1] is None
