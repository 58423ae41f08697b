"""Make a release of the course in this copy: a commit and a tag, nothing sent anywhere.

    make release TAG=v1.0.0 REPOSITORY=owner/name
    python scripts/release.py v1.0.0 owner/name --dry-run     tell what would be done

1. The tree must be clean and the tag new.
2. The tag and the repository go into _config.yml, the version into pyproject.toml, the
   badge and the set-up cell into every chapter; that is one commit.
3. The book is built, and the chapters in plain Markdown that the build leaves go into
   the folder notebooks of a second commit, which the tag names and the branch does not
   hold: Colab and Binder find them there, and the branch has every chapter once.

When a step fails, what was written is taken back. Pushing is yours: the last line says
how.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import notebooks
import set_up

ROOT = set_up.ROOT
WRITTEN = ("_config.yml", "pyproject.toml", "book")
# The branch is for nbgitpuller, which fetches a tag once and fails the second time.
PUSH = "git push origin HEAD {tag} {tag}~0:refs/heads/chapters-{tag}"


def git(*arguments, **environment):
    """What git says, without the newline at its end; ValueError with its complaint."""
    done = subprocess.run(
        ["git", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ValueError(f"git {arguments[0]} failed:\n{done.stderr.strip()}")
    return done.stdout.strip()


def check(url, tag):
    """Raise ValueError, in one sentence, when a release cannot be made."""
    if not set_up.RELEASE.fullmatch(f"{url}@{tag}"):
        raise ValueError(
            "expected a tag such as v1.0.0 and a repository such as owner/name, "
            f"got {tag!r} and {url.removeprefix('https://github.com/')!r}"
        )
    if changed := git("status", "--porcelain"):
        raise ValueError(f"expected a clean tree, git status says:\n{changed}")
    if git("tag", "--list", tag):
        raise ValueError(f"expected a new tag, {tag} exists")


def write_release(url, tag):
    """Write the release into settings, version and chapters."""
    for name, patterns in {
        "_config.yml": {
            r"^  url: .*$": f"  url: {url}",
            r"^  branch: .*$": f"  branch: {tag}",
        },
        "pyproject.toml": {r"^version = .*$": f'version = "{tag[1:]}"'},
    }.items():
        text = (ROOT / name).read_text("utf-8")
        for pattern, line in patterns.items():
            text, count = re.subn(pattern, line, text, flags=re.MULTILINE)
            if count != 1:
                raise ValueError(f"{name}: expected one line {pattern}, found {count}")
        (ROOT / name).write_text(text, "utf-8")
    for path in notebooks.chapters():
        notebooks.write(notebooks.normalize(notebooks.prepared(path)), path)


def build():
    """Build the book; return the chapters in plain Markdown that this leaves."""
    command = [Path(sys.executable).with_name("jupyter-book"), "build", "."]
    done = subprocess.run(
        [*command, "--all"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ValueError(f"the book could not be built:\n{done.stdout[-3000:]}")
    found = sorted(Path(ROOT, "_build/html/_sources/book").glob("*.ipynb"))
    missing = {path.name for path in notebooks.chapters()} - {p.name for p in found}
    if missing:
        raise ValueError(f"the build left no {', '.join(sorted(missing))}")
    return found


def commit_with(paths, tag):
    """A commit on top of HEAD with files added in the folder notebooks; its name.

    Neither the branch nor the working tree is touched: the index is one of its own.
    """
    with tempfile.TemporaryDirectory() as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
        git("read-tree", "HEAD", **index)
        for path in paths:
            blob = git("hash-object", "-w", "--no-filters", str(path))
            place = f"{set_up.FOLDER}/{path.name}"
            git(
                "update-index",
                "--add",
                "--cacheinfo",
                f"100644,{blob},{place}",
                **index,
            )
        tree = git("write-tree", **index)
    words = f"Add the chapters of {tag} in plain Markdown"
    return git("commit-tree", tree, "-p", "HEAD", "-m", words)


def release(url, tag):
    """Make the two commits and the tag; when a step fails take back what was done."""
    before = git("rev-parse", "HEAD")
    try:
        write_release(url, tag)
        paths = build()
        if git("status", "--porcelain"):
            git("commit", "-m", f"Release {tag}", "--", *WRITTEN)
        git("tag", "-a", tag, "-m", f"Release {tag}", commit_with(paths, tag))
    except BaseException:
        git("reset", "--soft", before)
        git("restore", "--staged", "--worktree", "--", *WRITTEN)
        raise


def main():
    """Read the command line and do it; the exit code is 1 when something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tag", help="such as v1.0.0")
    parser.add_argument("repository", help="on GitHub, such as owner/name")
    parser.add_argument("--dry-run", action="store_true", help="check, write nothing")
    arguments = parser.parse_args()
    url, tag = f"https://github.com/{arguments.repository}", arguments.tag
    try:
        check(url, tag)
        if not arguments.dry_run:
            release(url, tag)
    except ValueError as error:
        print(f"make release: {error}", file=sys.stderr)
        return 1
    if arguments.dry_run:
        print(f"Nothing is written. The release {tag} of {url} would be:")
        print(f"1. {tag} and {url} into _config.yml, {tag[1:]} into pyproject.toml")
        print("2. badge and set-up cell into every chapter; a commit")
        print(f"3. a build; its chapters into {set_up.FOLDER}/ of the commit {tag}")
    else:
        print(f"{tag} is made, its pages are in _build/html.")
        print(f"To publish it: {PUSH.format(tag=tag)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
