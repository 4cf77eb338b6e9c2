"""What all recurrent layers share: the walk through time, forwards and back."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from glassnet.domains import Count
from glassnet.equations import Equation, read
from glassnet.layers.dense import over_positions
from glassnet.layers.layer import Array, Arrays, Layer, Namespace

Step: TypeAlias = Callable[..., Arrays]
StepBack: TypeAlias = Callable[..., tuple[Arrays, Arrays]]


@dataclass(frozen=True)
class Recurrent(Layer):
    """A layer that reads a sequence step by step, with a state a[t] that it hands to itself.

    A layer states one step of its equations and of their derivatives; here is what is the same
    for all: the order of the steps, the mask, and what goes in and out at the ends.

    Parameters
    ----------
    units : int
        How many numbers the state has.
    last : bool
        Pass on only the state after the last step, (units, m), instead of all, (T, units, m).
    reverse : bool
        Read from the last time to the first. a[t] then comes from a[t+1], and the state after the
        last step is a[0].
    masked : bool
        Read a `mask` (T, 1, m) of zeros and ones beside the sequence, under the name ``mask``. A
        step whose mask is 0 leaves the state as it was, whatever stands in A: a padded sequence
        has the states and gradients of its own length.
    truncate : int, optional
        Cut the gradient after every so many steps: truncated back-propagation through time. The
        states themselves go on.

    Shapes
    ------
    A (T, n, m), mask (T, 1, m), a (T, units, m), a_prev and a_next (units, m).
    """

    units: Count
    last: bool = False
    reverse: bool = False
    masked: bool = False
    truncate: Count | None = None

    carried: ClassVar[tuple[str, ...]] = ("a",)

    @property
    @abstractmethod
    def parameters(self) -> str:
        """The layer's parameters, as a part of its shape string."""

    @property
    def shapes(self) -> str:
        mask = ", mask: T 1 m" if self.masked else ""
        states = "".join(f", {x}_prev: units m" for x in self.states())
        makes = "a_next: units m" if self.last else "a: T units m"
        return f"A: T n m{mask}{states}, {self.parameters} -> {makes}"

    @property
    def equations(self) -> Mapping[str, tuple[Equation, ...]]:
        stated = super().equations
        if not self.last:
            return stated
        return {**stated, "forward": (*stated.get("forward", ()), *read("a_next = a[last]"))}

    def states(self) -> tuple[str, ...]:
        # What is read from its end cannot be read in pieces.
        return () if self.reverse else self.carried

    def integers(self) -> dict[str, int]:
        return {"mask": 2} if self.masked else {}

    def forwards(
        self, xp: Namespace, step: Step, A: Array, mask: Array | None, **states: Array | None
    ) -> Arrays:
        """Every array that `step` makes at each time, (T, ..., m), and the states after the last.

        Parameters
        ----------
        step : callable
            Takes A[t] and the states before t; returns by name what it makes of them.
        states : array (units, m), optional
            Before the first step; zero where there is none.
        """
        zero = xp.zeros((self.units, A.shape[-1]), dtype=A.dtype)
        xs, known = xp.unstack(A), _known(xp, mask)
        now = {x: zero if state is None else state for x, state in states.items()}
        steps: list[Arrays] = []
        for t in self._times(len(xs)):
            made = step(xs[t], **now)
            if known:
                made |= {x: xp.where(known[t], made[x], now[x]) for x in now}
            now = {x: made[x] for x in now}
            steps.append(made)
        if self.reverse:
            steps.reverse()
        series = {name: xp.stack([made[name] for made in steps]) for name in steps[0]}
        return series | {f"{x}_next": state for x, state in now.items()}

    def backwards(
        self,
        xp: Namespace,
        step: StepBack,
        a: Array,
        da: Array | None,
        da_next: Array | None,
        mask: Array | None,
    ) -> Arrays:
        """Every array that `step` makes at each time, from the last to the first.

        Parameters
        ----------
        step : callable
            Takes t and the gradients of the states after t; returns by name what it makes of
            them, and the gradients of the states before t.
        da : array (T, units, m), optional
            What the layer above sends back for every time.
        da_next : array (units, m), optional
            What it sends back where it has read only the last state.
        """
        zero, known = xp.zeros_like(a[0, ...]), _known(xp, mask)
        above = None if da is None else xp.unstack(da)
        later = dict.fromkeys(self.carried, zero)
        if da_next is not None:
            later["a"] = da_next
        steps: list[Arrays] = []
        order = self._times(a.shape[0])
        for number, t in reversed(list(enumerate(order))):
            if above:
                later = later | {"a": later["a"] + above[t]}
            made, earlier = step(t, **later)
            if known:
                made = {name: xp.where(known[t], d, zero) for name, d in made.items()}
                earlier = {x: xp.where(known[t], d, later[x]) for x, d in earlier.items()}
            steps.append(made)
            cut = self.truncate and number % self.truncate == 0
            later = dict.fromkeys(self.carried, zero) if cut else earlier
        if not self.reverse:
            steps.reverse()
        return {name: xp.stack([made[name] for made in steps]) for name in steps[0]}

    def before(self, xp: Namespace, a: Array, a_prev: Array | None) -> Array:
        """The state before each time, a[t−1]: (T, units, m)."""
        first = (xp.zeros_like(a[0, ...]) if a_prev is None else a_prev)[None, ...]
        return xp.concat([a[1:, ...], first] if self.reverse else [first, a[:-1, ...]])

    def _times(self, T: int) -> Sequence[int]:
        return range(T)[::-1] if self.reverse else range(T)


def _known(xp: Namespace, mask: Array | None) -> Sequence[Array] | None:
    """For every time, which examples have it; None where all have all."""
    return None if mask is None else xp.unstack(mask == 1)


def weight_gradient(xp: Namespace, dz: Array, x: Array) -> Array:
    """(1/m) Σₜ dz[t] x[t]ᵀ."""
    return over_positions(xp, dz @ x.mT) / dz.shape[-1]


def bias_gradient(xp: Namespace, dz: Array) -> Array:
    """(1/m) Σₜ Σᵢ dz[t], summed in float64 since long float32 sums lose digits."""
    total = xp.sum(dz, axis=(0, -1), dtype=xp.float64)[:, None]
    return xp.astype(total, dz.dtype) / dz.shape[-1]
