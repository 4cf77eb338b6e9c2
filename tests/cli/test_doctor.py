"""``glassnet doctor``."""

from tests.cli.conftest import glassnet

import glassnet as gn


def test_as_text_and_as_json():
    ended = glassnet("doctor")
    assert ended.code == 0
    assert ended.out.startswith("glassnet ")
    told = glassnet("doctor", "--json").told
    assert told["glassnet"] == gn.__version__
    assert set(told) >= {"engine", "instructions", "threads", "BLAS", "Python"}
