"""Draw the example pictures of the fashion page, one garment of each class: `python demos/examples/draw.py`.

Coordinates run from 0 to 1, x to the right and y down. `half` outlines are mirrored about x = 0.5.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Point = tuple[float, float]
Colour = tuple[int, int, int]

SIDE = 320  # pixels
FINE = 4  # drawn this many times larger, then reduced
GROUND: Colour = (238, 235, 230)
SHADOW: Colour = (120, 112, 104)


class Sketch:
    """A picture under way, on which shapes are laid one over the other."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (SIDE * FINE, SIDE * FINE), GROUND)
        self.pen = ImageDraw.Draw(self.image)

    def shape(self, points: Sequence[Point], colour: Colour) -> None:
        """Fill a closed outline whose corners are rounded off."""
        self.pen.polygon(_pixels(_rounded(points)), colour)

    def half(self, points: Sequence[Point], colour: Colour) -> None:
        """Fill the outline whose left half is given from top to bottom."""
        self.shape([*points, *((1 - x, y) for x, y in reversed(points))], colour)

    def line(self, points: Sequence[Point], colour: Colour, width: float = 0.008) -> None:
        """Draw a line of a width in the picture's units."""
        self.pen.line(_pixels(points), colour, round(width * SIDE * FINE), joint="curve")

    def dots(self, places: Sequence[Point], colour: Colour, radius: float = 0.011) -> None:
        """Draw round dots: buttons, eyelets."""
        for x, y in places:
            self.pen.ellipse(_pixels([(x - radius, y - radius), (x + radius, y + radius)]), colour)

    def finish(self) -> Image.Image:
        """Return the picture at its final size, with a soft shadow under what is drawn."""
        ground = Image.new("RGB", self.image.size, GROUND)
        drawn = ImageChops.difference(self.image, ground).convert("L").point(lambda value: 255 if value else 0)
        shade = ImageChops.offset(drawn, 3 * FINE, 5 * FINE).filter(ImageFilter.GaussianBlur(5 * FINE))
        picture = Image.composite(Image.new("RGB", ground.size, SHADOW), ground, shade.point(lambda value: value // 4))
        picture.paste(self.image, mask=drawn)
        return picture.resize((SIDE, SIDE), Image.Resampling.BOX)


def _pixels(points: Sequence[Point]) -> list[Point]:
    return [(x * SIDE * FINE, y * SIDE * FINE) for x, y in points]


def _rounded(points: Sequence[Point], rounds: int = 3) -> list[Point]:
    """Cut off the corners of a closed outline (Chaikin 1974), a tenth of each side at a time."""
    outline = list(points)
    for _ in range(rounds):
        cut = []
        for (x0, y0), (x1, y1) in zip(outline, [*outline[1:], outline[0]], strict=True):
            cut += [(0.9 * x0 + 0.1 * x1, 0.9 * y0 + 0.1 * y1), (0.1 * x0 + 0.9 * x1, 0.1 * y0 + 0.9 * y1)]
        outline = cut
    return outline


def t_shirt(sketch: Sketch) -> None:
    colour, dark = (52, 96, 148), (38, 74, 118)
    sketch.half([(0.40, 0.13), (0.33, 0.15), (0.13, 0.29), (0.20, 0.42), (0.31, 0.35), (0.30, 0.87)], colour)
    sketch.shape([(0.40, 0.12), (0.44, 0.19), (0.50, 0.21), (0.56, 0.19), (0.60, 0.12), (0.50, 0.10)], GROUND)
    sketch.line([(0.40, 0.13), (0.44, 0.195), (0.50, 0.215), (0.56, 0.195), (0.60, 0.13)], dark, 0.014)


def trouser(sketch: Sketch) -> None:
    colour, dark = (58, 62, 74), (40, 43, 52)
    sketch.half([(0.37, 0.06), (0.35, 0.25), (0.325, 0.95), (0.455, 0.95), (0.50, 0.30)], colour)
    sketch.line([(0.37, 0.105), (0.63, 0.105)], dark)
    sketch.line([(0.50, 0.06), (0.50, 0.30)], dark)
    sketch.line([(0.375, 0.13), (0.415, 0.19)], dark)
    sketch.line([(0.625, 0.13), (0.585, 0.19)], dark)


def pullover(sketch: Sketch) -> None:
    colour, dark = (126, 66, 60), (96, 48, 44)
    sleeve = [(0.41, 0.13), (0.31, 0.16), (0.22, 0.30), (0.13, 0.80), (0.23, 0.83), (0.32, 0.44)]
    sketch.half([*sleeve, (0.32, 0.86)], colour)
    sketch.shape([(0.42, 0.11), (0.45, 0.165), (0.50, 0.18), (0.55, 0.165), (0.58, 0.11)], GROUND)
    sketch.line([(0.415, 0.13), (0.45, 0.175), (0.50, 0.19), (0.55, 0.175), (0.585, 0.13)], dark, 0.022)
    sketch.line([(0.32, 0.82), (0.68, 0.82)], dark, 0.01)
    for side in (0, 1):
        sketch.line([(abs(side - 0.135), 0.765), (abs(side - 0.24), 0.79)], dark, 0.01)


def dress(sketch: Sketch) -> None:
    colour, dark = (46, 100, 92), (32, 74, 68)
    sketch.half([(0.41, 0.05), (0.38, 0.06), (0.37, 0.22), (0.40, 0.40), (0.33, 0.70), (0.29, 0.95)], colour)
    sketch.shape([(0.435, 0.03), (0.445, 0.13), (0.50, 0.16), (0.555, 0.13), (0.565, 0.03)], GROUND)
    sketch.line([(0.40, 0.40), (0.60, 0.40)], dark, 0.018)
    for x in (0.42, 0.50, 0.58):
        sketch.line([(0.5 + 0.5 * (x - 0.5), 0.42), (0.5 + 1.6 * (x - 0.5), 0.93)], dark, 0.006)


def coat(sketch: Sketch) -> None:
    colour, dark = (92, 86, 102), (38, 34, 44)
    sleeve = [(0.42, 0.07), (0.30, 0.11), (0.21, 0.24), (0.17, 0.82), (0.275, 0.83), (0.30, 0.44)]
    sketch.half([*sleeve, (0.28, 0.94)], colour)
    sketch.shape([(0.43, 0.06), (0.50, 0.26), (0.57, 0.06), (0.50, 0.09)], dark)
    sketch.shape([(0.42, 0.06), (0.36, 0.17), (0.41, 0.21), (0.40, 0.24), (0.495, 0.36), (0.45, 0.14)], (72, 66, 82))
    sketch.shape([(0.58, 0.06), (0.64, 0.17), (0.59, 0.21), (0.60, 0.24), (0.505, 0.36), (0.55, 0.14)], (72, 66, 82))
    sketch.line([(0.50, 0.34), (0.50, 0.935)], dark, 0.018)
    sketch.dots([(0.535, 0.46), (0.535, 0.60), (0.535, 0.74)], dark, 0.014)
    for side in (0, 1):
        sketch.line([(abs(side - 0.33), 0.66), (abs(side - 0.43), 0.64)], dark, 0.014)
        sketch.line([(abs(side - 0.30), 0.36), (abs(side - 0.295), 0.83)], dark, 0.01)


def sandal(sketch: Sketch) -> None:
    colour, dark = (96, 62, 38), (52, 34, 22)
    sketch.shape([(0.06, 0.66), (0.40, 0.64), (0.66, 0.52), (0.92, 0.44), (0.95, 0.50), (0.95, 0.70),
                  (0.90, 0.70), (0.86, 0.58), (0.66, 0.63), (0.44, 0.71), (0.08, 0.71)], dark)  # fmt: skip
    sketch.line([(0.14, 0.65), (0.24, 0.53), (0.36, 0.64)], colour, 0.035)
    sketch.line([(0.30, 0.64), (0.40, 0.50), (0.50, 0.60)], colour, 0.03)
    sketch.line([(0.92, 0.46), (0.90, 0.30), (0.76, 0.32), (0.66, 0.53)], colour, 0.03)


def shirt(sketch: Sketch) -> None:
    colour, stripe, dark = (150, 168, 186), (112, 134, 158), (80, 100, 124)
    sleeve = [(0.42, 0.13), (0.28, 0.16), (0.19, 0.29), (0.09, 0.68), (0.18, 0.71), (0.28, 0.45)]
    sketch.half([*sleeve, (0.28, 0.83), (0.42, 0.85)], colour)
    for x in (0.31, 0.37, 0.43, 0.57, 0.63, 0.69):
        sketch.line([(x, 0.19), (x, 0.835)], stripe, 0.012)
    sketch.shape([(0.43, 0.11), (0.50, 0.22), (0.57, 0.11), (0.50, 0.13)], GROUND)
    sketch.shape([(0.42, 0.12), (0.385, 0.18), (0.44, 0.25), (0.50, 0.21)], stripe)
    sketch.shape([(0.58, 0.12), (0.615, 0.18), (0.56, 0.25), (0.50, 0.21)], stripe)
    sketch.line([(0.50, 0.21), (0.50, 0.845)], dark, 0.012)
    sketch.dots([(0.50, y) for y in (0.30, 0.41, 0.52, 0.63, 0.74)], (230, 234, 238))
    for side in (0, 1):
        sketch.line([(abs(side - 0.10), 0.645), (abs(side - 0.195), 0.675)], dark, 0.01)


def sneaker(sketch: Sketch) -> None:
    colour, dark, white = (60, 78, 104), (38, 50, 68), (176, 178, 182)
    sketch.shape([(0.05, 0.62), (0.12, 0.54), (0.34, 0.48), (0.52, 0.34), (0.60, 0.36), (0.72, 0.42), (0.88, 0.36),
                  (0.95, 0.40), (0.95, 0.66), (0.05, 0.66)], colour)  # fmt: skip
    sketch.shape([(0.04, 0.64), (0.96, 0.64), (0.95, 0.72), (0.06, 0.72)], white)
    sketch.line([(0.12, 0.55), (0.26, 0.62), (0.24, 0.65)], dark, 0.01)
    for i in range(4):
        sketch.line([(0.36 + 0.05 * i, 0.475 - 0.035 * i), (0.43 + 0.05 * i, 0.53 - 0.035 * i)], white, 0.012)
    sketch.line([(0.52, 0.64), (0.64, 0.50), (0.80, 0.48)], white, 0.02)


def bag(sketch: Sketch) -> None:
    colour, dark = (112, 74, 46), (70, 44, 26)
    handle = [(0.34, 0.42), (0.36, 0.22), (0.43, 0.14), (0.57, 0.14), (0.64, 0.22), (0.66, 0.42)]
    sketch.line(handle, dark, 0.035)
    sketch.shape([(0.18, 0.38), (0.82, 0.38), (0.88, 0.86), (0.12, 0.86)], colour)
    sketch.shape([(0.18, 0.38), (0.82, 0.38), (0.80, 0.56), (0.50, 0.62), (0.20, 0.56)], dark)
    sketch.shape([(0.47, 0.55), (0.53, 0.55), (0.53, 0.65), (0.47, 0.65)], (206, 178, 110))


def ankle_boot(sketch: Sketch) -> None:
    colour, dark = (82, 60, 48), (44, 32, 26)
    sketch.shape([(0.52, 0.16), (0.86, 0.14), (0.88, 0.50), (0.92, 0.76), (0.10, 0.78), (0.10, 0.66), (0.20, 0.58),
                  (0.42, 0.50), (0.52, 0.38)], colour)  # fmt: skip
    sketch.shape([(0.09, 0.76), (0.93, 0.74), (0.93, 0.86), (0.70, 0.86), (0.66, 0.82), (0.10, 0.82)], dark)
    sketch.line([(0.52, 0.20), (0.86, 0.18)], dark, 0.012)
    sketch.line([(0.64, 0.18), (0.62, 0.52), (0.72, 0.60), (0.72, 0.75)], dark, 0.01)


GARMENTS: dict[str, Callable[[Sketch], None]] = {
    "T-shirt/top": t_shirt,
    "Trouser": trouser,
    "Pullover": pullover,
    "Dress": dress,
    "Coat": coat,
    "Sandal": sandal,
    "Shirt": shirt,
    "Sneaker": sneaker,
    "Bag": bag,
    "Ankle boot": ankle_boot,
}
"""By label of Fashion-MNIST: what draws one."""


def path(label: str) -> Path:
    """Return where the picture of a class lies."""
    name = label.lower().replace("/", " ").replace("-", " ").replace(" ", "-")
    return Path(__file__).with_name(f"{name}.png")


def main() -> None:
    """Draw every picture anew."""
    for label, draw in GARMENTS.items():
        sketch = Sketch()
        draw(sketch)
        sketch.finish().quantize(64).save(path(label), optimize=True)


if __name__ == "__main__":
    main()
