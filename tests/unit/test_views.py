"""Views of the training images: blended with neighbours, changed by an augmentation, the same numbers for the same generator."""

from dataclasses import replace

import pytest
import torch

from zoo import views
from zoo.recipes import RECIPES

PLAIN = replace(RECIPES["lenet5-fashion-mnist"], augment="")


def pictures(n: int) -> torch.Tensor:
    return torch.randint(0, 256, (n, 28, 28), generator=torch.Generator().manual_seed(n), dtype=torch.uint8)


def numbers(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_the_nearest_are_those_of_a_search_through_all_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "CHUNK", 7)
    images = pictures(40)  # of rank 39: the components hold everything
    distances = torch.cdist(*[images.flatten(1).double()] * 2)
    distances.fill_diagonal_(torch.inf)
    assert torch.equal(views.nearest(images, 3).long(), distances.topk(3, largest=False).indices)


def test_a_copy_of_an_image_is_its_nearest(datasets: dict) -> None:
    from zoo import data

    images = data.load("fashion-mnist", "test")[0][:3_000]
    found = views.nearest(torch.cat([images, images.flip(0)]), 1).squeeze(1)
    assert (found == torch.arange(6_000).flip(0)).float().mean() > 0.99


def test_blended_images_lie_in_the_nearer_half_of_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "CHUNK", 3)
    images = torch.zeros(8, 28, 28, dtype=torch.uint8)
    images[4:] = 200
    neighbours = torch.tensor([[4, 5]] * 4 + [[0, 1]] * 4, dtype=torch.int32)
    blended = views.blended(images, neighbours, numbers())
    assert blended.dtype == torch.uint8
    shares = blended[:, 0, 0].float() / 200
    assert (blended == blended[:, :1, :1]).all()
    assert shares[:4].max() <= 0.5 <= shares[4:].min()
    assert len(shares.unique()) == 8


def test_every_neighbour_gets_a_turn() -> None:
    images = torch.zeros(600, 28, 28, dtype=torch.uint8)
    images[:, 0, :3] = torch.eye(3).repeat(200, 1).byte() * 255
    neighbours = torch.tensor([0, 1, 2]).repeat(600, 1)
    blended = views.blended(images, neighbours, numbers())
    assert (blended[:, 0, :3].float().mean(0) > 60).all()
    assert (blended[0::3, 0, 1] > 0).float().mean() == pytest.approx(1 / 3, abs=0.1)


def test_a_view_without_neighbours_or_augmentation_is_the_images() -> None:
    images = pictures(9)
    view = views.draw(PLAIN, images, numbers())
    assert torch.equal(view(torch.tensor([4, 2])), images[[4, 2]])


@pytest.mark.parametrize("neighbours", [None, torch.tensor([[1], [2], [0]])], ids=["alone", "blended"])
def test_one_seed_one_view(neighbours: torch.Tensor | None) -> None:
    images, rows = pictures(3), torch.arange(3)
    recipe = replace(PLAIN, augment="clothes")
    a, b, other = (views.draw(recipe, images, numbers(seed), neighbours)(rows) for seed in (1, 1, 2))
    assert torch.equal(a, b)
    assert not torch.equal(a, other)
