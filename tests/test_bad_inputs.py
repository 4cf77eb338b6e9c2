"""The table of bad inputs: every row is tested somewhere, or waits for a part that is to come.

A row that is tested carries ``@pytest.mark.row(number)`` on its test, anywhere below this folder.
And what every error of the core owes to its reader: names, what was received, what is accepted,
and one thing to do.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import GlassnetError

TESTS = Path(__file__).parent
ROWS = range(1, 137)

_WEB = "the web page"
LATER = {
    35: "data that come as a stream",
    84: "a warning where another library flushes small numbers; `glassnet doctor` shows it",
    **dict.fromkeys((52, 82), "the engine for GPUs"),
    **dict.fromkeys((55, 86), "the search for hyper-parameters"),
    **dict.fromkeys((102, 103), "reading ONNX"),
    110: "downloads of data sets",
    **dict.fromkeys((*range(111, 118), *range(119, 122)), _WEB),
    128: "checkpoints while training",
    134: "checkpoints while training: the lock of their folder",
    135: "distributed training",
    136: "the storage of the search",
}


def marked_rows(code: str) -> Iterator[int]:
    """The numbers in the ``row`` marks of a test file."""
    for node in ast.walk(ast.parse(code)):
        decorators = getattr(node, "decorator_list", [])
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            decorators = [part for part in ast.walk(node.value) if isinstance(part, ast.Call)]
        for mark in decorators:
            if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.row":
                yield from (ast.literal_eval(number) for number in mark.args)


@cache
def rows_with_tests() -> frozenset[int]:
    files = (path.read_text("utf-8") for path in TESTS.rglob("test_*.py"))
    return frozenset(row for code in files for row in marked_rows(code))


@pytest.mark.parametrize("row", ROWS)
def test_every_row_is_tested_or_waits(row):
    tested = row in rows_with_tests()
    assert tested or row in LATER, f"row {row} has no test, and nothing says why"
    assert not (tested and row in LATER), f"row {row} is tested and waits for {LATER[row]}"


def test_no_mark_names_a_row_that_is_not_there():
    assert rows_with_tests() <= set(ROWS)
    assert set(LATER) <= set(ROWS)


def test_marks_are_read():
    code = "@pytest.mark.row(3, 4)\ndef test(): ...\n\n@pytest.mark.slow\nclass Test: ..."
    assert list(marked_rows(code)) == [3, 4]
    assert list(marked_rows("pytestmark = [pytest.mark.row(7)]")) == [7]


# What every message says.

LINE = gn.Network([gn.Dense(1)], gn.SquaredError())
DEEP = gn.Network([gn.Dense(4), gn.Tanh(), gn.Dense(1), gn.Sigmoid()], gn.BinaryCrossEntropy())
BRANCHES = gn.Network(
    [gn.Parallel(image=gn.Dense(2), table=gn.Dense(2), join="add")], gn.SquaredError()
)
WORDS = gn.Network([gn.Embedding(5, 2)], gn.SquaredError())
NORMED = gn.Network([gn.BatchNorm(), gn.Dense(1)], gn.SquaredError())
MEMORY = gn.Network([gn.SimpleRNN(2)], gn.SquaredError())
AHEAD = gn.Network([gn.SelfAttention(2)], gn.SquaredError())
X, Y = np.ones((2, 3)), np.ones((1, 3))
START = DEEP.initialize((2,))
LONG = "x" * 10_000


def fit(**how):
    return gn.train(LINE, X, Y, **({"epochs": 2} | how))


def train_from(W, x, y, **how):
    return gn.train(LINE, [[x]], [[y]], parameters={"W1": [[W]], "b1": [[0.0]]}, **how)


FAILURES = {
    # What the message must name: what fails.
    "X NaN": lambda: DEEP.predict(START, X * np.nan),
    "X inf": lambda: DEEP.predict(START, X * np.inf),
    "Y NaN": lambda: DEEP.cost(START, X, Y * np.nan),
    "X complex128": lambda: DEEP.predict(START, X * 1j),
    "X object": lambda: DEEP.predict(START, [[{}, LONG]]),
    "X inhomogeneous": lambda: DEEP.predict(START, [[1.0], [2.0, 3.0]]),
    "X (2, 0)": lambda: DEEP.predict(START, X[:, :0]),
    "X (0, 3)": lambda: DEEP.predict(START, X[:0]),
    "X (3,)": lambda: DEEP.predict(START, X[0]),
    "Y (3,)": lambda: DEEP.cost(START, X, Y[0]),
    "A[0] (5, 3)": lambda: DEEP.predict(START, np.ones((5, 3))),
    "A[1] (4, 3)": lambda: DEEP.predict({**START, "W2": np.ones((1, 5))}, X),
    "b[2] (3, 1)": lambda: DEEP.predict({**START, "b2": np.ones((3, 1))}, X),
    "b[2] (1,)": lambda: DEEP.predict({**START, "b2": np.ones(1)}, X),
    "W1 dtype": lambda: DEEP.predict({**START, "W1": LONG}, X),
    "missing: W2": lambda: DEEP.predict({k: v for k, v in START.items() if k != "W2"}, X),
    "unknown: x": lambda: DEEP.predict({**START, LONG: X, f"{LONG}y": X}, X),
    "parameters None": lambda: DEEP.predict(None, X),
    "Y [3, 2]": lambda: DEEP.cost(START, X, Y[:, :2]),
    "Y (2, 3)": lambda: DEEP.cost(START, X, X),
    "Y 5.0": lambda: DEEP.cost(START, X, Y * 5),
    "Y float32": lambda: LINE.cost(LINE.initialize((2,)), np.float32(X), Y * 1e39),
    "sample_weight (2,)": lambda: DEEP.cost(START, X, Y, sample_weight=[1, 1]),
    "sample_weight zero": lambda: DEEP.cost(START, X, Y, sample_weight=[0, 0, 0]),
    "sample_weight negative": lambda: DEEP.cost(START, X, Y, sample_weight=[1, 1, -1]),
    "sample_weight NaN": lambda: DEEP.cost(START, X, Y, sample_weight=[1, 1, np.nan]),
    "entrance image": lambda: DEEP.predict(START, {"image": X}),
    "entrance table": lambda: BRANCHES.initialize({"image": (2,), "tble": (2,)}),
    "Add (2, m)": lambda: gn.Network([gn.Residual([gn.Dense(2)])], gn.SquaredError()).initialize(
        (3,)
    ),
    "input_shape 3": lambda: DEEP.initialize(3),
    "input_shape (0,)": lambda: DEEP.initialize((0,)),
    "seed 'one'": lambda: DEEP.initialize((2,), seed="one"),
    "units 0": lambda: gn.Dense(0),
    "units xxx": lambda: gn.Dense(LONG),
    "rate 1.0": lambda: gn.Dropout(1.0),
    "slope nan": lambda: gn.LeakyReLU(np.nan),
    "quantile 1.5": lambda: gn.Quantile((0.5, 1.5)),
    "learning_rate 0": lambda: gn.Adam(0),
    "beta 1.0": lambda: gn.Momentum(beta=1.0),
    "limit 0": lambda: gn.ClipNorm(0),
    "strength -1": lambda: gn.L2(-1),
    "warm_up 1": lambda: gn.Cosine(0.1, warm_up=1),
    "join 'divide'": lambda: gn.Parallel(a=gn.Dense(1), join="divide"),
    "branch none": lambda: gn.Parallel(join="add"),
    "layer none": lambda: gn.Network([], gn.SquaredError()),
    "layers 3": lambda: gn.Network([3], gn.SquaredError()),
    "loss 'mse'": lambda: gn.Network([gn.Dense(1)], "mse"),
    "BinaryCrossEntropy Dense": lambda: gn.Network([gn.Dense(1)], gn.BinaryCrossEntropy()),
    "epochs 0": lambda: fit(epochs=0),
    "batch_size 1.5": lambda: fit(batch_size=1.5),
    "optimizer 'adam'": lambda: fit(optimizer="adam"),
    "clip LBFGS": lambda: fit(optimizer=gn.LBFGS(), clip=gn.ClipNorm(1.0)),
    "metrics 3": lambda: fit(metrics=(3,)),
    "monitor 'validation_cost'": lambda: fit(stopping=gn.EarlyStopping()),
    "monitor xxx": lambda: fit(stopping=gn.EarlyStopping(monitor=LONG)),
    "validation pair": lambda: fit(validation=X),
    "Y_val [3, 2]": lambda: fit(validation=(X, Y[:, :2])),
    "resume optimizer": lambda: fit(resume=fit(), optimizer=gn.Momentum()),
    "J inf": lambda: train_from(1e200, 1e200, 1.0),
    "dW[1] inf": lambda: train_from(0.0, 1e200, 1e150),
    "W[1] inf": lambda: train_from(0.0, 1.0, 1e10, optimizer=gn.GradientDescent(1e300)),
    "output infinite": lambda: LINE.predict({"W1": [[1e308]], "b1": [[1e308]]}, [[1.0]]),
    "trace Z9": lambda: DEEP.trace(START, X)["Z9"],
    "X out of range": lambda: WORDS.predict(WORDS.initialize((1,)), [[5]]),
    "X whole numbers": lambda: WORDS.predict(WORDS.initialize((1,)), [[0.5]]),
    "Embedding Z[1]": lambda: gn.Network(
        [gn.Dense(1), gn.Embedding(3, 2)], gn.SquaredError()
    ).initialize((1,)),
    "batch_size BatchNorm": lambda: gn.train(NORMED, X, Y, batch_size=1),
    "optimizer BatchNorm": lambda: gn.train(NORMED, X, Y, optimizer=gn.LBFGS()),
    "layer reverse": lambda: gn.Bidirectional(gn.GRU(2, reverse=True)),
    "heads 5": lambda: gn.SelfAttention(6, heads=5),
    "A[0] (2, 3)": lambda: MEMORY.predict(MEMORY.initialize((4, 2)), X),
    "X (0, 2, 3)": lambda: MEMORY.predict(MEMORY.initialize((4, 2)), np.ones((0, 2, 3))),
    "states a_prev1": lambda: MEMORY.predict_piece(
        MEMORY.initialize((4, 2)), np.ones((4, 2, 3)), {}
    ),
    "a_prev1 (7, 3)": lambda: MEMORY.predict_piece(
        MEMORY.initialize((4, 2)), np.ones((4, 2, 3)), {"a_prev1": np.ones((7, 3))}
    ),
    "SelfAttention sequence": lambda: AHEAD.predict_piece(
        AHEAD.initialize((4, 2)), np.ones((4, 2, 3))
    ),
}


@pytest.mark.parametrize("named", FAILURES)
def test_every_message_names_shows_accepts_and_helps(named):
    with pytest.raises(GlassnetError) as caught:
        FAILURES[named]()
    error, text = caught.value, str(caught.value)
    for word in named.split(" ", 1):
        assert word in text
    assert error.received or re.search(r"Got .+|called .+", error.what)
    assert error.expected or re.search(
        r"must (not )?be|must come|must name|at least one", error.what
    )
    assert error.fix
    assert error.__suppress_context__ or error.__context__ is None
    lines = text.splitlines()
    assert len(lines) <= 5
    assert lines[1:] == [
        line for line in lines if re.match(r"  (equation|expected|received|to fix)", line)
    ]
    assert len(error.received or "") <= 250
    assert len(text) <= 1000
    assert not re.search(r"\{|<function|object at 0x|np\.float|__", text)


@pytest.mark.parametrize("named", FAILURES)
def test_every_error_is_a_builtin_that_callers_know(named):
    with pytest.raises((ValueError, TypeError, ArithmeticError, OSError)):
        FAILURES[named]()
