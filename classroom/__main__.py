# ruff: noqa: T201, a command line program speaks by printing
"""The commands of the classroom kit. COURSE is a folder outside the project."""

import argparse
import json
import sys
from pathlib import Path

from classroom import collect, course, grade, report, sandbox, sets


def release(args):
    """Make each set's versions: for students, with solutions, for the teacher."""
    from classroom import versions  # nbgrader takes seconds to import, and only here

    wanted = args.sets or sets.names(args.masters)
    if not wanted:
        raise sets.SetError(f"There is no set in {args.masters}.")
    for name in wanted:
        found = sets.read(name, args.masters)
        for path in versions.make(args.course, found):
            print(path)


def collect_set(args):
    """Bring in what students handed in, repaired where it must be."""
    sets.read(args.set, args.masters)
    lines, count = collect.collect(args.course, args.set, args.downloads)
    print(*lines, sep="\n", end="\n" if lines else "")
    print(
        f"Collected for {args.set}: {count} notebook{'s' * (count != 1)}."
        f"{collect.still_missing(args.course, args.set)}"
    )


def grade_set(args):
    """Grade what was collected. Interrupted, it goes on where it was."""
    found = sets.read(args.set, args.masters)
    demand_edition(args.course, found)
    results = grade.grade_class(
        args.course, found, unsafe=args.unsafe, workers=args.workers, again=args.again
    )
    print(report.write_all(args.course, results, found))


def demand_edition(place, found):
    """Raise CourseError where a set was handed out from another release than this."""
    given = place.edition(found.name)
    if given not in (None, found.edition):
        now, then = (words or "no release" for words in (found.edition, given))
        raise course.CourseError(
            f"{found.name!r} was handed out from {then}, and this copy of the course "
            f"is {now}: points and checks may differ. Take {then} again, with git "
            "checkout, or make the set anew with the command release."
        )


def total(args):
    """Join scores with the marks and comments by hand in the gradebook of nbgrader."""
    from classroom import versions

    found = sets.read(args.set, args.masters)
    results = report.stored_results(args.course, found)
    marks = versions.marks_by_hand(args.course, args.set)
    to = args.course.graded(args.set, "marks.json")
    course.write(to, json.dumps(marks, indent=1))
    report.write_all(args.course, results, found)
    words = report.how_many_marked(args.course, found)
    print(f"{args.course.graded(args.set, 'totals.csv')}: {words}")


def hand_back(args):
    """Put the feedback into a zip file, under the names that the platform knows."""
    found = sets.read(args.set, args.masters)
    print(report.hand_back(args.course, args.set))
    if found.manual:
        print(report.how_many_marked(args.course, found))


def parser():
    """The commands and what they take."""
    top = argparse.ArgumentParser(prog="python -m classroom", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for name, run in {
        "release": release,
        "collect": collect_set,
        "grade": grade_set,
        "total": total,
        "hand-back": hand_back,
    }.items():
        sub = commands.add_parser(name, help=run.__doc__, description=run.__doc__)
        sub.set_defaults(run=run)
        sub.add_argument("course", metavar="COURSE", type=in_folder, help="your folder")
        sub.add_argument(
            "--masters",
            metavar="FOLDER",
            type=Path,
            default=sets.FOLDER,
            help="where the sources of the sets are, if not in classroom/sets",
        )
        if run is release:
            sub.add_argument(
                "sets", metavar="SET", nargs="*", help="all, if none is named"
            )
            continue
        sub.add_argument("set", metavar="SET", help="such as forward_pass")
        if run is collect_set:
            words = "a folder or zip file from your platform"
            sub.add_argument("downloads", metavar="DOWNLOADS", type=Path, help=words)
        if run is grade_set:
            add_options_of_grade(sub)
    return top


def add_options_of_grade(sub):
    """What only the command grade takes."""
    sub.add_argument(
        "--workers", type=positive, metavar="N", help="how many at once; all processors"
    )
    sub.add_argument(
        "--again",
        action="store_true",
        help="also what was graded before and is the same",
    )
    sub.add_argument(
        "--unsafe",
        action="store_true",
        help="with no sandbox: students' code can then read and write all you can",
    )


def in_folder(name):
    """The course of a folder."""
    return course.Course(Path(name).expanduser().resolve())


def positive(text):
    """A whole number from 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(
            f"expected a whole number from 1, got {text!r}"
        )
    return int(text)


def main(words=None):
    """Run a command; 1 and one sentence if it cannot be done."""
    args = parser().parse_args(words)
    try:
        args.run(args)
    except (course.CourseError, sets.SetError, sandbox.NoSandboxError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "Stopped. What is graded is kept; the same command goes on.",
            file=sys.stderr,
        )
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
