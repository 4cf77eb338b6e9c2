"""The learning rate: too small, right, too large, and far too large, on the same data.

    W := W − α dW

For a line and the squared error, J is a parabola, and the limit is known: 2 / (largest curvature
of J). Below it every step goes down; above it every step goes further up on the other side.
"""

from glassnet.glass import labs

result = labs.learning_rate()
print(result)

small, right, large, far = result.runs
print("\nthe first costs of each:")
for run in result.runs:
    print(f"  α = {run.learning_rate:9.4f}  ", "  ".join(f"{cost:9.3g}" for cost in run.costs[:6]))
assert right.costs[-1] < small.costs[-1] < large.costs[-1]
assert far.error.startswith("The cost J became inf")
