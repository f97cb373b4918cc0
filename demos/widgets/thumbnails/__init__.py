"""A row of small pictures with captions; choosing one tells the page its number."""

import base64
import io
from collections.abc import Iterable

import gradio as gr
import numpy as np
from PIL import Image

_NEGATIVE, _POSITIVE = (47, 111, 181), (201, 104, 10)  # --c0 and --c1 of ui.css
SIDE = 112  # pixels: twice the size at which a phone shows it

_CSS = """
.html-container:has(&) { padding: 0; }
h2 { margin: 0 0 8px; color: var(--ink); font-size: 0.95rem; font-weight: 600; }
.thumbnails { display: grid; grid-template-columns: repeat(5, minmax(0, 1fr)); gap: 8px; }
button { display: block; padding: 0; border: 0; background: none; color: var(--muted); font-size: 0.78rem; cursor: pointer; }
button img { width: 100%; aspect-ratio: 1; border: 1px solid var(--grid); border-radius: 6px; object-fit: cover; }
button img[width="28"] { image-rendering: pixelated; }
button span { display: block; margin-top: 2px; line-height: 1.25; }
button:hover img { border-color: var(--accent); }
button:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 6px; }
"""

_JS = """
element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) trigger("select", { number: Number(button.dataset.number) });
});
"""


def thumbnails(heading: str, value: str) -> gr.HTML:
    """Return a row of pictures under a heading. value: made by `row`. `select` events carry `number`."""
    return gr.HTML(
        value,
        html_template=f"<h2>{heading}</h2>${{value}}",
        css_template=_CSS,
        js_on_load=_JS,
        apply_default_css=False,
    )


def row(pictures: Iterable[tuple[int, str, Image.Image]]) -> str:
    """Return the pictures as HTML: (number, caption, picture) each. A picture of 28 pixels is shown pixel by pixel."""
    return f'<div class="thumbnails">{"".join(_button(*each) for each in pictures)}</div>'


def _button(number: int, caption: str, picture: Image.Image) -> str:
    small = picture.copy()
    small.thumbnail((SIDE, SIDE))
    image = f'<img src="{source(small)}" width="{small.width}" alt="">'
    return f'<button type="button" data-number="{number}">{image}<span>{caption}</span></button>'


def source(picture: Image.Image) -> str:
    """Return a picture as a data URL."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=1)
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def signed(values: np.ndarray) -> Image.Image:
    """Return values (H, W) in [-1, 1] as a picture: the sign is the colour, blue or orange, the size its strength."""
    pixels = np.where((values > 0)[..., None], _POSITIVE, _NEGATIVE)
    strength = np.round(255 * np.abs(values))[..., None]
    return Image.fromarray(np.concatenate([pixels, strength], axis=2).astype(np.uint8), "RGBA")
