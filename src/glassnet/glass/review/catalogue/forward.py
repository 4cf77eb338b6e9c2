"""Mistakes of the forward pass and of the first parameters."""

from __future__ import annotations

from glassnet.glass.review.mistake import Mistake

Z = "Z{l} = np.dot(W{l}, {A}) + b{l}"
PLACES = ({"l": "", "A": "A"}, {"l": "1", "A": "X"}, {"l": "2", "A": "A1"})
ACTIVATE = "A = g(Z)"
KEEP = "cache = (linear_cache, Z)"
NEXT_INPUT = "A_prev = A"
W_L, B_L = 'W = parameters["W" + str(l)]', 'b = parameters["b" + str(l)]'
HIDDEN = 'A, cache = linear_activation_forward(A_prev, W, b, "relu")'
LAST = 'AL, cache = linear_activation_forward(A, W, b, "sigmoid")'
KEPT = 'cache = {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}'
ONE_Z = "Z = np.dot(w.T, X) + b"
ZERO_W = "w = np.zeros((dim, 1))"


def linear(wrong: str, cause: str, *, of_several: bool = False) -> tuple[Mistake, ...]:
    """A wrong Z = W A + b, wherever one stands; `of_several`: where it shows in several units."""
    places = [at for at in PLACES if not (of_several and at["l"] == "2")]
    return tuple(Mistake(Z.format(**at), wrong.format(**at), cause) for at in places)


FORWARD = (
    *linear("Z{l} = np.dot(W{l}, {A})", "b is missing: Z = W A + b"),
    *linear("Z{l} = np.dot(W{l}, {A}) - b{l}", "a minus where it is + b"),
    *linear("Z{l} = np.dot(W{l}.T, {A}) + b{l}", "W is transposed: it is W A, W is (n, n_prev)"),
    *linear("Z{l} = np.dot({A}, W{l}) + b{l}", "the factors are exchanged: it is W A"),
    *linear("Z{l} = W{l} * {A} + b{l}", "∗ multiplies entry by entry: W A is np.dot(W, A)"),
    *linear("Z{l} = np.dot({A}.T, W{l}.T) + b{l}.T", "Z is transposed: examples are columns"),
    *linear(
        "Z{l} = np.dot(W{l}, {A}) + np.sum(b{l})",
        "all of b is added to every unit",
        of_several=True,
    ),
    Mistake(ONE_Z, "Z = np.dot(w.T, X)", "b is missing: z = wᵀx + b"),
    Mistake(ONE_Z, "Z = np.dot(w.T, X) - b", "a minus where it is + b"),
    Mistake(ONE_Z, "Z = np.dot(w, X) + b", "the transpose of w is missing: it is wᵀ X"),
    Mistake("Z2 = np.dot(W2, A1) + b2", "Z2 = np.dot(W2, Z1) + b2", "Z[1] in the place of A[1]"),
    Mistake("Z2 = np.dot(W2, A1) + b2", "Z2 = np.dot(W2, A1) + b1", "b of the other layer"),
    Mistake("Z2 = np.dot(W2, A1) + b2", "Z2 = np.dot(W2, X) + b2", "X in the place of A[1]"),
    Mistake("cache = (A, W, b)", "cache = (Z, W, b)", "Z in the place of A"),
    Mistake("cache = (A, W, b)", "cache = (A, b, W)", "W and b are exchanged"),
    Mistake("cache = (A, W, b)", "cache = (W, A, b)", "A and W are exchanged"),
    Mistake(ACTIVATE, "A = Z", "the activation is missing: A = g(Z)"),
    Mistake(ACTIVATE, "A = sigmoid(Z)", "the sigmoid, whatever activation is asked for"),
    Mistake(ACTIVATE, "A = relu(Z)", "ReLU, whatever activation is asked for"),
    Mistake(ACTIVATE, "A = g(g(Z))", "the activation is applied twice"),
    Mistake(ACTIVATE, "A = g(A_prev)", "g of A_prev in the place of g(Z)"),
    Mistake(
        KEEP, "cache = (linear_cache, A)", "A in the place of Z: the backward pass needs g′(Z)"
    ),
    Mistake(NEXT_INPUT, "A_prev = X", "hidden layers read X: A_prev has to be the A before"),
    Mistake(
        NEXT_INPUT,
        "A_prev = X",
        "every layer reads X: A_prev has to be the A before",
        also=(LAST, LAST.replace("(A,", "(X,")),
    ),
    Mistake(LAST, LAST.replace("(A,", "(X,"), "the last layer reads X: it has to read A"),
    Mistake(W_L, 'W = parameters["W" + str(1)]', "W[1] in every layer: it is 'W' + str(l)"),
    Mistake(W_L, 'W = parameters["W" + str(l + 1)]', "W of the next layer: it is 'W' + str(l)"),
    Mistake(B_L, 'b = parameters["b" + str(1)]', "b[1] in every layer: it is 'b' + str(l)"),
    Mistake(HIDDEN, HIDDEN.replace("relu", "sigmoid"), "the sigmoid in hidden layers: it is ReLU"),
    Mistake(HIDDEN, HIDDEN.replace("relu", "tanh"), "tanh in hidden layers: it is ReLU"),
    Mistake(LAST, LAST.replace("sigmoid", "relu"), "ReLU in the last layer: it is the sigmoid"),
    Mistake(LAST, LAST.replace("(A,", "(A_prev,"), "the last layer reads A_prev: it has to read A"),
    Mistake("for l in range(1, L):", "for l in range(1, L - 1):", "a hidden layer is left out"),
    Mistake("L = len(parameters) // 2", "L = len(parameters)", "every layer has two parameters"),
    Mistake("A1 = np.tanh(Z1)", "A1 = sigmoid(Z1)", "the sigmoid in the hidden layer: it is tanh"),
    Mistake("A1 = np.tanh(Z1)", "A1 = relu(Z1)", "ReLU in the hidden layer: it is tanh"),
    Mistake("A1 = np.tanh(Z1)", "A1 = Z1", "the activation of the hidden layer is missing"),
    Mistake("A2 = sigmoid(Z2)", "A2 = np.tanh(Z2)", "tanh at the output: it is the sigmoid"),
    Mistake("A2 = sigmoid(Z2)", "A2 = relu(Z2)", "ReLU at the output: it is the sigmoid"),
    Mistake("A2 = sigmoid(Z2)", "A2 = Z2", "the sigmoid at the output is missing"),
    Mistake("A2 = sigmoid(Z2)", "A2 = (sigmoid(Z2) > 0.5) * 1.0", "A[2] is rounded to 0 and 1"),
    Mistake(KEPT, KEPT.replace('"Z1": Z1', '"Z1": A1'), "the cache has A[1] under the name Z1"),
    Mistake(KEPT, KEPT.replace('"A1": A1', '"A1": Z1'), "the cache has Z[1] under the name A1"),
    Mistake("n_x = X.shape[0]", "n_x = X.shape[1]", "m in the place of n_x: features are rows"),
    Mistake("n_y = Y.shape[0]", "n_y = Y.shape[1]", "m in the place of n_y"),
    Mistake(ZERO_W, "w = np.zeros(dim)", "a rank-1 array: give both axes, (dim, 1)"),
    Mistake(ZERO_W, "w = np.zeros((1, dim))", "w is a row: it has to be a column, (dim, 1)"),
    Mistake(ZERO_W, "w = np.random.randn(dim, 1) * 0.01", "w is random: zeros are asked for"),
)
