"""The update rules of the optimizers in LaTeX, with the numbers of a first step put in."""

from collections.abc import Mapping

import numpy as np

from demos.frame.language import T
from demos.frame.words import lines, put, tex
from zoo.lab.objectives import Objective

TITLES = {
    "gd": T("Gradient descent", "梯度下降"),
    "momentum": T("Momentum", "动量法"),
    "nesterov": "Nesterov",
    "adagrad": "AdaGrad",
    "rmsprop": "RMSProp",
    "adam": "Adam",
    "adamw": "AdamW",
    "adam_notes": T("Adam as the notes wrote it", "笔记中写错的 Adam"),
}
"""What the rules are called."""

SYMBOLS = {
    "lr": r"\eta",
    "momentum": r"\beta",
    "beta": r"\beta",
    "alpha": r"\alpha",
    "gamma": r"\gamma",
    "beta1": r"\beta_1",
    "beta2": r"\beta_2",
    "eps": r"\varepsilon",
    "weight_decay": r"\lambda",
    "dampening": "d",
    "lr_decay": "k",
}
UPDATES: dict[str, tuple[str, ...]] = {
    "gd": (r"x \leftarrow x - \eta\,g",),
    "momentum": (r"v \leftarrow \beta\,v + g", r"x \leftarrow x - \eta\,v"),
    "nesterov": (r"v \leftarrow \beta\,v + g", r"x \leftarrow x - \eta\,(g + \beta\,v)"),
    "adagrad": (r"s \leftarrow s + g^2", r"x \leftarrow x - \frac{\eta\,g}{\sqrt{s} + \varepsilon}"),
    "rmsprop": (
        r"s \leftarrow \alpha\,s + (1 - \alpha)\,g^2",
        r"x \leftarrow x - \frac{\eta\,g}{\sqrt{s} + \varepsilon}",
    ),
    "adam": (
        r"v \leftarrow \beta_1 v + (1 - \beta_1)\,g, \quad s \leftarrow \beta_2 s + (1 - \beta_2)\,g^2",
        r"x \leftarrow x - \eta\,\frac{v / (1 - \beta_1^t)}{\sqrt{s / (1 - \beta_2^t)} + \varepsilon}",
    ),
}
UPDATES["adamw"] = (r"x \leftarrow (1 - \eta\,\lambda)\,x", *UPDATES["adam"])
"""torch.optim's rules: g the gradient, v the velocity, s the sum or mean of squares, t the step; v and s start at 0."""

BY_HAND = UPDATES | {
    "adagrad": (r"s \leftarrow s + g^2", r"x \leftarrow x - \frac{\eta\,g}{\sqrt{s + \varepsilon}}"),
    "rmsprop": (
        r"s \leftarrow \gamma\,s + (1 - \gamma)\,g^2",
        r"x \leftarrow x - \frac{\eta\,g}{\sqrt{s + \varepsilon}}",
    ),
    "adam_notes": (
        UPDATES["adam"][0],
        r"x \leftarrow x - \eta\,\frac{v / (1 - \beta_1)}{\sqrt{s / (1 - \beta_2)} + \varepsilon}",
    ),
}
"""The rules as the notes write them by hand: ε stands under the root, and their Adam lacks the power t."""


VARIANTS: dict[str, tuple[str, str]] = {
    "dampening": (r"\beta\,v + g", r"\beta\,v + (1 - d)\,g"),
    "lr_decay": (r"\frac{\eta\,g}", r"\frac{\eta / (1 + (t - 1)\,k)\,g}"),
    "centered": (r"\sqrt{s}", r"\sqrt{s - m^2}"),
    "amsgrad": (r"\sqrt{s / (1 - \beta_2^t)}", r"\sqrt{\max_{\tau \le t} s_\tau / (1 - \beta_2^t)}"),
}
"""What a coefficient changes in its rule when it isn't 0; m is a mean of g like the one of its squares."""
WHEN = T(
    "When to use which: SGD with momentum where there is time to tune it; AdaGrad for sparse data, its steps only shrink; "
    "RMSProp where the problem isn't convex or changes; Adam needs little tuning, and the size of the gradient "
    "doesn't matter to it; "
    "AdamW when the weights are to decay. `dampening` weakens new gradients in the velocity, `lr_decay` shrinks AdaGrad's rate "
    "further, `centered` divides by the variance, `amsgrad` keeps the largest mean square.",
    "何时用哪个：有时间调参用带动量的 SGD；AdaGrad 适合稀疏数据，步子只会越来越小；RMSProp 适合非凸或变化的问题；"
    "Adam 几乎不用调参，也不受梯度大小影响；需要权重衰减用 AdamW。`dampening` 减弱新梯度在速度中的分量，`lr_decay` 让 AdaGrad 的"
    "学习率进一步减小，`centered` 除以方差，`amsgrad` 保留最大的均方。",
)


def of_race(objective: Objective, start: tuple[float, ...], arguments: Mapping[str, Mapping[str, float]]) -> str:
    """Return the function, its gradient at the start, and the rule of each optimizer with its arguments."""
    rows = [rf"f(x) = {objective.formula}", gradient(objective, start)]
    for name, each in arguments.items():
        rows += rule(tuple(_variant(part, each) for part in UPDATES[name]), name, each)
    return lines(*rows) + stability(objective) + "\n\n" + WHEN


def _variant(part: str, arguments: Mapping[str, float]) -> str:
    for name, (plain, changed) in VARIANTS.items():
        if arguments.get(name):
            part = part.replace(plain, changed)
    return part


def rule(update: tuple[str, ...], name: str, arguments: Mapping[str, float]) -> list[str]:
    """Return the lines of a rule, its symbols first, then with its numbers."""
    values = {SYMBOLS[key]: value for key, value in arguments.items() if key in SYMBOLS}
    title = TITLES[name]
    symbols, filled = r",\quad ".join(update), r",\quad ".join(put(part, values) for part in update)
    return [rf"\text{{{title}}}: \quad {symbols}", rf"\quad {filled}"]


def gradient(objective: Objective, start: tuple[float, ...]) -> str:
    """Return the gradient at the start."""
    point = np.array(start, dtype=np.float64)
    at, slope = (", ".join(tex(float(v)) for v in np.ravel(part)) for part in (point, objective.gradient(point)))
    return rf"g = \nabla f({at}) = ({slope})"


def stability(objective: Objective) -> str:
    """Return below which rate gradient descent is stable, where the curvature is bounded."""
    if objective.curvature is None:
        return ""
    limit = rf"$\eta < \frac{{2}}{{L}} = \frac{{2}}{{{tex(objective.curvature)}}} = {tex(2 / objective.curvature)}$"
    return T(
        f"Gradient descent converges for {limit}, where L is the largest curvature.",
        f"当 {limit} 时梯度下降收敛，其中 L 是最大曲率。",
    )
