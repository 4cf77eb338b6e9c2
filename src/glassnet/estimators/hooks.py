"""What each kind of estimator says of itself, for the flow that all of them share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from glassnet.estimators.assembly import AnyLayer
from glassnet.estimators.parameters import Parameters
from glassnet.estimators.rows import Rows
from glassnet.estimators.targets import Target
from glassnet.losses.loss import Loss
from glassnet.network import Network


class Hooks(Parameters):
    """Which layers an estimator has, and what its target is."""

    @abstractmethod
    def _layers(self) -> Sequence[AnyLayer]:
        """The layers that the parameters ask for."""

    @abstractmethod
    def _is_whole(self, layers: Sequence[AnyLayer]) -> bool:
        """Whether these layers are the whole network, its output among them."""

    @abstractmethod
    def _values(self, y: Any, axes: int = 0) -> NDArray[Any]:
        """y as an array that this kind of estimator can learn, with so many axes of places."""

    @abstractmethod
    def _understand(
        self, y: NDArray[Any], *, again: bool, stream: bool = False, classes: Any = None
    ) -> None:
        """Learn what y is made of, before its network is built."""

    @abstractmethod
    def _check_warm(self, y: NDArray[Any]) -> None:
        """Refuse y that the network of the last fit cannot go on with."""

    @abstractmethod
    def _loss(self, layers: Sequence[AnyLayer]) -> Loss:
        """The loss that belongs to the target, or the one that was asked for."""

    @abstractmethod
    def _made(self, loss: Loss) -> tuple[tuple[int, ...], str]:
        """The output that the target asks for, (units,) or (T, units), and why, in words."""

    @abstractmethod
    def _target_of(self, rows: Rows, network: Network) -> Target:
        """The target of a new network."""

    @abstractmethod
    def _usual_target(self, rows: Rows) -> Target:
        """The target of these rows behind the output that usually belongs to it."""

    @abstractmethod
    def _weighted(self, rows: Rows, *, held: bool) -> Rows:
        """The rows with the weights of their classes, where they have such."""
