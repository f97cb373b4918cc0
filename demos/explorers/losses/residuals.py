"""Losses of a residual: L1, squared and Huber, and what one outlier does to a line fitted under each."""

import numpy as np

from demos.frame import figures
from demos.frame.figures import COLOURS, MUTED, number
from demos.frame.language import T
from demos.frame.layout import View
from demos.frame.words import lines, tex
from zoo.lab import line_fit as line_fits
from zoo.lab import losses

TITLES = {"l1": "L1", "mse": T("squared (MSE)", "平方（MSE）"), "huber": "Huber"}
COLOUR = dict(zip(TITLES, COLOURS))
CALLS = {"l1": "F.l1_loss({})", "mse": "F.mse_loss({})", "huber": "F.huber_loss({}, delta={delta})"}


FORMULAS = {
    "l1": (r"|r|", r"\operatorname{sign}(r)"),
    "mse": (r"r^2", r"2r"),
    "huber": (
        r"\begin{cases} r^2 / 2 & |r| \le \delta \\ \delta\,(|r| - \delta / 2) & |r| > \delta \end{cases}",
        r"\begin{cases} r & |r| \le \delta \\ \delta \operatorname{sign}(r) & |r| > \delta \end{cases}",
    ),
}
"""Each loss of a residual and its derivative in LaTeX."""


def regression_loss(kinds: list[str], residual: float, delta: float) -> View:
    """Losses of one residual and their gradients: {loss: [value, gradient]}."""
    at = {name: [float(v) for v in losses.regression(name, residual, delta=delta)] for name in kinds}
    table = figures.table(["", "L", "∂L/∂r"], [[TITLES[name], *at[name]] for name in kinds])
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
    picture, formula = (lambda: _curves(at, residual, delta)), _formulas(at, residual, delta)
    return View(picture, _pulls(at, residual, delta), snippet, at, table, formula)


def _curves(at: dict[str, list[float]], residual: float, delta: float) -> str:
    r, panels = np.linspace(-4, 4, 321), []
    captions = ((T("Loss", "损失"), (0, 8), "L"), (T("Gradient", "梯度"), (-6, 6), "∂L/∂r"))
    for which, (caption, limits, symbol) in enumerate(captions):
        axes = figures.panel((-4, 4), limits, labels=("r", symbol))
        axes.axvline(residual, color=MUTED, dashes=(3, 3))
        for name, values in at.items():
            axes.plot(r, losses.regression(name, r, delta=delta)[which], color=COLOUR[name])
            axes.plot([residual], [values[which]], "o", color=COLOUR[name], markersize=7)
        panels.append(figures.svg(axes, caption, caption=caption, extra=figures.handle(axes, "residual")))
    return figures.legend(*((COLOUR[name], TITLES[name]) for name in at)) + figures.row(*panels)


def _pulls(at: dict[str, list[float]], residual: float, delta: float) -> str:
    if not at:
        return T("Choose a loss.", "请选择一个损失函数。")
    text = T(
        f"At a residual of {number(residual)} the gradients are "
        + ", ".join(f"{number(gradient)} ({TITLES[name]})" for name, (_, gradient) in at.items())
        + ". ",
        f"残差为 {number(residual)} 时，梯度为 "
        + "、".join(f"{number(gradient)}（{TITLES[name]}）" for name, (_, gradient) in at.items())
        + "。",
    )
    if "huber" not in at:
        return text
    side = (
        T("so Huber is quadratic here", "此处 Huber 为二次")
        if abs(residual) <= delta
        else T(
            "so Huber is linear here, and outliers count less than with squared error",
            "此处 Huber 为线性，离群点的影响比平方损失小",
        )
    )
    return text + T(
        f"|r| is {'at most' if abs(residual) <= delta else 'above'} δ = {number(delta)}, {side}.",
        f"|r| {'不超过' if abs(residual) <= delta else '超过'} δ = {number(delta)}，{side}。",
    )


def _formulas(at: dict[str, list[float]], residual: float, delta: float) -> str:
    """Return each loss and its derivative, and what reduction makes of the losses of several rows."""
    rows = []
    for name, (value, gradient) in at.items():
        loss, slope = FORMULAS[name]
        title = {"l1": "L_1", "mse": r"L_{\text{MSE}}", "huber": r"L_\delta"}[name]
        rows.append(rf"{title}(r) = {loss}, \qquad {title}({tex(residual)}) = {tex(value)}")
        rows.append(rf"{title}'(r) = {slope}, \qquad {title}'({tex(residual)}) = {tex(gradient)}")
    if "huber" in at:
        rows.append(rf"\delta = {tex(delta)}")
    reduction = T(
        "Of N rows, `reduction` gives the losses one by one (`none`), their sum (`sum`) or their sum by N (`mean`).",
        "对 N 行数据，`reduction` 给出各行损失（`none`）、总和（`sum`）或总和除以 N（`mean`）。",
    )
    return (lines(*rows) if rows else "") + reduction


def line_fit(x: float, y: float, delta: float, noise: float) -> View:
    """The lines with the least mean loss through 20 points on a line and one outlier: {loss: [slope, intercept]}."""
    xs, ys = line_fits.points(noise=noise)
    xs, ys = np.append(xs.round(3), x), np.append(ys.round(3), y)
    fits = {name: line_fits.fit(name, xs, ys, delta=delta) for name in TITLES}
    numbers = {name: [fit.slope, fit.intercept] for name, fit in fits.items()}
    table = figures.table(
        ["", T("slope", "斜率"), T("intercept", "截距")], [[TITLES[name], *fit] for name, fit in fits.items()]
    )
    where, here = ("on", "在直线上") if noise == 0 else ("around", "在直线附近")
    summary = T(
        f"Twenty points lie {where} y = 0.8 x + 0.5. With the outlier at ({number(x)}, {number(y)}) squared error finds the "
        f"slope {number(fits['mse'].slope, 3)}, Huber {number(fits['huber'].slope, 3)}, L1 {number(fits['l1'].slope, 3)}.",
        f"二十个点{here}：y = 0.8 x + 0.5。离群点在 ({number(x)}, {number(y)}) 时，平方损失得到的斜率为 "
        f"{number(fits['mse'].slope, 3)}，Huber 为 {number(fits['huber'].slope, 3)}，L1 为 {number(fits['l1'].slope, 3)}。",
    )
    formula = lines(
        r"(\hat w, \hat b) = \operatorname*{argmin}_{w,\,b}\ \frac{1}{N} \sum_i L(w x_i + b - y_i)",
        r"\text{MSE}: \quad \hat w = \frac{\sum_i (x_i - \bar x)(y_i - \bar y)}{\sum_i (x_i - \bar x)^2}"
        f" = {_ratio(xs, ys)} = {tex(fits['mse'].slope)}",
        rf"\hat b = \bar y - \hat w \bar x = {tex(fits['mse'].intercept)}",
    )
    return View(lambda: _lines(xs, ys, fits), summary, _fit_program(xs, ys, delta), numbers, table, formula)


def _ratio(xs: np.ndarray, ys: np.ndarray) -> str:
    """Return the two sums of the least-squares slope as a fraction."""
    x = xs - xs.mean()
    return rf"\frac{{{tex(float(x @ (ys - ys.mean())))}}}{{{tex(float(x @ x))}}}"


def _lines(xs: np.ndarray, ys: np.ndarray, fits: dict[str, line_fits.Line]) -> str:
    axes = figures.panel((-4, 4), (-6, 6), labels=("x", "y"), size=(440, 320))
    axes.plot(xs[:-1], ys[:-1], "o", color=MUTED, markersize=5)
    for name, fit in fits.items():
        axes.plot([-4, 4], [fit.intercept - 4 * fit.slope, fit.intercept + 4 * fit.slope], color=COLOUR[name])
    axes.plot(xs[-1:], ys[-1:], "o", color=figures.INK, markersize=11)
    legend = figures.legend(*((COLOUR[name], TITLES[name]) for name in TITLES), (figures.INK, T("outlier", "离群点")))
    alt = T("Three lines through the points", "穿过这些点的三条直线")
    return legend + figures.row(figures.svg(axes, alt, extra=figures.handle(axes, "x", "y")))


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
