"""A layer that glassnet does not have, to prove that its contract carries it."""

from dataclasses import dataclass

from glassnet.layers.layer import Layer


@dataclass(frozen=True)
class MaskedMean(Layer):
    """The mean over the times that a mask of data names."""

    shapes = "A: T n m, mask: T 1 m -> A_mean: n m"

    def forward(self, xp, A, mask):
        times = xp.sum(mask, axis=0)
        return {"A_mean": xp.sum(A * mask, axis=0) / times, "times": times}

    def backward(self, xp, dA_mean, mask, times):
        return {"dA": mask * (dA_mean / times)}
