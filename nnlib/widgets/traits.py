"""What a figure's state is made of: traits that take what fits and tell what does not.

Where a range, a shape or the choices depend on the figure, a function of it is given.
"""

import numpy as np
import traitlets

LIMIT = 10_000  # the largest size of a number that a figure takes; also in numbers.js


def numbers(values, shape, name):
    """A nest of lists as floats, checked: this shape, finite, of size LIMIT at most."""
    try:
        array = np.asarray(values, float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} needs numbers of shape {shape}: {error}.") from error
    if array.shape != shape:
        raise ValueError(f"{name} must have the shape {shape}, got {array.shape}.")
    if not (np.abs(array) <= LIMIT).all():
        worst = array.flat[np.argmax(~(np.abs(array) <= LIMIT))]
        raise ValueError(
            f"{name} must lie between −{LIMIT:,} and {LIMIT:,}, got {worst}."
        )
    return array.tolist()


def of(figure, known):
    """What is known, or what a function says of the figure."""
    return known(figure) if callable(known) else known


class Nest(traitlets.List):
    """Nested lists, also given as NumPy arrays; kept as lists."""

    def validate(self, obj, value):
        """Make a list of an array; a TraitError for what is neither."""
        if isinstance(value, np.ndarray):
            value = value.tolist()
        return super().validate(obj, value)


class Numbers(Nest):
    """Finite numbers in lists of a known shape, each of size LIMIT at most."""

    def __init__(self, shape):
        super().__init__()
        self.shape = shape

    def validate(self, obj, value):
        """The numbers as floats; a ValueError for another shape or size."""
        return numbers(super().validate(obj, value), of(obj, self.shape), self.name)


class Layers(Nest):
    """Weights or biases of all layers, as in pure.py; of a figure with sizes.

    part is "weights", [layer][node][input], or "biases", [layer][node].
    """

    def __init__(self, part):
        super().__init__()
        self.part = part

    def validate(self, obj, value):
        """The numbers as floats; a ValueError where they do not fit the sizes."""
        sizes, value = obj.sizes, super().validate(obj, value)
        depth = 2 if self.part == "weights" else 1
        shapes = [(sizes[k + 1], sizes[k])[:depth] for k in range(len(sizes) - 1)]
        if len(value) != len(shapes):
            raise ValueError(
                f"{self.name} needs a list per layer, {len(shapes)}, got {len(value)}."
            )
        return [
            numbers(part, shape, f"{self.name}[{k}]")
            for k, (part, shape) in enumerate(zip(value, shapes, strict=True))
        ]


class Number(traitlets.Float):
    """A finite number of size LIMIT at most."""

    def validate(self, obj, value):
        """The number as a float; a ValueError beyond LIMIT."""
        return numbers(super().validate(obj, value), (), self.name)


class Within(traitlets.Float):
    """A number from low to high."""

    def __init__(self, low, high, **more):
        super().__init__(**more)
        self.low, self.high = low, high

    def validate(self, obj, value):
        """The number; a ValueError outside the range."""
        value, high = super().validate(obj, value), of(obj, self.high)
        if not self.low <= value <= high:
            raise ValueError(
                f"{self.name} must lie in {self.low:,}..{high:,}, got {value:g}."
            )
        return value


class Count(traitlets.Int):
    """A whole number from 0 to high."""

    def __init__(self, high):
        super().__init__()
        self.high = high

    def validate(self, obj, value):
        """The number; a ValueError outside the range."""
        value, high = super().validate(obj, value), of(obj, self.high)
        if not 0 <= value <= high:
            raise ValueError(f"{self.name} must lie in 0..{high:,}, got {value}.")
        return value


class OneOf(traitlets.Unicode):
    """One of the known names."""

    def __init__(self, known, default=""):
        super().__init__(default)
        self.known = known

    def validate(self, obj, value):
        """The name; a ValueError for an unknown one."""
        value, known = super().validate(obj, value), of(obj, self.known)
        if value not in known:
            raise ValueError(
                f"{self.name} is one of {', '.join(known)}, got {value!r}."
            )
        return value
