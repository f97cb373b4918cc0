"""A network as one picture, from the pixels to the probabilities: point at any number, and see how it comes about.

`html` is the frame that picture.js fills once the first drawing was read; what it says stands here, in both languages.
"""

import json
from pathlib import Path
from string import Template

from demos.frame import shelf, stages
from demos.frame.html import Html, escape, html, join
from demos.frame.language import T
from zoo.classifier import Classifier

_FOLDER = Path(__file__).parent
CSS = (_FOLDER / "picture.css").read_text(encoding="utf-8")

_WORDS = {
    "input": T("picture 28 × 28", "图片 28 × 28"),
    "resized": T("resized {0} × {0}", "放大到 {0} × {0}"),
    "output": T("softmax: probabilities", "softmax：概率"),
    "label": T(
        "The network as one picture. Arrow keys go from number to number, Page Up and Page Down from layer to layer, Enter holds "
        "one, Escape lets go, plus and minus zoom, 0 shows all.",
        "整个网络的一幅图。方向键在数值之间移动，Page Up 和 Page Down 在层之间移动，回车固定，Esc 释放，加减号缩放，0 显示全部。",
    ),
    "map": T("map {0}", "第 {0} 张图"),
    "place": T("row {0}, column {1}", "第 {0} 行，第 {1} 列"),
    "unit": T("unit {0}", "单元 {0}"),
    "digit": T("{0}", "{0}"),
    "stop": T(", ", "，"),
    "pause": T("; ", "；"),
    "bias": T(" (bias)", "（偏置）"),
    "more": T("{0} more", "另外 {0} 项"),
    "window": T("window", "窗口"),
    "kernel": T("kernel", "卷积核"),
    "inputs": T("inputs", "输入"),
    "weights": T("weights", "权重"),
    "products": T("input × weight", "输入 × 权重"),
    "most": T("Largest: ", "最大的几项："),
    "goes": T("Numbers of “{1}” that read it (green): {0}.", "“{1}”中读取它的数值（绿色）：{0} 个。"),
    "sees": T(
        "Depends on {0} × {1} pixels of the picture (dashed).", "取决于图片中 {0} × {1} 个像素（虚线）。"
    ),
    "grey": T(
        "Grey level {0} of 255, normalised: ({0} / 255 − {1}) / {2} = {3}",
        "灰度 {0}（满 255），归一化：({0} / 255 − {1}) / {2} = {3}",
    ),
    "softmax": T(
        "e to the power of the logit (divided by {0}, the temperature), as a share of all ten:",
        "e 的 logit 次方（logit 先除以温度 {0}），占十个之和的比例：",
    ),
    "Conv2d": T("Window × kernel, added up over all maps, plus a bias.", "窗口 × 卷积核，对所有图求和，再加偏置。"),
    "Linear": T("Every input × its weight, added up, plus a bias.", "每个输入 × 各自的权重，求和，再加偏置。"),
    "AvgPool2d": T("The mean of the window.", "窗口的平均值。"),
    "MaxPool2d": T("The largest of the window.", "窗口中的最大值。"),
    "Upsample": T("Between the nearest pixels: a weighted mean.", "最近像素之间的加权平均。"),
    "Identity": T("Passed on.", "直接传递。"),
}  # fmt: skip
_SHOWN = {
    "net": T("Network", "网络"),
    "closer": T("Zoom in", "放大"),
    "farther": T("Zoom out", "缩小"),
    "whole": T("Show all", "显示全部"),
    "sum": T("How this number comes about", "这个数值的由来"),
    "help": T(
        "Point at any number: where it comes from (orange) and where it goes (green).",
        "指向任意一个数值：它从哪里来（橙色），到哪里去（绿色）。",
    ),
    "mouse": T(
        "A click holds it, Escape lets go; after a click the wheel zooms.",
        "点击固定，Esc 释放；点击之后可用滚轮缩放。",
    ),
    "touch": T("A tap holds it, another lets go; two fingers zoom.", "点一下固定，再点释放；双指缩放。"),
    "absent": T(
        "It can't be shown: it needs a network that is computed in your browser.",
        "无法显示：需要在你的浏览器里计算网络。",
    ),
}  # fmt: skip


def page(dataset: str) -> Html:
    """Return the picture of a data set's networks, still empty. picture.js: `createPicture`."""
    models = shelf.of_dataset(dataset)
    options = join(html('<option value="{}">{}</option>', name, _title(model)) for name, model in models.items())
    titles = {name: stages.titles(model.model) for name, model in models.items()}
    return Html(
        Template((_FOLDER / "picture.html").read_text(encoding="utf-8")).substitute(
            _SHOWN,
            options=options,
            words=escape(json.dumps(_WORDS)),
            titles=escape(json.dumps(titles)),
            label=_WORDS["label"],
        )
    )


def _title(model: Classifier) -> Html:
    notes = T(" (notes)", "（笔记）") if model.config.repeats_notes else ""
    return Html(shelf.title(model.config) + notes)
