"""Dropout: its masks, the mean that they keep, and what it does for a net with too many units."""

from functools import lru_cache

import numpy as np

from demos.frame import figures
from demos.frame.figures import COLOURS, GRID, INK, MUTED, number
from demos.frame.language import T
from demos.frame.layout import View
from demos.frame.words import count, lines, tex
from zoo.lab import dropout as lab

NUMBERS = np.arange(16.0).reshape(2, 8)
HIDDEN, STEPS, TEST_ROWS, FLIPPED = 32, 80, 1000, 0.15
LOSSES = (1e-2, 10)


def dropout_mask(p: float, draws: int, seed: int) -> View:
    """Dropout on the numbers 0 to 15: dropped (the first draw) and mean (of all draws)."""
    drawn = lab.draws(NUMBERS, p, count=draws, seed=seed)
    first, mean = drawn[0], drawn.mean(0)
    stay = int((first != 0).sum())
    gap = float(np.abs(mean - NUMBERS).max())
    summary = (
        T("p = 1 drops everything: there is nothing left to scale.", "p = 1 全部丢弃：没有剩下可以缩放的数。")
        if p == 1
        else T(
            f"Each number is dropped with probability {number(p)}; those that stay ({stay} of the 15 positive ones "
            f"this time) are "
            f"multiplied by 1 / (1 − p) = {number(1 / (1 - p))}. Over {count(draws, 'draw')} the means are at most "
            f"{number(gap, 3)} off. "
            "At evaluation nothing is dropped or scaled.",
            f"每个数以概率 {number(p)} 被丢弃；留下的（15 个正数中这次有 {stay} 个）乘以 1 / (1 − p) = {number(1 / (1 - p))}。"
            f"{draws} 次抽样的平均与原数最多相差 {number(gap, 3)}。评估时不丢弃也不缩放。",
        )
    )
    snippet = f"""import torch

x = torch.arange(16, dtype=torch.float64).reshape(2, 8)
p, generator = {p}, torch.Generator().manual_seed({seed})
keep = torch.empty({draws}, 2, 8, dtype=torch.float64).bernoulli_(1 - p, generator=generator)
y = x * keep / (1 - p) if p < 1 else 0 * x * keep  # what nn.Dropout(p) does while it trains
print("dropped:", *y[0].flatten().tolist())
print("mean:", *y.mean(0).flatten().tolist())
"""
    numbers = {"dropped": first.ravel().tolist(), "mean": mean.ravel().tolist()}
    return View(lambda: _draws(first, mean, p, draws), summary, snippet, numbers, formula=_inverted(p))


def _inverted(p: float) -> str:
    """Return dropout's two forms and the mean that each leaves."""
    scale = rf"\frac{{m_i x_i}}{{1 - {tex(p)}}}" if p < 1 else "0"
    return lines(
        r"m_i \sim \text{Bernoulli}(1 - p), \qquad y_i = \frac{m_i x_i}{1 - p} = " + scale,
        r"\mathbb{E}[y_i] = \frac{(1 - p)\,x_i}{1 - p} = x_i" if p < 1 else r"\mathbb{E}[y_i] = 0 \ne x_i",
        rf"\text{{{T('classic form', '经典形式')}}}: \quad y_i = m_i x_i, \quad"
        + rf" \text{{{T('at evaluation', '评估时')}}}\ y_i = (1 - p)\,x_i = {tex(1 - p)}\,x_i",
    ) + T(
        "Usual rates are 0.2 to 0.5, lower near the input. A max-norm bound on each unit's weights, ‖w‖ ≤ c, allows rates ten "
        "times as high and momentum of 0.95 to 0.99. Dropout keeps no unit's weight small, as L2 does: it makes units "
        "useful without one another.",
        "常用的丢弃率为 0.2 到 0.5，靠近输入处更低。对每个单元的权重施加最大范数约束 ‖w‖ ≤ c，"
        "可以使用十倍大的学习率和 0.95 到 0.99 的动量。"
        "Dropout 并不像 L2 那样缩小权重：它让各单元不依赖彼此。",
    )


def _draws(first: np.ndarray, mean: np.ndarray, p: float, draws: int) -> str:
    axes = figures.panel((0, 8), (0, 2), size=(400, 180), ticks=((), ()), names=((), ()))
    _cells(axes, first)
    plane = figures.panel((-1, 16), (-1, 20), labels=("x", "y"))
    plane.plot([0, 15], [0, 15], color=MUTED, linewidth=1.5, dashes=(4, 3))
    plane.plot([0, 15], [0, 15 * (1 - p)], color=COLOURS[3], linewidth=1.5, dashes=(1, 2))
    plane.plot(NUMBERS.ravel(), mean.ravel(), "o", color=COLOURS[0], markersize=7)
    return figures.legend(
        (COLOURS[0], T(f"mean of {count(draws, 'draw')}", f"{draws} 次的平均")),
        (MUTED, T("the number itself", "原来的数")),
        (COLOURS[3], T("what would be left without the scaling", "不缩放时剩下的")),
    ) + figures.row(
        figures.svg(
            axes, T("Sixteen numbers, some dropped", "十六个数，有些被丢弃"), caption=T("One draw", "一次抽样")
        ),
        figures.svg(
            plane, T("Means of the numbers", "各数的平均"), caption=T("Means over the draws", "多次抽样的平均")
        ),
    )


def _cells(axes: figures.Panel, values: np.ndarray) -> None:
    """Draw numbers (2, 8) as cells, the dropped ones empty; the first number is 0 either way."""
    for (row, column), value in np.ndenumerate(values):
        dropped = value == 0 and (row, column) != (0, 0)
        colour = GRID if dropped else COLOURS[0]
        text = "0" if value == 0 else f"{value:.3g}"
        axes.cell(column, 1 - row, text, color=colour, ink=MUTED if dropped else INK)


def dropout_net(p: float, rows: int, seed: int) -> View:
    """A net with too many units trained with dropout p and without: with, without as [train and test loss, accuracies]."""
    runs = {"with": _trained(p, rows, seed), "without": _trained(0.0, rows, seed)}
    numbers = {name: [float(column[-1]) for column in run[1:]] for name, run in runs.items()}
    names = {"with": f"p = {number(p)}", "without": "p = 0"}
    table = figures.table(
        [
            "",
            T("training loss", "训练损失"),
            T("test loss", "测试损失"),
            T("training accuracy", "训练准确率"),
            T("test accuracy", "测试准确率"),
        ],
        [[names[name], *row] for name, row in numbers.items()],
    )
    one, none = numbers["with"], numbers["without"]
    summary = T(
        f"A net 20-{HIDDEN}-{HIDDEN}-1 learns from {rows} rows, 15 % of them labelled wrongly. With p = {number(p)} it ends "
        f"at a test loss of {number(one[1], 3)} and a test accuracy of {one[3]:.1%}, without dropout at {number(none[1], 3)} "
        f"and {none[3]:.1%}. Test loss less training loss: {number(one[1] - one[0], 3)} with, {number(none[1] - none[0], 3)} "
        "without.",
        f"网络 20-{HIDDEN}-{HIDDEN}-1 从 {rows} 行数据学习，其中 15 % 的标签是错的。p = {number(p)} 时测试损失为 "
        f"{number(one[1], 3)}，测试准确率为 {one[3]:.1%}；不用 dropout 时为 {number(none[1], 3)} 和 {none[3]:.1%}。"
        f"测试损失减训练损失：用 dropout 为 {number(one[1] - one[0], 3)}，不用为 {number(none[1] - none[0], 3)}。",
    )
    if not np.isfinite(one[1]):
        summary += " " + T("A loss of nan means that the run diverged.", "损失为 nan 表示训练发散了。")
    formula = lines(
        rf"h_1 = \operatorname{{dropout}}_{{{tex(p)}}}(\operatorname{{ReLU}}(W_1 x + b_1)), \quad"
        rf" h_2 = \operatorname{{dropout}}_{{{tex(p)}}}(\operatorname{{ReLU}}(W_2 h_1 + b_2)), \quad z = w_3^\top h_2 + b_3",
        r"L = \operatorname{BCE}(\sigma(z), y), \qquad \text{SGD}: \ \eta = 0.1,\ \beta = 0.9",
    )
    return View(lambda: _training(runs), summary, _net_program(p, rows, seed), numbers, table, formula)


def _training(runs: dict[str, lab.Training]) -> str:
    panels = []
    for low_high, symbol, log, columns, caption in (
        (LOSSES, "L", "y", ("train_losses", "test_losses"), T("Loss, by step", "损失（按步）")),
        ((0.4, 1), "", "", ("train_accuracies", "test_accuracies"), T("Accuracy, by step", "准确率（按步）")),
    ):
        axes = figures.panel((0, STEPS), low_high, labels=("", symbol), log=log, whole="x")
        for name, run in runs.items():
            for colour, column in zip(COLOURS, columns):
                style = {} if name == "with" else {"linewidth": 1.2, "dashes": (3, 3)}
                axes.plot(run.steps, getattr(run, column), color=colour, hold=True, **style)
        panels.append(figures.svg(axes, caption, caption=caption))
    return figures.legend(
        (COLOURS[0], T("training rows", "训练数据")),
        (COLOURS[1], T("unseen rows", "未见过的数据")),
        (MUTED, T("dashed: without dropout", "虚线：不用 dropout")),
    ) + figures.row(*panels)


@lru_cache(maxsize=512)
def _trained(p: float, rows: int, seed: int) -> lab.Training:
    return lab.train(p, hidden=HIDDEN, rows=rows, test_rows=TEST_ROWS, steps=STEPS, every=20, seed=seed)


def _net_program(p: float, rows: int, seed: int) -> str:
    return f"""import torch
from torch import nn
from torch.nn import functional as F


def problem(rows, seed):
    g = torch.Generator().manual_seed(seed)
    x = torch.randn(rows, 20, generator=g)
    y = (x[:, :5].sum(1) > 0) ^ (torch.rand(rows, generator=g) < {FLIPPED})
    return x.double(), y.double()


def forward(net, x, p, g):
    for layer in (net[0], net[1]):
        x = F.relu(layer(x))
        x = x * torch.empty_like(x, requires_grad=False).bernoulli_(1 - p, generator=g) / (1 - p) if p else x
    return net[2](x)[:, 0]


train, test = problem({rows}, {seed}), problem({TEST_ROWS}, {seed + 10_000})
for name, p in {{"with": {p}, "without": 0}}.items():
    g = torch.Generator().manual_seed({seed})
    net = nn.ModuleList(nn.Linear(i, o, dtype=torch.float64) for i, o in ((20, {HIDDEN}), ({HIDDEN}, {HIDDEN}), ({HIDDEN}, 1)))
    for layer in net:
        nn.init.normal_(layer.weight, 0, (2 / layer.in_features) ** 0.5, generator=g)
        nn.init.zeros_(layer.bias)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    for step in range({STEPS}):
        optimizer.zero_grad()
        F.binary_cross_entropy_with_logits(forward(net, train[0], p, g), train[1]).backward()
        optimizer.step()
    outputs = [(forward(net, x, 0, g), y) for x, y in (train, test)]
    losses = [F.binary_cross_entropy_with_logits(z, y).item() for z, y in outputs]
    accuracies = [((z > 0) == (y > 0)).float().mean().item() for z, y in outputs]
    print(f"{{name}}:", *losses, *accuracies)
"""
