"""Initialization schemes: what flows through a deep net from each, forward and back, and how it trains."""

import numpy as np
from numpy.typing import NDArray

from demos.explorers.activations.curves import TITLES, expression
from demos.frame import figures
from demos.frame.figures import COLOURS, number
from demos.frame.language import T
from demos.frame.layout import View
from demos.frame.words import count, lines, listed, tex
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
ROWS, SHOWN, BINS, STEPS = 100, 6, 48, 60
SMALL, LARGE = 0.01, 100.0
"""Standard deviations beyond which a signal that began with 1 has vanished or exploded."""
THIRD = (300, 280)
"""Size of a figure of three."""
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
    saturated = float(flow.saturated(*lab.ENDS.get(function, (-np.inf, np.inf)))[-1])
    numbers = {"spread": spread.tolist(), "gradient_spread": back.tolist(), "saturated": saturated}
    size, slope = number(spread[-1], 3), number(back[0], 3)
    layers, units = count(depth, "layer"), count(width, f"{TITLES[function]} unit")
    summary = T(
        f"After {layers} of {units} the outputs have a standard deviation of {size}; a gradient of standard deviation 1 at the "
        f"last layer has {slope} at the inputs. ",
        f"经过 {depth} 层、每层 {width} 个 {TITLES[function]} 单元之后，输出的标准差为 {size}；最后一层处标准差为 1 的梯度，"
        f"回到输入处时为 {slope}。",
    ) + _verdict(float(spread[-1]), float(back[0]), saturated, function)
    snippet = _flow_program(scheme, function, depth, width, scale, seed)
    return View(lambda: _flow(flow, depth), summary, snippet, numbers, formula=_variance(scheme, width, scale))


def _flow(flow: lab.Signals, depth: int) -> str:
    axes = figures.panel((0, depth), SPREADS, labels=("", "σ"), log="y", whole="x", size=THIRD)
    for colour, values in ((COLOURS[0], flow.spread()), (COLOURS[1], flow.gradient_spread())):
        axes.plot(np.arange(depth + 1), values, "o-", color=colour, markersize=5, hold=True)
    shown = np.unique(np.linspace(1, depth, min(depth, SHOWN)).round().astype(int))
    outputs, gradients = T("Outputs, by layer", "各层的输出"), T("Gradients, by layer", "各层的梯度")
    # the gradient at the last layer is given, the one at the inputs has come all the way
    return figures.legend(
        (COLOURS[0], T("outputs, forward", "输出（前向）")), (COLOURS[1], T("gradients, backward", "梯度（反向）"))
    ) + figures.row(
        figures.svg(
            axes,
            T("Spread of outputs and gradients by layer", "各层输出与梯度的标准差"),
            caption=T("Standard deviation, by layer", "标准差（按层）"),
        ),
        _ridges(flow.values[shown], shown, COLOURS[0], outputs),
        _ridges(flow.gradients[shown - 1], shown - 1, COLOURS[1], gradients),
    )


def _uniform(bound: str, value: float) -> str:
    variance = rf"\operatorname{{Var}}(W) = \frac{{a^2}}{{3}} = {tex(value**2 / 3)}"
    return rf"W_{{ij}} \sim U(-a, a),\ a = {bound} = {tex(value)}, \quad {variance}"


def _normal(formula: str, value: float) -> str:
    return rf"\operatorname{{Var}}(W) = {formula} = {tex(value)}"


def _fill_in_tex(scheme: str, n: int, scale: float) -> str:
    """Return what a scheme fills a weight of n inputs and n outputs with, in LaTeX."""
    if scheme == "zeros":
        return "W = 0"
    if scheme == "constant":
        return rf"W_{{ij}} = {tex(scale)}"
    if scheme == "normal":
        return _normal(rf"\sigma^2 = {tex(scale)}^2", scale**2)
    if scheme == "pytorch":
        return _uniform(r"\frac{1}{\sqrt{n_\text{in}}}", n**-0.5)
    if scheme.startswith("xavier"):
        fans, variance = r"n_\text{in} + n_\text{out}", 1 / n
    else:
        fans, variance = r"n_\text{in}", 2 / n
    if scheme.endswith("normal"):
        return _normal(rf"\frac{{2}}{{{fans}}}", variance)
    return _uniform(rf"\sqrt{{\frac{{6}}{{{fans}}}}}", (3 * variance) ** 0.5)


def _variance(scheme: str, width: int, scale: float) -> str:
    """Return the variance that a scheme gives the weights, and why."""
    return lines(
        _fill_in_tex(scheme, width, scale),
        r"\operatorname{Var}\Big(\sum_j W_{ij} x_j\Big) = n_\text{in} \operatorname{Var}(W)\,\mathbb{E}[x^2]"
        rf", \qquad n_\text{{in}} = n_\text{{out}} = {width}",
    ) + T(
        "Forward the signal keeps its size where n<sub>in</sub> Var(W) = 1, backward where n<sub>out</sub> Var(W) = 1: "
        "Xavier takes the mean of both. ReLU lets half of E[x²] through, so He doubles the variance.",
        "前向信号在 n<sub>in</sub> Var(W) = 1 时保持大小，反向在 n<sub>out</sub> Var(W) = 1 时保持：Xavier 取两者的平均。"
        "ReLU 只让一半的 E[x²] 通过，所以 He 把方差加倍。",
    )


def _verdict(spread: float, back: float, saturated: float, function: str) -> str:
    """Judge the signal by what it is at the two ends of the net."""
    text = ""
    if function in lab.ENDS:
        low, high = (number(end) for end in lab.ENDS[function])
        text = T(
            f"{saturated:.0%} of the outputs are saturated, below {low} or above {high}. ",
            f"{saturated:.0%} 的输出饱和：小于 {low} 或大于 {high}。",
        )
    if max(spread, back) > LARGE:
        return text + T(f"One of the two is above {LARGE:g}: it explodes.", f"两者之一超过 {LARGE:g}：爆炸。")
    if min(spread, back) < SMALL:
        return text + T(f"One of the two is below {SMALL:g}: it vanishes.", f"两者之一小于 {SMALL:g}：消失。")
    return text + T(f"Both lie between {SMALL:g} and {LARGE:g}.", f"两者都在 {SMALL:g} 与 {LARGE:g} 之间。")


def _ridges(layers: NDArray[np.float32], names: NDArray[np.int64], colour: str, caption: str) -> str:
    """Return a figure of histograms, one above another. layers (L, rows, width), names (L,): their numbers."""
    finite = layers[np.isfinite(layers).all(axis=(1, 2))]
    limit = _round_up(3 * float(finite.std(axis=(1, 2), dtype=np.float64).max())) if len(finite) else 1.0
    axes = figures.panel(
        (-limit, limit),
        (-0.1, len(layers)),
        ticks=((-limit, 0.0, limit), tuple(float(place) for place in range(len(layers)))),
        names=((f"−{limit:g}", "0", f"{limit:g}"), tuple(str(n) for n in names)),
        labels=("", "ℓ"),
        size=THIRD,
    )
    for place, layer in enumerate(layers):
        shares, edges = lab.histogram(layer, -limit, limit, BINS)
        heights = place + 0.9 * np.append(shares, 0) / max(shares.max(), 1e-9)
        axes.fill_between(edges, place, heights, steps=True, color=colour, alpha=0.35)
        axes.plot(edges, heights, steps=True, color=colour, linewidth=1)
    return figures.svg(axes, T("Histograms, a layer each", "每层一个直方图"), caption=caption)


def _round_up(value: float) -> float:
    """Return the next of 1, 2, 5, 10, 20, ... that is at least `value` > 0; 1 for 0."""
    if value <= 0 or not np.isfinite(value):
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= value * (1 - 1e-9)))


def _ends_in_code(function: str) -> str:
    return ", ".join(map(str, lab.ENDS[function])) if function in lab.ENDS else "-torch.inf, torch.inf"


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
low, high = {_ends_in_code(function)}
print("saturated:", ((layers[-1] < low) | (layers[-1] > high)).double().mean().item())
"""


def start_training(
    schemes: list[str], function: str, depth: int, width: int, lr: float, scale: float, seed: int
) -> View:
    """Nets that differ in their initialization only, after 60 steps: {scheme: [loss, spread of the first layer's units]}."""
    if not schemes:
        raise ValueError(T("Choose a scheme.", "请选择一种初始化。"))
    run = lab.train(schemes, function, depth=depth, width=width, steps=STEPS, lr=lr, scale=scale, seed=seed)
    ends = zip(run.losses[:, -1].tolist(), run.unit_spread[:, -1].tolist())
    numbers = {name: [loss, 0.0 if spread < COPIES else spread] for name, (loss, spread) in zip(schemes, ends)}
    table = figures.table(
        ["", T(f"loss after {STEPS} steps", f"{STEPS} 步后的损失"), T("units differ by", "单元差异")],
        [[figures.swatch(COLOUR[name], SCHEMES[name]), *row] for name, row in numbers.items()],
    )
    snippet = _training_program(schemes, function, depth, width, lr, scale, seed)
    guess = T("random guessing", "随机猜测")
    formula = lines(
        *(rf"\text{{{SCHEMES[name]}}}: \quad {_fill_in_tex(name, width, scale)}" for name in schemes),
        rf"\text{{{guess}}}: \quad -\log \tfrac12 = 0.6931, \qquad W \leftarrow W - {tex(lr)}\,\frac{{\partial L}}{{\partial W}}",
    )
    return View(lambda: _training(schemes, run), _compare(numbers), snippet, numbers, table, formula)


def _training(schemes: list[str], run: lab.Training) -> str:
    left = figures.panel((0, STEPS), (0, 1), labels=("", "L"), whole="x")
    right = figures.panel((0, STEPS), (1e-4, 10), labels=("", "σ"), log="y", whole="x")
    for name, losses, spread in zip(schemes, run.losses, run.unit_spread):
        left.plot(losses, color=COLOUR[name])
        right.plot(spread, color=COLOUR[name], hold=True)
    return figures.legend(*((COLOUR[name], SCHEMES[name]) for name in schemes)) + figures.row(
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


def _compare(numbers: dict[str, list[float]]) -> str:
    finite = {name: loss for name, (loss, _) in numbers.items() if np.isfinite(loss)}
    if not finite:
        return T("All have diverged: try a smaller learning rate.", "全部发散：请减小学习率。")
    least = min(finite.values())
    best = listed([SCHEMES[name] for name, loss in finite.items() if loss <= least * (1 + 1e-9)])
    text = T(
        f"Lowest after {STEPS} steps: {best}, {number(least, 3)} (random guessing: 0.693).",
        f"{STEPS} 步之后最低的是 {best}：{number(least, 3)}（随机猜测为 0.693）。",
    )
    copies = [SCHEMES[name] for name, (_, spread) in numbers.items() if spread == 0]
    if copies:
        text += " " + T(
            f"With {listed(copies)} every unit of the first layer is still a copy of its neighbours: their gradients are equal, "
            "so nothing breaks the symmetry.",
            f"{listed(copies)}：第一层的单元仍然完全相同：它们的梯度相等，没有什么能打破对称性。",
        )
    return text


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
