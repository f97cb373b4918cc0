"""Measure a model on handwriting fonts, which nothing in this repository was drawn from: digits read, letters flagged.

`python tests/proxies/fonts.py lenet5-mnist FOLDER [--count 8] [--sheet FILE]`, where the folder holds font files (TrueType,
OpenType or WOFF), such as those that the packages `@fontsource/caveat` or `@fontsource/playwrite-fr-moderne` bring. The
Playwrite families follow what primary schools of some 35 countries teach.
"""

import argparse
import string
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import zoo
from tests.proxies.report import prepare
from tests.proxies.sheet import contact_sheet

SIDE = 280
ALIKE = set("oOQDlIijSsZzBbgqyGTtLJeUVvCcrfJpPxn")
"""Letters that in some hand are a digit, or nearly: 0, 1, 2, 3, 4, 5, 6, 7, 8 or 9. They are not counted."""
LETTERS = "".join(letter for letter in string.ascii_letters if letter not in ALIKE)


def render(letter: str, font: Path, generator: np.random.Generator) -> Image.Image:
    """Draw one character of a font on a pad, slanted, turned, of some size and boldness. -> "RGBA" 280 x 280."""
    glyph = Image.new("L", (2 * SIDE, 2 * SIDE))
    ImageDraw.Draw(glyph).text((SIDE, SIDE), letter, fill=255, anchor="mm", font=_opened(font))
    if (steps := int(generator.integers(0, 4))) and glyph.getbbox():
        for _ in range(steps):
            glyph = glyph.filter(ImageFilter.MaxFilter(5))
    slant, turn = generator.normal(0, 0.1), generator.normal(0, 4)
    glyph = glyph.transform(glyph.size, Image.Transform.AFFINE, (1, slant, -slant * SIDE, 0, 1, 0)).rotate(turn)
    box = glyph.getbbox()
    if box is None:
        raise ValueError(f"{font.name} has no {letter!r}")
    glyph = glyph.crop(box)
    scale = SIDE * generator.uniform(0.3, 0.85) / max(glyph.size)
    glyph = glyph.resize([max(2, round(scale * side)) for side in glyph.size], Image.Resampling.BOX)
    corner = [int(generator.integers(4, SIDE - side - 3)) for side in glyph.size]
    ink = Image.new("L", (SIDE, SIDE))
    ink.paste(glyph, corner)
    picture = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
    picture.putalpha(ink)
    return picture


def files(folder: Path) -> list[Path]:
    """Return the font files in a folder."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".ttf", ".otf", ".woff"))


@cache
def _opened(font: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font), 240)


def drawn(letters: str, fonts: list[Path], count: int) -> Iterator[tuple[str, Path, Image.Image]]:
    """Yield each letter in each font `count` times, the same each time it is asked."""
    generator = np.random.default_rng(0)
    for font in fonts:
        for letter in letters:
            for _ in range(count):
                yield letter, font, render(letter, font, generator)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("fonts", type=Path)
    parser.add_argument("--count", type=int, default=8, help="drawings of each digit in each font")
    parser.add_argument("--sheet", type=Path, help="a file for what was read wrongly")
    asked = parser.parse_args()
    classifier = zoo.load(asked.model)
    fonts = files(asked.fonts)
    digits = list(drawn(string.digits, fonts, asked.count))
    images = np.concatenate([prepare(classifier, picture) for _, _, picture in digits])
    probabilities = classifier.probabilities(images)
    right = np.array(
        [str(label) == letter for label, (letter, _, _) in zip(probabilities.argmax(1).tolist(), digits, strict=True)]
    )
    letters = np.concatenate([prepare(classifier, picture) for _, _, picture in drawn(LETTERS, fonts, 1)])
    flags = [1 - classifier.read_all(each)[1].double().mean().item() for each in (images, letters)]
    print(
        f"{asked.model}, {len(fonts)} fonts: {len(digits)} digits, {right.mean():.1%} read rightly, {flags[0]:.1%} flagged; "
        f"{len(letters)} letters like no digit, {flags[1]:.1%} flagged"
    )
    for digit in string.digits:
        print(f"  {digit} {right[[letter == digit for letter, _, _ in digits]].mean():.1%}")
    if asked.sheet:
        tiles = [digits[k][2] for k in np.flatnonzero(~right)[:200]]
        contact_sheet([tiles[k : k + 20] for k in range(0, len(tiles), 20)], 70).save(asked.sheet)


if __name__ == "__main__":
    main()
