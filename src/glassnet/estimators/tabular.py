"""The recipe for tables: encoding, network and training as `glassnet.experiments` chooses them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from glassnet.combine import Chain
from glassnet.ensemble import Ensemble
from glassnet.errors import HyperparameterError, listed, shown
from glassnet.estimators.frames import plan_for, table_of
from glassnet.estimators.learning import record
from glassnet.estimators.persisting import target_of
from glassnet.estimators.rows import Rows
from glassnet.estimators.scaling import Scaling
from glassnet.experiments import Committee, Options, committee, encoding
from glassnet.network import Network
from glassnet.tables.several import Several
from glassnet.training.moment import Callback

if TYPE_CHECKING:
    from glassnet.estimators.multilayer import Multilayer

LEFT: Final = frozenset(
    {
        *("recipe", "random_state", "class_weight", "n_ensemble", "callbacks", "verbose"),
        *("progress", "categorical_features"),
    }
)
"""The parameters that the recipe leaves to the caller."""


def check_left(estimator: Multilayer) -> None:
    """Refuse parameters that the recipe chooses itself.

    Raises
    ------
    HyperparameterError
    """
    given = estimator.get_params(deep=False)
    kind: Any = type(estimator)
    usual = kind().get_params(deep=False)
    own = [name for name in given.keys() - LEFT if not _same(given[name], usual[name])]
    if own:
        raise HyperparameterError(
            f"The {min(own)!r} parameter must be left out with recipe={estimator.recipe!r}, "
            f"which chooses it. Got {shown(given[min(own)])} instead.",
            expected=f"besides the recipe only {listed(sorted(LEFT - {'recipe'}), most=9)}",
            received=listed(sorted(own)),
            fix="leave it out, or leave the recipe out",
        )


def learn_by_recipe(
    estimator: Multilayer, X: Any, rows: Rows, listeners: Sequence[Callback]
) -> None:
    """Encode a table, train a committee on it, and leave it on the estimator.

    Parameters
    ----------
    estimator : Multilayer
    X : table or array, (m, n)
    rows : Rows
        Its targets and weights; in the place of the examples, their numbers.
    listeners : sequence of functions

    Raises
    ------
    HyperparameterError
        There are several targets.
    """
    rows = rows.counting()
    table = table_of(estimator, X, reset=True)[rows.X]
    estimator._target = estimator._usual_target(rows)
    target = target_of(estimator._target, estimator._y_names)
    if isinstance(target, Several):
        raise HyperparameterError(
            f"The 'recipe' parameter must be None for {len(target.parts)} targets at once. "
            f"Got {estimator.recipe!r} instead.",
            fix="fit one estimator to each (sklearn.multioutput), or leave the recipe out",
        )
    plan_for(X, estimator.categorical_features)
    plan = encoding.plan(target, table)
    made = committee(
        target,
        plan.encode(table, dtype=np.float32),
        estimator._target.encode(rows.y, np.float32),
        Options(seed=estimator._seed),
        members=estimator.n_ensemble if estimator.n_ensemble > 1 else None,
        sample_weight=None if rows.weights is None else rows.weights.astype(np.float32),
        callbacks=(*estimator.callbacks, *listeners),
    )
    estimator.table_, estimator.input_shape_ = plan, (len(plan.names),)
    estimator.scaling_ = Scaling.none(len(plan.names), np.float32)
    estimator._dtype = np.dtype(np.float32)
    _keep(estimator, made, len(target.names))
    record(estimator, made.results, len(rows))


def _keep(estimator: Multilayer, made: Committee, units: int) -> None:
    (ensemble,) = cast("tuple[Ensemble]", made.network.layers)
    member = cast("Chain", ensemble.members[0])
    estimator._one = Network(member.layers, made.network.loss, made.network.penalties)
    estimator._members = tuple(dict(result.parameters) for result in made.results)
    estimator.network_, estimator.parameters_ = made.network, dict(made.parameters)
    estimator._begin(estimator._one, units)


def _same(given: Any, usual: Any) -> bool:
    return given is usual or (type(given) is type(usual) and bool(given == usual))
