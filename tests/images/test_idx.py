"""IDX files, whole and damaged."""

import gzip
import os
import struct
from pathlib import Path

import numpy as np
import pytest

from glassnet.errors import DataError, ResourceLimitError, UnreadableFile
from glassnet.images import read_idx

MNIST = Path(__file__).parents[3] / "shared" / "data"


def idx(array: np.ndarray, kind: int) -> bytes:
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, kind, array.ndim]) + sizes + array.tobytes()


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


@pytest.mark.parametrize("name", ["a-idx3-ubyte", "a-idx3-ubyte.gz"])
@pytest.mark.parametrize(
    ("kind", "dtype"), [(8, "u1"), (9, "i1"), (11, ">i2"), (12, ">i4"), (13, ">f4"), (14, ">f8")]
)
def test_every_type_comes_back(tmp_path, name, kind, dtype):
    array = np.random.default_rng(0).integers(0, 100, (3, 5, 2)).astype(dtype)
    made = read_idx(written(tmp_path / name, idx(array, kind)))
    assert made.dtype == np.dtype(dtype).newbyteorder("=")
    assert np.array_equal(made, array)
    made[0] = 0  # it can be written to


@pytest.mark.parametrize("shape", [(7,), (2, 3, 5, 7), (0, 28, 28)])
def test_any_number_of_axes(tmp_path, shape):
    array = np.zeros(shape, np.uint8)
    assert read_idx(written(tmp_path / "a", idx(array, 8))).shape == shape


GOOD = idx(np.arange(30, dtype=np.uint8).reshape(2, 3, 5), 8)
FAULTS = {
    "empty": (b"", "an empty file"),
    "three bytes": (GOOD[:3], "0, 0, 8"),
    "text": (b"a,b\n1,2\n", "no IDX file"),
    "magic": (b"\1" + GOOD[1:], "no IDX file"),
    "type": (GOOD[:2] + b"\x0a" + GOOD[3:], "0, 0, 10, 3"),
    "no axes": (GOOD[:3] + b"\0" + GOOD[4:], "no IDX file"),
    "header": (GOOD[:9], "ends within its header"),
    "one short": (GOOD[:-1], "2 · 3 · 5 values of 1 bytes: 30 bytes"),
    "one more": (GOOD + b"\0", "more behind the header"),
    "huge": (GOOD[:4] + b"\xff" * 12 + GOOD[16:], "4,294,967,295 · 4,294,967,295"),
    "many axes": (GOOD[:3] + b"\xff" + b"\xff" * 1020 + GOOD[16:], "as many values as its header"),
}


@pytest.mark.row(109)
@pytest.mark.parametrize("name", ["a", "a.gz"])
@pytest.mark.parametrize("fault", FAULTS)
def test_damaged_files(tmp_path, fault, name):
    content, told = FAULTS[fault]
    with pytest.raises(DataError) as caught:
        read_idx(written(tmp_path / name, content))
    assert told in str(caught.value)
    assert str(caught.value).startswith(f"{name} ")
    assert caught.value.fix


@pytest.mark.row(108, 109)
def test_a_damaged_or_growing_gzip(tmp_path):
    packed = gzip.compress(GOOD)
    for content in (packed[:-9], packed[:12] + b"\xff" * 9 + packed[21:]):
        (tmp_path / "a.gz").write_bytes(content)
        with pytest.raises(DataError):
            read_idx(tmp_path / "a.gz")
    header = bytes([0, 0, 8, 1]) + struct.pack(">I", 100)
    with pytest.raises(DataError, match="more behind the header"):
        read_idx(written(tmp_path / "bomb.gz", header + bytes(10**7)))


def test_more_than_the_memory_holds(tmp_path, monkeypatch):
    path = written(tmp_path / "a.gz", idx(np.zeros(10**6, np.uint8), 8))
    monkeypatch.setenv("GLASSNET_MEMORY_GIB", "0.0001")
    with pytest.raises(ResourceLimitError, match=r"Reading a\.gz needs"):
        read_idx(path)


@pytest.mark.row(100)
def test_paths_that_lead_to_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path, told in (
        (tmp_path, "a folder, not a file"),
        (tmp_path / "pipe", "a pipe"),
        (tmp_path / "loop", "symbolic links"),
        (tmp_path / "none", "No such file"),
        ("a\0b", "cannot be read"),
    ):
        with pytest.raises(UnreadableFile, match=told):
            read_idx(path)


@pytest.mark.skipif(not MNIST.exists(), reason="the digits are not at hand")
def test_the_digits():
    images = read_idx(MNIST / "mnist-t10k-images-idx3-ubyte.gz")
    labels = read_idx(MNIST / "mnist-t10k-labels-idx1-ubyte.gz")
    assert (images.shape, images.dtype) == ((10_000, 28, 28), np.uint8)
    assert labels[:5].tolist() == [7, 2, 1, 0, 4]
