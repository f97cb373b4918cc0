"""Open any picture: a file, a PIL image or an array becomes an upright 8-bit PIL image."""

import os

import numpy as np
from PIL import Image, ImageOps

Picture = Image.Image | np.ndarray | str | os.PathLike

MAX_PIXELS = 64_000_000
# Raster formats only: Pillow's others start programs (EPS) or mean nothing to a user of a page.
FORMATS = ("PNG", "JPEG", "MPO", "GIF", "WEBP", "AVIF", "BMP", "TIFF", "PPM", "ICO")


def open_picture(picture: Picture, *, longest: int | None = None) -> Image.Image:
    """Return picture as an upright PIL image of mode "L", "RGB" or "RGBA".

    picture: a path, a PIL image of any mode, or an array (H, W), (H, W, 1), (H, W, 3) or (H, W, 4): bool, uint8,
    integers up to 255 or 65535, or floats in [0, 1] or [0, 255]. EXIF rotation is applied; an animation gives its
    first frame. With longest, a picture whose longer side is at least twice that is shrunk by a whole factor, by
    area, to no less than longest pixels. Raises ValueError for anything that is not such a picture, and for one of
    more than MAX_PIXELS.
    """
    if isinstance(picture, Image.Image):
        return _upright(picture, longest)
    if isinstance(picture, (str, os.PathLike)):
        return _read(picture, longest)
    if isinstance(picture, np.ndarray):
        return _upright(_from_array(picture), longest)
    raise ValueError(f"a picture is a path, a PIL image or a numpy array; got {type(picture).__name__}")


def _read(path: str | os.PathLike, longest: int | None) -> Image.Image:
    Image.init()
    try:
        # Opening reads the header only; _upright checks the size before a pixel is decoded. No process-wide limit
        # or warning filter is touched: other threads may be opening pictures too.
        with Image.open(path, formats=[name for name in FORMATS if name in Image.OPEN]) as image:
            return _upright(image, longest)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError(f"{path} is too large: {error}; send at most {MAX_PIXELS:,} pixels") from None
    except FileNotFoundError:
        raise ValueError(f"no picture at {path}: no such file") from None
    except (OSError, SyntaxError, EOFError) as error:
        raise ValueError(f"{path} is no picture that can be read ({error}); send PNG, JPEG, GIF or WebP") from None


def _upright(image: Image.Image, longest: int | None) -> Image.Image:
    width, height = image.size
    if width * height == 0:
        raise ValueError(f"the picture is empty: {width} x {height} pixels")
    if width * height > MAX_PIXELS:
        raise ValueError(f"the picture is too large: {width} x {height} pixels; send at most {MAX_PIXELS:,}")
    if longest:  # A JPEG file can be decoded at a fraction of its size; for anything else this does nothing.
        image.draft(None, (longest, longest))
    image = _eight_bits(ImageOps.exif_transpose(image))
    factor = max(image.size) // longest if longest else 1
    return image.reduce(factor) if factor > 1 else image


def _eight_bits(image: Image.Image) -> Image.Image:
    if image.mode in ("F", "I") or image.mode.startswith("I;16"):
        return _from_array(np.asarray(image))
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def _from_array(array: np.ndarray) -> Image.Image:
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim != 2 and not (array.ndim == 3 and array.shape[2] in (3, 4)):
        raise ValueError(f"an array of shape {array.shape} is no picture; expected (H, W), (H, W, 3) or (H, W, 4)")
    if 0 in array.shape:
        raise ValueError(f"the picture is empty: its array has shape {array.shape}")
    return Image.fromarray(_to_uint8(array))


def _to_uint8(array: np.ndarray) -> np.ndarray:
    if array.dtype == np.uint8:
        return array
    if array.dtype.kind not in "buif":
        raise ValueError(f"an array of {array.dtype} is no picture; expected bool, integers or floats")
    low, high = float(array.min()), float(array.max())
    if not (low >= 0 and high <= 65535):  # also where either is NaN
        raise ValueError(f"pixel values run from {low:g} to {high:g}; expected 0 to 1, 255 or 65535")
    if array.dtype.kind == "b" or (array.dtype.kind == "f" and high <= 1):
        scale = 255.0
    else:
        scale = 1 / 257 if array.dtype == np.uint16 or high > 255 else 1.0
    return np.round(array * scale).astype(np.uint8)
