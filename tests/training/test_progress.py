"""The bar of a training says the cost of one label, where an example has many."""

from io import StringIO
from types import SimpleNamespace

import pytest
from rich.console import Console

from glassnet.training.history import Epoch
from glassnet.training.progress import Progress


@pytest.mark.parametrize(("times", "shown"), [(1, "cost 8.000"), (64, "cost 0.125")])
def test_costs_are_those_of_one_label(times, shown):
    out = StringIO()
    with Progress(Console(file=out, width=100), 5, times) as bar:
        bar(SimpleNamespace(epoch=Epoch(0, 8.0, 4.0, {}, 0.1, 1.0)))
    assert f"epoch 1/5  {shown}  validation {4 / times:.3f}, best at 1" in out.getvalue()
