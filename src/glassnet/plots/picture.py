"""A picture, and the one style in which all pictures are drawn."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import MISSING, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, ParamSpec

from glassnet.errors import HyperparameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

P = ParamSpec("P")

INK, QUIET, FAINT = "#1f2933", "#6b7683", "#dde2e7"
BLUE, ORANGE, GREEN, RED = "#2166ac", "#d9730d", "#2f8f6b", "#b2182b"
COLOURS: Final = (BLUE, ORANGE, GREEN, RED, "#7b4fa3", "#8c6d31")
"""Told apart by colour-blind readers, and dark enough for print."""
SIGNED: Final = "RdBu"
"""For numbers below and above zero: red and blue, white between."""

STYLE: Final[dict[Any, Any]] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlesize": 10.5,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "grid.color": FAINT,
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.fonttype": "path",
    "svg.hashsalt": "glassnet",
}


def styled(draw: Callable[P, Picture]) -> Callable[P, Picture]:
    """Draw in the house style, and leave matplotlib's own settings as they were."""

    @wraps(draw)
    def drawing(*arguments: P.args, **named: P.kwargs) -> Picture:
        try:
            import matplotlib as mpl
        except ModuleNotFoundError as error:
            raise ImportError(
                "Pictures need matplotlib, which is not installed.\n"
                '  to fix     pip install "glassnet[plots]"'
            ) from error
        with mpl.rc_context(STYLE):
            return draw(*arguments, **named)

    return drawing


class Picture:
    """A drawing that notebooks show by themselves, and that can be saved.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        To change what the picture does not offer.

    Examples
    --------
    >>> import glassnet as gn
    >>> picture = gn.plots.activation(gn.Tanh())
    >>> picture.save("tanh.svg")                                               # doctest: +SKIP
    """

    def __init__(self, figure: Figure) -> None:
        self.figure = figure

    def save(self, path: str | Path) -> None:
        """Write it as PNG, SVG or PDF, by the ending of the path.

        Raises
        ------
        HyperparameterError
            The path has another ending.
        """
        ending = Path(path).suffix.lower()
        if ending not in (".png", ".svg", ".pdf"):
            raise HyperparameterError(
                f"A picture is saved as .png, .svg or .pdf. Got {str(path)!r} instead.",
                fix=f"save {Path(path).with_suffix('.svg').name!r}",
            )
        Path(path).write_bytes(self._bytes(ending[1:]))

    def svg(self) -> str:
        """The picture as SVG: the same picture gives the same text."""
        text = self._bytes("svg").decode()
        return text[text.index("<svg") :]

    def _bytes(self, kind: str) -> bytes:
        import matplotlib as mpl

        # No date: the same picture is the same file.
        undated = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}[kind]
        written = io.BytesIO()
        with mpl.rc_context(STYLE):
            self.figure.savefig(written, format=kind, dpi=160, metadata=undated)
        return written.getvalue()

    def _repr_svg_(self) -> str:
        return self.svg()


def drawn(
    width: float, height: float, rows: int = 1, columns: int = 1, **shared: Any
) -> tuple[Picture, list[Axes]]:
    """An empty picture of so many inches, with its axes row by row."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False, **shared)
    return Picture(figure), list(axes.ravel())


def legend(axes: Axes, **options: Any) -> None:
    """A legend where there is more than one thing to tell apart."""
    handles, _ = axes.get_legend_handles_labels()
    if len(handles) > 1:
        axes.legend(**options)


def brief(layer: Any, most: int = 30) -> str:
    """A layer as it is written, but for what is as usual; shortened to so many characters."""
    text = repr(layer)
    if len(text) > 24:
        told = []
        for field in fields(layer):
            value = getattr(layer, field.name)
            if field.default is MISSING and field.default_factory is MISSING:
                told.append(repr(value))
            elif value != field.default:
                told.append(f"{field.name}={value!r}")
        text = f"{type(layer).__name__}({', '.join(told)})"
    return text if len(text) <= most else f"{text[: most - 1]}…"


def whole_numbers(axes: Axes) -> None:
    """Ticks of times and epochs: there is none between two of them."""
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def unlabelled(axes: Sequence[Axes]) -> None:
    """Take the ticks away, and make the frames faint: of images."""
    for each in axes:
        each.set_xticks([])
        each.set_yticks([])
        for spine in each.spines.values():
            spine.set(visible=True, color=FAINT)
