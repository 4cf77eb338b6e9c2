"""Mistakes of the update, of the loop, and of the prediction."""

from __future__ import annotations

from glassnet.glass.review.mistake import Mistake

W, B = "W = W - learning_rate * dW", "b = b - learning_rate * db"
STEP_W = 'w = w - learning_rate * grads["dw"]'
STEP_B = 'b = b - learning_rate * grads["db"]'

FIXED = ("0.0075", "0.01", "0.1", "0.5", "1.2")


def predicted(A: str, Z: str) -> tuple[Mistake, ...]:
    """A wrong prediction, where the output and what is under it are called so."""
    right = f"predictions = ({A} > 0.5).astype(int)"
    return (
        Mistake(right, f"predictions = {A}", "these are probabilities: predict 1 where A > ½"),
        Mistake(right, right.replace(">", "<"), "the sides of ½ are exchanged"),
        Mistake(right, right.replace("0.5", "0"), "compared with 0: it is A > ½"),
        Mistake(right, right.replace(f"({A} ", f"({Z} "), "Z in the place of A: it is A > ½"),
        Mistake(right, f"{right}[0]", "of rank 1: it has to be (1, m)"),
        Mistake(right, f"{right}.T", "a column: it has to be (1, m)"),
        Mistake(right, right.replace(">", ">="), "at exactly ½ it predicts 1"),
    )


UPDATE = (
    *(
        Mistake(line, f"{name} = {name} - {rate} * d{name}", f"{rate} in the place of α")
        for line, name in ((W, "W"), (B, "b"))
        for rate in FIXED
    ),
    Mistake(W, "W = W + learning_rate * dW", "a plus: gradient descent goes down, W − α dW"),
    Mistake(B, "b = b + learning_rate * db", "a plus: gradient descent goes down, b − α db"),
    Mistake(W, "W = W - dW", "the learning rate is missing: W − α dW"),
    Mistake(B, "b = b - db", "the learning rate is missing: b − α db"),
    Mistake(W, "W = learning_rate * dW", "the old W is missing: W − α dW"),
    Mistake(W, "W = W - learning_rate * W", "W in the place of dW: W − α dW"),
    Mistake(W, "W = W - learning_rate / dW", "divided by dW: W − α dW"),
    Mistake(W, "W = W * (1 - learning_rate * dW)", "the step is multiplied by W: W − α dW"),
    Mistake(W, "W = (W - learning_rate) * dW", "the parentheses: W − α dW"),
    Mistake(W, "W = dW - learning_rate * W", "W and dW are exchanged: W − α dW"),
    Mistake(W, "W -= learning_rate * dW", "`-=` writes into the caller's W: make a new array"),
    Mistake(B, "b -= learning_rate * db", "`-=` writes into the caller's b: make a new array"),
    Mistake(
        W,
        "W -= learning_rate * dW",
        "`-=` writes into the caller's W and b: make new arrays",
        also=(B, "b -= learning_rate * db"),
    ),
    Mistake(W, "W = W - learning_rate * db", "db in the place of dW: W − α dW"),
    Mistake(B, "b = b", "b is never updated"),
    Mistake(W, "W = W", "W is never updated"),
    Mistake(
        "for l in range(1, L + 1):",
        "for l in range(1, L):",
        "the last layer is left out of the loop",
    ),
    Mistake(
        "for l in range(1, L + 1):", "for l in range(2, L + 1):", "the first layer is left out"
    ),
    Mistake(
        'W, dW = parameters["W" + str(l)], grads["dW" + str(l)]',
        'W, dW = parameters["W" + str(l)], grads["dW" + str(1)]',
        "dW[1] in every layer: it is 'dW' + str(l)",
    ),
    *(
        mistake
        for A, Z in (("AL", "caches[-1][1]"), ("A2", 'cache["Z2"]'), ("A", "Z"))
        for mistake in predicted(A, Z)
    ),
    Mistake(STEP_W, STEP_W.replace("-", "+"), "a plus: gradient descent goes down, w − α dw"),
    Mistake(STEP_B, STEP_B.replace("-", "+"), "a plus: gradient descent goes down, b − α db"),
    Mistake(
        STEP_W,
        STEP_W.replace("-", "+"),
        "a plus: gradient descent goes down, w − α dw and b − α db",
        also=(STEP_B, STEP_B.replace("-", "+")),
    ),
    Mistake(
        STEP_W,
        'w = w - grads["dw"]',
        "the learning rate is missing: w − α dw and b − α db",
        also=(STEP_B, 'b = b - grads["db"]'),
    ),
    Mistake(STEP_W, 'w = w - grads["dw"]', "the learning rate is missing: w − α dw"),
    Mistake(STEP_B, "b = b", "b is never updated"),
    Mistake(STEP_W, "w = w", "w is never updated"),
    Mistake(
        STEP_W,
        'w -= learning_rate * grads["dw"]',
        "`-=` writes into the caller's w: make a new array",
    ),
    Mistake(
        "grads, cost = propagate(w, b, X, Y)",
        "grads, cost = propagate(w, b, X, Y) if i == 0 else (grads, cost)",
        "the gradients are computed once: they change with w and b",
    ),
    Mistake(
        "for i in range(num_iterations):",
        "for i in range(num_iterations - 1):",
        "one iteration too few",
    ),
    Mistake("if i % 100 == 0:", "if True:", "every cost is kept: it is every hundredth"),
    Mistake("if i % 100 == 0:", "if i % 100 == 99:", "the first cost is not kept"),
)
