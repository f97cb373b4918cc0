"""A flash and dark corners are taken out of a photo; what is dark or bright by itself stays so."""

import numpy as np
import pytest
from PIL import Image

from tests.unit.pictures.measures import overlap
from zoo.pictures import light
from zoo.pictures.foreground import foreground

SIDE = 200
Y, X = np.mgrid[-0.5 : 0.5 : SIDE * 1j, -0.5 : 0.5 : SIDE * 1j]
THING = (np.abs(X) < 0.2) & (np.abs(Y) < 0.3)
EVEN = np.where(THING[..., None], (90, 60, 70), (150, 150, 140)) + np.random.default_rng(0).normal(
    0, 2, (SIDE, SIDE, 3)
)
FLASH = 0.6 + 0.9 * np.exp(-((X - 0.15) ** 2 + (Y - 0.2) ** 2) / 0.05)
CORNERS = 1 - 1.1 * (X**2 + Y**2)


def photo(shade: np.ndarray | float) -> Image.Image:
    return Image.fromarray(np.clip(EVEN * np.ones((SIDE, SIDE, 1)) * np.atleast_3d(shade), 0, 255).astype(np.uint8))


@pytest.mark.parametrize("shade", [FLASH, CORNERS, 1 + 0.6 * X], ids=["flash", "corners", "window"])
def test_uneven_light_is_taken_out_on_the_ground_and_on_the_thing(shade) -> None:
    before, after = (np.asarray(each.convert("L"), float) for each in (photo(shade), light.even(photo(shade))))
    for part in (THING, ~THING):
        assert after[part].std() < 0.5 * before[part].std()
    assert np.median(after[THING]) < 0.6 * np.median(after[~THING]), "what is dark by itself stays dark"


def test_a_photo_that_is_lit_evenly_stays_as_it_is() -> None:
    assert light.even(photo(1)) == photo(1)


@pytest.mark.parametrize("blank", ["white", "black", "beige"])
@pytest.mark.parametrize("size", [(60, 90), (3, 112), (1, 1)])
def test_a_picture_of_nothing_stays_as_it_is(blank, size) -> None:
    paper = Image.new("RGB", size, blank)
    assert light.even(paper) == paper


def test_the_spot_of_a_flash_is_no_part_of_the_thing() -> None:
    assert overlap(foreground(photo(FLASH)), THING) > 0.95
