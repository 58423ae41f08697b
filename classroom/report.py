"""What came of grading, for those who read it: scores, feedback, a summary.

Scores are CSV, one row for a student. Feedback is one page for each student, named by
id; it knows no name. The summary shows where the class stumbled, and over what.
"""

import html
import io
import json
import zipfile
from collections import Counter
from pathlib import Path

from classroom import course, grade
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


def points_by_hand(mark, found):
    """The points of all questions in words, None where one has no mark yet."""
    points = [mark["points"].get(name) for name in found.manual] if mark else [None]
    return None if None in points else sum(points)


def score(result, found, mark):
    """The line with the points of a student."""
    out_of, by_hand = most_by_checks(found), points_by_hand(mark, found)
    if not found.manual or by_hand is None:
        return f"<b>{result.points:g}</b> of {out_of:g} points by checks"
    most = sum(found.manual.values())
    return (
        f"<b>{result.points + by_hand:g}</b> of {out_of + most:g} points: "
        f"{result.points:g} of {out_of:g} by checks, {by_hand:g} of {most:g} by hand"
    )


def most_by_checks(found):
    """The most points that checks can give."""
    return sum(question.points for question in found.questions)


def feedback(result, found, mark=None):
    """The page that a student gets. mark: what the teacher gave and wrote, if known."""
    body = [
        f"<h1>{html.escape(title_of(found))}</h1>",
        f"<p>{html.escape(result.student)}{edition_of(found)}</p>",
        f'<p class="score">{score(result, found, mark)}</p>',
    ]
    if result.fault:
        body.append(f"<p>{html.escape(result.fault)}. Please hand it in again.</p>")
    else:
        body += ["<ol>"]
        body += [entry(answer, found, mark) for answer in result.answers]
        body += [in_words(name, found, mark) for name in found.manual]
        body += ["</ol>", what_next(result, found)]
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


def edition_of(found):
    """The release, as the end of a clause."""
    return f", edition {html.escape(found.edition)}" if found.edition else ""


def entry(answer, found, mark):
    """One question in a page of feedback, with what the teacher wrote about it."""
    color, sign = COLORS.get(answer.status, "#888"), SIGNS.get(answer.status, "")
    title = html.escape(found.titles[answer.id])
    return (
        f'<li style="--side: {color}"><b>{sign} {title} ('
        f"{answer.points:g} of {answer.out_of:g})</b>{html.escape(answer.message)}"
        f"{comment(answer.id.removesuffix('-check'), mark)}</li>"
    )


def in_words(name, found, mark):
    """One question that is marked by hand, in a page of feedback."""
    points, most = (mark or {"points": {}})["points"].get(name), found.manual[name]
    title = html.escape(found.titles[name])
    if points is None:
        return (
            f"<li><b>{title} (up to {most:g})</b>Your teacher reads what you wrote; "
            "these points come later.</li>"
        )
    said = comment(name, mark) or "Marked by hand."
    return f"<li><b>{title} ({points:g} of {most:g})</b>{said}</li>"


def comment(name, mark):
    """What the teacher wrote about a cell, or nothing."""
    words = mark["comments"].get(name) if mark else None
    return f"<p>Your teacher: {html.escape(words)}</p>" if words else ""


def what_next(result, found):
    """What a student can do now, who has not got everything right."""
    open_ = [answer.id for answer in result.answers if answer.status != RIGHT]
    tries = {question.id: question.tries for question in found.questions}
    hints = [f'hint("{exercise}")' for name in open_ for exercise, _ in tries[name]]
    if not hints:
        return "<p>Every check says that you are right.</p>"
    return (
        "<h2>What next</h2><p>Open your notebook, take one question, write its answer "
        "again, run its check: it answers as often as you ask. These help: "
        f"{', '.join(f'<code>{html.escape(hint)}</code>' for hint in hints)}.</p>"
    )


def stumbles(results, found):
    """(Question, sentence, how many heard it), the most frequent first."""
    heard = Counter(
        (found.titles[answer.id], answer.message.removeprefix("Not quite: "))
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
            table.setdefault(answer.id, Counter())[answer.status] += 1
    return table


def bars(results, found):
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
        body.append(f"<dt>{html.escape(found.titles[name])}</dt><dd>{parts}</dd>")
    return "\n".join([body[0], "<dl>", *body[1:], "</dl>"])


def summary(results, found):
    """The page for the teacher: how the class did, and over what it stumbled."""
    points = sorted(result.points for result in results)
    out_of = most_by_checks(found)
    middle = points[len(points) // 2]
    rows = "\n".join(
        f"<tr><td>{times}</td><td>{html.escape(name)}</td><td>{html.escape(said)}</td></tr>"
        for name, said, times in stumbles(results, found)[:25]
    )
    unread = [result.student for result in results if result.fault]
    body = [
        f"<h1>{html.escape(title_of(found))}</h1>",
        f"<p>{len(results)} notebooks{edition_of(found)}. Of "
        f"{out_of:g} points by checks the middle one has {middle:g}, the lowest "
        f"{points[0]:g}, the highest {points[-1]:g}.</p>",
        bars(results, found),
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
    """Write scores, feedback and summary of a graded set; the path of the summary.

    Marks by hand that are known go into the feedback and, with the scores, into totals.
    """
    name, known = found.name, marks(place, found.name)
    course.write(place.graded(name, "scores.csv"), course.table(scores(results)))
    for result in results:
        to = place.graded(name, "feedback", f"{result.student}.html")
        course.write(to, feedback(result, found, known.get(result.student)))
    if known:
        rows = totals(results, found, known)
        course.write(place.graded(name, "totals.csv"), course.table(rows))
    course.write(place.graded(name, "summary.html"), summary(results, found))
    return place.graded(name, "summary.html")


def marks(place, name):
    """Student -> marks and comments by hand, as the command total last found them."""
    path = place.graded(name, "marks.json")
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def stored_results(place, found):
    """The Results of all that was collected for a set, none of them out of date."""
    secret, results = place.seed(), []
    for student, path in place.submissions(found.name).items():
        result = grade.stored(place.graded(found.name, "results", f"{student}.json"))
        if result and result.key == grade.key(path, found, secret):
            results.append(result)
    missing = len(place.submissions(found.name)) - len(results)
    if missing or not results:
        raise course.CourseError(
            f"Of {found.name!r} {missing or 'all'} notebooks are not graded yet, or "
            "have changed since: the command grade does it."
        )
    return results


def totals(results, found, known):
    """Scores joined with marks by hand: rows of totals. known: student -> marks."""
    rows, most = [], most_by_checks(found) + sum(found.manual.values())
    for result in results:
        by_hand = points_by_hand(known.get(result.student), found)
        rows.append(
            {
                "student": result.student,
                "by_checks": f"{result.points:g}",
                "by_hand": "" if by_hand is None else f"{by_hand:g}",
                "total": f"{result.points + (by_hand or 0):g}",
                "out_of": f"{most:g}",
            }
        )
    return rows


def how_many_marked(place, found):
    """A sentence about how far the marking by hand is."""
    known, students = marks(place, found.name), place.submissions(found.name)
    by_hand = [points_by_hand(known.get(student), found) for student in students]
    missing = by_hand.count(None)
    return f"{len(by_hand)} students, {missing} of them without a mark by hand."


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
