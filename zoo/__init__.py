"""First Nets: a zoo of the networks that everyone trains first, with their weights.

Read a picture:

    import zoo
    classifier = zoo.load("lenet5-mnist")            # zoo.list_models() names them; a folder, or "owner/name@v1" on a hub
    classifier.classify("digit.png")                 # {"7": 0.98, ...}, best first: a path, open file, PIL image or array
    labels, unread = classifier.classify_many(paths) # many at once; what can't be read is named by its index
    classifier.is_familiar("digit.png")              # False for what is unlike all that the network has seen

Work with the network:

    classifier(images)                               # uint8 (N, 28, 28) as MNIST stores them -> logits (N, 10)
    classifier.to("cuda").model                      # a torch.nn.Module, to look into or to train on
    classifier.labels, classifier.config.metrics     # what it answers, how good it is, by which recipe it was trained

Train one: `python -m zoo train NAME`, or zoo.train.fit(zoo.train.start(zoo.RECIPES["lenet5-mnist"])).

The modules to read first: zoo.functional (the operations), zoo.scratch and zoo.models (every network twice), zoo.recipes (one
table of all runs), zoo.train (one loop for all).
"""

import os
from typing import TYPE_CHECKING

from zoo.version import __version__

if TYPE_CHECKING:
    from zoo.classifier import Classifier as Classifier
    from zoo.recipes import RECIPES as RECIPES

__all__ = ["RECIPES", "Classifier", "__version__", "list_models", "load"]


def list_models(namespace: str | None = None) -> list[str]:
    """Return the names of the models in `weights/`, and, with a namespace given, of those on the hub as "owner/name"."""
    from zoo import folders

    names = folders.names()
    if namespace:
        from zoo.hub.client import list_remote

        names += list_remote(namespace)
    return names


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
        from zoo.hub.errors import HubError

        try:
            folder = fetch(name)
        except HubError as error:
            raise HubError(f"{error}; nor is there a folder {name} here") from error
        return registry.load(folder)
    return registry.load(registry.find(name))


if not TYPE_CHECKING:  # which would take every misspelt name for one of ours

    def __getattr__(name: str) -> object:
        """Import what takes PyTorch when it is first asked for, so that `import zoo` need not wait two seconds for it."""
        if name == "Classifier":
            from zoo.classifier import Classifier

            return Classifier
        if name == "RECIPES":
            from zoo.recipes import RECIPES

            return RECIPES
        raise AttributeError(f"module 'zoo' has no attribute {name!r}")
