"""Golden cases for the networks in the browser: pictures, and what Python makes of each of them with every model.

`python tests/browser/golden.py FOLDER 300` writes them: canvases as people draw (tests/proxies), digits and garments as our own
generators make them for training (zoo/synthetic), a few that are hard to prepare, and a network that is none of the zoo's.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import zoo
from demos.widgets import network
from tests.proxies import digits as proxy
from zoo import architectures, datasets, registry
from zoo.classifier import Classifier
from zoo.lab import drawing
from zoo.models import Network

SIDE = 280  # the pad's canvas
COUNT = 100  # drawings in the tests, and as many digits and garments of ours
MICROSCOPE = 6  # pictures that are changed and looked into


class Foreign(Network):
    """Layers and numbers that no network of the zoo has: padding, strides, windows that are not square, other activations."""

    def __init__(self) -> None:
        super().__init__()
        self.resize = nn.Upsample((20, 31), mode="bilinear", align_corners=False)
        self.first = nn.Conv2d(1, 5, (3, 4), stride=(1, 2), padding=(1, 2), bias=False)
        self.second = nn.Conv2d(5, 7, 3, padding=1)
        self.most, self.mean = nn.MaxPool2d(3, stride=2, padding=1), nn.AvgPool2d((2, 3))
        self.tanh, self.sigmoid, self.flatten = nn.Tanh(), nn.Sigmoid(), nn.Flatten()
        self.dropout, self.same = nn.Dropout(0.5), nn.Identity()
        self.last = nn.Linear(7 * 5 * 2, 10)

    def stages(self) -> dict[str, tuple[nn.Module, ...]]:
        return {
            "picture": (self.resize,),
            "first": (self.first, self.tanh, self.most),
            "second": (self.second, self.sigmoid, self.mean, self.same),
            "last": (self.flatten, self.dropout, self.last),
        }


def canvases(count: int) -> np.ndarray:
    """Return the ink of `count` drawings, as many digits of ours, and hard ones: uint8 (N, 280, 280), the alpha of black ink."""
    generator = np.random.default_rng(7)
    drawn = [np.asarray(proxy.render(i % 10, generator).getchannel("A")) for i in range(count)]
    faint = [(alpha * 0.4).astype(np.uint8) for alpha in drawn[:10]]
    written = datasets.MNIST.draw(torch.arange(count) % 10, torch.Generator().manual_seed(7)).numpy()
    enlarged = [np.kron(np.pad(digit, 6), np.ones((7, 7), np.uint8)) for digit in written]
    return np.stack([*drawn, *faint, *enlarged, *_hard()])


def _hard() -> list[np.ndarray]:
    """Return canvases at the edge of what can be read: blank, full, faint, a dot, specks, ink at the border."""
    names = ("blank", "full", "too faint", "dot", "pixel", "specks", "corner", "line", "wide")
    hard = {name: np.zeros((SIDE, SIDE), np.uint8) for name in names}
    hard["full"][:] = 255
    hard["too faint"][50:200, 130:150] = 12
    hard["dot"][100:110, 150:160] = 255
    hard["pixel"][140, 140] = 255
    hard["specks"][60:220, 130:150] = hard["specks"][20:24, 20:24] = hard["specks"][250, 250:255] = 255
    hard["corner"][:150, :20] = hard["corner"][:20, :90] = 255
    hard["line"][:, 140] = 255
    hard["wide"][90:200, 3:277] = 200
    return list(hard.values())


def write(folder: Path, count: int) -> None:
    """Write canvases.bin (uint8) and answers.json, which golden.js reads."""
    drawings = canvases(count)
    (folder / "canvases.bin").write_bytes(drawings.tobytes())
    prepared = [_prepared(alpha) for alpha in drawings]
    labels = torch.arange(count) % 10
    garments = datasets.FASHION_MNIST.draw(labels, torch.Generator().manual_seed(7)).numpy()
    pictures = {"mnist": np.stack([image for image in prepared if image is not None]), "fashion-mnist": garments}
    models = [zoo.load(name) for name in zoo.list_models()]
    answers = {
        "prepared": [None if image is None else image.ravel().tolist() for image in prepared],
        "pictures": {name: images.reshape(len(images), -1).tolist() for name, images in pictures.items()},
        "models": [_answers(model, pictures[model.config.dataset]) for model in models],
        "foreign": _foreign(folder, garments[:20]),
        "microscope": [_microscope(image) for image in pictures["mnist"][:MICROSCOPE]],
    }
    (folder / "answers.json").write_text(json.dumps(answers))


def _prepared(alpha: np.ndarray) -> np.ndarray | None:
    canvas = np.zeros((SIDE, SIDE, 4), np.uint8)
    canvas[:, :, 3] = alpha
    try:
        return datasets.MNIST.prepare(canvas)[-1][1]
    except ValueError:
        return None


def _answers(model: Classifier, images: np.ndarray) -> dict[str, Any]:
    """Return what a model makes of every prepared picture."""
    logits = model(images)
    reads = [model.read(image) for image in images]
    return {
        "source": network.source(model, str(registry.find(model.name))),
        "dataset": model.config.dataset,
        "logits": logits.tolist(),
        "probabilities": [probabilities.tolist() for probabilities, _ in reads],
        "labels": [int(probabilities.argmax()) for probabilities, _ in reads],
        "familiar": [bool(familiar) for _, familiar in reads],
    }


def _foreign(folder: Path, images: np.ndarray) -> dict[str, Any]:
    torch.manual_seed(7)
    model = Foreign().eval()
    save_file(model.state_dict(), folder / "foreign.safetensors")
    x = torch.tensor(images)[:, None] / 255
    maps = architectures.feature_maps(model, x)
    return {
        "architecture": network.describe(model),
        "images": images.reshape(len(images), -1).tolist(),
        "stages": {name: values.flatten(1).tolist() for name, values in maps.items()},
    }


def _microscope(image: np.ndarray) -> dict[str, Any]:
    """Return an image changed by every amount, and what speaks for each class in it."""
    changed = {change: drawing.changed(image, change, amounts) for change, amounts in drawing.CHANGES.items()}
    softmax = zoo.load("softmax-mnist")
    normal = softmax.config.preprocessing
    evidence, before = drawing.evidence(softmax.model, image, mean=normal.mean, std=normal.std)
    return {
        "image": image.ravel().tolist(),
        "amounts": drawing.CHANGES,
        "changed": {name: pictures.reshape(len(pictures), -1).tolist() for name, pictures in changed.items()},
        "evidence": evidence.reshape(10, -1).tolist(),
        "scores": (evidence.sum((1, 2)) + before).tolist(),
    }


if __name__ == "__main__":
    torch.set_num_threads(1)
    write(Path(sys.argv[1]), int(sys.argv[2]))
