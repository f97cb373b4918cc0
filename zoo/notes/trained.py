"""Sections A5 to A10 of the notes: what the shipped models' config.json say that their runs gave."""

import math
from collections.abc import Callable

from zoo import registry
from zoo.config import Config
from zoo.notes.figure import Figure, MissingError, OneRun, Spread, verdict

MODELS = {
    "A5": "softmax-fashion-mnist-notes",
    "A6": "mlp-256-fashion-mnist-notes",
    "A7": "mlp-256-128-fashion-mnist-notes",
    "A8": "mlp-256-128-fashion-mnist-notes-adamw",
    "A9": "mlp-256-256-dropout-fashion-mnist-notes",
    "A10": "lenet5-mnist-notes",
}
"""The model that repeats each system by the notes' own recipe."""


def config(system: str) -> Config:
    """Return the config.json of the model of a system. Raises MissingError where it isn't in the registry."""
    folder = registry.root() / MODELS[system]
    if not (folder / registry.CONFIG).is_file():
        raise MissingError(f"no {MODELS[system]} in {registry.root()} (zoo train {MODELS[system]})")
    return registry.read_config(folder)


T_975 = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365, 9: 2.306, 10: 2.262}
"""The 97.5 % quantile of Student's t for the standard deviation of n runs."""


def test_accuracy(system: str) -> Spread:
    """Return the mean test accuracy over the seeds, and the interval that holds one more run 19 times out of 20.

    What the notes print is one run, so it is judged by the prediction interval mean ± t s sqrt(1 + 1/n): 3.04 standard
    deviations for five seeds, since five runs say little about their own spread.
    """
    metrics = config(system).metrics
    mean, std, seeds = metrics.test_accuracy_mean, metrics.test_accuracy_std, len(metrics.seeds)
    reach = T_975.get(seeds, 2.0) * std * math.sqrt(1 + 1 / seeds) if seeds > 1 else 0.015
    return Spread(mean, mean - reach, mean + reach, seeds, std)


def _curve(system: str, key: str) -> Callable[[], OneRun]:
    """Return what gives the first and last epoch's value of the shipped run."""

    def ends() -> OneRun:
        history = config(system).history
        return OneRun([history[0][key], history[-1][key]])

    return ends


def _asserts() -> str:
    last = config("A9").history[-1]
    holds = last["train_loss"] < 0.5 and last["train_accuracy"] > 0.7 and last["test_accuracy"] > 0.7
    return verdict("loss < 0.5, accuracies > 0.7", holds)


def _figures(system: str, accuracy: str = "", loss: str = "", train_accuracy: str = "") -> tuple[Figure, ...]:
    return (
        Figure("test accuracy", accuracy, lambda: test_accuracy(system)),
        Figure("train loss, first and last epoch", loss, _curve(system, "train_loss")),
        Figure("train accuracy, first and last epoch", train_accuracy, _curve(system, "train_accuracy")),
    )


A5 = _figures("A5", "0.8417", "0.7859, 0.4072", "0.7493, 0.8609")
A6 = _figures("A6")
A7 = _figures("A7", "0.8786", "2.0744, 0.2668", "0.2627, 0.9015")
A8 = _figures("A8")
A9 = (Figure("what the notes assert", "loss < 0.5, accuracies > 0.7", _asserts), *_figures("A9"))
A10 = _figures("A10", "0.9904", "0.6215, 0.0134", "0.8208, 0.9955")
