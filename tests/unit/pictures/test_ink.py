"""Ink is found through tables of 256 greys: the same numbers as over all pixels, which take four times as long."""

import numpy as np
import pytest
from PIL import Image

from zoo.pictures import ink


@pytest.mark.parametrize("seed", range(4))
def test_a_histogram_by_tables_is_numpys(seed: int) -> None:
    chance = np.random.default_rng(seed)
    pixels = chance.integers(0, 256, (40, 50, 3), dtype=np.uint8)
    colour = chance.random(3, dtype=np.float32)
    levels = [np.abs(np.arange(256, dtype=np.float32) / 255 - c) for c in colour]
    difference = np.abs(pixels.astype(np.float32) / 255 - colour).max(axis=2)

    counts, edges = ink._counted(difference, levels, Image.fromarray(pixels).split())

    expected, expected_edges = np.histogram(difference, bins=ink.BINS)
    assert np.array_equal(edges, expected_edges)
    assert np.array_equal(counts, expected)


@pytest.mark.parametrize("n", [1, 2, 7, 100])
def test_a_median_by_counts_is_numpys(n: int) -> None:
    greys = np.random.default_rng(n).integers(0, 256, n)
    assert ink._median(np.bincount(greys, minlength=256)) == np.median(greys.astype(np.float32) / 255)


def test_shades_of_grey_are_read_the_same_from_one_band_and_from_three() -> None:
    grey = Image.fromarray(np.random.default_rng(0).integers(200, 210, (60, 60), dtype=np.uint8))
    grey.paste(20, (20, 10, 28, 50))
    assert np.array_equal(ink.ink(grey), ink.ink(grey.convert("RGB")))
