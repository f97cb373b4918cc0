"""Measure a model on its proxy: drawn digits or composed photos, by a plain resize and by our preprocessing.

`python tests/proxies/report.py lenet5-mnist [--count 100] [--seed 0] [--sheet FOLDER]` prints the figures; with a folder
it also draws contact sheets of what was read rightly and wrongly.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import zoo
from tests.proxies import digits, garments
from tests.proxies.sheet import contact_sheet

RENDER = {"mnist": digits.render, "fashion-mnist": garments.render}


def plain_resize(picture: Image.Image) -> np.ndarray:
    """Return the whole picture on white, grey, 28 x 28, negated: what one would try first. -> uint8 (28, 28)."""
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture.convert("RGBA"))
    return 255 - np.asarray(paper.convert("L").resize((28, 28), Image.Resampling.BILINEAR))


def prepare(classifier, picture: Image.Image) -> np.ndarray:
    """Return what the classifier would look at, uint8 (K, 28, 28); where it finds nothing that is black, and counts as wrong."""
    try:
        return classifier.looks(picture)
    except ValueError:
        return np.zeros((1, 28, 28), np.uint8)


def right(classifier, seen: list[np.ndarray], labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the predicted labels, and whether each is right; a black image never is. seen: uint8 (K, 28, 28) a picture"""
    predicted = classifier.probabilities(np.concatenate(seen), [len(each) for each in seen]).argmax(1).numpy()
    return predicted, (predicted == labels) & np.array([each.any() for each in seen])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("--count", type=int, default=100, help="pictures of each label")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sheet", type=Path, help="a folder for contact sheets")
    asked = parser.parse_args()
    classifier = zoo.load(asked.model)
    render, generator = RENDER[classifier.config.dataset], np.random.default_rng(asked.seed)
    labels = np.repeat(np.arange(10), asked.count)
    pictures = [render(int(label), generator) for label in labels]
    ours = [prepare(classifier, picture) for picture in pictures]
    predicted, good = right(classifier, ours, labels)
    _, plain = right(classifier, [plain_resize(picture)[None] for picture in pictures], labels)
    print(f"{asked.model}: {len(labels)} pictures, plain resize {plain.mean():.1%}, ours {good.mean():.1%}")
    for label, share in zip(classifier.labels, good.reshape(10, -1).mean(1), strict=True):
        print(f"  {label:12s} {share:.1%}")
    if asked.sheet:
        asked.sheet.mkdir(parents=True, exist_ok=True)
        for name, chosen in (("right", good), ("wrong", ~good)):
            places = np.flatnonzero(chosen)
            places = places[:: max(1, len(places) // 60)][:60]
            tiles = [(pictures[k], named(ours[k][0], classifier.labels[predicted[k]])) for k in places]
            rows = [[tile for pair in tiles[k : k + 6] for tile in pair] for k in range(0, len(tiles), 6)]
            if rows:
                contact_sheet(rows, 112).save(asked.sheet / f"{asked.model}-{name}.png")


def named(image: np.ndarray, label: str) -> Image.Image:
    """Enlarge what the network saw and write what it read on it."""
    tile = Image.fromarray(image).resize((112, 112), Image.Resampling.NEAREST).convert("RGB")
    ImageDraw.Draw(tile).text((3, 2), label, fill="yellow")
    return tile


if __name__ == "__main__":
    main()
