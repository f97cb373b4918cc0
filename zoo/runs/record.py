"""What is recorded of the finished runs of a model: their metrics on the test set, and the facts that config.json holds."""

import platform
from datetime import date
from typing import Any

import safetensors
import torch
from torch import Tensor

from zoo import config, data, familiarity, metrics, registry, train
from zoo.config import Config
from zoo.familiarity import Familiar
from zoo.recipes import TEACHERS, Recipe
from zoo.train import Run
from zoo.version import __version__

FAMILIAR_SHARE = 0.99
"""The share of held-out images that counts as familiar: it sets the threshold of strangeness."""


def describe(runs: list[Run], training: config.Training) -> tuple[Config, Familiar]:
    """Return the facts of the model that the first run ships, evaluated on the test set; all runs give the spread.

    runs: finished runs of one recipe, one a seed. The sha256 are left to `registry.save`, which writes the files.
    """
    shipped, recipe = runs[0], runs[0].recipe
    images, labels = data.load(recipe.dataset, "test")
    logits = [_predict(run, images) for run in runs]
    temperature, familiar, fitted_on = _fit_confidence(shipped)
    confidence = config.Confidence(temperature, config.Familiarity(familiar.threshold), fitted_on)
    return _facts(shipped, _metrics(runs, logits, labels, temperature), confidence, training), familiar


def _facts(run: Run, measured: config.Metrics, confidence: config.Confidence, training: config.Training) -> Config:
    """Return the facts of the model that a run ships."""
    recipe = run.recipe
    return Config(
        name=recipe.name,
        architecture=recipe.architecture,
        dataset=recipe.dataset,
        recipe=recipe,
        augmentation=recipe.settings,
        teacher=TEACHERS[recipe.teacher] if recipe.teacher else None,
        seed=run.seed,
        labels=recipe.data.labels,
        preprocessing=config.Preprocessing(**recipe.preprocessing),
        confidence=confidence,
        metrics=measured,
        history=tuple(run.history),
        parameters=sum(p.numel() for p in run.model.parameters()),
        data_sha256=recipe.data.files.sha256,
        versions=_versions(),
        training=training,
        date=date.today().isoformat(),
        sha256={},
    )


def rehearse(recipe: Recipe) -> None:
    """Raise ValueError where a recipe could not be trained or no card could be written of it, before hours are spent on it."""
    try:
        run = train.start(recipe)
        record = {"epoch": 1, "lr": recipe.lr, "train_loss": 1.0, "train_accuracy": 0.5, "seconds": 1.0}
        run.history = [{**record, f"{recipe.watched_split}_accuracy": 0.5}]
        logits = torch.eye(len(recipe.data.labels))
        measured = _metrics([run], [logits], torch.arange(len(logits)), 1.0)
        confidence = config.Confidence(1.0, config.Familiarity(1.0), "validation")
        registry.rehearse(_facts(run, measured, confidence, config.Training("cpu", 1, False)))
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        raise ValueError(
            f"{recipe.name} can't be trained as it is described: {type(error).__name__}: {error}"
        ) from error


def _metrics(runs: list[Run], logits: list[Tensor], labels: Tensor, temperature: float) -> config.Metrics:
    """Return what the runs reach on the test set, and where held apart on the validation images, with their spread."""
    accuracies = [metrics.accuracy(each, labels) for each in logits]
    mean, std = metrics.mean_and_std(accuracies)
    validation: dict[str, Any] = {}
    if runs[0].recipe.watched_split == "validation":
        held_out = [run.history[-1]["validation_accuracy"] for run in runs]
        validation = dict(zip(("validation_accuracy_mean", "validation_accuracy_std"), metrics.mean_and_std(held_out)))
    counts = metrics.confusion(logits[0], labels)
    return config.Metrics(
        test_accuracy=accuracies[0],
        test_accuracy_mean=mean,
        test_accuracy_std=std,
        test_accuracies=tuple(accuracies),
        seeds=tuple(run.seed for run in runs),
        test_loss=torch.nn.functional.cross_entropy(logits[0], labels).item(),
        test_calibration_error=metrics.expected_calibration_error(torch.softmax(logits[0] / temperature, 1), labels),
        per_class_accuracy=tuple(row[i] / sum(row) for i, row in enumerate(counts)),
        confusion=tuple(map(tuple, counts)),
        **validation,
    )


def _predict(run: Run, images: Tensor) -> Tensor:
    return metrics.predict(run.final.to("cpu").eval(), images, **run.recipe.preprocessing)


def _fit_confidence(run: Run) -> tuple[float, Familiar, str]:
    """Return (temperature, what is familiar, on what they were fitted): on images that the run did not train on.

    A run on all 60,000 has none: its temperature stays 1, and its familiarity comes from its own training images.
    """
    images, labels = data.load(run.recipe.dataset, "validation")
    logits = _predict(run, images)
    held_out = run.recipe.train_on == "train"
    temperature = metrics.fit_temperature(logits, labels) if held_out else 1.0
    familiar = familiarity.fit(familiarity.features(images, logits), labels, FAMILIAR_SHARE)
    return temperature, familiar, "validation" if held_out else "training images"


def _versions() -> dict[str, str]:
    return {
        "zoo": __version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "safetensors": safetensors.__version__,
    }
