"""What there is to know about one model, as HTML: its facts, curves, confusions, weights, mistakes and files.

Everything comes from its folder, and the mistakes from the data set where it is present.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from urllib.parse import quote

import numpy as np
from PIL import Image

from demos.frame import figures, navigation, shelf, static
from demos.frame.html import Html, html, join
from demos.frame.language import T
from demos.widgets import confusion, thumbnails
from demos.widgets.model_sheet import sureness
from zoo import card, data, datasets, registry
from zoo.classifier import Classifier
from zoo.config import Config, Training

MOST_UNITS = 48  # of a first layer that are shown
WORST = 20  # mistakes that are shown

_TRAIN, _WATCHED = figures.COLOURS[0], figures.COLOURS[1]


def sheet(model: Classifier) -> Html:
    """Return all that is known without the data set."""
    config = model.config
    sections = [
        _section(T("Facts", "基本信息"), _facts(config)),
        _section(T("Training", "训练过程"), _curves(config), "wide"),
        _section(T("Accuracy by class", "各类别准确率"), _per_class(config)),
        _section(T("Which labels it confuses", "混淆矩阵"), confusion.table(config), "wide"),
        *(_section(*each) for each in sureness.sections(config)),
        _section(T("First layer", "第一层权重"), _first_layer(model), "full"),
        _section(T("Files", "文件"), _files(config), "full"),
    ]
    return html(
        '<div class="sheet"><h2>{title} · {data}</h2>'
        '<p class="name"><code>{name}</code> <a href="?model={link}">{permalink}</a></p>{sections}</div>',
        title=shelf.title(config),
        data=config.data.title,
        name=config.name,
        link=quote(config.name),
        permalink=_PERMALINK,
        sections=join(sections),
    )


_PERMALINK = T("link to this model", "此模型的链接")


def _section(heading: str, body: Html, kind: str = "") -> Html:
    return html('<section class="{}"><h3>{}</h3>{}</section>', kind, heading, body)


def _facts(config: Config) -> Html:
    metrics, recipe, seconds = config.metrics, config.recipe, config.seconds
    seeds = len(metrics.seeds)
    origin = T("our recipe", "我们的配方")
    if config.repeats_notes:
        told = T(f"the notes' recipe ({recipe.origin})", f"学习笔记的配方（{recipe.origin}）")
        origin = navigation.notes(told, recipe.origin)
    images = T("55,000 images, 5,000 kept aside", "55,000 张图片，另留 5,000 张验证")
    if recipe.train_on == "all":
        images = T("all 60,000 images", "全部 60,000 张图片")
    rows = [
        (T("Test accuracy of these weights", "此权重的测试准确率"), html("<b>{:.2%}</b>", metrics.test_accuracy)),
        (T(f"Mean ± deviation, {seeds} seeds", f"{seeds} 个种子的均值 ± 标准差"), card.spread(config)),
        (T("Calibration error", "校准误差"), f"{metrics.test_calibration_error:.4f}"),
        *_training_labels(config),
        (T("Parameters", "参数量"), f"{config.parameters:,}"),
        (T("Recipe", "配方"), html("{}{}{}", origin, T(": ", "："), T(*card.recipe_line(config)))),
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
    return html("<dl>{}</dl>", join(html("<dt>{}</dt><dd>{}</dd>", term, text) for term, text in rows))


def _training_labels(config: Config) -> list[tuple[str, str]]:
    """Return how many labels of the training images are read rightly, where that was recorded."""
    accuracy = config.metrics.train_accuracy
    return [] if accuracy is None else [(T("Training labels read rightly", "读对的训练标签"), f"{accuracy:.2%}")]


def _device(training: Training) -> str:
    threads = training.threads
    return T(f"{threads} CPU threads", f"{threads} 个 CPU 线程") if training.device == "cpu" else training.device


_LABELLED = T(
    "After {} epochs: training loss {}, training accuracy {}, {} accuracy {}.",
    "{} 轮之后：训练损失 {}，训练准确率 {}，{}准确率 {}。",
)
_TAUGHT = T(
    "After {} epochs: loss against the teacher's answers {}, training labels read rightly {}, {} accuracy {}.",
    "{} 轮之后：与教师回答之间的损失 {}，读对训练标签的比例 {}，{}准确率 {}。",
)
_DISTILLED = T(
    "After {} epochs: loss against the teacher's answers {}, agreement with them on the training images {}, {} accuracy {}.",
    "{} 轮之后：与教师回答之间的损失 {}，在训练图片上与教师一致的比例 {}，{}准确率 {}。",
)


def _curves(config: Config) -> Html:
    """Return the loss and the accuracies by epoch, and their last values in words."""
    history, watched = config.history, config.watched
    name = T("validation", "验证集") if config.recipe.watched_split == "validation" else T("test", "测试集")
    followed = config.followed
    lowest = min(min(each[followed], each[watched]) for each in history)
    highest = max(each["train_loss"] for each in history)
    loss = _curve(history, (0, float(np.ceil(5 * highest) / 5)), {"train_loss": _TRAIN})
    accuracy = _curve(history, (np.floor(10 * lowest) / 10, 1), {followed: _TRAIN, watched: _WATCHED})
    last = history[-1]
    found = f"{last['train_loss']:.4f}", f"{last[followed]:.2%}", f"{last[watched]:.2%}"
    agreed = followed == "train_agreement"
    words = (_DISTILLED if agreed else _TAUGHT if config.teacher else _LABELLED).format(
        *2 * (len(history), *found[:2], name, found[2])
    )
    drawn = figures.row(
        figures.svg(loss, T("Training loss by epoch", "每轮的训练损失"), caption=T("Loss", "损失")),
        figures.svg(accuracy, T("Accuracies by epoch", "每轮的准确率"), caption=T("Accuracy", "准确率")),
    )
    legend = figures.legend((_TRAIN, T("training", "训练集")), (_WATCHED, name))
    return html('{}{}<p class="summary">{}{}</p>', Html(drawn), Html(legend), words, _beside_the_test(config))


_WRITERS = T(
    "other people wrote the test digits, and the recipe was chosen by the images kept aside",
    "测试数字由另一批人书写，而且配方是按留出的图片选定的",
)
_CHOSEN = T("the recipe was chosen by the images kept aside", "配方是按留出的图片选定的")


def _beside_the_test(config: Config) -> str:
    """Say why the accuracy on the images kept aside is not the one on the test images; "" where none were kept aside."""
    if config.watched != "validation_accuracy":
        return ""
    aside, test = config.history[-1][config.watched], config.metrics.test_accuracy
    gap = 100 * abs(aside - test)
    # of the difference of two shares of independent images, twice its standard deviation
    chance = 200 * (test * (1 - test) * (1 / data.VALIDATION_SIZE + 1 / 10_000)) ** 0.5
    found = T(f" Of the test images it reads {test:.2%}: ", f"测试图片中它读对 {test:.2%}：")
    if gap <= chance:
        why = T(
            f"chance alone moves 5,000 and 10,000 images apart by up to {chance:.2f} points.",
            f"5000 张与 10,000 张图片之间，仅凭偶然就会相差至多 {chance:.2f} 个百分点。",
        )
    elif aside > test:
        reasons = _WRITERS if config.data is datasets.MNIST else _CHOSEN
        why = T(
            f"{gap:.2f} points less, where chance alone makes {chance:.2f}; {reasons}.",
            f"低 {gap:.2f} 个百分点，超出偶然所致的 {chance:.2f}；{reasons}。",
        )
    else:
        why = T(
            f"{gap:.2f} points more, where chance alone makes {chance:.2f}.",
            f"高 {gap:.2f} 个百分点，超出偶然所致的 {chance:.2f}。",
        )
    return found + why


def _curve(history: Sequence[Mapping[str, float]], limits: tuple[float, float], lines: dict[str, str]) -> figures.Panel:
    """Return a panel of the named records by epoch, each in its colour."""
    epochs = [each["epoch"] for each in history]
    axes = figures.panel((0, max(epochs) + 1), limits, whole="x")
    for key, colour in lines.items():
        axes.plot(epochs, [each[key] for each in history], "o-", color=colour, markersize=5)
    return axes


def _kind(config: Config) -> str:
    return "words" if max(map(len, config.labels)) > 1 else ""


def _per_class(config: Config) -> Html:
    """Return a bar for each class; they start at a round share, so that small differences are seen."""
    shares = config.metrics.per_class_accuracy
    start = np.floor(10 * min(shares)) / 10
    row = '<li><span>{}</span><i style="--share:{:.3f}"></i><b>{:.1%}</b></li>'
    rows = join(
        html(row, shelf.label_text(config, label), (share - start) / max(1 - start, 1e-9), share)
        for label, share in zip(config.labels, shares)
    )
    aside = T(f"Bars start at {start:.0%}.", f"条形从 {start:.0%} 开始。")
    return html('<ol class="classes {}">{}</ol><p class="aside">{}</p>', _kind(config), rows, aside)


def _first_layer(model: Classifier) -> Html:
    """Return the weights of the first layer as pictures: what each class or unit looks for."""
    weights = next(model.model.parameters()).detach()
    count, kernels, classes = len(weights), weights.dim() == 4, len(weights) == len(model.labels)
    tiles = weights.reshape(count, *((5, 5) if kernels else (28, 28))).numpy()
    order = range(count) if count <= MOST_UNITS else np.argsort(-np.abs(tiles).sum((1, 2)), kind="stable")[:MOST_UNITS]
    pictures = join(_tile(tiles[i], shelf.label_text(model.config, model.labels[i]) if classes else "") for i in order)
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
    kind = "large" if count <= 10 else ""
    return html('<p class="aside">{}</p><div class="tiles {}">{}</div>', words, kind, pictures)


def _tile(weights: np.ndarray, name: str) -> Html:
    """Return a unit's weights (h, w) as a picture: the sign is the colour, the size its strength."""
    picture = thumbnails.signed(weights / max(float(np.abs(weights).max()), 1e-12))
    caption = html("<figcaption>{}</figcaption>", name) if name else ""
    return html('<figure><img src="{}" alt="{}">{}</figure>', thumbnails.source(picture), name, caption)


def _files(config: Config) -> Html:
    folder = registry.find(config.name)
    address = static.model(config.name)
    row = '<li><a href="{}/{}" download>{}</a><span>{:,.0f} kB</span></li>'
    rows = join(
        html(row, address, name, name, (folder / name).stat().st_size / 1000)
        for name in registry.FILES
        if (folder / name).is_file()
    )
    digest = config.sha256[registry.WEIGHTS]
    line = '<ul class="files">{}</ul><p class="aside">sha256 of {}: <code>{}</code></p>'
    return html(line, rows, registry.WEIGHTS, digest)


def snippets(config: Config) -> tuple[str, str]:
    """Return Python that uses the model: with `zoo`, and with torch and safetensors alone."""
    return card.zoo_snippet(config), card.plain_snippet(config)


@cache
def mistakes(name: str) -> Html:
    """Return the test images on which a model was most sure of a wrong answer. Needs the data set."""
    model = shelf.models()[0][name]
    images = data.load(model.config.dataset, "test")[0]
    labels, top, shares = confusion.answers(name)
    answers, sure = top[:, 0], shares[:, 0]
    wrong = np.flatnonzero(answers != labels)
    worst = wrong[np.argsort(-sure[wrong], kind="stable")][:WORST].tolist()
    names = [shelf.label_text(model.config, label) for label in model.labels]
    figure = '<figure><img class="grey" src="{}" alt=""><figcaption>{} → <b>{}</b> {:.0%}</figcaption></figure>'
    shown = (thumbnails.source(Image.fromarray(images[i].numpy())) for i in worst)
    pictures = join(
        html(figure, source, names[labels[i]], names[answers[i]], float(sure[i])) for i, source in zip(worst, shown)
    )
    words = T(
        f"{len(wrong)} of 10,000 test images are wrong. The {len(worst)} of which it was most sure: true label → answer.",
        f"10,000 张测试图片中错了 {len(wrong)} 张。下面是它最有把握却答错的 {len(worst)} 张：真实标签 → 回答。",
    )
    body = html('<p class="aside">{}</p><div class="tiles large">{}</div>', words, pictures)
    return html('<div class="sheet">{}</div>', _section(T("Worst mistakes", "最严重的错误"), body, "full"))
