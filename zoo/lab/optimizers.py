"""Optimizers raced on small functions: the paths that hand-written rules and `torch.optim`'s classes take."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from inspect import signature

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from zoo.lab.objectives import Objective
from zoo.lab.rules import RULES, Rule, State

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Path:
    """The way an optimizer takes.

    points (steps + 1, dims) and values (steps + 1,), the start first; not finite where it flew off too far;
    diverged: the step at which it left the surroundings of the function's box for good, None if it did not.
    """

    points: Array
    values: Array
    diverged: int | None


@dataclass(frozen=True)
class TorchOptimizer:
    """A class of torch.optim: the arguments that make it this optimizer, and the coefficients worth a slider.

    coefficients: name -> PyTorch's default (0.9 for momentum, which PyTorch leaves at 0); `betas` is given as beta1, beta2.
    """

    cls: Callable[..., torch.optim.Optimizer]
    coefficients: Mapping[str, float]
    fixed: Mapping[str, bool]

    def arguments(self, coefficients: Mapping[str, float]) -> dict[str, object]:
        """Return the keyword arguments of `cls` other than lr. Raises ValueError on a coefficient that it hasn't."""
        _check(self.cls.__name__, coefficients, self.coefficients)
        values: dict[str, object] = {**self.coefficients, **coefficients}
        values = {key: value for key, value in values.items() if value or key not in UNUSUAL}
        if "beta1" in values:
            values["betas"] = (values.pop("beta1"), values.pop("beta2"))
        return values | dict(self.fixed)


_BETAS: dict[str, float] = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "amsgrad": False}

OPTIMIZERS: dict[str, TorchOptimizer] = {
    "gd": TorchOptimizer(torch.optim.SGD, {}, {}),
    "momentum": TorchOptimizer(torch.optim.SGD, {"momentum": 0.9, "dampening": 0.0}, {}),
    "nesterov": TorchOptimizer(torch.optim.SGD, {"momentum": 0.9}, {"nesterov": True}),
    "adagrad": TorchOptimizer(torch.optim.Adagrad, {"lr_decay": 0.0, "eps": 1e-10}, {}),
    "rmsprop": TorchOptimizer(torch.optim.RMSprop, {"alpha": 0.99, "eps": 1e-8, "centered": False}, {}),
    "adam": TorchOptimizer(torch.optim.Adam, _BETAS, {}),
    "adamw": TorchOptimizer(torch.optim.AdamW, {**_BETAS, "weight_decay": 0.01}, {}),
}
"""The optimizers of torch.optim by name."""


@dataclass(frozen=True)
class Settings:
    """The arguments of all OPTIMIZERS: a learning rate for each by its name, and the coefficients, some of them shared."""

    rates: Mapping[str, float]
    momentum: float = 0.9
    nesterov: float = 0.9
    alpha: float = 0.99
    beta1: float = 0.9
    beta2: float = 0.999
    weight_decay: float = 0.01
    eps: float = 1e-8
    dampening: float = 0.0
    lr_decay: float = 0.0
    centered: bool = False
    amsgrad: bool = False

    def of(self, name: str) -> dict[str, float]:
        """Return the arguments of one optimizer, as `race` and `expression` take them."""
        own = {"momentum": self.nesterov} if name == "nesterov" else {}
        known = OPTIMIZERS[name].coefficients
        return {"lr": self.rates[name], **{key: own.get(key, getattr(self, key)) for key in known}}


UNUSUAL = ("dampening", "lr_decay", "centered", "amsgrad")
"""Coefficients that are left out of a call where they do nothing."""


def _check(owner: str, given: Mapping[str, float], known: Mapping[str, object]) -> None:
    for name in given:
        if name not in known:
            raise ValueError(f"{owner} has no coefficient {name!r}; it has {', '.join(known) or 'only lr'}")


def _find(name: str, table: Mapping[str, object]) -> None:
    if name not in table:
        raise ValueError(f"unknown optimizer {name!r}; expected one of {', '.join(table)}")


def rule_coefficients(name: str) -> dict[str, float]:
    """Return the coefficients of a hand-written rule, other than lr, with their defaults."""
    _find(name, RULES)
    parameters = signature(RULES[name]).parameters.values()
    return {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY and p.name != "lr"}


def expression(name: str, *, lr: float, **coefficients: float) -> str:
    """Return the line of Python that makes this optimizer of a tensor x: "torch.optim.SGD([x], lr=0.1, momentum=0.9)"."""
    _find(name, OPTIMIZERS)
    optimizer = OPTIMIZERS[name]
    arguments = {"lr": lr, **optimizer.arguments(coefficients)}
    return f"torch.optim.{optimizer.cls.__name__}([x], {', '.join(f'{k}={v!r}' for k, v in arguments.items())})"


def surrounds(objective: Objective, points: ArrayLike) -> NDArray[np.bool_]:
    """Tell which points (..., dims) lie in the objective's box, widened threefold: (...)."""
    low, high = np.array(objective.box).T
    with _overflowing():
        away = np.abs(np.asarray(points) - (low + high) / 2)
    return (away <= 3 * (high - low) / 2).all(axis=-1)


def diverged(objective: Objective, points: ArrayLike) -> int | None:
    """Return the step from which a path stays out of the objective's box, widened threefold, or None. points (S, dims)."""
    near = surrounds(objective, points)
    inside = np.flatnonzero(near)
    if near[-1]:
        return None
    return int(inside[-1]) + 1 if inside.size else 0


def _overflowing() -> np.errstate:
    """Let a diverging path run into infinity without a warning: `with _overflowing(): ...`."""
    return np.errstate(over="ignore", invalid="ignore")


def _path(objective: Objective, points: Array) -> Path:
    with _overflowing():
        values = objective.value(points)
    points.flags.writeable = values.flags.writeable = False
    return Path(points, values, diverged(objective, points))


def _start(objective: Objective, start: ArrayLike | None) -> Array:
    point = np.array(objective.start if start is None else start, dtype=np.float64)
    if point.shape != (objective.dims,):
        raise ValueError(f"start {start!r} has shape {point.shape}; expected {objective.dims} coordinates")
    return point


def _walk(
    rule: Rule, objective: Objective, x: Array, steps: int, coefficients: Mapping[str, object]
) -> Iterator[Array]:
    """Yield x and the points after it, one a step. x (..., dims)."""
    state: State = {}
    yield x
    for _ in range(steps):
        x = rule(x, objective.gradient(x), state, **coefficients)
        yield x


def descend(
    objective: Objective,
    rule: str,
    *,
    lr: float,
    start: ArrayLike | None = None,
    steps: int = 20,
    **coefficients: float,
) -> Path:
    """Follow a hand-written rule (a key of RULES) for `steps` steps, from the objective's own start where None.

    coefficients: those of the rule, e.g. beta=0.5. Raises ValueError on an unknown rule, coefficient or wrong start.
    """
    _check(rule, coefficients, rule_coefficients(rule))
    with _overflowing():
        walk = _walk(RULES[rule], objective, _start(objective, start), steps, {"lr": lr, **coefficients})
        return _path(objective, np.stack(list(walk)))


def sweep(
    objective: Objective,
    rule: str,
    lrs: ArrayLike,
    *,
    start: ArrayLike | None = None,
    steps: int = 20,
    **coefficients: float,
) -> Array:
    """Return where `descend` ends under many learning rates at once. lrs (L,) -> (L, dims), not finite where it flew off."""
    _check(rule, coefficients, rule_coefficients(rule))
    rates = np.asarray(lrs, dtype=np.float64)[:, None]
    x = np.tile(_start(objective, start), (len(rates), 1))
    with _overflowing():
        *_, end = _walk(RULES[rule], objective, x, steps, {"lr": rates, **coefficients})
        return np.asarray(end, dtype=np.float64)


def race(
    objective: Objective,
    optimizer: str,
    *,
    lr: float,
    start: ArrayLike | None = None,
    steps: int = 20,
    **coefficients: float,
) -> Path:
    """Follow an optimizer of torch.optim (a key of OPTIMIZERS) for `steps` steps, as `descend` follows a rule.

    coefficients: those of OPTIMIZERS[optimizer], e.g. momentum=0.9 or beta1=0.9. The last calls are remembered, so that
    moving one racer's slider computes that racer alone; hence the path's arrays are read-only.
    Raises ValueError on an unknown optimizer or coefficient, a wrong start, or values that torch.optim refuses.
    """
    _find(optimizer, OPTIMIZERS)
    return _race(objective, optimizer, lr, tuple(_start(objective, start)), steps, tuple(sorted(coefficients.items())))


@lru_cache(maxsize=256)
def _race(
    objective: Objective,
    name: str,
    lr: float,
    start: tuple[float, ...],
    steps: int,
    coefficients: tuple[tuple[str, float], ...],
) -> Path:
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    x.grad = torch.zeros_like(x)
    optimizer = OPTIMIZERS[name]
    stepper = optimizer.cls([x], lr=lr, foreach=False, **optimizer.arguments(dict(coefficients)))
    # the same memory as NumPy sees it: autograd would cost more than the step
    point, gradient = x.detach().numpy(), x.grad.numpy()
    points = np.empty((steps + 1, len(start)))
    points[0] = point
    with _overflowing():
        for k in range(steps):
            gradient[:] = objective.gradient(point)
            stepper.step()
            points[k + 1] = point
    return _path(objective, points)
