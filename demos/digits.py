"""Digits: write one, and every network of the zoo reads it while the pen moves."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import gradio as gr

from demos import endpoint, pad, reading, shelf, ui
from demos.language import T

_JS = """
const reading = createReading(element.querySelector(".reading"));
createPad(element.querySelector(".pad"), { read: (picture) => server.read_digit(picture), show: reading.show });
"""


def read_digit(data_url: object) -> dict:
    """Return what the models read from the pad's picture (reading.read), or {"error": text for the visitor}."""
    try:
        picture = pad.picture(data_url)
    except ValueError:
        return {"error": endpoint.UNREADABLE}
    try:
        return reading.read(picture, "mnist")
    except ValueError:
        return {"error": endpoint.NOTHING["mnist"]}


def build() -> gr.Blocks:
    """Lay out the page."""
    lead = T(
        "Write a digit: every network of the zoo reads it while you draw. All of them were trained here, on MNIST.",
        "写一个数字：你一边写，所有网络一边读。它们都是在 MNIST 上训练出来的。",
    )
    with ui.page(T("Digits", "手写数字"), lead) as page:
        if not shelf.of_dataset("mnist"):
            gr.HTML(reading.no_models("mnist"))
            return page.demo
        blank = T("Draw a digit", "写一个数字")
        pad.drawing_pad(
            blank,
            html=f'<div class="reader">$pad{reading.html("mnist", blank=blank)}</div>',
            css=reading.CSS,
            js=reading.JS + _JS,
            server_functions=[read_digit],
            elem_id="digit-reader",
        )
        endpoint.add("mnist", "classify_digit")
    return page.demo


demo = build()

if __name__ == "__main__":
    ui.main(demo)
