"""Notation: numbers and equations for terminals, LaTeX and pages."""

import importlib
import pkgutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet import layers
from glassnet.equations import equations
from glassnet.layers.layer import Layer
from glassnet.notation import factor, html, latex, number

MODULES = [
    importlib.import_module(f"glassnet.layers.{module.name}")
    for module in pkgutil.iter_modules(layers.__path__)
]
LAYERS = [
    kind
    for module in MODULES
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Layer) and kind.__module__ == module.__name__
]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.000012345, "−1.234e−05"),
        (999.96, "1000"),
        (1000.0, "1,000"),
        (-1234567.6, "−1,234,568"),
        (1e12, "1e+12"),
        (2.0, "2"),
    ],
)
def test_numbers_have_four_digits_and_a_true_minus(value, text):
    assert number(value) == text


@given(st.floats(-1e11, 1e11))
def test_a_number_reads_back_to_four_digits(value):
    read = float(number(value).replace("−", "-").replace(",", ""))
    assert read == pytest.approx(value, rel=5.1e-4, abs=1e-300)


def test_a_factor_below_zero_stands_in_parentheses():
    assert (factor(-1.5), factor(0.0), factor(2.0)) == ("(−1.5)", "0", "2")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Z[2] = W[2] A[1] + b[2]", "{Z^{[2]}} = {W^{[2]}} {A^{[1]}} + {b^{[2]}}"),
        ("db[1] = (1/m) Σᵢ dZ[1]", r"{db^{[1]}} = \tfrac{1}{m} \textstyle\sum_i  {dZ^{[1]}}"),
        ("A[1]²", "{A^{[1]}}^{2}"),
        ("image.W[1]", r"\mathrm{image}.{W^{[1]}}"),
        ("A_kept[1] ∗ D[1]", r"{A_{\mathrm{kept}}^{[1]}} \ast  {D^{[1]}}"),
        ("max(Z[1], 0)", r"\max({Z^{[1]}}, 0)"),
        ("50% & {x}", r"50\% \& \{x\}"),
    ],
)
def test_latex(text, written):
    assert latex(text) == written


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.__name__)
def test_every_equation_of_the_library_can_be_typeset(layer):
    """Matplotlib's own parser of LaTeX's mathematics reads what we write."""
    mathtext = pytest.importorskip("matplotlib.mathtext")
    parser = mathtext.MathTextParser("path")
    names = {"Z": "Z[2]", "A": "A[1]", "W": "W[2]", "b": "b[2]", "dZ": "dZ[2]", "dA": "dA[2]"}
    for stated in equations(layer).values():
        for equation in stated:
            text = latex(equation.written(names)).replace(r"\textstyle", "")
            parser.parse(f"${text.replace('tfrac', 'frac')}$")


def test_html_escapes_everything_but_its_own():
    assert html("Z[1] < <b>") == "Z<sup>[1]</sup> &lt; &lt;b&gt;"
    assert html("A[1]′") == "A<sup>[1]</sup>′"
