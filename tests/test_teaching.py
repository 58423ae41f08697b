"""Teaching notes, plans and paper sheets agree with the chapters and with nnlib."""

import re
import subprocess
import sys
from pathlib import Path

import notebooks
import numpy as np
import paper_sheets
import prose
import pytest

from nnlib import checks, pure
from nnlib.activations import relu, step
from nnlib.perceptron import summation

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = {path.stem: path for path in notebooks.chapters() if path.stem != "index"}
TEACHING = ROOT / "book" / "teaching.md"
NOTES = ROOT / "book" / "teaching_notes.md"
SHEETS = ROOT / "book" / "paper_sheets.md"
TIME = re.compile(
    r"\*\*Time\.\*\* About (\d+) minutes to read and run, and (\d+) more for the exer"
)
IN_EXERCISE = re.compile(
    r"^:::\{exercise\}.+\n:label: .+\n\n\*[^*\n]+?, (\d+) minutes\.\*", re.M
)
PARTS = ("Objectives", "Minutes", "Core", "Deeper", "Prepare", "On the board")
PARTS = (*PARTS, "Likely questions", "Misconceptions")
SHEET = {n: paper_sheets.make_sheet(1, n) for n in range(1, 41)}
every_chapter = pytest.mark.parametrize("chapter", CHAPTERS)
every_sheet = pytest.mark.parametrize("sheet", SHEET.values(), ids=SHEET)


def text_of(path):
    """The text of a page, the cells of a notebook one below the other."""
    return "\n\n".join(
        prose.source(c) for c in prose.cells(path) if c["cell_type"] == "markdown"
    )


def sections(text, level):
    """Heading -> text below it, of the headings of one level."""
    _, *rest = re.split(rf"^{'#' * level} (.+)$", text, flags=re.M)
    return dict(zip(rest[::2], rest[1::2], strict=True))


def title(chapter):
    return re.search(r"^# (.+)$", text_of(CHAPTERS[chapter]), re.M)[1]


def notes(chapter):
    """What the teaching notes say of a chapter: part -> text."""
    section = sections(text_of(NOTES), 2)[title(chapter)]
    _, *rest = re.split(r"^\*\*([\w ]+)\.\*\*", section, flags=re.M)
    return dict(zip(rest[::2], rest[1::2], strict=True))


def objectives(text):
    """The points of a list, in words alone: no link to an exercise, no line break."""
    text = re.sub(r"\s*\((?:\{ref\}`[^`]*`(?:,\s*)?)+\)", "", text)
    points = re.findall(r"^- (.+?)(?=\n- |\n\n|\Z)", text.strip("\n"), re.M | re.S)
    return [" ".join(point.split()) for point in points]


def slug(heading):
    """The anchor of a heading, as MyST makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def rows(text):
    """The rows of the tables of a text, without their heads, as lists of cells."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    tables = "\n".join(lines).split("\n|---")[1:]
    body = [line for part in tables for line in part.splitlines()[1:]]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in body]


def minutes(chapter):
    """(Read and run, exercises) as the chapter prints them."""
    found = TIME.search(" ".join(text_of(CHAPTERS[chapter]).split()))
    return int(found[1]), int(found[2])


@every_chapter
def test_a_chapter_has_all_parts_of_teaching_notes(chapter):
    assert tuple(notes(chapter)) == PARTS
    assert all(text.strip() for text in notes(chapter).values())


@every_chapter
def test_the_notes_give_the_objectives_in_the_words_of_the_chapter(chapter):
    start = text_of(CHAPTERS[chapter]).split("**Objectives.**")[1]
    said = objectives(start.split("**Prerequisites.**")[0])
    assert said, "no objectives found"
    assert objectives(notes(chapter)["Objectives"]) == said


@every_chapter
def test_the_notes_give_the_minutes_of_the_chapter(chapter):
    numbers = [int(n) for n in re.findall(r"\d+", notes(chapter)["Minutes"])[:2]]
    assert tuple(numbers) == minutes(chapter)


@every_chapter
def test_the_minutes_of_the_exercises_add_up_to_those_of_the_chapter(chapter):
    text = text_of(CHAPTERS[chapter])
    each = [int(n) for n in IN_EXERCISE.findall(text)]
    assert len(each) == text.count(":::{exercise}")
    assert abs(sum(each) - minutes(chapter)[1]) <= 3, sum(each)  # told in fives


def test_the_table_of_minutes_is_that_of_the_chapters_and_adds_up():
    *table, total = rows(sections(text_of(TEACHING), 2)["How long it takes"])
    told = {row[0].split("](")[1].rstrip(")"): row[1:3] for row in table}
    assert told == {name: [str(m) for m in minutes(name)] for name in CHAPTERS}
    assert total[1:3] == [
        str(sum(m)) for m in zip(*map(minutes, CHAPTERS), strict=True)
    ]


def test_each_of_six_lessons_has_90_minutes_with_its_start_and_end():
    lessons = sections(sections(text_of(TEACHING), 2)["Six lessons of 90 minutes"], 3)
    assert len(lessons) == 6
    for lesson, text in lessons.items():
        table = rows(text)
        assert sum(int(row[0]) for row in table) == 90, lesson
        assert [int(table[0][0]), int(table[-1][0])] == [10, 10], lesson
        assert "**At home:**" in text or lesson == list(lessons)[-1]


def test_each_of_sixteen_lessons_is_planned_once():
    table = rows(sections(text_of(TEACHING), 2)["Sixteen lessons of 90 minutes"])
    assert [int(row[0]) for row in table] == list(range(1, 17))


@pytest.mark.parametrize("page", [TEACHING, NOTES, SHEETS], ids=lambda p: p.stem)
def test_every_heading_that_is_named_stands_in_its_chapter(page):
    links = re.findall(r"\]\((\w+)\.ipynb#([\w-]+)\)", text_of(page))
    assert links or page == SHEETS
    for chapter, anchor in links:
        headings = re.findall(r"^#{2,3} (.+)$", text_of(CHAPTERS[chapter]), re.M)
        assert anchor in map(slug, headings), f"{chapter}#{anchor}"


@every_chapter
def test_core_and_deeper_sections_of_the_notes_are_the_chapters_own(chapter):
    core, deeper = (
        set(re.findall(rf"\]\({chapter}\.ipynb#([\w-]+)\)", notes(chapter)[part]))
        for part in ("Core", "Deeper")
    )
    assert core
    assert deeper
    assert core & deeper == set()


def test_the_notes_quote_what_check_says():
    quoted = re.findall(r'`(\w+)` says "([^"]+)"', " ".join(text_of(NOTES).split()))
    assert len(quoted) > 10
    for name, sentence in quoted:
        assert sentence in checks.EXERCISES[name].wrong, f"{name}: {sentence}"


def gradients(sheet):
    """Loss, slopes of y, z and a, slopes of the nine numbers: by sums, not layers."""
    p, x, t = sheet.parameters.tolist(), sheet.x.tolist(), sheet.t
    w, b, v, c = [p[0:2], p[3:5]], [p[2], p[5]], p[6:8], p[8]
    a = [summation(x, w[j], b[j]) for j in (0, 1)]
    z = [max(a_j, 0) for a_j in a]
    dy = summation(z, v, c) - t
    dz = [dy * v[j] for j in (0, 1)]
    da = [dz[j] * (a[j] > 0) for j in (0, 1)]
    hidden = [n for j in (0, 1) for n in (da[j] * x[0], da[j] * x[1], da[j])]
    slopes = [*hidden, dy * z[0], dy * z[1], dy]
    return pure.squared_error([dy + t], [t]), [dy, *dz, *da], slopes


@every_sheet
def test_a_key_is_what_sums_by_hand_give(sheet):
    loss, back, slopes = gradients(sheet)
    assert sheet.loss == pytest.approx(loss)
    assert [sheet.dy, *sheet.dz, *sheet.da] == pytest.approx(back)
    assert sheet.slopes == pytest.approx(slopes)
    assert sheet.moved == pytest.approx(sheet.parameters - 0.1 * sheet.slopes)
    for h, a, z, y, p in (
        (step, sheet.a, sheet.fires, sheet.y_step, sheet.parameters),
        (relu, sheet.a, sheet.z, sheet.y, sheet.parameters),
        (relu, sheet.a_new, sheet.z_new, sheet.y_new, sheet.moved),
    ):
        sums = [summation(sheet.x, p[i : i + 2], p[i + 2]) for i in (0, 3)]
        assert a == pytest.approx(sums)
        assert z == pytest.approx(h(np.array(sums)))
        assert y == pytest.approx(summation(z, p[6:8], p[8]))


@every_sheet
def test_no_number_of_a_sheet_has_more_than_three_decimals(sheet):
    for value in np.concatenate([np.ravel(v) for v in sheet]):
        assert value == pytest.approx(round(float(value), 3), abs=1e-9)
        assert float(paper_sheets.written(value).replace("−", "-")) == pytest.approx(
            value
        )


@every_sheet
def test_a_network_on_a_sheet_has_something_to_find_out(sheet):
    assert np.all(sheet.parameters != 0)
    assert sheet.x[0] != sheet.x[1]
    assert np.all(sheet.a != 0)
    assert np.any(sheet.z > 0)
    assert sheet.y_step != pytest.approx(sheet.y)
    assert np.any(sheet.slopes[:6] != 0)
    assert abs(sheet.y_new - sheet.t) < 0.75 * abs(sheet.y - sheet.t)


def test_sheets_differ_by_number_and_by_set_and_come_again():
    tasks = {tuple(np.concatenate([s.parameters, s.x, [s.t]])) for s in SHEET.values()}
    assert len(tasks) == len(SHEET)
    again, other = paper_sheets.make_sheet(1, 1), paper_sheets.make_sheet(2, 1)
    assert np.array_equal(again.parameters, SHEET[1].parameters)
    assert not np.array_equal(other.parameters, SHEET[1].parameters)


def test_on_every_third_sheet_one_node_is_silent_and_on_the_others_none():
    silent = {n: int(np.sum(sheet.z == 0)) for n, sheet in SHEET.items()}
    assert silent == {n: int(n % 3 == 0) for n in SHEET}


def test_a_sheet_without_its_key_tells_no_result():
    sheet = paper_sheets.page(SHEET[1], "Sheet", with_key=False)
    key = paper_sheets.page(SHEET[1], "Sheet", with_key=True)
    open_cells = sheet.count("<td></td>")
    assert open_cells == 10 + 5 + 18 + 5
    assert key.count("<td></td>") == 0
    assert key.count("<td>") == open_cells


def test_a_document_has_all_sheets_first_and_then_their_keys():
    text = paper_sheets.document(3, 7)
    heads = re.findall(r"<b>(Sheet \d of set 7)</b><span>(name|key)", text)
    assert [h[0][6] for h in heads] == list("123123")
    assert [h[1] for h in heads] == ["name"] * 3 + ["key"] * 3


def test_the_page_shows_a_sheet_of_the_program_and_folds_its_key(tmp_path):
    extensions = str(ROOT / "book" / "_ext")
    (tmp_path / "conf.py").write_text(
        f"import sys; sys.path.insert(0, {extensions!r})\n"
        "extensions = ['myst_parser', 'sphinx_togglebutton', 'paper']\n"
        "myst_enable_extensions = ['colon_fence']\nroot_doc = 'paper_sheets'\n"
    )
    (tmp_path / "paper_sheets.md").write_text(SHEETS.read_text("utf-8"), "utf-8")
    command = [sys.executable, "-m", "sphinx", "-Q", tmp_path, tmp_path / "out"]
    subprocess.run(command, check=True)
    html = (tmp_path / "out" / "paper_sheets.html").read_text("utf-8")
    first = paper_sheets.make_sheet(1, 1)
    sheet, key = (
        paper_sheets.page(first, "Sheet 1 of set 1", with_key)
        for with_key in (False, True)
    )
    assert html.count(sheet) == html.count(key) == html.count(paper_sheets.STYLE) == 1
    assert html.index(sheet) < html.index('class="dropdown') < html.index(key)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["0"], "expected a whole number from 1 on, got '0'."),
        (["ten"], "expected a whole number from 1 on, got 'ten'."),
        (["1", "--seed", "-1"], "expected a whole number from 0 on, got '-1'."),
        (["1", "--out", "a.doc"], "--out ends with .html or .pdf, got a.doc."),
        (["1", "--out", "no/folder/a.html"], "cannot be written: No such file"),
    ],
)
def test_a_wrong_order_is_told_in_a_sentence_and_nothing_is_written(
    arguments, sentence, tmp_path
):
    program = [sys.executable, ROOT / "scripts" / "paper_sheets.py", *arguments]
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0
    assert sentence in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_sheets_are_written_to_the_file_that_is_asked_for(tmp_path):
    program = [sys.executable, ROOT / "scripts" / "paper_sheets.py", "2"]
    subprocess.run([*program, "--out", "a.html"], cwd=tmp_path, check=True)
    assert [path.name for path in tmp_path.iterdir()] == ["a.html"]
    text = (tmp_path / "a.html").read_text("utf-8")
    assert text.count('<div class="paper-sheet">') == 4
