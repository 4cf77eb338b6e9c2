"""What the network computes: the sections of `glassnet.glass`, each with a word of explanation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup, escape

from glassnet.experiments import Experiment
from glassnet.glass.describe import describe
from glassnet.glass.explanation import Section
from glassnet.report.visible import visible

_INDEX: Final = re.compile(r"(?<=[A-Za-z_′])\[(\d+)\]")

SAID: Final = {
    "Dimensions": "What every layer holds and makes. An array W[l] (n, k) turns k numbers of each"
    " example into n, by a matrix product; m examples are computed at once, side by side.",
    "Forward": "From the inputs A[0] to the prediction, line by line. Each layer weighs what comes"
    " in (W), shifts it (b), and bends it (the activation); without the bend, many layers could"
    " say no more than one.",
    "Cost": "One number for how wrong the predictions are on average. Training makes it small.",
    "Backward": "The chain rule, from the cost back to the inputs: each dW says how the cost would"
    " change if W changed a little. An update moves every parameter a small step against it.",
    "Update": "What training does with every gradient, thousands of times: α is the learning rate,"
    " t counts the updates. The line with := gives the letter on its left a new value.",
    "Parameters (learned)": "Numbers that training found. They began at random and are stored in"
    " the model file under these names.",
    "Hyper-parameters (chosen)": "What was decided before training began: by whoever ran it, or by"
    " the recipe. Training does not change them.",
}


@dataclass(frozen=True)
class Told:
    """A section of an explanation and what a newcomer has to know to read it."""

    section: Section
    said: str

    @property
    def name(self) -> str:
        """What an address can point at."""
        return re.sub(r"\W+", "-", self.section.title.lower()).strip("-")


def equations(experiment: Experiment[Any]) -> list[Told]:
    """Dimensions, equations, parameters and hyper-parameters."""
    model = experiment.model
    explanation = describe(model.network, model.input_shape, model.training)
    return [Told(section, SAID.get(section.title, "")) for section in explanation.sections]


def course(text: str) -> Markup:
    """The text with layer numbers raised, as the course writes them.

    >>> course("Z[2] = W[2] A[1]")
    Markup('Z<sup>[2]</sup> = W<sup>[2]</sup> A<sup>[1]</sup>')
    """
    return Markup(_INDEX.sub(r"<sup>[\1]</sup>", str(escape(visible(text)))))
