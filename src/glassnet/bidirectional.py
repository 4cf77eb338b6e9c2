"""Two recurrent layers side by side, which read a sequence from both ends."""

from __future__ import annotations

from dataclasses import dataclass, replace

from glassnet.combine import Concatenate, join
from glassnet.errors import HyperparameterError
from glassnet.graph import Combinator, Wiring
from glassnet.layers.recurrent import Recurrent


@dataclass(frozen=True)
class Bidirectional(Combinator):
    """A recurrent layer, and below its units those of a second one that reads from the end.

    The two have numbers and parameters of their own.

    Parameters
    ----------
    layer : Recurrent
        The first of the two.

    Raises
    ------
    HyperparameterError
        The layer itself reads from the end.

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network([Bidirectional(gn.SimpleRNN(3)), gn.Dense(1)], gn.SquaredError())
    >>> list(network.initialize((7, 2)))
    ['Waa1', 'Wax1', 'ba1', 'Waa2', 'Wax2', 'ba2', 'W3', 'b3']

    Source: Schuster, Paliwal, "Bidirectional recurrent neural networks" (1997).
    """

    layer: Recurrent

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.layer.reverse:
            raise HyperparameterError(
                "The 'layer' parameter of Bidirectional must be a layer that reads forward. "
                f"Got {self.layer} instead.",
                fix="leave reverse out: the second layer has it",
            )

    def wire(self, wiring: Wiring, source: str | None) -> str:
        source = source or wiring.entrance()
        both = (self.layer, replace(self.layer, reverse=True))
        return join(Concatenate, wiring, [wiring.add(layer, source) for layer in both])
