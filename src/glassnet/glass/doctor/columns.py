"""Findings in the inputs: scales, constants, copies, leaks, rows that were seen before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.glass.doctor.diagnosis import Finding
from glassnet.glass.doctor.patient import FEW, Patient, by_unit, share, some
from glassnet.notation import number

WILD: Final = 1e3
"""The largest number of an input, or its ratio to that of another, from which scales matter."""
SHARED: Final = 0.05
"""The share of validation rows that may be in the training rows as well, beyond what is usual."""


def wild_scales(patient: Patient) -> Iterator[Finding]:
    """Inputs of which one is thousands of times larger than another, or than 1."""
    for source, X in patient.numbers():
        names = list(patient.columns) if not patient.scaled else []
        rows = by_unit(X)
        sizes = abs(rows - rows.mean(axis=1, keepdims=True)).max(axis=1)
        if not np.any(sizes > 0):
            continue
        large, small = int(sizes.argmax()), int(np.where(sizes > 0, sizes, np.inf).argmin())
        ratio = float(sizes[large] / sizes[small])
        if max(ratio, float(sizes[large]), 1 / float(sizes[large])) < WILD:
            continue
        called = [names[i] if i < len(names) else f"unit {i}" for i in (large, small)]
        yield Finding(
            "columns on wild scales",
            _source(source),
            ratio,
            f"{called[0]} varies by {number(float(sizes[large]))}, {called[1]} by "
            f"{number(float(sizes[small]))}.",
            "One learning rate fits one scale: dW[1] is as large as the input, so the large column "
            "decides and the small one is not learned.",
            "Standardise every column: (x − mean) / standard deviation of the training rows.",
        )


def constant_columns(patient: Patient) -> Iterator[Finding]:
    """Columns that say the same of every example."""
    names = [name for name, x in patient.columns.items() if np.all(x == x[..., :1])]
    if names and patient.m >= FEW:
        yield Finding(
            "constant columns",
            some(names),
            len(names),
            f"{share(len(names), len(patient.columns))} columns hold one value in every row.",
            "Such a column says nothing; its weight does the work of b.",
            "Leave it out, or look for what went wrong when the table was made.",
        )


def duplicated_columns(patient: Patient) -> Iterator[Finding]:
    """Columns that repeat another."""
    first: dict[bytes, str] = {}
    copies = []
    for name, x in patient.columns.items():
        if np.all(x == x[..., :1]):
            continue
        spread = float(x.std())
        key = np.round((x - x.mean()) / spread, 9) + 0.0 if np.isfinite(spread) and spread else x
        original = first.setdefault(np.ascontiguousarray(key).tobytes(), name)
        if original != name:
            copies.append(f"{name} repeats {original}")
    if copies and patient.m >= FEW:
        yield Finding(
            "duplicated columns",
            some(copies),
            len(copies),
            f"{share(len(copies), len(patient.columns))} columns are another one, at most on "
            "another scale.",
            "The column counts twice, and what the network gives to either of the two is chance.",
            "Keep one of them.",
        )


def leaks(patient: Patient) -> Iterator[Finding]:
    """Columns from which the label can be read."""
    for leak in patient.leaks or ():
        yield Finding(
            "leak",
            leak.column,
            1.0,
            f"{leak.sentence}.",
            "It will not be known when the model is used: the scores are too good to be true.",
            "Leave the column out, unless it is really known before the label.",
        )


def shared_rows(patient: Patient) -> Iterator[Finding]:
    """Validation examples that are training examples too."""
    if not patient.held:
        return
    training, held = _rows(patient.inputs), _rows(patient.held)
    _, back, counts = np.unique(training, return_inverse=True, return_counts=True)
    usual = float(np.mean(counts[back] > 1))
    seen = float(np.mean(np.isin(held, training)))
    if seen > 3 * usual + SHARED:
        yield Finding(
            "rows shared with validation",
            "validation",
            seen,
            f"{seen:.0%} of {len(held):,} validation rows are training rows too; among the "
            f"training rows {usual:.0%} have a double.",
            "What was learned by heart counts as understood: the validation cost is too low.",
            "Split first, then copy, augment or draw again; keep rows of one origin together.",
        )


def _rows(inputs: object) -> FloatArray:
    """A number for each example that equal examples share."""
    assert isinstance(inputs, dict)
    parts = [np.moveaxis(X, -1, 0).reshape(X.shape[-1], -1) for X in inputs.values()]
    table = np.ascontiguousarray(np.concatenate(parts, axis=1))
    hashed: FloatArray = np.array([hash(row.tobytes()) for row in table])
    return hashed


def _source(source: str) -> str:
    return "X" if source == "A0" else source.removesuffix(".A0")
