"""``glassnet generate``: a text that a model writes."""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

from glassnet.cli.limits import Allowed
from glassnet.errors import GlassnetWarning, listed
from glassnet.model.file import load
from glassnet.sequences.generate import generate, text_plan


def generate_text(
    model_file: Path,
    prompt: str,
    length: int,
    *,
    temperature: float,
    seed: int,
    allow: Allowed,
    as_json: bool,
) -> None:
    """Print the prompt and what the model writes behind it."""
    model = load(model_file, limits=allow.model)
    unknown = text_plan(model).unknown(prompt)
    if unknown:
        warnings.warn(
            f"The model has not learnt {listed(map(repr, unknown))}: read as unknown.",
            GlassnetWarning,
            stacklevel=1,
        )
    text = generate(model, prompt, length, temperature=temperature, seed=seed)
    if as_json:
        print(json.dumps({"prompt": prompt, "text": text}))
        return
    sys.stdout.write(f"{prompt}{text}\n")
