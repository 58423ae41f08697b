"""Whatever a notebook does, nothing outside changes, nothing is gained.

Every trick stands in a notebook whose other answers are right. The answer it replaces
is wrong, so a trick that works would earn points.
"""

import ast
import itertools
import json
import os
import socket
import time
from pathlib import Path

import nbformat
import pytest
from conftest import SETS, answers, filled, points, snapshot

from classroom import feedback, grade, runner, sandbox, sets, wire
from nnlib import checks

ALL = {"affine": 3, "relu": 2, "sigmoid": 2, "softmax": 3, "leaky": 3}
FAST = runner.Limits(call=1, cell=2, all=15)

# In the place of the answer to question 2: wrong, with a trick to make it count.
IN_AN_ANSWER = {
    "a loop without end": "while True:\n        pass",
    "a loop that swallows exceptions": """while True:
        try:
            while True:
                pass
        except BaseException:
            pass""",
    "a generator that never ends": "return sum(iter(int, 1))",
    "a search that takes years": (
        "import re\n    return re.match('(a+)+$', 'a' * 60 + 'b')"
    ),
    "os._exit": "import os\n    os._exit(0)",
    "sys.exit": "import sys\n    sys.exit(0)",
    "a crash of the interpreter": "import ctypes\n    ctypes.string_at(0)",
    "a recursion without end": "return relu_backward(dout, x)",
    "a signal to itself": "import os\n    os.kill(os.getpid(), 9)",
    "a stopped process": "import os\n    os.kill(os.getpid(), 19)",
    "4 GiB of memory": "return bytearray(2**32)",
    "memory in small parts": "return [bytearray(2**20) for _ in range(4096)]",
    "an answer of a gigabyte": "return np.zeros(2**27)",
    "an answer in itself": "a = []\n    a.append(a)\n    return a",
    "an answer of many lists": (
        "a = 1\n    for _ in range(900):\n        a = [a]\n    return a"
    ),
    "an answer of words": "return '<script>alert(1)</script>'",
    "an enormous number": "return 10 ** 10 ** 4",
    "10 MB of output": "print('x' * 10**7)\n    return dout",
    "threads": """import threading
    for _ in range(100):
        threading.Thread(target=relu_backward, args=(dout, x)).start()""",
    "a signal to every process": "import os\n    os.kill(-1, 9)",
    "a signal to its parent": "import os\n    os.kill(os.getppid(), 9)",
    "no numbers": "return np.full_like(dout, np.nan)",
    "numbers without end": "return np.full_like(dout, np.inf)",
    "an array without dimensions": "return np.array(7.0)",
    "an array of objects": "return np.array([dout, None], object)",
    "a generator": "return (row for row in dout)",
    "a word that no file can hold": "raise ValueError('\\ud800 <script>')",
    "a name that is HTML": "raise type('<script>', (Exception,), {})",
    "a search of its memory": """import gc, sys
    seen, frame = gc.get_objects(), sys._getframe(1)
    while frame:
        seen += [*frame.f_locals.values(), *frame.f_globals.values()]
        frame = frame.f_back
    found = [a for a in seen if isinstance(a, np.ndarray) and a.shape == dout.shape]
    return next((a for a in found if not (a is dout or a is x)), 7 * dout)""",
    "a trace of every step": """import sys
    sys.settrace(lambda *a: sys.exit())
    return 7 * dout""",
    "something that calls itself an array": """class Yes:
        __array_interface__ = dout.__array_interface__
        shape, ndim, dtype = dout.shape, dout.ndim, dout.dtype
        def __array__(self, *args, **kwargs):
            return dout
        def __getattr__(self, name):
            return lambda *args: True
    return Yes()""",
    "an equality that always holds": """class Yes(float):
        def __eq__(self, other):
            return True
        __le__ = __ge__ = __eq__
    return Yes()""",
    "an array that always agrees": """class Yes(np.ndarray):
        def __array_ufunc__(self, *args, **kwargs):
            return np.True_
        def __sub__(self, other):
            return 0 * dout
    return np.zeros_like(dout).view(Yes)""",
    "an exception that cannot be named": """class Odd(Exception):
        def __str__(self):
            os = __import__('os')
            os._exit(0)
    raise Odd""",
}
WRONG = "def relu_backward(dout, x):\n    return 7 * dout\n\n"

# The answer is wrong; before it, at the top of its cell, stands the trick.
AT_THE_TOP = {
    "a loop without end": "while True:\n    pass",
    "a loop that swallows exceptions": (
        "while True:\n    try:\n        while True:\n            pass\n"
        "    except BaseException:\n        pass"
    ),
    "os._exit": "import os\nos._exit(0)",
    "sys.exit": "import sys\nsys.exit()",
    "a patched numpy": (
        "np.allclose = np.array_equal = lambda *a, **k: True\n"
        "np.abs = np.argwhere = lambda *a, **k: np.zeros(0)\n"
        "np.asarray = lambda x, *a, **k: np.zeros((3, 4))"
    ),
    "a patched assert": (
        "import ast, sys\n"
        "class NoAssert(ast.NodeTransformer):\n"
        "    def visit_Assert(self, node):\n        return ast.Pass()\n"
        "try:\n    get_ipython().ast_transformers.append(NoAssert())\n"
        "except NameError:\n    pass\n"
        "AssertionError = type('Never', (BaseException,), {})"
    ),
    "a patched doctest": (
        "import doctest\ndoctest.testmod = lambda *a, **k: (0, 9)\n"
        "doctest.DocTestRunner.run = lambda *a, **k: (0, 9)"
    ),
    "a patched check": (
        "import nnlib.checks, sys\n"
        "nnlib.checks.check = nnlib.checks.judge = lambda *a, **k: True"
    ),
    "patched builtins": (
        "import builtins\nbuiltins.all = builtins.any = lambda *a: True\n"
        "builtins.abs = lambda x: 0\nbuiltins.zip = lambda *a, **k: []\n"
        "builtins.len = lambda *a: 2"
    ),
    "an error without words": (
        "import sys\nmain = sys.modules['__main__']\n"
        "main.answer = lambda function, args: ('KeyError', '', None, args)"
    ),
    "arrays in the place of words": (
        "import sys\nmain = sys.modules['__main__']\n"
        "main.answer = lambda function, args: (np.eye(2), np.eye(2), None, args)\n"
        "main.run = lambda *args: np.eye(2)"
    ),
    "a patched json": (
        "import json\nreal = json.dumps\n"
        'json.dumps = lambda *a, **k: \'{"status": "right"}\''
    ),
    "a patched worker": (
        "import sys\nmain = sys.modules['__main__']\n"
        "wire = sys.modules.get('wire')\n"
        "wire.dumps = lambda *a, **k: b'\\0\\0\\0\\4\\0\\0\\0\\0true'"
    ),
    "forged results on every descriptor": (
        "import os\n"
        'head = b\'{"tuple": ["", "", null, {"list": []}]}\'\n'
        "frame = len(head).to_bytes(4, 'big') + bytes(4) + head\n"
        "for fd in range(64):\n    try:\n        os.write(fd, 50 * frame)\n"
        "    except OSError:\n        pass"
    ),
    "rubbish on every descriptor": (
        "import os\nfor fd in range(64):\n    try:\n"
        "        os.write(fd, os.urandom(4096))\n    except OSError:\n        pass"
    ),
    "a frame that says it is enormous": (
        "import os\nfor fd in range(3, 64):\n    try:\n"
        "        os.write(fd, b'\\xff' * 8)\n    except OSError:\n        pass"
    ),
    "JSON that is deep": (
        "import os\nhead = b'[' * 10**6\n"
        "frame = len(head).to_bytes(4, 'big') + bytes(4) + head\n"
        "for fd in range(3, 16):\n    try:\n        os.write(fd, frame)\n"
        "    except OSError:\n        pass"
    ),
    "requests eaten by a thread": (
        "import os, threading\n"
        "def eat():\n    while True:\n        try:\n            os.read(3, 99999)\n"
        "        except OSError:\n            pass\n"
        "threading.Thread(target=eat, daemon=True).start()"
    ),
    "a pickle": (
        "import os, pickle\n"
        "class Bad:\n    def __reduce__(self):\n"
        "        return os.system, ('touch /tmp/classroom_pickle',)\n"
        "for fd in range(64):\n    try:\n        os.write(fd, pickle.dumps(Bad()))\n"
        "    except OSError:\n        pass"
    ),
    "a source too large for a pipe": "x = '" + 300_000 * "y" + "'",
}


def with_answer(handed_out, source):
    """The notebook with all answers right but the one to question 2."""
    return filled(handed_out("backprop"), {**answers("backprop"), "relu": source})


@pytest.mark.parametrize("trick", IN_AN_ANSWER)
def test_an_answer_that_does_harm_costs_itself_alone(trick, handed_out, graded):
    source = f"def relu_backward(dout, x):\n    {IN_AN_ANSWER[trick]}"
    started = time.monotonic()
    result = graded(with_answer(handed_out, source), limits=FAST)
    assert points(result) == {**ALL, "relu": 0}, result
    assert time.monotonic() - started < FAST.all + 5
    page = feedback.page_of(result, sets.read("backprop"))
    assert b"<script" not in page.encode()


@pytest.mark.parametrize("trick", AT_THE_TOP)
def test_a_cell_that_does_harm_gains_nothing(trick, handed_out, graded):
    source = f"{AT_THE_TOP[trick]}\n\n{WRONG}"
    started = time.monotonic()
    result = graded(with_answer(handed_out, source), limits=FAST)
    assert points(result)["relu"] == 0, result
    assert result.points <= sum(ALL.values()) - 2
    assert time.monotonic() - started < FAST.all + 5


@pytest.mark.parametrize("loop", ["a loop without end", "os._exit", "sys.exit"])
def test_honest_answers_count_beside_a_cell_that_ends_everything(
    loop, handed_out, graded
):
    notebook = with_answer(handed_out, WRONG)
    notebook.cells.insert(2, nbformat.v4.new_code_cell(AT_THE_TOP[loop]))
    result = graded(notebook, limits=FAST)
    assert points(result) == {**ALL, "relu": 0}
    assert len(result.notes) >= 1


def test_the_right_answer_below_a_loop_in_its_cell_still_counts(handed_out, graded):
    source = f"while True:\n    pass\n\n{answers('backprop')['relu']}"
    assert points(graded(with_answer(handed_out, source), limits=FAST)) == ALL


def test_answers_that_are_slow_together_end_with_the_time_of_all(handed_out, graded):
    known = answers("backprop")
    slow = {
        k: known[k].replace(":\n", ":\n    import time; time.sleep(0.8)\n", 1)
        for k in ("relu", "sigmoid", "softmax")
    }
    started = time.monotonic()
    notebook = filled(handed_out("backprop"), {**known, **slow})
    result = graded(notebook, limits=runner.Limits(call=1, cell=2, all=5))
    assert time.monotonic() - started < 10
    assert points(result) == {**ALL, "sigmoid": 0, "softmax": 0, "leaky": 0}
    assert "The time is up, 5 seconds in all" in result.answers[-1].message


def test_a_call_that_is_never_done_is_told_in_a_sentence(handed_out, graded):
    source = "def relu_backward(dout, x):\n    while True:\n        pass"
    result = graded(with_answer(handed_out, source), limits=FAST)
    assert result.answers[1].message.startswith("Not quite: It does not come to an end")


def reported(graded, handed_out, body):
    """What the body of a function says in the sandbox, by raising an exception."""
    source = f"def relu_backward(dout, x):\n    {body}"
    return graded(with_answer(handed_out, source), limits=FAST).answers[1].message


def test_no_file_of_the_teacher_can_be_read_or_found(graded, handed_out, released):
    here = Path(__file__).resolve().parents[2]
    targets = [released.folder / "seed.txt", released.folder / "gradebook.db", here]
    targets += [here / "nnlib", Path("/etc/passwd"), Path("/etc/shadow"), Path.home()]
    targets += [Path("/proc") / str(os.getpid()) / "environ"]
    body = f"""import os
    found = []
    for path in {[str(t) for t in targets]}:
        try:
            found.append((path, open(path).read(9)))
        except OSError as error:
            if os.path.isdir(path):
                names = os.listdir(path)
                found += [name for name in names if not name.startswith('.')]
    raise KeyError(str(found))"""
    assert "KeyError: '[]'" in reported(graded, handed_out, body)


def test_no_right_answer_is_in_the_sandbox(graded, handed_out):
    body = """import importlib, sys
    found = []
    for name in ('nnlib.checks.backprop', 'nnlib.losses', 'nnlib.network', 'numpy'):
        try:
            importlib.import_module(name)
            found.append(name)
        except ImportError:
            pass
    from nnlib import layers
    raise KeyError(str(found + [n for n in vars(layers) if n[0].isupper()]))"""
    assert "['numpy', 'Layer']" in reported(graded, handed_out, body)


def test_nothing_outside_can_be_written(graded, handed_out, released, tmp_path):
    before = snapshot(released.folder)
    targets = [released.folder / "gradebook.db", tmp_path / "new", "/sandbox/worker.py"]
    targets += ["/usr/new", "/new", "/dev/new", "/etc/new"]
    body = f"""written = []
    for path in {[str(t) for t in targets]}:
        try:
            open(path, 'a').write('forged')
            written.append(path)
        except OSError:
            pass
    open('/tmp/own', 'w').write('what is written here is forgotten')
    raise KeyError(str(written))"""
    assert "KeyError: '[]'" in reported(graded, handed_out, body)
    assert snapshot(released.folder) == before
    assert not Path("/tmp/own").exists()


def test_what_can_be_written_to_is_small(graded, handed_out):
    body = """total = 0
    for place in ('/tmp', '/dev/shm'):
        for n in range(40):
            try:
                with open(f'{place}/{n}', 'wb') as file:
                    total += file.write(bytes(2**20))
            except OSError:
                break
    raise KeyError(total // 2**20)"""
    words = reported(graded, handed_out, body)
    assert 16 <= int(words.split("KeyError: ")[1].split(",")[0]) <= 32


def test_no_network_is_there(graded, handed_out):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        body = f"""import socket
    try:
        socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 1)
    except OSError as error:
        raise KeyError('refused')"""
        assert "KeyError: 'refused'" in reported(graded, handed_out, body)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_processes_are_few_have_no_rights_and_die_with_the_sandbox(graded, handed_out):
    mark = f"classroom-{os.getpid()}-{time.monotonic_ns()}"
    body = f"""import os, sys
    status = open('/proc/self/status').read()
    rights = status.split('CapEff:')[1].split()[0]
    children = 0
    try:
        for n in range(3000):
            if not os.fork():
                os.setsid()
                os.execv(sys.executable, ['{mark}', '-c', 'while True: pass'])
            children += 1
    except OSError:
        raise KeyError((os.getuid() > 0, int(rights, 16), children))"""
    words = reported(graded, handed_out, body)
    told = words.split("KeyError: (")[1].split(")")[0].split(", ")
    assert told[:2] == ["True", "0"]
    assert int(told[2]) < 10
    time.sleep(0.5)
    assert not [line for line in command_lines() if mark.encode() in line]


def command_lines():
    """The command lines of all processes of this machine."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield path.read_bytes()
        except OSError:  # it has ended since
            continue


def test_memory_beyond_a_gigabyte_is_refused(graded, handed_out):
    for body in ("return bytearray(2**32)", "return np.ones(2**28)"):
        assert "MemoryError" in reported(graded, handed_out, body)
    small = "return bytearray(2**26)"
    assert "MemoryError" not in reported(graded, handed_out, small)


def test_memory_that_belongs_to_no_process_is_refused(graded, handed_out):
    body = """import ctypes, errno, os
    libc, got = ctypes.CDLL(None, use_errno=True), []
    if libc.shmget(0, 2**20, 0o1600) < 0:
        got.append(ctypes.get_errno() == errno.EPERM)
    try:
        os.memfd_create('x')
    except PermissionError:
        got.append(True)
    raise KeyError(str(got))"""
    assert "KeyError: '[True, True]'" in reported(graded, handed_out, body)


def test_few_files_can_be_open_at_once(graded, handed_out):
    body = """held = []
    try:
        while True:
            held.append(open('/dev/null'))
    except OSError:
        many = len(held)
        held.clear()
        raise KeyError(many)"""
    words = reported(graded, handed_out, body)
    assert 10 < int(words.split("KeyError: ")[1].split(",")[0]) < 32


def test_python_runs_on_one_thread_however_many_processors_there_are(
    graded, handed_out
):
    body = "import os\n    np.eye(500) @ np.eye(500)\n"
    body += "    raise KeyError(len(os.listdir('/proc/self/task')))"
    assert "KeyError: 1," in reported(graded, handed_out, body)


def test_a_machine_that_starts_no_sandbox_costs_no_student_a_point(
    full, tmp_path, monkeypatch
):
    class Never(Liar):
        def ask(self, *request):
            raise sandbox.LostError("It does not come to an end")

    monkeypatch.setattr(sandbox, "Sandbox", lambda *a, **k: Never((), None, None))
    nbformat.write(full("backprop"), tmp_path / "x.ipynb")
    with pytest.raises(sandbox.NoSandboxError, match="No sandbox starts: It does not"):
        grade.grade(tmp_path / "x.ipynb", "s001", sets.read("backprop"), "x")


def test_a_notebook_that_breaks_the_grader_is_told_and_stops_no_class(
    full, tmp_path, monkeypatch
):
    def broken(*_):
        raise RecursionError("too deep")

    monkeypatch.setattr(grade, "answer_to", broken)
    nbformat.write(full("backprop"), tmp_path / "x.ipynb")
    result = grade.grade(tmp_path / "x.ipynb", "s001", sets.read("backprop"), "x")
    assert result.points == 0
    assert result.fault == "It cannot be graded (RecursionError: too deep)"
    assert sum(answer.out_of for answer in result.answers) == sum(ALL.values())


def test_a_frame_gives_no_more_than_it_holds():
    """Arrays cannot share a place in the body, or a small frame would fill a memory."""
    one = {"array": "<f8", "shape": [100]}
    head = json.dumps({"list": [one] * 3}).encode()
    assert len(wire.loads(head, bytes(2400))) == 3
    with pytest.raises(wire.FrameError):
        wire.loads(head, bytes(2399))


@pytest.mark.parametrize("part", [7, "x" * 9, [], [[1.0]], [None]], ids=str)
def test_the_largest_answer_is_judged_in_seconds(part):
    large, value = [], {"list": []}
    packed = wire.packed(part, [], None, 9)
    large += [packed] * (wire.LARGEST // (len(json.dumps(packed)) + 2) - 9)
    value = json.loads(json.dumps({"list": large}))
    started = time.monotonic()
    assert not verdict_on("affine_backward", Liar(("", ""), value, "faithful"))
    assert time.monotonic() - started < 10


def test_nothing_but_two_small_folders_takes_files(graded, handed_out):
    body = """lines = [line.split() for line in open('/proc/mounts')]
    raise KeyError(str(sorted(
        place for _, place, kind, rights, *_ in lines
        if kind == 'tmpfs' and rights.startswith('rw') and place.count('/') + (
            place == '/dev/shm') != 2 or place == '/dev/shm')))"""
    assert "KeyError: \"['/dev/shm', '/tmp']\"" in reported(graded, handed_out, body)


def test_of_this_machine_only_libraries_and_the_interpreter_are_there(
    graded, handed_out
):
    body = f"""import os
    kept = ('/proc', '/dev', '/sandbox', '/tmp', '/lib', '/lib64', '/usr/lib',
            '/usr/lib64', '{sandbox.BASE}/lib', '{sandbox.BASE}/lib64')
    found = []
    for folder, folders, files in os.walk('/'):
        folders[:] = [f for f in folders if os.path.join(folder, f) not in kept]
        found += [os.path.join(folder, f) for f in files]
    raise KeyError(str(found))"""
    there = ["/etc/ld.so.cache", str(sandbox.interpreter())]
    words = reported(graded, handed_out, body).split('"')[1]
    assert sorted(ast.literal_eval(words)) == sorted(there)


def test_packages_beside_the_interpreter_cannot_be_imported_or_read(graded, handed_out):
    folders = [f for f in sandbox.packages() if any(f.iterdir())]
    if not folders:
        pytest.skip("nothing is installed beside the interpreter of this machine")
    names = {path.stem for f in folders for path in f.iterdir() if path.is_dir()}
    body = f"""import importlib, os, sys
    found = []
    for folder in {[str(f) for f in folders]}:
        try:
            found += os.listdir(folder)
        except PermissionError:
            pass
    sys.path += {[str(f) for f in folders]}
    for name in {sorted(n for n in names if n.isidentifier() and n != "numpy")}:
        try:
            module = importlib.import_module(name)
            found += [name] * bool(getattr(module, '__file__', None))
        except ImportError:
            pass
    raise KeyError(str(found))"""
    assert "KeyError: '[]'" in reported(graded, handed_out, body)


def test_every_folder_of_packages_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(sandbox, "LIBRARIES", [tmp_path / "lib", tmp_path / "no"])
    made = [
        tmp_path / "lib" / name
        for name in ("python3.11/site-packages", "python3/dist-packages")
    ]
    for path in made:
        path.mkdir(parents=True)
    (tmp_path / "lib" / "python3.11" / "json").mkdir()
    assert sorted(sandbox.packages()) == sorted(made)


def test_a_forged_pickle_runs_nowhere(graded, handed_out):
    source = f"{AT_THE_TOP['a pickle']}\n\n{WRONG}"
    graded(with_answer(handed_out, source), limits=FAST)
    assert not Path("/tmp/classroom_pickle").exists()


def test_a_student_sees_only_the_case_that_is_tried(graded, handed_out):
    """Cases that come later are not in the process, nor the secret that makes them."""
    body = """import gc
    held = [o for o in gc.get_objects() if isinstance(o, np.ndarray)]
    raise KeyError((len([a for a in held if a.shape == (3, 4)])))"""
    words = reported(graded, handed_out, body)
    assert int(words.split("KeyError: ")[1].split(",")[0]) <= 2


@pytest.mark.parametrize("name", SETS)
def test_who_learns_the_public_cases_by_heart_does_not_know_those_that_are_graded(name):
    for question in sets.read(name).questions:
        for exercise, _ in question.tries:
            shown = {wire.dumps(case) for case in checks.cases(exercise, grade.PUBLIC)}
            for secret in ("one", "two", "three"):
                seed = grade.hidden(secret, exercise)
                graded = {wire.dumps(case) for case in checks.cases(exercise, seed)}
                assert graded - shown, exercise


SENT = [name for name in checks.EXERCISES if sets.can_be_sent(name)]
ARRAY = {"array": "<f8", "shape": [2]}
# What a worker that a student has made over may say, as JSON.
WORDS = [None, "", "KeyError", "NotImplementedError", 5, ARRAY, {"list": []}]
VALUES = [
    *[None, True, 10**300, float("nan"), float("inf"), "right", ARRAY],
    {"array": "<f8", "shape": []},
    {"array": "<f8", "shape": [0, 9]},
    {"array": "<f8", "shape": [1] * 99},
    {"array": "<f8", "shape": [10**30]},
    {"array": "O", "shape": [1]},
    {"thing": 1, "type": "ndarray"},
    {"thing": {}, "type": []},
    {"list": [1, {"list": [2, "x"]}, ARRAY]},
    {"tuple": [{"thing": 1, "type": "x"}, None, 10**300]},
    {"tuple": [None, None, None]},
    {"dict": 1},
    7.25,
]


class Liar:
    """A sandbox that says what it likes, about the arguments too."""

    def __init__(self, words, value, after):
        self.words, self.value, self.after = words, value, after

    def ask(self, request, seconds, thing):
        if request[0] == "run":
            return (None,)
        try:
            args = json.loads(json.dumps(wire.packed(request[-1], [], None, 9)))
            after = args if self.after == "faithful" else self.after
            said = json.dumps({"tuple": [*self.words, self.value, after]})
            return wire.loads(said.encode(), bytes(10**5), thing)
        except wire.FrameError as error:
            raise sandbox.LostError(str(error)) from None

    def close(self):
        pass


def verdict_on(exercise, liar):
    """What is made of a liar's answers to an exercise."""
    running = runner.Runner({}, lambda: liar, FAST)
    return grade.tried(running, exercise, "answer", [7])


@pytest.mark.parametrize("exercise", SENT)
def test_no_lie_of_a_worker_is_right_or_stops_the_grader(exercise):
    for words in itertools.product(WORDS, WORDS):
        assert not verdict_on(exercise, Liar(words, None, "faithful")), words
    for value in VALUES:
        many = {"list": [value] * len(checks.find(exercise).parameters)}
        for after in ("faithful", value, many):
            liar = Liar(("", ""), value, after)
            assert not verdict_on(exercise, liar), (value, after)
