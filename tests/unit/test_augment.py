"""Augmentation: nothing asked, nothing changed; each number moves what it says; shards of a batch are the batch."""

import pytest
import torch
from torch import Tensor

from zoo.augment import Augment
from zoo.recipes import AUGMENTS


@pytest.fixture
def pictures() -> Tensor:
    """64 pictures of a bar, float (64, 1, 28, 28), light on dark."""
    x = torch.zeros(64, 1, 28, 28)
    x[:, :, 8:20, 12:15] = 1
    return x


def change(augment: Augment, x: Tensor, seed: int = 0) -> Tensor:
    return augment(x.clone(), augment.draw(len(x), torch.Generator().manual_seed(seed)))


def centres(x: Tensor) -> Tensor:
    """Return the centre of mass (N, 2) of each picture, row then column."""
    places = torch.arange(28.0)
    mass = x.sum((1, 2, 3))
    return torch.stack([(x.sum((1, 3)) * places).sum(1) / mass, (x.sum((1, 2)) * places).sum(1) / mass], 1)


def test_nothing_asked_changes_nothing(pictures: Tensor) -> None:
    torch.testing.assert_close(change(Augment(), pictures), pictures, rtol=0, atol=1e-5)


def test_shift_moves_by_at_most_its_pixels(pictures: Tensor) -> None:
    moved = centres(change(Augment(shift=2.0), pictures)) - centres(pictures)
    assert moved.abs().max() <= 2.0
    assert moved.abs().max() > 1.5
    assert moved.mean().abs() < 0.5


def test_rotation_keeps_the_centre_and_the_ink(pictures: Tensor) -> None:
    turned = change(Augment(degrees=30), pictures)
    torch.testing.assert_close(turned.sum((1, 2, 3)), pictures.sum((1, 2, 3)), rtol=0.08, atol=0)
    assert (turned - pictures).abs().amax((1, 2, 3)).min() > 0.01


def test_flip_mirrors_about_half_of_the_pictures(pictures: Tensor) -> None:
    pictures[:, :, 8, 15:20] = 1
    flipped = change(Augment(flip=True), pictures)
    mirrored = (flipped - pictures.flip(3)).abs().amax((1, 2, 3)) < 1e-4
    kept = (flipped - pictures).abs().amax((1, 2, 3)) < 1e-4
    assert (mirrored ^ kept).all()
    assert 16 < mirrored.sum() < 48


def test_elastic_bends_but_keeps_the_place(pictures: Tensor) -> None:
    bent = change(Augment(elastic=1.0), pictures)
    assert (bent - pictures).abs().amax((1, 2, 3)).min() > 0.05
    assert (centres(bent) - centres(pictures)).abs().mean() < 1.0


@pytest.mark.parametrize("amount", [-1.0, -0.4, 0.0, 0.4, 1.0])
def test_thickness_is_a_mix_with_dilation_or_erosion(amount: float) -> None:
    x = torch.rand(5, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    grown = torch.nn.functional.max_pool2d(x, 3, stride=1, padding=1)
    shrunk = -torch.nn.functional.max_pool2d(-x, 3, stride=1, padding=1)
    expected = torch.lerp(x, grown if amount > 0 else shrunk, abs(amount))
    augment = Augment(thickness=1.0)
    numbers = {**augment.draw(5, torch.Generator().manual_seed(0)), "thickness": torch.full((5,), amount)}
    torch.testing.assert_close(augment(x, numbers), expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", AUGMENTS)
def test_shards_of_a_batch_are_the_batch(name: str, pictures: Tensor) -> None:
    augment = AUGMENTS[name]
    numbers = augment.draw(64, torch.Generator().manual_seed(1))
    whole = augment(pictures.clone(), numbers)
    shards = [augment(pictures[r::2].clone(), {key: n[r::2] for key, n in numbers.items()}) for r in (0, 1)]
    for rank, shard in enumerate(shards):
        torch.testing.assert_close(shard, whole[rank::2], rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", AUGMENTS)
def test_pictures_stay_pictures(name: str, pictures: Tensor) -> None:
    changed = change(AUGMENTS[name], pictures)
    assert changed.shape == pictures.shape
    assert changed.isfinite().all()
    assert changed.min() >= -1e-5
    assert changed.max() <= 1 + 1e-5
    assert torch.equal(changed, change(AUGMENTS[name], pictures))
