"""Whatever a notebook does, nothing outside changes, nothing is gained.

Every trick stands in a notebook whose other answers are right. The answer it replaces
is wrong, so a trick that works would earn points.
"""

import os
import socket
import time
from pathlib import Path

import nbformat
import pytest
from conftest import answers, filled, points, snapshot

from classroom import runner

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
    small = "return bytearray(2**28)"
    assert "MemoryError" not in reported(graded, handed_out, small)


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
