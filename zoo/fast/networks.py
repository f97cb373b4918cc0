"""The networks computed in the way that a CPU is fast at: the same functions of the same parameters as in `zoo.models`.

Affine layers go through oneDNN, whose float32 products use all vector lanes of any maker's CPU; PyTorch's own go through MKL,
which on some takes twice as long. In LeNet-5 resizing and pooling become products with fixed matrices, and the first convolution
computes the four neighbours that are then averaged as four groups of channels. Sums are taken in another order, so results
differ by rounding.
"""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

from zoo import models


def serves(model: Any, device: torch.device) -> bool:
    """Tell whether a model is computed quicker here than by itself: on a CPU, if its class is known."""
    return device.type == "cpu" and type(model) in FORWARD


def forward(model: Any, device: torch.device) -> Callable[[Tensor], Tensor]:
    """Return the fastest way to compute a model's logits on a device: the model itself where nothing here serves it."""
    return partial(FORWARD[type(model)], model) if serves(model, device) else model


def softmax(model: models.SoftmaxRegression, x: Tensor) -> Tensor:
    """Return the logits (N, 10) of softmax regression for float32 images (N, 1, 28, 28) on the CPU."""
    return _affine(model.linear, x.flatten(1))


def mlp(model: models.MLP, x: Tensor) -> Tensor:
    """Return the logits (N, 10) of a perceptron for float32 images (N, 1, 28, 28) on the CPU."""
    x = x.flatten(1)
    for layer, dropout in zip(model.layers, model.dropout):
        x = dropout(F.relu(_affine(layer, x)))
    return _affine(model.layers[-1], x)


def lenet5(model: models.LeNet5, x: Tensor) -> Tensor:
    """Return the logits (N, 10) of LeNet-5 for float32 images (N, 1, 28, 28) on the CPU."""
    rows = resizing()
    weight, bias = model.conv1.parameters()
    x = (rows @ product(x.reshape(-1, 28), rows).view(-1, 28, 32)).unsqueeze(1)  # (N, 1, 32, 32)
    x = _PooledConvolution.apply(x, _corners(weight), bias.repeat(4))  # (N, 6, 14, 14)
    x = F.relu(_Convolution.apply(x, model.conv2.weight, model.conv2.bias), inplace=True)
    x = _Affine.apply(x.reshape(-1, 100), _pooling(), None).view(-1, 400)
    return affine_layers(model, x)


def affine_layers(model: models.LeNet5, pooled: Tensor) -> Tensor:
    """Return the logits (N, 10) that LeNet-5's last three layers make of its pooled maps (N, 400)."""
    return _affine(model.fc3, F.relu(_affine(model.fc2, F.relu(_affine(model.fc1, pooled)))))


FORWARD: dict[type, Callable[[Any, Tensor], Tensor]] = {
    models.SoftmaxRegression: softmax,
    models.MLP: mlp,
    models.LeNet5: lenet5,
}


def product(a: Tensor, b: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return a bᵀ + bias by oneDNN where this PyTorch has it. a (m, k), b (n, k), bias (n,): float32, on the CPU."""
    if _has_onednn():
        return torch.ops.mkldnn._linear_pointwise(a, b, bias, "none", [], "")
    return F.linear(a, b, bias)


@cache
def _has_onednn() -> bool:
    return torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_linear_pointwise")


def _affine(layer: nn.Module, x: Tensor) -> Tensor:
    """Return what an `nn.Linear` makes of x (N, k)."""
    return _Affine.apply(x, layer.weight, layer.bias)


class _Affine(torch.autograd.Function):
    """`F.linear` by `product`, forwards and backwards."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        ctx.save_for_backward(x, weight)
        return product(x, weight, bias)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
        x, weight = ctx.saved_tensors
        for_input, for_weight, for_bias = ctx.needs_input_grad
        return (
            product(grad, weight.T) if for_input else None,
            product(grad.T, x.T) if for_weight else None,
            grad.sum(0) if for_bias else None,
        )


@cache
@torch.inference_mode(False)  # what inference makes could not be trained through
def resizing() -> Tensor:
    """Return the matrix (32, 28) that resizes a column of 28 pixels as `F.interpolate` does, bilinearly."""
    unit = torch.eye(28).view(1, 1, 28, 28)
    return F.interpolate(unit, size=(32, 28), mode="bilinear", align_corners=False).view(32, 28)


@cache
@torch.inference_mode(False)
def _pooling() -> Tensor:
    """Return the matrix (25, 100) that averages 2 x 2 neighbours of a flattened 10 x 10 map."""
    unit = torch.eye(100).view(100, 1, 10, 10)
    return F.avg_pool2d(unit, 2).view(100, 25).T.contiguous()


def _corners(weight: Tensor) -> Tensor:
    """Return kernels (4 c, 1, k + 1, k + 1) that hold `weight` (c, 1, k, k) in their four corners, zeros beside it."""
    return torch.cat([F.pad(weight, (right, 1 - right, down, 1 - down)) for down in (0, 1) for right in (0, 1)])


class _PooledConvolution(torch.autograd.Function):
    """avg_pool2d(relu(conv2d(x, weight, bias)), 2) for the first layer: x (N, 1, h, w) has no gradient.

    One convolution with stride 2 and windows of k + 1 computes the four neighbours of each mean: four groups of channels,
    each with the k x k kernel in another corner of the window. Their mean is then over whole rows of memory.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, corners: Tensor, bias: Tensor) -> Tensor:
        neighbours = F.conv2d(x, corners, bias, stride=2).relu_()
        ctx.save_for_backward(x, corners, neighbours)
        return neighbours.unflatten(1, (4, -1)).sum(1).mul_(0.25)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[None, Tensor, Tensor]:
        x, corners, neighbours = ctx.saved_tensors
        each = neighbours.unflatten(1, (4, -1))
        shared = (grad * 0.25).unsqueeze(1).expand_as(each)
        masked = torch.ops.aten.threshold_backward(shared, each, 0).flatten(1, 2)
        return _gradients(masked, x, corners, 2, (False, True, True))


class _Convolution(torch.autograd.Function):
    """`F.conv2d` whose gradient by the weights is taken in channels_last, where it is 3 times faster, and by the input is not."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        ctx.save_for_backward(x, weight)
        return F.conv2d(x, weight, bias)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x, weight = ctx.saved_tensors
        last = torch.channels_last
        by_input = _gradients(grad, x, weight, 1, (True, False, False))[0]
        by_weight = _gradients(grad.to(memory_format=last), x.to(memory_format=last), weight, 1, (False, True, True))
        return by_input, *by_weight[1:]


def _gradients(grad: Tensor, x: Tensor, weight: Tensor, stride: int, wanted: tuple[bool, bool, bool]) -> Any:
    """Return the gradients of a convolution's output by its input, weight and bias, None for those not wanted."""
    return torch.ops.aten.convolution_backward(
        grad, x, weight, [len(weight)], [stride] * 2, [0, 0], [1, 1], False, [0, 0], 1, wanted
    )
