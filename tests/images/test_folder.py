"""Images from folders, and folders that hold something else."""

import os

import numpy as np
import pytest

from glassnet.errors import DataError, HyperparameterError, ResourceLimitError, UnreadableFile
from glassnet.images import read_folder

Image = pytest.importorskip("PIL.Image")


def saved(path, pixels, **how):
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(pixels).save(path, **how)


@pytest.fixture
def animals(tmp_path):
    random = np.random.default_rng(0)
    for name in ("dog/b.png", "cat/2.png", "dog/a.png"):
        saved(tmp_path / name, random.integers(0, 256, (5, 3, 3), np.uint8))
    return tmp_path


def test_classes_and_files_come_by_name(animals):
    (animals / ".hidden").write_text("no image")
    (animals / "cat" / ".DS_Store").write_text("no image")
    (animals / "notes.txt").write_text("beside the classes")
    images, labels = read_folder(animals)
    assert (images.shape, images.dtype) == ((3, 5, 3, 3), np.uint8)
    assert labels.tolist() == ["cat", "dog", "dog"]
    for image, name in zip(images, ("cat/2.png", "dog/a.png", "dog/b.png"), strict=True):
        assert np.array_equal(image, np.asarray(Image.open(animals / name)))


def test_grey_colour_and_transparency(tmp_path):
    saved(tmp_path / "a" / "1.png", np.full((2, 3), 7, np.uint8))
    saved(tmp_path / "a" / "2.png", np.full((2, 3, 4), 7, np.uint8))
    images, _ = read_folder(tmp_path)
    assert np.array_equal(images, np.full((2, 2, 3, 3), 7))
    grey, _ = read_folder(tmp_path, channels=1)
    assert np.array_equal(grey, np.full((2, 2, 3, 1), 7))


def test_a_photograph_is_turned_upright(tmp_path):
    turned = Image.new("RGB", (1, 1)).getexif()
    turned[0x0112] = 6  # the camera was held on its side
    saved(tmp_path / "a" / "1.png", np.zeros((2, 5, 3), np.uint8), exif=turned)
    assert read_folder(tmp_path)[0].shape == (1, 5, 2, 3)


def test_other_sizes_need_a_size(animals):
    saved(animals / "dog" / "c.png", np.zeros((7, 3, 3), np.uint8))
    with pytest.raises(DataError, match=r"c\.png' has another size") as caught:
        read_folder(animals)
    assert caught.value.fix == "pass size=(5, 3), to which every image is then scaled"
    assert read_folder(animals, size=(11, 13))[0].shape == (4, 11, 13, 3)


def test_folders_without_classes_or_images(tmp_path):
    for path, error, told in (
        (tmp_path / "none", UnreadableFile, "No such file"),
        ("a\0b", UnreadableFile, "cannot be read"),
        (tmp_path, DataError, "no sub-folders"),
    ):
        with pytest.raises(error, match=told):
            read_folder(path)
    (tmp_path / "cat").mkdir()
    with pytest.raises(DataError, match="class 'cat' is empty"):
        read_folder(tmp_path)


@pytest.mark.row(100)
@pytest.mark.parametrize("kind", ["text", "cut", "16 bits", "folder", "pipe"])
def test_files_that_are_no_images(animals, kind):
    path = animals / "cat" / "3.png"
    match kind:
        case "text":
            path.write_text("no image")
        case "cut":
            path.write_bytes((animals / "cat" / "2.png").read_bytes()[:60])
        case "16 bits":
            saved(path, np.zeros((5, 3), np.uint16))
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
    with pytest.raises((DataError, UnreadableFile), match=r"3\.png"):
        read_folder(animals)


@pytest.mark.row(108)
def test_an_image_of_too_many_pixels(animals, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    with pytest.raises(ResourceLimitError, match=r"2\.png' is too large an image"):
        read_folder(animals)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 3)
    with pytest.raises(ResourceLimitError, match=r"2\.png' is too large an image"):
        read_folder(animals)


def test_more_images_than_the_memory_holds(animals, monkeypatch):
    monkeypatch.setenv("GLASSNET_MEMORY_GIB", "0.00000001")
    with pytest.raises(ResourceLimitError, match="Reading 3 images needs"):
        read_folder(animals)


@pytest.mark.parametrize("size", [3, (3,), (0, 3), (3.0, 3), (True, 3), "ab"])
def test_sizes_outside_their_domain(animals, size):
    with pytest.raises(HyperparameterError, match="The 'size' parameter"):
        read_folder(animals, size=size)


@pytest.mark.parametrize("channels", [0, 2, 4, True, "1", None])
def test_channels_outside_their_domain(animals, channels):
    with pytest.raises(HyperparameterError, match="The 'channels' parameter"):
        read_folder(animals, channels=channels)
