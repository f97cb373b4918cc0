"""Digits: write one, and every network of the zoo reads it while the pen moves."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from collections.abc import Sequence

import gradio as gr
from PIL import Image

from demos.frame import endpoint, inference, layout, shelf, static
from demos.frame.language import T
from demos.lessons import links
from demos.widgets import inside, pad, reader, reading
from demos.widgets.tuning import scoring

DATASET = reader.DATASET

_JS = static.imported(
    "reader/reader.js",
    "createReader",
    """
const person = Math.random().toString(36).slice(2);
createReader(element.querySelector(".reader"), {
  ask: (request) => server.read_digit({ ...request, person }),
  score: (request) => server.score(request),
});
""",
) + static.imported("lesson/continue.js", "goOn", "firstNets.whenChanged(goOn); goOn();")


def read_digit(request: object) -> dict:
    """Return what the models read from the pad's picture, or {"error": text}: for photos, and where no browser reads.

    request: {"picture": data URL, "look": what to show of the networks' inside (inside.LOOKS), "person": whose pad it is, so
    that the newest picture is read where an older one still waits}. The answer is that of reading.read, and what inside.look
    returns as "inside".
    """
    sent = request if isinstance(request, dict) else {}
    try:
        picture = pad.picture(sent.get("picture"))
    except ValueError:
        return {"error": endpoint.UNREADABLE}
    try:
        return inference.POOL.read(_read, (picture, sent.get("look")), person=str(sent.get("person", ""))[:40])
    except ValueError:
        return {"error": endpoint.nothing(DATASET)}
    except inference.BusyError as error:
        return {"error": str(error)}
    except inference.DroppedError:
        return {"error": T("A newer picture came.", "已收到更新的图片。")}


def _read(sent: Sequence[tuple[Image.Image, object]]) -> list[dict | ValueError]:
    """Answer pictures, each with the look inside that is open."""
    answers = reading.read_all([picture for picture, _ in sent], DATASET)
    return [
        answer if isinstance(answer, ValueError) else answer[1] | {"inside": inside.look(look, answer[0])}
        for answer, (_, look) in zip(answers, sent, strict=True)
    ]


def build() -> gr.Blocks:
    """Lay out the page."""
    lead = T(
        "Write a digit: every network of the zoo reads it while you draw. All of them were trained here, on MNIST.",
        "写一个数字：你一边写，所有网络一边读。它们都是在 MNIST 上训练出来的。",
    )
    with layout.page(T("Digits", "手写数字"), lead + links.beginning()) as page:
        if not shelf.of_dataset(DATASET):
            gr.HTML(reading.no_models(DATASET), apply_default_css=False)
            return page.demo
        gr.HTML(
            html_template=reader.html(static.model),
            css_template=reader.CSS,
            js_on_load=_JS,
            server_functions=[read_digit, scoring.score],
            apply_default_css=False,
            elem_id="digit-reader",
        )
        endpoint.add(DATASET, "classify_digit")
    return page.demo


demo = build()

if __name__ == "__main__":
    layout.main(demo)
