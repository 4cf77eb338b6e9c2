"""The catalogue of mistakes: what learners write, collected from their questions."""

from __future__ import annotations

from glassnet.glass.review.catalogue.activations import ACTIVATIONS
from glassnet.glass.review.catalogue.backward import BACKWARD
from glassnet.glass.review.catalogue.cost import COST
from glassnet.glass.review.catalogue.forward import FORWARD
from glassnet.glass.review.catalogue.update import UPDATE
from glassnet.glass.review.mistake import Mistake

CATALOGUE: tuple[Mistake, ...] = (*ACTIVATIONS, *FORWARD, *COST, *BACKWARD, *UPDATE)
