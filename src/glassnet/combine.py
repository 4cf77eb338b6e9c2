"""Layers made of layers: in a row, side by side, around a short cut."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from glassnet.domains import Count
from glassnet.equations import Equation, read
from glassnet.errors import HyperparameterError, shown
from glassnet.graph import INPUT, Combinator, Wiring
from glassnet.layers.layer import Array, Arrays, Layer, Namespace

AnyLayer: TypeAlias = Layer | Combinator
Join: TypeAlias = Literal["concatenate", "add", "multiply"]


@dataclass(frozen=True)
class Chain(Combinator):
    """Layers in a row, as one.

    Parameters
    ----------
    layers : sequence of Layer or Combinator
        From the input to the output; kept as a tuple.

    Examples
    --------
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

    Parameters
    ----------
    layers : sequence of Layer or Combinator
        What the short cut goes around, in order; kept as a tuple.

    Examples
    --------
    >>> from glassnet import Dense, Tanh
    >>> Residual([Dense(3), Tanh()]).layers
    (Dense(units=3), Tanh())

    Source: He, Zhang, Ren, Sun, "Deep residual learning for image recognition" (2016).
    """

    layers: Sequence[AnyLayer]

    def wire(self, wiring: Wiring, source: str | None) -> str:
        source = source or wiring.entrance()
        return join(Add, wiring, [source, Chain(self.layers).wire(wiring, source)])


@dataclass(frozen=True, init=False)
class Parallel(Combinator):
    """Named branches side by side, joined at their ends: the course's hybrid networks.

    At the entrance of a network every branch has an input of its own, and the data are a dict
    with the branches' names; further inside, all branches read the same array.

    Parameters
    ----------
    **branches : Layer or Combinator
        The branches, by name.
    join : {"concatenate", "add", "multiply"}
        Whether the units of the branches stand below each other, are summed or are multiplied.

    Attributes
    ----------
    names : tuple of str
        Of the branches, in their order.
    branches : tuple of Layer or Combinator
        The same branches, without their names.

    Raises
    ------
    HyperparameterError
        There is no branch, one is no layer, or the name of one cannot be used.

    Examples
    --------
    >>> from glassnet import Dense
    >>> Parallel(image=Dense(3), table=Dense(2), join="concatenate").names
    ('image', 'table')
    """

    names: tuple[str, ...]
    branches: tuple[AnyLayer, ...]
    join: Join

    def __init__(self, /, *, join: Join, **branches: AnyLayer) -> None:
        object.__setattr__(self, "names", tuple(branches))
        object.__setattr__(self, "branches", tuple(branches.values()))
        object.__setattr__(self, "join", join)
        for name, layer in branches.items():
            if isinstance(layer, list | tuple):
                raise HyperparameterError(
                    f"The branch {shown(name)} of Parallel is a {type(layer).__name__}.",
                    expected="a Layer, or a Combinator such as Chain",
                    received=shown(layer),
                    fix=f"put the layers in a row: {name}=Chain([...])",
                )
        self.__post_init__()
        wrong = [name for name in branches if not name.isidentifier() or name == INPUT]
        if wrong or not branches:
            raise HyperparameterError(
                "Parallel needs at least one branch. Got none."
                if not branches
                else f"A branch of Parallel cannot be called {shown(wrong[0])}.",
                expected=f"Python names other than {INPUT}, the input without branches",
                fix="name the branches, e.g. Parallel(image=..., table=..., join='concatenate')",
            )

    def wire(self, wiring: Wiring, source: str | None) -> str:
        ends = [
            wiring.branch(name).add(layer, source)
            for name, layer in zip(self.names, self.branches, strict=True)
        ]
        return join(JOINTS[self.join], wiring, ends)


@dataclass(frozen=True)
class Joint(Layer):
    """What joins several arrays: they are numbered, A_1, A_2, ..., so that a branch may be called
    as it likes."""

    arrays: Count

    @property
    def letters(self) -> tuple[str, ...]:
        return tuple(f"A_{number}" for number in range(1, self.arrays + 1))


@dataclass(frozen=True)
class Concatenate(Joint):
    """The units of several arrays below each other, in their order."""

    @property
    def shapes(self) -> str:
        numbers = range(1, self.arrays + 1)
        reads = ", ".join(f"A_{number}: ... n_{number} m" for number in numbers)
        return f"{reads} -> A: ... {'+'.join(f'n_{number}' for number in numbers)} m"

    @property
    def equations(self) -> Mapping[str, tuple[Equation, ...]]:
        return {"forward": read(f"A = concat({', '.join(self.letters)})")}

    def forward(self, xp: Namespace, **arrays: Array) -> Arrays:
        return {"A": xp.concat([arrays[letter] for letter in self.letters], axis=-2)}

    def backward(self, xp: Namespace, dA: Array, **arrays: Array) -> Arrays:
        gradients, start = {}, 0
        for letter in self.letters:
            stop = start + arrays[letter].shape[-2]
            gradients[f"d{letter}"] = dA[..., start:stop, :]
            start = stop
        return gradients


@dataclass(frozen=True)
class Add(Joint):
    """The sum of arrays of one shape."""

    @property
    def shapes(self) -> str:
        return ", ".join(f"{letter}: ... n m" for letter in self.letters) + " -> A_sum: ... n m"

    @property
    def equations(self) -> Mapping[str, tuple[Equation, ...]]:
        backward = [f"d{letter} = dA_sum" for letter in self.letters]
        return {
            "forward": read(f"A_sum = {' + '.join(self.letters)}"),
            "backward": read("\n".join(backward)),
        }

    def forward(self, xp: Namespace, **arrays: Array) -> Arrays:
        return {"A_sum": sum(arrays[letter] for letter in self.letters)}

    def backward(self, xp: Namespace, dA_sum: Array) -> Arrays:
        return {f"d{letter}": dA_sum for letter in self.letters}


@dataclass(frozen=True)
class Multiply(Joint):
    """The product of arrays of one shape, number by number."""

    @property
    def shapes(self) -> str:
        return ", ".join(f"{letter}: ... n m" for letter in self.letters) + " -> A_product: ... n m"

    @property
    def equations(self) -> Mapping[str, tuple[Equation, ...]]:
        backward = [
            " * ".join([f"d{letter} = dA_product", *(x for x in self.letters if x != letter)])
            for letter in self.letters
        ]
        return {
            "forward": read(f"A_product = {' * '.join(self.letters)}"),
            "backward": read("\n".join(backward)),
        }

    def forward(self, xp: Namespace, **arrays: Array) -> Arrays:
        return {"A_product": math.prod(arrays[letter] for letter in self.letters)}

    def backward(self, xp: Namespace, dA_product: Array, **arrays: Array) -> Arrays:
        return {
            f"d{letter}": math.prod(
                (arrays[other] for other in self.letters if other != letter), start=dA_product
            )
            for letter in self.letters
        }


JOINTS: Final[Mapping[str, type[Joint]]] = {
    "concatenate": Concatenate,
    "add": Add,
    "multiply": Multiply,
}


def join(kind: type[Joint], wiring: Wiring, ends: Sequence[str]) -> str:
    """Connect a joint to the ends of several branches; return the name of its output."""
    joint = kind(len(ends))
    return wiring.join(joint, dict(zip(joint.letters, ends, strict=True)))
