"""The gated recurrent unit, with the reset gate in front of the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.initializers import Glorot, Initializer, Zeros
from glassnet.layers.activations import Sigmoid
from glassnet.layers.layer import Array, Arrays, Namespace
from glassnet.layers.recurrent import Recurrent, bias_gradient, weight_gradient

sigmoid = Sigmoid().g


@dataclass(frozen=True)
class GRU(Recurrent):
    """The gated recurrent unit: one gate says how much is new, one what of the old is read.

    forward::

        u[t] = sigmoid(Wu @ concat(a[t-1], A[t]) + bu)
        r[t] = sigmoid(Wr @ concat(a[t-1], A[t]) + br)
        g[t] = tanh(Wc @ concat(r[t] * a[t-1], A[t]) + bc)
        a[t] = u[t] * g[t] + (1 - u[t]) * a[t-1]

    gradients::

        da_all[t] = da[t] + (1 - u[t+1]) * da_all[t+1] + da_gates[t+1]
        du[t] = da_all[t] * (g[t] - a[t-1]) * u[t] * (1 - u[t])
        dg[t] = da_all[t] * u[t] * (1 - g[t]**2)
        dr[t] = first(Wc.T @ dg[t]) * a[t-1] * r[t] * (1 - r[t])
        da_gates[t] = first(Wu.T @ du[t] + Wr.T @ dr[t]) + r[t] * first(Wc.T @ dg[t])
        dWu = sum(du[t] @ concat(a[t-1], A[t]).T for t in times) / m
        dWr = sum(dr[t] @ concat(a[t-1], A[t]).T for t in times) / m
        dWc = sum(dg[t] @ concat(r[t] * a[t-1], A[t]).T for t in times) / m
        dbu = sum(sum(du[t], axis=-1, keepdims=True) for t in times) / m
        dbr = sum(sum(dr[t], axis=-1, keepdims=True) for t in times) / m
        dbc = sum(sum(dg[t], axis=-1, keepdims=True) for t in times) / m

    backward::

        dA[t] = rest(Wu.T @ du[t] + Wr.T @ dr[t] + Wc.T @ dg[t])

    u is the update gate and r the reset gate, which is applied to the state in front of Wc; with
    `ResetAfterGRU` it comes behind. The gradients du, dr and dg are those in front of sigmoid and
    tanh. `first` are the rows that belong to a, `rest` those that belong to A.

    Parameters
    ----------
    units : int
        How many numbers the state has.
    last : bool
        Pass on only the state after the last step, (units, m), instead of all, (T, units, m).
    reverse : bool
        Read from the last time to the first.
    masked : bool
        Read a `mask` (T, 1, m) beside the sequence: a step whose mask is 0 leaves the state as it
        was.
    truncate : int, optional
        Cut the gradient after every so many steps.

    Shapes
    ------
    A (T, n, m), Wu, Wr, Wc (units, units + n), bu, br, bc (units, 1), all others (T, units, m).
    The weights start by Glorot's scheme, the biases at zero.

    Raises
    ------
    HyperparameterError
        A parameter is outside its domain.

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network([GRU(3, last=True), gn.Dense(1)], loss=gn.SquaredError())
    >>> network.dimensions((7, 2))[0].output
    (3, 'm')

    Source: Cho and others, "Learning phrase representations using RNN encoder-decoder for
    statistical machine translation" (2014); u is here the share that is new, as in Chung,
    Gulcehre, Cho, Bengio, "Empirical evaluation of gated recurrent neural networks on sequence
    modeling" (2014).
    """

    parameters = (
        "Wu: units units+n, bu: units 1, Wr: units units+n, br: units 1, "
        "Wc: units units+n, bc: units 1"
    )

    def initializers(self) -> Mapping[str, Initializer | None]:
        return {
            "Wu": Glorot(),
            "bu": Zeros(),
            "Wr": Glorot(),
            "br": Zeros(),
            "Wc": Glorot(),
            "bc": Zeros(),
        }

    def forward(
        self,
        xp: Namespace,
        A: Array,
        Wu: Array,
        bu: Array,
        Wr: Array,
        br: Array,
        Wc: Array,
        bc: Array,
        a_prev: Array | None = None,
        mask: Array | None = None,
    ) -> Arrays:
        def step(x: Array, a: Array) -> Arrays:
            ax = xp.concat([a, x])
            u = sigmoid(xp, Wu @ ax + bu)
            r = sigmoid(xp, Wr @ ax + br)
            g = xp.tanh(Wc @ xp.concat([r * a, x]) + bc)
            return {"u": u, "r": r, "g": g, "a": u * g + (1 - u) * a}

        return self.forwards(xp, step, A, mask, a=a_prev)

    def gradients(
        self,
        xp: Namespace,
        A: Array,
        u: Array,
        r: Array,
        g: Array,
        a: Array,
        Wu: Array,
        Wr: Array,
        Wc: Array,
        da: Array | None = None,
        da_next: Array | None = None,
        a_prev: Array | None = None,
        mask: Array | None = None,
    ) -> Arrays:
        before = self.before(xp, a, a_prev)
        times = list(zip(*map(xp.unstack, (u, r, g, before)), strict=True))

        def step(t: int, a: Array) -> tuple[Arrays, Arrays]:
            u, r, g, a_before = times[t]
            du = a * (g - a_before) * u * (1 - u)
            dg = a * u * (1 - g**2)
            dra = (Wc.T @ dg)[: self.units, :]
            dr = dra * a_before * r * (1 - r)
            da_gates = (Wu.T @ du + Wr.T @ dr)[: self.units, :] + r * dra
            made = {"da_all": a, "du": du, "dr": dr, "dg": dg, "da_gates": da_gates}
            return made, {"a": (1 - u) * a + da_gates}

        made = self.backwards(xp, step, a, da, da_next, mask)
        ax = xp.concat([before, A], axis=-2)
        return {
            **made,
            "dWu": weight_gradient(xp, made["du"], ax),
            "dbu": bias_gradient(xp, made["du"]),
            "dWr": weight_gradient(xp, made["dr"], ax),
            "dbr": bias_gradient(xp, made["dr"]),
            "dWc": weight_gradient(xp, made["dg"], xp.concat([r * before, A], axis=-2)),
            "dbc": bias_gradient(xp, made["dg"]),
        }

    def backward(
        self, xp: Namespace, du: Array, dr: Array, dg: Array, Wu: Array, Wr: Array, Wc: Array
    ) -> Arrays:
        return {"dA": (Wu.T @ du + Wr.T @ dr + Wc.T @ dg)[:, self.units :, :]}
