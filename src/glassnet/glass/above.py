"""The gradient that reaches a unit: from the loss, or from the layers that read it."""

from __future__ import annotations

from collections.abc import Iterator

from glassnet.combine import Concatenate
from glassnet.equations import course_name
from glassnet.glass.describe import slope_equations
from glassnet.glass.place import Place
from glassnet.graph import Node, gradient_name
from glassnet.namespace import numpy_namespace as xp
from glassnet.notation import number
from glassnet.shapes import written


def from_above(place: Place, node: Node) -> Iterator[str]:
    """The gradient of what the node passes on, by the equation that makes it."""
    trace = place.trace
    if node.output == trace.network.graph.output:
        yield from _from_the_loss(place, node)
    elif gradient_name(node.output) in trace:
        yield from sent_back(place, node.output)
    else:
        yield f"{course_name(gradient_name(node.output))} is not needed: nothing learns below"


def _from_the_loss(place: Place, node: Node) -> Iterator[str]:
    """∂L/∂A, whose equation the loss states."""
    trace, slope = place.trace, gradient_name(node.output)
    index = place.index(trace[slope])
    *_, equation = slope_equations(trace.network.graph)
    shape = f"{course_name(slope)} {written(trace[slope].shape)}"
    yield f"{equation}     (∂L/∂{course_name(node.output)})     {shape}"
    value = number(float(trace[slope][index]))
    a = f"{place.called(node.output, index)} = {number(float(trace[node.output][index]))}"
    y = number(float(trace.network.loss.targets(xp, trace["Y"])[index]))
    yield f"  {place.called(slope, index)} = {value}     ({a}, y = {y})"


def sent_back(place: Place, name: str) -> Iterator[str]:
    """The gradient of an array, by the equation of the one layer that reads it."""
    trace, slope = place.trace, gradient_name(name)
    index = place.index(trace[slope])
    value = number(float(trace[slope][index]))
    readers = [each for each in trace.network.graph.nodes if name in each.inputs.values()]
    if len(readers) > 1:
        of = ", ".join(repr(each.layer) for each in readers)
        yield f"{course_name(slope)}: the sum of what {of} send back"
        yield f"  {place.called(slope, index)} = {value}"
        return
    (reader,) = readers
    local = next(local for local, read in reader.inputs.items() if read == name)
    if not isinstance(reader.layer, Concatenate):
        yield from place.work_out(reader, "backward", f"d{local}", index)
        return
    before = list(reader.inputs.values())[: list(reader.inputs).index(local)]
    whole = sum(trace[each].shape[-2] for each in before) + place.unit
    above = place.called(gradient_name(reader.output), (*index[:-2], whole, index[-1]))
    yield f"  {place.called(slope, index)} = {above} = {value}"


def taken_apart(place: Place, node: Node) -> Iterator[str]:
    """Whose unit one of a concatenation is: that array gets its gradient."""
    trace, unit = place.trace, place.unit
    for name in node.inputs.values():
        units, slope = trace[name].shape[-2], gradient_name(name)
        if 0 <= unit < units and slope in trace:
            whole = place.index(trace[gradient_name(node.output)])
            index = (*whole[:-2], unit, whole[-1])
            value = number(float(trace[slope][index]))
            above = place.called(gradient_name(node.output), whole)
            yield f"  {place.called(slope, index)} = {above} = {value}"
        unit -= units
