"""Structured data: a table with named columns becomes a matrix X, and can be read back from it.

    x = (value − mean) / standard deviation        one row of X for each number,
    x = 1 where the value is "near", else 0        one for each value of a category

The other half, raw pixels, is a matrix already: every pixel is a row of X.
"""

from datetime import date

from sklearn.datasets import load_digits

from glassnet.tables import plan_table

houses = {
    "id": [101, 102, 103, 104, 105, 106],
    "rooms": [2, 4, 6, 4, None, 5],
    "coast": ["near", "far", "far", "near", "near", "far"],
    "garden": [True, False, True, True, False, True],
    "built": [date(1931, 5, 1), date(1974, 1, 15), date(2003, 9, 30), None, None, date(2015, 2, 1)],
}

plan = plan_table(houses)
print("what becomes of each column:")
for line in plan.describe():
    print(f"  {line.column:7} {line.kind:8} {line.rows} row(s)   {line.details}")

X = plan.encode(houses)
print(f"\nX has the shape (n_x, m) = {X.shape}:")
for row, name in enumerate(plan.names):
    print(f"  {name:20}" + "".join(f"{x:7.2f}" for x in X[row]))

print("\nand back, without loss:")
print("  rooms ", plan.decode(X)["rooms"].to_list())
print("  coast ", plan.decode(X)["coast"].to_list())

pixels = load_digits().images  # (m, 8, 8): examples first, as everybody stores them
X = pixels.reshape(len(pixels), -1).T
print(f"\nunstructured: images {pixels.shape} are a matrix X of {X.shape} by themselves")
