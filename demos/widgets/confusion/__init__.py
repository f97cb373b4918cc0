"""The confusion matrix of a model, and the test images behind each of its cells.

`table` is HTML from the model's facts alone; confusion.js asks `cell` for a cell's images, which are those of the data set where
it is on this machine. A model's answers to the 10,000 test images are computed once and kept as arrays.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image

from demos.frame import inference, shelf, static
from demos.frame.html import Html, html, join
from demos.frame.language import T
from demos.frame.once import once
from demos.widgets import thumbnails
from demos.widgets.confusion import doubts
from zoo import data
from zoo.config import Config

_FOLDER = Path(__file__).parent
CSS = (_FOLDER / "confusion.css").read_text(encoding="utf-8")
JS = static.imported(
    "confusion/confusion.js",
    "createConfusion",
    'const cells = createConfusion(element, (request) => server.cell(request)); watch("value", cells.restore);',
)
"""For the component whose value holds the table, with `cell` among its server functions."""

MOST = 40  # images of a cell that are shown
TOP = 3  # probabilities of an image that are told
DOUBTED = "doubted"
"""In place of a cell: the images whose label is doubted."""
_CELL = re.compile(r"([0-9])-([0-9])")


class Answers(NamedTuple):
    """What a model makes of the test images: labels (N,) uint8, top (N, TOP) uint8 classes, best first, and shares (N, TOP)."""

    labels: np.ndarray
    top: np.ndarray
    shares: np.ndarray


@once
def answers(name: str) -> Answers:
    """Return a model's answers to the test images of its data set. Raises data.DataError."""
    model = shelf.models()[0][name]
    images, labels = data.load(model.config.dataset, "test")
    shares, top = torch.cat([model.probabilities(batch) for batch in images.split(1000)]).topk(TOP)
    return Answers(labels.numpy().astype(np.uint8), top.numpy().astype(np.uint8), shares.numpy())


def table(config: Config) -> Html:
    """Return the confusion matrix of the test set: a row for each true label, a column for each answer, a button each cell."""
    counts = np.array(config.metrics.confusion)
    worst = max(1, int((counts * ~np.eye(len(counts), dtype=bool)).max()))
    names = [shelf.label_text(config, label) for label in config.labels]
    head = join(html('<th scope="col"><span>{}</span></th>', name) for name in names)
    line = '<tr><th scope="row">{}</th>{}</tr>'
    rows = join(
        html(line, name, join(_count(count, (i, j), names, worst) for j, count in enumerate(row)))
        for i, (name, row) in enumerate(zip(names, counts.tolist()))
    )
    caption = T(
        "Rows: true label. Columns: answer. 10,000 test images.", "行：真实标签；列：回答。共 10,000 张测试图片。"
    )
    return html(
        '<div class="confused" data-model="{model}" data-absent="{absent}" data-none="{none}">'
        '<div class="scroll"><table class="confusion {kind}"><caption>{caption}</caption>'
        "<thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table></div><p>{hint} {doubted}</p>"
        '<div class="cell" data-name="{name}"><p role="status"></p><div></div></div></div>',
        model=config.name,
        absent=absent(config),
        hint=T("Click a number to see its images.", "点击数字可查看对应的图片。"),
        none=T("The server does not answer. Try again.", "服务器没有响应，请重试。"),
        name=T("Test image {index}, label {label}", "测试图片 {index}，标签 {label}"),
        kind="words" if max(map(len, config.labels)) > 1 else "",
        caption=caption,
        head=head,
        rows=rows,
        doubted=_doubted(config),
    )


def _count(count: int, cell: tuple[int, int], names: Sequence[str], worst: int) -> Html:
    label, answer = cell
    kind = "right" if label == answer else ""
    if not count:
        return html('<td class="{}"></td>', kind)
    told = T(
        f"label {names[label]}, answer {names[answer]}: {count}", f"标签 {names[label]}，回答 {names[answer]}：{count}"
    )
    return html(
        '<td class="{}" style="--share:{:.2f}"><button type="button" data-cell="{}-{}" aria-label="{}">{}</button></td>',
        kind,
        0 if kind else count / worst,
        label,
        answer,
        told,
        count,
    )


def _doubted(config: Config) -> Html:
    """Return what opens the images whose label is doubted; nothing where no study of the data set is known."""
    known = doubts.DOUBTS.get(config.dataset)
    if not known:
        return Html("")
    words = T(f"The {len(known)} doubted labels", f"{len(known)} 个存疑的标签")
    return html('<button type="button" class="more" data-cell="{}">{}</button>', DOUBTED, words)


def absent(config: Config) -> str:
    """Return how to get a data set that is not here."""
    title, command = config.data.title, f"python -m zoo eval {config.name}"
    return T(
        f"These images belong to {title}'s test file, which is not here. “{command}” fetches it; the app on that machine, "
        "“python demos/app.py”, then shows them.",
        f"这些图片属于 {title} 的测试文件，这里没有。运行 “{command}” 即可下载；之后在那台机器上运行 “python demos/app.py” "
        "就能看到。",
    )


def cell(request: object) -> dict:
    """Return the test images of a cell: {"sheet": data URL, one 28 x 28 above the other, "images": [...], "words"}.

    request: {"model": name, "cell": "4-9" or DOUBTED}. An image is {"index": its place in the test file, "label", "top": [[class,
    probability], best first], "doubt": what people say of its label, ""}. {"error": text} where there is nothing to show.
    """
    sent = request if isinstance(request, dict) else {}
    name, which = str(sent.get("model")), str(sent.get("cell"))
    model = shelf.models()[0].get(name)
    if model is None or not (_CELL.fullmatch(which) or (which == DOUBTED and model.config.dataset in doubts.DOUBTS)):
        return {"error": T("There is no such cell.", "没有这个单元格。")}
    if not data.is_present(model.config.dataset):
        return {"error": absent(model.config)}
    try:
        return inference.POOL.read(_cells, (name, which))
    except data.DataError:
        return {"error": shelf.damaged(model.config.dataset)}
    except inference.BusyError as error:
        return {"error": str(error)}


def _cells(asked: Sequence[tuple[str, str]]) -> list[dict | data.DataError]:
    return [_cell(*each) for each in asked]


def _cell(name: str, which: str) -> dict | data.DataError:
    config = shelf.models()[0][name].config
    try:
        given, images = answers(name), data.load(config.dataset, "test")[0]
    except data.DataError as error:
        return error
    known = doubts.DOUBTS.get(config.dataset, {})
    if which == DOUBTED:
        shown = np.array(list(known), dtype=int)
        words = _words_of_doubted(int((given.top[shown, 0] == given.labels[shown]).sum()), len(shown))
    else:
        label, answer = map(int, which.split("-"))
        places = np.flatnonzero((given.labels == label) & (given.top[:, 0] == answer))
        sure = given.shares[places, 0]
        shown = places[np.argsort(sure if label == answer else -sure, kind="stable")][:MOST]
        names = [shelf.label_text(config, config.labels[each]) for each in (label, answer)]
        words = _words(len(places), len(shown), names)
    pixels = images[torch.tensor(shown)].numpy().reshape(-1, 28)
    return {
        "sheet": thumbnails.source(Image.fromarray(pixels)) if len(shown) else "",
        "images": [_image(int(i), given, known.get(int(i))) for i in shown],
        "words": words,
    }


def _image(index: int, given: Answers, doubt: doubts.Doubt | None) -> dict:
    shares = [round(float(share), 4) for share in given.shares[index]]
    return {
        "index": index,
        "label": int(given.labels[index]),
        "top": [list(pair) for pair in zip(given.top[index].tolist(), shares)],
        "doubt": doubt.words() if doubt else "",
    }


def _words(count: int, shown: int, names: Sequence[str]) -> str:
    label, answer = names
    images, are = ("test image", "is") if count == 1 else ("test images", "are")
    place = T(" #: place in the test file, from 0.", "#：在测试文件中的位置，从 0 数起。")
    if label == answer:
        return T(
            f"{count} {images} of {label} {are} read rightly. Here are the {shown} of which the network is least sure.{place}",
            f"标签为 {label} 的测试图片中读对了 {count} 张。下面是网络最没有把握的 {shown} 张。{place}",
        )
    here = T("", "") if shown == count else T(f" Here are {shown}.", f"下面是其中 {shown} 张。")
    return T(
        f"{count} {images} with the label {label} {are} read as {answer}.{here} The surest come first.{place}",
        f"有 {count} 张标签为 {label} 的测试图片被读作 {answer}。{here}按把握从大到小排列。{place}",
    )


def _words_of_doubted(right: int, count: int) -> str:
    return T(
        f"Five people each were asked what suspicious test images show. Of these {count} fewer than three saw the label "
        f"({doubts.SOURCE}). This network answers {right} of them with the label all the same.",
        f"研究者请 5 个人分别判断每张可疑的测试图片。对下面 {count} 张，认同标签的不到三人（{doubts.SOURCE}）。"
        f"即便如此，这个网络仍有 {right} 张的回答与标签相同。",
    )
