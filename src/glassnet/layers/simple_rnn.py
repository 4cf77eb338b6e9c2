"""The simple recurrent layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from glassnet.equations import Equation, read
from glassnet.initializers import Initializer, Orthogonal, Zeros
from glassnet.layers.activations import ReLU, Tanh
from glassnet.layers.layer import Array, Arrays, Namespace
from glassnet.layers.recurrent import Recurrent, bias_gradient, weight_gradient


@dataclass(frozen=True)
class SimpleRNN(Recurrent):
    """The simple recurrent layer: the state is a dense layer of the input and of itself.

    forward::

        z[t] = Waa @ a[t-1] + Wax @ A[t] + ba
        a[t] = tanh(z[t])

    gradients::

        dz[t] = (da[t] + Waa.T @ dz[t+1]) * (1 - a[t]**2)
        dWaa = sum(dz[t] @ a[t-1].T for t in times) / m
        dWax = sum(dz[t] @ A[t].T for t in times) / m
        dba = sum(sum(dz[t], axis=-1, keepdims=True) for t in times) / m

    backward::

        dA[t] = Wax.T @ dz[t]

    Before the first time a is 0, or the state of the piece before; behind the last one dz is 0. Its
    memory is short: over many steps the gradient fades or grows like a power of Waa. `LSTM` and
    `GRU` were made against that.

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
    activation : Tanh or ReLU
        With ReLU, a = max(z, 0) and the last factor of dz is 1 where z > 0, else 0.

    Shapes
    ------
    A (T, n, m), Waa (units, units), Wax (units, n), ba (units, 1), a (T, units, m). Waa starts
    orthogonal, Wax as it suits the activation, ba at zero.

    Raises
    ------
    HyperparameterError
        A parameter is outside its domain.

    Examples
    --------
    >>> import numpy as np
    >>> ones, A = np.ones((1, 1)), np.array([[[2.0]], [[-1.0]], [[0.5]]])
    >>> layer = SimpleRNN(1, activation=ReLU())
    >>> layer.forward(np, A=A, Waa=ones, Wax=ones, ba=0 * ones)["a"].ravel().tolist()
    [2.0, 1.0, 1.5]

    Source: Elman, "Finding structure in time" (1990); Werbos, "Backpropagation through time: what
    it does and how to do it" (1990).
    """

    activation: Tanh | ReLU = field(default_factory=Tanh)

    parameters = "Waa: units units, Wax: units n, ba: units 1"

    @property
    def equations(self) -> Mapping[str, tuple[Equation, ...]]:
        stated = super().equations
        if isinstance(self.activation, Tanh):
            return stated
        others = {
            "a": read("a[t] = maximum(z[t], 0)"),
            "dz": read("dz[t] = (da[t] + Waa.T @ dz[t+1]) * (z[t] > 0)"),
        }
        return {
            section: tuple(others.get(each.target, (each,))[0] for each in lines)
            for section, lines in stated.items()
        }

    def initializers(self) -> Mapping[str, Initializer | None]:
        return {"Waa": Orthogonal(), "Wax": self.activation.initializer, "ba": Zeros()}

    def forward(
        self,
        xp: Namespace,
        A: Array,
        Waa: Array,
        Wax: Array,
        ba: Array,
        a_prev: Array | None = None,
        mask: Array | None = None,
    ) -> Arrays:
        def step(x: Array, a: Array) -> Arrays:
            z = Waa @ a + Wax @ x + ba
            return {"z": z, "a": self.activation.g(xp, z)}

        return self.forwards(xp, step, A, mask, a=a_prev)

    def gradients(
        self,
        xp: Namespace,
        A: Array,
        z: Array,
        a: Array,
        Waa: Array,
        da: Array | None = None,
        da_next: Array | None = None,
        a_prev: Array | None = None,
        mask: Array | None = None,
    ) -> Arrays:
        def step(t: int, a: Array) -> tuple[Arrays, Arrays]:
            dz = a * slope[t]
            return {"dz": dz}, {"a": Waa.T @ dz}

        slope = xp.unstack(self.activation.g_prime(xp, z, self.activation.g(xp, z)))
        dz = self.backwards(xp, step, a, da, da_next, mask)["dz"]
        return {
            "dz": dz,
            "dWaa": weight_gradient(xp, dz, self.before(xp, a, a_prev)),
            "dWax": weight_gradient(xp, dz, A),
            "dba": bias_gradient(xp, dz),
        }

    def backward(self, xp: Namespace, dz: Array, Wax: Array) -> Arrays:
        return {"dA": Wax.T @ dz}
