"""A text to learn from: every symbol is an example, and its label is the symbol behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.errors import DataError
from glassnet.experiments.examples import Examples, Share, refuse, scored, training
from glassnet.experiments.options import Options
from glassnet.layers.activations import Softmax
from glassnet.layers.dense import Dense
from glassnet.layers.dropout import Dropout
from glassnet.layers.embedding import Embedding
from glassnet.layers.gru import GRU
from glassnet.layers.layer import Layer
from glassnet.losses.cross_entropies import CategoricalCrossEntropy
from glassnet.memory import check_memory
from glassnet.network import Network
from glassnet.sequences.text import TextPlan, plan_text, symbols_of
from glassnet.tables import Classes

LENGTH: Final = 64
MOST_WORDS: Final = 1000
"""Every label holds a number for each symbol, so memory and time grow with text times vocabulary;
and a word needs examples. Of Python's manual, 126,000 words and marks, the first 1,000 are 89 %."""
SEEN: Final = 3_000_000
"""About how many symbols are read in all epochs together: minutes on one core."""


def of_text(text: str, options: Options, *, source: str, words: bool = False) -> Examples:
    """Understand a text: its first part is learnt from, its last part held out.

    Parameters
    ----------
    text : str
    options : Options
        `hidden` are the units of the recurrent layers.
    source : str
    words : bool
        Whether symbols are words; else each is a character.

    Raises
    ------
    DataError
        The text is too short, or holds too few different symbols.
    """
    refuse(options, "a text", "task", "drop", "activation")
    parts = _cut(text, options, words)
    plan = plan_text("".join(parts["training"]), LENGTH, words=words, most=MOST_WORDS)
    check_memory(
        "Learning from this text",
        4 * len(plan.symbols) * sum(map(len, parts.values())),
        "pass a part of it",
    )
    shares = {name: _share(plan, symbols) for name, symbols in parts.items()}
    target = Classes(f"next {plan.unit}", plan.symbols)
    facts = (
        ("text", f"{source}: {sum(map(len, parts.values())):,} {plan.unit}s"),
        ("vocabulary", _vocabulary(plan, parts["training"])),
        ("task", f"the next {plan.unit}, after every {plan.unit} of {LENGTH} in a row"),
        (f"{plan.unit}s", ", ".join(f"{len(own):,} {name}" for name, own in parts.items())),
    )
    return Examples(
        source=source,
        unit=plan.unit,
        options=options,
        plan=plan,
        target=target,
        parts=shares,
        network=_network(plan, options),
        training=training(
            options,
            shares["training"].Y.shape[-1],
            rate=0.01,
            epochs=int(np.clip(SEEN // len(parts["training"]), 2, 60)),
            batch_size=32,
            patience=5,
        ),
        baselines=scored(target, shares["test"], _baselines(shares, len(plan.symbols))),
        facts=facts,
        beside=f"Pairs counts what followed each {plan.unit} in the text that is learnt from;"
        " constant always predicts the shares of the symbols."
        f" The cost J is that of {LENGTH} {plan.unit}s together, log_loss that of one.",
    )


def _cut(text: str, options: Options, words: bool) -> dict[str, list[str]]:
    """Training, validation and test, one behind the other: what is held out comes last."""
    symbols = symbols_of(text, words)
    count = len(symbols)
    test = round(options.test * count)
    check = round((options.validation or 0.1) * (count - test))
    learn = count - test - check
    if min(learn, check, test) <= LENGTH:
        unit = "words" if words else "characters"
        raise DataError(
            f"The text is too short to learn from: {count:,} {unit}.",
            expected=f"more than {LENGTH} {unit} in each of its parts",
            received=f"{learn:,} to learn from, {check:,} to choose the epoch, {test:,} held out",
            fix=f"pass a longer text (some thousand {unit})",
        )
    return {
        "training": symbols[:learn],
        "validation": symbols[learn : learn + check],
        "test": symbols[learn + check :],
    }


def _share(plan: TextPlan, symbols: list[str]) -> Share:
    X, Y = plan.labelled("".join(symbols), dtype=np.float32)
    labels = Y.argmax(axis=1)
    return Share(np.arange(labels.size), labels, X, Y)


def _vocabulary(plan: TextPlan, symbols: list[str]) -> str:
    known = set(plan.symbols)
    left = sum(symbol not in known for symbol in symbols)
    told = f"{len(plan.symbols) - 1:,} {plan.unit}s"
    return f"{told}; {left:,} of the text are rare and read as unknown" if left else told


def _network(plan: TextPlan, options: Options) -> Network:
    """An embedding, recurrent layers, and the probability of every symbol at every time."""
    layers: list[Layer] = [Embedding(len(plan.symbols), 64 if plan.words else 24)]
    for units in (128,) if options.hidden is None else options.hidden:
        layers.append(GRU(units))
        if options.dropout:
            layers.append(Dropout(options.dropout))
    layers += [Dense(len(plan.symbols)), Softmax()]
    return Network(layers, CategoricalCrossEntropy(), options.penalties)


def _baselines(shares: Mapping[str, Share], k: int) -> dict[str, FloatArray]:
    """Shares of the k symbols, and of those behind each; each counted once more than seen."""
    learn, test = shares["training"], shares["test"]
    alone = np.bincount(learn.labels.ravel(), minlength=k) + 1.0
    pairs = np.zeros((k, k))
    np.add.at(pairs, (learn.X[:, 0], learn.labels), 1)
    # A symbol seen seldom says what all say; one seen often, what it said.
    pairs += alone / alone.sum()
    after = (pairs / pairs.sum(axis=1, keepdims=True)).astype(np.float32)
    constant = (alone / alone.sum()).astype(np.float32)[:, np.newaxis]
    return {
        "pairs": np.moveaxis(after[test.X[:, 0]], -1, 1),
        "constant": np.broadcast_to(constant, test.Y.shape),
    }
