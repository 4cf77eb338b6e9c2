"""Executes the equations of a docstring."""

import ast
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from glassnet.equations import Equation
from glassnet.namespace import numpy_namespace as xp

WORDS = {
    "abs": np.abs,
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "sign": np.sign,
    "where": np.where,
    "sum": np.sum,
    "sqrt": np.sqrt,
    "erf": xp.erf,
    "pi": np.pi,
}


def executed(stated: Iterable[Equation], names: Mapping[str, Any]) -> dict[str, Any]:
    """`names`, and what the equations make of them, one after the other."""
    names = WORDS | dict(names)
    for equation in stated:
        code = compile(ast.Expression(equation.expression), equation.target, "eval")
        names[equation.target] = eval(code, {"__builtins__": {}}, names)
    return names
