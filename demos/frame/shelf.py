"""The models in `weights/` as the pages know them: loaded once, the best first, with names for people."""

from functools import cache

import numpy as np

import zoo
from demos.frame.language import T
from zoo.classifier import Classifier
from zoo.config import Config
from zoo.registry import RegistryError


@cache
def models() -> tuple[dict[str, Classifier], dict[str, str]]:
    """Return every local model by name, ours before the notes' and the most accurate first; and why any did not load."""
    loaded, broken = {}, {}
    for name in zoo.list_models():
        try:
            loaded[name] = zoo.load(name)
            loaded[name](np.zeros((1, 28, 28), np.uint8))  # the first call is slow; the pages show times
        except (RegistryError, OSError) as error:
            broken[name] = str(error)
    ranked = sorted(loaded, key=lambda name: _rank(loaded[name].config))
    return {name: loaded[name] for name in ranked}, broken


def of_dataset(dataset: str) -> dict[str, Classifier]:
    """Return the models trained on `dataset`, the default one first."""
    return {name: each for name, each in models()[0].items() if each.config.dataset == dataset}


def _rank(config: Config) -> tuple[bool, float]:
    return config.repeats_notes, -config.metrics.test_accuracy_mean


def title(config: Config) -> str:
    """Return a model's architecture as people write it."""
    return T(*config.row.title)


def label_text(config: Config, label: str) -> str:
    """Return the name of one of a model's classes in both languages."""
    text = config.data.label_text(label)
    return T(*text) if text.en != text.zh else label
