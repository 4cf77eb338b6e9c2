"""A network: price from size, bedrooms, zip code and wealth.

    a[1] = max(0, W[1] x + b[1])        ŷ = W[2] a[1] + b[2]

Nobody tells the hidden units what to look for. The price in this made-up town depends on whether
a house is large enough for a family *and* whether its street is a good one, on no column alone:
a straight line cannot say "and"; hidden units that are found by training can.
"""

import numpy as np

import glassnet as gn
from glassnet.tables import plan_table, plan_target, split_rows

random = np.random.default_rng(2)
m = 600
houses = {
    "size": random.uniform(40, 240, m).round(),
    "bedrooms": random.integers(1, 7, m),
    "zip_code": random.choice(["Harbour", "Hill", "Mill"], m),
    "wealth": random.normal(50, 15, m).round(1),
}
family = np.minimum(houses["size"] / 30, houses["bedrooms"])  # rooms that a family can use
school = houses["wealth"] / 50 + (houses["zip_code"] == "Hill")
price = 100 + 40 * family * school + random.normal(0, 15, m)

learn, held = split_rows(price, 0.25, seed=0, stratify=False)
known = {name: column[learn] for name, column in houses.items()}
table, target = plan_table(known), plan_target(price[learn], name="price")
X, Y = table.encode(houses), target.encode(price)
for column in table.describe():
    print(f"{column.column:9} {column.kind:9} {column.rows} row(s) of X   {column.details}")


def held_out_error(*hidden: gn.Layer) -> float:
    """Root mean squared error, in the price's own unit."""
    network = gn.Network([*hidden, gn.Dense(1)], loss=gn.SquaredError())
    result = gn.train(network, X[:, learn], Y[:, learn], optimizer=gn.Adam(0.01), epochs=600)
    A = network.predict(result.parameters, X[:, held])
    return float(np.sqrt(np.mean((target.decode(A) - price[held]) ** 2)))


print()
print(f"always the mean price     rmse {np.std(price[held]):5.1f}")
print(f"a straight line           rmse {held_out_error():5.1f}")
print(f"eight hidden units        rmse {held_out_error(gn.Dense(8), gn.ReLU()):5.1f}")
print("the noise in the prices   rmse  15.0")
