"""Losses of a margin: hinge, its square, soft margin and focal, and how much each cares for what is right already."""

import numpy as np

from demos.explorers.losses.groups import YES_OR_NO
from demos.frame import figures
from demos.frame.controls import choices, shown_with, slider
from demos.frame.figures import COLOURS, MUTED, number
from demos.frame.language import T
from demos.frame.layout import Page, View
from demos.frame.words import aside, lines, listed, tex
from zoo.lab import losses

TITLES = {
    "hinge": T("hinge", "合页"),
    "squared_hinge": T("squared hinge", "平方合页"),
    "soft_margin": T("soft margin", "软间隔"),
    "focal": T("focal", "焦点"),
}
COLOUR = dict(zip(TITLES, COLOURS))
FORMULAS = {
    "hinge": (r"\max(0,\ 1 - m)", r"-[m < 1]"),
    "squared_hinge": (r"\max(0,\ 1 - m)^2", r"-2 \max(0,\ 1 - m)"),
    "soft_margin": (r"\log(1 + e^{-m}) = -\log p", r"-(1 - p)"),
    "focal": (r"-(1 - p)^\gamma \log p", r"(1 - p)^\gamma\,(\gamma\,p \log p - (1 - p))"),
}
CODE = {
    "hinge": "(1 - m).clamp(min=0)",
    "squared_hinge": "(1 - m).clamp(min=0) ** 2",
    "soft_margin": "F.softplus(-m)",
    "focal": "(1 - torch.sigmoid(m)) ** {gamma} * F.softplus(-m)",
}


def add(page: Page) -> None:
    """Lay out the tab."""
    with page.tab("margin", T("Hinge and focal", "合页与焦点"), YES_OR_NO):
        page.explore(
            margin_loss,
            T("Losses of a margin m = y·x. Drag the dashed line.", "间隔 m = y·x 的损失。拖动虚线。"),
            kinds=choices(T("Losses", "损失函数"), [(title, name) for name, title in TITLES.items()], list(TITLES)),
            margin=slider(T("Margin m", "间隔 m"), 0.5, -4, 4, 0.05),
            gamma=slider(T("Focal: γ", "焦点损失：γ"), 2.0, 0, 5, 0.1, fits=shown_with("kinds", "focal")),
        )


def margin_loss(kinds: list[str], margin: float, gamma: float) -> View:
    """Losses of one margin y x and their derivatives: {loss: [value, derivative]}."""
    at = {name: [float(v) for v in losses.margin(name, margin, gamma=gamma)] for name in kinds}
    table = figures.table(
        ["", "L", "∂L/∂m"], [[figures.swatch(COLOUR[name], TITLES[name]), *at[name]] for name in kinds]
    )
    p = 1 / (1 + np.exp(-margin))
    rows = [rf"m = y\,x = {tex(margin)}, \qquad p = \sigma(m) = {tex(p)}"]
    for name, (value, slope) in at.items():
        loss, derivative = FORMULAS[name]
        rows.append(
            rf"\text{{{TITLES[name]}}}: \quad L = {loss} = {tex(value)}, \qquad L' = {derivative} = {tex(slope)}"
        )
    note = T(
        "Hinge asks for a margin of 1 and no more (support vector machines). Focal is cross entropy that forgets what is well "
        "classified: where most rows are easy, such as background in object detection, the few hard ones count; with γ = 0 it "
        "is cross entropy.",
        "合页损失只要求间隔达到 1（支持向量机）。焦点损失是忽略已分类正确样本的交叉熵："
        "当大多数样本很容易时（如目标检测中的背景），"
        "少数困难的样本才起作用；γ = 0 时就是交叉熵。",
    )
    snippet = _program(kinds, margin, gamma)
    return View(lambda: _curves(at, margin, gamma), _words(at, margin), snippet, at, table, lines(*rows) + note)


def _words(at: dict[str, list[float]], margin: float) -> str:
    if not at:
        return T("Choose a loss.", "请选择一个损失函数。")
    side = T("right", "正确") if margin > 0 else T("wrong", "错误") if margin < 0 else T("undecided", "未定")
    text = T(f"At a margin of {number(margin)} the answer is {side}. ", f"间隔为 {number(margin)} 时，回答{side}。")
    silent = [TITLES[name] for name, (_, slope) in at.items() if slope == 0]
    pulls = listed([aside(number(slope, 3), TITLES[name]) for name, (_, slope) in at.items() if slope != 0])
    if pulls:
        text += T(f"The derivatives are {pulls}. ", f"导数为 {pulls}。")
    if silent:
        text += T(f"No pull at all from {listed(silent)}.", f"{listed(silent)}完全没有梯度。")
    return text


def _curves(at: dict[str, list[float]], margin: float, gamma: float) -> str:
    m, panels = np.linspace(-4, 4, 161), []
    captions = ((T("Loss", "损失"), (0, 6), "L"), (T("Derivative", "导数"), (-4, 0.5), "∂L/∂m"))
    for which, (caption, limits, symbol) in enumerate(captions):
        axes = figures.panel((-4, 4), limits, labels=("m = y·x", symbol))
        axes.axvline(margin, color=MUTED, dashes=(3, 3))
        for name, values in at.items():
            axes.plot(m, losses.margin(name, m, gamma=gamma)[which], color=COLOUR[name])
            axes.plot([margin], [values[which]], "o", color=COLOUR[name], markersize=7)
        panels.append(figures.svg(axes, caption, caption=caption, extra=figures.handle(axes, "margin")))
    return figures.legend(*((COLOUR[name], TITLES[name]) for name in at)) + figures.row(*panels)


def _program(kinds: list[str], margin: float, gamma: float) -> str:
    calls = "".join(f'    "{name}": lambda m: {CODE[name].format(gamma=gamma)},\n' for name in kinds)
    return f"""import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
losses = {{
{calls}}}
for name, loss in losses.items():
    m = torch.tensor({float(margin)}, requires_grad=True)
    value = loss(m)
    (slope,) = torch.autograd.grad(value, m)
    print(f"{{name}}:", value.item(), slope.item())
"""
