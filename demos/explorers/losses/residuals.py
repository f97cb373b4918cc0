"""Losses of a residual: L1, squared and Huber, and what one outlier does to a line fitted under each."""

import numpy as np

from demos.frame import figures
from demos.frame.figures import COLOURS, MUTED, number
from demos.frame.language import T
from demos.frame.layout import View
from zoo.lab import line_fit as lines
from zoo.lab import losses

TITLES = {"l1": "L1", "mse": T("squared (MSE)", "平方（MSE）"), "huber": "Huber"}
COLOUR = dict(zip(TITLES, COLOURS))
CALLS = {"l1": "F.l1_loss({})", "mse": "F.mse_loss({})", "huber": "F.huber_loss({}, delta={delta})"}


def regression_loss(kinds: list[str], residual: float, delta: float) -> View:
    """Losses of one residual and their gradients: {loss: [value, gradient]}."""
    r = np.linspace(-4, 4, 321)
    at = {name: [float(v) for v in losses.regression(name, residual, delta=delta)] for name in kinds}
    panels = []
    captions = ((T("Loss", "损失"), (0, 8), "L"), (T("Gradient", "梯度"), (-6, 6), "∂L/∂r"))
    for which, (caption, limits, symbol) in enumerate(captions):
        figure, axes = figures.panel((-4, 4), limits, labels=("r", symbol))
        axes.axvline(residual, color=MUTED, linewidth=1, dashes=(3, 3))
        for name in kinds:
            axes.plot(r, losses.regression(name, r, delta=delta)[which], color=COLOUR[name], linewidth=2)
            axes.plot(residual, at[name][which], "o", color=COLOUR[name], markersize=7)
        panels.append(figures.svg(figure, caption, caption=caption, extra=figures.handle(axes, "residual")))
    legend = figures.legend(*((COLOUR[name], TITLES[name]) for name in kinds))
    table = figures.table(["", "L", "∂L/∂r"], [[TITLES[name], *at[name]] for name in kinds])
    summary = T(
        f"A residual of {number(residual)} pulls squared error with a force that grows with it, L1 always with the same, "
        f"Huber as squared error up to δ = {number(delta)} and as L1 beyond: outliers count less.",
        f"残差为 {number(residual)} 时，平方损失的梯度随残差增大，L1 的梯度始终一样大，"
        f"Huber 在 δ = {number(delta)} 以内像平方损失，超出后像 L1：离群点的影响较小。",
    )
    calls = "".join(
        f'    "{name}": lambda r: {CALLS[name].format("r, torch.zeros_like(r)", delta=delta)},\n' for name in kinds
    )
    snippet = f"""import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
losses = {{
{calls}}}
for name, loss in losses.items():
    r = torch.tensor({residual}, requires_grad=True)  # prediction - target
    value = loss(r)
    (gradient,) = torch.autograd.grad(value, r)
    print(f"{{name}}:", value.item(), gradient.item())
"""
    return View(legend + figures.row(*panels), summary, snippet, at, table)


def line_fit(x: float, y: float, delta: float, noise: float) -> View:
    """The lines with the least mean loss through 20 points on a line and one outlier: {loss: [slope, intercept]}."""
    xs, ys = lines.points(noise=noise)
    xs, ys = np.append(xs.round(3), x), np.append(ys.round(3), y)
    fits = {name: lines.fit(name, xs, ys, delta=delta) for name in TITLES}
    figure, axes = figures.panel((-4, 4), (-6, 6), labels=("x", "y"), size=(560, 360))
    axes.plot(xs[:-1], ys[:-1], "o", color=MUTED, markersize=5)
    for name, fit in fits.items():
        axes.plot(
            [-4, 4], [fit.intercept - 4 * fit.slope, fit.intercept + 4 * fit.slope], color=COLOUR[name], linewidth=2
        )
    axes.plot(x, y, "o", color=figures.INK, markersize=11)
    legend = figures.legend(*((COLOUR[name], TITLES[name]) for name in TITLES), (figures.INK, T("outlier", "离群点")))
    alt = T("Three lines through the points", "穿过这些点的三条直线")
    picture = legend + figures.row(figures.svg(figure, alt, extra=figures.handle(axes, "x", "y")))
    numbers = {name: [fit.slope, fit.intercept] for name, fit in fits.items()}
    table = figures.table(
        ["", T("slope", "斜率"), T("intercept", "截距")], [[TITLES[name], *fit] for name, fit in fits.items()]
    )
    summary = T(
        f"The points lie around y = 0.8 x + 0.5. With the outlier at ({number(x)}, {number(y)}) squared error finds the "
        f"slope {number(fits['mse'].slope, 3)}, Huber {number(fits['huber'].slope, 3)}, L1 {number(fits['l1'].slope, 3)}.",
        f"这些点在直线 y = 0.8 x + 0.5 附近。离群点在 ({number(x)}, {number(y)}) 时，平方损失得到的斜率为 "
        f"{number(fits['mse'].slope, 3)}，Huber 为 {number(fits['huber'].slope, 3)}，L1 为 {number(fits['l1'].slope, 3)}。",
    )
    return View(picture, summary, _fit_program(xs, ys, delta), numbers, table)


def _fit_program(xs: np.ndarray, ys: np.ndarray, delta: float) -> str:
    return f"""import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
x = torch.tensor({xs.round(6).tolist()})
y = torch.tensor({ys.round(6).tolist()})

# L1: the best line goes through two of the points
i, j = torch.triu_indices(len(x), len(x), offset=1)
i, j = i[x[i] != x[j]], j[x[i] != x[j]]
slopes = (y[j] - y[i]) / (x[j] - x[i])
lines = torch.stack([slopes, y[i] - slopes * x[i]])
errors = (lines[0, :, None] * x + lines[1, :, None] - y).abs().mean(dim=1)
print("l1:", *lines[:, errors.argmin()].tolist())

# squared error: least squares
A = torch.stack([x, torch.ones_like(x)], dim=1)
w = torch.linalg.lstsq(A, y).solution
print("mse:", *w.tolist())

# Huber: convex and smooth, so let an optimizer find it
w = w.clone().requires_grad_()
optimizer = torch.optim.LBFGS([w], max_iter=500, tolerance_grad=1e-12, tolerance_change=1e-15, line_search_fn="strong_wolfe")


def closure():
    optimizer.zero_grad()
    loss = F.huber_loss(A @ w, y, delta={delta})
    loss.backward()
    return loss


optimizer.step(closure)
print("huber:", *w.tolist())
"""
