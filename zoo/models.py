"""The networks as `nn.Module`s: the concise twins of `zoo.scratch`. All take images (N, 1, 28, 28) and return logits (N, 10)."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Dropout(nn.Dropout):
    """`nn.Dropout` that draws from a generator of its own where it is given one, so that a seed fixes every mask.

    active: False lets everything through in training too.
    """

    generator: torch.Generator | None = None
    active = True

    def forward(self, x: Tensor) -> Tensor:
        if not self.active:
            return x
        if self.generator is None or not self.training or self.p == 0:
            return super().forward(x)
        keep = torch.empty_like(x).bernoulli_(1 - self.p, generator=self.generator)
        return x * keep.div_(1 - self.p)


class Network(nn.Module):
    """A network as a chain of named stages, each of one or more layers; whatever looks inside a network reads them."""

    def stages(self) -> dict[str, tuple[nn.Module, ...]]:
        """Return the layers of each stage by its name, in the order in which an image passes them."""
        raise AssertionError(f"{type(self).__name__} has no stages")

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, 10). x (N, 1, 28, 28) float."""
        for layers in self.stages().values():
            for layer in layers:
                x = layer(x)
        return x

    def set_dropout(self, generator: torch.Generator, active: bool) -> None:
        """Let every dropout layer draw from this generator in training, or let everything through."""
        for module in self.modules():
            if isinstance(module, Dropout):
                module.generator, module.active = generator, active


class SoftmaxRegression(Network):
    """One affine layer, 784-10; the softmax is in the loss."""

    def __init__(self) -> None:
        super().__init__()
        self.flatten = nn.Flatten()
        self.linear = nn.Linear(784, 10)

    def stages(self) -> dict[str, tuple[nn.Module, ...]]:
        return {"linear": (self.flatten, self.linear)}


class MLP(Network):
    """A multilayer perceptron 784-...-10 with ReLU and, where asked, dropout after each activation."""

    def __init__(self, num_hiddens: Sequence[int], dropout: Sequence[float] = ()) -> None:
        super().__init__()
        sizes = [784, *num_hiddens, 10]
        self.flatten, self.relu = nn.Flatten(), nn.ReLU()
        self.layers = nn.ModuleList(nn.Linear(fan_in, fan_out) for fan_in, fan_out in pairwise(sizes))
        self.dropout = nn.ModuleList(Dropout(p) for p in dropout or [0.0] * len(num_hiddens))

    def stages(self) -> dict[str, tuple[nn.Module, ...]]:
        *hidden, last = self.layers
        stages: dict[str, tuple[nn.Module, ...]] = {}
        for i, (layer, dropout) in enumerate(zip(hidden, self.dropout)):
            stages[f"layers.{i}"] = (*([] if i else [self.flatten]), layer, self.relu, dropout)
        return {**stages, f"layers.{len(hidden)}": (last,)}


class LeNet5(Network):
    """LeNet-5 with ReLU and average pooling (after LeCun et al. 1998); 28 x 28 images are resized to 32 x 32 inside."""

    def __init__(self) -> None:
        super().__init__()
        self.resize = nn.Upsample((32, 32), mode="bilinear", align_corners=False)
        self.pool, self.activation, self.flatten = nn.AvgPool2d(2), nn.ReLU(inplace=True), nn.Flatten()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def stages(self) -> dict[str, tuple[nn.Module, ...]]:
        return {
            "image": (self.resize,),  # (N, 1, 32, 32)
            "conv1": (self.conv1, self.activation),  # (N, 6, 28, 28)
            "pool1": (self.pool,),  # (N, 6, 14, 14)
            "conv2": (self.conv2, self.activation),  # (N, 16, 10, 10)
            "pool2": (self.pool,),  # (N, 16, 5, 5)
            "fc1": (self.flatten, self.fc1, self.activation),
            "fc2": (self.fc2, self.activation),
            "fc3": (self.fc3,),
        }


class ResidualNet(Network):
    """A teacher: residual blocks at 14 x 14 and 7 x 7 pixels with batch normalisation (after He et al. 2015, arXiv:1512.03385).

    About 300,000 parameters and 36 million multiplications an image. No model of the zoo: the small nets learn from it.
    """

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(1, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU())
        self.wide = nn.Sequential(_ResidualBlock(width, 2 * width), _ResidualBlock(2 * width, 2 * width))
        self.deep = nn.Sequential(_ResidualBlock(2 * width, 4 * width), _ResidualBlock(4 * width, 4 * width))
        self.head = nn.Linear(4 * width, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(self.stem(x), 2)
        x = F.max_pool2d(self.wide(x), 2)
        return self.head(self.deep(x).mean((2, 3)))


class _ResidualBlock(nn.Module):
    """x + f(x), where f is two 3 x 3 convolutions and x goes through a 1 x 1 one where the channels change."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels_out)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels_out)
        same = channels_in == channels_out
        self.shortcut = nn.Identity() if same else nn.Conv2d(channels_in, channels_out, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)))))
        return F.relu(y + self.shortcut(x))
