"""The benchmark runs, and its plain rival does the work it is timed for."""

import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import book_style
import contestants
import numpy as np
import pytest
import speed

import nnlib

ROOT = Path(speed.__file__).parents[1]


@pytest.fixture(scope="module")
def table():
    """What the quick run prints, as lines."""
    return subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "speed.py", "--quick"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
        encoding="utf-8",
        timeout=120,
    ).stdout.splitlines()


def test_every_work_is_printed_in_order(table):
    wanted = [work.name for work in (*speed.WORKS, *speed.LIST_WORKS)]
    printed = [line[:34].rstrip() for line in table if re.search(r"\d µs$", line)]
    assert printed == wanted


def test_every_work_with_arrays_times_nnlib_against_its_goal(table):
    line = re.compile(r" {35}nnlib +(\d+\.\d\d)   \d+\.\d\d–\d+\.\d\d +≤ ([\d.]+)")
    goals = [float(match[2]) for row in table if (match := line.fullmatch(row))]
    assert goals == [work.goal for work in speed.WORKS]


def rows_and_labels(n):
    """Images and labels as the benchmark makes them."""
    return speed.data(n, np.random.default_rng(3))


@pytest.mark.parametrize("work", speed.WORKS, ids=lambda work: work.name)
def test_book_style_scores_as_nnlib_does(work):
    x, t = rows_and_labels(100)
    book, net = pair(work, x, t)
    assert np.allclose(book.score(book.x), net.forward(x), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "work", [work for work in speed.WORKS if work.optimizer], ids=lambda work: work.name
)
def test_book_style_learns_what_nnlib_learns(work):
    x, t = rows_and_labels(100)
    book, net = pair(work, x, t)
    optimizer = type(work.optimizer)(work.optimizer.lr)
    for _ in range(3):
        book.backprop(book.x, t)
        book.update(book.affines, work.optimizer.lr)
        net.backprop(x, t)
        optimizer.update(net.params, net.grads)
    assert book.loss(book.x, t) == pytest.approx(net.loss(x, t), rel=1e-3)


def pair(work, x, t):
    """The book's network and one of nnlib with the same weights."""
    book = book_style.BookStyle(work, x, t, np.random.default_rng(4))
    net = contestants.NNLib(work, x, t, np.random.default_rng(5)).net
    affines = [layer for layer in net.layers if isinstance(layer, nnlib.Affine)]
    for ours, theirs in zip(affines, book.affines, strict=True):
        ours.W = theirs.W.astype(np.float32)
    return book, net


@pytest.mark.parametrize("work", speed.WORKS, ids=lambda work: work.name)
def test_floor_does_the_products_of_the_work(work, monkeypatch):
    x, t = rows_and_labels(10_000)
    floor = contestants.Floor(work, x, t, np.random.default_rng(6))
    done, matmul = [], np.matmul

    def counted(a, b, out):
        done.append(a.shape[0] * a.shape[1] * b.shape[1])
        return matmul(a, b, out=out)

    monkeypatch.setattr(contestants.np, "matmul", counted)
    floor.run(1)
    layers = [n_in * n_out for n_in, n_out in itertools.pairwise(work.sizes)]
    passes = 3 * sum(layers) - layers[0] if work.optimizer else sum(layers)
    assert sum(done) == work.batch * passes
