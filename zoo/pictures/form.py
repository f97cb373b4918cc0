"""The form in which both data sets store a picture: 28 x 28 grey pixels, and the steps that lead there."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

Steps = list[tuple[str, np.ndarray]]  # the name of each picture on the way, and it: uint8 (H, W) or (H, W, 3)

SIDE = 28  # pixels on each side of a picture as MNIST and Fashion-MNIST store it


def itself(steps: Steps) -> np.ndarray:
    """Return the prepared picture as the only one that a network looks at. -> uint8 (1, 28, 28)"""
    return steps[-1][1][None]


def on_white(image: Image.Image) -> Image.Image:
    """Put a picture with transparent parts on white paper. mode "RGBA" -> "RGB"; any other mode is left as it is."""
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGBA", image.size, "white")
    ground.alpha_composite(image)
    return ground.convert("RGB")


def to_grey(coverage: np.ndarray) -> np.ndarray:
    """Return coverage in [0, 1] as grey levels: uint8, 255 where all is covered."""
    return np.round(255 * coverage).astype(np.uint8)


def scaled(size: Sequence[int], scale: float, *, least: int = 1) -> tuple[int, int]:
    """Return a size (width, height) at a scale, in whole pixels, no side shorter than `least`."""
    width, height = size
    return max(least, round(width * scale)), max(least, round(height * scale))


def fitted(image: Image.Image, longest: int) -> Image.Image:
    """Return the picture with its longer side of that many pixels, and at least 3 on the other."""
    scale = longest / max(image.size)
    size = scaled(image.size, scale, least=3)
    return image.resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR)
