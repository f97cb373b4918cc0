"""A drawing pad for mouse, finger, stylus and keyboard, which also takes a picture by choosing, pasting or dropping.

`createPad` (pad.js) hands every change to the page's own script within a frame. Gradio's own sketchpad opens without a tool and
speaks only when the pen is lifted.
"""

import base64
import binascii
import re
from pathlib import Path
from string import Template

import gradio as gr
from PIL import Image

from demos.frame import static
from demos.frame.language import T
from zoo.pictures import containers, decoding

_FOLDER = Path(__file__).parent


def _asset(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


CSS = _asset("pad.css")
_JS = static.imported(
    "pad/pad.js",
    "createPad",
    """
  const tell = (value) => { props.value = value; trigger("input"); };
  createPad(element.querySelector(".pad"), {
    read: (drawing) => (tell(drawing.url()), {}),
    show: (answer) => answer ?? tell(""),
  });
""",
)
_DATA_URL = re.compile(r"data:image/(?:png|webp);base64,")
MAX_CHARACTERS = 3_000_000  # of a data URL; LONGEST in photo.js keeps what a pad sends well below
MAX_SIDE = 600  # pixels

_WORDS = {
    "name": T("Drawing pad", "画板"),
    "canvas": T(
        "Drawing area. Arrow keys move the pen, the space bar puts it down and lifts it.",
        "绘图区。方向键移动画笔，空格键落笔和提笔。",
    ),
    "yours": T("Now you: draw here", "轮到你了：在这里写"),
    "undo": T("Undo", "撤销"),
    "clear": T("Clear", "清空"),
    "brush": T("Brush", "笔宽"),
    "open": T("Picture…", "图片…"),
    "also": T("or paste or drop one", "也可粘贴或拖入图片"),
    "save": T("Save", "保存"),
    "offline": T("The server does not answer. Trying again…", "服务器没有响应，正在重试……"),
    "unreadable": T(
        "Your browser can't open this file as a picture. Try PNG, JPEG, WebP or GIF.",
        "浏览器无法将此文件作为图片打开。请使用 PNG、JPEG、WebP 或 GIF。",
    ),
}


def drawing_pad(hint: str, address: str = "") -> gr.HTML:
    """Return a drawing pad whose value is what is drawn, a PNG or WebP data URL ("" while blank), which `picture` opens.

    `drawing_pad(...).input(...)` listens to it.
    """
    return gr.HTML(
        value="", html_template=html(hint, address), css_template=CSS, js_on_load=_JS, apply_default_css=False
    )


def html(hint: str, address: str = "", samples: str = "") -> str:
    """Return a drawing pad that shows `hint` while it is blank; `createPad` (pad.js) brings it to life.

    address: the name under which the drawing stands in the page's address; samples: drawings to click (samples.html).
    """
    return Template(_asset("pad.html")).substitute(_WORDS, hint=hint, address=address, samples=samples)


def picture(data_url: object) -> Image.Image:
    """Return the picture that a pad sent as a data URL: RGBA or RGB, at most MAX_SIDE pixels a side.

    A drawing is black ink on transparent ground. Raises ValueError for anything that no pad sends.
    """
    if not isinstance(data_url, str) or len(data_url) > MAX_CHARACTERS or not (head := _DATA_URL.match(data_url)):
        raise ValueError(f"expected a PNG or WebP data URL of at most {MAX_CHARACTERS:,} characters")
    try:
        content = base64.b64decode(data_url[head.end() :], validate=True)
    except binascii.Error as error:
        raise ValueError(f"the picture can't be read: {error}") from None
    stripped = containers.strip(content)
    if stripped and max(stripped.size) > MAX_SIDE:
        width, height = stripped.size
        raise ValueError(f"the picture has {width} x {height} pixels; at most {MAX_SIDE} a side are read")
    return decoding.decode(content, longest=MAX_SIDE, formats=("PNG", "WEBP"))
