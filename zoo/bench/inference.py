"""How fast a model answers, on many images and on one, beside its bare matrix products."""

from typing import Any

import torch

import zoo
from zoo.bench.products import bare, timed


def inference(name: str, *, batch: int = 1_000, repeats: int = 20) -> dict[str, Any]:
    """Return a model's images a second and latency of one image, and the same for its bare matrix products."""
    classifier = zoo.load(name)
    images = torch.zeros(batch, 28, 28, dtype=torch.uint8)
    products = bare(classifier.model, batch), bare(classifier.model, 1)
    classifier(images)
    whole = min(timed(lambda: classifier(images)) for _ in range(repeats))
    one = min(timed(lambda: classifier(images[:1])) for _ in range(5 * repeats))
    many_bare, one_bare = (min(timed(product) for _ in range(5 * repeats)) for product in products)
    return {
        "name": name,
        "images_per_second": batch / whole,
        "latency_ms": 1e3 * one,
        "bare_images_per_second": batch / many_bare,
        "bare_latency_ms": 1e3 * one_bare,
        "share_of_bare": many_bare / whole,
    }
