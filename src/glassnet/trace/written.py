"""A trace as data, as JSON, as matrices of LaTeX and as a page's table."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from glassnet.equations import course_name
from glassnet.layers.layer import Array
from glassnet.notation import html, latex, number
from glassnet.shapes import written

MOST: Final = 6
"""So many rows and columns of a matrix are written; a longer one shows its ends."""

_TABLE: Final = "border-collapse:collapse;font-variant-numeric:tabular-nums"
_CELL: Final = "padding:0 .5em;text-align:right;border:0"


def data(arrays: Mapping[str, Array], cost: float | None) -> dict[str, Any]:
    """The cost and the arrays as plain data."""
    told = {
        name: {
            "called": course_name(name),
            "shape": list(array.shape),
            "values": _finite(array.tolist()),
        }
        for name, array in arrays.items()
    }
    return {"cost": _finite(cost), "arrays": told}


def json_line(told: Any) -> str:
    """Strict JSON."""
    return json.dumps(told, allow_nan=False, ensure_ascii=False)


def as_latex(arrays: Mapping[str, Array], cost: float | None) -> str:
    """``aligned`` equations, a matrix for each array; of stacked matrices, the first is shown."""
    lines = [
        rf"{latex(course_name(name))}{_stacked(array)} &= "
        rf"\begin{{pmatrix}} {_matrix(array)} \end{{pmatrix}}"
        rf" && {latex(written(array.shape))}"
        for name, array in arrays.items()
    ]
    if cost is not None:
        lines.append(f"J &= {latex(number(cost))}")
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def as_html(arrays: Mapping[str, Array], cost: float | None) -> str:
    """One table: name, shape, numbers."""
    rows = [
        f'<tr><th style="text-align:left">{html(course_name(name))}</th>'
        f'<td style="text-align:left">{written(array.shape)}</td>'
        f'<td style="text-align:left">{_grid(array)}</td></tr>'
        for name, array in arrays.items()
    ]
    if cost is not None:
        rows.append(
            '<tr><th style="text-align:left">J</th><td></td>'
            f'<td style="text-align:left">{number(cost)}</td></tr>'
        )
    head = '<tr><th style="text-align:left">array</th><th>shape</th><th>numbers</th></tr>'
    return (
        '<div style="overflow-x:auto"><table style="' + _TABLE + f'">{head}{"".join(rows)}</table>'
        "</div>"
    )


def _finite(values: Any) -> Any:
    if isinstance(values, list):
        return [_finite(value) for value in values]
    return values if values is None or math.isfinite(values) else None


def _stacked(array: Array) -> str:
    return "[" + ", ".join("0" * (array.ndim - 2)) + "]" if array.ndim > 2 else ""


def _shortened(size: int) -> list[int | None]:
    """The places that are shown; None stands for those between."""
    if size <= MOST:
        return list(range(size))
    return [*range(MOST - 2), None, size - 1]


def _rows(array: Array) -> Iterator[list[float | None]]:
    """The numbers of the first matrix that are shown; None where some are left out."""
    matrix = array[(0,) * (array.ndim - 2)]
    columns = _shortened(matrix.shape[1])
    for row in _shortened(matrix.shape[0]):
        yield [None if None in (row, at) else float(matrix[row, at]) for at in columns]


def _matrix(array: Array) -> str:
    rows = ([r"\cdots" if x is None else latex(number(x)) for x in row] for row in _rows(array))
    return r" \\ ".join(" & ".join(row) for row in rows)


def _grid(array: Array) -> str:
    rows = (
        "".join(f'<td style="{_CELL}">{"…" if x is None else number(x)}</td>' for x in row)
        for row in _rows(array)
    )
    more = f"<small>at [{', '.join('0' * (array.ndim - 2))}]</small>" if array.ndim > 2 else ""
    return (
        f'{more}<table style="{_TABLE}">' + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"
    )
