"""Clothes as photographed: what is drawn fixes what comes out, labels stay recognisable, the frame stays filled."""

from dataclasses import replace

import pytest
import torch

from zoo.augment.move import Move
from zoo.augment.photos import PHOTOS, Photos

NOTHING = Photos(
    share=1, degrees=0, stretch=0, shear=0, elastic=0, tone=0, invert=0, texture=0, ragged=0, scraps=0, flip=False
)


def _generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _shirts(n: int = 64) -> torch.Tensor:
    """Return n boxes with two sleeves, of different greys, that fill the frame. (n, 28, 28) uint8."""
    pictures = torch.zeros(n, 28, 28)
    pictures[:, :, 8:20] = 255
    pictures[:, 2:9, :] = 255
    return (pictures * torch.linspace(0.3, 1, n).view(-1, 1, 1)).byte()


def test_a_batch_does_not_depend_on_how_it_is_shared_out() -> None:
    """Workers draw the same numbers for the whole batch and change only their own rows."""
    pictures, numbers = _shirts(), PHOTOS.sample(64, _generator())
    whole = PHOTOS(pictures, numbers)
    parts = [PHOTOS(pictures[k::2], {key: value[k::2] for key, value in numbers.items()}) for k in range(2)]
    assert torch.allclose(whole[0::2], parts[0], atol=1e-3)
    assert torch.allclose(whole[1::2], parts[1], atol=1e-3)


def test_the_same_seed_gives_the_same_pictures_and_leaves_the_batch_alone() -> None:
    pictures = _shirts()
    before = pictures.clone()
    one, same, other = (PHOTOS(pictures, PHOTOS.sample(64, _generator(seed))) for seed in (1, 1, 2))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
    assert torch.equal(pictures, before)


def test_without_any_change_only_the_resampling_shows() -> None:
    pictures = _shirts()
    assert (NOTHING(pictures, NOTHING.sample(64, _generator())) - pictures).abs().mean() < 0.02 * 255


def test_the_others_are_moved_as_asked_and_no_more() -> None:
    pictures = _shirts()
    pictures[:, 20:, 8:12] = 0  # no longer symmetric
    spared = replace(PHOTOS, share=0)
    torch.testing.assert_close(spared(pictures, spared.sample(64, _generator())), pictures.float())
    flipped = replace(spared, move=Move(flip=True))
    out = flipped(pictures, flipped.sample(64, _generator()))
    same, mirrored = ((out - p).abs().amax((1, 2)) < 1e-3 for p in (pictures, pictures.flip(2)))
    assert (same ^ mirrored).all()
    assert 10 < same.sum() < 54


def test_half_of_the_photographed_are_mirrored() -> None:
    changed, flip = replace(NOTHING, share=0.5), replace(NOTHING, share=0.5, flip=True)
    numbers = flip.sample(10_000, _generator())
    assert not changed.sample(10_000, _generator())["mirrored"].any()
    assert not numbers["mirrored"][numbers["changed"] == 0].any()
    assert 0.47 < numbers["mirrored"][numbers["changed"] == 1].float().mean() < 0.53


@pytest.mark.parametrize(
    "change", ["degrees", "stretch", "shear", "elastic", "tone", "invert", "texture", "ragged", "scraps"]
)
def test_every_number_changes_something(change) -> None:
    grounds = replace(NOTHING, **{change: getattr(PHOTOS, change)})
    pictures = (_shirts() * torch.linspace(0.5, 1, 28)).byte()  # shaded, so that a change of contrast shows
    changed, same = (kind(pictures, kind.sample(64, _generator())) for kind in (grounds, NOTHING))
    assert (changed - same).abs().amax() > 0.05 * 255


def test_pictures_stay_in_range_on_a_black_ground_and_fill_the_frame() -> None:
    grounds = replace(PHOTOS, share=1, scraps=0)
    out = grounds(_shirts(256), grounds.sample(256, _generator())) / 255
    assert out.shape == (256, 28, 28)
    assert out.min() >= 0
    assert out.max() <= 1 + 1e-6
    filled = out > 0.02
    longer = torch.maximum(filled.any(2).sum(1), filled.any(1).sum(1))
    assert (longer >= 25).float().mean() > 0.95
    assert (out[:, :2, :2] == 0).float().mean() > 0.8


def test_an_empty_picture_stays_finite() -> None:
    assert PHOTOS(torch.zeros(32, 28, 28, dtype=torch.uint8), PHOTOS.sample(32, _generator())).isfinite().all()
