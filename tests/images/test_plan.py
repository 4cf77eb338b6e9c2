"""The plan of images: any size in, the arrays of the network out."""

import numpy as np
import pytest

from glassnet.errors import (
    DataError,
    DataTypeError,
    HyperparameterError,
    Malformed,
    ShapeError,
    UnreadableFile,
)
from glassnet.images import ImagePlan

Image = pytest.importorskip("PIL.Image")

PLAN = ImagePlan(2, 3, 3, center=(10.0, 20.0, 30.0), scale=(1.0, 2.0, 4.0))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pixels_are_standardised_channel_by_channel(dtype):
    images = np.random.default_rng(0).integers(0, 256, (5, 2, 3, 3), np.uint8)
    X = PLAN.encode(images, dtype=dtype)
    assert (X.shape, X.dtype) == ((2, 3, 3, 5), dtype)
    for m, h, w, c in np.ndindex(images.shape):
        expected = (float(images[m, h, w, c]) - PLAN.center[c]) / PLAN.scale[c]
        assert X[h, w, c, m] == pytest.approx(expected)


def test_files_of_any_size_and_colour(tmp_path):
    Image.new("L", (30, 20), 70).save(tmp_path / "a.png")
    (tmp_path / "more").mkdir()
    Image.new("RGB", (3, 2), (10, 22, 34)).save(tmp_path / "more" / "b.png")
    X = PLAN.encode(tmp_path)
    assert X.shape == (2, 3, 3, 2)
    np.testing.assert_allclose(X[0, 0, :, 1], [0, 1, 1])
    np.testing.assert_allclose(X[1, 2, :, 0], [60, 25, 10])
    np.testing.assert_array_equal(PLAN.encode([tmp_path / "a.png"]), X[..., :1])
    np.testing.assert_array_equal(PLAN.encode(str(tmp_path / "a.png")), X[..., :1])


@pytest.mark.parametrize(
    ("data", "kind", "message"),
    [
        (np.zeros((5, 2, 3, 1), np.uint8), ShapeError, "do not fit the network"),
        (np.zeros((0, 2, 3, 3), np.uint8), ShapeError, "do not fit the network"),
        (np.zeros((5, 2, 3, 3)), DataTypeError, "not as files hold them"),
        ([], DataError, "There are no images"),
        ("nowhere.png", UnreadableFile, "cannot be read"),
    ],
)
def test_what_is_refused(data, kind, message):
    with pytest.raises(kind, match=message):
        PLAN.encode(data)


def test_a_folder_without_images(tmp_path):
    with pytest.raises(DataError, match="holds no images"):
        PLAN.encode(tmp_path)


def test_a_plan_is_plain_data_and_back():
    assert ImagePlan.from_data(PLAN.to_data()) == PLAN
    for change in ({"height": 0}, {"scale": [1.0, 0.0, 1.0]}, {"center": [0.0]}, {"code": 1}):
        with pytest.raises(Malformed):
            ImagePlan.from_data({**PLAN.to_data(), **change})
    with pytest.raises(HyperparameterError, match="1 or 3 channels"):
        ImagePlan(2, 3, 2, (0.0, 0.0), (1.0, 1.0))
