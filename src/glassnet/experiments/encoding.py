"""How finely numbers are encoded, by the recipe."""

from __future__ import annotations

from glassnet.tables import Number, TablePlan

FEWEST_ROWS = 1000


def bins(rows: int, plan: TablePlan) -> int | None:
    """Into how many bins each number is cut: few where rows are few or columns many.

    None below 1000 training rows, where bins cost more than they bring.

    Parameters
    ----------
    rows : int
        In training.
    plan : TablePlan
        Of the same rows, without bins.
    """
    if rows < FEWEST_ROWS:
        return None
    numbers = sum(isinstance(column, Number) for column in plan.used)
    return max(8, min(128, rows // 40, 512 // max(1, numbers)))
