"""Drawn digits for training: what MNIST's pictures look like, always the same from the same seed, and fast."""

import pytest
import torch

from zoo.synthetic import digits
from zoo.synthetic.digit_strokes import WAYS


def _generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


EVERY = torch.arange(10).repeat(30)


def test_every_digit_is_light_on_dark_in_a_box_of_twenty() -> None:
    pictures = digits.draw(EVERY, _generator())
    assert pictures.shape == (300, 28, 28)
    assert pictures.dtype == torch.uint8
    inked = pictures > 127
    heights, widths = inked.any(2).sum(1), inked.any(1).sum(1)
    assert ((torch.maximum(heights, widths) - 20).abs() <= 2).all()
    share = inked.float().mean((1, 2))
    assert share.min() > 0.04
    assert share.max() < 0.4


def test_the_centre_of_mass_is_near_the_middle() -> None:
    weight = digits.draw(EVERY, _generator(), jitter=0).float()
    place = torch.arange(28.0)
    y = (weight.sum(2) * place).sum(1) / weight.sum((1, 2))
    x = (weight.sum(1) * place).sum(1) / weight.sum((1, 2))
    assert ((y - 13.5).abs() < 1.2).all()
    assert ((x - 13.5).abs() < 1).all()


def test_the_same_seed_draws_the_same_digits_and_another_seed_others() -> None:
    assert torch.equal(digits.draw(EVERY, _generator(3)), digits.draw(EVERY, _generator(3)))
    assert not torch.equal(digits.draw(EVERY, _generator(3)), digits.draw(EVERY, _generator(4)))


def test_digits_of_one_label_are_alike_and_of_two_are_not() -> None:
    """Nearest mean over templates tells nearly all digits apart: labels and shapes belong together."""
    means = digits.draw(torch.arange(10).repeat_interleave(200), _generator(1)).float().reshape(10, 200, -1).mean(1)
    drawn = digits.draw(EVERY, _generator(2), jitter=0.5).float().flatten(1)
    assert (torch.cdist(drawn, means).argmin(1) == EVERY).float().mean() > 0.8


def test_a_wider_pen_inks_more() -> None:
    thin, thick = (digits.draw(EVERY, _generator(), width=(w, w)).float().mean() for w in (1.6, 3.2))
    assert thick > 1.4 * thin


def test_no_labels_give_no_pictures() -> None:
    assert digits.draw(torch.zeros(0, dtype=torch.int64), _generator()).shape == (0, 28, 28)


@pytest.mark.parametrize("label", range(10))
def test_every_way_to_write_a_digit_is_drawn_without_gaps(label) -> None:
    for way in WAYS[label]:
        spline, keys, _ = digits._template(way)
        path = spline @ keys
        assert path.shape == (digits.POINTS, 2)
        jumps = path.diff(dim=0).norm(dim=1) * digits.BOX / (path.amax(0) - path.amin(0)).max()
        assert (jumps > 1.3).sum() <= len(way.strokes) - 1, "only between strokes does the pen leave the paper"
        for first, last in zip(way.strokes[0][:1], way.strokes[-1][-1:]):
            assert torch.allclose(path[[0, -1]], torch.tensor([first, last]).float(), atol=0.2)
