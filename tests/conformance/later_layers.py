"""Layers that glassnet does not have yet, to prove that its contract carries them."""

from dataclasses import dataclass

from glassnet.domains import Count
from glassnet.initializers import He, Orthogonal, Zeros
from glassnet.layers.layer import Layer


@dataclass(frozen=True)
class Embedding(Layer):
    """A row of W for every index: what it reads has no gradient, so it states no `backward`."""

    words: Count
    units: Count

    shapes = "A: T 1 m, W: units words -> Z: T units m"

    def initializers(self):
        return {"W": He()}

    def forward(self, xp, A, W):
        return {"Z": W @ self._one_hot(xp, A)}

    def gradients(self, xp, dZ, A):
        return {"dW": xp.sum(dZ @ self._one_hot(xp, A).mT, axis=0) / dZ.shape[-1]}

    def _one_hot(self, xp, A):
        words = xp.arange(self.words, dtype=A.dtype)[:, None]
        return xp.astype(words == A, A.dtype)


@dataclass(frozen=True)
class MaskedMean(Layer):
    """The mean over the times that a mask of data names."""

    shapes = "A: T n m, mask: T 1 m -> A_mean: n m"

    def forward(self, xp, A, mask):
        times = xp.sum(mask, axis=0)
        return {"A_mean": xp.sum(A * mask, axis=0) / times, "times": times}

    def backward(self, xp, dA_mean, mask, times):
        return {"dA": mask * (dA_mean / times)}


@dataclass(frozen=True)
class Recurrent(Layer):
    """a[t] = tanh(Waa a[t−1] + Wax A[t] + ba): `backward` reads what `gradients` has made."""

    units: Count

    shapes = "A: T n m, Waa: units units, Wax: units n, ba: units 1 -> H: T units m"

    def initializers(self):
        return {"Waa": Orthogonal(), "Wax": None, "ba": Zeros()}

    def forward(self, xp, A, Waa, Wax, ba):
        a, steps = xp.zeros((self.units, A.shape[-1]), dtype=A.dtype), []
        for x in A:
            a = xp.tanh(Waa @ a + Wax @ x + ba)
            steps.append(a)
        return {"H": xp.stack(steps)}

    def gradients(self, xp, dH, A, H, Waa):
        m, later, deltas = A.shape[-1], 0, []
        for dh, h in zip(dH[::-1], H[::-1], strict=True):
            delta = (dh + later) * (1 - h**2)
            later = Waa.T @ delta
            deltas.insert(0, delta)
        deltas = xp.stack(deltas)
        return {
            "deltas": deltas,
            "dWaa": xp.sum(deltas[1:] @ H[:-1].mT, axis=0) / m,
            "dWax": xp.sum(deltas @ A.mT, axis=0) / m,
            "dba": xp.sum(deltas, axis=(0, 2))[:, None] / m,
        }

    def backward(self, xp, deltas, Wax):
        return {"dA": Wax.T @ deltas}
