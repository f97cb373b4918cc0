"""Familiarity: held-out pictures stay below the threshold, patterns that no garment or digit shows do not."""

import numpy as np
import pytest
import torch

import zoo
from zoo import data, familiarity

PATTERNS = {
    "stripes": np.tile(np.array([0, 0, 255, 255], np.uint8), (28, 7)),
    "noise": np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8),
    "full": np.full((28, 28), 255, np.uint8),
    "checks": np.kron(np.indices((7, 7)).sum(0) % 2, np.full((4, 4), 255)).astype(np.uint8),
}


def test_a_share_of_the_fitted_pictures_stays_below_the_threshold() -> None:
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(1_000) % 3
    described = (8 * torch.eye(3)[labels] + torch.randn(1_000, 3, generator=generator)).double()
    familiar = familiarity.fit(described, labels, 0.99)
    assert familiar.includes(described).double().mean().item() == pytest.approx(0.99, abs=0.002)
    between, beyond = torch.full((1, 3), 2.6).double(), torch.tensor([[40.0, 0.0, 0.0]]).double()
    for strange in (between, beyond):
        assert not familiar.includes(strange)


@pytest.mark.parametrize("name", ["lenet5-mnist", "lenet5-fashion-mnist"])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_are_unfamiliar(name: str, pattern: str) -> None:
    assert not zoo.load(name).read(PATTERNS[pattern])[1]


@pytest.mark.parametrize("name", ["lenet5-mnist", "lenet5-fashion-mnist"])
def test_test_images_are_familiar(name: str, datasets: dict) -> None:
    classifier = zoo.load(name)
    images = data.load(classifier.config.dataset, "test")[0][:300].numpy()
    assert sum(classifier.is_familiar(image) for image in images) >= 285
