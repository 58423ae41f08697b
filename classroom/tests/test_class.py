"""A class is graded: scores, feedback, summary; interrupted, resumed, refused."""

import csv
import io
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import nbformat
import pytest
from conftest import answers, filled, nbgrader, rows, run, snapshot
from nbgrader.api import Gradebook

from classroom import collect, course, grade, report, sandbox, sets, wire
from scripts import set_up, size

ROOT = Path(__file__).resolve().parents[2]
NAMES = ["Ann Lee", "Bo Chan", "Cy Day", "Di Eck"]
WRONG = {
    "relu": "def relu_backward(dout, x):\n    return dout * (dout > 0)",
    "sigmoid": "def sigmoid_backward(dout, x):\n    return '<b>'",
}


@pytest.fixture
def in_class(place, tmp_path, handed_out):
    """A course in which four students handed in: right, wrong, empty, unreadable."""
    right = answers("backprop")
    for name, sources in zip(NAMES, [right, {**right, **WRONG}, {}], strict=False):
        text = nbformat.writes(filled(handed_out("backprop"), sources))
        course.write(tmp_path / "in" / name / "backprop.ipynb", text)
    course.write(tmp_path / "in" / NAMES[3] / "backprop.ipynb", "{")
    collect.collect(place, "backprop", tmp_path / "in")
    return place


def test_a_class_gets_scores_feedback_and_a_summary(in_class, box, capsys):
    assert run("grade", in_class.folder, "backprop") == 0
    scores = rows(in_class.graded("backprop", "scores.csv"))
    assert [scores[f"s00{i}"]["points"] for i in (1, 2, 3, 4)] == ["13", "9", "0", "0"]
    assert scores["s002"]["relu"] == scores["s002"]["sigmoid"] == "0"
    assert scores["s001"]["out_of"] == "13"
    assert scores["s004"]["remark"].startswith("The file cannot be read")
    pages = {
        path.stem: path.read_text("utf-8")
        for path in in_class.graded("backprop", "feedback").iterdir()
    }
    assert "<b>9</b> of 13 points" in pages["s002"]
    assert "The mask asks for the sign of dout." in pages["s002"]
    assert "Not yet: affine_backward" in pages["s003"]
    hints = {
        s: set(re.findall(r"hint\(&quot;(\w+)&", text)) for s, text in pages.items()
    }
    assert hints["s001"] == hints["s004"] == set()
    assert hints["s002"] == {"relu_backward", "sigmoid_backward"}
    assert len(hints["s003"]) == 5
    assert "Every check says that you are right" in pages["s001"]
    assert all("points come later" in pages[f"s00{i}"] for i in (1, 2, 3))
    assert "Please hand it in again" in pages["s004"]
    assert not any(name in page for name in NAMES for page in pages.values())
    summary = in_class.graded("backprop", "summary.html").read_text("utf-8")
    assert "4 notebooks" in summary
    assert not any(name in summary for name in NAMES)
    bar = re.search(r"<dt>2. ReLU</dt><dd>(.*)</dd>", summary)[1]
    told = re.findall(r'title="([\w ]+)">(\d+)', bar)
    assert told == [("right", "1"), ("not quite", "1"), ("not yet", "2")]
    assert "<td>1</td><td>2. ReLU</td><td>The mask asks for the sign of" in summary


def test_what_students_write_is_no_html(in_class, box, handed_out):
    top = 'raise KeyError("<script>alert(1)</script>")'
    inner = f"def sigmoid_backward(dout, x):\n    {top}"
    sources = {"relu": top, "sigmoid": inner}
    notebook = filled(handed_out("backprop"), sources)
    course.write(in_class.submitted("s001", "backprop"), nbformat.writes(notebook))
    run("grade", in_class.folder, "backprop")
    page = in_class.graded("backprop", "feedback", "s001.html").read_text("utf-8")
    assert page.count("&lt;script&gt;alert") >= 3
    assert "<script" not in page


def test_what_is_graded_is_not_graded_again(in_class, box, monkeypatch):
    run("grade", in_class.folder, "backprop")
    before = snapshot(in_class.graded("backprop"))
    calls = []
    real = grade.grade
    monkeypatch.setattr(
        grade, "grade", lambda *a, **k: calls.append(a[1]) or real(*a, **k)
    )
    run("grade", in_class.folder, "backprop")
    assert calls == []
    after = snapshot(in_class.graded("backprop"))
    assert {p: d for p, d in after.items() if p.suffix != ".html"} == {
        p: d for p, d in before.items() if p.suffix != ".html"
    }
    path = in_class.submitted("s002", "backprop")
    path.write_text(path.read_text("utf-8") + "\n")
    run("grade", in_class.folder, "backprop")
    assert calls == ["s002"]
    course.write(in_class.folder / "seed.txt", "another secret")
    run("grade", in_class.folder, "backprop")
    assert sorted(calls[1:]) == ["s001", "s002", "s003", "s004"]
    run("grade", in_class.folder, "backprop", "--again")
    assert len(calls) == 9


def test_an_interrupted_class_goes_on_where_it_was(in_class, box, monkeypatch, capsys):
    real, calls = grade.grade, []

    def interrupted(path, student, *args, **how):
        calls.append(student)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(path, student, *args, **how)

    monkeypatch.setattr(grade, "grade", interrupted)
    assert run("grade", in_class.folder, "backprop", "--workers", 1) == 130
    assert "goes on" in capsys.readouterr().err
    done = {path.stem for path in in_class.graded("backprop", "results").iterdir()}
    assert {"s001", "s002"} <= done < {"s001", "s002", "s003", "s004"}
    before = len(calls)
    assert run("grade", in_class.folder, "backprop", "--workers", 1) == 0
    assert set(calls[before:]) == {"s001", "s002", "s003", "s004"} - done
    assert len(rows(in_class.graded("backprop", "scores.csv"))) == 4


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGKILL])
def test_a_class_that_is_stopped_twice_loses_nothing_and_grades_nothing_twice(
    kind, place, box, full, tmp_path
):
    text = nbformat.writes(full("backprop"))
    for number in range(1, 17):
        course.write(place.submitted(f"s{number:03}", "backprop"), text)
    results, before = place.graded("backprop", "results"), {}
    for _ in range(2):
        process = start_grading(place, tmp_path / "said")
        wait_for(results, len(before) + 3, process)
        process.send_signal(kind)
        assert process.wait(timeout=60) == (130 if kind == signal.SIGINT else -kind)
        now = json_files(results)
        assert before.items() <= now.items()
        assert len(now) < 16
        before = now
    process = start_grading(place, tmp_path / "said")
    assert process.wait(timeout=120) == 0
    assert before.items() <= json_files(results).items()
    scores = rows(place.graded("backprop", "scores.csv"))
    assert [row["points"] for row in scores.values()] == ["13"] * 16
    assert "16/16" in (tmp_path / "said").read_text("utf-8")


def start_grading(place, said):
    """The command grade as a process of its own; what it says goes into a file."""
    words = ["-m", "classroom", "grade", str(place.folder), "backprop"]
    with said.open("w") as file:
        return subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            stdout=file,
            stderr=file,
            preexec_fn=heed_an_interrupt,
        )


def heed_an_interrupt():
    """Undo what a shell does to programs in its background: they ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_for(results, number, process, seconds=60):
    """Wait until there is a number of results, as long as a process lives."""
    for _ in range(50 * seconds):
        if len(json_files(results)) >= number:
            return
        assert process.poll() is None
        time.sleep(0.02)
    raise AssertionError("It took too long.")


def json_files(folder):
    """Name -> (moment of writing, content) of the results in a folder."""
    return {
        path.name: (path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.glob("*.json")
    }


def test_a_set_of_another_release_is_not_graded(in_class, monkeypatch, capsys):
    monkeypatch.setattr(grade, "grade", None)  # to call it would raise
    url = "https://github.com/owner/name"
    monkeypatch.setattr(set_up, "release", lambda: (url, "v2.0.0"))
    assert run("grade", in_class.folder, "backprop") == 1
    said = capsys.readouterr().err
    assert "'backprop' was handed out from no release" in said
    assert "is v2.0.0" in said
    assert not in_class.graded("backprop").exists()


def test_a_damaged_result_is_graded_again(in_class, box):
    run("grade", in_class.folder, "backprop")
    path = in_class.graded("backprop", "results", "s001.json")
    whole = json.loads(path.read_text("utf-8"))
    path.write_text(path.read_text("utf-8")[:100])
    run("grade", in_class.folder, "backprop")
    again = json.loads(path.read_text("utf-8"))
    assert again["answers"] == whole["answers"]


def test_another_seed_gives_other_cases_and_the_same_points(in_class, box):
    found = sets.read("backprop")
    path = in_class.submitted("s001", "backprop")
    for secret in ("one", "two", "three"):
        assert grade.grade(path, "s001", found, secret).points == 13
    assert len({grade.hidden(s, "affine_backward") for s in ("one", "two")}) == 2


def test_answers_that_know_only_the_public_cases_get_nothing(
    in_class, box, handed_out, graded
):
    source = (
        "def relu_backward(dout, x):\n"
        f"    if abs(x.flat[0] - {public_number()}) < 1e-9:\n"
        "        return dout * (x > 0)\n"
        "    return np.where(x > 0, dout, 0) if x.ndim == 1 else 0 * x"
    )
    notebook = filled(handed_out("backprop"), {"relu": source})
    result = graded(notebook)
    assert {a.id: a.points for a in result.answers}["relu-check"] == 0


def public_number():
    """The first number of x in the first public case."""
    from nnlib import checks

    return float(checks.cases("relu_backward", grade.PUBLIC)[0][1].flat[0])


def without_program(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))


def with_forbidden_namespaces(monkeypatch, tmp_path):
    program = tmp_path / "bwrap"
    program.write_text(
        "#!/bin/sh\necho 'bwrap: No permissions to create new' >&2\nexit 1"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.parametrize("lack", [without_program, with_forbidden_namespaces])
def test_without_a_sandbox_nothing_is_graded(
    lack, in_class, monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(grade, "grade", None)  # to call it would raise
    lack(monkeypatch, tmp_path)
    assert run("grade", in_class.folder, "backprop") == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "bwrap" in said
    assert "--unsafe" in said
    assert not in_class.graded("backprop").exists()


def test_the_flag_unsafe_grades_without_a_sandbox(in_class, monkeypatch, tmp_path):
    without_program(monkeypatch, tmp_path)
    assert run("grade", in_class.folder, "backprop", "--unsafe") == 0
    scores = rows(in_class.graded("backprop", "scores.csv"))
    assert scores["s001"]["points"] == "13"


def test_every_mistake_of_a_command_is_one_sentence(place, capsys):
    (place.folder / "seed.txt").unlink()
    commands = [
        ("grade", place.folder, "backprop", "--unsafe"),
        ("grade", place.folder, "nothing"),
        ("collect", place.folder, "backprop", place.folder / "no"),
        ("total", place.folder, "backprop"),
        ("hand-back", place.folder, "backprop"),
        ("release", place.folder, "--masters", place.folder),
        ("release", place.folder, "nothing"),
    ]
    for words in commands:
        assert run(*words) == 1, words
        said = capsys.readouterr().err
        assert said.count("\n") == 1, said
        assert said.endswith(".\n"), said
    course.write(place.folder / "seed.txt", "x")
    assert run("grade", place.folder, "backprop") == 1
    assert "Nothing is collected for 'backprop'" in capsys.readouterr().err


def test_help_tells_of_every_command(capsys):
    for words in ([], ["release"], ["collect"], ["grade"], ["total"], ["hand-back"]):
        with pytest.raises(SystemExit) as ended:
            run(*words, "--help")
        assert ended.value.code == 0
        assert len(capsys.readouterr().out) > 200


def test_the_kit_is_started_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "classroom", "grade", "nowhere", "nothing"],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 1
    assert done.stderr.startswith("There is no set 'nothing'")


def test_no_name_of_a_student_is_a_formula_of_a_spreadsheet():
    text = course.table([{"id": "s001", "name": '=HYPERLINK("http://x")'}])
    assert next(csv.DictReader(io.StringIO(text)))["name"].startswith("'=")


def test_feedback_goes_back_under_the_names_of_the_platform(in_class, box):
    run("grade", in_class.folder, "backprop")
    path = report.hand_back(in_class, "backprop")
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == [f"{n}/backprop.html" for n in NAMES]


SENT = {  # as it came -> as it goes back
    "Ann_12_assignsubmission_file/Copy of backprop.ipynb": (
        "Ann_12_assignsubmission_file/backprop.html"
    ),
    "Ann_12_assignsubmission_file_backprop (2).ipynb": (
        "Ann_12_assignsubmission_file_backprop.html"
    ),
    "ann_LATE_12_98765_Copy of backprop-1.ipynb": "ann_LATE_12_98765_backprop.html",
    "Ann/backprop.ipynb": "Ann/backprop.html",
}


@pytest.mark.parametrize("sent", SENT)
def test_feedback_goes_back_by_the_path_that_a_platform_gave(
    sent, place, full, box, tmp_path
):
    course.write(tmp_path / "in" / sent, nbformat.writes(full("backprop")))
    collect.collect(place, "backprop", tmp_path / "in")
    run("grade", place.folder, "backprop")
    course.write(place.graded("backprop", "feedback", "gone.html"), "of nobody")
    with zipfile.ZipFile(report.hand_back(place, "backprop")) as archive:
        assert archive.namelist() == [SENT[sent]]


def test_marks_by_hand_are_joined_and_nbgrader_runs_no_code(
    in_class, box, handed_out, tmp_path, capsys
):
    proof = tmp_path / "nbgrader-ran-me"
    sources = {**answers("backprop"), "relu": f"open({str(proof)!r}, 'w')"}
    notebook = filled(handed_out("backprop"), sources)
    course.write(in_class.submitted("s001", "backprop"), nbformat.writes(notebook))
    in_class.submitted("s004", "backprop").unlink()
    run("grade", in_class.folder, "backprop")
    nbgrader(in_class, "autograde", "backprop", "--create")
    assert not proof.exists()
    with Gradebook(f"sqlite:///{in_class.folder}/gradebook.db") as book:
        mark = book.find_grade("trail", "backprop", "backprop", "s001")
        mark.manual_score, mark.needs_manual_grade = 3, False
        book.db.commit()
    assert run("total", in_class.folder, "backprop") == 0
    totals = rows(in_class.graded("backprop", "totals.csv"))
    assert (totals["s001"]["by_checks"], totals["s001"]["total"]) == ("11", "14")
    assert (totals["s002"]["by_hand"], totals["s002"]["total"]) == ("", "9")
    assert totals["s003"]["by_hand"] == "0"  # not touched, so nbgrader marks it
    assert (
        "3 students, 1 of them without a mark by hand: s002." in capsys.readouterr().out
    )
    assert {row["out_of"] for row in totals.values()} == {"16"}
    with sqlite3.connect(in_class.folder / "gradebook.db") as book:
        assert book.execute("select sum(max_score) from grade_cells").fetchone() == (6,)
    page = in_class.graded("backprop", "feedback", "s001.html")
    assert "11 of 13 by checks, 3 of 3 by hand" in page.read_text("utf-8")
    run("grade", in_class.folder, "backprop")
    assert "3 of 3 by hand" in page.read_text("utf-8")


def test_who_hands_in_again_waits_for_a_new_mark_and_nobody_else(
    in_class, box, full, tmp_path, capsys
):
    in_class.submitted("s004", "backprop").unlink()
    run("grade", in_class.folder, "backprop")
    nbgrader(in_class, "autograde", "backprop", "--create")
    with Gradebook(f"sqlite:///{in_class.folder}/gradebook.db") as book:
        for student in ("s001", "s002"):
            mark = book.find_grade("trail", "backprop", "backprop", student)
            mark.manual_score, mark.needs_manual_grade = 2, False
        book.db.commit()
    run("total", in_class.folder, "backprop")
    again = filled(full("backprop"), {"trail": "It keeps x, and where it was above 0."})
    path = tmp_path / "in" / NAMES[0] / "backprop.ipynb"
    path.write_text(nbformat.writes(again), "utf-8")
    shutil.rmtree(tmp_path / "in" / NAMES[3])
    collect.collect(in_class, "backprop", tmp_path / "in")
    assert run("total", in_class.folder, "backprop") == 1
    assert "1 notebooks are not graded yet" in capsys.readouterr().err
    run("grade", in_class.folder, "backprop")
    nbgrader(in_class, "autograde", "backprop", "--create")
    assert run("total", in_class.folder, "backprop") == 0
    totals = rows(in_class.graded("backprop", "totals.csv"))
    assert [totals[f"s00{i}"]["by_hand"] for i in (1, 2)] == ["", "2"]
    assert "Your teacher reads" in in_class.graded(
        "backprop", "feedback", "s001.html"
    ).read_text("utf-8")


def test_totals_before_nbgrader_has_seen_the_class_are_refused(in_class, box, capsys):
    run("grade", in_class.folder, "backprop")
    assert run("total", in_class.folder, "backprop") == 1
    assert "nbgrader autograde backprop --create" in capsys.readouterr().err


def test_a_frame_is_read_as_it_was_written_and_rubbish_is_refused():
    import numpy as np

    value = (None, True, 3, 0.5, "x", [np.eye(2), (np.array([], np.int8),)])
    frame = wire.dumps(value)
    head, body = wire.size_of(frame[:8])
    assert len(frame) == 8 + head + body
    again = wire.loads(frame[8 : 8 + head], frame[8 + head :])
    assert again[:5] == value[:5]
    assert np.array_equal(again[5][0], np.eye(2))
    assert again[5][1][0].dtype == np.int8
    for rubbish in (
        b"",
        b"{}",
        b"[1]",
        b"\xff",
        b'{"list": 3}',
        b'{"array": "<f8", "shape": [9]}',
        b'{"array": "O", "shape": [1]}',
        b'{"array": "f8,f8", "shape": [1]}',
        b'{"array": "<f8", "shape": [-1]}',
        b'{"array": "<f8", "shape": [-1, -1]}',
        b'{"array": "<f8", "shape": [0, 99999999999999999999]}',
        b'{"tuple": [' * 30 + b"]}" * 30,
        b"1" * 5000,
        b"9" * 400,
    ):
        with pytest.raises(wire.FrameError):
            wire.loads(rubbish, bytes(16), lambda *a: None)


def test_no_module_has_more_than_200_lines_of_code_and_each_function_is_explained():
    import ast

    folder = Path(sandbox.__file__).parent
    for path in folder.glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        assert ast.get_docstring(tree), path
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not (
                node.name.startswith("__") or node.name == "one"
            ):
                assert ast.get_docstring(node), (path, node.name)
    sizes = size.module_sizes(folder)
    assert {"report.py", "tests/test_class.py"} <= set(sizes)
    too_long = {p: n for p, n in sizes.items() if "/" not in p and n > size.BUDGET}
    assert too_long == {}
    assert not [line for line in re.findall(r"import pickle", code_of(folder))]


def code_of(folder):
    """All code of the kit."""
    return "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
