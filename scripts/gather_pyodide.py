"""Gather what the registries hold of Pyodide, for a site that serves it itself.

    python scripts/gather_pyodide.py FOLDER

The core comes from npm, pure wheels from the Python index: enough to start Python in a
browser and to run cells without NumPy. The builds of NumPy, Matplotlib and other
compiled packages for browsers are on the CDN of Pyodide's makers alone.
"""

import argparse
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from make_site import BROWSER, CORE, LISTS, VERSION, needed

FIRST = "ipython jedi joblib matplotlib micropip tqdm typing-extensions".split()


def gather_core(folder):
    """Put Pyodide's core into a folder."""
    with tempfile.TemporaryDirectory() as work:
        command = ["npm", "pack", "--silent", f"pyodide@{VERSION}"]
        subprocess.run(command, cwd=work, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(work).iterdir()
        with tarfile.open(archive) as packed:
            for name in CORE:
                file = packed.extractfile(f"package/{name}")
                (folder / name).write_bytes(file.read())


def gather_wheels(folder, packages):
    """Put the pure wheels among these packages into a folder."""
    pure = [p for p in packages.values() if p["file_name"].endswith("-none-any.whl")]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download"]
    pip += ["--quiet", "--no-deps", "--only-binary=:all:", "--platform=any"]
    pip += [f"--python-version={BROWSER['python_version']}", "--dest", folder]
    subprocess.run([*pip, *(f"{p['name']}=={p['version']}" for p in pure)], check=True)


def main():
    """Read the command line; the exit code is 1 where something cannot be had."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    lock = json.loads((LISTS / "pyodide-lock.json").read_text("utf-8"))
    packages = needed(lock, FIRST)
    try:
        gather_core(folder)
        gather_wheels(folder, packages)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"Pyodide could not be gathered: {error}", file=sys.stderr)
        return 1
    lacking = [
        name
        for name, package in packages.items()
        if not (folder / package["file_name"]).exists()
    ]
    print(f"{folder}: Pyodide {VERSION} without {', '.join(lacking)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
