"""Pack the offline kit: everything a class without a network needs, in one zip.

    make kit                                 dist/neural-networks-by-hand-….zip
    make kit WINDOWS=3.13                    for Windows, made on any system
    python scripts/kit.py --book FOLDER      with the pages of that folder

In it: the built book, its chapters in plain Markdown, the wheels of nnlib and of all it
needs, a start script for each system, and a README. The wheels are for the Python and
the system that make the kit, unless it is made for Windows. The pages are those of
_build/html, which `make kit` builds before.
"""

import argparse
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from make_site import metadata_of, requirements
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
TEXTS = Path(__file__).with_suffix("")  # README and start scripts, with {gaps}
NEEDED = ("[views,data]", "jupyterlab>=4")
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
HERE = f"{platform.system()} ({platform.machine()})"
WINDOWS = {
    "os_name": "nt",
    "sys_platform": "win32",
    "platform_system": "Windows",
    "platform_machine": "AMD64",
}


def pip(*arguments):
    """Run pip; ValueError with its words where it fails."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    done = subprocess.run(
        [*command, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ValueError(f"the wheels could not be gathered:\n{done.stderr[-2000:]}")


def gather_wheels(folder):
    """Put the wheels of nnlib and of all it needs into a folder."""
    pip("wheel", "--wheel-dir", folder, f"{ROOT}{NEEDED[0]}", *NEEDED[1:])


def gather_for_windows(folder, python):
    """The same for Windows with a Python such as "3.13".

    pip chooses the files for Windows but reads conditions such as `os_name == "nt"` as
    of this system; what is needed under them is found here and asked for by name.
    """
    pip("wheel", "--no-deps", "--wheel-dir", folder, ROOT)
    (own,) = folder.iterdir()
    names = [f"{own}{NEEDED[0]}", *NEEDED[1:]]
    there = [
        "--only-binary=:all:",
        "--platform=win_amd64",
        f"--python-version={python}",
    ]
    while names:
        pip("download", "--dest", folder, "--find-links", folder, *there, *names)
        names = lacking(folder, python)


def lacking(folder, python):
    """What wheels in a folder need on Windows with a Python, and is not there."""
    place = WINDOWS | {"python_version": python, "python_full_version": f"{python}.0"}
    told = [metadata_of(path)[0] for path in folder.glob("*.whl")]
    here = {canonicalize_name(metadata["Name"]) for metadata in told}
    needs = {r for m in told for r in requirements(m, place=place)}
    missed = {r for r in needs if canonicalize_name(r.name) not in here}
    return sorted({f"{r.name}{r.specifier}" for r in missed})


def fill(folder, book, windows=None):
    """Lay out the kit in a folder; return its name.

    windows: the version of Python on a Windows that the kit is for; None: for here
    """
    if not (book / "index.html").exists():
        raise ValueError(f"expected a built book in {book}, found none: make book")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    words = {
        "{version}": project["version"],
        "{python}": windows or VERSION,
        "{system}": "Windows (AMD64)" if windows else HERE,
    }
    shutil.copytree(book, folder / "book")
    shutil.copytree(book / "_sources/book", folder / "notebooks")
    for path in (folder / "notebooks").glob("*.md"):
        path.unlink()
    (folder / "wheels").mkdir()
    if windows:
        gather_for_windows(folder / "wheels", windows)
    else:
        gather_wheels(folder / "wheels")
    name, version = project["name"], project["version"]
    requirements = f"{name}{NEEDED[0]}=={version}\n" + "\n".join(NEEDED[1:]) + "\n"
    (folder / "requirements.txt").write_text(requirements, "utf-8")
    for path in sorted(TEXTS.iterdir()):
        text = path.read_text("utf-8")
        for word, value in words.items():
            text = text.replace(word, value)
        end = "\r\n" if path.suffix in (".bat", ".txt") else "\n"  # Windows reads them
        (folder / path.name).write_text(text, "utf-8", newline=end)
    shutil.copy(ROOT / "LICENSE", folder)
    return f"{name}-{version}-kit" + ("-windows" if windows else "")


def pack(book, out, windows=None):
    """Make the kit's zip in the folder out, whole or not at all; return its path."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as temporary:
        kit = Path(temporary, "kit")
        kit.mkdir()
        name = fill(kit, book, windows)
        kit.rename(kit.with_name(name))
        archive = shutil.make_archive(
            str(Path(temporary, name)), "zip", temporary, base_dir=name
        )
        return Path(archive).replace(out / f"{name}.zip")


def python_version(text):
    """A version of Python as in "3.13"; for argparse."""
    if not re.fullmatch(r"3\.\d+", text):
        raise argparse.ArgumentTypeError(f"expected a version like 3.13, got {text!r}")
    return text


def main():
    """Read the command line and do it; the exit code is 1 when something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--book", type=Path, default=ROOT / "_build/html")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument(
        "--windows",
        type=python_version,
        metavar="PYTHON",
        help="for Windows with a Python such as 3.13, not for this system",
    )
    arguments = parser.parse_args()
    windows = arguments.windows
    try:
        path = pack(arguments.book.resolve(), arguments.out.resolve(), windows)
    except ValueError as error:
        print(f"make kit: {error}", file=sys.stderr)
        return 1
    system, python = ("Windows", windows) if windows else (HERE, VERSION)
    print(f"{path}: {path.stat().st_size / 1e6:.0f} MB, for {system}, Python {python}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
