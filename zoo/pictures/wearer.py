"""Part a garment from who wears it: head, neck, arms, hands and legs are skin; trousers are what legs are in below a top.

Someone is there only where a face or a neck is: skin in the middle at the top of the figure, narrower than it and unlike what
hangs below. Skin of every tone has nearly one hue; it differs in lightness (Xiao et al., Characterising the Variations in
Ethnic Skin Colours, 2017). The face then says what this one's skin looks like.
"""

import numpy as np

from zoo.pictures import morphology
from zoo.pictures.colours import Colours, fit_colours, log_density

HUE, CHROMA = (25, 85), (7, 50)  # of skin in CIE L*a*b*: degrees, and its distance from grey
DARKEST = 8  # L*, weighed as `foreground.lab` does, below which hue is noise
LARGEST = 0.3  # of the figure, a face with its neck
SKIN = 0.6  # of the figure, all skin
LYING = 1.5  # times wider than high: a figure that nobody stands in
NARROW = 0.6  # of the figure's width: head and neck
UNLIKE = 9  # units of L*a*b* between the face and what hangs below it
SURE = 3.0  # deviations from the face's colour within which all is this one's skin
OTHER = 1.0  # nats by which trousers and what is above them differ in colour
PIECE = 0.7  # of what is no skin, the largest piece: more pieces are a skin-coloured pattern


def garment_of(pixels: np.ndarray, figure: np.ndarray) -> np.ndarray | None:
    """Return where the garment is in a figure, None if nobody wears it. pixels (h, w, 3) L*a*b*, figure (h, w) bool -> bool."""
    high, wide = np.shape(figure[morphology.bounding_box(figure)])
    face = _face(pixels, figure) if wide < LYING * high else None
    if face is None:
        return None
    skin = _skin(pixels, figure, face)
    if skin is None:
        return None
    cloth = figure & ~skin
    neck = _neck(figure, face)
    cloth[:neck] = False  # hair
    hem = _hem(pixels, cloth, figure & skin, neck)
    cloth[hem:] = False
    cloth = morphology.opening(cloth)
    return cloth if cloth.sum() > 0.15 * figure.sum() else None


def _face(pixels: np.ndarray, figure: np.ndarray) -> np.ndarray | None:
    """Return the face, or the neck where the frame or a phone hides it, (h, w) bool; None without one."""
    hue = np.rad2deg(np.arctan2(pixels[..., 2], pixels[..., 1]))
    chroma = np.hypot(pixels[..., 1], pixels[..., 2])
    like_skin = (
        (hue > HUE[0]) & (hue < HUE[1]) & (chroma > CHROMA[0]) & (chroma < CHROMA[1]) & (pixels[..., 0] > DARKEST)
    )
    labels, count = morphology.components(morphology.opening(like_skin & figure), corners=False)
    faces = [part for part in (labels == k for k in range(1, count + 1)) if _is_face(pixels, figure, part)]
    return max(faces, key=np.sum) if faces else None


def _is_face(pixels: np.ndarray, figure: np.ndarray, part: np.ndarray) -> bool:
    """Tell whether a part of the figure that looks like skin is a face or a neck by its place and by what is around it."""
    top, height, width = _extent(figure)
    rows, columns = np.nonzero(part)
    middle = int(rows.mean())
    if (
        not 12 <= len(rows) <= LARGEST * figure.sum()
        or rows.min() > top + 0.3 * height
        or rows.max() > top + height / 2
    ):
        return False
    aside = abs(columns.mean() - np.median(np.nonzero(figure)[1]))
    across = figure[middle].sum()
    if aside > 0.2 * width or across > NARROW * width or part[middle].sum() < across / 2:
        return False
    below = _below(figure, part, height)
    if below.sum() < 8:
        return False
    lightness, *colour = np.median(pixels[below], axis=0) - np.median(pixels[part], axis=0)
    return abs(lightness) + np.hypot(*colour) > UNLIKE


def _extent(figure: np.ndarray) -> tuple[int, int, float]:
    """Return a figure's top row, its height, and its width, a few of its rows left out, where an arm is stretched."""
    rows = np.flatnonzero(figure.any(axis=1))
    return (
        int(rows[0]),
        int(rows[-1] - rows[0] + 1),
        float(np.quantile(figure.sum(axis=1)[rows[0] : rows[-1] + 1], 0.95)),
    )


def _below(figure: np.ndarray, face: np.ndarray, height: int) -> np.ndarray:
    """Return what of the figure hangs below a face, as wide as it. -> (h, w) bool"""
    rows, columns = morphology.bounding_box(face)
    chest = np.zeros_like(figure)
    place = slice(rows.stop, rows.stop + 1 + int(0.15 * height)), columns
    chest[place] = figure[place]
    return chest


def _skin(pixels: np.ndarray, figure: np.ndarray, face: np.ndarray) -> np.ndarray | None:
    """Return where the figure is skin of the face's colour, (h, w) bool; None if it is all over, as a colour of the cloth."""
    tone = np.median(pixels[face], axis=0)
    spread = np.maximum(1.5 * np.median(np.abs(pixels[face] - tone), axis=0), (5, 2.5, 2.5))
    skin = figure & ((((pixels - tone) / spread) ** 2).sum(axis=2) < SURE**2)
    bottom = np.flatnonzero(face.any(axis=1))[-1]
    lower = np.arange(len(figure))[:, None] > bottom
    cloth = figure & ~skin & lower
    if cloth.sum() < 20:
        return None
    # What hangs below the face is cloth, whatever its colour, so that a print like skin stays with it.
    model = fit_colours(np.concatenate([pixels[cloth], pixels[_below(figure, face, _extent(figure)[1])]]))
    this: Colours = [(float(-np.log(spread).sum()), tone, np.diag(1 / spread))]
    skin = morphology.opening(skin & (log_density(pixels, this) > log_density(pixels, model)))
    skin = face | _at_edge(skin | face, figure)
    pieces = np.bincount((morphology.components(figure & ~skin)[0] * lower).ravel())[1:]
    if skin.sum() > SKIN * figure.sum() or pieces.max(initial=0) < PIECE * pieces.sum():
        return None
    return skin


def _at_edge(skin: np.ndarray, figure: np.ndarray) -> np.ndarray:
    """Return the parts of the skin that reach the figure's edge, as limbs do. -> (h, w) bool"""
    labels, count = morphology.components(skin)
    area = np.bincount(labels.ravel(), minlength=count + 1)
    edge = np.bincount(labels[figure & ~morphology.erosion(figure)], minlength=count + 1)
    reaches = (area >= 4) & (edge >= np.maximum(2, np.sqrt(area) / 4))
    reaches[0] = False
    return reaches[labels]


def _neck(figure: np.ndarray, face: np.ndarray) -> int:
    """Return the row where the figure is narrowest between the middle of the face and the shoulders, not far below the chin."""
    widths = figure.sum(axis=1)
    rows = np.flatnonzero(face.any(axis=1))
    middle, lowest = int(rows.mean()), int(rows[-1]) + len(rows) // 2
    wide = np.flatnonzero(widths[middle:] >= NARROW * _extent(figure)[2])
    above = widths[middle : 1 + min(lowest, middle + int(wide[0]))]
    return middle + int(np.flatnonzero(above == above.min())[-1])


def _hem(pixels: np.ndarray, cloth: np.ndarray, skin: np.ndarray, neck: int) -> int:
    """Return the row where a top ends and trousers begin; one below the picture if there are none, as with a dress."""
    none = len(cloth)
    rows = np.flatnonzero((cloth | skin).any(axis=1))
    bottom, height = int(rows[-1]), int(rows[-1]) - neck
    feet = slice(bottom - height // 8, bottom + 1)
    chest = slice(neck + height // 8, neck + 1 + height // 3)
    if skin[feet].sum() > 0.4 * (cloth | skin)[feet].sum() or min(cloth[feet].sum(), cloth[chest].sum()) < 20:
        return none
    as_trousers = log_density(pixels, fit_colours(pixels[feet][cloth[feet]]))
    as_top = log_density(pixels, fit_colours(pixels[chest][cloth[chest]]))
    odds = as_trousers - as_top
    if min(odds[feet][cloth[feet]].mean(), -odds[chest][cloth[chest]].mean()) < OTHER:
        return none
    like = cloth & (odds > 0) & (as_trousers > np.quantile(as_trousers[feet][cloth[feet]], 0.05) - 3)
    trousers = (like.sum(axis=1) > cloth.sum(axis=1) / 2) | ~cloth.any(axis=1)
    # Upwards from the feet, over a row or two in doubt.
    doubt = np.convolve(~trousers[neck : bottom + 1], np.ones(3), mode="valid") == 3
    last = np.flatnonzero(doubt)
    hem = neck + int(last[-1]) + 3 if len(last) else neck
    if not neck + height / 4 < hem < bottom - 0.08 * height:
        return none
    return hem if _are_legs(cloth[hem : bottom + 1], cloth[neck:hem]) else none


def _are_legs(lower: np.ndarray, upper: np.ndarray) -> bool:
    """Tell whether what is below is narrower than what is above, or parted in two towards its end."""
    narrower = lower.sum(axis=1).mean() / max(1.0, np.median(upper[len(upper) // 4 :].sum(axis=1)))
    if not 0.85 <= narrower <= 1.1:
        return bool(narrower < 1)
    ends = lower[-max(1, len(lower) // 4) :]
    return bool(np.mean((np.diff(np.pad(ends, ((0, 0), (1, 1))).astype(int), axis=1) == 1).sum(axis=1) > 1) > 0.5)
