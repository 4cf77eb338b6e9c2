"""The pictures of docs/look.md, made anew: ``python scripts/pictures.py``.

Everything is seeded, so the same library makes the same files.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import glassnet as gn

FOLDER = Path(__file__).parents[1] / "docs" / "_static" / "look"


def moons(m: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two half circles that reach into each other: X (2, m), Y (1, m)."""
    random = np.random.default_rng(seed)
    Y = (np.arange(m) % 2)[np.newaxis].astype(float)
    angle = random.uniform(0, np.pi, m)
    X = np.stack([np.cos(angle), np.sin(angle)])
    X = np.where(Y == 1, np.array([[1.0], [0.4]]) - X, X)
    return X + random.normal(scale=0.15, size=X.shape), Y


def main() -> None:
    """Train one network and draw it from all sides."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    X, Y = moons(300, seed=0)
    network = gn.Network(
        [gn.Dense(8), gn.Tanh(), gn.Dense(4), gn.ReLU(), gn.Dense(1), gn.Sigmoid()],
        loss=gn.BinaryCrossEntropy(),
    )
    task = gn.Task.of(network, X, Y, validation=moons(200, seed=1))
    watch = gn.Watch(task)
    result = gn.Training(gn.Adam(0.02), epochs=150).run(task, callbacks=(watch,))
    trace = network.trace(result.parameters, X, Y)

    def predict(plane: np.ndarray) -> np.ndarray:
        return network.predict(result.parameters, plane)

    pictures = {
        "network": gn.plots.network(network, (2,), result.parameters),
        "graph": gn.plots.graph(network, (2,)),
        "costs": gn.plots.costs(result),
        "parameters": gn.plots.parameters(watch),
        "activations": gn.plots.activations(trace),
        "boundary": gn.plots.boundary(predict, X, Y),
        "tanh": gn.plots.activation(gn.Tanh()),
        "landscape": gn.plots.landscape(network, result.parameters, X, Y),
    }
    for name, picture in pictures.items():
        path = FOLDER / f"{name}.svg"
        picture.save(path)
        print(f"{path.stat().st_size:>9,} bytes  {path.name}")


if __name__ == "__main__":
    main()
