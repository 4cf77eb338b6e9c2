"""An ensemble: several networks as one, whose outputs are averaged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from glassnet.combine import AnyLayer, Joint, join
from glassnet.equations import Equation, read
from glassnet.errors import HyperparameterError
from glassnet.graph import Combinator, Wiring
from glassnet.layers.layer import Array, Arrays, Namespace


@dataclass(frozen=True)
class Ensemble(Combinator):
    """Members that read the same input, and whose outputs are averaged: one network of several.

    A_mean = (A_1 + ... + A_k) / k

    Errors that the members do not share cancel. Members are usually trained one by one, each as
    a network of its own; `parameters` then puts together what they have learnt. Their arrays
    begin with ``member1.``, ``member2.``, ....

    Parameters
    ----------
    members : sequence of Layer or Combinator
        One or more; what each passes on has the same shape. Kept as a tuple.

    Raises
    ------
    HyperparameterError
        There is no member.

    Examples
    --------
    >>> import glassnet as gn
    >>> member = gn.Chain([gn.Dense(1), gn.Sigmoid()])
    >>> ensemble = Ensemble([member, member])
    >>> network = gn.Network([ensemble], loss=gn.BinaryCrossEntropy())
    >>> calm, sure = {"W1": [[1.0]], "b1": [[0.0]]}, {"W1": [[3.0]], "b1": [[0.0]]}
    >>> network.predict(ensemble.parameters([calm, sure]), [[0.0, 1.0]]).round(3)
    array([[0.5  , 0.842]])

    Source: Hansen, Salamon, "Neural network ensembles" (1990); Lakshminarayanan, Pritzel,
    Blundell, "Simple and scalable predictive uncertainty estimation using deep ensembles" (2017).
    """

    members: Sequence[AnyLayer]

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.members:
            raise HyperparameterError(
                "Ensemble needs at least one member. Got none.",
                fix="pass e.g. Ensemble([member] * 4)",
            )

    def parameters(self, members: Sequence[Mapping[str, Array]]) -> Arrays:
        """The members' own parameters, under the names that they have in the ensemble.

        Parameters
        ----------
        members : sequence of dict of str to array
            Of each member, in their order: what a network of that member alone has learnt.

        Returns
        -------
        dict of str to array

        Raises
        ------
        HyperparameterError
            There are more or fewer of them than members.
        """
        if len(members) != len(self.members):
            raise HyperparameterError(
                f"Parameters of {len(members)} networks do not fit an ensemble of "
                f"{len(self.members)}.",
                expected="parameters of each member, in their order",
                received=f"{len(members)} of them",
                fix="build the ensemble of as many members as were trained",
            )
        return {
            f"{name}.{own}": array
            for name, parameters in zip(self._names, members, strict=True)
            for own, array in parameters.items()
        }

    def wire(self, wiring: Wiring, source: str | None) -> str:
        ends = [
            wiring.member(name).add(member, source)
            for name, member in zip(self._names, self.members, strict=True)
        ]
        return join(Average, wiring, ends)

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(f"member{number}" for number in range(1, len(self.members) + 1))


@dataclass(frozen=True)
class Average(Joint):
    """The mean of arrays of one shape: between probabilities it is a probability."""

    @property
    def shapes(self) -> str:
        return ", ".join(f"{letter}: ... n m" for letter in self.letters) + " -> A_mean: ... n m"

    @property
    def equations(self) -> Mapping[str, tuple[Equation, ...]]:
        backward = [f"d{letter} = dA_mean / {self.arrays}" for letter in self.letters]
        return {
            "forward": read(f"A_mean = ({' + '.join(self.letters)}) / {self.arrays}"),
            "backward": read("\n".join(backward)),
        }

    def forward(self, xp: Namespace, **arrays: Array) -> Arrays:
        return {"A_mean": sum(arrays[letter] for letter in self.letters) / self.arrays}

    def backward(self, xp: Namespace, dA_mean: Array) -> Arrays:
        return {f"d{letter}": dA_mean / self.arrays for letter in self.letters}
