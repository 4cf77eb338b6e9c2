"""One experiment of each kind, for all tests of the report."""

import pytest
from tests.report.small import experiment, table


@pytest.fixture(scope="session")
def two_classes():
    return experiment(table(), "kind", 5)


@pytest.fixture(scope="session")
def three_classes():
    return experiment(table(3), "kind", 5, 3)


@pytest.fixture(scope="session")
def quantity():
    frame = table().drop("kind")
    price = (3 * frame["length"] + 40).clip(upper_bound=43.0).alias("price")
    return experiment(frame.with_columns(price), "price", 5)
