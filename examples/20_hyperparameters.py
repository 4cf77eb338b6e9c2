"""Parameters are learned; hyper-parameters are chosen: α, iterations, L, n[l], g.

    parameters = W[1], b[1], …, W[L], b[L]        hyper-parameters = whatever decides them

Nobody knows the best α beforehand. So: try a few, keep what is best on data that was not learned
from, and measure the winner once, on data that played no part in either.
"""

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import ParameterSampler

import glassnet as gn
from glassnet.tables import plan_table, split_rows

data = load_breast_cancer()
learn, rest = split_rows(data.target, 0.4, seed=0, stratify=True)
half = np.arange(len(rest)) % 2 == 0
choose, test = rest[half], rest[~half]

columns = load_breast_cancer(as_frame=True).data
X = plan_table(columns.iloc[learn]).encode(columns)
Y = data.target[np.newaxis]

choices = {
    "alpha": [0.003, 0.01, 0.03, 0.1, 0.3],
    "layers": [0, 1, 2, 3],
    "units": [4, 8, 16],
    "activation": [gn.ReLU(), gn.Tanh(), gn.Sigmoid()],
    "epochs": [50, 200],
}


def fitted(alpha, layers, units, activation, epochs):
    hidden = [layer for _ in range(layers) for layer in (gn.Dense(units), activation)]
    network = gn.Network([*hidden, gn.Dense(1), gn.Sigmoid()], loss=gn.BinaryCrossEntropy())
    rule = gn.GradientDescent(alpha)
    result = gn.train(network, X[:, learn], Y[:, learn], optimizer=rule, epochs=epochs)
    return network, result.parameters


trials = []
for choice in ParameterSampler(choices, n_iter=20, random_state=0):
    network, parameters = fitted(**choice)
    trials.append((network.cost(parameters, X[:, choose], Y[:, choose]), choice))
trials.sort(key=lambda trial: trial[0])

print("cost     α      layers × units   g          iterations")
for cost, c in [*trials[:3], *trials[-2:]]:
    size, g = f"{c['layers']} × {c['units']}", str(c["activation"])
    print(f"{cost:.4f}   {c['alpha']:<5}  {size:16} {g:10} {c['epochs']}")

best = trials[0][1]
network, parameters = fitted(**best)
right = np.mean((network.predict(parameters, X[:, test]) > 0.5) == Y[:, test])
print(f"\nhyper-parameters of the best: {best}")
print(f"its parameters: {', '.join(f'{name} {W.shape}' for name, W in parameters.items())}")
print(f"             = {sum(W.size for W in parameters.values())} numbers, none of them chosen")
print(f"right on the {len(test)} tumours kept for the end: {right:.1%}")
