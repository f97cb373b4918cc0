"""Section F of the notes, continued: slips in their formulas, words and code, each with a number that shows it."""

import numpy as np
import torch
from torch import nn

from zoo.lab import information, losses, objectives, optimizers
from zoo.notes.corrections import sgd_step
from zoo.notes.figure import Figure
from zoo.notes.losses import PROBABILITIES, WEATHER

WAVE, STRETCHED = objectives.find("wave"), objectives.find("stretched")


def _one_hot_or_all() -> list[float]:
    q = np.array(PROBABILITIES[1])
    return [float(information.information(q[2])), float(information.information(q).sum())]


def _first_steps(g: float = 1e-3, eps: float = 1e-6) -> list[float]:
    """Return AdaGrad's first step with eps outside the root and inside it."""
    return [g / (eps + np.sqrt(g**2)), g / np.sqrt(g**2 + eps)]


def _their_adam(steps: int) -> str:
    end = optimizers.descend(STRETCHED, "adam_notes", lr=0.16, steps=steps).points[-1]
    return "the printed point" if np.allclose(end, (0.131652, 0.447787), atol=1e-6) else "another point"


def _decay_and_dropout() -> list[float]:
    """Return what a weight of 2 becomes in a step without a gradient: under L2, and under dropout that dropped its input."""
    weight, none = torch.tensor([2.0]), torch.tensor([0.0])
    return [
        sgd_step(weight, none, lr=0.1, weight_decay=0.5).item(),
        sgd_step(weight, none, lr=0.1, weight_decay=0.0).item(),
    ]


def _softmax_first() -> list[float]:
    once, twice = losses.double_softmax([[2.0, 1.0, 0.0]], [0])
    return [float(once.value[0]), float(twice.value[0])]


def _misspelled() -> str:
    try:
        torch.optim.SGD([torch.zeros(1)], learing_rate=0.1)  # type: ignore[call-arg]
    except TypeError:
        return "refused" if not hasattr(torch, "autogtad") else "torch.autogtad exists"
    return "taken"


def _index_a_scalar() -> str:
    loss = nn.functional.mse_loss(torch.zeros(3), torch.ones(3))
    try:
        loss.data[0]
    except IndexError:
        return f"raises; item() gives {loss.item():g}"
    return "runs"


SLIPS: dict[int, tuple[Figure, ...]] = {
    20: (
        Figure(
            "information of 1/2 and of 1/8 in bits",
            "1, 3",
            lambda: information.information([1 / 2, 1 / 8]) / np.log(2),
        ),
    ),
    21: (Figure("label 2, q (0.3, 0.2, 0.5): one term, all terms", "0.6931, 3.5066", _one_hot_or_all),),
    22: (
        Figure(
            "f at x = 20 and at 100/3, each in a valley",
            "-20, -33.33",
            lambda: WAVE.value(np.array([[20.0], [100 / 3]])),
        ),
    ),
    23: (Figure("terms of a sum from 0 to 256", "257", lambda: len(range(256 + 1))),),
    24: (Figure("AdaGrad's first step, lr 1, g 0.001, δ = ε = 1e-6", "0.9990, 0.7071", _first_steps),),
    25: (
        Figure("after 20 steps of their Adam", "the printed point", lambda: _their_adam(20)),
        Figure("after 50 steps", "another point", lambda: _their_adam(50)),
    ),
    26: (Figure("w = 2 after a step without a gradient: η 0.1 λ 0.5, dropout", "1.9, 2", _decay_and_dropout),),
    27: (Figure("logits (2, 1, 0), label 0: of the logits, after a softmax", "0.4076, 0.7972", _softmax_first),),
    28: (
        Figure(
            "weather (0.5, 0.2, 0.3), entropy: nats, bits",
            "1.0297, 1.4855",
            lambda: information.entropy(WEATHER) / [1, np.log(2)],
        ),
    ),
    29: (Figure("torch.optim.SGD(..., learing_rate=0.1)", "refused", _misspelled),),
    30: (Figure("loss.data[0] of a mean", "raises; item() gives 1", _index_a_scalar),),
}
"""Number -> the figures, as in corrections.py."""
