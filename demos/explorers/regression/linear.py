"""Linear regression from scratch, concise and in closed form, and with a single weight by hand and by autograd."""

from functools import lru_cache

import numpy as np

from demos.frame import figures
from demos.frame.figures import COLOURS, MUTED, number
from demos.frame.language import T
from demos.frame.layout import View
from demos.frame.words import count, lines, tex
from zoo.lab import regression as lab

POINTS, LOSSES, COSTS = 100, (1e-5, 1e2), (1e-12, 1e6)
X, Y = (1.0, 2.0, 3.0), (2.0, 4.0, 6.0)
METHODS = {
    "scratch": T("from scratch", "从零实现"),
    "concise": T("concise", "简洁实现"),
    "closed": T("closed form", "解析解"),
}


def linear_regression(lr: float, batch_size: int, epochs: int, rows: int, noise: float, seed: int) -> View:
    """y = Xw + b fitted three ways: scratch, concise and closed, each as [w1, w2, w3, b]."""
    features, labels = _problem(rows, noise, seed)
    settings = {"batch_size": batch_size, "lr": lr, "epochs": epochs, "seed": seed}
    scratch = lab.from_scratch(features, labels, **settings)
    fits = {
        "scratch": scratch,
        "concise": lab.concise(features, labels, **settings, last=scratch.last),
        "closed": lab.closed_form(features, labels),
    }
    numbers = {name: [*fit.weight.tolist(), fit.bias] for name, fit in fits.items()}
    truth = [*lab.TRUE_WEIGHT, lab.TRUE_BIAS]
    rows_shown = [["", *truth], *([METHODS[name], *numbers[name]] for name in numbers)]
    rows_shown[0][0] = T("true", "真实值")
    table = figures.table(["", "w₁", "w₂", "w₃", "b"], rows_shown, digits=5)
    apart = _distance(numbers["scratch"], numbers["concise"])
    far, near = (number(_distance(numbers[name], truth), 3) for name in ("scratch", "closed"))
    same = (
        T("they end at exactly the same numbers.", "两者的结果完全相同。")
        if apart == 0
        else T(f"they differ by {number(apart, 2)} at most.", f"两者最多相差 {number(apart, 2)}。")
    )
    summary = T(
        f"After {count(epochs, 'epoch')} SGD is at most {far} away from the true numbers, the closed form {near}. "
        f"Over the last epoch, from scratch and concise take the same steps from one place: {same}",
        f"{epochs} 轮之后，SGD 与真实值最多相差 {far}，解析解最多相差 {near}。在最后一轮，"
        f"从零实现与简洁实现从同一处出发，走同样的步子：{same}",
    )
    formula = lines(
        r"L(w, b) = \frac{1}{n} \sum_{i=1}^{n} \tfrac12 (x_i^\top w + b - y_i)^2",
        rf"w \leftarrow w - \frac{{\eta}}{{|B|}} \sum_{{i \in B}} x_i\,(x_i^\top w + b - y_i), \quad"
        rf" b \leftarrow b - \frac{{\eta}}{{|B|}} \sum_{{i \in B}} (x_i^\top w + b - y_i), \quad \eta = {tex(lr)},\ "
        rf"|B| = {batch_size}",
        r"\hat w = (X^\top X)^{-1} X^\top y = (" + r",\ ".join(tex(v) for v in numbers["closed"]) + ")",
        r"L \ge \frac{\sigma^2}{2} = "
        + rf"\frac{{{tex(noise)}^2}}{{2}} = {tex(noise**2 / 2)} \quad (\text{{{T('on average', '平均而言')}}})",
    )
    picture = lambda: _curve_and_scatter(fits, features, labels, epochs)  # noqa: E731
    return View(picture, summary, _program(lr, batch_size, epochs, rows, noise, seed), numbers, table, formula)


def _curve_and_scatter(fits: dict[str, lab.LinearFit], features: np.ndarray, labels: np.ndarray, epochs: int) -> str:
    axes = figures.panel((0, epochs), LOSSES, labels=("", "L"), log="y", whole="x")
    axes.plot(fits["scratch"].losses, color=COLOURS[0], linewidth=5, alpha=0.4, hold=True)
    axes.plot([epochs - 1, epochs], fits["concise"].losses, "o-", color=COLOURS[1], hold=True)
    axes.plot([0, epochs], 2 * [fits["closed"].losses[0]], color=COLOURS[2], linewidth=1.5, hold=True)
    plane = figures.panel((-20, 20), (-20, 20), labels=("y", "ŷ"))
    plane.plot([-20, 20], [-20, 20], color=MUTED, linewidth=1.2, dashes=(4, 3))
    predicted = features[:POINTS] @ fits["scratch"].weight + fits["scratch"].bias
    plane.plot(labels[:POINTS], predicted, "o", color=COLOURS[0], markersize=4)
    return figures.legend(*((COLOURS[i], title) for i, title in enumerate(METHODS.values()))) + figures.row(
        figures.svg(
            axes, T("Loss of the three by epoch", "三种方法各轮的损失"), caption=T("Loss, by epoch", "损失（按轮）")
        ),
        figures.svg(
            plane,
            T("Predictions against labels", "预测与标签"),
            caption=T(f"{POINTS} predictions ŷ against labels y", f"{POINTS} 个预测 ŷ 与标签 y"),
        ),
    )


@lru_cache(maxsize=64)
def _problem(rows: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    return lab.synthetic(rows, noise, seed)


def _distance(a: list[float], b: list[float]) -> float:
    return float(np.abs(np.subtract(a, b)).max())


def _program(lr: float, batch_size: int, epochs: int, rows: int, noise: float, seed: int) -> str:
    return f"""import numpy as np
import torch
from torch import nn

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng({seed})
X = torch.from_numpy(rng.normal(size=({rows}, 3)))
y = X @ torch.tensor({list(lab.TRUE_WEIGHT)}) + {lab.TRUE_BIAS} + {noise} * torch.from_numpy(rng.normal(size={rows}))


def batches(rng):
    return torch.from_numpy(rng.permutation({rows})).split({batch_size})


rng = np.random.default_rng({seed})
w, b = torch.from_numpy(0.01 * rng.normal(size=3)), torch.zeros(())
for epoch in range({epochs}):
    for rows in batches(rng):
        error = X[rows] @ w + b - y[rows]
        w = w - {lr} * (error @ X[rows]) / len(rows)
        b = b - {lr} * error.sum() / len(rows)
print("scratch:", *w.tolist(), b.item())

rng = np.random.default_rng({seed})
net = nn.Linear(3, 1)
net.load_state_dict({{"weight": torch.from_numpy(0.01 * rng.normal(size=(1, 3))), "bias": torch.zeros(1)}})
optimizer = torch.optim.SGD(net.parameters(), lr={lr})
for epoch in range({epochs}):
    for rows in batches(rng):
        optimizer.zero_grad()
        (nn.functional.mse_loss(net(X[rows])[:, 0], y[rows]) / 2).backward()
        optimizer.step()
print("concise:", *net.weight[0].tolist(), net.bias.item())

A = torch.cat([X, torch.ones({rows}, 1)], dim=1)
print("closed:", *torch.linalg.lstsq(A, y[:, None]).solution[:, 0].tolist())
"""


def one_weight(reduction: str, lr: float, epochs: int) -> View:
    """y = wx fitted to (1, 2), (2, 4), (3, 6) from w = 0: hand and autograd, each as [w, cost]."""
    mean = reduction == "mean"
    by_hand = lab.one_weight(X, Y, lr=lr, epochs=epochs, mean=mean)
    numbers = {"hand": [float(column[-1]) for column in by_hand], "autograd": _by_autograd(lr, epochs, mean)}
    weights, costs = by_hand
    factor = 1 - lr * (28 / 3 if mean else 28)
    verdict = (
        T("so it diverges.", "因此发散。")
        if abs(factor) > 1
        else T("so it jumps from side to side, ever closer.", "因此左右跳动，越来越近。")
        if factor < 0
        else T("so it comes closer from one side.", "因此从一侧逐渐靠近。")
    )
    summary = T(
        f"w = {number(weights[-1], 6)} after {count(epochs, 'epoch')} (2 is best), cost {number(costs[-1], 3)}; "
        f"autograd comes to "
        f"{number(numbers['autograd'][0], 6)}. Every step multiplies the distance to 2 by {number(factor, 3)}, {verdict}",
        f"{epochs} 轮之后 w = {number(weights[-1], 6)}（最优为 2），代价为 {number(costs[-1], 3)}；autograd 得到 "
        f"{number(numbers['autograd'][0], 6)}。每一步都把与 2 的距离乘以 {number(factor, 3)}，{verdict}",
    )
    snippet = f"""import torch
from torch import nn

torch.set_default_dtype(torch.float64)
x, y = torch.tensor({list(X)}), torch.tensor({list(Y)})
w = torch.tensor(0.0)
for epoch in range({epochs}):
    w = w - {lr} * (2 * x * (w * x - y)).{reduction}()
print("hand:", w.item(), ((w * x - y) ** 2).{reduction}().item())

net = nn.Linear(1, 1, bias=False)
nn.init.zeros_(net.weight)
optimizer = torch.optim.SGD(net.parameters(), lr={lr})
for epoch in range({epochs}):
    optimizer.zero_grad()
    nn.functional.mse_loss(net(x[:, None]), y[:, None], reduction="{reduction}").backward()
    optimizer.step()
cost = nn.functional.mse_loss(net(x[:, None]), y[:, None], reduction="{reduction}")
print("autograd:", net.weight.item(), cost.item())
"""
    scale, sign = (r"\frac{1}{3}", "28/3") if mean else ("", "28")
    formula = lines(
        rf"J(w) = {scale} \sum_i (w x_i - y_i)^2 = {scale} \cdot 14\,(w - 2)^2".replace("=  \\cdot", "="),
        rf"\frac{{\partial J}}{{\partial w}} = {scale} \sum_i 2 x_i (w x_i - y_i) = {sign}\,(w - 2)",
        rf"w - 2 \leftarrow (1 - {sign}\,\eta)(w - 2) = {tex(factor)}\,(w - 2), \qquad \eta = {tex(lr)}",
        rf"|1 - L \eta| < 1 \iff \eta < \frac{{2}}{{L}} = {tex(2 / (28 / 3 if mean else 28))}",
    )
    return View(lambda: _parabola(weights, costs, epochs, mean), summary, snippet, numbers, formula=formula)


def _parabola(weights: np.ndarray, costs: np.ndarray, epochs: int, mean: bool) -> str:
    places = np.linspace(-4, 8, 121)
    axes = figures.panel((-4, 8), (0, 200), labels=("w", "J"))
    axes.plot(places, (14 / 3 if mean else 14) * (places - 2) ** 2, color=MUTED)
    path = figures.paths(axes, [(COLOURS[0], np.column_stack([weights, costs]))])
    plane = figures.panel((0, epochs), COSTS, labels=("", "J"), log="y", whole="x")
    steps = np.arange(epochs + 1)
    fall = figures.paths(plane, [(COLOURS[0], np.column_stack([steps, plane.held(steps, costs, COLOURS[0])]))])
    return figures.row(
        figures.svg(axes, T("Cost by weight", "代价随权重的变化"), caption=T("Cost of w", "w 的代价"), extra=path),
        figures.svg(plane, T("Cost by epoch", "各轮的代价"), caption=T("Cost, by epoch", "代价（按轮）"), extra=fall),
    ) + figures.player(epochs)


def _by_autograd(lr: float, epochs: int, mean: bool) -> list[float]:
    """Return [w, cost]: a mean over three points is a sum at a third of the rate."""
    weights, costs = lab.one_weight_concise(X, Y, lr=lr / 3 if mean else lr, epochs=epochs)
    return [float(weights[-1]), float(costs[-1]) / (3 if mean else 1)]
