"""Telling: who hears of an epoch of an estimator, beside the callbacks of its caller."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from glassnet.estimators.scorers import SCORE
from glassnet.training.moment import Moment

if TYPE_CHECKING:
    from glassnet.estimators.base import Estimator

try:
    from sklearn.callback import CallbackSupportMixin, with_callbacks
except ImportError:  # scikit-learn before 1.9 has no callbacks

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """Nothing to support."""

    def with_callbacks(method: Any) -> Any:
        """The method itself."""
        return method


__all__ = ["CallbackSupportMixin", "print_epoch", "told", "with_callbacks"]

Listener = Callable[[Moment], None]


@contextmanager
def told(
    estimator: Estimator, X: Any, y: Any, metadata: dict[str, Any]
) -> Iterator[list[Listener]]:
    """Functions that take each moment: they print, move a bar, and call scikit-learn's callbacks.

    Parameters
    ----------
    estimator : Estimator
    X, y
        As the caller of `fit` gave them, for callbacks that ask the estimator about them.
    metadata : dict
        What else the caller gave.
    """
    with ExitStack() as opened:
        listeners: list[Listener] = []
        if estimator.verbose:
            listeners.append(print_epoch)
        if estimator.progress:
            from rich.console import Console

            from glassnet.training.progress import Progress

            bar = Progress(Console(stderr=True), estimator.max_iter)
            listeners.append(opened.enter_context(bar))
        if hasattr(estimator, "_init_callback_context"):
            tasks = _ScikitTasks(estimator, {"X": X, "y": y, "metadata": metadata})
            listeners.append(tasks.ended)
            opened.callback(tasks.close)
        yield listeners


def print_epoch(moment: Moment) -> None:
    """The line that scikit-learn prints after an epoch."""
    epoch = moment.epoch
    print(f"Iteration {epoch.number + 1}, loss = {epoch.cost:.8f}")
    if SCORE in epoch.metrics:
        print(f"Validation score: {epoch.metrics[SCORE]:.6f}")


class _ScikitTasks:
    """A fit as scikit-learn's callbacks see it: a task with one task for each epoch."""

    def __init__(self, estimator: Any, given: dict[str, Any]) -> None:
        self._estimator, self._given = estimator, given
        recipe = getattr(estimator, "recipe", None)
        most = None if recipe else estimator.max_iter * estimator.n_ensemble
        self._fit = estimator._init_callback_context(max_subtasks=most)
        self._fit.call_on_fit_task_begin(estimator=estimator, **given)
        self._left = most
        self._epoch = self._begun()

    def ended(self, moment: Moment) -> None:
        """Tell of the end of an epoch, and of the next one's beginning."""
        parameters = dict(moment.parameters)
        moment.control.stop |= bool(
            self._epoch.call_on_fit_task_end(
                estimator=self._estimator,
                reconstruction_attributes=lambda: {"parameters_": parameters},
                **self._given,
            )
        )
        self._left = None if self._left is None else self._left - 1
        if self._left != 0 and not moment.control.stop:
            self._epoch = self._begun()

    def close(self) -> None:
        """Tell of the end of the fit."""
        self._fit.call_on_fit_task_end(
            estimator=self._estimator, reconstruction_attributes=dict, **self._given
        )

    def _begun(self) -> Any:
        task = self._fit.subcontext(task_name="epoch")
        return task.call_on_fit_task_begin(estimator=self._estimator, **self._given)
