"""The plan: how raw input becomes the arrays of a network, one interface for every kind of it.

Each kind is a frozen dataclass of plain data beside what it reads: `TablePlan` in tables,
`ImagePlan` in images, `SeriesPlan` and `TextPlan` in sequences. A model keeps one, so that its
file is all that predicting needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from glassnet.errors import Malformed, shown

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

    from glassnet.arrays import FloatArray


class Plan(Protocol):
    """What every kind of plan states.

    Attributes
    ----------
    kind : str
        Its name in a model file: table, images, series or text.
    reads : str
        What it reads, in words.
    input_shape : tuple of int
        Of one example, without m.
    """

    kind: ClassVar[str]
    reads: ClassVar[str]

    @property
    def input_shape(self) -> tuple[int, ...]: ...

    def encode(self, data: Any, *, dtype: DTypeLike = ...) -> NDArray[Any]:
        """X (..., n, m) of raw data.

        Raises
        ------
        DataError
        """
        ...

    def to_data(self) -> dict[str, Any]:
        """The plan as plain JSON data; `from_data` of its class reads it."""
        ...


@runtime_checkable
class Labelling(Plan, Protocol):
    """A plan of data in which each example is labelled by what follows it: a series, a text."""

    def labelled(self, data: Any, *, dtype: DTypeLike = ...) -> tuple[NDArray[Any], FloatArray]:
        """X and Y of raw data.

        Raises
        ------
        DataError
        """
        ...


def labels_from(plan: Plan | None, A: FloatArray, X: Any) -> FloatArray:
    """The outputs A as the target writes labels.

    A series is predicted as the change from its last value, so that a network that has learnt
    nothing says "as now"; whatever else is predicted as it is.
    """
    return A + X[-1] if plan is not None and plan.kind == "series" else A


def plan_to_data(plan: Plan) -> dict[str, Any]:
    """A plan with its kind, as plain data."""
    return {"kind": plan.kind, **plan.to_data()}


def plan_from_data(data: object) -> Plan:
    """The plan that `plan_to_data` turned into `data`; only its kind's libraries are loaded.

    Raises
    ------
    Malformed
        The kind is unknown, or the rest makes no sense.
    """
    fields = dict(data) if isinstance(data, dict) else {}
    match fields.pop("kind", None):
        case "table":
            from glassnet.tables.plan import TablePlan

            return TablePlan.from_data(fields)
        case "images":
            from glassnet.images.plan import ImagePlan

            return ImagePlan.from_data(fields)
        case "series":
            from glassnet.sequences.series import SeriesPlan

            return SeriesPlan.from_data(fields)
        case "text":
            from glassnet.sequences.text import TextPlan

            return TextPlan.from_data(fields)
    raise Malformed(
        "plan is malformed.",
        expected="an object whose kind is table, images, series or text",
        received=shown(data),
        fix="save the model again with the glassnet that made it",
    )
