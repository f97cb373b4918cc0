"""A look inside, under the pad: the network as a picture, softmax regression's evidence, and how far a digit may be changed.

`look` computes one of LOOKS as JSON, `html` is the panel that inside.js fills.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from string import Template

import numpy as np
import torch
from PIL import Image

from demos.frame import figures, shelf, stages
from demos.frame.html import escape
from demos.frame.language import T
from demos.widgets import picture, thumbnails, tuning
from zoo import architectures, data
from zoo.classifier import Classifier
from zoo.config import Config
from zoo.lab import drawing
from zoo.models import Network, SoftmaxRegression

_FOLDER = Path(__file__).parent
CSS = (_FOLDER / "inside.css").read_text(encoding="utf-8") + picture.CSS

DATASET = "mnist"
_CHANGES = {
    "turn": (T("Turn", "旋转"), "°"),
    "shift": (T("Shift", "平移"), " px"),
    "thicken": (T("Thicken", "加粗"), " px"),
}
_WORDS = {
    "head": T("A look inside", "看看内部"),
    "maps_head": T("The network", "整个网络"),
    "evidence_head": T("Evidence", "证据"),
    "evidence_help": T(
        "Softmax regression adds up pixels: orange ink speaks for a digit, blue ink against it. The sum, and a "
        "bias that no drawing changes, is its score.",
        "softmax 回归把像素加起来：橙色笔迹支持该数字，蓝色笔迹反对。总和再加上与笔迹无关的偏置，就是得分。",
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
    models = shelf.of_dataset(DATASET)
    titles = {escape(name): shelf.title(model.config) + _notes(model.config) for name, model in models.items()}
    cells = "<td></td>" * len(_CHANGES)
    return Template((_FOLDER / "inside.html").read_text(encoding="utf-8")).substitute(
        _WORDS,
        picture=picture.page(DATASET),
        scores="".join(
            f'<figure><canvas width="28" height="28"></canvas><figcaption><b>{i}</b> <span></span></figcaption></figure>'
            for i in range(10)
        ),
        legend=figures.legend(*((figures.COLOURS[i], title) for i, title in enumerate(titles.values()))),
        dials="".join(_dials(len(models))),
        range_heads="".join(f'<th scope="col">{name}</th>' for name, _ in _CHANGES.values()),
        ranges="".join(f'<tr data-model="{name}"><td>{title}</td>{cells}</tr>' for name, title in titles.items()),
        buttons="".join(f'<button type="button" aria-pressed="false">{i}</button>' for i in range(10)),
        tuning=tuning.html(),
        verdicts="".join(
            f'<tr data-model="{name}"><td>{title}</td><td></td><td></td></tr>' for name, title in titles.items()
        ),
    )


def _notes(config: Config) -> str:
    return T(" (notes)", "（笔记）") if config.repeats_notes else ""


def _dials(lines: int) -> Iterator[str]:
    """Yield a chart for each change, without its lines, with a slider for the amount and the picture so changed."""
    for change, (name, unit) in _CHANGES.items():
        amounts = drawing.CHANGES[change]
        axes = figures.panel((amounts[0], amounts[-1]), (0, 1), size=(360, 220))
        blank = [(figures.COLOURS[i], np.empty((0, 2))) for i in range(lines)]
        chart = figures.svg(axes, name, caption=name, extra=figures.paths(axes, blank))
        last = len(amounts) - 1
        data = f'data-change="{change}" data-unit="{unit}" data-amounts="{",".join(map(str, amounts))}"'
        slider = f'<input type="range" min="0" max="{last}" value="{last // 2}" aria-label="{name}"><output></output>'
        picture = '<span class="frame"><canvas></canvas></span>'
        yield f'<div class="dial" {data}>{chart}<div class="amount">{picture}{slider}</div></div>'


def look(kind: object, image: np.ndarray) -> dict:
    """Return what there is to see of a prepared image uint8 (28, 28); nothing for a kind that is not in LOOKS."""
    return LOOKS[kind](image) if isinstance(kind, str) and kind in LOOKS else {}


def maps(image: np.ndarray) -> list[str]:
    """Return the sources of pictures, one a stage, of what a convolutional network makes of an image; none without one."""
    model = _convolutional()
    if model is None:
        return []
    pixels = model.config.preprocessing
    made = architectures.feature_maps(model.model, data.normalize(torch.tensor(image)[None], pixels.mean, pixels.std))
    return [thumbnails.source(stages.sheet(values[0].numpy())) for values in made.values()]


def _evidence(image: np.ndarray) -> dict:
    """Return {"scores": [{"src", "score"}, one a digit]}; nothing without a softmax regression."""
    model = _best(lambda network: isinstance(network, SoftmaxRegression))
    if model is None:
        return {}
    normal = model.config.preprocessing
    pixels, before = drawing.evidence(model.model, image, mean=normal.mean, std=normal.std)
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
            for name, model in shelf.of_dataset(DATASET).items()
        }
        strips[change] = thumbnails.source(Image.fromarray(np.concatenate(pictures, axis=1)))
    return {"shares": shares, "strips": strips}


def _convolutional() -> Classifier | None:
    return _best(stages.is_convolutional)


def _best(condition: Callable[[Network], bool]) -> Classifier | None:
    """Return the first model of the shelf whose network is of a kind."""
    return next((model for model in shelf.of_dataset(DATASET).values() if condition(model.model)), None)


LOOKS = {"evidence": _evidence, "changes": _changes}
