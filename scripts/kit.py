"""Pack the offline kit: everything a class without a network needs, in one zip.

    make kit                                 dist/neural-networks-by-hand-….zip
    python scripts/kit.py --book FOLDER      with the pages of that folder

In it: the built book, its chapters in plain Markdown, the wheels of nnlib and of all it
needs (for the Python and the system that make the kit), a start script for each system,
and a README. The pages are those of _build/html, which `make kit` builds before.
"""

import argparse
import platform
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEXTS = Path(__file__).with_suffix("")  # README and start scripts, with {gaps}
NEEDED = ("[views,data]", "jupyterlab>=4")
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


def gather_wheels(folder):
    """Put the wheels of nnlib and of all it needs into a folder."""
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--wheel-dir", folder]
    done = subprocess.run(
        [*pip, f"{ROOT}{NEEDED[0]}", *NEEDED[1:]],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ValueError(f"the wheels could not be gathered:\n{done.stderr[-2000:]}")


def fill(folder, book):
    """Lay out the kit in a folder."""
    if not (book / "index.html").exists():
        raise ValueError(f"expected a built book in {book}, found none: make book")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    words = {
        "{version}": project["version"],
        "{python}": VERSION,
        "{system}": f"{platform.system()} ({platform.machine()})",
    }
    shutil.copytree(book, folder / "book")
    shutil.copytree(book / "_sources/book", folder / "notebooks")
    for path in (folder / "notebooks").glob("*.md"):
        path.unlink()
    (folder / "wheels").mkdir()
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
    return f"{name}-{version}-kit"


def pack(book, out):
    """Make the kit's zip in the folder out, whole or not at all; return its path."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as temporary:
        kit = Path(temporary, "kit")
        kit.mkdir()
        name = fill(kit, book)
        kit.rename(kit.with_name(name))
        archive = shutil.make_archive(
            str(Path(temporary, name)), "zip", temporary, base_dir=name
        )
        return Path(archive).replace(out / f"{name}.zip")


def main():
    """Read the command line and do it; the exit code is 1 when something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--book", type=Path, default=ROOT / "_build/html")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    arguments = parser.parse_args()
    try:
        path = pack(arguments.book.resolve(), arguments.out.resolve())
    except ValueError as error:
        print(f"make kit: {error}", file=sys.stderr)
        return 1
    print(
        f"{path}: {path.stat().st_size / 1e6:.0f} MB, for {platform.system()} and "
        f"Python {VERSION}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
