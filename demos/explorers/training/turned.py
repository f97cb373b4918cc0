"""Which test images an epoch of training turned from wrong to right, and which the other way."""

from typing import NamedTuple

import torch
from torch import Tensor

from zoo import train
from zoo.metrics import predict

WATCHED = 500
"""The first so many test images are looked at."""


class Turned(NamedTuple):
    """What an epoch changed: the places of images that are read rightly, or wrongly, now and were not before."""

    right: list[int]
    wrong: list[int]
    reads: Tensor
    """What the network reads in each of them now, int64 (N,)."""


def turned(run: train.Run, images: Tensor, labels: Tensor, before: Turned | None) -> Turned:
    """Return what the newest epoch changed. images uint8 (N, 28, 28), labels int64 (N,); before: what the one before did."""
    with torch.inference_mode():
        reads = predict(run.model.eval(), images, **run.recipe.preprocessing).argmax(1)
    old = torch.zeros_like(labels, dtype=torch.bool) if before is None else before.reads == labels
    now = reads == labels
    return Turned((now & ~old).nonzero()[:, 0].tolist(), (old & ~now).nonzero()[:, 0].tolist(), reads)
