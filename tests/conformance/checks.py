"""The checks that every layer must pass. Each takes a layer and raises AssertionError.

Sizes are distinct primes, so that no two axes can be mistaken for each other.
"""

import inspect
from dataclasses import fields
from pathlib import Path

import numpy as np
from tests.conformance.words import names_for
from tests.executed import executed
from tests.numeric import differences, relative_error

import glassnet as gn
from glassnet.layers.layer import Layer
from glassnet.namespace import numpy_namespace as xp
from glassnet.shapes import parse, size

EXAMPLES = 7
PRIMES = (3, 13, 17, 5)
TIMES = 11


def check_shapes(layer: Layer, leading: tuple[int, ...] = (), dtype: type = np.float64) -> None:
    """What the layer makes has the shapes that its string declares, in the type of its data."""
    arrays, sizes = arrays_for(layer, leading, dtype), sizes_of(layer, leading)
    makes = parse(layer.shapes).makes
    for method in ("forward", *predictions(layer)):
        made = call(layer, method, arrays)
        for name, axes in makes.items():
            _assert_like(f"{name} of {method}", made.get(name), size(axes, sizes), dtype)
    values = both_ways(layer, arrays)
    for name in (*trainable_of(layer), *real_data_of(layer)):
        _assert_like(f"d{name}", values.get(f"d{name}"), arrays[name].shape, dtype)


def check_statistics(layer: Layer) -> None:
    """Every batch moves the statistics, predictions read them, and examples are kept apart then."""
    arrays = arrays_for(layer, ())
    made = call(layer, "forward", arrays)
    predicted = call(layer, "predict", arrays)[output_of(layer)]
    for name in layer.statistics():
        after = made.get(f"{name}_next")
        _assert_like(f"{name}_next", after, arrays[name].shape, np.float64)
        assert not np.array_equal(after, arrays[name]), f"{name} of {layer} stays as it was"
        others = {**arrays, name: 2 * arrays[name]}
        again = call(layer, "predict", others)[output_of(layer)]
        assert not np.allclose(again, predicted), f"predict of {layer} does not read {name}"
        same = call(layer, "forward", others)[output_of(layer)]
        assert np.array_equal(same, made[output_of(layer)]), f"forward of {layer} reads {name}"


def check_states(layer: Layer) -> None:
    """A sequence in pieces, each begun with the state that the one before left, is the whole."""
    arrays = arrays_for(layer, ())
    states = [f"{x}_prev" for x in layer.states()]
    whole = call(layer, "forward", arrays)
    given, pieces = arrays, []
    for piece in (slice(0, 2), slice(2, 3), slice(3, None)):
        cut = {name: arrays[name][piece] for name in data_of(layer)}
        made = call(layer, "forward", {**given, **cut})
        given = given | {name: made[f"{name.removesuffix('_prev')}_next"] for name in states}
        pieces.append(made[output_of(layer)])
    expected = whole[output_of(layer)]
    joined = pieces[-1] if output_of(layer).endswith("_next") else np.concatenate(pieces)
    np.testing.assert_array_equal(joined, expected, err_msg=f"{layer} in pieces")
    begun = {name: np.zeros_like(arrays[name]) for name in states}
    without = {name: array for name, array in arrays.items() if name not in states}
    np.testing.assert_array_equal(
        call(layer, "forward", without)[output_of(layer)],
        call(layer, "forward", {**arrays, **begun})[output_of(layer)],
        err_msg=f"{layer} does not begin with zeros",
    )


def check_mask(layer: Layer) -> None:
    """What is masked is not there: the same as a shorter sequence, in everything."""
    arrays = arrays_for(layer, ())
    output, time = output_of(layer), slice(1, 4)
    arrays["mask"] = np.zeros_like(arrays["mask"])
    arrays["mask"][time] = 1
    short = arrays | {name: arrays[name][time] for name in data_of(layer)}
    all_times = parse(layer.shapes).makes[output][0] == "T"
    values = both_ways(layer, short)
    given = values[f"d{output}"]
    if all_times:
        given = np.zeros((len(arrays["A"]), *given.shape[1:]))
        given[time] = values[f"d{output}"]
    long = both_ways(layer, arrays, {f"d{output}": given})
    same = {name: long[name] for name in (*_d(trainable_of(layer)), f"d{output}")}
    same[output] = long[output][time] if all_times else long[output]
    same["dA"] = long["dA"][time]
    same[f"d{output}"] = given[time] if all_times else given
    for name, array in same.items():
        np.testing.assert_allclose(
            array, values[name], rtol=1e-12, atol=1e-14, err_msg=f"{name} of {layer}"
        )
    outside = np.delete(long["dA"], time, axis=0)
    assert not np.any(outside), f"dA of {layer} is not zero where the mask is"
    nothing = {**arrays, "mask": np.zeros_like(arrays["mask"])}
    empty = both_ways(layer, nothing)
    for name, array in empty.items():
        assert np.all(np.isfinite(array)), f"{name} of {layer} is not finite without any time"
    for x in layer.states():
        np.testing.assert_array_equal(empty[f"{x}_next"], arrays[f"{x}_prev"])
    assert not np.any(empty["dA"])


def check_gradients(layer: Layer, leading: tuple[int, ...] = ()) -> None:
    """`gradients` and `backward` agree with central differences of `forward`, in float64.

    The gradient of a parameter is the mean over the examples; that of the data is not.
    """
    arrays = arrays_for(layer, leading)
    values = both_ways(layer, arrays)
    output = output_of(layer)
    for name in (*trainable_of(layer), *real_data_of(layer)):

        def scalar(array, name=name):
            made = call(layer, "forward", {**arrays, name: array})[output]
            return float(np.sum(made * values[f"d{output}"]))

        share = EXAMPLES if name in trainable_of(layer) else 1
        expected = differences(scalar, arrays[name]) / share
        error = relative_error(values[f"d{name}"], expected)
        assert error <= 1e-6, f"d{name} of {layer} is off by {error:.1e}"


def check_docstring(layer: Layer) -> None:
    """The equations of the docstring, executed, give what the code gives."""
    stated = layer.equations
    arrays = arrays_for(layer, ())
    values = both_ways(layer, arrays)
    made = {"forward": list(parse(layer.shapes).makes)}
    if real_data_of(layer):
        made["backward"] = _d(real_data_of(layer))
    if trainable_of(layer):
        made["gradients"] = _d(trainable_of(layer))
    if predictions(layer):
        made["predict"] = made["forward"]
    assert set(stated) == set(made), f"{layer} states {set(stated)}, has {set(made)}"
    for method, targets in made.items():
        computed = call(layer, method, values)
        missing = set(targets) - {equation.target for equation in stated[method]}
        assert not missing, f"the docstring of {layer} says nothing about {missing}"
        names = executed(stated[method], names_for(layer, values), backward=method != "forward")
        for name in {equation.target for equation in stated[method]} & computed.keys():
            np.testing.assert_allclose(
                computed[name],
                names[name],
                rtol=1e-11,
                atol=1e-13,
                err_msg=f"{name} in {method} of {layer}",
            )


def check_pure(layer: Layer, leading: tuple[int, ...] = ()) -> None:
    """Nothing that a layer is given is written to, and the same in gives the same out."""
    values = arrays_for(layer, leading)
    output = f"d{output_of(layer)}"
    for method in methods_of(layer):
        given = _copies(values)
        made = _copies(call(layer, method, given))
        for name, array in given.items():
            same = np.array_equal(array, values[name])
            assert same, f"{method} of {layer} wrote to {name}"
        for name, array in call(layer, method, given).items():
            assert np.array_equal(array, made[name]), f"{method} of {layer} is not a function"
        values |= made
        if method == "forward":
            shape = values[output_of(layer)].shape
            values[output] = np.random.default_rng(8).standard_normal(shape)


def check_examples_apart(layer: Layer, leading: tuple[int, ...] = ()) -> None:
    """In another order the examples give the same, in that order; and some of them give what they
    gave among all.

    While learning, a layer with statistics lets its examples see each other.
    """
    arrays = arrays_for(layer, leading)
    values, order = both_ways(layer, arrays), np.random.default_rng(5).permutation(EXAMPLES)
    start, fixed = f"d{output_of(layer)}", parameters_of(layer)
    of_all = {*_d(fixed), *(f"{x}_next" for x in layer.statistics())}
    for chosen in (order, order[:3]):
        some, expected = len(chosen) < EXAMPLES, values
        taken = {name: X if name in fixed else X[..., chosen] for name, X in arrays.items()}
        if some and layer.statistics():
            again, expected = (call(layer, "predict", each) for each in (taken, arrays))
        else:
            again = both_ways(layer, taken, {start: values[start][..., chosen]})
        for name, array in again.items():
            alike = name in of_all or name in fixed or array.shape[-1] == 1
            if not (some and alike):
                np.testing.assert_allclose(
                    array,
                    expected[name] if alike else expected[name][..., chosen],
                    rtol=1e-12,
                    atol=1e-14,
                    err_msg=f"{name} of {layer}",
                )


def check_saved(layer: Layer, path: Path, classes: tuple[type, ...] = ()) -> None:
    """A network of the layer comes back from a file as the same, and predicts the same bits."""
    arrays, (first, *others) = arrays_for(layer, ()), data_of(layer)
    X = {"A0": arrays[first], **{name: arrays[name] for name in others}}
    shapes = {name: array.shape[:-1] for name, array in X.items()}
    network = gn.Network([layer], gn.SquaredError())
    model = gn.Model(network, network.initialize(shapes, seed=1), shapes)
    gn.save(model, path, classes=classes)
    again = gn.load(path, classes=classes)
    assert again.network == network, f"{layer} came back as {again.network.layers[0]}"
    assert np.array_equal(again.predict(X), model.predict(X)), f"{layer} predicts something else"


def arrays_for(layer: Layer, leading: tuple[int, ...], dtype: type = np.float64):
    """Everything that the layer reads, by name: random data, parameters and masks."""
    random, sizes = np.random.default_rng(3), sizes_of(layer, leading)
    draws, integers, arrays = layer.noise(), layer.integers(), {}
    for name, axes in parse(layer.shapes).reads.items():
        shape = size(axes, sizes)
        if name in draws:
            arrays[name] = draws[name](random, shape)
        elif name in integers:
            arrays[name] = random.integers(0, integers[name], shape)
        elif name in layer.statistics():
            arrays[name] = random.uniform(0.5, 1.5, shape).astype(dtype)
        else:
            arrays[name] = random.standard_normal(shape).astype(dtype)
    return arrays


def sizes_of(layer: Layer, leading: tuple[int, ...]):
    """A prime for every axis of the layer that its own fields leave open."""
    own = {field.name: getattr(layer, field.name) for field in fields(layer)}
    sizes = {name: value for name, value in own.items() if type(value) is int}
    sizes |= {"...": leading, "m": EXAMPLES, "T": TIMES}
    primes = iter(PRIMES)
    for name in data_of(layer):
        for axis in parse(layer.shapes).reads[name]:
            if axis not in sizes and not axis.isdigit():
                sizes[axis] = next(primes)
    return sizes | layer.sizes(sizes)


def both_ways(layer: Layer, arrays, given=None):
    """All arrays of one forward and backward pass, from random gradients of the output."""
    values = {**arrays, **call(layer, "forward", arrays)}
    output = values[output_of(layer)]
    start = np.random.default_rng(8).standard_normal(output.shape).astype(output.dtype)
    values |= given or {f"d{output_of(layer)}": start}
    for method in ("gradients", "backward"):
        if method in methods_of(layer):
            values |= call(layer, method, values)
    return values


def call(layer: Layer, method: str, values):
    """A method of the layer, with the arrays that its signature names."""
    wanted: list[str] = []
    for parameter in list(inspect.signature(getattr(layer, method)).parameters.values())[1:]:
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            wanted += data_of(layer)
        elif parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            continue
        elif parameter.default is inspect.Parameter.empty or parameter.name in values:
            wanted.append(parameter.name)
    return getattr(layer, method)(xp, **{name: values[name] for name in wanted})


def parameters_of(layer: Layer) -> list[str]:
    return list(layer.initializers())


def trainable_of(layer: Layer) -> list[str]:
    return [name for name in layer.initializers() if name not in layer.statistics()]


def real_data_of(layer: Layer) -> list[str]:
    return [name for name in data_of(layer) if name not in layer.integers()]


def methods_of(layer: Layer) -> list[str]:
    backward = ["backward"] if real_data_of(layer) else []
    return ["forward", *predictions(layer), "gradients", *backward]


def data_of(layer: Layer) -> list[str]:
    given = {*layer.initializers(), *layer.noise(), *(f"{x}_prev" for x in layer.states())}
    return [name for name in parse(layer.shapes).reads if name not in given]


def output_of(layer: Layer) -> str:
    return next(iter(parse(layer.shapes).makes))


def predictions(layer: Layer) -> list[str]:
    return ["predict"] if hasattr(layer, "predict") else []


def _assert_like(what: str, array, shape: tuple[int, ...], dtype: type) -> None:
    assert array is not None, f"{what} is missing"
    assert array.shape == shape, f"{what} has shape {array.shape}, declared is {shape}"
    assert array.dtype == dtype, f"{what} is {array.dtype}, the data are {np.dtype(dtype)}"


def _copies(arrays):
    return {name: array.copy() for name, array in arrays.items()}


def _d(names: list[str]) -> list[str]:
    return [f"d{name}" for name in names]
