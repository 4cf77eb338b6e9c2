"""Why a gradient is wrong: what would explain it is tried, and what makes it right is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.glass.gradients.comparison import Comparison
from glassnet.glass.gradients.local import Local
from glassnet.graph import gradient_name
from glassnet.layers.activation import Activation
from glassnet.layers.activations import ReLU, Sigmoid, Tanh
from glassnet.namespace import numpy_namespace as xp
from glassnet.notation import number


def simple_cause(wrong: Comparison, given: Any, m: int, tolerance: float, name: str) -> str | None:
    """What has to be done to the whole array to make it right, where that is one thing.

    `name` is how the text calls the array.
    """
    mean = f"(1/m) with m = {m}"
    if given is None:
        return f"{name} is not among the gradients: return it under its name"
    given = np.asarray(given)
    tried: list[tuple[Callable[[], Any], str]] = [
        (lambda: given / m, f"the 1/m is missing: {name} is m = {m} times too large"),
        (lambda: given * m, f"{mean} stands there once too often: {name} is m times too small"),
        (lambda: -given, f"the sign: −{name} is right"),
        (lambda: given.T, f"{name} is transposed: {name}ᵀ has the right numbers"),
        (lambda: given.T / m, f"{name} is transposed, and the 1/m is missing"),
        (lambda: -given / m, f"the sign, and the 1/m is missing: −(1/m) {name} is right"),
        (lambda: 2 * given, f"a factor 2 is missing: {name} is half of what it has to be"),
        (lambda: given / 2, f"a factor 2 too much: {name} is twice what it has to be"),
        (
            lambda: given.sum(axis=-1, keepdims=True),
            f"the sum over the examples is missing: sum({name}, axis=-1, keepdims=True) is right",
        ),
        (
            lambda: given.sum(axis=-1, keepdims=True) / m,
            "the sum over the examples is missing: "
            f"sum({name}, axis=-1, keepdims=True) / m is right",
        ),
        (
            lambda: given.reshape(-1, 1),
            f"keepdims is missing: {name}.reshape(-1, 1) has the right numbers",
        ),
        (
            lambda: given.sum(axis=tuple(range(given.ndim - 2))),
            f"the sum over the leading axes is missing: {name} is one matrix for each position",
        ),
    ]
    for candidate, cause in tried:
        if wrong.explained_by(candidate, tolerance):
            return cause
    if not given.any():
        return f"{name} is zero everywhere: it is never computed, or what it is made of is cut off"
    return _factor(wrong, given, tolerance, name)


def _factor(wrong: Comparison, given: FloatArray, tolerance: float, name: str) -> str | None:
    """One factor that is the same in every entry."""
    index = max(wrong.numeric, key=lambda at: abs(wrong.numeric[at]))
    if given.shape == () or len(index) != given.ndim:
        return None
    try:
        factor = float(given[index]) / wrong.numeric[index]
    except (IndexError, ZeroDivisionError):
        return None
    if factor and np.isfinite(factor) and wrong.explained_by(lambda: given / factor, tolerance):
        return f"{name} is {number(factor)} times too large in every entry"
    return None


def axis_cause(local: Local, name: str, given: FloatArray | None) -> str | None:
    """Whether a gradient is the sum over the units, where the sum over the examples belongs."""
    over_units = local.dA.sum(axis=-2).squeeze()
    own = np.squeeze(np.asarray(given))
    rtol = 10 * local.limits.tolerance
    if given is None or not own.shape or own.shape != over_units.shape:
        return None
    sums = (over_units, over_units / local.m)
    if any(np.allclose(own, each, rtol=rtol, atol=1e-12) for each in sums):
        dZ = local.called(gradient_name(local.node.output))
        return (
            f"the sum is over the wrong axis: {local.called(name)} is "
            f"sum({dZ}, axis=-1, keepdims=True) / m, over the examples"
        )
    return None


def slope_cause(local: Local, wrong: Comparison) -> str | None:
    """What an activation took for its g′: one of the usual other formulas, or none of them."""
    layer = local.node.layer
    if not isinstance(layer, Activation) or not wrong.numeric:
        return None
    values = local.forward(local.values)
    (source,) = local.node.inputs.values()
    Z, A = values[source], values[local.node.output]
    dZ = local.backward(values).get(gradient_name(source))
    if dZ is None or dZ.shape != Z.shape:
        return None
    names = (source, local.node.output)
    z, a, dz, da = map(local.called, (*names, *map(gradient_name, names)))
    for formula, slope in _slopes(layer, Z, A).items():
        if np.allclose(dZ, local.dA * slope, rtol=10 * local.limits.tolerance, atol=1e-12):
            formula = formula.replace("Z", z).replace("A", a)
            return f"{dz} = {da} ∗ g′({z}): {layer} takes {formula}"
    at, differences = wrong.at, wrong.differences
    if not wrong.at or not local.dA[at]:
        return f"{dz} = {da} ∗ g′({z}): {layer} has another g′ than its g has"
    factor = local.dA[at]
    return (
        f"{dz} = {da} ∗ g′({z}): g′ of {layer} is not the derivative of its g; at z = "
        f"{number(Z[at])} it is {number(wrong.backward / factor)}, and the differences of g give "
        f"{number(differences / factor)}"
    )


def _slopes(layer: Activation, Z: FloatArray, A: FloatArray) -> Mapping[str, Any]:
    """What is often taken for g′, by how it is called; those that are g′ itself do not matter."""
    step = 1e-6
    with np.errstate(all="ignore"):
        at_A = (np.asarray(layer.g(xp, A + step)) - layer.g(xp, A - step)) / (2 * step)
        return {
            "1 for g′: the factor is missing": np.ones_like(Z),
            "g(Z) itself for g′(Z)": A,
            "g′(A) for g′(Z): the derivative is taken at A": at_A,
            "the derivative of the sigmoid, A (1 − A)": A * (1 - A),
            "the derivative of the sigmoid at Z, σ(Z) (1 − σ(Z))": Sigmoid().g_prime(
                xp, Z, Sigmoid().g(xp, Z)
            ),
            "Z (1 − Z): the formula of the sigmoid wants A in it": Z * (1 - Z),
            "the derivative of tanh, 1 − A²": 1 - A**2,
            "the derivative of tanh at Z, 1 − tanh²(Z)": Tanh().g_prime(xp, Z, np.tanh(Z)),
            "1 − Z²: the formula of tanh wants A in it": 1 - Z**2,
            "1 − A: the formula of tanh has A² there": 1 - A,
            "the derivative of ReLU, 1 where Z > 0": ReLU().g_prime(xp, Z, A),
            "Z for g′(Z)": Z,
        }


def stale_cause(local: Local, wrong: Sequence[Comparison]) -> str | None:
    """Whether the layer remembers a forward pass, instead of taking what it is given."""
    layer = local.node.layer
    if local.remembers():
        return (
            f"{layer} keeps values of its own: another batch between forward and backward changes "
            "its gradients; take what `backward` and `gradients` are given"
        )
    if any(each.fault for each in wrong):
        return None
    if wrong:
        before = {each.name: each for each in local.compare_with_the_batch_before()}
        if before[wrong[0].name].right:
            return (
                f"a stale cache: {local.called(wrong[0].name)} is right for the batch that {layer} "
                "saw before, and not for this one; take what `backward` and `gradients` are given"
            )
    if local.minds_the_order():
        return (
            f"a stale cache: {layer} gives the same examples other gradients when they come in "
            "another order; take what `backward` and `gradients` are given"
        )
    return None
