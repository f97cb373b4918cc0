"""The data sets: one row each, with all that is known of one beside its files (`zoo.data`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from zoo import data
from zoo.pictures.digit import digit_steps
from zoo.pictures.form import Steps, itself
from zoo.pictures.garment import garment_steps
from zoo.pictures.garment import views as garment_views
from zoo.pictures.opening import Picture
from zoo.synthetic import digits, garments
from zoo.text import Text


@dataclass(frozen=True)
class DataSet:
    """Ten kinds of picture, and how other pictures become like them."""

    files: data.Files = field(repr=False)
    labels: tuple[str, ...]
    labels_zh: tuple[str, ...] = field(repr=False)
    mean: float  # of the pixels scaled to [0, 1], over the training files
    std: float
    hub_id: str
    licence: str
    source: str = field(repr=False)
    stages: Mapping[str, Text] = field(repr=False)
    """What the pictures on the way to 28 x 28 are called, by the names and in the order of `prepare`."""
    prepare: Callable[[Picture], Steps] = field(repr=False)
    """A picture of any size -> the pictures on the way, the last one uint8 (28, 28) as the data set stores it."""
    views: Callable[[Steps], np.ndarray] = field(repr=False)
    """Those pictures -> what a network looks at, uint8 (K, 28, 28), the prepared one first; its mean logits are the answer."""
    nothing: Text = field(repr=False)
    """What to say of a picture that shows nothing."""
    invitation: Text = field(repr=False)
    """What to ask of somebody before a blank pad."""
    draw: Callable[[Tensor, torch.Generator], Tensor] = field(repr=False)
    """Labels int64 (N,) and a generator -> pictures drawn by code, uint8 (N, 28, 28)."""
    drawn: str = field(repr=False)
    """What `draw` draws, as a card says it."""
    augment: str  # a key of zoo.recipes.AUGMENTS: what is usual here
    varied: str  # another: as people write, or take photos
    example: str  # a file name for a user's picture

    @property
    def name(self) -> str:
        return self.files.name

    @property
    def title(self) -> str:
        return self.files.title

    def label_text(self, label: str) -> Text:
        """Return a label in both languages."""
        return Text(label, dict(zip(self.labels, self.labels_zh)).get(label, label))


DIGITS = tuple("0123456789")

MNIST = DataSet(
    files=data.MNIST,
    labels=DIGITS,
    labels_zh=DIGITS,
    mean=0.1307,
    std=0.3081,
    hub_id="ylecun/mnist",
    licence="CC BY-SA 3.0",
    source="LeCun, Cortes and Burges, The MNIST database of handwritten digits",
    stages={
        "drawing": Text("Your drawing", "你的画"),
        "ink": Text("Find the ink", "找到笔迹"),
        "crop": Text("Crop", "裁剪"),
        "stroke": Text("Even the strokes", "统一笔宽"),
        "centre": Text("Centre, 28 × 28", "居中，28 × 28"),
    },
    prepare=digit_steps,
    views=itself,
    nothing=Text(
        "No ink found. Write a digit that stands out from its ground.",
        "没有找到笔迹。请写一个与背景分明的数字。",
    ),
    invitation=Text("Draw a digit: your network reads it.", "写一个数字：由你的网络来读。"),
    draw=digits.draw,
    drawn="digits drawn by `zoo.synthetic.digits`",
    augment="digits",
    varied="neat digits",
    example="digit.png",
)

FASHION_MNIST = DataSet(
    files=data.FASHION_MNIST,
    labels=(
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
    labels_zh=("T恤/上衣", "裤子", "套头衫", "连衣裙", "外套", "凉鞋", "衬衫", "运动鞋", "包", "短靴"),
    mean=0.2860,
    std=0.3530,
    hub_id="zalando-datasets/fashion_mnist",
    licence="MIT",
    source="Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747",
    stages={
        "photo": Text("Your picture", "你的图片"),
        "mask": Text("Find it, turn it upright", "找到衣物，摆正"),
        "crop": Text("Crop, grey", "裁剪，变灰"),
        "sleeves": Text("Sleeves down: looked at too", "袖子放下：也看这张"),
        "centre": Text("Negate, 28 × 28", "反相，28 × 28"),
    },
    prepare=garment_steps,
    views=garment_views,
    nothing=Text(
        "No garment found. Show one garment on a calm ground.",
        "没有找到衣物。请给出一件放在简单背景上的衣物。",
    ),
    invitation=Text(
        "Draw a garment or open a picture of one: your network names it.",
        "画一件衣物或打开一张图片：由你的网络来辨认。",
    ),
    draw=garments.draw,
    drawn="clothes drawn by `zoo.synthetic.garments`",
    augment="clothes",
    varied="covered photos",
    example="garment.jpg",
)

DATASETS = {row.name: row for row in (MNIST, FASHION_MNIST)}


def find(name: str) -> DataSet:
    """Return the row of a data set, or raise a ValueError that lists the names."""
    data.find(name)
    return DATASETS[name]
