"""The same digit gives the same 28 x 28, however it was drawn."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.unit.pictures.measures import difference
from zoo.pictures.digit import digit, digit_steps

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


REFERENCE = digit(draw())


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
def test_the_same_digit_gives_the_same_picture(how, tolerance) -> None:
    got = digit(draw(**how))
    assert got.shape == (28, 28)
    assert got.dtype == np.uint8
    assert difference(got, REFERENCE) < tolerance


def test_another_digit_gives_another_picture() -> None:
    assert difference(digit(draw([(140, 60), (140, 220)])), REFERENCE) > 20


@pytest.mark.parametrize("mode", ["L", "P", "RGB", "1"])
def test_the_mode_of_the_file_does_not_matter(mode) -> None:
    assert difference(digit(draw(ground=WHITE).convert("RGB").convert(mode)), REFERENCE) < 4


@pytest.mark.parametrize("shadow", [1.0, 0.7])
def test_a_photographed_page_reads_like_a_drawing(shadow) -> None:
    page = np.asarray(draw(ink=(50, 50, 80, 255), ground=WHITE, side=600).convert("RGB"), np.float32)
    y, x = np.mgrid[0:600, 0:600] / 600
    light = (0.45 + 0.45 * x - 0.15 * y * y)[:, :, None] * np.array([1.0, 0.95, 0.85])
    light = light * np.where(x + 0.3 * y > 0.8, shadow, 1)[:, :, None]
    noise = np.random.default_rng(0).normal(0, 5, page.shape)
    photo = Image.fromarray(np.clip(page * light + noise, 0, 255).astype(np.uint8))
    assert difference(digit(photo), REFERENCE) < 4


def test_specks_are_dropped_and_separate_strokes_are_kept() -> None:
    five = draw([(180, 60), (100, 60), (100, 130), (180, 150), (170, 220), (95, 220)])
    bar = [(100, 60), (180, 60)]
    rest = [(100, 85), (100, 130), (180, 150), (170, 220), (95, 220)]
    apart = Image.alpha_composite(draw(bar), draw(rest))
    assert digit(apart)[4:7].max() > 200, "the bar of a 5 belongs to it"
    for tap in ([255, 20, 260, 25], [20, 250, 38, 268]):  # dirt, and a touch of the pen
        specked = five.copy()
        ImageDraw.Draw(specked).ellipse(tap, fill=BLACK)
        assert difference(digit(specked), digit(five)) == 0


def test_the_longer_side_is_twenty_pixels_and_the_centre_of_mass_is_in_the_middle() -> None:
    rows, columns = np.nonzero(REFERENCE > 127)
    assert abs(np.ptp(rows) + 1 - 20) <= 1
    y, x = np.average([rows, columns], axis=1, weights=REFERENCE[rows, columns])
    assert np.hypot(y - 13.5, x - 13.5) < 0.3


@pytest.mark.parametrize("pen", [8, 14, 24])
def test_a_symmetric_stroke_stays_symmetric_and_becomes_as_wide_as_mnists(pen: int) -> None:
    page = np.full((300, 300), 255, np.uint8)
    page[60:240, 150 - pen // 2 : 150 + pen // 2] = 0
    bar = digit(page).astype(int)
    assert np.abs(bar - bar[:, ::-1]).max() <= 2, "centred to less than a tenth of a pixel"
    assert 2.0 < bar[14].sum() / 255 < 2.7


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
def test_without_ink_there_is_an_error_and_no_guess(blank) -> None:
    with pytest.raises(ValueError, match="no ink found"):
        digit(blank)


@pytest.mark.parametrize("size", [(2, 2), (1, 40), (3, 500), (28, 28), (900, 3)])
def test_odd_shapes_with_ink_do_not_crash(size) -> None:
    image = Image.new("L", size)
    image.putpixel((size[0] // 2, size[1] // 2), 255)
    assert digit(image).max() > 0


def test_steps_lead_from_the_drawing_to_what_the_network_sees() -> None:
    names = [name for name, _ in digit_steps(draw())]
    assert names == ["drawing", "ink", "crop", "stroke", "centre"]
    assert all(step.dtype == np.uint8 and step.ndim in (2, 3) for _, step in digit_steps(draw()))
    assert np.array_equal(digit_steps(draw())[-1][1], REFERENCE)


def test_a_picture_that_is_28_by_28_already_stays_as_it_is() -> None:
    assert np.array_equal(digit(_as_mnist(REFERENCE)), _as_mnist(REFERENCE))


def _as_mnist(picture: np.ndarray) -> np.ndarray:
    """Clear the grey fringe so that the box is 20 pixels long to the pixel, as MNIST's boxes are."""
    rows = np.flatnonzero(picture.max(axis=1) > 60)[:20]
    kept = np.zeros_like(picture)
    kept[rows] = picture[rows]
    return kept
