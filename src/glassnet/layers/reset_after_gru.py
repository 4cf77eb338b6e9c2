"""The gated recurrent unit, with the reset gate behind the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.initializers import Glorot, Initializer, Zeros
from glassnet.layers.activations import Sigmoid
from glassnet.layers.layer import Array, Arrays, Namespace
from glassnet.layers.recurrent import Recurrent, bias_gradient, weight_gradient

sigmoid = Sigmoid().g


@dataclass(frozen=True)
class ResetAfterGRU(Recurrent):
    """The gated recurrent unit whose reset gate comes behind the product with the state.

    forward::

        u[t] = sigmoid(Wu @ concat(a[t-1], A[t]) + bu)
        r[t] = sigmoid(Wr @ concat(a[t-1], A[t]) + br)
        s[t] = Wca @ a[t-1] + bca
        g[t] = tanh(r[t] * s[t] + Wcx @ A[t] + bc)
        a[t] = u[t] * g[t] + (1 - u[t]) * a[t-1]

    gradients::

        da_all[t] = da[t] + (1 - u[t+1]) * da_all[t+1] + da_gates[t+1]
        du[t] = da_all[t] * (g[t] - a[t-1]) * u[t] * (1 - u[t])
        dg[t] = da_all[t] * u[t] * (1 - g[t]**2)
        dr[t] = dg[t] * s[t] * r[t] * (1 - r[t])
        ds[t] = dg[t] * r[t]
        da_gates[t] = first(Wu.T @ du[t] + Wr.T @ dr[t]) + Wca.T @ ds[t]
        dWu = sum(du[t] @ concat(a[t-1], A[t]).T for t in times) / m
        dWr = sum(dr[t] @ concat(a[t-1], A[t]).T for t in times) / m
        dWca = sum(ds[t] @ a[t-1].T for t in times) / m
        dWcx = sum(dg[t] @ A[t].T for t in times) / m
        dbu = sum(sum(du[t], axis=-1, keepdims=True) for t in times) / m
        dbr = sum(sum(dr[t], axis=-1, keepdims=True) for t in times) / m
        dbca = sum(sum(ds[t], axis=-1, keepdims=True) for t in times) / m
        dbc = sum(sum(dg[t], axis=-1, keepdims=True) for t in times) / m

    backward::

        dA[t] = rest(Wu.T @ du[t] + Wr.T @ dr[t]) + Wcx.T @ dg[t]

    This is the form of cuDNN, and so of the networks that most frameworks have trained. What is
    said of `GRU` holds here too.

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
    A (T, n, m), Wu, Wr (units, units + n), Wca (units, units), Wcx (units, n), bu, br, bca, bc
    (units, 1), all others (T, units, m). The weights start by Glorot's scheme, the biases at zero.

    Raises
    ------
    HyperparameterError
        A parameter is outside its domain.

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network([ResetAfterGRU(3), gn.Dense(1)], loss=gn.SquaredError())
    >>> network.dimensions((7, 2))[0].output
    (7, 3, 'm')

    Source: Chung, Gulcehre, Cho, Bengio, "Empirical evaluation of gated recurrent neural networks
    on sequence modeling" (2014); the bias bca is cuDNN's.
    """

    parameters = (
        "Wu: units units+n, bu: units 1, Wr: units units+n, br: units 1, "
        "Wca: units units, bca: units 1, Wcx: units n, bc: units 1"
    )

    def initializers(self) -> Mapping[str, Initializer | None]:
        return {
            "Wu": Glorot(),
            "bu": Zeros(),
            "Wr": Glorot(),
            "br": Zeros(),
            "Wca": Glorot(),
            "bca": Zeros(),
            "Wcx": Glorot(),
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
        Wca: Array,
        bca: Array,
        Wcx: Array,
        bc: Array,
        a_prev: Array | None = None,
        mask: Array | None = None,
    ) -> Arrays:
        def step(x: Array, a: Array) -> Arrays:
            ax = xp.concat([a, x])
            u = sigmoid(xp, Wu @ ax + bu)
            r = sigmoid(xp, Wr @ ax + br)
            s = Wca @ a + bca
            g = xp.tanh(r * s + Wcx @ x + bc)
            return {"u": u, "r": r, "s": s, "g": g, "a": u * g + (1 - u) * a}

        return self.forwards(xp, step, A, mask, a=a_prev)

    def gradients(
        self,
        xp: Namespace,
        A: Array,
        u: Array,
        r: Array,
        s: Array,
        g: Array,
        a: Array,
        Wu: Array,
        Wr: Array,
        Wca: Array,
        da: Array | None = None,
        da_next: Array | None = None,
        a_prev: Array | None = None,
        mask: Array | None = None,
    ) -> Arrays:
        before = self.before(xp, a, a_prev)
        times = list(zip(*map(xp.unstack, (u, r, s, g, before)), strict=True))

        def step(t: int, a: Array) -> tuple[Arrays, Arrays]:
            u, r, s, g, a_before = times[t]
            du = a * (g - a_before) * u * (1 - u)
            dg = a * u * (1 - g**2)
            dr = dg * s * r * (1 - r)
            ds = dg * r
            da_gates = (Wu.T @ du + Wr.T @ dr)[: self.units, :] + Wca.T @ ds
            made = {"da_all": a, "du": du, "dr": dr, "dg": dg, "ds": ds, "da_gates": da_gates}
            return made, {"a": (1 - u) * a + da_gates}

        made = self.backwards(xp, step, a, da, da_next, mask)
        ax = xp.concat([before, A], axis=-2)
        return {
            **made,
            "dWu": weight_gradient(xp, made["du"], ax),
            "dbu": bias_gradient(xp, made["du"]),
            "dWr": weight_gradient(xp, made["dr"], ax),
            "dbr": bias_gradient(xp, made["dr"]),
            "dWca": weight_gradient(xp, made["ds"], before),
            "dbca": bias_gradient(xp, made["ds"]),
            "dWcx": weight_gradient(xp, made["dg"], A),
            "dbc": bias_gradient(xp, made["dg"]),
        }

    def backward(
        self, xp: Namespace, du: Array, dr: Array, dg: Array, Wu: Array, Wr: Array, Wcx: Array
    ) -> Arrays:
        return {"dA": (Wu.T @ du + Wr.T @ dr)[:, self.units :, :] + Wcx.T @ dg}
