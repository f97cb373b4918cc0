"""Metrics against figures worked by hand."""

import pytest
import torch

from zoo import metrics


def test_accuracy_and_confusion() -> None:
    logits = torch.tensor([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]])
    labels = torch.tensor([0, 2])
    assert metrics.accuracy(logits, labels) == 0.5
    assert metrics.confusion(logits, labels) == [[0, 0, 1], [0, 0, 0], [0, 0, 1]]


def test_calibration_error_is_the_gap_between_confidence_and_accuracy() -> None:
    sure = torch.tensor([[0.9, 0.1]]).repeat(10, 1)
    labels = torch.tensor([0] * 6 + [1] * 4)
    assert metrics.expected_calibration_error(sure, labels) == pytest.approx(0.3, abs=1e-6)
    half = torch.tensor([[0.6, 0.4]]).repeat(10, 1)
    assert metrics.expected_calibration_error(half, labels) == pytest.approx(0.0, abs=1e-6)
    both = torch.tensor([[0.9, 0.1]] * 10 + [[0.6, 0.4]] * 10)
    labels = torch.tensor([0] * 6 + [1] * 4 + [0] * 9 + [1])
    assert metrics.expected_calibration_error(both, labels) == pytest.approx(0.3, abs=1e-6), (
        "too sure does not make up for too unsure"
    )


@pytest.mark.parametrize("true", [0.5, 1.0, 3.0])
def test_the_temperature_that_made_the_labels_is_found(true: float) -> None:
    generator = torch.Generator().manual_seed(0)
    logits = 3 * torch.randn(20_000, 10, generator=generator)
    labels = torch.multinomial(torch.softmax(logits / true, 1), 1, generator=generator).squeeze(1)
    assert metrics.fit_temperature(logits, labels) == pytest.approx(true, rel=0.05)


def test_mean_and_sample_standard_deviation() -> None:
    assert metrics.mean_and_std([1.0, 2.0, 3.0]) == (2.0, 1.0)
    assert metrics.mean_and_std([0.9]) == (0.9, 0.0)


def test_reliability_counts_each_answer_once_and_a_sure_liar_lies_below_the_diagonal() -> None:
    probabilities = torch.tensor([[0.95, 0.05], [0.95, 0.05], [0.25, 0.75]])
    bins = metrics.reliability(probabilities, torch.tensor([0, 1, 1]))
    assert [count for count, _, _ in bins] == [0, 0, 0, 0, 0, 0, 0, 1, 0, 2]
    assert bins[9][1:] == (0.95, 0.5)
    assert bins[7][1:] == (0.75, 1.0)
