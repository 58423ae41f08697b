"""Six ways to walk downhill: three steps by hand, the papers' formulas, a bowl."""

import copy
import math

import numpy as np
import pytest
from tables import OPTIMIZERS

from nnlib import SGD, AdaGrad, Adam, Momentum, Nesterov, RMSProp
from nnlib.optimizers import Optimizer

every_optimizer = pytest.mark.parametrize("name", OPTIMIZERS)

# Two parameters, a = 1 and b = −1, and three gradients for each of them: with
# 3, 4, −12 and −8, 15, 0 most of the roots below are whole numbers.
START = (1.0, -1.0)
GRADIENTS = [(3.0, -8.0), (4.0, 15.0), (-12.0, 0.0)]

# name: (optimizer, where it stands after each step)
GOLDEN = {
    # a: 1 − 0.1·3 = 0.7     0.7 − 0.1·4 = 0.3       0.3 + 0.1·12 = 1.5
    # b: −1 + 0.1·8 = −0.2   −0.2 − 0.1·15 = −1.7    −1.7 − 0 = −1.7
    "SGD": (SGD(lr=0.1), [(0.7, -0.2), (0.3, -1.7), (1.5, -1.7)]),
    # a: v = −0.3                          p = 1 − 0.3 = 0.7
    #    v = −0.3/2 − 0.4 = −0.55          p = 0.7 − 0.55 = 0.15
    #    v = −0.55/2 + 1.2 = 0.925         p = 0.15 + 0.925 = 1.075
    # b: v = 0.8                           p = −1 + 0.8 = −0.2
    #    v = 0.8/2 − 1.5 = −1.1            p = −0.2 − 1.1 = −1.3
    #    v = −1.1/2 − 0 = −0.55            p = −1.3 − 0.55 = −1.85
    "Momentum": (
        Momentum(lr=0.1, momentum=0.5),
        [(0.7, -0.2), (0.15, -1.3), (1.075, -1.85)],
    ),
    # the same v; p moves by v/2 − 0.1 g
    # a: 1 − 0.15 − 0.3 = 0.55             b: −1 + 0.4 + 0.8 = 0.2
    #    0.55 − 0.275 − 0.4 = −0.125          0.2 − 0.55 − 1.5 = −1.85
    #    −0.125 + 0.4625 + 1.2 = 1.5375       −1.85 − 0.275 − 0 = −2.125
    "Nesterov": (
        Nesterov(lr=0.1, momentum=0.5),
        [(0.55, 0.2), (-0.125, -1.85), (1.5375, -2.125)],
    ),
    # a: s = 9, √ = 3                      p = 1 − 0.1·3/3 = 0.9
    #    s = 9 + 16 = 25, √ = 5            p = 0.9 − 0.1·4/5 = 0.82
    #    s = 25 + 144 = 169, √ = 13        p = 0.82 + 0.1·12/13 = 0.912307692…
    # b: s = 64, √ = 8                     p = −1 + 0.1·8/8 = −0.9
    #    s = 64 + 225 = 289, √ = 17        p = −0.9 − 0.1·15/17 = −0.988235294…
    #    s = 289 + 0                       p stays
    "AdaGrad": (
        AdaGrad(lr=0.1),
        [(0.9, -0.9), (0.82, -0.988235294), (0.912307692, -0.988235294)],
    ),
    # a: s = 9/2 = 4.5                     p = 1 − 0.3/√4.5 = 0.858578644
    #    s = 4.5/2 + 16/2 = 10.25          p = 0.858578644 − 0.4/√10.25 = 0.733639634
    #    s = 10.25/2 + 144/2 = 77.125      p = 0.733639634 + 1.2/√77.125 = 0.870281460
    # b: s = 64/2 = 32                     p = −1 + 0.8/√32 = −0.858578644
    #    s = 32/2 + 225/2 = 128.5          p = −0.858578644 − 1.5/√128.5 = −0.990902971
    #    s = 128.5/2 + 0 = 64.25           p stays
    "RMSProp": (
        RMSProp(lr=0.1, decay=0.5),
        [
            (0.858578644, -0.858578644),
            (0.733639634, -0.990902971),
            (0.870281460, -0.990902971),
        ],
    ),
    # with beta1 = 1/2, beta2 = 3/4 the corrections are 1/2, 3/4, 7/8 for m and
    # 1/4, 7/16, 37/64 for v
    # a: m = 1.5, m̂ = 3;              v = 2.25, v̂ = 9          p = 1 − 0.1·3/3 = 0.9
    #    m = 0.75 + 2 = 2.75,         v = 1.6875 + 4 = 5.6875,
    #    m̂ = 11/3;                    v̂ = 13         p = 0.9 − 1.1/3/√13 = 0.798304964
    #    m = 1.375 − 6 = −4.625,      v = 4.265625 + 36 = 40.265625,
    #    m̂ = −37/7;                   v̂ = 69.648649
    #                                 p = 0.798304964 + 3.7/7/√69.648649 = 0.861640483
    # b: m = −4, m̂ = −8;              v = 16, v̂ = 64           p = −1 + 0.1·8/8 = −0.9
    #    m = −2 + 7.5 = 5.5,          v = 12 + 56.25 = 68.25,
    #    m̂ = 22/3;                    v̂ = 156       p = −0.9 − 2.2/3/√156 = −0.958713656
    #    m = 2.75, m̂ = 22/7;          v = 51.1875, v̂ = 88.540541
    #                                 p = −0.958713656 − 2.2/7/√88.540541 = −0.992114202
    "Adam": (
        Adam(lr=0.1, beta1=0.5, beta2=0.75),
        [
            (0.9, -0.9),
            (0.798304964, -0.958713656),
            (0.861640483, -0.992114202),
        ],
    ),
}


def test_table_holds_every_optimizer():
    def below(c):
        return {c} | {deeper for sub in c.__subclasses__() for deeper in below(sub)}

    ours = {c for c in below(Optimizer) if c.__module__.startswith("nnlib")}
    names = {c.__name__ for c in ours - {Optimizer}}
    assert names == set(OPTIMIZERS) == set(GOLDEN) == set(PAPERS)


@every_optimizer
def test_three_steps_by_hand(name):
    optimizer = copy.deepcopy(GOLDEN[name][0])
    a, b = np.array([START[0]]), np.array([[START[1]]])
    for (g_a, g_b), (a_by_hand, b_by_hand) in zip(
        GRADIENTS, GOLDEN[name][1], strict=True
    ):
        optimizer.update([a, b], [np.array([g_a]), np.array([[g_b]])])
        assert np.allclose(a, [a_by_hand], rtol=0, atol=2e-9)
        assert np.allclose(b, [[b_by_hand]], rtol=0, atol=2e-9)


# The papers' formulas for one number, in plain floats; slope is a function of p.


def gradient_descent(p, slope, steps, lr):
    for _ in range(steps):
        p = p - lr * slope(p)
    return p


def polyak_1964(p, slope, steps, lr, momentum):
    # no velocity: the last two places
    before = p
    for _ in range(steps):
        p, before = p - lr * slope(p) + momentum * (p - before), p
    return p


def nesterov_1983(p, slope, steps, lr, momentum):
    # x is the place reached, y the place ahead, where the slope is asked for
    x = y = p
    for _ in range(steps):
        x_next = y - lr * slope(y)
        y, x = x_next + momentum * (x_next - x), x_next
    return y


def duchi_2011(p, slope, steps, lr, eps):
    slopes = []
    for _ in range(steps):
        slopes.append(slope(p))
        p = p - lr / (math.sqrt(sum(g**2 for g in slopes)) + eps) * slopes[-1]
    return p


def tieleman_2012(p, slope, steps, lr, decay, eps):
    mean_square = 0.0
    for _ in range(steps):
        g = slope(p)
        mean_square = decay * mean_square + (1 - decay) * g**2
        p = p - lr * g / (math.sqrt(mean_square) + eps)
    return p


def kingma_2015(p, slope, steps, lr, beta1, beta2, eps):
    m = v = 0.0
    for t in range(1, steps + 1):
        g = slope(p)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        p = p - lr * m_hat / (math.sqrt(v_hat) + eps)
    return p


# name: (class, the paper's formula, settings)
PAPERS = {
    "SGD": (SGD, gradient_descent, {"lr": 0.03}),
    "Momentum": (Momentum, polyak_1964, {"lr": 0.03, "momentum": 0.8}),
    "Nesterov": (Nesterov, nesterov_1983, {"lr": 0.03, "momentum": 0.8}),
    "AdaGrad": (AdaGrad, duchi_2011, {"lr": 0.3, "eps": 1e-3}),
    "RMSProp": (RMSProp, tieleman_2012, {"lr": 0.02, "decay": 0.7, "eps": 1e-3}),
    "Adam": (
        Adam,
        kingma_2015,
        {"lr": 0.1, "beta1": 0.7, "beta2": 0.95, "eps": 1e-3},
    ),
}


@every_optimizer
def test_hundred_steps_follow_the_paper(name):
    optimizer_class, paper, settings = PAPERS[name]
    optimizer = optimizer_class(**settings)
    starts = np.random.default_rng(1).uniform(-3, 3, 6)
    params = [starts[:2].copy(), starts[2:].reshape(2, 2).copy()]
    for _ in range(100):
        optimizer.update(params, [p + np.sin(3 * p) for p in params])
    found = np.concatenate([p.ravel() for p in params])
    expected = [
        paper(p, lambda p: p + math.sin(3 * p), 100, **settings) for p in starts
    ]
    assert np.allclose(found, expected, rtol=1e-11, atol=1e-12)


@every_optimizer
def test_floor_of_a_bowl_is_reached(name):
    # ½ (a² + 10 b²): ten times steeper in one direction than in the other
    optimizer, params = OPTIMIZERS[name](), [np.array([3.0]), np.array([[-2.0]])]
    for _ in range(500):
        optimizer.update(params, [params[0], 10 * params[1]])
    assert abs(params[0][0]) < 0.02
    assert abs(params[1][0, 0]) < 0.02


@every_optimizer
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_moves_in_place_and_keeps_dtype_and_gradients(name, dtype):
    optimizer = OPTIMIZERS[name]()
    rng = np.random.default_rng(1)
    params = [rng.standard_normal(s).astype(dtype) for s in ((3, 2), (2,))]
    grads = [rng.standard_normal(s).astype(dtype) for s in ((3, 2), (2,))]
    same_arrays, starts = list(params), copy.deepcopy(params)
    before = copy.deepcopy(grads)
    for _ in range(3):
        optimizer.update(params, grads)
    for p, array, start in zip(params, same_arrays, starts, strict=True):
        assert p is array
        assert p.dtype == dtype
        assert np.all(p != start)
    for g, g_before in zip(grads, before, strict=True):
        assert np.array_equal(g, g_before)
    assert all(m.dtype == dtype for memory in optimizer.memory for m in memory)


@every_optimizer
def test_memory_has_the_shapes_of_the_parameters(name):
    optimizer, params = OPTIMIZERS[name](), [np.ones((3, 2)), np.ones(2)]
    optimizer.update(params, params)
    shapes = [[m.shape for m in memory] for memory in optimizer.memory]
    assert shapes == [[p.shape] * optimizer.n_memories for p in params]
    assert optimizer.steps == 1


@every_optimizer
def test_a_flat_place_is_left_alone(name):
    optimizer, params = OPTIMIZERS[name](), [np.array([1.0, -2.0])]
    for _ in range(3):
        optimizer.update(params, [np.zeros(2)])
    assert np.array_equal(params[0], [1, -2])


@every_optimizer
@pytest.mark.parametrize("n_grads", [0, 1, 3])
def test_every_parameter_needs_one_gradient(name, n_grads):
    with pytest.raises(ValueError, match=r"grad|shorter|longer"):
        OPTIMIZERS[name]().update([np.ones(2), np.ones(2)], [np.ones(2)] * n_grads)


@every_optimizer
def test_nothing_moves_when_a_gradient_is_missing(name):
    params = [np.ones(2), np.ones(3)]
    with pytest.raises(ValueError, match=r"shapes \[\(2,\), \(3,\)\], got \[\(2,\)\]"):
        OPTIMIZERS[name]().update(params, [np.ones(2)])
    assert np.array_equal(params[0], [1, 1])


@every_optimizer
def test_gradient_of_another_shape_is_an_error(name):
    with pytest.raises(ValueError, match=r"\(2,\).*\(1,\)"):
        OPTIMIZERS[name]().update([np.ones(2)], [np.ones(1)])


@every_optimizer
@pytest.mark.parametrize("lr", [0, -0.1, float("nan")])
def test_rate_is_above_zero(name, lr):
    with pytest.raises(ValueError, match=f"must be above 0, got {lr}"):
        type(OPTIMIZERS[name]())(lr=lr)


@pytest.mark.parametrize("value", [1, 1.5, -0.1, float("nan")])
@pytest.mark.parametrize(
    ("optimizer_class", "setting"),
    [
        (Momentum, "momentum"),
        (Nesterov, "momentum"),
        (RMSProp, "decay"),
        (Adam, "beta1"),
        (Adam, "beta2"),
    ],
)
def test_fractions_stay_below_one(optimizer_class, setting, value):
    with pytest.raises(ValueError, match=f"{setting} must be .* below 1, got {value}"):
        optimizer_class(**{setting: value})


@pytest.mark.parametrize("optimizer_class", [AdaGrad, RMSProp, Adam])
@pytest.mark.parametrize("eps", [0, -1e-8])
def test_eps_is_above_zero(optimizer_class, eps):
    with pytest.raises(ValueError, match=f"eps.*got {eps}"):
        optimizer_class(eps=eps)


@every_optimizer
def test_repr_makes_the_same_optimizer(name):
    names = {c.__name__: c for c in (SGD, Momentum, Nesterov, AdaGrad, RMSProp, Adam)}
    optimizer = OPTIMIZERS[name]()
    optimizer.update([np.ones(2)], [np.ones(2)])
    again = eval(repr(optimizer), names)
    assert repr(again) == repr(optimizer)
    assert again.steps == 0
    assert repr(Adam()) == "Adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-08)"


def test_nesterov_without_momentum_is_momentum_without_momentum_is_descent():
    places = []
    for optimizer in (SGD(0.1), Momentum(0.1, 0), Nesterov(0.1, 0)):
        p = np.array([2.0])
        for _ in range(5):
            optimizer.update([p], [p**2])
        places.append(p[0])
    assert np.allclose(places, places[0], rtol=1e-14)


def test_first_step_of_adam_is_the_rate_whatever_the_slope():
    for slope in (1e-3, 1.0, 1e6):
        p = np.array([5.0])
        Adam(lr=0.1).update([p], [np.array([slope])])
        assert np.isclose(p[0], 4.9, rtol=1e-5)


def test_adam_leaves_a_minimum_without_noise_unless_the_rate_falls():
    highest = {}
    for falling in (False, True):
        p, optimizer, highest[falling] = np.array([-3.5, 2.0]), Adam(0.3), 0.0
        for k in range(1, 8001):
            if falling and k >= 20:
                optimizer.lr = 6 / k
            optimizer.update([p], [p * [1 / 8, 2]])
            if k > 1000:
                highest[falling] = max(highest[falling], float(np.abs(p).max()))
    assert highest[False] > 0.1
    assert highest[True] < 1e-12
