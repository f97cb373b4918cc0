"""The same digit or garment gives the same 28 x 28, however it was drawn or photographed."""

import contextlib
import time

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from zoo.pictures import prepare

SEVEN = [(80, 70), (190, 70), (120, 220)]
TRANSPARENT, BLACK, WHITE = (0, 0, 0, 0), (0, 0, 0, 255), (255, 255, 255, 255)


def draw(points=SEVEN, *, brush=18.0, scale=1.0, shift=(0, 0), ink=BLACK, ground=TRANSPARENT, side=280) -> Image.Image:
    """Draw a stroke with a round brush on a canvas of 280 units, antialiased, as the pad does."""
    unit = 3 * side / 280
    image = Image.new("RGBA", (3 * side, 3 * side), ground)
    pen = ImageDraw.Draw(image)
    corners = [
        tuple(unit * ((c - 140) * scale + 140 + s) for c, s in zip(point, shift, strict=True)) for point in points
    ]
    pen.line(corners, fill=ink, width=max(1, round(unit * brush)), joint="curve")
    half = unit * brush / 2
    for x, y in corners:
        pen.ellipse([x - half, y - half, x + half, y + half], fill=ink)
    return image.resize((side, side), Image.Resampling.BOX)


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Return the mean absolute difference in grey levels."""
    return float(np.abs(one.astype(int) - other).mean())


REFERENCE = prepare.digit(draw())


@pytest.mark.parametrize(
    ("how", "tolerance"),
    [
        ({"shift": (-60, -45)}, 2),
        ({"shift": (61.3, 37.7)}, 4),
        ({"brush": 5, "scale": 0.25}, 4),
        ({"brush": 24, "scale": 1.5}, 3),
        ({"brush": 40}, 4),
        ({"brush": 3}, 4),
        ({"ink": BLACK, "ground": WHITE}, 1),
        ({"ink": WHITE, "ground": BLACK}, 1),
        ({"ink": (30, 30, 200, 255), "ground": (200, 30, 30, 255)}, 1),
        ({"ink": (0, 160, 0, 255), "ground": (160, 96, 0, 255)}, 1),
        ({"ink": (255, 230, 0, 255), "ground": WHITE}, 1),
        ({"ink": (200, 0, 120, 255)}, 1),
        ({"ink": WHITE}, 1),
        ({"ink": (90, 90, 90, 255), "ground": (60, 60, 60, 255)}, 1),
        ({"side": 1200}, 4),
        ({"side": 120}, 4),
    ],
    ids=str,
)
def test_the_same_digit_gives_the_same_picture(how, tolerance):
    got = prepare.digit(draw(**how))
    assert got.shape == (28, 28)
    assert got.dtype == np.uint8
    assert difference(got, REFERENCE) < tolerance


def test_another_digit_gives_another_picture():
    assert difference(prepare.digit(draw([(140, 60), (140, 220)])), REFERENCE) > 20


@pytest.mark.parametrize("mode", ["L", "P", "RGB", "1"])
def test_the_mode_of_the_file_does_not_matter(mode):
    assert difference(prepare.digit(draw(ground=WHITE).convert("RGB").convert(mode)), REFERENCE) < 4


@pytest.mark.parametrize("shadow", [1.0, 0.7])
def test_a_photographed_page_reads_like_a_drawing(shadow):
    page = np.asarray(draw(ink=(50, 50, 80, 255), ground=WHITE, side=600).convert("RGB"), np.float32)
    y, x = np.mgrid[0:600, 0:600] / 600
    light = (0.45 + 0.45 * x - 0.15 * y * y)[:, :, None] * np.array([1.0, 0.95, 0.85])
    light = light * np.where(x + 0.3 * y > 0.8, shadow, 1)[:, :, None]
    noise = np.random.default_rng(0).normal(0, 5, page.shape)
    photo = Image.fromarray(np.clip(page * light + noise, 0, 255).astype(np.uint8))
    assert difference(prepare.digit(photo), REFERENCE) < 4


def test_specks_are_dropped_and_separate_strokes_are_kept():
    five = draw([(180, 60), (100, 60), (100, 130), (180, 150), (170, 220), (95, 220)])
    bar = [(100, 60), (180, 60)]
    rest = [(100, 85), (100, 130), (180, 150), (170, 220), (95, 220)]
    apart = Image.alpha_composite(draw(bar), draw(rest))
    assert prepare.digit(apart)[4:7].max() > 200, "the bar of a 5 belongs to it"
    for tap in ([255, 20, 260, 25], [20, 250, 38, 268]):  # dirt, and a touch of the pen
        specked = five.copy()
        ImageDraw.Draw(specked).ellipse(tap, fill=BLACK)
        assert difference(prepare.digit(specked), prepare.digit(five)) == 0


def test_the_longer_side_is_twenty_pixels_and_the_centre_of_mass_is_in_the_middle():
    rows, columns = np.nonzero(REFERENCE > 127)
    assert abs(np.ptp(rows) + 1 - 20) <= 1
    y, x = np.average([rows, columns], axis=1, weights=REFERENCE[rows, columns])
    assert np.hypot(y - 13.5, x - 13.5) < 0.3


@pytest.mark.parametrize(
    "blank",
    [
        Image.new("RGBA", (280, 280)),
        Image.new("RGBA", (280, 280), WHITE),
        Image.new("RGBA", (280, 280), (200, 10, 10, 128)),
        Image.new("L", (1, 1)),
        Image.new("RGB", (300, 2), "white"),
        np.zeros((28, 28)),
        np.full((28, 28, 3), 255, np.uint8),
        np.random.default_rng(0).normal(200, 4, (300, 300)).clip(0, 255),
    ],
    ids=["transparent", "white", "half transparent", "1 x 1", "a line", "black array", "white array", "noisy paper"],
)
def test_without_ink_there_is_an_error_and_no_guess(blank):
    with pytest.raises(ValueError, match="no ink found"):
        prepare.digit(blank)


@pytest.mark.parametrize("size", [(2, 2), (1, 40), (3, 500), (28, 28), (900, 3)])
def test_odd_shapes_with_ink_do_not_crash(size):
    image = Image.new("L", size)
    image.putpixel((size[0] // 2, size[1] // 2), 255)
    assert prepare.digit(image).max() > 0


def test_steps_lead_from_the_drawing_to_what_the_network_sees():
    names = [name for name, _ in prepare.digit_steps(draw())]
    assert names == ["drawing", "ink", "crop", "stroke", "centre"]
    assert all(step.dtype == np.uint8 and step.ndim in (2, 3) for _, step in prepare.digit_steps(draw()))
    assert np.array_equal(prepare.digit_steps(draw())[-1][1], REFERENCE)


def test_a_picture_that_is_28_by_28_already_stays_as_it_is():
    assert np.array_equal(prepare.digit(_as_mnist(REFERENCE)), _as_mnist(REFERENCE))


def _as_mnist(picture: np.ndarray) -> np.ndarray:
    """Clear the grey fringe so that the box is 20 pixels long to the pixel, as MNIST's boxes are."""
    rows = np.flatnonzero(picture.max(axis=1) > 60)[:20]
    kept = np.zeros_like(picture)
    kept[rows] = picture[rows]
    return kept


def fastest(function, repeats: int) -> float:
    """Return the shortest time of one call, in seconds: what other programs take is no part of it."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def test_a_pad_is_read_between_two_frames_and_a_camera_picture_at_once():
    pad, large = draw(), draw(ground=WHITE, side=1000).convert("RGB").resize((4000, 3000))
    assert fastest(lambda: prepare.digit(pad), 20) < 0.010
    assert fastest(lambda: prepare.digit(large), 3) < 0.5


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


COAT = prepare.garment(coat())


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
def test_the_same_garment_gives_the_same_picture(how, tolerance):
    got = prepare.garment(coat(**how))
    assert got.shape == (28, 28)
    assert got.dtype == np.uint8
    assert difference(got, COAT) < tolerance


def test_a_garment_is_light_on_black_and_fills_the_longer_side():
    rows, columns = np.nonzero(COAT)
    assert max(np.ptp(rows), np.ptp(columns)) == 27
    assert COAT[:3, :3].max() == 0
    assert COAT[-3:, -3:].max() == 0
    assert np.median(COAT[COAT > 0]) > 100
    assert 140 < COAT[COAT > 100].mean() < 180


def test_a_light_garment_on_a_dark_ground_is_light_on_black_too():
    pale = prepare.garment(coat(cloth=(235, 235, 230), ground=(40, 35, 30)))
    assert pale[12:20, 11:17].min() > 0
    assert pale[:3, :3].max() == 0


@pytest.mark.parametrize("angle", [-20, -12, 12, 20])
def test_a_garment_that_lies_askew_is_turned_upright(angle):
    askew = coat(scale=0.8).rotate(angle, Image.Resampling.BICUBIC, fillcolor=(225, 220, 210))
    straight = prepare.garment(coat(scale=0.8))
    assert difference(prepare.garment(askew), straight) < 25


def test_what_fashion_mnist_stores_stays_as_it_is():
    assert np.array_equal(prepare.garment(COAT), COAT)
    assert np.array_equal(prepare.garment(Image.fromarray(COAT)), COAT)


@pytest.mark.parametrize(
    "blank", [Image.new("RGB", (200, 300), "beige"), Image.new("RGBA", (9, 9)), np.zeros((28, 28))]
)
def test_without_a_garment_there_is_an_error_and_no_guess(blank):
    with pytest.raises(ValueError, match="no garment found"):
        prepare.garment(blank)


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (1, 50), (900, 7)])
def test_odd_sizes_are_read_or_refused_without_a_crash(size):
    noise = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    with contextlib.suppress(ValueError):  # "no garment found" is an answer, a crash is not
        assert prepare.garment(noise).shape == (28, 28)


def test_garment_steps_lead_from_the_photo_to_what_the_network_sees():
    steps = prepare.garment_steps(coat())
    assert [name for name, _ in steps] == ["photo", "mask", "crop", "centre"]
    assert np.array_equal(steps[-1][1], COAT)


def test_a_photo_is_read_in_a_tenth_of_a_second():
    photo = coat(side=1000, noise=8)
    assert fastest(lambda: prepare.garment(photo), 5) < 0.2
