"""Augmentation: nothing asked, nothing changed; each number moves what it says; shards of a batch are the batch."""

import pytest
import torch
from torch import Tensor

from zoo.augment.move import Move
from zoo.augment.photos import Photos
from zoo.augment.warp import Warp
from zoo.recipes import AUGMENTS


@pytest.fixture
def pictures() -> Tensor:
    """64 pictures of a bar, uint8 (64, 28, 28), light on dark."""
    x = torch.zeros(64, 28, 28, dtype=torch.uint8)
    x[:, 8:20, 12:15] = 255
    return x


def change(augment: Move | Warp | Photos, images: Tensor, seed: int = 0) -> Tensor:
    """Return the pictures changed, float (N, 28, 28) in [0, 1]."""
    return augment(images, augment.sample(len(images), torch.Generator().manual_seed(seed))) / 255


def centres(x: Tensor) -> Tensor:
    """Return the centre of mass (N, 2) of each picture, row then column."""
    places = torch.arange(28.0)
    mass = x.sum((1, 2))
    return torch.stack([(x.sum(2) * places).sum(1) / mass, (x.sum(1) * places).sum(1) / mass], 1)


@pytest.mark.parametrize("augment", [Warp(), Move()], ids=["warp", "move"])
def test_nothing_asked_changes_nothing(augment: Move | Warp, pictures: Tensor) -> None:
    torch.testing.assert_close(change(augment, pictures), pictures / 255, rtol=0, atol=1e-5)


def test_a_warp_shifts_by_at_most_its_pixels(pictures: Tensor) -> None:
    moved = centres(change(Warp(shift=2.0), pictures)) - centres(pictures / 255)
    assert moved.abs().max() <= 2.0
    assert moved.abs().max() > 1.5
    assert moved.mean().abs() < 0.5


def test_rotation_keeps_the_centre_and_the_ink(pictures: Tensor) -> None:
    turned = change(Warp(degrees=30), pictures)
    torch.testing.assert_close(turned.sum((1, 2)), (pictures / 255).sum((1, 2)), rtol=0.08, atol=0)
    assert (turned - pictures / 255).abs().amax((1, 2)).min() > 0.01


def test_flip_mirrors_about_half_of_the_pictures(pictures: Tensor) -> None:
    pictures[:, 8, 15:20] = 255
    flipped = change(Move(flip=True), pictures) * 255
    mirrored = (flipped == pictures.flip(2)).flatten(1).all(1)
    kept = (flipped == pictures).flatten(1).all(1)
    assert (mirrored ^ kept).all()
    assert 16 < mirrored.sum() < 48


def test_a_move_shifts_by_whole_pixels_and_reaches_every_one(pictures: Tensor) -> None:
    moved = centres(change(Move(shift=1), pictures)) - centres(pictures / 255)
    torch.testing.assert_close(moved, moved.round(), rtol=0, atol=1e-4)
    assert {tuple(place) for place in moved.round().int().tolist()} == {(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)}


def test_a_cover_is_one_black_square_that_may_hang_over_the_edge() -> None:
    white = torch.full((500, 28, 28), 255, dtype=torch.uint8)
    black = change(Move(cover=8), white) == 0
    rows, columns = black.any(2).sum(1), black.any(1).sum(1)
    assert torch.equal(black.sum((1, 2)), rows * columns)
    assert (rows.max(), columns.max()) == (8, 8)
    assert rows.min() < 4 <= rows.median()
    assert black.any(0).all()


def test_elastic_bends_but_keeps_the_place(pictures: Tensor) -> None:
    bent = change(Warp(elastic=1.0), pictures)
    assert (bent - pictures / 255).abs().amax((1, 2)).min() > 0.05
    assert (centres(bent) - centres(pictures / 255)).abs().mean() < 1.0


@pytest.mark.parametrize("amount", [-1.0, -0.4, 0.0, 0.4, 1.0])
def test_thickness_is_a_mix_with_dilation_or_erosion(amount: float) -> None:
    images = torch.randint(0, 256, (5, 28, 28), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    x = images.float().unsqueeze(1)
    grown = torch.nn.functional.max_pool2d(x, 3, stride=1, padding=1)
    shrunk = -torch.nn.functional.max_pool2d(-x, 3, stride=1, padding=1)
    expected = torch.lerp(x, grown if amount > 0 else shrunk, abs(amount)).squeeze(1)
    augment = Warp(thickness=1.0)
    numbers = {**augment.sample(5, torch.Generator().manual_seed(0)), "thickness": torch.full((5,), amount)}
    torch.testing.assert_close(augment(images, numbers), expected, rtol=0, atol=1e-2)


@pytest.mark.parametrize("name", AUGMENTS)
def test_shards_of_a_batch_are_the_batch(name: str, pictures: Tensor) -> None:
    augment = AUGMENTS[name]
    numbers = augment.sample(64, torch.Generator().manual_seed(1))
    whole = augment(pictures, numbers)
    shards = [augment(pictures[r::2], {key: n[r::2] for key, n in numbers.items()}) for r in (0, 1)]
    for rank, shard in enumerate(shards):
        torch.testing.assert_close(shard, whole[rank::2], rtol=0, atol=1e-3)


@pytest.mark.parametrize("name", AUGMENTS)
def test_pictures_stay_pictures(name: str, pictures: Tensor) -> None:
    before = pictures.clone()
    changed = change(AUGMENTS[name], pictures)
    assert torch.equal(pictures, before)
    assert changed.shape == pictures.shape
    assert changed.isfinite().all()
    assert changed.min() >= -1e-5
    assert changed.max() <= 1 + 1e-5
    assert torch.equal(changed, change(AUGMENTS[name], pictures))
