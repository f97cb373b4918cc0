"""Losses for yes or no: binary cross entropy and where its formula breaks, soft margins, several labels at once."""

import numpy as np

from demos.frame import figures
from demos.frame.figures import COLOURS, MUTED, number
from demos.frame.language import T
from demos.frame.layout import View
from zoo.lab import losses


def binary_cross_entropy(logits: list[float], targets: list[float], probe: float) -> View:
    """BCE of sigmoid(logits), and BCE with logits, in float32: {"p", "naive", "with_logits": [...], "mean", "probe"}."""
    if len(logits) != len(targets) or not all(0 <= y <= 1 for y in targets):
        raise ValueError(
            T(f"expected {len(logits)} targets between 0 and 1", f"需要 {len(logits)} 个介于 0 和 1 之间的目标值")
        )
    found = losses.binary_cross_entropy(logits, targets)
    at = losses.binary_cross_entropy(probe, 0.0)
    z = np.linspace(-120, 120, 481)
    curves = losses.binary_cross_entropy(z, np.zeros_like(z))
    figure, axes = figures.panel((-120, 120), (0, 125), labels=("z", "L"))
    axes.plot(z, curves.with_logits, color=COLOURS[0], linewidth=5, alpha=0.35)
    axes.plot(z, curves.clamped, color=COLOURS[1], linewidth=2)
    axes.plot(
        z, np.where(np.isfinite(curves.naive), curves.naive, np.nan), color=COLOURS[3], linewidth=2, dashes=(4, 2)
    )
    axes.axvline(probe, color=MUTED, linewidth=1, dashes=(3, 3))
    axes.plot(probe, at.with_logits, "o", color=COLOURS[0], markersize=8)
    each, _ = figures.bars([(COLOURS[0], found.with_logits)], (0, figures.limit(float(found.with_logits.max()))))
    picture = figures.legend(
        (COLOURS[0], "BCEWithLogitsLoss"),
        (COLOURS[1], T("BCELoss(sigmoid z)", "BCELoss(sigmoid z)")),
        (COLOURS[3], T("the formula as printed", "按公式直接计算")),
    ) + figures.row(
        figures.svg(
            figure,
            T("Loss of one logit where the target is 0", "目标为 0 时一个 logit 的损失"),
            caption=T("Loss of a logit z, target 0", "logit z 的损失，目标为 0"),
            extra=figures.handle(axes, "probe"),
        ),
        figures.svg(
            each,
            T("Loss of each of your logits", "所给各 logit 的损失"),
            caption=T("Loss of your logits", "所给 logits 的损失"),
        ),
    )
    mean = float(found.with_logits.astype(np.float64).mean())
    summary = T(
        f"At z = {number(probe)} the loss is {number(float(at.with_logits))}; the printed formula gives "
        f"{number(float(at.naive))} and BCELoss {number(float(at.clamped))}. In float32 sigmoid is exactly 1 from z = 17 on, "
        f"and log(1 − p) is −∞. Your logits: mean {number(mean, 5)}.",
        f"z = {number(probe)} 时损失为 {number(float(at.with_logits))}；按公式直接计算得 {number(float(at.naive))}，"
        f"BCELoss 得 {number(float(at.clamped))}。float32 中从 z = 17 起 sigmoid 恰为 1，log(1 − p) 为 −∞。"
        f"所给 logits 的平均损失为 {number(mean, 5)}。",
    )
    table = figures.table(
        ["n", "z", "y", "σ(z)", T("as printed", "按公式"), "BCELoss", "BCEWithLogits"],
        [[str(n + 1), logits[n], targets[n], *(float(part[n]) for part in found)] for n in range(len(logits))],
    )
    numbers = {
        "p": found.probabilities.tolist(),
        "naive": found.naive.tolist(),
        "bce": found.clamped.tolist(),
        "with_logits": found.with_logits.tolist(),
        "mean": mean,
        "probe": [float(at.naive), float(at.with_logits)],
    }
    return View(picture, summary, _bce_program(logits, targets, probe), numbers, table)


def _bce_program(logits: list[float], targets: list[float], probe: float) -> str:
    return f"""import torch
from torch.nn import functional as F


def naive(z, y):
    p = 1 / (1 + torch.exp(-z))
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p))


z, y = torch.tensor({[float(v) for v in logits]}), torch.tensor({[float(v) for v in targets]})
p = torch.sigmoid(z)
with_logits = F.binary_cross_entropy_with_logits(z, y, reduction="none")
print("p:", *p.tolist())
print("naive:", *naive(z, y).tolist())
print("bce:", *F.binary_cross_entropy(p, y, reduction="none").tolist())
print("with_logits:", *with_logits.tolist())
print("mean:", with_logits.double().mean().item())
probe, no = torch.tensor({float(probe)}), torch.tensor(0.0)
print("probe:", naive(probe, no).item(), F.binary_cross_entropy_with_logits(probe, no).item())
"""


def soft_margin(scores: list[float], signs: list[int], reduction: str) -> View:
    """log(1 + exp(-y x)) of scores x with targets y = -1 or 1: {"loss": [...], "gradient": [...]}."""
    if len(scores) != len(signs) or not all(sign in (-1, 1) for sign in signs):
        raise ValueError(
            T(f"expected {len(scores)} targets, each −1 or 1", f"需要 {len(scores)} 个目标值，每个为 −1 或 1")
        )
    each, _ = losses.soft_margin(scores, signs, reduction="none")
    value, gradient = losses.soft_margin(scores, signs, reduction=reduction)
    margins = np.multiply(scores, signs)
    m = np.linspace(-6, 6, 241)
    figure, axes = figures.panel((-6, 6), (0, 6), labels=("y·x", "L"), size=(480, 300))
    axes.plot(m, np.maximum(0, 1 - m), color=MUTED, linewidth=1.5, dashes=(4, 3))
    axes.plot(m, losses.soft_margin(m, np.ones_like(m), reduction="none")[0], color=COLOURS[0], linewidth=2)
    axes.plot(margins, each, "o", color=COLOURS[0], markersize=8)
    picture = figures.legend(
        (COLOURS[0], T("soft margin", "软间隔")), (MUTED, T("hinge, for comparison", "合页损失（对比）"))
    ) + figures.row(figures.svg(figure, T("Loss by margin y·x", "损失随间隔 y·x 的变化")))
    values = [float(v) for v in np.ravel(value)]
    summary = T(
        f"{reduction}: {', '.join(number(v) for v in values)}. It is binary cross entropy with logits, with labels −1 and 1 "
        "in place of 0 and 1; never quite 0, however large the margin.",
        f"{reduction}：{'、'.join(number(v) for v in values)}。它就是带 logits 的二元交叉熵，只是标签用 −1 和 1 代替 0 和 1；"
        "间隔再大也不会恰好为 0。",
    )
    snippet = f"""import torch

torch.set_default_dtype(torch.float64)
x = torch.tensor({[float(v) for v in scores]}, requires_grad=True)
y = torch.tensor({[float(v) for v in signs]})
loss = torch.nn.SoftMarginLoss(reduction="{reduction}")(x, y)
loss.sum().backward()
print("loss:", *loss.flatten().tolist())
print("gradient:", *x.grad.tolist())
"""
    table = figures.table(
        ["n", "x", "y", "y·x", "L", "∂/∂x"],
        [[str(n + 1), scores[n], signs[n], margins[n], each[n], gradient[n]] for n in range(len(scores))],
    )
    return View(picture, summary, snippet, {"loss": values, "gradient": gradient.tolist()}, table)


def multilabel_soft_margin(rows: list[list[float]], answers: list[list[float]], reduction: str) -> View:
    """Binary cross entropy over classes that may all be true at once, averaged over the classes: {"loss": [...]}."""
    logits, targets = np.array(rows), np.array(answers)
    if logits.shape != targets.shape or not np.isin(targets, (0, 1)).all():
        raise ValueError(
            T(
                f"expected {len(rows)} rows of {len(rows[0])} targets, each 0 or 1",
                f"需要 {len(rows)} 行、每行 {len(rows[0])} 个目标值，每个为 0 或 1",
            )
        )
    each, _ = losses.multilabel_soft_margin(logits, targets, reduction="none")
    value, _ = losses.multilabel_soft_margin(logits, targets, reduction=reduction)
    p = losses.binary_cross_entropy(logits, targets).probabilities
    groups = [(COLOURS[n % 8], p[n]) for n in range(len(rows))]
    figure, axes = figures.bars(groups, (0, 1), labels=("c", "σ(z)"), size=(480, 300))
    axes.axhline(0.5, color=MUTED, linewidth=1, dashes=(3, 3))
    names = [T(f"row {n + 1}", f"第 {n + 1} 行") for n in range(len(rows))]
    picture = figures.legend(*((COLOURS[n % 8], names[n]) for n in range(len(rows)))) + figures.row(
        figures.svg(figure, T("Probability of each class in each row", "每行中各类的概率"))
    )
    values = [float(v) for v in np.ravel(value)]
    hits = float(((p > 0.5) == (targets > 0.5)).mean())
    summary = T(
        f"{reduction}: {', '.join(number(v) for v in values)}. Every class is a yes or no of its own, so the probabilities of a "
        f"row need not sum to 1; {hits:.0%} of these are on the right side of 0.5.",
        f"{reduction}：{'、'.join(number(v) for v in values)}。每一类都是独立的是或否，因此一行的概率之和不必为 1；"
        f"其中 {hits:.0%} 落在 0.5 的正确一侧。",
    )
    snippet = f"""import torch

torch.set_default_dtype(torch.float64)
z = torch.tensor({logits.tolist()})
y = torch.tensor({targets.tolist()})
loss = torch.nn.MultiLabelSoftMarginLoss(reduction="{reduction}")(z, y)
print("loss:", *loss.flatten().tolist())
"""
    table = figures.table(
        ["", *(f"σ(z<sub>{c + 1}</sub>)" for c in range(len(rows[0]))), "L"],
        [[names[n], *(float(v) for v in p[n]), float(each[n])] for n in range(len(rows))],
    )
    return View(picture, summary, snippet, {"loss": values}, table)
