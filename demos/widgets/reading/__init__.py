"""What the networks read from a picture: ranked confidences, the picture on its way to 28 x 28, every model beside it.

`read` computes it as JSON, `html` is the panel, and reading.js fills the panel in place, many times a second.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from string import Template

import numpy as np
from PIL import Image

from demos.frame import html as markup
from demos.frame import navigation, shelf
from demos.frame.html import Html
from demos.frame.language import T
from demos.widgets import reasons, thumbnails
from zoo import datasets
from zoo.classifier import Classifier
from zoo.config import Config
from zoo.pictures.form import Steps
from zoo.pictures.opening import Picture

_FOLDER = Path(__file__).parent
CSS = (_FOLDER / "reading.css").read_text(encoding="utf-8") + reasons.CSS

TRAIN = "<code>python -m zoo train --all</code>"

_STEP = "<li><div><canvas></canvas></div><span>{}</span></li>"
_STEP_SIDE = 140  # pixels at which a step is sent; a smaller one is enlarged in the page, pixel by pixel

_WORDS = {
    "verdict": T("Answer", "结果"),
    "confidences": T("Confidences", "置信度"),
    "unsure": T("not sure", "没有把握"),
    "why": T("Why?", "为什么？"),
    "strange": T("Unlike anything this model was trained on.", "与这个模型的训练图片都不像。"),
    "steps_head": T("What the network sees", "网络看到了什么"),
    "models_head": T("All models on the same picture", "所有模型看同一张图"),
    "models_help": markup.both(
        markup.html(
            "Choose one to see its confidences above. <em>notes</em> marks a recipe kept as the {} give it.",
            navigation.notes("study notes"),
        ),
        markup.html(
            "选择一个模型，上方会显示它的置信度。标有<em>笔记</em>的模型完全按照{}的配方训练。",
            navigation.notes("学习笔记"),
        ),
    ),
    "model_head": T("Model", "模型"),
    "reads_head": T("Answer", "回答"),
    "sure_head": T("Confidence", "置信度"),
    "parameters_head": T("Parameters", "参数量"),
    "parameters_unit": T("parameters", "个参数"),
    "ms_head": T("Time, ms", "用时，毫秒"),
    "accuracy_head": T("Test accuracy", "测试准确率"),
}


def html(dataset: str, *, blank: str) -> str:
    """Return the panel for the models of `dataset`, of which there is at least one.

    It shows `blank` until there is something to read.
    """
    models = shelf.of_dataset(dataset)
    default, first = next(iter(models.items()))
    return Template((_FOLDER / "reading.html").read_text(encoding="utf-8")).substitute(
        _WORDS,
        model=markup.escape(default),
        kind="words" if max(map(len, first.labels)) > 1 else "",
        blank=blank,
        classes="".join(_class_row(first.config, label) for label in first.labels),
        steps=markup.join(markup.html(_STEP, name) for name in _stages(dataset).values()),
        reasons=reasons.panel(dataset, models.values()),
        rows="".join(_model_row(name, model) for name, model in models.items()),
    )


def _stages(dataset: str) -> dict[str, str]:
    return {name: T(*text) for name, text in datasets.find(dataset).stages.items()}


def no_models(dataset: str) -> str:
    """Return what stands in place of the panel where `weights/` holds no model of `dataset`."""
    title = datasets.find(dataset).title
    text = T(f"There is no model for {title} here yet. Train them: ", f"这里还没有 {title} 的模型。请先训练：")
    return markup.html('<p class="about">{}{}</p>', text, Html(TRAIN))


def read(picture: Picture, dataset: str) -> tuple[np.ndarray, dict]:
    """Return the prepared picture, uint8 (28, 28), and what every model of `dataset` reads from it, as JSON for reading.js.

    {"models": {name: {"probabilities": [10 floats], "ms": float, "familiar": bool, "strangeness": float}},
    "steps": [{"name", "src", "small"}]}.
    Raises ValueError where there is nothing to read: "no ink found".
    """
    (answer,) = read_all([picture], dataset)
    if isinstance(answer, ValueError):
        raise answer
    return answer


def read_all(pictures: Sequence[Picture], dataset: str) -> list[tuple[np.ndarray, dict] | ValueError]:
    """Return what `read` does of each picture, or the ValueError; the networks see all pictures at once."""
    steps = [_prepared(picture, dataset) for picture in pictures]
    ready = [each for each in steps if not isinstance(each, ValueError)]
    if not ready:
        return [each for each in steps if isinstance(each, ValueError)]
    models = {
        name: _readings(model, [model.views(each) for each in ready])
        for name, model in shelf.of_dataset(dataset).items()
    }
    names = _stages(dataset)
    answers = iter(
        {
            "models": {name: readings[i] for name, readings in models.items()},
            "steps": [
                {"name": names[name], "src": _shown(pixels), "small": len(pixels) == 28} for name, pixels in each
            ],
        }
        for i, each in enumerate(ready)
    )
    return [each if isinstance(each, ValueError) else (each[-1][1], next(answers)) for each in steps]


def _prepared(picture: Picture, dataset: str) -> Steps | ValueError:
    try:
        return datasets.find(dataset).prepare(picture)
    except ValueError as error:
        return error


def _readings(model: Classifier, seen: list[np.ndarray]) -> list[dict]:
    """Return what a model reads from each picture's views uint8 (K, 28, 28); "ms" is a picture's share of the time."""
    start = time.perf_counter()
    read = model.read_all(np.concatenate(seen), [len(views) for views in seen])
    ms = 1000 * (time.perf_counter() - start) / len(seen)
    return [
        {"probabilities": row, "ms": ms, "familiar": known, "strangeness": strange}
        for row, known, strange in zip(*(each.tolist() for each in read), strict=True)
    ]


def _shown(pixels: np.ndarray) -> str:
    """Return uint8 (H, W) or (H, W, 3) pixels as a small picture's data URL."""
    image = Image.fromarray(pixels)
    image.thumbnail((_STEP_SIDE, _STEP_SIDE), Image.Resampling.BILINEAR, reducing_gap=1.0)
    return thumbnails.source(image)


def _class_row(config: Config, label: str) -> Html:
    row = '<li><span class="class">{}</span><span class="bar"><i></i></span><span class="percent"></span></li>'
    return markup.html(row, shelf.label_text(config, label))


def _model_row(name: str, model: Classifier) -> Html:
    config = model.config
    return markup.html(
        '<tr data-model="{name}"><th scope="row"><label><input type="radio" name="read-by">'
        '<span class="title">{title}</span>{notes}</label><a href="models?model={name}">{name}</a></th>'
        '<td class="reads">–</td><td class="share"><span class="bar"><i></i></span><span class="percent"></span></td>'
        '<td class="parameters" data-unit="{unit}">{parameters:,}</td>'
        '<td class="ms" data-unit="ms">–</td><td class="accuracy">{accuracy:.2%}</td></tr>',
        name=name,
        title=shelf.title(config),
        notes=markup.html("<em>{}</em>", T("notes", "笔记")) if config.repeats_notes else "",
        unit=_WORDS["parameters_unit"],
        parameters=config.parameters,
        accuracy=config.metrics.test_accuracy_mean,
    )
