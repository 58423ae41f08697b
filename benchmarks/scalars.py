"""Who runs the works without arrays: nnlib.pure and micrograd, one example per step.

contestant = Lists(sizes, x, t, rng)
contestant.run(n)                       learns the example x, t, lists, n times
"""

import sys

from nnlib import pure

LR = 0.001


class Lists:
    """nnlib.pure: sigmoid in the hidden layers, the squared error."""

    def __init__(self, sizes, x, t, rng):
        self.model, self.x, self.t = pure.init_model(sizes, rng), x, t

    def run(self, n):
        for _ in range(n):
            _, outs, sums = pure.forward_prop(*self.model, self.x, cache_mode=True)
            grads = pure.back_prop(*self.model, self.t, outs, sums)
            moved = pure.update_params(*self.model, *grads, LR)
            self.model = (self.model[0], *moved)


class Micrograd:
    """micrograd's own MLP: ReLU in the hidden layers, which is cheaper, same loss."""

    needs = "micrograd"

    def __init__(self, sizes, x, t, rng):
        from micrograd.nn import MLP

        sys.setrecursionlimit(10_000)  # it walks back through a sum term by term
        self.net, self.x, self.t = MLP(sizes[0], sizes[1:]), x, t
        for p in self.net.parameters():
            p.data = rng.gauss(0, sizes[0] ** -0.5)

    def run(self, n):
        for _ in range(n):
            out = self.net(self.x)
            y = out if isinstance(out, list) else [out]
            errors = [y_k - t_k for y_k, t_k in zip(y, self.t, strict=True)]
            loss = sum(0.5 * error**2 for error in errors)
            self.net.zero_grad()
            loss.backward()
            for p in self.net.parameters():
                p.data -= LR * p.grad
