"""The matrix products that a network consists of, and how fast this machine is at them: what a speed is compared with."""

import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from zoo.fast.functions import product


def timed(function: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


def shapes(model: nn.Module, batch: int = 1) -> list[tuple[int, int, int]]:
    """Return (m, k, n) of the products (m, k) by (k, n) that a batch takes, in order: a convolution's is its unfolded one."""
    sizes: list[tuple[int, int, int]] = []

    def note(module: Any, inputs: Any, output: Tensor) -> None:
        sizes.append((output.numel() // output.shape[1], module.weight[0].numel(), output.shape[1]))

    hooks = [m.register_forward_hook(note) for m in model.modules() if isinstance(m, nn.Linear | nn.Conv2d)]
    with torch.no_grad():
        model(torch.zeros(batch, 1, 28, 28))
    for hook in hooks:
        hook.remove()
    return sizes


def flops_per_image(model: nn.Module) -> dict[str, int]:
    """Return the floating-point operations of the matrix products for one image: {"forward": n, "training": m}.

    Training adds the gradient by the weights, and by the input of every layer but the first.
    """
    layers = [2 * m * k * n for m, k, n in shapes(model)]
    return {"forward": sum(layers), "training": 3 * sum(layers) - layers[0]}


def bare(model: nn.Module, batch: int) -> Callable[[], object]:
    """Return a function that does only the matrix products of a batch."""
    pairs = [(torch.rand(m, k), torch.rand(n, k)) for m, k, n in shapes(model, batch)]
    return lambda: [product(a, b) for a, b in pairs]


def matrix_rate(size: int = 1024, repeats: int = 10) -> float:
    """Return the fastest float32 matrix product seen on this machine, in operations a second, at the present threads."""
    a, b = torch.rand(size, size), torch.rand(size, size)
    ways = (lambda: a @ b, lambda: product(a, b))
    return 2 * size**3 / min(timed(way) for way in ways for _ in range(repeats))
