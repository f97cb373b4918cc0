"""Digits: write one, and every network of the zoo reads it while the pen moves."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import gradio as gr

from demos.frame import endpoint, layout, shelf, static
from demos.frame.language import T
from demos.widgets import inside, pad, reader, reading

DATASET = reader.DATASET

_JS = static.imported(
    "reader/reader.js",
    "createReader",
    'createReader(element.querySelector(".reader"), { ask: (request) => server.read_digit(request) });',
)


def read_digit(request: object) -> dict:
    """Return what the models read from the pad's picture, or {"error": text}: for photos, and where no browser reads.

    request: {"picture": data URL, "look": what to show of the networks' inside (inside.LOOKS)}. The answer is that of
    reading.read, and what inside.look returns as "inside".
    """
    sent = request if isinstance(request, dict) else {}
    try:
        picture = pad.picture(sent.get("picture"))
    except ValueError:
        return {"error": endpoint.UNREADABLE}
    try:
        image, answer = reading.read(picture, DATASET)
    except ValueError:
        return {"error": endpoint.nothing(DATASET)}
    return answer | {"inside": inside.look(sent.get("look"), image)}


def build() -> gr.Blocks:
    """Lay out the page."""
    lead = T(
        "Write a digit: every network of the zoo reads it while you draw. All of them were trained here, on MNIST.",
        "写一个数字：你一边写，所有网络一边读。它们都是在 MNIST 上训练出来的。",
    )
    with layout.page(T("Digits", "手写数字"), lead) as page:
        if not shelf.of_dataset(DATASET):
            gr.HTML(reading.no_models(DATASET), apply_default_css=False)
            return page.demo
        gr.HTML(
            html_template=reader.html(static.model),
            css_template=reader.CSS,
            js_on_load=_JS,
            server_functions=[read_digit],
            apply_default_css=False,
            elem_id="digit-reader",
        )
        endpoint.add(DATASET, "classify_digit")
    return page.demo


demo = build()

if __name__ == "__main__":
    layout.main(demo)
