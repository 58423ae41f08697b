"""Every chapter of a release runs in what Colab has, alone in an empty folder.

`make colab` calls this with the Python of an environment made from image.txt in
COLAB_PYTHON. Each chapter gets an environment of its own on top of that one, so that
its set-up cell finds no nnlib and installs it: one from the tag of a git clone, one
from the packed files of the tag, as readers do, the others from the wheel. All three
install the same files, byte for byte, so that a chapter which runs with one runs with
each. Two run at a time, in an order drawn by lot.
"""

import json
import os
import random
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import notebooks
import pytest
from released import TAG, URL, git, show

ARCHIVE = f"{URL}/archive/refs/tags/{TAG}.zip"
IMAGE = os.environ["COLAB_PYTHON"]
CHAPTERS = [path.stem for path in notebooks.chapters()]
FROM_GIT, FROM_ARCHIVE = "perceptron", "loss"  # here pip builds the wheel
ADDED = {"neural-networks-by-hand", "anywidget", "psygnal"}


def python(*arguments, executable=IMAGE):
    """What a Python prints."""
    command = [executable, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def environment(folder):
    """The Python of a new environment that has all of the image's packages."""
    python("-m", "venv", "--without-pip", folder)
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    executable = folder / "bin/python"
    site = Path(python("-c", where, executable=executable).strip())
    (site / "image.pth").write_text(python("-c", where))
    return executable


def installed(executable):
    """Distribution -> version, or address, of an environment."""
    listed = python("-m", "pip", "list", "--format=json", executable=executable)
    return {found["name"]: found["version"] for found in json.loads(listed)}


def files(executable):
    """The files of nnlib in an environment, each with its hash."""
    found = executable.parents[1].rglob("neural_networks_by_hand-*/RECORD")
    lines = [line for record in found for line in record.read_text("utf-8").split()]
    return {line for line in lines if re.match("(nnlib/|.*/METADATA).*,sha256=", line)}


def run(path, executable):
    """Execute a notebook with a Python, where it lies; return why it failed, or ""."""
    kernel = executable.parents[1] / "share/jupyter/kernels/image"
    kernel.mkdir(parents=True)
    start = [str(executable), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": start, "display_name": "Image", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(spec))
    here = os.environ | {"JUPYTER_PATH": str(kernel.parents[1]), "TQDM_DISABLE": "1"}
    command = [sys.executable, "-m", "jupyter", "execute", "--kernel_name=image"]
    done = subprocess.run(
        [*command, "--timeout=600", path], env=here, capture_output=True, text=True
    )
    return done.stderr[-6000:] if done.returncode else ""


@pytest.fixture(scope="session")
def results(released, tmp_path_factory, pytestconfig):
    """Chapter -> (reason of a failure or "", packages before, after, nnlib's files)."""
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")
    seconds = {}
    base = tmp_path_factory.mktemp("colab")
    python(
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "-w",
        base,
        released,
        executable=sys.executable,
    )
    (wheel,) = base.glob("*.whl")
    archive = base / f"{TAG}.zip"
    git(released, "archive", "--prefix=name/", f"--output={archive}", TAG)
    sources = {
        FROM_GIT: f"git+file://localhost{released}@{TAG}",
        FROM_ARCHIVE: archive.as_uri(),
    }

    def result(name):
        start = time.perf_counter()
        text = show(released, f"notebooks/{name}.ipynb")
        assert text.count(ARCHIVE) == 1
        executable = environment(base / f"{name}-env")
        folder = base / name
        folder.mkdir()
        path = folder / f"{name}.ipynb"
        path.write_text(
            text.replace(ARCHIVE, sources.get(name, wheel.as_uri())), "utf-8"
        )
        before = installed(executable)
        reason = run(path, executable)
        after = installed(executable)
        seconds[name] = time.perf_counter() - start
        return reason, before, after, files(executable)

    order = random.sample(CHAPTERS, len(CHAPTERS))
    with ThreadPoolExecutor(2) as two:
        found = dict(zip(order, two.map(result, order), strict=True))
    with capture.global_and_fixture_disabled():
        for name, taken in seconds.items():
            print(f"{name}: {taken:.0f} s", file=sys.__stderr__)
    return found


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_runs_in_what_colab_has(name, results):
    reason = results[name][0]
    assert reason == ""


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_set_up_cell_adds_nnlib_and_what_it_needs_alone(name, results):
    _, before, after, _ = results[name]
    assert after.keys() - before.keys() == ADDED
    assert before.items() <= after.items()


def test_git_archive_and_wheel_install_the_same_files(results):
    found = {name: result[3] for name, result in results.items()}
    assert len(found[FROM_GIT]) > 50
    assert all(one == found[FROM_GIT] for one in found.values())


def test_the_image_is_that_of_the_list():
    pins = Path(__file__).with_name("image.txt").read_text("utf-8")
    here = installed(IMAGE)
    for name, version in re.findall(r"^([\w-]+)==(.+)$", pins, re.MULTILINE):
        assert here[name] == version
