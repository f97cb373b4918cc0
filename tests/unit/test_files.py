"""A folder is replaced whole while others write and read it, whatever stood in its place."""

import multiprocessing
import os
import time
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from zoo import files


@pytest.fixture(params=["in one step", "in two renames"])
def steps(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Both ways to let a folder take another's place; tell whether it is the system's own."""
    if request.param == "in two renames":
        monkeypatch.setattr(files, "_exchange", lambda path, other: False)
    return request.param == "in one step"


def put(path: Path, text: str) -> None:
    with files.new_folder(path) as new:
        for name in ("a", "b"):
            (new / name).write_text(text)


def visible(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != files.LOCK)


def test_a_link_is_replaced_again_and_again_and_what_it_pointed_to_stays(steps: bool, tmp_path: Path) -> None:
    elsewhere, path = tmp_path / "elsewhere", tmp_path / "weights" / "model"
    put(elsewhere, "linked")
    path.parent.mkdir()
    path.symlink_to(elsewhere)
    for text in ("first", "second", "third"):
        put(path, text)
        assert (path / "a").read_text() == text
    assert (elsewhere / "a").read_text() == "linked"
    assert visible(path.parent) == ["model"]


def test_a_link_to_nothing_is_replaced(steps: bool, tmp_path: Path) -> None:
    path = tmp_path / "model"
    path.symlink_to(tmp_path / "gone")
    put(path, "new")
    assert (path / "a").read_text() == "new"
    assert visible(tmp_path) == ["model"]


def test_a_link_left_by_a_process_that_died_is_put_back(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere", "linked")
    (tmp_path / ".model.former").symlink_to(tmp_path / "elsewhere")
    files.settle(tmp_path / "model")
    assert (tmp_path / "model" / "a").read_text() == "linked"


def test_half_filled_folders_go_after_an_hour_even_if_another_process_is_quicker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, fresh, gone = (tmp_path / f".model.new-{name}" for name in ("old", "fresh", "gone"))
    for folder in (old, fresh, gone):
        folder.mkdir()
    os.utime(old, (time.time() - 4000,) * 2)
    glob = Path.glob
    monkeypatch.setattr(Path, "glob", lambda path, pattern: [*glob(path, pattern), tmp_path / ".model.new-never"])
    put(tmp_path / "model", "text")
    assert visible(tmp_path) == [".model.new-fresh", ".model.new-gone", "model"]


def write_again_and_again(path: Path, number: int, one_step: bool, end: Event) -> None:
    if not one_step:
        files._exchange = lambda path, other: False
    while not end.is_set():
        put(path, f"writer {number}")


def read_all(path: Path) -> set[str]:
    return {(path / name).read_text() for name in ("a", "b")}


def test_writers_and_readers_at_once_never_see_less_than_a_whole_folder(steps: bool, tmp_path: Path) -> None:
    path = tmp_path / "model"
    put(path, "before")
    context = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn")
    end = context.Event()
    writers = [context.Process(target=write_again_and_again, args=(path, n, steps, end)) for n in range(2)]
    for writer in writers:
        writer.start()
    seen: set[str] = set()
    reads, latest = 0, time.monotonic() + 30
    try:
        while reads < 1000 or (len(seen) < 2 and time.monotonic() < latest):
            texts = files.read_steadily(path, read_all)
            assert len(texts) == 1, "both files are of one writer"
            seen |= texts
            reads += 1
    finally:
        end.set()
        for writer in writers:
            writer.join(30)
    assert [writer.exitcode for writer in writers] == [0, 0], "no write failed"
    assert len(seen) > 1, "the folder was replaced meanwhile"
    assert visible(tmp_path) == ["model"]


def test_a_fault_of_a_folder_that_nobody_replaces_is_raised(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        files.read_steadily(tmp_path / "model", read_all)
