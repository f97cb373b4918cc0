"""Contact sheets: many small pictures in rows, to look at."""

import numpy as np
from PIL import Image


def contact_sheet(rows: list[list[Image.Image | np.ndarray]], size: int = 64) -> Image.Image:
    """Paste pictures in rows, each fitted to size x size on white. rows may differ in length. -> "RGB"."""
    paper = Image.new("RGB", (size * max(map(len, rows)), size * len(rows)), "white")
    for y, row in enumerate(rows):
        for x, picture in enumerate(row):
            image = (picture if isinstance(picture, Image.Image) else Image.fromarray(picture)).convert("RGBA")
            image = image.resize((size - 2, size - 2), Image.Resampling.BOX)
            paper.paste(image, (x * size + 1, y * size + 1), image)
    return paper
