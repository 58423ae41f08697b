"""The network: it passes along, is saved and loaded, and its gradients are checked."""

import gc
import itertools
import os
import pickle
import zipfile

import numpy as np
import pytest
from autograd import grad
from hypothesis import given
from hypothesis import strategies as st
from tables import (
    LAYERS,
    LOSS_LAYERS,
    OPTIMIZERS,
    make_layer,
    repeatable,
)

from nnlib import (
    Affine,
    IdentityWithLoss,
    LeakyReLU,
    Network,
    ReLU,
    Sigmoid,
    SigmoidWithLoss,
    SoftmaxWithLoss,
    Tanh,
    accuracy,
    check_gradients,
)
from nnlib.gradients import numerical_gradient, relative_error

every_loss_layer = pytest.mark.parametrize("loss", LOSS_LAYERS)


def deep(loss="SoftmaxWithLoss, labels", seed=1, dtype=np.float64, width=3):
    """A network with every layer of the table, an Affine after each of the others."""
    rng, stack = np.random.default_rng(seed), [("Affine", 3, width)]
    for name in LAYERS:
        if name != "Affine":
            stack += [(name, width, width), ("Affine", width, width)]
    stack[-1] = ("Affine", width, 3)
    return Network(
        [make_layer(name, n_in, n_out, rng, dtype) for name, n_in, n_out in stack],
        LOSS_LAYERS[loss][0](),
    )


def rows(loss="SoftmaxWithLoss, labels", n_rows=4, seed=2, dtype=np.float64):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n_rows, 3)).astype(dtype)
    return x, LOSS_LAYERS[loss][1](rng, (n_rows, 3))


def formula_of(net, loss):
    """The whole network as one function of x, t and its parameters, for autograd."""
    names = {repr(LAYERS[name][0]()): name for name in LAYERS if name != "Affine"}

    def loss_of(params, x, t):
        rest = list(params)
        for layer in net.layers:
            own = [rest.pop(0) for _ in layer.learnable]
            x = LAYERS[names.get(repr(layer), "Affine")][1](x, *own)
        return LOSS_LAYERS[loss][2](x, t)

    return loss_of


def affine(W, b):
    """An Affine in float64 with these weights and biases."""
    W = np.array(W, np.float64)
    layer = Affine(*W.shape, rng=np.random.default_rng(0), dtype=np.float64)
    layer.W, layer.b = W, np.array(b, np.float64)
    return layer


def printed(numbers, digits=8):
    return [f"{number:.{digits}f}" for number in np.ravel(numbers)]


@every_loss_layer
@repeatable
@given(st.integers(1, 6), st.integers(1, 5), st.integers(0, 2**32))
def test_deep_network_agrees_with_autograd(loss, n_rows, width, seed):
    net = deep(loss, seed, width=width)
    x, t = rows(loss, n_rows, seed + 1)
    formula = formula_of(net, loss)
    value = net.backprop(x, t)
    assert np.isclose(value, formula(net.params, x, t), rtol=1e-12)
    for found, expected in zip(net.grads, grad(formula)(net.params, x, t), strict=True):
        assert found.shape == expected.shape
        assert np.allclose(found, expected, rtol=1e-10, atol=1e-12)
    dx = net.backward(net.loss_layer.backward())
    expected = grad(formula, 1)(net.params, x, t)
    assert np.allclose(dx, expected, rtol=1e-10, atol=1e-12)


def fair_cases(loss):
    """Networks and rows where differences can tell: no number near the kink of a ReLU,
    no gradient so small that it drowns in the rounding of the loss."""
    for seed in itertools.count():
        net, (x, t) = deep(loss, seed), rows(loss, seed=seed + 1)
        net.backprop(x, t)
        sizes = [np.linalg.norm(g) for g in net.grads]
        if distance_to_a_kink(net, x) > 1e-3 and min(sizes) > 1e-3:
            yield net, x, t


def distance_to_a_kink(net, x):
    """How near the number is to 0 that comes nearest at any ReLU of the network."""
    distance = np.inf
    for layer in net.layers:
        if isinstance(layer, ReLU | LeakyReLU):
            distance = min(distance, np.abs(x).min())
        x = layer.forward(x)
    return distance


@every_loss_layer
def test_deep_network_agrees_with_numerical_gradients(loss):
    for net, x, t in itertools.islice(fair_cases(loss), 10):
        errors = check_gradients(net, x, t)
        widths = range(0, len(net.layers), 2)
        assert set(errors) == {f"{i}.{name}" for i in widths for name in "Wb"}
        assert list(errors.values()) == sorted(errors.values(), reverse=True)
        assert max(errors.values()) <= 1e-7


@every_loss_layer
def test_gradient_arrives_at_x(loss):
    net, x, t = next(fair_cases(loss))
    dx = net.backward(net.loss_layer.backward())
    assert relative_error(dx, numerical_gradient(lambda x: net.loss(x, t), x)) <= 1e-7


@pytest.mark.parametrize("slip", ["sign", "factor", "one entry", "NaN"])
def test_check_gradients_finds_a_wrong_backward(slip):
    class Wrong(Affine):
        def backward(self, dout):
            dx = super().backward(dout)
            if slip == "one entry":
                self.dW[0, 0] += 1e-4
            else:
                self.dW *= {"sign": -1, "factor": 1.001, "NaN": np.nan}[slip]
            return dx

    rng = np.random.default_rng(1)
    net = Network(
        [Affine(3, 3, rng=rng), Tanh(), Wrong(3, 3, rng=rng)], SoftmaxWithLoss()
    )
    errors = check_gradients(net, *rows())
    worst, *others = errors
    assert worst == "2.W", "the worst comes first"
    assert not errors[worst] < 1e-5
    assert max(errors[name] for name in others) < 1e-7


def test_check_gradients_leaves_the_network_alone():
    net, (x, t) = deep(dtype=np.float32), rows()
    net.backprop(x.astype(np.float32), t)
    before = [a.copy() for a in (*net.params, *net.grads)]
    check_gradients(net, x, t)
    after = [*net.params, *net.grads]
    assert all(map(np.array_equal, before, after))
    assert {a.dtype for a in after} == {np.dtype(np.float32)}


def test_three_layer_network_of_the_chapter_to_the_printed_digits():
    net = Network(
        [
            affine([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]], [0.1, 0.2, 0.3]),
            Sigmoid(),
            affine([[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]], [0.1, 0.2]),
            Sigmoid(),
            affine([[0.1, 0.3], [0.2, 0.4]], [0.1, 0.2]),
        ],
        IdentityWithLoss(),
    )
    x = np.array([[1.0, 0.5]])
    assert printed(net.layers[0].forward(x), 1) == ["0.3", "0.7", "1.1"]
    z1 = net.layers[1].forward(net.layers[0].forward(x))
    assert printed(z1) == ["0.57444252", "0.66818777", "0.75026011"]
    assert printed(net.predict(x)) == ["0.31682708", "0.69627909"]


@pytest.mark.parametrize(
    ("W", "b", "x", "y"),
    [
        ([[2]], [-1], [[1], [2], [3]], [[1], [3], [5]]),
        ([[1], [2]], [-1], [[1, 2], [2, 3], [3, 4]], [[4], [7], [10]]),
        ([[5, 6], [7, 8]], [0, 0], [[1, 2], [3, 4]], [[19, 22], [43, 50]]),
        (
            [[1, 2], [3, 4], [5, 6]],
            [0, 0],
            [[1, 2, 3], [4, 5, 6]],
            [[22, 28], [49, 64]],
        ),
        ([[7], [8]], [0], [[1, 2], [3, 4], [5, 6]], [[23], [53], [83]]),
        ([[1, 3, 5], [2, 4, 6]], [0, 0, 0], [[1, 2]], [[5, 11, 17]]),
    ],
    ids=["1 to 1", "2 to 1", "2 to 2", "3 to 2", "a column", "2 to 3"],
)
def test_maps_and_products_of_the_chapter(W, b, x, y):
    net = Network([affine(W, b)], IdentityWithLoss())
    assert np.array_equal(net.forward(np.array(x)), y)
    assert np.array_equal(net.predict(np.array(x)), y)


@pytest.mark.parametrize(
    ("sizes", "n_rows"), [([1000, 500, 100, 10], 100), ([2, 4, 4, 2], 1)]
)
def test_shapes_of_the_exercises(sizes, n_rows):
    rng = np.random.default_rng(1)
    net = Network(
        [Affine(*pair, rng=rng) for pair in itertools.pairwise(sizes)],
        SoftmaxWithLoss(),
    )
    y = net.predict(rng.random((n_rows, sizes[0]), np.float32))
    assert (y.shape, y.dtype) == ((n_rows, sizes[-1]), np.float32)
    assert np.allclose(y.sum(axis=1), 1)


@every_loss_layer
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_everything_stays_float32(loss, optimizer):
    net, (x, t) = deep(loss, dtype=np.float32), rows(loss, dtype=np.float32)
    steps = OPTIMIZERS[optimizer]()
    for _ in range(2):
        net.backprop(x, t)
        steps.update(net.params, net.grads)
    arrays = [net.forward(x), net.predict(x), *net.params, *net.grads]
    arrays += [m for memory in steps.memory for m in memory]
    assert {a.dtype for a in arrays} == {np.dtype(np.float32)}


def test_params_and_grads_come_in_the_order_of_the_layers():
    net, (x, t) = deep(), rows()
    net.backprop(x, t)
    wide = [layer for layer in net.layers if layer.learnable]
    params = [a for layer in wide for a in (layer.W, layer.b)]
    grads = [a for layer in wide for a in (layer.dW, layer.db)]
    assert all(a is b for a, b in zip(net.params, params, strict=True))
    assert all(a is b for a, b in zip(net.grads, grads, strict=True))
    assert [p.shape for p in net.params] == [g.shape for g in net.grads]


def test_params_are_asked_anew():
    net = deep()
    net.layers[0].W = np.ones((3, 3))
    assert net.params[0] is net.layers[0].W


def test_backprop_leaves_the_data_and_earlier_results_alone():
    net, (x, t) = deep(), rows()
    copies = x.copy(), t.copy()
    handed_out = [net.forward(x), net.predict(x)]
    net.backprop(x, t)
    handed_out += net.grads
    before = [a.copy() for a in handed_out]
    net.backprop(-x, t[::-1])
    assert np.array_equal(x, copies[0])
    assert np.array_equal(t, copies[1])
    assert all(map(np.array_equal, handed_out, before))


def test_backward_gives_dx_and_backprop_spares_it():
    net, (x, t) = deep(), rows()
    asked = []

    class Watched(Affine):
        def backward(self, dout):
            asked.append(self.wants_dx)
            return super().backward(dout)

    net.layers[0] = Watched(3, 3, rng=np.random.default_rng(0), dtype=np.float64)
    net.backprop(x, t)
    assert net.layers[0].wants_dx
    assert net.backward(net.loss_layer.backward()).shape == x.shape
    assert net.backward(net.loss_layer.backward(), wants_dx=False) is None
    assert asked == [False, True, False]
    assert net.layers[0].wants_dx


def test_interrupted_backward_leaves_wants_dx_as_it_was():
    net, (x, _) = deep(), rows()
    net.forward(x)
    with pytest.raises(ValueError, match="match"):
        net.backward(np.ones((4, 99)), wants_dx=False)
    assert net.layers[0].wants_dx


@every_loss_layer
@pytest.mark.parametrize("n_rows", [1, 999, 1000, 1001, 2500])
def test_predict_in_slices_is_predict_in_one_go(loss, n_rows):
    net, (x, t) = deep(loss), rows(loss, n_rows)
    whole = net.loss_layer.activation(net.forward(x))
    assert np.allclose(net.predict(x), whole, rtol=1e-12)
    assert np.isclose(net.loss(x, t), net.loss_layer.forward(net.forward(x), t))
    assert net.accuracy(x, t) == accuracy(whole, t)


def test_slices_are_small_and_hold_every_row_once():
    seen = []

    class Watched(ReLU):
        def forward(self, x):
            seen.append(x[:, 0])
            return super().forward(x)

    x = np.arange(2500.0)[:, None]
    Network([Watched()], IdentityWithLoss()).predict(x)
    assert max(map(len, seen)) <= 1000
    assert np.array_equal(np.concatenate(seen), x[:, 0])


def test_loss_and_predict_leave_the_gradients_alone():
    net, (x, t) = deep(), rows()
    net.backprop(x, t)
    before = [g.copy() for g in net.grads]
    net.loss(-x, t), net.predict(-x), net.accuracy(-x, t)
    assert all(map(np.array_equal, net.grads, before))


def test_no_rows_give_no_predictions():
    assert deep().predict(np.zeros((0, 3))).shape == (0, 3)


@every_loss_layer
@pytest.mark.parametrize("measure", ["loss", "accuracy", "backprop"])
def test_no_rows_have_no_loss(loss, measure):
    x, t = rows(loss, 0)
    with pytest.raises(ValueError, match="at least one row"):
        getattr(deep(loss), measure)(x, t)


def test_text_names_the_layers():
    rng = np.random.default_rng(0)
    net = Network(
        [Affine(4, 3, rng=rng), ReLU(), Affine(3, 2, rng=rng)], SoftmaxWithLoss()
    )
    text = "Network([Affine(4, 3), ReLU(), Affine(3, 2)], SoftmaxWithLoss())"
    assert repr(net) == text


def test_sizes_must_meet():
    rng = np.random.default_rng(0)
    says = r"Affine\(4, 3\) does not fit Affine\(2, 1\)"
    with pytest.raises(ValueError, match=says):
        Network(
            [Affine(4, 3, rng=rng), ReLU(), Tanh(), Affine(2, 1, rng=rng)],
            SigmoidWithLoss(),
        )


def test_network_needs_a_layer():
    with pytest.raises(ValueError, match="at least one layer, got none"):
        Network([], SoftmaxWithLoss())


@pytest.mark.parametrize(
    ("stack", "end", "says"),
    [
        ([ReLU], SoftmaxWithLoss(), r"Layer it got <class .*ReLU"),
        ([ReLU()], SoftmaxWithLoss, r"LossLayer it got <class .*SoftmaxWithLoss"),
        ([SoftmaxWithLoss()], SoftmaxWithLoss(), r"Layer it got SoftmaxWithLoss\(\)"),
        ([ReLU()], ReLU(), r"LossLayer it got ReLU\(\)"),
        (["ReLU"], SoftmaxWithLoss(), r"Layer it got 'ReLU'"),
        ([ReLU()], None, r"LossLayer it got None"),
    ],
    ids=["class", "loss class", "loss among the layers", "no loss", "text", "None"],
)
def test_only_layers_and_a_loss_layer_make_a_network(stack, end, says):
    with pytest.raises(TypeError, match=f"in place of a {says}"):
        Network(stack, end)


def test_a_layer_that_stands_twice_is_refused_because_it_remembers_once():
    # its first place would get the gradient of its second: wrong, and silently
    twice, rng = ReLU(), np.random.default_rng(0)
    stack = [Affine(3, 3, rng=rng), twice, Affine(3, 3, rng=rng), twice]
    with pytest.raises(ValueError, match=r"ReLU\(\) stands twice"):
        Network(stack, SoftmaxWithLoss())


def test_gradients_before_the_first_backprop_are_missed_in_words():
    says = r"Affine\(3, 3\) has no gradients yet: backward comes first"
    with pytest.raises(ValueError, match=says):
        _ = deep().grads


def same_network(a, b):
    """Equal layers, parameters to the last bit, dtypes."""
    return repr(a) == repr(b) and all(
        p.dtype == q.dtype and np.array_equal(p, q)
        for p, q in zip(a.params, b.params, strict=True)
    )


@every_loss_layer
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_network_comes_back_as_it_was_saved(tmp_path, loss, dtype):
    net, path = deep(loss, dtype=dtype), tmp_path / "model.npz"
    net.save(path)
    again = Network.load(path)
    assert same_network(again, net)
    x, t = rows(loss, dtype=dtype)
    assert np.array_equal(again.predict(x), net.predict(x))
    assert again.backprop(x, t) == net.backprop(x, t), "and it can learn on"


@pytest.mark.parametrize("name", ["model.npz", "model", "mo del.weights", "é.npz"])
def test_path_is_taken_as_it_is(tmp_path, name):
    net = deep()
    net.save(str(tmp_path / name))
    assert os.listdir(tmp_path) == [name]
    assert same_network(Network.load(str(tmp_path / name)), net)


def test_saving_again_replaces_the_old_file(tmp_path):
    path, net = tmp_path / "model.npz", deep(seed=2)
    deep(seed=1, width=5).save(path)
    net.save(path)
    assert same_network(Network.load(path), net)
    assert os.listdir(tmp_path) == ["model.npz"]


class Double(ReLU):
    """A layer of a reader's own, whose text is not in the table."""


def own_layer(net):
    net.layers[1] = Double()


def whole_weights(net):
    net.layers[0].W = np.ones((3, 3), int)


def other_shape(net):
    net.layers[0].W = np.ones((3, 5))


def own_loss(net):
    class SoftmaxWithLoss(IdentityWithLoss):
        """It has the name of another."""

    net.loss_layer = SoftmaxWithLoss()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (own_layer, r"got Double\(\)"),
        (own_loss, "another SoftmaxWithLoss than"),
        (whole_weights, r"W as floats of shape \(3, 3\), got int64 of shape \(3, 3\)"),
        (other_shape, r"b as floats of shape \(5,\), got float64 of shape \(3,\)"),
    ],
)
def test_what_load_would_refuse_is_not_saved(tmp_path, change, says):
    net = deep()
    change(net)
    with pytest.raises(ValueError, match=f"cannot be saved: .*{says}"):
        net.save(tmp_path / "model.npz")
    assert os.listdir(tmp_path) == []


def test_half_precision_becomes_float32(tmp_path):
    net, path = deep(dtype=np.float32), tmp_path / "model.npz"
    for layer in net.layers:
        for name in layer.learnable:
            setattr(layer, name, getattr(layer, name).astype(np.float16))
    net.save(path)
    again = Network.load(path)
    for p, q in zip(again.params, net.params, strict=True):
        assert p.dtype == np.float32
        assert np.array_equal(p, q)


def test_saved_file_is_as_readable_as_any_other(tmp_path):
    deep().save(tmp_path / "model.npz")
    (tmp_path / "other").write_bytes(b"")
    modes = [os.stat(tmp_path / name).st_mode for name in ("model.npz", "other")]
    assert modes[0] == modes[1]


@pytest.mark.parametrize("error", [OSError("no space left"), KeyboardInterrupt()])
def test_failing_write_leaves_the_old_file_and_no_part(tmp_path, monkeypatch, error):
    path, old = tmp_path / "model.npz", deep(seed=1)
    old.save(path)

    def half(file, **arrays):
        file.write(b"PK half of a file")
        raise error

    monkeypatch.setattr(np, "savez", half)
    with pytest.raises(type(error)):
        deep(seed=2).save(path)
    monkeypatch.undo()
    assert os.listdir(tmp_path) == ["model.npz"]
    assert same_network(Network.load(path), old)


def test_failing_rename_leaves_the_old_file_and_no_part(tmp_path, monkeypatch):
    path, old = tmp_path / "model.npz", deep(seed=1)
    old.save(path)

    def refuse(*_):
        raise PermissionError("in use")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(PermissionError):
        deep(seed=2).save(path)
    monkeypatch.undo()
    assert os.listdir(tmp_path) == ["model.npz"]
    assert same_network(Network.load(path), old)


def test_saving_into_a_missing_folder_is_an_error_with_its_name(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        deep().save(tmp_path / "nowhere" / "model.npz")
    (tmp_path / "model").mkdir()
    with pytest.raises(OSError, match="model"):
        deep().save(tmp_path / "model")
    assert os.listdir(tmp_path) == ["model"]


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="this user may write anywhere"
)
def test_saving_into_a_closed_folder_is_an_error(tmp_path):
    path, old = tmp_path / "model.npz", deep(seed=1)
    old.save(path)
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(PermissionError):
            deep(seed=2).save(path)
    finally:
        tmp_path.chmod(0o755)
    assert same_network(Network.load(path), old)


@pytest.fixture(scope="module")
def damaged(tmp_path_factory):
    """What loading gives for many altered copies of one saved network.

    Every byte of W's header and of the directory at the end, every third before, every
    97th of the weights, each altered in three ways. W is larger than the pieces in
    which a zip is read.
    """
    path = tmp_path_factory.mktemp("damaged") / "model.npz"
    rng = np.random.default_rng(1)
    net = Network(
        [Affine(40, 60, rng=rng), Tanh(), Affine(60, 3, rng=rng)], SoftmaxWithLoss()
    )
    net.save(path)
    whole = path.read_bytes()
    start = whole.index(b"0.W.npy")
    places = {*range(0, start, 3), *range(start, start + 150)}
    places |= {*range(start, len(whole), 97), *range(len(whole) - 450, len(whole))}
    outcomes = []
    for place, flip in itertools.product(sorted(places), (1, 6, 0x20)):
        altered = bytearray(whole)
        altered[place] ^= flip
        path.write_bytes(altered)
        try:
            outcome = "same" if same_network(Network.load(path), net) else "wrong"
        except Exception as error:  # whatever it is: the tests below judge it
            outcome = type(error), str(error)
        outcomes.append(((place, flip), outcome))
    assert len(outcomes) > 2500
    return path, outcomes


def test_damaged_file_never_gives_another_network(damaged):
    _, outcomes = damaged
    assert [where for where, outcome in outcomes if outcome == "wrong"] == []


def test_damaged_file_is_a_value_error_with_its_name(damaged):
    path, outcomes = damaged
    errors = [outcome for _, outcome in outcomes if not isinstance(outcome, str)]
    assert len(errors) > 2000, "most alterations are noticed"
    assert {kind for kind, _ in errors} == {ValueError}
    assert all(str(path) in words for _, words in errors)


@pytest.mark.filterwarnings("always::ResourceWarning")
def test_damaged_file_is_closed_again(tmp_path, recwarn):
    path = tmp_path / "model.npz"
    deep().save(path)
    path.write_bytes(path.read_bytes()[:500])
    for _ in range(3):
        with pytest.raises(ValueError, match="whole"):
            Network.load(path)
    gc.collect()
    assert [str(warning.message) for warning in recwarn] == []


def test_truncated_file_is_a_value_error_with_its_name(tmp_path):
    path = tmp_path / "model.npz"
    deep().save(path)
    whole = path.read_bytes()
    for length in [*range(0, len(whole), 41), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"model\.npz is not a whole npz file"):
            Network.load(path)


def text_file(path):
    path.write_text("no weights here")


def pickled_file(path):
    path.write_bytes(pickle.dumps(["no weights here"]))


def single_array(path):
    with open(path, "wb") as file:
        np.save(file, np.ones(3))


def other_zip(path):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("readme", "no weights here")


def zip_of_nothing(path):
    zipfile.ZipFile(path, "w").close()


NAMES = {"W0": "0.W", "W1": "1.W", "b1": "1.b"}


def changed(**changes):
    """A saved network with some of its arrays replaced; None leaves one out."""

    def write(path):
        net = Network([affine(np.ones((2, 3)), np.ones(3)), Tanh()], SoftmaxWithLoss())
        net.save(path)
        with np.load(path) as file:
            arrays = {**file, **{NAMES.get(k, k): v for k, v in changes.items()}}
        with open(path, "wb") as file:
            np.savez(file, **{k: v for k, v in arrays.items() if v is not None})

    return write


class Surprise:
    """An object whose unpickling would run code."""

    def __reduce__(self):
        return exec, ("raise AssertionError('the file has run its code')",)


FOREIGN = {
    "text": text_file,
    "pickle": pickled_file,
    "npy": single_array,
    "zip": other_zip,
    "empty zip": zip_of_nothing,
    "object array": changed(layers=np.array([Surprise()])),
    "no layers": changed(layers=None),
    "no W": changed(W0=None),
    "no loss layer": changed(loss_layer=None),
    "W of another shape": changed(W0=np.ones((3, 2))),
    "W of text": changed(W0=np.full((2, 3), "a")),
    "zero layers": changed(layers=np.array([], "U9")),
    "one text for layers": changed(layers=np.array("Affine(2, 3)")),
    "unknown layer": changed(layers=np.array(["Affine(2, 3)", "Conv(3)"])),
    "unknown loss layer": changed(loss_layer=np.array("HingeWithLoss()")),
    "layer as loss layer": changed(loss_layer=np.array("Tanh()")),
    "too many settings": changed(layers=np.array(["Affine(2, 3, 4)", "Tanh()"])),
    "too few settings": changed(layers=np.array(["Affine()", "Tanh()"])),
    "setting of another kind": changed(layers=np.array(['Affine("2", 3)', "Tanh()"])),
    "setting out of range": changed(layers=np.array(["Affine(-2, 3)", "Tanh()"])),
    "code for a setting": changed(layers=np.array(["Affine(os.abort(), 3)"])),
    "sizes that do not meet": changed(
        layers=np.array(["Affine(2, 3)", "Affine(2, 3)"]),
        W1=np.ones((2, 3)),
        b1=np.ones(3),
    ),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_foreign_file_is_a_value_error_with_its_name(tmp_path, name):
    path = tmp_path / "foreign.npz"
    FOREIGN[name](path)
    with pytest.raises(ValueError, match=r"foreign\.npz (is not a whole|holds no)"):
        Network.load(path)


def test_missing_file_is_an_error_with_its_name(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.npz"):
        Network.load(tmp_path / "nowhere.npz")
