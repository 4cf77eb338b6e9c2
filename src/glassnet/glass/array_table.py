"""All arrays of a trace in one table: what is there, how large it is, what is 0."""

from __future__ import annotations

import numpy as np

from glassnet.equations import course_name
from glassnet.glass.explanation import Explanation, Section
from glassnet.notation import number
from glassnet.shapes import written
from glassnet.trace import Trace


def explain_arrays(trace: Trace) -> Explanation:
    """Name, shape, least, mean and largest value of every array, and how many values are 0."""
    rows = tuple(
        (
            name,
            course_name(name),
            written(array.shape),
            *(number(float(value)) for value in (array.min(), array.mean(), array.max())),
            f"{np.mean(array == 0):.0%}",
        )
        for name, array in trace.items()
        if array.size
    )
    cost = () if trace.cost is None else (f"J = {number(trace.cost)}",)
    columns = ("name", "is", "shape", "least", "mean", "largest", "zeros")
    return Explanation((Section("Arrays", columns, rows, cost),), trace.arrays)
