"""Layers made of layers: in a row, side by side, around a short cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from glassnet.errors import HyperparameterError, listed, shown
from glassnet.graph import Combinator, Wiring
from glassnet.layers.layer import Array, Arrays, Layer, Namespace

AnyLayer: TypeAlias = Layer | Combinator

_TAKEN = ("self", "xp", "dA", "dA_sum")


@dataclass(frozen=True)
class Chain(Combinator):
    """Layers in a row, as one.

    >>> from glassnet import Dense, ReLU
    >>> Chain([Dense(3), ReLU()]).layers
    (Dense(units=3), ReLU())
    """

    layers: Sequence[AnyLayer]

    def wire(self, wiring: Wiring, source: str | None) -> str:
        for layer in self.layers:
            source = wiring.add(layer, source)
        return source or wiring.entrance()


@dataclass(frozen=True)
class Residual(Combinator):
    """Layers with a short cut around them: A_sum = A + layers(A).

    The layers must end in the shape in which they began.

    Source: He, Zhang, Ren, Sun, "Deep residual learning for image recognition" (2016).

    >>> from glassnet import Dense, Tanh
    >>> Residual([Dense(3), Tanh()]).layers
    (Dense(units=3), Tanh())
    """

    layers: Sequence[AnyLayer]

    def wire(self, wiring: Wiring, source: str | None) -> str:
        source = source or wiring.entrance()
        return wiring.join(
            Add(("A", "B")), {"A": source, "B": Chain(self.layers).wire(wiring, source)}
        )


@dataclass(frozen=True, init=False)
class Parallel(Combinator):
    """Named branches side by side, joined at their ends: the course's hybrid networks.

    At the entrance of a network every branch has an input of its own, and the data are a dict
    with the branches' names; further inside, all branches read the same array.

    Parameters
    ----------
    **branches : Layer or Combinator
        The branches, by name.
    join : {"concatenate", "add"}
        Whether the units of the branches stand below each other or are summed.

    Examples
    --------
    >>> from glassnet import Dense
    >>> Parallel(image=Dense(3), table=Dense(2), join="concatenate").names
    ('image', 'table')
    """

    names: tuple[str, ...]
    branches: tuple[AnyLayer, ...]
    join: Literal["concatenate", "add"]

    def __init__(self, /, *, join: Literal["concatenate", "add"], **branches: AnyLayer) -> None:
        object.__setattr__(self, "names", tuple(branches))
        object.__setattr__(self, "branches", tuple(branches.values()))
        object.__setattr__(self, "join", join)
        self.__post_init__()
        wrong = [name for name in branches if not name.isidentifier() or name in _TAKEN]
        if wrong or not branches:
            raise HyperparameterError(
                "Parallel needs at least one branch. Got none."
                if not branches
                else f"A branch of Parallel cannot be called {shown(wrong[0])}.",
                expected=f"Python names other than {listed(_TAKEN)}",
                fix="name the branches, e.g. Parallel(image=..., table=..., join='concatenate')",
            )

    def wire(self, wiring: Wiring, source: str | None) -> str:
        ends = {
            name: wiring.branch(name).add(layer, source)
            for name, layer in zip(self.names, self.branches, strict=True)
        }
        kind = Concatenate if self.join == "concatenate" else Add
        return wiring.join(kind(self.names), ends)


@dataclass(frozen=True)
class Concatenate(Layer):
    """The units of several arrays below each other, in the order of their names."""

    names: tuple[str, ...]

    @property
    def shapes(self) -> str:  # type: ignore[override]
        reads = ", ".join(f"{name}: ... n_{name} m" for name in self.names)
        return f"{reads} -> A: ... {'+'.join(f'n_{name}' for name in self.names)} m"

    def forward(self, xp: Namespace, **branches: Array) -> Arrays:
        return {"A": xp.concat([branches[name] for name in self.names], axis=-2)}

    def backward(self, xp: Namespace, dA: Array, **branches: Array) -> Arrays:
        gradients, start = {}, 0
        for name in self.names:
            stop = start + branches[name].shape[-2]
            gradients[f"d{name}"] = dA[..., start:stop, :]
            start = stop
        return gradients


@dataclass(frozen=True)
class Add(Layer):
    """The sum of arrays of one shape."""

    names: tuple[str, ...]

    @property
    def shapes(self) -> str:  # type: ignore[override]
        return ", ".join(f"{name}: ... n m" for name in self.names) + " -> A_sum: ... n m"

    def forward(self, xp: Namespace, **branches: Array) -> Arrays:
        return {"A_sum": sum(branches[name] for name in self.names)}

    def backward(self, xp: Namespace, dA_sum: Array) -> Arrays:
        return {f"d{name}": dA_sum for name in self.names}
