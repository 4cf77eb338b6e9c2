"""Model files: what is saved comes back bit for bit, and nothing else gets in."""

import errno
import io
import json
import os
import pickle
import re
import sys
import threading
import time
import tracemalloc
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import safetensors
import safetensors.numpy

import glassnet as gn
from glassnet.errors import (
    CheckpointError,
    Checksum,
    HyperparameterError,
    Malformed,
    ModelFileError,
    TooLarge,
    UnknownLayer,
    UnreadableFile,
    Version,
)
from glassnet.model.description import understood
from glassnet.model.descriptions import CLASSES
from glassnet.model.file import load, save
from glassnet.model.limits import ModelLimits
from glassnet.model.model import Model
from glassnet.model.seal import BLANK, seal
from glassnet.tables import Classes, plan_table

DATA = Path(__file__).parent / "data"
TABLE = {
    "rooms": [2, 3, 5, 7, 11],
    "size": [1.5, None, 3.25, 2.0, -1.0],
    "coast": ["near", "far", "far", None, "bay"],
    "sold": [True, False, True, True, False],
}


def small_model(dtype=np.float64):
    network = gn.Network([gn.Dense(2), gn.Tanh(), gn.Dense(1)], loss=gn.SquaredError())
    return Model(network, network.initialize((3,), 5, dtype=dtype), (3,), version="0.1.0")


def hybrid_model():
    """A model with as much as a file of format 1 can hold without a table."""
    branches = {
        "image": gn.Chain([gn.Dense(3, gn.Normal(0.1)), gn.LeakyReLU(0.02), gn.Dropout(0.25)]),
        "table": gn.Residual([gn.Dense(5), gn.ELU(0.5)]),
    }
    network = gn.Network(
        [gn.Parallel(join="concatenate", **branches), gn.Dense(2), gn.Softmax()],
        loss=gn.CategoricalCrossEntropy(label_smoothing=0.1),
        penalties=[gn.L2(0.01), gn.L1(1e-5)],
    )
    shapes = {"image": (4,), "table": (5,)}
    return Model(
        network,
        network.initialize(shapes, 7, dtype=np.float32),
        shapes,
        training=gn.Training(
            optimizer=gn.AdamW(gn.OneCycle(0.01)),
            epochs=200,
            batch_size=32,
            stopping=gn.EarlyStopping(20, "validation_cost"),
            clip=gn.ClipNorm(1.0),
            average=gn.EMA(0.99),
            seed=2**100,
        ),
        record={
            "source": "häuser.csv",
            "rows": {"training": 400},
            "r2": None,
            "costs": [0.5, 0.25],
        },
        version="0.1.0",
    )


def table_model():
    table, target = plan_table(TABLE), Classes("boat", ("barge", "canoe", "ferry"))
    network = gn.Network([gn.Dense(3), gn.Softmax()], loss=gn.CategoricalCrossEntropy())
    shape = (len(table.names),)
    return Model(network, network.initialize(shape, 11), shape, table, target, version="0.1.0")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.safetensors"


def saved(model, path, **options):
    save(model, path, **options)
    return path.read_bytes()


def unpacked(content):
    """The header as JSON, and the bytes behind it."""
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def packed(header, numbers=b""):
    """A file with a right seal around whatever header: bytes, or data for JSON."""
    if not isinstance(header, bytes):
        header = json.dumps(header, separators=(",", ":")).encode()
    blank = f'"sha256":"{BLANK}"'.encode()
    header = seal(re.sub(rb'"sha256":"[^"]*"', blank, header, count=1))
    return len(header).to_bytes(8, "little") + header + numbers


def with_header(content, change):
    header, numbers = unpacked(content)
    change(header)
    return packed(header, numbers)


def with_description(content, change):
    header, numbers = unpacked(content)
    data = json.loads(header["__metadata__"]["model"])
    change(data)
    header["__metadata__"]["model"] = json.dumps(data)
    return packed(header, numbers)


def refused(path, content, kind=ModelFileError, **options):
    """The error of loading these bytes, of exactly this kind, after little work, in full form."""
    if content is not None:
        path.write_bytes(content)
    began = time.process_time()
    with pytest.raises(kind) as caught:
        load(path, **options)
    assert time.process_time() - began < 5
    error = caught.value
    assert kind is ModelFileError or type(error) is kind
    assert os.fspath(path) in error.what
    assert all((error.expected, error.received, error.fix))
    assert len(str(error)) < 2000
    assert len(str(error).splitlines()) <= 5
    return error


def assert_same(one, other):
    assert list(one.parameters) == list(other.parameters)
    for name, W in one.parameters.items():
        assert W.dtype == other.parameters[name].dtype
        np.testing.assert_array_equal(W, other.parameters[name])
    for name in ("network", "input_shape", "table", "target", "training", "record", "version"):
        assert getattr(one, name) == getattr(other, name)


# What is saved comes back


@pytest.mark.parametrize("make", [small_model, hybrid_model, table_model])
def test_a_model_comes_back(make, path):
    model = make()
    save(model, path)
    assert_same(load(path), model)


def test_predictions_come_back_bit_for_bit(path):
    model = table_model()
    save(model, path)
    np.testing.assert_array_equal(load(path).probabilities(TABLE), model.probabilities(TABLE))


def test_every_class_of_the_catalogue_that_is_a_layer_comes_back(path):
    kinds = [kind for kind in CLASSES if issubclass(kind, gn.Activation)]
    layers = [layer for kind in kinds for layer in (gn.Dense(3), kind())]
    network = gn.Network([*layers, gn.Dense(1)], loss=gn.AbsoluteError())
    model = Model(network, network.initialize((2,)), (2,))
    save(model, path)
    assert_same(load(path), model)


@pytest.mark.parametrize("make", [small_model, hybrid_model, table_model])
def test_the_same_model_gives_the_same_bytes(make, path):
    first = saved(make(), path)
    assert saved(make(), path) == first
    assert saved(load(path), path) == first


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_stock_safetensors_reads_the_parameters(dtype, path):
    model = small_model(dtype)
    save(model, path)
    arrays = safetensors.numpy.load_file(path)
    assert set(arrays) == {"W1", "b1", "W2", "b2"}
    for name, array in arrays.items():
        assert array.dtype == dtype
        np.testing.assert_array_equal(array, model.parameters[name])
    with safetensors.safe_open(path, "numpy") as file:
        metadata = file.metadata()
    assert metadata["format"] == "1"
    assert json.loads(metadata["model"])["input_shape"] == [3]
    assert len(metadata["sha256.W1"]) == len(metadata["sha256"]) == 64


def test_the_numbers_begin_at_a_multiple_of_eight(path):
    content = saved(hybrid_model(), path)
    assert int.from_bytes(content[:8], "little") % 8 == 0


@pytest.mark.row(98)
@pytest.mark.parametrize("make", [hybrid_model, table_model])
def test_files_of_format_1_keep_loading(make, path):
    golden = DATA / f"format_1_{make.__name__}.safetensors"
    assert_same(load(golden), make())
    saved(load(golden), path)
    assert_same(load(path), make())


@dataclass(frozen=True)
class Scale(gn.Layer):
    factor: float = 2.0
    shapes = "A: ... n m -> A_scaled: ... n m"

    def forward(self, xp, A):
        return {"A_scaled": A * self.factor}

    def backward(self, xp, dA_scaled):
        return {"dA": dA_scaled * self.factor}


def test_a_layer_of_the_callers_own(path):
    network = gn.Network([gn.Dense(1), Scale(3.0)], loss=gn.SquaredError())
    model = Model(network, network.initialize((2,)), (2,))
    with pytest.raises(UnknownLayer, match=re.escape(str(path))):
        save(model, path)
    assert not path.exists()
    save(model, path, classes=(Scale,))
    assert_same(load(path, classes=(Scale,)), model)
    refused(path, None, UnknownLayer)


# What must not come in


@pytest.mark.row(87)
@pytest.mark.parametrize(
    ("content", "kind", "received"),
    [
        (b"", Malformed, "0 bytes"),
        (b"\0" * 7, Malformed, "7 bytes"),
        (bytes(8), Malformed, "b'' at byte 8"),
        (b"\xff" * 8, Malformed, "18,446,744,073,709,551,615 as its length"),
        (b"\xff" * 8 + b"{}", Malformed, "18,446,744,073,709,551,615 as its length"),
        ((100).to_bytes(8, "little") + b"{}", Malformed, "100 as its length"),
        ((2).to_bytes(8, "little") + b"[]", Malformed, "b'[' at byte 8"),
        ((2).to_bytes(8, "little") + b"{}", Malformed, "b'{}'"),
        ((5 * 2**20).to_bytes(8, "little") + b"{" * 6 * 2**20, TooLarge, "5,242,880"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_start_that_is_none(path, content, kind, received):
    assert received in refused(path, content, kind).received


@pytest.mark.row(88)
@pytest.mark.parametrize(
    "change",
    [
        lambda header: header.replace(b'"W1"', b'"W\xff"'),
        lambda header: header.replace(b'"W1"', b'"W\xc3"'),
        lambda header: header[:-20],
        lambda header: header + b"}",
        lambda header: header + b"\0",
        lambda header: header.replace(b'"b1":', b'"W1":'),
        lambda header: header.replace(b'"F64"', b'"F64","dtype":"F64"', 1),
        lambda header: header.replace(b"[2,3]", b"[2,3,NaN]"),
        lambda header: header.replace(b"[2,3]", b"[2,Infinity]"),
        lambda header: header.replace(b"[2,3]", b"[2," + b"3" * 10**6 + b"]"),
        lambda header: header.replace(b"[2,3]", b"[2,1e999]"),
        lambda header: header.replace(b"[2,3]", b"[" * 10**5 + b"]" * 10**5),
        lambda header: header.replace(b"[2,3]", b"[" * 10**6),
        lambda header: header.replace(b'"W1"', b'"\\ud800"'),
    ],
)
def test_a_header_that_is_no_strict_json(path, change):
    header, numbers = unpacked(saved(small_model(), path))
    text = json.dumps(header, separators=(",", ":")).encode()
    assert change(text) != text
    refused(path, packed(change(text), numbers), Malformed)


@pytest.mark.row(88)
@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "null", "{}", "NaN", '{"network": 1, "network": 1}', "[" * 10**5),
        *("9" * 10**6, '{"a":' * 10**5 + "1" + "}" * 10**5, r'"\ud800"'),
    ],
    ids=lambda text: text[:20],
)
def test_a_description_that_is_no_strict_json(path, text):
    def change(header):
        header["__metadata__"]["model"] = text

    refused(path, with_header(saved(small_model(), path), change), Malformed)


@pytest.mark.row(89, 95)
@pytest.mark.parametrize(
    ("change", "tensor"),
    [
        ({"data_offsets": [0, 40]}, "W1"),
        ({"data_offsets": [8, 56]}, "W1"),
        ({"data_offsets": [48, 0]}, "W1"),
        ({"data_offsets": [-48, 0]}, "W1"),
        ({"data_offsets": [10**9, 10**9 + 48]}, "b1"),
        ({"data_offsets": [0, 48.0]}, "W1"),
        ({"data_offsets": [0, True]}, "W1"),
        ({"data_offsets": [0]}, "W1"),
        ({"data_offsets": [0, 48, 48]}, "W1"),
        ({"data_offsets": "0,48"}, "W1"),
        ({"data_offsets": None}, "W1"),
        ({"shape": [3, 2, 2]}, "W1"),
        ({"shape": [2**32, 2**32, 2**32]}, "W1"),
        ({"shape": [2**61 + 6]}, "W1"),
        ({"shape": [-2, -3]}, "W1"),
        ({"shape": [0, 6]}, "W1"),
        ({"shape": [6.0]}, "W1"),
        ({"shape": 6}, "W1"),
        ({"shape": {"a": 1}}, "W1"),
        ({"extra": 1}, "W1"),
        ({"dtype": "F32"}, "W1"),
    ],
    ids=str,
)
def test_a_tensor_that_is_not_where_it_says(path, change, tensor):
    content = with_header(saved(small_model(), path), lambda header: header["W1"].update(change))
    assert f"tensor '{tensor}'" in refused(path, content, Malformed).what


@pytest.mark.row(89)
def test_tensors_that_overlap_or_leave_a_hole(path):
    content = saved(small_model(), path)

    def overlap(header):
        header["b1"]["data_offsets"] = [40, 56]

    def hole(header):
        for name in ("b1", "W2", "b2"):
            header[name]["data_offsets"] = [n + 8 for n in header[name]["data_offsets"]]

    def entry(header):
        header["W1"] = [1, 2, 3]

    assert refused(path, with_header(content, overlap), Malformed).received == (
        "a start at 40, which overlaps the one before it"
    )
    assert refused(path, with_header(content, hole), Malformed).received == (
        "a start at 56, which leaves a hole"
    )
    assert refused(path, with_header(content, entry), Malformed).expected == (
        "dtype, shape and data_offsets"
    )


@pytest.mark.row(90)
@pytest.mark.parametrize("extra", [b"\0", b"PK\x03\x04rest of a zip", b"<html>" * 1000])
def test_bytes_behind_the_end(path, extra):
    error = refused(path, saved(small_model(), path) + extra, Malformed)
    assert error.received == f"{len(extra):,} unexpected bytes behind them"


@pytest.mark.row(91)
@pytest.mark.parametrize(
    "code", ["BF16", "F16", "F8_E4M3", "I64", "BOOL", "U8", "f64", "", 3, None]
)
def test_numbers_of_another_type(path, code):
    content = with_header(
        saved(small_model(), path), lambda header: header["W1"].update(dtype=code)
    )
    error = refused(path, content, Version)
    assert f"tensor 'W1' holds numbers of type {code!r}" in error.what


@pytest.mark.row(92)
def test_one_bit_anywhere_is_noticed(path):
    content = saved(small_model(), path)
    start, sealed = 8 + int.from_bytes(content[:8], "little"), content.index(b'"model"')
    with path.open("r+b", buffering=0) as file:
        for place, byte in enumerate(content):
            for bit in range(8):
                file.seek(place)
                file.write(bytes([byte ^ 1 << bit]))
                with pytest.raises(ModelFileError) as caught:
                    load(path)
                if place >= start:
                    tensor = ["W1"] * 48 + ["b1"] * 16 + ["W2"] * 16 + ["b2"] * 8
                    assert f"tensor {tensor[place - start]!r} was changed" in caught.value.what
                elif place >= sealed:
                    assert type(caught.value) is Checksum
                    assert "the header was changed" in caught.value.what
                else:
                    assert type(caught.value) in (Checksum, Malformed)
            file.seek(place)
            file.write(bytes([byte]))
    load(path)


@pytest.mark.row(93)
def test_every_truncation_is_noticed(path):
    content = saved(small_model(), path)
    for size in reversed(range(len(content))):
        os.truncate(path, size)
        with pytest.raises((Malformed, Checksum)):
            load(path)


@pytest.mark.row(92)
def test_the_error_for_changed_bytes(path):
    content = bytearray(saved(small_model(), path))
    content[-1] ^= 1
    error = refused(path, bytes(content), Checksum)
    assert str(error).splitlines()[0] == (
        f"'{path}': tensor 'b2' was changed after it was written: its SHA-256 is another."
    )
    assert error.fix == ("copy the file again from where it was saved, or save the model again")


# What must not run


HOSTILE = [
    {"class": "Lambda", "config": {"function": "os.system('true')"}},
    {"class": "Lambda"},
    {"class": "os.system", "args": ["true"]},
    {"module": "os", "class": "system"},
    {"class_name": "Lambda", "module": "keras.layers", "config": {}},
    {"class": "Dense", "units": 3, "initializer": {"class": "numpy.load"}},
    {"class": "Dense", "units": 3, "initializer": None, "__reduce__": ["os.system", ["true"]]},
    {"class": "Dense", "units": "__import__('os').system('true')", "initializer": None},
    {"class": "glassnet.layers.dense.Dense", "units": 3, "initializer": None},
    {"class": "TorchModuleWrapper", "module": "gASVIAAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOU"},
]
WATCHED = re.compile(
    r"import|exec|compile|open|os\.|socket\.|subprocess\.|ctypes\.|pickle\.|marshal\.|mmap\.|shutil\."
)
_seen: list[tuple] = []
_watching = threading.local()


def _watch(event, arguments):
    if getattr(_watching, "on", False) and WATCHED.match(event):
        _seen.append((event, arguments))


sys.addaudithook(_watch)


@pytest.mark.row(94)
@pytest.mark.parametrize("hostile", [None, *HOSTILE], ids=lambda hostile: str(hostile)[:30])
def test_nothing_is_run_imported_or_opened(path, hostile):
    """CVE-2025-1550, -8747, -9906, CVE-2024-3660, CVE-2026-1462 and their kind."""
    content = saved(small_model(), path)
    load(path)
    if hostile:
        content = with_description(
            content, lambda data: data["network"]["layers"].insert(0, hostile)
        )
    path.write_bytes(content)
    modules, _seen[:] = dict(sys.modules), []
    _watching.on = True
    try:
        load(path)
    except ModelFileError as error:
        loaded, kind = False, type(error)
    else:
        loaded, kind = True, None
    finally:
        _watching.on = False
    assert loaded == (hostile is None)
    assert kind in (None, UnknownLayer, Malformed)
    assert dict(sys.modules) == modules
    opened = [arguments[0] for event, arguments in _seen if event == "open"]
    assert [event for event, _ in _seen if event != "open"] == []
    assert [name for name in opened if not isinstance(name, int)] == [str(path)]


@pytest.mark.row(95)
def test_a_shape_bomb_allocates_nothing(path):
    """CVE-2026-0897."""

    def bomb(data):
        data["network"]["layers"][0]["units"] = 10**12

    def bombs(data):
        data["input_shape"] = [10**90]

    content = saved(small_model(), path)
    for change in (bomb, bombs):
        path.write_bytes(with_description(content, change))
        tracemalloc.start()
        error = refused(path, None, Malformed)
        assert tracemalloc.get_traced_memory()[1] < 2**20
        tracemalloc.stop()
        assert "the network and the tensors of the file disagree" in error.what


@pytest.mark.row(95)
@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(extra=1),
        lambda data: data.pop("record"),
        lambda data: data.update(record=[]),
        lambda data: data.update(version=1),
        lambda data: data.update(input_shape=None),
        lambda data: data.update(input_shape=[]),
        lambda data: data.update(input_shape=["3"]),
        lambda data: data.update(input_shape=[3.0]),
        lambda data: data.update(input_shape=[-3]),
        lambda data: data.update(input_shape="3"),
        lambda data: data.update(input_shape={"image": [3]}),
        lambda data: data.update(input_shape={"A0": {"A0": [3]}}),
        lambda data: data.update(input_shape={}),
        lambda data: data.update(training={"class": "Adam"}),
        lambda data: data.update(training=data["network"]),
        lambda data: data.update(training=7),
        lambda data: data.update(network=None),
        lambda data: data.update(network=[data["network"]]),
        lambda data: data.update(network={"class": "Tanh"}),
        lambda data: data.update(table={}),
        lambda data: data.update(table={"columns": []}),
        lambda data: data.update(table=3),
        lambda data: data.update(target={"kind": "classes", "name": "y", "labels": []}),
        lambda data: data.update(target={"kind": "classes", "name": "y", "labels": [1, 2, 3]}),
        lambda data: data.update(target=[]),
        lambda data: data["network"].update(layers=[{"class": "Chain", "layers": []}]),
        lambda data: data["network"]["layers"].append({**data["network"], "layers": []}),
        lambda data: data["network"]["layers"][0].pop("units"),
        lambda data: data["network"]["layers"][0].update(units=-1),
        lambda data: data["network"]["layers"][0].update(trainable=True),
    ],
)  # fmt: skip
def test_a_description_that_makes_no_sense(path, change):
    refused(path, with_description(saved(small_model(), path), change), Malformed)


@pytest.mark.row(94)
def test_more_or_other_text_in_the_header(path):
    content = saved(small_model(), path)
    changes = [
        lambda text: text.update(config="{}"),
        lambda text: text.update(model=3),
        lambda text: text.pop("model"),
        lambda text: text.pop("sha256.W1"),
        lambda text: text.update({"sha256.W9": "0" * 64}),
    ]
    for change in changes:
        refused(path, with_header(content, lambda h, c=change: c(h["__metadata__"])), Malformed)


@pytest.mark.row(96)
def test_the_network_and_the_tensors_disagree(path):
    def change(data):
        data["network"]["layers"] = [
            {"class": "Dense", "units": units, "initializer": None} for units in (3, 4, 5)
        ]

    error = refused(path, with_description(saved(small_model(), path), change), Malformed)
    assert error.what == f"'{path}': the network and the tensors of the file disagree."
    assert error.received == (
        "W1 is (2, 3) instead of (3, 3), b1 is (2, 1) instead of (3, 1), "
        "W2 is (1, 2) instead of (4, 3), b2 is (1, 1) instead of (4, 1), W3 is missing and 1 more"
    )


@pytest.mark.row(97)
def test_weights_that_are_not_finite(path):
    network = small_model().network
    parameters = network.initialize((3,))
    parameters["W1"][0] = [np.nan, np.inf, -np.inf]
    model = Model(network, parameters, (3,))
    with pytest.raises(Malformed, match="tensor 'W1' holds 3 non-finite values"):
        save(model, path)
    assert not path.exists()
    save(model, path, allow_nonfinite=True)
    error = refused(path, None, Malformed)
    assert error.what == (
        f"'{path}': tensor 'W1' holds 3 non-finite values; pass allow_nonfinite=True."
    )
    assert_same(load(path, allow_nonfinite=True), model)


@pytest.mark.row(98)
@pytest.mark.parametrize("newer", [2, 3, 999_999_999])
def test_a_newer_format(path, newer):
    def change(header):
        header["__metadata__"]["format"] = str(newer)
        header["__metadata__"]["model"] = "something else"

    error = refused(path, with_header(saved(small_model(), path), change), Version)
    assert error.what == (f"'{path}': written by format {newer}; this build reads <= 1; upgrade.")


@pytest.mark.row(99)
def test_files_of_other_programs(path):
    """CVE-2025-54886, CVE-2025-9905: no other reader is tried."""
    error = refused(path, pickle.dumps({"W1": np.ones(300)}), Malformed)
    assert error.what == f"'{path}': looks like a pickle; glassnet never unpickles."
    archive = io.BytesIO()
    np.savez(archive, W1=np.ones((3, 2)))
    error = refused(path, archive.getvalue(), Malformed)
    assert error.what == (
        f"'{path}': looks like a NumPy archive (npz); glassnet reads only model files of its own."
    )


@pytest.mark.row(99)
def test_a_safetensors_file_of_another_program(path):
    safetensors.numpy.save_file({"W1": np.ones((3, 2))}, path, metadata={"format": "pt"})
    error = refused(path, None, Malformed)
    assert "the header does not begin as that of a glassnet model does" in error.what
    assert "safetensors.numpy.load_file" in error.fix


@pytest.mark.row(95)
@pytest.mark.parametrize(
    ("limit", "value", "asked"),
    [
        ("file_bytes", 1000, r"1,\d\d\d"),
        ("header_bytes", 500, r"1,\d\d\d"),
        ("description_bytes", 100, r"\d\d\d"),
        ("tensors", 3, "4"),
        ("name_bytes", 1, "2"),
        ("axes", 1, "2"),
    ],
)
def test_limits_are_named_and_can_be_raised(path, limit, value, asked):
    save(small_model(), path)
    error = refused(path, None, TooLarge, limits=ModelLimits(**{limit: value}))
    assert f"is beyond the limit {limit}." in error.what
    assert re.fullmatch(asked, error.received)
    raised = re.search(r"ModelLimits\((\w+)=(\d+)\)", error.fix)
    load(path, limits=ModelLimits(**{raised[1]: int(raised[2])}))
    with pytest.raises(TooLarge):
        save(small_model(), path.with_name("new"), limits=ModelLimits(**{limit: value}))
    assert os.listdir(path.parent) == [path.name]


def test_the_depth_is_limited(path):
    save(small_model(), path)
    error = refused(path, None, Malformed, limits=ModelLimits(depth=3))
    assert error.fix == "if you trust the file, pass limits=ModelLimits(depth=4)"
    layer = gn.Dense(1)
    for _ in range(40):
        layer = gn.Chain([layer])
    network = gn.Network([layer], loss=gn.SquaredError())
    model = Model(network, network.initialize((1,)), (1,))
    with pytest.raises(Malformed, match="nested too deeply"):
        save(model, path)
    save(model, path, limits=ModelLimits(depth=100))
    assert_same(load(path, limits=ModelLimits(depth=100)), model)


@pytest.mark.row(87)
def test_a_huge_sparse_file_is_refused_by_its_size(path):
    save(small_model(), path)
    os.truncate(path, 9 * 2**30)
    refused(path, None, TooLarge)
    os.truncate(path, 7 * 2**30)
    tracemalloc.start()
    refused(path, None, Malformed)
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


# Paths, disks, power


@pytest.mark.row(100)
def test_paths_that_lead_to_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    cases = {
        tmp_path: "Is a directory",
        tmp_path / "pipe": "a pipe, socket or device, not a file",
        tmp_path / "loop": os.strerror(errno.ELOOP),
        tmp_path / "gone": "No such file or directory",
        tmp_path / "gone" / "model": "No such file or directory",
        Path("/dev/zero"): "a pipe, socket or device, not a file",
        Path("/proc/self/status"): "a file of the system, without a size",
        "a\0b": "Invalid argument",
    }
    for path, reason in cases.items():
        with pytest.raises(UnreadableFile) as caught:
            load(path)
        assert isinstance(caught.value, OSError)
        assert caught.value.what == f"{os.fspath(path)!r} cannot be read: {reason}."


@pytest.mark.row(100)
def test_a_file_without_permission(path, monkeypatch):
    save(small_model(), path)

    def forbidden(*arguments):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(os, "open", forbidden)
    with pytest.raises(UnreadableFile, match="cannot be read: Permission denied") as caught:
        load(path)
    assert caught.value.errno == errno.EACCES


@pytest.mark.row(100)
def test_a_disk_that_fails_while_reading(path, monkeypatch):
    save(small_model(), path)

    def fail(*arguments):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr("glassnet.model.file.read_tensor", fail)
    with pytest.raises(UnreadableFile, match="cannot be read: Input/output error"):
        load(path)


@pytest.mark.row(101)
def test_a_file_that_shrinks(path, monkeypatch):
    network = gn.Network([gn.Dense(2000)], loss=gn.SquaredError())
    model = Model(network, network.initialize((3,)), (3,))
    content = saved(model, path)
    loaded = load(path)
    os.truncate(path, 0)
    assert_same(loaded, model)

    def shrinking(*arguments):
        os.truncate(path, len(content) // 2)
        return understood(*arguments)

    monkeypatch.setattr("glassnet.model.file.understood", shrinking)
    assert refused(path, content, Malformed).received == "the end of the file"


@pytest.mark.row(125, 126)
@pytest.mark.parametrize(
    ("name", "code"),
    [("write", errno.ENOSPC), ("fsync", errno.EIO), ("replace", errno.EXDEV)],
)
def test_a_disk_that_fails_leaves_the_old_model(path, monkeypatch, name, code):
    old = small_model()
    save(old, path)

    def fail(*arguments):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, name, fail)
    with pytest.raises(CheckpointError, match="What stood there is untouched"):
        save(hybrid_model(), path)
    monkeypatch.undo()
    assert_same(load(path), old)
    assert os.listdir(path.parent) == [path.name]


def test_what_json_cannot_hold_is_not_saved(path):
    network = gn.Network([gn.Dense(1, gn.Constant(np.inf))], loss=gn.SquaredError())
    model = Model(network, {"W1": [[1.0]], "b1": [[0.0]]}, (1,))
    with pytest.raises(HyperparameterError, match="cannot be written as JSON"):
        save(model, path)
    assert not path.exists()
