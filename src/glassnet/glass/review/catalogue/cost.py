"""Mistakes of the cost."""

from __future__ import annotations

from glassnet.glass.review.mistake import Mistake

LOGS = "logprobs = Y * np.log(AL) + (1 - Y) * np.log(1 - AL)"
COST_LINE = "cost = -np.sum(logprobs) / m"
CLIP = "AL = np.clip(AL, EPSILON, 1 - EPSILON)"


def logs(wrong: str, cause: str) -> Mistake:
    return Mistake(LOGS, f"logprobs = {wrong}", cause)


COST = (
    Mistake(CLIP, "AL = AL", "the natural log of zero: a prediction of exactly 0 or 1 has no log"),
    Mistake(
        COST_LINE,
        "cost = -np.sum(logprobs)",
        "the 1/m is missing, or m was taken as Y.shape[0], which is 1",
    ),
    Mistake(COST_LINE, "cost = np.sum(logprobs) / m", "the minus in front of the sum is missing"),
    Mistake(COST_LINE, "cost = np.sum(logprobs)", "the minus and the 1/m are missing"),
    Mistake(COST_LINE, "cost = -np.sum(logprobs) / (2 * m)", "1/2m where it is 1/m"),
    Mistake(COST_LINE, "cost = -np.sum(logprobs) / m**2", "the 1/m stands there twice"),
    Mistake(COST_LINE, "cost = -logprobs / m", "the sum over the examples is missing"),
    Mistake(
        COST_LINE,
        "cost = -np.sum(Y * np.log(AL)) / m + np.sum((1 - Y) * np.log(1 - AL))",
        "−1/m belongs to both terms: put the parentheses around their sum",
    ),
    Mistake(
        COST_LINE,
        "cost = np.sum((AL - Y) ** 2) / m",
        "this is the squared error, not the cross-entropy",
    ),
    Mistake(
        COST_LINE,
        "cost = np.sum((AL - Y) ** 2) / (2 * m)",
        "this is half the squared error, not the cross-entropy",
    ),
    Mistake(COST_LINE, "cost = np.sum(np.abs(AL - Y)) / m", "this is the mean of |a − y|"),
    Mistake("m = Y.shape[1]", "m = Y.size - 1", "m is one too small"),
    logs("Y * np.log(AL)", "the term (1 − y) log(1 − a) is missing"),
    logs("(1 - Y) * np.log(1 - AL)", "the term y log a is missing"),
    logs("Y * np.log(AL) + (1 - Y) * np.log(AL)", "log a in both terms: the second is log(1 − a)"),
    logs("Y * np.log(1 - AL) + (1 - Y) * np.log(AL)", "log a and log(1 − a) are exchanged"),
    logs(
        "AL * np.log(np.clip(Y, EPSILON, 1 - EPSILON)) + (1 - AL) * np.log("
        "np.clip(1 - Y, EPSILON, 1 - EPSILON))",
        "A and Y are exchanged: it is the log of A",
    ),
    logs(
        "Y * np.log(AL) - (1 - Y) * np.log(1 - AL)",
        "the two terms have opposite signs: the minus belongs to both",
    ),
    logs(
        "(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / np.log(10)", "log10: it is the natural log"
    ),
    logs("(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / np.log(2)", "log2: it is the natural log"),
    logs(
        "Y * np.log(AL).T + (1 - Y) * np.log(1 - AL).T",
        "a row and a column make an (m, m) table: ∗ takes two rows, np.dot(row, column) adds up",
    ),
)
