"""Vectorisation: the same sums, without the loop that you can see.

    for every unit and every example:  z = w₁ x₁ + … + wₙ xₙ + b        or at once:  Z = W X + b

The numbers are equal; the time is not. An explicit loop asks Python about every single product,
the matrix form hands all of them to compiled code. (The course measured 300 times; it depends on
the machine and the sizes.) The third way is what a network does: the engine, which also checks
what it is given.
"""

from glassnet.glass import labs

for units, n, m in ((3, 5, 7), (20, 100, 200)):
    result = labs.loops(units, n, m)
    print(result, "\n")
    assert result.largest_difference < 1e-12
print("equal to 1e-12 at both sizes")
assert result.seconds["Z = W X + b"] < result.seconds["explicit loop"]
