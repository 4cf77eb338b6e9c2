"""From nothing to a fitted model of breast cancer: 64-64, 50 epochs, batches of 32."""

from __future__ import annotations

import json
import sys
import warnings

from sklearn.datasets import load_breast_cancer

if sys.argv[1] == "glassnet":
    from glassnet import MLPClassifier
else:
    from sklearn.neural_network import MLPClassifier

warnings.simplefilter("ignore")
X, y = load_breast_cancer(return_X_y=True)
X = (X - X.mean(axis=0)) / X.std(axis=0)
model = MLPClassifier((64, 64), max_iter=50, n_iter_no_change=51, batch_size=32, random_state=0)
model.fit(X, y)
print(json.dumps({"score": model.score(X, y)}))
