"""Losses for yes or no: binary cross entropy and where its formula breaks, soft margins, several labels at once."""

import numpy as np

from demos.frame import figures
from demos.frame.figures import COLOURS, MUTED, number
from demos.frame.language import T
from demos.frame.layout import View
from demos.frame.words import lines, term, tex
from zoo.lab import losses


def binary_cross_entropy(logits: list[float], targets: list[float], probe: float) -> View:
    """BCE of sigmoid(logits), and BCE with logits, in float32: {"p", "naive", "with_logits": [...], "mean", "probe"}."""
    if len(logits) != len(targets) or not all(0 <= y <= 1 for y in targets):
        raise ValueError(
            T(f"expected {len(logits)} targets between 0 and 1", f"需要 {len(logits)} 个介于 0 和 1 之间的目标值")
        )
    parts = losses.binary_cross_entropy(logits, targets)
    at = losses.binary_cross_entropy(probe, 0.0)
    mean = float(parts.with_logits.astype(np.float64).mean())
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
        [[str(n), logits[n], targets[n], *(float(part[n]) for part in parts)] for n in range(len(logits))],
    )
    p, z = float(at.probabilities), tex(probe)
    formula = lines(
        rf"p = \sigma(z) = \frac{{1}}{{1 + e^{{-z}}}} = \sigma({z}) = {tex(p)}",
        rf"L = -y \log p - (1 - y) \log(1 - p) \overset{{y = 0}}{{=}} -\log(1 - {tex(p)}) = {tex(float(at.naive))}",
        rf"L = \max(z, 0) - z y + \log(1 + e^{{-|z|}}) \overset{{y = 0}}{{=}} {tex(float(at.with_logits))}",
        rf"\frac{{\partial L}}{{\partial z}} = p - y \overset{{y = 0}}{{=}} {tex(p)}",
    )
    numbers = {
        "p": parts.probabilities.tolist(),
        "naive": parts.naive.tolist(),
        "bce": parts.clamped.tolist(),
        "with_logits": parts.with_logits.tolist(),
        "mean": mean,
        "probe": [float(at.naive), float(at.with_logits)],
    }
    snippet = _bce_program(logits, targets, probe)
    return View(lambda: _where_it_breaks(parts.with_logits, probe), summary, snippet, numbers, table, formula)


def _where_it_breaks(values: np.ndarray, probe: float) -> str:
    z = np.linspace(-120, 120, 481)
    curves = losses.binary_cross_entropy(z, np.zeros_like(z))
    axes = figures.panel((-120, 120), (0, 125), labels=("z", "L"))
    axes.plot(z, curves.with_logits, color=COLOURS[0], linewidth=5, alpha=0.35)
    axes.plot(z, curves.clamped, color=COLOURS[1])
    axes.plot(z, np.where(np.isfinite(curves.naive), curves.naive, np.nan), color=COLOURS[3], dashes=(4, 2))
    axes.axvline(probe, color=MUTED, dashes=(3, 3))
    value = losses.binary_cross_entropy(probe, 0.0).with_logits
    axes.plot([probe], [value], "o", color=COLOURS[0], markersize=8)
    names = [str(n) for n in range(len(values))]
    each = figures.bars([(COLOURS[0], values)], (0, figures.limit(float(values.max()))), names=names, labels=("n", "L"))
    return figures.legend(
        (COLOURS[0], "BCEWithLogitsLoss"),
        (COLOURS[1], "BCELoss(sigmoid z)"),
        (COLOURS[3], T("the formula as printed", "按公式直接计算")),
    ) + figures.row(
        figures.svg(
            axes,
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
    values = [float(v) for v in np.ravel(value)]
    far = T(
        "It never reaches 0, however large the margin, but float64 rounds it to 0 from 746 on.",
        "间隔再大它也不会恰好为 0，但从 746 起 float64 会把它舍入为 0。",
    )
    summary = T(
        f"{reduction}: {', '.join(number(v) for v in values)}. It is binary cross entropy with logits, with labels −1 "
        f"and 1 in place "
        f"of 0 and 1. {far}",
        f"{reduction}：{'、'.join(number(v) for v in values)}。它就是带 logits 的二元交叉熵，只是标签用 −1 和 1 代替 "
        f"0 和 1。{far}",
    )
    y, x = term(signs[0]), term(scores[0])
    formula = lines(
        rf"L_n = \log(1 + e^{{-y_n x_n}}), \qquad L_0 = \log(1 + e^{{-{y} \cdot {x}}}) = {tex(float(each[0]))}",
        r"\frac{\partial L_n}{\partial x_n} = -y_n\,\sigma(-y_n x_n)",
        rf"\text{{{reduction}}}: \quad L = {', '.join(tex(v) for v in values)}",
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
        [[str(n), scores[n], signs[n], margins[n], each[n], gradient[n]] for n in range(len(scores))],
    )
    numbers = {"loss": values, "gradient": gradient.tolist()}
    return View(lambda: _margins(margins, each), summary, snippet, numbers, table, formula)


def _margins(margins: np.ndarray, each: np.ndarray) -> str:
    m = np.linspace(-6, 6, 241)
    axes = figures.panel((-6, 6), (0, 6), labels=("y·x", "L"), size=(440, 300))
    axes.plot(m, np.maximum(0, 1 - m), color=MUTED, linewidth=1.5, dashes=(4, 3))
    axes.plot(m, losses.soft_margin(m, np.ones_like(m), reduction="none")[0], color=COLOURS[0])
    axes.plot(margins, each, "o", color=COLOURS[0], markersize=8)
    return figures.legend(
        (COLOURS[0], T("soft margin", "软间隔")), (MUTED, T("hinge, for comparison", "合页损失（对比）"))
    ) + figures.row(figures.svg(axes, T("Loss by margin y·x", "损失随间隔 y·x 的变化")))


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
    names = [T(f"row {n}", f"第 {n} 行") for n in range(len(rows))]
    values = [float(v) for v in np.ravel(value)]
    hits = float(((p > 0.5) == (targets > 0.5)).mean())
    summary = T(
        f"{reduction}: {', '.join(number(v) for v in values)}. Every class is a yes or no of its own, so the probabilities of a "
        f"row need not sum to 1. Taking what is above 0.5 as yes, {hits:.0%} of the answers are right.",
        f"{reduction}：{'、'.join(number(v) for v in values)}。每一类都是独立的是或否，因此一行的概率之和不必为 1；"
        f"以大于 0.5 为“是”，有 {hits:.0%} 的回答正确。",
    )
    snippet = f"""import torch

torch.set_default_dtype(torch.float64)
z = torch.tensor({logits.tolist()})
y = torch.tensor({targets.tolist()})
loss = torch.nn.MultiLabelSoftMarginLoss(reduction="{reduction}")(z, y)
print("loss:", *loss.flatten().tolist())
"""
    table = figures.table(
        ["", *(f"σ(z<sub>{c}</sub>)" for c in range(len(rows[0]))), "L"],
        [[names[n], *(float(v) for v in p[n]), float(each[n])] for n in range(len(rows))],
    )
    formula = lines(
        r"L_n = -\frac{1}{C} \sum_c \left( y_{nc} \log \sigma(z_{nc}) + (1 - y_{nc}) \log(1 - \sigma(z_{nc})) \right)",
        rf"L_0 = {tex(float(each[0]))}, \qquad \text{{{reduction}}}: \ L = {', '.join(tex(v) for v in values)}",
    )
    return View(lambda: _probabilities(p, names), summary, snippet, {"loss": values}, table, formula)


def _probabilities(p: np.ndarray, names: list[str]) -> str:
    groups = [(COLOURS[n % 8], row) for n, row in enumerate(p)]
    classes = [str(c) for c in range(p.shape[1])]
    axes = figures.bars(groups, (0, 1), names=classes, labels=("c", "σ(z)"), size=(440, 300))
    axes.axhline(0.5, color=MUTED, dashes=(3, 3))
    legend = figures.legend(*((COLOURS[n % 8], name) for n, name in enumerate(names)))
    return legend + figures.row(figures.svg(axes, T("Probability of each class in each row", "每行中各类的概率")))
