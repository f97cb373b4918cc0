"""A pad for a network that the visitor trained: it is sent to the browser as safetensors and reads there.

What reads garments, and photos, goes to the server: pictures of them are prepared in Python.
"""

import base64
import json
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

import gradio as gr
import torch
from PIL import Image
from safetensors.torch import save

from demos.frame import static
from demos.frame.language import T
from demos.widgets import network, pad, thumbnails
from zoo import data, datasets

if TYPE_CHECKING:
    from demos.explorers.training.jobs import Trained

_FOLDER = Path(__file__).parent
_JS = static.imported(
    "own/own.js",
    "createOwn",
    'createOwn(element, { props, watch, ask: (url) => { props.value = url; trigger("input"); } });',
)
_WORDS = {
    "blank": T(
        "Train a network, then draw: it reads what you write, also while it learns.",
        "先训练一个网络，然后写：它会读出来，训练时也可以写。",
    ),
    "seen": T("What your network sees", "你的网络看到的"),
    "here": T("Read in your browser, by the network you trained.", "由你训练的网络在你的浏览器里识别。"),
    "weights": T(
        "Weights of its first layer, a picture a unit: orange above 0, blue below.",
        "第一层的权重，每个单元一张图：橙色大于 0，蓝色小于 0。",
    ),
}


def reader() -> gr.HTML:
    """Return the pad and what the network reads from it.

    Its property `network` takes what `describe` returns. What the server is to read comes as its value, a data URL, by `input`;
    the answer, `read`'s, goes into its property `answer`.
    """
    template = Template((_FOLDER / "own.html").read_text(encoding="utf-8"))
    rows = "<li><span></span><i></i><b></b></li>" * 10
    return gr.HTML(
        value="",
        network="",
        answer="",
        html_template=template.substitute(_WORDS, pad=pad.html(T("Draw here", "在这里画"), "draw"), rows=rows),
        css_template=pad.CSS + (_FOLDER / "own.css").read_text(encoding="utf-8"),
        js_on_load=_JS,
        apply_default_css=False,
    )


def describe(trained: "Trained") -> str:
    """Return a trained network as JSON for own.js: with its weights as safetensors where the browser can prepare its pictures."""
    recipe = trained.recipe
    told = {
        "labels": [T(*recipe.data.label_text(label)) for label in recipe.data.labels],
        "invitation": T(*recipe.data.invitation),
    }
    if recipe.data is datasets.MNIST:
        weights = save({name: tensor.contiguous() for name, tensor in trained.model.state_dict().items()})
        told |= {
            "architecture": network.describe(trained.model),
            "config": {"name": "own", "labels": recipe.data.labels, "preprocessing": recipe.preprocessing},
            "weights": base64.b64encode(weights).decode(),
        }
    return json.dumps(told)


def read(data_url: object, trained: "Trained | None") -> str:
    """Return as JSON what a trained network reads from a pad's picture: {"src", "probabilities"}, or {} for nothing."""
    if trained is None:
        return "{}"
    recipe = trained.recipe
    try:
        image = recipe.data.prepare(pad.picture(data_url))[-1][1]
    except ValueError:
        return "{}"
    with torch.inference_mode():
        logits = trained.model(data.normalize(torch.tensor(image)[None], **recipe.preprocessing))
    return json.dumps(
        {"src": thumbnails.source(Image.fromarray(image)), "probabilities": logits.softmax(1)[0].tolist()}
    )
