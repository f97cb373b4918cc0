"""The same garment gives the same 28 x 28, however it was photographed."""

import contextlib

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from tests.unit.pictures.measures import difference
from zoo.pictures.garment import garment, garment_steps, views


def coat(side=300, *, cloth=(60, 40, 120), ground=(225, 220, 210), scale=1.0, noise=0.0, alpha=False) -> Image.Image:
    """Draw a coat: body, two sleeves, a row of buttons."""
    outline = [(90, 60), (130, 50), (170, 50), (210, 60), (250, 200), (225, 210), (205, 120), (205, 260), (95, 260)]
    outline += [(95, 120), (75, 210), (50, 200)]
    unit = side / 300
    place = [tuple(unit * (150 + scale * (c - 150)) for c in point) for point in outline]
    image = Image.new("RGBA", (side, side), (*ground, 0 if alpha else 255))
    pen = ImageDraw.Draw(image)
    pen.polygon(place, fill=(*cloth, 255))
    x = 150 * unit
    pen.line([(x, unit * (150 - 80 * scale)), (x, unit * (150 + 100 * scale))], fill=(20, 20, 20, 255), width=3)
    if not noise:
        return image if alpha else image.convert("RGB")
    pixels = np.asarray(image.convert("RGB"), np.float32)
    pixels = pixels + np.random.default_rng(1).normal(0, noise, pixels.shape)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).filter(ImageFilter.BoxBlur(1))


COAT = garment(coat())


@pytest.mark.parametrize(
    ("how", "tolerance"),
    [
        ({"scale": 0.5}, 25),
        ({"side": 1500}, 25),
        ({"ground": (20, 60, 30)}, 8),
        ({"noise": 10}, 25),
        ({"ground": (60, 60, 60)}, 8),
        ({"alpha": True}, 25),
    ],
    ids=str,
)
def test_the_same_garment_gives_the_same_picture(how, tolerance) -> None:
    got = garment(coat(**how))
    assert got.shape == (28, 28)
    assert got.dtype == np.uint8
    assert difference(got, COAT) < tolerance


def test_a_garment_is_light_on_black_and_fills_the_longer_side() -> None:
    rows, columns = np.nonzero(COAT)
    assert max(np.ptp(rows), np.ptp(columns)) == 27
    assert COAT[:3, :3].max() == 0
    assert COAT[-3:, -3:].max() == 0
    assert np.median(COAT[COAT > 0]) > 100
    assert 140 < COAT[COAT > 100].mean() < 180


def test_a_light_garment_on_a_dark_ground_is_light_on_black_too() -> None:
    pale = garment(coat(cloth=(235, 235, 230), ground=(40, 35, 30)))
    assert pale[12:20, 11:17].min() > 0
    assert pale[:3, :3].max() == 0


@pytest.mark.parametrize(
    ("cloth", "ground", "reach"), [((60, 40, 120), (150, 150, 150), 0.1), ((120, 60, 60), (140, 140, 150), 0.05)]
)
def test_what_a_flash_lights_of_the_ground_is_no_garment(cloth, ground, reach) -> None:
    pixels = np.asarray(coat(cloth=cloth, ground=ground, scale=0.6), float)
    y, x = np.mgrid[-0.5:0.5:300j, -0.5:0.5:300j]
    light = 0.6 + 0.9 * np.exp(-(x**2 + y**2) / reach)
    lit = garment((pixels * light[:, :, None]).clip(0, 255).astype(np.uint8))
    assert ((lit > 0) != (garment(coat(scale=0.6)) > 0)).mean() < 0.05


@pytest.mark.parametrize("angle", [-20, -12, 12, 20])
def test_a_garment_that_lies_askew_is_turned_upright(angle) -> None:
    askew = coat(scale=0.8).rotate(angle, Image.Resampling.BICUBIC, fillcolor=(225, 220, 210))
    straight = garment(coat(scale=0.8))
    assert difference(garment(askew), straight) < 25


def test_a_photo_is_looked_at_in_twelve_views_and_a_picture_of_the_data_set_in_one() -> None:
    seen = views(garment_steps(coat()))
    assert seen.shape == (12, 28, 28)
    assert np.array_equal(seen[0], COAT)
    assert np.array_equal(seen[6:], seen[:6, :, ::-1]), "each is seen in the mirror too"
    light = seen.sum((1, 2))
    assert (light[3:6] < 0.9 * light[0]).all(), "half of them are smaller"
    assert len({each.tobytes() for each in seen}) == 12
    assert np.array_equal(views(garment_steps(COAT)), COAT[None])


def test_what_fashion_mnist_stores_stays_as_it_is() -> None:
    assert np.array_equal(garment(COAT), COAT)
    assert np.array_equal(garment(Image.fromarray(COAT)), COAT)


@pytest.mark.parametrize(
    "blank",
    [
        Image.new("RGB", (200, 300), "beige"),
        Image.new("RGBA", (9, 9)),
        np.zeros((28, 28)),
        np.tile(np.linspace(120, 140, 40), (60, 1)),
    ],
    ids=["beige", "transparent", "black", "a wall beside a window"],
)
def test_without_a_garment_there_is_an_error_and_no_guess(blank) -> None:
    with pytest.raises(ValueError, match="no garment found"):
        garment(blank)


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (1, 50), (900, 7)])
def test_odd_sizes_are_read_or_refused_without_a_crash(size) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    with contextlib.suppress(ValueError):  # "no garment found" is an answer, a crash is not
        assert garment(noise).shape == (28, 28)


def test_garment_steps_lead_from_the_photo_to_what_the_network_sees() -> None:
    steps = garment_steps(coat())
    assert [name for name, _ in steps] == ["photo", "mask", "crop", "centre"]
    assert np.array_equal(steps[-1][1], COAT)
