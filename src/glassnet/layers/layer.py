"""The contract of a layer: what every file of this folder states, once.

A layer is a frozen dataclass whose fields are its hyper-parameters. It holds no arrays and draws
no random numbers: parameters, cached values and random masks come in by name and go out by name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from glassnet.domains import Checked
from glassnet.equations import Equation, equations
from glassnet.errors import HyperparameterError
from glassnet.initializers import Initializer

Array: TypeAlias = Any
Arrays: TypeAlias = dict[str, Array]
Namespace: TypeAlias = Any
Draw: TypeAlias = Callable[[Any, tuple[int, ...]], Array]


@dataclass(frozen=True)
class Layer(Checked, ABC):
    """A function of named arrays, with its derivative.

    A layer states

    - ``shapes``, one string such as ``"A: ... n m, W: units n -> Z: ... units m"``: from it
      parameters are allocated, the next layer's input is inferred, arguments are checked, and
      errors and tables are written;
    - ``forward(xp, ...)``: a dict of everything that it computes, by name; what the string names
      behind the arrow is passed on to the next layer;
    - ``backward(xp, ...)``: the gradient of the data that it reads; left out where there is
      none, as of the indices that an embedding reads, and then nothing below the layer can learn;
    - ``gradients(xp, ...)``, where it has parameters: their gradients. It runs before
      ``backward``, and what else it returns is there for ``backward`` to use; ``backward`` runs
      only where somebody needs the gradient of the input, so the first layer saves that product;
    - ``predict(xp, ...)``, where it predicts by another equation than it learns by;
    - a docstring with the same equations (see :mod:`glassnet.equations`).

    The arguments of each method are the arrays that it needs, so its signature also says what
    has to be kept until then; one with a default is left out where there is no such array.
    ``xp`` is the array namespace: NumPy's, or another that follows the
    array API standard and offers ``erf`` beside it. Layers import none. A gradient has the name
    of its array with a ``d`` in front. Inputs and outputs end in (units, examples); m is the
    number of examples.

    The first array of data in ``shapes`` is what the layer before passes on. Every further one,
    such as ``mask: T 1 m``, enters the network under its own name, beside the input:
    ``{"A0": ..., "mask": ...}``; layers of one branch that name the same one share it.

    Some arrays are neither data nor learned by gradients: they are carried on. The statistics of
    a batch normalisation go from batch to batch, the state of a recurrent layer from one piece of
    a sequence to the next. `forward` returns what becomes of one as ``x_next``.
    """

    @property
    @abstractmethod
    def shapes(self) -> str:
        """The axes of what the layer reads and makes; most layers state it as a plain string."""

    @property
    def equations(self) -> Mapping[str, tuple[Equation, ...]]:
        """The equations of the layer, by method: those of the docstring, where nothing else is
        said."""
        return equations(type(self))

    def initializers(self) -> Mapping[str, Initializer | None]:
        """Which of the arrays in ``shapes`` are parameters, and how each one starts.

        None leaves the choice to the activation that follows.
        """
        return {}

    def noise(self) -> Mapping[str, Draw]:
        """Which of the arrays in ``shapes`` are random while training, and how each is drawn."""
        return {}

    def statistics(self) -> tuple[str, ...]:
        """Which of the parameters have no gradient, but are carried on from batch to batch.

        The learning equation makes ``mean_next`` of ``mean``, from a whole batch: an engine never
        splits it. A layer with statistics predicts by an equation that reads them.
        """
        return ()

    def states(self) -> tuple[str, ...]:
        """What is carried on through a sequence: ``("a",)`` where ``shapes`` has an ``a_prev``.

        ``a_prev``, which is left out at the beginning of a sequence, becomes ``a_next`` at the end.
        """
        return ()

    def integers(self) -> Mapping[str, int]:
        """Which of the arrays of data are whole numbers from 0, and below which number they stay:
        the indices of an embedding, the zeros and ones of a mask.

        They enter the network as they are: no layer can make them.
        """
        return {}

    def sizes(self, known: Mapping[str, Any]) -> Mapping[str, int]:
        """Sizes in ``shapes`` that follow from `known` ones by a formula of the layer's own.

        Raises
        ------
        glassnet.shapes.Mismatch
            The formula has no meaning for the known sizes; its text says what would have fitted.
        """
        return {}

    @abstractmethod
    def forward(self, xp: Namespace, *arrays: Array, **named: Array) -> Arrays:
        """What the layer makes, from what it reads."""

    def backward(self, xp: Namespace, *arrays: Array, **named: Array) -> Arrays:
        """The gradient of what the layer reads, from the gradient of what it makes."""
        raise HyperparameterError(
            f"{self} has no gradient of what it reads, which the layers below it need to learn.",
            expected="no layer with parameters below it",
            received="a network in which there is one",
            fix="begin the network, or its branch, with this layer",
        )

    def gradients(self, xp: Namespace, *arrays: Array, **named: Array) -> Arrays:
        """The gradients of the layer's parameters: the mean over the examples."""
        return {}
