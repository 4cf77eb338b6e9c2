"""One number of an equation, worked out: ``Z = W @ A + b`` at one unit and one example.

The equation is the layer's own, from its docstring; every number that is put into it is one that
the engine has computed. So nothing here knows any layer.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

import numpy as np

from glassnet.equations import Equation
from glassnet.glass.worked import (
    ATOM,
    ELEMENTWISE,
    POWER,
    PRODUCT,
    Index,
    Letters,
    NotElementwise,
    Worked,
    call,
    comparison,
    operation,
    plain,
    sign,
    sum_of,
)
from glassnet.graph import Graph, Node
from glassnet.layers.layer import Array
from glassnet.notation import factor, number

MOST_PRODUCTS: Final = 100_000
"""A gradient that is the sum of more products than these is not worked out."""


class Element:
    """Works out equations of one node, from arrays of a trace."""

    def __init__(
        self, graph: Graph, node: Node, arrays: Mapping[str, Array], stated: Sequence[Equation]
    ) -> None:
        self._node, self._arrays = node, arrays
        self._letters = Letters(graph)
        self._between = {equation.target: equation.expression for equation in stated}
        own = {field.name: getattr(node.layer, field.name) for field in fields(node.layer)}
        self._constants: dict[str, Any] = {
            "m": arrays[graph.output].shape[-1],
            "pi": math.pi,
            **own,
        }

    def work_out(self, equation: Equation, index: tuple[int, ...]) -> Worked:
        """The right side of an equation at one place of what it makes.

        Raises
        ------
        NotElementwise
        """
        leading = self._shape(equation.expression)[: -len(index)]
        if not leading:
            return self._work(equation.expression, index)
        # A gradient is also summed over time or pixels, which the equation of a table has not.
        if math.prod(leading) * self._constants["m"] > MOST_PRODUCTS:
            raise NotElementwise
        terms = [self._work(equation.expression, (*at, *index)) for at in np.ndindex(leading)]
        values = [term.value for term in terms]
        symbols = f"Σ over {math.prod(leading):,} positions of {terms[0].symbols}"
        numbers = sum_of(values, lambda k: factor(values[k]))
        return Worked(symbols, PRODUCT, *numbers, math.fsum(values))

    def called(self, local: str, index: Index) -> str:
        """An array, or a part of one, in the course's letters: ``z[2][0]``, ``W[2][0]``."""
        return self._letters.part(self._node.name(local), index)

    def _array(self, local: str) -> Array | None:
        return self._arrays.get(self._node.name(local))

    def _shape(self, node: ast.expr) -> tuple[int, ...]:
        """The shape of a piece, by the rules of broadcasting."""
        match node:
            case ast.Name(id=name):
                array = self._array(name)
                if array is not None:
                    return tuple(array.shape)
                return self._shape(self._between[name]) if name in self._between else ()
            case ast.Attribute(value=value, attr="T"):
                *leading, rows, columns = self._shape(value)
                return (*leading, columns, rows)
            case ast.BinOp(left=left, op=ast.MatMult(), right=right):
                a, b = self._shape(left), self._shape(right)
                return (*np.broadcast_shapes(a[:-2], b[:-2]), a[-2], b[-1])
            case ast.Call(func=ast.Name(id="sum"), args=[inside], keywords=keywords):
                shape = list(self._shape(inside))
                shape[_axis(keywords)] = 1
                return tuple(shape)
            case ast.Call(func=ast.Name(id=function)) if function not in ELEMENTWISE:
                raise NotElementwise
        shapes = [self._shape(piece) for piece in _parts(node)]
        try:
            return np.broadcast_shapes(*shapes)
        except ValueError:
            raise NotElementwise from None

    def _work(self, node: ast.expr, index: Index) -> Worked:
        match node:
            case ast.Constant(value=int() | float() as value):
                return plain(float(value))
            case ast.Name(id=name):
                return self._name(name, index)
            case ast.Attribute(value=value, attr="T"):
                *leading, row, column = index
                return self._work(value, (*leading, column, row))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                one = self._work(operand, index)
                symbols, numbers = one.inside(PRODUCT)
                return Worked(f"−{symbols}", PRODUCT, f"−{numbers}", PRODUCT, -one.value)
            case ast.BinOp(left=left, op=ast.MatMult(), right=right):
                return self._product(left, right, index)
            case ast.BinOp(left=left, op=ast.Div(), right=ast.Name(id="m")):
                return self._mean(left, index)
            case ast.BinOp(left=left, op=op, right=right):
                return operation(self._at(left, index), op, self._at(right, index))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return comparison(self._at(left, index), op, self._at(right, index))
            case ast.Call(func=ast.Name(id="sum"), args=[inside], keywords=keywords):
                return self._sum(inside, _axis(keywords), index)
            case ast.Call(func=ast.Name(id=function), args=arguments):
                return call(function, [self._at(each, index) for each in arguments])
        raise NotElementwise

    def _at(self, node: ast.expr, index: Index) -> Worked:
        """A piece at the place that broadcasting gives it."""
        shape = self._shape(node)
        own = index[len(index) - len(shape) :]
        return self._work(
            node, tuple(0 if n == 1 else at for at, n in zip(own, shape, strict=True))
        )

    def _name(self, name: str, index: Index) -> Worked:
        array = self._array(name)
        if array is not None:
            value = math.nan if None in index else float(array[index])
            return Worked(self.called(name, index), ATOM, number(value), sign(value), value)
        if name in self._between:
            return self._work(self._between[name], index)
        constant = self._constants.get(name)
        if not isinstance(constant, int | float):
            raise NotElementwise
        return Worked(name, ATOM, number(constant), sign(constant), float(constant))

    def _product(self, left: ast.expr, right: ast.expr, index: Index) -> Worked:
        """A row times a column."""
        *_, row, column = index
        ours, theirs = self._shape(left), self._shape(right)

        def at(k: int | None) -> tuple[Worked, Worked]:
            a = self._place(left, (*index[:-2], row, k), ours)
            return a, self._place(right, (*index[:-2], k, column), theirs)

        a, b = at(None)
        symbols = f"{a.inside(PRODUCT)[0]} · {b.inside(PRODUCT)[0]}"
        if None in index:
            return Worked(symbols, PRODUCT, "", ATOM, math.nan)
        pairs = [at(k) for k in range(ours[-1])]
        terms = [a.value * b.value for a, b in pairs]
        written = sum_of(terms, lambda k: "·".join(x.inside(POWER)[1] for x in pairs[k]))
        return Worked(symbols, PRODUCT, *written, math.fsum(terms))

    def _place(self, node: ast.expr, index: Index, shape: tuple[int, ...]) -> Worked:
        """A matrix of a product at a place whose leading axes it may not have."""
        own = index[len(index) - len(shape) :]
        leading = tuple(0 if n == 1 else at for at, n in zip(own[:-2], shape[:-2], strict=True))
        return self._work(node, (*leading, *own[-2:]))

    def _sum(self, inside: ast.expr, axis: int, index: Index) -> Worked:
        def at(k: int | None) -> Worked:
            place = list(index)
            place[axis] = k
            return self._at(inside, tuple(place))

        over = {-1: "Σᵢ", -2: "Σₖ"}[axis]
        symbols = f"{over} {at(None).inside(PRODUCT)[0]}"
        if any(x is None for place, x in enumerate(index) if place - len(index) != axis):
            return Worked(symbols, PRODUCT, "", ATOM, math.nan)
        parts = [at(k) for k in range(self._shape(inside)[axis])]
        terms = [each.value for each in parts]
        written = sum_of(terms, lambda k: parts[k].inside(PRODUCT)[1])
        return Worked(symbols, PRODUCT, *written, math.fsum(terms))

    def _mean(self, inside: ast.expr, index: Index) -> Worked:
        one, m = self._at(inside, index), self._constants["m"]
        symbols = f"(1/m) {one.inside(PRODUCT)[0]}"
        numbers = f"(1/{m:,})·{one.inside(POWER)[1]}"
        return Worked(symbols, PRODUCT, numbers, PRODUCT, one.value / m)


def _axis(keywords: Sequence[ast.keyword]) -> int:
    for item in keywords:
        if item.arg == "axis" and (text := ast.unparse(item.value)) in ("-1", "-2"):
            return int(text)
    raise NotElementwise


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.BinOp(left=left, right=right):
            yield from (left, right)
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.Compare(left=left, comparators=[right]):
            yield from (left, right)
        case ast.Call(args=arguments):
            yield from arguments
        case ast.Constant():
            return
        case _:
            raise NotElementwise
