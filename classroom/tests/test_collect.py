"""What Colab, platforms and copying do to a notebook costs nobody a point."""

import copy
import json
import os
import zipfile

import nbformat
import pytest
from conftest import points, snapshot

from classroom import __main__, collect, course, grade, report, sets
from classroom.repair import repaired

ALL = {"affine": 3, "relu": 2, "sigmoid": 2, "softmax": 3, "leaky": 3}
WORDS = "The mistake lies in the ReLU."


def cell_of(notebook, mark):
    """The index of a cell by its grade_id."""
    marks = [c.metadata.get("nbgrader", {}).get("grade_id") for c in notebook.cells]
    return marks.index(mark)


def lost_metadata(notebook):
    for cell in notebook.cells:
        cell.metadata.clear()
    notebook.metadata.clear()


def checks_deleted(notebook):
    notebook.cells = [c for c in notebook.cells if not c.source.startswith("check(")]


def copied_twice(notebook):
    i = cell_of(notebook, "relu")
    notebook.cells.insert(i, copy.deepcopy(notebook.cells[i]))


def stub_left_below(notebook):
    i = cell_of(notebook, "relu")
    stub = copy.deepcopy(notebook.cells[i])
    stub.source = "def relu_backward(dout, x):\n    # your code here\n"
    stub.source += "    raise NotImplementedError"
    notebook.cells.insert(i + 1, stub)


def answer_beside_the_stub(notebook):
    """The answer in a cell of its own, above the marked cell, which is as it was."""
    i = cell_of(notebook, "relu")
    answer = nbformat.v4.new_code_cell(notebook.cells[i].source)
    stub_left_below(notebook)
    del notebook.cells[i]
    notebook.cells.insert(i, answer)


def drive_mounted(notebook):
    source = "from google.colab import drive\ndrive.mount('/content/drive')\n"
    i = cell_of(notebook, "affine")
    notebook.cells[i].source = source + notebook.cells[i].source


def packages_installed(notebook):
    i = cell_of(notebook, "relu")
    lines = "!pip install numpy\n%matplotlib inline\nimport matplotlib.pyplot as plt\n"
    inner = "if True:\n    !pip install more\n    %cd /content\n"
    notebook.cells[i].source = lines + inner + notebook.cells[i].source


def asks_for_a_name(notebook):
    i = cell_of(notebook, "sigmoid")
    source = "name = input('Your name? ')\nprint('Hello ' + name)\n"
    notebook.cells[i].source = source + notebook.cells[i].source


def signs_begin_a_line(notebook):
    """What looks like a magic and is none: the middle of an expression."""
    i = cell_of(notebook, "relu")
    notebook.cells[i].source += "\n\nrest = (7\n    % 4\n    != 3)\nassert not rest"
    notebook.cells[i].source += "\nassert relu_backward"


def outputs_deleted(notebook):
    for cell in notebook.cells:
        cell.pop("outputs", None)


def timed(notebook):
    i = cell_of(notebook, "leaky")
    notebook.cells[i].source = "%%time\n" + notebook.cells[i].source


def help_asked(notebook):
    i = cell_of(notebook, "leaky")
    notebook.cells[i].source += "\n\nnp.where?\n?np.abs"


def other_languages(notebook):
    for magic in ("%%bash\nrm -rf x", "%%html\n<b>x</b>", "%%writefile a.py\nx = 1"):
        notebook.cells.append(nbformat.v4.new_code_cell(magic))


def imports_deleted(notebook):
    notebook.cells = [c for c in notebook.cells if not c.source.startswith("import ")]


def all_in_one_cell(notebook):
    code = [c for c in notebook.cells if c.cell_type == "code"]
    one = "\n\n".join(
        c.source for c in code if "demo" not in c.metadata.get("tags", ())
    )
    words = notebook.cells[cell_of(notebook, "trail")]
    notebook.cells = [nbformat.v4.new_code_cell(one), words]


def loud(notebook):
    i = cell_of(notebook, "relu")
    output = nbformat.v4.new_output("stream", text="x" * 10**7)
    notebook.cells[i].outputs = [output]
    notebook.cells[i].source += "\n\nprint('x' * 10**7)"


def syntax_error_elsewhere(notebook):
    notebook.cells.append(nbformat.v4.new_code_cell("this is (not python"))


def raises_elsewhere(notebook):
    notebook.cells.insert(2, nbformat.v4.new_code_cell("print(undefined)"))


def warnings_as_errors(notebook):
    source = "import warnings\nwarnings.simplefilter('error')\nnp.seterr(all='raise')"
    notebook.cells.insert(2, nbformat.v4.new_code_cell(source))


ACCIDENTS = [
    lost_metadata,
    checks_deleted,
    copied_twice,
    stub_left_below,
    answer_beside_the_stub,
    drive_mounted,
    packages_installed,
    asks_for_a_name,
    signs_begin_a_line,
    timed,
    help_asked,
    other_languages,
    imports_deleted,
    all_in_one_cell,
    loud,
    syntax_error_elsewhere,
    raises_elsewhere,
    warnings_as_errors,
]


def handed_in(full):
    """A notebook with every answer right, the one in words too."""
    notebook = full("backprop")
    notebook.cells[cell_of(notebook, "trail")].source = WORDS
    return notebook


@pytest.mark.parametrize("accident", ACCIDENTS, ids=lambda a: a.__name__)
def test_an_accident_costs_no_point_and_no_mark(accident, full, handed_out, graded):
    notebook = handed_in(full)
    accident(notebook)
    notebook, _ = repaired(notebook, handed_out("backprop"))
    nbformat.validate(notebook)
    assert points(graded(notebook)) == ALL
    marks = [c.metadata.nbgrader.grade_id for c in filter(sets.graded, notebook.cells)]
    as_released = [
        c.metadata.nbgrader.grade_id
        for c in filter(sets.graded, handed_out("backprop").cells)
    ]
    assert sorted(marks) == sorted(as_released)
    assert notebook.cells[cell_of(notebook, "trail")].source == WORDS


def test_an_untouched_notebook_is_left_as_it_is(full, handed_out):
    notebook = handed_in(full)
    again, done = repaired(notebook, handed_out("backprop"))
    assert done == []
    assert [c.source for c in again.cells] == [c.source for c in notebook.cells]
    assert repaired(again, handed_out("backprop"))[0] == again


def test_what_was_repaired_is_said(full, handed_out):
    said = {}
    for accident in (lost_metadata, checks_deleted, copied_twice):
        notebook = handed_in(full)
        accident(notebook)
        said[accident] = repaired(notebook, handed_out("backprop"))[1]
    assert said[lost_metadata] == ["lost marks of cells, restored."]
    assert said[checks_deleted] == ["cells deleted, put back."]
    assert said[copied_twice] == ["cells copied twice, one of each kept."]


def test_an_edited_check_does_not_come_through(full, handed_out, graded):
    notebook = handed_in(full)
    i = cell_of(notebook, "relu")
    notebook.cells[i].source = "def relu_backward(dout, x):\n    return 7 * dout"
    notebook.cells[i + 1].source = "print('Right')"
    notebook, _ = repaired(notebook, handed_out("backprop"))
    assert points(graded(notebook)) == {**ALL, "relu": 0}
    sources = [cell.source for cell in notebook.cells]
    assert 'check("relu_backward", relu_backward)' in sources


def test_another_edition_is_told(full, handed_out):
    notebook = handed_in(full)
    notebook.metadata.classroom.edition = "2020-01-01"
    done = repaired(notebook, handed_out("backprop"))[1]
    assert done == ["made from the edition 2020-01-01."]


def test_outputs_that_could_act_in_a_browser_are_left_out(full, handed_out):
    notebook = handed_in(full)
    outputs = [
        nbformat.v4.new_output(
            "display_data", {"text/html": "<script>1</script>", "text/plain": "a table"}
        ),
        nbformat.v4.new_output("display_data", {"application/javascript": "alert(1)"}),
    ]
    notebook.cells[cell_of(notebook, "relu")].outputs = outputs
    again, _ = repaired(notebook, handed_out("backprop"))
    kept = again.cells[cell_of(again, "relu")].outputs
    assert [dict(output.data) for output in kept] == [{"text/plain": "a table"}]


NAMES = {
    "Ann Lee_123_assignsubmission_file_/backprop.ipynb": "Ann Lee",
    "Ann Lee_123_assignsubmission_file/Copy of backprop.ipynb": "Ann Lee",
    "Ann Lee_123_assignsubmission_file_Copy of backprop.ipynb": "Ann Lee",
    "Ann Lee_123_assignsubmission_file/own/Bo_1_2_backprop.ipynb": "Ann Lee",
    "leeann_4512_98765_backprop.ipynb": "leeann",
    "leeann_LATE_4512_98765_Copy of backprop-2.ipynb": "leeann",
    "Lee, Ann/backprop (1).ipynb": "Lee, Ann",
    "backprop_ann_lee.ipynb": "ann lee",
    "Ann Lee - Copy of backprop.ipynb": "Ann Lee",
    "山田 花子/backprop のコピー.ipynb": "山田 花子",
    "backprop.ipynb": "",
    "Copy of backprop (2).ipynb": "",
}


@pytest.mark.parametrize("path", NAMES)
def test_the_student_is_known_from_what_a_platform_makes_of_names(path):
    assert collect.whose(course.Path(path), "backprop") == NAMES[path]


@pytest.fixture
def downloads(tmp_path, full):
    """A folder as a platform gives it, with four students and two strange files."""
    folder = tmp_path / "downloads"
    text = nbformat.writes(handed_in(full))
    for student in ("Ann Lee", "Bo Chan"):
        where = folder / f"{student}_12_assignsubmission_file_"
        course.write(where / "Copy of backprop.ipynb", text)
    course.write(folder / "Cy Day" / "backprop.ipynb", "half a notebook {")
    course.write(folder / "Di Eck" / "backprop.ipynb", text)
    course.write(folder / "Di Eck" / "backprop (1).ipynb", text.replace(WORDS, "New."))
    os.utime(folder / "Di Eck" / "backprop.ipynb", (1e9, 1e9))
    course.write(folder / "backprop.ipynb", text)
    course.write(folder / "Ann Lee_12_assignsubmission_file_" / "answers.pdf", "%PDF")
    return folder


def test_collecting_gives_ids_takes_the_newest_and_says_the_rest(place, downloads):
    lines, count = collect.collect(place, "backprop", downloads)
    assert count == 4
    assert sorted(place.submissions("backprop")) == ["s001", "s002", "s003", "s004"]
    assert place.students()["s001"] == "Ann Lee"
    assert "New." in place.submitted("s004", "backprop").read_text("utf-8")
    text = "\n".join(lines)
    assert "s003 (Cy Day): cannot be read as a notebook" in text
    assert "backprop.ipynb: whose is it?" in text
    assert "answers.pdf: no notebook" in text


def test_collecting_a_zip_file_and_twice_keeps_the_ids(place, downloads, tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for path in downloads.rglob("*.*"):
            if "Ann" not in str(path):
                archive.write(path, path.relative_to(downloads))
    collect.collect(place, "backprop", tmp_path / "all.zip")
    assert place.students() == {"s001": "Bo Chan", "s002": "Cy Day", "s003": "Di Eck"}
    collect.collect(place, "backprop", downloads)
    collect.collect(place, "backprop", downloads)
    assert place.students()["s004"] == "Ann Lee"
    assert place.students()["s001"] == "Bo Chan"
    assert len(place.students()) == 4
    assert "New." in place.submitted("s003", "backprop").read_text("utf-8")


TWINS = {
    "moodle": [
        "Yan Zell_31_assignsubmission_file/backprop.ipynb",
        "Yan Zell_32_assignsubmission_file/backprop.ipynb",
        "Yan Zell 2_32_assignsubmission_file/backprop.ipynb",
    ],
    "canvas": [
        "zellyan_31_801_backprop.ipynb",
        "zellyan_32_802_backprop.ipynb",
        "zellyan2_32_802_backprop.ipynb",
    ],
}


@pytest.mark.parametrize("platform", TWINS)
def test_of_two_students_with_one_name_neither_counts_for_the_other(
    platform, place, full, tmp_path
):
    folder, text = tmp_path / "in", nbformat.writes(handed_in(full))
    first, second, renamed = TWINS[platform]
    course.write(folder / first, text)
    course.write(folder / second, text.replace(WORDS, "The second."))
    course.write(folder / "Bo" / "backprop.ipynb", text)
    lines, count = collect.collect(place, "backprop", folder)
    assert count == 1
    assert [line.partition(": two students")[0] for line in lines] == [first, second]
    (folder / renamed).parent.mkdir(exist_ok=True)
    (folder / second).rename(folder / renamed)
    lines, count = collect.collect(place, "backprop", folder)
    assert count == 3
    assert sorted(place.students().values())[-1].endswith("2")
    by_name = {who: student for student, who in place.students().items()}
    for who in by_name:
        handed = place.submitted(by_name[who], "backprop").read_text("utf-8")
        assert ("The second." in handed) == who.endswith("2")
    late = tmp_path / "late"
    course.write(late / second, text)
    lines, count = collect.collect(place, "backprop", late)
    assert count == 0
    assert lines == [f"{second}: {collect.TWINS}"]


def test_two_students_with_one_name_in_the_table_are_told_apart_by_the_teacher(
    place, downloads
):
    rows = [{"id": "u1", "name": "Ann Lee"}, {"id": "u2", "name": "ann lee"}]
    course.write(place.folder / "students.csv", course.table(rows))
    lines, count = collect.collect(place, "backprop", downloads)
    assert count == 3
    assert sum("two students have this name" in line for line in lines) == 1
    assert not {"u1", "u2"} & set(place.submissions("backprop"))
    course.write(place.folder / "students.csv", course.table([rows[0], rows[0]]))
    with pytest.raises(course.CourseError, match="the id 'u1' 2 times"):
        collect.collect(place, "backprop", downloads)


def test_who_is_new_and_who_is_missing_is_said(place, downloads, tmp_path, capsys):
    rows = [{"id": f"u{i}", "mail": "a@b", "name": f"Zoë {i}"} for i in range(14)]
    rows.append({"id": "u9341", "mail": "c@d", "name": "Ann Lee"})
    course.write(place.folder / "students.csv", course.table(rows))
    words = ["collect", str(place.folder), "backprop"]
    assert __main__.main([*words, str(downloads)]) == 0
    said = capsys.readouterr().out
    assert "s001 (Bo Chan): new in students.csv." in said
    assert "Ann Lee): new" not in said
    assert "Nothing yet from Zoë 0, Zoë 1, " in said
    assert said.endswith("Zoë 11 and 2 more.\n")
    known = {row["id"]: row for row in place.roster()}
    assert known["u9341"]["mail"] == "c@d"
    assert known["u9341"]["backprop"] == "Ann Lee_12_assignsubmission_file_/"
    assert known["s001"]["mail"] == ""
    assert __main__.main([*words, str(downloads)]) == 0
    assert "new in students.csv" not in capsys.readouterr().out


def test_a_download_in_which_nobody_is_named_leaves_nothing_in_the_way(
    place, full, tmp_path
):
    text = nbformat.writes(handed_in(full))
    course.write(tmp_path / "in" / "backprop.ipynb", text)
    assert collect.collect(place, "backprop", tmp_path / "in")[1] == 0
    course.write(tmp_path / "in" / "Ann" / "backprop.ipynb", text)
    assert collect.collect(place, "backprop", tmp_path / "in")[1] == 1
    assert place.students() == {"s001": "Ann"}


def test_ids_of_the_school_are_kept(place, downloads):
    rows = [{"id": "u7341", "name": "ann lee"}]
    course.write(place.folder / "students.csv", course.table(rows))
    collect.collect(place, "backprop", downloads)
    assert "u7341" in place.submissions("backprop")
    rows = [{"id": "../gone", "name": "Ann Lee"}]
    course.write(place.folder / "students.csv", course.table(rows))
    with pytest.raises(course.CourseError, match=r"got '\.\./gone'"):
        collect.collect(place, "backprop", downloads)


def test_a_zip_file_writes_nothing_outside(place, downloads, tmp_path):
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr("../../Ann/backprop.ipynb", "{}")
        archive.writestr("/Bo/backprop.ipynb", "{}")
    before = set(tmp_path.rglob("*"))
    collect.collect(place, "backprop", tmp_path / "bad.zip")
    new = set(tmp_path.rglob("*")) - before
    assert all(place.folder in path.parents for path in new)


@pytest.mark.parametrize("what", ["an empty folder", "nothing", "a text file"])
def test_downloads_without_notebooks_are_one_sentence(what, place, tmp_path, capsys):
    where = tmp_path / "where"
    if what == "an empty folder":
        where.mkdir()
    elif what == "a text file":
        where.write_text("hello")
    words = ["collect", str(place.folder), "backprop", str(where)]
    assert __main__.main(words) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert str(where) in said


def as_today(text):
    return text.encode()


def with_a_mark_in_front(text):
    return text.encode("utf-8-sig")


def of_format_3(text):
    old = nbformat.convert(nbformat.reads(text, as_version=4), 3)
    return nbformat.writes(old, version=3).encode()


def with_half_a_sign(text):
    """A pair of codes for one sign of Unicode, cut in its middle."""
    return text.replace(WORDS, WORDS + "\\ud83d").encode()


def without_outputs(text):
    notebook = nbformat.reads(text, as_version=4)
    outputs_deleted(notebook)
    return json.dumps(notebook).encode()


FORMS = [as_today, with_a_mark_in_front, of_format_3, with_half_a_sign, without_outputs]


@pytest.mark.filterwarnings("ignore::nbformat.validator.MissingIDFieldWarning")
@pytest.mark.parametrize("form", FORMS, ids=lambda f: f.__name__)
def test_a_file_in_an_odd_form_keeps_its_points_and_words(
    form, place, full, tmp_path, box
):
    path = tmp_path / "in" / "Ann" / "backprop.ipynb"
    course.write(path, form(nbformat.writes(handed_in(full))))
    lines, _ = collect.collect(place, "backprop", tmp_path / "in")
    assert "cannot be read" not in "".join(lines)
    path = place.submitted("s001", "backprop")
    assert WORDS in path.read_text("utf-8")
    assert points(grade.grade(path, "s001", sets.read("backprop"), "x")) == ALL


def cells(**what):
    """A notebook with one cell, as JSON."""
    cell = {"cell_type": "code", "source": "x", "metadata": {}, "outputs": []}
    whole = {"cells": [{**cell, **what}], "metadata": {}}
    return json.dumps({**whole, "nbformat": 4, "nbformat_minor": 4}).encode()


UNREADABLE = {
    "nothing": b"",
    "half": b'{"cells": [',
    "no JSON": b"PK\3\4",
    "not UTF-8": '{"cells": "\xe9"}'.encode("latin-1"),
    "UTF-16": cells().decode().encode("utf-16"),
    "a list": b"[]",
    "a word": b'"x"',
    "a number of a format to come": b'{"nbformat": 99, "cells": []}',
    "no cells": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
    "a cell that is a number": b'{"nbformat": 4, "metadata": {}, "cells": [7]}',
    "a source that is a number": cells(source=7),
    "a source that is nothing": cells(source=None),
    "a source that is a list of numbers": cells(source=[1, 2]),
    "a source that is a table": cells(source={"a": 1}),
    "JSON that is deep": b"[" * 10**5,
}
ODD = {
    "metadata that are a list": cells(metadata=[]),
    "marks that are a number": cells(metadata={"nbgrader": 7}),
    "a mark that is a list": cells(metadata={"nbgrader": {"grade_id": [1]}}),
    "outputs that are numbers": cells(outputs=[1]),
    "a kind of cell that there is not": cells(cell_type="other"),
    "no kind of cell": cells(cell_type=None),
}


@pytest.mark.parametrize("form", [*UNREADABLE, *ODD])
def test_a_file_that_is_no_notebook_costs_nobody_else_a_point(
    form, place, full, tmp_path, box, capsys
):
    text = nbformat.writes(handed_in(full))
    course.write(tmp_path / "in" / "Ann" / "backprop.ipynb", text)
    data = {**UNREADABLE, **ODD}[form]
    course.write(tmp_path / "in" / "Bo" / "backprop.ipynb", data)
    collect.collect(place, "backprop", tmp_path / "in")
    assert __main__.main(["grade", str(place.folder), "backprop"]) == 0
    scores = course.read_table(place.graded("backprop", "scores.csv"))
    assert [row["points"] for row in scores] == ["13", "0"]
    if form in UNREADABLE:
        assert scores[1]["remark"].startswith("The file cannot be read: it is no note")


def test_a_notebook_of_500_mb_is_told_and_never_read(place, full, tmp_path):
    course.write(
        tmp_path / "in" / "Ann" / "backprop.ipynb", nbformat.writes(handed_in(full))
    )
    large = tmp_path / "in" / "Bo" / "backprop.ipynb"
    course.write(large, "{")
    os.truncate(large, 500_000_000)
    lines, _ = collect.collect(place, "backprop", tmp_path / "in")
    assert "s002 (Bo): cannot be read as a notebook (it is larger than 50 MB)" in (
        "\n".join(lines)
    )
    with pytest.raises(ValueError, match="larger than 50 MB"):
        grade.cells_of(place.submitted("s002", "backprop"))


def test_a_link_in_a_download_leads_to_nobodys_answers(place, downloads, tmp_path):
    secret = place.teacher("backprop", "solution")
    (downloads / "Eve").mkdir()
    (downloads / "Eve" / "backprop.ipynb").symlink_to(secret)
    (downloads / "Flo").symlink_to(downloads / "Di Eck", target_is_directory=True)
    lines, count = collect.collect(place, "backprop", downloads)
    assert count == 4
    assert "Eve/backprop.ipynb: no notebook, left out." in lines
    assert not {"Eve", "Flo"} & set(place.students().values())


def test_a_link_in_a_zip_file_is_a_file_of_words(place, tmp_path):
    entry = zipfile.ZipInfo("Eve/backprop.ipynb")
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    secret = str(place.teacher("backprop", "solution"))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr(entry, secret)
    lines, _ = collect.collect(place, "backprop", tmp_path / "all.zip")
    assert "cannot be read as a notebook" in lines[0]
    assert place.submitted("s001", "backprop").read_text("utf-8") == secret


def zipped(path, size=10):
    """A zip file with one notebook of zeros."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Ann/backprop.ipynb", bytes(size))
    return path.read_bytes()


def with_another_size(path, size, said):
    """A zip file that says another size than it has, in both places for it."""
    data = zipped(path, size)
    old, new = (number.to_bytes(4, "little") for number in (size, said))
    assert data.count(old) == 2
    path.write_bytes(data.replace(old, new))


def too_large(path):
    with_another_size(path, 123_456, 2**30 + 1)


def too_large_and_silent_about_it(path):
    with_another_size(path, 10**7, 10)


def damaged(path):
    data = bytearray(zipped(path, 10**4))
    data[60:64] = b"\xff\xff\xff\xff"
    path.write_bytes(data)


def locked(path):
    data = bytearray(zipped(path))
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(data)


def of_an_unknown_kind(path):
    data = bytearray(zipped(path))
    data[8] = data[data.index(b"PK\1\2") + 10] = 99
    path.write_bytes(data)


def with_a_name_too_long(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x" * 999 + "/backprop.ipynb", "{}")


def with_a_file_in_a_file(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Ann", "{}")
        archive.writestr("Ann/backprop.ipynb", "{}")


BAD_ZIPS = [
    too_large,
    too_large_and_silent_about_it,
    damaged,
    locked,
    of_an_unknown_kind,
    with_a_name_too_long,
    with_a_file_in_a_file,
]


@pytest.mark.parametrize("bad", BAD_ZIPS, ids=lambda f: f.__name__)
def test_a_zip_file_that_cannot_be_unpacked_is_one_sentence_and_changes_nothing(
    bad, place, tmp_path, capsys
):
    bad(tmp_path / "bad.zip")
    before = snapshot(place.folder)
    words = ["collect", str(place.folder), "backprop", str(tmp_path / "bad.zip")]
    assert __main__.main(words) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "bad.zip" in said
    assert snapshot(place.folder) == before


def test_one_student_in_two_spellings_counts_once_with_the_newest(
    place, full, tmp_path
):
    text = nbformat.writes(handed_in(full))
    newest = tmp_path / "in" / "ANN LEE" / "backprop.ipynb"
    course.write(newest, text.replace(WORDS, "Newest."))
    course.write(tmp_path / "in" / "Ann Lee" / "backprop.ipynb", text)
    os.utime(tmp_path / "in" / "Ann Lee" / "backprop.ipynb", (1e9, 1e9))
    assert collect.collect(place, "backprop", tmp_path / "in")[1] == 1
    assert len(place.students()) == 1
    assert "Newest." in place.submitted("s001", "backprop").read_text("utf-8")


HOSTILE = [
    "=cmd|' /C calc'!A0",
    "@SUM(1+9)*cmd",
    "+1 Ann",
    "-2+3 Bo",
    "a\\..\\..\\Windows",
    "<script>alert(1)</script>",
    "Ann\nBo",
    "\x1b[2J\x1b]0;gone\x07",
    "J\udcf6rg",
    "J\udce4rg",
    "\u5c71\u7530\u3000\u82b1\u5b50",
    '", "',
]


def test_names_that_are_tricks_are_names_and_no_more(place, full, tmp_path, box):
    text = nbformat.writes(handed_in(full))
    for name in HOSTILE:
        course.write(tmp_path / "in" / name / "backprop.ipynb", text)
        course.write(tmp_path / "in" / name / "notes \x1b[1m.txt", "x")
    lines, count = collect.collect(place, "backprop", tmp_path / "in")
    assert count == len(HOSTILE)
    students = place.students()
    assert len(students) == len(set(students.values())) == len(HOSTILE)
    assert "".join(lines).isprintable()
    for name in students.values():
        assert name.isprintable()
        assert not name.startswith(("=", "+", "-", "@", "'", ".", "\t"))
        assert not set("/\\") & set(name)
    collect.collect(place, "backprop", tmp_path / "in")
    assert place.students() == students
    assert "山田 花子" in students.values()
    assert __main__.main(["grade", str(place.folder), "backprop"]) == 0
    pages = [*place.graded("backprop").rglob("*.html")]
    assert len(pages) == len(HOSTILE) + 1
    assert not [path for path in pages if "<script" in path.read_text("utf-8")]
    with zipfile.ZipFile(report.hand_back(place, "backprop")) as archive:
        folders = {os.path.dirname(entry) for entry in archive.namelist()}
        assert folders == set(students.values())


def test_what_a_notebook_says_of_itself_is_one_line(place, full, tmp_path):
    notebook = handed_in(full)
    notebook.metadata.classroom.edition = "\x1b[2J\ns001 (Bo): full marks\ud800"
    text = json.dumps(notebook)
    course.write(tmp_path / "in" / "Ann" / "backprop.ipynb", text)
    (line,) = collect.collect(place, "backprop", tmp_path / "in")[0]
    assert line.startswith("s001 (Ann): made from the edition ?[2J s001 (Bo)")
    assert line.encode().isascii()


def test_an_unreadable_notebook_gets_a_sentence_and_no_points(place, downloads, box):
    collect.collect(place, "backprop", downloads)
    path = place.submitted("s003", "backprop")
    result = grade.grade(path, "s003", sets.read("backprop"), "x")
    assert result.points == 0
    assert result.fault.startswith("The file cannot be read: it is no notebook")
