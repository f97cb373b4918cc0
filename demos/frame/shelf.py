"""The models in `weights/` as the pages know them: loaded once, the best first, with names for people."""

from functools import cache

import numpy as np

import zoo
from demos.frame.language import T
from zoo.classifier import Classifier
from zoo.registry import RegistryError

_ARCHITECTURES = {
    "softmax": T("Softmax regression", "softmax 回归"),
    "mlp-256": "MLP 256",
    "mlp-256-128": "MLP 256-128",
    "mlp-256-256-dropout": T("MLP 256-256, dropout", "MLP 256-256，dropout"),
    "lenet5": "LeNet-5",
}
DATASETS = {"mnist": "MNIST", "fashion-mnist": "Fashion-MNIST"}
_GARMENTS = {
    "T-shirt/top": "T恤/上衣",
    "Trouser": "裤子",
    "Pullover": "套头衫",
    "Dress": "连衣裙",
    "Coat": "外套",
    "Sandal": "凉鞋",
    "Shirt": "衬衫",
    "Sneaker": "运动鞋",
    "Bag": "包",
    "Ankle boot": "短靴",
}


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
    ranked = sorted(loaded, key=lambda name: (is_notes(loaded[name].config), -accuracy(loaded[name].config)))
    return {name: loaded[name] for name in ranked}, broken


def of_dataset(dataset: str) -> dict[str, Classifier]:
    """Return the models trained on `dataset`, the default one first."""
    return {name: each for name, each in models()[0].items() if each.config["dataset"] == dataset}


def accuracy(config: dict) -> float:
    """Return a model's mean test accuracy over its seeds, in [0, 1]."""
    metrics = config["metrics"]
    return metrics.get("test_accuracy_mean", metrics["test_accuracy"])


def is_notes(config: dict) -> bool:
    """Say whether a model repeats a recipe of the source notes."""
    return config["recipe"]["origin"] != "ours"


def title(config: dict) -> str:
    """Return a model's architecture as people write it."""
    return _ARCHITECTURES.get(config["architecture"], config["architecture"])


def label_text(label: str) -> str:
    """Return a class's name in both languages; digits are the same in both."""
    return T(label, _GARMENTS[label]) if label in _GARMENTS else label
