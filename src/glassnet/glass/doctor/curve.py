"""Findings in the cost curve: a learning rate that is too high or too low."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from glassnet.glass.doctor.diagnosis import Finding
from glassnet.glass.doctor.patient import Patient
from glassnet.notation import number
from glassnet.training.history import History

EPOCHS: Final = 8
"""A shorter curve says nothing."""
JUMP: Final = 0.1
"""A rise of the cost by this share of the constant's cost is a jump."""
STRAIGHT: Final = 0.5
"""A curve whose last quarter falls by this share of its first quarter has not begun to flatten."""
BARELY: Final = 1e-3
"""A relative fall of the cost that is none."""
SLOW, FAST = 1e-3, 0.03
"""First updates that move the weights by a smaller share are small, by a larger one large."""


def learning_rate_too_high(patient: Patient) -> Iterator[Finding]:
    """The cost jumps up again and again, or ends higher than it began."""
    history = patient.history
    if history is None or len(history) < EPOCHS:
        return
    costs = np.array(history["cost"])
    jump = JUMP * min(costs[0], patient.constant_cost)
    jumps = int(np.sum(np.diff(costs)[len(costs) // 4 :] > jump))
    grown = float(np.mean(costs[-3:]) / costs[0])
    if jumps >= 3 or grown > 1.2:
        seen = f"{jumps} times the cost rose by more than {number(jump)} from one epoch to the next"
        yield Finding(
            "learning rate too high",
            "cost curve",
            jumps if jumps >= 3 else grown,
            f"{seen}; it began at {number(costs[0])} and ended at {number(costs[-1])}."
            f"{_moved(patient)}",
            "Each step goes over the valley and lands higher up on its other side.",
            f"Take a learning rate{_of(history)} 3 to 10 times smaller, or a schedule that falls; "
            "standardised inputs bear a larger one.",
        )


def learning_rate_too_low(patient: Patient) -> Iterator[Finding]:
    """The cost falls in a straight line, or hardly at all while updates are tiny."""
    history = patient.history
    if history is None or len(history) < EPOCHS:
        return
    costs = np.array(history["cost"])
    quarter = len(costs) // 4
    first, last = costs[0] - costs[quarter], costs[-1 - quarter] - costs[-1]
    fall = float((costs[0] - costs[-1]) / abs(costs[0])) if costs[0] else 0.0
    straight = first > 0 and last > STRAIGHT * first and fall > BARELY
    moved = max(patient.ratios.each.values(), default=SLOW) if patient.ratios else SLOW
    steady = float(np.mean(np.diff(costs) < 0)) > 0.8
    if steady and ((straight and moved < FAST) or (moved < SLOW and fall < 0.1)):
        yield Finding(
            "learning rate too low",
            "cost curve",
            last / first if first > 0 else fall,
            f"The cost fell by {number(float(first))} in the first quarter of the epochs and "
            f"still by {number(float(last))} in the last one.{_moved(patient)}",
            "The training ended on the slope, long before the valley.",
            f"Take a learning rate{_of(history)} 3 to 10 times larger, Adam, or more epochs.",
        )


def _moved(patient: Patient) -> str:
    """What the first updates did, where that is known."""
    if patient.ratios is None or not patient.ratios.each:
        return ""
    name, ratio = max(patient.ratios.each.items(), key=lambda item: item[1])
    return f" Its first updates moved {name} by {number(ratio)} of its size each (usual: 0.001)."


def _of(history: History) -> str:
    rates = [rate for rate in history["learning_rate"] if rate]
    return f" (now {number(max(rates))})" if rates else ""
