"""Make the photo of a garment the 28 x 28 picture that Fashion-MNIST would have stored."""

import numpy as np
from PIL import Image

from zoo.pictures import foreground, sleeves, symmetry
from zoo.pictures.form import SIDE, Steps, itself, on_white, scaled, to_grey
from zoo.pictures.morphology import bounding_box
from zoo.pictures.opening import Picture, open_picture

MIDDLE, RANGE = 160, 100  # Fashion-MNIST: the greys of a garment, their median and nine tenths of them
ANGLES, SCALES = (-9, 0, 9), (1.0, 0.9)  # degrees and sizes in which a photo's garment is looked at, and mirrored
GAIN = (0.6, 2.0)  # how much contrast may be taken or given to come to that range
FAINTEST = 30  # the darkest cloth still stands out from the ground, 0


def garment(picture: Picture) -> np.ndarray:
    """Return the garment as Fashion-MNIST would store it: uint8 (28, 28), light on dark, the ground 0.

    The garment is found on its ground, turned upright, cropped, its longer side fitted to 28 pixels, centred, made
    grey and negated (Xiao, Rasul & Vollgraf, Fashion-MNIST, 2017, section 2). A 28 x 28 grey picture on black comes
    back unchanged. Raises ValueError where nothing stands out from the ground, or for no picture.
    """
    return garment_steps(picture)[-1][1]


def garment_steps(picture: Picture) -> Steps:
    """Return the pictures on the way from a photo to `garment`: (name, uint8 (H, W) or (H, W, 3) array) in order.

    "sleeves" among them is not on the way: a picture like the last, with spread sleeves hung down, that is looked at too.
    """
    image = open_picture(picture, longest=4 * foreground.LONGEST)
    photo = ("photo", np.asarray(on_white(image)))
    if _is_fashion_mnist(image):
        return [photo, ("centre", np.asarray(image))]
    grey, mask = _upright(on_white(image).convert("L"), _garment_mask(image))
    shade, coverage = _crop(grey, mask)
    down = sleeves.hung(grey, mask)
    return [
        photo,
        ("mask", to_grey(mask)),
        ("crop", np.where(coverage > 0.5, shade, 255).astype(np.uint8)),
        *([("sleeves", _negate_and_centre(*_crop(*down)))] if down else []),
        ("centre", _negate_and_centre(shade, coverage)),
    ]


def views(steps: Steps) -> np.ndarray:
    """Return what a network looks at to read a picture that was prepared in these steps, uint8 (K, 28, 28), itself first.

    A photo's garment lies a little askew and larger or smaller than the data set's: turned, smaller and mirrored forms of it,
    whose answers are averaged (Krizhevsky, Sutskever & Hinton 2012, section 4.1, so with crops); and as many with its sleeves
    down, where they were spread. A picture that is the data set's own already is looked at as it is.
    """
    if len(steps) == 2:
        return itself(steps)
    looked_at = [steps[-1][1], *(pixels for name, pixels in steps if name == "sleeves")]
    forms = [
        _form(Image.fromarray(pixels), angle, scale)
        for pixels in looked_at
        for scale in SCALES
        for angle in sorted(ANGLES, key=abs)
    ]
    return np.stack([*forms, *(form[:, ::-1] for form in forms)])


def _form(image: Image.Image, angle: float, scale: float) -> np.ndarray:
    """Return a picture turned by degrees and made smaller about its middle. -> uint8 of its size"""
    cos, sin = np.cos(np.deg2rad(angle)) / scale, np.sin(np.deg2rad(angle)) / scale
    middle = SIDE / 2
    terms = (cos, -sin, middle - middle * (cos - sin), sin, cos, middle - middle * (sin + cos))
    return np.asarray(image.transform(image.size, Image.Transform.AFFINE, terms, Image.Resampling.BILINEAR))


def _is_fashion_mnist(image: Image.Image) -> bool:
    """Say whether the picture is grey, 28 x 28 and on black, as Fashion-MNIST stores garments."""
    pixels = np.asarray(image)
    if pixels.shape != (SIDE, SIDE) or pixels.max() == 0:
        return False
    return bool(np.median(pixels[[0, 0, -1, -1], [0, -1, 0, -1]]) < 64)  # true of all 60,000: their corners are dark


def _garment_mask(image: Image.Image) -> np.ndarray:
    """Return where the garment is: its alpha channel if the picture is cut out, else what stands out. (H, W) bool."""
    if image.mode == "RGBA":
        alpha = np.asarray(image.getchannel("A")) > 127
        if alpha.any() and (~alpha).mean() > 0.05:
            return alpha
    small = Image.fromarray(to_grey(foreground.foreground(on_white(image).convert("RGB"))))
    mask = np.asarray(small.resize(image.size, Image.Resampling.BILINEAR)) > 127
    if not mask.any():
        raise ValueError(f"no garment found: {image.width} x {image.height} pixels are too few; send a larger photo")
    return mask


def _upright(grey: Image.Image, mask: np.ndarray) -> tuple[Image.Image, np.ndarray]:
    """Turn a garment that lies askew, and its mask with it."""
    angle = symmetry.tilt(mask)
    if not angle:
        return grey, mask
    turned = Image.fromarray(to_grey(mask)).rotate(angle, Image.Resampling.BILINEAR, expand=True)
    return grey.rotate(angle, Image.Resampling.BILINEAR, expand=True), np.asarray(turned) > 127


def _crop(grey: Image.Image, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cut out the mask's box, its longer side 28 pixels, by area -> its greys and their coverage, float32 (h, w)."""
    box = bounding_box(mask)
    inside = mask[box].astype(np.float32)
    shade = np.asarray(grey)[box] * inside
    scale = SIDE / max(inside.shape)
    size = scaled(inside.shape[::-1], scale)
    coverage = np.asarray(Image.fromarray(inside).resize(size, Image.Resampling.BOX))
    return np.asarray(Image.fromarray(shade).resize(size, Image.Resampling.BOX)) / np.maximum(coverage, 1e-3), coverage


def _negate_and_centre(grey: np.ndarray, coverage: np.ndarray) -> np.ndarray:
    """Negate, even out exposure and contrast, and put in the middle of a black 28 x 28 picture. -> uint8 (28, 28)."""
    negative = 255 - grey
    inside = negative[coverage > 0.5] if (coverage > 0.5).any() else negative.ravel()
    low, middle, high = np.percentile(inside, [5, 50, 95])  # not mean and spread: the rim holds ground
    gain = np.clip(RANGE / (high - low + 1e-3), *GAIN)
    shade = np.clip(MIDDLE + gain * (negative - middle), FAINTEST, 255)
    picture = np.zeros((SIDE, SIDE), np.float32)
    height, width = grey.shape
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    picture[top : top + height, left : left + width] = shade * np.where(coverage > 0.25, coverage, 0)
    return np.round(picture).astype(np.uint8)
