"""Tables become matrices: read a file, plan its columns, encode X (n_x, m) and Y (n_y, m).

>>> from glassnet.tables import plan_table, plan_target
>>> houses = {"rooms": [2, 4, 6, 4], "coast": ["near", "far", "far", "near"]}
>>> price = plan_target([30.5, 40.25, 60.0, 50.0], name="price")
>>> plan_table(houses).encode(houses).shape, price.encode([30.5, 60.0]).shape
((3, 4), (1, 2))
"""

from glassnet.tables.categories import Boolean, Category
from glassnet.tables.checks import check_cells, check_target
from glassnet.tables.columns import Column, Dropped
from glassnet.tables.dates import Date
from glassnet.tables.findings import Finding, class_counts, likely_leaks, summarise, surprises
from glassnet.tables.frames import frame_from, series_from
from glassnet.tables.limits import Limits
from glassnet.tables.numbers import Number
from glassnet.tables.piecewise import PiecewiseLinear
from glassnet.tables.plan import Described, TablePlan
from glassnet.tables.planning import plan_table
from glassnet.tables.read import read_file, read_table
from glassnet.tables.several import Several, any_target_from_data
from glassnet.tables.split import split_rows
from glassnet.tables.table_file import TableFile
from glassnet.tables.target import Classes, Quantity, target_from_data
from glassnet.tables.targeting import has_target, plan_target

__all__ = [
    "Boolean",
    "Category",
    "Classes",
    "Column",
    "Date",
    "Described",
    "Dropped",
    "Finding",
    "Limits",
    "Number",
    "PiecewiseLinear",
    "Quantity",
    "Several",
    "TableFile",
    "TablePlan",
    "any_target_from_data",
    "check_cells",
    "check_target",
    "class_counts",
    "frame_from",
    "has_target",
    "likely_leaks",
    "plan_table",
    "plan_target",
    "read_file",
    "read_table",
    "series_from",
    "split_rows",
    "summarise",
    "surprises",
    "target_from_data",
]
