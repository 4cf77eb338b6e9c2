"""A checkup says what there is."""

from types import SimpleNamespace

import pytest

import glassnet as gn
from glassnet.engines import checkup as checkup_module
from glassnet.engines import compiled
from glassnet.engines.checkup import checkup


def test_it_names_engine_instructions_threads_and_versions():
    facts = checkup().facts
    assert facts["glassnet"] == gn.__version__
    assert facts["numpy"][0].isdigit()
    assert facts["threads"].endswith("at most")
    if not compiled.missing():
        assert facts["engine"] == "native"
        assert facts["instructions"].startswith(compiled.instruction_sets()[0])
    for name, fact in facts.items():
        assert f"{name} " in f"{checkup()} "
        assert fact in str(checkup())


def test_without_a_compiled_part_it_says_why(monkeypatch):
    monkeypatch.setattr(compiled, "_native", None)
    facts = checkup().facts
    assert facts["engine"] == "reference: glassnet was installed without its compiled part"
    assert facts["instructions"] == "NumPy's"


def test_a_compiled_part_of_another_version_is_none(monkeypatch):
    for other in (SimpleNamespace(), SimpleNamespace(interface=compiled.INTERFACE + 1)):
        monkeypatch.setattr(compiled, "_native", other)
        assert checkup().facts["engine"] == (
            "reference: its compiled part was built for another version: install glassnet again"
        )
        with pytest.raises(gn.errors.HyperparameterError, match="built for another version"):
            gn.Native()


def test_a_package_that_is_not_there(monkeypatch):
    monkeypatch.setattr(checkup_module, "PACKAGES", ("no-such-package",))
    assert checkup().facts["no-such-package"] == "not installed"


@pytest.mark.filterwarnings("ignore::glassnet.errors.GlassnetWarning")
def test_without_a_compiled_part_networks_run_on_the_reference_engine(monkeypatch):
    monkeypatch.setattr(compiled, "_native", None)
    network = gn.Network([gn.Dense(1)], gn.SquaredError())
    assert network.engine.name == "reference"
    with pytest.raises(gn.errors.HyperparameterError, match="There is no native engine"):
        gn.Native()
