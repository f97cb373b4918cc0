"""How much a model may fit: polynomials of any degree, and weights that a penalty shrinks or puts to zero."""

from functools import lru_cache

import numpy as np

from demos.frame import figures
from demos.frame.figures import COLOURS, INK, MUTED, number
from demos.frame.language import T
from demos.frame.layout import View
from demos.frame.words import count, lines, tex
from zoo.lab import regularization as lab

MOST_DEGREE = 20
ERRORS = (1e-3, 1e3)
INPUTS, USEFUL = 20, 4
MOST_LAMBDA = 3.0


def polynomial(degree: int, rows: int, noise: float, ridge: float, seed: int) -> View:
    """A polynomial fitted to noisy points of a cubic: train_error, test_error, coefficients (Legendre's, of x / 2)."""
    x, y = lab.cubic_points(rows, noise, seed)
    fits = [lab.fit_polynomial(x, y, each, ridge=ridge, noise=noise) for each in range(MOST_DEGREE + 1)]
    fit = fits[degree]
    best = int(np.argmin([f.test_error for f in fits]))
    numbers = {
        "train_error": fit.train_error,
        "test_error": fit.test_error,
        "coefficients": fit.coefficients.tolist(),
    }
    formula = lines(
        rf"\hat y(x) = \sum_{{j=0}}^{{{degree}}} w_j P_j(x / 2), \qquad d = {degree}: \ {degree + 1}\ "
        + rf"\text{{{T('weights' if degree else 'weight', '个权重')}}}",
        rf"\hat w = \operatorname*{{argmin}}_w\ \frac{{1}}{{n}} \sum_{{i=1}}^{{{rows}}} (\hat y(x_i) - y_i)^2"
        + rf" + {tex(ridge)}\, \lVert w \rVert^2",
        rf"\text{{MSE}} \ge \sigma^2 = {tex(noise)}^2 = {tex(noise**2)} \quad \text{{{T('on average', '平均而言')}}}",
    ) + T(
        "P are Legendre's polynomials, better conditioned than 1, x, x², …",
        "P 是勒让德多项式，比 1、x、x²、… 的条件数好。",
    )
    snippet = _polynomial_program(degree, rows, noise, ridge, seed)
    summary = _verdict(fits, degree, rows, best)
    return View(lambda: _fit_and_errors(x, y, fits, degree), summary, snippet, numbers, formula=formula)


def _fit_and_errors(x: np.ndarray, y: np.ndarray, fits: list[lab.Fit], degree: int) -> str:
    places = np.linspace(-2, 2, 241)
    axes = figures.panel((-2, 2), (-15, 20), labels=("x", "y"))
    axes.plot(places, lab.cubic(places), color=MUTED, linewidth=1.5, dashes=(4, 3))
    axes.plot(places, lab.evaluate(fits[degree].coefficients, places), color=COLOURS[0])
    axes.plot(x, y, "o", color=COLOURS[1], markersize=5)
    plane = figures.panel((0, MOST_DEGREE), ERRORS, labels=("d", "MSE"), log="y", whole="x")
    for colour, errors in ((COLOURS[0], [f.train_error for f in fits]), (COLOURS[3], [f.test_error for f in fits])):
        plane.plot(np.arange(len(fits)), errors, "o-", color=colour, markersize=4, hold=True)
        plane.plot([degree], [errors[degree]], "o", color=colour, markersize=8, hold=True)
    plane.axvline(degree, color=MUTED, dashes=(3, 3))
    return figures.legend(
        (COLOURS[1], T("training points", "训练点")),
        (MUTED, T("true cubic", "真实的三次曲线")),
        (COLOURS[0], T("fit, and its training error", "拟合及其训练误差")),
        (COLOURS[3], T("test error", "测试误差")),
    ) + figures.row(
        figures.svg(
            axes, T("Points, the true curve and the fit", "数据点、真实曲线与拟合曲线"), caption=T("Fit", "拟合")
        ),
        figures.svg(
            plane,
            T("Training and test error by degree", "训练误差与测试误差随次数的变化"),
            caption=T("Errors, by degree d", "误差（按次数 d）"),
            extra=figures.handle(plane, "degree"),
        ),
    )


def _verdict(fits: list[lab.Fit], degree: int, rows: int, best: int) -> str:
    fit, least = fits[degree], fits[best].test_error
    text = T(
        f"Degree {degree} has a mean squared error of {number(fit.train_error, 3)} on its {count(rows, 'point')} and of "
        f"{number(fit.test_error, 3)} on 500 others. Least on the others: degree {best}, {number(least, 3)}. ",
        f"{degree} 次多项式在 {rows} 个训练点上的均方误差为 {number(fit.train_error, 3)}，在另外 500 个点上为 "
        f"{number(fit.test_error, 3)}。测试误差最小的是 {best} 次，为 {number(least, 3)}。",
    )
    if fit.test_error <= 1.5 * least:
        return text + T(
            "No other degree does much better with these points and this penalty.",
            "用这些点和这一惩罚，其他次数也好不了多少。",
        )
    if fit.train_error < 0.5 * fit.test_error:
        return text + T(
            "It fits its own points far better than others: it overfits.", "它对自己的点拟合得好得多：过拟合。"
        )
    return text + T("It is far off on its own points too: it underfits.", "它在自己的点上也差得远：欠拟合。")


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

X_test, y_test = points(500, {noise}, seed=10_000)
print("train_error:", ((X @ w - y) ** 2).mean().item())
print("test_error:", ((X_test @ w - y_test) ** 2).mean().item())
print("coefficients:", *w.tolist())
"""


def sparsity(lambd: float, rows: int, noise: float, seed: int) -> View:
    """The weights of 20 inputs, 4 of them useful, under λ‖w‖₁ and under λ‖w‖²/2: l1, l2, true."""
    x, y, weight = lab.sparse_problem(rows, INPUTS, USEFUL, noise, seed)
    now = {"l1": lab.lasso_path(x, y, [lambd])[0], "l2": lab.ridge_path(x, y, [lambd])[0]}
    zeros = {name: int((np.abs(each) < 1e-9).sum()) for name, each in now.items()}
    lost = int((np.abs(now["l1"][:USEFUL]) < 1e-9).sum())
    free = lab.ridge_path(x, y, [0.0])[0]
    before, after = number(float(np.linalg.norm(free)), 3), number(float(np.linalg.norm(now["l2"])), 3)
    summary = T(
        f"At λ = {number(lambd)} L1 puts {zeros['l1']} of {INPUTS} weights to exactly 0 ({USEFUL} inputs are useful; it "
        f"drops {lost} of these). L2 puts {zeros['l2']} to 0: it shortens the whole weight, from {before} without a penalty to "
        f"{after}.",
        f"λ = {number(lambd)} 时，L1 让 {INPUTS} 个权重中的 {zeros['l1']} 个恰好为 0（有用的输入有 {USEFUL} 个，"
        f"其中 {lost} 个也被去掉）。L2 让 {zeros['l2']} 个为 0：它把整个权重向量的 L2 范数从无惩罚时的 {before} 减小到 {after}。",
    )
    formula = lines(
        rf"\min_w\ \frac{{1}}{{2n}} \lVert X w - y \rVert^2 + \lambda \lVert w \rVert_1, \qquad n = {rows},\ \lambda "
        rf"= {tex(lambd)}",
        r"\text{L1}: \quad w_i \leftarrow \operatorname{sign}(w_i)\,\max(|w_i| - \eta \lambda,\ 0)",
        r"\text{L2}: \quad w \leftarrow (1 - \eta \lambda)\,w, \qquad \hat w = (X^\top X / n + \lambda I)^{-1} X^\top y / n",
    )
    numbers = {"l1": now["l1"].tolist(), "l2": now["l2"].tolist(), "true": weight.tolist()}
    snippet = _sparsity_program(lambd, rows, noise, seed)
    return View(lambda: _weights(now, weight, lambd, rows, noise, seed), summary, snippet, numbers, formula=formula)


@lru_cache(maxsize=32)
def _paths(rows: int, noise: float, seed: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return the penalties worth drawing and the weights under each, of both kinds."""
    x, y, _ = lab.sparse_problem(rows, INPUTS, USEFUL, noise, seed)
    lambdas = np.linspace(0.01, MOST_LAMBDA, 40)
    return lambdas, {"l1": lab.lasso_path(x, y, lambdas, steps=200), "l2": lab.ridge_path(x, y, lambdas)}


def _weights(now: dict[str, np.ndarray], weight: np.ndarray, lambd: float, rows: int, noise: float, seed: int) -> str:
    lambdas, paths = _paths(rows, noise, seed)
    bars = figures.bars(
        [(MUTED, weight), (COLOURS[0], now["l1"]), (COLOURS[1], now["l2"])],
        (-4, 4),
        names=[str(i) if i % 2 == 0 else "" for i in range(INPUTS)],
        labels=("i", "wᵢ"),
    )
    axes = figures.panel((0, MOST_LAMBDA), (-4, 4), labels=("λ", "wᵢ"))
    for name, colour in (("l2", COLOURS[1]), ("l1", COLOURS[0])):
        axes.plot(lambdas, paths[name][:, USEFUL:], color=MUTED, linewidth=0.8, alpha=0.6)
        axes.plot(lambdas, paths[name][:, :USEFUL], color=colour)
    axes.axvline(lambd, color=INK, dashes=(3, 3))
    return figures.legend(
        (COLOURS[0], "L1: λ‖w‖₁"),
        (COLOURS[1], "L2: λ‖w‖²/2"),
        (MUTED, T("left: true weights; right: useless inputs", "左：真实权重；右：无用的输入")),
    ) + figures.row(
        figures.svg(bars, T("Bars of the weights", "权重的条形图"), caption=T("Weights at λ", "λ 处的权重")),
        figures.svg(
            axes,
            T("Weights by λ under both penalties", "两种惩罚下各权重随 λ 的变化"),
            caption=T("Weights, by λ", "权重（按 λ）"),
            extra=figures.handle(axes, "lambd"),
        ),
    )


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
