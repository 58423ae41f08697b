"""What came of grading, for those who read it: scores, feedback, a summary.

Scores are CSV, one row for a student. The pages of feedback are named by
id. The summary shows where the class stumbled, and over what.
"""

import html
import io
import json
import zipfile
from collections import Counter

from classroom import course, feedback, grade
from classroom.feedback import COLORS
from nnlib.checks.judging import NOT_QUITE


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
    out_of = feedback.most_by_checks(found)
    middle = points[len(points) // 2]
    rows = "\n".join(
        f"<tr><td>{times}</td><td>{html.escape(name)}</td><td>{html.escape(said)}</td></tr>"
        for name, said, times in stumbles(results, found)[:25]
    )
    unread = [result.student for result in results if result.fault]
    body = [
        f"<h1>{html.escape(feedback.title_of(found))}</h1>",
        f"<p>{len(results)} notebooks{feedback.edition_of(found)}. Of "
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
    return feedback.page(f"{feedback.title_of(found)}: the class", "\n".join(body))


def write_all(place, results, found):
    """Write scores, feedback and summary of a graded set; the path of the summary.

    Marks by hand that are known go into the feedback and, with the scores, into totals.
    """
    name, known = found.name, marks(place, found.name)
    course.write(place.graded(name, "scores.csv"), course.table(scores(results)))
    for result in results:
        to = place.graded(name, "feedback", f"{result.student}.html")
        course.write(to, feedback.page_of(result, found, known.get(result.student)))
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
    rows, most = [], feedback.most_by_checks(found) + sum(found.manual.values())
    for result in results:
        by_hand = feedback.points_by_hand(known.get(result.student), found)
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
    missing = [
        s for s in students if feedback.points_by_hand(known.get(s), found) is None
    ]
    words = f"{len(students)} students, {len(missing)} of them without a mark by hand"
    return f"{words}: {course.listed(missing)}." if missing else f"{words}."


def hand_back(place, name):
    """A zip file with the feedback, named as the files came: platforms take it back."""
    rows, data = {row["id"]: row for row in place.roster()}, io.BytesIO()
    every = sorted(place.graded(name, "feedback").glob("*.html"))
    pages = [path for path in every if path.stem in place.submissions(name)]
    if not pages:
        raise course.CourseError(
            f"There is no feedback for {name!r} yet: the command grade writes it."
        )
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in pages:
            row = rows.get(path.stem, {"name": path.stem})
            sent = row.get(name) or f"{row['name'].replace('/', '-')}/"
            archive.writestr(f"{sent}{name}.html", path.read_text("utf-8"))
    to = place.graded(name, f"{name}_feedback.zip")
    course.write(to, data.getvalue())
    return to
