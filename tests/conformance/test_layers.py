"""Every layer of the catalogue passes every check."""

import inspect

import pytest
from tests.conformance import checks
from tests.conformance.conftest import CATALOGUE, PLACED

import glassnet as gn
from glassnet.layers.layer import Layer

placed = pytest.mark.parametrize(("layer", "leading"), PLACED)


def _all_layers(kind: type = Layer) -> set[type]:
    below = {kind} if not inspect.isabstract(kind) else set()
    return below.union(*(_all_layers(each) for each in kind.__subclasses__()))


def test_every_layer_of_glassnet_is_in_the_catalogue(catalogue):
    public = {getattr(gn, name) for name in gn.__all__}
    public = {each for each in public if inspect.isclass(each) and issubclass(each, Layer)}
    own = {each for each in _all_layers() if each.__module__.startswith("glassnet.")}
    concrete = {each for each in public | own if not inspect.isabstract(each)}
    assert concrete - {type(layer) for layer in catalogue} == set()


@placed
def test_shapes_and_types(layer, leading, dtype):
    checks.check_shapes(layer, leading, dtype)


@placed
def test_gradients(layer, leading):
    checks.check_gradients(layer, leading)


def test_docstring(layer_with_equations):
    checks.check_docstring(layer_with_equations)


@placed
def test_nothing_is_written_to(layer, leading):
    checks.check_pure(layer, leading)


@placed
def test_no_example_sees_another(layer, leading):
    checks.check_examples_apart(layer, leading)


def test_statistics_go_on_from_batch_to_batch(layer_with_statistics):
    checks.check_statistics(layer_with_statistics)


def test_states_go_on_from_piece_to_piece(layer_with_states):
    checks.check_states(layer_with_states)


def test_what_is_masked_is_not_there(layer_with_mask):
    checks.check_mask(layer_with_mask)


SAVED = [layer for layer in CATALOGUE if type(layer).__name__ in gn.__all__]


@pytest.mark.parametrize("layer", SAVED, ids=repr)
def test_saved_and_loaded(layer, tmp_path):
    checks.check_saved(layer, tmp_path / "layer.safetensors")
