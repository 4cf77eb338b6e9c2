"""What every test may import: the helpers of this folder, as ``tests.…``."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
pytest.register_assert_rewrite("tests.conformance.checks", "tests.numeric")
