"""Kernels on pictures: edges, blurs and the reader's own, with ReLU and pooling after them."""

import numpy as np
from PIL import Image

from demos.frame import grids
from demos.frame.figures import escape, number
from demos.frame.language import T
from demos.frame.layout import View
from demos.frame.words import lines, tex
from demos.widgets import pad
from zoo.lab import convolution as lab

SIDE = 48
PICTURES = {
    "shapes": T("Disc and square", "圆与方块"),
    "stripes": T("Stripes", "条纹"),
    "rings": T("Rings", "圆环"),
    "ramp": T("Ramp", "渐变"),
}
TITLES = {
    "identity": T("identity", "恒等"),
    "vertical edges": T("vertical edges", "竖直边缘"),
    "horizontal edges": T("horizontal edges", "水平边缘"),
    "all edges": T("all edges", "所有边缘"),
    "sharpen": T("sharpen", "锐化"),
    "blur": T("blur", "模糊"),
    "gaussian blur": T("Gaussian blur", "高斯模糊"),
}
KERNELS = {name: [[float(f"{v:g}") for v in row] for row in kernel] for name, kernel in lab.KERNELS.items()}
"""The lab's kernels with the digits that a text box shows."""
POOLINGS = {"none": T("none", "无"), "max": T("max", "最大"), "average": T("average", "平均")}

_FORMULAS = {
    "shapes": (
        lambda x, y: ((x + 0.4) ** 2 + (y + 0.3) ** 2 < 0.2) | (np.maximum(abs(x - 0.4), abs(y - 0.4)) < 0.3),
        "((x + 0.4) ** 2 + (y + 0.3) ** 2 < 0.2) | (np.maximum(abs(x - 0.4), abs(y - 0.4)) < 0.3)",
    ),
    "stripes": (lambda x, y: np.sin(8 * (x + y)) > 0, "np.sin(8 * (x + y)) > 0"),
    "rings": (
        lambda x, y: np.cos(20 * np.sqrt(x**2 + y**2)) / 2 + 0.5,
        "np.cos(20 * np.sqrt(x**2 + y**2)) / 2 + 0.5",
    ),
    "ramp": (lambda x, y: (x + 1) / 2 + 0 * y, "(x + 1) / 2 + 0 * y"),
}
"""Each picture's light at (x, y), both from -1 to 1, and the same as a program writes it."""


def _drawn(name: str) -> np.ndarray:
    """Return one of PICTURES, float64 (SIDE, SIDE) in [0, 1]."""
    axis = np.linspace(-1, 1, SIDE)
    return _FORMULAS[name][0](axis[None, :], axis[:, None]).astype(np.float64)


def kernel_on_picture(picture: str, preset: str, kernel: list[list[float]], relu: bool, pooling: str) -> View:
    """A kernel on a picture of 48 x 48: lowest, highest and mean output, and the mean after ReLU and pooling."""
    x = _drawn(picture)
    output, pooled = _through(x, kernel, relu, pooling)
    numbers = {
        "lowest": float(output.min()),
        "highest": float(output.max()),
        "mean": float(output.mean()),
        "pooled_mean": float(pooled.mean()),
    }
    total = sum(map(sum, kernel))
    lowest, highest = number(numbers["lowest"], 3), number(numbers["highest"], 3)
    summary = T(
        f"The outputs go from {lowest} to {highest}; blue is below 0, orange above. The kernel sums to {number(total, 3)}: where "
        "the picture is uniform and the padding far, an output is the picture's value times this sum.",
        f"输出从 {lowest} 到 {highest}；蓝色小于 0，橙色大于 0。卷积核之和为 {number(total, 3)}：在图片均匀且远离填充的地方，"
        "输出等于图片的值乘以这个和。",
    )
    padding = lab.same_padding(len(kernel))
    after = {"none": "", "max": r"\operatorname{maxpool}_2", "average": r"\operatorname{avgpool}_2"}[pooling]
    inner = r"\max(0, K \star X)" if relu else r"K \star X"
    matrix = r" \\ ".join(" & ".join(tex(v, 3) for v in row) for row in kernel)
    formula = lines(
        rf"Y = {after}({inner}), \qquad K = \begin{{pmatrix}} {matrix} \end{{pmatrix}}",
        rf"n' = {SIDE} + 2 \cdot {padding} - ({len(kernel)} - 1) = {output.shape[0]}",
        rf"\text{{{T('parameters', '参数量')}}}: \quad k^2 + 1 = {len(kernel) ** 2 + 1} \quad \ll \quad"
        rf" {SIDE}^2 \cdot {output.shape[0]}^2 = {SIDE**2 * output.size:,} \ \text{{{T('fully connected', '全连接')}}}".replace(
            ",", "{,}"
        ),
    ) + T(
        "Translation invariance: the same kernel everywhere, so a pattern is found wherever it is. Locality: only what lies near "
        "counts, so k² weights do. From these two reasons a fully connected layer becomes a convolution.",
        "平移不变性：处处使用同一个卷积核，所以图案在哪里都能找到。局部性：只看邻近的像素，所以 k² 个权重就够了。"
        "由这两条理由，全连接层就变成了卷积。",
    )
    return View(
        lambda: _panels(x, output, pooled), summary, _program(picture, kernel, relu, pooling), numbers, formula=formula
    )


def of_drawing(data_url: object, kernel: list[list[float]], relu: bool, pooling: str) -> str:
    """Return the same three pictures of what is on a pad, as HTML; of a blank pad, what to do."""
    try:
        ink = pad.picture(data_url)
    except ValueError:
        return f'<p class="about">{T("The kernel above, on what you draw.", "把上面的卷积核用在你画的图上。")}</p>'
    grey = ink.getchannel("A") if "A" in ink.getbands() else ink.convert("L")
    x = np.asarray(grey.resize((SIDE, SIDE), Image.Resampling.BOX), dtype=np.float64) / 255
    try:
        output, pooled = _through(x, kernel, relu, pooling)
    except ValueError as error:
        return f'<p class="refusal" role="alert">{escape(str(error))}</p>'
    return _panels(x, output, pooled)


def _through(x: np.ndarray, kernel: list[list[float]], relu: bool, pooling: str) -> tuple[np.ndarray, np.ndarray]:
    """Return what a kernel makes of a picture, of the same size for odd kernels, and that after ReLU and pooling."""
    weight = np.array(kernel)
    if weight.shape[0] != weight.shape[1]:
        raise ValueError(
            T(
                f"A kernel is square; this one is {weight.shape[0]} × {weight.shape[1]}.",
                f"卷积核应为方形；这个是 {weight.shape[0]} × {weight.shape[1]}。",
            )
        )
    output = lab.cross_correlate(x, weight, padding=lab.same_padding(len(weight)))
    active = np.maximum(output, 0) if relu else output
    return output, active if pooling == "none" else lab.pool(active, 2, pooling)


def _panels(x: np.ndarray, output: np.ndarray, pooled: np.ndarray) -> str:
    after = f"{pooled.shape[0]} × {pooled.shape[1]}"
    return grids.row(
        grids.signed(x, T("Picture", "图片"), T("The picture", "图片")),
        grids.signed(output, T("Convolved", "卷积之后"), T("The convolved picture", "卷积之后的图片")),
        grids.signed(
            pooled,
            T(f"After ReLU and pooling: {after}", f"ReLU 与池化之后：{after}"),
            T("The picture after ReLU and pooling", "ReLU 与池化之后的图片"),
        ),
    )


def _program(picture: str, kernel: list[list[float]], relu: bool, pooling: str) -> str:
    steps = "z = F.relu(y)\n" if relu else "z = y\n"
    if pooling != "none":
        steps += f"z = F.{'max' if pooling == 'max' else 'avg'}_pool2d(z, 2)\n"
    return f"""import numpy as np
import torch
from torch.nn import functional as F

axis = np.linspace(-1, 1, {SIDE})
x, y = axis[None, :], axis[:, None]
picture = torch.from_numpy(({_FORMULAS[picture][1]}).astype(np.float64))
kernel = torch.tensor({kernel}, dtype=torch.float64)
y = F.conv2d(picture[None, None], kernel[None, None], padding={lab.same_padding(len(kernel))})
{steps}print("lowest:", y.min().item())
print("highest:", y.max().item())
print("mean:", y.mean().item())
print("pooled_mean:", z.mean().item())
"""
