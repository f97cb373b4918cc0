"""Losses for one class of many: cross entropy and NLL, label smoothing, and a softmax too many."""

from typing import Any

import numpy as np

from demos.frame import figures
from demos.frame.figures import COLOURS, MUTED, number
from demos.frame.language import T
from demos.frame.layout import View
from zoo.lab import information, losses

IMPORTS = """import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
"""


def cross_entropy(z1: float, z2: float, z3: float, z4: float, label: str) -> View:
    """Softmax and cross entropy of four logits, label "1" to "4": {"p", "loss", "gradient"}, the gradient p - y."""
    logits, y = [z1, z2, z3, z4], int(label) - 1
    found = losses.cross_entropy([logits], [y])
    p, gradient, value = found.probabilities[0], found.gradient[0], float(found.value)
    colours = [COLOURS[0] if i == y else MUTED for i in range(4)]
    bars, _ = figures.bars([(colours, p)], (0, 1), labels=("i", "p"))
    slopes, axes = figures.bars([(colours, gradient)], (-1, 1), labels=("i", "∂L/∂z"))
    axes.axhline(0, color=MUTED, linewidth=1)
    picture = figures.legend((COLOURS[0], T("the true class", "真实类别")), (MUTED, T("the others", "其他类别")))
    picture += figures.row(
        figures.svg(bars, T("Probabilities of the classes", "各类的概率"), caption=T("softmax p", "softmax p")),
        figures.svg(slopes, T("Gradient by the logits", "对 logits 的梯度"), caption=T("Gradient p − y", "梯度 p − y")),
    )
    summary = T(
        f"Class {label} is true and gets p = {number(p[y])}, so the loss is −log p = {number(value)}. Its logit is pushed up "
        f"by {number(1 - p[y], 3)}, and the others down by as much in all.",
        f"真实类别 {label} 的概率 p = {number(p[y])}，损失为 −log p = {number(value)}。它的 logit 被推高 "
        f"{number(1 - p[y], 3)}，其余各类一共被压低同样多。",
    )
    table = figures.table(
        ["i", "z", "p", "y", "p − y"],
        [[str(i + 1), logits[i], p[i], float(i == y), gradient[i]] for i in range(4)],
    )
    snippet = f"""{IMPORTS}
z = torch.tensor([{logits}], requires_grad=True)
loss = F.cross_entropy(z, torch.tensor([{y}]))
loss.backward()
print("p:", *torch.softmax(z, dim=1)[0].tolist())
print("loss:", loss.item())
print("gradient:", *z.grad[0].tolist())
"""
    return View(picture, summary, snippet, {"p": p.tolist(), "loss": value, "gradient": gradient.tolist()}, table)


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
    reach = figures.limit(float(each.value.max()))
    bars, axes = figures.bars(
        [(COLOURS[0], each.value)], (0, reach), names=[str(n) for n in range(rows)], labels=("n", "L")
    )
    if reduction == "mean" and np.isfinite(value):
        axes.axhline(value, color=COLOURS[1], linewidth=2, dashes=(4, 3))
    picture = figures.row(
        figures.svg(bars, T("Loss of each row", "每一行的损失"), caption=T("Loss of each row", "每一行的损失"))
    )
    used = [label != ignore_index for label in labels]
    total = sum(weight[label] for label in labels if label != ignore_index)
    summary = T(
        f"{reduction}: {_listed(value)}. Rows used: {sum(used)} of {rows}. The weighted mean divides by the sum of the "
        f"weights of the labels, {number(total)}, not by the number of rows.",
        f"{reduction}：{_listed(value)}。使用了 {rows} 行中的 {sum(used)} 行。加权平均除以标签权重之和 {number(total)}，"
        "而不是行数。",
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
    return View(picture, summary, snippet, {"cross_entropy": numbers, "nll": numbers}, table)


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

    def loss(lead: np.ndarray, smoothing: float) -> np.ndarray:
        logits = np.zeros((len(lead), classes))
        logits[:, 0] = lead
        labels = np.zeros(len(lead), dtype=np.int64)
        return losses.cross_entropy(logits, labels, reduction="none", label_smoothing=smoothing).value

    target = losses.smoothed([0], classes, epsilon)[0]
    least = float(information.entropy(target))
    best = float(np.log(target[0] / target[1])) if epsilon > 0 else float("inf")
    value = float(loss(np.array([gap]), epsilon)[0])
    lead = np.linspace(-5, 15, 321)
    figure, axes = figures.panel((-5, 15), (0, 6), labels=("z₁ − z", "L"))
    axes.plot(lead, loss(lead, 0.0), color=MUTED, linewidth=2)
    axes.plot(lead, loss(lead, epsilon), color=COLOURS[0], linewidth=2)
    axes.axhline(least, color=COLOURS[0], linewidth=1, dashes=(3, 3))
    axes.plot(gap, value, "o", color=COLOURS[0], markersize=8)
    bars, _ = figures.bars([(COLOURS[0], target)], (0, 1), labels=("i", "y"))
    picture = figures.legend(
        (MUTED, T("hard labels", "硬标签")), (COLOURS[0], T("smoothed labels", "平滑标签"))
    ) + figures.row(
        figures.svg(
            figure,
            T("Loss by the lead of the true logit", "损失随真实类别 logit 的领先量变化"),
            caption=T("Loss as the true logit leads", "真实类别的 logit 领先时的损失"),
            extra=figures.handle(axes, "gap"),
        ),
        figures.svg(bars, T("The smoothed label", "平滑后的标签"), caption=T("The target y", "目标 y")),
    )
    summary = T(
        f"With ε = {number(epsilon)} the loss can't fall below the entropy of the target, {number(least)}, reached at a lead "
        f"of {number(best, 3)}: a larger one costs again. Here it is {number(value)}.",
        f"ε = {number(epsilon)} 时，损失不会低于目标分布的熵 {number(least)}，在领先 {number(best, 3)} 时达到：领先更多反而变差。"
        f"此处损失为 {number(value)}。",
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
    return View(picture, summary, snippet, {"loss": value, "least": least, "best_gap": best})


def double_softmax(classes: int, gap: float) -> View:
    """Cross entropy where the true logit leads by `gap`, right and after a softmax: {"once", "twice", "floor"}."""
    lead = np.linspace(-5, 15, 201)
    numbers: dict[str, Any] = {}
    curves = losses.double_softmax(_leading(lead, classes), np.zeros(len(lead), dtype=np.int64))
    points = losses.double_softmax(_leading(np.array([gap]), classes), np.zeros(1, dtype=np.int64))
    floor = losses.double_softmax_floor(classes)
    left, axes = figures.panel((-5, 15), (0, 8), labels=("z₁ − z", "L"))
    right, plane = figures.panel((-5, 15), (-1, 0.1), labels=("z₁ − z", "∂L/∂z₁"))
    for name, colour, curve, point in zip(("once", "twice"), (COLOURS[0], COLOURS[3]), curves, points):
        numbers[name] = [float(point.value[0]), float(point.gradient[0, 0])]
        axes.plot(lead, curve.value, color=colour, linewidth=2)
        axes.plot(gap, point.value, "o", color=colour, markersize=8)
        plane.plot(lead, curve.gradient[:, 0], color=colour, linewidth=2)
        plane.plot(gap, point.gradient[0, 0], "o", color=colour, markersize=8)
    numbers["floor"] = floor
    axes.axhline(floor, color=COLOURS[3], linewidth=1, dashes=(3, 3))
    picture = figures.legend(
        (COLOURS[0], T("cross entropy of the logits", "logits 的交叉熵")),
        (COLOURS[3], T("of softmax(logits): the mistake", "softmax(logits) 的交叉熵：错误")),
    ) + figures.row(
        figures.svg(left, T("Loss", "损失"), caption=T("Loss", "损失"), extra=figures.handle(axes, "gap")),
        figures.svg(right, T("Gradient", "梯度"), caption=T("Gradient by the true logit", "对真实类别 logit 的梯度")),
    )
    (once, pull), (twice, weak) = numbers["once"], numbers["twice"]
    summary = T(
        f"<b>CrossEntropyLoss applies softmax itself.</b> With another one before it the loss can't fall below "
        f"{floor:.4f} for {classes} classes. Here: {number(once)} once, {number(twice)} twice; gradient {number(pull, 3)} "
        f"against {number(weak, 3)}, {number(pull / weak if weak else float('inf'), 2)} times as strong.",
        f"<b>CrossEntropyLoss 自带 softmax。</b>前面再加一个，{classes} 类时损失就不会低于 {floor:.4f}。此处：一次为 "
        f"{number(once)}，两次为 {number(twice)}；梯度 {number(pull, 3)} 对 {number(weak, 3)}，"
        f"相差 {number(pull / weak if weak else float('inf'), 2)} 倍。",
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
    return View(picture, summary, snippet, numbers)


def _leading(lead: np.ndarray, classes: int) -> np.ndarray:
    """Return logits (N, classes) that are 0 but for the first one's lead."""
    logits = np.zeros((len(lead), classes))
    logits[:, 0] = lead
    return logits
