"""Learning-rate schedules as pure functions of the step, so that a resumed run needs no state of theirs."""

import math

WARM_UP = 0.2
"""The share of a one-cycle run that climbs to the highest rate."""


def constant(progress: float) -> float:
    """Return the factor on the rate: 1 throughout."""
    return 1.0


def cosine(progress: float) -> float:
    """Return a factor that falls from 1 to 0 along half a cosine (Loshchilov and Hutter 2017). progress in [0, 1]."""
    return (1 + math.cos(math.pi * progress)) / 2


def one_cycle(progress: float) -> float:
    """Return a factor that climbs to 1 in a straight line, then falls to 0 along half a cosine (after Smith 2018)."""
    return progress / WARM_UP if progress < WARM_UP else cosine((progress - WARM_UP) / (1 - WARM_UP))


SCHEDULES = {"constant": constant, "cosine": cosine, "one-cycle": one_cycle}
IN_CHINESE = {"constant": "恒定", "cosine": "余弦", "one-cycle": "单周期"}
"""What the schedules are called in Chinese."""


def lr_at(schedule: str, lr: float, step: int, num_steps: int) -> float:
    """Return the learning rate of a step. step in [0, num_steps); lr: the highest; schedule: a key of SCHEDULES."""
    return lr * SCHEDULES[schedule]((step + 0.5) / num_steps)
