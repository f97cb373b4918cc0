"""Initialisation: what the parameters of a network are before training.

The schemes work on named tensors, so they serve from-scratch models and `nn.Module`s alike; every number is
drawn from the generator that is passed in, in the order of the parameters.
"""

import math
from collections.abc import Callable, Iterable

import torch
from torch import Tensor

Fill = Callable[[Tensor, int, int, torch.Generator], object]


def _uniform(tensor: Tensor, bound: float, generator: torch.Generator) -> None:
    tensor.uniform_(-bound, bound, generator=generator)


def _normal(tensor: Tensor, std: float, generator: torch.Generator) -> None:
    tensor.normal_(0.0, std, generator=generator)


SCHEMES: dict[str, Fill] = {
    "zeros": lambda w, fan_in, fan_out, g: w.zero_(),
    "normal-0.01": lambda w, fan_in, fan_out, g: _normal(w, 0.01, g),
    "normal-0.1": lambda w, fan_in, fan_out, g: _normal(w, 0.1, g),
    "normal-1": lambda w, fan_in, fan_out, g: _normal(w, 1.0, g),
    "xavier-uniform": lambda w, fan_in, fan_out, g: _uniform(w, math.sqrt(6 / (fan_in + fan_out)), g),
    "xavier-normal": lambda w, fan_in, fan_out, g: _normal(w, math.sqrt(2 / (fan_in + fan_out)), g),
    "he-uniform": lambda w, fan_in, fan_out, g: _uniform(w, math.sqrt(6 / fan_in), g),
    "he-normal": lambda w, fan_in, fan_out, g: _normal(w, math.sqrt(2 / fan_in), g),
    "pytorch": lambda w, fan_in, fan_out, g: _uniform(w, 1 / math.sqrt(fan_in), g),
}
"""Fills of a weight, by name: Glorot and Bengio 2010 (xavier), He et al. 2015 (he), `nn.Linear`'s own (pytorch)."""


def fans(weight: Tensor) -> tuple[int, int]:
    """Return (inputs, outputs) that meet in one unit. weight (O, I) or (O, I, k, k)."""
    window = weight[0, 0].numel()
    return weight.shape[1] * window, weight.shape[0] * window


@torch.no_grad()
def initialize(parameters: Iterable[tuple[str, Tensor]], scheme: str, generator: torch.Generator) -> None:
    """Fill named parameters in place: weights by `scheme`, biases with zeros ("pytorch": as their weights), and a
    normalisation's scales, which are the weights of one dimension, with ones.

    parameters: (name, tensor) with each "<layer>.weight" before its "<layer>.bias". Raises ValueError on an unknown scheme.
    """
    if scheme not in SCHEMES:
        raise ValueError(f"unknown initialisation {scheme!r}; expected one of {', '.join(SCHEMES)}")
    fan_in, fan_out = 1, 1
    for name, tensor in parameters:
        if name.endswith("weight") and tensor.dim() == 1:
            tensor.fill_(1.0)
            fan_in = 0
        elif name.endswith("weight"):
            fan_in, fan_out = fans(tensor)
            SCHEMES[scheme](tensor, fan_in, fan_out, generator)
        elif scheme == "pytorch" and fan_in:
            SCHEMES[scheme](tensor, fan_in, fan_out, generator)
        else:
            tensor.zero_()
