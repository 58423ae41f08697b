"""Training drives: batches through the network, gradients to the optimizer, epochs.

A step is one update, by one batch of rows; an epoch is as many steps as take every row
once. train makes a Run of what it was given, and Run.epochs is the loop.

`train` is a generator: it hands out a record after each epoch, so a notebook, a bar
and a figure can drive the same loop, and stop it by leaving it.

    for epoch in train(net, SGD(lr=0.1), x, t, epochs=5, rng=rng, test=(x_test, t_test),
                       metrics=(accuracy,)):
        print(epoch.epoch, epoch.loss, epoch.accuracy, epoch.test_accuracy)
"""

import math
import os
import time
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from nnlib.checkpoints import resume, save_checkpoint
from nnlib.network import Network
from nnlib.optimizers import Optimizer


class Epoch(SimpleNamespace):
    """One line of the history.

    epoch, step     how many so far (0, 0 at the start)
    loss            mean training loss of the epoch's batches, while they were learned
                    (at the start: of all rows)
    test_loss       loss on the test rows, where there are any, after the epoch
    seconds         spent learning so far, evaluation not counted
    accuracy, test_accuracy, …      a pair for each of the metrics, after the epoch
    """


class History(list):
    """The records of a training, in order; history["loss"] is a column as a list.

    A slice is a History too; a column that was not recorded is an AttributeError.
    """

    def __getitem__(self, key):
        if isinstance(key, str):
            return [getattr(record, key) for record in self]
        found = super().__getitem__(key)
        return History(found) if isinstance(key, slice) else found


def train(
    net,
    optimizer,
    x,
    t,
    *,
    epochs=None,
    steps=None,
    batch_size=100,
    rng,
    test=None,
    metrics=(),
    checkpoint=None,
):
    """Train net on the rows x and t; yield a record at the start and after each epoch.

    x (N, n_in), t as the loss layer wants it. An epoch takes every row once, in
    batches of batch_size rows (the last may be smaller), in an order shuffled anew by
    rng, an np.random.Generator. Give either epochs or steps (updates); with
    steps the last epoch may be cut short. test: a pair x, t that is only measured.
    metrics: functions f(y, t) -> float, such as accuracy, of y = net.predict(x).

    checkpoint: a path. Each whole epoch is saved there; where the file exists already,
    training takes up from it and comes to the same history, bit for bit.

    Bad data, settings or a checkpoint of another run are told at once (ValueError,
    TypeError); a loss that is no longer finite ends the training (FloatingPointError).
    """
    check_numbers(epochs, steps, batch_size)
    check_kinds(optimizer, rng, test, metrics)
    check_parameters(net)
    check_memory(net, optimizer)
    x, t = checked(net, x, t, "training")
    test = checked(net, *test, "test") if test is not None else None
    n_steps = epochs * math.ceil(len(x) / batch_size) if steps is None else steps
    run = Run(net, optimizer, x, t, n_steps, batch_size, rng, test, metrics, checkpoint)
    # a generator's body runs at the first next(): what can be refused is refused here
    found = checkpoint is not None and os.path.exists(checkpoint)
    history = [Epoch(**epoch) for epoch in resume(run)] if found else []
    return run.epochs(History(history))


@dataclass
class Run:
    """What train was given, once it is known to fit together: n_steps in all."""

    net: Network
    optimizer: Optimizer
    x: np.ndarray
    t: np.ndarray
    n_steps: int
    batch_size: int
    rng: np.random.Generator
    test: tuple | None
    metrics: tuple
    checkpoint: str | os.PathLike | None

    def epochs(self, history):
        """The generator behind train: measure, learn an epoch, measure, and so on.

        history: a History, empty or what a checkpoint held; it is handed out first.
        """
        if not history:
            history.append(make_record(self, epoch=0, step=0, loss=None, seconds=0.0))
        yield from history
        while (last := history[-1]).step < self.n_steps:
            started = time.perf_counter()
            loss, n_batches = self.learn_epoch(self.n_steps - last.step)
            seconds = last.seconds + time.perf_counter() - started
            step = last.step + n_batches
            history.append(make_record(self, last.epoch + 1, step, loss, seconds))
            if self.checkpoint is not None and n_batches == self.batches_per_epoch:
                save_checkpoint(self, history)
            yield history[-1]

    @property
    def batches_per_epoch(self):
        """How many batches take every row once; the last may be smaller."""
        return math.ceil(len(self.x) / self.batch_size)

    def learn_epoch(self, n_batches):
        """Learn every row once, in n_batches at most: mean loss, number of batches.

        It ends at a loss that is not finite, and that one is not learned from.
        """
        order = self.rng.permutation(len(self.x))
        losses, sizes = [], []
        with np.errstate(over="ignore", invalid="ignore"):  # make_record tells
            for start in range(0, len(self.x), self.batch_size)[:n_batches]:
                rows = order[start : start + self.batch_size]
                losses.append(self.net.backprop(self.x[rows], self.t[rows]))
                sizes.append(len(rows))
                if not math.isfinite(losses[-1]):
                    break
                self.optimizer.update(self.net.params, self.net.grads)
        return float(np.average(losses, weights=sizes)), len(losses)


def make_record(run, epoch, step, loss, seconds):
    """Measure what an Epoch holds beyond the four given; loss None is measured too.

    A loss that is not finite is a FloatingPointError that says why it may be so.
    """
    record = Epoch(epoch=epoch, step=step, loss=loss, seconds=seconds)
    with np.errstate(over="ignore", invalid="ignore"):
        if loss is None or run.metrics:
            start_loss, values = measure(run.net, run.x, run.t, run.metrics)
            record.loss = start_loss if loss is None else loss
            vars(record).update(values)
        if run.test is not None:
            test_loss, values = measure(run.net, *run.test, run.metrics)
            vars(record).update({"test_" + k: v for k, v in values.items()})
            record.test_loss = test_loss
    for name in ("loss", "test_loss"):
        if not math.isfinite(getattr(record, name, 0.0)):
            found = f"epoch {epoch}: the {name} is {getattr(record, name)}"
            advice = (
                f"the training diverged. Try a smaller rate than in {run.optimizer}."
            )
            untrained = "before any learning. Are the data or the weights too large?"
            raise FloatingPointError(f"{found}, {advice if step else untrained}")
    return record


def measure(net, x, t, metrics):
    """Loss on the rows x, t and a dict of the metrics' values, by their names."""
    scores = net.scores(x)
    y = net.loss_layer.activation(scores)
    values = {metric.__name__: metric(y, t) for metric in metrics}
    return net.loss_layer.forward(scores, t), values


def check_numbers(epochs, steps, batch_size):
    """Refuse, by a ValueError, numbers of train that are not what they should be."""
    if (epochs is None) == (steps is None):
        raise ValueError(f"give epochs or steps, got epochs={epochs}, steps={steps}.")
    numbers = {"batch_size": batch_size, "epochs": epochs, "steps": steps}
    for name, n in numbers.items():
        least = 1 if name == "batch_size" else 0
        if n is not None and (not isinstance(n, int | np.integer) or n < least):
            raise ValueError(f"{name} must be a whole number from {least}, got {n!r}.")


def check_kinds(optimizer, rng, test, metrics):
    """Refuse, by a TypeError, settings of train of another kind than they should be."""
    is_pair = test is None or (isinstance(test, tuple | list) and len(test) == 2)
    are_named = isinstance(metrics, tuple | list) and all(
        callable(metric) and hasattr(metric, "__name__") for metric in metrics
    )
    fits = {
        "an nnlib optimizer such as SGD()": isinstance(optimizer, Optimizer),
        "an np.random.Generator": isinstance(rng, np.random.Generator),
        "a pair (x_test, t_test)": is_pair,
        "a tuple of functions with names, such as (accuracy,)": are_named,
    }
    names = ("optimizer", "rng", "test", "metrics")
    values = (optimizer, rng, test, metrics)
    for name, value, words in zip(names, values, fits, strict=True):
        if not fits[words]:
            found = " ".join(repr(value).split())  # arrays print in several lines
            raise TypeError(f"{name} must be {words}, got {found:.80}.")


def check_parameters(net):
    """Refuse a net without parameters (ValueError), or with others than floats."""
    if not net.params:
        raise ValueError(f"{net} has nothing to learn: no layer with weights.")
    if wrong := {str(p.dtype) for p in net.params if p.dtype.kind != "f"}:
        # x would be rounded to them, and no step be small enough
        raise TypeError(f"parameters must be floats to learn, got {', '.join(wrong)}.")


def check_memory(net, optimizer):
    """Refuse, by a ValueError, an optimizer that remembers other shapes than net's."""
    known = [[m.shape for m in memory] for memory in optimizer.memory]
    wanted = [[p.shape] * optimizer.n_memories for p in net.params]
    if optimizer.steps and known != wanted:
        raise ValueError(
            f"{optimizer} has served a network of other sizes: make one for each."
        )


def checked(net, x, t, name):
    """Return x in the network's dtype and t as an array, or say what does not fit.

    name: "training" or "test", for the message; ValueError and TypeError as in train.
    """
    x, t = np.asarray(x), np.asarray(t)
    if x.dtype.kind not in "fiub" or t.dtype.kind not in "fiub":
        raise TypeError(f"{name} data must be numbers, got {x.dtype} and {t.dtype}.")
    if x.ndim != 2 or t.ndim == 0 or len(x) != len(t) or len(x) == 0:
        raise ValueError(
            f"{name} data must be rows x (N, n_in) and as many t, at least one, got "
            f"shapes {x.shape} and {t.shape}."
        )
    with np.errstate(over="ignore", invalid="ignore"):
        x = x.astype(net.params[0].dtype, copy=False)
        n_out = net.forward(x[:1]).shape[1]
    if not np.isfinite(x).all() or not np.isfinite(t).all():
        raise ValueError(f"{name} data must be finite in {x.dtype}, got NaN or inf.")
    net.loss_layer.check(t, (len(x), n_out))
    return x, t


def fit(
    net,
    optimizer,
    x,
    t,
    *,
    epochs=None,
    steps=None,
    batch_size=100,
    progress=True,
    **settings,
):
    """Train with a progress bar and return the History; settings as for train.

    Ctrl-C ends it early and gives what was learned so far. progress=False: no bar, and
    no need of tqdm, without which the bar is an ImportError.
    """
    settings |= {"epochs": epochs, "steps": steps, "batch_size": batch_size}
    training = train(net, optimizer, x, t, **settings)
    if progress:
        per_epoch = math.ceil(len(x) / batch_size)
        n_epochs = epochs if steps is None else math.ceil(steps / per_epoch)
        training = progress_bar(training, n_epochs)
    history = History()
    try:
        for record in training:
            history.append(record)
    except KeyboardInterrupt:
        print(f"Stopped by hand; epochs learned in full: {max(len(history) - 1, 0)}.")  # noqa: T201
    return history


def progress_bar(training, n_epochs):
    """Pass the records on while a bar fills: one step per epoch, the loss beside it."""
    try:
        from tqdm import tqdm
    except ImportError as error:
        raise ImportError(
            "fit's progress bar needs the package tqdm: "
            'pip install "neural-networks-by-hand[views]" from the repository. '
            "Or call fit(…, progress=False)."
        ) from error
    with tqdm(total=n_epochs, unit="epoch") as bar:
        for record in training:
            bar.update(record.epoch - bar.n)
            bar.set_postfix(loss=f"{record.loss:.4f}")
            yield record
