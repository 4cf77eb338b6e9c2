"""``glassnet train`` on images, and the other commands on its model."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
from tests.cli.conftest import glassnet

import glassnet as gn
from glassnet.experiments import Options
from glassnet.experiments.images import of_folder

Image = pytest.importorskip("PIL.Image")

FEW = ("--epochs", "8", "--hidden", "3", "--learning-rate", "0.02")


def bars(folder: Path, each: int = 30, shape: tuple[int, int] = (9, 8), seed: int = 0) -> Path:
    """Grey images with a bright row or a bright column."""
    random = np.random.default_rng(seed)
    for name in ("across", "down"):
        (folder / name).mkdir(parents=True)
        for number in range(each):
            pixels = random.integers(0, 90, shape).astype(np.uint8)
            place = random.integers(2, min(shape) - 2)
            pixels[(place, slice(None)) if name == "across" else (slice(None), place)] = 250
            Image.fromarray(pixels).save(folder / name / f"{number:03}.png")
    return folder


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("images")
    bars(folder / "bars")
    ended = glassnet("train", folder / "bars", *FEW, "--out", folder / "bars")
    assert (ended.code, ended.err) == (0, "")
    return folder, ended.out


@pytest.fixture
def model(trained) -> str:
    shutil.copy(trained[0] / "bars" / "bars.safetensors", "bars.safetensors")
    return "bars.safetensors"


def test_what_a_person_reads(trained):
    folder, out = trained
    assert out.splitlines()[:4] == [
        "  images      bars: 60 images of 9 × 8 pixels, grey",
        "  task        binary classification: across 50%, down 50%",
        "  split       41 training, 7 validation, 12 test",
        "  network     Conv2D 3 → ReLU → MaxPool2D → Flatten → Dropout → Dense 1 → Sigmoid"
        "   58 parameters",
    ]
    assert "images that the network had never seen, it gets" in out
    page = (folder / "bars" / "bars.html").read_text("utf-8")
    assert "Confusion matrix" in page
    assert "glassnet predict bars.safetensors new-images" in page


def test_it_tells_new_images_apart(model):
    bars(Path("new"), 20, seed=5)
    told = glassnet("evaluate", model, "new", "--json").told
    assert told["rows"] == 40
    assert told["test"]["accuracy"] >= 0.9
    rows = list(csv.DictReader(glassnet("predict", model, "new").out.splitlines()))
    assert len(rows) == 40
    right = np.mean([Path(row["file"]).parent.name == row["class"] for row in rows])
    assert right == pytest.approx(told["test"]["accuracy"])
    for row in rows:
        shares = {name: float(row[f"probability_{name}"]) for name in ("across", "down")}
        assert sum(shares.values()) == pytest.approx(1)
        assert row["class"] == max(shares, key=shares.get)


def test_one_file_and_one_of_another_size(model):
    bars(Path("large"), 2, (90, 80))
    rows = glassnet("predict", model, "large/down/001.png").out.splitlines()
    assert rows[0] == "file,class,probability_across,probability_down"
    assert len(rows) == 2
    loaded = gn.load(model)
    assert loaded.predict("large").shape == (4,)
    assert loaded.predict(["large/down/001.png"]).tolist() == [rows[1].split(",")[1]]


def test_python_takes_arrays_as_well(model):
    bars(Path("new"), 3)
    images, _ = gn.images.read_folder("new", channels=1)
    loaded = gn.load(model)
    np.testing.assert_array_equal(loaded.predict(images), loaded.predict("new"))
    np.testing.assert_array_equal(loaded.predict(images[..., 0]), loaded.predict("new"))


def test_sizes_that_differ_are_scaled_and_it_is_said():
    bars(Path("mixed"))
    for number in range(9):
        Image.new("RGB", (200, 300)).save(f"mixed/down/x{number}.png")
    ended = glassnet("train", "mixed", *FEW)
    assert ended.code == 0, ended.err
    line = "  images      mixed: 69 images of 9 × 8 to 300 × 200 pixels, each scaled to 9 × 8"
    assert ended.out.startswith(f"{line} pixels, in colour\n")
    assert gn.load("mixed.safetensors").plan.input_shape == (9, 8, 3)


def test_large_images_are_made_smaller():
    bars(Path("large"), 8, (200, 100))
    study = of_folder(Path("large"), Options())
    assert study.plan.input_shape == (64, 32, 1)
    kinds = [type(layer).__name__ for layer in study.network.layers]
    assert kinds.count("Conv2D") == 2


def test_standardisation_is_that_of_the_training_images():
    study = of_folder(bars(Path("bars")), Options())
    X = study.parts["training"].X[..., : study.training_rows]
    np.testing.assert_allclose([X.mean(), X.std()], [0, 1], atol=1e-5)


def idx(path: str, array: np.ndarray) -> None:
    sizes = b"".join(int(n).to_bytes(4, "big") for n in array.shape)
    Path(path).write_bytes(bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes())


def test_two_idx_files():
    bars(Path("bars"))
    images, labels = gn.images.read_folder("bars", channels=1)
    idx("images-idx3-ubyte", images[..., 0])
    idx("labels-idx1-ubyte", (labels == "down").astype(np.uint8))
    asked = ("train", "images-idx3-ubyte", "--target", "labels-idx1-ubyte", *FEW, "--out", "m")
    ended = glassnet(*asked)
    assert ended.code == 0, ended.err
    assert gn.load("m.safetensors").target.labels == (0, 1)
    Path("bars/down").rename("bars/1")
    Path("bars/across").rename("bars/0")
    assert glassnet("evaluate", "m.safetensors", "bars", "--json").told["rows"] == 60
    missing = glassnet("train", "images-idx3-ubyte")
    assert missing.code == 2
    assert "which IDX file holds the labels?" in missing.err
    idx("few-idx1-ubyte", np.zeros(7, np.uint8))
    few = glassnet("train", "images-idx3-ubyte", "--target", "few-idx1-ubyte")
    assert few.code == 3
    assert few.err.startswith("There is not one label for each image.\n")
    swapped = glassnet("train", "labels-idx1-ubyte", "--target", "images-idx3-ubyte")
    assert swapped.code == 3
    assert "holds no images" in swapped.err


def test_explain(model):
    bars(Path("new"), 2)
    told = glassnet("explain", model, "new/down/000.png").out
    assert "new/down/000.png" in told
    assert "Kernels W1 and feature maps Z1" in told
    assert "new/down/001.png" in glassnet("explain", model, "new", "--row", 4).out
    assert "height" in glassnet("explain", model).out


def empty(folder):
    (folder / "nothing").mkdir()


def broken(folder):
    (folder / "down" / "000.png").write_bytes(b"no image")


def single(folder):
    shutil.rmtree(folder / "down")


def flat(folder):
    for name in ("across", "down"):
        shutil.rmtree(folder / name)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (empty, "The folder of class 'nothing' is empty."),
        (broken, "'bars/down/000.png' cannot be read as an image."),
        (single, "'bars' holds a single class, 'across'."),
        (flat, "'bars' has no sub-folders."),
    ],
)
def test_folders_that_cannot_be_learnt_from(change, message):
    change(bars(Path("bars"), 3))
    ended = glassnet("train", "bars")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.splitlines()[0] == message
    for label in ("expected", "received", "to fix"):
        assert f"\n  {label} " in ended.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--target", "class"], "option has no meaning for a folder of images"),
        (["--words"], "The '--words' option has no meaning for images."),
        (["--drop", "a"], "The 'drop' parameter has no meaning for images."),
    ],
)
def test_options_without_meaning(options, message):
    ended = glassnet("train", bars(Path("bars"), 3), *options)
    assert ended.code == 2
    assert message in ended.err


def test_data_of_another_kind(model, models):
    for command in ("predict", "evaluate"):
        ended = glassnet(command, model, "boats.csv")
        assert ended.code == 3, ended
        ended = glassnet(command, models["sold"], bars(Path(command), 2))
        assert ended.code == 4
        ended = glassnet(command, model, "nowhere")
        assert ended.code in (3, 4)
    ended = glassnet("train", "nowhere")
    assert ended.code == 4


def test_one_image_is_not_called_images(model, tmp_path):
    bars(tmp_path / "one", each=1)
    shutil.rmtree(tmp_path / "one" / "down")
    assert glassnet("evaluate", model, tmp_path / "one").out.startswith(
        "  images      one: 1 image\n"
    )


def test_one_update_of_images(model, trained):
    ended = glassnet("step", model, trained[0] / "bars")
    assert (ended.code, ended.err) == (0, "")
    assert "Forward: layer 1, unit 0, example 0, position (0, 0)" in ended.out
    assert "Z[1] = Σₒ W[1][o] seen(A[0], o) + b[1]" in ended.out
    assert ended.out.splitlines().count("update 1, update") == 1


def test_diagnose_looks_at_the_images_of_a_folder(model, trained, tmp_path):
    folder = trained[0] / "bars"
    told = glassnet("diagnose", model, folder, "--validation", folder, "--json").told
    assert "rows shared with validation" in [finding["name"] for finding in told["findings"]]
    assert "learning rate too high" not in told["skipped"]  # the file keeps the cost curve
    bars(tmp_path / "other", each=2)
    (tmp_path / "other" / "down").rename(tmp_path / "other" / "slanted")
    ended = glassnet("diagnose", model, tmp_path / "other")
    assert ended.code == 3
    assert "slanted" in ended.err
