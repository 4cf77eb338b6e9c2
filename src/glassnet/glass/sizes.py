"""The shapes of the pieces of an equation: what broadcasting and products make of its arrays."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from glassnet.glass.pieces import axis_of, parts_of
from glassnet.glass.windowed import Windows
from glassnet.glass.worked import ELEMENTWISE, NotElementwise
from glassnet.graph import Node
from glassnet.layers.layer import Array


@dataclass(frozen=True)
class Sizes:
    """What an equation of a node can read, and of which shape each piece of it is.

    Attributes
    ----------
    between : mapping of str to expression
        Arrays that the equations only make on the way, and no engine keeps.
    constants : mapping of str to number
        m, and the fields of the layer.
    made : tuple of int
        The shape of the array that the equation makes.
    """

    node: Node
    arrays: Mapping[str, Array]
    between: Mapping[str, ast.expr]
    constants: Mapping[str, Any]
    made: tuple[int, ...] = ()

    def array(self, local: str) -> Array | None:
        """An array by the layer's own letter."""
        return self.arrays.get(self.node.name(local))

    def read(self, local: str) -> Array:
        """The same, where the equation has no sense without it.

        Raises
        ------
        NotElementwise
        """
        array = self.array(local)
        if array is None:
            raise NotElementwise
        return array

    @cached_property
    def sweeps(self) -> Any:
        return getattr(self.node.layer, "sweeps", None)

    @property
    def groups(self) -> int:
        return int(self.constants.get("groups", 1))

    def windows(self, shape: Sequence[int] | None = None) -> Windows:
        """The windows of A, or of an array of other leading axes.

        Raises
        ------
        NotElementwise
        """
        if self.sweeps is None:
            raise NotElementwise
        return Windows(self.sweeps, self.read("A").shape[:-2] if shape is None else shape)

    def of(self, node: ast.expr) -> tuple[int, ...]:
        """The shape of a piece, by the rules of broadcasting."""
        match node:
            case ast.Name(id="count") if self.sweeps:
                return (*self.windows().positions, 1, 1)
            case ast.Name(id=name):
                array = self.array(name)
                if array is not None:
                    return tuple(array.shape)
                return self.of(self.between[name]) if name in self.between else ()
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Name(id="o")):
                rows, columns = self.read(name).shape[-2:]
                return rows, columns * self.groups
            case ast.Subscript(value=ast.Name(id=name)):
                array = self.array(name)
                # The gradient of a state that nothing reads is zero: of it there is no array.
                return tuple(array.shape[1:]) if array is not None else self.made[1:]
            case ast.Attribute(value=value, attr="T" | "mT"):
                *leading, rows, columns = self.of(value)
                return (*leading, columns, rows)
            case ast.BinOp(left=left, op=ast.MatMult(), right=right):
                a, b = self.of(left), self.of(right)
                return (*np.broadcast_shapes(a[:-2], b[:-2]), a[-2], b[-1])
            case ast.Call(func=ast.Name(id=function), args=arguments, keywords=keywords):
                if function not in ELEMENTWISE:
                    return self._of_call(function, arguments, keywords)
        shapes = [self.of(piece) for piece in parts_of(node)]
        try:
            return np.broadcast_shapes(*shapes)
        except ValueError:
            raise NotElementwise from None

    def _of_call(
        self, function: str, arguments: Sequence[ast.expr], keywords: Sequence[ast.keyword]
    ) -> tuple[int, ...]:
        match function, arguments:
            case "sum" | "max", [ast.GeneratorExp(elt=each)]:
                return self.of(each)
            case "back" | "everywhere" | "flat" | "like" | "reshape", _:
                return self.made
            case "seen" | "largest", [inside, ast.Name(id="o")]:
                shape = self.of(inside)
                return (*self.windows(shape[:-2]).positions, *shape[-2:])
        shape = self.of(arguments[0])
        *leading, rows, m = shape if len(shape) > 1 else (0, 0)
        match function, arguments:
            case "sum" | "max" | "mean", [_]:
                axis = axis_of(keywords)
                return (
                    (rows, m)
                    if axis is None
                    else (*leading, *((rows, 1) if axis == -1 else (1, m)))
                )
            case "concat", _:
                return (*leading, sum(self.of(each)[-2] for each in arguments), m)
            case "first", _:
                return (*leading, self.constants["units"], m)
            case "rest", _:
                return (*leading, rows - self.constants["units"], m)
            case "largest", _:
                return shape
            case "one_hot", _:
                return (*leading, self.constants["symbols"], m)
        raise NotElementwise
