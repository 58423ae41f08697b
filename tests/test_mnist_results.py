"""What the MNIST chapter reports is what nnlib does; the shipped weights are good."""

import hashlib
import json
import os
import statistics

import mnist_results
import numpy as np
import pytest
import train_weights

from nnlib import Network, datasets

RESULTS = json.loads(mnist_results.PATH.read_text("utf-8"))
WEIGHTS = json.loads((datasets.DATA / "weights.json").read_text("utf-8"))
SHIPPED = pytest.mark.parametrize("path", train_weights.SETTINGS, ids=lambda p: p.stem)
# Another processor rounds float32 otherwise, and a training carries that on: accuracies
# of one seed then differ as those of two seeds do, by up to about 0.005.
ANOTHER_MACHINE = 0.008


@pytest.fixture(scope="module")
def real():
    if not os.environ.get("NNLIB_DATA"):
        pytest.skip("NNLIB_DATA does not name a folder with the four MNIST files")
    return datasets.mnist()


# what the files claim


@pytest.mark.parametrize("name", mnist_results.TRAININGS)
def test_every_seed_is_reported_and_the_median_is_theirs(name):
    training = RESULTS["trainings"][name]
    seeds = [str(seed) for seed in mnist_results.SEEDS]
    assert list(training["rows"]) == list(training["last_test_accuracy"]) == seeds
    last = [rows[-1]["test_accuracy"] for rows in training["rows"].values()]
    assert list(training["last_test_accuracy"].values()) == last
    assert training["median"] == statistics.median(last)


def test_the_sgd_training_has_the_steps_of_the_article_and_its_end():
    for rows in RESULTS["trainings"]["sgd"]["rows"].values():
        assert [row["step"] for row in rows] == [*range(0, 9601, 600), 10_000]


def test_the_medians_reach_what_the_articles_reached():
    medians = {
        name: RESULTS["trainings"][name]["median"] for name in RESULTS["trainings"]
    }
    assert medians["linear"] < 0.93 < medians["sgd"] - 0.04
    assert medians["sgd"] >= 0.9694
    assert medians["adam"] >= 0.96
    assert medians["adam_wide"] >= 0.97


def test_the_trainings_that_the_article_may_have_made_enclose_its_first_epoch():
    seeds = RESULTS["trainings"]["small_start"]["rows"].values()
    first = [rows[1]["test_accuracy"] for rows in seeds]
    assert min(first) <= 0.9061 <= max(first)
    assert max(first) < min(
        rows[1]["test_accuracy"]
        for rows in RESULTS["trainings"]["sgd"]["rows"].values()
    )


def test_the_shipped_sigmoid_network_beats_the_article_and_a_batch_changes_nothing():
    inference = RESULTS["inference"]
    assert inference["one_by_one"] == inference["in_batches"] >= 0.97
    assert (
        inference["one_by_one"]
        == WEIGHTS["networks"][inference["network"]]["test_accuracy"]
    )
    assert inference["speed_up"] > 1


def test_both_files_name_the_data_they_were_measured_on():
    assert RESULTS["sha256"] == WEIGHTS["sha256"] == datasets.SHA256


# the shipped weights


@SHIPPED
def test_the_shipped_weights_are_float16_in_the_file_and_float32_in_memory(path):
    with np.load(path) as file:
        assert {file[name].dtype for name in file.files if "." in name} == {
            np.dtype(np.float16)
        }
    assert {p.dtype for p in Network.load(path).params} == {np.dtype(np.float32)}
    assert path.stat().st_size < 100_000


@SHIPPED
def test_the_shipped_weights_have_the_sizes_and_activations_that_are_told(path):
    told = WEIGHTS["networks"][path.name]
    net = Network.load(path)
    shapes = [p.shape for p in net.params if p.ndim == 2]
    assert shapes == list(zip(told["sizes"], told["sizes"][1:], strict=False))
    hidden = [type(layer).__name__ for layer in net.layers[1:-1:2]]
    assert set(hidden) == {told["activation"]}


@SHIPPED
def test_the_shipped_weights_know_the_held_out_sample_one_by_one_as_in_batches(path):
    sample = datasets.mnist_sample()
    net = Network.load(path)
    together = net.predict(sample.x_test).argmax(axis=1)
    one_by_one = [int(net.predict(x[None]).argmax()) for x in sample.x_test]
    np.testing.assert_array_equal(together, one_by_one)
    told = WEIGHTS["networks"][path.name]["sample_test_accuracy"]
    right = np.mean(together == sample.t_test)
    assert right >= 0.95
    assert right == pytest.approx(told, abs=0.002)  # a tie may fall otherwise elsewhere


# the programs that made them


@pytest.mark.parametrize("pixels", [0, 1, 2])
def test_shifted_moves_the_ink_by_at_most_so_many_pixels_and_loses_none(pixels):
    x = np.zeros((200, 784), np.float32)
    x[:, 14 * 28 + 10] = 1
    before = x.copy()
    moved = train_weights.shifted(x, pixels, np.random.default_rng(0))
    np.testing.assert_array_equal(x, before)
    assert moved.dtype == np.float32
    np.testing.assert_array_equal(moved.sum(axis=1), 1)
    rows, columns = np.divmod(moved.argmax(axis=1), 28)
    reached = set(range(-pixels, pixels + 1))
    assert set((rows - 14).tolist()) == set((columns - 10).tolist()) == reached


@pytest.mark.parametrize(
    "program", [mnist_results, train_weights], ids=lambda p: p.__name__
)
def test_the_programs_refuse_the_sample_instead_of_mnist(program, monkeypatch):
    monkeypatch.setattr(datasets, "mnist", datasets.mnist_sample)
    with pytest.raises(SystemExit, match="needs the full MNIST"):
        program.main()


def test_a_text_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "told.json"
    train_weights.write_text(path, "old")
    with pytest.raises(UnicodeEncodeError):
        train_weights.write_text(path, "new \udc80")
    assert path.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


# with the full data


def test_one_seed_trained_again_ends_where_the_file_says(real):
    rows = mnist_results.sgd_training(real, np.random.default_rng(0))
    told = RESULTS["trainings"]["sgd"]["rows"]["0"]
    assert [row["step"] for row in rows] == [row["step"] for row in told]
    for name in ("accuracy", "test_accuracy"):
        now, then = ([row[name] for row in table] for table in (rows, told))
        assert now[0] == pytest.approx(then[0], abs=0.001)  # not a step taken yet
        assert now == pytest.approx(then, abs=ANOTHER_MACHINE)


@SHIPPED
def test_the_shipped_weights_reach_their_accuracy_on_the_test_images(real, path):
    net = Network.load(path)
    told = WEIGHTS["networks"][path.name]
    batches = mnist_results.predictions(net, real.x_test, 100)
    one_by_one = mnist_results.predictions(net, real.x_test, 1)
    assert np.mean(batches == real.t_test) == pytest.approx(
        told["test_accuracy"], abs=0.0003
    )
    assert np.mean(batches != one_by_one) <= 0.0003  # ties may fall otherwise elsewhere
    assert told["test_accuracy"] == told["test_accuracy_one_by_one"] >= 0.97


def test_the_data_are_those_whose_hashes_are_told(real):
    for array, name in (
        (real.x_train, "train-images-idx3-ubyte"),
        (real.x_test, "t10k-images-idx3-ubyte"),
    ):
        pixels = np.rint(array * 255).astype(np.uint8)
        header = np.array([0x803, len(array), 28, 28], ">u4").tobytes()
        found = hashlib.sha256(header + pixels.tobytes()).hexdigest()
        assert found == RESULTS["sha256"][name]
