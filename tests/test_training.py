"""Training: every row once an epoch, the same seed the same history, clear refusals."""

import copy
import itertools
import math
import sys
from functools import partial

import numpy as np
import pytest
from tables import OPTIMIZERS

from nnlib import (
    SGD,
    Adam,
    Affine,
    IdentityWithLoss,
    Momentum,
    Network,
    ReLU,
    SigmoidWithLoss,
    SoftmaxWithLoss,
    Tanh,
    accuracy,
    fit,
    mean_absolute_error,
    train,
)
from nnlib.training import History

every_optimizer = pytest.mark.parametrize("name", OPTIMIZERS)


def rng(seed=0):
    return np.random.default_rng(seed)


def small_net(seed=1, dtype=np.float32, end=SoftmaxWithLoss):
    """2-4-3, and its random start."""
    draw = rng(seed)
    return Network(
        [
            Affine(2, 4, rng=draw, dtype=dtype),
            Tanh(),
            Affine(4, 3, rng=draw, dtype=dtype),
        ],
        end(),
    )


def rows(n_rows=8, seed=2):
    """Points and their labels, 0 to 2."""
    draw = rng(seed)
    return draw.standard_normal((n_rows, 2)), draw.integers(0, 3, n_rows)


def without_seconds(history):
    return [{k: v for k, v in vars(e).items() if k != "seconds"} for e in history]


class Diary(IdentityWithLoss):
    """Writes down the targets of every batch that is learned from."""

    def __init__(self):
        self.batches = []

    def backward(self):
        self.batches.append(self.t.ravel().astype(int).tolist())
        return super().backward()


def batches_of(n_rows, **settings):
    """The rows of each batch of a training, by number."""
    net = Network([Affine(1, 1, rng=rng())], Diary())
    numbers = np.arange(n_rows)[:, None]
    history = list(train(net, SGD(1e-9), numbers / n_rows, numbers, **settings))
    return net.loss_layer.batches, history


@pytest.mark.parametrize("batch_size", [1, 3, 4, 10, 99])
def test_every_row_is_learned_once_an_epoch(batch_size):
    batches, history = batches_of(10, epochs=3, batch_size=batch_size, rng=rng())
    per_epoch = math.ceil(10 / batch_size)
    assert len(batches) == 3 * per_epoch
    assert [epoch.step for epoch in history] == [0, *np.arange(1, 4) * per_epoch]
    for start in range(0, len(batches), per_epoch):
        epoch = batches[start : start + per_epoch]
        assert sorted(itertools.chain(*epoch)) == list(range(10))
        assert [len(batch) for batch in epoch[:-1]] == [batch_size] * (per_epoch - 1)
        assert len(epoch[-1]) == 10 - batch_size * (per_epoch - 1)


def test_batches_differ_between_epochs():
    batches, _ = batches_of(20, epochs=5, batch_size=10, rng=rng())
    first_of_each_epoch = {frozenset(batch) for batch in batches[::2]}
    assert len(first_of_each_epoch) == 5


def test_rows_and_targets_stay_together():
    net = Network([Affine(1, 1, rng=rng(), dtype=np.float64)], IdentityWithLoss())
    x = rng(1).standard_normal((50, 1))
    fit(net, SGD(0.5), x, 3 * x + 1, epochs=200, rng=rng(), progress=False)
    assert np.allclose([net.layers[0].W[0, 0], net.layers[0].b[0]], [3, 1])


@pytest.mark.parametrize(
    ("steps", "epochs_and_steps"),
    [
        (0, [(0, 0)]),
        (1, [(0, 0), (1, 1)]),
        (3, [(0, 0), (1, 3)]),
        (7, [(0, 0), (1, 3), (2, 6), (3, 7)]),
    ],
)
def test_steps_cut_the_last_epoch_short(steps, epochs_and_steps):
    batches, history = batches_of(10, steps=steps, batch_size=4, rng=rng())
    assert [(epoch.epoch, epoch.step) for epoch in history] == epochs_and_steps
    assert len(batches) == steps


def test_steps_and_epochs_of_one_length_are_the_same_training():
    by_epochs, _ = batches_of(10, epochs=4, batch_size=4, rng=rng())
    by_steps, _ = batches_of(10, steps=12, batch_size=4, rng=rng())
    assert by_epochs == by_steps


def test_same_rng_gives_the_same_history():
    def once(seed):
        net, (x, t) = small_net(), rows()
        history = list(
            train(net, Adam(), x, t, epochs=3, batch_size=3, rng=rng(seed), test=(x, t))
        )
        return without_seconds(history), net.params

    (history, params), (history_2, params_2), (other, _) = once(4), once(4), once(5)
    assert history == history_2
    assert all(map(np.array_equal, params, params_2))
    assert history != other


def test_record_has_its_fields():
    x, t = rows()
    settings = {"epochs": 1, "rng": rng(), "metrics": (accuracy,)}
    start, end = train(small_net(), SGD(), x, t, test=(x[:3], t[:3]), **settings)
    numbers = {"loss", "test_loss", "accuracy", "test_accuracy", "seconds"}
    for record in (start, end):
        assert set(vars(record)) == {"epoch", "step", *numbers}
        assert all(type(getattr(record, name)) is float for name in numbers)
        assert type(record.epoch) is type(record.step) is int
    assert (start.epoch, start.step, start.seconds) == (0, 0, 0.0)
    assert (end.epoch, end.step) == (1, 1)
    assert end.seconds > 0


def test_record_without_test_and_metrics_is_short():
    x, t = rows()
    record = next(train(small_net(), SGD(), x, t, epochs=1, rng=rng()))
    assert set(vars(record)) == {"epoch", "step", "loss", "seconds"}


def test_measures_are_those_of_the_network():
    net, (x, t), (x_test, t_test) = small_net(), rows(), rows(5, seed=3)
    settings = {"epochs": 2, "rng": rng(), "test": (x_test, t_test)}
    losses = []
    for epoch in train(net, SGD(0.5), x, t, metrics=(accuracy,), **settings):
        assert epoch.accuracy == net.accuracy(x, t)
        assert epoch.test_accuracy == net.accuracy(x_test, t_test)
        assert np.isclose(epoch.test_loss, net.loss(x_test, t_test), rtol=1e-6)
        losses.append((epoch.loss, net.loss(x, t)))
    assert np.isclose(*losses[0], rtol=1e-6), "at the start the loss of all rows"
    # one batch per epoch: its loss was taken before the step
    assert np.isclose(losses[1][0], losses[0][1], rtol=1e-6)
    assert np.isclose(losses[2][0], losses[1][1], rtol=1e-6)


def test_loss_of_an_epoch_weighs_batches_by_their_rows():
    # the rate is next to nothing: the mean over 3 + 3 + 2 rows is that of all 8
    net, (x, t) = small_net(dtype=np.float64), rows()
    expected = net.loss(x, t)
    _, end = train(net, SGD(1e-15), x, t, epochs=1, batch_size=3, rng=rng())
    assert np.isclose(end.loss, expected, rtol=1e-12)


def test_metrics_of_a_regression():
    def worst(y, t):
        return np.abs(y - t).max()

    net, (x, _) = small_net(end=IdentityWithLoss), rows()
    record = next(
        train(
            net,
            SGD(),
            x,
            np.ones((8, 3)),
            epochs=1,
            rng=rng(),
            metrics=[mean_absolute_error, worst],
        )
    )
    y = net.predict(x.astype(np.float32))
    assert np.isclose(record.mean_absolute_error, np.abs(y - 1).mean(), rtol=1e-6)
    assert np.isclose(record.worst, np.abs(y - 1).max(), rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@every_optimizer
def test_data_come_in_the_networks_dtype_and_stay_as_they_were(name, dtype):
    net, (x, t) = small_net(dtype=dtype), rows()
    x.flags.writeable = t.flags.writeable = False
    list(train(net, OPTIMIZERS[name](), x, t, epochs=2, batch_size=3, rng=rng()))
    assert {a.dtype for a in (*net.params, *net.grads)} == {np.dtype(dtype)}


@pytest.mark.parametrize("kind", [list, np.uint8, np.float16, bool])
def test_numbers_of_any_kind_are_learned_from(kind):
    x, t = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 2]
    x, t = (x, t) if kind is list else (np.array(x, kind), np.array(t, np.uint8))
    history = fit(small_net(), SGD(0.5), x, t, epochs=20, rng=rng(), progress=False)
    assert history[-1].loss < history[0].loss


XOR = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


@pytest.mark.parametrize(
    ("end", "t", "n_out"),
    [
        (SoftmaxWithLoss, np.array([0, 1, 1, 0]), 2),
        (SoftmaxWithLoss, np.eye(2)[[0, 1, 1, 0]], 2),
        (SigmoidWithLoss, np.array([[0], [1], [1], [0]]), 1),
        (IdentityWithLoss, np.array([[0], [1], [1], [0]]), 1),
    ],
    ids=["labels", "one-hot rows", "yes or no", "numbers"],
)
def test_xor_is_learned(end, t, n_out):
    draw = rng(3)
    net = Network([Affine(2, 8, rng=draw), Tanh(), Affine(8, n_out, rng=draw)], end())
    history = fit(
        net,
        Adam(0.05),
        XOR,
        t,
        epochs=300,
        rng=rng(),
        metrics=[accuracy],
        progress=False,
    )
    assert history[-1].accuracy == 1
    assert history[-1].loss < 0.01


def test_two_moons_are_parted():
    # two half circles that reach into each other: no straight line parts them
    draw = rng(1)
    angle, t = draw.uniform(0, np.pi, 400), draw.integers(0, 2, 400)
    x = np.stack([np.cos(angle) + t, np.sin(angle)], axis=1)
    x[t == 1] *= [1, -1]
    x[:, 1] += 0.5 * t
    x += draw.normal(0, 0.08, x.shape)
    line = Network([Affine(2, 2, rng=rng(2))], SoftmaxWithLoss())
    draw = rng(2)
    bent = Network(
        [Affine(2, 16, rng=draw), ReLU(), Affine(16, 2, rng=draw)], SoftmaxWithLoss()
    )
    shares = []
    for net in (line, bent):
        settings = {"epochs": 100, "batch_size": 20, "rng": rng(3)}
        fit(net, Adam(0.02), x[:300], t[:300], progress=False, **settings)
        shares.append(net.accuracy(x[300:], t[300:]))
    assert shares[0] < 0.95 < shares[1]


@every_optimizer
@pytest.mark.parametrize(
    ("end", "t"),
    [
        (IdentityWithLoss, np.ones((8, 3))),
        (SigmoidWithLoss, np.eye(3)[[0, 1, 2, 0, 1, 2, 0, 1]]),
        (SoftmaxWithLoss, np.array([0, 1, 2, 0, 1, 2, 0, 1])),
    ],
)
def test_divergence_names_the_epoch_and_suggests_a_smaller_rate(name, end, t):
    net, optimizer = small_net(end=end), type(OPTIMIZERS[name]())(lr=1e38)
    x, seen = rows()[0] * 100, []
    says = r"epoch \d+: the loss is (inf|nan).*diverged.*smaller rate than in " + name
    with pytest.raises(FloatingPointError, match=says):
        seen.extend(
            train(net, optimizer, x, t, epochs=50, rng=rng(), metrics=[accuracy])
        )
    assert all(math.isfinite(record.loss) for record in seen)


def test_nothing_more_is_learned_once_the_loss_is_not_finite():
    net, optimizer, (x, _) = small_net(end=IdentityWithLoss), SGD(1e38), rows()
    settings = {"epochs": 1, "batch_size": 1, "rng": rng()}
    with pytest.raises(FloatingPointError, match="epoch 1"):
        list(train(net, optimizer, x, np.ones((8, 3)), **settings))
    assert optimizer.steps == 1, "the step that went too far, none after it"


def test_divergence_on_the_test_rows_is_told_as_well():
    net, (x, t) = small_net(end=IdentityWithLoss), rows()
    net.layers[1] = ReLU()
    t = np.zeros((8, 3))
    with pytest.raises(FloatingPointError, match="epoch 0: the test_loss is inf"):
        next(train(net, SGD(), x, t, epochs=1, rng=rng(), test=(x * 1e30, t)))


def test_fit_tells_divergence_too():
    x, _ = rows()
    with pytest.raises(FloatingPointError, match="diverged"):
        fit(
            small_net(end=IdentityWithLoss),
            SGD(1e30),
            x,
            np.ones((8, 3)),
            epochs=9,
            rng=rng(),
            progress=False,
        )


def test_start_that_is_not_finite_is_not_blamed_on_the_rate():
    x, _ = rows()
    settings = {"epochs": 1, "rng": rng()}
    with pytest.raises(FloatingPointError) as info:
        next(
            train(
                small_net(end=IdentityWithLoss),
                SGD(),
                x,
                np.full((8, 3), 1e30),
                **settings,
            )
        )
    assert "epoch 0" in str(info.value)
    assert "smaller rate" not in str(info.value)


def whole_net():
    """A network whose weights somebody has set by hand, to whole numbers."""
    net = small_net()
    net.layers[0].W = np.ones((2, 4), np.int64)
    return net


def used(optimizer, *shapes):
    """An optimizer that has moved parameters of these shapes."""
    params = [np.ones(shape) for shape in shapes]
    optimizer.update(params, params)
    return optimizer


# Bad input: what is changed in a good call, the error, its words.

X, T = rows()
NAN, INF = X.copy(), X.copy()
NAN[3, 1], INF[3, 1] = np.nan, -np.inf
BAD = {
    "columns": ({"x": X[:, :1]}, ValueError, r"expects x of shape \(N, 2\), got"),
    "one column flat": ({"x": X[:, 0]}, ValueError, r"rows x \(N, n_in\).*\(8,\)"),
    "x number": ({"x": 1.0}, ValueError, r"training data must be rows.*shapes \(\)"),
    "t number": ({"t": 1}, ValueError, r"training data must be rows.*\) and \(\)"),
    "x too large": ({"x": X * 1e300}, ValueError, "finite in float32, got NaN or inf"),
    "x objects": ({"x": X.astype(object)}, TypeError, "must be numbers, got object"),
    "x text": ({"x": X.astype(str)}, TypeError, "must be numbers, got <U"),
    "x complex": ({"x": X + 1j}, TypeError, "must be numbers, got complex128"),
    "t objects": ({"t": T.astype(object)}, TypeError, "must be numbers.*object"),
    "t nothing": ({"t": [None] * 8}, TypeError, "must be numbers.*object"),
    "label too large": ({"t": T + 1}, ValueError, "0 to 2 here, got .* to 3"),
    "label negative": ({"t": T - 1}, ValueError, "0 to 2 here, got numbers from -1"),
    "label float": ({"t": T * 1.0}, TypeError, "whole numbers, got float64"),
    "t column": (
        {"t": T[:, None]},
        ValueError,
        r"labels of shape \(8,\) or rows of shape \(8, 3\), got t of shape \(8, 1\)",
    ),
    "t rows too wide": ({"t": np.eye(4)[T]}, ValueError, r"\(8, 3\), got.*\(8, 4\)"),
    "x NaN": ({"x": NAN}, ValueError, "finite in float32, got NaN or inf"),
    "x infinite": ({"x": INF}, ValueError, "finite in float32, got NaN or inf"),
    "t NaN": (
        {"t": NAN[:, [0, 1, 1]]},
        ValueError,
        "finite in float32, got NaN or inf",
    ),
    "no rows": (
        {"x": X[:0], "t": T[:0]},
        ValueError,
        r"at least one, got shapes \(0, 2\) and \(0,\)",
    ),
    "lengths": ({"t": T[:5]}, ValueError, r"as many t.*got shapes \(8, 2\) and \(5,\)"),
    "batch_size": ({"batch_size": 0}, ValueError, "batch_size .* from 1, got 0"),
    "batch_size 2.5": ({"batch_size": 2.5}, ValueError, "whole number from 1, got 2.5"),
    "batch_size text": ({"batch_size": "2"}, ValueError, "whole number .* got '2'"),
    "epochs": ({"epochs": -1}, ValueError, "epochs .* from 0, got -1"),
    "epochs 1.5": ({"epochs": 1.5}, ValueError, "epochs must be a whole .* got 1.5"),
    "steps": ({"epochs": None, "steps": -1}, ValueError, "steps .* from 0, got -1"),
    "neither": ({"epochs": None}, ValueError, "epochs=None, steps=None"),
    "both": ({"steps": 5}, ValueError, "epochs=1, steps=5"),
    "rng number": ({"rng": 1}, TypeError, "rng must be an np.random.Generator, got 1"),
    "rng old": (
        {"rng": np.random.RandomState(0)},
        TypeError,
        "np.random.Generator, got RandomState",
    ),
    "rng None": ({"rng": None}, TypeError, "np.random.Generator, got None"),
    "test without t": ({"test": (X,)}, TypeError, r"test must be a pair \(x_test, t"),
    "test empty": ({"test": ()}, TypeError, r"test must be a pair .* got \(\)"),
    "test number": ({"test": 3}, TypeError, r"test must be a pair .* got 3"),
    "test no pair": ({"test": X}, TypeError, r"test must be a pair \(x_test, t"),
    "one metric": (
        {"metrics": accuracy},
        TypeError,
        r"metrics must be a tuple of functions with names, .* got <f",
    ),
    "metric text": ({"metrics": ("accuracy",)}, TypeError, r"got \('accuracy',\)"),
    "metric without a name": (
        {"metrics": [partial(accuracy)]},
        TypeError,
        r"such as \(accuracy,\), got \[functools.partial",
    ),
    "whole weights": (
        {"net": whole_net()},
        TypeError,
        "parameters must be floats to learn, got int64",
    ),
    "optimizer of another network": (
        {"optimizer": used(Momentum(), (2, 4), 4, (4, 5), 5)},
        ValueError,
        r"Momentum\(.*\) has served a network of other sizes: make one for each",
    ),
    "optimizer of fewer layers": (
        {"optimizer": used(SGD(), (2, 3), 3)},
        ValueError,
        "served a network of other sizes",
    ),
    "optimizer class": (
        {"optimizer": SGD},
        TypeError,
        "an nnlib optimizer such as.*got <c",
    ),
    "test columns": ({"test": (X[:, :1], T)}, ValueError, "expects x of shape"),
    "test lengths": (
        {"test": (X, T[:2])},
        ValueError,
        r"test data .* \(8, 2\) and \(2,\)",
    ),
    "test NaN": ({"test": (NAN, T)}, ValueError, "test data must be finite in float32"),
    "test labels": ({"test": (X, T + 7)}, ValueError, "0 to 2 here"),
    "nothing to learn": (
        {"net": Network([ReLU()], IdentityWithLoss())},
        ValueError,
        "nothing to learn",
    ),
}


def call(change):
    good = {"net": small_net(), "optimizer": SGD(), "x": X, "t": T}
    return train(**(good | {"epochs": 1, "rng": rng()} | change))


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_told_at_once_in_one_sentence(name):
    change, error, says = BAD[name]
    with pytest.raises(error, match=says) as info:
        call(change)  # the call alone, nothing is asked of the generator
    assert str(info.value).count("\n") == 0


def test_the_good_call_is_good():
    assert [epoch.epoch for epoch in call({})] == [0, 1]


def test_training_stops_where_it_is_left():
    net, optimizer, (x, t) = small_net(), SGD(0.1), rows()
    settings = {"epochs": 10**9, "batch_size": 3, "rng": rng()}
    for epoch in train(net, optimizer, x, t, **settings):
        if epoch.epoch == 2:
            break
    assert optimizer.steps == 6
    left = [p.copy() for p in net.params]
    again = small_net()
    list(train(again, SGD(0.1), x, t, **settings | {"epochs": 2, "rng": rng()}))
    assert all(map(np.array_equal, left, again.params))


def test_nothing_is_learned_before_the_second_record_is_asked_for():
    net, (x, t) = small_net(), rows()
    before = [p.copy() for p in net.params]
    training = train(net, SGD(0.1), x, t, epochs=5, rng=rng())
    next(training)
    assert all(map(np.array_equal, before, net.params))
    next(training)
    assert not any(map(np.array_equal, before, net.params))


def test_training_again_goes_on_with_the_same_optimizer():
    once, twice, (x, t) = small_net(), small_net(), rows()
    fit(once, Adam(), x, t, epochs=6, rng=rng(), progress=False)
    optimizer, draw = Adam(), rng()
    for _ in range(2):
        fit(twice, optimizer, x, t, epochs=3, rng=draw, progress=False)
    assert all(map(np.array_equal, once.params, twice.params))


def test_fit_is_train_to_the_end(capsys):
    x, t = rows()
    settings = {"epochs": 3, "batch_size": 3, "test": (x, t), "metrics": (accuracy,)}
    net, same = small_net(), small_net()
    history = fit(net, SGD(0.1), x, t, rng=rng(), progress=False, **settings)
    records = list(train(same, SGD(0.1), x, t, rng=rng(), **settings))
    assert without_seconds(history) == without_seconds(records)
    assert all(map(np.array_equal, net.params, same.params))
    assert capsys.readouterr() == ("", ""), "and without a bar it is silent"


def test_history_gives_columns_and_records():
    x, t = rows()
    history = fit(
        small_net(),
        SGD(),
        x,
        t,
        epochs=3,
        rng=rng(),
        progress=False,
        metrics=[accuracy],
    )
    assert type(history) is History
    assert history["epoch"] == [0, 1, 2, 3]
    assert history["loss"] == [record.loss for record in history]
    assert type(history["accuracy"]) is list
    assert history[-1].epoch == 3
    with pytest.raises(AttributeError, match="test_accuracy"):
        _ = history["test_accuracy"]


def test_part_of_a_history_is_a_history():
    x, t = rows()
    history = fit(small_net(), SGD(), x, t, epochs=3, rng=rng(), progress=False)
    part = history[1:]
    assert type(part) is History
    assert part == list(history)[1:]
    assert part["epoch"] == [1, 2, 3]
    assert history[::-2]["epoch"] == [3, 1]
    assert history[9:]["epoch"] == []


def test_bar_goes_to_stderr_and_names_the_loss(capsys):
    x, t = rows()
    history = fit(small_net(), SGD(), x, t, epochs=4, rng=rng())
    out, err = capsys.readouterr()
    assert out == ""
    assert "4/4" in err
    assert f"loss={history[-1].loss:.4f}" in err


@pytest.mark.parametrize(
    ("steps", "batch_size", "n_epochs"),
    [(4, 4, 2), (5, 4, 3), (4, 5, 2), (7, 5, 4), (4, 99, 4)],
)
def test_bar_is_full_at_the_end_of_the_steps(capsys, steps, batch_size, n_epochs):
    x, t = rows()
    settings = {"steps": steps, "batch_size": batch_size, "rng": rng()}
    assert fit(small_net(), SGD(), x, t, **settings)[-1].epoch == n_epochs
    assert f"{n_epochs}/{n_epochs}" in capsys.readouterr().err


def test_missing_tqdm_is_named_with_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    x, t = rows()
    with pytest.raises(ImportError, match=r"tqdm.*by-hand\[views\].*progress=False"):
        fit(small_net(), SGD(), x, t, epochs=1, rng=rng())
    fit(small_net(), SGD(), x, t, epochs=1, rng=rng(), progress=False)


class Impatient(SoftmaxWithLoss):
    """Presses Ctrl-C in the middle of the learning of a batch."""

    def __init__(self, at):
        self.left = at

    def backward(self):
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt
        return super().backward()

    def __repr__(self):
        return "SoftmaxWithLoss()"


@pytest.mark.parametrize("progress", [False, True])
def test_ctrl_c_returns_what_was_learned(capsys, progress):
    net, (x, t) = small_net(), rows()
    net.loss_layer = Impatient(at=8)  # 3 batches an epoch: in the middle of the third
    history = fit(
        net, SGD(0.1), x, t, epochs=9, batch_size=3, rng=rng(), progress=progress
    )
    assert type(history) is History
    assert history["epoch"] == [0, 1, 2]
    out, _ = capsys.readouterr()
    assert out.startswith("Stopped by hand")
    assert "2" in out
    assert np.isfinite(net.predict(x)).all()


def test_ctrl_c_before_the_first_record_counts_no_epochs(capsys):
    def impatient(y, t):
        raise KeyboardInterrupt

    x, t = rows()
    settings = {"epochs": 1, "rng": rng(), "progress": False}
    assert fit(small_net(), SGD(), x, t, metrics=[impatient], **settings) == []
    assert "-1" not in capsys.readouterr().out


def unit_of(path, name="Adam", epochs=5, seed=7, **settings):
    """One training with all that it changes: its history, net, optimizer and rng."""
    net, optimizer, draw = small_net(), OPTIMIZERS[name](), rng(seed)
    x, t = rows()
    usual = {"batch_size": 3, "test": (x[:4], t[:4]), "metrics": (accuracy,)}
    training = train(
        net,
        optimizer,
        x,
        t,
        epochs=epochs,
        rng=draw,
        checkpoint=path,
        **usual | settings,
    )
    return training, net, optimizer, draw


def left_behind(history, net, optimizer, draw):
    """Everything that must be equal to the last bit."""
    return {
        "history": without_seconds(history),
        "params": [(p.dtype, p.tolist()) for p in net.params],
        "steps": optimizer.steps,
        "memory": [
            [(m.dtype, m.tolist()) for m in memory] for memory in optimizer.memory
        ],
        "rng": repr(draw.bit_generator.state),
    }


@every_optimizer
def test_interrupted_and_resumed_is_uninterrupted_bit_for_bit(tmp_path, name):
    training, *things = unit_of(None, name)
    expected = left_behind(training, *things)

    path = tmp_path / "run.npz"
    training, *_ = unit_of(path, name)
    for epoch in training:
        if epoch.epoch == 2:
            break
    # the seed is another one: the state of rng comes from the file
    training, *things = unit_of(path, name, seed=99)
    assert left_behind(training, *things) == expected
    # and a third time there is nothing left to learn
    training, *things = unit_of(path, name, seed=98)
    assert left_behind(training, *things) == expected


def test_interrupted_inside_an_epoch_and_resumed_is_uninterrupted(tmp_path):
    training, *things = unit_of(None)
    expected = left_behind(training, *things)
    path = tmp_path / "run.npz"
    training, net, *_ = unit_of(path)
    net.loss_layer.__class__ = Impatient
    net.loss_layer.left = 8
    with pytest.raises(KeyboardInterrupt):
        list(training)
    training, *things = unit_of(path)
    assert left_behind(training, *things) == expected


def test_steps_resume_as_well(tmp_path):
    settings = {"epochs": None, "steps": 11}
    training, *things = unit_of(None, **settings)
    expected = left_behind(training, *things)
    path = tmp_path / "run.npz"
    list(unit_of(path, **settings | {"steps": 7})[0])
    training, *things = unit_of(path, **settings)
    assert left_behind(training, *things) == expected


def test_resumed_seconds_go_on(tmp_path):
    path = tmp_path / "run.npz"
    first = list(unit_of(path, epochs=2)[0])
    all_of_it = list(unit_of(path, epochs=4)[0])
    seconds = [epoch.seconds for epoch in all_of_it]
    assert seconds[:3] == [epoch.seconds for epoch in first]
    assert seconds == sorted(seconds)


@pytest.mark.parametrize("kind", ["MT19937", "Philox", "SFC64", "PCG64DXSM"])
def test_generators_of_every_kind_resume(tmp_path, kind):
    def once(path, epochs):
        net, (x, t) = small_net(), rows()
        draw = np.random.Generator(getattr(np.random, kind)(5))
        settings = {"epochs": epochs, "batch_size": 3, "rng": draw, "checkpoint": path}
        return without_seconds(train(net, SGD(0.1), x, t, **settings))

    path = tmp_path / "run.npz"
    once(path, 2)
    assert once(path, 4) == once(None, 4)


def test_metric_may_give_a_number_of_numpy(tmp_path):
    def worst(y, t):
        return np.float32(1.5)

    path = tmp_path / "run.npz"
    list(unit_of(path, epochs=1, metrics=[worst])[0])
    history = list(unit_of(path, epochs=2, metrics=[worst])[0])
    assert [epoch.worst for epoch in history] == [1.5, 1.5, 1.5]


# what is another one: the word for it in the message, and the change
OTHER_RUNS = {
    "net": ("net", {"net": Network([Affine(2, 3, rng=rng())], SoftmaxWithLoss())}),
    "loss layer": ("net", {"net": small_net(end=SigmoidWithLoss), "t": np.eye(3)[T]}),
    "dtype": ("dtype", {"net": small_net(dtype=np.float64)}),
    "optimizer": ("optimizer", {"optimizer": Momentum()}),
    "rate": ("optimizer", {"optimizer": SGD(lr=0.123)}),
    "generator": ("generator", {"rng": np.random.Generator(np.random.MT19937(0))}),
    "rows": ("rows", {"x": X[:7], "t": T[:7]}),
    "data of the same length": ("data", {"x": X[::-1]}),
    "targets of the same length": ("data", {"t": (T + 1) % 3}),
    "batch_size": ("batch_size", {"batch_size": 5}),
    "rows to measure": ("test", {"test": (X, T)}),
    "metrics": ("metrics", {"metrics": [accuracy]}),
}


@pytest.mark.parametrize("name", OTHER_RUNS)
def test_checkpoint_of_another_run_is_refused_at_once(tmp_path, name):
    path = tmp_path / "run.npz"
    list(call({"checkpoint": path}))
    word, change = copy.deepcopy(OTHER_RUNS[name])
    run = {"net": small_net(seed=5), "optimizer": SGD(), "rng": rng(5)} | change
    things = run["net"], run["optimizer"], run["rng"]
    before, saved = left_behind([], *things), path.read_bytes()
    says = rf"run\.npz is no checkpoint of this training: its {word} is .*, here it is"
    with pytest.raises(ValueError, match=says):
        call(run | {"checkpoint": path})
    assert left_behind([], *things) == before, "nothing was touched"
    assert path.read_bytes() == saved


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_truncated_checkpoint_is_refused(tmp_path, share):
    path = tmp_path / "run.npz"
    list(call({"checkpoint": path}))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(ValueError, match=r"run\.npz is not a whole npz file"):
        next(call({"checkpoint": path}))


def test_saved_network_is_no_checkpoint(tmp_path):
    path = tmp_path / "model.npz"
    small_net().save(path)
    with pytest.raises(ValueError, match=r"model\.npz is no checkpoint"):
        next(call({"checkpoint": path}))


def test_checkpoint_that_cannot_be_written_is_an_error(tmp_path):
    training = call({"checkpoint": tmp_path / "nowhere" / "run.npz"})
    next(training)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        next(training)


def test_failing_checkpoint_leaves_the_last_one(tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    training, *_ = unit_of(path)
    next(training), next(training)
    monkeypatch.setattr(np, "savez", partial(full_disk))
    with pytest.raises(OSError, match="no space left"):
        next(training)
    monkeypatch.undo()
    assert [p.name for p in tmp_path.iterdir()] == ["run.npz"]
    training, *things = unit_of(path)
    expected, *expected_things = unit_of(None)
    assert left_behind(training, *things) == left_behind(expected, *expected_things)


def full_disk(file, **arrays):
    """Stands in for np.savez where the disk is full half way."""
    file.write(b"PK half of a file")
    raise OSError("no space left")
