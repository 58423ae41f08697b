"""Data to learn from: MNIST, house prices, two toy sets, and weights already trained.

    mnist()                      all 70,000 digits: a folder, the cache or a download
    mnist_sample()               5,000 of them, always at hand
    house_prices()               506 districts of Boston, 12 columns, a price
    moons(...), spiral(...)      points in the plane that no straight line separates
    split(...)                   rows to learn from, and rows to test on

    MNIST_784_50_10              files of networks, named by the sizes of their layers,
    MNIST_784_50_100_10          for Network.load: trained on MNIST without the sample

x is float32, labels are int64. Every array is read-only: data are given, not made.
"""

import gzip
import hashlib
import math
import os
import sys
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

DATA = Path(__file__).parent / "data"
# What each reached, and how it was trained, stands in data/weights.json.
MNIST_784_50_10 = DATA / "mnist_784_50_10.npz"
MNIST_784_50_100_10 = DATA / "mnist_784_50_100_10.npz"

# Of the unpacked bytes: mirrors serve the same pixels in different gzip wrappings.
# File name -> hash, in the order of MNIST's fields.
SHA256 = dict(
    line.split()[::-1]
    for line in """\
ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db train-images-idx3-ubyte
65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5 train-labels-idx1-ubyte
0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7 t10k-images-idx3-ubyte
ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2 t10k-labels-idx1-ubyte
""".splitlines()
)
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
TIMEOUT = (5, 30)  # seconds to connect, seconds without a byte
RETRIES = 1  # per mirror
PROJECT = "neural-networks-by-hand"


@dataclass(frozen=True, eq=False)
class MNIST:
    """Handwritten digits, ready to learn from (LeCun, Cortes & Burges, 1998).

    x_train, x_test: (N, 784) float32 in 0..1, row by row of the 28×28 image, 0 is paper
    t_train, t_test: (N,) int64, the digit 0..9
    source: where they came from, in words such as "the cache"
    """

    x_train: np.ndarray = field(repr=False)
    t_train: np.ndarray = field(repr=False)
    x_test: np.ndarray = field(repr=False)
    t_test: np.ndarray = field(repr=False)
    source: str


@dataclass(frozen=True, eq=False)
class HousePrices:
    """Districts of Boston and the price of a house there (Harrison & Rubinfeld, 1978).

    x: (506, 12) float32, one column per name
    t: (506, 1) float32, median price of 1970 in 1000 $; all above 50 are given as 50
    names: the 12 column names; data/README.md says what they mean
    """

    x: np.ndarray = field(repr=False)
    t: np.ndarray = field(repr=False)
    names: tuple

    def columns(self, *names):
        """Choose columns by name, in that order: (506, len(names)) float32.

        A name that does not exist is a ValueError.
        """
        unknown = [name for name in names if name not in self.names]
        if unknown or not names:
            raise ValueError(
                f"expected column names among {', '.join(self.names)}, "
                f"got {', '.join(map(repr, unknown)) or 'none'}."
            )
        return _read_only(self.x[:, [self.names.index(name) for name in names]])


def mnist():
    """All of MNIST: 60,000 training and 10,000 test images, each file verified.

    Looks in the folder that NNLIB_DATA names, else in the cache (NNLIB_CACHE names
    another one), else downloads 12 MB into it. When nothing can be downloaded, as from
    a web page, it says so in one line and gives mnist_sample() instead.

    Errors: FileNotFoundError when NNLIB_DATA lacks a file; ValueError when a file, or
    what a mirror gave for it, is not the original; OSError when the cache cannot be
    written; ImportError when a download needs pooch or tqdm and they are not there.
    """
    if folder := os.environ.get("NNLIB_DATA"):
        return _load(Path(folder).expanduser(), "the folder NNLIB_DATA")
    try:
        if sys.platform == "emscripten":
            raise ConnectionError("Python in a browser cannot download MNIST.")
        cache = os.environ.get("NNLIB_CACHE") or _tools()[0].os_cache(PROJECT)
        cache = Path(cache).expanduser()
        for name in [name for name in SHA256 if _find(cache, name) is None]:
            _download(name, cache)
    except ConnectionError as error:
        print(  # noqa: T201, a silent switch to other data would mislead
            f"{error} These are 5,000 of its training images instead, 4,000 to train "
            "and 1,000 to test; for all 70,000 set NNLIB_DATA to a folder that holds "
            "the four files, or try again online."
        )
        return mnist_sample()
    return _load(cache, "the cache")


def mnist_sample():
    """The bundled sample of MNIST: 4,000 images to train, 1,000 to test.

    All are MNIST training images, 400 and 100 of each digit. A result on the 1,000 is
    no result on MNIST's own 10,000 test images.
    """
    with np.load(DATA / "mnist_sample.npz") as file:
        x, t = _ready(file["images"]), _ready(file["labels"])
    return MNIST(x[:4000], t[:4000], x[4000:], t[4000:], "the bundled sample")


def sample_index():
    """Where the sample's images stand in MNIST's training set: (5000,) int64.

    Leave them out when training, np.delete(x_train, sample_index(), axis=0), and
    the sample tests fairly what was trained on the other 55,000.
    """
    with np.load(DATA / "mnist_sample.npz") as file:
        return _read_only(file["train_index"], np.int64)


def house_prices():
    """Open the bundled house prices: 506 rows, 12 columns, prices in 1000 $."""
    with np.load(DATA / "house_prices.npz") as file:
        columns = {name: file[name] for name in file.files}
    t = _read_only(columns.pop("PRICE")[:, np.newaxis], np.float32)  # (506, 1)
    x = _read_only(np.stack(list(columns.values()), axis=1), np.float32)  # (506, 12)
    return HousePrices(x, t, tuple(columns))


def moons(n, noise=0.1, *, rng):
    """Two half circles, one hanging into the other: x (n, 2) float32, t (n,) int64.

        t = 0: (cos a, sin a)    t = 1: (1 − cos a, 1/2 − sin a)    a in 0..π

    noise is the standard deviation of what is added to both coordinates. n below 2 is a
    ValueError, an rng that is no np.random.Generator a TypeError.
    Source: make_moons of scikit-learn (Pedregosa et al., 2011).
    """
    _check_toy(n, 2, rng)
    t = np.arange(n) % 2
    a = rng.uniform(0, np.pi, n)
    side = 1 - 2 * t  # +1 for the upper moon, -1 for the lower
    x = np.stack([t + side * np.cos(a), t / 2 + side * np.sin(a)], axis=1)  # (n, 2)
    return _read_only(x + rng.normal(0, noise, x.shape), np.float32), _read_only(t)


def spiral(n, classes=3, noise=0.02, *, rng):
    """Arms that wind once around the origin: x (n, 2) float32, t (n,) int64.

        x = r·(cos a, sin a)    a = 2π·(r + t / classes)    r in 0..1

    noise is the standard deviation of what is added to both coordinates. Errors as for
    moons; there must be 2 to n classes.
    Source: after the two spirals of Lang & Witbrock (1988).
    """
    _check_toy(n, classes, rng)
    t = np.arange(n) % classes
    r = rng.uniform(0, 1, n)
    a = 2 * np.pi * (r + t / classes)
    x = np.stack([r * np.cos(a), r * np.sin(a)], axis=1)  # (n, 2)
    return _read_only(x + rng.normal(0, noise, x.shape), np.float32), _read_only(t)


def split(x, t, n_train, *, rng):
    """Shuffle rows and cut: x_train, t_train (n_train rows), x_test, t_test (the rest).

    x and t that differ in length, or a part that would be empty, are a ValueError.
    """
    if len(x) != len(t):
        raise ValueError(f"expected as many rows in x as in t, got {len(x)}, {len(t)}.")
    if n_train not in range(1, len(x)):
        raise ValueError(f"expected a whole n_train in 1..{len(x) - 1}, got {n_train}.")
    _check_rng(rng)
    order = rng.permutation(len(x))
    rows = order[: int(n_train)], order[int(n_train) :]
    return tuple(_read_only(np.asarray(a)[part]) for part in rows for a in (x, t))


def read_idx(path, *, sha256=None):
    """Read an IDX file of unsigned bytes, gzipped or not: a uint8 array.

        00 00 08 d | d sizes, 4 bytes each, big-endian | the values, last axis fastest

    sha256, if given, is what the unpacked bytes must hash to.
    A damaged, foreign or altered file is a ValueError that says what was expected.
    Source: the format of MNIST (LeCun, Cortes & Burges, 1998).
    """
    return _parse_idx(Path(path).read_bytes(), path, sha256)


def _parse_idx(raw, name, sha256):
    if raw[:2] == b"\x1f\x8b":
        try:
            raw = gzip.decompress(raw)
        except (EOFError, OSError, zlib.error) as error:
            raise ValueError(f"{name}: expected whole gzip, got: {error}.") from error
    header = 4 + 4 * raw[3] if raw[:3] == b"\0\0\x08" and len(raw) > 3 else None
    if header is None or len(raw) < header:
        raise ValueError(
            f"{name}: expected an IDX file of unsigned bytes, 00 00 08 and its sizes, "
            f"got {raw[:4].hex(' ') or 'an empty file'}."
        )
    shape = np.frombuffer(raw[4:header], ">u4").tolist()
    wanted = header + math.prod(shape)
    if len(raw) != wanted:
        raise ValueError(f"{name}: expected {wanted} bytes, got {len(raw)}.")
    found = hashlib.sha256(raw).hexdigest()
    if sha256 is not None and found != sha256:
        raise ValueError(f"{name}: expected SHA-256 {sha256}, got {found}.")
    return np.frombuffer(raw, np.uint8, offset=header).reshape(shape)


def _load(folder, source):
    paths = {name: _find(folder, name) for name in SHA256}
    if missing := [name for name, path in paths.items() if path is None]:
        raise FileNotFoundError(
            f"expected the four MNIST files, .gz or unpacked, in {source} ({folder}), "
            f"did not find {', '.join(missing)}."
        )
    arrays = [read_idx(path, sha256=SHA256[name]) for name, path in paths.items()]
    return MNIST(*map(_ready, arrays), source)


def _find(folder, name):
    paths = [folder / f"{name}.gz", folder / name]
    return next((path for path in paths if path.is_file()), None)


def _tools():
    try:
        import pooch
        import requests
        import tqdm  # noqa: F401, pooch draws its progress bar with it
    except ImportError as error:
        raise ImportError(
            f"MNIST is downloaded with pooch and tqdm, did not find {error.name}: "
            'pip install "neural-networks-by-hand[data]" from the repository, or set '
            "NNLIB_DATA to a folder that holds the four files, or use mnist_sample()."
        ) from error
    pooch.get_logger().setLevel("WARNING")  # the progress bar tells enough
    return pooch, requests


def _download(name, folder):
    """Fetch one file from the first mirror that has it."""
    _, requests = _tools()
    answers, kind = [], ConnectionError
    for mirror in MIRRORS:
        try:
            return _fetch(mirror, name, folder)
        except requests.RequestException as error:
            answers.append(f"{urlsplit(mirror).netloc} {_in_words(error, requests)}")
        except ValueError as error:  # wrong content is not the same as no network
            answers.append(str(error).rstrip("."))
            kind = ValueError
        except OSError as error:
            raise OSError(
                f"expected a cache folder to write MNIST into, got {folder} ({error}): "
                "set NNLIB_CACHE to another one."
            ) from error
    raise kind(f"MNIST could not be downloaded: {'; '.join(answers)}.")


def _fetch(mirror, name, folder):
    """Into a temporary file, verified there, then renamed."""
    pooch, _ = _tools()
    http = pooch.HTTPDownloader(progressbar=True, timeout=TIMEOUT)

    def get(url, output_file, _):
        http(url, output_file, None)
        _parse_idx(Path(output_file).read_bytes(), url, SHA256[name])

    registry = {f"{name}.gz": None}  # no hash of the .gz: `get` verifies the content
    cache = pooch.create(folder, mirror, registry=registry, retry_if_failed=RETRIES)
    cache.fetch(f"{name}.gz", downloader=get)


def _in_words(error, requests):
    if error.response is not None:
        return f"answered {error.response.status_code} {error.response.reason}"
    if isinstance(error, requests.Timeout):
        return "did not answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "cut the connection"
    return "could not be reached, or fell silent"


def _ready(array):
    """Labels as they are, images as rows of 0..1."""
    if array.ndim == 1:
        return _read_only(array, np.int64)
    x = array.reshape(len(array), -1)  # (N, 784)
    return _read_only(np.divide(x, 255, dtype=np.float32))


def _read_only(array, dtype=None):
    array = np.asarray(array, dtype)
    array.flags.writeable = False
    return array


def _check_rng(rng):
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be an np.random.Generator, got {rng!r}.")


def _check_toy(n, classes, rng):
    _check_rng(rng)
    if classes not in range(2, n + 1):
        raise ValueError(f"expected 2 to n = {n} classes, got {classes}.")
