"""Every public class describes each of its fields, and has an example that can be run."""

import dataclasses
import inspect
import re

import pytest

import glassnet

PUBLIC = {name: getattr(glassnet, name) for name in sorted(glassnet.__all__)}
CLASSES = {name: value for name, value in PUBLIC.items() if inspect.isclass(value)}
SECTION = re.compile(r"^(?:Parameters|Attributes)\n-+\n(.*?)(?=^\w[^\n]*\n-+$|\Z)", re.M | re.S)
ENTRY = re.compile(r"^([*\w][*\w, ]*?) :(?=\s)", re.M)


def faults(cls: type) -> list[str]:
    """What the docstring of a class lacks: fields of a dataclass by name, an example."""
    doc = inspect.cleandoc(vars(cls).get("__doc__") or "")  # its own, not its base's
    entries = [entry for section in SECTION.findall(doc) for entry in ENTRY.findall(section)]
    told = {name.strip(" *") for entry in entries for name in entry.split(",")}
    fields = dataclasses.fields(cls) if dataclasses.is_dataclass(cls) else ()
    lacks = [field.name for field in fields if field.name not in told]
    if ">>>" not in doc and not inspect.isabstract(cls):
        lacks.append("an example")
    return lacks


@pytest.mark.parametrize("name", CLASSES)
def test_public_classes_are_described(name):
    assert faults(CLASSES[name]) == []


def test_a_class_without_sections_is_caught():
    @dataclasses.dataclass
    class Planted:
        """A rate: `rate` is named, but described nowhere.

        >>> 1 + 1
        2
        """

        rate: float
        limit: float

    assert faults(Planted) == ["rate", "limit"]
    Planted.__doc__ = "Nothing.\n\nParameters\n----------\nrate : float\n    Of it.\n"
    assert faults(Planted) == ["limit", "an example"]
    Planted.__doc__ += "limit : float\n    Of it.\n\nExamples\n--------\n>>> 1 + 1\n2\n"
    assert faults(Planted) == []
