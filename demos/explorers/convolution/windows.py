"""A window that slides over numbers: convolution and pooling, position by position."""

import numpy as np

from demos.frame import grids
from demos.frame.figures import number
from demos.frame.language import T
from demos.frame.layout import View
from zoo.lab import convolution as lab

INPUT, OUTPUT = T("Input", "输入"), T("Output", "输出")


def output_size(n: int, k: int, padding: int, stride: int, dilation: int) -> int:
    """Return the size of a convolution's output. Raises ValueError, in both languages, where the window doesn't fit."""
    extent = dilation * (k - 1) + 1
    if extent > n + 2 * padding:
        raise ValueError(
            T(
                f"A window of {extent} doesn't fit into {n} + 2 · {padding} numbers: use more padding, a smaller kernel or "
                "less dilation.",
                f"{extent} 宽的窗口放不进 {n} + 2 · {padding} 个数：请增大填充，或减小卷积核、空洞率。",
            )
        )
    return lab.output_size(n, k, padding=padding, stride=stride, dilation=dilation)


def formula(n: int, k: int, padding: int, stride: int, dilation: int) -> str:
    """Return ⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1 filled in, as HTML."""
    size = output_size(n, k, padding, stride, dilation)
    return f"⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1 = ⌊({n} + 2·{padding} − {dilation}·{k - 1} − 1) / {stride}⌋ + 1 = <b>{size}</b>"


def window(n: int, k: int, padding: int, stride: int, dilation: int, position: int, seed: int) -> View:
    """A convolution of random whole numbers: size, total (at one output position) and output, row by row."""
    size = output_size(n, k, padding, stride, dilation)
    rng = np.random.default_rng(seed)
    x, kernel = rng.integers(0, 10, (n, n)), rng.integers(-1, 3, (k, k))
    geometry = {"padding": padding, "stride": stride, "dilation": dilation}
    output = lab.cross_correlate(x, kernel, **geometry)
    at = min(position, size**2) - 1
    row, column = divmod(at, size)
    step = lab.step(x, kernel, row, column, **geometry)
    lit = {(row * stride + i * dilation, column * stride + j * dilation) for i in range(k) for j in range(k)}
    picture = grids.row(
        grids.numbers(
            np.pad(x, padding), INPUT, T("Input numbers, the window lit", "输入的数，窗口高亮"), lit=lit, border=padding
        ),
        grids.numbers(kernel, T("Kernel", "卷积核"), T("Kernel numbers", "卷积核的数"), colour=2),
        grids.numbers(output, OUTPUT, T("Output numbers", "输出的数"), lit={(row, column)}, colour=1),
    )
    terms = " + ".join(f"{number(a)}·{number(w)}" for a, w in zip(step.patch.ravel(), kernel.ravel()))
    summary = T(
        f"Output size: {formula(n, k, padding, stride, dilation)}. Position {at + 1} of {size**2}: "
        f"{terms} = <b>{number(step.total)}</b>.",
        f"输出大小：{formula(n, k, padding, stride, dilation)}。第 {at + 1} 个位置（共 {size**2} 个）："
        f"{terms} = <b>{number(step.total)}</b>。",
    )
    snippet = f"""import numpy as np
import torch
from torch.nn import functional as F

rng = np.random.default_rng({seed})
x = torch.from_numpy(rng.integers(0, 10, ({n}, {n}))).float()
kernel = torch.from_numpy(rng.integers(-1, 3, ({k}, {k}))).float()
y = F.conv2d(x[None, None], kernel[None, None], padding={padding}, stride={stride}, dilation={dilation})[0, 0]
print("size:", len(y))
print("total:", y[{row}, {column}].item())
print("output:", *y.flatten().tolist())
"""
    return View(picture, summary, snippet, {"size": size, "total": step.total, "output": output.ravel().tolist()})


def pooling(kind: str, n: int, size: int, stride: int, position: int, seed: int) -> View:
    """Max or average pooling of two channels of random whole numbers, each by itself: channel1, channel2, row by row."""
    length = output_size(n, size, 0, stride, 1)
    x = np.random.default_rng(seed).integers(0, 10, (2, n, n))
    output = lab.pool(x, size, kind, stride=stride)
    at = min(position, length**2) - 1
    row, column = divmod(at, length)
    lit = {(row * stride + i, column * stride + j) for i in range(size) for j in range(size)}
    panels = []
    for i in range(2):
        name = T(f"channel {i + 1}", f"通道 {i + 1}")
        panels.append(grids.numbers(x[i], f"{INPUT}, {name}", f"{INPUT}, {name}", lit=lit, colour=2 * i))
        panels.append(
            grids.numbers(output[i], f"{OUTPUT}, {name}", f"{OUTPUT}, {name}", lit={(row, column)}, colour=2 * i)
        )
    verb = {"max": T("largest", "最大值"), "average": T("mean", "平均值")}[kind]
    first, second = (number(float(channel[row, column])) for channel in output)
    summary = T(
        f"{n} × {n} becomes {length} × {length}, channel by channel: a pooling has no weights and mixes no channels. "
        f"Position {at + 1}: the {verb} of the window is {first} in channel 1 and {second} in channel 2.",
        f"{n} × {n} 变为 {length} × {length}，各通道独立：池化没有权重，也不混合通道。"
        f"第 {at + 1} 个位置：窗口的{verb}在通道 1 中为 {first}，在通道 2 中为 {second}。",
    )
    function = {"max": "max_pool2d", "average": "avg_pool2d"}[kind]
    snippet = f"""import numpy as np
import torch
from torch.nn import functional as F

x = torch.from_numpy(np.random.default_rng({seed}).integers(0, 10, (2, {n}, {n}))).double()
y = F.{function}(x[None], {size}, stride={stride})[0]
print("channel1:", *y[0].flatten().tolist())
print("channel2:", *y[1].flatten().tolist())
"""
    numbers = {f"channel{i + 1}": channel.ravel().tolist() for i, channel in enumerate(output)}
    return View(grids.row(*panels), summary, snippet, numbers)
