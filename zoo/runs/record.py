"""The facts of a trained model, written once by the runs that made it: what config.json holds."""

import platform
from dataclasses import asdict
from datetime import date
from typing import Any

import safetensors
import torch
from torch import Tensor

from zoo import data, familiarity, metrics
from zoo.train import Run
from zoo.version import __version__

FAMILIAR_SHARE = 0.99
"""The share of held-out images that counts as familiar: it sets the threshold of strangeness."""


def describe(runs: list[Run], training: dict[str, Any]) -> dict[str, Any]:
    """Return the config of the model that the first run ships, evaluated on the test set; all runs give the spread.

    runs: finished runs of one recipe, one a seed. training: the device, CPU threads and whether they were compiled.
    """
    shipped, recipe = runs[0], runs[0].recipe
    images, labels = data.load(recipe.dataset, "test")
    logits = [_predict(run, images) for run in runs]
    accuracies = [metrics.accuracy(each, labels) for each in logits]
    confidence = _confidence(shipped)
    counts = metrics.confusion(logits[0], labels)
    return {
        "name": recipe.name,
        "architecture": recipe.architecture,
        "dataset": recipe.dataset,
        "recipe": asdict(recipe),
        "augmentation": asdict(recipe.augmentation) if recipe.augmentation else {},
        "seed": shipped.seed,
        "labels": list(recipe.data.labels),
        "preprocessing": recipe.preprocessing,
        "confidence": confidence,
        "metrics": _metrics(runs, accuracies)
        | {
            "test_loss": torch.nn.functional.cross_entropy(logits[0], labels).item(),
            "test_calibration_error": metrics.expected_calibration_error(
                torch.softmax(logits[0] / confidence["temperature"], 1), labels
            ),
            "per_class_accuracy": [row[i] / sum(row) for i, row in enumerate(counts)],
            "confusion": counts,
        },
        "history": shipped.history,
        "parameters": sum(p.numel() for p in shipped.model.parameters()),
        "data_sha256": recipe.data.sha256,
        "versions": _versions(),
        "training": training,
        "date": date.today().isoformat(),
    }


def _metrics(runs: list[Run], accuracies: list[float]) -> dict[str, Any]:
    """Return the accuracies of the runs, on the test set and where held apart on the validation images, with their spread."""
    mean, std = metrics.mean_and_std(accuracies)
    found: dict[str, Any] = {
        "test_accuracy": accuracies[0],
        "test_accuracy_mean": mean,
        "test_accuracy_std": std,
        "test_accuracies": accuracies,
        "seeds": [run.seed for run in runs],
    }
    if runs[0].recipe.watched_split == "validation":
        held_out = [run.history[-1]["validation_accuracy"] for run in runs]
        found["validation_accuracy_mean"], found["validation_accuracy_std"] = metrics.mean_and_std(held_out)
    return found


def _predict(run: Run, images: Tensor) -> Tensor:
    return metrics.predict(run.final.to("cpu").eval(), images, **run.recipe.preprocessing)


def _confidence(run: Run) -> dict[str, Any]:
    """Fit the temperature and the familiarity on images that the run did not train on.

    A run on all 60,000 has none: its temperature stays 1, and its familiarity comes from its own training images.
    """
    images, labels = data.load(run.recipe.dataset, "validation")
    logits = _predict(run, images)
    held_out = run.recipe.train_on == "train"
    return {
        "temperature": metrics.fit_temperature(logits, labels) if held_out else 1.0,
        "familiarity": familiarity.fit(familiarity.features(images, logits), labels, FAMILIAR_SHARE),
        "fitted_on": "validation" if held_out else "training images",
    }


def _versions() -> dict[str, str]:
    return {
        "zoo": __version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "safetensors": safetensors.__version__,
    }
