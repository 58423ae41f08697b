"""Starts the worker where it can reach nothing: no file, no network, no other process.

Bubblewrap (Linux) makes the sandbox. In it are the interpreter with its own library,
NumPy, the worker and what the set gives, all read-only, and two empty folders of 16 MB
in memory.
"""

import itertools
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import nnlib
from classroom import wire

HERE = Path(__file__).resolve().parent
BASE = Path(sys.base_prefix)
FOLDERS = ["/etc", "/usr", "/sandbox", "/sandbox/lib", "/sandbox/nnlib"]
LIBRARIES = [
    *map(Path, ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")),
    *(BASE / name for name in ("lib", "lib64") if BASE != Path("/usr")),
]
START = 20  # seconds for Python and NumPy to start in, on a busy machine
SIZE = "16777216"  # bytes of a folder in memory
ADVICE = (
    "Grade on Linux (or WSL 2) with bubblewrap installed, in a container that allows "
    "it, or on a machine that you can throw away, with --unsafe"
)
count = itertools.count()


class NoSandboxError(RuntimeError):
    """A sandbox cannot be had here, and why."""


class LostError(Exception):
    """The worker gave no answer that can be used: a clause that says how."""


def parts(given=()):
    """Name in the sandbox -> file or folder here, for all that the worker needs.

    given: modules of nnlib that a set gives its students
    """
    package = Path(nnlib.__file__).parent
    numpy = Path(np.__file__).parent
    libraries = numpy.with_name("numpy.libs")
    return {
        "worker.py": HERE / "worker.py",
        "wire.py": HERE / "wire.py",
        "exercise.py": package / "checks" / "exercise.py",
        "lib/numpy": numpy,
        **({"lib/numpy.libs": libraries} if libraries.exists() else {}),
        **{f"nnlib/{name}.py": package / f"{name}.py" for name in given},
    }


def wrapped(given=()):
    """The command that runs the worker in a sandbox."""
    options = ["--unshare-ipc", "--unshare-net", "--unshare-pid", "--unshare-uts"]
    options += ["--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"]
    if os.getuid():
        options += ["--unshare-user", "--uid", "65534", "--gid", "65534"]
    else:  # the worker becomes somebody else by itself, and needs these two to do it
        options += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    options += ["--hostname", "sandbox"]
    folders = {*BASE.parents, BASE, BASE / "bin", *map(Path, FOLDERS)}
    for path in sorted(folders - {Path("/")}):  # open to whom the worker becomes
        options += ["--perms", "0755", "--dir", str(path)]
    for path in [*LIBRARIES, interpreter()]:
        options += ["--ro-bind-try", str(path), str(path)]
    for path in packages():  # nnlib may be among them
        options += ["--tmpfs", str(path), "--remount-ro", str(path)]
    for name, path in parts(given).items():
        options += ["--ro-bind", str(path), f"/sandbox/{name}"]
    options += ["--proc", "/proc", "--dev", "/dev"]
    for path in ("/dev/shm", "/tmp"):
        options += ["--perms", "1777", "--size", SIZE, "--tmpfs", path]
    options += ["--remount-ro", "/", "--remount-ro", "/dev", "--chdir", "/tmp"]
    number = str(os.getpid() + next(count))  # of the somebody else
    return [
        shutil.which("bwrap") or "bwrap",
        *options,
        *python("/sandbox/worker.py"),
        number,
    ]


def packages():
    """The folders of installed packages in what the sandbox shows of this machine."""
    names = ("python3*/site-packages", "python3*/dist-packages")
    return [found for path in LIBRARIES for name in names for found in path.glob(name)]


def interpreter():
    """The program that runs the worker; that of an environment would find packages."""
    return BASE / "bin" / f"python3.{sys.version_info.minor}"


def python(worker):
    """The command that runs a worker with an interpreter that has no packages."""
    # after -I and -S it sees neither its surroundings nor anything installed
    return [str(interpreter()), "-I", "-S", "-B", worker]


def bare(folder, given=()):
    """The command that runs the worker with no sandbox, from links in a folder."""
    for name, path in parts(given).items():
        link = Path(folder) / name
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(path)
    return python(str(Path(folder) / "worker.py"))


def demand():
    """NoSandboxError unless a sandbox can be started here and answers."""
    if not shutil.which("bwrap"):
        raise NoSandboxError(f"The program bwrap is not installed. {ADVICE}.")
    try:
        with Sandbox() as box:
            box.ask(("run", 1, "", True), START)
    except LostError as error:
        raise NoSandboxError(
            f"bwrap makes no sandbox here: {error}. {ADVICE}."
        ) from None


class Sandbox:
    """A worker in a sandbox of its own. Leaving it ends every process inside.

    given: modules of nnlib that the set gives; unsafe: with no sandbox around it
    """

    def __init__(self, given=(), *, unsafe=False):
        self.folder = tempfile.TemporaryDirectory() if unsafe else None
        command = bare(self.folder.name, given) if unsafe else wrapped(given)
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env={"PATH": os.defpath},
            start_new_session=True,
        )
        os.set_blocking(self.process.stdin.fileno(), False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """End every process inside."""
        self.process.kill()  # and with it, by its own wish, all that it started
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()
        if self.folder:
            self.folder.cleanup()

    def ask(self, request, seconds, thing=None):
        """The answer to a request; LostError if none comes in time."""
        end = time.monotonic() + seconds
        try:
            self.write(wire.dumps(request), end)
            lengths = wire.size_of(self.read(8, end))
            return wire.loads(*(self.read(n, end) for n in lengths), thing)
        except BrokenPipeError:
            raise LostError(self.last_words()) from None
        except wire.FrameError as error:
            raise LostError(str(error)) from None

    def write(self, data, end):
        """Give bytes to the worker, before the clock shows end."""
        pipe = self.process.stdin.fileno()
        while data:
            self.await_pipe([], [pipe], end)
            data = data[os.write(pipe, data) :]

    def read(self, size, end):
        """So many bytes from the worker, before the clock shows end."""
        data = bytearray()
        pipe = self.process.stdout.fileno()
        while len(data) < size:
            self.await_pipe([pipe], [], end)
            part = os.read(pipe, min(size - len(data), 2**20))
            if not part:
                raise LostError(self.last_words())
            data += part
        return bytes(data)

    def await_pipe(self, to_read, to_write, end):
        """Wait until one of the pipes is ready; LostError at the end."""
        left = max(end - time.monotonic(), 0)
        if not any(select.select(to_read, to_write, [], left)):
            raise LostError("It does not come to an end")

    def last_words(self):
        """Why the worker is gone: what bwrap said, if it was bwrap."""
        self.process.kill()
        self.process.wait()
        os.set_blocking(self.process.stderr.fileno(), False)
        said = (self.process.stderr.read() or b"").decode(errors="replace").strip()
        return said.splitlines()[-1][:200] if said else "It ends Python itself"
