"""Every example runs by itself, warns of nothing, and prints what it promises."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"

PROMISES = {
    "01_one_neuron": r"learned    price = max\(0, 3\.\d\d size − 1[01]\d\)",
    "02_house_prices": r"eight hidden units        rmse  1\d\.\d",
    "03_no_black_box": r"all equal: there is nothing else inside",
    "04_architectures": r"(standard|convolutional) +9\d\.\d% +9\d\.\d%\n(.*\n)+hybrid +9\d\.\d%",
    "05_structured_data": r"rooms  \[2, 4, 6, 4, None, 5\]",
    "06_survived_or_not": r"right on 300 held-out passengers: 8\d\.\d%",
    "07_logistic_regression": r"largest difference of all 30 weights: \d\.\de-(0[5-9]|1\d)",
    "08_loss_and_cost": r"J = 1\.729020, and the mean of the losses is 1\.729020",
    "09_gradient_descent": r"by hand, 100 steps:   J = (0\.\d+)\ngn\.train, 100 steps:  J = \1",
    "09_learning_rate": r"far too large .*\n(.*\n)+  The cost J became inf at epoch \d+",
    "10_vectorisation": r"equal to 1e-12 at both sizes",
    "11_broadcasting": r"carbohydrates  94\.9    0\.0   2\.8   88\.4",
    "12_a_layer_of_neurons": r"the layer is its neurons",
    "13_activation_functions": r"Sigmoid        \|dZ\[1\]\| / \|dZ\[10\]\| = \de-0[5-7]",
    "14_random_initialisation": r"all 0\.5 .*1 of 8\n  N\(0, 1\).*8 of 8",
    "15_forward_and_backward": r"dW\[2\]\[1, 2\] is (-?0\.\d{7})\d+; .* is \1",
    "16_convolution": r"digits held out: 9[89]\.\d\d%\n.* by hand: (.*)\n.* network: \1",
    "17_characters": r"of the grammar: 9\d\.\d% of 500\nand the verb agrees: +9\d\.\d%",
    "17_digits_row_by_row": r"digits held out: 9[5-9]\.\d\d%\n(.*\n)+the same as at once: True",
    "17_recurrent": r"recurrent network: +\d\d\.\d\d, which is [12]\d\.\d% below",
    "18_hybrid": r"image alone: [78]\d\.\d%\ntable alone: [5-7]\d\.\d%\nboth: +9[4-9]\.\d%",
    "19_parity": r"XOR tree .* 14 .* 256 of 256\n.* 128 .* 256 of 256\n.* 8 .* 256 of 256",
    "20_hyperparameters": r"right on the 114 tumours kept for the end: 9\d\.\d%",
}


def test_every_example_has_a_promise_and_a_line_in_the_table():
    files = {path.stem for path in EXAMPLES.glob("*.py")}
    assert files == set(PROMISES)
    assert files == set(re.findall(r"\]\((\w+)\.py\)", (EXAMPLES / "README.md").read_text("utf-8")))


@pytest.mark.parametrize("name", sorted(PROMISES))
def test_example(name, tmp_path):
    ran = subprocess.run(
        [sys.executable, "-W", "error", EXAMPLES / f"{name}.py"],
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert not ran.stderr
    assert re.search(PROMISES[name], ran.stdout), ran.stdout
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("unknown", [0, 119, 120, 250])
def test_the_sunspots_are_told_from_the_months_before_them(unknown):
    """Months from `unknown` on are others: what was said of the first of them does not change."""
    path = EXAMPLES / "17_recurrent.py"
    text = path.read_text("utf-8").replace('"epochs": 20', '"epochs": 1')
    source, changed = text.split("months = monthly()\n")
    assert '"epochs": 1,' in changed

    def said(months):
        names = {"__file__": str(path), "__name__": "example"}
        exec(compile(source, path, "exec"), names)
        names["months"] = months
        exec(compile(changed, path, "exec"), names)
        return np.array(names["together"]), len(names["past"])

    months = np.random.default_rng(0).uniform(0, 200, 1500)
    expected, held = said(months)
    others = np.concatenate([months[: held + unknown], 900 * months[held + unknown :]])
    made, _ = said(others)
    assert len(made) == 300
    np.testing.assert_array_equal(made[: unknown + 1], expected[: unknown + 1])
    assert (made[unknown + 1 :] != expected[unknown + 1 :]).all()


@pytest.mark.parametrize("name", sorted(PROMISES))
def test_an_example_is_short_and_says_its_idea(name):
    text = (EXAMPLES / f"{name}.py").read_text("utf-8")
    assert len(text.splitlines()) <= 75
    assert text.startswith('"""')
    assert "=" in text.split('"""')[1]  # the equation
