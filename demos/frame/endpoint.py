"""What programs call: `/classify_digit(image, model)` and `/classify_fashion(image, model)`."""

from collections.abc import Sequence
from pathlib import Path

import gradio as gr
from gradio.utils import get_upload_folder
from PIL import Image

from demos.frame import inference, shelf
from demos.frame.language import T
from zoo import datasets
from zoo.classifier import Classifier
from zoo.pictures import decoding
from zoo.pictures.containers import MAX_PIXELS

UNREADABLE = T(
    f"This file can't be read as a picture. Send PNG, JPEG, GIF, WebP, BMP or TIFF of at most {MAX_PIXELS // 10**6} million "
    "pixels.",
    f"无法将此文件作为图片读取。请使用 PNG、JPEG、GIF、WebP、BMP 或 TIFF，不超过 {MAX_PIXELS // 10**4} 万像素。",
)
COSTLY = T(
    "Reading this picture takes too much memory or time. Send it smaller, as PNG or JPEG.",
    "读取这张图片需要太多内存或时间。请缩小后以 PNG 或 JPEG 格式发送。",
)


def nothing(dataset: str) -> str:
    """Return what to say of a picture that shows nothing that the models of a data set know."""
    return T(*datasets.find(dataset).nothing)


ENDPOINTS = {"classify_digit": "mnist", "classify_fashion": "fashion-mnist"}
"""What programs call, and the data set whose models answer."""

CALLS = 2 * inference.WORKERS
"""Calls under way at once: while some pictures are read, others are decoded."""

LONGEST = 1024  # pixels on the longer side that are kept of a picture: preprocessing needs fewer


def add(dataset: str, api_name: str) -> None:
    """Serve, inside the present `gr.Blocks`, the models of `dataset` under `api_name`.

    image (any picture file) and model (a name; the best one by default) -> {"label": name, "confidences": [{"label",
    "confidence"}, ...]}, best first. There is at least one model.
    """
    known = shelf.of_dataset(dataset)
    names = list(known)

    def classify(image: object, model: object) -> dict[str, float]:
        chosen = names[0] if model is None else model
        if chosen not in names:
            listed = ", ".join(names)
            raise _refusal(T(f"Unknown model. Choose one of {listed}.", f"没有这个模型。可选：{listed}。"))
        picture = opened(image)
        try:
            return inference.POOL.read(work, (chosen, picture))
        except ValueError as error:
            raise _refusal(nothing(dataset)) from error
        except inference.BusyError as error:
            raise _refusal(str(error)) from error

    def work(sent: Sequence[tuple[str, Image.Image]]) -> list[dict[str, float] | ValueError]:
        return [_classified(known[chosen], picture) for chosen, picture in sent]

    image = gr.Image(type="filepath", label="image", visible=False)
    model = gr.Dropdown(names, value=names[0], label="model", visible=False)
    gr.Button(visible=False).click(
        classify,
        [image, model],
        gr.Label(label="confidences", visible=False),
        api_name=api_name,
        api_description=f"Classify a picture with a model trained on {datasets.find(dataset).title}.",
        concurrency_limit=CALLS,
        preprocess=False,  # Gradio would decode the whole picture first, and report a broken one as its own failure
    )


def _classified(model: Classifier, picture: Image.Image) -> dict[str, float] | ValueError:
    try:
        return model.classify(picture)
    except ValueError as error:
        return error


def add_missing(demo: gr.Blocks) -> None:
    """Serve, beside what `demo` holds already, the rest of ENDPOINTS, as far as there are models."""
    there = {fn.api_name for fn in demo.fns.values()}
    with demo:
        for api_name, dataset in ENDPOINTS.items():
            if api_name not in there and shelf.of_dataset(dataset):
                add(dataset, api_name)


def opened(image: object) -> Image.Image:
    """Return the picture of an unprocessed `gr.Image`. Raises gr.Error with a text for the visitor."""
    return decoded(content(image))


def content(image: object) -> bytes:
    """Return the file of an unprocessed `gr.Image`. Raises gr.Error with a text for the visitor.

    Only uploads are opened: a request may name any path of this machine.
    """
    try:
        path = Path(str(image.get("path") or "")).resolve() if isinstance(image, dict) else Path("/")
        file = path.read_bytes() if path.is_relative_to(Path(get_upload_folder()).resolve()) else None
    except (OSError, ValueError):  # a folder, no file, or no path at all: a NUL, half a character
        file = None
    if file is None:
        raise _refusal(T("No picture was sent.", "没有收到图片。"))
    return file


def decoded(file: bytes) -> Image.Image:
    """Return the picture in a file. Raises gr.Error with a text for the visitor."""
    try:
        return decoding.decode(file, longest=LONGEST)
    except decoding.CostlyError as error:
        raise _refusal(COSTLY) from error
    except ValueError as error:
        raise _refusal(UNREADABLE) from error


def _refusal(text: str) -> gr.Error:
    return gr.Error(text, print_exception=False)
