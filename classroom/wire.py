"""Plain values as bytes, for two processes that do not trust each other.

A frame is the length of its head, the length of its body, the head and the body, the
lengths as 4 bytes each, big end first. The head is JSON. Of an array it has the shape;
the raw numbers of all arrays stand in the body one after another, so that nothing read
is larger than its frame. No pickle: to read a frame runs nothing.
"""

import io
import json
import math
import struct

import numpy as np

LENGTHS = struct.Struct(">II")
LARGEST = 1_000_000  # bytes of a frame
DEEPEST = 16  # lists in lists
HUGE = 2**1023  # whole numbers from here on fit into no float

UNREADABLE = (
    ValueError,
    KeyError,
    TypeError,
    ArithmeticError,
    MemoryError,
    RecursionError,
)


class FrameError(ValueError):
    """Bytes that are no frame of ours, or a value that does not fit into one."""


def dumps(value, keep=None):
    """The frame of a value of None, numbers, words, lists, tuples and arrays.

    keep: thing -> number, called for everything else; the other side gets the number
    """
    arrays = []
    head = json.dumps(packed(value, arrays, keep, DEEPEST)).encode()
    body = b"".join(array.tobytes() for array in arrays)
    if len(head) + len(body) > LARGEST:
        raise FrameError(f"The answer is larger than {LARGEST // 10**6} MB")
    return LENGTHS.pack(len(head), len(body)) + head + body


def packed(value, arrays, keep, depth):
    """A value as JSON can say it; its arrays go to the end of the list of arrays."""
    if depth < 0:
        raise FrameError(f"The answer is more than {DEEPEST} lists deep")
    if isinstance(value, np.generic) or (
        isinstance(value, np.ndarray) and not value.ndim
    ):
        value = value.item()
    if value is None or value is ...:
        return None
    if isinstance(value, bool | str):
        return value
    if isinstance(value, float) or (isinstance(value, int) and abs(value) < HUGE):
        return value + 0  # a plain number, whatever class it came in
    if isinstance(value, list | tuple):
        kind = "list" if isinstance(value, list) else "tuple"
        return {kind: [packed(part, arrays, keep, depth - 1) for part in value]}
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        return packed_array(value, arrays)
    if keep is None:
        raise FrameError(f"A {type(value).__name__} cannot be sent")
    return {"thing": keep(value), "type": type(value).__name__[:60]}


def packed_array(value, arrays):
    """The form of an array, which goes to the end of the list of arrays."""
    wide = value.dtype.itemsize > 8 and value.dtype.kind == "f"
    plain = np.ascontiguousarray(
        value, "<f8" if wide else value.dtype.newbyteorder("<")
    )
    arrays.append(plain)
    return {"array": plain.dtype.str, "shape": list(plain.shape)}


def size_of(lengths):
    """Bytes of head and of body, from the first 8 bytes of a frame."""
    head, body = LENGTHS.unpack(lengths)
    if head + body > LARGEST:
        raise FrameError("The answer is too large")
    return head, body


def loads(head, body, thing=None):
    """The value of a frame; FrameError for whatever is not one.

    thing: (number, name of a type) -> what stands for a thing of the other side
    """
    try:
        return unpacked(json.loads(head), io.BytesIO(body), thing, DEEPEST)
    except UNREADABLE as error:
        raise FrameError(
            f"No answer that can be read ({type(error).__name__})"
        ) from None


def unpacked(value, body, thing, depth):
    """The value that a piece of JSON says."""
    if depth < 0:
        raise FrameError("The answer is too deep")
    if value is None or isinstance(value, bool | int | float | str):
        if isinstance(value, int) and abs(value) >= HUGE:
            raise FrameError("The answer holds too large a number")
        return value
    if not isinstance(value, dict):
        raise FrameError("The answer is no value of ours")
    if "array" in value:
        return unpacked_array(value, body)
    if "thing" in value:
        return thing(value["thing"], value["type"])
    kind = list if "list" in value else tuple
    return kind(unpacked(part, body, thing, depth - 1) for part in value[kind.__name__])


def unpacked_array(value, body):
    """The array that comes next in the body."""
    dtype, shape = np.dtype(str(value["array"])), value["shape"]
    if dtype.kind not in "biuf" or not all(type(n) is int and n >= 0 for n in shape):
        raise FrameError("The answer holds no array of numbers")
    size = math.prod(shape) * dtype.itemsize
    numbers = body.read(size)
    if len(numbers) < size:
        raise FrameError("The answer holds less numbers than it says")
    return np.ndarray(shape, dtype, numbers).copy()
