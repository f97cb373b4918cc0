"""Section D of the notes: where optimizers end up on small functions."""

import inspect

import numpy as np
import torch

from zoo.lab import objectives, optimizers
from zoo.notes.figure import Figure

RUNS: tuple[tuple[str, str, int, dict[str, float], str], ...] = (
    ("square", "gd", 10, {"lr": 0.2}, "0.060466"),
    ("square", "gd", 10, {"lr": 0.05}, "3.486784"),
    ("square", "gd", 10, {"lr": 1.1}, "61.917364"),
    ("wave", "gd", 10, {"lr": 2}, "-1.528166"),
    ("bowl", "gd", 20, {"lr": 0.1}, "-0.057646, -0.000073"),
    ("stretched", "gd", 20, {"lr": 0.4}, "-0.943467, -0.000073"),
    ("stretched", "gd", 20, {"lr": 0.6}, "-0.387814, -1673.365109"),
    ("stretched", "momentum", 20, {"lr": 0.6, "beta": 0.5}, "0.007188, 0.002553"),
    ("stretched", "momentum", 20, {"lr": 0.6, "beta": 0.25}, "-0.126340, -0.186632"),
    ("stretched", "adagrad", 20, {"lr": 0.4}, "-2.382563, -0.158591"),
    ("stretched", "adagrad", 20, {"lr": 2}, "-0.002295, -0.000000"),
    ("stretched", "rmsprop", 20, {"lr": 0.4, "gamma": 0.9}, "-0.010599, 0.000000"),
    ("stretched", "adam_notes", 20, {"lr": 0.16, "beta1": 0.9, "beta2": 0.999}, "0.131652, 0.447787"),
)
"""Function, hand-written rule, steps, coefficients, the final point printed; all from the functions' own starts."""

TITLES = {"square": "x²", "wave": "x cos(0.15πx)", "bowl": "x₁² + 2x₂²", "stretched": "0.1x₁² + 2x₂²"}


def end(objective: str, rule: str, steps: int, coefficients: dict[str, float]) -> np.ndarray:
    """Return the last point (dims,) that a hand-written rule reaches."""
    return optimizers.descend(objectives.find(objective), rule, steps=steps, **coefficients).points[-1]


def _run(objective: str, rule: str, steps: int, coefficients: dict[str, float], printed: str) -> Figure:
    settings = ", ".join(f"{name} {value:g}" for name, value in coefficients.items())
    return Figure(
        f"{TITLES[objective]}: {rule}, {settings}, {steps} steps",
        printed,
        lambda: end(objective, rule, steps, coefficients),
    )


def _defaults(cls: type[torch.optim.Optimizer], *names: str) -> np.ndarray:
    parameters = inspect.signature(cls).parameters
    return np.ravel([parameters[name].default for name in names])


FIGURES = (
    *(_run(*row) for row in RUNS),
    Figure("torch.optim.Adagrad: lr, eps", "0.01, 1e-10", lambda: _defaults(torch.optim.Adagrad, "lr", "eps")),
    Figure("torch.optim.RMSprop: alpha", "0.99", lambda: _defaults(torch.optim.RMSprop, "alpha")),
    Figure("torch.optim.Adam: betas", "0.9, 0.999", lambda: _defaults(torch.optim.Adam, "betas")),
    Figure(
        "by hand, AdaGrad, RMSProp and Adam: eps",
        "1e-6, 1e-6, 1e-8",
        lambda: [optimizers.rule_coefficients(rule)["eps"] for rule in ("adagrad", "rmsprop", "adam")],
    ),
)
