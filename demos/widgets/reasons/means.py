"""The average picture of each class, and how far the training images are from it: `python demos/widgets/reasons/means.py`.

Both are of 14 x 14 grey levels, as `zoo.familiarity` looks at pictures, over the training images without those kept aside.
"""

import base64
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import torch
from torch import Tensor
from torch.nn import functional as F

from zoo import data, datasets
from zoo.familiarity import GREYS

FILE = Path(__file__).with_name("means.json")
SHARE = 0.95
"""The share of a class's training images that are nearer to its mean than what is written as `within`."""


def thumbnails(images: Tensor) -> Tensor:
    """Return images uint8 (N, 28, 28) as float32 (N, 196), in grey levels from 0 to 255."""
    return F.avg_pool2d(images[:, None].float(), 28 // GREYS).flatten(1)


def distance(pictures: Tensor, mean: Tensor) -> Tensor:
    """Return the root mean square difference (N,) of pictures (N, 196) from one (196,), in grey levels."""
    return (pictures - mean).square().mean(1).sqrt()


def measure(name: str) -> dict:
    """Return {"means": 10 x 196 bytes in base64, "within": [10 distances in grey levels]} of a data set."""
    images, labels = data.load(name, "train")
    classes = [thumbnails(images[labels == i]) for i in range(len(datasets.find(name).labels))]
    means = torch.stack([each.mean(0) for each in classes]).round()
    within = [round(distance(each, mean).quantile(SHARE).item(), 1) for each, mean in zip(classes, means)]
    return {"means": base64.b64encode(bytes(means.byte().flatten().tolist())).decode(), "within": within}


if __name__ == "__main__":
    FILE.write_text(json.dumps({name: measure(name) for name in datasets.DATASETS}, indent=1) + "\n", encoding="utf-8")
