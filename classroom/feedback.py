"""The page that a student gets: what is right, what is not and why, what to do next.

It knows the id of the student and no name.
"""

import html
from pathlib import Path

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


def page_of(result, found, mark=None):
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
