"""Optimizers of torch.optim raced on functions of two variables and of one."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from demos.frame import figures
from demos.frame.figures import COLOURS, MUTED, number
from demos.frame.language import T
from demos.frame.layout import View
from zoo.lab import objectives, optimizers
from zoo.lab.objectives import Objective
from zoo.lab.optimizers import Path

TITLES = {
    "gd": T("Gradient descent", "梯度下降"),
    "momentum": T("Momentum", "动量法"),
    "nesterov": "Nesterov",
    "adagrad": "AdaGrad",
    "rmsprop": "RMSProp",
    "adam": "Adam",
    "adamw": "AdamW",
}
COLOUR = dict(zip(TITLES, COLOURS))
FUNCTIONS = {
    "bowl": T("Bowl: x₁² + 2x₂²", "碗：x₁² + 2x₂²"),
    "stretched": T("Stretched bowl: 0.1x₁² + 2x₂²", "拉长的碗：0.1x₁² + 2x₂²"),
    "ravine": T("Ravine", "峡谷"),
    "saddle": T("Saddle", "鞍点"),
    "rosenbrock": T("Rosenbrock", "Rosenbrock 函数"),
    "beale": T("Beale", "Beale 函数"),
    "rastrigin": T("Many minima (Rastrigin)", "多个极小值（Rastrigin）"),
}
CURVES = {
    "square": "x²",
    "wave": T("x cos(0.15πx), two minima", "x cos(0.15πx)，两个极小值"),
    "plateau": T("x² / (1 + x²), plateaus", "x² / (1 + x²)，平台"),
}
RATES = {
    "bowl": (0.1, 0.05, 0.05, 1.0, 0.1, 0.3, 0.3),
    "stretched": (0.4, 0.1, 0.1, 2.0, 0.2, 0.3, 0.3),
    "ravine": (0.15, 0.05, 0.05, 1.0, 0.1, 0.2, 0.2),
    "saddle": (0.1, 0.02, 0.02, 0.3, 0.05, 0.1, 0.1),
    "rosenbrock": (0.001, 0.001, 0.001, 0.5, 0.02, 0.1, 0.1),
    "beale": (0.01, 0.003, 0.003, 0.5, 0.05, 0.1, 0.1),
    "rastrigin": (0.002, 0.002, 0.002, 0.5, 0.05, 0.3, 0.3),
}
"""Learning rates in the order of TITLES, at which each optimizer gets somewhere on the function in 100 steps."""


def race(
    function: str,
    racers: list[str],
    x1: float,
    x2: float,
    steps: int,
    lr_gd: float,
    lr_momentum: float,
    lr_nesterov: float,
    lr_adagrad: float,
    lr_rmsprop: float,
    lr_adam: float,
    lr_adamw: float,
    momentum: float,
    nesterov: float,
    alpha: float,
    beta1: float,
    beta2: float,
    weight_decay: float,
    eps: float,
) -> View:
    """Where optimizers of torch.optim get to on a function of two variables: {optimizer: [x1, x2, f]}."""
    rates = (lr_gd, lr_momentum, lr_nesterov, lr_adagrad, lr_rmsprop, lr_adam, lr_adamw)
    settings = _settings(racers, rates, momentum, nesterov, alpha, beta1, beta2, weight_decay, eps)
    objective = objectives.find(function)
    runs = {
        name: optimizers.race(objective, name, start=(x1, x2), steps=steps, **each) for name, each in settings.items()
    }
    plane, axes = map_of(function)
    layers = figures.paths(axes, [(COLOUR[name], run.points) for name, run in runs.items()])
    layers += figures.handle(axes, "x1", "x2")
    picture = figures.row(
        figures.svg(
            plane,
            T("Paths on the contours of the function", "函数等高线上的路径"),
            caption=T("Paths (drag the start)", "路径（可拖动起点）"),
            extra=layers,
        ),
        descent(objective, [(COLOUR[name], run) for name, run in runs.items()], steps),
    )
    legend = figures.legend(*((COLOUR[name], TITLES[name]) for name in runs))
    numbers = {name: [*run.points[-1].tolist(), float(run.values[-1])] for name, run in runs.items()}
    table = figures.table(
        ["", "lr", "x₁", "x₂", "f", T("result", "结果")],
        [
            [figures.swatch(COLOUR[name], TITLES[name]), settings[name]["lr"], *numbers[name], outcome(objective, run)]
            for name, run in sorted(runs.items(), key=lambda item: rank(item[1]))
        ],
    )
    snippet = program(objective, settings, (x1, x2), steps)
    return View(legend + picture + figures.player(steps), verdict(objective, runs, steps), snippet, numbers, table)


def trace(
    function: str,
    racers: list[str],
    x: float,
    lr: float,
    steps: int,
    momentum: float,
    nesterov: float,
    alpha: float,
    beta1: float,
    beta2: float,
    weight_decay: float,
    eps: float,
) -> View:
    """Where optimizers get to on a function of one variable, all at one learning rate: {optimizer: [x, f]}."""
    settings = _settings(racers, [lr] * len(TITLES), momentum, nesterov, alpha, beta1, beta2, weight_decay, eps)
    objective = objectives.find(function)
    runs = {name: optimizers.race(objective, name, start=(x,), steps=steps, **each) for name, each in settings.items()}
    figure, axes = curve_of(function)
    trails = [(COLOUR[name], np.column_stack([run.points[:, 0], run.values])) for name, run in runs.items()]
    picture = figures.row(
        figures.svg(
            figure,
            T("Steps on the curve", "曲线上的每一步"),
            caption=T("Steps (drag the start)", "每一步（可拖动起点）"),
            extra=figures.paths(axes, trails) + figures.handle(axes, "x"),
        ),
        descent(objective, [(COLOUR[name], run) for name, run in runs.items()], steps),
    )
    legend = figures.legend(*((COLOUR[name], TITLES[name]) for name in runs))
    numbers = {name: [float(run.points[-1, 0]), float(run.values[-1])] for name, run in runs.items()}
    table = figures.table(
        ["", "x", "f", T("result", "结果")],
        [
            [figures.swatch(COLOUR[name], TITLES[name]), *numbers[name], outcome(objective, run)]
            for name, run in runs.items()
        ],
    )
    snippet = program(objective, settings, (x,), steps)
    return View(legend + picture + figures.player(steps), verdict(objective, runs, steps), snippet, numbers, table)


def _settings(
    racers: list[str],
    rates: Sequence[float],
    momentum: float,
    nesterov: float,
    alpha: float,
    beta1: float,
    beta2: float,
    weight_decay: float,
    eps: float,
) -> dict[str, dict[str, float]]:
    """Return the arguments of each racer; rates in the order of TITLES."""
    adam = {"beta1": beta1, "beta2": beta2, "eps": eps}
    coefficients: dict[str, dict[str, float]] = {
        "gd": {},
        "momentum": {"momentum": momentum},
        "nesterov": {"momentum": nesterov},
        "adagrad": {"eps": eps},
        "rmsprop": {"alpha": alpha, "eps": eps},
        "adam": adam,
        "adamw": {**adam, "weight_decay": weight_decay},
    }
    return {name: {"lr": lr, **coefficients[name]} for name, lr in zip(TITLES, rates) if name in racers}


def map_of(function: str) -> tuple[figures.Panel, Any]:
    """Return a panel with the contours of a function of two variables and its minimum already in it."""
    figure, axes = figures.panel(*objectives.find(function).box)
    figure.frame = _contours(function)
    return figure, axes


@lru_cache
def _contours(function: str) -> str:
    objective = objectives.find(function)
    figure, axes = figures.panel(*objective.box, labels=("x₁", "x₂"))
    x1, x2, z = objectives.surface(objective, 60)
    levels = objectives.contour_levels(z, 8 if function == "rastrigin" else 15)
    axes.contour(x1, x2, z, levels, colors=COLOURS[0], alpha=0.4, linewidths=1)
    axes.plot(*objective.minimum, "+", color=figures.INK, markersize=11, markeredgewidth=2)
    return figures.backdrop(figure)


def curve_of(function: str) -> tuple[figures.Panel, Any]:
    """Return a panel with the curve of a function of one variable already in it."""
    objective = objectives.find(function)
    places, values = objectives.line(objective)
    low, high = float(values.min()), float(values.max())
    figure, axes = figures.panel(objective.box[0], (low - 0.08 * (high - low), high), labels=("x", "f(x)"))
    axes.plot(places, values, color=MUTED, linewidth=2)
    return figure, axes


def descent(objective: Objective, runs: list[tuple[str, Path]], steps: int) -> str:
    """Return the figure of f by step, above the function's minimum, which `player` plays along with the paths."""
    least = float(objective.value(np.array(objective.minimum)))
    figure, axes = figures.panel((0, figures.limit(steps)), (1e-8, 1e4), labels=("k", "f − f*"), log="y")
    trails = []
    for colour, run in runs:
        gap = np.clip(run.values - least, 1e-8, 1e4)
        trails.append((colour, np.column_stack([np.arange(len(gap)), gap])))
    alt = T("How far above the minimum after each step", "每一步之后比最小值高多少")
    return figures.svg(
        figure, alt, caption=T("Height above the minimum", "比最小值高多少"), extra=figures.paths(axes, trails)
    )


def rank(run: Path) -> float:
    """Return what runs are sorted by: the value reached, those that diverged last."""
    return float("inf") if run.diverged is not None or not np.isfinite(run.values[-1]) else float(run.values[-1])


def outcome(objective: Objective, run: Path) -> str:
    """Return what became of a run; at f* means within 0.01 of it, to the end."""
    if run.diverged is not None:
        return T(f"diverged at step {run.diverged}", f"第 {run.diverged} 步起发散")
    least = float(objective.value(np.array(objective.minimum)))
    close = np.flatnonzero(run.values <= least + 0.01)
    if close.size and np.all(run.values[close[0] :] <= least + 0.01):
        return T(f"at f* from step {close[0]}", f"第 {close[0]} 步起到达 f*")
    return f"f* + {number(run.values[-1] - least, 3)}"


def verdict(objective: Objective, runs: dict[str, Path], steps: int) -> str:
    """Return the race in a sentence."""
    if not runs:
        return T("Choose an optimizer.", "请选择一个优化器。")
    best = min(runs, key=lambda name: rank(runs[name]))
    gone = [TITLES[name] for name, run in runs.items() if run.diverged is not None]
    if len(gone) == len(runs):
        return T("Every one of them diverged: try a smaller learning rate.", "全部发散：请减小学习率。")
    value = number(runs[best].values[-1])
    told = T(
        f"After {steps} steps {TITLES[best]} is lowest, at f = {value}.",
        f"{steps} 步之后 {TITLES[best]} 最低，f = {value}。",
    )
    if gone:
        told += " " + T(f"Diverged: {', '.join(gone)}.", f"发散：{'、'.join(gone)}。")
    return told


def program(objective: Objective, settings: dict[str, dict[str, Any]], start: tuple[float, ...], steps: int) -> str:
    """Return the race as a PyTorch program that prints the last point and value of each racer."""
    lines = "".join(
        f'    "{name}": lambda x: {optimizers.expression(name, **each)},\n' for name, each in settings.items()
    )
    return f"""import torch

torch.set_default_dtype(torch.float64)


def f(x):
    return {objective.torch}


racers = {{
{lines}}}
for name, make in racers.items():
    x = torch.tensor({[float(v) for v in start]}, requires_grad=True)
    optimizer = make(x)
    for step in range({steps}):
        optimizer.zero_grad()
        f(x).backward()
        optimizer.step()
    print(f"{{name}}:", *x.tolist(), f(x).item())
"""
