"""What is shown of one image, one window and one text: the numbers are those of the trace."""

import re

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import DataError
from glassnet.images import ImagePlan
from glassnet.sequences import SeriesPlan, TextPlan
from glassnet.sequences.text import UNKNOWN
from glassnet.tables import Classes, Quantity

IMAGES = np.random.default_rng(0).integers(0, 256, (3, 6, 7, 1), np.uint8)
VALUES = [3.0, 5.0, 4.0, 8.0, 7.0]


def of_images():
    network = gn.Network(
        [gn.Conv2D(5, 3), gn.ReLU(), gn.Flatten(), gn.Dropout(0.5), gn.Dense(1), gn.Sigmoid()],
        loss=gn.BinaryCrossEntropy(),
    )
    plan = ImagePlan(6, 7, 1, (120.0,), (70.0,))
    cats = Classes("animal", ("cat", "dog"))
    return gn.Model(network, network.initialize((6, 7, 1), 1), (6, 7, 1), plan=plan, target=cats)


def of_series():
    network = gn.Network([gn.LSTM(2, last=True), gn.Dense(1)], loss=gn.SquaredError())
    plan = SeriesPlan("tide", 3, 1, 5.0, 2.0)
    tide = Quantity("tide", 5.0, 2.0, lowest=0.0, highest=9.0, capped=0.0)
    return gn.Model(network, network.initialize((3, 1), 1), (3, 1), plan=plan, target=tide)


def of_text(space="\n"):
    layers = [gn.Embedding(3, 2), gn.GRU(2), gn.Dense(3), gn.Softmax()]
    network = gn.Network(layers, loss=gn.CategoricalCrossEntropy())
    plan = TextPlan((UNKNOWN, "a", space), 4, words=False)
    target = Classes("next character", plan.symbols)
    return gn.Model(network, network.initialize((4, 1), 1), (4, 1), plan=plan, target=target)


def titles(explanation):
    return [section.title for section in explanation.sections]


def test_an_image():
    model = of_images()
    told = gn.explain(model, IMAGES, row=2)
    assert titles(told) == [
        *("Prediction ŷ", "Example", "Through the layers"),
        "Kernels W1 and feature maps Z1",
    ]
    p = model.probabilities(IMAGES[1:2])[:, 0]
    likelier = int(p.argmax())
    assert told.sections[0].lines[0] == f"P(animal = {('cat', 'dog')[likelier]}) = {p.max():.4f}"
    assert told.sections[1].lines == ("image 2",)
    layers = told.sections[2].lines
    assert sum(line.startswith("A_kept[1] = ") for line in layers) == 1
    np.testing.assert_array_equal(told.arrays["Z1"].shape, (4, 5, 5, 1))


def test_the_darkest_pixel_of_a_map_is_its_largest():
    told = gn.explain(of_images(), IMAGES, row=1)
    lines = told.sections[-1].lines
    assert lines[0].startswith("4 of 5 units")
    heads = [line for line in lines if line.startswith("unit ")]
    units = [int(re.match(r"unit (\d)", head)[1]) for head in heads]
    A = told.arrays["Z1"][..., 0]
    strength = np.abs(A).mean(axis=(0, 1))
    assert units == np.argsort(-strength, kind="stable")[:4].tolist()
    block = lines[2:6]  # 4 rows of the map, beside 3 of the kernel
    shades = [[line.ljust(21)[11 + 2 * j] for j in range(5)] for line in block]
    darkest = np.argwhere(np.array(shades) == "█")
    assert list(np.unravel_index(A[..., units[0]].argmax(), (4, 5))) in darkest.tolist()


def test_a_window_of_a_series():
    model = of_series()
    told = gn.explain(model, VALUES)
    line = told.sections[0].lines[0]
    assert float(line.rpartition("= ")[2]) == pytest.approx(model.predict(VALUES)[0], rel=1e-3)
    gates = told.sections[-1]
    assert gates.columns == ("t", "read", "f1 forget", "i1 input", "o1 output")
    assert [row[1] for row in gates.rows] == ["4", "8", "7"]
    for t, row in enumerate(gates.rows):
        assert float(row[2]) == pytest.approx(told.arrays["f1"][t].mean(), abs=1e-3)
    earlier = gn.explain(model, VALUES, row=4)
    assert [row[1] for row in earlier.sections[-1].rows] == ["5", "4", "8"]


def test_a_text():
    told = gn.explain(of_text(), "aba\na", row=4)
    assert told.sections[1].lines == (r"characters up to character 4: 'aba\n'",)
    assert [row[1] for row in told.sections[-1].rows] == ["'a'", "'b'", "'a'", r"'\n'"]
    assert told.sections[-1].columns[2:] == ("u2 update", "r2 reset")
    assert r"P(next character = '\n') = " in "\n".join(told.sections[0].lines)
    told = gn.explain(of_text(space=" "), "aba a", row=4)
    assert "P(next character = ' ') = " in "\n".join(told.sections[0].lines)


@pytest.mark.parametrize(
    ("make", "data", "unit"),
    [(of_images, IMAGES, "image"), (of_series, VALUES, "value"), (of_text, "abaaa", "character")],
)
def test_no_such_example(make, data, unit):
    with pytest.raises(DataError) as refused:
        gn.explain(make(), data, row=9)
    assert str(refused.value) == (
        f"There is no {unit} 9.\n"
        f"  expected   one of the {unit}s 1 to {len(data)}\n"
        "  received   row 9\n"
        f"  to fix     {unit}s are counted from 1"
    )


@pytest.mark.parametrize("make", [of_images, of_series, of_text])
def test_the_model_alone_tells_its_plan(make):
    told = dict(gn.explain(make()).sections[0].rows)
    assert told["kind"] == make().plan.kind
