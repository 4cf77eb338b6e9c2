"""Equations: read from a docstring, printed in the course's notation.

The docstring of a layer, loss, penalty or optimiser states its equations as Python, under the
names of the methods that compute them::

    gradients::

        dW = dZ @ A.T / m
        db = sum(dZ, axis=-1, keepdims=True) / m

An equation with ``[t]`` holds for every time of a sequence: ``a[t] = tanh(Waa @ a[t-1] + ...)``.
In `forward` the times follow each other from the first to the last, in `gradients` and `backward`
from the last to the first; what would lie outside of the sequence is zero.

They are the only place where an equation is written for people; a test executes them and
compares them with the code, so that they cannot lie. For a layer of a network the same lines are
printed with its arrays' own names: ``dW[2] = (1/m) dZ[2] A[1]ᵀ``. A sum over a name, such as
``sum(W[o] @ seen(A, o) for o in offsets)``, is printed as Σₒ, and ``dW[o] = ...`` holds for each.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

SECTIONS = (
    *("forward", "predict", "gradients", "backward"),  # of a layer
    *("targets", "each", "dA", "dZ"),  # of a loss
    *("cost", "dW"),  # of a penalty
    *("shrink", "update"),  # of an optimiser
)

_SECTION = re.compile(rf"^({'|'.join(SECTIONS)})(?: \(.*\))?::\n\n((?:    .*\n|\n)+)", re.MULTILINE)
_GLOBAL_NAME = re.compile(r"(?P<prefix>.*\.)?(?P<letters>[^\d.]+)(?P<number>\d+)(?P<rest>_\d+)?$")
_POWERS = {"2": "²", "3": "³", "t": "ᵗ"}
_FUNCTIONS = {"tanh": "tanh", "exp": "exp", "log": "log", "maximum": "max", "minimum": "min"}
# Over the examples, the units, the times, the offsets of a kernel, the positions of an image.
_INDICES: dict[Any, str] = {-1: "ᵢ", -2: "ₖ", "t": "ₜ", "o": "ₒ", "positions": "ₚ"}
_REDUCTIONS = {"sum": "Σ", "max": "max"}
_MEANS: dict[Any, str] = {-1: "(1/m) Σᵢ", -2: "(1/n) Σₖ"}
_ATOM, _POWER, _PRODUCT, _SUM, _COMPARISON = range(5)


@dataclass(frozen=True)
class Equation:
    """``target = expression``, or ``target[index] = expression``, as the docstring has it."""

    target: str
    expression: ast.expr
    index: str = ""

    def __str__(self) -> str:
        return self.written({})

    def written(self, names: Mapping[str, str]) -> str:
        """In the course's notation, with `names` for the arrays (``{"W": "W[2]"}``)."""
        text, _ = _write(self.expression, names)
        reads = {node.id for node in ast.walk(self.expression) if isinstance(node, ast.Name)}
        sign = ":=" if self.target in reads and not self.index else "="
        return f"{names.get(self.target, self.target)}{_at(self.index)} {sign} {text}"


@cache
def equations(kind: type) -> Mapping[str, tuple[Equation, ...]]:
    """The equations that the docstring of a class states, by method name."""
    doc = (inspect.getdoc(kind) or "") + "\n"
    return {section: read(block) for section, block in _SECTION.findall(doc)}


@cache
def read(block: str) -> tuple[Equation, ...]:
    """The equations of some lines.

    >>> [str(equation) for equation in read("Z = W @ A + b")]
    ['Z = W A + b']
    """
    module = ast.parse(inspect.cleandoc(block))
    return tuple(_equation(statement) for statement in module.body)


def _equation(statement: ast.stmt) -> Equation:
    match statement:
        case ast.Assign(targets=[ast.Name(id=target)], value=value):
            return Equation(target, value)
        case ast.Assign(
            targets=[ast.Subscript(value=ast.Name(id=target), slice=ast.Name(id=index))],
            value=value,
        ):
            return Equation(target, value, index)
    raise ValueError(f"no equation: {ast.unparse(statement)!r}")


def course_name(name: str) -> str:
    """A name as the course writes it: ``"image.dW2"`` is ``"image.dW[2]"``."""
    match = _GLOBAL_NAME.match(name)
    if match is None:
        return name
    prefix, letters, number, rest = match.group("prefix", "letters", "number", "rest")
    return f"{prefix or ''}{letters}[{number}]{(rest or '').replace('_', '′')}"


def _write(node: ast.expr, names: Mapping[str, str]) -> tuple[str, int]:
    """The text of an expression, and how tightly it binds."""
    match node:
        case ast.Name(id=name):
            return names.get(name, name), _ATOM
        case ast.Constant(value=value):
            return f"{value:g}" if isinstance(value, float) else str(value), _ATOM
        case ast.Attribute(value=value, attr="T" | "mT"):
            return f"{_grouped(value, names, _ATOM)}ᵀ", _ATOM
        case ast.Subscript(value=value, slice=index):
            return f"{_grouped(value, names, _ATOM)}{_at(_write(index, names)[0])}", _ATOM
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return f"−{_grouped(operand, names, _PRODUCT)}", _PRODUCT
        case ast.BinOp(left=left, op=op, right=right):
            return _write_operation(left, op, right, names)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            sign = {ast.Gt: ">", ast.GtE: "≥", ast.Lt: "<", ast.LtE: "≤", ast.Eq: "="}[type(op)]
            text = f"{_grouped(left, names, _SUM)} {sign} {_grouped(right, names, _SUM)}"
            return text, _COMPARISON
        case ast.Call(func=ast.Name(id=function), args=arguments, keywords=keywords):
            return _write_call(function, arguments, keywords, names)
    raise ValueError(f"no notation for {ast.unparse(node)!r}")


def _at(index: str) -> str:
    """How an index is written behind an array: a⟨t−1⟩ at a time, as in the course, and W[o]."""
    if not index:
        return ""
    timed = index[0] == "t" or index == "last"
    return f"⟨{index.replace(' ', '')}⟩" if timed else f"[{index}]"


def _write_operation(
    left: ast.expr, op: ast.operator, right: ast.expr, names: Mapping[str, str]
) -> tuple[str, int]:
    match op, right:
        case ast.Div(), ast.Name(id="m"):
            return f"(1/m) {_grouped(left, names, _PRODUCT)}", _PRODUCT
        case ast.Pow(), _ if (power := ast.unparse(right)) in _POWERS:
            return f"{_grouped(left, names, _ATOM)}{_POWERS[power]}", _POWER
        case ast.Pow(), _:
            return f"{_grouped(left, names, _ATOM)}^{_grouped(right, names, _ATOM)}", _POWER
    sign, level = {
        ast.MatMult: (" ", _PRODUCT),
        ast.Mult: (" ∗ ", _PRODUCT),
        ast.Div: (" / ", _PRODUCT),
        ast.Mod: (" mod ", _PRODUCT),
        ast.Add: (" + ", _SUM),
        ast.Sub: (" − ", _SUM),
    }[type(op)]
    tighter = level - 1 if isinstance(op, ast.Sub | ast.Div) else level
    return f"{_grouped(left, names, level)}{sign}{_grouped(right, names, tighter)}", level


def _write_call(
    function: str, arguments: list[ast.expr], keywords: list[ast.keyword], names: Mapping[str, str]
) -> tuple[str, int]:
    if function == "concat":
        return f"[{'; '.join(_write(argument, names)[0] for argument in arguments)}]", _ATOM
    if function in _REDUCTIONS:
        over, each = _reduced(arguments[0], keywords)
        sign = f"{_REDUCTIONS[function]}{_INDICES.get(over, '')}"
        return f"{sign} {_grouped(each, names, _PRODUCT)}", _PRODUCT
    if function == "mean":
        over, each = _reduced(arguments[0], keywords)
        return f"{_MEANS[over]} {_grouped(each, names, _PRODUCT)}", _PRODUCT
    if function == "where":
        test, yes, no = (_write(argument, names)[0] for argument in arguments)
        return f"({yes} where {test}, else {no})", _ATOM
    if function == "sqrt":
        return f"√{_grouped(arguments[0], names, _ATOM)}", _ATOM
    inside = ", ".join(_write(argument, names)[0] for argument in arguments)
    if function == "abs":
        return f"|{inside}|", _ATOM
    return f"{_FUNCTIONS.get(function, function)}({inside})", _ATOM


def _reduced(argument: ast.expr, keywords: list[ast.keyword]) -> tuple[Any, ast.expr]:
    """What a sum or a maximum runs over, and of what it is."""
    match argument, keywords:
        case ast.GeneratorExp(elt=each, generators=[ast.comprehension(target=ast.Name(id=o))]), _:
            return o, each
        case _, [ast.keyword(arg="axis", value=ast.Name(id=axes)), *_]:
            return axes, argument
        case _, [ast.keyword(arg="axis", value=axis), *_]:
            return ast.literal_eval(axis), argument
    return None, argument


def _grouped(node: ast.expr, names: Mapping[str, str], loosest: int) -> str:
    text, level = _write(node, names)
    return text if level <= loosest else f"({text})"
