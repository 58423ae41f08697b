"""Time nnlib against the floor and its peers, one thread, and print a table.

    python benchmarks/speed.py            about three minutes
    python benchmarks/speed.py --quick    a smoke test: its numbers mean nothing

README.md beside this file says what is measured and how to read it.
"""
# ruff: noqa: T201

import os

os.environ["OMP_NUM_THREADS"] = "1"  # read when NumPy is imported, not later
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"

import argparse
import importlib.util
import platform
import random
import statistics
import sys
import time
from dataclasses import dataclass, replace

import numpy as np
from book_style import BookStyle
from contestants import Floor, NNLib, PyTorch, ScikitLearn
from scalars import Lists, Micrograd

import nnlib


@dataclass
class Work:
    """One line of the table: a network and what to do with it.

    optimizer: learn with it; None: only score images. block: how many times in a row.
    goal: at most so many times the floor.
    """

    name: str
    sizes: tuple
    activation: type
    optimizer: nnlib.optimizers.Optimizer | None
    batch: int
    block: int
    goal: float


@dataclass
class ListWork:
    """One line of the lists' table; goal: at least so many times micrograd's speed."""

    name: str
    sizes: list
    block: int
    goal: float


SGD, ADAM = nnlib.SGD(lr=0.1), nnlib.Adam(lr=0.001)
RELU, LEAKY, SIGMOID = nnlib.ReLU, nnlib.LeakyReLU, nnlib.Sigmoid
SMALL, MIDDLE, WIDE = (784, 50, 10), (784, 50, 100, 10), (784, 512, 256, 10)
WORKS = (
    Work("A  784-50-10, ReLU, SGD", SMALL, RELU, SGD, 100, 150, 1.7),
    Work("B  784-50-100-10, ReLU, SGD", MIDDLE, RELU, SGD, 100, 120, 1.7),
    Work("C  784-50-10, Leaky ReLU, Adam", SMALL, LEAKY, ADAM, 100, 120, 2.1),
    Work("D  784-50-10, ReLU, 10,000 images", SMALL, RELU, None, 10_000, 2, 1.1),
    Work("D  the same, 100 by 100", SMALL, RELU, None, 100, 200, 1.1),
    Work("D  the same, one by one", SMALL, RELU, None, 1, 3000, 1.7),
    Work("D  784-50-100-10, sigmoid, 10,000", MIDDLE, SIGMOID, None, 10_000, 2, 1.1),
    Work("D  the same, 100 by 100", MIDDLE, SIGMOID, None, 100, 200, 1.1),
    Work("D  the same, one by one", MIDDLE, SIGMOID, None, 1, 3000, 1.7),
    Work("E  784-512-256-10, ReLU, SGD", WIDE, RELU, SGD, 100, 20, 1.15),
)
LIST_WORKS = (
    ListWork("lists  2-3-1", [2, 3, 1], 1000, 5),
    ListWork("lists  784-50-10", [784, 50, 10], 1, 100),
)
CONTESTANTS = {
    "nnlib": NNLib,
    "scikit-learn": ScikitLearn,
    "PyTorch": PyTorch,
    "book style": BookStyle,
}


def seconds(run, n):
    """CPU time of run(n), per time."""
    started = time.process_time()
    run(n)
    return (time.process_time() - started) / n


def data(n, rng):
    """Random images with a fifth of their pixels inked, and labels to be learned."""
    x = rng.random((n, 784), np.float32) * (rng.random((n, 784), np.float32) < 0.2)
    teacher = rng.standard_normal((784, 10), np.float32)
    return x, np.argmax(x @ teacher, axis=1)


def installed(package):
    """Say whether a package is there, without importing it."""
    return importlib.util.find_spec(package) is not None


def interleave(reference, runs, block, rounds):
    """Seconds of the reference, and for each run its times over it, one per round.

    Every block of a run stands between two blocks of the reference.
    """
    for run in (reference, *runs.values()):
        run(block)  # what happens only at the start is not timed
    taken, ratios = [seconds(reference, block)], {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            own = seconds(run, block)
            taken.append(seconds(reference, block))
            ratios[name].append(2 * own / (taken[-2] + taken[-1]))
    return statistics.median(taken), ratios


def compare(work, x, t, rounds):
    """Time all who run a work with arrays against the floor."""
    runs = {
        name: contestant(work, x, t, np.random.default_rng(0)).run
        for name, contestant in {"floor": Floor, **CONTESTANTS}.items()
        if installed(contestant.needs)
    }
    return interleave(runs.pop("floor"), runs, work.block, rounds)


def compare_lists(work, rounds):
    """Time micrograd against nnlib.pure."""
    rng = random.Random(0)
    x, t = [rng.random() for _ in range(work.sizes[0])], [0.5] * work.sizes[-1]
    runs = {}
    if installed(Micrograd.needs):
        runs["micrograd"] = Micrograd(work.sizes, x, t, rng).run
    lists = Lists(work.sizes, x, t, rng).run
    return interleave(lists, runs, work.block, rounds)


def show(name="", program="", time="", quartiles="", goal=""):
    """Print one line of the table."""
    print(f"{name:34} {program:12}{time:>11}   {quartiles:13} {goal}".rstrip())


def show_work(name, reference, times, judged, goal):
    """Print a work: the reference in microseconds, then the others as multiples."""
    taken, ratios = times
    show(name, reference, f"{1e6 * taken:,.1f} µs")
    for program, values in ratios.items():
        low, middle, high = (f"{q:.2f}" for q in statistics.quantiles(values, n=4))
        show("", program, middle, f"{low}–{high}", goal if program == judged else "")


def run(rounds, n_rows, block=None):
    """Run all works and print each when it is done; block overrules the works' own."""
    x, t = data(n_rows, np.random.default_rng(0))
    show("work", "program", "time", "quartiles", "goal")
    for work in WORKS:
        rows = slice(None) if work.optimizer else slice(10_000)
        work = replace(work, block=block or work.block)
        times = compare(work, x[rows], t[rows], rounds)
        show_work(work.name, "floor", times, "nnlib", f"≤ {work.goal}")
    for work in LIST_WORKS:
        times = compare_lists(replace(work, block=block or work.block), rounds)
        show_work(work.name, "nnlib.pure", times, "micrograd", f"≥ {work.goal}")


def main():
    """Say what is measured and on what, run, name the peers that were missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="only see that it runs")
    quick = parser.parse_args().quick
    sys.stdout.reconfigure(line_buffering=True, encoding="utf-8")
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, one thread.")
    print("CPU time: the first of each work in µs, the others in multiples of it.\n")
    # From the first large array given back, glibc learns to keep memory at hand; before
    # that, whoever comes first pays for fresh pages at every array above 128 kB.
    large = np.ones(7_500_000, np.float32)
    del large
    if quick:
        run(rounds=2, n_rows=10_000, block=1)
    else:
        run(rounds=15, n_rows=60_000)
    packages = {c.needs for c in (*CONTESTANTS.values(), Micrograd)}
    if missing := sorted(p for p in packages if not installed(p)):
        print(f"\nNot installed, so left out: {', '.join(missing)}.")


if __name__ == "__main__":
    main()
