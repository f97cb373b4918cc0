"""How much a model may fit: polynomials of any degree, and weights that a penalty shrinks or puts to zero."""

import numpy as np

from demos.frame import figures
from demos.frame.figures import COLOURS, INK, MUTED, number
from demos.frame.language import T
from demos.frame.layout import View
from zoo.lab import regularization as lab

MOST_DEGREE = 20
ERRORS = (1e-3, 1e3)
INPUTS, USEFUL = 20, 4
MOST_LAMBDA = 3.0


def polynomial(degree: int, rows: int, noise: float, ridge: float, seed: int) -> View:
    """A polynomial fitted to noisy points of a cubic: train_error, test_error, coefficients (Legendre's, of x / 2)."""
    x, y = lab.cubic_points(rows, noise, seed)
    fits = [lab.fit_polynomial(x, y, each, ridge=ridge) for each in range(MOST_DEGREE + 1)]
    fit = fits[degree]
    places = np.linspace(-2, 2, 241)
    left, axes = figures.panel((-2, 2), (-15, 20), labels=("x", "y"))
    axes.plot(places, lab.cubic(places), color=MUTED, linewidth=1.5, dashes=(4, 3))
    axes.plot(places, np.clip(lab.evaluate(fit.coefficients, places), -99, 99), color=COLOURS[0], linewidth=2)
    axes.plot(x, y, "o", color=COLOURS[1], markersize=5)
    right, plane = figures.panel((0, MOST_DEGREE), ERRORS, labels=("d", "MSE"), log="y")
    for colour, errors in ((COLOURS[0], [f.train_error for f in fits]), (COLOURS[3], [f.test_error for f in fits])):
        plane.plot(np.clip(errors, *ERRORS), "o-", color=colour, linewidth=2, markersize=3)
        plane.plot(degree, np.clip(errors[degree], *ERRORS), "o", color=colour, markersize=8)
    plane.axvline(degree, color=MUTED, linewidth=1, dashes=(3, 3))
    picture = figures.legend(
        (COLOURS[1], T("training points", "训练点")),
        (MUTED, T("true cubic", "真实的三次曲线")),
        (COLOURS[0], T("fit, and its training error", "拟合及其训练误差")),
        (COLOURS[3], T("test error", "测试误差")),
    ) + figures.row(
        figures.svg(
            left, T("Points, the true curve and the fit", "数据点、真实曲线与拟合曲线"), caption=T("Fit", "拟合")
        ),
        figures.svg(
            right,
            T("Training and test error by degree", "训练误差与测试误差随次数的变化"),
            caption=T("Errors, by degree d", "误差（按次数 d）"),
            extra=figures.handle(plane, "degree"),
        ),
    )
    best = int(np.argmin([f.test_error for f in fits]))
    numbers = {
        "train_error": fit.train_error,
        "test_error": fit.test_error,
        "coefficients": fit.coefficients.tolist(),
    }
    return View(
        picture, _verdict(fits, degree, rows, best), _polynomial_program(degree, rows, noise, ridge, seed), numbers
    )


def _verdict(fits: list[lab.Fit], degree: int, rows: int, best: int) -> str:
    fit = fits[degree]
    told = T(
        f"Degree {degree} is off by {number(fit.train_error, 3)} on its {rows} points and by {number(fit.test_error, 3)} on "
        f"500 others (mean squared errors). Least on the others: degree {best}, {number(fits[best].test_error, 3)}. ",
        f"{degree} 次多项式在 {rows} 个训练点上的均方误差为 {number(fit.train_error, 3)}，在另外 500 个点上为 "
        f"{number(fit.test_error, 3)}。测试误差最小的是 {best} 次，为 {number(fits[best].test_error, 3)}。",
    )
    if degree < best and fit.test_error > 1.5 * fits[best].test_error:
        return told + T("Too stiff: it underfits.", "太僵硬：欠拟合。")
    if degree > best and fit.test_error > 1.5 * fits[best].test_error:
        return told + T("It follows the noise: it overfits.", "它在追随噪声：过拟合。")
    return told + T("That is about as good as these points allow.", "这些点能做到的大致如此。")


def _polynomial_program(degree: int, rows: int, noise: float, ridge: float, seed: int) -> str:
    return f"""import numpy as np
import torch
from numpy.polynomial.legendre import legvander  # better conditioned than 1, x, x², ...


def points(rows, noise, seed):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-2, 2, rows)
    y = 5 + 1.2 * x - 3.4 * x**2 / 2 + 5.6 * x**3 / 6 + noise * rng.normal(size=rows)
    return torch.from_numpy(legvander(x / 2, {degree})), torch.from_numpy(y)


X, y = points({rows}, {noise}, seed={seed})
penalty = ({ridge} * {rows}) ** 0.5 * torch.eye({degree + 1}, dtype=torch.float64)
rows, targets = torch.cat([X, penalty]), torch.cat([y, torch.zeros({degree + 1}, dtype=torch.float64)])
w = torch.linalg.lstsq(rows, targets[:, None], driver="gelsd").solution[:, 0]

X_test, y_test = points(500, 0.5, seed=10_000)
print("train_error:", ((X @ w - y) ** 2).mean().item())
print("test_error:", ((X_test @ w - y_test) ** 2).mean().item())
print("coefficients:", *w.tolist())
"""


def sparsity(lambd: float, rows: int, noise: float, seed: int) -> View:
    """The weights of 20 inputs, 4 of them useful, under λ‖w‖₁ and under λ‖w‖²/2: l1, l2, true."""
    x, y, weight = lab.sparse_problem(rows, INPUTS, USEFUL, noise, seed)
    lambdas = np.append(np.linspace(0.01, MOST_LAMBDA, 40), lambd)
    paths = {"l1": lab.lasso_path(x, y, lambdas), "l2": lab.ridge_path(x, y, lambdas)}
    now = {name: path[-1] for name, path in paths.items()}
    bars, _ = figures.bars(
        [(MUTED, weight), (COLOURS[0], now["l1"]), (COLOURS[1], now["l2"])], (-4, 4), labels=("i", "wᵢ")
    )
    figure, axes = figures.panel((0, MOST_LAMBDA), (-4, 4), labels=("λ", "wᵢ"))
    for name, colour in (("l2", COLOURS[1]), ("l1", COLOURS[0])):
        axes.plot(lambdas[:-1], paths[name][:-1, USEFUL:], color=MUTED, linewidth=0.8, alpha=0.6)
        axes.plot(lambdas[:-1], paths[name][:-1, :USEFUL], color=colour, linewidth=2)
    axes.axvline(lambd, color=INK, linewidth=1, dashes=(3, 3))
    picture = figures.legend(
        (COLOURS[0], "L1: λ‖w‖₁"),
        (COLOURS[1], "L2: λ‖w‖²/2"),
        (MUTED, T("left: true weights; right: useless inputs", "左：真实权重；右：无用的输入")),
    ) + figures.row(
        figures.svg(bars, T("Bars of the weights", "权重的条形图"), caption=T("Weights at λ", "λ 处的权重")),
        figures.svg(
            figure,
            T("Weights by λ under both penalties", "两种惩罚下各权重随 λ 的变化"),
            caption=T("Weights, by λ", "权重（按 λ）"),
            extra=figures.handle(axes, "lambd"),
        ),
    )
    zeros = {name: int((np.abs(each) < 1e-9).sum()) for name, each in now.items()}
    lost = int((np.abs(now["l1"][:USEFUL]) < 1e-9).sum())
    summary = T(
        f"At λ = {number(lambd)} L1 puts {zeros['l1']} of {INPUTS} weights to exactly 0 ({USEFUL} inputs are useful; it "
        f"drops {lost} of these), L2 {zeros['l2']}: it only makes all of them smaller.",
        f"λ = {number(lambd)} 时，L1 让 {INPUTS} 个权重中的 {zeros['l1']} 个恰好为 0（有用的输入有 {USEFUL} 个，"
        f"其中 {lost} 个也被去掉），L2 让 {zeros['l2']} 个为 0：它只是把所有权重变小。",
    )
    numbers = {"l1": now["l1"].tolist(), "l2": now["l2"].tolist(), "true": weight.tolist()}
    return View(picture, summary, _sparsity_program(lambd, rows, noise, seed), numbers)


def _sparsity_program(lambd: float, rows: int, noise: float, seed: int) -> str:
    return f"""import numpy as np
import torch

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng({seed})
true = np.zeros({INPUTS})
true[:{USEFUL}] = rng.choice([-1, 1], {USEFUL}) * rng.uniform(1, 3, {USEFUL})
x = rng.normal(size=({rows}, {INPUTS}))
y = torch.from_numpy(x @ true + {noise} * rng.normal(size={rows}))
X, lambd = torch.from_numpy(x), {lambd}

# L1: gradient steps, each followed by a step of the penalty that stops at 0
hessian, pulled = X.T @ X / {rows}, X.T @ y / {rows}
lr = 1 / torch.linalg.eigvalsh(hessian)[-1]
w = torch.zeros({INPUTS})
for step in range(5000):
    w = torch.nn.functional.softshrink(w - lr * (hessian @ w - pulled), float(lr * lambd))
print("l1:", *w.tolist())
print("l2:", *torch.linalg.solve(hessian + lambd * torch.eye({INPUTS}), pulled).tolist())
print("true:", *true.tolist())
"""
