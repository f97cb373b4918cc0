"""Sleeves that lie spread are hung down; what has none, or has them down already, is left alone."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from zoo.pictures import sleeves
from zoo.pictures.garment import garment_steps, views
from zoo.pictures.morphology import bounding_box

SIDE = 300


def top(left: float, right: float, *, wide: int = 26, long: int = 130) -> np.ndarray:
    """Draw a trunk with two sleeves, each so many degrees from hanging down. -> bool (SIDE, SIDE)"""
    picture = Image.new("L", (SIDE, SIDE))
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle([105, 80, 195, 220], 12, fill=255)
    for side, degrees in ((-1, left), (1, right)):
        x, y = 150 + side * 38, 95
        end = x + side * long * np.sin(np.deg2rad(degrees)), y + long * np.cos(np.deg2rad(degrees))
        pen.line([(x, y), end], fill=255, width=wide)
    return np.asarray(picture) > 127


def hung(mask: np.ndarray) -> np.ndarray | None:
    """Return the mask of a garment, of grey 100 on 200, with its sleeves down, checking its greys."""
    down = sleeves.hung(Image.fromarray(np.where(mask, 100, 200).astype(np.uint8)), mask)
    if down is None:
        return None
    grey, cover = down
    assert np.median(np.asarray(grey)[cover]) == 100
    return cover


def proportion(mask: np.ndarray) -> float:
    """Return the width of a shape by its height."""
    rows, columns = bounding_box(mask)
    return (columns.stop - columns.start) / (rows.stop - rows.start)


@pytest.mark.parametrize(("left", "right"), [(90, 90), (60, 60), (120, 110), (20, 75), (60, 110)])
def test_spread_sleeves_are_hung_down(left: float, right: float) -> None:
    mask = top(left, right)
    down = hung(mask)
    assert down is not None
    assert proportion(down) < 1.3 < proportion(mask)
    rows, columns = bounding_box(down)
    lower_corners = down[rows, columns][-40:-10]
    assert lower_corners[:, :8].any(), "a wrist is where the picture ends on the left"
    assert lower_corners[:, -8:].any(), "and on the right"


def test_both_hang_alike_wherever_they_lay() -> None:
    shapes = []
    for left, right in ((90, 90), (60, 110)):
        down = hung(top(left, right))
        assert down is not None
        box = Image.fromarray(down[bounding_box(down)]).resize((60, 60))
        shapes.append(np.asarray(box))
    assert (shapes[0] != shapes[1]).mean() < 0.1


@pytest.mark.parametrize("angles", [(5, 5), (20, 15)], ids=str)
def test_sleeves_that_hang_stay(angles: tuple[int, int]) -> None:
    assert hung(top(*angles)) is None


def shoe() -> list[tuple[int, int]]:
    return [(60, 120), (110, 120), (120, 160), (240, 190), (250, 220), (60, 220)]


def trousers() -> list[tuple[int, int]]:
    return [(110, 40), (190, 40), (205, 260), (165, 260), (150, 110), (135, 260), (95, 260)]


def dress() -> list[tuple[int, int]]:
    return [(130, 40), (170, 40), (175, 110), (215, 260), (85, 260), (125, 110)]


@pytest.mark.parametrize("outline", [shoe(), trousers(), dress()], ids=["shoe", "trousers", "dress"])
def test_what_has_no_sleeves_is_left(outline: list[tuple[int, int]]) -> None:
    picture = Image.new("L", (SIDE, SIDE))
    ImageDraw.Draw(picture).polygon(outline, fill=255)
    assert hung(np.asarray(picture) > 127) is None


def test_a_bag_keeps_its_handle() -> None:
    picture = Image.new("L", (SIDE, SIDE))
    pen = ImageDraw.Draw(picture)
    pen.rectangle([70, 130, 230, 250], fill=255)
    pen.arc([100, 60, 200, 200], 180, 360, fill=255, width=10)
    assert hung(np.asarray(picture) > 127) is None


def test_a_limb_on_one_side_alone_is_no_sleeve() -> None:
    """A boot lies so, or a dustpan."""
    one_sided = top(0, 90)
    one_sided[:, :105] = False
    assert hung(one_sided) is None


def test_limbs_that_begin_below_the_middle_are_legs() -> None:
    assert hung(top(60, 60)) is not None
    assert hung(top(60, 60)[::-1]) is None


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (3, 3)], ids=str)
def test_slivers_are_left(size: tuple[int, int]) -> None:
    mask = np.zeros((60, 60), bool)
    mask[: size[0], : size[1]] = True
    assert hung(mask) is None


def test_a_photo_with_spread_sleeves_is_looked_at_as_it_is_and_with_them_down() -> None:
    photo = np.where(top(90, 90)[:, :, None], (60, 40, 120), (225, 220, 210)).astype(np.uint8)
    steps = garment_steps(photo)
    assert [name for name, _ in steps] == ["photo", "mask", "crop", "sleeves", "centre"]
    seen, (_, down), (_, centre) = views(steps), steps[-2], steps[-1]
    assert seen.shape == (24, 28, 28)
    assert np.array_equal(seen[0], centre)
    assert np.array_equal(seen[6], down)
    assert proportion(down > 0) < proportion(centre > 0)
