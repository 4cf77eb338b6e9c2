"""Files of other programs are called by their names."""

import bz2
import gzip
import io
import pickle
import zipfile

import numpy as np
import pytest

from glassnet.model.foreign_files import foreign_kind


def npz():
    file = io.BytesIO()
    np.savez(file, W1=np.zeros(2))
    return file.getvalue()


def npy():
    file = io.BytesIO()
    np.save(file, np.zeros(2))
    return file.getvalue()


def zipped(name):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "x" * 100)
    return file.getvalue()


CASES = [
    *((pickle.dumps({"W1": [1.0]}, protocol), "a pickle") for protocol in range(6)),
    *((pickle.dumps(ValueError("x"), protocol), "a pickle") for protocol in range(6)),
    (b"cos\nsystem\n(S'id'\ntR.", "a pickle"),
    (b"x\x9c\x63", "a compressed joblib pickle"),
    (npz(), "a NumPy archive (npz)"),
    (npy(), "a NumPy array (npy)"),
    (zipped("model/data.pkl"), "a PyTorch file"),
    (zipped("config.json"), "a zip archive"),
    (b"\x89HDF\r\n\x1a\n" + bytes(20), "an HDF5 file"),
    (b"\x08\x09\x12\x07pytorch", "an ONNX model"),
    (b"\x08\x0a\x3a\x80\x01", "an ONNX model"),
    (b"GGUF\x03\0\0\0", "a GGUF model"),
    (b"\x1c\0\0\0TFL3", "a TensorFlow Lite model"),
    (gzip.compress(b"x", mtime=0), "a compressed file"),
    (bz2.compress(b"x"), "a compressed file"),
    (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"),
    (b"<!DOCTYPE html>", "an HTML or XML page"),
    (b'{"class_name": "Sequential"}', "a JSON text"),
]


@pytest.mark.row(99)
@pytest.mark.parametrize(("start", "name"), CASES, ids=lambda value: str(value)[:30])
def test_kinds(start, name):
    kind = foreign_kind(start[:512])
    assert kind.startswith(f"looks like {name}")
    if "pickle" in name or "PyTorch" in name:
        assert kind.endswith("glassnet never unpickles")


def test_a_table_in_the_place_of_the_model_is_told_so():
    assert foreign_kind(b"name,age\nAda,36\nEve,41\n").endswith("MODEL comes before DATA")


def test_what_is_unknown_has_no_name():
    assert foreign_kind(b"") is None
    assert foreign_kind(bytes(512)) is None
