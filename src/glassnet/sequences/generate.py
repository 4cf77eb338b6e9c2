"""Writing with a model of text: every symbol that is drawn is the next input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.errors import DataError, HyperparameterError, shown
from glassnet.seeds import Seed, seed_source
from glassnet.sequences.text import TextPlan

if TYPE_CHECKING:
    from glassnet.model.model import Model


def generate(
    model: Model, prompt: str = "", length: int = 500, *, temperature: float = 1.0, seed: Seed = 0
) -> str:
    """What a model of text writes behind a prompt.

    P(x⟨t+1⟩ = s) ∝ a[s]⟨t⟩ ^ (1 / temperature)

    Parameters
    ----------
    model : Model
        With a `TextPlan`, as `glassnet train book.txt` makes it.
    prompt : str
        What the text begins with; it is read, and not returned. Without one the model begins as
        behind a line's end.
    length : int
        How many characters or words are drawn, at least 0.
    temperature : float
        At least 0. Below 1 the likely becomes likelier, above 1 all become alike; at 0 the
        likeliest is taken every time.
    seed : int, numpy.random.Generator or numpy.random.RandomState
        The same seed writes the same.

    Raises
    ------
    DataError
        The model is none of text.
    HyperparameterError
        `length` or `temperature` is outside its domain.

    Notes
    -----
    The unknown symbol is never written.

    Examples
    --------
    >>> from glassnet.experiments import Options, run
    >>> from glassnet.experiments.text import of_text
    >>> options = Options(hidden=(4,), epochs=2, learning_rate=0.05)
    >>> model = run(of_text("ab" * 500, options, source="ab")).model
    >>> generate(model, "ab", 6, temperature=0)
    'ababab'

    Source: Sutskever, Martens, Hinton, "Generating text with recurrent neural networks" (2011).
    """
    plan = text_plan(model)
    _check_domain("length", length, int)
    _check_domain("temperature", temperature, int, float)
    random = seed_source(seed)
    begin = prompt or next((s for s in ("\n", " ") if s in plan.symbols), plan.symbols[1])
    drawn, states = plan.encode(begin), None
    written: list[int] = []
    for _ in range(length):
        A, states = model.network.predict_piece(model.parameters, drawn, states)
        symbol = _draw(A[-1, :, 0].astype(np.float64), temperature, random)
        written.append(symbol)
        drawn = np.full((1, 1, 1), symbol)
    return plan.decode(written)


def text_plan(model: Model) -> TextPlan:
    """The plan of a model of text.

    Raises
    ------
    DataError
        It is of another kind.
    """
    if model.plan is None or model.plan.kind != TextPlan.kind:
        raise DataError(
            "this model was not trained on a text.",
            expected="a model of text, as `glassnet train book.txt` writes it",
            received=f"a model of {model.reads}",
            fix="train one on a text file",
        )
    return cast("TextPlan", model.plan)


def _draw(p: FloatArray, temperature: float, random: Any) -> int:
    """A symbol by its probabilities, the unknown one left out."""
    if temperature == 0:
        return int(p[1:].argmax()) + 1
    with np.errstate(divide="ignore"):
        logits = np.log(p[1:]) / temperature
    below = np.cumsum(np.exp(logits - logits.max()))
    return int(np.searchsorted(below, random.random() * below[-1], side="right")) + 1


def _check_domain(name: str, value: object, *kinds: type[float]) -> None:
    if isinstance(value, bool) or not isinstance(value, kinds) or not 0 <= value < np.inf:
        kind = "an int" if kinds == (int,) else "a float"
        raise HyperparameterError(
            f"The {name!r} parameter must be {kind} in the range [0, inf). Got {shown(value)} "
            "instead.",
            fix=f"pass e.g. {name}={500 if name == 'length' else 0.8}",
        )
