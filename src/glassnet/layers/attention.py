"""Self-attention, and the positions that it needs to tell times apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.domains import Count
from glassnet.errors import HyperparameterError
from glassnet.initializers import Glorot, Initializer, Zeros
from glassnet.layers.layer import Array, Arrays, Layer, Namespace
from glassnet.layers.recurrent import bias_gradient, weight_gradient


@dataclass(frozen=True)
class SelfAttention(Layer):
    """Self-attention: every time takes what it needs from all times.

    forward::

        Q = Wq @ A + bq
        K = Wk @ A
        V = Wv @ A + bv
        S = product("htkm, hskm -> htsm", split(Q), split(K)) / sqrt(units / heads)
        P = exp(S) / sum(exp(S), axis=-2, keepdims=True)
        C = merge(product("htsm, hskm -> htkm", P, split(V)))
        Z = Wo @ C + bo

    gradients::

        dC = Wo.T @ dZ
        dP = product("htkm, hskm -> htsm", split(dC), split(V))
        dS = P * (dP - sum(dP * P, axis=-2, keepdims=True)) / sqrt(units / heads)
        dQ = merge(product("htsm, hskm -> htkm", dS, split(K)))
        dK = merge(product("htsm, htkm -> hskm", dS, split(Q)))
        dV = merge(product("htsm, htkm -> hskm", P, split(dC)))
        dWq = sum(dQ[t] @ A[t].T for t in times) / m
        dWk = sum(dK[t] @ A[t].T for t in times) / m
        dWv = sum(dV[t] @ A[t].T for t in times) / m
        dWo = sum(dZ[t] @ C[t].T for t in times) / m
        dbq = sum(sum(dQ[t], axis=-1, keepdims=True) for t in times) / m
        dbv = sum(sum(dV[t], axis=-1, keepdims=True) for t in times) / m
        dbo = sum(sum(dZ[t], axis=-1, keepdims=True) for t in times) / m

    backward::

        dA = Wq.T @ dQ + Wk.T @ dK + Wv.T @ dV

    `split` divides the units among the heads, (T, units, m) into (heads, T, units/heads, m), and
    `merge` puts them together again. A product sums over the letter that does not come out: h is
    the head, t the time that asks, s the time that answers, k the unit. P[h, t] says how much
    each time answers, and adds up to 1. Keys have no bias: it would add the same to every answer
    in S, and P would not change.

    Parameters
    ----------
    units : int
        How many numbers come out at every time; queries, keys and values have as many.
    heads : int
        Into how many parts they are divided, each with an attention of its own.
    masked : bool
        Read a `mask` (T, 1, m) of zeros and ones beside the sequence: a time whose mask is 0
        gives no answer. Where all are 0, the answer is 0.

    Shapes
    ------
    A (T, n, m), Wq, Wk, Wv (units, n), Wo (units, units), bq, bv, bo (units, 1), Q, K, V, C
    and Z (T, units, m), S and P (heads, T, T, m). The weights start by Glorot's scheme, the biases
    at zero.

    Raises
    ------
    HyperparameterError
        A parameter is outside its domain, or `heads` does not divide `units`.

    Examples
    --------
    >>> import glassnet as gn
    >>> layers = [gn.Embedding(11, 6), gn.PositionalEncoding(), SelfAttention(6, heads=2)]
    >>> network = gn.Network(layers, loss=gn.SquaredError())
    >>> parameters = network.initialize((3, 1))
    >>> P = network.trace(parameters, [[[4]], [[8]], [[2]]])["P2"]
    >>> P.shape, P.sum(axis=-2).round(6).ravel().tolist()
    ((2, 3, 3, 1), [1.0, 1.0, 1.0, 1.0, 1.0, 1.0])

    Source: Vaswani and others, "Attention is all you need" (2017), section 3.2.
    """

    units: Count
    heads: Count = 1
    masked: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.units % self.heads:
            raise HyperparameterError(
                "The 'heads' parameter of SelfAttention must be a divisor of its units. "
                f"Got units={self.units} and heads={self.heads} instead.",
                fix=f"pass units={-(-self.units // self.heads) * self.heads}",
            )

    @property
    def shapes(self) -> str:
        mask = ", mask: T 1 m" if self.masked else ""
        return (
            f"A: T n m{mask}, Wq: units n, bq: units 1, Wk: units n, "
            "Wv: units n, bv: units 1, Wo: units units, bo: units 1 -> Z: T units m"
        )

    def integers(self) -> Mapping[str, int]:
        return {"mask": 2} if self.masked else {}

    def initializers(self) -> Mapping[str, Initializer | None]:
        names = ("Wq", "bq", "Wk", "Wv", "bv", "Wo", "bo")
        return {name: Glorot() if name[0] == "W" else Zeros() for name in names}

    def forward(
        self,
        xp: Namespace,
        A: Array,
        Wq: Array,
        bq: Array,
        Wk: Array,
        Wv: Array,
        bv: Array,
        Wo: Array,
        bo: Array,
        mask: Array | None = None,
    ) -> Arrays:
        Q, K, V = Wq @ A + bq, Wk @ A, Wv @ A + bv
        q, k, v = (self._split(xp, each) for each in (Q, K, V))
        s = q @ k.mT / self._scale
        if mask is not None:
            answers = xp.permute_dims(mask, (2, 1, 0))[:, None, ...] == 1
            s = xp.where(answers, s, -xp.inf)
        highest = xp.max(s, axis=-1, keepdims=True)
        powers = xp.exp(s - xp.where(highest == -xp.inf, xp.zeros_like(highest), highest))
        total = xp.sum(powers, axis=-1, keepdims=True)
        p = powers / xp.where(total == 0, xp.ones_like(total), total)
        C = self._merge(xp, p @ v)
        return {
            "Q": Q,
            "K": K,
            "V": V,
            "P": xp.permute_dims(p, (1, 2, 3, 0)),
            "C": C,
            "Z": Wo @ C + bo,
        }

    def gradients(
        self,
        xp: Namespace,
        dZ: Array,
        A: Array,
        Q: Array,
        K: Array,
        V: Array,
        P: Array,
        C: Array,
        Wo: Array,
    ) -> Arrays:
        dC = Wo.T @ dZ
        q, k, v, dc = (self._split(xp, each) for each in (Q, K, V, dC))
        p = xp.permute_dims(P, (3, 0, 1, 2))
        dp = dc @ v.mT
        ds = p * (dp - xp.sum(dp * p, axis=-1, keepdims=True)) / self._scale
        dQ, dK, dV = (self._merge(xp, each) for each in (ds @ k, ds.mT @ q, p.mT @ dc))
        return {
            "dC": dC,
            "dQ": dQ,
            "dK": dK,
            "dV": dV,
            "dWq": weight_gradient(xp, dQ, A),
            "dbq": bias_gradient(xp, dQ),
            "dWk": weight_gradient(xp, dK, A),
            "dWv": weight_gradient(xp, dV, A),
            "dbv": bias_gradient(xp, dV),
            "dWo": weight_gradient(xp, dZ, C),
            "dbo": bias_gradient(xp, dZ),
        }

    def backward(
        self, xp: Namespace, dQ: Array, dK: Array, dV: Array, Wq: Array, Wk: Array, Wv: Array
    ) -> Arrays:
        return {"dA": Wq.T @ dQ + Wk.T @ dK + Wv.T @ dV}

    @property
    def _scale(self) -> float:
        return float((self.units / self.heads) ** 0.5)

    def _split(self, xp: Namespace, X: Array) -> Array:
        """(T, units, m) → (m, heads, T, units/heads): a product of matrices for each head."""
        T, _, m = X.shape
        parts = xp.reshape(X, (T, self.heads, self.units // self.heads, m))
        return xp.permute_dims(parts, (3, 1, 0, 2))

    def _merge(self, xp: Namespace, parts: Array) -> Array:
        m, _, T, _ = parts.shape
        return xp.reshape(xp.permute_dims(parts, (2, 1, 3, 0)), (T, self.units, m))
