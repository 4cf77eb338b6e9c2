"""Augmentation: every image by itself, the same for the same seed."""

import numpy as np
import pytest

from glassnet.errors import DataTypeError, HyperparameterError, ShapeError
from glassnet.images import cropped, flipped, noisy, shifted

M = 499
IMAGES = np.arange(M * 5 * 7 * 2, dtype=float).reshape(M, 5, 7, 2) + 1

ALL = {
    "shifted": lambda images, seed: shifted(images, 2, seed),
    "cropped": lambda images, seed: cropped(images, (3, 5), seed),
    "flipped": flipped,
    "noisy": lambda images, seed: noisy(images, 0.1, seed),
}


@pytest.mark.parametrize("name", ALL)
def test_a_seed_draws_the_same_and_nothing_is_written_to(name):
    augment, given = ALL[name], IMAGES.copy()
    made = augment(given, 3)
    assert np.array_equal(made, augment(given, np.random.default_rng(3)))
    assert not np.array_equal(made, augment(given, 4))
    assert np.array_equal(given, IMAGES)
    assert augment(given, np.random.RandomState(3)).shape == made.shape
    assert augment(given.astype(np.float32), 3).dtype == np.float32


def test_every_shift_is_drawn_and_zeros_come_in():
    seen = set()
    for image, moved in zip(IMAGES, shifted(IMAGES, 2, seed=1), strict=True):
        fits = []
        for down, right in np.ndindex(5, 5):
            expected = np.zeros((9, 11, 2))
            expected[down : down + 5, right : right + 7] = image
            if np.array_equal(moved, expected[2:7, 2:9]):
                fits.append((down, right))
        assert len(fits) == 1
        seen.update(fits)
    assert len(seen) == 25


def test_every_crop_is_drawn():
    seen = set()
    for image, part in zip(IMAGES, cropped(IMAGES, (3, 5), seed=1), strict=True):
        top, left = np.argwhere(image[:, :, 0] == part[0, 0, 0])[0]
        assert np.array_equal(part, image[top : top + 3, left : left + 5])
        seen.add((top, left))
    assert len(seen) == 9
    assert np.array_equal(cropped(IMAGES, (5, 7)), IMAGES)


def test_half_of_the_images_are_mirrored():
    same = np.all(flipped(IMAGES, seed=1) == IMAGES, axis=(1, 2, 3))
    mirrored = np.all(flipped(IMAGES, seed=1) == IMAGES[:, :, ::-1], axis=(1, 2, 3))
    assert np.all(same ^ mirrored)
    assert 0.4 < mirrored.mean() < 0.6


def test_noise_has_its_scale():
    noise = noisy(np.zeros((M, 5, 7, 2)), 0.3, seed=1)
    assert noise.std() == pytest.approx(0.3, rel=0.02)
    assert abs(noise.mean()) < 0.01
    with pytest.raises(DataTypeError, match="divide them by 255"):
        noisy(IMAGES.astype(np.uint8), 0.1)


@pytest.mark.parametrize("name", ALL)
def test_other_arrays_are_refused(name):
    for wrong in (IMAGES[0], IMAGES[..., 0], IMAGES.tolist(), None):
        with pytest.raises(ShapeError, match=r"no array \(m, H, W, n_C\)"):
            ALL[name](wrong, 0)
    with pytest.raises(HyperparameterError, match="The 'seed' parameter"):
        ALL[name](IMAGES, -1)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        *[(lambda most=most: shifted(IMAGES, most), "most") for most in (-1, 5, 1.5, True, None)],
        *[(lambda size=size: cropped(IMAGES, size), "size") for size in (3, (3,), (6, 7), (0, 7))],
        *[
            (lambda scale=scale: noisy(IMAGES, scale), "scale")
            for scale in (-1, np.nan, np.inf, "1")
        ],
    ],
)
def test_hyperparameters_outside_their_domain(call, named):
    with pytest.raises(HyperparameterError, match=f"The '{named}"):
        call()
