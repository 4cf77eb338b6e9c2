"""Equations: read from docstrings, written in the course's notation."""

import ast

import pytest

from glassnet import Conv2D, Dense, Dropout, LeakyReLU, Sigmoid, Softmax, Tanh
from glassnet.equations import Equation, course_name, equations


def written(text: str, **names: str) -> str:
    target, _, expression = text.partition(" = ")
    target, _, index = target.rstrip("]").partition("[")
    return Equation(target, ast.parse(expression, mode="eval").body, index).written(names)


@pytest.mark.parametrize(
    ("text", "notation"),
    [
        ("Z = W @ A + b", "Z = W A + b"),
        ("dW = dZ @ A.T / m", "dW = (1/m) dZ Aᵀ"),
        ("db = sum(dZ, axis=-1, keepdims=True) / m", "db = (1/m) Σᵢ dZ"),
        ("dA = W.T @ dZ", "dA = Wᵀ dZ"),
        ("x = (a + b) @ c", "x = (a + b) c"),
        ("x = (a + b) * (c - d)", "x = (a + b) ∗ (c − d)"),
        ("x = a - (b - c)", "x = a − (b − c)"),
        ("x = a - b - c", "x = a − b − c"),
        ("x = a / (b / c)", "x = a / (b / c)"),
        ("x = a / (b * c)", "x = a / (b ∗ c)"),
        ("x = (a + b) ** 2", "x = (a + b)²"),
        ("x = -(a + b)", "x = −(a + b)"),
        ("x = -a ** 2", "x = −a²"),
        ("x = (a + b).T", "x = (a + b)ᵀ"),
        ("x = (a + b) / m", "x = (1/m) (a + b)"),
        ("x = sum(a + b, axis=-2)", "x = Σₖ (a + b)"),
        ("x = sum(a)", "x = Σ a"),
        ("x = where(Z > 0, Z, slope * Z)", "x = (Z where Z > 0, else slope ∗ Z)"),
        ("x = maximum(Z, 0)", "x = max(Z, 0)"),
        ("x = dA * (Z > 0)", "x = dA ∗ (Z > 0)"),
        ("x = 0.5 * a", "x = 0.5 ∗ a"),
        ("x = erf(a)", "x = erf(a)"),
        ("x = abs(a - b)", "x = |a − b|"),
        ("x = sqrt(s) + sqrt(s + a)", "x = √s + √(s + a)"),
        ("x = v / (1 - beta ** t)", "x = v / (1 − betaᵗ)"),
        ("W = W - alpha * dW", "W := W − alpha ∗ dW"),
        ("x = sum(W[o] @ seen(A, o) for o in offsets) + b", "x = Σₒ W[o] seen(A, o) + b"),
        ("x = sum(f(k) for k in many)", "x = Σ f(k)"),
        ("x = max(seen(A, o) for o in offsets)", "x = maxₒ seen(A, o)"),
        ("x = sum(a + b, axis=positions)", "x = Σₚ (a + b)"),
        ("x = mean(a * b, axis=-1, keepdims=True)", "x = (1/m) Σᵢ a ∗ b"),
        ("x = mean(a, axis=-2)", "x = (1/n) Σₖ a"),
        ("a[t] = tanh(W @ concat(a[t-1], A[t]) + b)", "a⟨t⟩ = tanh(W [a⟨t−1⟩; A⟨t⟩] + b)"),
        ("dW = sum(dz[t] @ a[t-1].T for t in times) / m", "dW = (1/m) Σₜ dz⟨t⟩ a⟨t−1⟩ᵀ"),
        ("dz[t] = (da[t] + dz[t+1]) * a[t]", "dz⟨t⟩ = (da⟨t⟩ + dz⟨t+1⟩) ∗ a⟨t⟩"),
        ("x = t / 10000**((k - k % 2) / n)", "x = t / 10000^((k − k mod 2) / n)"),
        ("dW[o] = sum(a.mT, axis=positions) / m", "dW[o] = (1/m) Σₚ aᵀ"),
    ],
)
def test_notation(text, notation):
    assert written(text) == notation


def test_names_of_the_network_stand_in_it():
    names = {"W": "W[2]", "A": "A[1]", "Z": "Z[2]", "b": "b[2]"}
    assert written("Z = W @ A + b", **names) == "Z[2] = W[2] A[1] + b[2]"


def test_what_has_no_notation_is_refused():
    with pytest.raises(ValueError, match="no notation for"):
        written("x = [a for a in b]")


def test_sections_of_docstrings():
    assert [str(line) for line in equations(Dense)["gradients"]] == [
        "dW = (1/m) dZ Aᵀ",
        "db = (1/m) Σᵢ dZ",
    ]
    assert [str(line) for line in equations(Conv2D)["gradients"]] == [
        "dW[o] = (1/m) Σₚ dZ seen(A, o)ᵀ",
        "db = (1/m) Σᵢ Σₚ dZ",
    ]
    assert set(equations(Dropout)) == {"forward", "predict", "backward"}
    assert str(equations(Softmax)["forward"][0]) == "A = exp(Z) / (Σₖ exp(Z))"
    assert str(equations(LeakyReLU)["backward"][0]) == "dZ = dA ∗ (1 where Z > 0, else slope)"
    assert str(equations(Sigmoid)["backward"][0]) == "dZ = dA ∗ A ∗ (1 − A)"
    assert str(equations(Tanh)["backward"][0]) == "dZ = dA ∗ (1 − A²)"


def test_a_class_without_equations_has_none():
    class Silent:
        """Says nothing."""

    assert equations(Silent) == {}


@pytest.mark.parametrize(
    ("name", "course"),
    [
        ("W2", "W[2]"),
        ("dZ10", "dZ[10]"),
        ("image.dW2", "image.dW[2]"),
        ("a.b.Z1", "a.b.Z[1]"),
        ("A_sum1", "A_sum[1]"),
        ("A1_2", "A[1]′2"),
        ("L", "L"),
        ("alpha", "alpha"),
    ],
)
def test_course_names(name, course):
    assert course_name(name) == course
