"""Losses for one class of many: cross entropy and NLL, label smoothing, and a softmax too many."""

from typing import Any

import numpy as np

from demos.frame import figures
from demos.frame.figures import COLOURS, MUTED, number
from demos.frame.language import T
from demos.frame.layout import View
from demos.frame.words import lines, tex
from zoo.lab import information, losses

IMPORTS = """import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
"""


def cross_entropy(z0: float, z1: float, z2: float, z3: float, label: str) -> View:
    """Softmax and cross entropy of four logits, label "0" to "3": {"p", "loss", "gradient"}, the gradient p - y."""
    logits, y = [z0, z1, z2, z3], int(label)
    result = losses.cross_entropy([logits], [y])
    p, gradient, value = result.probabilities[0], result.gradient[0], float(result.value)
    summary = T(
        f"Class {label} is true and gets p = {number(p[y])}, so the loss is −log p = {number(value)}. Gradient "
        f"descent pushes its "
        f"logit up in proportion to 1 − p = {number(1 - p[y], 3)}, and the others down by as much in all.",
        f"真实类别 {label} 的概率 p = {number(p[y])}，损失为 −log p = {number(value)}。梯度下降按 1 − p = {number(1 - p[y], 3)} "
        "的比例推高它的 logit，并把其余各类一共压低同样多。",
    )
    formula = lines(
        rf"p_{y} = \frac{{e^{{z_{y}}}}}{{\sum_j e^{{z_j}}}} = \frac{{e^{{{tex(logits[y])}}}}}{{{_powers(logits)}}} = {tex(p[y])}",
        rf"L = -\sum_i y_i \log p_i = -\log p_{y} = \log \sum_j e^{{z_j}} - z_{y} = {tex(value)}",
        r"\frac{\partial L}{\partial z_i} = \frac{e^{z_i}}{\sum_j e^{z_j}} - y_i = p_i - y_i",
        rf"\frac{{\partial L}}{{\partial z_{y}}} = {tex(p[y])} - 1 = {tex(gradient[y])}",
    ) + T(
        "The label as a one-hot vector y: 1 at the true class, 0 elsewhere. Of the sum over all classes it leaves one term.",
        "标签写成独热向量 y：真实类别处为 1，其余为 0，因此对所有类别的求和只剩一项。",
    )
    table = figures.table(
        ["i", "z", "p", "y", "p − y"],
        [[str(i), logits[i], p[i], float(i == y), gradient[i]] for i in range(4)],
    )
    snippet = f"""{IMPORTS}
z = torch.tensor([{logits}], requires_grad=True)
loss = F.cross_entropy(z, torch.tensor([{y}]))
loss.backward()
print("p:", *torch.softmax(z, dim=1)[0].tolist())
print("loss:", loss.item())
print("gradient:", *z.grad[0].tolist())
"""
    numbers = {"p": p.tolist(), "loss": value, "gradient": gradient.tolist()}
    return View(lambda: _bars(p, gradient, y), summary, snippet, numbers, table, formula)


def _powers(logits: list[float]) -> str:
    return " + ".join(f"e^{{{tex(z)}}}" for z in logits)


def _bars(p: np.ndarray, gradient: np.ndarray, y: int) -> str:
    colours, names = [COLOURS[0] if i == y else MUTED for i in range(len(p))], [str(i) for i in range(len(p))]
    left = figures.bars([(colours, p)], (0, 1), names=names, labels=("i", "p"))
    right = figures.bars([(colours, gradient)], (-1, 1), names=names, labels=("i", "∂L/∂z"))
    right.axhline(0, color=MUTED)
    return figures.legend(
        (COLOURS[0], T("the true class", "真实类别")), (MUTED, T("the others", "其他类别"))
    ) + figures.row(
        figures.svg(left, T("Probabilities of the classes", "各类的概率"), caption=T("softmax p", "softmax p")),
        figures.svg(right, T("Gradient by the logits", "对 logits 的梯度"), caption=T("Gradient p − y", "梯度 p − y")),
    )


def nll_loss(
    logits: list[list[float]], labels: list[int], weights: list[float], ignore_index: int, reduction: str
) -> View:
    """Cross entropy of rows of logits, and NLL of their log-softmax: {"cross_entropy": [...], "nll": [...]}."""
    rows, classes = len(logits), len(logits[0])
    _check_labels(labels, rows, classes, ignore_index)
    weight = weights * classes if len(weights) == 1 else weights
    if len(weight) != classes or min(weight) < 0:
        raise ValueError(
            T(
                f"expected {classes} weights, none negative (or one for all), got {len(weights)}",
                f"需要 {classes} 个非负权重（或一个通用权重），实际为 {len(weights)} 个",
            )
        )
    options = {"weight": weight, "ignore_index": ignore_index}
    each = losses.cross_entropy(logits, labels, reduction="none", **options)
    value = losses.cross_entropy(logits, labels, reduction=reduction, **options).value
    used = [label != ignore_index for label in labels]
    total = sum(weight[label] for label in labels if label != ignore_index)
    divisor = (
        T(
            f"The weighted mean divides by the sum of the weights of the labels, {number(total)}, not by the number of rows.",
            f"加权平均除以标签权重之和 {number(total)}，而不是行数。",
        )
        if total
        else T(
            "The labels used have no weight, so the mean is 0 / 0, for which PyTorch gives nan.",
            "所用标签的权重之和为 0，因此平均值是 0 / 0，PyTorch 给出 nan。",
        )
    )
    summary = T(
        f"{reduction}: {_listed(value)}. Rows used: {sum(used)} of {rows}. {divisor}",
        f"{reduction}：{_listed(value)}。使用了 {rows} 行中的 {sum(used)} 行。{divisor}",
    )
    formula = lines(
        r"L_n = -w_{y_n} \log p_{n, y_n}, \qquad \log p_{n, i} = z_{n, i} - \log \sum_j e^{z_{n, j}}",
        rf"\text{{mean}} = \frac{{\sum_n L_n}}{{\sum_n w_{{y_n}}}} = \frac{{{tex(float(each.value.sum()))}}}{{{tex(total)}}}"
        + (f" = {tex(float(each.value.sum()) / total)}" if total else ""),
    )
    table = figures.table(
        ["n", *(f"log p<sub>{i}</sub>" for i in range(classes)), T("label", "标签"), "L"],
        [
            [str(n), *row, T("ignored", "忽略") if label == ignore_index else str(label), float(loss)]
            for n, (row, label, loss) in enumerate(zip(each.log_probabilities, labels, each.value))
        ],
        caption=T(
            "log-softmax of each row; L = −w · log p at its label", "每行的 log-softmax；L = −w · 标签处的 log p"
        ),
    )
    snippet = f"""{IMPORTS}
logits = torch.tensor({logits})
labels = torch.tensor({labels})
weight = torch.tensor({[float(w) for w in weight]})
options = dict(weight=weight, ignore_index={ignore_index}, reduction="{reduction}")
loss = F.cross_entropy(logits, labels, **options)
nll = F.nll_loss(F.log_softmax(logits, dim=1), labels, **options)
print("cross_entropy:", *loss.flatten().tolist())
print("nll:", *nll.flatten().tolist())
"""
    numbers = [float(v) for v in np.ravel(value)]
    mean = float(value) if reduction == "mean" and np.isfinite(value) else None
    return View(
        lambda: _rows(each.value, mean), summary, snippet, {"cross_entropy": numbers, "nll": numbers}, table, formula
    )


def _rows(values: np.ndarray, mean: float | None) -> str:
    """Return the losses of the rows as bars, with their mean as a line."""
    names = [str(n) for n in range(len(values))]
    axes = figures.bars([(COLOURS[0], values)], (0, figures.limit(float(values.max()))), names=names, labels=("n", "L"))
    if mean is not None:
        axes.axhline(mean, color=COLOURS[1], linewidth=2, dashes=(4, 3))
    caption = T("Loss of each row", "每一行的损失")
    return figures.row(figures.svg(axes, caption, caption=caption))


def _check_labels(labels: list[int], rows: int, classes: int, ignore_index: int) -> None:
    if len(labels) != rows:
        raise ValueError(
            T(f"expected {rows} labels, got {len(labels)}", f"需要 {rows} 个标签，实际为 {len(labels)} 个")
        )
    for label in labels:
        if not 0 <= label < classes and label != ignore_index:
            raise ValueError(
                T(
                    f"label {label} is no class: expected 0 to {classes - 1}, or ignore_index {ignore_index}",
                    f"标签 {label} 不是类别：应为 0 到 {classes - 1}，或 ignore_index {ignore_index}",
                )
            )


def _listed(value: np.ndarray) -> str:
    return ", ".join(number(v, 5) for v in np.ravel(value))


def label_smoothing(epsilon: float, classes: int, gap: float) -> View:
    """Cross entropy with smoothed labels where the true logit leads by `gap`: {"loss", "least", "best_gap"}."""

    target = losses.smoothed([0], classes, epsilon)[0]
    least = float(information.entropy(target))
    best = float(np.log(target[0] / target[1])) if epsilon > 0 else float("inf")
    value = float(_smoothed_loss(np.array([gap]), classes, epsilon)[0])
    where = f"{number(gap)}"
    summary = (
        T(
            f"Without smoothing the loss falls towards 0 as the lead grows, and never gets there. At a lead of {where} it is "
            f"{number(value)}.",
            f"没有平滑时，领先越多损失越接近 0，但永远到不了。领先 {where} 时损失为 {number(value)}。",
        )
        if epsilon == 0
        else T(
            f"With ε = {number(epsilon)} the loss can't fall below the entropy of the target, {number(least)}, reached at a lead "
            f"of {number(best, 3)}: a larger one costs again. At a lead of {where} it is {number(value)}.",
            f"ε = {number(epsilon)} 时，损失不会低于目标分布的熵 {number(least)}，在领先 {number(best, 3)} 时达到："
            f"领先更多反而变差。"
            f"领先 {where} 时损失为 {number(value)}。",
        )
    )
    formula = lines(
        rf"y'_i = (1 - \varepsilon)\,y_i + \frac{{\varepsilon}}{{C}}: \quad y'_0 = {tex(target[0])}, \quad "
        rf"y'_{{i > 0}} = {tex(target[1])}",
        rf"L = -\sum_i y'_i \log p_i = {tex(value)}",
        rf"\text{{{T('best lead', '最佳领先量')}}} = \log \frac{{y'_0}}{{y'_1}} = {tex(best)}",
    )
    snippet = f"""{IMPORTS}
logits = torch.zeros(1, {classes})
logits[0, 0] = {gap}
loss = F.cross_entropy(logits, torch.tensor([0]), label_smoothing={epsilon})
target = (1 - {epsilon}) * F.one_hot(torch.tensor(0), {classes}) + {epsilon} / {classes}
print("loss:", loss.item())
print("least:", torch.special.entr(target).sum().item())
print("best_gap:", (target[0] / target[1]).log().item())
"""
    numbers = {"loss": value, "least": least, "best_gap": best}
    return View(lambda: _smoothing(epsilon, classes, gap, target), summary, snippet, numbers, formula=formula)


def _smoothed_loss(lead: np.ndarray, classes: int, epsilon: float) -> np.ndarray:
    """Return the loss (N,) of a true logit that leads all others by `lead` (N,)."""
    labels = np.zeros(len(lead), dtype=np.int64)
    return losses.cross_entropy(_leading(lead, classes), labels, reduction="none", label_smoothing=epsilon).value


def _smoothing(epsilon: float, classes: int, gap: float, target: np.ndarray) -> str:
    lead = np.linspace(-5, 15, 161)
    axes = figures.panel((-5, 15), (0, 6), labels=("z₀ − z", "L"))
    axes.plot(lead, _smoothed_loss(lead, classes, 0.0), color=MUTED)
    axes.plot(lead, _smoothed_loss(lead, classes, epsilon), color=COLOURS[0])
    axes.axhline(float(information.entropy(target)), color=COLOURS[0], dashes=(3, 3))
    axes.plot([gap], _smoothed_loss(np.array([gap]), classes, epsilon), "o", color=COLOURS[0], markersize=8)
    bars = figures.bars([(COLOURS[0], target)], (0, 1), names=[str(i) for i in range(classes)], labels=("i", "y"))
    return figures.legend(
        (MUTED, T("hard labels", "硬标签")), (COLOURS[0], T("smoothed labels", "平滑标签"))
    ) + figures.row(
        figures.svg(
            axes,
            T("Loss by the lead of the true logit", "损失随真实类别 logit 的领先量变化"),
            caption=T("Loss as the true logit leads", "真实类别的 logit 领先时的损失"),
            extra=figures.handle(axes, "gap"),
        ),
        figures.svg(bars, T("The smoothed label", "平滑后的标签"), caption=T("The target y", "目标 y")),
    )


def double_softmax(classes: int, gap: float) -> View:
    """Cross entropy where the true logit leads by `gap`, right and after a softmax: {"once", "twice", "floor"}."""
    points = losses.double_softmax(_leading(np.array([gap]), classes), np.zeros(1, dtype=np.int64))
    floor = losses.double_softmax_floor(classes)
    numbers: dict[str, Any] = {
        name: [float(point.value[0]), float(point.gradient[0, 0])] for name, point in zip(("once", "twice"), points)
    }
    numbers["floor"] = floor
    (once, pull), (twice, weak) = numbers["once"], numbers["twice"]
    times = number(pull / weak, 3) if weak else "∞"
    summary = T(
        f"<b>CrossEntropyLoss applies softmax itself.</b> With another one before it the loss can't fall below "
        f"{number(floor, 5)} for {classes} classes. Here: {number(once)} once, {number(twice)} twice; gradient {number(pull, 3)} "
        f"against {number(weak, 3)}, {times} times as strong.",
        f"<b>CrossEntropyLoss 自带 softmax。</b>前面再加一个，{classes} 类时损失就不会低于 {number(floor, 5)}。此处：一次为 "
        f"{number(once)}，两次为 {number(twice)}；梯度 {number(pull, 3)} 对 {number(weak, 3)}，相差 {times} 倍。",
    )
    formula = lines(
        rf"L(z) = -\log \operatorname{{softmax}}(z)_0 = {tex(once)}",
        rf"L(\operatorname{{softmax}}(z)) = -\log \frac{{e^{{p_0}}}}{{\sum_j e^{{p_j}}}} = {tex(twice)}",
        rf"p \to (1, 0, \ldots, 0): \quad L \to \log(e + C - 1) - 1 = \log(e + {classes - 1}) - 1 = {tex(floor)}",
    )
    snippet = f"""{IMPORTS}
for name in ("once", "twice"):
    z = torch.zeros(1, {classes})
    z[0, 0] = {gap}
    z.requires_grad_()
    scores = z if name == "once" else torch.softmax(z, dim=1)
    loss = F.cross_entropy(scores, torch.tensor([0]))
    loss.backward()
    print(f"{{name}}:", loss.item(), z.grad[0, 0].item())
print("floor:", F.cross_entropy(torch.eye({classes})[:1], torch.tensor([0])).item())
"""
    return View(lambda: _once_and_twice(classes, gap, numbers), summary, snippet, numbers, formula=formula)


def _once_and_twice(classes: int, gap: float, numbers: dict[str, Any]) -> str:
    lead = np.linspace(-5, 15, 161)
    curves = losses.double_softmax(_leading(lead, classes), np.zeros(len(lead), dtype=np.int64))
    left = figures.panel((-5, 15), (0, 8), labels=("z₀ − z", "L"))
    right = figures.panel((-5, 15), (-1, 0.1), labels=("z₀ − z", "∂L/∂z₀"))
    for name, colour, curve in zip(("once", "twice"), (COLOURS[0], COLOURS[3]), curves):
        for axes, values, value in zip((left, right), (curve.value, curve.gradient[:, 0]), numbers[name]):
            axes.plot(lead, values, color=colour)
            axes.plot([gap], [value], "o", color=colour, markersize=8)
    left.axhline(numbers["floor"], color=COLOURS[3], dashes=(3, 3))
    return figures.legend(
        (COLOURS[0], T("cross entropy of the logits", "logits 的交叉熵")),
        (COLOURS[3], T("of softmax(logits): the mistake", "softmax(logits) 的交叉熵：错误")),
    ) + figures.row(
        figures.svg(left, T("Loss", "损失"), caption=T("Loss", "损失"), extra=figures.handle(left, "gap")),
        figures.svg(right, T("Gradient", "梯度"), caption=T("Gradient by the true logit", "对真实类别 logit 的梯度")),
    )


def _leading(lead: np.ndarray, classes: int) -> np.ndarray:
    """Return logits (N, classes) that are 0 but for the first one's lead."""
    logits = np.zeros((len(lead), classes))
    logits[:, 0] = lead
    return logits
