"""No picture takes more than 256 MB or 3 seconds, whatever its file says, and the honest ones come out as ever."""

import io
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hostile_pictures import PICTURES, flat, jpeg, png, saved, scans, tags
from PIL import Image

from tests.conftest import lacking
from zoo.pictures import containers, decoding
from zoo.pictures.opening import open_picture

LONGEST = 1024
LINUX = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells what a process took, and limits its memory"
)


def peak(process: int | str) -> int:
    """Return the most bytes that a process has held at once."""
    status = Path(f"/proc/{process}/status").read_text()
    return 1024 * int(status.split("VmHWM:")[1].split()[0])


@pytest.fixture(scope="module")
def pool():
    pool = decoding.Pool(1)
    yield pool
    pool.close()


@pytest.fixture
def linux() -> None:
    if sys.platform != "linux":
        lacking("Linux, which alone tells what a process has taken, and limits its memory")


@pytest.fixture(autouse=True)
def one_child(pool: decoding.Pool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(decoding, "_POOL", pool)


@pytest.mark.parametrize("name", PICTURES)
def test_a_hostile_picture_costs_little(name: str, pool: decoding.Pool, linux: None):
    content = PICTURES[name]()
    assert len(content) <= 16 * 2**20, "the pages take no such file"
    Path("/proc/self/clear_refs").write_text("5")  # forgets the peak
    before, start = peak("self"), time.process_time()
    with suppress(ValueError):
        picture = decoding.decode(content, longest=LONGEST)
        assert picture.mode in ("L", "RGB", "RGBA")
        assert max(picture.size) < 2 * LONGEST
    assert time.process_time() - start < 1.5  # of this process; a child has its own limit
    assert peak("self") - before < 256 * 2**20
    for child in pool._free.queue:
        if child and child.is_alive():
            assert peak(child.process.pid) < decoding.MEMORY + 64 * 2**20


def test_a_picture_that_takes_too_long_ends_its_child_and_the_next_is_read(pool: decoding.Pool):
    honest = saved(flat(64, 64), "TIFF")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(containers, "_MAX_SCANS", 10_000)
        slow = scans(4000, 3000)
        with pytest.raises(decoding.CostlyError, match="too much memory or time"):
            decoding.decode(slow, longest=LONGEST)
    assert decoding.decode(honest, longest=LONGEST).size == (64, 64)


def test_a_picture_that_takes_too_much_memory_is_refused(pool: decoding.Pool, linux: None):
    with pytest.raises(ValueError, match=r"can be read|too much memory"):
        pool.decode(saved(flat(16_383, 1900), "WEBP", lossless=True), LONGEST, None)
    assert pool.decode(saved(flat(64, 64), "TIFF"), LONGEST, None).size == (64, 64)


def test_a_child_that_was_killed_is_replaced(pool: decoding.Pool):
    honest = saved(flat(64, 64), "TIFF")
    decoding.decode(honest, longest=LONGEST)
    (child,) = pool._free.queue
    child.process.kill()
    child.process.wait()
    assert decoding.decode(honest, longest=LONGEST).size == (64, 64)


def test_a_child_knows_no_secret_of_the_server(pool: decoding.Pool, monkeypatch: pytest.MonkeyPatch):
    started = []
    real = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda *a, **options: started.append(options["env"]) or real(*a, **options)
    )
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    fresh = decoding.Pool(1)
    fresh.decode(saved(flat(9, 9), "TIFF"), LONGEST, None)
    fresh.close()
    assert "HF_TOKEN" not in started[0]


def test_more_pictures_than_children_wait_their_turn(pool: decoding.Pool):
    answers = []
    honest = saved(flat(64, 64), "TIFF")
    threads = [
        threading.Thread(target=lambda: answers.append(decoding.decode(honest, longest=LONGEST).size)) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(64, 64)] * 6


@pytest.mark.parametrize("colours", [0, 2, 6], ids=["grey", "colour", "alpha"])
def test_a_picture_of_48_megapixels_is_read(colours: int):
    assert max(decoding.decode(png(8064, 6048, colours=colours), longest=LONGEST).size) in range(LONGEST, 2 * LONGEST)


@pytest.mark.parametrize("progressive", [False, True])
def test_a_photo_from_a_phone_is_read(progressive: bool):
    photo = Image.effect_noise((504, 378), 60).resize((8064, 6048)).convert("RGB")
    content = saved(photo, "JPEG", quality=95, progressive=progressive)
    assert max(decoding.decode(content, longest=LONGEST).size) in range(LONGEST, 2 * LONGEST)


def kinds() -> dict[str, bytes]:
    """Return an honest picture in every format and mode that the pages take."""
    colour = Image.merge("RGB", [Image.effect_noise((90, 60), spread) for spread in (30, 60, 90)])
    transparent = colour.copy()
    transparent.putalpha(Image.linear_gradient("L").resize(colour.size))
    palette = colour.convert("P", palette=Image.Palette.ADAPTIVE)
    turned = Image.Exif()
    turned[0x0112] = 6
    return {
        "png": saved(colour, "PNG"),
        "grey png": saved(colour.convert("L"), "PNG"),
        "transparent png": saved(transparent, "PNG"),
        "palette png": saved(palette, "PNG", transparency=3),
        "black and white png": saved(colour.convert("1"), "PNG"),
        "deep png": saved(Image.fromarray(np.asarray(colour.convert("L")).astype(np.uint16) * 257), "PNG"),
        "turned png": saved(colour, "PNG", exif=turned),
        "jpeg": saved(colour, "JPEG"),
        "progressive jpeg": saved(colour, "JPEG", progressive=True),
        "turned jpeg": saved(colour, "JPEG", exif=turned),
        "print jpeg": saved(colour.convert("CMYK"), "JPEG"),
        "gif": saved(palette, "GIF"),
        "transparent gif": saved(palette, "GIF", transparency=3),
        "webp": saved(colour, "WEBP"),
        "lossless webp": saved(transparent, "WEBP", lossless=True),
        "turned webp": saved(colour, "WEBP", exif=turned),
        "tiff": saved(colour, "TIFF", compression="tiff_lzw"),
        "turned tiff": saved(colour, "TIFF", exif=turned),
        "bmp": saved(colour, "BMP"),
        "avif": saved(colour, "AVIF"),
        "ico": saved(colour, "ICO", sizes=[(32, 32)]),
        "ppm": saved(colour, "PPM"),
    }


@pytest.mark.parametrize("kind", kinds())
def test_an_honest_picture_comes_out_as_pillow_reads_it(kind: str, tmp_path: Path):
    content = kinds()[kind]
    (tmp_path / "picture").write_bytes(content)
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        expected = open_picture(image)
    assert np.array_equal(np.asarray(decoding.decode(content, longest=LONGEST)), np.asarray(expected))
    assert np.array_equal(np.asarray(open_picture(tmp_path / "picture")), np.asarray(expected))


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "webp", "turned jpeg", "transparent png"])
def test_an_ordinary_picture_needs_no_child(kind: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(decoding, "_POOL", None)
    decoding.decode(kinds()[kind], longest=LONGEST)


def test_metadata_never_reaches_the_decoder():
    stripped = containers.strip(jpeg(exif=b"Exif\0\0" + tags(400, 60_000), comment=b"secret"))
    assert stripped is not None
    assert b"Exif" not in stripped.content
    assert b"secret" not in stripped.content
