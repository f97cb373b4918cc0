"""What a layer costs and what LeNet-5 does with a digit, layer by layer."""

from functools import lru_cache

import numpy as np
import torch

from demos.explorers.convolution import windows
from demos.frame import figures, grids, stages
from demos.frame.figures import COLOURS, number
from demos.frame.language import T
from demos.frame.layout import View
from demos.frame.words import lines, titled
from demos.widgets import inside, pad
from zoo import architectures
from zoo.architectures import Cost
from zoo.lab import convolution as lab
from zoo.pictures.digit import digit
from zoo.synthetic import digits

NETWORK = architectures.on_meta("lenet5")
"""The network of the tab, without its weights: its stages and what they cost."""


def layer_size(
    n: int, k: int, padding: int, stride: int, dilation: int, channels_in: int, channels_out: int, narrow: int
) -> View:
    """A convolution's output size and parameters beside other layers': size, convolution, pointwise, bottleneck, full."""
    size = windows.output_size(n, k, padding, stride, dilation)
    numbers = {
        "size": size,
        "convolution": lab.conv_parameters(channels_in, channels_out, k),
        "pointwise": lab.conv_parameters(channels_in, channels_out, 1),
        "bottleneck": lab.bottleneck(channels_in, narrow, channels_out, k),
        "full": lab.linear_parameters(channels_in * n**2, channels_out * size**2),
    }
    titles = {
        "pointwise": "1 × 1",
        "bottleneck": T("bottleneck", "瓶颈"),
        "convolution": f"{k} × {k}",
        "full": T("fully connected", "全连接"),
    }
    table = figures.table(
        ["", T("formula", "公式"), T("parameters", "参数量")],
        [
            [titles["pointwise"], f"({channels_in} + 1) · {channels_out}", f"{numbers['pointwise']:,}"],
            [
                titles["bottleneck"],
                f"1 × 1: {channels_in} → {narrow}, {k} × {k}: {narrow} → {narrow}, 1 × 1: {narrow} → {channels_out}",
                f"{numbers['bottleneck']:,}",
            ],
            [titles["convolution"], f"({channels_in}·{k}² + 1) · {channels_out}", f"{numbers['convolution']:,}"],
            [titles["full"], f"({channels_in}·{n}² + 1) · {channels_out}·{size}²", f"{numbers['full']:,}"],
        ],
    )
    shapes = f"{channels_in} × {n} × {n} → {channels_out} × {size} × {size}"
    times = numbers["full"] / numbers["convolution"]
    summary = T(
        f"{shapes}, where {windows.size_formula(n, k, padding, stride, dilation)}. "
        f"Connecting every input with every output would take {number(times, 3)} times the convolution's parameters. "
        "A 1 × 1 convolution is a fully connected layer over the channels of each pixel.",
        f"{shapes}，其中 {windows.size_formula(n, k, padding, stride, dilation)}。"
        f"若把每个输入与每个输出相连，参数量是卷积的 {number(times, 3)} 倍。1 × 1 卷积就是对每个像素的各通道做的全连接层。",
    )
    snippet = f"""import torch
from torch import nn


def count(*layers):
    return sum(p.numel() for layer in layers for p in layer.parameters())


with torch.device("meta"):  # shapes only: nothing is computed or stored
    conv = nn.Conv2d({channels_in}, {channels_out}, {k}, padding={padding}, stride={stride}, dilation={dilation})
    out = conv(torch.empty(1, {channels_in}, {n}, {n}))
    print("size:", out.shape[-1])
    print("convolution:", count(conv))
    print("pointwise:", count(nn.Conv2d({channels_in}, {channels_out}, 1)))
    narrow = nn.Conv2d({channels_in}, {narrow}, 1), nn.Conv2d({narrow}, {narrow}, {k}), nn.Conv2d({narrow}, {channels_out}, 1)
    print("bottleneck:", count(*narrow))
    print("full:", count(nn.Linear({channels_in * n**2}, out.numel())))
"""
    counts = [(titles[name], numbers[name]) for name in titles]
    formula = lines(
        rf"n' = {windows.size_in_tex(n, k, padding, stride, dilation)} = {size}",
        rf"\text{{{T('convolution', '卷积')}}}: \quad (c_i k^2 + 1)\, c_o = ({channels_in} \cdot {k}^2 + 1) \cdot {channels_out}"
        + _grouped(numbers["convolution"]),
        rf"\text{{{T('fully connected', '全连接')}}}: \quad (c_i n^2 + 1)\, c_o n'^2 = ({channels_in} \cdot {n}^2 + 1) \cdot"
        rf" {channels_out} \cdot {size}^2" + _grouped(numbers["full"]),
        rf"\text{{{T('multiplications', '乘法次数')}}}: \quad c_i k^2 c_o n'^2"
        + _grouped(channels_in * k**2 * channels_out * size**2),
    ) + T(
        "A fully connected layer of d inputs and q outputs costs O(dq); keeping a share 1/n of its weights costs O(dq/n). "
        "Convolution keeps far less: the weights of one window, shared by all places.",
        "d 个输入、q 个输出的全连接层代价为 O(dq)；只保留 1/n 的权重则为 O(dq/n)。卷积保留的少得多："
        "只有一个窗口的权重，所有位置共用。",
    )
    return View(lambda: _costs(counts), summary, snippet, numbers, table, formula)


def _grouped(count: int) -> str:
    return f" = {count:,}".replace(",", "{,}")


def _costs(counts: list[tuple[str, int]]) -> str:
    names, values = zip(*counts)
    places = [1.0, 2.0, 3.0, 4.0]
    axes = figures.panel((0.4, 4.6), (1, 1e14), log="y", ticks=(places, None), names=(names, None), size=(440, 280))
    axes.bar(places, values, 0.6, color=[COLOURS[i] for i in (4, 2, 0, 3)])
    alt = T("Parameters of four layers on a logarithmic axis", "四种层的参数量，对数轴")
    return figures.row(figures.svg(axes, alt, caption=T("Parameters", "参数量")))


def lenet5(digit: int) -> View:
    """LeNet-5 layer by layer: parameters and multiplications of each, from the picture to the logits."""
    costs = _stage_costs()
    numbers = {
        "parameters": [cost.parameters for cost in costs],
        "multiplications": [cost.multiplications for cost in costs],
    }
    titles = stages.titles(NETWORK)
    table = figures.table(
        ["", T("shape", "形状"), T("parameters", "参数量"), T("multiplications", "乘法次数")],
        [
            [titles[cost.stage], " × ".join(map(str, cost.shape)), f"{cost.parameters:,}", f"{cost.multiplications:,}"]
            for cost in costs
        ],
    )
    parameters, work = sum(numbers["parameters"]), sum(numbers["multiplications"])
    summary = T(
        f"{parameters:,} parameters, {work:,} multiplications a picture: the convolutions do "
        f"{_share(costs, 'multiplications'):.0%} of the work with {_share(costs, 'parameters'):.0%} of the parameters.",
        f"共 {parameters:,} 个参数，每张图 {work:,} 次乘法：卷积层用 {_share(costs, 'parameters'):.0%} 的参数"
        f"完成了 {_share(costs, 'multiplications'):.0%} 的计算。",
    )
    formula = lines(
        r"(c_i k^2 + 1)\, c_o: \quad (1 \cdot 25 + 1) \cdot 6 = 156, \qquad (6 \cdot 25 + 1) \cdot 16 = 2{,}416",
        r"(d + 1)\, q: \quad (400 + 1) \cdot 120 = 48{,}120, \qquad (120 + 1) \cdot 84 = 10{,}164, \qquad (84 + 1) "
        r"\cdot 10 = 850",
        r"c_i k^2 c_o n'^2: \quad 1 \cdot 25 \cdot 6 \cdot 28^2 = 117{,}600, \qquad 6 \cdot 25 \cdot 16 \cdot 10^2 = 240{,}000",
    )
    return View(lambda: maps(_example(digit)), summary, _program(), numbers, table, formula)


@lru_cache(maxsize=10)
def _example(value: int) -> np.ndarray:
    """Return a digit as our code draws it, uint8 (28, 28)."""
    generator = torch.Generator().manual_seed(0)
    return digits.draw(torch.tensor([value]), generator, jitter=0, width=(2.5, 2.5))[0].numpy()


@lru_cache(maxsize=1)
def _stage_costs() -> list[Cost]:
    return architectures.costs(NETWORK)


def _share(costs: list[Cost], what: str) -> float:
    """Return the share of parameters or multiplications that the convolutions have."""
    return sum(getattr(cost, what) for cost in costs if len(cost.shape) == 3) / sum(
        getattr(cost, what) for cost in costs
    )


def maps(image: np.ndarray) -> str:
    """Return LeNet-5's feature maps of an image uint8 (28, 28), as HTML; without such a model, how to get it."""
    sources = inside.maps(image)
    titles = stages.titles(NETWORK)
    if not sources:
        words = T("There is no LeNet-5 here yet. Train it: ", "这里还没有 LeNet-5。请先训练：")
        figure = grids.signed(image / 255, titles["image"], titles["image"], width=160)
        return f'<p class="about">{words}<code>python -m zoo train lenet5-mnist</code></p>{grids.row(figure)}'
    sheets = []
    for cost, source in zip(_stage_costs(), sources):
        caption = titled(titles[cost.stage], " × ".join(map(str, cost.shape)))
        width = WIDTHS.get((len(cost.shape), cost.shape[0]), 280)
        sheets.append(grids.picture(source, stages.size(cost.shape), caption, caption, width=width))
    return grids.row(*sheets)


WIDTHS = {(3, 1): 150, (3, 6): 600, (3, 16): 400}
"""Pixels at which maps are shown, by the number of their sides and of maps."""


def maps_of_drawing(data_url: object) -> str:
    """Return the feature maps of what is on a pad; of a blank pad, what to do."""
    try:
        return maps(digit(pad.picture(data_url)))
    except ValueError:
        told = T("Your digit, layer by layer, while you draw it.", "你一边写，一边看它逐层经过网络。")
        return f'<p class="about">{told}</p>'


def _program() -> str:
    """Return the network, as its stages list it, as a program that counts what each stage takes."""
    rows = [f"    nn.Sequential({', '.join(architectures.spelled(layers))})," for layers in NETWORK.stages().values()]
    stages = "\n".join(rows)
    return f"""import torch
from torch import nn

stages = [
{stages}
]
x, parameters, multiplications = torch.zeros(1, 1, 28, 28), [], []
for stage in stages:
    x = stage(x)
    weights = [p for p in stage.parameters() if p.dim() > 1]
    parameters.append(sum(p.numel() for p in stage.parameters()))
    multiplications.append(sum(w[0].numel() * x[0].numel() for w in weights))
print("parameters:", *parameters)
print("multiplications:", *multiplications)
"""
