"""Findings in hidden layers: units that are dead, saturated or equal; gradients that vanish."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.glass.doctor.diagnosis import Finding
from glassnet.glass.doctor.patient import FEW, Patient, by_unit, place, share
from glassnet.graph import Node, gradient_name
from glassnet.layers.activation import Activation
from glassnet.namespace import numpy_namespace as xp
from glassnet.notation import number
from glassnet.trace.views import unit_axes

DEAD: Final = 0.3
"""The share of a layer's units that may be dead or saturated."""
FLAT, ALWAYS = 0.05, 0.95
"""A unit is saturated where its slope is below FLAT of the steepest, for ALWAYS of the examples."""
VANISHED, EXPLODED = 1e-4, 1e4
"""The gradient of the first layer as a share of the last one's."""


def dead_units(patient: Patient) -> Iterator[Finding]:
    """Units whose slope is 0 for every example, as that of a ReLU with z < 0 everywhere."""
    for node, slopes in _slopes(patient):
        if _bounded(node):
            continue  # of a sigmoid this is saturation, rounded
        dead = int(np.sum(np.all(slopes == 0, axis=1)))
        if dead > DEAD * len(slopes):
            yield Finding(
                "dead units",
                place(node),
                dead / len(slopes),
                f"{share(dead, len(slopes))} units have slope 0 for all {patient.m:,} examples.",
                "No gradient passes a slope of 0: these units and what feeds them learn nothing.",
                "Train anew with a smaller learning rate, He initialisation and centred inputs, or "
                "take LeakyReLU.",
            )


def saturated_units(patient: Patient) -> Iterator[Finding]:
    """Units of a bounded activation that stand at its ends for nearly every example."""
    for node, slopes in _slopes(patient):
        g = node.layer
        if not isinstance(g, Activation) or not _bounded(node):
            continue
        Z = np.zeros((1, 1))
        steepest = float(g.g_prime(xp, Z, g.g(xp, Z))[0, 0])
        flat = np.mean(slopes < FLAT * steepest, axis=1) > ALWAYS
        stuck = int(np.sum(flat))
        if stuck > DEAD * len(slopes):
            yield Finding(
                "saturated units",
                place(node),
                stuck / len(slopes),
                f"{share(stuck, len(slopes))} units have a slope below {FLAT:.0%} of the steepest "
                f"for {ALWAYS:.0%} of the examples.",
                "dZ = dA ∗ g′(Z): with g′ near 0 the layer hardly learns.",
                "Standardise the inputs, start with smaller weights (Glorot), or take ReLU.",
            )


def symmetric_units(patient: Patient) -> Iterator[Finding]:
    """Units of a layer with the same weights: they compute the same, and always will."""
    for node in patient.network.graph.nodes[:-1]:
        if not node.parameters or not any(local.startswith("W") for local in node.parameters):
            continue
        rows = _incoming(patient, node)
        if rows is None or len(rows) < 2:
            continue
        scale = float(abs(rows).max()) or 1.0
        distinct, counts = np.unique(np.round(rows / scale, 7), axis=0, return_counts=True)
        alike = int(np.sum(counts[(counts > 1) & (np.any(distinct, axis=1))]))
        alike = len(rows) if len(distinct) == 1 else alike
        if alike > 0.1 * len(rows):
            yield Finding(
                "symmetric units",
                place(node),
                alike / len(rows),
                f"{share(alike, len(rows))} units have the same weights as another.",
                "Equal units get equal gradients and stay equal: together they are one unit.",
                "Initialise W with random numbers, e.g. Glorot or He; b may be zero.",
            )


def gradients_by_layer(patient: Patient) -> Iterator[Finding]:
    """Gradients that shrink or grow from the last layer to the first."""
    nodes = [node for node in patient.network.graph.nodes if node.parameters]
    names = [gradient_name(node.output) for node in nodes]
    if len(nodes) < 3 or not all(name in patient.trace for name in names):
        return
    sizes = [float(np.sqrt(np.mean(np.square(patient.trace[n], dtype=np.float64)))) for n in names]
    if not sizes[0] or not sizes[-1]:
        return  # dead or symmetric layers, or a perfect fit: their own findings
    first, last, ratio = nodes[0], nodes[-1], sizes[0] / sizes[-1]
    if VANISHED < ratio < EXPLODED:
        return
    told = "  ".join(map(number, sizes))
    vanishing = ratio <= VANISHED
    yield Finding(
        "vanishing gradients" if vanishing else "exploding gradients",
        f"{place(last)} to {place(first)}",
        ratio,
        f"The mean size of the gradients by layer, from the first to the last: {told}.",
        "Every layer multiplies by Wᵀ and g′: "
        + (
            "the first layers get next to nothing and stay as they were."
            if vanishing
            else "the first layers get steps that throw them about."
        ),
        "Take ReLU or its relatives with He initialisation, short cuts (Residual), fewer layers"
        + ("." if vanishing else ", or clip the gradients (ClipNorm)."),
    )


def _bounded(node: Node) -> bool:
    g = node.layer
    return isinstance(g, Activation) and bool(np.isfinite([g.low, g.high]).all())


def _slopes(patient: Patient) -> Iterator[tuple[Node, FloatArray]]:
    """g′ of every hidden activation, (units, numbers)."""
    if patient.m < FEW:
        return
    for node in patient.hidden:
        g = node.layer
        if isinstance(g, Activation):
            slopes = g.g_prime(xp, patient.trace[node.inputs["Z"]], patient.trace[node.output])
            yield node, by_unit(slopes)


def _incoming(patient: Patient, node: Node) -> FloatArray | None:
    """All weights of each unit in one row."""
    axes, parts = unit_axes(node), []
    for name in node.parameters.values():
        if name in axes:
            W = patient.trace[name]
            parts.append(np.moveaxis(W, axes[name], 0).reshape(W.shape[axes[name]], -1))
    return np.concatenate(parts, axis=1) if parts else None
