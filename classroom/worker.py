"""Runs a student's code. The only module that does; it runs in the sandbox, alone.

It knows no right answer, no file and no other student. It takes requests from its
standard input and sends what came of them to its standard output, frame by frame:

    ("run", number, source, full)     run the source of a cell, statement by statement
    ("call", name, args)              call a function or class of the notebook
    ("method", number, name, args)    call a method of a thing that an earlier call gave

The answers are (error,) and (raised, error, value, arguments after the call). What a
student prints goes nowhere, and to read from the keyboard finds its end.
"""

import ast
import ctypes
import errno
import linecache
import os
import platform
import re
import resource
import struct
import sys
import types

MEMORY = 2**30  # bytes of one process
PROCESSES = 4
SECONDS = 120  # of processor time; the grader's own clock is stricter
FILE = 16 * 2**20  # bytes of one file; all there is to write to is small and forgotten
FILES = 32  # open at once
# Machine -> its number, and those of shmget and memfd_create.
UNCOUNTED = {"x86_64": (0xC000003E, 29, 319), "aarch64": (0xC00000B7, 194, 279)}
STEP = struct.Struct("=HBBI")
MAGIC = re.compile(r"^([ \t]*)(?:[!%?].*|[\w.]+\?{1,2})[ \t]*$", re.M)
NOBODY, NOBODIES = 61184, 4096  # users that own nothing, and how many
LONGEST = 400  # signs of a sentence about an error


def confine():
    """Give up every right, for good: the user, memory, processes, time."""
    if os.getuid() == 0 and len(sys.argv) > 1:
        # The superuser may start as many processes as there is room for, whatever the
        # limit says: so be somebody else, in every sandbox somebody else.
        nobody = NOBODY + int(sys.argv[1]) % NOBODIES
        os.setgroups([])
        os.setresgid(nobody, nobody, nobody)
        os.setresuid(nobody, nobody, nobody)
    for name, most in {
        "AS": MEMORY,
        "NPROC": PROCESSES,
        "CPU": SECONDS,
        "FSIZE": FILE,
        "NOFILE": FILES,
        "CORE": 0,
    }.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
    # threads count as processes; NumPy starts one for each processor, if not told
    os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
    prctl(1, 9)  # end with the grader
    refuse_uncounted_memory()


def refuse_uncounted_memory():
    """Have the kernel refuse memory that belongs to no process and so has no limit.

    The filter is a program of the kernel's (man 2 seccomp), (code, skip, skip, value):
    of a call on this kind of processor with one of these numbers it makes an error.
    """
    if platform.machine() not in UNCOUNTED:
        return
    kind, *calls = UNCOUNTED[platform.machine()]
    load, equal, at_least, end = 0x20, 0x15, 0x35, 0x06
    no, yes = (end, 0, 0, 0x00050000 | errno.EPERM), (end, 0, 0, 0x7FFF0000)
    steps = [(load, 0, 0, 4), (equal, 1, 0, kind), no, (load, 0, 0, 0)]
    steps += [step for call in calls for step in ((equal, 0, 1, call), no)]
    steps += [(at_least, 0, 1, 0x40000000), no, yes]  # another way to number the calls
    program = ctypes.create_string_buffer(b"".join(STEP.pack(*s) for s in steps))
    whole = struct.pack("@HP", len(steps), ctypes.addressof(program))
    prctl(38, 1)  # no new rights, which the kernel wants first
    prctl(22, 2, ctypes.create_string_buffer(whole))


def prctl(what, *values):
    """Tell the kernel something about this process; OSError if it refuses."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(what, *values, *[0] * (4 - len(values))):
        raise OSError(ctypes.get_errno(), f"prctl {what}")


def channel():
    """The two ends of the wire, hidden from print and input."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    return requests, answers


class Layer:
    """What a layer of nnlib is derived from, with nothing in it."""

    learnable = ()


def checked(name, function=None, *, seed=0):
    """What check is while a notebook is graded: silent and content."""
    return True


def put_stand_ins():
    """Modules of nnlib that notebooks import, without an answer in them.

    A set may give real ones too; they lie in a folder beside this file.
    """
    silent = {"check": checked, "hint": checked, "exercises": checked}
    for name, contents in {
        "nnlib": {"__path__": [os.path.join(os.path.dirname(__file__), "nnlib")]},
        "nnlib.checks": silent,
        "nnlib.layers": {"Layer": Layer},
    }.items():
        module = types.ModuleType(name)
        vars(module).update(contents)
        sys.modules[name] = module
    sys.modules["nnlib"].checks = sys.modules["nnlib.checks"]
    sys.modules["nnlib"].layers = sys.modules["nnlib.layers"]


def is_definition(node):
    """Whether a statement defines or imports something and hardly can do harm."""
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return isinstance(
            node.value, ast.Constant | ast.Lambda | ast.Name | ast.UnaryOp
        )
    return isinstance(
        node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef
    )


def parsed(source, name):
    """The statements of a cell; in one that is no Python, magics of notebooks pass."""
    try:
        return ast.parse(source, name).body
    except SyntaxError:
        return ast.parse(MAGIC.sub(r"\1pass", source), name).body


def run(number, source, full, namespace):
    """Run a cell. After a statement that fails, what only defines is still run.

    full: whether to run more than definitions; the sentence of the first error, or None
    """
    name = f"cell {number}"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    first = None
    try:
        statements = parsed(source, name)
    except BaseException as error:
        return sentence(error)
    for node in statements:
        if not (full and first is None) and not is_definition(node):
            continue
        try:
            exec(compile(ast.Module([node], []), name, "exec"), namespace)
        except BaseException as error:  # SystemExit too: the rest is to be run
            first = first or sentence(error)
    return first


def sentence(error):
    """What a student reads of an exception."""
    try:
        from exercise import describe

        return describe(error)[:LONGEST]
    except BaseException:  # an exception of the student's that cannot even be named
        return "It raises an exception that cannot be shown"


def answer(function, args):
    """Call a function of the student: (raised, error, value, args after the call)."""
    import numpy as np

    try:
        with np.errstate(all="ignore"):  # an overflow is told by the judge
            value = function()
    except BaseException as error:
        return type(error).__name__, sentence(error), None, args
    return "", "", value, args


def respond(request, namespace, things):
    """What came of one request."""
    kind, which, *rest = request
    if kind == "run":
        return (run(which, *rest, namespace),)
    if kind == "method":
        name, args = rest
        return answer(lambda: getattr(things[which], name)(*args), args)
    if which not in namespace:
        return "LookupError", f"There is no {which} in the notebook", None, rest[0]
    return answer(lambda: namespace[which](*rest[0]), rest[0])


def serve():
    """Answer requests until there are no more."""
    requests, answers = channel()
    import wire

    put_stand_ins()
    namespace, things = {"__name__": "__main__"}, []

    def keep(thing):
        """The number under which a thing is kept for calls of its methods."""
        things.append(thing)
        return len(things) - 1

    while lengths := requests.read(8):
        head, body = wire.size_of(lengths)
        request = wire.loads(requests.read(head), requests.read(body))
        given = respond(request, namespace, things)
        try:
            frame = wire.dumps(given, keep)
        except BaseException as error:  # an array too large to send, a list in itself
            frame = wire.dumps(("FrameError", sentence(error), None, ()))
        answers.write(frame)
        answers.flush()


if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:0] = [here, os.path.join(here, "lib")]
    confine()
    serve()
