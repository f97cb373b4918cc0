"""The notes' hand-written optimizers beside torch.optim's, and what the learning rate does to where they end."""

from functools import lru_cache
from typing import Any

import numpy as np

from demos.explorers.optimizers import race, updates
from demos.frame import figures, navigation
from demos.frame.figures import COLOURS, MUTED, number
from demos.frame.language import T
from demos.frame.layout import View
from demos.frame.words import count, lines, titled
from zoo.lab import objectives, optimizers
from zoo.lab.objectives import Objective
from zoo.notes.optimizers import RUNS
from zoo.notes.optimizers import TITLES as FUNCTIONS

TITLES = updates.TITLES
NAMESAKES = {"beta": "momentum", "gamma": "alpha"}
"""What torch.optim calls a rule's coefficient."""

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


def case_title(key: str) -> str:
    """Return what a case of the notes is called: the function, the rule and its learning rate."""
    case = CASES[key]
    beta = T(", β ", "，β ") + f"{case['beta']:g}" if "beta" in case else ""
    name = T("their Adam", "其 Adam") if case["name"] == "adam_notes" else TITLES[case["name"]]
    return titled(FUNCTIONS[case["function"]], f"{name} {case['lr']:g}{beta}")


def rule(case: str, function: str, name: str, lr: float, steps: int, **coefficients: float) -> View:
    """Where a hand-written rule gets to, and torch.optim's class of that name: {"by_hand": [x ..., f], "torch": ...}.

    coefficients: beta, gamma, beta1 and beta2, of which the rule takes its own.
    """
    objective = objectives.find(function)
    known = optimizers.rule_coefficients(name)
    own = {key: coefficients.get(key, default) for key, default in known.items() if key != "weight_decay"}
    twin = "adam" if name == "adam_notes" else name
    settings = {"lr": lr} | {NAMESAKES.get(key, key): value for key, value in own.items()}
    runs = {
        "by_hand": optimizers.descend(objective, name, lr=lr, steps=steps, **own),
        "torch": optimizers.race(objective, twin, steps=steps, **settings),
    }
    ends = {which: [*run.points[-1].tolist(), float(run.values[-1])] for which, run in runs.items()}
    titles = {"by_hand": T("by hand", "手写"), "torch": "torch.optim"}
    rows: list[list[Any]] = [[titles[which], *ends[which], race.outcome(objective, run)] for which, run in runs.items()]
    printed = _printed(case, {"function": function, "name": name, "lr": lr, "steps": steps, **own})
    if printed:
        rows.append([navigation.notes(T("printed in the notes", "笔记所印"), "D"), *printed.split(", "), "", ""])
    names = ["x"] if objective.dims == 1 else ["x₁", "x₂"]
    table = figures.table(["", *names, "f", T("result", "结果")], rows)
    formula = lines(
        rf"f(x) = {objective.formula}",
        updates.gradient(objective, objective.start),
        *updates.rule(updates.BY_HAND[name], name, {"lr": lr} | own),
    ) + updates.stability(objective)
    program = _program(objective, name, twin, steps, {"lr": lr} | own, settings)
    summary = _apart(list(runs.values()), name, steps)
    return View(lambda: _ways(function, name, list(runs.values()), steps), summary, program, ends, table, formula)


def _apart(runs: list[optimizers.Path], name: str, steps: int) -> str:
    with np.errstate(invalid="ignore"):
        apart = float(np.abs(runs[0].points[-1] - runs[1].points[-1]).max())
    if not np.isfinite(apart):
        text = T("Both have gone beyond what float64 holds.", "两者都超出了 float64 的范围。")
        if np.isfinite(runs[0].points[-1]).all() or np.isfinite(runs[1].points[-1]).all():
            text = T("One of the two has gone beyond what float64 holds.", "其中一个超出了 float64 的范围。")
    else:
        after = count(steps, "step")
        text = T(
            f"After {after} the two are {number(apart, 3)} apart.", f"{steps} 步之后，两者相差 {number(apart, 3)}。"
        )
    if name != "adam_notes":
        return text
    return f"{text} " + T(
        "The notes divide by 1 − β at every step where Adam divides by 1 − βᵗ, so their correction never fades.",
        "笔记每一步都除以 1 − β，而 Adam 除以 1 − βᵗ，所以笔记中的修正从不消退。",
    )


def _ways(function: str, name: str, runs: list[optimizers.Path], steps: int) -> str:
    twin = "adam" if name == "adam_notes" else name
    coloured = [(COLOURS[0], runs[0]), (COLOURS[1], runs[1])]
    legend = figures.legend(
        (COLOURS[0], titled(T("by hand", "手写"), TITLES[name])), (COLOURS[1], titled("torch.optim", TITLES[twin]))
    )
    ways = figures.row(race.way(function, coloured), race.descent(objectives.find(function), coloured, steps))
    return legend + ways + figures.player(steps)


def _printed(case: str, settings: dict[str, Any]) -> str:
    """Return what the notes printed for a case while its settings are untouched, "" otherwise."""
    expected = CASES[case]
    same = all(settings.get(key) == value for key, value in expected.items() if key != "printed")
    return expected["printed"] if same else ""


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
    objective: Objective, name: str, twin: str, steps: int, by_hand: dict[str, float], by_torch: dict[str, float]
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
    {_BY_HAND[name].format(**by_hand)}
print("by_hand:", *x.tolist(), f(x).item())

x = torch.tensor({start}, requires_grad=True)
optimizer = {optimizers.expression(twin, **by_torch)}
for step in range({steps}):
    optimizer.zero_grad()
    f(x).backward()
    optimizer.step()
print("torch:", *x.tolist(), f(x).item())
"""


RATES = np.geomspace(1e-3, 3, 161)
HIGHEST = 1e4
"""Height above the minimum from which on a run has flown off."""


def learning_rate(function: str, name: str, lr: float, steps: int) -> View:
    """How far above the minimum an optimizer ends at one learning rate, its other coefficients at torch's: {"f", "gap"}."""
    objective = objectives.find(function)
    run = optimizers.race(objective, name, lr=lr, steps=steps)
    gap = float(run.values[-1]) - objective.least
    heights = _heights(function, name, steps)
    end = (
        T(f"it diverges from step {run.diverged} on", f"从第 {run.diverged} 步起发散")
        if run.diverged is not None
        else T(f"it ends {number(gap, 3)} above the minimum", f"最后比最小值高 {number(gap, 3)}")
    )
    summary = T(f"At lr = {number(lr)} {end}. ", f"lr = {number(lr)} 时，{end}。") + _best(heights) + _failures(heights)
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
    settings = {"lr": lr} | dict(optimizers.OPTIMIZERS[name].coefficients)
    formula = lines(
        rf"f(x) = {objective.formula}", *updates.rule(updates.UPDATES[name], name, settings)
    ) + updates.stability(objective)
    numbers = {"f": float(run.values[-1]), "gap": gap}
    return View(lambda: _by_rate(function, heights, lr, run, steps), summary, snippet, numbers, formula=formula)


@lru_cache(maxsize=64)
def _heights(function: str, name: str, steps: int) -> np.ndarray:
    """Return how far above the minimum (L,) each of RATES ends, infinite for those that fly off."""
    objective = objectives.find(function)
    ends = optimizers.sweep(objective, name, RATES, steps=steps)
    with np.errstate(over="ignore", invalid="ignore"):
        heights = objective.value(ends) - objective.least
    return np.where(optimizers.surrounds(objective, ends) & np.isfinite(heights), heights, np.inf)


def _best(heights: np.ndarray) -> str:
    """Say which of the rates tried ends lowest."""
    if not np.isfinite(heights).any():
        return T(f"All {len(RATES)} rates tried fly off.", f"所试的 {len(RATES)} 个学习率全都飞出去。")
    lowest = RATES[heights <= heights.min() + 1e-12]
    low, high = number(lowest[0], 3), number(lowest[-1], 3)
    if len(lowest) == 1:
        return T(f"Of {len(RATES)} rates tried {low} ends lowest. ", f"所试的 {len(RATES)} 个学习率中 {low} 最后最低。")
    return T(
        f"Of {len(RATES)} rates tried {len(lowest)} share the lowest end, the least of them {low}, the largest {high}. ",
        f"所试的 {len(RATES)} 个学习率中有 {len(lowest)} 个并列最低，最小为 {low}，最大为 {high}。",
    )


def _failures(heights: np.ndarray) -> str:
    """Say from which rate on runs fly off."""
    failed = ~np.isfinite(heights)
    if failed.all():
        return ""
    if not failed.any():
        return T("None of them flies off.", "没有一个飞出去。")
    first = int(failed.argmax())
    last = number(RATES[first], 3)
    if failed[first:].all():
        return T(f"From {last} on they fly off.", f"从 {last} 起都会飞出去。")
    return T(
        f"{int(failed.sum())} of them fly off, the least of which is {last}.",
        f"其中 {int(failed.sum())} 个会飞出去，最小的是 {last}。",
    )


def _by_rate(function: str, heights: np.ndarray, lr: float, run: optimizers.Path, steps: int) -> str:
    axes = figures.panel((1e-3, 3), (1e-8, HIGHEST), labels=("lr", "f − f*"), log="xy")
    axes.plot(RATES, heights, color=COLOURS[0], hold=True)
    axes.axvline(lr, color=MUTED, dashes=(3, 3))
    height = np.inf if run.diverged is not None else float(run.values[-1]) - objectives.find(function).least
    axes.plot([lr], [height], "o", color=COLOURS[1], markersize=8, hold=True)
    return figures.row(
        figures.svg(
            axes,
            T("Height above the minimum at the end, by learning rate", "不同学习率下最后比最小值高多少"),
            caption=T(f"After {steps} steps, by learning rate", f"{steps} 步之后，不同学习率的结果"),
            extra=figures.handle(axes, "lr"),
        ),
        race.way(function, [(COLOURS[1], run)]),
    ) + figures.player(steps)
