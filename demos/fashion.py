"""Fashion: a photo of a garment, and what every network of the zoo takes it for."""

import hashlib
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from collections.abc import Sequence

import gradio as gr
import numpy as np
from PIL import Image

from demos.examples import draw
from demos.frame import endpoint, inference, layout, shelf, static, strict
from demos.frame.html import html
from demos.frame.language import T
from demos.frame.recent import Recent
from demos.widgets import reading, thumbnails
from zoo import data, datasets

DATASET = "fashion-mnist"
LABELS = datasets.find(DATASET).labels
FIRST = "Sneaker"
"""The drawn example that is read when the page opens."""

_CSS = """
body:has(&) #garment { min-height: 320px; } /* before it is there too: nothing below it is to jump */
body:has(&) #garment img { width: 100%; object-fit: contain; }
body:has(&) #garment img.small { image-rendering: pixelated; }
"""
_JS = static.imported(
    "reading/reading.js",
    "createReading",
    """
  const reading = createReading(element.querySelector(".reading"));
  let opening = true; // the first answer is to the page's own example
  function show() {
    const shown = document.querySelector("#garment img");
    shown?.classList.toggle("small", shown.naturalWidth <= 28);
    reading.show(props.value);
    if (!props.value) return;
    const isPhone = matchMedia("(max-width: 800px)").matches;
    if (isPhone && !opening) element.scrollIntoView({ behavior: firstNets.motion() });
    opening = false;
  }
  watch("value", show);
  if (props.value) show();
""",
)
_READING = "document.querySelector('#garment-reading .reading')?.classList"
_BUSY = f"image => {{ if (image) {_READING}.add('busy'); return [image]; }}"
_CALM = f"() => {_READING}.remove('busy')"
"""After any answer: one that equals the last, or that failed, is not shown anew."""


_ANSWERS: Recent[dict] = Recent(64)
"""By the pictures' hashes: everybody's first example is one picture, and the page sends an upload twice."""


def read_garment(image: object) -> dict | None:
    """Return what the models take the uploaded picture for (reading.read), or {"error": text for the visitor}."""
    if image is None:
        return None
    try:
        file = endpoint.content(image)
        return _ANSWERS.answer(
            hashlib.sha256(file).digest(), lambda: inference.POOL.read(_read, endpoint.decoded(file))
        )
    except gr.Error as error:
        return {"error": error.message}
    except inference.BusyError as error:
        return {"error": str(error)}
    except ValueError:
        return {"error": endpoint.nothing(DATASET)}


def _read(pictures: Sequence[Image.Image]) -> list[dict | ValueError]:
    answers = reading.read_all(pictures, DATASET)
    return [answer if isinstance(answer, ValueError) else answer[1] for answer in answers]


def _named(label: str) -> str:
    return T(*datasets.find(DATASET).label_text(label))


def drawn_examples() -> str:
    """Return the pictures in demos/examples, one a class, as thumbnails numbered by class."""
    pictures = (Image.open(draw.path(label)).convert("RGB") for label in LABELS)
    return thumbnails.row((i, _named(label), picture) for i, (label, picture) in enumerate(zip(LABELS, pictures)))


def choose_drawn(event: gr.EventData) -> np.ndarray:
    """Return the drawn example that was clicked, uint8 (H, W, 3)."""
    return _drawn(LABELS[_number(event, len(LABELS))])


def _drawn(label: str) -> np.ndarray:
    return np.asarray(Image.open(draw.path(label)).convert("RGB"))


def first_example() -> np.ndarray:
    """Return the drawn example that the page opens with, uint8 (H, W, 3): it is read like any other picture."""
    return _drawn(FIRST)


def test_examples() -> str:
    """Return a random test image of each class as thumbnails numbered by their place in the test set."""
    images, labels = data.load(DATASET, "test")
    chosen = [random.choice((labels == i).nonzero().flatten().tolist()) for i in range(len(LABELS))]
    return thumbnails.row(
        (number, _named(label), Image.fromarray(images[number].numpy())) for number, label in zip(chosen, LABELS)
    )


def choose_test(event: gr.EventData) -> np.ndarray:
    """Return the test image that was clicked, uint8 (28, 28)."""
    images, _ = data.load(DATASET, "test")
    return images[_number(event, len(images))].numpy()


def _number(event: gr.EventData, count: int) -> int:
    number = strict.said(event, "number")
    if not isinstance(number, int) or not 0 <= number < count:
        raise gr.Error(T("There is no such example.", "没有这个示例。"), print_exception=False)
    return number


def build() -> gr.Blocks:
    """Lay out the page."""
    lead = T(
        "Show the networks a garment: a photo, a picture from the clipboard, your camera. They know ten kinds of "
        "clothing. Of the zoo's own only LeNet-5 was also shown pictures that look like photos: trust the others less with one. "
        "LeNet-5 looks at a photo in twelve views (turned a little, smaller, mirrored) and averages their logits; sleeves "
        "that lie spread are also hung down for it, as the pictures that it learned from show them.",
        "给网络看一件衣物：照片、剪贴板里的图片或摄像头都可以。它们从 Fashion-MNIST 学会了十种衣物。"
        "模型库自己的模型里，只有 LeNet-5 还看过像照片的图片，所以看照片时其他模型不太可信。"
        "LeNet-5 从十二个视角看一张照片（稍微旋转、缩小、镜像），再取 logits 的平均值；"
        "如果袖子是摊开的，它还会看一张袖子放下的图，因为训练图片里的袖子都是垂下的。",
    )
    with layout.page(T("Fashion", "服装"), lead) as page:
        if not shelf.of_dataset(DATASET):
            gr.HTML(reading.no_models(DATASET), apply_default_css=False)
            return page.demo
        with gr.Row():
            with gr.Column(scale=2, min_width=300):
                image = gr.Image(
                    sources=["upload", "clipboard", "webcam"],
                    format="png",
                    label=T("A garment", "一件衣物"),
                    height=320,
                    buttons=[],
                    elem_id="garment",
                )
                drawn = thumbnails.thumbnails(T("Examples, drawn by code", "示例（由代码绘制）"), drawn_examples())
                drawn.select(choose_drawn, None, image, show_progress="hidden", api_visibility="private")
                if data.is_present(DATASET):
                    try:
                        examples = test_examples()
                    except data.DataError:
                        gr.HTML(html('<p class="refusal">{}</p>', shelf.damaged(DATASET)), apply_default_css=False)
                    else:
                        _add_test_examples(image, examples)
            with gr.Column(scale=3, min_width=300):
                panel = gr.HTML(
                    html_template=reading.html(DATASET, blank=T("Show a garment", "请给出一件衣物")),
                    css_template=reading.CSS + _CSS,
                    js_on_load=_JS,
                    apply_default_css=False,
                    elem_id="garment-reading",
                )
        image.change(
            read_garment,
            image,
            panel,
            js=_BUSY,
            preprocess=False,
            show_progress="hidden",
            trigger_mode="always_last",
            api_visibility="private",
        ).then(None, js=_CALM, api_visibility="private")
        page.demo.load(first_example, None, image, show_progress="hidden", api_visibility="private")
        endpoint.add(DATASET, "classify_fashion")
    return page.demo


def _add_test_examples(image: gr.Image, first: str) -> None:
    heading = T("Test images with their true labels", "测试图片及其真实标签")
    examples = thumbnails.thumbnails(heading, first)
    examples.select(choose_test, None, image, show_progress="hidden", api_visibility="private")
    others = gr.Button(T("Ten others", "换十张"), size="sm")
    others.click(test_examples, None, examples, show_progress="hidden", api_visibility="private")


demo = build()

if __name__ == "__main__":
    layout.main(demo)
