"""May this model be published? It must be whole, and no worse on the test set than what is published already."""

from dataclasses import dataclass
from pathlib import Path

from zoo import data, metrics, registry
from zoo.classifier import Classifier

TOLERANCE = 0.0005
"""How far an accuracy may be from its config's on another machine or version: 5 of the 10,000 test images."""


@dataclass(frozen=True)
class Accuracy:
    """An accuracy on the test set in [0, 1]: measured here, or only claimed by a config."""

    value: float
    measured: bool

    def __str__(self) -> str:
        return f"{self.value:.4f} ({'measured here' if self.measured else 'by its config'})"


def accuracy(classifier: Classifier) -> Accuracy:
    """Return a model's test accuracy, measured where the data set lies here. Raises DataError."""
    dataset = classifier.config.dataset
    if not data.is_present(dataset):
        return Accuracy(classifier.config.metrics.test_accuracy, measured=False)
    images, labels = data.load(dataset, "test")
    return Accuracy(metrics.accuracy(classifier(images), labels), measured=True)


def objections(folder: Path, published: Path | None) -> tuple[list[str], Accuracy | None, Accuracy | None]:
    """Return why a folder should not be published, a sentence each, with its accuracy and that of what is published.

    published: the folder of what is published, None where nothing is.
    """
    theirs = _accuracy_or_none(published) if published else None
    try:
        classifier = registry.load(folder)
    except registry.RegistryError as error:
        return [str(error)], None, theirs
    problems, ours = registry.flaws(folder, classifier.config), accuracy(classifier)
    claimed = classifier.config.metrics.test_accuracy
    if ours.measured and abs(ours.value - claimed) > TOLERANCE:
        problems.append(f"its config claims a test accuracy of {claimed:.4f}, but {ours.value:.4f} was measured here")
    if theirs and ours.value < theirs.value:
        problems.append(f"its test accuracy would fall from {theirs} to {ours}")
    return problems, ours, theirs


def _accuracy_or_none(folder: Path) -> Accuracy | None:
    """Return the accuracy of a folder, None where it is too damaged to have one."""
    try:
        return accuracy(registry.load(folder))
    except registry.RegistryError:
        return None
