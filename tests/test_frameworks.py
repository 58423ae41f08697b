"""What the chapter on frameworks says of Keras is so, and without Keras it says so."""

import ast
import importlib.util
import itertools
import os
import subprocess
import sys

import notebooks
import numpy as np
import pytest

import nnlib

os.environ["KERAS_BACKEND"] = "jax"  # each is read once, by the first import
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["JAX_ENABLE_X64"] = "1"

CHAPTER = notebooks.ROOT / "book/frameworks.ipynb"
DEFINED = {"keras_layer", "to_keras", "ACTIVATIONS", "from_keras", "KerasAdam"}
LAYERS = [nnlib.Sigmoid, nnlib.Tanh, nnlib.ReLU, nnlib.LeakyReLU]


def sources():
    """The code cells of the chapter, in order, that are for running and to be seen."""
    return [
        cell.source
        for cell in notebooks.read(CHAPTER).cells
        if cell.cell_type == "code"
        and {"nbval-skip", "remove-cell"}.isdisjoint(cell.metadata.get("tags", ()))
    ]


@pytest.fixture(scope="module")
def keras(need):
    """The framework; where it is missing, what it is for goes untested."""
    found = all(importlib.util.find_spec(name) for name in ("keras", "jax"))
    need(found, 'no Keras or no JAX here: the extra "frameworks" installs both')
    import keras

    return keras


@pytest.fixture(scope="module")
def chapter(keras):
    """What the chapter defines to carry weights over, by name."""
    namespace = {"keras": keras}  # imported in a `try`
    for source in sources():
        for node in ast.parse(source).body:
            names = {getattr(node, "name", None)}
            if isinstance(node, ast.Assign):
                names = {getattr(target, "id", None) for target in node.targets}
            if names & DEFINED or isinstance(node, ast.Import | ast.ImportFrom):
                exec(compile(ast.Module([node], []), "chapter", "exec"), namespace)
    assert namespace.keys() >= DEFINED
    return namespace


def network(sizes, activation, dtype):
    """A network with random weights and biases."""
    rng = np.random.default_rng(0)
    layers = []
    for pair in itertools.pairwise(sizes):
        layers += [nnlib.Affine(*pair, rng=rng, dtype=dtype), activation()]
        layers[-2].b += rng.standard_normal(pair[1]).astype(dtype)
    return nnlib.Network(layers[:-1], nnlib.IdentityWithLoss())


@pytest.mark.parametrize("activation", LAYERS)
@pytest.mark.parametrize("sizes", [(1, 1), (2, 4, 4, 2), (7, 3, 3, 3, 5)])
def test_a_network_comes_home_from_keras_as_it_left(chapter, activation, sizes):
    net = network(sizes, activation, "float32")
    home = chapter["from_keras"](chapter["to_keras"](net), nnlib.IdentityWithLoss())
    assert repr(home) == repr(net)
    for before, after in zip(net.params, home.params, strict=True):
        assert before.dtype == after.dtype
        assert np.array_equal(before, after)


@pytest.mark.parametrize(("dtype", "rtol"), [("float32", 1e-5), ("float64", 1e-13)])
@pytest.mark.parametrize("activation", LAYERS)
def test_both_programs_give_the_same_outputs(chapter, activation, dtype, rtol):
    net = network((5, 8, 8, 3), activation, dtype)
    x = np.random.default_rng(1).standard_normal((20, 5)).astype(dtype)
    ours, theirs = net.forward(x), np.asarray(chapter["to_keras"](net)(x))
    assert theirs.dtype == ours.dtype == dtype
    if activation is nnlib.Tanh:  # that of Keras rounds to float32: a test below
        rtol = 1e-5
    assert np.allclose(theirs, ours, rtol=rtol, atol=rtol)


def test_an_activation_inside_of_a_keras_layer_becomes_a_layer_of_ours(chapter, keras):
    inside = keras.layers.Dense(4, activation="tanh")
    model = keras.Sequential([keras.Input((3,)), inside, keras.layers.Dense(2)])
    net = chapter["from_keras"](model, nnlib.IdentityWithLoss())
    x = np.random.default_rng(2).standard_normal((6, 3)).astype("float32")
    assert repr(net.layers) == "[Affine(3, 4), Tanh(), Affine(4, 2)]"
    assert np.allclose(net.forward(x), np.asarray(model(x)), atol=1e-6)


def test_what_nnlib_has_no_layer_for_is_refused_by_name(chapter, keras):
    bring = chapter["from_keras"]
    for layer, name in [
        (keras.layers.Dropout(0.5), "Dropout"),
        (keras.layers.Dense(2, use_bias=False), "Dense"),
        (keras.layers.Dense(2, activation="gelu"), "gelu"),
    ]:
        model = keras.Sequential([keras.Input((3,)), layer])
        with pytest.raises(TypeError, match=f"no layer like.* {name}"):
            bring(model, nnlib.IdentityWithLoss())
    with pytest.raises(TypeError, match="expected a layer of nnlib, got 3"):
        chapter["keras_layer"](3, "float32")


def optimizers(keras, chapter):
    """The rows of the chapter's map of names: ours, theirs."""
    k = keras.optimizers
    return {
        "SGD": (nnlib.SGD(0.1), k.SGD(0.1)),
        "Momentum": (nnlib.Momentum(0.1, 0.9), k.SGD(0.1, momentum=0.9)),
        "Nesterov": (
            nnlib.Nesterov(0.1, 0.9),
            k.SGD(0.1, momentum=0.9, nesterov=True),
        ),
        "AdaGrad": (
            nnlib.AdaGrad(0.1, eps=1e-20),
            k.Adagrad(0.1, initial_accumulator_value=0.0, epsilon=1e-20),
        ),
        "RMSProp": (
            nnlib.RMSProp(0.1, 0.9, eps=1e-20),
            k.RMSprop(0.1, rho=0.9, epsilon=1e-20),
        ),
        "Adam": (nnlib.Adam(0.1, eps=1e-20), k.Adam(0.1, epsilon=1e-20)),
        "KerasAdam": (chapter["KerasAdam"](0.1), k.Adam(0.1)),
    }


@pytest.mark.parametrize(
    "name",
    ["SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam", "KerasAdam"],
)
def test_an_optimizer_of_the_map_walks_as_its_counterpart_in_keras(
    chapter, keras, name, monkeypatch
):
    import jax.numpy as jnp

    monkeypatch.setattr("keras.src.backend.config._FLOATX", "float64")
    ours, theirs = optimizers(keras, chapter)[name]
    rng = np.random.default_rng(3)
    p = rng.standard_normal((4, 3))
    variable = keras.Variable(p.copy(), dtype="float64")
    for _ in range(20):
        g = rng.standard_normal((4, 3)) * 1e-3
        ours.update([p], [g])
        theirs.apply([jnp.asarray(g)], [variable])
    assert np.allclose(np.asarray(variable.value), p, rtol=1e-9, atol=1e-12)


def test_adam_of_keras_walks_apart_from_ours_where_gradients_are_small(keras):
    import jax.numpy as jnp

    p, g = np.zeros(1), np.array([1e-6])
    variable = keras.Variable(p.copy(), dtype="float64")
    nnlib.Adam(0.001).update([p], [g])
    keras.optimizers.Adam(0.001).apply([jnp.asarray(g)], [variable])
    assert p[0] == pytest.approx(-0.001 / 1.01)
    assert float(variable.value[0]) == pytest.approx(-0.00024, rel=2e-3)


def losses(keras):
    """Our loss layer, Keras's loss, ours divided by theirs for n outputs, targets."""
    rng = np.random.default_rng(4)
    labels, k = rng.integers(0, 5, 8), keras.losses
    return {
        "mse": (
            nnlib.IdentityWithLoss(),
            k.MeanSquaredError(),
            5 / 2,
            rng.random((8, 5)),
        ),
        "binary": (
            nnlib.SigmoidWithLoss(),
            k.BinaryCrossentropy(from_logits=True),
            5,
            rng.random((8, 5)),
        ),
        "labels": (
            nnlib.SoftmaxWithLoss(),
            k.SparseCategoricalCrossentropy(from_logits=True),
            1,
            labels,
        ),
        "one-hot": (
            nnlib.SoftmaxWithLoss(),
            k.CategoricalCrossentropy(from_logits=True),
            1,
            np.eye(5)[labels],
        ),
    }


@pytest.mark.parametrize("name", ["mse", "binary", "labels", "one-hot"])
def test_a_loss_of_the_map_differs_from_keras_by_the_factor_it_names(keras, name):
    ours, theirs, factor, t = losses(keras)[name]
    y = np.random.default_rng(5).standard_normal((8, 5))
    assert ours.forward(y, t) == pytest.approx(factor * float(theirs(t, y)), rel=1e-5)


@pytest.mark.parametrize("name", ["mean", "tanh"])
def test_what_the_chapter_names_rounds_to_float32_in_keras(keras, name):
    x = np.array([0.1, 0.2, 0.3])
    exact = getattr(np, name)(x)
    theirs = getattr(keras.ops, name)(keras.ops.convert_to_tensor(x, "float64"))
    difference = abs(np.asarray(theirs) - exact).max()
    assert 1e-10 < difference < 1e-7


def test_a_batch_has_32_rows_in_keras_if_nobody_says_otherwise(keras):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    sizes = []

    class Count(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            sizes.append(batch)

    model.fit(np.zeros((96, 1)), np.zeros((96, 1)), verbose=0, callbacks=[Count()])
    assert len(sizes) == 96 / 32


def run(command, folder, **variables):
    """A finished program, run where a fresh Python finds no Keras."""
    hide = "import sys; sys.modules.update(keras=None, jax=None)\n"
    (folder / "sitecustomize.py").write_text(hide)
    env = {k: v for k, v in os.environ.items() if k != "CI"}
    env |= variables | {"PYTHONPATH": str(folder)}
    return subprocess.run(
        [sys.executable, *command],
        cwd=notebooks.ROOT,
        env=env,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )


NBVAL = ["-m", "pytest", "--nbval", "--nbval-current-env", "-p", "no:cacheprovider"]


def test_without_keras_the_first_cell_says_in_a_sentence_what_is_missing(tmp_path):
    done = run(["-c", sources()[0]], tmp_path)
    assert done.returncode == 1
    *_, sentence = done.stderr.splitlines()
    assert sentence.startswith("ImportError: this chapter needs the packages keras and")
    assert "%pip install keras jax" in sentence
    assert "During handling" not in done.stderr


def test_without_keras_the_cells_are_skipped_and_a_line_says_why(tmp_path):
    done = run([*NBVAL, str(CHAPTER)], tmp_path)
    assert done.returncode == 0, done.stdout
    assert "frameworks.ipynb is skipped: no Keras or no JAX here" in done.stdout
    n_cells = len([c for c in notebooks.read(CHAPTER).cells if c.cell_type == "code"])
    assert f"{n_cells} skipped" in done.stdout
    assert "passed" not in done.stdout


def test_without_keras_the_chapter_fails_where_nothing_may_be_skipped(tmp_path):
    done = run([*NBVAL, "--exitfirst", str(CHAPTER)], tmp_path, CI="1")
    assert done.returncode == 1
    assert "this chapter needs the packages keras and jax" in done.stdout


def test_the_benchmark_measures_each_of_its_networks(keras):
    done = subprocess.run(
        [sys.executable, notebooks.ROOT / "benchmarks/frameworks.py", "--quick"],
        env=os.environ | {"PYTHONPATH": str(notebooks.ROOT)},
        capture_output=True,
        check=True,
        encoding="utf-8",
        timeout=300,
    )
    for sizes in ("784-50-10", "784-512-256-10", "784-2048-2048-10"):
        assert f"{sizes}   Keras's first step: " in done.stdout
    assert done.stdout.count(" ms   processor time ") == 3 * 4
