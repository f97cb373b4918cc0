"""The models in `weights/` as the pages know them: loaded once, the best first, with names for people."""

from functools import cache

import numpy as np

import zoo
from demos.frame.language import T
from zoo import datasets, registry
from zoo.classifier import Classifier
from zoo.config import Config
from zoo.registry import RegistryError


@cache
def models() -> tuple[dict[str, Classifier], dict[str, str]]:
    """Return every local model by name, ours before the notes' and the most accurate first; and why any did not load."""
    loaded, broken = {}, {}
    for name in zoo.list_models():
        try:
            model = zoo.load(name)
            if model.name != name:
                raise RegistryError(
                    f"the model in {name}/ calls itself {model.name!r}; name its folder so, or fetch it again"
                )
            model(np.zeros((1, 28, 28), np.uint8))  # the first call is slow; the pages show times
            loaded[name] = model
        except (ValueError, OSError) as error:
            broken[name] = str(error).replace(str(registry.root()), "weights")
    ranked = sorted(loaded, key=lambda name: _rank(loaded[name].config))
    return {name: loaded[name] for name in ranked}, broken


def of_dataset(dataset: str) -> dict[str, Classifier]:
    """Return the models trained on `dataset`, the default one first."""
    return {name: each for name, each in models()[0].items() if each.config.dataset == dataset}


def _rank(config: Config) -> tuple[bool, float]:
    return config.repeats_notes, -config.metrics.test_accuracy_mean


def damaged(dataset: str) -> str:
    """Return what to say where the files of a data set are there, but not as they should be."""
    title = datasets.find(dataset).title
    return T(
        f"The files of {title} on this machine are damaged. Whoever runs it can delete them and fetch them again.",
        f"本机的 {title} 文件已损坏。请运行者删除后重新获取。",
    )


def title(config: Config) -> str:
    """Return a model's architecture as people write it."""
    return T(*config.row.title)


def label_text(config: Config, label: str) -> str:
    """Return the name of one of a model's classes in both languages."""
    text = config.data.label_text(label)
    return T(*text) if text.en != text.zh else label
