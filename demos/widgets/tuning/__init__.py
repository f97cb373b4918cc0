"""Training the last layers of a network on the digits that a visitor named: in the browser, where they stay.

`html` is the part that tuning.js brings to life, under "Wrong? Say the right digit"; finetune.js trains. scoring.py says
what that does to the accuracy on the test set.
"""

import io
import json
from functools import cache
from pathlib import Path
from string import Template

import torch
from PIL import Image
from starlette.responses import Response
from starlette.routing import Route

from demos.frame.html import escape
from demos.frame.language import T
from demos.widgets.tuning.scoring import EVALUATE
from zoo.augment.warp import Warp
from zoo.synthetic import digits

_FOLDER = Path(__file__).parent
CSS = (_FOLDER / "tuning.css").read_text(encoding="utf-8")

SAMPLES = "static/samples.png"
_COUNT = 200  # of digits that a network is to remember
STRAYED = Warp(degrees=20, scale=0.2, shear=0.4, elastic=1, thickness=0.5)

_WORDS = {
    "head": T("Teach it your hand", "让它学会你的笔迹"),
    "about": T(
        "Trains the last layers of the network in charge, {title}: {weights} of its {all} weights, on the digits above. In this "
        "browser: nothing is sent. Drawn samples and a pull towards the old weights keep it from forgetting the rest.",
        "用上面的数字训练当前网络（{title}）的最后几层：{all} 个权重中的 {weights} 个。训练在这个浏览器里进行，什么都不发送。"
        "同时用程序画的样本和拉向原权重的惩罚防止它忘记其他写法。",
    ),
    "teach": T("Train on these {count} digits", "用这 {count} 个数字训练"),
    "cancel": T("Cancel", "取消"),
    "progress": T("Training", "训练进度"),
    "cancelled": T("Cancelled; nothing has changed.", "已取消，没有任何改变。"),
    "failed": T("It can't be trained here:", "无法在此训练："),
    "stale": T(
        "The network that yours came from has changed since: train it anew.", "你的网络所依据的模型已更新，请重新训练。"
    ),
    "done": T(
        "Trained. It reads the pad now, as one more network in the table, until you drop it.",
        "训练完成。它已作为表中新的一行识别画板上的数字，直到你放弃它。",
    ),
    "which": T("Digits read rightly: {title} before and after", "读对的数字：{title}，训练前后"),
    "own_head": T("Your digits, which it was trained on", "你的数字（参与了训练）"),
    "aside_head": T("Your digits, kept aside", "你的数字（留出）"),
    "test_head": T("10,000 test images", "10,000 张测试图片"),
    "before": T("Before", "训练前"),
    "after": T("After", "训练后"),
    "explained": T(
        "The first column flatters: it was trained on these very digits. For the second they are split into five parts, and each "
        "part is read by a network that was trained on the other four.",
        "第一列偏乐观：网络正是用这些数字训练的。第二列把它们分成五份，每一份由只用其余四份训练的网络来读。",
    ),
    "unmoved": T(
        "No misread digit is read rightly now: they look like another digit as most people write it, and it is kept from "
        "unlearning that.",
        "读错的数字仍然没有读对：它们看起来像大多数人写的另一个数字，而训练限制网络忘掉那种写法。",
    ),
    "few": T("That takes five digits at least.", "这至少需要五个数字。"),
    "turns": T(
        "Yours, before → after, where that changed or is wrong:", "你的数字：训练前 → 训练后（有变化或仍有错的）："
    ),
    "score": T("Try it on the test set", "在测试集上检验"),
    "asking": T(
        "This sends the {kb} kB of trained weights to the server, never a drawing.",
        "这会把训练后的 {kb} kB 权重发送到服务器，不会发送任何笔迹。",
    ),
    "alone": T(
        f"The test images are not on this site. The app has them where “{EVALUATE}” has fetched MNIST: “python demos/app.py”.",
        f"本站没有测试图片。先运行 “{EVALUATE}” 下载 MNIST，再运行 “python demos/app.py”，即可在应用中检验。",
    ),
    "scored": T(
        "{won} test images turned from wrong to right, {lost} from right to wrong.",
        "{won} 张测试图片由错变对，{lost} 张由对变错。",
    ),
    "none": T("The server does not answer. Try again.", "服务器没有响应，请重试。"),
    "save": T("Save as safetensors", "保存为 safetensors"),
    "drop": T("Drop it", "放弃它"),
    "python": T("Use the saved file in Python", "在 Python 中使用保存的文件"),
    "program": "import zoo\nfrom safetensors.torch import load_file\n\n"
    'classifier = zoo.load("{base}")\n'
    'classifier.model.load_state_dict(load_file("{base}-yours.safetensors"))\n'
    'print(classifier.classify("drawing.png"))',
    "yours": T(", your hand", "，你的笔迹"),
    "made": T("trained in this browser", "在此浏览器中训练"),
}


def measured() -> str:
    """Say what it won and lost for the hands that it was tried on (tests/proxies/visitors.py)."""
    found = json.loads((_FOLDER / "measured.json").read_text(encoding="utf-8"))
    count, name = found["writers"], next(iter(found["models"]))
    row = next(each for each in found["models"][name] if each["drawings"] == 20)
    before, after, fewer = row["hand_before"], row["hand_after"], row["validation_before"] - row["validation_after"]
    worst = row["validation_before"] - row["validation_worst"]
    fewer, worst = 100 * fewer, 100 * worst
    return T(
        f"Tried on {count} made-up hands, some of them odd, with 20 digits of each: {name} read {before:.1%} of their other "
        f"digits rightly before and {after:.1%} after, and {fewer:.2f} points fewer of 5,000 MNIST images kept aside, at worst "
        f"{worst:.2f}.",
        f"我们用 {count} 种虚构的笔迹（有些很怪）试过，每种取 20 个数字：对同一笔迹的其他数字，{name} 训练前读对 {before:.1%}，"
        f"训练后 {after:.1%}；对留出的 5000 张 MNIST 图片，平均少读对 {fewer:.2f} 个百分点，最差 {worst:.2f}。",
    )


def html() -> str:
    """Return the part, empty and hidden until there are digits."""
    words = {name: escape(text) for name, text in _WORDS.items()} | {"measured": measured()}
    return Template((_FOLDER / "tuning.html").read_text(encoding="utf-8")).substitute(words)


@cache
def picture() -> Image.Image:
    """Return the digits that a network is to remember while it learns a hand: grey, _COUNT of 28 x 28 one above the other.

    They are drawn by code and moved and bent more than in training: what the shipped network answers to them is its target.
    """
    generator = torch.Generator().manual_seed(0)
    images = digits.draw(torch.arange(_COUNT) % 10, generator)
    moved = STRAYED(images, STRAYED.sample(len(images), generator)).round().clamp(0, 255).to(torch.uint8)
    return Image.fromarray(moved.numpy().reshape(-1, 28))


@cache
def samples() -> bytes:
    """Return that picture as PNG."""
    file = io.BytesIO()
    picture().save(file, "PNG", optimize=True)
    return file.getvalue()


def routes() -> list[Route]:
    """Return what serves them."""
    kept = {"Cache-Control": "public, max-age=86400"}
    return [Route(f"/{SAMPLES}", lambda request: Response(samples(), media_type="image/png", headers=kept))]
