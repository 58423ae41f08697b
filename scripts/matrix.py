"""Test the core of nnlib with the oldest NumPy it allows, a middle one and the newest.

    python scripts/matrix.py          with this Python: the oldest NumPy and the newest
    python scripts/matrix.py --all    with every Python at hand, and with NumPy 2.0 too

A warning is an error in these tests, so that what a NumPy deprecates is found before it
is gone. A NumPy that has no wheel for a Python is told and left out; each Python and
the oldest NumPy must have been tested once.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CORE = (
    "perceptron pure activations losses initializers optimizers gradients datasets "
    "layers network training"
).split()
NEEDED = ("pytest>=8", "hypothesis>=6.100", "autograd>=1.7", "pooch>=1.8", "tqdm>=4.66")
NO_WHEEL = "No matching distribution found for numpy"
VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"


def floors():
    """(Oldest Python, oldest NumPy) of pyproject.toml, as texts."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    (numpy,) = [d for d in project["dependencies"] if d.startswith("numpy")]
    return project["requires-python"].removeprefix(">="), numpy.removeprefix("numpy>=")


def pythons():
    """Version -> program, of the Pythons in PATH and those that pyenv keeps."""
    oldest = tuple(map(int, floors()[0].split(".")))
    kept = Path.home().glob(".pyenv/versions/3.*/bin/python")
    named = [shutil.which(f"python3.{minor}") for minor in range(oldest[1], 30)]
    found = {}
    for program in [sys.executable, *filter(None, named), *map(str, kept)]:
        done = subprocess.run(
            [program, "-c", VERSION], capture_output=True, text=True, check=False
        )
        version = done.stdout.strip()
        if re.fullmatch(r"3\.\d+", version):
            if tuple(map(int, version.split("."))) >= oldest:
                found.setdefault(version, program)
    return found


def test(program, numpy, folder):
    """Test the core in a new environment: "passed …", "no wheel", or ValueError."""
    python = Path(folder, "bin/python")
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    tests = [f"tests/test_{name}.py" for name in CORE]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    for command in (
        [program, "-m", "venv", "--clear", folder],
        [python, *pip, "--only-binary=numpy", numpy],
        [python, *pip, numpy, *NEEDED],
        [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests],
    ):
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if numpy in command and NO_WHEEL in done.stderr:
            return "no wheel"
        if done.returncode:
            raise ValueError(f"{(done.stdout + done.stderr)[-6000:]}")
    return done.stdout.strip().splitlines()[-1]


def main():
    """Read the command line and do it; the exit code is 1 when something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true", help="every Python at hand")
    everything = parser.parse_args().all
    _, floor = floors()
    versions = [f"numpy=={floor}.*", *(["numpy==2.0.*"] if everything else []), "numpy"]
    programs = pythons()
    if not everything:
        here = f"{sys.version_info.major}.{sys.version_info.minor}"
        programs = {here: sys.executable}
    tested, failed = set(), []
    for version, program in sorted(programs.items()):
        for numpy in versions:
            with tempfile.TemporaryDirectory() as folder:
                try:
                    said = test(program, numpy, folder)
                except ValueError as error:
                    said = f"failed\n{error}"
                    failed.append(numpy)
            if said != "no wheel":
                tested |= {version, numpy}
            print(f"Python {version}, {numpy}: {said}", flush=True)
    missing = ({versions[0]} | programs.keys()) - tested
    if missing:
        print(f"never tested: {', '.join(sorted(missing))}", file=sys.stderr)
    return bool(failed or missing)


if __name__ == "__main__":
    sys.exit(main())
