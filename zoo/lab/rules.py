"""Update rules of the classic optimizers, by hand, as the source notes write them, and one of theirs that is mistaken.

A rule takes the point x and the gradient g there, both (..., dims), keeps what it remembers in `state`, a dictionary that
starts empty, and returns the next point. Every coefficient may also be an array that broadcasts against x.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
State = dict[str, Any]
Rule = Callable[..., Array]


def gd(x: Array, g: Array, state: State, *, lr: float) -> Array:
    """Gradient descent."""
    return x - lr * g


def momentum(x: Array, g: Array, state: State, *, lr: float, beta: float = 0.9) -> Array:
    """Velocity v ← beta v + g (Polyak 1964)."""
    state["v"] = beta * state.get("v", 0.0) + g
    return x - lr * state["v"]


def nesterov(x: Array, g: Array, state: State, *, lr: float, beta: float = 0.9) -> Array:
    """Momentum that looks one step ahead (Nesterov 1983), in the form that needs the gradient at x only."""
    state["v"] = beta * state.get("v", 0.0) + g
    return x - lr * (g + beta * state["v"])


def adagrad(x: Array, g: Array, state: State, *, lr: float, eps: float = 1e-6) -> Array:
    """Each coordinate's rate shrinks with the sum of its squared gradients (Duchi et al. 2011)."""
    state["s"] = state.get("s", 0.0) + g**2
    return x - lr * g / np.sqrt(state["s"] + eps)


def rmsprop(x: Array, g: Array, state: State, *, lr: float, gamma: float = 0.9, eps: float = 1e-6) -> Array:
    """AdaGrad with a leaky average in place of the sum (Tieleman and Hinton 2012)."""
    state["s"] = gamma * state.get("s", 0.0) + (1 - gamma) * g**2
    return x - lr * g / np.sqrt(state["s"] + eps)


def _moments(g: Array, state: State, beta1: float, beta2: float) -> tuple[Array, Array, int]:
    """Update the leaky averages of g and g² and return them with the number of steps."""
    state["v"] = beta1 * state.get("v", 0.0) + (1 - beta1) * g
    state["s"] = beta2 * state.get("s", 0.0) + (1 - beta2) * g**2
    state["t"] = state.get("t", 0) + 1
    return state["v"], state["s"], state["t"]


def adam(
    x: Array, g: Array, state: State, *, lr: float, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
) -> Array:
    """Momentum over RMSProp, both corrected for starting at 0 by 1 - betaᵗ (Kingma and Ba 2015)."""
    v, s, t = _moments(g, state, beta1, beta2)
    return x - lr * (v / (1 - beta1**t)) / (np.sqrt(s / (1 - beta2**t)) + eps)


def adam_notes(
    x: Array, g: Array, state: State, *, lr: float, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
) -> Array:
    """Adam as the notes wrote it, corrected by 1 - beta at every step: their mistake, kept to compare."""
    v, s, _ = _moments(g, state, beta1, beta2)
    return x - lr * (v / (1 - beta1)) / (np.sqrt(s / (1 - beta2)) + eps)


def adamw(
    x: Array,
    g: Array,
    state: State,
    *,
    lr: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    weight_decay: float = 0.01,
) -> Array:
    """Adam beside a decay of the weights themselves (Loshchilov and Hutter 2019)."""
    return adam(x * (1 - lr * weight_decay), g, state, lr=lr, beta1=beta1, beta2=beta2, eps=eps)


RULES: dict[str, Rule] = {
    "gd": gd,
    "momentum": momentum,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adam,
    "adam_notes": adam_notes,
    "adamw": adamw,
}
"""The rules by name; all but `adam_notes` have a namesake in `zoo.lab.optimizers.OPTIMIZERS`."""
