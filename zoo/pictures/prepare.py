"""Turn a drawing or a photo into the 28 x 28 picture that the data set would have stored."""

import numpy as np
from PIL import Image

from zoo.pictures import foreground, ink, morphology, symmetry
from zoo.pictures.opening import Picture, open_picture

__all__ = ["Picture", "digit", "digit_steps", "garment", "garment_steps", "open_picture"]

Steps = list[tuple[str, np.ndarray]]

SIDE = 28
BOX = 20  # MNIST: the longer side of a digit, in pixels
STROKE = 2.2  # MNIST: the median width of a stroke, in pixels; 1.8 to 3 were tried, and read no better
GRID = 80  # strokes are measured and redrawn with the longer side of the digit this long
REACH = 24  # half the width of the widest stroke measured; margin around that grid
LEAST_STROKE = (0.02, 0.15)  # of the largest part's area, and of its length: what is smaller is a speck
CLOTH_MIDDLE, CLOTH_RANGE = 160, 100  # Fashion-MNIST: the greys of a garment, their median and nine tenths of them
GAIN = (0.6, 2.0)  # how much contrast may be taken or given to come to that range
FAINTEST_CLOTH = 30  # the darkest cloth still stands out from the ground, 0


def digit(picture: Picture) -> np.ndarray:
    """Return the drawn digit as MNIST would store it: uint8 (28, 28), light on dark.

    The ink is found on any ground, cropped, its strokes evened to MNIST's width, its longer side fitted to 20 pixels
    and its centre of mass put in the middle (LeCun et al., Gradient-Based Learning Applied to Document Recognition,
    1998, section III A). A picture that MNIST could have stored comes back unchanged. Raises ValueError where there
    is no ink or no picture.
    """
    return digit_steps(picture)[-1][1]


def digit_steps(picture: Picture) -> Steps:
    """Return the pictures on the way from a drawing to `digit`: (name, uint8 (H, W) or (H, W, 3) array) in order."""
    image = open_picture(picture, longest=ink.CANVAS)
    drawing = ("drawing", np.asarray(_on_white(image)))
    if _is_mnist(image):
        return [drawing, ("centre", np.asarray(image))]
    coverage = ink.ink(image)
    cropped = _crop(coverage, _without_specks(coverage > 0.5))
    grid, evened = _even_strokes(cropped)
    return [
        drawing,
        ("ink", _to_uint8(coverage)),
        ("crop", _to_uint8(grid)),
        ("stroke", _to_uint8(evened)),
        ("centre", _fit(evened)),
    ]


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGBA", image.size, "white")
    ground.alpha_composite(image)
    return ground.convert("RGB")


def _to_uint8(coverage: np.ndarray) -> np.ndarray:
    return np.round(255 * coverage).astype(np.uint8)


def _is_mnist(image: Image.Image) -> bool:
    """Say whether the picture is a digit as MNIST stores it: light on black, 20 pixels long, centred by mass."""
    pixels = np.asarray(image)
    if pixels.shape != (SIDE, SIDE) or (pixels == 0).mean() < 0.5:
        return False
    rows, columns = np.nonzero(pixels)
    if not len(rows) or max(np.ptp(rows), np.ptp(columns)) != BOX - 1:
        return False
    y, x = np.average([rows, columns], axis=1, weights=pixels[rows, columns])
    return max(abs(y - SIDE / 2), abs(x - SIDE / 2)) < 0.6


def _without_specks(mask: np.ndarray) -> np.ndarray:
    """Drop what is too small beside the digit to be a stroke: a tap of the pen or dirt. mask (H, W) bool -> the same."""
    labels, count = morphology.components(mask)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    large = 1 + np.flatnonzero(sizes >= LEAST_STROKE[0] * sizes.max())
    lengths = np.array([_length(labels == label) for label in large])
    return np.isin(labels, large[lengths >= LEAST_STROKE[1] * lengths.max()])


def _length(mask: np.ndarray) -> int:
    """Return the longer side of the box around what is in mask (H, W) bool."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(max(np.ptp(rows), np.ptp(columns))) + 1


def _crop(coverage: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Cut the box around mask out of coverage, without what is not in the mask. -> (h, w) float32."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    return np.where(mask, coverage, np.minimum(coverage, 0.49))[top:bottom, left:right]


def _even_strokes(cropped: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Redraw the strokes at MNIST's width. cropped (h, w) -> it on the working grid, and redrawn on the same grid."""
    height, width = cropped.shape
    scale = GRID / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    grid = np.pad(np.asarray(Image.fromarray(cropped).resize(size, Image.Resampling.BOX)), REACH)
    mask = grid > 0.5
    depth = morphology.distance(~mask, REACH)
    lines = morphology.thin(mask)
    stroke = 2 * float(np.median(depth[lines])) - 1
    target = _target_width(stroke)
    pen = 2 + int(target / 2)
    outside = np.where(mask, 0.5 - depth, morphology.distance(mask, pen) - 0.5)
    from_line = morphology.distance(lines, pen)
    # The shape grown or shrunk all round; a stroke thinner than the rest keeps at least its centre line.
    return grid, np.clip(0.5 + np.maximum((target - stroke) / 2 - outside, target / 2 - from_line), 0, 1)


def _target_width(stroke: float) -> float:
    """Return the width that is STROKE of 28 once the digit, drawn with it, is BOX long; both in grid pixels."""
    centre_line = max(GRID - stroke, GRID / 8)
    return STROKE * centre_line / (BOX - STROKE)


def _fit(coverage: np.ndarray) -> np.ndarray:
    """Scale the longer side to BOX pixels by area and put the centre of mass in the middle. -> uint8 (28, 28)."""
    unit = max(_extent(coverage.max(axis=1)), _extent(coverage.max(axis=0))) / BOX
    rows, columns = np.nonzero(coverage)
    y, x = np.average([rows, columns], axis=1, weights=coverage[rows, columns]) + 0.5
    half = SIDE / 2 * unit
    margin = int(half) + 1  # so that the frame lies inside the picture wherever the centre is
    box = (x - half + margin, y - half + margin, x + half + margin, y + half + margin)
    framed = Image.fromarray(np.pad(coverage, margin).astype(np.float32))
    return _to_uint8(np.asarray(framed.resize((SIDE, SIDE), Image.Resampling.BOX, box=box)))


def _extent(profile: np.ndarray) -> float:
    """Return how far ink reaches along a profile of coverage (n,), an edge pixel counted by its coverage."""
    covered = np.flatnonzero(profile)
    return float(covered[-1] - covered[0] - 1 + profile[covered[0]] + profile[covered[-1]])


def garment(picture: Picture) -> np.ndarray:
    """Return the garment as Fashion-MNIST would store it: uint8 (28, 28), light on dark, the ground 0.

    The garment is found on its ground, turned upright, cropped, its longer side fitted to 28 pixels, centred, made
    grey and negated (Xiao, Rasul & Vollgraf, Fashion-MNIST, 2017, section 2). A 28 x 28 grey picture on black comes
    back unchanged. Raises ValueError where nothing stands out from the ground, or for no picture.
    """
    return garment_steps(picture)[-1][1]


def garment_steps(picture: Picture) -> Steps:
    """Return the pictures on the way from a photo to `garment`: (name, uint8 (H, W) or (H, W, 3) array) in order."""
    image = open_picture(picture, longest=4 * foreground.LONGEST)
    photo = ("photo", np.asarray(_on_white(image)))
    if _is_fashion_mnist(image):
        return [photo, ("centre", np.asarray(image))]
    grey, mask = _upright(_on_white(image).convert("L"), _garment_mask(image))
    shade, coverage = _crop_garment(grey, mask)
    return [
        photo,
        ("mask", _to_uint8(mask)),
        ("crop", np.where(coverage > 0.5, shade, 255).astype(np.uint8)),
        ("centre", _negate_and_centre(shade, coverage)),
    ]


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
    found = Image.fromarray(_to_uint8(foreground.foreground(_on_white(image).convert("RGB"))))
    mask = np.asarray(found.resize(image.size, Image.Resampling.BILINEAR)) > 127
    if not mask.any():
        raise ValueError(f"no garment found: {image.width} x {image.height} pixels are too few; send a larger photo")
    return mask


def _upright(grey: Image.Image, mask: np.ndarray) -> tuple[Image.Image, np.ndarray]:
    """Turn a garment that lies askew, and its mask with it."""
    angle = symmetry.tilt(mask)
    if not angle:
        return grey, mask
    turned = Image.fromarray(_to_uint8(mask)).rotate(angle, Image.Resampling.BILINEAR, expand=True)
    return grey.rotate(angle, Image.Resampling.BILINEAR, expand=True), np.asarray(turned) > 127


def _crop_garment(grey: Image.Image, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cut out the mask's box, its longer side 28 pixels, by area -> its greys and their coverage, float32 (h, w)."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    inside = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32)
    shade = np.asarray(grey)[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] * inside
    scale = SIDE / max(inside.shape)
    size = max(1, round(inside.shape[1] * scale)), max(1, round(inside.shape[0] * scale))
    coverage = np.asarray(Image.fromarray(inside).resize(size, Image.Resampling.BOX))
    return np.asarray(Image.fromarray(shade).resize(size, Image.Resampling.BOX)) / np.maximum(coverage, 1e-3), coverage


def _negate_and_centre(grey: np.ndarray, coverage: np.ndarray) -> np.ndarray:
    """Negate, even out exposure and contrast, and put in the middle of a black 28 x 28 picture. -> uint8 (28, 28)."""
    negative = 255 - grey
    inside = negative[coverage > 0.5] if (coverage > 0.5).any() else negative.ravel()
    low, middle, high = np.percentile(inside, [5, 50, 95])  # not mean and spread: the rim holds ground
    gain = np.clip(CLOTH_RANGE / (high - low + 1e-3), *GAIN)
    shade = np.clip(CLOTH_MIDDLE + gain * (negative - middle), FAINTEST_CLOTH, 255)
    picture = np.zeros((SIDE, SIDE), np.float32)
    height, width = grey.shape
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    picture[top : top + height, left : left + width] = shade * np.where(coverage > 0.25, coverage, 0)
    return np.round(picture).astype(np.uint8)
