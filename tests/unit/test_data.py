"""Data sets: the right tensors, and a clear error with nothing left behind when a file is wrong."""

import gzip
import os
import shutil
from pathlib import Path

import pytest
import torch

from zoo import data
from zoo import datasets as rows

COUNTS = {
    "mnist": [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
    "fashion-mnist": [6000] * 10,
}


@pytest.mark.parametrize("name", data.FILES)
def test_splits(name: str, datasets: dict) -> None:
    images, labels = data.load(name, "all")
    assert images.shape == (60_000, 28, 28)
    assert images.dtype == torch.uint8
    assert labels.dtype == torch.int64
    assert torch.bincount(labels).tolist() == COUNTS[name]
    parts = [data.load(name, split) for split in ("train", "validation")]
    assert [len(part[0]) for part in parts] == [55_000, 5_000]
    assert torch.equal(torch.cat([part[1] for part in parts]), labels)
    assert data.load(name, "test")[0].shape == (10_000, 28, 28)


@pytest.mark.parametrize("name", data.FILES)
def test_mean_and_standard_deviation_are_those_of_the_training_pixels(name: str, datasets: dict) -> None:
    pixels = data.load(name, "all")[0].double() / 255
    assert pixels.mean().item() == pytest.approx(rows.find(name).mean, abs=5e-5)
    assert pixels.std().item() == pytest.approx(rows.find(name).std, abs=5e-5)


def test_normalize() -> None:
    images = torch.tensor([0, 51, 255], dtype=torch.uint8).reshape(3, 1, 1)
    assert data.normalize(images, 0.0, 1.0).flatten().tolist() == pytest.approx([0, 0.2, 1])
    assert data.normalize(images, 0.2, 0.5).flatten().tolist() == pytest.approx([-0.4, 0, 1.6], abs=1e-6)


def test_unknown_names_list_the_known_ones() -> None:
    with pytest.raises(ValueError, match="unknown data set 'cifar'; expected one of mnist, fashion-mnist"):
        data.load("cifar", "train")
    with pytest.raises(ValueError, match="unknown split 'dev'; expected one of train, validation, all, test"):
        data.load("mnist", "dev")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty root, and no network: the mirrors are a closed port of this machine."""
    from torchvision import datasets as published

    monkeypatch.setenv("ZOO_DATA", str(tmp_path))
    for dataset in (published.MNIST, published.FashionMNIST):
        monkeypatch.setattr(dataset, "mirrors", ["http://127.0.0.1:9/"])
    return tmp_path


def archives(root: Path, source: Path) -> Path:
    """Give the root the small archives of MNIST's test set and links to the large ones; return the raw folder."""
    raw = root / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for archive in (source / "MNIST" / "raw").glob("*.gz"):
        shutil.copyfile(archive, raw / archive.name)
    return raw


def leftovers(root: Path) -> list[str]:
    return sorted(
        str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() or path.name.startswith(".")
    )


def test_no_files_and_no_network(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        data.DataError, match=r"MNIST cannot be downloaded: .*train-images-idx3-ubyte.gz.*check the network, or put"
    ) as caught:
        data.load("mnist", "train")
    assert str(root) in str(caught.value)
    assert list(root.iterdir()) == [], "an empty folder that was there stays"
    monkeypatch.setenv("ZOO_DATA", str(root / "new"))
    with pytest.raises(data.DataError):
        data.load("mnist", "train")
    assert not (root / "new").exists()


@pytest.fixture
def source(datasets: dict) -> Path:
    """The real root; the test is only for those that have the archives there."""
    source = data.root().resolve()
    if not list((source / "MNIST" / "raw").glob("*.gz")):
        from tests.conftest import lacking

        lacking("the .gz archives of MNIST in ZOO_DATA")
    return source


def test_archives_are_unzipped_without_a_network(source: Path, root: Path) -> None:
    raw = archives(root, source)
    assert data.load("mnist", "test")[0].shape == (10_000, 28, 28)
    assert sorted(p.name for p in raw.iterdir() if not p.suffix) == sorted(data.MNIST.sha256)
    assert not list(root.glob(".incoming*"))


@pytest.mark.parametrize("damage", ["truncated", "altered"])
def test_a_damaged_archive_is_named_and_leaves_nothing_half_written(damage: str, source: Path, root: Path) -> None:
    raw = archives(root, source)
    archive = raw / "t10k-images-idx3-ubyte.gz"
    content = bytearray(archive.read_bytes())
    if damage == "altered":
        content[5000] ^= 1
    archive.write_bytes(content if damage == "altered" else content[:1000])
    before = leftovers(root)
    with pytest.raises(
        data.DataError,
        match=r"t10k-images-idx3-ubyte.gz in .* is damaged \(wrong MD5\), and MNIST cannot be downloaded",
    ):
        data.load("mnist", "test")
    assert leftovers(root) == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are a thing of Unix")
def test_a_pipe_in_the_place_of_a_file_is_refused_and_not_waited_for(root: Path) -> None:
    raw = root / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name in data.MNIST.sha256:
        os.mkfifo(raw / name)
    with pytest.raises(data.DataError, match="t10k-images-idx3-ubyte is no regular file; delete it"):
        data.load("mnist", "test")


@pytest.mark.parametrize("damage", ["truncated", "altered"])
def test_a_damaged_unzipped_file_is_named_with_what_was_expected(damage: str, source: Path, root: Path) -> None:
    raw = archives(root, source)
    data.load("mnist", "test")
    data._read_pair.cache_clear()
    file = raw / "t10k-labels-idx1-ubyte"
    content = bytearray(file.read_bytes())
    content[100] ^= 1
    file.write_bytes(content if damage == "altered" else content[:-1])
    with pytest.raises(
        data.DataError,
        match=r"t10k-labels-idx1-ubyte is damaged: .* bytes with sha256 .*, expected ff7bcfd416de…; delete it",
    ):
        data.load("mnist", "test")


def test_a_root_that_nobody_may_write(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOO_DATA", "/proc/zoo")
    with pytest.raises(data.DataError, match=r"cannot write MNIST to /proc/zoo: .*make the folder writable"):
        data.load("mnist", "test")


def test_a_root_that_is_a_file(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "file").write_bytes(gzip.compress(b"no folder"))
    monkeypatch.setenv("ZOO_DATA", str(root / "file"))
    with pytest.raises(data.DataError, match=r"cannot write MNIST to .*set ZOO_DATA to another folder"):
        data.load("mnist", "test")
