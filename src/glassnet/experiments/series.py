"""A time series to learn from: every window is an example, and its labels are what came next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.errors import DataError
from glassnet.experiments.examples import Examples, Share, refuse, scored, training
from glassnet.experiments.options import Options
from glassnet.layers.dense import Dense
from glassnet.layers.dropout import Dropout
from glassnet.layers.layer import Layer
from glassnet.layers.lstm import LSTM
from glassnet.layers.reshape import Flatten
from glassnet.losses.quantities import SquaredError
from glassnet.network import Network
from glassnet.sequences.series import SeriesPlan
from glassnet.sequences.windows import past_and_future
from glassnet.tables import Quantity
from glassnet.tables.several import Several

FEWEST: Final = 2
"""Windows that each part must hold."""

SEEN: Final = 30_000
"""About how many windows are seen in all epochs together: a minute on one core."""


def of_series(
    values: FloatArray, options: Options, *, name: str, source: str, window: int, horizon: int = 1
) -> Examples:
    """Understand a series: its beginning is learnt from, its end held out.

    Scales are those of the training part, and no window that is learnt from sees a later value.

    Parameters
    ----------
    values : array (T,)
        The earliest first.
    options : Options
        `hidden` are the units of the recurrent layers.
    name : str
        Of the series.
    source : str
    window, horizon : int
        How many values the network sees, and predicts.

    Raises
    ------
    DataError
        The series is too short, or has gaps.
    """
    refuse(options, "a series", "task", "drop", "activation")
    _check_length(len(values), options, window, horizon)
    past, future = past_and_future(values, window, options.test)
    learn, check = past_and_future(past, window, options.validation or 0.15)
    plan = SeriesPlan(name, window, horizon, float(learn.mean()), float(learn.std()) or 1.0)
    target = _target(plan, learn)
    series = {"training": learn, "validation": check, "test": future}
    starts = np.cumsum([0, len(learn), len(check) - window])
    parts = {
        part: _share(plan, own, start)
        for (part, own), start in zip(series.items(), starts, strict=True)
    }
    steps = "value" if horizon == 1 else f"{horizon} values"
    counted = (
        f"{len(learn):,} training, {len(check) - window:,} validation,"
        f" {len(future) - window:,} test, in this order"
    )
    m = parts["training"].Y.shape[-1]
    return Examples(
        source=source,
        unit="window",
        options=options,
        plan=plan,
        target=target,
        parts=parts,
        network=_network(horizon, options),
        training=training(
            options, m, rate=0.005, epochs=int(np.clip(SEEN // m, 10, 100)), batch_size=64
        ),
        baselines=scored(target, parts["test"], _baselines(parts)),
        facts=(
            ("series", f"{source}: {len(values):,} values of {name}, {_range(values)}"),
            ("task", f"the next {steps} of {name}, from the {window} before"),
            ("values", counted),
        ),
        beside="Linear is least squares on the same windows; persistence repeats the last value.",
    )


def _check_length(count: int, options: Options, window: int, horizon: int) -> None:
    test = round(options.test * count)
    check = round((options.validation or 0.15) * (count - test))
    learn = count - test - check
    if learn < window + horizon + FEWEST - 1 or min(test, check) < horizon + FEWEST - 1:
        raise DataError(
            f"The series is too short for windows of {window} and the next {horizon}:"
            f" {count:,} values.",
            expected=f"at least {window + horizon + FEWEST - 1} values to learn from,"
            f" {horizon + FEWEST - 1} in the other parts",
            received=f"{learn:,} to learn from, {check:,} to choose the epoch, {test:,} held out",
            fix="pass a longer series, or a smaller --window or --horizon",
        )


def _target(plan: SeriesPlan, learn: FloatArray) -> Quantity | Several:
    lowest, highest = float(learn.min()), float(learn.max())
    steps = [
        Quantity(name, plan.center, plan.scale, lowest=lowest, highest=highest, capped=0.0)
        for name in step_names(plan)
    ]
    return steps[0] if len(steps) == 1 else Several(tuple(steps))


def step_names(plan: SeriesPlan) -> list[str]:
    """What each predicted value is called: ``tide +1``, ``tide +2``."""
    if plan.horizon == 1:
        return [plan.name]
    return [f"{plan.name} +{step}" for step in range(1, plan.horizon + 1)]


def _share(plan: SeriesPlan, values: FloatArray, start: int) -> Share:
    X, Y = plan.labelled(values, dtype=np.float32)
    _, following = plan.examples(values)
    labels = following[0] if plan.horizon == 1 else following
    return Share(start + np.arange(Y.shape[-1]), labels, X, Y)


def _network(horizon: int, options: Options) -> Network:
    """Recurrent layers that read the window, and a number for each value behind it."""
    hidden = (32,) if options.hidden is None else options.hidden
    layers: list[Layer] = []
    for place, units in enumerate(hidden, start=1):
        layers.append(LSTM(units, last=place == len(hidden)))
        if options.dropout:
            layers.append(Dropout(options.dropout))
    if not hidden:
        layers.append(Flatten())
    return Network([*layers, Dense(horizon)], SquaredError(), options.penalties)


def _baselines(parts: Mapping[str, Share]) -> dict[str, FloatArray]:
    from sklearn.linear_model import LinearRegression

    seen, test = [parts["training"], parts["validation"]], parts["test"]
    X = np.concatenate([part.X[:, 0] for part in seen], axis=1).T
    Y = np.concatenate([part.Y for part in seen], axis=1).T
    linear: FloatArray = LinearRegression().fit(X, Y).predict(test.X[:, 0].T).T
    return {"linear": linear + test.X[-1], "persistence": np.broadcast_to(test.X[-1], test.Y.shape)}


def _range(values: FloatArray) -> str:
    return f"{values.min():,g} … {values.max():,g}"
