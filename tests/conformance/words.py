"""What the words of the layers' equations mean, written without any help of the layers."""

from dataclasses import fields
from itertools import product

import numpy as np

from glassnet.shapes import match, parse

WORDS = {
    "flat": lambda A: A.reshape(-1, A.shape[-1]),
    "reshape": lambda A, shape: A.reshape(*shape, A.shape[-1]),
    "like": lambda P, A: P.reshape(A.shape),
}
# Klambauer and others (2017), equation 14.
CONSTANTS = {"SELU": {"scale": 1.0507009873554804934, "alpha": 1.6732632423543772848}}


def names_for(layer, values):
    """What the equations of a layer may speak of: its arrays, its fields, sizes, functions."""
    sizes = {}
    for name, axes in parse(layer.shapes).reads.items():
        sizes = match(axes, values[name].shape, sizes | own_sizes(layer))
    own = {field.name: getattr(layer, field.name) for field in fields(layer)}
    name = type(layer).__name__
    names = WORDS | CONSTANTS.get(name, {}) | sizes | own | values
    if hasattr(layer, "kernel_size"):
        large, small = values["A"], values.get("Z", values.get("A_pool"))
        if name.startswith("ConvTranspose"):
            large, small = small, large
        names |= Window(layer, large.shape, small.shape, name.startswith("Max")).words()
    elif name.startswith("Global"):
        names |= _of_everything(values["A"])
    if "T" in sizes:
        T, n = sizes["T"], sizes["n"]
        names |= {"times": range(T), "t": np.arange(T)[:, None, None], "k": np.arange(n)[:, None]}
    if "units" in own:
        units = own["units"]
        names |= {"first": lambda x: x[:units], "rest": lambda x: x[units:]}
    if "symbols" in own:
        names["one_hot"] = lambda A: (np.arange(own["symbols"])[:, None] == A).astype(float)
    if "heads" in own:
        names["split"] = lambda X: np.stack(np.split(X, own["heads"], axis=1))
        names["merge"] = lambda parts: np.concatenate(list(parts), axis=1)
    return names


def own_sizes(layer):
    values = {field.name: getattr(layer, field.name) for field in fields(layer)}
    return {name: value for name, value in values.items() if type(value) is int}


def _of_everything(A):
    def largest(A):
        hit = np.zeros_like(A)
        for unit in np.ndindex(A.shape[-2:]):
            place = np.unravel_index(A[(..., *unit)].argmax(), A.shape[:-2])
            hit[(*place, *unit)] = 1
        return hit

    return {
        "positions": tuple(range(A.ndim - 2)),
        "count": np.prod(A.shape[:-2]),
        "everywhere": lambda P: np.zeros_like(A) + P,
        "largest": largest,
    }


class Window:
    """A kernel shifted over an array of shape `large`; it fits as often as `small` says."""

    def __init__(self, layer, large, small, maximum):
        self.axes = len(large) - 2
        self.large, self.small, self.fill = large, small, -np.inf if maximum else 0.0
        self.k = self.each(layer.kernel_size)
        self.s = self.each(getattr(layer, "stride", None) or layer.kernel_size)
        self.d = self.each(getattr(layer, "dilation", 1))
        self.pads = list(map(self.pad, range(self.axes), self.paddings(layer.padding)))
        self.offsets = list(product(*map(range, self.k)))

    def each(self, value):
        return value if isinstance(value, tuple) else (value,) * self.axes

    def paddings(self, padding):
        return [padding] if self.axes == 1 else self.each(padding)

    def pad(self, axis, padding):
        if padding == "same":
            n, k, s, d = self.large[axis], self.k[axis], self.s[axis], self.d[axis]
            both = max((int(np.ceil(n / s)) - 1) * s + d * (k - 1) + 1 - n, 0)
            return both // 2, both - both // 2
        if padding == "valid":
            return 0, 0
        return padding if isinstance(padding, tuple) else (padding, padding)

    def places(self, o):
        """Where in the padded array offset o looks, at every position."""
        along = zip(o, self.d, self.s, self.small, strict=False)
        return np.ix_(*(i * d + s * np.arange(positions) for i, d, s, positions in along))

    def seen(self, A, o, fill=None):
        fill = self.fill if fill is None else fill
        padded = np.pad(A, [*self.pads, (0, 0), (0, 0)], constant_values=fill)
        return padded[self.places(o)]

    def back(self, P, o):
        padded = np.pad(np.zeros((*self.large[:-2], *P.shape[-2:])), [*self.pads, (0, 0), (0, 0)])
        padded[self.places(o)] = P
        inside = zip(self.pads, self.large[:-2], strict=True)
        return padded[tuple(slice(before, before + n) for (before, _), n in inside)]

    def largest(self, A, o):
        first = np.argmax([self.seen(A, each) for each in self.offsets], axis=0)
        return 1.0 * (first == self.offsets.index(o))

    def words(self):
        ones = np.ones((*self.large[:-2], 1, 1))
        return {
            "offsets": self.offsets,
            "positions": tuple(range(self.axes)),
            "seen": self.seen,
            "back": self.back,
            "largest": self.largest,
            "count": sum(self.seen(ones, o, fill=0.0) for o in self.offsets),
        }
