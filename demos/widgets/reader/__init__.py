"""The pad, what the networks read from it and the look inside, joined: reader.js, in the pages and on the static site."""

import json
from collections.abc import Callable

from demos.frame import shelf
from demos.frame.html import escape
from demos.frame.language import T
from demos.widgets import inside, network, pad, reading, tuning
from demos.widgets.pad import samples
from zoo import datasets

DATASET = "mnist"
CSS = pad.CSS + reading.CSS + inside.CSS + tuning.CSS
_BLANK = T("Draw a digit", "写一个数字")
_WORDS = {
    "here": T("Read in your browser: nothing is sent.", "在你的浏览器里识别：什么都不发送。"),
    "there": T("Read by the server.", "由服务器识别。"),
    "broken": T("The networks can't be computed here.", "无法在此计算网络。"),
    "photo": T(
        "A picture can't be read without the server: draw the digit.", "没有服务器，无法识别图片：请直接写数字。"
    ),
}


def html(folder: Callable[[str], str], root: str = "") -> str:
    """Return the reader without its script. folder: a model's name -> the address of its files; root: the way to static/."""
    models = shelf.of_dataset(DATASET)
    sources = [network.source(model, folder(name)) for name, model in models.items()]
    words = {**_WORDS, "nothing": T(*datasets.find(DATASET).nothing), "samples": root + tuning.SAMPLES}
    told = "".join(f' data-{name}="{escape(text)}"' for name, text in words.items())
    return (
        f'<div class="reader" data-sources="{escape(json.dumps(sources))}"{told}>'
        f"{pad.html(_BLANK, 'draw', samples.html())}{reading.html(DATASET, blank=_BLANK)}{inside.html()}</div>"
    )
