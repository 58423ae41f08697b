"""A network as books write it: float64, the loss apart, a random choice per step."""

import numpy as np
from contestants import Contestant

import nnlib


class BookStyle(Contestant):
    """Correct and plain: all arrays float64, every slope worked out, wanted or not."""

    def build(self, sizes):
        self.x = self.x.astype(np.float64)
        self.cut_images(self.work.batch)
        self.affines, self.layers = [BookAffine(*pair, self.rng) for pair in sizes], []
        for affine in self.affines:
            self.layers += [affine, BOOK_ACTIVATIONS[self.work.activation]()]
        self.layers.pop()
        adam = isinstance(self.work.optimizer, nnlib.Adam)
        self.update = BookAdam(self.affines).update if adam else descend

    def train(self, n):
        for _ in range(n):
            rows = self.rng.choice(len(self.x), self.work.batch)
            x, t = self.x[rows], self.t[rows]
            self.backprop(x, t)
            self.update(self.affines, self.work.optimizer.lr)
            self.loss(x, t)

    def score(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def softmax(self, x):
        y = self.score(x)
        e = np.exp(y - np.max(y, axis=1, keepdims=True))
        return e / np.sum(e, axis=1, keepdims=True)

    def loss(self, x, t):
        right = self.softmax(x)[np.arange(len(t)), t]
        return -np.sum(np.log(right + 1e-7)) / len(t)

    def backprop(self, x, t):
        dout = self.softmax(x)
        dout[np.arange(len(t)), t] -= 1
        dout = dout / len(t)
        for layer in reversed(self.layers):
            dout = layer.backward(dout)


class BookAffine:
    """x W + b"""

    def __init__(self, n_in, n_out, rng):
        self.W = n_in**-0.5 * rng.standard_normal((n_in, n_out))
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return np.dot(x, self.W) + self.b

    def backward(self, dout):
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return np.dot(dout, self.W.T)


class BookSigmoid:
    """1 / (1 + e⁻ˣ); only asked to score here."""

    def forward(self, x):
        return 1 / (1 + np.exp(-x))


class BookReLU:
    """max(x, 0), written through a mask."""

    def forward(self, x):
        self.mask = x <= 0
        y = x.copy()
        y[self.mask] = 0
        return y

    def backward(self, dout):
        dout[self.mask] = 0
        return dout


class BookLeakyReLU:
    """max(x, 0.01 x), written through a mask."""

    def forward(self, x):
        self.mask = x <= 0
        y = x.copy()
        y[self.mask] *= 0.01
        return y

    def backward(self, dout):
        dout[self.mask] *= 0.01
        return dout


BOOK_ACTIVATIONS = {
    nnlib.Sigmoid: BookSigmoid,
    nnlib.ReLU: BookReLU,
    nnlib.LeakyReLU: BookLeakyReLU,
}


def descend(affines, lr):
    """Gradient descent."""
    for affine in affines:
        affine.W -= lr * affine.dW
        affine.b -= lr * affine.db


class BookAdam:
    """Adam, with its two memories in a dictionary."""

    def __init__(self, affines):
        self.step, self.m, self.v = 0, {}, {}
        for i, affine in enumerate(affines):
            for name in ("W", "b"):
                self.m[i, name] = np.zeros_like(getattr(affine, name))
                self.v[i, name] = np.zeros_like(getattr(affine, name))

    def update(self, affines, lr):
        self.step += 1
        rate = lr * np.sqrt(1 - 0.999**self.step) / (1 - 0.9**self.step)
        for key in self.m:
            affine, name = affines[key[0]], key[1]
            p, g = getattr(affine, name), getattr(affine, "d" + name)
            self.m[key] += 0.1 * (g - self.m[key])
            self.v[key] += 0.001 * (g**2 - self.v[key])
            p -= rate * self.m[key] / (np.sqrt(self.v[key]) + 1e-7)
