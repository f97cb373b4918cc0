"""The README's moving picture: `python tests/browser/film.py FOLDER` films the static site while digits are written."""

import io
import shutil
import subprocess
import sys
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

PORT = 7996
PICTURE = Path(__file__).resolve().parents[2] / "demos" / "images" / "digits.webp"
WIDTH = 960  # pixels of the film
STROKES = {
    "7": [[(0.27, 0.22), (0.5, 0.2), (0.72, 0.22), (0.6, 0.45), (0.5, 0.65), (0.42, 0.85)]],
    "3": [
        [
            (0.3, 0.25),
            (0.45, 0.14),
            (0.65, 0.2),
            (0.66, 0.38),
            (0.48, 0.48),
            (0.68, 0.58),
            (0.7, 0.76),
            (0.5, 0.88),
            (0.28, 0.8),
        ]
    ],
    "4": [[(0.5, 0.15), (0.38, 0.4), (0.26, 0.6), (0.5, 0.6), (0.78, 0.58)], [(0.64, 0.36), (0.62, 0.6), (0.6, 0.88)]],
}


def film(page: Page) -> tuple[list[Image.Image], list[int]]:
    """Return the pictures of the film, and for how many milliseconds each is shown."""
    frames: list[Image.Image] = []
    times: list[int] = []

    def shoot(milliseconds: int) -> None:
        clip = {"x": 0, "y": 50, "width": 1280, "height": 620}
        picture = Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB")
        frames.append(picture.resize((WIDTH, round(WIDTH * picture.height / picture.width)), Image.Resampling.LANCZOS))
        times.append(milliseconds)

    box = page.locator(".screen").bounding_box()
    for strokes in STROKES.values():
        for points in strokes:
            places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
            page.mouse.move(*places[0])
            page.mouse.down()
            for place in places[1:]:
                page.mouse.move(*place, steps=4)
                page.wait_for_timeout(150)
                shoot(130)
            page.mouse.up()
        page.wait_for_timeout(400)
        shoot(1100)
        page.keyboard.press("Escape")
    return frames, times


def main(folder: Path) -> None:
    """Film the site and write the picture."""
    command = [sys.executable, "-m", "http.server", str(PORT), "--bind", "127.0.0.1", "--directory", str(folder)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet) as server, sync_playwright() as playwright:
        try:
            time.sleep(1)
            chromium = shutil.which("chromium") or shutil.which("google-chrome")
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-US")
            page.goto(f"http://127.0.0.1:{PORT}/")
            page.wait_for_timeout(9000)  # all models are there
            frames, times = film(page)
            frames[0].save(
                PICTURE, save_all=True, append_images=frames[1:], duration=times, loop=0, quality=60, method=6
            )
            browser.close()
        finally:
            server.terminate()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
