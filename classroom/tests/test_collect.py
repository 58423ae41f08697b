"""What Colab, platforms and copying do to a notebook costs nobody a point."""

import copy
import os
import zipfile

import nbformat
import pytest
from conftest import points

from classroom import __main__, collect, course, grade, sets
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


def test_an_unreadable_notebook_gets_a_sentence_and_no_points(place, downloads, box):
    collect.collect(place, "backprop", downloads)
    path = place.submitted("s003", "backprop")
    result = grade.grade(path, "s003", sets.read("backprop"), "x")
    assert result.points == 0
    assert result.fault.startswith("The file cannot be read: it is no notebook")
