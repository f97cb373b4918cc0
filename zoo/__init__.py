"""First Nets: a zoo of the networks that everyone trains first, with their weights.

import zoo
classifier = zoo.load("lenet5-mnist")
classifier.classify("digit.png")  # {"7": 0.98, ...}
"""

import os
from typing import TYPE_CHECKING, Any

from zoo.version import __version__

if TYPE_CHECKING:
    from zoo.classifier import Classifier
    from zoo.recipes import RECIPES

__all__ = ["RECIPES", "Classifier", "__version__", "list_models", "load"]


def list_models(namespace: str | None = None) -> list[str]:
    """Return the names of the models in `weights/`, and, with a namespace given, of those on the hub as "owner/name"."""
    from zoo import registry

    found = registry.names()
    if namespace:
        from zoo.hub.client import list_remote

        found += list_remote(namespace)
    return found


def load(name: "str | os.PathLike[str]") -> "Classifier":
    """Return a classifier: a local name, an existing folder, or "owner/name@revision" from the hub.

    The sha256 of the weights is compared every time and tensors must fit exactly; anything else raises
    `zoo.registry.RegistryError`, which is a ValueError.
    """
    from zoo import registry

    if not isinstance(name, (str, os.PathLike)):
        raise registry.RegistryError(
            f"a model is called by its name or its folder, not by a value of type {type(name).__name__} (python -m zoo list)"
        )
    name = os.fspath(name)
    if registry.is_remote(name):
        from zoo.hub.cache import fetch

        return registry.load(fetch(name))
    return registry.load(registry.find(name))


def __getattr__(name: str) -> Any:
    """Import what takes PyTorch when it is first asked for, so that `zoo --help` need not wait two seconds for it."""
    if name == "Classifier":
        from zoo.classifier import Classifier

        return Classifier
    if name == "RECIPES":
        from zoo.recipes import RECIPES

        return RECIPES
    raise AttributeError(f"module 'zoo' has no attribute {name!r}")
