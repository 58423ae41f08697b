"""What came of grading, for those who read it: scores, feedback, a summary.

Scores are CSV, one row for a student. Feedback is one page for each student, named by
id; it knows no name. The summary shows where the class stumbled, and over what.
"""

import html
import io
import zipfile
from collections import Counter
from pathlib import Path

from classroom import course
from nnlib.checks.judging import NOT_QUITE, NOT_YET, RIGHT

COLORS = {RIGHT: "#1672b0", NOT_QUITE: "#b84f00", NOT_YET: "#707070"}
SIGNS = {RIGHT: "✓", NOT_QUITE: "✗", NOT_YET: "…"}
STYLE = Path(__file__).with_name("report.css").read_text("utf-8")


def page(title, body):
    """A page of HTML that stands alone."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>\n{STYLE}</style></head>\n"
        f"<body>\n{body}\n</body></html>\n"
    )


def title_of(found):
    """The first heading of a set."""
    heading = found.notebook.cells[0].source.splitlines()[0]
    return heading.lstrip("# ")


def scores(results):
    """The rows of the scores: a column for each question, the points and a remark."""
    return [
        {
            "student": result.student,
            **{
                answer.id.removesuffix("-check"): answer.points
                for answer in result.answers
            },
            "points": result.points,
            "out_of": sum(answer.out_of for answer in result.answers),
            "remark": result.fault,
        }
        for result in results
    ]


def feedback(result, found):
    """The page that a student gets."""
    out_of = sum(answer.out_of for answer in result.answers)
    body = [
        f"<h1>{html.escape(title_of(found))}</h1>",
        f"<p>{html.escape(result.student)}, edition {html.escape(found.edition)}</p>",
        f'<p class="score"><b>{result.points:g}</b> of {out_of:g} points by checks</p>',
    ]
    if result.fault:
        body.append(f"<p>{html.escape(result.fault)}. Please hand it in again.</p>")
    else:
        body += ["<ol>", *map(entry, result.answers), "</ol>"]
    if found.manual:
        most = sum(found.manual.values())
        body.append(
            f"<p>What you wrote in words counts up to {most:g} points more. Your "
            "teacher reads it; those points come separately.</p>"
        )
    if result.notes:
        body.append("<h2>Cells that did not run to their end</h2>")
        body.append(
            "<p>Your notebook was run from the top, with NumPy and without a keyboard, "
            "network or files. What these cells define was used all the same, as far "
            "as it could be.</p><ul>"
        )
        body += [
            f"<li><b>Code cell {number}</b>{html.escape(note)}.</li>"
            for number, note in result.notes.items()
        ]
        body.append("</ul>")
    return page(f"{title_of(found)}: {result.student}", "\n".join(body))


def entry(answer):
    """One question in a page of feedback."""
    color, sign = COLORS.get(answer.status, "#888"), SIGNS.get(answer.status, "")
    name = answer.id.removesuffix("-check")
    return (
        f'<li style="--side: {color}"><b>{sign} {html.escape(name)}, '
        f"{answer.points:g} of {answer.out_of:g}</b>{html.escape(answer.message)}</li>"
    )


def stumbles(results):
    """(Question, sentence, how many heard it), the most frequent first."""
    heard = Counter(
        (answer.id.removesuffix("-check"), answer.message.removeprefix("Not quite: "))
        for result in results
        for answer in result.answers
        if answer.status == NOT_QUITE
    )
    return [(*what, times) for what, times in heard.most_common()]


def shares(results):
    """Question -> status -> how many, in the order of the set."""
    table = {}
    for result in results:
        for answer in result.answers:
            name = answer.id.removesuffix("-check")
            table.setdefault(name, Counter())[answer.status] += 1
    return table


def bars(results):
    """A bar for each question: how many are right, not quite and not yet."""
    legend = "".join(
        f'<span style="--side: {color}">{status}</span>'
        for status, color in COLORS.items()
    )
    body = [f'<p class="legend">{legend}</p>']
    for name, counts in shares(results).items():
        parts = "".join(
            f'<span style="background: {COLORS[status]}; flex: {counts[status]}" '
            f'title="{status}">{counts[status]}</span>'
            for status in COLORS
            if counts[status]
        )
        body.append(f"<dt>{html.escape(name)}</dt><dd>{parts}</dd>")
    return "\n".join([body[0], "<dl>", *body[1:], "</dl>"])


def summary(results, found):
    """The page for the teacher: how the class did, and over what it stumbled."""
    points = sorted(result.points for result in results)
    out_of = sum(question.points for question in found.questions)
    middle = points[len(points) // 2]
    rows = "\n".join(
        f"<tr><td>{times}</td><td>{html.escape(name)}</td><td>{html.escape(said)}</td></tr>"
        for name, said, times in stumbles(results)[:25]
    )
    unread = [result.student for result in results if result.fault]
    body = [
        f"<h1>{html.escape(title_of(found))}</h1>",
        f"<p>{len(results)} notebooks, edition {html.escape(found.edition)}. Of "
        f"{out_of:g} points by checks the middle one has {middle:g}, the lowest "
        f"{points[0]:g}, the highest {points[-1]:g}.</p>",
        bars(results),
    ]
    if unread:
        body.append(f"<p>Cannot be read: {html.escape(', '.join(unread))}.</p>")
    if rows:
        body.append("<h2>What was said most often</h2>")
        body.append(
            f"<table><tr><th>times</th><th>question</th><th>sentence</th></tr>\n{rows}\n</table>"
        )
    return page(f"{title_of(found)}: the class", "\n".join(body))


def write_all(place, results, found):
    """Write scores, feedback and summary of a graded set; the path of the summary."""
    name = found.name
    course.write(place.graded(name, "scores.csv"), course.table(scores(results)))
    for result in results:
        to = place.graded(name, "feedback", f"{result.student}.html")
        course.write(to, feedback(result, found))
    course.write(place.graded(name, "summary.html"), summary(results, found))
    return place.graded(name, "summary.html")


def totals(place, found, marks):
    """Scores joined with marks by hand: rows of totals. marks: student -> points."""
    path = place.graded(found.name, "scores.csv")
    if not path.exists():
        raise course.CourseError(f"{path} is missing: the command grade writes it.")
    rows = []
    for row in course.read_table(path):
        by_hand = marks.get(row["student"])
        rows.append(
            {
                "student": row["student"],
                "by_checks": row["points"],
                "by_hand": "" if by_hand is None else f"{by_hand:g}",
                "total": f"{float(row['points']) + (by_hand or 0):g}",
                "out_of": f"{float(row['out_of']) + sum(found.manual.values()):g}",
            }
        )
    return rows


def hand_back(place, name):
    """A zip file with the feedback, in folders named as the files came."""
    names, data = place.students(), io.BytesIO()
    pages = sorted(place.graded(name, "feedback").glob("*.html"))
    if not pages:
        raise course.CourseError(
            f"There is no feedback for {name!r} yet: the command grade writes it."
        )
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in pages:
            folder = names.get(path.stem, path.stem).replace("/", "-")
            archive.writestr(f"{folder}/{name}.html", path.read_text("utf-8"))
    to = place.graded(name, f"{name}_feedback.zip")
    course.write(to, data.getvalue())
    return to
