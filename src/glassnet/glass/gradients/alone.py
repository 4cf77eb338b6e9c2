"""A layer or a loss by itself, on numbers that are drawn where none are given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from glassnet.admission import Inputs, Parameters, admit_inputs
from glassnet.arrays import FloatArray, as_data
from glassnet.errors import DataError, HyperparameterError
from glassnet.glass.gradients.causes import axis_cause, simple_cause, slope_cause, stale_cause
from glassnet.glass.gradients.comparison import Comparison, GradientCheck, compare
from glassnet.glass.gradients.differences import chosen_entries
from glassnet.glass.gradients.local import Limits, Local
from glassnet.graph import Node, gradient_name
from glassnet.initializers import Normal
from glassnet.layers.layer import Layer
from glassnet.losses.loss import Loss
from glassnet.losses.quantities import SquaredError
from glassnet.namespace import numpy_namespace as xp
from glassnet.network import Network
from glassnet.seeds import seed_source
from glassnet.shapes import EXAMPLES, LEADING, parse

M: Final = 7
PRIMES: Final = (11, 5, 3, 13)


def check_layer(layer: Layer, X: Inputs | None, limits: Limits) -> GradientCheck:
    """The layer's own gradients, for random gradients of what it makes."""
    network = Network([layer], SquaredError())
    (node,) = network.graph.nodes
    inputs = admit_inputs(network.graph, _drawn_inputs(node, limits.seed) if X is None else X)
    inputs = in_float64(inputs)
    values: dict[str, Any] = {**drawn_parameters(network, inputs, limits.seed), **inputs}
    values |= node.draw(seed_source(limits.seed), values)
    node.call("forward", xp, {**values, **{name: X[..., ::-1] for name, X in inputs.items()}})
    made = node.call("forward", xp, values)
    letters = _own_letters(node)
    local = Local.of(node, values | made, None, limits, letters)
    comparisons = tuple(replace(each, name=letters[each.name]) for each in local.compare())
    if not comparisons:
        raise HyperparameterError(
            f"{layer} has no gradient to check: it has no parameters, and no `backward`.",
            fix="check the layers behind it",
        )
    causes = tuple(layer_causes(local))
    return GradientCheck(repr(layer), comparisons, limits.tolerance, causes)


def layer_causes(local: Local) -> Iterator[str]:
    """What is wrong with one layer, as it stands in its place."""
    wrong = [each for each in local.compare() if not each.right]
    stale = stale_cause(local, wrong)
    if stale:
        yield stale
        return
    made = local.backward(local.forward(local.values))
    for each in wrong:
        name = local.called(each.name)
        yield (
            simple_cause(each, made.get(each.name), local.m, local.limits.tolerance, name)
            or axis_cause(local, each.name, made.get(each.name))
            or slope_cause(local, each)
            or f"{name} of {local.node.layer} is explained by nothing that was tried: compare its "
            "equation with that of `forward`"
        )


def check_loss(loss: Loss, A: Any, Y: ArrayLike | None, limits: Limits) -> GradientCheck:
    """∂L/∂A, and for the canonical activation ∂L/∂Z, against differences of L."""
    random = np.random.default_rng(limits.seed)
    Z = random.standard_normal((PRIMES[0], M))
    if A is None:
        A = _outputs(loss, Z)
    A = as_data("A", A).astype(np.float64)
    Y = _labels(loss, random, A.shape) if Y is None else as_data("Y", Y).astype(np.float64)
    loss.check(xp, Y)
    points = [("dA", A, lambda A: loss.each(xp, A, Y), loss.dA(xp, A, Y))]
    if loss.canonical is not None:
        Z = random.standard_normal(A.shape)
        own = loss.dZ(xp, loss.canonical().g(xp, Z), Y)
        points.append(("dZ", Z, lambda Z: loss.each_from_Z(xp, Z, Y), own))
    comparisons, causes = [], []
    for name, point, each, given in points:
        compared = _slopes_of(name, point, each, given, limits)
        comparisons.append(compared)
        if not compared.right:
            causes.append(
                simple_cause(compared, given, A.shape[-1], limits.tolerance, name)
                or f"{name} of {loss} is not the derivative of "
                f"{'each_from_Z' if name == 'dZ' else 'each'}, by nothing that was tried"
            )
    return GradientCheck(repr(loss), tuple(comparisons), limits.tolerance, tuple(causes))


def in_float64(inputs: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """The data in float64; whole numbers, such as indices, stay what they are."""
    return {
        name: X if X.dtype.kind in "iub" else X.astype(np.float64) for name, X in inputs.items()
    }


def drawn_parameters(network: Network, inputs: Mapping[str, FloatArray], seed: int) -> Parameters:
    """Random parameters, biases too: at zero a wrong gradient of b could hide."""
    shapes = {name: X.shape[:-1] for name, X in inputs.items()}
    start = network.initialize(shapes, seed, scheme=Normal(0.5))
    random = np.random.default_rng([seed, 2])
    carried_on = {name for node in network.graph.nodes for name in node.statistics}
    return {
        name: W if name in carried_on else W + 0.3 * random.standard_normal(W.shape)
        for name, W in start.items()
    }


def _slopes_of(
    name: str, point: FloatArray, each: Callable[[Any], Any], given: Any, limits: Limits
) -> Comparison:
    random = np.random.default_rng(limits.seed)
    looked_at = chosen_entries(point.shape, limits.most, random)
    return compare(
        name, given, lambda A: float(np.sum(each(A))), point, looked_at, limits.tolerance
    )


def _drawn_inputs(node: Node, seed: int) -> dict[str, Any]:
    """Random data of the axes that the layer's shape string names, each a prime of its own."""
    random, primes = np.random.default_rng(seed), iter(PRIMES)
    sizes: dict[str, int] = {EXAMPLES: M}
    drawn: dict[str, Any] = {}
    for local, source in node.inputs.items():
        axes = [axis for axis in parse(node.layer.shapes).reads[local] if axis != LEADING]
        for axis in axes:
            if axis not in sizes:
                sizes[axis] = int(axis) if axis.isdigit() else next(primes)
        shape, below = [sizes[axis] for axis in axes], node.layer.integers().get(local)
        drawn[source] = (
            random.standard_normal(shape) if below is None else random.integers(0, below, shape)
        )
    return drawn


def _own_letters(node: Node) -> dict[str, str]:
    """The names in the graph → the layer's own letters, gradients too."""
    arrays = [*node.signature.reads, *node.signature.makes]
    letters = {node.name(local): local for local in arrays}
    return letters | {gradient_name(name): f"d{local}" for name, local in letters.items()}


def _outputs(loss: Loss, Z: FloatArray) -> FloatArray:
    """Outputs that the loss can take: those of its canonical activation, or Z held in bounds."""
    if loss.canonical is not None:
        return np.asarray(loss.canonical().g(xp, Z))
    low, high = loss.low, loss.high
    if np.isfinite(low) and np.isfinite(high):
        return np.asarray(low + (high - low) / (1 + np.exp(-Z)))
    return low + np.exp(Z) if np.isfinite(low) else Z


def _labels(loss: Loss, random: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    """Labels that the loss can take: any numbers, else counts, else one-hot columns."""
    one_hot = np.zeros(shape)
    one_hot[..., random.integers(0, shape[-2], shape[-1]), np.arange(shape[-1])] = 1
    for labels in (random.standard_normal(shape), random.poisson(2.0, shape).astype(float)):
        try:
            loss.check(xp, labels)
        except DataError:
            continue
        return labels
    return one_hot
