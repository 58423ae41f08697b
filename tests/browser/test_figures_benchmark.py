"""The benchmark of the live figures runs and measures every one of them."""

import re
import subprocess
import sys
from pathlib import Path

import nnlib.widgets

ROOT = Path(__file__).resolve().parents[2]


def test_the_benchmark_of_the_figures_times_each_and_weighs_its_page(chromium, book):
    program = ROOT / "benchmarks" / "figures.py"
    done = subprocess.run(
        [sys.executable, program, "--quick", "--book", book],
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    moves, pages, host = done.stdout.split("\n\n")[1:]
    timed = set(re.findall(r"^\S+ +([a-z-]+) +\d+\.\d\d +\d+\.\d\d ", moves, re.M))
    assert len(timed) == len(nnlib.widgets.__all__), timed
    weighed = re.findall(r"^(\w+) +(\d+)  (?:missed)? +\d+ +\d+ +\d+", pages, re.M)
    assert len(weighed) >= len(timed)
    assert all(int(kilobytes) > 0 for _, kilobytes in weighed)
    assert host.startswith("host of the figures, kB: ")
