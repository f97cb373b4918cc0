"""What is recorded of the finished runs of a model: their metrics on the test set, and the facts that config.json holds."""

import platform
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import safetensors
import torch
from torch import Tensor

from zoo import config, data, metrics, registry, train
from zoo.classifier import Classifier
from zoo.config import Config
from zoo.familiarity import Familiar
from zoo.recipes import TEACHERS, Recipe
from zoo.runs import strangers
from zoo.train import Run
from zoo.version import __version__


def describe(runs: list[Run], training: config.Training) -> tuple[Config, Familiar]:
    """Return the facts of the model that the first run ships, evaluated on the test set; all runs give the spread.

    runs: finished runs of one recipe, one a seed. The sha256 are left to `registry.save`, which writes the files.
    """
    shipped, recipe = runs[0], runs[0].recipe
    images, labels = data.load(recipe.dataset, "test")
    logits = [_predict(run, images) for run in runs]
    confidence, familiar = fit_confidence(partial(_predict, shipped), recipe)
    measured = _metrics(runs, logits, labels, confidence.temperature)
    measured = replace(measured, train_accuracy=_train_accuracy(partial(_predict, shipped), recipe))
    return _facts(shipped, measured, confidence, training), familiar


def remeasure(classifier: Classifier) -> tuple[Config, Familiar]:
    """Return the facts of a trained model and what is familiar to it, fitted and measured anew with its weights as they are."""
    facts = classifier.config
    images, labels = data.load(facts.dataset, "test")
    confidence, familiar = fit_confidence(classifier, facts.recipe)
    measured = _of_shipped(classifier(images), labels, confidence.temperature)
    measured["train_accuracy"] = _train_accuracy(classifier, facts.recipe)
    return replace(facts, confidence=confidence, metrics=replace(facts.metrics, **measured)), familiar


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
    return config.Metrics(
        test_accuracy_mean=mean,
        test_accuracy_std=std,
        test_accuracies=tuple(accuracies),
        seeds=tuple(run.seed for run in runs),
        **_of_shipped(logits[0], labels, temperature),
        **validation,
    )


def _of_shipped(logits: Tensor, labels: Tensor, temperature: float) -> dict[str, Any]:
    """Return what is measured of the shipped weights alone. logits (N, 10) of the test images, labels (N,)"""
    before, after = torch.softmax(logits, 1), torch.softmax(logits / temperature, 1)
    counts = metrics.confusion(logits, labels)
    return {
        "test_accuracy": metrics.accuracy(logits, labels),
        "test_loss": torch.nn.functional.cross_entropy(logits, labels).item(),
        "test_calibration_error": metrics.expected_calibration_error(after, labels),
        "per_class_accuracy": tuple(row[i] / sum(row) for i, row in enumerate(counts)),
        "confusion": tuple(map(tuple, counts)),
        "reliability": {"before": metrics.reliability(before, labels), "after": metrics.reliability(after, labels)},
    }


def _train_accuracy(predict: strangers.Predict, recipe: Recipe) -> float:
    """Return how many labels of the training images, as they are, a trained network gets right."""
    images, labels = data.load(recipe.dataset, recipe.train_on)
    return metrics.accuracy(predict(images), labels)


def _predict(run: Run, images: Tensor) -> Tensor:
    return metrics.predict(run.final.to("cpu").eval(), images, **run.recipe.preprocessing)


def fit_confidence(predict: strangers.Predict, recipe: Recipe) -> tuple[config.Confidence, Familiar]:
    """Return how sure a trained network's answers are, and what is familiar to it, on images that it did not train on.

    A run on all 60,000 has none: its temperature stays 1, and its threshold comes from its own training images.
    """
    images, labels = data.load(recipe.dataset, "validation")
    held_out = recipe.train_on == "train"
    temperature = metrics.fit_temperature(predict(images), labels) if held_out else 1.0
    familiar = strangers.fit(predict, recipe.data, recipe.epochs)
    flagged = strangers.flagged(familiar, predict, recipe.data)
    fitted_on = "validation" if held_out else "training images"
    return config.Confidence(temperature, config.Familiarity(familiar.threshold, flagged), fitted_on), familiar


def _versions() -> dict[str, str]:
    return {
        "zoo": __version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "safetensors": safetensors.__version__,
    }
