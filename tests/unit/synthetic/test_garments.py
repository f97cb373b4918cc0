"""Sketched clothes for training: light on black, filling the frame, the same from a seed, told apart by their shapes."""

from functools import cache

import pytest
import torch

from zoo.synthetic import garments

EVERY = torch.arange(10).repeat(40)


def _generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@cache
def _pictures() -> torch.Tensor:
    return garments.draw(EVERY, _generator())


def test_every_garment_is_light_on_black_and_fills_the_frame() -> None:
    assert _pictures().shape == (400, 28, 28)
    assert _pictures().dtype == torch.uint8
    cloth = _pictures() > 10
    longer = torch.maximum(cloth.any(2).sum(1), cloth.any(1).sum(1))
    assert (longer >= 27).all()
    assert (_pictures()[:, :2, :2] == 0).float().mean() > 0.8
    assert _pictures().amax((1, 2)).min() > 30


def test_the_garment_is_in_the_middle() -> None:
    cloth = _pictures() > 10
    for across in (cloth.any(1), cloth.any(2)):
        first, last = across.byte().argmax(1), 27 - across.flip(1).byte().argmax(1)
        assert ((first + last - 27).abs() <= 2).all()


def test_the_same_seed_sketches_the_same_and_another_seed_others() -> None:
    assert torch.equal(garments.draw(EVERY, _generator()), _pictures())
    assert not torch.equal(garments.draw(EVERY, _generator(1)), _pictures())


def test_labels_stand_for_their_shapes() -> None:
    """What each label's outline must be like, on average."""
    cloth = (_pictures() > 10).float()
    width, height = cloth.amax(1).sum(1), cloth.amax(2).sum(1)
    ratio = torch.stack([(width / height)[label == EVERY].mean() for label in range(10)])
    t_shirt, trouser, pullover, dress, coat = ratio[:5]
    assert trouser < 0.7, "trousers are long and narrow"
    assert dress < 0.8
    assert pullover > coat, "a coat is longer than a pullover"
    assert t_shirt > 0.8
    legs = cloth[EVERY == 1][:, 24, 13:15].mean()
    body = cloth[EVERY == 0][:, 24, 13:15].mean()
    assert legs < 0.5 < body, "between the legs there is ground"


def test_nearest_mean_tells_most_sketches_apart() -> None:
    means = (
        garments.draw(torch.arange(10).repeat_interleave(200), _generator(1))
        .gt(10)
        .float()
        .reshape(10, 200, -1)
        .mean(1)
    )
    guessed = torch.cdist(_pictures().gt(10).float().flatten(1), means).argmin(1)
    assert (guessed == EVERY).float().mean() > 0.4


@pytest.mark.parametrize("count", [0, 1, 300])
def test_any_number_of_labels_is_sketched(count) -> None:
    assert garments.draw(torch.arange(count) % 10, _generator()).shape == (count, 28, 28)
