"""The live numbers of one row, against numbers worked out by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

import glassnet as gn
from glassnet.errors import DataError
from glassnet.tables import Classes, Quantity, plan_table

# x: mean 1, standard deviation 2; so 5 becomes 2.
PLAN = plan_table({"x": [-1.0, 3.0], "k": [1, 1]})
HIDDEN = {"W1": [[1.0], [-1.0]], "b1": [[0.0], [1.0]]}


def quantity():
    network = gn.Network([gn.Dense(2), gn.ReLU(), gn.Dense(1)], gn.SquaredError())
    parameters = HIDDEN | {"W2": [[3.0, 4.0]], "b2": [[-2.0]]}
    target = Quantity("price", 10.0, 5.0, lowest=0.0, highest=99.0, capped=0.0)
    return gn.Model(network, parameters, (1,), plan=PLAN, target=target)


def test_a_quantity_by_hand():
    # Z1 = (2, −1), A1 = (2, 0), Z2 = 3·2 + 4·0 − 2 = 4, price = 10 + 5·4 = 30
    assert str(
        gn.explain(quantity(), {"x": [0.0, 5.0], "k": [1, 1], "news": ["a", None]}, row=2)
    ) == (
        """\
Prediction ŷ
  price = 10 + 5 · 4 = 30

Row 2
  column  value  units of A[0]  encoded
  x       5.0    0              2
  k       1                     not used (constant: every row holds 1)
  news                          not used (not a column of the model)

Through the layers
  Z[1] = W[1] A[0] + b[1]
      = 2  −1
  A[1] = max(Z[1], 0)
      = 2  0     (1 of 2 are 0)
  Z[2] = W[2] A[1] + b[2]
      = 4

The output, term by term
  z[2][0] = W[2][0] · a[1] + b[2][0]
       = 3·2 + 4·0 + (−2) = 4"""
    )


def test_classes_by_hand():
    network = gn.Network(
        [gn.Dense(2), gn.Dropout(0.5), gn.Dense(3), gn.Softmax()], gn.CategoricalCrossEntropy()
    )
    W2 = [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]
    parameters = HIDDEN | {"W2": W2, "b2": [[0.0], [0.0], [0.5]]}
    model = gn.Model(network, parameters, (1,), plan=PLAN, target=Classes("c", (7, 8, 9)))
    explanation = gn.explain(model, {"x": [5.0]}, row=1)
    z = np.array([2.0, -1.0, 0.5])
    p = np.exp(z) / np.exp(z).sum()
    prediction, _, _, output = (section.lines for section in explanation.sections)
    assert output == (
        "z[2][0] = W[2][0] · a_kept[1] + b[2][0]",
        "     = 1·2 + 0·(−1) + 0 = 2",
        "z[2][1] = W[2][1] · a_kept[1] + b[2][1]",
        "     = 1·(−1) + 0·2 + 0 = −1",
        "z[2][2] = W[2][2] · a_kept[1] + b[2][2]",
        "     = 0·2 + 0·(−1) + 0.5 = 0.5",
    )
    shares = [f"P(c = {label}) = {share:.4f}" for label, share in zip((7, 8, 9), p, strict=True)]
    assert prediction == (*shares, "c = 7")
    # Nothing is dropped where the network predicts.
    assert_allclose(explanation.arrays["Z2"][:, 0], z)
    assert_allclose(explanation.arrays["A2"][:, 0], p)


def test_arrays_are_complete_and_computed_not_learned():
    arrays = gn.explain(quantity(), {"x": [5.0]}, row=1).arrays
    assert {name: array.tolist() for name, array in arrays.items()} == {
        "X": [[2.0]],
        "A0": [[2.0]],
        "Z1": [[2.0], [-1.0]],
        "A1": [[2.0], [0.0]],
        "Z2": [[4.0]],
    }


def test_the_largest_terms_come_first_and_the_rest_is_summed():
    network = gn.Network([gn.Dense(1)], gn.SquaredError())
    plan = plan_table({f"x{i}": [-1.0, 1.0 + i] for i in range(8)})
    W = np.array([[1.0, -2.0, 3.0, -4.0, 5.0, -6.0, 7.0, -8.0]])
    target = Quantity("y", 0.0, 1.0, lowest=0.0, highest=1.0, capped=0.0)
    model = gn.Model(network, {"W1": W, "b1": [[0.5]]}, (8,), plan=plan, target=target)
    # Every second value is one standard deviation above the mean: all a are 1.
    row = gn.explain(model, {f"x{i}": [1.0 + i] for i in range(8)}, row=1)
    assert row.sections[3].lines[1].strip() == (
        "= (−8)·1 + 7·1 + (−6)·1 + 5·1 + (−4)·1 + 3·1 + (−1) from 2 more + 0.5 = −3.5"
    )


@pytest.mark.parametrize("row", [0, -1, 2])
def test_a_row_outside_the_table(row):
    with pytest.raises(DataError, match=rf"The table has no row {row}\.") as caught:
        gn.explain(quantity(), {"x": [5.0]}, row=row)
    assert "rows are counted from 1" in str(caught.value)


def test_a_missing_column():
    with pytest.raises(DataError, match=r"lacks 1 of the 1 columns .* 'x'"):
        gn.explain(quantity(), {"k": [1]}, row=1)


def test_a_value_that_was_never_missing_in_training_may_be():
    explanation = gn.explain(quantity(), {"x": [None]}, row=1)
    assert explanation.sections[1].rows == (("x", "", "0", "0"),)
