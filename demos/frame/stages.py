"""The stages of a network as the pages show them: what each is called, and its numbers laid out as one picture."""

import numpy as np
from PIL import Image
from torch import nn

from demos.frame.language import T
from zoo.models import Network

MOST_ABREAST = 8  # feature maps in a row, where there are more than a row of six
LINES = 4  # that a long vector is broken into

_WORDS: dict[type[nn.Module], tuple[str, str]] = {
    nn.Upsample: ("picture", "图片"),
    nn.Conv2d: ("convolution {0} × {0}", "卷积 {0} × {0}"),
    nn.AvgPool2d: ("average pooling {0} × {0}", "平均池化 {0} × {0}"),
    nn.MaxPool2d: ("max pooling {0} × {0}", "最大池化 {0} × {0}"),
    nn.Linear: ("fully connected", "全连接"),
    nn.ReLU: ("ReLU", "ReLU"),
    nn.Tanh: ("tanh", "tanh"),
    nn.Sigmoid: ("sigmoid", "sigmoid"),
}


def titles(model: Network) -> dict[str, str]:
    """Return what each stage of a network is called, by its name, such as "convolution 5 × 5, ReLU"; the last are the logits."""
    stages = model.stages()
    last = next(reversed(stages))
    return {name: _title(layers, name == last) for name, layers in stages.items()}


def _title(layers: tuple[nn.Module, ...], last: bool) -> str:
    words = [_WORDS[type(layer)] for layer in layers if type(layer) in _WORDS]
    window = next((_window(layer) for layer in layers if hasattr(layer, "kernel_size")), 0)
    en, zh = (", ".join(pair[i] for pair in words).format(window) for i in range(2))
    return T(f"{en}: logits", f"{zh}：logits") if last else T(en, zh.replace(", ", "，"))


def _window(layer: nn.Module) -> int:
    size = layer.kernel_size
    return size if isinstance(size, int) else size[0]


def is_convolutional(model: Network) -> bool:
    """Say whether a network has feature maps to look at."""
    return any(isinstance(layer, nn.Conv2d) for layers in model.stages().values() for layer in layers)


def layout(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return (rows, columns) in which a stage's maps of shape (C, H, W), or its numbers (N,), are laid out."""
    count = shape[0]
    if len(shape) == 1:
        rows = LINES if count % LINES == 0 else 1
        return rows, count // rows
    columns = count if count <= 6 else MOST_ABREAST
    return -(-count // columns), columns


def size(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return the (width, height) in pixels of what `sheet` makes of a stage of that shape."""
    rows, columns = layout(shape)
    if len(shape) == 1:
        return columns, rows
    return columns * (shape[2] + 1) - 1, rows * (shape[1] + 1) - 1


def sheet(values: np.ndarray) -> Image.Image:
    """Lay a stage's maps (C, H, W), or its numbers (N,), side by side; the lightest is the largest of the stage."""
    values = values - min(0.0, float(values.min()))
    pixels = np.round(255 * values / max(float(values.max()), 1e-9)).astype(np.uint8)
    rows, columns = layout(values.shape)
    if values.ndim == 1:
        return Image.fromarray(pixels.reshape(rows, columns))
    _, height, width = values.shape
    canvas = np.zeros((*size(values.shape)[::-1], 2), np.uint8)  # a transparent pixel apart
    for i, picture in enumerate(pixels):
        top, left = i // columns * (height + 1), i % columns * (width + 1)
        canvas[top : top + height, left : left + width, 0] = picture
        canvas[top : top + height, left : left + width, 1] = 255
    return Image.fromarray(canvas, "LA")
