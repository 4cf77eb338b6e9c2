"""The equations of a docstring, executed as Python."""

import ast
import builtins
from dataclasses import fields
from itertools import groupby
from types import GeneratorType

import numpy as np

from glassnet.namespace import numpy_namespace as xp
from glassnet.shapes import match, parse

# Klambauer and others (2017), equation 14.
CONSTANTS = {"SELU": {"scale": 1.0507009873554804934, "alpha": 1.6732632423543772848}}


class Series:
    """An array by its first axis, the time: zero behind the last one, `begin` before the first."""

    def __init__(self, values, zero, begin=None):
        self.values, self.zero = values, zero
        self.begin = zero if begin is None else begin

    def __getitem__(self, t):
        if 0 <= t < len(self.values):
            return self.values[t]
        return self.zero if t > 0 else self.begin


def total(array, **axis):
    """The sum over an axis, or of one array for each time."""
    return builtins.sum(array) if isinstance(array, GeneratorType) else np.sum(array, **axis)


WORDS = {
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "sin": np.sin,
    "cos": np.cos,
    "maximum": np.maximum,
    "where": np.where,
    "sum": total,
    "mean": np.mean,
    "sqrt": np.sqrt,
    "erf": xp.erf,
    "pi": np.pi,
    "concat": lambda *arrays: np.concatenate(arrays, axis=-2),
    "product": lambda letters, *arrays: np.einsum(letters.replace(" ", ""), *arrays),
}


def names_for(layer, values):
    """What the equations of a layer may speak of: its arrays, its fields, sizes, functions."""
    sizes = {}
    for name, axes in parse(layer.shapes).reads.items():
        sizes = match(axes, values[name].shape, sizes | own_sizes(layer))
    own = {field.name: getattr(layer, field.name) for field in fields(layer)}
    names = WORDS | CONSTANTS.get(type(layer).__name__, {}) | sizes | own | values
    if "T" in sizes:
        T, n = sizes["T"], sizes["n"]
        names |= {"times": range(T), "t": np.arange(T)[:, None, None], "k": np.arange(n)[:, None]}
    if "units" in own:
        units = own["units"]
        names |= {"first": lambda x: x[:units], "rest": lambda x: x[units:]}
    if "symbols" in own:
        names["one_hot"] = lambda A: (np.arange(own["symbols"])[:, None] == A).astype(float)
    if "heads" in own:
        names["split"] = lambda X: np.stack(np.split(X, own["heads"], axis=1))
        names["merge"] = lambda parts: np.concatenate(list(parts), axis=1)
    return names


def own_sizes(layer):
    values = {field.name: getattr(layer, field.name) for field in fields(layer)}
    return {name: value for name, value in values.items() if type(value) is int}


def execute(stated, method, names):
    """What the equations make, by name: those for every time together, time after time."""
    made = {}
    for timed, equations in groupby(stated, key=lambda equation: equation.timed):
        if timed:
            made |= _each_time(list(equations), method, names | made)
        else:
            for equation in equations:
                made[equation.target] = _value(equation, names | made)
    return made


def _each_time(equations, method, names):
    times, zero = names["times"], np.zeros((names["units"], names["m"]))
    made = {equation.target: [None] * len(times) for equation in equations}
    names = names | {
        name: Series(values, zero, names.get(f"{name}_prev")) for name, values in made.items()
    }
    for t in times if method == "forward" else times[::-1]:
        for equation in equations:
            made[equation.target][t] = _value(equation, names | {"t": t})
    return {name: np.stack(values) for name, values in made.items()}


def _with_series(equation, names):
    """The names; those that the equation asks for a time are series."""
    asked = {
        node.value.id
        for node in ast.walk(equation.expression)
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name)
    }
    return names | {
        name: Series(names[name], np.zeros_like(names[name][0]), names.get(f"{name}_prev"))
        for name in asked
        if not isinstance(names[name], Series)
    }


def _value(equation, names):
    names = _with_series(equation, names)
    code = compile(ast.Expression(equation.expression), equation.target, "eval")
    return eval(code, {"__builtins__": {}, **names})
