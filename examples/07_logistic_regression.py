"""Logistic regression is a network with no hidden layer.

    z = wᵀx + b,  ŷ = σ(z),  σ(z) = 1 / (1 + e⁻ᶻ)

Fitted to a table of 569 tumours, it must come to the same 30 weights as scikit-learn's solver,
which was written by other people, by another method: Newton's against L-BFGS.
"""

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

import glassnet as gn

data = load_breast_cancer()
rows = StandardScaler().fit_transform(data.data)  # scikit-learn: an example is a row
X, Y = rows.T, data.target[np.newaxis]  # the course: an example is a column

network = gn.Network([gn.Dense(1), gn.Sigmoid()], gn.BinaryCrossEntropy(), penalties=[gn.L2(1.0)])
to_the_end = gn.LBFGS(tolerance=1e-9, cost_tolerance=0)
result = gn.train(network, X, Y, optimizer=to_the_end, epochs=1000)
w = result.parameters["W1"][0]

other = LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-10).fit(rows, data.target)

A = network.predict(result.parameters, X)
print(f"X {X.shape}, W {result.parameters['W1'].shape}, ŷ {A.shape}")
print(f"cost J               {network.cost(result.parameters, X, Y):.6f}")
print(f"right on the table   {np.mean((A > 0.5) == Y):.3f}")
print(f"\n{'the five largest weights':26} glassnet  scikit-learn")
for k in np.argsort(-abs(w))[:5]:
    print(f"  {data.feature_names[k]:24} {w[k]:8.5f}  {other.coef_[0, k]:8.5f}")
difference = np.max(np.abs(w - other.coef_[0]))
print(f"\nlargest difference of all 30 weights: {difference:.1e}")
assert difference < 1e-5
