"""Open any picture: a file, a PIL image or an array becomes an upright 8-bit PIL image."""

import io
import os
from pathlib import Path
from typing import IO

import numpy as np
from PIL import Image

from zoo.pictures import containers
from zoo.pictures.containers import MAX_PIXELS

__all__ = ["FORMATS", "MAX_PIXELS", "Picture", "open_content", "open_picture"]

Picture = Image.Image | np.ndarray | str | os.PathLike[str] | IO[bytes]

# Raster formats only: Pillow's others start programs (EPS) or mean nothing to a user of a page.
FORMATS = ("PNG", "JPEG", "MPO", "GIF", "WEBP", "AVIF", "BMP", "TIFF", "PPM", "ICO")

_STRIP = 2**20  # pixels that are converted and shrunk at a time
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""By EXIF's orientation: what makes a picture upright."""


def open_picture(picture: Picture, *, longest: int | None = None) -> Image.Image:
    """Return picture as an upright PIL image of mode "L", "RGB" or "RGBA".

    picture: a path, a file open for reading bytes, a PIL image of any mode, or an array (H, W), (H, W, 1), (H, W, 3) or
    (H, W, 4): bool, uint8, integers up to 255 or 65535, or floats in [0, 1] or [0, 255]. EXIF rotation is applied; an
    animation gives its first frame. With longest, a picture whose longer side is at least twice that is shrunk by a whole
    factor, by area, to no less than longest pixels. Raises ValueError for anything that is not such a picture, and for one of
    more than MAX_PIXELS. What strangers send is decoded by decoding.decode instead, which bounds memory and time.
    """
    if isinstance(picture, Image.Image):
        return _upright(picture, longest)
    if isinstance(picture, (str, os.PathLike)):
        return _read(picture, longest)
    if isinstance(picture, np.ndarray):
        return _upright(_from_array(picture), longest)
    if hasattr(picture, "read"):
        return _read_open(picture, longest)
    raise ValueError(
        f"a picture is a path, an open file, a PIL image or a numpy array; got {type(picture).__name__} "
        "(io.BytesIO makes a file of bytes, .numpy() an array of a tensor)"
    )


def _read_open(file: IO[bytes], longest: int | None) -> Image.Image:
    try:
        content = file.read()
    except (OSError, ValueError) as error:  # also what is closed, or no text in this encoding
        raise ValueError(f"no picture that can be read ({error}); open the file with open(path, 'rb')") from None
    if not isinstance(content, bytes):
        raise ValueError("the file was opened for reading text; open it with open(path, 'rb')")
    return _from_content(content, longest)


def _read(path: str | os.PathLike[str], longest: int | None) -> Image.Image:
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError:
        raise ValueError(f"no picture at {str(path)!r}: no such file") from None
    except (OSError, ValueError) as error:
        raise ValueError(
            f"{str(path)!r} is no picture that can be read ({error}); send PNG, JPEG, GIF or WebP"
        ) from None
    try:
        return _from_content(content, longest)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _from_content(content: bytes, longest: int | None) -> Image.Image:
    """Return the picture in a file's content, without what a container has around it."""
    stripped = containers.strip(content)
    if stripped:
        return open_content(stripped.content, longest=longest, orientation=stripped.orientation)
    return open_content(content, longest=longest)


def open_content(content: bytes, *, longest: int | None = None, orientation: int | None = None) -> Image.Image:
    """Return the picture that a file of this content holds, as `open_picture` does.

    orientation: how it lies, as EXIF counts; the content's own by default.
    """
    Image.init()
    try:
        # Opening reads the header only; _upright checks the size before a pixel is decoded. No process-wide limit
        # or warning filter is touched: other threads may be opening pictures too.
        with Image.open(io.BytesIO(content), formats=[name for name in FORMATS if name in Image.OPEN]) as image:
            return _upright(image, longest, orientation)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError(f"the picture is too large: {error}; send at most {MAX_PIXELS:,} pixels") from None
    except Image.UnidentifiedImageError:
        raise ValueError("no picture that can be read; send PNG, JPEG, GIF or WebP") from None
    except (OSError, SyntaxError, EOFError, TypeError) as error:
        raise ValueError(f"no picture that can be read ({error}); send PNG, JPEG, GIF or WebP") from None


def _upright(image: Image.Image, longest: int | None, orientation: int | None = None) -> Image.Image:
    containers.check_size(*image.size)
    if longest:  # A JPEG file can be decoded at a fraction of its size; for anything else this does nothing.
        image.draft(None, (longest, longest))
    image.load()
    turn = _TURNS.get(image.getexif().get(0x0112, 1) if orientation is None else orientation)
    image = _eight_bits(image, max(image.size) // longest if longest else 1)
    return image.transpose(turn) if turn is not None else image


def _eight_bits(image: Image.Image, factor: int) -> Image.Image:
    """Return the picture as "L", "RGB" or "RGBA", shrunk by a factor of at least 1: in strips, for one may fill the memory."""
    factor = max(1, factor)
    extremes = image.getextrema() if _is_deep(image) else (0, 255)
    height = factor * max(1, _STRIP // (image.width * factor))
    if height >= image.height:
        return _shrunk(image, extremes, factor)
    strips = (
        _shrunk(image.crop((0, top, image.width, min(top + height, image.height))), extremes, factor)
        for top in range(0, image.height, height)
    )
    whole: Image.Image | None = None
    for i, strip in enumerate(strips):
        if whole is None:
            whole = Image.new(strip.mode, (strip.width, -(-image.height // factor)))
        whole.paste(strip, (0, i * height // factor))
    assert whole is not None
    return whole


def _is_deep(image: Image.Image) -> bool:
    return image.mode in ("F", "I") or image.mode.startswith("I;16")


def _shrunk(image: Image.Image, extremes: tuple, factor: int) -> Image.Image:
    if _is_deep(image):
        image = Image.fromarray(_to_uint8(np.asarray(image), *extremes))
    elif image.has_transparency_data:
        image = image.convert("RGBA")
    else:
        image = image.convert("L" if image.mode in ("1", "L") else "RGB")
    return image.reduce(factor) if factor > 1 else image


def _from_array(array: np.ndarray) -> Image.Image:
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim != 2 and not (array.ndim == 3 and array.shape[2] in (3, 4)):
        raise ValueError(f"an array of shape {array.shape} is no picture; expected (H, W), (H, W, 3) or (H, W, 4)")
    if 0 in array.shape:
        raise ValueError(f"the picture is empty: its array has shape {array.shape}")
    if array.dtype.kind not in "buif":
        raise ValueError(f"an array of {array.dtype} is no picture; expected bool, integers or floats")
    return Image.fromarray(_to_uint8(array, float(array.min()), float(array.max())))


def _to_uint8(array: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return pixels as uint8; low and high are the least and the largest of the whole picture."""
    if array.dtype == np.uint8:
        return array
    if not (low >= 0 and high <= 65535):  # also where either is NaN
        raise ValueError(f"pixel values run from {low:g} to {high:g}; expected 0 to 1, 255 or 65535")
    if array.dtype.kind == "b" or (array.dtype.kind == "f" and high <= 1):
        scale = 255.0
    else:
        scale = 1 / 257 if array.dtype == np.uint16 or high > 255 else 1.0
    return np.round(array * scale).astype(np.uint8)
