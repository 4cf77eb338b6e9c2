"""A character model: after every letter, the probabilities of the next one.

    P(y⟨t⟩ | x⟨1⟩, ..., x⟨t⟩) = softmax(W a⟨t⟩ + b)    and    x⟨t+1⟩ = y⟨t⟩

Text is made of sentences whose verb agrees with a subject some words before it. A network that
reads one character after the other learns the words, and the agreement; then it writes.
"""

import re

import numpy as np

import glassnet as gn

random = np.random.default_rng(0)


def sentence():
    """Such as "the cat near the dogs sleeps.": the verb follows the first noun."""
    first, other = random.choice(["cat", "dog", "owl"], 2)
    many, others = random.choice(["", "s"], 2)
    verb = random.choice(["run", "sing", "sleep"]) + ("" if many else "s")
    return f"the {first}{many} near the {other}{others} {verb}."


PATTERN = re.compile(r"the (cat|dog|owl)(s?) near the (cat|dog|owl)s? (run|sing|sleep)(s?)\.")
vocabulary = ["\n", *" .abcdefghijklmnopqrstuvwxyz"]  # plain data: a symbol is its place in here
symbols = {character: number for number, character in enumerate(vocabulary)}

# (T, 1, m): sentences as columns. The last symbol, a line's end, also fills up the shorter ones.
lines = [sentence() for _ in range(2000)]
longest = max(map(len, lines))
text = np.array([[symbols[c] for c in "\n" + line.ljust(longest, "\n")] for line in lines]).T
X, Y = text[:-1, None], np.moveaxis(np.eye(len(vocabulary), dtype=np.float32)[text[1:]], 1, 2)

network = gn.Network(
    [gn.Embedding(len(vocabulary), 8), gn.GRU(48), gn.Dense(len(vocabulary)), gn.Softmax()],
    loss=gn.CategoricalCrossEntropy(),
)
rate = gn.OneCycle(0.02)
result = gn.train(network, X, Y, optimizer=gn.Adam(rate), epochs=8, batch_size=40)
print("cost after each epoch:", *(f"{J:.3f}" for J in result.history["cost"]))
print(f"ln(108), the least that there is for 108 sentences: {np.log(108):.3f}\n")


def write(m):
    """m sentences, all at once: each symbol that is drawn is the next input."""
    drawn, states = np.full((1, 1, m), symbols["\n"]), None
    written = []
    for _ in range(longest):
        A, states = network.predict_piece(result.parameters, drawn, states)
        below = np.cumsum(A[0], axis=0) < random.random(m) * A[0].sum(axis=0)
        drawn = below.sum(axis=0).reshape(1, 1, m)
        written.append(drawn[0, 0])
    return ["".join(vocabulary[symbol] for symbol in line).strip() for line in np.array(written).T]


new = write(500)
print(*new[:5], sep="\n")
read = [PATTERN.fullmatch(line) for line in new]
agrees = [bool(match) and (match[2] == "") == (match[5] == "s") for match in read]
print(f"\nsentences of the grammar: {np.mean([match is not None for match in read]):.1%} of 500")
print(f"and the verb agrees:      {np.mean(agrees):.1%}")
