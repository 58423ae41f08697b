"""MyST becomes plain Markdown that says the same."""

import nbformat
import portable
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from portable import Page, plain

PAGE = Page(
    roles={("numref", "fig-a"): "Fig. 4", ("cite:t", "k"): "Knuth [1984]"},
    numbers={"eq-a": "21", "fig-a": "Fig. 4", "ex-a": "Exercise 7"},
    links={"loss": ("Loss", "loss.ipynb"), "glossary": ("Glossary", "")},
)
CASES = {
    "a role": ("see {numref}`fig-a` of {cite:t}`k`", "see Fig. 4 of Knuth [1984]"),
    "a term": ("a {term}`node`, {term}`slopes <slope>`", "a node, slopes"),
    "a link": (
        "[the\nloss](loss), [](loss.ipynb#a)",
        "[the\nloss](loss.ipynb), [Loss](loss.ipynb)",
    ),
    "a link into the book": (
        "[the words](glossary), [here](#there)",
        "the words, here",
    ),
    "code like a link": ("`f[0](x)`", "`f[0](x)`"),
    "an address": ("[a](https://a.org/b)", "[a](https://a.org/b)"),
    "a numbered equation": ("$$\na\n$$ (eq-a)", "$$\na\n\\tag{21}\n$$"),
    "an equation": ("$$\na\n$$", "$$\na\n$$"),
    "a note": (":::{note}\nof $a$\n:::", "> **Note**\n>\n> of $a$"),
    "a titled box": (
        ":::{admonition} Mind\n:class: tip\n\nit\n:::",
        "> **Mind**\n>\n> it",
    ),
    "a folded box": (
        ":::{admonition} Mind\n:class: dropdown\n\nit\n:::",
        "<details><summary><b>Mind</b></summary>\n\nit\n\n</details>",
    ),
    "an exercise": (
        ":::{exercise} By hand\n:label: ex-a\n\nTry {numref}`fig-a`.\n:::",
        "#### Exercise 7. By hand\n\nTry Fig. 4.",
    ),
    "cards": (
        "::::{grid} 2\n:gutter: 3\n\n"
        ":::{grid-item-card} Loss\n:link: loss\n\nFall.\n:::\n::::",
        "- **[Loss](loss.ipynb).** Fall.",
    ),
    "code": ("```python\n{numref}`fig-a`\n```", "```python\n{numref}`fig-a`\n```"),
    "a definition": ("Read it\n: Slowly.", "**Read it.** Slowly."),
}


@pytest.mark.parametrize("what", CASES)
def test_plain_markdown_of(what):
    source, expected = CASES[what]
    assert plain(source, PAGE) == expected


def converted(*cells):
    return portable.portable(new_notebook(cells=list(cells)), PAGE).cells


def test_a_solution_is_folded_and_the_text_after_it_is_not():
    cells = converted(
        new_markdown_cell(":::{solution-start} ex-a\n:class: dropdown\n:::\n\nSo."),
        new_code_cell("1", outputs=[nbformat.v4.new_output("stream", text="1")]),
        new_markdown_cell("Done.\n\n:::{solution-end}\n:::\n\nGo on."),
        new_code_cell("2"),
    )
    title = "<details><summary><b>Solution to Exercise 7</b></summary>"
    assert cells[0].source == f"{title}\n\nSo.\n\n</details>"
    assert cells[1].source == "# @title Solution to Exercise 7\n1"
    assert cells[1].metadata == {"cellView": "form", "jupyter": {"source_hidden": True}}
    assert cells[1].outputs == []
    assert cells[2].source == f"{title}\n\nDone.\n\n</details>\n\nGo on."
    assert cells[3].source == "2"
    assert cells[3].metadata == {}


def test_a_cell_that_only_marks_a_solution_is_left_out():
    cells = converted(
        new_markdown_cell(":::{solution-start} ex-a\n:::"),
        new_code_cell("%%time\n1"),
        new_markdown_cell(":::{solution-end}\n:::"),
    )
    assert [cell.source for cell in cells] == ["%%time\n1"]


def test_a_figure_keeps_its_caption():
    figure = {"mystnb": {"figure": {"name": "fig-a", "caption": "See {cite:t}`k`."}}}
    cells = converted(new_code_cell("draw()", metadata=figure))
    assert cells[1].source == "**Fig. 4.** See Knuth [1984]."


def test_only_tags_that_jupyter_knows_are_kept():
    tags = ["nbval-ignore-output", "raises-exception"]
    cells = converted(new_code_cell("1 / 0", metadata={"tags": tags}))
    assert cells[0].metadata == {"tags": ["raises-exception"]}


def test_what_the_book_does_not_know_is_a_warning(monkeypatch):
    told = []
    monkeypatch.setattr(portable.logger, "warning", lambda *a, **k: told.append(a))
    assert plain("{eq}`eq-none` is", PAGE) == " is"
    assert told == [("nothing known of %s", ("eq", "eq-none"))]
