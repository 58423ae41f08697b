"""Six ways to walk downhill, each with one new idea.

    optimizer.update(params, grads)

takes two lists of arrays, same order and shapes, and moves the parameters in place:
that is its work. It has never heard of layers, so it moves a point on a hillside just
as well. What it remembers of the past has the shape of the parameters: one optimizer
serves one network.

In the formulas p is one array of parameters, g its gradient, lr the learning rate, and
v, s and m are memories. lr is above 0; so is eps, which keeps a division by zero away;
momentum, decay, beta1 and beta2 lie in 0 ≤ … < 1. Other settings are a ValueError.
"""

import math

import numpy as np


class Optimizer:
    """What all six share: the loop over the arrays and a memory beside each of them."""

    n_memories = 0  # arrays remembered for each array of parameters, zeros at first

    def __init__(self, lr):
        self.lr = positive("lr", lr)
        self.steps = 0
        self.memory = []

    def update(self, params, grads):
        """Move every array of params, in place, by one step; grads stay as they are.

        params, grads: lists of arrays, the same shapes in the same order

        Other shapes are a ValueError.
        """
        shapes = [p.shape for p in params], [g.shape for g in grads]
        if shapes[0] != shapes[1]:
            raise ValueError(
                f"grads must have the shapes {shapes[0]}, got {shapes[1]}."
            )
        if self.steps == 0:
            self.memory = [
                [np.zeros_like(p) for _ in range(self.n_memories)] for p in params
            ]
        self.steps += 1
        for p, g, memory in zip(params, grads, self.memory, strict=True):
            self.move(p, g, *memory)

    def move(self, p, g):
        """Move one array p, in place, by its gradient g and what is remembered."""
        raise NotImplementedError

    def __repr__(self):
        hidden = ("steps", "memory")
        settings = [f"{k}={v}" for k, v in vars(self).items() if k not in hidden]
        return f"{type(self).__name__}({', '.join(settings)})"


class SGD(Optimizer):
    """Stochastic gradient descent: a step straight down the slope.

        p ← p − lr g

    Robbins & Monro (1951).
    """

    def __init__(self, lr=0.01):
        super().__init__(lr)

    def move(self, p, g):
        p -= self.lr * g


class Momentum(Optimizer):
    """A heavy ball: it keeps most of its speed v and is pulled by the slope.

        v ← momentum v − lr g,    p ← p + v

    Polyak (1964).
    """

    n_memories = 1

    def __init__(self, lr=0.01, momentum=0.9):
        super().__init__(lr)
        self.momentum = fraction("momentum", momentum)

    def move(self, p, g, v):
        v *= self.momentum
        v -= self.lr * g
        p += v


class Nesterov(Momentum):
    """A heavy ball that looks ahead: the slope counts where the speed will take it.

        v ← momentum v − lr g,    p ← p + momentum v − lr g

    p is the point ahead, where the gradient is asked for: the form of Bengio et al.
    (2013), equal to that of Sutskever et al. (2013), after Nesterov (1983), seen from
    there.
    """

    def move(self, p, g, v):
        v *= self.momentum
        v -= self.lr * g
        p += self.momentum * v - self.lr * g


class AdaGrad(Optimizer):
    """A rate for every parameter: the steeper its way so far, the smaller its steps.

        s ← s + g²,    p ← p − lr g / (√s + eps)

    Duchi, Hazan & Singer (2011).
    """

    n_memories = 1

    def __init__(self, lr=0.01, eps=1e-8):
        super().__init__(lr)
        self.eps = positive("eps", eps)

    def move(self, p, g, s):
        s += g * g
        p -= self.lr * g / (np.sqrt(s) + self.eps)


class RMSProp(Optimizer):
    """AdaGrad that forgets: the mean of recent g² instead of the sum of all.

        s ← decay s + (1 − decay) g²,    p ← p − lr g / (√s + eps)

    Tieleman & Hinton (2012).
    """

    n_memories = 1

    def __init__(self, lr=0.01, decay=0.9, eps=1e-8):
        super().__init__(lr)
        self.decay = fraction("decay", decay)
        self.eps = positive("eps", eps)

    def move(self, p, g, s):
        # the formula in place: s moves toward g² by the share 1 − decay
        s += (1 - self.decay) * (g * g - s)
        p -= self.lr * g / (np.sqrt(s) + self.eps)


class Adam(Optimizer):
    """Momentum and RMSProp together, both corrected for their start at zero.

        m ← beta1 m + (1 − beta1) g          v ← beta2 v + (1 − beta2) g²
        m̂ = m / (1 − beta1ᵏ)                 v̂ = v / (1 − beta2ᵏ)         at step k
        p ← p − lr m̂ / (√v̂ + eps)

    Kingma & Ba (2015), and their letters: v is here the mean of g² that RMSProp calls
    s, and m, the mean of g, takes the place of the speed. k counts from 1.

    At a minimum without noise v fades, so lr / √v̂ grows until the steps overshoot: with
    a steady lr Adam leaves it again after thousands of steps. Lower lr toward the end.
    """

    n_memories = 2

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(lr)
        self.beta1 = fraction("beta1", beta1)
        self.beta2 = fraction("beta2", beta2)
        self.eps = positive("eps", eps)

    def move(self, p, g, m, v):
        m += (1 - self.beta1) * (g - m)
        v += (1 - self.beta2) * (g * g - v)
        # Plain numbers first: two divisions of arrays less, and math.sqrt keeps the
        # dtype, where np.sqrt of a number would turn all that follows into float64.
        m_rate = self.lr / (1 - self.beta1**self.steps)
        v_root = math.sqrt(1 - self.beta2**self.steps)
        p -= m_rate * m / (np.sqrt(v) / v_root + self.eps)


def positive(name, value):
    """Return the value if it is above 0, else say which setting is not."""
    if not value > 0:
        raise ValueError(f"{name} must be above 0, got {value}.")
    return value


def fraction(name, value):
    """Return the value if it lies in 0 ≤ value < 1, else say which setting does not."""
    if not 0 <= value < 1:
        raise ValueError(f"{name} must be at least 0 and below 1, got {value}.")
    return value
