"""Optimizers: raced in two variables and in one, the notes' hand-written rules, learning rates, batch sizes."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from demos.explorers.optimizers import minibatch, race, rules
from demos.frame import layout
from demos.frame.controls import Control, choice, choices, powers, seed, shown_with, slider, toggle
from demos.frame.language import T
from zoo.lab.objectives import OBJECTIVES

RACERS = [(title, name) for name, title in race.TITLES.items()]
ANY = [(title, name) for name, title in (race.CURVES | race.FUNCTIONS).items()]
EXACT = ("gd", "momentum", "nesterov", "adam")  # the rules that are torch.optim's to the last digit
RATES, COEFFICIENTS = T("Learning rates", "学习率"), T("Other coefficients", "其他系数")


def _rates(function: str) -> dict[str, float]:
    """Return the sliders' settings that suit a function of two variables."""
    x1, x2 = OBJECTIVES[function].start
    return {"x1": x1, "x2": x2} | {f"lr_{name}": lr for name, lr in zip(race.TITLES, race.RATES[function])}


def _race() -> dict[str, Control]:
    first = _rates("stretched")
    rates = {
        f"lr_{name}": powers(title, first[f"lr_{name}"], 0.001, 2, fold=RATES, fits=shown_with("racers", name))
        for name, title in race.TITLES.items()
    }
    return {
        "function": choice(
            T("Function", "函数"), [(title, name) for name, title in race.FUNCTIONS.items()], "stretched", sets=_rates
        ),
        "racers": choices(T("Optimizers", "优化器"), RACERS, ["gd", "momentum", "rmsprop", "adam"]),
        "x1": slider(T("Start x₁", "起点 x₁"), first["x1"], -6, 6, 0.001),
        "x2": slider(T("Start x₂", "起点 x₂"), first["x2"], -6, 6, 0.001),
        "steps": slider(T("Steps", "步数"), 60, 1, 500, 1),
        **rates,
        **_coefficients(),
    }


def _coefficients() -> dict[str, Control]:
    """Return the controls for every coefficient of torch.optim's classes but lr; each is there while it acts."""

    def coefficient(title: str, value: float, high: float, step: float, *names: str, low: float = 0) -> Control:
        return slider(title, value, low, high, step, fold=COEFFICIENTS, fits=shown_with("racers", *names))

    def decay(title: str, value: float, name: str) -> Control:
        return powers(title, value, 0.001, 1, zero=True, fold=COEFFICIENTS, fits=shown_with("racers", name))

    def switch(title: str, *names: str) -> Control:
        return toggle(title, fold=COEFFICIENTS, fits=shown_with("racers", *names))

    return {
        "momentum": coefficient(T("Momentum: β", "动量法：β"), 0.9, 0.999, 0.001, "momentum"),
        "dampening": coefficient(T("Momentum: dampening", "动量法：阻尼 dampening"), 0.0, 1, 0.01, "momentum"),
        "nesterov": coefficient("Nesterov: β", 0.9, 0.999, 0.001, "nesterov", low=0.001),
        "lr_decay": decay("AdaGrad: lr_decay", 0.0, "adagrad"),
        "alpha": coefficient("RMSProp: α", 0.99, 0.999, 0.001, "rmsprop"),
        "centered": switch("RMSProp: centered", "rmsprop"),
        "beta1": coefficient("Adam, AdamW: β₁", 0.9, 0.999, 0.001, "adam", "adamw"),
        "beta2": coefficient("Adam, AdamW: β₂", 0.999, 0.9999, 0.0001, "adam", "adamw"),
        "amsgrad": switch("Adam, AdamW: amsgrad", "adam", "adamw"),
        "weight_decay": decay(T("AdamW: weight decay", "AdamW：权重衰减"), 0.01, "adamw"),
        "eps": choice(
            "ε",
            [1e-10, 1e-8, 1e-6, 1e-4, 1e-2],
            1e-8,
            fold=COEFFICIENTS,
            fits=shown_with("racers", "adagrad", "rmsprop", "adam", "adamw"),
        ),
    }


def _rule() -> dict[str, Control]:
    first, settings = next(iter(rules.CASES.items()))
    return {
        "case": choice(
            T("Case of the notes", "笔记中的例子"),
            [(rules.case_title(key), key) for key in rules.CASES],
            first,
            sets=lambda case: {key: value for key, value in rules.CASES[case].items() if key != "printed"},
        ),
        "function": choice(T("Function", "函数"), ANY, settings["function"]),
        "name": choice(T("Rule", "规则"), [(rules.TITLES[name], name) for name in rules.RULES], settings["name"]),
        "lr": powers(T("Learning rate", "学习率"), settings["lr"], 0.001, 3),
        "steps": slider(T("Steps", "步数"), settings["steps"], 1, 200, 1),
        "beta": slider(
            T("Momentum, Nesterov: β", "动量法、Nesterov：β"),
            0.5,
            0.001,
            0.999,
            0.001,
            fold=COEFFICIENTS,
            fits=shown_with("name", "momentum", "nesterov"),
        ),
        "gamma": slider("RMSProp: γ", 0.9, 0, 0.999, 0.001, fold=COEFFICIENTS, fits=shown_with("name", "rmsprop")),
        "beta1": slider(
            "Adam: β₁", 0.9, 0, 0.999, 0.001, fold=COEFFICIENTS, fits=shown_with("name", "adam", "adam_notes")
        ),
        "beta2": slider(
            "Adam: β₂", 0.999, 0, 0.9999, 0.0001, fold=COEFFICIENTS, fits=shown_with("name", "adam", "adam_notes")
        ),
    }


def build() -> layout.Page:
    """Lay out the page."""
    lead = T(
        "The same start, the same gradients, other rules for the next step.",
        "同样的起点，同样的梯度，不同的下一步规则。",
    )
    with layout.page(T("Optimizers", "优化器"), lead) as page:
        with page.tab("race", T("Race", "比赛")):
            page.explore(
                race.race,
                T(
                    "torch.optim's own classes; each + marks a minimum.",
                    "使用 torch.optim 自带的类；每个 + 为一个最小值。",
                ),
                **_race(),
            )
        with page.tab("trace", T("One variable", "一个变量")):
            page.explore(
                race.trace,
                T("Too small a rate crawls, too large a one jumps out.", "学习率太小走得慢，太大则跳出去。"),
                function=choice(
                    T("Function", "函数"),
                    [(title, name) for name, title in race.CURVES.items()],
                    "square",
                    sets=lambda name: {"x": OBJECTIVES[name].start[0], "lr": OBJECTIVES[name].lr},
                ),
                racers=choices(T("Optimizers", "优化器"), RACERS, ["gd"]),
                x=slider(T("Start x", "起点 x"), 10.0, -11, 11, 0.01),
                lr=powers(T("Learning rate", "学习率"), 0.2, 0.001, 3),
                steps=slider(T("Steps", "步数"), 10, 1, 200, 1),
                **_coefficients(),
            )
        with page.tab("rules", T("By hand", "手写规则")):
            page.explore(
                rules.rule,
                T(
                    "The notes' hand-written rules beside torch.optim. Pick a case of theirs, or set your own.",
                    "笔记中手写的规则与 torch.optim 对照。选择笔记中的一例，或自行设定。",
                ),
                **_rule(),
            )
        with page.tab("rates", T("Learning rate", "学习率")):
            page.explore(
                rules.learning_rate,
                T("Every learning rate at once: drag the dashed line.", "一次看到所有学习率：拖动虚线。"),
                function=choice(T("Function", "函数"), ANY, "stretched", sets=lambda name: {"lr": OBJECTIVES[name].lr}),
                name=choice(T("Optimizer", "优化器"), [r for r in RACERS if r[1] in EXACT], "gd"),
                lr=powers(T("Learning rate", "学习率"), 0.4, 0.001, 3),
                steps=slider(T("Steps", "步数"), 20, 1, 200, 1),
            )
        with page.tab("batches", T("Batch size", "批量大小")):
            page.explore(
                minibatch.batches,
                T(
                    "Linear regression with two weights on 200 rows: gradients of all rows, of a few, of one.",
                    "两个权重、200 行数据的线性回归：用全部、几行或一行数据求梯度。",
                ),
                batch_size=slider(T("Rows in a minibatch", "小批量的行数"), 10, 1, 200, 1),
                lr=powers(T("Learning rate", "学习率"), 0.1, 0.001, 2),
                epochs=slider(T("Epochs", "轮数"), 3, 1, 10, 1),
                seed=seed(),
            )
    return page


page = build()
demo = page.demo

if __name__ == "__main__":
    layout.main(demo)
