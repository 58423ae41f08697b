"""Layers: a function that remembers, so that its gradient can find the way back.

    y  = layer.forward(x)           remembers what backward needs
    dx = layer.backward(dout)       dout = ∂L/∂y comes in, dx = ∂L/∂x goes out,
                                    dW = ∂L/∂W and db = ∂L/∂b stay beside W and b

x (N, n_in), y and dout (N, n_out); L is the loss at the end of the network, dA is short
for ∂L/∂A. A layer remembers its last forward only. What came in is never changed, and
what was handed out is never changed later.

A layer is one function here. What drawings, and the lists of pure.py, count as a layer
of nodes is two in a row: an Affine and the activation behind it.

At the end stands a loss layer. Its p is what losses.py calls y: what the network says.
Its own y is the last layer's, the scores, before the output activation.
"""

import numpy as np

from nnlib.activations import identity, leaky_relu, relu, sigmoid, softmax, tanh
from nnlib.initializers import he
from nnlib.losses import check_labels, like, span, squared_error


class Layer:
    """What every layer shares: the names of its trainable arrays."""

    learnable = ()  # such as ("W", "b"); the gradient of W is dW, that of b is db
    wants_dx = True  # the first layer of a network may leave its dx out

    def forward(self, x):
        """x (N, n_in) → y (N, n_out)."""
        raise NotImplementedError

    def backward(self, dout):
        """dout = ∂L/∂y (N, n_out) → dx = ∂L/∂x (N, n_in)."""
        raise NotImplementedError

    @property
    def params(self):
        """The trainable arrays, in the order of `learnable`."""
        return [getattr(self, name) for name in self.learnable]

    @property
    def grads(self):
        """Their gradients, in the same order, as the last backward left them."""
        if not all(hasattr(self, "d" + name) for name in self.learnable):
            raise ValueError(f"{self} has no gradients yet: backward comes first.")
        return [getattr(self, "d" + name) for name in self.learnable]

    def __getattr__(self, name):  # Python asks it for what is not there
        found = f"{type(self).__name__} has no {name}"
        raise AttributeError(f"{found}: forward leaves what backward needs.")

    def __repr__(self):
        return f"{type(self).__name__}()"


class Affine(Layer):
    """Every output is a weighted sum of all inputs and a bias.

        y = x W + b             x (N, n_in)   W (n_in, n_out)   b (n_out,)

        dW = xᵀ dout,    db = Σₙ doutₙ,    dx = dout Wᵀ

    W starts as init makes it, b at 0, both of dtype; dx is None where nobody wants it.
    Sizes below 1 and an x of another width are a ValueError, an x that is no array a
    TypeError.
    """

    learnable = ("W", "b")

    def __init__(self, n_in, n_out, *, rng, init=he, dtype=np.float32):
        if n_in < 1 or n_out < 1:
            raise ValueError(f"Affine needs sizes of at least 1, got {n_in}, {n_out}.")
        self.W = init(n_in, n_out, rng, dtype)
        self.b = np.zeros(n_out, dtype)

    def forward(self, x):
        if not isinstance(x, np.ndarray):
            raise TypeError(f"{self} expects an array x, got a {type(x).__name__}.")
        if x.shape[1:] != self.W.shape[:1]:
            raise ValueError(
                f"{self} expects x of shape (N, {len(self.W)}), got {x.shape}."
            )
        self.x = x
        return x @ self.W + self.b  # (N, n_out)

    def backward(self, dout):
        self.dW = self.x.T @ dout  # (n_in, n_out), like W
        self.db = dout.sum(axis=0)  # (n_out,), like b
        if self.wants_dx:
            return dout @ self.W.T  # (N, n_in), like x

    def __repr__(self):
        return f"Affine({self.W.shape[0]}, {self.W.shape[1]})"


class Sigmoid(Layer):
    """Squash every number into 0 … 1.

        y = σ(x),    dx = dout · y (1 − y)

    x, y, dout and dx have one shape.
    """

    def forward(self, x):
        self.y = sigmoid(x)
        return self.y

    def backward(self, dout):
        return dout * self.y * (1 - self.y)


class Tanh(Layer):
    """Squash every number into −1 … 1.

        y = tanh(x),    dx = dout · (1 − y²)

    x, y, dout and dx have one shape.
    """

    def forward(self, x):
        self.y = tanh(x)
        return self.y

    def backward(self, dout):
        return dout * (1 - self.y * self.y)


class ReLU(Layer):
    """Let through what is above 0, and its gradient.

        y = x where x > 0, else 0;    dx = dout where x > 0, else 0

    Nair & Hinton (2010).
    """

    def forward(self, x):
        self.y = relu(x)
        return self.y

    def backward(self, dout):
        return dout * (self.y > 0)  # a product with the mask beats writing through it


class LeakyReLU(Layer):
    """Let through what is above 0, and a small share of the rest.

        y = x where x > 0, else slope · x;    dx = dout where x > 0, else slope · dout

    A slope that is not between 0 and 1 is a ValueError. Maas, Hannun & Ng (2013).
    """

    def __init__(self, slope=0.01):
        if not 0 < slope < 1:
            raise ValueError(f"LeakyReLU's slope lies between 0 and 1, got {slope}.")
        self.slope = float(slope)  # a NumPy float64 would widen float32

    def forward(self, x):
        self.x = x
        return leaky_relu(x, self.slope)

    def backward(self, dout):
        return np.where(self.x > 0, dout, self.slope * dout)

    def __repr__(self):
        return f"LeakyReLU({self.slope})"


class LossLayer:
    """The end of a network: an output activation and the loss behind it, as one.

        loss = forward(y, t)       y (N, n_out) from the last layer, t the truth
        dy   = backward()          ∂L/∂y (N, n_out), with the mean over the N rows in it

    Together the two have a gradient so simple that it is worth the fusion: it is (what
    the network says − t) / N for each of the three below. A loss layer is not a Layer:
    it takes the truth as well and gives one number. check refuses a t that is no fit.
    """

    def activation(self, y):
        """What the network says, made of the last layer's y, of the same shape."""
        raise NotImplementedError

    def check(self, t, shape):
        """Refuse, by a ValueError or TypeError, a t that does not fit y's shape.

        shape: that of y, (N, n_out)
        """
        if shape[0] == 0:
            raise ValueError(f"{self} needs at least one row, got none.")
        if np.shape(t) != shape:
            raise ValueError(f"{self} expects t of shape {shape}, got {np.shape(t)}.")

    __getattr__, __repr__ = Layer.__getattr__, Layer.__repr__  # they speak alike


class IdentityWithLoss(LossLayer):
    """Regression: y as it is and the squared error.

        L = 1/N Σₙ ½ Σₖ (yₙₖ − tₙₖ)²,    dy = (y − t) / N

    t (N, n_out), in any unit; y is in the same.
    """

    def activation(self, y):
        return identity(y)

    def forward(self, y, t):
        self.check(t, y.shape)
        self.y, self.t = y, like(y, t)
        return squared_error(self.y, self.t)

    def backward(self):
        return (self.y - self.t) / len(self.y)


class SigmoidWithLoss(LossLayer):
    """Yes or no: p = σ(y) and the binary cross-entropy.

        L = −1/N Σₙ Σₖ [t log p + (1 − t) log(1 − p)] = 1/N Σₙ Σₖ [log(1 + eʸ) − t y]

        dy = (p − t) / N

    t (N, n_out), numbers within 0 … 1.
    """

    def activation(self, y):
        return sigmoid(y)

    def check(self, t, shape):
        super().check(t, shape)
        if not (np.min(t) >= 0 and np.max(t) <= 1):  # so NaN is refused as well
            raise ValueError(f"{self} expects t within 0 and 1, got {span(t)}.")

    def forward(self, y, t):
        self.check(t, y.shape)
        self.p, self.t = sigmoid(y), like(y, t)
        # the second form of L: exact even where p is rounded to 0 or 1
        return float(np.sum(np.logaddexp(0, y) - self.t * y) / len(y))

    def backward(self):
        return (self.p - self.t) / len(self.p)


class SoftmaxWithLoss(LossLayer):
    """One class of many: p = softmax(y) and the cross-entropy.

        L = −1/N Σₙ Σₖ tₙₖ log pₙₖ,    log pₙₖ = yₙₖ − log Σᵢ exp(yₙᵢ)

        dy = (p − t) / N

    t are labels (N,), whole numbers from 0 to n_out − 1, or rows (N, n_out) of
    probabilities, such as one-hot rows: 1 in the column of the class, 0 elsewhere.
    Bridle (1990).
    """

    def activation(self, y):
        return softmax(y)

    def check(self, t, shape):
        if np.ndim(t) == 1:
            super().check(t, shape[:1])
            check_labels(t, shape)
        elif np.shape(t) != shape:
            raise ValueError(
                f"{self} expects labels of shape {shape[:1]} or rows of shape {shape}, "
                f"got t of shape {np.shape(t)}."
            )
        else:
            super().check(t, shape)
            sums = np.sum(t, axis=1)
            if np.min(t) < 0 or not np.allclose(sums, 1, atol=1e-4):
                raise ValueError(
                    f"{self} expects rows of probabilities with the sum 1, got "
                    f"{span(t)}, and as sums {span(sums)}."
                )

    def forward(self, y, t):
        self.check(t, y.shape)
        self.t = np.asarray(t) if np.ndim(t) == 1 else like(y, t)
        y = y - y.max(axis=1, keepdims=True)
        exp = np.exp(y)
        total = exp.sum(axis=1, keepdims=True)
        self.p = exp / total
        log_p = y - np.log(total)  # exact even where p is rounded to 0
        right = log_p[np.arange(len(y)), self.t] if self.t.ndim == 1 else self.t * log_p
        return float(-right.sum() / len(y))

    def backward(self):
        if self.t.ndim == 2:
            return (self.p - self.t) / len(self.p)
        dy = self.p.copy()
        dy[np.arange(len(dy)), self.t] -= 1
        dy /= len(dy)
        return dy


# What a saved network may consist of, by name; a new layer is added here.
LAYERS = {c.__name__: c for c in (Affine, Sigmoid, Tanh, ReLU, LeakyReLU)}
LOSS_LAYERS = {
    c.__name__: c for c in (IdentityWithLoss, SigmoidWithLoss, SoftmaxWithLoss)
}
