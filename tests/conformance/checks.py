"""The checks that every layer must pass. Each takes a layer and raises AssertionError.

Sizes are distinct primes, so that no two axes can be mistaken for each other.
"""

import ast
import inspect
from dataclasses import fields
from pathlib import Path

import numpy as np
from tests.conformance.words import words_of
from tests.numeric import differences, relative_error

import glassnet as gn
from glassnet.equations import equations
from glassnet.layers.layer import Layer
from glassnet.namespace import numpy_namespace as xp
from glassnet.shapes import parse, size

EXAMPLES = 7
PRIMES = (3, 13, 17, 5)


def check_shapes(layer: Layer, leading: tuple[int, ...] = (), dtype: type = np.float64) -> None:
    """What the layer makes has the shapes that its string declares, in the type of its data."""
    arrays, sizes = arrays_for(layer, leading, dtype), sizes_of(layer, leading)
    makes = parse(layer.shapes).makes
    for method in ("forward", *predictions(layer)):
        made = call(layer, method, arrays)
        for name, axes in makes.items():
            _assert_like(f"{name} of {method}", made.get(name), size(axes, sizes), dtype)
    values = both_ways(layer, arrays)
    for name in (*parameters_of(layer), *data_of(layer)):
        _assert_like(f"d{name}", values.get(f"d{name}"), arrays[name].shape, dtype)


def check_gradients(layer: Layer, leading: tuple[int, ...] = ()) -> None:
    """`gradients` and `backward` agree with central differences of `forward`, in float64.

    The gradient of a parameter is the mean over the examples; that of the data is not.
    """
    arrays = arrays_for(layer, leading)
    values = both_ways(layer, arrays)
    output = output_of(layer)
    for name in (*parameters_of(layer), *data_of(layer)):

        def scalar(array, name=name):
            made = call(layer, "forward", {**arrays, name: array})[output]
            return float(np.sum(made * values[f"d{output}"]))

        share = EXAMPLES if name in parameters_of(layer) else 1
        expected = differences(scalar, arrays[name]) / share
        error = relative_error(values[f"d{name}"], expected)
        assert error <= 1e-6, f"d{name} of {layer} is off by {error:.1e}"


def check_docstring(layer: Layer) -> None:
    """The equations of the docstring, executed, give what the code gives."""
    stated = equations(type(layer))
    arrays = arrays_for(layer, ())
    values = both_ways(layer, arrays)
    made = {"forward": list(parse(layer.shapes).makes), "backward": _d(data_of(layer))}
    if parameters_of(layer):
        made["gradients"] = _d(parameters_of(layer))
    if predictions(layer):
        made["predict"] = made["forward"]
    assert set(stated) == set(made), f"{layer} states {set(stated)}, has {set(made)}"
    for method, targets in made.items():
        computed = call(layer, method, values)
        names = words_of(layer, values) | {"m": EXAMPLES}
        names |= {field.name: getattr(layer, field.name) for field in fields(layer)} | values
        missing = set(targets) - {equation.target for equation in stated[method]}
        assert not missing, f"the docstring of {layer} says nothing about {missing}"
        for equation in stated[method]:
            names[equation.target] = _executed(equation, names)
            if equation.target in computed:
                np.testing.assert_allclose(
                    computed[equation.target],
                    names[equation.target],
                    rtol=1e-11,
                    atol=1e-13,
                    err_msg=f"{method} of {layer}: {equation}",
                )


def _executed(equation, names):
    """What an equation gives; one that is stated for every o, put together."""
    code = compile(ast.Expression(equation.expression), equation.target, "eval")
    if not equation.index:
        return eval(code, {"__builtins__": {}, **names})
    each = [eval(code, {"__builtins__": {}, **names, equation.index: o}) for o in names["offsets"]]
    kernel = tuple(np.max(names["offsets"], axis=0) + 1)
    return np.reshape(each, kernel + each[0].shape)


def check_pure(layer: Layer, leading: tuple[int, ...] = ()) -> None:
    """Nothing that a layer is given is written to, and the same in gives the same out."""
    values = arrays_for(layer, leading)
    output = f"d{output_of(layer)}"
    for method in ("forward", *predictions(layer), "gradients", "backward"):
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
    """No example sees another: in another order they give the same, in that order; and some of
    them give what they gave among all."""
    arrays = arrays_for(layer, leading)
    values = both_ways(layer, arrays)
    order = np.random.default_rng(5).permutation(EXAMPLES)
    fixed, start = parameters_of(layer), f"d{output_of(layer)}"
    for chosen in (order, order[:3]):
        taken = {
            name: array if name in fixed else array[..., chosen] for name, array in arrays.items()
        }
        again = both_ways(layer, taken, {start: values[start][..., chosen]})
        for name, array in values.items():
            mean = name[0] == "d" and name[1:] in fixed
            if mean and len(chosen) < EXAMPLES:
                continue
            expected = array if mean or name in fixed else array[..., chosen]
            np.testing.assert_allclose(
                again[name], expected, rtol=1e-12, atol=1e-14, err_msg=f"{name} of {layer}"
            )


def check_saved(layer: Layer, path: Path, classes: tuple[type, ...] = ()) -> None:
    """A network of the layer comes back from a file as the same, and predicts the same bits."""
    (data,) = data_of(layer)
    *shape, _ = size(parse(layer.shapes).reads[data], sizes_of(layer, ()))
    network = gn.Network([layer], gn.SquaredError())
    model = gn.Model(network, network.initialize(tuple(shape), seed=1), tuple(shape))
    gn.save(model, path, classes=classes)
    again = gn.load(path, classes=classes)
    assert again.network == network, f"{layer} came back as {again.network.layers[0]}"
    X = np.random.default_rng(2).standard_normal((*shape, EXAMPLES))
    assert np.array_equal(again.predict(X), model.predict(X)), f"{layer} predicts something else"


def arrays_for(layer: Layer, leading: tuple[int, ...], dtype: type = np.float64):
    """Everything that the layer reads, by name: random data, parameters and masks."""
    random, sizes = np.random.default_rng(3), sizes_of(layer, leading)
    draws = layer.noise()
    return {
        name: draws[name](random, size(axes, sizes))
        if name in draws
        else random.standard_normal(size(axes, sizes)).astype(dtype)
        for name, axes in parse(layer.shapes).reads.items()
    }


def sizes_of(layer: Layer, leading: tuple[int, ...]):
    """A prime for every axis of the layer that its own fields leave open."""
    own = {field.name: getattr(layer, field.name) for field in fields(layer)}
    sizes = {name: value for name, value in own.items() if isinstance(value, int)}
    sizes |= {"...": leading, "m": EXAMPLES}
    primes = iter(PRIMES)
    for name in data_of(layer):
        for axis in parse(layer.shapes).reads[name]:
            if axis not in sizes:
                sizes[axis] = next(primes)
    return sizes | layer.sizes(sizes)


def both_ways(layer: Layer, arrays, given=None):
    """All arrays of one forward and backward pass, from random gradients of the output."""
    values = {**arrays, **call(layer, "forward", arrays)}
    output = values[output_of(layer)]
    start = np.random.default_rng(8).standard_normal(output.shape).astype(output.dtype)
    values |= given or {f"d{output_of(layer)}": start}
    values |= call(layer, "gradients", values)
    return values | call(layer, "backward", values)


def call(layer: Layer, method: str, values):
    """A method of the layer, with the arrays that its signature names."""
    wanted = []
    for parameter in list(inspect.signature(getattr(layer, method)).parameters.values())[1:]:
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            wanted += data_of(layer)
        elif parameter.kind is not inspect.Parameter.VAR_POSITIONAL:
            wanted.append(parameter.name)
    return getattr(layer, method)(xp, **{name: values[name] for name in wanted})


def parameters_of(layer: Layer) -> list[str]:
    return list(layer.initializers())


def data_of(layer: Layer) -> list[str]:
    given = {*layer.initializers(), *layer.noise()}
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
