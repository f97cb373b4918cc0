"""Initialization schemes: what flows through a deep net from each, forward and back, and how it trains."""

import numpy as np
from numpy.typing import NDArray

from demos.explorers.activations.curves import TITLES, expression
from demos.frame import figures
from demos.frame.figures import COLOURS, number
from demos.frame.language import T
from demos.frame.layout import View
from zoo.lab import activations
from zoo.lab import initialization as lab

SCHEMES = {
    "zeros": T("zeros", "全零"),
    "constant": T("constant c", "常数 c"),
    "normal": "N(0, σ)",
    "xavier-uniform": T("Xavier, uniform", "Xavier，均匀"),
    "xavier-normal": T("Xavier, normal", "Xavier，正态"),
    "he-uniform": T("He, uniform", "He，均匀"),
    "he-normal": T("He, normal", "He，正态"),
    "pytorch": T("PyTorch's default", "PyTorch 默认"),
}
COLOUR = dict(zip(SCHEMES, COLOURS))
ROWS, SHOWN, BINS, STEPS = 100, 6, 48, 100
SPREADS = (1e-8, 1e4)
COPIES = 1e-12
"""Spread below which units are copies of one another, but for rounding."""

_FILLS = {
    "zeros": "w.zero_()",
    "constant": "w.fill_({scale})",
    "normal": "w.normal_(0, {scale}, generator=g)",
    "xavier-uniform": "nn.init.xavier_uniform_(w, generator=g)",
    "xavier-normal": "nn.init.xavier_normal_(w, generator=g)",
    "he-uniform": 'nn.init.kaiming_uniform_(w, nonlinearity="relu", generator=g)',
    "he-normal": 'nn.init.kaiming_normal_(w, nonlinearity="relu", generator=g)',
    "pytorch": "nn.init.kaiming_uniform_(w, a=5**0.5, generator=g)",
}


def signals(scheme: str, function: str, depth: int, width: int, scale: float, seed: int) -> View:
    """Spread of outputs and of gradients by layer in a deep net of equal layers: spread, gradient_spread, saturated."""
    flow = lab.signals(scheme, function, depth=depth, width=width, rows=ROWS, scale=scale, seed=seed)
    spread, back = flow.spread(), flow.gradient_spread()
    curve, axes = figures.panel((0, depth), SPREADS, labels=("", "σ"), log="y")
    for colour, values in ((COLOURS[0], spread), (COLOURS[1], back)):
        axes.plot(np.clip(values, *SPREADS), "o-", color=colour, linewidth=2, markersize=4)
    shown = np.unique(np.linspace(1, depth, min(depth, SHOWN)).round().astype(int))
    outputs, gradients = T("Outputs, by layer", "各层的输出"), T("Gradients, by layer", "各层的梯度")
    # the gradient at the last layer is given, the one at the inputs has come all the way
    picture = figures.legend(
        (COLOURS[0], T("outputs, forward", "输出（前向）")), (COLOURS[1], T("gradients, backward", "梯度（反向）"))
    ) + figures.row(
        figures.svg(
            curve,
            T("Spread of outputs and gradients by layer", "各层输出与梯度的标准差"),
            caption=T("Standard deviation, by layer", "标准差（按层）"),
        ),
        _ridges(flow.values[shown], shown, COLOURS[0], outputs),
        _ridges(flow.gradients[shown - 1], shown - 1, COLOURS[1], gradients),
    )
    saturated = float(flow.saturated()[-1])
    numbers = {"spread": spread.tolist(), "gradient_spread": back.tolist(), "saturated": saturated}
    summary = T(
        f"After {depth} layers of {width} {TITLES[function]} units the outputs have a standard deviation of "
        f"{number(spread[-1], 3)} ({saturated:.0%} are above 0.95 in size); a gradient of 1 at the last layer is "
        f"{number(back[0], 3)} at the inputs. ",
        f"经过 {depth} 层、每层 {width} 个 {TITLES[function]} 单元之后，输出的标准差为 {number(spread[-1], 3)}"
        f"（{saturated:.0%} 的绝对值超过 0.95）；标准差为 1 的梯度回到第一层的输入时为 {number(back[0], 3)}。",
    ) + _verdict(float(spread[-1]), float(back[0]), saturated, function)
    return View(picture, summary, _flow_program(scheme, function, depth, width, scale, seed), numbers)


def _verdict(spread: float, back: float, saturated: float, function: str) -> str:
    if spread < 1e-6:
        return T("The signal dies on the way.", "信号在途中消失了。")
    if saturated > 0.5 and function in ("tanh", "sigmoid"):
        return T("Most units saturate.", "大多数单元饱和。")
    if max(spread, back) > 100:
        return T("It explodes.", "它爆炸了。")
    if min(spread, back) < 0.01:
        return T("It fades with every layer.", "它逐层减弱。")
    return T("It stays alive.", "它保持存活。")


def _ridges(layers: NDArray[np.float32], names: NDArray[np.int64], colour: str, caption: str) -> str:
    """Return a figure of histograms, one above another. layers (L, rows, width), names (L,): their numbers."""
    finite = layers[np.isfinite(layers).all(axis=(1, 2))]
    limit = _round_up(3 * float(finite.std(axis=(1, 2), dtype=np.float64).max())) if len(finite) else 1.0
    places = tuple(range(len(layers)))
    figure, axes = figures.panel(
        (-limit, limit),
        (-0.1, len(layers)),
        ticks=((-limit, 0.0, limit), tuple(float(p) for p in places)),
        names=((f"−{limit:g}", "0", f"{limit:g}"), tuple(str(n) for n in names)),
        labels=("", "ℓ"),
    )
    for place, layer in zip(places, layers):
        shares, edges = lab.histogram(layer, -limit, limit, BINS)
        heights = place + 0.9 * np.append(shares, 0) / max(shares.max(), 1e-9)
        axes.fill_between(edges, place, heights, step="post", color=colour, alpha=0.35, linewidth=0)
        axes.plot(edges, heights, drawstyle="steps-post", color=colour, linewidth=1)
    return figures.svg(figure, T("Histograms, a layer each", "每层一个直方图"), caption=caption)


def _round_up(value: float) -> float:
    """Return the next of 1, 2, 5, 10, 20, ... that is at least `value` > 0; 1 for 0."""
    if value <= 0 or not np.isfinite(value):
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= value * (1 - 1e-9)))


def _flow_program(scheme: str, function: str, depth: int, width: int, scale: float, seed: int) -> str:
    return f"""import torch
from torch import nn
from torch.nn import functional as F

g = torch.Generator().manual_seed({seed})
x = torch.randn({ROWS}, {width}, generator=g).requires_grad_()
layers = [x]
for layer in range({depth}):
    w = torch.empty({width}, {width})
    {_FILLS[scheme].format(scale=scale)}
    x = layers[-1] @ w.T
    layers.append({expression(function, {function: activations.find(function).default})})
back = torch.randn({ROWS}, {width}, generator=g)
gradients = torch.autograd.grad(layers[-1], layers, back)


def spread(tensors):
    return torch.stack([t.double().std(correction=0).nan_to_num(nan=torch.inf) for t in tensors]).tolist()


print("spread:", *spread(layers))
print("gradient_spread:", *spread(gradients))
print("saturated:", (layers[-1].abs() > 0.95).double().mean().item())
"""


def start_training(
    schemes: list[str], function: str, depth: int, width: int, lr: float, scale: float, seed: int
) -> View:
    """Nets that differ in their initialization only, after 100 steps: {scheme: [loss, spread of the first layer's units]}."""
    if not schemes:
        raise ValueError(T("Choose a scheme.", "请选择一种初始化。"))
    run = lab.train(schemes, function, depth=depth, width=width, steps=STEPS, lr=lr, scale=scale, seed=seed)
    left, axes = figures.panel((0, STEPS), (0, 1), labels=("", "L"))
    right, plane = figures.panel((0, STEPS), (1e-4, 10), labels=("", "σ"), log="y")
    for name, losses, spread in zip(schemes, run.losses, run.unit_spread):
        axes.plot(np.clip(losses, 0, 2), color=COLOUR[name], linewidth=2)
        plane.plot(np.clip(spread, 1e-4, 10), color=COLOUR[name], linewidth=2)
    picture = figures.legend(*((COLOUR[name], SCHEMES[name]) for name in schemes)) + figures.row(
        figures.svg(
            left,
            T("Training loss by step", "训练损失（按步）"),
            caption=T("Training loss, by step", "训练损失（按步）"),
        ),
        figures.svg(
            right,
            T("How far the first layer's units differ, by step", "第一层各单元之间的差异（按步）"),
            caption=T("How far units differ (bottom: not at all)", "单元之间的差异（底部：毫无差异）"),
        ),
    )
    ends = zip(run.losses[:, -1].tolist(), run.unit_spread[:, -1].tolist())
    numbers = {name: [loss, 0.0 if spread < COPIES else spread] for name, (loss, spread) in zip(schemes, ends)}
    table = figures.table(
        ["", T(f"loss after {STEPS} steps", f"{STEPS} 步后的损失"), T("units differ by", "单元差异")],
        [[figures.swatch(COLOUR[name], SCHEMES[name]), *row] for name, row in numbers.items()],
    )
    snippet = _training_program(schemes, function, depth, width, lr, scale, seed)
    return View(picture, _compare(numbers), snippet, numbers, table)


def _compare(numbers: dict[str, list[float]]) -> str:
    best = min(numbers, key=lambda name: (not np.isfinite(numbers[name][0]), numbers[name][0]))
    told = T(
        f"Lowest after {STEPS} steps: {SCHEMES[best]}, {number(numbers[best][0], 3)} (guessing: 0.693).",
        f"{STEPS} 步之后最低的是 {SCHEMES[best]}：{number(numbers[best][0], 3)}（瞎猜为 0.693）。",
    )
    copies = [SCHEMES[name] for name, (_, spread) in numbers.items() if spread == 0]
    if copies:
        told += " " + T(
            f"With {' and with '.join(copies)} every unit of a layer stays a copy of its neighbours, however long it trains: "
            "their gradients are equal, so nothing ever breaks the symmetry.",
            f"{'、'.join(copies)}：同一层的单元无论训练多久都完全相同：它们的梯度相等，对称性永远不会被打破。",
        )
    return told


def _training_program(
    schemes: list[str], function: str, depth: int, width: int, lr: float, scale: float, seed: int
) -> str:
    fills = "".join(f'    "{name}": lambda w, g: {_FILLS[name].format(scale=scale)},\n' for name in schemes)
    return f"""import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

rng = np.random.default_rng({seed})  # two half circles
labels = np.arange(100) % 2
angle = rng.uniform(0, np.pi, 100)
upper = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], axis=1)
points = np.where(labels[:, None] == 0, upper, -upper) + 0.15 * rng.normal(size=(100, 2))
X, y = torch.from_numpy(points), torch.from_numpy(labels).double()


def activation(x):
    return {expression(function, {function: activations.find(function).default})}


fills = {{
{fills}}}
for name, fill in fills.items():
    g = torch.Generator().manual_seed({seed})
    sizes = [2, *[{width}] * {depth}, 1]
    net = nn.ModuleList(nn.Linear(i, o) for i, o in zip(sizes, sizes[1:]))
    for layer in net:
        with torch.no_grad():
            fill(layer.weight, g)
            layer.bias.zero_()
    net.double()
    optimizer = torch.optim.SGD(net.parameters(), lr={lr})
    for step in range({STEPS + 1}):
        x = X
        for layer in net[:-1]:
            x = activation(layer(x))
        loss = F.binary_cross_entropy_with_logits(net[-1](x)[:, 0], y)
        spread = net[0].weight.detach().std(dim=0).mean()
        optimizer.zero_grad()
        loss.backward()
        if step < {STEPS}:
            optimizer.step()
    print(f"{{name}}:", loss.item(), spread.item())
"""
