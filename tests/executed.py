"""Executes the equations of a docstring."""

import ast
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from itertools import groupby
from types import GeneratorType
from typing import Any

import numpy as np

from glassnet.equations import Equation
from glassnet.namespace import numpy_namespace as xp


def _total(values: Any, **axis: Any) -> Any:
    """The sum over an axis, or of one array for each time or offset."""
    return reduce(np.add, values) if isinstance(values, GeneratorType) else np.sum(values, **axis)


def _largest(values: Any, axis: Any = None) -> Any:
    return reduce(np.maximum, values) if isinstance(values, GeneratorType) else np.max(values, axis)


WORDS = {
    "abs": np.abs,
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
    "sin": np.sin,
    "cos": np.cos,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "maximum": np.maximum,
    "minimum": np.minimum,
    "sign": np.sign,
    "where": np.where,
    "sum": _total,
    "max": _largest,
    "mean": np.mean,
    "sqrt": np.sqrt,
    "erf": xp.erf,
    "pi": np.pi,
    "concat": lambda *arrays: np.concatenate(arrays, axis=-2),
    "product": lambda letters, *arrays: np.einsum(letters.replace(" ", ""), *arrays),
}


class Series:
    """An array by its first axis, the time: zero behind the last one, `begin` before the first."""

    def __init__(self, values: Any, zero: Any, begin: Any = None) -> None:
        self.values, self.zero = values, zero
        self.begin = zero if begin is None else begin

    def __getitem__(self, t: int) -> Any:
        if 0 <= t < len(self.values):
            return self.values[t]
        return self.zero if t > 0 else self.begin


def executed(
    stated: Iterable[Equation], names: Mapping[str, Any], backward: bool = False
) -> dict[str, Any]:
    """`names`, and what the equations make of them, one after the other.

    Those that hold for every time are executed together, time after time, or back from the last;
    one that holds for every offset of a kernel is put together from all.
    """
    names = WORDS | dict(names)
    for timed, equations in groupby(stated, key=lambda equation: equation.index == "t"):
        if timed:
            names |= _each_time(list(equations), names, backward)
            continue
        for equation in equations:
            each = _each_offset if equation.index else _value
            names[equation.target] = each(equation, names)
    return names


def _each_offset(equation: Equation, names: Mapping[str, Any]) -> Any:
    offsets = names["offsets"]
    each = [_value(equation, {**names, equation.index: offset}) for offset in offsets]
    return np.reshape(each, (*np.max(offsets, axis=0) + 1, *each[0].shape))


def _each_time(
    equations: Sequence[Equation], names: Mapping[str, Any], backward: bool
) -> dict[str, Any]:
    times, zero = names["times"], np.zeros((names["units"], names["m"]))
    made: dict[str, list[Any]] = {equation.target: [None] * len(times) for equation in equations}
    series = {
        name: Series(values, zero, names.get(f"{name}_prev")) for name, values in made.items()
    }
    for t in times[::-1] if backward else times:
        for equation in equations:
            made[equation.target][t] = _value(equation, {**names, **series, "t": t})
    return {name: np.stack(values) for name, values in made.items()}


def _value(equation: Equation, names: Mapping[str, Any]) -> Any:
    """What the equation gives; arrays that it asks for a time are series."""
    asked = {
        node.value.id
        for node in ast.walk(equation.expression)
        if isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and ast.unparse(node.slice)[0] == "t"
    }
    series = {
        name: Series(names[name], np.zeros_like(names[name][0]), names.get(f"{name}_prev"))
        for name in asked
        if not isinstance(names[name], Series)
    }
    code = compile(ast.Expression(equation.expression), equation.target, "eval")
    return eval(code, {"__builtins__": {}, **names, **series})
