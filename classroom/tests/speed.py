# ruff: noqa: T201, a command line program speaks by printing
"""Time the grading of a class of 300, or of as many as a number says.

    .venv-classroom/bin/python classroom/tests/speed.py

Of ten notebooks six are right, two have mistakes, one is empty, and one holds a loop
without end.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from classroom import course, grade, report, sets

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 300
LOOP = "def relu_backward(dout, x):\n    while True:\n        pass"
MISTAKE = "def sigmoid_backward(dout, x):\n    return dout * sigmoid(x)"


def notebook(found, number):
    """The notebook of a student."""
    paper = sets.solution(found)
    for cell in filter(sets.is_solution, paper.cells):
        mark = cell.metadata.nbgrader.grade_id
        if number % 10 == 9 and mark == "relu":
            cell.source = LOOP
        elif number % 10 in (6, 7) and mark == "sigmoid":
            cell.source = MISTAKE
        elif number % 10 == 8:
            cell.source = "raise NotImplementedError"
    return nbformat.writes(paper)


def main():
    """Grade a class and print how long it took."""
    found = sets.read("backprop")
    with tempfile.TemporaryDirectory() as folder:
        place = course.Course(Path(folder))
        place.make_seed()
        for number in range(COUNT):
            to = place.submitted(f"s{number:03}", "backprop")
            course.write(to, notebook(found, number))
        started = time.perf_counter()
        results = grade.grade_class(place, found)
        report.write_all(place, results, found)
        seconds = time.perf_counter() - started
    expected = {6: 11, 7: 11, 8: 0, 9: 11}
    for number, result in enumerate(results):
        assert result.points == expected.get(number % 10, 13), result
    print(f"{COUNT} notebooks, {os.cpu_count()} processors: {seconds:.0f} s")


if __name__ == "__main__":
    main()
