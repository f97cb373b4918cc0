"""Convolution: sizes, a window sliding over numbers, kernels and pooling, parameter counts."""

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from zoo import functional as F

Array = NDArray[np.float64]

KERNELS: dict[str, Array] = {
    "identity": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]], dtype=np.float64),
    "vertical edges": np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=np.float64),
    "horizontal edges": np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]], dtype=np.float64),
    "all edges": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]], dtype=np.float64),
    "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]], dtype=np.float64),
    "blur": np.full((3, 3), 1 / 9),
    "gaussian blur": np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]) / 256,
}
"""Kernels worth seeing: Sobel's for edges in one direction, Laplace's for all, two blurs."""


class Step(NamedTuple):
    """One position of the window."""

    patch: Array
    """(k, k): the numbers under the window, zeros from the padding included."""
    products: Array
    """(k, k): times the kernel."""
    total: float
    """Their sum: the output at this position."""


def output_size(size: int, kernel: int, *, padding: int = 0, stride: int = 1, dilation: int = 1) -> int:
    """Return ⌊(n + 2p - d(k - 1) - 1) / s⌋ + 1, with p zeros on each side.

    For dilation 1 and P = 2p in all that is the notes' ⌊(n - k + P + s) / s⌋. Raises ValueError where the window doesn't
    fit or a value makes no sense.
    """
    if min(size, kernel, stride, dilation) < 1 or padding < 0:
        raise ValueError(
            f"size {size}, kernel {kernel}, stride {stride} and dilation {dilation} must be at least 1, "
            f"padding {padding} at least 0"
        )
    extent = dilation * (kernel - 1) + 1
    if extent > size + 2 * padding:
        raise ValueError(
            f"a window of {extent} doesn't fit into {size} + 2 · {padding}; use more padding, a smaller kernel or dilation"
        )
    return (size + 2 * padding - extent) // stride + 1


def same_padding(kernel: int, dilation: int = 1) -> int:
    """Return the padding on each side that keeps the size at stride 1, for odd kernels."""
    return dilation * (kernel - 1) // 2


def _dilated(kernel: Array, dilation: int) -> Array:
    """Return a kernel (..., k, k) with dilation - 1 zeros between its rows and between its columns."""
    spread = np.zeros((*kernel.shape[:-2], *(dilation * (k - 1) + 1 for k in kernel.shape[-2:])))
    spread[..., ::dilation, ::dilation] = kernel
    return spread


def cross_correlate(
    x: ArrayLike,
    kernel: ArrayLike,
    *,
    padding: int = 0,
    stride: int = 1,
    dilation: int = 1,
    bias: ArrayLike | None = None,
) -> Array:
    """Return the cross-correlation, which deep learning calls convolution.

    x (H, W) with kernel (k, k) -> (H', W'); x (I, H, W) with kernel (O, I, k, k) -> (O, H', W'), bias (O,).
    Raises ValueError where the window doesn't fit.
    """
    image, weight = np.asarray(x, dtype=np.float64), np.asarray(kernel, dtype=np.float64)
    for size in image.shape[-2:]:
        output_size(size, weight.shape[-1], padding=padding, stride=stride, dilation=dilation)
    flat = image.ndim == 2
    kernels = torch.from_numpy(_dilated(weight, dilation))
    out = F.conv2d(
        torch.from_numpy(image[None, None] if flat else image[None]),
        kernels[None, None] if flat else kernels,
        None if bias is None else torch.as_tensor(np.asarray(bias, dtype=np.float64)),
        stride=stride,
        padding=padding,
    )[0]
    return (out[0] if flat else out).numpy()


def step(
    x: ArrayLike, kernel: ArrayLike, row: int, column: int, *, padding: int = 0, stride: int = 1, dilation: int = 1
) -> Step:
    """Return what happens at one output position: x (H, W), kernel (k, k); row and column count output positions."""
    weight = np.asarray(kernel, dtype=np.float64)
    padded = np.pad(np.asarray(x, dtype=np.float64), padding)
    extent = dilation * (len(weight) - 1) + 1
    top, left = row * stride, column * stride
    patch = padded[top : top + extent : dilation, left : left + extent : dilation]
    if patch.shape != weight.shape or min(row, column) < 0:
        raise ValueError(f"the window has no position ({row}, {column})")
    return Step(patch, patch * weight, float((patch * weight).sum()))


def pool(x: ArrayLike, size: int, kind: str, *, stride: int | None = None) -> Array:
    """Return the largest ("max") or mean ("average") number of each window, channel by channel.

    x (..., H, W) -> (..., H', W'); stride None: side by side, as usual.
    """
    if kind not in ("max", "average"):
        raise ValueError(f"unknown pooling {kind!r}; expected 'max' or 'average'")
    image = np.asarray(x, dtype=np.float64)
    pace = stride or size
    for length in image.shape[-2:]:
        output_size(length, size, stride=pace)
    windows = np.lib.stride_tricks.sliding_window_view(image, (size, size), axis=(-2, -1))[..., ::pace, ::pace, :, :]
    return windows.max(axis=(-2, -1)) if kind == "max" else windows.mean(axis=(-2, -1))


def conv_parameters(channels_in: int, channels_out: int, kernel: int, *, bias: bool = True) -> int:
    """Return how many numbers a convolution learns: (in k² + 1) out."""
    return (channels_in * kernel**2 + bias) * channels_out


def linear_parameters(features_in: int, features_out: int, *, bias: bool = True) -> int:
    """Return how many numbers a fully connected layer learns: (in + 1) out."""
    return (features_in + bias) * features_out


def bottleneck(channels_in: int, narrow: int, channels_out: int, kernel: int) -> int:
    """Return the parameters of a k x k convolution on `narrow` channels between two 1 x 1 ones."""
    inside = conv_parameters(channels_in, narrow, 1) + conv_parameters(narrow, narrow, kernel)
    return inside + conv_parameters(narrow, channels_out, 1)
