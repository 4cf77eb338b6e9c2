"""Compilation: a graph as the native engine takes it, or the reason why it cannot.

Each table has one line for every class that has a kernel (native/src/table.hpp numbers them in
the same order). Only these very classes: a subclass may compute something else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from glassnet.clipping import Clip, ClipNorm, ClipValue
from glassnet.combine import Add, Concatenate
from glassnet.engines.engine import Rule
from glassnet.ensemble import Average
from glassnet.graph import Graph, Node
from glassnet.layers.activations import (
    Exponential,
    Identity,
    LeakyReLU,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from glassnet.layers.dense import Dense
from glassnet.layers.dropout import Dropout
from glassnet.layers.smooth_activations import ELU, GELU, SELU, Mish, SiLU, Softplus
from glassnet.losses.cross_entropies import BinaryCrossEntropy, CategoricalCrossEntropy
from glassnet.losses.quantities import AbsoluteError, Huber, Poisson, Quantile, SquaredError
from glassnet.optimizers import (
    Adam,
    AdamW,
    GradientDescent,
    Momentum,
    Nesterov,
    Optimizer,
    RMSprop,
)
from glassnet.penalties import L1, L2

DENSE, ACTIVATION, DROPOUT, ADD, CONCATENATE, AVERAGE, DUAL = range(7)
_KINDS: Final[dict[type, int]] = {
    Dense: DENSE,
    Dropout: DROPOUT,
    Add: ADD,
    Concatenate: CONCATENATE,
    Average: AVERAGE,
}
_ACTIVATIONS: Final[tuple[type, ...]] = (
    *(Identity, Sigmoid, Tanh, ReLU, LeakyReLU, Softmax, Exponential),
    *(ELU, SELU, Softplus, GELU, SiLU, Mish),
)
_LOSSES: Final[tuple[type, ...]] = (
    *(SquaredError, AbsoluteError, Huber, Quantile, Poisson),
    *(BinaryCrossEntropy, CategoricalCrossEntropy),
)
MANY: Final = 4096
"""Quantiles that a loss of one quantile is given: one for each output unit that there may be."""


def obstacle(graph: Graph) -> str | None:
    """What in the graph has no kernel, in words; None where everything has one."""
    for node in graph.nodes:
        if type(node.layer) not in _KINDS and type(node.layer) not in _ACTIVATIONS:
            return f"{node.layer} has no kernel"
    if type(graph.loss) not in _LOSSES:
        return f"{graph.loss} has no kernel"
    for penalty in graph.penalties:
        if type(penalty) not in (L1, L2):
            return f"{penalty} has no kernel"
    if not graph.parameters:
        return "there is nothing to learn"
    return None


@dataclass(frozen=True)
class Description:
    """The arguments of a compiled program, and the parameters in its order."""

    arguments: tuple[Any, ...]
    names: tuple[str, ...]
    noisy: bool

    @classmethod
    def of(cls, graph: Graph) -> Description:
        """The description of a graph without an obstacle."""
        numbers = {name: number for number, name in enumerate(graph.sources)}
        nodes, names = [], []
        for place, node in enumerate(graph.nodes):
            reads = [numbers[name] for name in node.inputs.values()]
            makes = numbers.setdefault(node.output, len(numbers))
            nodes.append((*_kind(node), reads, makes, place))
            names += [node.parameters[local] for local in ("W", "b") if node.parameters]
        loss = graph.loss
        arguments = (
            [
                (kind, reads, makes, g, value, place)
                for kind, g, value, reads, makes, place in nodes
            ],
            len(graph.sources),
            len(numbers),
            _LOSSES.index(type(loss)),
            graph.canonical,
            getattr(loss, "label_smoothing", 0.0),
            getattr(loss, "delta", 1.0),
            _quantiles(loss),
            float(sum(each.strength for each in graph.penalties if type(each) is L1)),
            float(sum(each.strength for each in graph.penalties if type(each) is L2)),
        )
        return cls(arguments, tuple(names), any(node.noise for node in graph.nodes))

    @classmethod
    def linear(cls) -> Description:
        """W X + b, without a loss to speak of."""
        dense = (DENSE, [0], 1, 0, 0.0, 0)
        return cls(([dense], 1, 2, 0, False, 0.0, 1.0, [], 0.0, 0.0), ("W", "b"), noisy=False)

    def dual(self) -> Description:
        """The same network with its first layer in its dual form, which reads K and Z°."""
        (dense, *others), _, values, *rest = self.arguments

        def after(node: tuple[Any, ...]) -> tuple[Any, ...]:
            kind, reads, makes, *number = node
            return (kind, [value + 1 for value in reads], makes + 1, *number)

        first = (DUAL, [0, 1], *after(dense)[2:])
        nodes = [first, *map(after, others)]
        return replace(self, arguments=(nodes, 2, values + 1, *rest))


def _kind(node: Node) -> tuple[int, int, float]:
    """The kind of a node, its activation and its number: slope, alpha or rate."""
    layer: Any = node.layer
    if type(layer) in _KINDS:
        return _KINDS[type(layer)], 0, float(getattr(layer, "rate", 0.0))
    value = getattr(layer, "slope", getattr(layer, "alpha", 0.0))
    return ACTIVATION, _ACTIVATIONS.index(type(layer)), float(value)


def _quantiles(loss: object) -> list[float]:
    if not isinstance(loss, Quantile):
        return []
    several = loss.quantile
    return list(several) if isinstance(several, tuple) else [several] * MANY


_RULES: Final[dict[type[Optimizer], int]] = {
    GradientDescent: 0,
    Momentum: 1,
    Nesterov: 2,
    RMSprop: 3,
    Adam: 4,
    AdamW: 4,
}


@dataclass(frozen=True)
class CompiledRule:
    """An update rule in numbers: β₁, β₂, ε, decay; the limits of clipping; the β of the mean."""

    rule: int
    settings: tuple[float, float, float, float]
    limit: float
    limit_norm: float
    average: float

    @classmethod
    def of(cls, rule: Rule) -> CompiledRule | None:
        """The numbers of a rule; None where it is none of the library's own."""
        optimizer: Any = rule.optimizer
        clip: Clip | None = rule.clip
        if type(optimizer) not in _RULES or type(clip) not in (type(None), ClipNorm, ClipValue):
            return None
        beta = getattr(optimizer, "beta", 0.0)
        squares = type(optimizer) is RMSprop
        settings = (
            getattr(optimizer, "beta_1", 0.0 if squares else beta),
            getattr(optimizer, "beta_2", beta if squares else 0.0),
            getattr(optimizer, "epsilon", 0.0),
            getattr(optimizer, "weight_decay", 0.0),
        )
        limit = clip.limit if isinstance(clip, ClipValue) else 0.0
        limit_norm = clip.limit if isinstance(clip, ClipNorm) else 0.0
        average = rule.average.beta if rule.average else -1.0
        return cls(_RULES[type(optimizer)], settings, limit, limit_norm, average)
