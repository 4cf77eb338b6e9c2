"""Descriptions as plain data and back: a class of the catalogue becomes its name and its fields.

    Dense(4)   ↔   {"class": "Dense", "units": 4, "initializer": None}

A file can name only what stands in the catalogue below: nothing is imported or run by name, and
every class checks its own fields as it does for a caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from glassnet import initializers, optimizers, penalties, schedules
from glassnet.averaging import EMA
from glassnet.bidirectional import Bidirectional
from glassnet.clipping import ClipNorm, ClipValue
from glassnet.combine import Chain, Parallel, Residual
from glassnet.domains import Checked
from glassnet.ensemble import Ensemble
from glassnet.errors import (
    GlassnetError,
    HyperparameterError,
    Malformed,
    UnknownLayer,
    did_you_mean,
    listed,
    shown,
)
from glassnet.layers import (
    activations,
    average_pooling,
    convolution,
    global_pooling,
    max_pooling,
    smooth_activations,
)
from glassnet.layers.attention import SelfAttention
from glassnet.layers.dense import Dense
from glassnet.layers.dropout import Dropout
from glassnet.layers.embedding import Embedding
from glassnet.layers.gru import GRU
from glassnet.layers.lstm import LSTM
from glassnet.layers.normalization import BatchNorm, LayerNorm
from glassnet.layers.positions import PositionalEncoding
from glassnet.layers.reset_after_gru import ResetAfterGRU
from glassnet.layers.reshape import Flatten, Reshape
from glassnet.layers.simple_rnn import SimpleRNN
from glassnet.layers.transposed_convolution import ConvTranspose2D
from glassnet.losses import cross_entropies, quantities
from glassnet.network import Network
from glassnet.plain import AGAIN, checked_dict
from glassnet.training.stopping import EarlyStopping
from glassnet.training.training import Training

Classes: TypeAlias = tuple[type[Checked], ...]

CLASSES: Final[Classes] = (
    Network,
    *(Dense, Dropout, Chain, Parallel, Residual, Bidirectional, Ensemble),
    *(convolution.Conv1D, convolution.Conv2D, ConvTranspose2D, Flatten, Reshape),
    *(max_pooling.MaxPool1D, max_pooling.MaxPool2D),
    *(average_pooling.AveragePool1D, average_pooling.AveragePool2D),
    *(global_pooling.GlobalMaxPool1D, global_pooling.GlobalMaxPool2D),
    *(global_pooling.GlobalAveragePool1D, global_pooling.GlobalAveragePool2D),
    *(SimpleRNN, LSTM, GRU, ResetAfterGRU, Embedding, BatchNorm, LayerNorm),
    *(SelfAttention, PositionalEncoding),
    *(activations.Identity, activations.Sigmoid, activations.Tanh, activations.ReLU),
    *(activations.LeakyReLU, activations.Softmax, activations.Exponential),
    *(smooth_activations.ELU, smooth_activations.SELU, smooth_activations.Softplus),
    *(smooth_activations.GELU, smooth_activations.SiLU, smooth_activations.Mish),
    *(initializers.Zeros, initializers.Constant, initializers.Normal, initializers.InverseSqrt),
    *(initializers.LeCun, initializers.Glorot, initializers.He, initializers.Orthogonal),
    *(quantities.SquaredError, quantities.AbsoluteError, quantities.Huber, quantities.Quantile),
    *(cross_entropies.BinaryCrossEntropy, cross_entropies.CategoricalCrossEntropy),
    quantities.Poisson,
    *(penalties.L1, penalties.L2),
    Training,
    *(optimizers.GradientDescent, optimizers.Momentum, optimizers.Nesterov, optimizers.RMSprop),
    *(optimizers.Adam, optimizers.AdamW, optimizers.LBFGS),
    *(schedules.StepDecay, schedules.InverseTime, schedules.ExponentialDecay, schedules.Cosine),
    *(schedules.OneCycle, schedules.CosineLog, schedules.ReduceOnPlateau),
    *(EarlyStopping, ClipNorm, ClipValue, EMA),
)
"""Everything that a file may hold under the name of its class."""

LONGEST_BRANCH: Final = 100

# Its class has the same name as the initialiser.
_NAMED: Final[dict[str, type[Checked]]] = {"ConstantRate": schedules.Constant}

Catalogue: TypeAlias = Mapping[str, type[Checked]]


def catalogue(classes: Classes = ()) -> Catalogue:
    """The classes that a file may hold, by name: glassnet's, and `classes` of the caller's.

    Raises
    ------
    HyperparameterError
        A name stands for two classes.

    Examples
    --------
    >>> catalogue()["Dense"]
    <class 'glassnet.layers.dense.Dense'>
    """
    named = {**{kind.__name__: kind for kind in CLASSES}, **_NAMED}
    for kind in classes:
        if named.setdefault(kind.__name__, kind) is not kind:
            raise HyperparameterError(
                f"The 'classes' parameter holds a second class called {kind.__name__!r}.",
                expected="classes with names of their own",
                received=f"{kind} besides {named[kind.__name__]}",
                fix="rename the class",
            )
    return MappingProxyType(named)


def to_data(value: Any, known: Catalogue) -> Any:
    """Plain data of a description: dicts, lists, numbers, text, None.

    Raises
    ------
    UnknownLayer
        An object in it is of no class of the catalogue.

    Examples
    --------
    >>> from glassnet import Dropout
    >>> to_data((Dropout(0.5), None), catalogue())
    [{'class': 'Dropout', 'rate': 0.5}, None]
    """
    if isinstance(value, tuple):
        return [to_data(item, known) for item in value]
    if value is None or isinstance(value, str | int | float):
        return value
    name = next((name for name, kind in known.items() if kind is type(value)), None)
    if name is None:
        own = type(value).__name__
        raise UnknownLayer(
            f"{own} cannot stand in a model file: it is not in glassnet's catalogue.",
            expected=f"one of {listed(sorted(known))}",
            received=shown(value),
            fix=f"pass classes=({own},) to save, and to load",
        )
    held = {field.name: to_data(getattr(value, field.name), known) for field in fields(value)}
    return {"class": name, **held}


def from_data(data: Any, where: str, known: Catalogue) -> Any:
    """The description that `to_data` turned into `data`.

    Parameters
    ----------
    data : object
        What a file held.
    where : str
        Its place in the file, for errors.
    known : Catalogue

    Raises
    ------
    UnknownLayer
        A class is not in the catalogue.
    Malformed
        A field is missing, unknown or outside its domain.

    Examples
    --------
    >>> from_data({"class": "Dropout", "rate": 0.5}, "layers[0]", catalogue())
    Dropout(rate=0.5)
    """
    if isinstance(data, list):
        return tuple(from_data(item, f"{where}[{i}]", known) for i, item in enumerate(data))
    if not isinstance(data, dict):
        return data
    kind = _kind(data.get("class"), where, known)
    given = {key: item for key, item in data.items() if key != "class"}
    declared = fields(kind)  # type: ignore[arg-type]
    # What has a default may have been added since the file was written.
    later = [field.name for field in declared if field.default is not MISSING]
    checked_dict(given, [field.name for field in declared], where, optional=later)
    values = {key: from_data(item, f"{where}.{key}", known) for key, item in given.items()}
    try:
        return _parallel(values) if kind is Parallel else kind(**values)
    except (ValueError, TypeError, LookupError) as error:
        raise unfit(where, error) from error


def unfit(where: str, error: Exception) -> Malformed:
    """The error for data of which a class makes no object, with the class's own reason."""
    told = error if isinstance(error, GlassnetError) else None
    return Malformed(
        f"{where} makes no sense: {told.what if told else error}",
        expected=(told and told.expected) or "what the class accepts",
        received=(told and told.received) or "what stands in the first line",
        fix=AGAIN,
    )


def _kind(name: object, where: str, known: Catalogue) -> type[Checked]:
    if not isinstance(name, str):
        raise Malformed(
            f"{where} does not say of which class it is.",
            expected='an object with a "class"',
            received=shown(name),
            fix=AGAIN,
        )
    if name not in known:
        raise UnknownLayer(
            f"{where} is of class {shown(name)}, which is not in glassnet's catalogue.",
            expected="a class of glassnet; nothing is imported by name",
            received=shown(name),
            fix=f"{did_you_mean(name[:60], known)} (a class of your own: load(classes=...))",
        )
    return known[name]


def _parallel(values: Mapping[str, Any]) -> Parallel:
    """A Parallel takes its branches by name."""
    names, branches = values["names"], values["branches"]
    made = Parallel(join=values["join"], **dict(zip(names, branches, strict=True)))
    # Every array of a branch carries its name: a long one would fill the memory.
    fit = all(name.isidentifier() and len(name) <= LONGEST_BRANCH for name in names)
    if made.names != names or not fit:
        raise HyperparameterError(
            "The branches of Parallel need names of their own.",
            expected=f"identifiers of at most {LONGEST_BRANCH} characters, none twice",
            received=shown(names),
        )
    return made
