"""Long short-term memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.initializers import Constant, Glorot, Initializer, Zeros
from glassnet.layers.activations import Sigmoid
from glassnet.layers.layer import Array, Arrays, Namespace
from glassnet.layers.recurrent import Recurrent, bias_gradient, weight_gradient

sigmoid = Sigmoid().g


@dataclass(frozen=True)
class LSTM(Recurrent):
    """Long short-term memory: a cell c that gates keep, fill and show.

    forward::

        f[t] = sigmoid(Wf @ concat(a[t-1], A[t]) + bf)
        i[t] = sigmoid(Wi @ concat(a[t-1], A[t]) + bi)
        g[t] = tanh(Wc @ concat(a[t-1], A[t]) + bc)
        o[t] = sigmoid(Wo @ concat(a[t-1], A[t]) + bo)
        c[t] = f[t] * c[t-1] + i[t] * g[t]
        a[t] = o[t] * tanh(c[t])

    gradients::

        da_all[t] = da[t] + first(Wf.T @ df[t+1] + Wi.T @ di[t+1] + Wc.T @ dg[t+1] + Wo.T @ do[t+1])
        dc[t] = da_all[t] * o[t] * (1 - tanh(c[t])**2) + dc[t+1] * f[t+1]
        df[t] = dc[t] * c[t-1] * f[t] * (1 - f[t])
        di[t] = dc[t] * g[t] * i[t] * (1 - i[t])
        dg[t] = dc[t] * i[t] * (1 - g[t]**2)
        do[t] = da_all[t] * tanh(c[t]) * o[t] * (1 - o[t])
        dWf = sum(df[t] @ concat(a[t-1], A[t]).T for t in times) / m
        dWi = sum(di[t] @ concat(a[t-1], A[t]).T for t in times) / m
        dWc = sum(dg[t] @ concat(a[t-1], A[t]).T for t in times) / m
        dWo = sum(do[t] @ concat(a[t-1], A[t]).T for t in times) / m
        dbf = sum(sum(df[t], axis=-1, keepdims=True) for t in times) / m
        dbi = sum(sum(di[t], axis=-1, keepdims=True) for t in times) / m
        dbc = sum(sum(dg[t], axis=-1, keepdims=True) for t in times) / m
        dbo = sum(sum(do[t], axis=-1, keepdims=True) for t in times) / m

    backward::

        dA[t] = rest(Wf.T @ df[t] + Wi.T @ di[t] + Wc.T @ dg[t] + Wo.T @ do[t])

    f, i and o are the forget, the input and the output gate, g is what could be written. As in
    the course, the gradients df, di, dg and do are those in front of sigmoid and tanh. `first` are
    the rows that belong to a, `rest` those that belong to A.

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
    A (T, n, m), Wf, Wi, Wc, Wo (units, units + n), bf, bi, bc, bo (units, 1), all others
    (T, units, m). The weights start by Glorot's scheme, bf at 1 so that the cell keeps what it
    has, the other biases at zero.

    Raises
    ------
    HyperparameterError
        A parameter is outside its domain.

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network([LSTM(3, last=True), gn.Dense(1)], loss=gn.SquaredError())
    >>> {name: array.shape for name, array in network.initialize((7, 2)).items()}
    ... # doctest: +NORMALIZE_WHITESPACE
    {'Wf1': (3, 5), 'bf1': (3, 1), 'Wi1': (3, 5), 'bi1': (3, 1), 'Wc1': (3, 5), 'bc1': (3, 1),
     'Wo1': (3, 5), 'bo1': (3, 1), 'W2': (1, 3), 'b2': (1, 1)}

    Source: Hochreiter, Schmidhuber, "Long short-term memory" (1997); the forget gate: Gers,
    Schmidhuber, Cummins, "Learning to forget" (2000), whose bias of 1 is that of Jozefowicz,
    Zaremba, Sutskever, "An empirical exploration of recurrent network architectures" (2015).
    """

    parameters = (
        "Wf: units units+n, bf: units 1, Wi: units units+n, bi: units 1, "
        "Wc: units units+n, bc: units 1, Wo: units units+n, bo: units 1"
    )
    carried = ("a", "c")

    def initializers(self) -> Mapping[str, Initializer | None]:
        return {
            "Wf": Glorot(),
            "bf": Constant(1.0),
            "Wi": Glorot(),
            "bi": Zeros(),
            "Wc": Glorot(),
            "bc": Zeros(),
            "Wo": Glorot(),
            "bo": Zeros(),
        }

    def forward(
        self,
        xp: Namespace,
        A: Array,
        Wf: Array,
        bf: Array,
        Wi: Array,
        bi: Array,
        Wc: Array,
        bc: Array,
        Wo: Array,
        bo: Array,
        a_prev: Array | None = None,
        c_prev: Array | None = None,
        mask: Array | None = None,
    ) -> Arrays:
        def step(x: Array, a: Array, c: Array) -> Arrays:
            ax = xp.concat([a, x])
            f = sigmoid(xp, Wf @ ax + bf)
            i = sigmoid(xp, Wi @ ax + bi)
            g = xp.tanh(Wc @ ax + bc)
            o = sigmoid(xp, Wo @ ax + bo)
            c = f * c + i * g
            return {"f": f, "i": i, "g": g, "o": o, "c": c, "a": o * xp.tanh(c)}

        return self.forwards(xp, step, A, mask, a=a_prev, c=c_prev)

    def gradients(
        self,
        xp: Namespace,
        A: Array,
        f: Array,
        i: Array,
        g: Array,
        o: Array,
        c: Array,
        a: Array,
        Wf: Array,
        Wi: Array,
        Wc: Array,
        Wo: Array,
        da: Array | None = None,
        da_next: Array | None = None,
        a_prev: Array | None = None,
        c_prev: Array | None = None,
        mask: Array | None = None,
    ) -> Arrays:
        before = self.before(xp, c, c_prev)
        times = list(zip(*map(xp.unstack, (f, i, g, o, before, xp.tanh(c))), strict=True))

        def step(t: int, a: Array, c: Array) -> tuple[Arrays, Arrays]:
            f, i, g, o, c_before, tanh_c = times[t]
            dc = c + a * o * (1 - tanh_c**2)
            df = dc * c_before * f * (1 - f)
            di = dc * g * i * (1 - i)
            dg = dc * i * (1 - g**2)
            do = a * tanh_c * o * (1 - o)
            dax = Wf.T @ df + Wi.T @ di + Wc.T @ dg + Wo.T @ do
            made = {"da_all": a, "dc": dc, "df": df, "di": di, "dg": dg, "do": do}
            return made, {"a": dax[: self.units, :], "c": dc * f}

        made = self.backwards(xp, step, a, da, da_next, mask)
        ax = xp.concat([self.before(xp, a, a_prev), A], axis=-2)
        return {
            **made,
            "dWf": weight_gradient(xp, made["df"], ax),
            "dbf": bias_gradient(xp, made["df"]),
            "dWi": weight_gradient(xp, made["di"], ax),
            "dbi": bias_gradient(xp, made["di"]),
            "dWc": weight_gradient(xp, made["dg"], ax),
            "dbc": bias_gradient(xp, made["dg"]),
            "dWo": weight_gradient(xp, made["do"], ax),
            "dbo": bias_gradient(xp, made["do"]),
        }

    def backward(
        self,
        xp: Namespace,
        df: Array,
        di: Array,
        dg: Array,
        do: Array,
        Wf: Array,
        Wi: Array,
        Wc: Array,
        Wo: Array,
    ) -> Arrays:
        dax = Wf.T @ df + Wi.T @ di + Wc.T @ dg + Wo.T @ do
        return {"dA": dax[:, self.units :, :]}
