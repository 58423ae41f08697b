"""Time a training step and a forward pass in nnlib and in Keras on JAX.

    python benchmarks/frameworks.py            about two minutes
    python benchmarks/frameworks.py --quick    a smoke test: its numbers mean nothing

README.md beside this file says what is measured and how to read it.
"""
# ruff: noqa: T201

import os

os.environ["OMP_NUM_THREADS"] = "1"  # read when NumPy is imported, not later
os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"

import argparse
import itertools
import platform
import statistics
import sys
import time

import jax
import keras
import numpy as np

import nnlib

# sizes of a network, and how many batches of 100 images make an epoch
WORKS = {
    (784, 50, 10): 100,
    (784, 512, 256, 10): 60,
    (784, 2048, 2048, 10): 15,
}


def pair(sizes, rng):
    """One network twice, the same weights: of nnlib, and of Keras, compiled."""
    layers = []
    for n_in, n_out in itertools.pairwise(sizes):
        layers += [nnlib.Affine(n_in, n_out, rng=rng), nnlib.ReLU()]
    net = nnlib.Network(layers[:-1], nnlib.SoftmaxWithLoss())
    hidden = [keras.layers.Dense(n, activation="relu") for n in sizes[1:-1]]
    last = keras.layers.Dense(sizes[-1])
    model = keras.Sequential([keras.Input(sizes[:1]), *hidden, last])
    model.set_weights(net.params)
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate=0.1),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return net, model


def seconds(run):
    """Seconds of run(): on the clock, and of all processors together."""
    clock, processors = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - clock, time.process_time() - processors


def measure(sizes, n_batches, rounds):
    """Time one network: seconds of Keras's first step, then the tasks.

    A dict: task -> program -> median seconds, clock and processors. The programs take
    turns, and the first round is thrown away.
    """
    rng = np.random.default_rng(0)
    net, model = pair(sizes, rng)
    n = 100 * n_batches
    x, t = rng.random((max(n, 10_000), 784), np.float32), rng.integers(0, 10, n)

    def learn_here():
        optimizer = nnlib.SGD(lr=0.1)
        nnlib.fit(net, optimizer, x[:n], t, epochs=1, rng=rng, progress=False)

    def learn_there():
        model.fit(x[:n], t, batch_size=100, epochs=1, verbose=0)

    def score_there():
        model.predict(x[:10_000], batch_size=1000, verbose=0)

    first, _ = seconds(lambda: model.train_on_batch(x[:100], t[:100]))
    runs = {
        ("a step", "nnlib"): (learn_here, n_batches),
        ("a step", "Keras"): (learn_there, n_batches),
        ("10,000 images", "nnlib"): (lambda: net.scores(x[:10_000]), 1),
        ("10,000 images", "Keras"): (score_there, 1),
    }
    taken = {key: [] for key in runs}
    for _ in range(rounds + 1):
        for key, (run, times) in runs.items():
            taken[key].append(np.array(seconds(run)) / times)
    return first, {
        key: [statistics.median(column) for column in zip(*values[1:], strict=True)]
        for key, values in taken.items()
    }


def main():
    """Read the command line, measure, and print each network when it is done."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="only see that it runs")
    quick = parser.parse_args().quick
    sys.stdout.reconfigure(line_buffering=True, encoding="utf-8")
    print(
        f"Python {platform.python_version()}, NumPy {np.__version__}, one thread; "
        f"Keras {keras.__version__}, JAX {jax.__version__}, "
        f"{os.cpu_count()} processors.\n"
    )
    for sizes, n_batches in WORKS.items():
        batches, rounds = (2, 1) if quick else (n_batches, 9)
        first, medians = measure(sizes, batches, rounds)
        print("-".join(map(str, sizes)), f"  Keras's first step: {first:.2f} s")
        for (task, program), (clock, processors) in medians.items():
            print(
                f"    {task:14} {program}   {1e3 * clock:9.3f} ms"
                f"   processor time {1e3 * processors:9.3f} ms"
            )


if __name__ == "__main__":
    main()
