"""Teach a network's `Familiar` what it should know and what it should not, and measure how often it is right."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import torch
from torch import Tensor

from zoo import data, datasets, familiarity
from zoo.augment import views
from zoo.datasets import DataSet
from zoo.familiarity import Familiar
from zoo.recipes import AUGMENTS
from zoo.synthetic import strangers
from zoo.synthetic.letter_strokes import APART, TAUGHT

SHARE = 0.99
"""The share of validation images, and of newly drawn digits or garments, that stays below the threshold."""
AN_EPOCH, MOST = 1_000, 12_000
"""Training images that are taken for each epoch that a run has had, and at most: a short trial does not wait long for this."""
MEASURED = 2_000
"""Pictures of each kind that the flag is measured on."""

Predict = Callable[[Tensor], Tensor]
"""Images uint8 (N, 28, 28) -> logits (N, 10)."""


@dataclass(frozen=True)
class Material:
    """Pictures uint8 (N, 28, 28) that a data set's networks should know, and that they should not."""

    known: Tensor
    strange: Tensor


def fit(predict: Predict, row: DataSet, epochs: int) -> Familiar:
    """Return what is familiar to a network that had so many epochs of training on a data set."""
    material = _material(row.name, min(MOST, AN_EPOCH * epochs))
    described = [familiarity.features(images, predict(images)) for images in (material.known, material.strange)]
    familiar = familiarity.fit(described[0], described[1], torch.Generator().manual_seed(0))
    held_out = data.load(row.name, "validation")[0], _drawn(row, 1, MEASURED)
    limits = [familiar.strangeness(images, predict(images)).quantile(SHARE).item() for images in held_out]
    return replace(familiar, threshold=max(limits))


def flagged(familiar: Familiar, predict: Predict, row: DataSet) -> dict[str, float]:
    """Return the share of each kind of picture, none of them used in fitting, that is flagged as unlike what is known.

    "test" are the test images of the data set, "drawn" digits or garments drawn by code: both should be known. "letters" are
    drawn letters and signs of kinds that were never shown in fitting.
    """
    generator = torch.Generator().manual_seed(2)
    test = data.load(row.name, "test")[0]
    kinds = {
        "test": test,
        "drawn": _drawn(row, 3, MEASURED),
        "letters": strangers.letters(MEASURED, generator, APART),
        "other": _drawn(_other(row), 3, MEASURED),
        "noise": strangers.noise(MEASURED, generator),
        "blank": strangers.blanks(MEASURED, generator),
        "turned": strangers.turned(test[:MEASURED], generator),
    }
    return {
        kind: round((familiar.strangeness(images, predict(images)) > familiar.threshold).double().mean().item(), 4)
        for kind, images in kinds.items()
    }


def _drawn(row: DataSet, seed: int, count: int) -> Tensor:
    return row.draw(torch.arange(count) % len(row.labels), torch.Generator().manual_seed(seed))


def _other(row: DataSet) -> DataSet:
    """Return a data set of other kinds of picture."""
    return next(other for other in datasets.DATASETS.values() if other is not row)


@lru_cache(2)
def _material(name: str, count: int) -> Material:
    """Return what the networks of a data set are taught on; the same for all that were trained as long."""
    row, generator = datasets.find(name), torch.Generator().manual_seed(0)
    images = data.load(name, "train")[0]
    some = images[torch.randperm(len(images), generator=generator)[:count]]
    count = len(some)
    changed = views.sample(AUGMENTS[row.varied], some, generator)
    varied = [changed(rows).round().clamp(0, 255).to(torch.uint8) for rows in torch.arange(count).split(1_000)]
    strange = [
        strangers.letters(3 * count // 2, generator, TAUGHT),
        strangers.scribbles(count // 6, generator),
        strangers.several(count // 4, generator),
        strangers.noise(count // 4, generator),
        strangers.patterns(count // 6, generator),
        strangers.blanks(count // 12, generator),
        strangers.turned(some[: count // 4], generator),
        _drawn(_other(row), 0, count // 2),
    ]
    return Material(torch.cat([some, *varied, _drawn(row, 0, count)]), torch.cat(strange))
