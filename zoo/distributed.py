"""Data-parallel training: what the workers of one run share, through torch.distributed (gloo on CPUs, nccl on GPUs).

Every worker draws the same numbers, takes its own rows of each batch, and adds its gradients to the others', so that a run
of several workers is the run of one up to the order of sums.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import torch
from torch import Tensor
from torch import distributed as dist

TIMEOUT = timedelta(seconds=120)
"""How long a worker waits for the others before it gives the run up."""


@dataclass(frozen=True)
class World:
    """One worker's place among `size` workers; rank 0 writes and shows progress."""

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        return self.rank == 0

    def shard(self, rows: Tensor) -> Tensor:
        """Return this worker's rows; the shards are disjoint and together are all rows."""
        return rows if self.size == 1 else rows[self.rank :: self.size]

    def sum_gradients(self, parameters: Iterable[Tensor]) -> None:
        """Replace each gradient by its sum over the workers, in one message."""
        if self.size == 1:
            return
        parameters = list(parameters)
        gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in parameters]
        flat = torch.cat([g.flatten() for g in gradients])
        dist.all_reduce(flat)
        for p, gradient, summed in zip(parameters, gradients, flat.split([g.numel() for g in gradients])):
            p.grad = summed.view_as(gradient)

    def sum(self, values: Tensor) -> Tensor:
        """Return the elementwise sum over the workers of a tensor of one shape on all."""
        if self.size > 1:
            dist.all_reduce(values)
        return values

    def wait(self) -> None:
        """Return once every worker has come here."""
        if self.size > 1:
            dist.barrier()


ALONE = World()


@contextmanager
def world(device: torch.device) -> Iterator[World]:
    """Join the workers that torchrun started, or be alone where it did not. device: where the gradients are."""
    if "WORLD_SIZE" not in os.environ:
        yield ALONE
        return
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo", timeout=TIMEOUT)
    try:
        yield World(dist.get_rank(), dist.get_world_size())
    finally:
        dist.destroy_process_group()
