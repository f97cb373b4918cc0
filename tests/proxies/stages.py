"""Say which stage loses a photo of clothing: the network, the way the garment lies, or how it is found on its ground.

`python tests/proxies/stages.py lenet5-fashion-mnist [--count 60] [--seed 0] [--labels 0 2 3] [--sheet FOLDER]` prints, for
each kind of garment, what is read rightly (1) of garments laid out as Fashion-MNIST shows them, upright with their sleeves
down, cut out; (2) of composed photos with the true outline given; (3) of the same photos with the outline that we find. It
then splits the last by what is hard about a photo, and says how well our outlines fit.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import zoo
from tests.proxies import garments
from tests.proxies.report import named, prepare, right
from tests.proxies.sheet import contact_sheet
from tests.proxies.tailor import Garment
from tests.proxies.wardrobe import PATTERNS
from zoo.pictures import foreground

STAGES = ("as in the data set", "true outline", "our outline")
WITH_SLEEVES = (0, 2, 3, 4, 6)


def laid_out(label: int, generator: np.random.Generator) -> Image.Image:
    """Draw a garment as Fashion-MNIST shows it: upright, sleeves down. -> "RGBA", cut out."""
    garment = Garment(generator)
    if label in WITH_SLEEVES and label:
        PATTERNS[label](garment, poses=("down",))
    else:
        PATTERNS[label](garment)
    return garment.finished()[0]


def cut_out(photo: garments.Photo) -> Image.Image:
    """Return a photo with its true outline as its alpha channel. -> "RGBA"."""
    picture = photo.picture.convert("RGBA")
    picture.putalpha(photo.where)
    return picture


def overlap(photo: garments.Photo, find: Callable[[Image.Image], np.ndarray] = foreground.foreground) -> float:
    """Return intersection over union of the outline that is found and the true one; 0 where nothing is found."""
    try:
        inside = find(photo.picture)
    except ValueError:
        return 0.0
    true = np.asarray(photo.where.resize(inside.shape[::-1], Image.Resampling.BOX)) > 127
    return float((inside & true).sum() / (inside | true).sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("--count", type=int, default=60, help="photos of each label")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--labels", type=int, nargs="+", default=list(range(10)))
    parser.add_argument("--sheet", type=Path, help="a folder for a contact sheet of each kind: photo and what was seen")
    asked = parser.parse_args()
    classifier = zoo.load(asked.model)
    truth = np.repeat(asked.labels, asked.count)
    generator = np.random.default_rng(asked.seed)
    photos = [garments.compose(int(label), generator) for label in truth]
    pictures = (
        [laid_out(int(label), generator) for label in truth],
        [cut_out(photo) for photo in photos],
        [photo.picture for photo in photos],
    )
    good, seen, read = [], [], []
    for stage in pictures:
        seen.append([prepare(classifier, picture) for picture in stage])
        labels, hits = right(classifier, seen[-1], truth)
        read.append(labels)
        good.append(hits)
    table(classifier.labels, truth, good, read)
    by_way(truth, photos, good)
    if asked.sheet:
        sheets(asked.sheet, classifier.labels, truth, photos, seen, read)


def table(labels: list[str], truth: np.ndarray, good: list[np.ndarray], read: list[np.ndarray]) -> None:
    """Print what each stage reads rightly, by kind, and what the photos are mistaken for."""
    print(f"{'':12s} " + " ".join(f"{stage:>18s}" for stage in STAGES) + "   mistaken for")
    for label in [*dict.fromkeys(truth.tolist()), None]:
        rows = truth == label if label is not None else np.ones(len(truth), bool)
        wrong = np.bincount(read[-1][rows & ~good[-1]], minlength=len(labels))
        others = (
            ", ".join(f"{labels[k]} {wrong[k]}" for k in np.argsort(-wrong)[:3] if wrong[k])
            if label is not None
            else ""
        )
        name = "all" if label is None else labels[label]
        print(f"{name:12s} " + " ".join(f"{hits[rows].mean():18.1%}" for hits in good) + f"   {others}")


def by_way(truth: np.ndarray, photos: list[garments.Photo], good: list[np.ndarray]) -> None:
    """Print the same by what is hard about a photo, with the overlap of our outline and the true one."""
    fits = np.array([overlap(photo) for photo in photos])
    print(f"\n{'':16s} {'photos':>7s} {STAGES[1]:>14s} {STAGES[2]:>14s} {'overlap':>9s}")
    names = [*sorted(set().union(*(photo.ways for photo in photos))), "none of these", "all"]
    for name in names:
        rows = np.array([
            name in photo.ways or name == "all" or (name == "none of these" and not photo.ways) for photo in photos
        ])  # fmt: skip
        shares = " ".join(f"{hits[rows].mean():14.1%}" for hits in good[1:])
        print(f"{name:16s} {rows.sum():7d} {shares} {fits[rows].mean():9.3f}")


def sheets(
    folder: Path, labels: list[str], truth: np.ndarray, photos: list[garments.Photo], seen: list, read: list
) -> None:
    """Draw a sheet for each kind: the photo, then what the network sees at each stage and reads."""
    folder.mkdir(parents=True, exist_ok=True)
    for label in dict.fromkeys(truth.tolist()):
        places = np.flatnonzero(truth == label)[:40]
        groups = [[photos[k].picture, *(named(seen[s][k][0], labels[read[s][k]]) for s in (1, 2))] for k in places]
        rows = [[tile for group in groups[k : k + 5] for tile in group] for k in range(0, len(groups), 5)]
        contact_sheet(rows, 112).save(folder / f"stages-{label}.png")


if __name__ == "__main__":
    main()
