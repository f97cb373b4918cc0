"""Ink is found through tables of 256 greys: the same numbers as over all pixels, which take four times as long."""

import numpy as np
import pytest
from PIL import Image

from zoo.pictures import ink


@pytest.mark.parametrize("seed", range(4))
def test_counted_levels_part_where_all_pixels_do(seed: int) -> None:
    chance = np.random.default_rng(seed)
    levels = np.where(chance.random(2000) < 0.8, chance.integers(0, 90, 2000), chance.integers(120, 256, 2000))
    values, counts = np.unique(levels.astype(np.float32) / 255, return_counts=True)

    assert ink.otsu(values, counts) == ink.otsu(levels.astype(np.float32) / 255)
    assert ink._ground_and_strokes(values, counts) == pytest.approx(
        ink._ground_and_strokes(levels.astype(np.float32) / 255), abs=1e-6
    )


@pytest.mark.parametrize("n", [1, 2, 7, 100])
def test_a_median_by_counts_is_numpys(n: int) -> None:
    greys = np.random.default_rng(n).integers(0, 256, n)
    assert ink._median(np.bincount(greys, minlength=256)) == np.median(greys.astype(np.float32) / 255)


def test_shades_of_grey_are_read_the_same_from_one_band_and_from_three() -> None:
    grey = Image.fromarray(np.random.default_rng(0).integers(200, 210, (60, 60), dtype=np.uint8))
    grey.paste(20, (20, 10, 28, 50))
    assert np.array_equal(ink.ink(grey), ink.ink(grey.convert("RGB")))
