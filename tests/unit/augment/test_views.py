"""Views of the training images: changed by an augmentation, in the same way for the same generator."""

from dataclasses import replace

import torch

from zoo.augment import views
from zoo.recipes import RECIPES

PLAIN = replace(RECIPES["lenet5-fashion-mnist"], augment="")


def pictures(n: int) -> torch.Tensor:
    return torch.randint(0, 256, (n, 28, 28), generator=torch.Generator().manual_seed(n), dtype=torch.uint8)


def numbers(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_a_view_without_augmentation_is_the_images() -> None:
    images = pictures(9)
    view = views.sample(PLAIN.augmentation, images, numbers())
    assert torch.equal(view(torch.tensor([4, 2])), images[[4, 2]])


def test_one_seed_one_view() -> None:
    images, rows = pictures(3), torch.arange(3)
    recipe = replace(PLAIN, augment="clothes")
    a, b, other = (views.sample(recipe.augmentation, images, numbers(seed))(rows) for seed in (1, 1, 2))
    assert torch.equal(a, b)
    assert not torch.equal(a, other)
