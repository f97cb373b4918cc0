"""zoo.lab.drawing: changes do what their units say, and evidence sums to the logits."""

import numpy as np
import pytest
import torch

from zoo import architectures, data
from zoo.lab import drawing


def bar(rows: slice = slice(6, 22), columns: slice = slice(13, 15)) -> np.ndarray:
    """Return a picture of an upright bar."""
    image = np.zeros((28, 28), np.uint8)
    image[rows, columns] = 255
    return image


@pytest.mark.parametrize("change", drawing.CHANGES)
def test_zero_in_the_middle_changes_nothing(change: str) -> None:
    amounts = drawing.CHANGES[change]
    image = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
    pictures = drawing.changed(image, change, amounts)

    assert amounts[len(amounts) // 2] == 0
    assert pictures.shape == (17, 28, 28)
    assert pictures.dtype == np.uint8
    np.testing.assert_array_equal(pictures[8], image)


def test_a_quarter_turn_is_that_of_numpy() -> None:
    image = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)

    left, right = drawing.changed(image, "turn", [90, -90])

    np.testing.assert_allclose(left.astype(int), np.rot90(image), atol=1)
    np.testing.assert_allclose(right.astype(int), np.rot90(image, -1), atol=1)


def test_a_shift_moves_whole_pixels_to_the_right_and_leaves_dark_behind() -> None:
    left, right = drawing.changed(bar(), "shift", [-3, 5])

    np.testing.assert_array_equal(left, bar(columns=slice(10, 12)))
    np.testing.assert_array_equal(right, bar(columns=slice(18, 20)))


def test_thickening_adds_pixels_on_every_side_and_thinning_takes_them() -> None:
    thick, twice, half, thin = drawing.changed(bar(slice(6, 22), slice(12, 16)), "thicken", [1, 2, 0.5, -1])

    np.testing.assert_array_equal(thick, bar(slice(5, 23), slice(11, 17)))
    np.testing.assert_array_equal(twice, bar(slice(4, 24), slice(10, 18)))
    np.testing.assert_array_equal(thin, bar(slice(7, 21), slice(13, 15)))
    assert half[10, 11] == 128


def test_an_unknown_change_is_named() -> None:
    with pytest.raises(ValueError, match="unknown change 'melt'; expected one of turn, shift, thicken"):
        drawing.changed(bar(), "melt", [1])


def test_evidence_sums_to_the_logits() -> None:
    model = architectures.build("softmax")
    generator = torch.Generator().manual_seed(0)
    for parameter in model.parameters():
        parameter.data.normal_(generator=generator)
    image = np.random.default_rng(1).integers(0, 256, (28, 28), np.uint8)

    pixels, before = drawing.evidence(model, image, mean=0.13, std=0.31)

    logits = model(data.normalize(torch.tensor(image)[None], 0.13, 0.31))[0]
    np.testing.assert_allclose(pixels.sum((1, 2)) + before, logits.detach().numpy(), rtol=1e-4, atol=1e-3)
    assert (drawing.evidence(model, np.zeros((28, 28), np.uint8), mean=0.13, std=0.31)[0] == 0).all()
