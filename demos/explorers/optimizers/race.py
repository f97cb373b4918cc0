"""Optimizers of torch.optim raced on functions of two variables and of one."""

from functools import lru_cache
from typing import Any

import numpy as np

from demos.explorers.optimizers import updates
from demos.frame import figures
from demos.frame.figures import COLOURS, MUTED, number
from demos.frame.language import T
from demos.frame.layout import View
from demos.frame.words import count, listed
from zoo.lab import objectives, optimizers
from zoo.lab.objectives import Objective
from zoo.lab.optimizers import Path, Settings

TITLES = {name: updates.TITLES[name] for name in optimizers.OPTIMIZERS}
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


CLOSE = 0.01
"""Height above the minimum from which on a run counts as close to it."""


def race(function: str, racers: list[str], x1: float, x2: float, steps: int, **settings: float) -> View:
    """Where optimizers of torch.optim get to on a function of two variables: {optimizer: [x1, x2, f]}.

    settings: a rate lr_<optimizer> each, and the coefficients of zoo.lab.optimizers.Settings.
    """
    rates = {name: settings.pop(f"lr_{name}") for name in TITLES}
    return _compete(function, racers, (x1, x2), steps, Settings(rates, **settings))


def trace(function: str, racers: list[str], x: float, lr: float, steps: int, **coefficients: float) -> View:
    """Where optimizers of torch.optim get to on a function of one variable: {optimizer: [x, f]}."""
    return _compete(function, racers, (x,), steps, Settings(dict.fromkeys(TITLES, lr), **coefficients))


def _compete(function: str, racers: list[str], start: tuple[float, ...], steps: int, settings: Settings) -> View:
    objective = objectives.find(function)
    arguments = {name: settings.of(name) for name in racers}
    runs = {
        name: optimizers.race(objective, name, start=start, steps=steps, **each) for name, each in arguments.items()
    }
    numbers = {name: [*run.points[-1].tolist(), float(run.values[-1])] for name, run in runs.items()}
    coordinates = ["x"] if objective.dims == 1 else ["x₁", "x₂"]
    table = figures.table(
        ["", "lr", *coordinates, "f", T("result", "结果")],
        [
            [figures.swatch(COLOUR[name], TITLES[name]), arguments[name]["lr"], *numbers[name], outcome(objective, run)]
            for name, run in sorted(runs.items(), key=lambda item: rank(item[1]))
        ],
    )
    return View(
        lambda: _picture(function, runs, steps),
        verdict(runs, steps),
        program(objective, arguments, start, steps),
        numbers,
        table,
        updates.of_race(objective, start, arguments),
    )


def _picture(function: str, runs: dict[str, Path], steps: int) -> str:
    objective = objectives.find(function)
    coloured = [(COLOUR[name], run) for name, run in runs.items()]
    legend = figures.legend(*((COLOUR[name], TITLES[name]) for name in runs))
    ways = way(function, coloured, handles=("x1", "x2") if objective.dims == 2 else ("x", ""))
    return legend + figures.row(ways, descent(objective, coloured, steps)) + figures.player(steps)


def way(function: str, runs: list[tuple[str, Path]], handles: tuple[str, str] = ("", "")) -> str:
    """Return the figure of the ways that runs take, on contours or on the curve; handles: the sliders it moves."""
    objective = objectives.find(function)
    if objective.dims == 2:
        axes = figures.panel(*objective.box, labels=("x₁", "x₂"))
        axes.behind(_contours(function))
        for point in objective.minima:
            axes.cross(*point)
        trails = [(colour, run.points) for colour, run in runs]
        alt = T("Paths on the contours of the function", "函数等高线上的路径")
    else:
        axes = _curve(objective)
        trails = [(colour, np.column_stack([run.points[:, 0], run.values])) for colour, run in runs]
        alt = T("Paths on the curve of the function", "函数曲线上的路径")
    drag = figures.handle(axes, *handles) if any(handles) else ""
    caption = T("Paths (drag the start)", "路径（可拖动起点）") if drag else T("Paths", "路径")
    return figures.svg(axes, alt, caption=caption, extra=figures.paths(axes, trails) + drag)


@lru_cache
def _contours(function: str) -> str:
    objective = objectives.find(function)
    x1, x2, z = objectives.surface(objective, 60)
    levels = objectives.contour_levels(z, 8 if function == "rastrigin" else 15)
    return figures.panel(*objective.box).contour(x1, x2, z, levels, color=COLOURS[0])


def _curve(objective: Objective) -> figures.Panel:
    """Return a panel with the curve of a function of one variable already in it."""
    places, values = objectives.line(objective)
    low, high = float(values.min()), float(values.max())
    axes = figures.panel(objective.box[0], (low - 0.08 * (high - low), high), labels=("x", "f(x)"))
    axes.plot(places, values, color=MUTED)
    return axes


def descent(objective: Objective, runs: list[tuple[str, Path]], steps: int) -> str:
    """Return the figure of f by step, above the function's minimum, which `player` plays along with the paths."""
    axes = figures.panel((0, figures.limit(steps)), (1e-8, 1e4), labels=("k", "f − f*"), log="y", whole="x")
    trails = []
    for colour, run in runs:
        gap = axes.held(np.arange(len(run.values)), run.values - objective.least, colour)
        trails.append((colour, np.column_stack([np.arange(len(gap)), gap])))
    alt = T("How far above the minimum after each step", "每一步之后比最小值高多少")
    return figures.svg(
        axes, alt, caption=T("Height above the minimum", "比最小值高多少"), extra=figures.paths(axes, trails)
    )


def rank(run: Path) -> float:
    """Return what runs are sorted by: the value reached, those that diverged last."""
    return float("inf") if run.diverged is not None or not np.isfinite(run.values[-1]) else float(run.values[-1])


def outcome(objective: Objective, run: Path) -> str:
    """Return what became of a run: its height above the minimum f*, and from which step on it was close."""
    if run.diverged is not None:
        return T(f"diverged at step {run.diverged}", f"第 {run.diverged} 步起发散")
    gaps = run.values - objective.least
    last = float(gaps[-1])
    height = f"f* {'−' if last < 0 else '+'} {number(abs(last), 3)}"
    far = np.flatnonzero(np.abs(gaps) > CLOSE)
    if abs(last) > CLOSE:
        return height
    step = int(far[-1]) + 1 if far.size else 0
    return height + T(f", ≤ {CLOSE:g} from step {step}", f"，第 {step} 步起 ≤ {CLOSE:g}")


def verdict(runs: dict[str, Path], steps: int) -> str:
    """Return the race in a sentence."""
    if not runs:
        return T("Choose an optimizer.", "请选择一个优化器。")
    gone = [TITLES[name] for name, run in runs.items() if not np.isfinite(rank(run))]
    if len(gone) == len(runs):
        return T("All have diverged: try a smaller learning rate.", "全部发散：请减小学习率。")
    least = min(map(rank, runs.values()))
    best = listed([TITLES[name] for name, run in runs.items() if rank(run) == least])
    text = T(
        f"After {count(steps, 'step')} the lowest is {best}, at f = {number(least)}.",
        f"{steps} 步之后最低的是 {best}，f = {number(least)}。",
    )
    if gone:
        text += " " + T(f"Diverged: {listed(gone)}.", f"发散：{listed(gone)}。")
    return text


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
