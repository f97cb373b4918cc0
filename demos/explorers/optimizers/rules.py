"""The notes' hand-written optimizers beside torch.optim's, and what the learning rate does to where they end."""

from typing import Any

import numpy as np

from demos.explorers.optimizers import race
from demos.frame import figures
from demos.frame.figures import COLOURS, MUTED, number
from demos.frame.language import T
from demos.frame.layout import View
from zoo.lab import objectives, optimizers
from zoo.notes.optimizers import RUNS

TITLES = race.TITLES | {"adam_notes": T("Adam as the notes wrote it", "笔记中写错的 Adam")}
NAMESAKES = {"beta": "momentum", "gamma": "alpha"}
"""What torch.optim calls a rule's coefficient."""

COEFFICIENTS = ("beta", "gamma", "beta1", "beta2")


MORE_RUNS: tuple[tuple[str, str, int, dict[str, float], str], ...] = (
    ("wave", "gd", 40, {"lr": 0.1}, ""),
    ("stretched", "nesterov", 20, {"lr": 0.6, "beta": 0.5}, ""),
    ("stretched", "nesterov", 20, {"lr": 0.3, "beta": 0.5}, ""),
    ("stretched", "adam", 20, {"lr": 0.16, "beta1": 0.9, "beta2": 0.999}, ""),
)
"""The better minimum of the wave, Nesterov where it diverges and where it doesn't, and the right Adam."""

CASES: dict[str, dict[str, Any]] = {
    "-".join([function, name, *map(str, settings.values())]): {
        "function": function,
        "name": name,
        "steps": steps,
        **settings,
        "printed": printed,
    }
    for function, name, steps, settings, printed in (*RUNS, *MORE_RUNS)
}
"""The notes' runs, and ours that correct them: the settings of `rule`, and what the notes printed."""

_SHORT = {"square": "x²", "wave": "x cos(0.15πx)", "bowl": "x₁² + 2x₂²", "stretched": "0.1x₁² + 2x₂²"}


def case_title(key: str) -> str:
    """Return what a case of the notes is called: the function, the rule and its learning rate."""
    case = CASES[key]
    beta = f", β {case['beta']:g}" if "beta" in case else ""
    name = T("their Adam", "其 Adam") if case["name"] == "adam_notes" else TITLES[case["name"]]
    return f"{_SHORT[case['function']]}: {name} {case['lr']:g}{beta}"


def rule(
    case: str, function: str, name: str, lr: float, steps: int, beta: float, gamma: float, beta1: float, beta2: float
) -> View:
    """Where a hand-written rule gets to, and torch.optim's class of that name: {"by_hand": [x ..., f], "torch": ...}."""
    objective = objectives.find(function)
    known = optimizers.rule_coefficients(name)
    given = dict(zip(COEFFICIENTS, (beta, gamma, beta1, beta2)))
    coefficients = {key: given.get(key, default) for key, default in known.items() if key != "weight_decay"}
    twin = "adam" if name == "adam_notes" else name
    settings = {"lr": lr} | {NAMESAKES.get(key, key): value for key, value in coefficients.items()}
    by_hand = optimizers.descend(objective, name, lr=lr, steps=steps, **coefficients)
    torch = optimizers.race(objective, twin, steps=steps, **settings)
    runs = [(COLOURS[0], by_hand), (COLOURS[1], torch)]
    legend = figures.legend(
        (COLOURS[0], T("by hand: ", "手写：") + TITLES[name]), (COLOURS[1], "torch.optim: " + TITLES[twin])
    )
    ends = {
        which: [*run.points[-1].tolist(), float(run.values[-1])] for which, (_, run) in zip(("by_hand", "torch"), runs)
    }
    names = ["x"] if objective.dims == 1 else ["x₁", "x₂"]
    rows: list[list[Any]] = [
        [T("by hand", "手写"), *ends["by_hand"], race.outcome(objective, by_hand)],
        ["torch.optim", *ends["torch"], race.outcome(objective, torch)],
    ]
    printed = _printed(case, {"function": function, "name": name, "lr": lr, "steps": steps, **coefficients})
    if printed:
        rows.append([T("printed in the notes", "笔记所印"), *printed.split(", "), "", ""])
    table = figures.table(["", *names, "f", T("result", "结果")], rows)
    picture = legend + figures.row(_walk(function, runs), race.descent(objective, runs, steps)) + figures.player(steps)
    apart = float(np.abs(by_hand.points[-1] - torch.points[-1]).max())
    summary = T(
        f"After {steps} steps the two are {number(apart, 3)} apart.", f"{steps} 步之后，两者相差 {number(apart, 3)}。"
    )
    if name == "adam_notes":
        summary += " " + T(
            "The notes divide by 1 − β at every step where Adam divides by 1 − βᵗ, so their correction never fades.",
            "笔记每一步都除以 1 − β，而 Adam 除以 1 − βᵗ，所以笔记中的修正从不消退。",
        )
    return View(picture, summary, _program(objective, name, twin, lr, steps, coefficients, settings), ends, table)


def _printed(case: str, settings: dict[str, Any]) -> str:
    """Return what the notes printed for a case while its settings are untouched, "" otherwise."""
    expected = CASES[case]
    same = all(settings.get(key) == value for key, value in expected.items() if key != "printed")
    return expected["printed"] if same else ""


def _walk(function: str, runs: list[tuple[str, Any]]) -> str:
    """Return the figure of the ways taken, on contours or on the curve."""
    objective = objectives.find(function)
    if objective.dims == 2:
        figure, axes = race.map_of(function)
        trails = [(colour, run.points) for colour, run in runs]
    else:
        figure, axes = race.curve_of(function)
        trails = [(colour, np.column_stack([run.points[:, 0], run.values])) for colour, run in runs]
    alt = T("The ways that both take", "两者所走的路径")
    return figures.svg(figure, alt, caption=T("Paths", "路径"), extra=figures.paths(axes, trails))


_BY_HAND = {
    "gd": "x = x - {lr} * g",
    "momentum": "v = {beta} * v + g\n    x = x - {lr} * v",
    "nesterov": "v = {beta} * v + g\n    x = x - {lr} * (g + {beta} * v)",
    "adagrad": "s = s + g**2\n    x = x - {lr} * g / torch.sqrt(s + {eps})",
    "rmsprop": "s = {gamma} * s + (1 - {gamma}) * g**2\n    x = x - {lr} * g / torch.sqrt(s + {eps})",
    "adam": "v = {beta1} * v + (1 - {beta1}) * g\n    s = {beta2} * s + (1 - {beta2}) * g**2\n"
    "    step = torch.sqrt(s / (1 - {beta2}**t)) + {eps}\n    x = x - {lr} * v / (1 - {beta1}**t) / step",
    "adam_notes": "v = {beta1} * v + (1 - {beta1}) * g\n    s = {beta2} * s + (1 - {beta2}) * g**2\n"
    "    step = torch.sqrt(s / (1 - {beta2})) + {eps}\n    x = x - {lr} * v / (1 - {beta1}) / step",
}
"""The rules as lines of a loop over t = 1, 2, ... with the gradient g."""

RULES = tuple(_BY_HAND)


def _program(
    objective: objectives.Objective,
    name: str,
    twin: str,
    lr: float,
    steps: int,
    coefficients: dict[str, float],
    settings: dict[str, float],
) -> str:
    start = [float(v) for v in objective.start]
    return f"""import torch

torch.set_default_dtype(torch.float64)


def f(x):
    return {objective.torch}


x, v, s = torch.tensor({start}), 0, 0
for t in range(1, {steps} + 1):
    (g,) = torch.autograd.grad(f(x.requires_grad_()), x)
    x = x.detach()
    {_BY_HAND[name].format(lr=lr, **coefficients)}
print("by_hand:", *x.tolist(), f(x).item())

x = torch.tensor({start}, requires_grad=True)
optimizer = {optimizers.expression(twin, **settings)}
for step in range({steps}):
    optimizer.zero_grad()
    f(x).backward()
    optimizer.step()
print("torch:", *x.tolist(), f(x).item())
"""


def learning_rate(function: str, name: str, lr: float, steps: int) -> View:
    """How far above the minimum an optimizer ends at one learning rate, its other coefficients at torch's: {"f", "gap"}."""
    objective = objectives.find(function)
    least = float(objective.value(np.array(objective.minimum)))
    rates = np.geomspace(1e-3, 3, 161)
    gaps = np.clip(np.nan_to_num(optimizers.sweep(objective, name, rates, steps=steps) - least, nan=1e9), 1e-8, 1e9)
    run = optimizers.race(objective, name, lr=lr, steps=steps)
    gap = float(run.values[-1]) - least
    figure, axes = figures.panel((1e-3, 3), (1e-8, 1e4), labels=("lr", "f − f*"), log="xy")
    axes.plot(rates, gaps, color=COLOURS[0], linewidth=2)
    axes.axvline(lr, color=MUTED, linewidth=1, dashes=(3, 3))
    axes.plot(lr, np.clip(np.nan_to_num(gap, nan=1e9), 1e-8, 1e4), "o", color=COLOURS[1], markersize=8)
    picture = figures.row(
        figures.svg(
            figure,
            T("Height above the minimum at the end, by learning rate", "不同学习率下最后比最小值高多少"),
            caption=T(f"After {steps} steps, by learning rate", f"{steps} 步之后，不同学习率的结果"),
            extra=figures.handle(axes, "lr"),
        ),
        _walk(function, [(COLOURS[1], run)]),
    )
    best = float(rates[np.argmin(gaps)])
    works = rates[gaps < 1e4]
    end = (
        T(f"it diverges from step {run.diverged} on", f"从第 {run.diverged} 步起发散")
        if run.diverged is not None
        else T(f"it ends {number(gap, 3)} above the minimum", f"最后比最小值高 {number(gap, 3)}")
    )
    high = number(works[-1] if works.size else rates[0], 2)
    summary = T(
        f"At lr = {number(lr)} {end}. Of all rates tried {number(best, 2)} is best; above {high} it flies off.",
        f"lr = {number(lr)} 时，{end}。所试学习率中 {number(best, 2)} 最好；超过 {high} 就会飞出去。",
    )
    snippet = f"""import torch

torch.set_default_dtype(torch.float64)


def f(x):
    return {objective.torch}


x = torch.tensor({[float(v) for v in objective.start]}, requires_grad=True)
optimizer = {optimizers.expression(name, lr=lr)}
for step in range({steps}):
    optimizer.zero_grad()
    f(x).backward()
    optimizer.step()
print("f:", f(x).item())
print("gap:", f(x).item() - f(torch.tensor({[float(v) for v in objective.minimum]})).item())
"""
    return View(picture + figures.player(steps), summary, snippet, {"f": float(run.values[-1]), "gap": gap})
