"""A layer without equations in its docstring: what the glass shows where none are stated."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from glassnet.domains import Count
from glassnet.initializers import He, Zeros
from glassnet.layers.layer import Layer


@dataclass(frozen=True)
class Convolution(Layer):
    """A dense layer shifted over an image: its output sizes come from a formula, `sizes`."""

    units: Count
    kernel: Count = 2

    shapes = "A: H W n m, W: kernel kernel units n, b: units 1 -> Z: H_out W_out units m"

    def initializers(self):
        return {"W": He(), "b": Zeros()}

    def sizes(self, known: Mapping[str, int]):
        return {f"{axis}_out": known[axis] - self.kernel + 1 for axis in ("H", "W")}

    def forward(self, xp, A, W, b):
        return {"Z": sum(W[i, j] @ part for i, j, part in self._parts(A)) + b}

    def gradients(self, xp, dZ, A):
        m, k = dZ.shape[-1], self.kernel
        each = [xp.sum(dZ @ part.mT, axis=(0, 1)) / m for _, _, part in self._parts(A)]
        dW = xp.reshape(xp.stack(each), (k, k, *each[0].shape))
        return {"dW": dW, "db": xp.sum(dZ, axis=(0, 1, 3))[:, None] / m}

    def backward(self, xp, dZ, W):
        k = self.kernel - 1
        back = (
            xp.pad(W[i, j].T @ dZ, ((i, k - i), (j, k - j), (0, 0), (0, 0)))
            for i, j in product(range(self.kernel), repeat=2)
        )
        return {"dA": sum(back)}

    def _parts(self, A):
        """For each offset of the kernel, the pixels that it sees."""
        height, width = (size - self.kernel + 1 for size in A.shape[:2])
        for i, j in product(range(self.kernel), repeat=2):
            yield i, j, A[i : i + height, j : j + width]
