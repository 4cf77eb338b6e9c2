"""Binary classification: survived or not?

    X (n_x, m),  Y (1, m) of 0 and 1,  ŷ = P(y = 1 | x),  0 ≤ ŷ ≤ 1

The Titanic's table is not ours to ship, so these passengers are made up; what decided their fate
is what decided it on the ship: women and children first, and the upper decks were nearer to the
boats. With the real table it is one command: glassnet train titanic.csv --target survived
"""

import numpy as np

import glassnet as gn
from glassnet.tables import plan_table, plan_target, split_rows

random = np.random.default_rng(1912)
m = 1200
sex = random.choice(["female", "male"], m, p=[0.35, 0.65])
deck = random.choice([1, 2, 3], m, p=[0.25, 0.2, 0.55])
age = random.gamma(4, 7.5, m).round()
score = 4.5 * (sex == "female") + 3.5 * (age < 13) - 1.5 * (deck - 1) - 1.2
survived = np.where(random.uniform(size=m) < 1 / (1 + np.exp(-score)), "yes", "no")
age[random.uniform(size=m) < 0.2] = np.nan  # unknown, as for every fifth on the real list
passengers = {"sex": sex, "deck": deck, "age": age}

learn, held = split_rows(survived, 0.25, seed=0, stratify=True)
known = {name: column[learn] for name, column in passengers.items()}
table, target = plan_table(known), plan_target(survived[learn], name="survived")
X, Y = table.encode(passengers), target.encode(survived)
print(f"{target.task}: {', '.join(table.names)} → {target.names[0]}")

network = gn.Network(
    [gn.Dense(8), gn.ReLU(), gn.Dense(1), gn.Sigmoid()], loss=gn.BinaryCrossEntropy()
)
result = gn.train(network, X[:, learn], Y[:, learn], optimizer=gn.Adam(0.01), epochs=200)

A = network.predict(result.parameters, X[:, held])
right = np.mean(target.decode(A) == survived[held])
print(f"right on {len(held)} held-out passengers: {right:.1%}")
print(f"saying {target.labels[0]!r} to everybody: {np.mean(Y[:, held] == 0):.1%}")

print("\nŷ for people it has never seen:")
people = {"sex": ["female", "female", "male", "male"], "deck": [1, 3, 1, 3], "age": [30, 30, 8, 30]}
A = network.predict(result.parameters, table.encode(people))
for i, chance in enumerate(A[0]):
    who = f"{people['sex'][i]:6}  deck {people['deck'][i]}  age {people['age'][i]:2}"
    print(f"  {who}   {chance:.2f}  {'▪' * round(20 * chance)}")
