"""Measure what training on a visitor's drawings wins and loses: made-up writers, and the code that the browser runs.

`python tests/proxies/visitors.py [--writers 20] [--write]` tunes each model for each writer on 5, 20 and 50 of his drawings (each
misread one and three in ten of the others), in Node, and prints how many of 200 others by the same hand are read rightly before
and after, and what that does to the 5,000 validation images. --write keeps it for the page (measured.json).
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from demos.frame import shelf
from demos.widgets import network, tuning
from demos.widgets.tuning import scoring
from tests.proxies import writers
from zoo import data, datasets
from zoo.classifier import Classifier

ROOT = Path(__file__).resolve().parents[2]
SIZES = (5, 20, 50)
DRAWN, OTHERS = 160, 200
TAUGHT = ("lenet5-mnist", "mlp-256-mnist", "softmax-mnist")
MEASURED = Path(tuning.__file__).with_name("measured.json")


@cache
def drawings(writer: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return a writer's drawings uint8 (DRAWN + OTHERS, 28, 28) and their digits; one that can't be read is black."""
    generator = np.random.default_rng(1000 + writer)
    hand = writers.sample(generator)
    labels = generator.integers(0, 10, DRAWN + OTHERS)
    images = [_prepared(hand, int(label), generator) for label in labels]
    return torch.tensor(np.stack(images)), torch.tensor(labels)


def _prepared(hand: writers.Writer, label: int, generator: np.random.Generator) -> np.ndarray:
    try:
        return datasets.MNIST.prepare(writers.render(hand, label, generator))[-1][1]
    except ValueError:
        return np.zeros((28, 28), np.uint8)


def choose(right: torch.Tensor, writer: int) -> torch.Tensor:
    """Return which drawings a visitor names, in order: each misread one, and three in ten of the others."""
    chance = torch.rand(DRAWN, generator=torch.Generator().manual_seed(writer))
    return (~right[:DRAWN] | (chance < 0.3)).nonzero().flatten()


def tune(
    model: Classifier, sets: list[tuple[torch.Tensor, torch.Tensor]]
) -> tuple[dict[str, float], list[torch.Tensor]]:
    """Return the recipe, and the last layers' weights for each set of drawings and digits, as the browser's code trains them."""
    samples = np.asarray(tuning.picture()).reshape(-1, 784).tolist()
    task = {
        "architecture": network.describe(model.model),
        "tensors": {name: values.flatten().tolist() for name, values in model.model.state_dict().items()},
        "preprocessing": {"mean": model.config.preprocessing.mean, "std": model.config.preprocessing.std},
        "samples": samples,
        "sets": [{"images": images.reshape(-1, 784).tolist(), "digits": digits.tolist()} for images, digits in sets],
    }
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "task.json").write_text(json.dumps(task))
        command = ["node", str(ROOT / "tests/browser/visitors.js"), str(Path(folder) / "task.json")]
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
    said = json.loads(answer.stdout)
    return said["recipe"], [torch.tensor(numbers) for numbers in said["weights"]]


def measure(
    name: str, hands: Sequence[int], sizes: Sequence[int] = SIZES
) -> tuple[dict[str, float], list[dict[str, float]]]:
    """Return the recipe, and for each size mean shares read rightly of writers' other drawings and of validation images."""
    model = shelf.models()[0][name]
    head, tail = scoring.split(model)
    normal = model.config.preprocessing
    pictures = [drawings(writer) for writer in hands]
    images, labels = data.load("mnist", "validation")
    with torch.inference_mode():
        features = lambda pixels: torch.cat(  # noqa: E731
            [head(data.normalize(part, normal.mean, normal.std)).flatten(1) for part in pixels.split(1000)]
        )
        aside = features(images)
        hand_features = [features(pixels) for pixels, _ in pictures]
        right = [tail(each).argmax(1) == digits for each, (_, digits) in zip(hand_features, pictures)]
        before = (tail(aside).argmax(1) == labels).double().mean().item()
    rows = []
    for size in sizes:
        choices = [choose(each, writer)[:size] for writer, each in zip(hands, right)]
        recipe, weights = tune(
            model, [(pixels[some], digits[some]) for some, (pixels, digits) in zip(choices, pictures)]
        )
        hand, validation = [], []
        for vector, each, (_, digits) in zip(weights, hand_features, pictures):
            answers = [scoring.logits(tail, vector, part).argmax(1) for part in (each[DRAWN:], aside)]
            hand.append((answers[0] == digits[DRAWN:]).double().mean().item())
            validation.append((answers[1] == labels).double().mean().item())
        rows.append(
            {
                "drawings": size,
                "hand_before": float(np.mean([each[DRAWN:].double().mean().item() for each in right])),
                "hand_after": float(np.mean(hand)),
                "validation_before": before,
                "validation_after": float(np.mean(validation)),
                "validation_worst": float(np.min(validation)),
            }
        )
    return recipe, rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--writers", type=int, default=20)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    results: dict[str, Any] = {"writers": asked.writers, "models": {}}
    for name in TAUGHT:
        results["recipe"], results["models"][name] = measure(name, range(asked.writers))
        for row in results["models"][name]:
            print(name, *(f"{key} {value:g}" for key, value in row.items()), flush=True)
    if asked.write:
        MEASURED.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
