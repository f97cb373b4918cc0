"""A window that slides over numbers: convolution and pooling, position by position."""

import numpy as np

from demos.frame import grids
from demos.frame.figures import number
from demos.frame.language import T
from demos.frame.layout import View
from demos.frame.words import lines, term
from zoo.lab import convolution as lab

SIDES = (("Input", "输入"), ("Output", "输出"))
INPUT, OUTPUT = (T(*side) for side in SIDES)


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


def size_formula(n: int, k: int, padding: int, stride: int, dilation: int) -> str:
    """Return ⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1 filled in, as HTML."""
    size = output_size(n, k, padding, stride, dilation)
    return f"⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1 = ⌊({n} + 2·{padding} − {dilation}·{k - 1} − 1) / {stride}⌋ + 1 = <b>{size}</b>"


def positions(n: int, k: int, padding: int, stride: int, dilation: int) -> dict[str, int]:
    """Return the limit of a slider over the output's positions."""
    extent = dilation * (k - 1) + 1
    return {"maximum": ((n + 2 * padding - extent) // stride + 1) ** 2 if extent <= n + 2 * padding else 1}


def pooled_positions(n: int, size: int, stride: int) -> dict[str, int]:
    """Return the limit of a slider over the positions of a pooling."""
    return positions(n, size, 0, stride, 1)


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
    terms = " + ".join(f"{number(a)}·{number(w)}" for a, w in zip(step.patch.ravel(), kernel.ravel()))
    summary = T(
        f"Output size: {size_formula(n, k, padding, stride, dilation)}. Position {at + 1} of {size**2}: "
        f"{terms} = <b>{number(step.total)}</b>.",
        f"输出大小：{size_formula(n, k, padding, stride, dilation)}。第 {at + 1} 个位置（共 {size**2} 个）："
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
    products = " + ".join(rf"{term(a)} \cdot {term(w)}" for a, w in zip(step.patch.ravel(), kernel.ravel()))
    formula = (
        lines(
            rf"n' = {size_in_tex(n, k, padding, stride, dilation)} = {size}",
            r"Y_{ij} = \sum_{a=0}^{k-1} \sum_{b=0}^{k-1} K_{ab}\, X_{s i + d a - p,\ s j + d b - p}",
            rf"Y_{{{row}{column}}} = {products if k < 4 else chr(92) + 'cdots'} = {term(step.total)}",
        )
        + RECEPTIVE
    )
    numbers = {"size": size, "total": step.total, "output": output.ravel().tolist()}

    def picture() -> str:
        lit = {(row * stride + i * dilation, column * stride + j * dilation) for i in range(k) for j in range(k)}
        around = T("Input numbers, the window lit", "输入的数，窗口高亮")
        return grids.row(
            grids.numbers(np.pad(x, padding), INPUT, around, lit=lit, border=padding),
            grids.numbers(kernel, T("Kernel", "卷积核"), T("Kernel numbers", "卷积核的数"), colour=2),
            grids.numbers(output, OUTPUT, T("Output numbers", "输出的数"), lit={(row, column)}, colour=1),
        )

    return View(picture, summary, snippet, numbers, formula=formula)


def size_in_tex(n: int, k: int, padding: int, stride: int, dilation: int) -> str:
    """Return the formula of the output size in LaTeX, filled in."""
    return (
        r"\left\lfloor \frac{n + 2p - d(k - 1) - 1}{s} \right\rfloor + 1 = "
        rf"\left\lfloor \frac{{{n} + 2 \cdot {padding} - {dilation} \cdot {k - 1} - 1}}{{{stride}}} \right\rfloor + 1"
    )


RECEPTIVE = T(
    "Height and width each follow it by themselves, so a picture need not be square: $n_h \\ne n_w$ gives $n_h' \\ne n_w'$. Of "
    "several channels the sums are added up: $Y = \\sum_c K_c \\star X_c$. Receptive field: each layer widens what an output "
    "sees, $r_\\ell = r_{\\ell-1} + d (k - 1) \\prod_{i<\\ell} s_i$; for $k = 3$, $d = s = 1$ that is 3, 5, 7, …",
    "高和宽各自按此公式计算，图片不必是正方形：$n_h \\ne n_w$ 时 $n_h' \\ne n_w'$。多个通道的结果相加：$Y = \\sum_c "
    "K_c \\star X_c$。"
    "感受野：每一层都扩大一个输出所能看到的范围，$r_\\ell = r_{\\ell-1} + d (k - 1) \\prod_{i<\\ell} s_i$；$k = 3$、"
    "$d = s = 1$ 时为 3、5、7、…",
)
"""Heights and widths, channels and receptive fields."""


def pooling(kind: str, n: int, size: int, stride: int, position: int, seed: int) -> View:
    """Max or average pooling of two channels of random whole numbers, each by itself: channel1, channel2, row by row."""
    length = output_size(n, size, 0, stride, 1)
    x = np.random.default_rng(seed).integers(0, 10, (2, n, n))
    output = lab.pool(x, size, kind, stride=stride)
    at = min(position, length**2) - 1
    row, column = divmod(at, length)
    verb = {"max": T("largest", "最大值"), "average": T("mean", "平均值")}[kind]
    first, second = (number(float(channel[row, column])) for channel in output)
    summary = T(
        f"{n} × {n} becomes {length} × {length}, channel by channel: a pooling has no weights and mixes no channels. "
        f"Position {at + 1} of {length**2}: the {verb} of the window is {first} in channel 1 and {second} in channel 2.",
        f"{n} × {n} 变为 {length} × {length}，各通道独立：池化没有权重，也不混合通道。"
        f"第 {at + 1} 个位置（共 {length**2} 个）：窗口的{verb}在通道 1 中为 {first}，在通道 2 中为 {second}。",
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
    operation = {"max": r"\max_{0 \le a, b < k}", "average": r"\frac{1}{k^2} \sum_{a, b = 0}^{k - 1}"}[kind]
    formula = lines(
        rf"Y_{{cij}} = {operation}\ X_{{c,\ s i + a,\ s j + b}}, \qquad k = {size},\ s = {stride}",
        rf"n' = \left\lfloor \frac{{n + 2p - k}}{{s}} \right\rfloor + 1"
        rf" = \left\lfloor \frac{{{n} + 2 \cdot 0 - {size}}}{{{stride}}} \right\rfloor + 1 = {length}",
    ) + T(
        "With padding, max pooling pads with −∞ and never takes it; average pooling pads with 0 and counts it, unless "
        "`count_include_pad=False`.",
        "使用填充时，最大池化填充 −∞，不会被选中；平均池化填充 0 并把它计入，除非 `count_include_pad=False`。",
    )
    return View(lambda: _pooled(x, output, size, stride, row, column), summary, snippet, numbers, formula=formula)


def _pooled(x: np.ndarray, output: np.ndarray, size: int, stride: int, row: int, column: int) -> str:
    lit = {(row * stride + i, column * stride + j) for i in range(size) for j in range(size)}
    panels = []
    for i in range(2):
        before, after = (T(f"{side}, channel {i + 1}", f"{here}，通道 {i + 1}") for side, here in SIDES)
        panels.append(grids.numbers(x[i], before, before, lit=lit, colour=2 * i))
        panels.append(grids.numbers(output[i], after, after, lit={(row, column)}, colour=2 * i))
    return grids.row(*panels)
