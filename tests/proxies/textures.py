"""Photographed-looking surfaces, made of numbers: noise, floors, cloth, walls. Arrays are float (H, W, 3) in 0..255."""

import colorsys

import numpy as np
from PIL import Image

Generator = np.random.Generator


def noise(height: int, width: int, cells: tuple[float, float], generator: Generator) -> np.ndarray:
    """Return smooth noise of about unit spread, with cells[0] x cells[1] bumps over the picture. -> (H, W) float."""
    rows, columns = (max(2, min(int(n) + 2, side)) for n, side in zip(cells, (height, width), strict=True))
    coarse = generator.normal(size=(rows, columns)).astype(np.float32)
    fine = np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC))
    return fine / (fine.std() + 1e-6)


def fractal(height: int, width: int, generator: Generator, *, octaves: int = 5, stretch: float = 1.0) -> np.ndarray:
    """Return noise with detail at every scale, drawn out along x by stretch. -> (H, W) float, about unit spread."""
    total = sum(noise(height, width, (2**k * stretch, 2**k), generator) / 1.6**k for k in range(1, octaves + 1))
    return total / total.std()


def colour(generator: Generator, *, value: tuple[float, float], saturation: tuple[float, float]) -> np.ndarray:
    """Return a colour of any hue. -> (3,) float in 0..255."""
    rgb = colorsys.hsv_to_rgb(generator.random(), generator.uniform(*saturation), generator.uniform(*value))
    return 255 * np.array(rgb)


def wood(height: int, width: int, generator: Generator) -> np.ndarray:
    """Return floor boards with grain, joints and boards of slightly different colour."""
    base = np.array(colorsys.hsv_to_rgb(generator.uniform(0.05, 0.1), generator.uniform(0.2, 0.6), 1.0))
    base = base * generator.uniform(90, 215)
    board = int(generator.uniform(0.1, 0.3) * height)
    y = np.arange(height) + int(generator.integers(board))
    grain = fractal(height, width, generator, octaves=6, stretch=9.0)
    rings = np.sin(0.35 * np.arange(height)[:, None] + 4 * noise(height, width, (6, 2), generator))
    tone = generator.normal(0, 0.07, height // board + 3)[y // board][:, None]
    shade = 1 + tone + generator.uniform(0.02, 0.08) * grain + generator.uniform(0, 0.05) * rings
    joint = (y % board < max(1, height // 220))[:, None] * generator.uniform(0.2, 0.55)
    return base * (shade * (1 - joint))[:, :, None]


def tiles(height: int, width: int, generator: Generator) -> np.ndarray:
    """Return square tiles with grout between them."""
    base = colour(generator, value=(0.45, 0.95), saturation=(0.0, 0.2))
    side = int(generator.uniform(0.18, 0.45) * width)
    y, x = (np.arange(n) + int(generator.integers(side)) for n in (height, width))
    tone = generator.normal(0, 0.03, (height // side + 3, width // side + 3))[y // side][:, x // side]
    marble = generator.uniform(0.01, 0.06) * fractal(height, width, generator)
    line = max(2, width // 120)
    grout = np.maximum((y % side < line)[:, None], (x % side < line)[None, :]) * generator.uniform(-0.2, 0.35)
    return base * ((1 + tone + marble) * (1 - grout))[:, :, None]


def carpet(height: int, width: int, generator: Generator) -> np.ndarray:
    """Return pile: strong fine speckle on a few soft patches."""
    base = colour(generator, value=(0.25, 0.85), saturation=(0.0, 0.35))
    pile = noise(height, width, (height / 2.5, width / 2.5), generator)
    patches = fractal(height, width, generator, octaves=3)
    return base * (1 + generator.uniform(0.05, 0.16) * pile + 0.04 * patches)[:, :, None]


def sheet(height: int, width: int, generator: Generator) -> np.ndarray:
    """Return a bed sheet: soft folds, a weave, sometimes stripes, checks or dots."""
    base = colour(generator, value=(0.5, 0.97), saturation=(0.0, 0.35))
    surface = np.ones((height, width, 1)) * base
    y, x = np.mgrid[0:height, 0:width] / width
    pattern = generator.choice(["plain", "plain", "plain", "stripes", "checks", "dots"])
    other = colour(generator, value=(0.4, 0.97), saturation=(0.0, 0.4))
    pitch = generator.uniform(0.05, 0.14)
    marks = {
        "plain": np.zeros((height, width)),
        "stripes": ((x / pitch) % 1 < 0.5) * 1.0,
        "checks": (((x / pitch) % 1 < 0.5) ^ ((y / pitch) % 1 < 0.5)) * 1.0,
        "dots": (np.hypot((x / pitch) % 1 - 0.5, (y / pitch) % 1 - 0.5) < 0.22) * 1.0,
    }[pattern]
    strength = generator.uniform(0.1, 0.5)
    surface = surface + (strength * marks)[:, :, None] * (other - base)
    return surface * (1 + folds(height, width, generator, depth=generator.uniform(0.03, 0.12)))[:, :, None]


def folds(height: int, width: int, generator: Generator, *, depth: float) -> np.ndarray:
    """Return the shading of soft folds: ridges in a few directions. -> (H, W) float around 0."""
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    total = np.zeros((height, width))
    for _ in range(3):
        angle = generator.uniform(0, np.pi)
        across = x * np.cos(angle) + y * np.sin(angle) + 0.08 * noise(height, width, (3, 3), generator)
        wave = np.sin(2 * np.pi * (generator.uniform(1.5, 6) * across + generator.random()))
        total += np.sign(wave) * np.abs(wave) ** 1.5 * (0.4 + 0.6 * (noise(height, width, (2, 2), generator) > 0))
    return depth * total / 1.5


def wall(height: int, width: int, generator: Generator) -> np.ndarray:
    """Return a painted wall or paper: one colour, a little grain."""
    base = colour(generator, value=(0.5, 1.0), saturation=(0.0, 0.25))
    return base * (1 + generator.uniform(0.0, 0.02) * fractal(height, width, generator))[:, :, None]


def concrete(height: int, width: int, generator: Generator) -> np.ndarray:
    """Return stone or concrete: clouds and speckle."""
    base = colour(generator, value=(0.35, 0.8), saturation=(0.0, 0.12))
    clouds = generator.uniform(0.04, 0.14) * fractal(height, width, generator, octaves=7)
    return base * (1 + clouds)[:, :, None]


def _boards_across(height: int, width: int, generator: Generator) -> np.ndarray:
    return np.swapaxes(wood(width, height, generator), 0, 1)


GROUNDS = (wood, _boards_across, tiles, carpet, sheet, sheet, wall, wall, concrete)


def lit(picture: np.ndarray, generator: Generator, *, flash: bool = False) -> np.ndarray:
    """Light a scene unevenly and record it as a cheap camera does: tint, falloff, blur left out, noise. (H, W, 3).

    flash: a bright spot near the middle and dark corners.
    """
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width] / max(height, width) - 0.5
    angle, strength = generator.uniform(0, 2 * np.pi), generator.uniform(0, 0.4)
    light = 1 + strength * (x * np.cos(angle) + y * np.sin(angle)) - generator.uniform(0, 0.5) * (x**2 + y**2)
    if generator.random() < 0.3:  # the shadow of a window frame or of the one who holds the camera
        edge = x * np.sin(angle) - y * np.cos(angle) + 0.05 * noise(height, width, (2, 2), generator)
        light = light * (1 - generator.uniform(0.1, 0.35) / (1 + np.exp(-(edge - generator.uniform(-0.3, 0.3)) / 0.02)))
    if flash:
        away = (x - generator.normal(0, 0.08)) ** 2 + (y - generator.normal(0, 0.08)) ** 2
        light = light * (generator.uniform(0.55, 0.8) + generator.uniform(0.5, 1.1) * np.exp(-away / 0.05))
    tint = 1 + generator.normal(0, 0.04, 3)
    exposure = generator.uniform(0.75, 1.1)
    grain = generator.normal(0, generator.uniform(1, 5), picture.shape)
    return np.clip(picture * (exposure * light)[:, :, None] * tint + grain, 0, 255)
