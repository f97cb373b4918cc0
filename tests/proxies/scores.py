"""Compare ways to tell that a picture is like nothing a network was trained on, each with 1 % of validation images flagged.

`python tests/proxies/scores.py [MODEL ...] --fonts FOLDER` prints one table: for each model and score, the share of pictures
flagged. FOLDER holds font files, as for fonts.py; without it those columns are missing. No training used any of the pictures.
Digits should not be flagged by a model of digits, nor clothes by one of clothes; all else should. "Last layer" is what goes into
the last linear layer; for softmax regression that is the picture itself. Sources: Hendrycks & Gimpel 2017 (softmax), Liu et al.
2020 (energy), Lee et al. 2018 (Mahalanobis), Sun et al. 2022 (neighbours), Hendrycks et al. 2019 (outlier exposure: the network).
"""

import argparse
import string
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import zoo
from tests.proxies import digits, fonts, garments
from tests.proxies.letter_shapes import SIGNS
from zoo import data, familiarity
from zoo.classifier import Classifier
from zoo.datasets import FASHION_MNIST, MNIST
from zoo.runs import strangers

MODELS = ["lenet5-mnist", "mlp-256-mnist", "softmax-mnist", "lenet5-fashion-mnist"]
FITTED = 12_000  # training images, as many as `zoo.runs.strangers` takes
Score = Callable[[Tensor], Tensor]  # images uint8 (N, 28, 28) -> how strange they are (N,)


def last_layer(classifier: Classifier, images: Tensor) -> Tensor:
    """Return what goes into the last linear layer. images uint8 (N, 28, 28) -> float64 (N, D)"""
    inputs: list[Tensor] = []
    *_, last = (layer for layer in classifier.model.modules() if isinstance(layer, nn.Linear))
    hook = last.register_forward_pre_hook(lambda _, given: inputs.append(given[0].double()))
    with torch.inference_mode(), hook:
        for some in images.split(1_000):
            classifier.model(data.normalize(some, **vars(classifier.config.preprocessing)))
    return torch.cat(inputs)


def distance(features: Tensor, labels: Tensor, *, tied: bool) -> Callable[[Tensor], Tensor]:
    """Return the least squared Mahalanobis distance from a class, with one covariance for all or one for each."""
    classes = [features[labels == label] for label in range(10)]
    means = [each.mean(0) for each in classes]
    spreads = [(each - mean).T @ (each - mean) / len(each) for each, mean in zip(classes, means, strict=True)]
    spreads = [torch.stack(spreads).mean(0)] * 10 if tied else spreads
    ridge = 1e-3 * torch.stack(spreads).diagonal(dim1=1, dim2=2).mean() * torch.eye(features.shape[1]).double()
    inverses = [torch.linalg.inv(spread + ridge) for spread in spreads]
    return lambda x: torch.stack([((x - m) @ p * (x - m)).sum(1) for m, p in zip(means, inverses, strict=True)]).amin(0)


def scores(classifier: Classifier) -> dict[str, Score]:
    """Return each way to measure, fitted on training images, and where it needs strangers, on those of `zoo.runs.strangers`."""
    row = classifier.config.recipe.data
    images, labels = (each[:FITTED] for each in data.load(row.name, "train"))
    features = last_layer(classifier, images)
    tied, separate = (distance(features, labels, tied=tied) for tied in (True, False))
    bank = F.normalize(features)

    def nearest(x: Tensor) -> Tensor:
        return torch.cat([torch.cdist(each, bank).kthvalue(50).values for each in F.normalize(x).split(500)])

    def wide(x: Tensor) -> Tensor:
        return torch.cat([last_layer(classifier, x), familiarity.features(x, classifier(x))], 1)

    material = strangers._material(row.name, FITTED)
    more = familiarity.fit(wide(material.known), wide(material.strange), torch.Generator().manual_seed(0))
    return {
        "maximum softmax probability": lambda x: -classifier(x).double().softmax(1).amax(1),
        "energy": lambda x: -classifier(x).double().logsumexp(1),
        "Mahalanobis, last layer, one covariance": lambda x: tied(last_layer(classifier, x)),
        "Mahalanobis, last layer, one for each class": lambda x: separate(last_layer(classifier, x)),
        "50th neighbour, last layer normalised": lambda x: nearest(last_layer(classifier, x)),
        "small network": lambda x: classifier.familiar.strangeness(x, classifier(x)),
        "small network, with the last layer": lambda x: more.score(wide(x)),
    }


def pictures(folder: Path | None) -> dict[str, Tensor]:
    """Return drawings prepared as digits are and photos as clothes are, uint8 (N, 28, 28), by kind: of proxies and of fonts."""
    generator = np.random.default_rng(5)
    drawings = {
        "drawn digits": [digits.render(k % 10, generator) for k in range(1000)],
        "drawn letters, signs": [digits.render_strokes(way, generator) for way in SIGNS.values() for _ in range(20)],
    }
    if folder:
        for kind, letters, count in (("font digits", string.digits, 4), ("font letters", fonts.LETTERS, 1)):
            drawings[kind] = [picture for _, _, picture in fonts.drawn(letters, fonts.files(folder), count)]
    photos = [garments.render(k % 10, generator) for k in range(200)]
    prepared = {kind: [MNIST.prepare(each)[-1][1] for each in some] for kind, some in drawings.items()}
    prepared["photos of clothes"] = [FASHION_MNIST.prepare(each)[-1][1] for each in photos]
    return {kind: torch.from_numpy(np.stack(some)) for kind, some in prepared.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", default=MODELS)
    parser.add_argument("--fonts", type=Path)
    asked = parser.parse_args()
    shown = pictures(asked.fonts)
    for name in asked.models:
        classifier = zoo.load(name)
        kinds = {"test images": data.load(classifier.config.dataset, "test")[0], **shown}
        held_out = data.load(classifier.config.dataset, "validation")[0]
        print(f"\n| {name} | " + " | ".join(kinds) + " |\n|" + " --- |" * (1 + len(kinds)))
        for label, score in scores(classifier).items():
            limit = score(held_out).quantile(0.99)
            shares = [f"{(score(x) > limit).double().mean():.1%}" for x in kinds.values()]
            print(f"| {label} |", " | ".join(shares), "|", flush=True)


if __name__ == "__main__":
    main()
