"""Scales, charts and the numbers that they show."""

import re

import numpy as np
import pytest

from glassnet.experiments.importance import Importance
from glassnet.report.calibration import Tenth, calibration_error, in_tenths
from glassnet.report.chart import BOTTOM, LEFT, RIGHT, TOP
from glassnet.report.importance_figure import MOST_BARS, Measured, importance, importances
from glassnet.report.predicted import Predicted, class_lines, confused
from glassnet.report.quantity_figures import MOST_DOTS, predicted_and_true, residual_histogram
from glassnet.report.scale import Scale, sample, spans_decades, thinned
from glassnet.report.svg import Drawing, element
from glassnet.report.training_figures import costs, learning_rates
from glassnet.training.history import Epoch, History


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.0, 1.0, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (14_999.0, 500_001.0, [100_000, 200_000, 300_000, 400_000, 500_000]),
        (-0.003, 0.004, [-0.002, 0, 0.002, 0.004]),
        (1e-12, 9e-12, [2e-12, 4e-12, 6e-12, 8e-12]),
    ],
)
def test_ticks_are_round(low, high, ticks):
    assert Scale(low, high, 0, 1).ticks() == ticks


def test_ticks_of_epochs_are_whole():
    assert Scale(0.9, 3.1, 0, 1, whole=True).ticks() == [1, 2, 3]


@pytest.mark.parametrize("values", [[], [3.0], [0.0, 0.0], [np.nan, 2.0], [-1e300, 1e300]])
def test_a_scale_has_room_for_anything(values):
    scale = Scale.over(values, 0, 100)
    assert scale.low < scale.high
    assert all(0 <= scale(value) <= 100 for value in values if np.isfinite(value))


def test_a_log_scale_only_where_it_helps():
    assert spans_decades([0.01, 1.0])
    assert not spans_decades([0.2, 1.0])
    assert not spans_decades([-1.0, 0.0, 5.0])
    scale = Scale(0.01, 1.0, 0, 100, log=True)
    assert scale(0.1) == pytest.approx(50)


def test_thinned_keeps_both_ends():
    x, y = thinned(np.arange(10_000.0), np.arange(10_000.0) ** 2, most=50)
    assert len(x) == 50
    assert (x[0], x[-1], y[-1]) == (0, 9999, 9999.0**2)


def test_a_sample_is_drawn_once_and_for_all():
    assert np.array_equal(sample(9000, 2000), sample(9000, 2000))
    assert len(set(sample(9000, 2000).tolist())) == 2000
    assert sample(3, 2000).tolist() == [0, 1, 2]


def test_elements_escape_text_and_attributes():
    made = element("text", "<&>", class_='"><script>')
    assert made == '<text class="&#34;&gt;&lt;script&gt;">&lt;&amp;&gt;</text>'


def test_the_best_epoch_stands_where_its_cost_is():
    history = History([Epoch(n, cost, cost) for n, cost in enumerate([0.9, 0.5, 0.6])])
    figure = costs(Drawing(), history, 1, noisy=False)
    x, y = re.search(r'<path d="M([\d.]+) ([\d.]+)L\1 \2" class="dot ink"', figure.svg).groups()
    assert float(x) == pytest.approx((LEFT + RIGHT) / 2, abs=0.1)
    assert TOP < float(y) < BOTTOM
    assert "epoch 2 of 3: that network is the model" in figure.caption
    anew = costs(Drawing(), history, 1, noisy=False, anew=3).caption
    assert "epoch 2 of 3." in anew
    assert "anew, on the training and the validation part together, for 3 epochs" in anew
    assert [key.text for key in figure.keys] == ["training", "validation"]


def test_training_without_validation_has_one_curve():
    figure = costs(Drawing(), History([Epoch(0, 0.5)]), None, noisy=False)
    assert [key.text for key in figure.keys] == ["training"]


def test_a_learning_rate_that_stays_is_not_drawn():
    rates = [0.1, 0.1], [0.1, 0.05], [None, None]
    histories = [History([Epoch(n, 1.0, learning_rate=r) for n, r in enumerate(p)]) for p in rates]
    assert [learning_rates(Drawing(), each) is not None for each in histories] == [
        False,
        True,
        False,
    ]


def test_tenths_hold_every_row():
    p = np.random.default_rng(0).random(997)
    tenths = in_tenths(p, np.random.default_rng(1).random(997) < p)
    assert sum(tenth.rows for tenth in tenths) == 997
    assert all(tenth.low <= tenth.predicted <= tenth.high for tenth in tenths)
    assert calibration_error(tenths) < 0.06


def test_calibration_error_by_hand():
    tenths = [Tenth(0.2, 0.3, 30, 0.25, 0.35), Tenth(0.9, 1.0, 10, 0.95, 0.55)]
    assert calibration_error(tenths) == pytest.approx((30 * 0.1 + 10 * 0.4) / 40)


def test_the_interval_is_wilsons():
    low, high = Tenth(0.0, 0.1, 10, 0.05, 0.0).interval
    assert low == 0.0
    assert high == pytest.approx(0.2775, abs=1e-3)


def test_class_lines_agree_with_scikit_learn(three_classes):
    from sklearn.metrics import precision_recall_fscore_support

    predicted = Predicted.of(three_classes)
    precision, recall, _, rows = precision_recall_fscore_support(
        predicted.codes, predicted.decided, zero_division=np.nan
    )
    lines = class_lines(predicted)
    np.testing.assert_allclose([line.precision for line in lines], precision)
    np.testing.assert_allclose([line.recall for line in lines], recall)
    assert [line.rows for line in lines] == rows.tolist()
    areas = np.mean([line.roc_auc for line in lines])
    assert areas == pytest.approx(three_classes.test["roc_auc"])


def test_confused_pairs_come_in_order():
    codes, decided = np.array([0, 0, 0, 1, 1, 2]), np.array([1, 1, 0, 2, 1, 2])
    predicted = Predicted(("a", "b", "c"), codes, decided, np.full((3, 6), 1 / 3))
    assert confused(predicted) == [("a", "b", 2, 2 / 3), ("b", "c", 1, 1 / 2)]


def test_a_cloud_is_thinned_by_a_seeded_sample():
    true = np.random.default_rng(0).normal(size=5000)
    figure = predicted_and_true(Drawing(), "y", true, true + 0.1)
    assert figure.svg.count("h0") == MOST_DOTS
    assert "2,000 of 5,000 values" in figure.caption


def test_predictions_that_are_all_the_same_can_be_drawn():
    true, same = np.full(20, 3.0), np.full(20, 3.0)
    assert "Half of the predictions" in residual_histogram(Drawing(), true, same).caption


def test_importance_finds_the_column_that_matters(two_classes):
    measured = importances(two_classes)
    assert measured.score == "log_loss"
    assert measured.columns[0].column == "length"
    assert measured.rows == len(two_classes.study.parts["test"].rows)


def test_only_the_largest_bars_are_drawn():
    columns = [Importance(f"c{n}", 1 / (n + 1), 0.01) for n in range(500)]
    figure = importance(Drawing(), Measured("rmse", columns, 300, 5))
    assert figure.svg.count("<rect") == MOST_BARS
    assert "480 other columns matter less, at most 0.048" in figure.caption


def test_no_column_beyond_chance_is_said():
    figure = importance(Drawing(), Measured("rmse", [Importance("a", 0.0, 0.0)], 9, 5))
    assert "no column matters beyond chance" in figure.caption
