"""Of someone who wears a garment, only the garment is taken; a garment without anyone in it is never cut."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.unit.pictures.measures import overlap
from zoo.pictures.foreground import foreground

SIZE = 240, 360
WALL = (205, 210, 215)
TOP = [
    (92, 100),
    (148, 100),
    (178, 150),
    (160, 165),
    (148, 140),
    (150, 225),
    (90, 225),
    (92, 140),
    (80, 165),
    (62, 150),
]
DRESS = [(100, 100), (140, 100), (138, 170), (165, 260), (75, 260), (102, 170)]
TROUSERS = [(92, 220), (148, 220), (152, 350), (126, 350), (120, 250), (114, 350), (88, 350)]
SHOE = [(10, 240), (12, 205), (80, 180), (96, 120), (144, 120), (160, 180), (228, 205), (230, 240)]
LIGHT, BROWN, DARK = (236, 188, 160), (160, 105, 75), (92, 58, 42)


def drawn(cloth, outline=TOP, *, skin=None, trousers=None, stripes=None) -> tuple[Image.Image, np.ndarray]:
    """Draw a garment on a wall, perhaps with stripes, and perhaps someone in it -> the photo, and where the garment is."""
    image, where = Image.new("RGB", SIZE, WALL), Image.new("1", SIZE)
    pen = ImageDraw.Draw(image)
    ImageDraw.Draw(where).polygon(outline, fill=1)
    if skin:
        pen.ellipse([97, 22, 143, 84], fill=(50, 35, 30))
        pen.ellipse([103, 32, 137, 88], fill=skin)
        pen.rectangle([112, 80, 128, 108], fill=skin)
        for side in (-1, 1):
            pen.line([(120 + side * 18, 108), (120 + side * 48, 160), (120 + side * 52, 220)], fill=skin, width=14)
        pen.polygon(TROUSERS, fill=trousers or skin)
    pattern = Image.new("RGB", SIZE, cloth)
    for y in range(108, SIZE[1], 24) if stripes else ():
        ImageDraw.Draw(pattern).rectangle([0, y, SIZE[0], y + 11], fill=stripes)
    image.paste(pattern, (0, 0), where)
    noise = np.random.default_rng(1).normal(0, 3, (SIZE[1], SIZE[0], 3))
    return Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8)), np.asarray(where)


@pytest.mark.parametrize("skin", [LIGHT, BROWN, DARK], ids=["light", "brown", "dark"])
@pytest.mark.parametrize(
    "wear",
    [
        {"cloth": (40, 110, 70), "trousers": (40, 45, 80)},
        {"cloth": (190, 60, 60), "trousers": (70, 70, 75), "stripes": (240, 200, 40)},
        {"cloth": (60, 80, 160), "outline": DRESS},
    ],
    ids=["top", "striped top", "dress"],
)
def test_of_someone_who_wears_a_garment_only_the_garment_is_taken(wear, skin) -> None:
    photo, where = drawn(skin=skin, **wear)
    assert overlap(foreground(photo), where) > 0.85


@pytest.mark.parametrize(
    "lying",
    [
        {"cloth": LIGHT},
        {"cloth": BROWN, "outline": DRESS},
        {"cloth": (40, 110, 70), "stripes": LIGHT},
        {"cloth": BROWN, "stripes": (240, 200, 40)},
        {"cloth": DARK, "outline": TROUSERS},
    ],
    ids=["skin-coloured top", "brown dress", "skin-coloured stripes", "brown with stripes", "brown trousers"],
)
def test_a_garment_of_the_colour_of_skin_is_not_cut_where_nobody_is(lying) -> None:
    photo, where = drawn(**lying)
    assert overlap(foreground(photo), where) > 0.85


def test_a_brown_tongue_is_no_face() -> None:
    photo, where = drawn((50, 60, 90), SHOE)
    ImageDraw.Draw(photo).polygon([(94, 126), (96, 120), (144, 120), (154, 160), (86, 160)], fill=BROWN)
    assert overlap(foreground(photo), where) > 0.85
