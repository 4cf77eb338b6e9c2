"""Findings in the fit: constant predictions, over- and under-fitting, labels that do not fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.glass.doctor.diagnosis import Finding
from glassnet.glass.doctor.patient import FEW, Patient
from glassnet.layers.activation import Activation
from glassnet.losses.cross_entropies import BinaryCrossEntropy, CategoricalCrossEntropy
from glassnet.notation import number

CONSTANT: Final = 0.01
"""Outputs that vary by less than this share of the labels' variation are one constant."""
ONE_SIDED: Final = 0.9
"""The share of the most frequent class from which the others are easily ignored."""
GAP: Final = 0.25
"""How much more of the labels' variance may be explained of training than of validation rows."""
BEHIND: Final = 0.1
"""How much more of it a straight line may explain."""
RISEN: Final = 1.5
"""How much larger than its lowest value the validation cost may end,"""
LOST: Final = 0.2
"""and by how much of the constant's cost it may have risen."""


def constant_prediction(patient: Patient) -> Iterator[Finding]:
    """The same output for every example."""
    A, Y = patient.A, patient.Y
    if A.shape != Y.shape or patient.m < FEW or not np.any(Y.std(axis=-1)):
        return
    spread = float(np.max(A.std(axis=-1)) / np.max(Y.std(axis=-1)))
    if spread < CONSTANT:
        yield Finding(
            "predicts the constant",
            "output",
            spread,
            f"The outputs vary by {number(spread)} of what the labels vary by; they are about "
            f"{number(float(A[..., 0, :].mean()))}.",
            "The network has learned the mean of the labels and nothing of the inputs.",
            "Look at the other findings first; then at the learning rate, and at the order of Y.",
        )


def class_imbalance(patient: Patient) -> Iterator[Finding]:
    """Nearly all examples in one class."""
    Y = patient.Y
    if not patient.classes or patient.m < FEW:
        return
    ones = Y.reshape(-1, Y.shape[-2], Y.shape[-1]).mean(axis=(0, 2))
    shares = np.array([1 - ones[0], ones[0]]) if len(ones) == 1 else ones
    if len(ones) > 1 and not np.allclose(Y.sum(axis=-2), 1):
        return
    largest = float(shares.max())
    if largest >= ONE_SIDED:
        yield Finding(
            "class imbalance",
            "labels",
            largest,
            f"{largest:.1%} of the examples are of one class, {float(shares.min()):.1%} of the "
            "rarest.",
            f"Always saying that class is right in {largest:.1%}: accuracy says nothing here.",
            "Judge by roc_auc or by each class; weigh the rare examples (sample_weight), or get "
            "more of them.",
        )


def over_fitting(patient: Patient) -> Iterator[Finding]:
    """Much better on the training rows than on the validation rows."""
    if patient.held_outputs is not None and patient.A.shape == patient.Y.shape:
        here, there = explained(patient.A, patient.Y), explained(*patient.held_outputs)
        if here - there > GAP:
            yield Finding(
                "over-fitting",
                "training against validation",
                here - there,
                f"{here:.0%} of the labels' variance is explained in training rows, "
                f"{max(there, -9.99):.0%} in validation rows.",
                "The network has learned rows by heart, with what is chance in them.",
                "More rows, a smaller network, L2, Dropout or EarlyStopping.",
            )
            return
    costs = patient.history["validation_cost"] if patient.history else []
    if patient.last and len(costs) >= 10 and None not in costs:
        best = int(np.argmin(costs))
        risen = costs[-1] - costs[best]
        if risen > (RISEN - 1) * costs[best] and risen > LOST * patient.constant_cost:
            yield Finding(
                "over-fitting",
                "validation cost",
                costs[-1] / costs[best],
                f"The validation cost was lowest after epoch {best + 1}, "
                f"{number(costs[best])}, and is {number(costs[-1])} after the last.",
                "From there on the network learned by heart what is chance in the training rows.",
                "Take EarlyStopping, which keeps the best epoch; or L2, Dropout, more rows.",
            )


def under_fitting(patient: Patient) -> Iterator[Finding]:
    """A straight line explains more of the training rows."""
    A, Y = patient.A, patient.Y
    if A.shape != Y.shape:
        return
    X = np.concatenate(
        [x[..., : patient.m].reshape(-1, patient.m) for _, x in patient.numbers()] or [Y[:0]]
    )
    if not len(X) or patient.m < 5 * len(X) or patient.m < FEW:
        return
    line, own = explained(_line(X, Y.reshape(-1, patient.m)), Y.reshape(-1, patient.m)), None
    own = explained(A, Y)
    if line - own > BEHIND:
        yield Finding(
            "under-fitting",
            "training",
            line - own,
            f"The network explains {max(own, -9.99):.0%} of the labels' variance in training "
            f"rows, a straight line {line:.0%}.",
            "The network has not learned what is easiest to learn.",
            "Train longer, with a larger learning rate or another optimiser; take more units, "
            "and less of L2 and Dropout.",
        )


def loss_and_output(patient: Patient) -> Iterator[Finding]:
    """A last activation, a loss and labels that do not belong together."""
    graph, Y = patient.network.graph, patient.Y
    last, loss = graph.nodes[-1].layer, graph.loss
    entropy = isinstance(loss, BinaryCrossEntropy | CategoricalCrossEntropy)
    if isinstance(last, Activation):
        beyond = float(np.mean((last.low > Y) | (last.high < Y)))
        if beyond:
            yield _unfit(
                f"{last} in front of these labels",
                beyond,
                f"{beyond:.0%} of the labels are outside of {number(last.low)} … "
                f"{number(last.high)}, which {last} cannot leave.",
                "end with Identity() for numbers, or scale the labels",
            )
    if entropy and not graph.canonical:
        kind = loss.canonical.__name__ if loss.canonical else ""
        yield _unfit(
            f"{type(loss).__name__} behind {last}",
            1.0,
            f"{type(loss).__name__} belongs behind {kind}; here is {last}.",
            f"end with {kind}()",
        )
    elif not entropy and patient.classes and np.any(Y[..., :1] != Y) and patient.m >= FEW:
        several = Y.shape[-2] > 1
        pair = (
            "Softmax() and CategoricalCrossEntropy()"
            if several
            else ("Sigmoid() and BinaryCrossEntropy()")
        )
        yield _unfit(
            f"{type(loss).__name__} of labels 0 and 1",
            1.0,
            f"All labels are 0 or 1, and the loss is {type(loss).__name__}.",
            f"end with {pair}",
        )


def _unfit(where: str, value: float, seen: str, fix: str) -> Finding:
    return Finding(
        "loss and output do not belong together",
        where,
        value,
        seen,
        "The gradient is then weak where the error is largest, or the label cannot be reached.",
        f"{fix[0].upper()}{fix[1:]}.",
    )


def explained(A: FloatArray, Y: FloatArray) -> float:
    """The share of the labels' variance that the outputs explain: R², of all rows together."""
    rest = float(np.sum(np.square(A - Y, dtype=np.float64)))
    whole = float(np.sum(np.square(Y - Y.mean(axis=-1, keepdims=True), dtype=np.float64)))
    return 1 - rest / whole if whole else 1.0


def _line(X: FloatArray, Y: FloatArray) -> FloatArray:
    """The best straight line through the examples."""
    with_one = np.vstack([X, np.ones((1, X.shape[1]))]).T.astype(np.float64)
    scale = np.abs(with_one).max(axis=0)
    with_one = with_one / np.where(scale > 0, scale, 1)
    line: FloatArray = with_one @ np.linalg.lstsq(with_one, Y.T.astype(np.float64), rcond=1e-9)[0]
    return line.T
