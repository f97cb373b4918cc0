"""zoo.lab.convolution against torch.nn: sizes, windows, pooling, counts, and LeNet-5 from within."""

import itertools

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from zoo.lab import convolution

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("size", "kernel", "padding", "stride", "dilation"),
    list(itertools.product([7, 12], [1, 2, 3, 5], [0, 2], [1, 2, 3], [1, 2])),
)
def test_output_size_is_that_of_pytorch_and_of_the_notes(
    size: int, kernel: int, padding: int, stride: int, dilation: int
) -> None:
    if dilation * (kernel - 1) + 1 > size + 2 * padding:
        with pytest.raises(ValueError, match="doesn't fit"):
            convolution.output_size(size, kernel, padding=padding, stride=stride, dilation=dilation)
        return
    out = convolution.output_size(size, kernel, padding=padding, stride=stride, dilation=dilation)
    conv = nn.Conv2d(1, 1, kernel, padding=padding, stride=stride, dilation=dilation)
    assert out == conv(torch.zeros(1, 1, size, size)).shape[-1]
    if dilation == 1:
        assert out == (size - kernel + 2 * padding + stride) // stride


@pytest.mark.parametrize("wrong", [{"padding": -1}, {"stride": 0}, {"dilation": 0}])
def test_sizes_that_make_no_sense_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be at least 1"):
        convolution.output_size(5, 3, **wrong)


@pytest.mark.parametrize(("padding", "stride", "dilation"), [(0, 1, 1), (2, 1, 2), (1, 2, 1), (3, 3, 2)])
def test_cross_correlation_is_that_of_pytorch(padding: int, stride: int, dilation: int) -> None:
    options = {"padding": padding, "stride": stride, "dilation": dilation}
    x, kernel, bias = RNG.normal(size=(3, 9, 8)), RNG.normal(size=(4, 3, 3, 3)), RNG.normal(size=4)
    expected = F.conv2d(torch.tensor(x)[None], torch.tensor(kernel), torch.tensor(bias), **options)[0]
    np.testing.assert_allclose(convolution.cross_correlate(x, kernel, bias=bias, **options), expected, atol=1e-12)

    plain = convolution.cross_correlate(x[0], kernel[0, 0], **options)
    steps = [[convolution.step(x[0], kernel[0, 0], i, j, **options).total for j in range(plain.shape[1])]
             for i in range(plain.shape[0])]  # fmt: skip
    np.testing.assert_allclose(plain, steps, atol=1e-12)


def test_a_window_shows_what_lies_under_it() -> None:
    x = np.arange(9.0).reshape(3, 3)
    step = convolution.step(x, [[0, 1], [2, 3]], 0, 0)
    np.testing.assert_array_equal(step.patch, [[0, 1], [3, 4]])
    np.testing.assert_array_equal(step.products, [[0, 1], [6, 12]])
    assert step.total == 19
    with pytest.raises(ValueError, match=r"no position \(0, 2\)"):
        convolution.step(x, [[0, 1], [2, 3]], 0, 2)
    with pytest.raises(ValueError, match=r"no position \(-1, 0\)"):
        convolution.step(x, [[0, 1], [2, 3]], -1, 0)


def test_a_window_too_large_is_refused() -> None:
    with pytest.raises(ValueError, match="window of 5 doesn't fit into 3"):
        convolution.cross_correlate(np.zeros((3, 3)), np.zeros((5, 5)))


@pytest.mark.parametrize("name", convolution.KERNELS)
def test_kernels_leave_a_plain_picture_plain_or_find_nothing_in_it(name: str) -> None:
    kernel = convolution.KERNELS[name]
    plain = convolution.cross_correlate(np.full((8, 8), 0.5), kernel)
    np.testing.assert_allclose(plain, 0 if "edges" in name else 0.5, atol=1e-12)
    x = np.zeros((8, 8))
    assert convolution.cross_correlate(x, kernel, padding=convolution.same_padding(len(kernel))).shape == x.shape


def test_edge_kernels_find_their_edges() -> None:
    step = np.zeros((6, 6))
    step[:, 3:] = 1
    assert np.abs(convolution.cross_correlate(step, convolution.KERNELS["vertical edges"])).max() == 4
    assert np.abs(convolution.cross_correlate(step, convolution.KERNELS["horizontal edges"])).max() == 0


@pytest.mark.parametrize(("size", "stride"), [(2, None), (3, 1), (3, 2)])
def test_pooling_is_that_of_pytorch(size: int, stride: int | None) -> None:
    x = RNG.normal(size=(3, 9, 8))
    tensor = torch.tensor(x)[None]
    np.testing.assert_allclose(convolution.pool(x, size, "max", stride=stride), F.max_pool2d(tensor, size, stride)[0])
    np.testing.assert_allclose(
        convolution.pool(x, size, "average", stride=stride), F.avg_pool2d(tensor, size, stride)[0]
    )
    with pytest.raises(ValueError, match="unknown pooling 'min'"):
        convolution.pool(x, size, "min")


def test_one_by_one_convolution_is_a_matrix_product_at_each_pixel() -> None:
    x, weight = RNG.normal(size=(5, 4, 4)), RNG.normal(size=(2, 5))
    expected = np.einsum("oi,ihw->ohw", weight, x)
    np.testing.assert_allclose(convolution.cross_correlate(x, weight[:, :, None, None]), expected)


def count(*layers: nn.Module) -> int:
    return sum(p.numel() for layer in layers for p in layer.parameters())


def test_parameter_counts_are_those_of_pytorch() -> None:
    assert convolution.conv_parameters(3, 8, 5) == count(nn.Conv2d(3, 8, 5))
    assert convolution.conv_parameters(3, 8, 5, bias=False) == count(nn.Conv2d(3, 8, 5, bias=False))
    assert convolution.linear_parameters(784, 10) == count(nn.Linear(784, 10))
    narrow = [nn.Conv2d(256, 64, 1), nn.Conv2d(64, 64, 3), nn.Conv2d(64, 256, 1)]
    assert convolution.bottleneck(256, 64, 256, 3) == count(*narrow)
