"""A notebook that was handed in, made as it was handed out, with the answers in it.

Colab drops the metadata of cells, students copy cells and delete others. The notebook
that was handed out says how everything was; an answer is found by its mark, else by the
name that it defines, else by its place.
"""

import copy
import re

from classroom import sets

LONGEST = 10_000  # signs of an output
SHOWN = {"text/plain", "image/png"}  # outputs that can do nothing when a teacher looks
DEFINED = re.compile(r"^(?:def|class) +(\w+)|^(\w+) *=", re.M)


def repaired(handed_in, released):
    """The notebook handed in, as nbgrader and the grader need it; and what was done."""
    notebook, done = copy.deepcopy(released), []
    edition = handed_in.metadata.get("classroom", {}).get("edition")
    if edition and edition != released.metadata.classroom.edition:
        done.append(f"made from the edition {edition}.")
    cells = [plain(cell) for cell in handed_in.cells]
    marks = [cell.metadata.nbgrader.grade_id for cell in filter(sets.graded, cells)]
    if len(marks) > len(set(marks)):
        done.append("cells copied twice, one of each kept.")
    chosen = {
        i: answer_in(cells, released.cells, i) for i in range(len(released.cells))
    }
    graded = {i for i, cell in enumerate(released.cells) if sets.graded(cell)}
    if any(i in graded and chosen[i] is None for i in chosen):
        done.append("cells deleted, put back.")
    if found_unmarked(cells, chosen, released.cells):
        done.append("lost marks of cells, restored.")
    notebook.cells = woven(cells, chosen, released.cells)
    return notebook, done


def found_unmarked(cells, chosen, released):
    """Whether an answer was found although its cell had no mark."""
    return any(
        i is not None and sets.graded(released[r]) and not sets.graded(cells[i])
        for r, i in chosen.items()
    )


def answer_in(cells, released, number):
    """The index of the student's cell that stands for a cell handed out, or None."""
    cell = released[number]
    if not sets.is_solution(cell):
        same = [i for i, own in enumerate(cells) if alike(own, cell)]
        return next(iter(same), None)
    marked = [i for i, own in enumerate(cells) if has_mark_of(own, cell)]
    if cell.cell_type == "code":
        marked += [i for i, own in enumerate(cells) if defines(own, cell)]
    else:
        marked = marked or placed(cells, released, number)
    written = [i for i in marked if not alike(cells[i], cell)]
    return max(written or marked, default=None)


def has_mark_of(own, cell):
    """Whether a cell has kept its mark and its kind."""
    return (
        sets.graded(own)
        and own.metadata.nbgrader.get("grade_id") == cell.metadata.nbgrader.grade_id
        and own.cell_type == cell.cell_type
    )


def defines(own, cell):
    """Whether a cell defines what an answer is to define."""
    asked = {a or b for a, b in DEFINED.findall(cell.source)}
    found = {a or b for a, b in DEFINED.findall(own.source)}
    return own.cell_type == "code" and bool(asked & found)


def placed(cells, released, number):
    """The index of a text right after the text of its question."""
    question = [i for i, own in enumerate(cells) if alike(own, released[number - 1])]
    after = [i + 1 for i in question if i + 1 < len(cells)]
    return [
        i
        for i in after
        if cells[i].cell_type == "markdown"
        and not any(alike(cells[i], other) for other in released)
    ]


def alike(own, cell):
    """Whether two cells say the same, spaces aside."""
    return own.cell_type == cell.cell_type and own.source.split() == cell.source.split()


def woven(cells, chosen, released):
    """The student's cells in their order, marked; missing ones after the one before.

    A stub that is left over beside its answer goes: run last, it would undo the answer.
    """
    order, taken, last = [], {}, -1
    for r, cell in enumerate(released):
        if chosen[r] is None or chosen[r] in taken:
            if sets.graded(cell) or cell.cell_type == "code":
                order.append((last, r + 1, missing(cell, chosen[r])))
        else:
            last = chosen[r]
            taken[last] = cell
    stubs = [cell for cell in released if sets.is_solution(cell)]
    for i, own in enumerate(cells):
        if i in taken or not any(alike(own, stub) for stub in stubs):
            order.append((i, 0, marked(own, taken.get(i))))
    woven = [cell for _, _, cell in sorted(order, key=lambda entry: entry[:2])]
    for number, cell in enumerate(woven):
        cell.id = f"cell-{number}"
    return woven


def missing(cell, elsewhere):
    """What stands for a cell that is not there, or in one with others."""
    cell = copy.deepcopy(cell)
    if elsewhere is not None:
        cell.source = "# The answer stands in another cell."
    return cell


def marked(own, cell):
    """The student's cell with the mark of the cell that it stands for, or with none."""
    own.metadata.pop("nbgrader", None)
    if cell is not None and sets.graded(cell):
        own.metadata.nbgrader = copy.deepcopy(cell.metadata.nbgrader)
    return own


def plain(cell):
    """A copy of a cell with short outputs, of kinds that can do nothing to a reader."""
    cell = copy.deepcopy(cell)
    cell.pop("attachments", None)
    if cell.cell_type == "code":
        outputs = map(shortened, cell.get("outputs", ()))
        cell.outputs = [short for short in outputs if short]
    return cell


def shortened(output):
    """An output cut to a length, or None where nothing of it may be shown."""
    if output.output_type == "stream":
        output.text = output.text[:LONGEST]
    elif output.output_type == "error":
        output.traceback = [line[:LONGEST] for line in output.traceback[:50]]
    else:
        output.data = {k: v for k, v in output.data.items() if k in SHOWN}
        if "text/plain" in output.data:
            output.data["text/plain"] = output.data["text/plain"][:LONGEST]
        output.metadata = {}
        return output if output.data else None
    return output
