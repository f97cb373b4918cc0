"""What a layer costs and what LeNet-5 does with a digit, layer by layer."""

import numpy as np
import torch

from demos.explorers.convolution import windows
from demos.frame import figures, grids
from demos.frame.figures import COLOURS, number
from demos.frame.language import T
from demos.frame.layout import View
from demos.widgets import inside, pad
from zoo.lab import convolution as lab
from zoo.pictures.digit import digit
from zoo.synthetic import digits

NAMES = {
    "image": T("picture", "图片"),
    "conv1": T("convolution 5 × 5, ReLU", "卷积 5 × 5，ReLU"),
    "pool1": T("average pooling 2 × 2", "平均池化 2 × 2"),
    "conv2": T("convolution 5 × 5, ReLU", "卷积 5 × 5，ReLU"),
    "pool2": T("average pooling 2 × 2", "平均池化 2 × 2"),
    "fc1": T("fully connected, ReLU", "全连接，ReLU"),
    "fc2": T("fully connected, ReLU", "全连接，ReLU"),
    "fc3": T("fully connected: logits", "全连接：logits"),
}


def layer_size(
    n: int, k: int, padding: int, stride: int, dilation: int, channels_in: int, channels_out: int, narrow: int
) -> View:
    """A convolution's output size and parameters beside other layers': size, convolution, pointwise, bottleneck, full."""
    size = windows.output_size(n, k, padding, stride, dilation)
    numbers = {
        "size": size,
        "convolution": lab.conv_parameters(channels_in, channels_out, k),
        "pointwise": lab.conv_parameters(channels_in, channels_out, 1),
        "bottleneck": lab.conv_parameters(channels_in, narrow, 1)
        + lab.conv_parameters(narrow, narrow, k)
        + lab.conv_parameters(narrow, channels_out, 1),
        "full": lab.linear_parameters(channels_in * n**2, channels_out * size**2),
    }
    titles = {
        "pointwise": "1 × 1",
        "bottleneck": T("bottleneck", "瓶颈"),
        "convolution": f"{k} × {k}",
        "full": T("fully connected", "全连接"),
    }
    colours = [COLOURS[i] for i in (4, 2, 0, 3)]
    counts = [numbers[name] for name in titles]
    figure, axes = figures.panel(
        (0.4, 4.6), (1, 1e14), labels=("", ""), log="y", ticks=((1, 2, 3, 4), None), names=(("1", "2", "3", "4"), None)
    )
    axes.bar([1, 2, 3, 4], counts, 0.6, color=colours)
    legend = figures.legend(*((c, f"{i + 1}: {t}") for i, (c, t) in enumerate(zip(colours, titles.values()))))
    alt = T("Parameters of four layers on a logarithmic axis", "四种层的参数量，对数轴")
    picture = legend + figures.row(figures.svg(figure, alt, caption=T("Parameters", "参数量")))
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
        f"{shapes}, where {windows.formula(n, k, padding, stride, dilation)}. "
        f"Connecting every number with every other would take {number(times, 3)} times the convolution's parameters. "
        "A 1 × 1 convolution is a fully connected layer over the channels of each pixel.",
        f"{shapes}，其中 {windows.formula(n, k, padding, stride, dilation)}。"
        f"若全部相互连接，参数量是卷积的 {number(times, 3)} 倍。1 × 1 卷积就是对每个像素的各通道做的全连接层。",
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
    return View(picture, summary, snippet, numbers, table)


def lenet5(digit: int) -> View:
    """LeNet-5 layer by layer: parameters and multiplications of each, from the picture to the logits."""
    image = digits.render(torch.tensor([digit]), torch.Generator().manual_seed(0), jitter=0, width=(2.5, 2.5))[
        0
    ].numpy()
    layers = lab.lenet5_layers()
    numbers = {
        "parameters": [layer.parameters for layer in layers],
        "multiplications": [layer.multiplications for layer in layers],
    }
    table = figures.table(
        ["", T("shape", "形状"), T("parameters", "参数量"), T("multiplications", "乘法次数")],
        [
            [NAMES[each.name], " × ".join(map(str, each.shape)), f"{each.parameters:,}", f"{each.multiplications:,}"]
            for each in layers
        ],
    )
    parameters, work = sum(numbers["parameters"]), sum(numbers["multiplications"])
    summary = T(
        f"{parameters:,} parameters, {work:,} multiplications a picture: the convolutions do "
        f"{_share(layers, 'multiplications'):.0%} of the work with {_share(layers, 'parameters'):.0%} of the parameters.",
        f"共 {parameters:,} 个参数，每张图 {work:,} 次乘法：卷积层用 {_share(layers, 'parameters'):.0%} 的参数"
        f"完成了 {_share(layers, 'multiplications'):.0%} 的计算。",
    )
    return View(maps(image), summary, _LENET, numbers, table)


def _share(layers: list[lab.Layer], what: str) -> float:
    costs = {layer.name: getattr(layer, what) for layer in layers}
    return (costs["conv1"] + costs["conv2"]) / sum(costs.values())


def maps(image: np.ndarray) -> str:
    """Return LeNet-5's feature maps of an image uint8 (28, 28), as HTML; without such a model, how to get it."""
    stages = inside.look("maps", image).get("stages")
    if not stages:
        told = T("There is no LeNet-5 here yet. Train it: ", "这里还没有 LeNet-5。请先训练：")
        figure = grids.signed(image / 255, NAMES["image"], NAMES["image"], width=160)
        return f'<p class="about">{told}<code>python -m zoo train lenet5-mnist</code></p>{grids.row(figure)}'
    sheets = []
    for layer, source in zip(lab.lenet5_layers(), stages):
        caption = f"{NAMES[layer.name]}: {' × '.join(map(str, layer.shape))}"
        sheets.append(grids.picture(source, _SHEETS[layer.name], caption, caption, width=_WIDTHS.get(layer.name, 280)))
    return grids.row(*sheets)


# what inside.look lays out, a pixel between maps
_SHEETS = {
    "image": (32, 32),
    "conv1": (6 * 29 - 1, 28),
    "pool1": (6 * 15 - 1, 14),
    "conv2": (8 * 11 - 1, 21),
    "pool2": (8 * 6 - 1, 11),
    "fc1": (30, 4),
    "fc2": (21, 4),
    "fc3": (10, 1),
}
_WIDTHS = {"image": 150, "conv1": 600, "pool1": 600, "conv2": 400, "pool2": 400}


def maps_of_drawing(data_url: object) -> str:
    """Return the feature maps of what is on a pad; of a blank pad, what to do."""
    try:
        return maps(digit(pad.picture(data_url)))
    except ValueError:
        told = T("Your digit, layer by layer, while you draw it.", "你一边写，一边看它逐层经过网络。")
        return f'<p class="about">{told}</p>'


_LENET = """import torch
from torch import nn

net = nn.Sequential(
    nn.Upsample((32, 32), mode="bilinear"),  # 28 x 28 images to the size that LeNet-5 was made for
    nn.Conv2d(1, 6, 5), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.AvgPool2d(2),  # with nn.ReLU() after each convolution
    nn.Flatten(), nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10),  # and between these
)
x, parameters, multiplications = torch.zeros(1, 1, 28, 28), [], []
for layer in net:
    x = layer(x)
    if isinstance(layer, nn.Flatten):
        continue
    weights = getattr(layer, "weight", torch.zeros(1, 0))
    parameters.append(sum(p.numel() for p in layer.parameters()))
    multiplications.append(weights.numel() * x[0, 0].numel() if x.dim() == 4 else weights.numel())
print("parameters:", *parameters)
print("multiplications:", *multiplications)
"""
