"""PyTorch, operation by operation, with its fused optimisers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from workloads import Workload


def trainer(
    workload: Workload, threads: int, compiled: Callable[[Any], Any] = lambda model: model
) -> Callable[[int], float]:
    torch.set_num_threads(threads)
    rows, classes = workload.data()
    X = torch.from_numpy(rows)
    two = workload.units[-1] == 1
    Y = torch.from_numpy(classes).float()[:, None] if two else torch.from_numpy(classes)
    layers: list[nn.Module] = []
    for W, _ in workload.parameters():
        layers += [
            nn.Linear(W.shape[1], W.shape[0]),
            nn.Tanh() if workload.hidden == "tanh" else nn.ReLU(),
        ]
    model = nn.Sequential(*layers[:-1])
    loss = nn.BCEWithLogitsLoss() if two else nn.CrossEntropyLoss()
    cost_of = compiled(lambda X, Y: loss(model(X), Y))

    def train(epochs: int) -> float:
        with torch.no_grad():
            linear = [layer for layer in model if isinstance(layer, nn.Linear)]
            for layer, (W, b) in zip(linear, workload.parameters(), strict=True):
                layer.weight.copy_(torch.from_numpy(W))
                layer.bias.copy_(torch.from_numpy(b))
        kind = torch.optim.Adam if workload.optimizer == "adam" else torch.optim.SGD
        optimizer = kind(model.parameters(), lr=workload.rate, fused=True)
        total = 0.0
        for _ in range(epochs):
            total = 0.0
            order = None if workload.full else torch.randperm(workload.m)
            for start in range(0, workload.m, workload.batch):
                if order is None:
                    X_batch, Y_batch = X, Y
                else:
                    batch = order[start : start + workload.batch]
                    X_batch, Y_batch = X[batch], Y[batch]
                optimizer.zero_grad(set_to_none=True)
                cost = cost_of(X_batch, Y_batch)
                cost.backward()
                optimizer.step()
                total += float(cost.detach()) * len(X_batch)
        return total / workload.m

    return train
