"""MNIST and Fashion-MNIST as whole tensors on a device, checked byte for byte before use.

torchvision's data set classes download, check and unzip, in a folder beside the final one, and only when a file is
missing; after that the files are read directly, so that nothing that only looks at images ever imports torchvision.
"""

import functools
import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

VALIDATION_SIZE = 5_000
"""The last images of the training files, kept aside to choose recipes on."""

SPLITS = ("train", "validation", "all", "test")


class DataError(RuntimeError):
    """A data set is missing, damaged or out of reach; the message says which file and the way out."""


@dataclass(frozen=True)
class Files:
    """The files of a data set of 28 x 28 grey images: 60,000 to train on and 10,000 to test on."""

    name: str
    folder: str
    title: str
    sha256: dict[str, str] = field(repr=False)  # of the four unzipped files


MNIST = Files(
    name="mnist",
    folder="MNIST",
    title="MNIST",
    sha256={
        "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
)

FASHION_MNIST = Files(
    name="fashion-mnist",
    folder="FashionMNIST",
    title="Fashion-MNIST",
    sha256={
        "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    },
)

FILES = {files.name: files for files in (MNIST, FASHION_MNIST)}


def root() -> Path:
    """Return the folder that holds the data sets: `ZOO_DATA`, or `data` in the current folder."""
    return Path(os.environ.get("ZOO_DATA") or "data")


def find(name: str) -> Files:
    """Return the files of the data set of that name, or raise a ValueError that lists the names."""
    if name not in FILES:
        raise ValueError(f"unknown data set {name!r}; expected one of {', '.join(FILES)}")
    return FILES[name]


def load(name: str, split: str, device: torch.device | str = "cpu") -> tuple[Tensor, Tensor]:
    """Return (images uint8 (N, 28, 28), labels int64 (N,)) on the device; callers share them and must not write to them.

    name: "mnist" or "fashion-mnist". split: "train" (the first 55,000 training images), "validation" (the last 5,000), "all" (the
    60,000 together) or "test" (10,000). Raises ValueError on other names and DataError on missing or damaged files.
    """
    dataset = find(name)
    if split not in SPLITS:
        raise ValueError(f"unknown split {split!r}; expected one of {', '.join(SPLITS)}")
    images, labels = _read_pair(dataset.name, "t10k" if split == "test" else "train", root().resolve())
    if split == "train":
        images, labels = images[:-VALIDATION_SIZE], labels[:-VALIDATION_SIZE]
    elif split == "validation":
        images, labels = images[-VALIDATION_SIZE:], labels[-VALIDATION_SIZE:]
    return images.to(device), labels.to(device)


def is_present(name: str) -> bool:
    """Tell whether the unzipped files of a data set lie in the root; neither reads nor downloads anything."""
    dataset = find(name)
    return all((root() / dataset.folder / "raw" / filename).is_file() for filename in dataset.sha256)


@functools.lru_cache(maxsize=4)
def _read_pair(name: str, prefix: str, root: Path) -> tuple[Tensor, Tensor]:
    """Read one pair of image and label files, fetching the data set first where a file is missing."""
    dataset = FILES[name]
    raw = root / dataset.folder / "raw"
    if not all((raw / filename).exists() for filename in dataset.sha256):
        _fetch(dataset, root)
    images = _read(raw / f"{prefix}-images-idx3-ubyte", dataset)[16:].reshape(-1, 28, 28)
    labels = _read(raw / f"{prefix}-labels-idx1-ubyte", dataset)[8:].long()
    return images, labels


def _read(path: Path, dataset: Files) -> Tensor:
    """Return the bytes of a file as uint8 (N,), or raise a DataError if they are not the published ones."""
    if not path.is_file():  # opening a named pipe would wait for ever for who writes into it
        raise DataError(f"{path} is no regular file; delete it and run the command again to unzip or download it anew")
    try:
        content = bytearray(path.stat().st_size)  # read into what is kept: no second copy of 47 MB
        with path.open("rb") as file:
            del content[file.readinto(content) :]
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}; check its permissions, or set ZOO_DATA") from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != dataset.sha256[path.name]:
        raise DataError(
            f"{path} is damaged: {len(content):,} bytes with sha256 {digest[:12]}…, expected "
            f"{dataset.sha256[path.name][:12]}…; delete it and run the command again to unzip or download it anew"
        )
    return torch.frombuffer(content, dtype=torch.uint8)


def _fetch(dataset: Files, root: Path) -> None:
    """Put the unzipped files of a data set into the root, each whole or not at all.

    Archives that lie there already are used if their checksum is right; the others are downloaded, with a progress bar.
    """
    raw = root / dataset.folder / "raw"
    was_there = root.exists()
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".incoming-", dir=root) as folder:
            incoming = Path(folder) / dataset.folder / "raw"
            incoming.mkdir(parents=True)
            for archive in raw.glob("*.gz"):
                shutil.copyfile(archive, incoming / archive.name)
            _torchvision_download(dataset, folder, raw)
            raw.mkdir(parents=True, exist_ok=True)
            for file in sorted(incoming.iterdir()):
                os.replace(file, raw / file.name)
    except OSError as error:
        raise DataError(
            f"cannot write {dataset.title} to {root}: {error}; make the folder writable, free some space, "
            "or set ZOO_DATA to another folder"
        ) from error
    finally:
        if not was_there:
            with suppress(OSError):
                root.rmdir()  # which does nothing unless it is empty


def _torchvision_download(dataset: Files, folder: str, raw: Path) -> None:
    """Let torchvision complete and unzip what `folder` holds of `raw`. Raises DataError where an archive can't be had."""
    from torchvision import datasets
    from torchvision.datasets.utils import check_integrity

    published = getattr(datasets, dataset.folder)
    damaged = [f for f, md5 in published.resources if (raw / f).exists() and not check_integrity(str(raw / f), md5)]
    try:
        published(folder, train=True, download=True)
    except (RuntimeError, EOFError) as error:
        cause = f"{', '.join(damaged)} in {raw} is damaged (wrong MD5), and " if damaged else ""
        raise DataError(
            f"{cause}{dataset.title} cannot be downloaded: {' '.join(str(error).split())}; check the network, or put the four "
            f".gz files of {dataset.title} into {raw} (ZOO_DATA names another folder)"
        ) from error


def normalize(images: Tensor, mean: float, std: float) -> Tensor:
    """Return float32 (N, 1, 28, 28) with pixels scaled to [0, 1], less `mean`, over `std`. images uint8 (N, 28, 28)."""
    scaled = images.unsqueeze(1).mul(1 / (255 * std))
    return scaled.sub_(mean / std) if mean else scaled
