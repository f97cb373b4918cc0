"""Activations, losses, dropout, convolution and pooling written from scratch: tensor operations only.

Every function is differentiable by autograd and agrees with its namesake in `torch.nn.functional`,
in value and gradient, also where the textbook formula would overflow.
"""

import torch
from torch import Tensor


def _magnitude(x: Tensor) -> Tensor:
    """Return |x| with derivative 1 at 0, so that functions built on it keep their slope there."""
    return torch.where(x >= 0, x, -x)


def _reduce(losses: Tensor, reduction: str) -> Tensor:
    """Apply `reduction` ("none", "mean" or "sum") to a tensor of losses of any shape."""
    if reduction == "none":
        return losses
    if reduction == "mean":
        return losses.mean()
    if reduction == "sum":
        return losses.sum()
    raise ValueError(f"unknown reduction {reduction!r}; expected 'none', 'mean' or 'sum'")


def relu(x: Tensor) -> Tensor:
    """Return max(0, x) elementwise; the derivative at 0 is 0. Any shape, float."""
    return torch.where(x > 0, x, torch.zeros_like(x))


def leaky_relu(x: Tensor, negative_slope: float = 0.01) -> Tensor:
    """Return x where positive, else `negative_slope` * x. Any shape, float."""
    return torch.where(x > 0, x, negative_slope * x)


def prelu(x: Tensor, weight: Tensor) -> Tensor:
    """Return max(0, x) + weight * min(0, x) with a learnt slope.

    x (N, C, ...) float; weight (1,), one slope for all, or (C,), one a channel.
    """
    if weight.numel() > 1:
        weight = weight.reshape(1, -1, *[1] * (x.dim() - 2))
    return torch.where(x > 0, x, weight * x)


def sigmoid(x: Tensor) -> Tensor:
    """Return 1 / (1 + exp(-x)) in (0, 1), without overflow at either end. Any shape, float."""
    z = torch.exp(-_magnitude(x))
    return torch.where(x >= 0, 1 / (1 + z), z / (1 + z))


def tanh(x: Tensor) -> Tensor:
    """Return (1 - exp(-2x)) / (1 + exp(-2x)) in (-1, 1), exact near 0 and without overflow. Any shape, float."""
    z = torch.expm1(-2 * _magnitude(x))
    t = -z / (2 + z)
    return torch.where(x >= 0, t, -t)


def softmax(x: Tensor, dim: int = -1) -> Tensor:
    """Return exp(x) / sum(exp(x)) along `dim`; the maximum is subtracted first, since exp(89) overflows float32."""
    return torch.exp(log_softmax(x, dim))


def log_softmax(x: Tensor, dim: int = -1) -> Tensor:
    """Return x - log(sum(exp(x))) along `dim`, finite for any finite x."""
    if x.numel() == 0:
        return x
    x = x - x.detach().amax(dim, keepdim=True)
    return x - torch.log(torch.exp(x).sum(dim, keepdim=True))


def dropout(x: Tensor, p: float, *, generator: torch.Generator | None = None, training: bool = True) -> Tensor:
    """Zero each element with probability p and scale the rest by 1 / (1 - p), so that the mean stays.

    x: any shape, float; p in [0, 1]; identity unless `training` (Srivastava et al. 2014, in its inverted form).
    """
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability {p} is outside [0, 1]")
    if not training or p == 0:
        return x
    if p == 1:
        return x * 0
    keep = torch.empty_like(x, requires_grad=False).bernoulli_(1 - p, generator=generator)
    return x * keep.div_(1 - p)


def _label_loss(
    log_probs: Tensor,
    labels: Tensor,
    weight: Tensor | None,
    ignore_index: int,
    reduction: str,
    label_smoothing: float = 0.0,
) -> Tensor:
    """Return the negative log probability of the labels; what nll_loss and cross_entropy share."""
    weighted = log_probs if weight is None else log_probs * weight
    if labels.is_floating_point():
        targets = labels * (1 - label_smoothing) + label_smoothing / log_probs.shape[1]
        losses = -(targets * weighted).sum(1)
        return losses.sum() / len(losses) if reduction == "mean" else _reduce(losses, reduction)
    counted = labels != ignore_index
    picked = torch.where(counted, labels, 0)
    losses = -weighted[torch.arange(len(labels), device=labels.device), picked]
    if label_smoothing:
        losses = (1 - label_smoothing) * losses - label_smoothing / log_probs.shape[1] * weighted.sum(1)
    losses = torch.where(counted, losses, 0.0)
    if reduction != "mean":
        return _reduce(losses, reduction)
    total = counted.sum() if weight is None else (weight[picked] * counted).sum()
    return losses.sum() / total


def nll_loss(
    log_probs: Tensor,
    labels: Tensor,
    *,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Tensor:
    """Return the negative log likelihood of the labels.

    log_probs (N, C) float; labels (N,) int64 in [0, C) or `ignore_index`; weight (C,), a factor for each class.
    The mean is over the labels' weights (not over N), as in PyTorch. -> scalar, or (N,) for "none".
    One-hot rows are refused with a ValueError, as `torch.nn.NLLLoss` refuses them.
    """
    if labels.is_floating_point() or labels.dim() != 1:
        raise ValueError(f"nll_loss takes class indices (N,) int64, not {labels.dtype} of shape {tuple(labels.shape)}")
    return _label_loss(log_probs, labels, weight, ignore_index, reduction)


def cross_entropy(
    logits: Tensor,
    labels: Tensor,
    *,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """Return the cross entropy between softmax(logits) and the labels.

    logits (N, C) float; labels (N,) int64 in [0, C) or `ignore_index`, or (N, C) float, a distribution a row;
    weight (C,), a factor for each class; label_smoothing in [0, 1] mixes the labels with the uniform
    distribution (Szegedy et al. 2016). -> scalar, or (N,) for "none".
    """
    return _label_loss(log_softmax(logits, dim=1), labels, weight, ignore_index, reduction, label_smoothing)


def mse_loss(prediction: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """Return the squared error (prediction - target)². Both of one shape, float."""
    return _reduce((prediction - target) ** 2, reduction)


def l1_loss(prediction: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """Return the absolute error |prediction - target|. Both of one shape, float."""
    return _reduce((prediction - target).abs(), reduction)


def huber_loss(prediction: Tensor, target: Tensor, *, delta: float = 1.0, reduction: str = "mean") -> Tensor:
    """Return e²/2 where |e| <= delta, else delta (|e| - delta/2), for e = prediction - target (Huber 1964)."""
    if delta <= 0:
        raise ValueError(f"Huber's delta is {delta}; expected a positive number")
    error = (prediction - target).abs()
    return _reduce(torch.where(error <= delta, error**2 / 2, delta * (error - delta / 2)), reduction)


def binary_cross_entropy(
    probabilities: Tensor, targets: Tensor, *, weight: Tensor | None = None, reduction: str = "mean"
) -> Tensor:
    """Return -(y log p + (1 - y) log(1 - p)); each log is cut off at -100, as in PyTorch, to stay finite.

    probabilities and targets of one shape, float, in [0, 1]; weight broadcasts over them.
    """
    log_p = torch.log(probabilities).clamp(min=-100)
    log_q = torch.log1p(-probabilities).clamp(min=-100)
    losses = -(targets * log_p + (1 - targets) * log_q)
    return _reduce(losses if weight is None else losses * weight, reduction)


def binary_cross_entropy_with_logits(
    logits: Tensor, targets: Tensor, *, weight: Tensor | None = None, reduction: str = "mean"
) -> Tensor:
    """Return the binary cross entropy of sigmoid(logits) as max(x, 0) - x y + log(1 + exp(-|x|)), which can't overflow.

    logits and targets of one shape, float, targets in [0, 1]; weight broadcasts over them.
    """
    losses = torch.where(logits >= 0, logits, 0.0) - logits * targets + torch.log1p(torch.exp(-_magnitude(logits)))
    return _reduce(losses if weight is None else losses * weight, reduction)


def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return x Wᵀ + b. x (..., I), weight (O, I), bias (O,) -> (..., O)."""
    y = x @ weight.T
    return y if bias is None else y + bias


def _windows(x: Tensor, size: int, stride: int) -> Tensor:
    """Return a view of all windows of a feature map. x (N, C, H, W) -> (N, C, H', W', size, size)."""
    return x.unfold(2, size, stride).unfold(3, size, stride)


def pad2d(x: Tensor, padding: int) -> Tensor:
    """Surround each feature map with `padding` rows and columns of zeros. x (N, C, H, W) -> (N, C, H + 2p, W + 2p)."""
    if padding == 0:
        return x
    n, c, h, w = x.shape
    padded = x.new_zeros(n, c, h + 2 * padding, w + 2 * padding)
    padded[:, :, padding : padding + h, padding : padding + w] = x
    return padded


def conv2d(x: Tensor, weight: Tensor, bias: Tensor | None = None, *, stride: int = 1, padding: int = 0) -> Tensor:
    """Return the cross-correlation of feature maps with square kernels: windows unfolded, then one matrix product.

    x (N, I, H, W), weight (O, I, k, k), bias (O,) -> (N, O, H', W') with H' = (H + 2 padding - k) // stride + 1.
    """
    size = weight.shape[-1]
    windows = _windows(pad2d(x, padding), size, stride)
    n, _, h, w = windows.shape[:4]
    columns = windows.permute(0, 2, 3, 1, 4, 5).reshape(n * h * w, weight[0].numel())
    y = linear(columns, weight.flatten(1), bias)
    return y.reshape(n, h, w, len(weight)).permute(0, 3, 1, 2)


def avg_pool2d(x: Tensor, kernel_size: int) -> Tensor:
    """Return the mean of each kernel_size x kernel_size window, side by side. x (N, C, H, W) -> (N, C, H // k, W // k)."""
    return _windows(x, kernel_size, kernel_size).mean((-2, -1))


def max_pool2d(x: Tensor, kernel_size: int) -> Tensor:
    """Return the largest of each kernel_size x kernel_size window, side by side. x (N, C, H, W) -> (N, C, H // k, W // k)."""
    return _windows(x, kernel_size, kernel_size).amax((-2, -1))


def resize_matrix(size_in: int, size_out: int, *, dtype: torch.dtype = torch.float32) -> Tensor:
    """Return A (size_out, size_in) such that A x Aᵀ is x (size_in, size_in) resized bilinearly, pixel centres aligned."""
    centres = ((torch.arange(size_out, dtype=dtype) + 0.5) * size_in / size_out - 0.5).clamp(0, size_in - 1)
    distance = (centres[:, None] - torch.arange(size_in, dtype=dtype)[None, :]).abs()
    return (1 - distance).clamp(min=0)
