"""Components, holes, distances and centre lines agree with what can be worked out slowly."""

import numpy as np
import pytest

from zoo.pictures import morphology


def _mask(*rows: str) -> np.ndarray:
    return np.array([[c == "#" for c in row] for row in rows])


def _flood(mask: np.ndarray) -> int:
    """Count 8-connected components by walking from pixel to pixel."""
    left, count = set(zip(*np.nonzero(mask), strict=True)), 0
    while left:
        stack, count = [left.pop()], count + 1
        while stack:
            y, x = stack.pop()
            near = {(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & left
            left -= near
            stack += near
    return count


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("density", [0.1, 0.3, 0.5, 0.8])
def test_components_are_those_of_a_flood_fill(seed, density) -> None:
    mask = np.random.default_rng(seed).random((17, 23)) < density
    labels, count = morphology.components(mask)
    assert count == _flood(mask)
    assert np.array_equal(labels > 0, mask)
    assert set(np.unique(labels[mask])) == set(range(1, count + 1))
    for label in range(1, count + 1):
        assert _flood(labels == label) == 1


def test_no_pixel_has_no_component() -> None:
    labels, count = morphology.components(np.zeros((4, 5), bool))
    assert (count, labels.shape) == (0, (4, 5))


def test_holes_are_filled_and_bays_are_not() -> None:
    ring = _mask("#####", "#...#", "#...#", "#####")
    bay = _mask("#####", "#...#", "#...#", "##.##")
    assert morphology.fill_holes(ring).all()
    assert np.array_equal(morphology.fill_holes(bay), bay)


@pytest.mark.parametrize("seed", range(10))
def test_distance_is_euclidean_up_to_its_limit(seed) -> None:
    mask = np.random.default_rng(seed).random((20, 31)) < 0.02
    mask[3, 4] = True
    places = np.argwhere(mask)
    grid = np.stack(np.meshgrid(np.arange(20), np.arange(31), indexing="ij"), axis=2)
    exact = np.sqrt(((grid[:, :, None] - places) ** 2).sum(3)).min(2)
    got = morphology.distance(mask, 9)
    assert np.allclose(got[exact <= 9], exact[exact <= 9])
    assert (got[exact > 9] >= 9).all()


def test_a_bar_thins_to_its_middle_line() -> None:
    bar = np.zeros((15, 40), bool)
    bar[4:11, 3:37] = True
    line = morphology.thin(bar)
    assert set(np.nonzero(line)[0][3:-3]) <= {6, 7, 8}
    assert line.any(axis=0)[8:32].all()
    assert line.sum(axis=0).max() == 1


def test_a_ring_thins_to_a_ring() -> None:
    y, x = np.mgrid[-20:21, -20:21]
    radius = np.hypot(y, x)
    line = morphology.thin((radius > 8) & (radius < 15))
    assert morphology.components(line)[1] == 1
    assert morphology.fill_holes(line).sum() > 2 * line.sum()
    assert np.abs(radius[line] - 11.5).max() < 1.6


def test_the_bounding_box_is_the_smallest_that_holds_all() -> None:
    mask = _mask(".....", "..#..", ".....", ".#...", ".....")
    assert morphology.bounding_box(mask) == (slice(1, 4), slice(1, 3))
    assert mask[morphology.bounding_box(mask)].sum() == mask.sum()


def test_thinning_and_distances_depend_on_the_shape_and_not_on_the_canvas_around_it() -> None:
    y, x = np.mgrid[:40, :40]
    shape = ((x - 20) ** 2 + (y - 18) ** 2 < 150) & ((x - 20) ** 2 + (y - 18) ** 2 > 60)
    wide = np.pad(shape, 30)
    assert np.array_equal(morphology.thin(wide)[30:-30, 30:-30], morphology.thin(shape))
    assert np.array_equal(morphology.distance(~wide, 9)[30:-30, 30:-30][shape], morphology.distance(~shape, 9)[shape])
    assert not morphology.thin(np.zeros((4, 5), bool)).any()


def test_erosion_takes_the_rim_and_opening_what_is_thin() -> None:
    mask = _mask("....#....", ".###.#...", ".###.####", ".###.####", "..#..####")
    rim = _mask(".........", ".........", "..#......", "..#...###", "......###")
    assert np.array_equal(morphology.erosion(mask), rim), "the picture's border is no rim"
    thick = _mask(".........", "..#......", ".###..###", ".###.####", "..#..####")
    assert np.array_equal(morphology.opening(mask), thick)
