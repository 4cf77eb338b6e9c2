"""Images that were held out and taken for something else, the surest mistakes first."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from glassnet.experiments import Examples, Experiment
from glassnet.images.plan import ImagePlan
from glassnet.report.numerals import percent
from glassnet.report.predicted import Predicted

MOST: Final = 24


@dataclass(frozen=True)
class Mistake:
    """An image as the network saw it, and what it took it for."""

    source: str
    true: str
    said: str
    sure: str


def mistakes(experiment: Experiment[Examples], predicted: Predicted) -> list[Mistake]:
    """The images whose class was wrong; none where Pillow is not installed to write them."""
    plan, X = experiment.study.plan, experiment.study.parts["test"].X
    if not isinstance(plan, ImagePlan):
        return []
    try:
        from PIL import Image
    except ModuleNotFoundError:
        return []
    sure = predicted.probabilities.max(axis=0)
    wrong = np.flatnonzero(predicted.codes != predicted.decided)
    chosen = wrong[np.argsort(-sure[wrong], kind="stable")][:MOST]
    found = []
    for at in chosen:
        pixels: Any = X[..., at] * np.array(plan.scale) + np.array(plan.center)
        bytes_ = np.clip(np.rint(pixels), 0, 255).astype(np.uint8)
        image = Image.fromarray(bytes_[..., 0] if plan.channels == 1 else bytes_)
        found.append(
            Mistake(
                _as_address(image),
                predicted.labels[predicted.codes[at]],
                predicted.labels[predicted.decided[at]],
                percent(float(sure[at])),
            )
        )
    return found


def _as_address(image: Any) -> str:
    """A picture as part of the page."""
    content = io.BytesIO()
    image.save(content, "PNG")
    return f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"
