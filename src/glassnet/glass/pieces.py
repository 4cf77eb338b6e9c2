"""What an expression of an equation consists of."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from glassnet.glass.worked import NotElementwise


def axis_of(keywords: Sequence[ast.keyword]) -> int | None:
    """−1 or −2; None for all positions."""
    for item in keywords:
        if item.arg == "axis":
            text = ast.unparse(item.value)
            if text in ("-1", "-2", "positions"):
                return None if text == "positions" else int(text)
    raise NotElementwise


def shift_of(at: ast.expr) -> int | None:
    """0 for ``x[t]``, −1 for ``x[t-1]``, 1 for ``x[t+1]``; None for ``x[last]``."""
    match ast.unparse(at).replace(" ", ""):
        case "t":
            return 0
        case "t-1":
            return -1
        case "t+1":
            return 1
        case "last":
            return None
    raise NotElementwise


def time_letters(axes: int) -> tuple[str, ...]:
    """The letters of a position that a sum runs over: t; h and w."""
    return {1: ("t",), 2: ("h", "w")}.get(axes, tuple(f"p{k}" for k in range(axes)))


def parts_of(node: ast.expr) -> Iterator[ast.expr]:
    """The pieces that broadcasting brings together."""
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
