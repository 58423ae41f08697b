"""A release made in a clone of this copy, for the tests that look at one.

The clone has what is committed and, on top of it, the files as they stand here.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
URL, TAG = "https://github.com/owner/name", "v1.2.3"


def git(folder, *arguments):
    """What git says in a folder."""
    name = ["-c", "user.name=A reader", "-c", "user.email=reader@example.org"]
    command = ["git", *name, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def clone(folder):
    """A clone of this copy in its state of now, committed."""
    git(ROOT, "clone", "--quiet", ROOT, folder)
    for name in git(ROOT, "ls-files", "-co", "--exclude-standard").splitlines():
        target = folder / name
        if (ROOT / name).exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)
        else:
            target.unlink(missing_ok=True)
    git(folder, "config", "user.name", "A reader")
    git(folder, "config", "user.email", "reader@example.org")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", "As it stands")
    return folder


def release(folder, *options):
    """Run the release command of a clone."""
    command = [sys.executable, "scripts/release.py", TAG, "owner/name", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def show(folder, name):
    """The text of a file as the tag has it."""
    return git(folder, "show", f"{TAG}:{name}")
