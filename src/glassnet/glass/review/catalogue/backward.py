"""Mistakes of the backward pass."""

from __future__ import annotations

from glassnet.glass.review.mistake import Mistake

DW = "dW{l} = np.dot(dZ{l}, {A}.T) / m"
DB = "db{l} = np.sum(dZ{l}, axis=1, keepdims=True) / m"
PLACES = (
    {"l": "", "A": "A_prev", "W": "W"},
    {"l": "2", "A": "A1", "W": "W2"},
    {"l": "1", "A": "X", "W": "W1"},
)
DA = "dA_prev = np.dot(W.T, dZ)"
DZ_LAST, DZ2 = "dZ = AL - Y", "dZ2 = A2 - Y"
DZ1 = "dZ1 = np.dot(W2.T, dZ2) * (1 - A1**2)"
HIDDEN = 'dA, dW, db = linear_activation_backward(dA, cache, "relu")'
CACHE = "cache = caches[l - 1]"
DW_ONE = "dw = np.dot(X, (A - Y).T) / m"
DB_ONE = "db = np.sum(A - Y) / m"
A_ONE = "A = sigmoid(np.dot(w.T, X) + b)"


def weights(wrong: str, cause: str) -> tuple[Mistake, ...]:
    """A wrong dW, wherever one stands."""
    return tuple(Mistake(DW.format(**at), f"dW{wrong}".format(**at), cause) for at in PLACES)


def biases(wrong: str, cause: str, *, of_several: bool = False) -> tuple[Mistake, ...]:
    """A wrong db, wherever one stands; `of_several`: where it shows in several units only."""
    places = [at for at in PLACES if not (of_several and at["l"] == "2")]
    return tuple(Mistake(DB.format(**at), f"db{wrong}".format(**at), cause) for at in places)


def output(wrong: str, cause: str) -> tuple[Mistake, ...]:
    """A wrong dZ of the last layer, in both programs."""
    deep, two = (
        Mistake(right, wrong.format(Z=Z, A=A), cause)
        for right, Z, A in ((DZ_LAST, "dZ", "AL"), (DZ2, "dZ2", "A2"))
    )
    return deep, two


BACKWARD = (
    *weights("{l} = np.dot(dZ{l}, {A}.T)", "the 1/m is missing"),
    *weights("{l} = np.dot(dZ{l}, {A}.T) / m**2", "the 1/m stands there twice"),
    *weights("{l} = np.dot({A}, dZ{l}.T) / m", "dW is transposed: it is dZ Aᵀ"),
    *weights("{l} = np.dot(dZ{l}.T, {A}) / m", "the wrong factor is transposed: it is dZ Aᵀ"),
    *weights("{l} = np.dot(dZ{l}, {A}) / m", "the transpose of A is missing: it is dZ Aᵀ"),
    *weights("{l} = dZ{l} * {A} / m", "∗ multiplies entry by entry: dZ Aᵀ is np.dot(dZ, A.T)"),
    *weights("{l} = np.dot(dZ{l}, {A}.T) / len({A})", "divided by n, not by m"),
    *weights("{l} = np.dot(dZ{l}, {A}.T) * m", "multiplied by m, not divided"),
    *weights("{l} = -np.dot(dZ{l}, {A}.T) / m", "the sign"),
    *weights("{l} = 2 * np.dot(dZ{l}, {A}.T) / m", "a factor 2 too much"),
    *biases("{l} = np.sum(dZ{l}, axis=1, keepdims=True)", "the 1/m is missing"),
    *biases("{l} = np.mean(dZ{l}, axis=1, keepdims=True) / m", "the 1/m stands there twice"),
    *biases("{l} = np.sum(dZ{l}, axis=1) / m", "keepdims=True is missing: this is of rank 1"),
    *biases("{l} = np.sum(dZ{l}, axis=1)", "keepdims=True and the 1/m are missing"),
    *biases("{l} = dZ{l} / m", "the sum over the examples is missing"),
    *biases("{l} = dZ{l}", "the sum over the examples and the 1/m are missing"),
    *biases(
        "{l} = np.sum(dZ{l}, axis=0, keepdims=True) / m",
        "the sum is over the wrong axis",
        of_several=True,
    ),
    *biases(
        "{l} = np.sum(dZ{l}, keepdims=True) / m",
        "axis=1 is missing: all units are added up",
        of_several=True,
    ),
    *biases("{l} = np.sum(dZ{l}) / m", "axis=1 and keepdims=True are missing: it is one number"),
    *biases(
        "{l} = np.mean(dZ{l})",
        "axis=1 and keepdims=True are missing: it is the mean of all units",
        of_several=True,
    ),
    *biases(
        "{l} = np.sum(dZ{l})",
        "axis=1, keepdims=True and the 1/m are missing: it is one number",
    ),
    *biases(
        "{l} = np.sum(dZ{l}, axis=1, keepdims=True).T / m",
        "db is a row: b is a column",
        of_several=True,
    ),
    *biases(
        "{l} = np.sum(dZ{l}, axis=1, keepdims=True) / len(dZ{l})",
        "divided by n, not by m",
        of_several=True,
    ),
    *biases("{l} = -np.sum(dZ{l}, axis=1, keepdims=True) / m", "the sign"),
    *biases("{l} = 4 * np.sum(dZ{l}, axis=1, keepdims=True) / m", "a factor 4 too much"),
    *biases(
        "{l} = np.sum(np.dot(dZ{l}, {A}.T), axis=1, keepdims=True) / m",
        "the sum is over dW: it is over dZ",
    ),
    Mistake("m = A_prev.shape[1]", "m = A_prev.shape[0]", "m is A_prev.shape[1]"),
    Mistake("m = A_prev.shape[1]", "m = 1", "the 1/m is missing"),
    Mistake("m = X.shape[1]", "m = X.shape[0]", "m is X.shape[1]: examples are columns"),
    Mistake("m = X.shape[1]", "m = 1", "the 1/m is missing"),
    Mistake(DA, "dA_prev = np.dot(W, dZ)", "the transpose of W is missing: it is Wᵀ dZ"),
    Mistake(DA, "dA_prev = W.T * dZ", "∗ multiplies entry by entry: Wᵀ dZ is np.dot(W.T, dZ)"),
    Mistake(DA, "dA_prev = W * dZ", "∗ multiplies entry by entry, and W is not transposed: Wᵀ dZ"),
    Mistake(DA, "dA_prev = np.dot(W.T, dZ) / m", "a 1/m that does not belong there: dA has none"),
    Mistake(DA, "dA_prev = np.dot(dW.T, dZ)", "dW in the place of W: it is Wᵀ dZ"),
    Mistake(DA, "dA_prev = dZ", "the product with Wᵀ is missing"),
    *output("{Z} = Y - {A}", "the sign: dZ = A − Y, and dA = −(Y/A − (1−Y)/(1−A))"),
    *output("{Z} = ({A} - Y) / Y.shape[1]", "a 1/m that does not belong there: dZ has none"),
    *output(
        "{Z} = ({A} - Y) * {A} * (1 - {A})",
        "σ′ stands there once too often: A − Y has it already",
    ),
    *output("{Z} = -(Y / {A} - (1 - Y) / (1 - {A}))", "this is dA: the factor σ′(Z) is missing"),
    *output(
        "{Z} = -(Y / {A} + (1 - Y) / (1 - {A})) * {A} * (1 - {A})",
        "dA = −(Y/A − (1−Y)/(1−A)): the sign between its terms is a minus",
    ),
    *output(
        "{Z} = -(Y / {A} - (1 - Y) / (1 - {A})) * {A} * (1 - {A})",
        "a division by zero where a is exactly 0 or 1: dZ = A − Y has none",
    ),
    *output("{Z} = 2 * ({A} - Y)", "a factor 2 too much"),
    Mistake(DZ_LAST, "dZ = (AL - Y) * (Z > 0)", "ReLU in the last layer: it is the sigmoid"),
    Mistake(HIDDEN, HIDDEN.replace("relu", "sigmoid"), "σ′ in the hidden layers: they have ReLU"),
    Mistake(
        HIDDEN,
        "dA, dW, db = linear_backward(dA, cache[0])",
        "the factor g′(Z) is missing in the hidden layers",
    ),
    Mistake(
        HIDDEN,
        'dA, dW, db = linear_activation_backward(grads["dA" + str(L - 1)], cache, "relu")',
        "every layer gets dA[L−1]: it has to get its own dA[l]",
    ),
    Mistake(
        CACHE,
        "cache = caches[l]",
        "the cache of the next layer, or of the last: that of layer l is caches[l−1]",
    ),
    Mistake(CACHE, "cache = caches[0]", "the cache of the first layer in every layer"),
    Mistake("dZ = relu_backward(dA, Z)", "dZ = sigmoid_backward(dA, Z)", "σ′ where ReLU′ is asked"),
    Mistake("dZ = sigmoid_backward(dA, Z)", "dZ = relu_backward(dA, Z)", "ReLU′ where σ′ is asked"),
    Mistake("dZ = relu_backward(dA, Z)", "dZ = dA", "the factor g′(Z) is missing"),
    Mistake(DZ1, "dZ1 = np.dot(W2.T, dZ2)", "the factor tanh′ = 1 − A[1]² is missing"),
    Mistake(DZ1, "dZ1 = np.dot(W2.T, dZ2) * (1 - Z1**2)", "Z[1] in the place of A[1]: 1 − A[1]²"),
    Mistake(DZ1, "dZ1 = np.dot(W2.T, dZ2) * (1 - A1)", "the square is missing: 1 − A[1]²"),
    Mistake(DZ1, "dZ1 = np.dot(W2.T, dZ2) * (1 - A1**2) / m", "a 1/m that does not belong there"),
    Mistake(DZ1, "dZ1 = np.dot(W2.T, dZ2) * A1 * (1 - A1)", "σ′ where the hidden layer has tanh"),
    Mistake(DZ1, "dZ1 = np.dot(W2.T, dZ2) * (Z1 > 0)", "ReLU′ where the hidden layer has tanh"),
    Mistake(DZ1, "dZ1 = np.dot(W2.T, dZ2) * (1 - np.tanh(A1) ** 2)", "tanh is taken twice"),
    Mistake(DZ1, "dZ1 = np.dot(W1.T, dZ2) * (1 - A1**2)", "W[1] in the place of W[2]"),
    Mistake(DZ1, "dZ1 = np.dot(W2, dZ2) * (1 - A1**2)", "the transpose of W[2] is missing"),
    Mistake(DZ1, "dZ1 = np.dot(np.dot(W2.T, dZ2), (1 - A1**2))", "np.dot where ∗ is meant"),
    Mistake(
        "dW2 = np.dot(dZ2, A1.T) / m", "dW2 = np.dot(dZ2, A2.T) / m", "A[2] where A[1] belongs"
    ),
    Mistake("dW2 = np.dot(dZ2, A1.T) / m", "dW2 = np.dot(dZ2, X.T) / m", "X where A[1] belongs"),
    Mistake(
        "dW2 = np.dot(dZ2, A1.T) / m", "dW2 = np.dot(dZ2, Z1.T) / m", "Z[1] where A[1] belongs"
    ),
    Mistake("dW1 = np.dot(dZ1, X.T) / m", "dW1 = np.dot(dZ1, A1.T) / m", "A[1] where X belongs"),
    Mistake(DW_ONE, "dw = np.dot(X, (A - Y).T)", "the 1/m is missing"),
    Mistake(DW_ONE, "dw = X * (A - Y) / m", "∗ multiplies entry by entry: it is X (A − Y)ᵀ"),
    Mistake(DW_ONE, "dw = np.dot(A - Y, X.T) / m", "dw is a row: w is a column, X (A − Y)ᵀ"),
    Mistake(DW_ONE, "dw = np.dot(X, (Y - A).T) / m", "the sign: it is A − Y"),
    Mistake(DW_ONE, "dw = np.dot(X, (A - Y).T)[:, 0] / m", "a rank-1 array: w is (n_x, 1)"),
    Mistake(DW_ONE, "dw = np.dot(X, (A - Y).T) / len(X)", "divided by n_x, not by m"),
    Mistake(DB_ONE, "db = np.sum(A - Y)", "the 1/m is missing"),
    Mistake(DB_ONE, "db = (A - Y) / m", "the sum over the examples is missing"),
    Mistake(DB_ONE, "db = np.sum(Y - A) / m", "the sign: it is A − Y"),
    Mistake(DB_ONE, "db = np.sum(A - Y) / len(X)", "divided by n_x, not by m"),
    Mistake(A_ONE, "A = np.dot(w.T, X) + b", "the sigmoid is missing: A = σ(wᵀX + b)"),
    Mistake(A_ONE, "A = sigmoid(np.dot(w.T, X))", "b is missing: A = σ(wᵀX + b)"),
    Mistake(A_ONE, "A = sigmoid(np.dot(w, X) + b)", "the transpose of w is missing: wᵀX"),
)
