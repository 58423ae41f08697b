"""The text of the book as the laws of the text read it: pages, sentences, numbers."""

import io
import json
import math
import re
import tokenize
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    [*ROOT.glob("book/*.ipynb"), *ROOT.glob("book/*.md"), *ROOT.glob("*.md")]
)
FENCE = re.compile(r"^(`{3,}|~{3,})[^:{\n]*\n.*?^\1`*\s*$", re.M | re.S)
DISPLAY = re.compile(r"^[ ]*\$\$(.*?)\$\$", re.M | re.S)
INLINE = re.compile(r"(?<![\\$])\$(?!\$)([^$]+)\$")
NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+(?:e[-+]?\d+)?|\d+(?:e[-+]?\d+)?"
NUMBER = re.compile(rf"(?<![\w.])({NUMBER})(?![\w]|\.\d)(\s*%)?")
PLACE = re.compile(r"(?:sections?|chapters?|version|Python)[\d., and]* $")


def cells(page):
    """The cells of a page; a page in Markdown is one cell."""
    if page.suffix == ".ipynb":
        return json.loads(page.read_text("utf-8"))["cells"]
    return [{"cell_type": "markdown", "source": page.read_text("utf-8")}]


def source(cell):
    """The source of a cell, as one string."""
    return "".join(cell["source"])


def markdown(page):
    """(Number, text) of the cells of a page that hold text, without code blocks."""
    return [
        (number, FENCE.sub("", source(cell)))
        for number, cell in enumerate(cells(page))
        if cell["cell_type"] == "markdown"
    ]


def words(text):
    """What a reader reads as words: no code, formula, role, address or option."""
    text = INLINE.sub(" x ", DISPLAY.sub(" ", text))
    text = re.sub(r"\{[\w:]+\}`[^`]*`|`[^`]*`", " x ", text)
    text = re.sub(r"\[[^\]]*\]\{\.language-ja\}", " x ", text)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)|<https?:[^>]*>", r"\1", text)
    return re.sub(r"^(:[\w-]+:.*|:{3,}.*|\(.*\)=|<!--.*-->)$", "", text, flags=re.M)


def figures(text):
    """The text with everything gone whose digits say nothing: roles and addresses."""
    text = re.sub(r"\{[\w:]+\}`[^`]*`|\]\([^)]*\)|https?://\S+|^:[\w-]+:.*$", " ", text)
    return text.replace("{,}", ",").replace(r"\%", "%").replace(r"\,", " ")


def value(number):
    """The value of a number as it is printed in text."""
    return float(number.replace(",", ""))


def decimals(number):
    """How many digits a printed number has behind the point."""
    return len(number.partition(".")[2]) if "e" not in number else 0


def claims(text):
    """(Number, is a percentage, place) of each number that looks computed.

    These are numbers with a decimal point, with a per cent sign or with four digits and
    more. Years and the numbers of sections, chapters and versions are none.
    """
    for match in NUMBER.finditer(text):
        number, percent = match[1], bool(match[2])
        if PLACE.search(text[max(0, match.start() - 30) : match.start()]):
            continue
        if not percent and re.fullmatch(r"1[6-9]\d\d|20[0-3]\d", number):
            continue
        if percent or "." in number or len(number.replace(",", "")) >= 4:
            yield number, percent, match.start()


def of_code(code):
    """The numbers that stand in code, those in its strings too."""
    found = []
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.NUMBER and token.string[-1] not in "jJ":
            found.append(float(token.string.replace("_", "")))
        elif token.type == tokenize.STRING:
            found += [value(match[1]) for match in NUMBER.finditer(token.string)]
    return found


def of_outputs(cell):
    """The numbers of the stored text outputs of a cell; of a drawing, its labels."""
    found = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        text = "".join(output.get("text") or data.get("text/plain", ""))
        if {"image/png", "image/svg+xml"} & data.keys():
            text = " ".join(re.findall(r'label="?([^"\]]*)', text))
        found += [value(match[1]) for match in NUMBER.finditer(text)]
    return found


def rounds_to(exact, number, percent=False):
    """Whether a value, rounded as the number is printed, is the number. Signs aside."""
    ways = [(exact, decimals(number), value(number))]
    if percent:
        ways.append((exact, decimals(number) + 2, value(number) / 100))
    return any(
        abs(abs(was) - said)
        <= (0.5 * 10**-digits if digits else 0) * (1 + 1e-9) + 1e-12
        for was, digits, said in ways
    )


def calculation(tex):
    """The value of a piece of a formula, or None when not made of numbers alone."""
    tex = re.sub(r"\\[dt]?frac(\d)(\d)", r"((\1)/(\2))", tex.replace("{,}", ""))
    for _ in range(3):
        tex = re.sub(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", tex)
    tex = re.sub(r"\^\{?(-?\d+)\}?", r"**\1", tex)
    for name, python in {r"\cdot": "*", r"\,": "", r"\;": "", "−": "-"}.items():
        tex = tex.replace(name, python)
    tex = re.sub(r"(?<=[\d)])\s*%", "/100", tex).strip(" .,;&\n")
    tex = re.sub(r"(?<=[\d)])\s*\(", "*(", tex)  # a product without a sign
    if not re.fullmatch(r"[\d.+*/() -]+", tex) or not re.search(r"\d", tex):
        return None
    try:
        return float(eval(tex, {"__builtins__": {}}))
    except (SyntaxError, TypeError, ZeroDivisionError):
        return None


def equations(text):
    """(Left, right, left value, right value) of each equation between numbers."""
    for match in [*DISPLAY.finditer(text), *INLINE.finditer(text)]:
        for line in re.split(r"\\\\(?:\[\w+\])?", match[1]):
            sides = re.split(r"=|\\approx", line)
            for left, right in pairwise(sides):
                was, said = calculation(left), calculation(right)
                if was is not None and said is not None:
                    yield left, right, was, said


def is_close(a, b):
    """Whether two numbers are one, but for rounding in the computer."""
    return math.isclose(abs(a), abs(b), rel_tol=1e-9, abs_tol=1e-12)
