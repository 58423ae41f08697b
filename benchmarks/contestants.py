"""Who runs the works with arrays: the floor, nnlib and its peers.

    contestant = Contestant(work, x, t, rng)
    contestant.run(n)                           does the work n times

Once is one training step on work.batch rows or, for a work without an optimizer, the
scores of work.batch images. x (N, n_in) float32, t (N,) labels.
"""

import copy
import itertools

import numpy as np

import nnlib
from nnlib.initializers import he

SLICE = 500  # of many images, so many at a time are fastest for the bare products


def batches(n_rows, size, rng):
    """Yield row numbers batch by batch without end, each epoch in a new order."""
    while True:
        order = rng.permutation(n_rows)
        for start in range(0, n_rows - size + 1, size):
            yield order[start : start + size]


class Contestant:
    """What all share: shuffled rows to learn and images to score in order."""

    needs = "numpy"

    def __init__(self, work, x, t, rng):
        self.work, self.x, self.t, self.rng = work, x, t, rng
        self.order = batches(len(x), work.batch, rng)
        self.cut_images(work.batch)
        self.build(list(itertools.pairwise(work.sizes)))

    def cut_images(self, size):
        """Make views of the images to score, size at a time, over and over."""
        starts = range(0, len(self.x), size)
        self.images = itertools.cycle([self.x[i : i + size] for i in starts])

    def build(self, sizes):
        """Make the network; sizes are the pairs (n_in, n_out) of its layers."""

    def run(self, n):
        """Do the work n times."""
        if self.work.optimizer:
            self.train(n)
        else:
            for images in itertools.islice(self.images, n):
                self.score(images)


class Floor(Contestant):
    """Only the matrix products the work cannot do without, into ready arrays."""

    def build(self, sizes):
        rows = min(self.work.batch, SLICE)
        self.cut_images(rows)
        self.slices = self.work.batch // rows
        self.weights = [he(*pair, self.rng) for pair in sizes]
        self.outs = [np.empty((rows, n_out), np.float32) for _, n_out in sizes]
        self.slopes = [np.full_like(out, 0.01) for out in self.outs]
        self.grads = [np.empty_like(W) for W in self.weights]

    def run(self, n):
        super().run(n if self.work.optimizer else n * self.slices)

    def train(self, n):
        x = self.x[: self.work.batch]
        inputs = [x, *self.outs]
        for _ in range(n):
            self.score(x)
            for i in reversed(range(len(self.weights))):
                np.matmul(inputs[i].T, self.slopes[i], out=self.grads[i])
                if i > 0:
                    np.matmul(self.slopes[i], self.weights[i].T, out=self.slopes[i - 1])

    def score(self, x):
        for W, out in zip(self.weights, self.outs, strict=True):
            x = np.matmul(x, W, out=out)


class NNLib(Contestant):
    """nnlib: rows by index, backprop, update, as nnlib.train does it; forward."""

    def build(self, sizes):
        layers = []
        for n_in, n_out in sizes:
            affine = nnlib.Affine(n_in, n_out, rng=self.rng)
            layers += [affine, self.work.activation()]
        self.net = nnlib.Network(layers[:-1], nnlib.SoftmaxWithLoss())
        self.optimizer = copy.deepcopy(self.work.optimizer)  # it serves one network
        many = self.work.batch > SLICE
        self.score = self.net.scores if many else self.net.forward

    def train(self, n):
        for rows in itertools.islice(self.order, n):
            self.net.backprop(self.x[rows], self.t[rows])
            self.optimizer.update(self.net.params, self.net.grads)


class ScikitLearn(Contestant):
    """MLPClassifier: one partial_fit for all steps; ReLU, it has no Leaky ReLU."""

    needs = "sklearn"

    def build(self, sizes):
        from sklearn.neural_network import MLPClassifier

        optimizer = self.work.optimizer or nnlib.SGD()
        self.model = MLPClassifier(
            self.work.sizes[1:-1],
            activation="logistic" if self.work.activation is nnlib.Sigmoid else "relu",
            solver=type(optimizer).__name__.lower(),
            learning_rate_init=optimizer.lr,
            batch_size=100,
            alpha=0,
            momentum=0,
            random_state=0,
        )
        classes = np.arange(self.work.sizes[-1])
        self.model.partial_fit(self.x[:100], self.t[:100], classes=classes)
        self.score = self.model.predict_proba

    def train(self, n):
        n_rows = n * self.work.batch
        start = self.rng.integers(len(self.x) - n_rows + 1)
        rows = slice(start, start + n_rows)
        self.model.partial_fit(self.x[rows], self.t[rows])


class PyTorch(Contestant):
    """PyTorch, eager: the rows of all n steps gathered at once, then split."""

    needs = "torch"

    def build(self, sizes):
        import torch

        torch.set_num_threads(1)
        layers = []
        for n_in, n_out in sizes:
            activation = getattr(torch.nn, self.work.activation.__name__)
            layers += [torch.nn.Linear(n_in, n_out), activation()]
        self.net, self.loss = (
            torch.nn.Sequential(*layers[:-1]),
            torch.nn.CrossEntropyLoss(),
        )
        if self.work.optimizer:
            kind = getattr(torch.optim, type(self.work.optimizer).__name__)
            parameters = self.net.parameters()
            self.optimizer = kind(parameters, lr=self.work.optimizer.lr, fused=True)
        self.x, self.t = torch.from_numpy(self.x), torch.from_numpy(self.t)
        self.cut_images(self.work.batch)
        self.score = torch.inference_mode()(self.net)

    def train(self, n):
        rows = np.concatenate(list(itertools.islice(self.order, n)))
        x, t = self.x[rows].split(self.work.batch), self.t[rows].split(self.work.batch)
        for x_batch, t_batch in zip(x, t, strict=True):
            self.optimizer.zero_grad()
            self.loss(self.net(x_batch), t_batch).backward()
            self.optimizer.step()
