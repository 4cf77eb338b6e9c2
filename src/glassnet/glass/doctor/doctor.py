"""`doctor`: look for what usually goes wrong, and say it with its number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from numpy.typing import ArrayLike

from glassnet.glass.doctor import columns, curve, fit, units
from glassnet.glass.doctor.admitted import Traceable, admitted
from glassnet.glass.doctor.diagnosis import Diagnosis
from glassnet.glass.doctor.patient import FEW, Check, Patient
from glassnet.network import Network
from glassnet.training.result import Result
from glassnet.training.training import Training

if TYPE_CHECKING:
    from glassnet.model.model import Model

CHECKS: Final[Mapping[str, Check]] = {
    "columns on wild scales": columns.wild_scales,
    "constant columns": columns.constant_columns,
    "duplicated columns": columns.duplicated_columns,
    "leaks": columns.leaks,
    "rows shared with validation": columns.shared_rows,
    "class imbalance": fit.class_imbalance,
    "loss and output": fit.loss_and_output,
    "dead units": units.dead_units,
    "saturated units": units.saturated_units,
    "symmetric units": units.symmetric_units,
    "gradients by layer": units.gradients_by_layer,
    "learning rate too high": curve.learning_rate_too_high,
    "learning rate too low": curve.learning_rate_too_low,
    "constant predictions": fit.constant_prediction,
    "over-fitting": fit.over_fitting,
    "under-fitting": fit.under_fitting,
}


def doctor(
    subject: Network | Model | Traceable,
    X: Any,
    y: Any = None,
    *,
    parameters: Mapping[str, ArrayLike] | None = None,
    result: Result | None = None,
    validation: tuple[Any, Any] | None = None,
    training: Training | None = None,
) -> Diagnosis:
    """Why does it not learn? Sixteen usual reasons, each looked for and measured.

    A finding has a name, the number that was measured, why it matters and what to do. What is
    usual in a healthy fit is no finding.

    Parameters
    ----------
    subject : Network, Model, or a fitted estimator of glassnet
    X : array or table
        The training examples, in the form that the subject takes: (..., n_x, m) for a network,
        the series or the text for a model of one.
    y : array or series, optional
        Their labels; may be left out where X is a table with the target of the model, or a series
        or text, whose labels are what follows.
    parameters : dict of str to array, optional
        Of a network; left out, those of `result`.
    result : Result, optional
        What `train` returned: its cost curve is looked at too.
    validation : tuple, optional
        ``(X_val, y_val)``, in the same form.
    training : Training, optional
        How the network was trained: its first updates are made again, to see how far they go.

    Returns
    -------
    Diagnosis

    Raises
    ------
    HyperparameterError
        A network comes without parameters, or the subject is something else.
    DataError, ShapeError
        The data do not fit the subject.

    Examples
    --------
    >>> import numpy as np
    >>> import glassnet as gn
    >>> X = np.random.default_rng(0).normal(size=(2, 100))
    >>> network = gn.Network(
    ...     [gn.Dense(5), gn.Tanh(), gn.Dense(1)], loss=gn.SquaredError()
    ... )
    >>> parameters = network.initialize((2,), scheme=gn.Zeros())
    >>> found = gn.doctor(network, X, X[:1] * X[1:], parameters=parameters)
    >>> found.names()
    ('symmetric units', 'predicts the constant')
    >>> print(found.findings[0])
    symmetric units: layer 1, Dense(units=5)
      seen       5 of 5 units have the same weights as another.
      why        Equal units get equal gradients and stay equal: together they are one unit.
      to do      Initialise W with random numbers, e.g. Glorot or He; b may be zero.
    """
    patient = admitted(subject, X, y, parameters, result, validation, training)
    skipped = _skipped(patient)
    checks = {name: check for name, check in CHECKS.items() if name not in skipped}
    findings = tuple(finding for check in checks.values() for finding in check(patient))
    return Diagnosis(findings, tuple(checks), skipped)


def _skipped(patient: Patient) -> dict[str, str]:
    """What cannot be looked for, and what it would need."""
    skipped = {}
    if patient.leaks is None:
        skipped["leaks"] = "needs a table, and one label for each row"
    if not patient.held:
        skipped["rows shared with validation"] = "needs validation="
        if patient.history is None:
            skipped["over-fitting"] = "needs validation="
    if patient.history is None or len(patient.history) < curve.EPOCHS:
        why = f"needs the history of {curve.EPOCHS} epochs or more: result="
        skipped |= dict.fromkeys(["learning rate too high", "learning rate too low"], why)
    if patient.m < FEW:
        why = f"needs {FEW} examples or more"
        skipped |= dict.fromkeys(["dead units", "saturated units", "class imbalance"], why)
    return skipped
