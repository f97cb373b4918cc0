"""The architectures: one row each, with all that is known of one beside its two implementations."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from zoo import models, scratch
from zoo.text import Text


@dataclass(frozen=True)
class Architecture:
    """A network of the zoo. Both implementations have the same parameter names, take (N, 1, 28, 28) and return logits (N, 10)."""

    name: str
    title: Text
    kind: str
    """What it is, as its card begins."""
    module: Callable[[], models.Network] = field(repr=False)
    twin: Callable[[], scratch.Model] = field(repr=False)
    """The same network from scratch."""
    plain: str = field(repr=False)
    """Its forward pass on `x` (N, 1, 28, 28) with the tensors `w`, for a reader who has torch alone."""


PLAIN_SOFTMAX = """\
logits = x.flatten(1) @ w["linear.weight"].T + w["linear.bias"]
"""
PLAIN_MLP = """\
x = x.flatten(1)
for i in range(len(w) // 2 - 1):
    x = (x @ w[f"layers.{i}.weight"].T + w[f"layers.{i}.bias"]).relu()
logits = x @ w[f"layers.{i + 1}.weight"].T + w[f"layers.{i + 1}.bias"]
"""
PLAIN_LENET5 = """\
x = F.interpolate(x, size=(32, 32), mode="bilinear", align_corners=False)
x = F.avg_pool2d(F.conv2d(x, w["conv1.weight"], w["conv1.bias"]).relu(), 2)
x = F.avg_pool2d(F.conv2d(x, w["conv2.weight"], w["conv2.bias"]).relu(), 2).flatten(1)
x = F.linear(x, w["fc1.weight"], w["fc1.bias"]).relu()
x = F.linear(x, w["fc2.weight"], w["fc2.bias"]).relu()
logits = F.linear(x, w["fc3.weight"], w["fc3.bias"])
"""


def _mlp(name: str, title: Text, num_hiddens: list[int], dropout: list[float] | None = None) -> Architecture:
    """Return the row of a multilayer perceptron."""
    dropout = dropout or []
    return Architecture(
        name=name,
        title=title,
        kind="A multilayer perceptron",
        module=lambda: models.MLP(num_hiddens, dropout),
        twin=lambda: scratch.MLP(num_hiddens, dropout),
        plain=PLAIN_MLP,
    )


ARCHITECTURES = {
    row.name: row
    for row in (
        Architecture(
            name="softmax",
            title=Text("Softmax regression", "softmax 回归"),
            kind="Softmax regression",
            module=models.SoftmaxRegression,
            twin=scratch.SoftmaxRegression,
            plain=PLAIN_SOFTMAX,
        ),
        _mlp("mlp-256", Text("MLP 256", "MLP 256"), [256]),
        _mlp("mlp-256-128", Text("MLP 256-128", "MLP 256-128"), [256, 128]),
        _mlp(
            "mlp-256-256-dropout",
            Text("MLP 256-256, dropout", "MLP 256-256，dropout"),
            [256, 256],
            dropout=[0.2, 0.5],
        ),
        Architecture(
            name="lenet5",
            title=Text("LeNet-5", "LeNet-5"),
            kind="LeNet-5 with ReLU and average pooling",
            module=models.LeNet5,
            twin=scratch.LeNet5,
            plain=PLAIN_LENET5,
        ),
    )
}

TEACHERS: dict[str, Callable[[], models.Network]] = {"residual": models.ResidualNet}
"""Networks that only teach: they have no row, no twin and no model folder."""


def find(name: str) -> Architecture:
    """Return the row of an architecture, or raise a ValueError that lists the names."""
    if name not in ARCHITECTURES:
        raise ValueError(f"unknown architecture {name!r}; expected one of {', '.join(ARCHITECTURES)}")
    return ARCHITECTURES[name]


def on_meta(name: str) -> models.Network:
    """Return a network without memory for its tensors: enough to ask for names, shapes and kinds of layers.

    name: a key of ARCHITECTURES or TEACHERS; anything else is a ValueError.
    """
    module = TEACHERS[name] if name in TEACHERS else find(name).module
    with torch.device("meta"):
        return module()


def build(name: str) -> models.Network:
    """Return an uninitialised network on the CPU, leaving PyTorch's global generator as it was. name: as for `on_meta`."""
    model = on_meta(name).to_empty(device="cpu")
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()
    return model


@torch.inference_mode()
def feature_maps(model: models.Network, x: Tensor) -> dict[str, Tensor]:
    """Return what each stage of a network makes of images float (N, 1, 28, 28), by its name; the last are the logits."""
    maps = {}
    for name, layers in model.stages().items():
        for layer in layers:
            x = layer(x)
        maps[name] = x
    return maps


@dataclass(frozen=True)
class Cost:
    """What a stage of a network takes. shape: of its output for one image. multiplications: by its weights, for one image."""

    stage: str
    shape: tuple[int, ...]
    parameters: int
    multiplications: int


def costs(model: models.Network) -> list[Cost]:
    """Return what each stage of a network costs, in order; a model on the meta device will do."""
    device = next(model.parameters()).device
    maps = feature_maps(model.eval(), torch.zeros(1, 1, 28, 28, device=device))
    return [_cost(name, layers, maps[name]) for name, layers in model.stages().items()]


def _cost(name: str, layers: tuple[nn.Module, ...], output: Tensor) -> Cost:
    weights = [layer for layer in layers if isinstance(layer, nn.Linear | nn.Conv2d)]
    return Cost(
        stage=name,
        shape=tuple(output.shape[1:]),
        parameters=sum(p.numel() for layer in layers for p in layer.parameters()),
        multiplications=sum(layer.weight[0].numel() * output[0].numel() for layer in weights),
    )


def spelled(layers: tuple[nn.Module, ...]) -> Iterator[str]:
    """Yield each layer as PyTorch source, such as "nn.Conv2d(1, 6, 5)"; dropout that drops nothing is left out."""
    for layer in layers:
        if isinstance(layer, nn.Dropout) and not layer.p:
            continue
        if isinstance(layer, nn.Linear):
            yield f"nn.Linear({layer.in_features}, {layer.out_features})"
        elif isinstance(layer, nn.Conv2d):
            yield f"nn.Conv2d({layer.in_channels}, {layer.out_channels}, {layer.kernel_size[0]})"
        elif isinstance(layer, nn.AvgPool2d | nn.MaxPool2d):
            yield f"nn.{type(layer).__name__}({layer.kernel_size})"
        elif isinstance(layer, nn.Upsample):
            yield f'nn.Upsample({layer.size}, mode="{layer.mode}")'
        elif isinstance(layer, nn.Dropout):
            yield f"nn.Dropout({layer.p:g})"
        else:
            yield f"nn.{type(layer).__name__}()"
