"""Gradients by hand and by autograd, and a small net that learns a curve."""

import itertools
from functools import lru_cache

import numpy as np

from demos.frame import figures
from demos.frame.figures import COLOURS, GRID, MUTED, number
from demos.frame.language import T
from demos.frame.layout import View
from demos.frame.words import count, lines, term, tex
from zoo.lab import backpropagation as lab

STEPS, CURVE_STEPS, POINTS = 500, 300, 100
EVERY = 25
LOSSES = (1e-2, 1e9)
RATES = ("1e-7", "1e-6", "2e-6")  # as texts: a URL would spell the numbers in another way


def autograd(x: float, w: float, b: float) -> View:
    """y = wx + b and its gradients by autograd: y, dx, dw, db."""
    y, by_x, by_w, by_b = lab.affine(x, w, b)
    summary = T(
        f"Forward: y = {number(w)} · {number(x)} + {number(b)} = {number(y)}. Backward: ∂y/∂x = w = {number(by_x)}, "
        f"∂y/∂w = x = {number(by_w)}, ∂y/∂b = {number(by_b)}.",
        f"前向：y = {number(w)} · {number(x)} + {number(b)} = {number(y)}。反向：∂y/∂x = w = {number(by_x)}，"
        f"∂y/∂w = x = {number(by_w)}，∂y/∂b = {number(by_b)}。",
    )
    snippet = f"""import torch

x, w, b = (torch.tensor(float(v), requires_grad=True) for v in ({x}, {w}, {b}))
y = w * x + b
y.backward()
print("y:", y.item())
print("dx:", x.grad.item())
print("dw:", w.grad.item())
print("db:", b.grad.item())
"""
    formula = lines(
        rf"y = w x + b = {term(w)} \cdot {term(x)} + {term(b)} = {tex(y)}",
        rf"\frac{{\partial y}}{{\partial x}} = w = {tex(by_x)}, \qquad \frac{{\partial y}}{{\partial w}} = x = {tex(by_w)},"
        rf" \qquad \frac{{\partial y}}{{\partial b}} = {tex(by_b)}",
        r"\frac{\partial y}{\partial w} = \frac{\partial y}{\partial (w x)} \cdot \frac{\partial (w x)}{\partial w} = 1 \cdot x",
    )
    numbers = {"y": y, "dx": by_x, "dw": by_w, "db": by_b}
    return View(lambda: _graph(x, w, b, numbers), summary, snippet, numbers, formula=formula)


def _graph(x: float, w: float, b: float, numbers: dict[str, float]) -> str:
    y, by_x, by_w, by_b = numbers.values()
    nodes = (("x", x, by_x, 0, 150), ("w", w, by_w, 0, 50), ("b", b, by_b, 200, 10))
    places = (("w·x", w * x, 1.0, 200, 100), ("y", y, 1.0, 400, 60))
    arrows = ((92, 165, 198, 132), (92, 75, 198, 108), (292, 118, 398, 92), (292, 32, 398, 70))
    box = "".join(_node(*each, colour=0) for each in nodes) + "".join(_node(*each, colour=2) for each in places)
    lines = "".join(
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="var(--muted)" stroke-width="1.5"/>'
        for x1, y1, x2, y2 in arrows
    )
    alt = T("The graph of w x + b with values and gradients", "w x + b 的计算图，含数值与梯度")
    return figures.legend((COLOURS[0], T("leaves", "叶子节点")), (COLOURS[2], T("computed", "计算得到"))) + (
        f'<figure class="fig" style="--width:504px"><div class="plot"><svg viewBox="-4 0 504 210" role="img" aria-label="{alt}">'
        f"{lines}{box}</svg></div></figure>"
    )


def _node(name: str, value: float, gradient: float, x: int, y: int, *, colour: int) -> str:
    """Return a node of the graph: its name and value, and the gradient that reaches it."""
    return (
        f'<rect x="{x}" y="{y}" width="92" height="44" rx="8" fill="var(--wash)" stroke="var(--c{colour})"/>'
        f'<text x="{x + 46}" y="{y + 18}" text-anchor="middle" font-size="13" fill="var(--ink)">{name} = {_plain(value)}</text>'
        f'<text x="{x + 46}" y="{y + 36}" text-anchor="middle" font-size="12" fill="var(--muted)">∂y: {_plain(gradient)}</text>'
    )


def _plain(value: float) -> str:
    return f"{value + 0.0:.4g}".replace("-", "−")  # + 0.0: no minus before a zero


def two_layer_net(hidden: int, lr: str, steps: int) -> View:
    """A net 1000-hidden-10 by hand-derived gradients and by autograd: hand, autograd (losses), difference (of gradients)."""
    losses, nets = _by_hand(hidden, float(lr))
    near = max(step for step in nets if step <= steps)
    *_, (by_autograd, _) = itertools.islice(
        lab.descend(nets[near], lab.gradients_by_autograd, lr=float(lr)), steps - near + 1
    )
    difference = _first_difference(hidden)
    numbers = {"hand": float(losses[steps]), "autograd": by_autograd, "difference": round(difference, 9)}
    apart = (
        T("are exactly equal.", "完全相等。")
        if difference == 0
        else T(
            f"differ by {number(difference, 2)} of their size at most: rounding.",
            f"最多相差其大小的 {number(difference, 2)}：只是舍入误差。",
        )
    )
    summary = T(
        f"After {count(steps, 'step')} by the hand-written derivative the loss is {number(numbers['hand'], 5)}. Where autograd "
        f"takes over the derivative from step {near} on, it is {number(numbers['autograd'], 5)}. At the start both gradients "
        f"{apart}",
        f"用手工推导的导数走 {steps} 步之后，损失为 {number(numbers['hand'], 5)}；如果从第 {near} 步起由 autograd 接手求导，"
        f"损失为 {number(numbers['autograd'], 5)}。开始时两者的梯度{apart}",
    )
    snippet = f"""import torch
from torch.nn import functional as F

g = torch.Generator().manual_seed(0)
shapes = (64, 1000), (64, 10), (1000, {hidden}), ({hidden}, 10)
x, y, W1, W2 = (torch.randn(shape, generator=g, dtype=torch.float64) for shape in shapes)


def by_hand(W1, W2):
    h = x @ W1
    error = h.clamp(min=0) @ W2 - y
    return (error**2).sum(), x.T @ (2 * error @ W2.T * (h > 0)), h.clamp(min=0).T @ (2 * error)


def by_autograd(W1, W2):
    W1, W2 = W1.requires_grad_(), W2.requires_grad_()
    loss = F.mse_loss(F.relu(x @ W1) @ W2, y, reduction="sum")
    return loss.detach(), *torch.autograd.grad(loss, (W1, W2))


for name, gradients in {{"hand": by_hand, "autograd": by_autograd}}.items():
    w1, w2 = W1.clone(), W2.clone()
    for step in range({steps}):
        _, d1, d2 = gradients(w1, w2)
        w1, w2 = w1.detach() - {lr} * d1, w2.detach() - {lr} * d2
    print(f"{{name}}:", gradients(w1, w2)[0].item())
pairs = zip(by_hand(W1, W2)[1:], by_autograd(W1.clone(), W2.clone())[1:])
print("difference:", round(max(((a - b).abs().max() / b.abs().max()).item() for a, b in pairs), 9))
"""
    formula = lines(
        r"\hat y = \max(0, x W_1)\, W_2, \qquad L = \sum (\hat y - y)^2" + f" = {tex(numbers['hand'], 5)}",
        r"\frac{\partial L}{\partial W_2} = \max(0, x W_1)^\top\, 2 (\hat y - y)",
        r"\frac{\partial L}{\partial W_1} = x^\top \left( 2 (\hat y - y)\, W_2^\top \odot [x W_1 > 0] \right)",
        rf"W \leftarrow W - \eta\,\frac{{\partial L}}{{\partial W}}, \qquad \eta = {tex(float(lr))}",
    )
    return View(lambda: _losses(losses, numbers["autograd"], steps), summary, snippet, numbers, formula=formula)


def _losses(losses: np.ndarray, by_autograd: float, steps: int) -> str:
    axes = figures.panel((0, STEPS), LOSSES, labels=("", "L"), log="y", whole="x")
    axes.plot(losses, color=GRID, linewidth=1.5, hold=True)
    axes.plot(losses[: steps + 1], color=COLOURS[0], hold=True)
    axes.plot([steps], [by_autograd], "o", color=COLOURS[1], markersize=10, hold=True)
    return figures.legend(
        (COLOURS[0], T("by hand", "手工推导")), (COLOURS[1], T("by autograd", "由 autograd 计算"))
    ) + figures.row(
        figures.svg(
            axes,
            T("Loss by step", "各步的损失"),
            caption=T("Summed squared error, by step", "误差平方和（按步）"),
            extra=figures.handle(axes, "steps"),
        )
    )


@lru_cache(maxsize=3)
def _by_hand(hidden: int, lr: float) -> tuple[np.ndarray, dict[int, lab.TwoLayerNet]]:
    """Return the losses (STEPS + 1,) by hand, and the net at every EVERY steps: from there autograd takes over."""
    losses, nets = [], {}
    for step, (loss, net) in enumerate(lab.descend(lab.two_layer_net(hidden=hidden), lab.gradients_by_hand, lr=lr)):
        losses.append(loss)
        if step % EVERY == 0:
            nets[step] = net
        if step == STEPS:
            return np.array(losses), nets
    raise AssertionError("gradient descent goes on without end")


@lru_cache(maxsize=2)
def _first_difference(hidden: int) -> float:
    """Return how far the first gradients of both ways differ, relative to their size."""
    net = lab.two_layer_net(hidden=hidden)
    pairs = zip(lab.gradients_by_hand(*net)[1:], lab.gradients_by_autograd(*net)[1:])
    return max(((a - b).abs().max() / b.abs().max()).item() for a, b in pairs)


def curve_fit(hidden: int, lr: float, steps: int, seed: int) -> View:
    """A ReLU net 1-hidden-1 fitted to y = x² + 0.2 U(0, 1) on 100 points: loss, and fit at five of them."""
    run = _curve(hidden, lr, seed)
    at = run.fits[steps][:: POINTS // 5]
    summary = T(
        f"After {count(steps, 'step')} the mean squared error is {number(run.losses[steps], 3)}. "
        f"{count(hidden, 'ReLU unit')} can draw "
        f"a line of at most {hidden + 1} straight pieces. The noise has a variance of {number(0.04 / 12, 3)}.",
        f"{steps} 步之后均方误差为 {number(run.losses[steps], 3)}。{hidden} 个 ReLU 单元画出的折线最多有 {hidden + 1} 段。"
        f"噪声的方差为 {number(0.04 / 12, 3)}。",
    )
    formula = lines(
        rf"\hat y(x) = \sum_{{j=1}}^{{{hidden}}} v_j \max(0, w_j x + b_j) + c",
        rf"L = \frac{{1}}{{{POINTS}}} \sum_i (\hat y(x_i) - y_i)^2 = {tex(float(run.losses[steps]))}",
        rf"\theta \leftarrow \theta - {tex(lr)}\,\frac{{\partial L}}{{\partial \theta}}",
        r"\operatorname{Var}(0.2\,U(0, 1)) = \frac{0.2^2}{12} = 0.003333",
    )
    snippet = f"""import torch
from torch import nn

g = torch.Generator().manual_seed({seed})
x = torch.linspace(-1, 1, {POINTS}, dtype=torch.float64)[:, None]
y = x**2 + 0.2 * torch.rand(x.shape, generator=g, dtype=torch.float64)
net = nn.Sequential(nn.Linear(1, {hidden}), nn.ReLU(), nn.Linear({hidden}, 1)).double()
for parameter, fan_in in zip(net.parameters(), (1, 1, {hidden}, {hidden})):
    nn.init.uniform_(parameter, -(fan_in**-0.5), fan_in**-0.5, generator=g)
optimizer = torch.optim.SGD(net.parameters(), lr={lr})
for step in range({steps}):
    optimizer.zero_grad()
    nn.functional.mse_loss(net(x), y).backward()
    optimizer.step()
print("loss:", nn.functional.mse_loss(net(x), y).item())
print("fit:", *net(x)[::{POINTS // 5}, 0].tolist())
"""
    numbers = {"loss": float(run.losses[steps]), "fit": at.tolist()}
    return View(lambda: _fit(run, steps), summary, snippet, numbers, formula=formula)


def _fit(run: lab.Curve, steps: int) -> str:
    axes = figures.panel((-1, 1), (-0.5, 1.5), labels=("x", "y"))
    axes.plot(run.x, run.y, "o", color=MUTED, markersize=3)
    for step in range(0, steps, 10):
        axes.plot(run.x, run.fits[step], color=COLOURS[0], linewidth=0.8, alpha=0.25)
    axes.plot(run.x, run.fits[steps], color=COLOURS[0], linewidth=2.5)
    axes.text(-0.9, -0.35, f"L = {run.losses[steps]:.4f}", anchor="start")
    plane = figures.panel((0, CURVE_STEPS), (1e-3, 10), labels=("", "L"), log="y", whole="x")
    plane.plot(run.losses, color=GRID, linewidth=1.5, hold=True)
    plane.plot(run.losses[: steps + 1], color=COLOURS[0], hold=True)
    return figures.row(
        figures.svg(
            axes,
            T("Points and the net's curve", "数据点与网络的曲线"),
            caption=T("Fit; faint: every 10 steps", "拟合；浅色：每 10 步"),
        ),
        figures.svg(
            plane,
            T("Loss by step", "各步的损失"),
            caption=T("Loss, by step (drag)", "损失（按步，可拖动）"),
            extra=figures.handle(plane, "steps"),
        ),
    )


@lru_cache(maxsize=64)
def _curve(hidden: int, lr: float, seed: int) -> lab.Curve:
    return lab.fit_curve(hidden=hidden, lr=lr, steps=CURVE_STEPS, every=1, points=POINTS, seed=seed)
