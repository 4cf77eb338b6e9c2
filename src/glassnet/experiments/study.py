"""What is to be learned from what: the table as it was understood, split and encoded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.errors import HyperparameterError, listed
from glassnet.experiments import encoding, recipe
from glassnet.experiments.options import Options
from glassnet.experiments.scores import score
from glassnet.tables import (
    Classes,
    Finding,
    Quantity,
    TableFile,
    TablePlan,
    check_cells,
    check_target,
    frame_from,
    has_target,
    likely_leaks,
    plan_target,
    split_rows,
)

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Part:
    """Some rows of the table, as they were and as the network sees them.

    Attributes
    ----------
    rows : array of int, (m,)
        Their places in the table, from 0.
    frame : polars.DataFrame
    labels : polars.Series
        The target, in its own values.
    X : array, (n_x, m)
    Y : array, (n_y, m)
    """

    rows: NDArray[np.int64]
    frame: pl.DataFrame
    labels: pl.Series
    X: FloatArray
    Y: FloatArray


@dataclass(frozen=True, eq=False)
class Study:
    """A table, its target, and three parts of its rows: training, validation and test.

    Everything that is inferred from values (centres, scales, categories) is inferred from the
    training rows alone.

    Attributes
    ----------
    source : str
        Where the table is from, for people.
    options : Options
    frame : polars.DataFrame
        The rows that have a target, without it.
    target : Classes or Quantity
    table : TablePlan
    leaks : tuple of Finding
        Columns from which the target can be read.
    unlabelled : int
        Rows left out because they have no target.
    parts : mapping
        ``training``, ``validation`` and ``test``.
    notations : mapping
        The columns whose numbers or dates were written in another way, as `TableFile` has them.
    """

    unit: ClassVar[str] = "row"
    source: str
    options: Options
    frame: pl.DataFrame
    target: Classes | Quantity
    table: TablePlan
    leaks: tuple[Finding, ...]
    unlabelled: int
    parts: Mapping[str, Part]
    notations: Mapping[str, str]

    @property
    def plan(self) -> TablePlan:
        """How raw data become X."""
        return self.table

    def score(self, A: FloatArray) -> dict[str, float]:
        """The scores of outputs A for the test rows."""
        return score(self.target, self.parts["test"].labels, A)

    @property
    def training_rows(self) -> int:
        """How many rows are learned from."""
        return len(self.parts["training"].rows)

    @classmethod
    def of(cls, data: object, target: str, options: Options, source: str = "table") -> Study:
        """Understand a table.

        Parameters
        ----------
        data : TableFile, pandas, polars or Arrow table, or dict of columns
        target : str
            The name of the column to predict.
        options : Options
        source : str

        Raises
        ------
        DataError
            There is no such column, or the rows are too few, faulty, or all of one class.
        HyperparameterError
            The target is among the columns to drop.

        Examples
        --------
        >>> rooms = [float(room % 7) for room in range(100)]
        >>> houses = {"rooms": rooms, "price": [3.25 * room + 1 for room in rooms]}
        >>> study = Study.of(houses, "price", Options())
        >>> study.target.task, {name: part.X.shape for name, part in study.parts.items()}
        ('regression', {'training': (1, 68), 'validation': (1, 12), 'test': (1, 20)})
        """
        file = data if isinstance(data, TableFile) else TableFile(frame_from(data))
        frame = file.frame
        check_target(target, frame.columns, source)
        if target in options.drop:
            raise HyperparameterError(
                f"The column {target!r} cannot be both dropped and predicted.",
                received=f"target {target!r}, drop = {listed(map(repr, options.drop))}",
                fix="take it out of drop, or choose another target",
            )
        # Before rows are left out or drawn, so that an error counts them as the file does.
        with file.located():
            check_cells(frame.drop(target, *options.drop, strict=False))
        whole, known = frame, has_target(frame[target])
        frame = frame.filter(known)
        labels, frame = frame[target], frame.drop(target)
        leaks = likely_leaks(frame.drop(*options.drop, strict=False), labels)
        plan = plan_target(labels, options.task)
        stratify = isinstance(plan, Classes)
        rest, test = split_rows(labels, options.test, options.seed, stratify=stratify)
        share = options.validation or encoding.validation_share(len(rest))
        learn, check = split_rows(labels[rest], share, options.seed, stratify=stratify)
        rows = {"training": rest[learn], "validation": rest[check], "test": test}
        if isinstance(plan, Quantity):
            plan = plan_target(labels[rows["training"]], "regression")
        seen = frame[rows["training"]]
        if recipe.pairs(plan, seen.height, options):
            table = encoding.fine_plan(seen, options.drop)
        else:
            table = encoding.plan(plan, seen, options.drop)
        table = replace(table, notations=tuple(file.notations.items()))
        with file.located():
            examples = table.encode(whole, dtype=np.float32).T[known]
        parts = {
            name: Part(
                at,
                frame[at],
                labels[at],
                examples[at].T,
                plan.encode(labels[at], dtype=np.float32),
            )
            for name, at in rows.items()
        }
        unlabelled = int(np.sum(~known))
        notations = file.notations
        return cls(source, options, frame, plan, table, leaks, unlabelled, parts, notations)
