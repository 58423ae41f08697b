"""Answers to the exercises of nnlib.checks, as learners write them.

RIGHT: name -> at least two ways to be right, the first under the exercise's own name.
WRONG: name -> pairs of a wrong answer and words of the sentence that must come.
"""

import itertools
import math
import random

import numpy as np

from nnlib import Affine, Network, Sigmoid, SigmoidWithLoss, SoftmaxWithLoss
from nnlib.layers import Layer, ReLU
from nnlib.perceptron import gate_and, gate_or, gate_xor, perceptron


def majority(x1, x2, x3):
    return perceptron([x1, x2, x3], [1, 1, 1], -1.5)


def majority_with_veto(x1, x2, x3):
    return perceptron([x1, x2, x3], [2, 1, 1], -2.5)


def add_bits(p, q, c):
    one = gate_xor(p, q)
    return gate_xor(one, c), gate_or(gate_and(p, q), gate_and(one, c))


def correction(x, t, weights, bias, lr):
    error = t - perceptron(x, weights, bias)
    new = [w + lr * error * x_i for w, x_i in zip(weights, x, strict=True)]
    return new, bias + lr * error


def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def sigmoid_der(x):
    y = sigmoid(x)
    return y * (1 - y)


def leaky_relu(x, slope):
    return np.where(x > 0, x, slope * x)


def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def init_model(layers, rng):
    weights = [
        [[rng.gauss(0.0, n_in**-0.5) for _ in range(n_in)] for _ in range(n_out)]
        for n_in, n_out in itertools.pairwise(layers)
    ]
    biases = [[0.0] * n_out for n_out in layers[1:]]
    return layers, weights, biases


def large_network(rng):
    layers = [
        Affine(1000, 500, rng=rng),
        Sigmoid(),
        Affine(500, 100, rng=rng),
        Sigmoid(),
        Affine(100, 10, rng=rng),
    ]
    return Network(layers, SoftmaxWithLoss())


def count_parameters(sizes):
    return sum(n_in * n_out + n_out for n_in, n_out in itertools.pairwise(sizes))


def forward(x, W1, b1, W2, b2, W3, b3):
    z1 = sigmoid(x @ W1 + b1)
    z2 = sigmoid(z1 @ W2 + b2)
    return z2 @ W3 + b3


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def squared_error(y, t):
    return 0.5 * np.sum((y - t) ** 2) / len(y)


def binary_cross_entropy(y, t):
    return -np.sum(t * np.log(y) + (1 - t) * np.log(1 - y)) / len(y)


def cross_entropy(y, t):
    return -np.mean(np.log(y[np.arange(len(y)), t]))


def numerical_gradient(f, x, h):
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        x_i = x[i]
        x[i] = x_i + h
        above = f(x)
        x[i] = x_i - h
        below = f(x)
        x[i] = x_i
        gradient[i] = (above - below) / (2 * h)
    return gradient


def affine_backward(dout, x, W):
    return dout @ W.T, x.T @ dout, dout.sum(axis=0)


def sigmoid_backward(dout, x):
    y = sigmoid(x)
    return dout * y * (1 - y)


def relu_backward(dout, x):
    return dout * (x > 0)


def softmax_with_loss_backward(y, t):
    return (softmax(y) - t) / len(y)


class LeakyReLU(Layer):
    def __init__(self, slope):
        self.slope = slope

    def forward(self, x):
        self.x = x
        return np.where(x > 0, x, self.slope * x)

    def backward(self, dout):
        return np.where(self.x > 0, dout, self.slope * dout)


def sgd_update(params, grads, lr):
    for p, g in zip(params, grads, strict=True):
        p -= lr * g


def momentum_step(p, g, v, lr, momentum):
    v = momentum * v - lr * g
    return p + v, v


def adam_step(p, g, m, v, k, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    m_hat, v_hat = m / (1 - beta1**k), v / (1 - beta2**k)
    return p - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def standardize(x_train, x_test):
    mean, std = x_train.mean(axis=0), x_train.std(axis=0)
    return (x_train - mean) / std, (x_test - mean) / std


def mean_absolute_error(y, t):
    return np.mean(np.abs(y - t))


def baseline(t_train, t_test):
    return np.mean(np.abs(t_test - t_train.mean()))


def one_hot(t, n):
    y = np.zeros((len(t), n))
    y[np.arange(len(t)), t] = 1
    return y


def accuracy(y, t):
    return np.mean(np.argmax(y, axis=1) == t)


def confusion(guesses, t, n):
    table = np.zeros((n, n), int)
    for row, column in zip(t, guesses, strict=True):
        table[row, column] += 1
    return table


def nearest_mean(x_train, t_train, x):
    means = [x_train[t_train == digit].mean(axis=0) for digit in range(10)]
    distances = [np.sum((x - mean) ** 2, axis=1) for mean in means]
    return np.stack(distances, axis=1).argmin(axis=1)


def moved_by(x, down, right):
    images = x.reshape(-1, 28, 28)
    return np.roll(images, (down, right), axis=(1, 2)).reshape(-1, 784)


def to_kernels(weights):
    return [np.array(layer).T for layer in weights]


def loss_from_logits(y, t):
    y = y - y.max(axis=1, keepdims=True)
    log_p = y - np.log(np.exp(y).sum(axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(y)), t])


def keras_mse(y, t):
    return np.mean((y - t) ** 2)


# Other ways to be right.


def add_by_counting(p, q, c):
    return [(p + q + c) % 2, p + q + c > 1]


def correction_by_cases(x, t, weights, bias, lr):
    y = perceptron(x, weights, bias)
    if y == t:
        return weights, bias
    step = lr if t > y else -lr
    return np.array(weights) + step * np.array(x), bias + step


def leaky_by_mask(x, slope):
    y = np.array(x, dtype=float)
    y[y < 0] *= slope
    return y


def model_by_loops(layers, rng):
    weights, biases = [], []
    for k in range(1, len(layers)):
        nodes = []
        for _ in range(layers[k]):
            nodes.append([])
            for _ in range(layers[k - 1]):
                nodes[-1].append(rng.gauss(0, 1) / math.sqrt(layers[k - 1]))
        weights.append(nodes)
        biases.append([0] * layers[k])
    return [layers, weights, biases]


def large_by_loop(rng):
    parts = []
    for n_in, n_out in [(1000, 500), (500, 100), (100, 10)]:
        parts += [Affine(n_in, n_out, rng=rng, dtype=np.float64), Sigmoid()]
    return Network(parts[:-1], SoftmaxWithLoss())


def forward_by_dot(x, W1, b1, W2, b2, W3, b3):
    z = x
    for W, b in [(W1, b1), (W2, b2)]:
        z = 1 / (1 + np.exp(-(np.dot(z, W) + b)))
    return (np.dot(z, W3) + b3).tolist()


def softmax_by_rows(x):
    if x.ndim == 2:
        return np.array([softmax_by_rows(row) for row in x])
    return np.exp(x - max(x)) / sum(np.exp(x - max(x)))


def binary_by_where(y, t):
    return float(-np.log(np.where(t == 1, y, 1 - y)).sum() / y.shape[0])


def entropy_by_loop(y, t):
    return sum(-math.log(row[label]) for row, label in zip(y, t, strict=True)) / len(t)


def gradient_by_copies(f, x, h):
    slopes = []
    for i in range(len(x)):
        e = np.eye(len(x))[i]
        slopes.append((f(x + h * e) - f(x - h * e)) / h / 2)
    return slopes


def affine_by_rows(dout, x, W):
    dW = sum(np.outer(x_n, d) for x_n, d in zip(x, dout, strict=True))
    return [np.dot(dout, np.transpose(W)), dW, list(sum(dout))]


def relu_by_copy(dout, x):
    dx = dout.copy()
    dx[x <= 0] = 0
    return dx


class LeakyByMask:
    def __init__(self, slope):
        self.slope = slope

    def forward(self, x):
        self.share = np.where(x > 0, 1, self.slope)
        return self.share * x

    def backward(self, dout):
        return self.share * dout


def sgd_by_index(params, grads, lr):
    for i in range(len(params)):
        params[i][...] = params[i] - lr * grads[i]
    return params


def adam_by_settings(p, g, m, v, k, lr, b1, b2, eps):
    m = m + (1 - b1) * (g - m)
    v = v + (1 - b2) * (g**2 - v)
    step = lr * (m / (1 - b1**k)) / ((v / (1 - b2**k)) ** 0.5 + eps)
    return p - step, m, v


def standard_by_columns(x_train, x_test):
    a, b = np.empty_like(x_train), np.empty_like(x_test)
    for j in range(x_train.shape[1]):
        column = x_train[:, j]
        a[:, j] = (column - np.mean(column)) / np.sqrt(np.var(column))
        b[:, j] = (x_test[:, j] - np.mean(column)) / np.sqrt(np.var(column))
    return a, b


def confusion_by_add(guesses, t, n):
    table = np.zeros((n, n))
    np.add.at(table, (t, guesses), 1)
    return table


def nearest_by_loop(x_train, t_train, x):
    guesses = []
    for row in x:
        far = [
            np.linalg.norm(row - x_train[t_train == d].mean(axis=0)) for d in range(10)
        ]
        guesses.append(far.index(min(far)))
    return guesses


def moved_with_zeros(x, down, right):
    framed = np.pad(x.reshape(-1, 28, 28), ((0, 0), (1, 1), (1, 1)))
    cut = framed[:, 1 - down : 29 - down, 1 - right : 29 - right]
    return cut.reshape(len(x), -1)


def kernels_by_zip(weights):
    return [np.array(list(zip(*layer, strict=True))) for layer in weights]


RIGHT = {
    "majority": [majority, lambda a, b, c: a + b + c >= 2],
    "majority_with_veto": [majority_with_veto, lambda a, b, c: a * b or a * c],
    "add_bits": [add_bits, add_by_counting],
    "correction": [correction, correction_by_cases],
    "sigmoid": [
        sigmoid,
        lambda x: 1 / (1 + np.exp(-x)),
        lambda x: 0.5 + np.tanh(x / 2) / 2,
    ],
    "sigmoid_der": [sigmoid_der, lambda x: sigmoid(x) * sigmoid(-x)],
    "leaky_relu": [leaky_relu, lambda x, s: np.maximum(x, s * x), leaky_by_mask],
    "softplus": [softplus, lambda x: np.logaddexp(0.0, x)],
    "init_model": [init_model, model_by_loops],
    "large_network": [large_network, large_by_loop],
    "count_parameters": [
        count_parameters,
        lambda sizes: sum((a + 1) * b for a, b in itertools.pairwise(sizes)),
    ],
    "forward": [forward, forward_by_dot],
    "softmax": [softmax, softmax_by_rows],
    "squared_error": [squared_error, lambda y, t: np.mean(np.sum((t - y) ** 2, 1)) / 2],
    "binary_cross_entropy": [binary_cross_entropy, binary_by_where],
    "cross_entropy": [cross_entropy, entropy_by_loop],
    "numerical_gradient": [numerical_gradient, gradient_by_copies],
    "affine_backward": [affine_backward, affine_by_rows],
    "sigmoid_backward": [
        sigmoid_backward,
        lambda dout, x: dout * np.exp(-x) / (1 + np.exp(-x)) ** 2,
    ],
    "relu_backward": [relu_backward, relu_by_copy],
    "softmax_with_loss_backward": [
        softmax_with_loss_backward,
        lambda y, t: [(softmax(a) - b) / len(y) for a, b in zip(y, t, strict=True)],
    ],
    "LeakyReLU": [LeakyReLU, LeakyByMask],
    "sgd_update": [sgd_update, sgd_by_index],
    "momentum_step": [
        momentum_step,
        lambda p, g, v, lr, m: (p + m * v - lr * g, m * v - lr * g),
    ],
    "adam_step": [adam_step, adam_by_settings],
    "standardize": [standardize, standard_by_columns],
    "mean_absolute_error": [
        mean_absolute_error,
        lambda y, t: sum(abs(y - t)).item() / len(y),
    ],
    "baseline": [
        baseline,
        lambda a, b: np.average(abs(b - np.full(b.shape, np.average(a)))),
    ],
    "one_hot": [
        one_hot,
        lambda t, n: np.eye(n)[t],
        lambda t, n: np.arange(n) == t[:, None],
    ],
    "accuracy": [accuracy, lambda y, t: sum(y.argmax(1) == t) / len(t)],
    "confusion": [confusion, confusion_by_add],
    "nearest_mean": [nearest_mean, nearest_by_loop],
    "moved_by": [moved_by, moved_with_zeros],
    "to_kernels": [to_kernels, kernels_by_zip],
    "loss_from_logits": [
        loss_from_logits,
        lambda y, t: np.mean(np.logaddexp.reduce(y, axis=1) - y[np.arange(len(y)), t]),
    ],
    "keras_mse": [keras_mse, lambda y, t: ((t - y) ** 2).sum() / y.size],
}


# Wrong ones that take more than a line.


def correct_in_place(x, t, weights, bias, lr):
    error = t - perceptron(x, weights, bias)
    for i in range(len(x)):
        weights[i] += lr * error * x[i]
    return weights, bias + lr * error


def leaky_in_integers(x, slope):
    y = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        y[i] = x[i] if x[i] > 0 else slope * x[i]
    return y


def leaky_in_place(x, slope):
    x[x < 0] = x[x < 0] * slope
    return x


def model(make=lambda rng, n_in, n_out: rng.gauss(0, n_in**-0.5), bias=0.0):
    def init(layers, rng):
        pairs = list(itertools.pairwise(layers))
        weights = [
            [[make(rng, a, b) for _ in range(a)] for _ in range(b)] for a, b in pairs
        ]
        return layers, weights, [[bias] * b for _, b in pairs]

    return init


def model_turned(layers, rng):
    pairs = list(itertools.pairwise(layers))
    weights = [[[rng.gauss(0, 1)] * b for _ in range(a)] for a, b in pairs]
    return layers, weights, [[0.0] * b for _, b in pairs]


def model_of_one_row(layers, rng):
    layers, weights, biases = init_model(layers, rng)
    return layers, [[nodes[0]] * len(nodes) for nodes in weights], biases


def model_of_first_size(layers, rng):
    _, weights, biases = init_model(layers, rng)
    for k, nodes in enumerate(weights):
        factor = (layers[k] / layers[0]) ** 0.5
        weights[k] = [[factor * w for w in node] for node in nodes]
    return layers, weights, biases


def model_with_input(layers, rng):
    layers, weights, biases = init_model(layers, rng)
    return layers, [[], *weights], biases


def model_of_another_die(layers, rng):
    return init_model(layers, random)


def network(*layers, loss=SoftmaxWithLoss):
    def make(rng):
        parts = [Affine(*s, rng=rng) if isinstance(s, tuple) else s() for s in layers]
        return Network(parts, loss())

    return make


STEPS = (1000, 500), (500, 100), (100, 10)


def gradient_left_moved(f, x, h):
    for i in range(len(x)):
        x[i] += h
    return np.full(len(x), f(x))


def relu_in_place(dout, x):
    dout[x <= 0] = 0
    return dout


def leaky_layer(forward, backward):
    class Wrong:
        def __init__(self, slope):
            self.slope = slope

        def forward(self, x):
            self.x = x
            return forward(x, self.slope)

        def backward(self, dout):
            return backward(dout, self.x, self.slope)

    return Wrong


def sgd_rebound(params, grads, lr):
    for p, g in zip(params, grads, strict=True):
        p = p - lr * g


def sgd_uphill(params, grads, lr):
    for p, g in zip(params, grads, strict=True):
        p += lr * g


def sgd_without_rate(params, grads, lr):
    for p, g in zip(params, grads, strict=True):
        p -= g


def momentum_late(p, g, v, lr, momentum):
    p = p + v
    v = momentum * v - lr * g
    return p, v


def momentum_in_place(p, g, v, lr, momentum):
    v *= momentum
    v -= lr * g
    return p + v, v


def adam_plain(p, g, m, v, k, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return p - lr * m / (np.sqrt(v) + eps), m, v


def adam_no_power(p, g, m, v, k, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    size = np.sqrt(v / (1 - beta2)) + eps
    return p - lr * m / (1 - beta1) / size, m, v


def adam_eps_inside(p, g, m, v, k, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    size = np.sqrt(v / (1 - beta2**k) + eps)
    return p - lr * m / (1 - beta1**k) / size, m, v


def adam_swapped(p, g, m, v, k, lr, beta1, beta2, eps):
    return adam_step(p, g, m, v, k, lr, beta2, beta1, eps)


def standard_apart(x_train, x_test):
    return [(x - x.mean(axis=0)) / x.std(axis=0) for x in (x_train, x_test)]


def standard_in_place(x_train, x_test):
    mean, std = x_train.mean(axis=0), x_train.std(axis=0)
    x_train -= mean
    x_train /= std
    return x_train, (x_test - mean) / std


def one_hot_columns(t, n):
    y = np.zeros((len(t), n))
    y[:, t] = 1
    return y


def one_hot_by_max(t, n):
    return np.eye(max(t) + 1)[t]


def confusion_once(guesses, t, n):
    table = np.zeros((n, n))
    table[t, guesses] += 1
    return table


def nearest_neighbor(x_train, t_train, x):
    return [t_train[np.argmin(((x_train - row) ** 2).sum(axis=1))] for row in x]


def confusion_in_one_row(guesses, t, n):
    table = [[0] * n] * n
    for row, column in zip(t, guesses, strict=True):
        table[row][column] += 1
    return table


WRONG = {
    "majority": [
        (lambda a, b, c: perceptron([a, b, c], [1, 1, 1], 1.5), "a negative bias"),
        (lambda a, b, c: perceptron([a, b, c], [1, 1, 1], -0.5), "that is OR"),
        (lambda a, b, c: a and b and c, "that is AND"),
        (lambda a, b, c: not a + b + c > 1, "opposite"),
        (lambda a, b, c: a + b + c - 1.5, "is the step"),
    ],
    "majority_with_veto": [
        (lambda a, b, c: perceptron([a, b, c], [2, 1, 1], -1.5), "alone is enough"),
        (lambda a, b, c: perceptron([a, b, c], [1, 2, 1], -2.5), "to the second"),
        (majority, "no veto"),
        (lambda a, b, c: a, "decides alone"),
        (lambda a, b, c: a * b * c, "all three votes"),
    ],
    "add_bits": [
        (lambda *x: add_bits(*x)[::-1], "wrong way round"),
        (
            lambda p, q, c: (gate_xor(p, q), add_bits(p, q, c)[1]),
            "leaves out the carry",
        ),
        (lambda p, q, c: (add_bits(p, q, c)[0], gate_and(p, q)), "1 + 0 with c = 1"),
        (lambda p, q, c: (add_bits(p, q, c)[0], p or q or c), "It takes two"),
    ],
    "correction": [
        (
            lambda x, t, w, b, lr: correction(x, t, w, b, -lr),
            "sign is turned",
        ),
        (lambda x, t, w, b, lr: (correction(x, t, w, b, lr)[0], b), "bias stays"),
        (
            lambda x, t, w, b, lr: (
                [v + lr * t * u for u, v in zip(x, w, strict=True)],
                b,
            ),
            "although the answer was right",
        ),
        (correct_in_place, "changes weights"),
    ],
    "sigmoid": [
        (lambda x: np.exp(-x) / (1 + np.exp(-x)), "below the line alone"),
        (lambda x: 1 / (1 + np.exp(x)), "sign in the exponent"),
        (lambda x: 1 / 1 + np.exp(-x), "Brackets"),
        (lambda x: np.exp(x) / (np.exp(x) + 1), "infinity / infinity"),
        (lambda x: np.tanh(x), "tanh"),
    ],
    "sigmoid_der": [
        (lambda x: sigmoid(x) * (1 - x), "mixes x and y"),
        (lambda x: np.exp(-x) / (np.exp(-x) + 1) ** 2, "overflows for very"),
        (sigmoid, "sigmoid itself"),
        (lambda x: x * (1 - x), "as if it were the sigmoid"),
        (lambda x: 1 - sigmoid(x) ** 2, "slope of tanh"),
        (lambda x: sigmoid(x) * (sigmoid(x) - 1), "sign is turned"),
    ],
    "leaky_relu": [
        (lambda x, s: np.maximum(x, 0.01 * x), "always 0.01"),
        (lambda x, s: np.where(x >= s, x, s * x), "kink is at 0"),
        (lambda x, s: np.where(x > 0, x, 0), "plain ReLU"),
        (lambda x, s: np.where(x > 0, s * x, x), "wrong side"),
        (lambda x, s: np.where(x > 0, x, s), "puts the slope itself"),
        (leaky_in_integers, "whole numbers"),
    ],
    "softplus": [
        (lambda x: np.log(np.exp(x) + 1), "infinity is infinity"),
        (lambda x: x + np.log1p(np.exp(-x)), "very negative x"),
        (lambda x: np.where(x > 0, x, 0), "sharp corner"),
        (sigmoid, "slope of softplus"),
    ],
    "init_model": [
        (model(lambda rng, a, b: rng.gauss(0, 1)), "The spread is 1. "),
        (model(lambda rng, a, b: rng.gauss(0, b**-0.5)), "counts the nodes"),
        (model(lambda rng, a, b: rng.gauss(0, 1 / a)), "root of that"),
        (model(lambda rng, a, b: rng.random() / a), "lean to one side"),
        (model(lambda rng, a, b: 0.0), "weights are equal"),
        (model(bias=1.0), "bias starts at 0"),
        (model_of_first_size, "From 30 to 40 nodes the spread is 0."),
        (model_turned, "exchanged"),
        (model_of_one_row, "share one list"),
        (model_with_input, "input layer has no weights"),
        (model_of_another_die, "comes from rng"),
        (lambda layers, rng: init_model(layers, rng)[1:], "layers, weights, biases"),
        (lambda layers, rng: (layers, [[1.0], "a"], 7), "built otherwise"),
    ],
    "large_network": [
        (network(*STEPS), "depth is lost"),
        (network(*(s for p in STEPS for s in (p, Sigmoid))), "loss layer behind"),
        (network((1000, 100), Sigmoid, (100, 10)), "to have the shapes"),
        (
            network(
                *(STEPS[0], Sigmoid, STEPS[1], Sigmoid, STEPS[2]), loss=SigmoidWithLoss
            ),
            "SoftmaxWithLoss",
        ),
        (network(STEPS[0], ReLU, STEPS[1], ReLU, STEPS[2]), "other activations"),
        (lambda rng: [Affine(1000, 500, rng=rng)], "Expected a Network"),
    ],
    "count_parameters": [
        (
            lambda s: sum(a * (b + 1) for a, b in itertools.pairwise(s)),
            "on the left of each step",
        ),
        (
            lambda s: sum(a * b for a, b in itertools.pairwise(s)),
            "biases are forgotten",
        ),
        (lambda s: count_parameters(s) + s[0], "input has no biases"),
        (lambda s: sum(s), "These are the nodes"),
        (lambda s: sum(s[1:]), "biases alone"),
        (lambda s: s[0] * s[1] + s[1], "first step alone"),
        (lambda s: s[-2] * s[-1] + s[-1], "last step alone"),
        (
            lambda s: sum(a * b for a, b in itertools.pairwise(s)) + sum(s[1:-1]),
            "nodes of the output own",
        ),
    ],
    "forward": [
        (
            lambda x, W1, b1, W2, b2, W3, b3: (
                W3 @ sigmoid(W2 @ sigmoid(W1 @ x + b1) + b2) + b3
            ),
            "x stands on the left",
        ),
        (
            lambda x, W1, b1, W2, b2, W3, b3: sigmoid(sigmoid(x @ W1) @ W2) @ W3,
            "biases are forgotten",
        ),
        (lambda *a: sigmoid(forward(*a)), "output goes through a sigmoid"),
        (
            lambda x, W1, b1, W2, b2, W3, b3: ((x @ W1 + b1) @ W2 + b2) @ W3 + b3,
            "one straight line",
        ),
        (
            lambda x, W1, b1, W2, b2, W3, b3: forward(x, W1.T, b1, W2.T, b2, W3.T, b3),
            "W is transposed",
        ),
        (
            lambda x, W1, b1, W2, b2, W3, b3: (
                (sigmoid((sigmoid(x @ W1) + b1) @ W2) + b2) @ W3 + b3
            ),
            "behind the sigmoid",
        ),
    ],
    "softmax": [
        (
            lambda x: np.exp(x - np.max(x)) / np.sum(np.exp(x - np.max(x))),
            "np.sum and np.max run",
        ),
        (lambda x: np.exp(x) / np.exp(x).sum(), "; and exp overflows"),
        (
            lambda x: (
                np.exp(x - x.max(1, keepdims=True))
                / np.exp(x - x.max(1, keepdims=True)).sum(1, keepdims=True)
            ),
            "no axis 1",
        ),
        (
            lambda x: (
                np.exp(x - x.max(-1, keepdims=True))
                / np.exp(x - x.max(-1, keepdims=True)).sum()
            ),
            "axis is forgotten",
        ),
        (lambda x: np.exp(x) / np.exp(x).sum(-1, keepdims=True), "overflows"),
        (lambda x: x / x.sum(-1, keepdims=True), "exponential is missing"),
        (lambda x: np.exp(x - x.max(-1, keepdims=True)), "division by the sum"),
        (lambda x: softmax(x.T).T, "along the columns"),
        (
            lambda x: (
                np.exp(x - x.max(-1, keepdims=True)) / np.exp(x).sum(-1, keepdims=True)
            ),
            "above the line",
        ),
        (
            lambda x: np.exp(x) / np.exp(x).sum(axis=1, keepdims=True),
            "last axis is axis=-1",
        ),
    ],
    "squared_error": [
        (lambda y, t: ((y - t) ** 2).sum(1) / 2, "One number for each row"),
        (lambda y, t: (y - t).sum() ** 2 / 2 / len(y), "outside the sum"),
        (lambda y, t: np.sum((y - t) ** 2) / len(y), "½ is missing"),
        (lambda y, t: np.sum((y - t) ** 2) / 2, "sum over the rows"),
        (lambda y, t: np.mean((y - t) ** 2) / 2, "divides by all entries"),
        (lambda y, t: np.mean((t - y) ** 2), "MSE"),
    ],
    "binary_cross_entropy": [
        (lambda y, t: -np.sum(np.log(y)) / len(t), "t is forgotten"),
        (lambda y, t: -np.sum(t * np.log(y)) / len(y), "second term"),
        (lambda y, t: -binary_cross_entropy(y, t), "sign is turned"),
        (lambda y, t: len(y) * binary_cross_entropy(y, t), "Divide by N"),
        (
            lambda y, t: -np.mean(t * np.log(y) + (1 - t) * np.log(1 - y)),
            "divides by all entries",
        ),
    ],
    "cross_entropy": [
        (lambda y, t: -np.log(y[t]).mean(), "takes whole rows"),
        (lambda y, t: -np.log(y[np.arange(len(t)), t].mean()), "First the logarithm"),
        (lambda y, t: np.mean(np.log(y[np.arange(len(t)), t])), "sign is turned"),
        (lambda y, t: -np.sum(np.log(y[np.arange(len(t)), t])), "Divide by N"),
        (lambda y, t: -np.sum(np.log(y[:, t])) / len(t), "y[:, t]"),
        (lambda y, t: -np.mean(np.log10(y[np.arange(len(t)), t])), "natural one"),
    ],
    "numerical_gradient": [
        (
            lambda f, x, h: [(f(x + h * e) - f(x)) / h for e in np.eye(len(x))],
            "x + h against x. ",
        ),
        (
            lambda f, x, h: [(f(x + h * e) - f(x - h * e)) / h for e in np.eye(len(x))],
            "the way is 2 h",
        ),
        (
            lambda f, x, h: -numerical_gradient(f, x, h),
            "sign is turned",
        ),
        (
            lambda f, x, h: np.full(len(x), (f(x + h) - f(x - h)) / (2 * h)),
            "move together",
        ),
    ],
    "affine_backward": [
        (lambda dout, x, W: (dout @ W.T, dout.T @ x, dout.sum(0)), "dW is transposed"),
        (lambda dout, x, W: (dout @ W, x.T @ dout, dout.sum(0)), "dx: the transpose"),
        (lambda dout, x, W: (dout @ W.T, x @ dout, dout.sum(0)), "dW: the transpose"),
        (lambda dout, x, W: (dout @ W.T, x.T @ dout, dout.mean(0)), "db is the mean"),
        (lambda dout, x, W: (dout @ W.T, x.T @ dout, dout.sum()), "axis is forgotten"),
        (
            lambda dout, x, W: (dout @ W.T, x.T @ dout / len(x), dout.mean(0)),
            "dW is divided by N",
        ),
        (lambda *a: affine_backward(*a)[::-1], "another order: dx, dW, db"),
        (
            lambda dout, x, W: (dout @ W.T, 2 * x.T @ dout, dout.sum(0)),
            "dW: all numbers are 2 times",
        ),
        (lambda dout, x, W: (W.T @ dout, x @ dout, dout), "as many columns as B"),
    ],
    "sigmoid_backward": [
        (lambda dout, x: dout * sigmoid(x), "sigmoid itself"),
        (lambda dout, x: sigmoid_der(x), "dout is forgotten"),
        (lambda dout, x: dout * (1 - x) * x, "takes x for the output"),
        (lambda dout, x: dout * sigmoid_der(sigmoid(x)), "taken at y"),
        (lambda dout, x: sigmoid(x), "gives y"),
        (lambda dout, x: dout * (1 - sigmoid(x) * sigmoid(x)), "slope of tanh"),
        (lambda dout, x: dout * sigmoid(x) - sigmoid(x), "Brackets are missing"),
        (lambda dout, x: dout * sigmoid_der(x) / len(x), "All numbers are 0.3333"),
    ],
    "relu_backward": [
        (lambda dout, x: dout[x > 0], "throws the other"),
        (lambda dout, x: dout * np.sign(x), "gives -1"),
        (relu_in_place, "changes dout"),
        (lambda dout, x: np.maximum(dout, 0), "sign of dout"),
        (lambda dout, x: np.where(x >= 0, dout, 0), "x > 0, not x >= 0"),
        (lambda dout, x: (x > 0).astype(float), "dout is forgotten"),
        (lambda dout, x: x * (x > 0), "gives y"),
    ],
    "softmax_with_loss_backward": [
        (lambda y, t: softmax(y) - t, "1/N is missing"),
        (lambda y, t: (t - softmax(y)) / len(t), "sign is turned"),
        (lambda y, t: (y - t) / len(t), "Softmax is missing"),
        (lambda y, t: (softmax(y) - t) / np.size(t), "divides by all entries"),
        (lambda y, t: y - t, "slope for numbers"),
        (lambda y, t: softmax(y) - t / len(t), "t alone is divided"),
        (lambda y, t: -t / softmax(y), "and of one row"),
        (
            lambda y, t: softmax(y) * (1 - softmax(y)) * (softmax(y) - t) / len(y),
            "multiplies by p (1 - p)",
        ),
        (
            lambda y, t: (np.exp(y) / np.exp(y).sum(axis=0) - t) / len(y),
            "along the columns",
        ),
        (
            lambda y, t: (np.exp(y) / np.exp(y).sum(axis=1) - t) / len(y),
            "go number by number",
        ),
    ],
    "LeakyReLU": [
        (
            leaky_layer(leaky_relu, lambda dout, x, s: dout * (x > 0)),
            "backward is that of the plain ReLU",
        ),
        (
            leaky_layer(lambda x, s: np.maximum(x, 0), lambda dout, x, s: dout),
            "forward is the plain ReLU",
        ),
        (
            leaky_layer(leaky_relu, lambda dout, x, s: leaky_relu(dout, s)),
            "sign of dout",
        ),
        (leaky_layer(leaky_relu, lambda dout, x, s: np.where(x > 0, 1, s)), "alone"),
        (
            leaky_layer(lambda x, s: np.minimum(x, s * x), lambda dout, x, s: dout),
            "sides exchanged",
        ),
        (
            leaky_layer(leaky_relu, lambda dout, x, s: leaky_relu(x, s) * dout),
            "multiplies dout by y",
        ),
    ],
    "sgd_update": [
        (sgd_uphill, "walks uphill"),
        (sgd_without_rate, "learning rate is forgotten"),
        (
            lambda params, grads, lr: [
                p - lr * g for p, g in zip(params, grads, strict=True)
            ],
            "makes new arrays",
        ),
        (
            lambda params, grads, lr: sgd_update(params[:1], grads[:1], lr),
            "Only the first",
        ),
    ],
    "momentum_step": [
        (
            lambda p, g, v, lr, m: (p - lr * (g + m * v), g + m * v),
            "other form of Momentum",
        ),
        (momentum_late, "moves by the old v"),
        (lambda p, g, v, lr, m: (p - lr * g, -lr * g), "this is SGD"),
        (
            lambda p, g, v, lr, m: (p + m * v + lr * g, m * v + lr * g),
            "slope is turned",
        ),
        (momentum_in_place, "changes v"),
    ],
    "adam_step": [
        (adam_plain, "corrections of the start are missing"),
        (adam_no_power, "lack the power"),
        (adam_eps_inside, "inside the root"),
    ],
    "standardize": [
        (
            lambda a, b: (a - a.mean(0) / a.std(0), b - a.mean(0) / a.std(0)),
            "Brackets are missing",
        ),
        (standard_apart, "own mean and deviation"),
        (
            lambda a, b: ((a - a.mean()) / a.std(), (b - a.mean()) / a.std()),
            "axis is forgotten",
        ),
        (
            lambda a, b: (
                (a - a.mean(0)) / a.std(0, ddof=1),
                (b - a.mean(0)) / a.std(0),
            ),
            "ddof=1",
        ),
        (
            lambda a, b: ((a - a.mean(0)) / a.var(0), (b - a.mean(0)) / a.var(0)),
            "variance",
        ),
        (standard_in_place, "changes x_train"),
    ],
    "mean_absolute_error": [
        (lambda y, t: np.abs(y - t.ravel()).mean(), "different shapes"),
        (lambda y, t: np.mean(y - t), "size is missing"),
        (lambda y, t: abs(np.mean(y - t)), "size of the mean"),
        (lambda y, t: np.mean((y - t) ** 2) ** 0.5, "root of the mean"),
        (lambda y, t: sum(abs(y - t)).item(), "This is the sum"),
    ],
    "baseline": [
        (lambda a, b: np.abs(b - b.mean()).mean(), "mean of the test prices"),
        (lambda a, b: np.abs(a - a.mean()).mean(), "measured on the training"),
        (lambda a, b: np.abs(b - np.median(a)).mean(), "says the median"),
        (lambda a, b: abs(a.mean() - b.mean()), "compares the two means"),
    ],
    "one_hot": [
        (lambda t, n: np.eye(n)[:, t], "turned round"),
        (one_hot_by_max, "number of classes is n"),
        (one_hot_columns, "fills whole columns"),
        (lambda t, n: np.eye(n)[t - 1], "count from 0"),
    ],
    "accuracy": [
        (lambda y, t: np.mean(y.argmax() == t), "axis is forgotten"),
        (lambda y, t: np.sum(y.argmax(1) == t), "counts the right ones"),
        (lambda y, t: 100 * np.mean(y.argmax(1) == t), "percent"),
        (lambda y, t: np.mean(y.argmax(1) != t), "share of wrong ones"),
        (lambda y, t: np.mean(y.argmax(0) == t), "largest of each column"),
    ],
    "confusion": [
        (confusion_in_one_row, "one row, n times"),
        (lambda g, t, n: confusion(t, g, n), "turned round"),
        (confusion_once, "counts once"),
        (lambda g, t, n: confusion(g, t, n) / len(t), "These are shares"),
        (lambda g, t, n: np.diag(np.diag(confusion(g, t, n))), "Only right answers"),
    ],
    "nearest_mean": [
        (nearest_neighbor, "nearest training image"),
        (
            lambda a, t, x: np.argmax(
                [((x - a[t == d].mean(0)) ** 2).sum(1) for d in range(10)], axis=0
            ),
            "farthest mean",
        ),
        (
            lambda a, t, x: np.argmin(
                [(x - a[t == d].mean(0)).sum(1) for d in range(10)], axis=0
            ),
            "squares are missing",
        ),
    ],
    "moved_by": [
        (lambda x, d, r: moved_by(x, r, d), "exchanged"),
        (lambda x, d, r: moved_by(x, -d, -r), "other way"),
        (lambda x, d, r: moved_by(x, d, r).reshape(-1, 28, 28), "another shape"),
        (lambda x, d, r: np.roll(x, (d + r), axis=-1), "Nothing moves down"),
    ],
    "to_kernels": [
        (lambda weights: [np.array(w) for w in weights], "transpose is forgotten"),
        (lambda weights: to_kernels(weights)[::-1], "wrong order"),
        (
            lambda weights: [np.array(w).reshape(np.array(w).T.shape) for w in weights],
            "reshape",
        ),
    ],
    "loss_from_logits": [
        (
            lambda y, t: (
                -np.mean(
                    np.log(
                        (np.exp(y) / np.exp(y).sum(1)[:, None])[np.arange(len(y)), t]
                    )
                )
            ),
            "infinity / infinity",
        ),
        (lambda y, t: loss_from_logits(softmax(y), t), "applied twice"),
        (
            lambda y, t: np.mean(np.log(np.exp(y).sum(1)) - y[np.arange(len(y)), t]),
            "overflows",
        ),
        (lambda y, t: cross_entropy(softmax(y), t), "rounded to 0"),
        (lambda y, t: len(t) * loss_from_logits(y, t), "Divide by N"),
    ],
    "keras_mse": [
        (lambda y, t: np.mean(y - t) ** 2, "outside the mean"),
        (squared_error, "our squared error"),
        (lambda y, t: np.mean((y - t) ** 2) / 2, "½ is ours"),
        (lambda y, t: np.sum((y - t) ** 2) / len(t), "rows alone"),
        (lambda y, t: ((y - t) ** 2).mean(axis=1), "one number per row"),
    ],
}
