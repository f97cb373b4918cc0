"""Grids of numbers and small pictures as SVG, drawn without matplotlib: dozens of cells at no cost."""

from collections.abc import Collection

import numpy as np

from demos.frame import figures
from demos.frame.figures import escape
from demos.widgets import thumbnails

CELL = 34
Place = tuple[int, int]


def numbers(
    values: np.ndarray, caption: str, alt: str, *, lit: Collection[Place] = (), border: int = 0, colour: int = 0
) -> str:
    """Return numbers (H, W) as a figure of cells; `lit` ones stand out, `border` rows and columns around are padding."""
    height, width = values.shape
    cells = []
    for (row, column), value in np.ndenumerate(values):
        inside = border <= row < height - border and border <= column < width - border
        fill = f"var(--c{colour})" if (row, column) in lit else "var(--wash)" if inside else "none"
        opacity = 0.32 if (row, column) in lit else 1
        x, y = column * CELL, row * CELL
        cells.append(
            f'<rect x="{x + 1}" y="{y + 1}" width="{CELL - 2}" height="{CELL - 2}" rx="4" fill="{fill}" '
            f'fill-opacity="{opacity}" stroke="var(--grid)"/>'
            f'<text x="{x + CELL / 2}" y="{y + CELL / 2 + 4.5}" text-anchor="middle" font-size="13" '
            f'fill="var(--{"ink" if inside else "muted"})">{_short(value)}</text>'
        )
    return _figure(width * CELL, height * CELL, "".join(cells), caption, alt)


def picture(source: str, size: tuple[int, int], caption: str, alt: str, *, width: int = 240) -> str:
    """Return a picture (its data URL, width and height in pixels) as a figure, pixel by pixel, `width` CSS pixels wide."""
    shape = f'width="{size[0]}" height="{size[1]}"'
    image = f'<image href="{source}" {shape} style="image-rendering: pixelated"/>'
    frame = f'<rect {shape} fill="none" stroke="var(--grid)" vector-effect="non-scaling-stroke"/>'
    return _figure(*size, image + frame, caption, alt, shown=width)


def signed(values: np.ndarray, caption: str, alt: str, *, width: int = 240) -> str:
    """Return numbers (H, W) as a figure: blue below 0, orange above, the largest in size the strongest."""
    shades = values / max(float(np.abs(values).max()), 1e-12)
    return picture(thumbnails.source(thumbnails.signed(shades)), values.shape[::-1], caption, alt, width=width)


def row(*parts: str) -> str:
    """Return figures side by side; where they need more room than the page has, the row scrolls and widens nothing."""
    return f'<div style="contain:inline-size">{figures.row(*parts)}</div>'


def _figure(width: float, height: float, inside: str, caption: str, alt: str, *, shown: float = 0) -> str:
    wide = shown or width
    # narrower where the page is, but not so much that nothing can be read: the row then scrolls
    style = f"flex:0 1 {wide:.0f}px;min-width:{max(0.45 * wide, min(wide, 90)):.0f}px;--width:{wide:.0f}px"
    box = f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(alt)}">{inside}</svg>'
    return (
        f'<figure class="fig" style="{style}"><figcaption>{caption}</figcaption><div class="plot">{box}</div></figure>'
    )


def _short(value: float) -> str:
    return f"{value + 0.0:.3g}".replace("-", "−")  # + 0.0: no minus before a zero
