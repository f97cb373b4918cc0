"""What a network's last layers, as a visitor trained them, do to the accuracy on the test set: only their weights are sent."""

import base64
import binascii
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from demos.frame import inference, shelf
from demos.frame.language import T
from demos.frame.once import once
from demos.widgets import confusion
from zoo import data
from zoo.classifier import Classifier

DATASET = "mnist"
MOST_WEIGHTS = 11_500  # as in finetune.js
EVALUATE = "python -m zoo eval lenet5-mnist"
_TUNED = (nn.Linear, nn.ReLU, nn.Dropout, nn.Identity)


class Last(NamedTuple):
    """A network as its layers up to the last affine ones that hold at most MOST_WEIGHTS, and those: finetune.js's split."""

    head: nn.Sequential
    tail: nn.Sequential


def split(model: Classifier) -> Last:
    """Return a network in those two parts."""
    layers = [layer for stage in model.model.stages().values() for layer in stage]
    start, weights = len(layers), 0
    for i in reversed(range(len(layers))):
        weights += sum(parameter.numel() for parameter in layers[i].parameters())
        if not isinstance(layers[i], _TUNED) or weights > MOST_WEIGHTS:
            break
        if isinstance(layers[i], nn.Linear):
            start = i
    return Last(nn.Sequential(*layers[:start]), nn.Sequential(*layers[start:]))


def score(request: object) -> dict:
    """Return how many test images a network reads rightly with other last layers: {"before", "after", "won", "lost", "of"}.

    request: {"base": the network's name, "weights": its last layers' tensors in order, float32 little-endian, one after the
    other, in base64}. {"error": text} where that is no such thing, or where the test images are not here.
    """
    sent = request if isinstance(request, dict) else {}
    model = shelf.of_dataset(DATASET).get(str(sent.get("base")))
    vector = None if model is None else _vector(sent.get("weights"), model)
    if model is None or vector is None:
        return {"error": T("These are no weights of a network here.", "这不是此处任何网络的权重。")}
    if not data.is_present(DATASET):
        return {
            "error": T(
                f"The test images are not on this machine. “{EVALUATE}” fetches them.",
                f"这台机器上没有测试图片。运行 “{EVALUATE}” 即可下载。",
            )
        }
    try:
        return inference.POOL.read(_scores, (model.name, vector))
    except data.DataError:
        return {"error": shelf.damaged(DATASET)}
    except inference.BusyError as error:
        return {"error": str(error)}


def _vector(text: object, model: Classifier) -> Tensor | None:
    """Return the weights that were sent, float32; None where they are not as many finite numbers as the last layers hold."""
    count = sum(parameter.numel() for parameter in split(model).tail.parameters())
    if not isinstance(text, str) or len(text) != 4 * -(-4 * count // 3):
        return None
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(content) != 4 * count:
        return None
    numbers = torch.tensor(np.frombuffer(content, "<f4").astype(np.float32))
    return numbers if numbers.isfinite().all() else None


def _scores(sent: Sequence[tuple[str, Tensor]]) -> list[dict | data.DataError]:
    return [_score(*each) for each in sent]


def _score(name: str, vector: Tensor) -> dict | data.DataError:
    try:
        shipped, features = confusion.answers(name), _features(name)
    except data.DataError as error:
        return error
    tail = split(shelf.models()[0][name]).tail
    answers = logits(tail, vector, features).argmax(1).numpy()
    before, after = shipped.top[:, 0] == shipped.labels, answers == shipped.labels
    return {
        "before": int(before.sum()),
        "after": int(after.sum()),
        "won": int((after & ~before).sum()),
        "lost": int((before & ~after).sum()),
        "of": len(before),
    }


@torch.inference_mode()
def logits(tail: nn.Sequential, vector: Tensor, features: Tensor) -> Tensor:
    """Return the logits (N, 10) of features (N, D) with other weights in the last layers, one after the other in a vector."""
    parameters = dict(tail.named_parameters())
    parts = vector.split([each.numel() for each in parameters.values()])
    weights = {key: part.view_as(each) for (key, each), part in zip(parameters.items(), parts, strict=True)}
    return torch.func.functional_call(tail, weights, (features,))


def _features(name: str) -> Tensor:
    """Return what the last layers are given of each test image, float32 (10,000, D); kept where a network computed it."""
    head = split(shelf.models()[0][name]).head
    if not any(parameter.numel() for parameter in head.parameters()):
        return _compute(name)  # the images themselves: three times as large as they are kept
    return _kept(name)


@torch.inference_mode()
def _compute(name: str) -> Tensor:
    model = shelf.models()[0][name]
    images, _ = data.load(model.config.dataset, "test")
    normal = model.config.preprocessing
    head = split(model).head
    batches = images.split(1000)
    return torch.cat([head(data.normalize(batch, normal.mean, normal.std)).flatten(1) for batch in batches])


_kept = once(_compute)
