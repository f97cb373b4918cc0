"""What there is to know about one model, as HTML: its facts, curves, confusions, weights, mistakes and files.

Everything comes from its folder, and the mistakes from the data set where it is present.
"""

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import torch
from PIL import Image

from demos.frame import figures, shelf, static
from demos.frame.language import T
from demos.widgets import thumbnails
from zoo import card, data, registry
from zoo.classifier import Classifier
from zoo.config import Config, Training

MOST_UNITS = 48  # of a first layer that are shown
WORST = 20  # mistakes that are shown

_TRAIN, _WATCHED = figures.COLOURS[0], figures.COLOURS[1]


def sheet(model: Classifier) -> str:
    """Return all that is known without the data set."""
    config = model.config
    return (
        f'<div class="sheet"><h2>{shelf.title(config)} · {config.data.title}</h2>'
        f'<p class="name"><code>{config.name}</code> <a href="?model={config.name}">{_PERMALINK}</a></p>'
        f"{_section(T('Facts', '基本信息'), _facts(config))}"
        f"{_section(T('Training', '训练过程'), _curves(config), 'wide')}"
        f"{_section(T('Accuracy by class', '各类别准确率'), _per_class(config))}"
        f"{_section(T('Which labels it confuses', '混淆矩阵'), _confusion(config), 'wide')}"
        f"{_section(T('First layer', '第一层权重'), _first_layer(model), 'full')}"
        f"{_section(T('Files', '文件'), _files(config), 'full')}</div>"
    )


_PERMALINK = T("link to this model", "此模型的链接")


def _section(heading: str, body: str, kind: str = "") -> str:
    return f'<section class="{kind}"><h3>{heading}</h3>{body}</section>'


def _facts(config: Config) -> str:
    metrics, recipe, seconds = config.metrics, config.recipe, config.seconds
    seeds = len(metrics.seeds)
    origin = T("our recipe", "我们的配方")
    if config.repeats_notes:
        origin = T(f"the notes' recipe ({recipe.origin})", f"学习笔记的配方（{recipe.origin}）")
    images = T("55,000 images, 5,000 kept aside", "55,000 张图片，另留 5,000 张验证")
    if recipe.train_on == "all":
        images = T("all 60,000 images", "全部 60,000 张图片")
    rows = [
        (T("Test accuracy of these weights", "此权重的测试准确率"), f"<b>{metrics.test_accuracy:.2%}</b>"),
        (T(f"Mean ± deviation, {seeds} seeds", f"{seeds} 个种子的均值 ± 标准差"), card.spread(config)),
        (T("Calibration error", "校准误差"), f"{metrics.test_calibration_error:.4f}"),
        (T("Parameters", "参数量"), f"{config.parameters:,}"),
        (T("Recipe", "配方"), f"{origin}: {T(*card.recipe_line(config))}"),
        (T("Trained on", "训练数据"), images),
        (
            T("Training time", "训练用时"),
            T(f"{seconds:.0f} s on {_device(config.training)}", f"{seconds:.0f} 秒，{_device(config.training)}"),
        ),
        (
            T("Date, versions", "日期与版本"),
            f"{config.date}, {', '.join(f'{k} {v}' for k, v in config.versions.items())}",
        ),
    ]
    if seeds < 2:
        del rows[1]
    return f"<dl>{''.join(f'<dt>{term}</dt><dd>{text}</dd>' for term, text in rows)}</dl>"


def _device(training: Training) -> str:
    threads = training.threads
    return T(f"{threads} CPU threads", f"{threads} 个 CPU 线程") if training.device == "cpu" else training.device


def _curves(config: Config) -> str:
    """Return the loss and the accuracies by epoch, and their last values in words."""
    history, watched = config.history, config.watched
    name = T("validation", "验证集") if config.recipe.watched_split == "validation" else T("test", "测试集")
    lowest = min(min(each["train_accuracy"], each[watched]) for each in history)
    highest = max(each["train_loss"] for each in history)
    loss = _curve(history, (0, float(np.ceil(5 * highest) / 5)), {"train_loss": _TRAIN})
    accuracy = _curve(history, (np.floor(10 * lowest) / 10, 1), {"train_accuracy": _TRAIN, watched: _WATCHED})
    last = history[-1]
    found = f"{last['train_loss']:.4f}", f"{last['train_accuracy']:.2%}", f"{last[watched]:.2%}"
    words = T(
        "After {} epochs: training loss {}, training accuracy {}, {} accuracy {}.",
        "{} 轮之后：训练损失 {}，训练准确率 {}，{}准确率 {}。",
    ).format(*2 * (len(history), *found[:2], name, found[2]))
    return (
        figures.row(
            figures.svg(loss, T("Training loss by epoch", "每轮的训练损失"), caption=T("Loss", "损失")),
            figures.svg(accuracy, T("Accuracies by epoch", "每轮的准确率"), caption=T("Accuracy", "准确率")),
        )
        + figures.legend((_TRAIN, T("training", "训练集")), (_WATCHED, name))
        + f'<p class="summary">{words}</p>'
    )


def _curve(history: Sequence[Mapping[str, float]], limits: tuple[float, float], lines: dict[str, str]) -> figures.Panel:
    """Return a panel of the named records by epoch, each in its colour."""
    epochs = [each["epoch"] for each in history]
    axes = figures.panel((0, max(epochs) + 1), limits, whole="x")
    for key, colour in lines.items():
        axes.plot(epochs, [each[key] for each in history], "o-", color=colour, markersize=5)
    return axes


def _kind(config: Config) -> str:
    return "words" if max(map(len, config.labels)) > 1 else ""


def _per_class(config: Config) -> str:
    """Return a bar for each class; they start at a round share, so that small differences are seen."""
    shares = config.metrics.per_class_accuracy
    start = np.floor(10 * min(shares)) / 10
    rows = "".join(
        f'<li><span>{shelf.label_text(config, label)}</span><i style="--share:{(share - start) / (1 - start):.3f}"></i>'
        f"<b>{share:.1%}</b></li>"
        for label, share in zip(config.labels, shares)
    )
    aside = T(f"Bars start at {start:.0%}.", f"条形从 {start:.0%} 开始。")
    return f'<ol class="classes {_kind(config)}">{rows}</ol><p class="aside">{aside}</p>'


def _confusion(config: Config) -> str:
    """Return the confusion matrix of the test set: a row for each true label, a column for each answer."""
    counts = np.array(config.metrics.confusion)
    worst = max(1, int((counts * ~np.eye(len(counts), dtype=bool)).max()))
    names = [shelf.label_text(config, label) for label in config.labels]
    head = "".join(f'<th scope="col"><span>{name}</span></th>' for name in names)
    rows = "".join(
        f'<tr><th scope="row">{name}</th>{"".join(_count(count, i == j, worst) for j, count in enumerate(row))}</tr>'
        for i, (name, row) in enumerate(zip(names, counts.tolist()))
    )
    caption = T(
        "Rows: true label. Columns: answer. 10,000 test images.", "行：真实标签；列：回答。共 10,000 张测试图片。"
    )
    return (
        f'<div class="scroll"><table class="confusion {_kind(config)}"><caption>{caption}</caption>'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _count(count: int, right: bool, worst: int) -> str:
    if right:
        return f'<td class="right">{count}</td>'
    return f'<td style="--share:{count / worst:.2f}">{count or ""}</td>'


def _first_layer(model: Classifier) -> str:
    """Return the weights of the first layer as pictures: what each class or unit looks for."""
    weights = next(model.model.parameters()).detach()
    count, kernels, classes = len(weights), weights.dim() == 4, len(weights) == len(model.labels)
    tiles = weights.reshape(count, *((5, 5) if kernels else (28, 28))).numpy()
    order = range(count) if count <= MOST_UNITS else np.argsort(-np.abs(tiles).sum((1, 2)), kind="stable")[:MOST_UNITS]
    pictures = "".join(
        _tile(tiles[i], shelf.label_text(model.config, model.labels[i]) if classes else "") for i in order
    )
    if classes:
        words = T(
            "The template of each class: what is light where it is orange speaks for the class, where it is blue against.",
            "每个类别的模板：橙色处明亮则支持该类，蓝色处明亮则反对。",
        )
    elif kernels:
        words = T(
            f"The {count} kernels of 5 × 5 that slide over the picture; orange adds, blue subtracts.",
            f"在图片上滑动的 {count} 个 5 × 5 卷积核；橙色为正，蓝色为负。",
        )
    else:
        words = T(
            f"What {MOST_UNITS} of the {count} hidden units look for, those of the largest weights; orange adds, blue subtracts.",
            f"{count} 个隐藏单元里权重最大的 {MOST_UNITS} 个在寻找什么；橙色为正，蓝色为负。",
        )
    return f'<p class="aside">{words}</p><div class="tiles {"large" if count <= 10 else ""}">{pictures}</div>'


def _tile(weights: np.ndarray, name: str) -> str:
    """Return a unit's weights (h, w) as a picture: the sign is the colour, the size its strength."""
    picture = thumbnails.signed(weights / max(float(np.abs(weights).max()), 1e-12))
    caption = f"<figcaption>{name}</figcaption>" if name else ""
    return f'<figure><img src="{thumbnails.source(picture)}" alt="{name}">{caption}</figure>'


def _files(config: Config) -> str:
    folder = registry.find(config.name)
    rows = "".join(
        f'<li><a href="{static.model(config.name)}/{name}" download>{name}</a>'
        f"<span>{(folder / name).stat().st_size / 1000:,.0f} kB</span></li>"
        for name in registry.FILES
        if (folder / name).is_file()
    )
    digest = config.sha256[registry.WEIGHTS]
    return f'<ul class="files">{rows}</ul><p class="aside">sha256 of {registry.WEIGHTS}: <code>{digest}</code></p>'


def snippets(config: Config) -> tuple[str, str]:
    """Return Python that uses the model: with `zoo`, and with torch and safetensors alone."""
    return card.zoo_snippet(config), card.plain_snippet(config)


@cache
def mistakes(name: str) -> str:
    """Return the test images on which a model was most sure of a wrong answer. Needs the data set."""
    model = shelf.models()[0][name]
    images, labels = data.load(model.config.dataset, "test")
    probabilities = torch.cat([model.probabilities(batch) for batch in images.split(1000)])
    sure, answers = probabilities.max(dim=1)
    wrong = (answers != labels).nonzero().flatten()
    worst = wrong[sure[wrong].argsort(descending=True, stable=True)][:WORST].tolist()
    names = [shelf.label_text(model.config, label) for label in model.labels]
    pictures = "".join(
        f'<figure><img class="grey" src="{thumbnails.source(Image.fromarray(images[i].numpy()))}" alt="">'
        f"<figcaption>{names[labels[i]]} → <b>{names[answers[i]]}</b> {sure[i]:.0%}</figcaption></figure>"
        for i in worst
    )
    words = T(
        f"{len(wrong)} of 10,000 test images are wrong. The {len(worst)} of which it was most sure: true label → answer.",
        f"10,000 张测试图片中错了 {len(wrong)} 张。下面是它最有把握却答错的 {len(worst)} 张：真实标签 → 回答。",
    )
    body = f'<p class="aside">{words}</p><div class="tiles large">{pictures}</div>'
    return f'<div class="sheet">{_section(T("Worst mistakes", "最严重的错误"), body, "full")}</div>'
