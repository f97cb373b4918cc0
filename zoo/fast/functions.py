"""Layers as a CPU is fast at them: autograd functions of the same inputs and parameters as PyTorch's own.

Affine layers go through oneDNN, whose float32 products use all vector lanes of any maker's CPU; PyTorch's own go through MKL,
which on some takes twice as long. Resizing and pooling of small maps become products with fixed matrices. Sums are taken in
another order, so results differ by rounding.
"""

from functools import cache
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F


def product(a: Tensor, b: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return a bᵀ + bias by oneDNN where this PyTorch has it. a (m, k), b (n, k), bias (n,): float32, on the CPU."""
    if has_onednn():
        return torch.ops.mkldnn._linear_pointwise(a, b, bias, "none", [], "")
    return F.linear(a, b, bias)


@cache
def has_onednn() -> bool:
    """Tell whether PyTorch's operation for an affine layer by oneDNN is there and does what is expected of it.

    It is no public one: another version may take other arguments, or mean something else by them.
    """
    if not torch.backends.mkldnn.is_available():
        return False
    a, b, bias = torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, 4.0], [5.0, 6.0]]), torch.tensor([10.0, -20.0])
    try:
        result = torch.ops.mkldnn._linear_pointwise(a, b, bias, "none", [], "")
    except (AttributeError, RuntimeError, TypeError, NotImplementedError):
        return False
    return isinstance(result, Tensor) and torch.equal(result, F.linear(a, b, bias))


class Affine(torch.autograd.Function):
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
def resizing(before: int, after: int) -> Tensor:
    """Return the matrix (after, before) that resizes a column of pixels as `F.interpolate` does, bilinearly."""
    unit = torch.eye(before).view(1, 1, before, before)
    return F.interpolate(unit, size=(after, before), mode="bilinear", align_corners=False).view(after, before)


def resize(x: Tensor, height: int, width: int) -> Tensor:
    """Return images (N, C, h, w) resized bilinearly to (N, C, height, width), by two products; they take no gradient."""
    rows, columns = resizing(x.shape[2], height), resizing(x.shape[3], width)
    wide = product(x.reshape(-1, x.shape[3]), columns).view(-1, x.shape[2], width)
    return (rows @ wide).view(*x.shape[:2], height, width)


@cache
@torch.inference_mode(False)
def pooling(height: int, width: int) -> Tensor:
    """Return the matrix (h w / 4, h w) that averages 2 x 2 neighbours of a flattened map of even sides."""
    unit = torch.eye(height * width).view(-1, 1, height, width)
    return F.avg_pool2d(unit, 2).view(height * width, -1).T.contiguous()


def pool(x: Tensor) -> Tensor:
    """Return the means of 2 x 2 neighbours of maps (N, C, h, w) of even sides, by a product."""
    n, channels, height, width = x.shape
    means = Affine.apply(x.reshape(-1, height * width), pooling(height, width), None)
    return means.view(n, channels, height // 2, width // 2)


def corners(weight: Tensor) -> Tensor:
    """Return kernels (4 c, d, k + 1, k + 1) that hold `weight` (c, d, k, k) in their four corners, zeros beside it."""
    return torch.cat([F.pad(weight, (right, 1 - right, down, 1 - down)) for down in (0, 1) for right in (0, 1)])


class PooledConvolution(torch.autograd.Function):
    """avg_pool2d(relu(conv2d(x, weight, bias)), 2) for the first layer: x (N, d, h, w) has no gradient.

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


class Convolution(torch.autograd.Function):
    """`F.conv2d` whose gradient by the weights is taken in channels_last, where it is 3 times faster, and by the input is not."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        ctx.save_for_backward(x, weight)
        return F.conv2d(x, weight, bias)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, Tensor, Tensor]:
        x, weight = ctx.saved_tensors
        last = torch.channels_last
        by_input = _gradients(grad, x, weight, 1, (True, False, False))[0] if ctx.needs_input_grad[0] else None
        by_weight = _gradients(grad.to(memory_format=last), x.to(memory_format=last), weight, 1, (False, True, True))
        return by_input, *by_weight[1:]


def _gradients(grad: Tensor, x: Tensor, weight: Tensor, stride: int, wanted: tuple[bool, bool, bool]) -> Any:
    """Return the gradients of a convolution's output by its input, weight and bias, None for those not wanted."""
    return torch.ops.aten.convolution_backward(
        grad, x, weight, [len(weight)], [stride] * 2, [0, 0], [1, 1], False, [0, 0], 1, wanted
    )
