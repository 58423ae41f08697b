"""The laws of the text: true numbers, calm words, pictures said in words."""

import itertools
import math
import re

import prose
import pytest

PAGES = {page.stem: page for page in prose.PAGES}
CHAPTERS = [name for name, page in PAGES.items() if page.suffix == ".ipynb"]
NEAR = 6  # cells before and after; a number of few digits must be found this near

MEASURED = "a time on the authors' machine, and said to be one; no two machines agree"

# Numbers that stand in no code and no output near them, by chapter. Each is given as
# the value that it must be, once rounded, or by the source of a fact, in words.
KNOWN = {
    "backprop": {
        "1.7": MEASURED,
        "48,000": MEASURED,
    },
    "house_prices": {
        "63 %": "Carlisle (2019), on the formula of the column that is left out",
        "60 %": 63 - 3,
        "66 %": 63 + 3,
        "10,000": "the unit of TAX, in nnlib/data/README.md",
        "95 %": "of a normal law, within two deviations (exactly 95.45 %)",
        "6,110": 1000 * 6.11,
        "13.33": 100 / 3 - 20,
        "16.67": 50 - 100 / 3,
    },
    "index": {
        "39,760": 784 * 50 + 50 + 50 * 10 + 10,  # the parameters of 784-50-10
        "0.1": "a default argument, as an example of how one is written",
    },
    "loss": {
        "0.45": "a rate to try by hand",
        "3.1": 3 + 0.1,
        "2.9": 3 - 0.1,
        "1.386": math.log(4),
        "1.6": (6.25 - 2.98) / 2,  # two tenfold steps, both printed above it
    },
    "mnist": {
        "99.6 %": "Simard, Steinkraus and Platt (2003), an error of 0.4 %",
        "5,000": "the sample of nnlib/data, 4,000 to learn from and 1,000 to test on",
        "55,000": 60_000 - 5_000,
        "0.7": "one of three probabilities, to be used by hand",
        "0.8": 1 - 0.2,
        "0.01": "the deviation of nnlib.initializers.normal, and of the book's weights",
        "89 %": "the article's own number",
        "80 %": "a goal of an exercise",
    },
    "optimizers": {
        "0.1": "a rate to begin with, of the recipe",
        "0.001": "a rate to begin with, of the recipe",
        "0.99375": 1 - 0.05 / 8,
        "0.925": 1 - 0.6 / 8,
        "0.875": 1 - 1 / 8,
        "0.86875": 1 - 1.05 / 8,
        "0.09": 0.9 * 0.1,
        "0.171": 0.9 * 0.19,
        "0.6": "the rate that the live figure starts with",
        "0.05": "a place to start from by hand",
        "4,000": "the images of the sample that are for learning",
        "0.692": 2 * 1.8 / (2 * 2.6),
        "3.5": "where the walks through the valley start",
    },
    "perceptron": {
        "69,000": "a round number for 68,921, which is printed above it",
        "0.1": "the rate of the pitfall it speaks of",
    },
}


def law_of_numbers(name):
    """(Cell, number) of each number of a chapter that is found nowhere."""
    cells = prose.cells(PAGES[name])
    code, printed = [], []
    for cell in cells:
        is_code = cell["cell_type"] == "code"
        code.append(prose.of_code(prose.source(cell)) if is_code else [])
        printed.append(prose.of_outputs(cell) if is_code else [])
    for here, text in prose.markdown(PAGES[name]):
        near = slice(max(0, here - NEAR), here + NEAR + 1)
        true = " ".join(left + " " + right for left, right, *_ in prose.equations(text))
        true = {match[1] for match in prose.NUMBER.finditer(prose.figures(true))}
        sums_up = here == 0 or "## Summary" in text
        for number, percent, _ in prose.claims(prose.figures(text)):
            few = len(re.sub("e.*|[.,]", "", number).lstrip("0")) < 3
            where = near if few and not sums_up else slice(None)
            said = prose.value(number)
            written = {said, said / 100} if percent else {said}
            if not (
                number in true
                or any(
                    prose.is_close(n, w)
                    for c in code[where]
                    for n in c
                    for w in written
                )
                or any(
                    prose.rounds_to(n, number, percent)
                    for p in printed[where]
                    for n in p
                )
            ):
                yield here, number + " %" * percent


def is_known(name, number):
    """Whether a number stands in the table above, and its value is what it says."""
    known = KNOWN.get(name, {}).get(number)
    if known is None or isinstance(known, str):
        return known is not None
    return prose.rounds_to(known, number.removesuffix(" %"))


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_number_in_the_text_of_a_chapter_is_computed_in_it_or_known(name):
    typed = [found for found in law_of_numbers(name) if not is_known(name, found[1])]
    assert typed == [], "(cell, number): compute it near the text, or add it to KNOWN"


@pytest.mark.parametrize("name", KNOWN)
def test_no_known_number_has_become_superfluous(name):
    needed = {number for _, number in law_of_numbers(name)}
    assert KNOWN[name].keys() - needed == set(), (
        "found near the text now: strike it out"
    )


def test_every_number_said_of_the_articles_stands_in_a_chapter():
    cells = [cell for name in CHAPTERS for cell in prose.cells(PAGES[name])]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    stored = [n for cell in code for n in prose.of_outputs(cell)]
    stored += [n for cell in code for n in prose.of_code(prose.source(cell))]
    text = "".join(text for _, text in prose.markdown(PAGES["from_the_articles"]))
    claims = [c for c in prose.claims(prose.figures(text)) if prose.decimals(c[0]) > 1]
    assert len(claims) > 10
    for number, percent, _ in claims:
        assert any(prose.rounds_to(n, number, percent) for n in stored), number


@pytest.mark.parametrize("name", PAGES)
def test_every_equation_between_numbers_is_true(name):
    for _, text in prose.markdown(PAGES[name]):
        for left, right, was, said in prose.equations(text):
            numbers = [m[1] for m in prose.NUMBER.finditer(prose.figures(right))]
            digits = max(map(prose.decimals, numbers), default=0)
            exact = 0.5 * 10**-digits if digits else 0
            assert abs(was - said) <= exact + 1e-9, f"{left} = {right}"


def test_the_law_of_numbers_sees_a_changed_digit():
    assert prose.rounds_to(0.9724, "97.2", percent=True)
    assert not prose.rounds_to(0.9724, "97.3", percent=True)
    assert [
        n for n, *_ in prose.claims("in 1958, 0.5 of 1,234 and 12 %, see section 3.4")
    ] == ["0.5", "1,234", "12"]
    assert prose.calculation(r"784 \cdot 50 + \frac{100}{2}") == 39_250
    ((_, _, was, said),) = prose.equations(r"so $0.5 \cdot 4 = 3$ is wrong")
    assert (was, said) == (2, 3)


# Words that tell readers how they ought to feel; then uses that do not.
BELITTLING = re.compile(
    r"\b(?:simply|just|obvious(?:ly)?|of course|eas(?:y|ily|ier|iest)|clearly"
    r"|trivial(?:ly)?|needless to say)\b",
    re.IGNORECASE,
)
FINE = re.compile(
    r"just (?:as|like|past|short|because|this)\b|has just\b"
    r"|how easily|easily overlooked|easy (?:to get wrong|to make|ones)|not easy to"
    r"|question is\s+easy|Nothing is easier than to try|not trivial for it"
)


@pytest.mark.parametrize("name", PAGES)
def test_the_text_is_calm_and_belittles_nobody(name):
    for number, text in prose.markdown(PAGES[name]):
        text = FINE.sub("", prose.words(text))
        assert not BELITTLING.search(text), (
            f"{BELITTLING.search(text)[0]}, cell {number}"
        )
        assert "!" not in text, f"cell {number}"


@pytest.mark.parametrize(
    "name", [name for name in PAGES if PAGES[name].parent != prose.ROOT]
)
def test_a_page_has_one_title_and_skips_no_level_of_headings(name):
    text = "\n".join(text for _, text in prose.markdown(PAGES[name]))
    levels = [len(marks) for marks in re.findall(r"^(#{1,6}) ", text, re.M)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_plot_of_a_chapter_is_said_in_a_sentence_of_its_own(name):
    said = [
        cell["metadata"].get("mystnb", {}).get("image", {}).get("alt", "")
        for cell in prose.cells(PAGES[name])
        if any("image/png" in o.get("data", {}) for o in cell.get("outputs", []))
    ]
    assert all(len(words.split()) >= 8 and words.endswith(".") for words in said)
    assert len(said) == len(set(said))


@pytest.mark.parametrize("name", CHAPTERS)
def test_no_formula_stands_without_words(name):
    for number, text in prose.markdown(PAGES[name]):
        for part in re.split(r"^(?:#.*|:{3,}.*)$", text, flags=re.M):
            formulas = prose.DISPLAY.findall(part)
            told = re.findall(r"[A-Za-z]{2,}", prose.words(part))
            assert len(told) >= 4 * len(formulas), f"cell {number}"
