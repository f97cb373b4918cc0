"""Networks computed in the way that a CPU is fast at: the same functions of the same parameters as in `zoo.models`.

A network says in `stages` which layers it consists of. Each layer, or sequence of layers known here, is computed by its fast
version in `zoo.fast.functions`, and any other by itself, so that a new architecture needs nothing here.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from zoo import models
from zoo.fast import functions

Step = Callable[[Tensor], Tensor]

SMALL = 144
"""Pixels of a map up to which it is pooled faster by a product with a matrix than by PyTorch's pooling."""


def serves(model: Any, device: torch.device) -> bool:
    """Tell whether a model is computed quicker here than by itself: on a CPU, if it says what its layers are."""
    if device.type != "cpu" or not isinstance(model, models.Network) or type(model).stages is models.Network.stages:
        return False
    return all(_is_plain(layer) for layer in layers_of(model) if isinstance(layer, nn.Conv2d))


def forward(model: Any, device: torch.device) -> Step:
    """Return the fastest way to compute a model's logits on a device: the model itself where nothing here serves it."""
    return chain(layers_of(model)) if serves(model, device) else model


def layers_of(model: models.Network) -> list[nn.Module]:
    """Return a network's layers in the order in which an image passes them."""
    return [layer for stage in model.stages().values() for layer in stage]


def chain(layers: Sequence[nn.Module], *, of_images: bool = True) -> Step:
    """Return what a sequence of layers makes of a float32 tensor, each the fast way. of_images: nothing comes before them."""
    steps: list[Step] = []
    while layers:
        count, step = _step(layers, of_images)
        of_images = of_images and not any(True for layer in layers[:count] for _ in layer.parameters())
        layers = layers[count:]
        steps.append(step)

    def call(x: Tensor) -> Tensor:
        for step in steps:
            x = step(x)
        return x

    return call


def _step(layers: Sequence[nn.Module], of_images: bool) -> tuple[int, Step]:
    """Return how many of the next layers are computed in one step, and the step. of_images: no layer before had parameters."""
    layer, *after = layers
    relu = bool(after) and isinstance(after[0], nn.ReLU)
    if isinstance(layer, nn.Linear):
        return 1 + relu, _affine(layer, relu)
    if isinstance(layer, nn.Conv2d) and _is_plain(layer):
        if of_images and relu and after[1:] and _halves(after[1]):
            return 3, _pooled_convolution(layer)
        return 1 + relu, _convolution(layer, relu)
    if isinstance(layer, nn.AvgPool2d) and _halves(layer):
        return 1, _pooling(layer)
    if isinstance(layer, nn.Upsample) and of_images and (layer.mode, layer.align_corners) == ("bilinear", False):
        return 1, _resizing(layer)
    return 1, layer


def _is_plain(layer: nn.Conv2d) -> bool:
    """Tell whether a convolution is one of whole square windows, without padding."""
    settings = layer.stride, layer.padding, layer.dilation, layer.groups
    square = layer.kernel_size[0] == layer.kernel_size[1]
    return settings == ((1, 1), (0, 0), (1, 1), 1) and square and layer.bias is not None


def _halves(layer: nn.Module) -> bool:
    """Tell whether a layer averages 2 x 2 neighbours."""
    if not isinstance(layer, nn.AvgPool2d):
        return False
    pair = {2, (2, 2)}
    return layer.kernel_size in pair and layer.stride in pair and layer.padding in (0, (0, 0)) and not layer.ceil_mode


def _affine(layer: nn.Linear, relu: bool) -> Step:
    def step(x: Tensor) -> Tensor:
        y = functions.Affine.apply(x, layer.weight, layer.bias) if x.dim() == 2 else layer(x)
        return y.relu() if relu else y

    return step


def _pooled_convolution(layer: nn.Conv2d) -> Step:
    def step(x: Tensor) -> Tensor:
        if x.requires_grad:
            return nn.functional.avg_pool2d(layer(x).relu(), 2)
        return functions.PooledConvolution.apply(x, functions.corners(layer.weight), layer.bias.repeat(4))  # type: ignore[union-attr]

    return step


def _convolution(layer: nn.Conv2d, relu: bool) -> Step:
    def step(x: Tensor) -> Tensor:
        y = functions.Convolution.apply(x, layer.weight, layer.bias)
        return y.relu_() if relu else y

    return step


def _pooling(layer: nn.AvgPool2d) -> Step:
    def step(x: Tensor) -> Tensor:
        height, width = x.shape[2:]
        small = height * width <= SMALL and height % 2 == width % 2 == 0
        return functions.pool(x) if small else layer(x)

    return step


def _resizing(layer: nn.Upsample) -> Step:
    def step(x: Tensor) -> Tensor:
        known = isinstance(layer.size, tuple) and not x.requires_grad
        return functions.resize(x, *layer.size) if known else layer(x)  # type: ignore[misc]

    return step
