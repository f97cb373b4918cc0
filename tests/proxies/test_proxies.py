"""The proxies draw what they say, the same from the same seed, and our preprocessing reads them better than a resize."""

import numpy as np
import pytest
import torch
from PIL import Image

from tests.proxies import digits, garments, scores
from zoo.pictures import foreground
from zoo.pictures.digit import digit


@pytest.mark.parametrize("render", [digits.render, garments.render])
@pytest.mark.parametrize("label", range(10))
def test_a_seed_fixes_the_picture(render, label):
    one, same, other = (render(label, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(np.asarray(one), np.asarray(same))
    assert one.size != other.size or not np.array_equal(np.asarray(one), np.asarray(other))


def test_a_drawn_digit_is_ink_on_a_transparent_pad():
    drawing = np.asarray(digits.render(8, np.random.default_rng(0)))
    assert drawing.shape == (280, 280, 4)
    assert drawing[:, :, :3].max() == 0
    assert set(np.unique(drawing[:, :, 3])) >= {0, 255}


def test_every_drawn_digit_is_found():
    generator = np.random.default_rng(5)
    for label in range(10):
        for _ in range(5):
            assert digit(digits.render(label, generator)).max() == 255


def test_the_garment_is_found_on_its_ground():
    """Mean overlap with the true outline over thirty photos, worn garments and flash among them; the whole picture: under 0.4."""
    generator, overlaps = np.random.default_rng(6), []
    for label in range(10):
        for _ in range(3):
            photo = garments.compose(label, generator)
            found = foreground.foreground(photo.picture)
            true = np.asarray(photo.where.resize(found.shape[::-1], Image.Resampling.BOX)) > 127
            overlaps.append((found & true).sum() / (found | true).sum())
    assert np.mean(overlaps) > 0.88


def test_a_distance_of_a_class_counts_in_its_own_spread_and_a_tied_one_in_the_mean_spread():
    generator, labels = torch.Generator().manual_seed(0), torch.arange(10).repeat(2_000)
    spread = torch.where(labels == 0, 3.0, 1.0)[:, None]
    features = (spread * torch.randn(len(labels), 2, generator=generator) + 100 * labels[:, None]).double()
    off = torch.tensor([[-6.0, 0.0]]).double()
    assert scores.distance(features, labels, tied=False)(off).item() == pytest.approx(6**2 / 9, rel=0.1)
    assert scores.distance(features, labels, tied=True)(off).item() == pytest.approx(6**2 / 1.8, rel=0.1)
