"""Find a Chromium for the browser tests, or install one.

    python scripts/browser.py              prints the program's path, if there is one
    python scripts/browser.py --install    installs one where there is none

Looked for in this order: the variable CHROMIUM, the programs of the system, the browser
that Playwright keeps. Installed is Debian's package (as root, where apt-get is) or
Playwright's own.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find():
    """Path of a Chromium, or None; ValueError where CHROMIUM names no program."""
    if named := os.environ.get("CHROMIUM"):
        if path := shutil.which(named):
            return path
        raise ValueError(f"CHROMIUM must name a browser's program, got {named}.")
    if path := next(filter(None, map(shutil.which, PROGRAMS)), None):
        return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install():
    """Install a Chromium; CalledProcessError where that fails."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "--quiet"], check=True)
        subprocess.run(["apt-get", "install", "--yes", "chromium"], check=True)
    else:
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(command, check=True)


def main():
    """Read the command line; the exit code is 1 where no browser is found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--install", action="store_true", help="where there is none")
    arguments = parser.parse_args()
    try:
        if arguments.install and find() is None:
            install()
        path = find()
    except (ValueError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    print(path or "No Chromium found; python scripts/browser.py --install gets one.")
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
