"""The networks in the visitor's browser: what its JavaScript needs to know of a model, and where it finds the files.

The modules beside this file are named like the Python they mirror. They take `weights/<name>/` as it is; a network's layers come
from its stages, so that a new architecture of known layers needs no new JavaScript.
"""

from pathlib import Path
from typing import Any

from torch import nn

from zoo import registry
from zoo.classifier import Classifier
from zoo.models import Network

FOLDER = Path(__file__).parent


def describe(model: Network) -> dict[str, Any]:
    """Return a network as data: {"stages": [{"name", "layers": [layer]}], "tensors": {name: shape}}.

    A layer is {"kind": its class in torch.nn, ...} with its numbers and the names of its tensors; see layers.js.
    """
    names = {id(tensor): name for name, tensor in model.named_parameters()}
    stages = [
        {"name": stage, "layers": [_layer(layer, names) for layer in layers]}
        for stage, layers in model.stages().items()
    ]
    return {"stages": stages, "tensors": {name: list(tensor.shape) for name, tensor in model.state_dict().items()}}


def _layer(layer: nn.Module, names: dict[int, str]) -> dict[str, Any]:
    kind = next(kind.__name__ for kind in type(layer).__mro__ if kind.__module__.startswith("torch.nn"))
    tensors = {name: names[id(tensor)] for name, tensor in layer.named_parameters(recurse=False)}
    return {"kind": kind, **tensors, **_numbers(layer)}


def _numbers(layer: nn.Module) -> dict[str, list[int]]:
    """Return the numbers that a layer computes with, as pairs (vertical, horizontal)."""
    if isinstance(layer, nn.Upsample):
        if layer.mode != "bilinear" or layer.align_corners:
            raise ValueError(f"{layer} is not computed in the browser: expected bilinear, without align_corners")
        return {"size": _pair(layer.size)}
    if isinstance(layer, nn.Conv2d):
        if _pair(layer.dilation) != [1, 1] or layer.groups != 1 or layer.padding_mode != "zeros":
            raise ValueError(f"{layer} is not computed in the browser: expected no dilation and one group")
        return {"stride": _pair(layer.stride), "padding": _pair(layer.padding)}
    if isinstance(layer, nn.AvgPool2d | nn.MaxPool2d):
        return {"size": _pair(layer.kernel_size), "stride": _pair(layer.stride), "padding": _pair(layer.padding)}
    return {}


def _pair(value: Any) -> list[int]:
    return list(value) if isinstance(value, tuple | list) else [value, value]


def source(model: Classifier, folder: str) -> dict[str, Any]:
    """Return what the browser's `load` (classifier.js) takes: the model's name, the address of its folder, its network."""
    files = [name for name in registry.FILES if (registry.find(model.name) / name).is_file()]
    return {"name": model.name, "folder": folder, "files": files, "architecture": describe(model.model)}
