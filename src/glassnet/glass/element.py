"""One number of an equation, worked out: ``Z = W @ A + b`` at one unit and one example.

The equation is the layer's own, from its docstring; every number that is put into it is one that
the engine has computed. So nothing here knows any layer, but only the words of equations: products
of matrices, sums over examples, times, pixels and offsets, what an offset sees, one array above
another.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np

from glassnet.equations import Equation
from glassnet.glass.elsewhere import (
    at_time,
    before_reshaping,
    in_kernel,
    through_window,
    without_groups,
)
from glassnet.glass.pieces import axis_of, shift_of, time_letters
from glassnet.glass.sizes import Sizes
from glassnet.glass.windowed import LETTERS
from glassnet.glass.worked import (
    ATOM,
    ELEMENTWISE,
    NOTHING,
    POWER,
    PRODUCT,
    Index,
    Letters,
    NotElementwise,
    Worked,
    call,
    comparison,
    known,
    largest_of,
    operation,
    plain,
    sign,
    total,
    unknown,
)
from glassnet.graph import Graph, Node
from glassnet.layers.layer import Array
from glassnet.notation import number

MOST_PRODUCTS: Final = 50_000
"""A gradient that is the sum of more products than these is not worked out."""


@dataclass(frozen=True)
class Element:
    """Works out equations of one node, from arrays of a trace.

    Attributes
    ----------
    t : int or str
        The time, in an equation that holds for each.
    o : tuple of int or str
        The offset of a kernel, in a sum over them.
    """

    sizes: Sizes
    letters: Letters
    t: int | str = 0
    o: Index = ()

    @classmethod
    def of(
        cls, graph: Graph, node: Node, arrays: Mapping[str, Array], stated: Sequence[Equation]
    ) -> Element:
        between = {each.target: each.expression for each in stated if not each.index}
        own = {field.name: getattr(node.layer, field.name) for field in fields(node.layer)}
        constants = {"m": arrays[graph.output].shape[-1], "pi": math.pi, **own}
        return cls(Sizes(node, arrays, between, constants), Letters(graph))

    def work_out(self, equation: Equation, index: tuple[int, ...]) -> Worked:
        """The right side of an equation at one place of what it makes.

        Raises
        ------
        NotElementwise
        """
        made = self.sizes.read(equation.target).shape
        # An equation may speak of its place: of the time t, and of the unit k of n.
        place = {"k": index[-2], "n": made[-2], "t": index[0]}
        sizes = replace(self.sizes, made=made, constants={**place, **self.sizes.constants})
        here = replace(self, sizes=sizes)
        if equation.index == "t":
            here, index = replace(here, t=index[0]), index[1:]
        elif equation.index:
            here = replace(here, o=index[:-2])
            index = without_groups(here.sizes, index[-2], index[-1])
        leading = sizes.of(equation.expression)[: -len(index)]
        if not leading:
            return here._work(equation.expression, index)
        # A gradient is also summed over time or pixels, which the equation of a table has not.
        match equation.expression:
            case ast.BinOp(left=left, op=ast.Div(), right=ast.Name(id="m")):
                return here._mean(here._over_positions(left, leading, index))
        return here._over_positions(equation.expression, leading, index)

    def called(self, local: str, index: Index) -> str:
        """An array, or a part of one, in the course's letters: ``z[2][0]``, ``W[2][0]``."""
        return self.letters.part(self.sizes.node.name(local), index)

    def _work(self, node: ast.expr, index: Index) -> Worked:
        match node:
            case ast.Constant(value=int() | float() as value):
                return plain(float(value))
            case ast.Name(id="count") if self.sizes.sweeps and known(index[:-2]):
                return plain(float(self.sizes.windows().count(index[:-2])))
            case ast.Name(id=name):
                return self._name(name, index)
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Name(id="o")):
                return self._there(name, in_kernel(self.sizes, self.o, name, index))
            case ast.Subscript(value=ast.Name(id=name), slice=at):
                return self._there(*at_time(self.sizes, self.t, name, shift_of(at), index))
            case ast.Attribute(value=value, attr="T" | "mT"):
                *leading, row, column = index
                return self._work(value, (*leading, column, row))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                one = self._work(operand, index)
                symbols, numbers = one.inside(PRODUCT)
                return Worked(f"−{symbols}", PRODUCT, f"−{numbers}", PRODUCT, -one.value)
            case ast.BinOp(left=left, op=ast.MatMult(), right=right):
                return self._product(left, right, index)
            case ast.BinOp(left=left, op=ast.Div(), right=ast.Name(id="m")):
                return self._mean(self._at(left, index))
            case ast.BinOp(left=left, op=op, right=right):
                return operation(self._at(left, index), op, self._at(right, index))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return comparison(self._at(left, index), op, self._at(right, index))
            case ast.Call(func=ast.Name(id=function), args=arguments, keywords=keywords):
                if function in ELEMENTWISE:
                    return call(function, [self._at(each, index) for each in arguments])
                return self._call(function, arguments, keywords, index)
        raise NotElementwise

    def _call(
        self,
        function: str,
        arguments: Sequence[ast.expr],
        keywords: Sequence[ast.keyword],
        index: Index,
    ) -> Worked:
        *leading, row, column = index
        match function, arguments:
            case "sum" | "max", [ast.GeneratorExp(elt=each, generators=[over])]:
                return self._over_each(function, each, ast.unparse(over.iter), index)
            case "sum" | "max", [inside] if axis_of(keywords) is None:
                return self._over_positions(inside, self.sizes.of(inside)[:-2], index, function)
            case "sum", [inside]:
                return self._over_axis(inside, axis_of(keywords), index)
            case "mean", [inside]:
                return self._mean_over(inside, axis_of(keywords), index)
            case (("seen" | "back"), [inside, _]):
                place = through_window(self.sizes, self.o, function, inside, leading)
                return NOTHING if place is None else self._at(inside, (*place, row, column))
            case "largest", _:
                return self._is_largest(arguments, index)
            case "everywhere", [inside]:
                return self._at(inside, (row, column))
            case (("flat" | "like" | "reshape"), [inside, *_]) if known(index):
                return self._work(inside, before_reshaping(self.sizes, inside, index))
            case "first", [inside]:
                return self._work(inside, index)
            case "rest", [inside]:
                return self._work(inside, (*leading, row + self.sizes.constants["units"], column))
            case "concat", _:
                return self._stacked(arguments, index)
            case "one_hot", [ast.Name(id=name)]:
                return self._one_hot(name, index)
        raise NotElementwise

    def _at(self, node: ast.expr, index: Index) -> Worked:
        """A piece at the place that broadcasting gives it."""
        shape = self.sizes.of(node)
        own = index[len(index) - len(shape) :]
        return self._work(
            node, tuple(0 if n == 1 else at for at, n in zip(own, shape, strict=True))
        )

    def _there(self, name: str, index: Index | None) -> Worked:
        """A number of an array; where an equation speaks of a place that is not there, zero."""
        return NOTHING if index is None else self._name(name, index)

    def _name(self, name: str, index: Index) -> Worked:
        array = self.sizes.array(name)
        if array is not None:
            if not known(index):
                return unknown(self.called(name, index), ATOM)
            value = float(array[index])
            return Worked(self.called(name, index), ATOM, number(value), sign(value), value)
        if name in self.sizes.between:
            return self._work(self.sizes.between[name], index)
        constant = self.sizes.constants.get(name)
        if name == "count":
            constant = math.prod(self.sizes.read("A").shape[:-2])
        if not isinstance(constant, int | float):
            raise NotElementwise
        return Worked(name, ATOM, number(constant), sign(constant), float(constant))

    # Products and sums.

    def _product(self, left: ast.expr, right: ast.expr, index: Index) -> Worked:
        """A row times a column."""
        *_, row, column = index
        ours, theirs = self.sizes.of(left), self.sizes.of(right)

        def at(k: int | None) -> tuple[Worked, Worked]:
            a = self._place(left, (*index[:-2], row, k), ours)
            return a, self._place(right, (*index[:-2], k, column), theirs)

        a, b = at(None)
        symbols = f"{a.inside(PRODUCT)[0]} · {b.inside(PRODUCT)[0]}"
        if not self._known(index):
            return unknown(symbols)
        return total(symbols, (_times(*at(k)) for k in range(ours[-1])))

    def _place(self, node: ast.expr, index: Index, shape: tuple[int, ...]) -> Worked:
        """A matrix of a product at a place whose leading axes it may not have."""
        own = index[len(index) - len(shape) :]
        leading = tuple(0 if n == 1 else at for at, n in zip(own[:-2], shape[:-2], strict=True))
        return self._work(node, (*leading, *own[-2:]))

    def _over_axis(self, inside: ast.expr, axis: int | None, index: Index) -> Worked:
        """A sum over examples or units."""
        assert axis is not None

        def at(k: int | None) -> Worked:
            place = list(index)
            place[axis] = k
            return self._at(inside, tuple(place))

        symbols = f"{ {-1: 'Σᵢ', -2: 'Σₖ'}[axis] } {at(None).inside(PRODUCT)[0]}"
        if not self._known(tuple(0 if k == len(index) + axis else x for k, x in enumerate(index))):
            return unknown(symbols)
        return total(symbols, map(at, range(self.sizes.of(inside)[axis])))

    def _over_positions(
        self, inside: ast.expr, leading: Sequence[int], index: Index, function: str = "sum"
    ) -> Worked:
        """A sum, or the largest, over all times or pixels."""
        letters = time_letters(len(leading))
        sub = "ₜ" if len(leading) == 1 else "ₚ"
        symbolic = self._work(inside, (*letters, *index))
        self._bounded(math.prod(leading))
        parts = (self._work(inside, (*at, *index)) for at in np.ndindex(*leading))
        return self._reduced(function, sub, symbolic, parts, index)

    def _over_each(self, function: str, each: ast.expr, over: str, index: Index) -> Worked:
        """A sum, or the largest, over all times or over the offsets of a kernel."""
        if over == "times":
            T = self.sizes.read("A").shape[0]
            self._bounded(T)
            symbolic, here = replace(self, t="t"), [replace(self, t=t) for t in range(T)]
        else:
            offsets = list(self.sizes.windows().offsets())
            symbolic = replace(self, o=LETTERS[: len(offsets[0])])
            here = [replace(self, o=offset) for offset in offsets]
        sub = "ₜ" if over == "times" else "ₒ"
        parts = (element._at(each, index) for element in here)
        return self._reduced(function, sub, symbolic._at(each, index), parts, index)

    def _reduced(
        self, function: str, sub: str, symbolic: Worked, parts: Iterable[Worked], index: Index
    ) -> Worked:
        symbols = f"{'Σ' if function == 'sum' else 'max'}{sub} {symbolic.inside(PRODUCT)[0]}"
        if not self._known(index):
            return unknown(symbols)
        return total(symbols, parts) if function == "sum" else largest_of(symbols, parts)

    def _mean(self, one: Worked) -> Worked:
        m = self.sizes.constants["m"]
        symbols = f"(1/m) {one.inside(PRODUCT)[0]}"
        numbers = f"(1/{m:,})·{one.inside(POWER)[1]}"
        return Worked(symbols, PRODUCT, numbers, PRODUCT, one.value / m)

    def _mean_over(self, inside: ast.expr, axis: int | None, index: Index) -> Worked:
        """The mean over the examples, times and pixels too; or over the units."""
        *leading, rows, m = self.sizes.of(inside)
        if axis == -2:
            one, letter, count = self._over_axis(inside, axis, index), "n", rows
        elif leading:
            summed = ast.Call(ast.Name("sum"), [inside], [ast.keyword("axis", ast.Constant(-1))])
            one = self._over_positions(summed, leading, (index[-2], 0))
            letter, count = "count", math.prod(leading) * m
        else:
            one, letter, count = self._over_axis(inside, axis, index), "m", m
        symbols = f"(1/{letter}) {one.inside(PRODUCT)[0]}"
        numbers = f"(1/{count:,})·{one.inside(POWER)[1]}"
        return Worked(symbols, PRODUCT, numbers, PRODUCT, one.value / count)

    def _bounded(self, places: int) -> None:
        products = places * self.sizes.constants["m"]
        if products > MOST_PRODUCTS:
            raise NotElementwise(f"a sum of {products:,} products: too long to be written")

    def _known(self, index: Index) -> bool:
        return known(index) and not isinstance(self.t, str) and known(self.o)

    def _stacked(self, arrays: Sequence[ast.expr], index: Index) -> Worked:
        """[a; x]: one array above the other."""
        *leading, row, column = index
        if not isinstance(row, int):
            each = "; ".join(self._work(array, index).symbols for array in arrays)
            return unknown(f"[{each}]", ATOM)
        for array in arrays:
            rows = self.sizes.of(array)[-2]
            if row < rows:
                return self._work(array, (*leading, row, column))
            row -= rows
        raise NotElementwise

    def _one_hot(self, name: str, index: Index) -> Worked:
        *leading, k, column = index
        array, place = self.sizes.read(name), (*leading, 0, column)
        if k is None or not known(place):
            return unknown(f"one_hot({self.called(name, place)})", ATOM)
        return plain(1.0) if int(array[place]) == k else NOTHING

    def _is_largest(self, arguments: Sequence[ast.expr], index: Index) -> Worked:
        """1 where the offset, or the place, is the first with the largest number."""
        *leading, row, column = index
        inside, *offset = arguments
        if not offset:
            array = self.sizes.read("A")[..., row, column]
            first = np.unravel_index(int(np.argmax(array)), array.shape)
            own = bool(tuple(map(int, first)) == tuple(leading))
            return Worked("largest", ATOM, f"{int(own)}", ATOM, float(own))
        if not (known(index) and known(self.o)):
            return unknown("largest", ATOM)
        windows = self.sizes.windows()
        seen = {o: windows.seen(tuple(leading), o) for o in windows.offsets()}
        values = {
            o: self._work(inside, (*place, row, column)).value
            for o, place in seen.items()
            if place is not None
        }
        return plain(1.0) if max(values, key=values.__getitem__) == self.o else NOTHING


def _times(a: Worked, b: Worked) -> Worked:
    if a is NOTHING or b is NOTHING:
        return NOTHING
    numbers = f"{a.inside(POWER)[1]}·{b.inside(POWER)[1]}"
    return Worked("", PRODUCT, numbers, PRODUCT, a.value * b.value)
