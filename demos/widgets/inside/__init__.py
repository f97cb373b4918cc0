"""A look inside, under the pad: LeNet-5's feature maps, softmax regression's evidence, and how far a digit may be changed.

`look` computes one of LOOKS as JSON, `html` is the panel that inside.js fills.
"""

import copy
from collections.abc import Iterator
from html import escape
from pathlib import Path
from string import Template

import numpy as np
import torch
from PIL import Image

from demos.frame import figures, shelf
from demos.frame.language import T
from demos.widgets import thumbnails
from zoo import data
from zoo.classifier import Classifier
from zoo.lab import convolution, drawing

_FOLDER = Path(__file__).parent
CSS = (_FOLDER / "inside.css").read_text(encoding="utf-8")
JS = (_FOLDER / "inside.js").read_text(encoding="utf-8")

_COLUMNS = {"conv1": 6, "pool1": 6, "conv2": 8, "pool2": 8}  # of maps side by side
_VECTORS = {"fc1": (4, 30), "fc2": (4, 21), "fc3": (1, 10)}  # how a layer of numbers is laid out
_LAYERS = {
    "image": T("The picture", "输入图片"),
    "conv1": T("Convolution 1, ReLU", "卷积 1，ReLU"),
    "pool1": T("Average pooling 1", "平均池化 1"),
    "conv2": T("Convolution 2, ReLU", "卷积 2，ReLU"),
    "pool2": T("Average pooling 2", "平均池化 2"),
    "fc1": T("Fully connected 1", "全连接 1"),
    "fc2": T("Fully connected 2", "全连接 2"),
    "fc3": T("Logits", "logits"),
}
_CHANGES = {
    "turn": (T("Turn", "旋转"), "°"),
    "shift": (T("Shift", "平移"), " px"),
    "thicken": (T("Thicken", "加粗"), " px"),
}
_WORDS = {
    "head": T("A look inside", "看看内部"),
    "maps_head": T("Feature maps", "特征图"),
    "maps_help": T(
        "What each layer of LeNet-5 makes of your digit, while you draw: the lighter, the more excited.",
        "你一边写，LeNet-5 的每一层一边处理：越亮表示响应越强。",
    ),
    "evidence_head": T("Evidence", "证据"),
    "evidence_help": T(
        "Softmax regression adds up pixels: orange ink speaks for a digit, blue ink against it. The sum is its score.",
        "softmax 回归把像素加起来：橙色笔迹支持该数字，蓝色笔迹反对。总和就是得分。",
    ),
    "changes_head": T("Turn, shift, thicken", "旋转、平移、加粗"),
    "changes_help": T(
        "What if your digit reached the networks turned, shifted or thickened? Each line is a model's confidence that it is a "
        '<b class="subject">–</b>.',
        '如果送入网络的数字被旋转、平移或加粗，会怎样？每条线是一个模型认为它是 <b class="subject">–</b> 的置信度。',
    ),
    "range_caption": T("How far it is still read the same", "在多大范围内识别结果不变"),
    "wrong_head": T("Wrong? Say the right digit", "错了？告诉我正确的数字"),
    "wrong_help": T(
        "Say which digit it is, and see what every model thought of it. Your digits stay in this browser; nothing is sent.",
        "选择它是哪个数字，看看每个模型怎么想。你的数字只保存在这个浏览器里，不会发送。",
    ),
    "model_head": T("Model", "模型"),
    "said_head": T("Said", "回答"),
    "share_head": T("Confidence in the right one", "对正确数字的置信度"),
    "kept_head": T("Your digits: read rightly", "你的数字：识别正确的次数"),
    "forget": T("Forget them", "全部删除"),
}


def html() -> str:
    """Return the panel for the models of MNIST."""
    models = shelf.of_dataset("mnist")
    titles = {name: shelf.title(model.config) + _notes(model.config) for name, model in models.items()}
    cells = "<td></td>" * len(_CHANGES)
    return Template((_FOLDER / "inside.html").read_text(encoding="utf-8")).substitute(
        _WORDS,
        stages="".join(_stage(layer) for layer in convolution.lenet5_layers()),
        scores="".join(
            f'<figure><img alt=""><figcaption><b>{i}</b> <span></span></figcaption></figure>' for i in range(10)
        ),
        legend=figures.legend(*((figures.COLOURS[i], title) for i, title in enumerate(titles.values()))),
        dials="".join(_dials(len(models))),
        range_heads="".join(f'<th scope="col">{name}</th>' for name, _ in _CHANGES.values()),
        ranges="".join(f'<tr data-model="{name}"><td>{title}</td>{cells}</tr>' for name, title in titles.items()),
        buttons="".join(f'<button type="button" aria-pressed="false">{i}</button>' for i in range(10)),
        verdicts="".join(
            f'<tr data-model="{name}"><td>{title}</td><td></td><td></td></tr>' for name, title in titles.items()
        ),
    )


def _notes(config: dict) -> str:
    return " (notes)" if shelf.is_notes(config) else ""


def _stage(layer: convolution.Layer) -> str:
    name = escape(layer.name)
    shape = " × ".join(map(str, layer.shape))
    caption = f"<figcaption>{_LAYERS[layer.name]} <span>{shape}</span></figcaption>"
    names = "".join(f"<span>{i}</span>" for i in range(10))
    below = f'<div class="names">{names}</div>' if layer.name == "fc3" else ""
    return f'<figure class="{name}">{caption}<img alt="">{below}</figure>'


def _dials(lines: int) -> Iterator[str]:
    """Yield a chart for each change, without its lines, with a slider for the amount and the picture so changed."""
    for change, (name, unit) in _CHANGES.items():
        amounts = drawing.CHANGES[change]
        panel, axes = figures.panel((amounts[0], amounts[-1]), (0, 1), size=(360, 220))
        blank = [(figures.COLOURS[i], np.empty((0, 2))) for i in range(lines)]
        chart = figures.svg(panel, name, caption=name, extra=figures.paths(axes, blank))
        last = len(amounts) - 1
        data = f'data-change="{change}" data-unit="{unit}" data-amounts="{",".join(map(str, amounts))}"'
        slider = f'<input type="range" min="0" max="{last}" value="{last // 2}" aria-label="{name}"><output></output>'
        picture = '<span class="frame"><img alt=""></span>'
        yield f'<div class="dial" {data}>{chart}<div class="amount">{picture}{slider}</div></div>'


def look(kind: object, image: np.ndarray) -> dict:
    """Return what there is to see of a prepared image uint8 (28, 28); nothing for a kind that is not in LOOKS."""
    return LOOKS[kind](image) if isinstance(kind, str) and kind in LOOKS else {}


def _maps(image: np.ndarray) -> dict:
    """Return {"stages": [source of a picture, a layer each]}; nothing without a LeNet-5."""
    model = _first("lenet5")
    if model is None:
        return {}
    x = data.normalize(torch.tensor(image)[None], **model.config["preprocessing"])
    maps = convolution.lenet5_maps(copy.deepcopy(model.model), x)  # it hooks into the model, which other threads use
    return {"stages": [thumbnails.source(_sheet(name, values)) for name, values in maps.items()]}


def _sheet(name: str, values: np.ndarray) -> Image.Image:
    """Lay a layer's maps (C, H, W), or its numbers (N,), side by side; the lightest is the largest of the layer."""
    values = values - min(0.0, float(values.min()))
    pixels = np.round(255 * values / max(float(values.max()), 1e-9)).astype(np.uint8)
    if name in _VECTORS:
        return Image.fromarray(pixels.reshape(_VECTORS[name]))
    return _side_by_side(pixels, _COLUMNS.get(name, 1))


def _side_by_side(pictures: np.ndarray, columns: int) -> Image.Image:
    """Return uint8 pictures (N, H, W) in rows of that many, a transparent pixel apart."""
    count, height, width = pictures.shape
    sheet = np.zeros((-(-count // columns) * (height + 1) - 1, columns * (width + 1) - 1, 2), np.uint8)
    for i, picture in enumerate(pictures):
        top, left = i // columns * (height + 1), i % columns * (width + 1)
        sheet[top : top + height, left : left + width, 0] = picture
        sheet[top : top + height, left : left + width, 1] = 255
    return Image.fromarray(sheet, "LA")


def _evidence(image: np.ndarray) -> dict:
    """Return {"scores": [{"src", "score"}, one a digit]}; nothing without a softmax regression."""
    model = _first("softmax")
    if model is None:
        return {}
    pixels, before = drawing.evidence(model.model, image, **model.config["preprocessing"])
    # Square roots, so that the many weak pixels are seen beside the few strong ones.
    shades = np.sign(pixels) * np.sqrt(np.abs(pixels) / max(float(np.abs(pixels).max()), 1e-9))
    scores = pixels.sum((1, 2)) + before
    return {
        "scores": [
            {"src": thumbnails.source(thumbnails.signed(shade)), "score": float(score)}
            for shade, score in zip(shades, scores)
        ]
    }


def _changes(image: np.ndarray) -> dict:
    """Return {"shares": {change: {model: probabilities, 10 an amount}}, "strips": {change: source of all pictures}}."""
    shares: dict[str, dict[str, list]] = {}
    strips = {}
    for change, amounts in drawing.CHANGES.items():
        pictures = drawing.changed(image, change, amounts)
        shares[change] = {
            name: np.round(model.probabilities(pictures).numpy().astype(float), 3).tolist()
            for name, model in shelf.of_dataset("mnist").items()
        }
        strips[change] = thumbnails.source(Image.fromarray(np.concatenate(pictures, axis=1)))
    return {"shares": shares, "strips": strips}


def _first(architecture: str) -> Classifier | None:
    return next((m for m in shelf.of_dataset("mnist").values() if m.config["architecture"] == architecture), None)


LOOKS = {"maps": _maps, "evidence": _evidence, "changes": _changes}
