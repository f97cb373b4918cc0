"""Any picture opens as an upright 8-bit image, or says clearly why it can't."""

import io
import struct
import threading
import zlib

import numpy as np
import pytest
from PIL import Image, ImageOps

from zoo.pictures.opening import MAX_PIXELS, open_picture

GREY = np.array([[0, 128], [200, 255]], np.uint8)


@pytest.mark.parametrize(
    "array",
    [
        GREY,
        GREY[:, :, None],
        GREY.astype(np.int64),
        GREY.astype(np.uint16) * 257,
        GREY.astype(np.int32) * 257,
        GREY / 255,
        GREY.astype(np.float32),
    ],
    ids=["uint8", "one channel", "int64", "uint16", "int32 to 65535", "float to 1", "float to 255"],
)
def test_arrays_of_any_type_mean_the_same(array) -> None:
    assert np.array_equal(np.asarray(open_picture(array)), GREY)


def test_a_boolean_array_is_black_and_white() -> None:
    assert np.array_equal(np.asarray(open_picture(GREY > 150)), [[0, 0], [255, 255]])


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "HSV", "I", "F", "I;16"]
)
def test_every_mode_becomes_grey_colour_or_colour_with_alpha(mode) -> None:
    opened = open_picture(Image.new(mode, (3, 2)))
    assert opened.size == (3, 2)
    assert opened.mode in ("L", "RGB", "RGBA")


def test_sixteen_bits_keep_their_scale(tmp_path) -> None:
    Image.fromarray(GREY.astype(np.uint16) * 257).save(tmp_path / "deep.png")
    assert np.array_equal(np.asarray(open_picture(tmp_path / "deep.png")), GREY)


def test_a_palette_with_a_transparent_colour_has_alpha(tmp_path) -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((1, 0), 1)
    image.save(tmp_path / "palette.png", transparency=0)
    opened = open_picture(tmp_path / "palette.png")
    assert opened.getpixel((0, 0))[3] == 0
    assert opened.getpixel((1, 0)) == (0, 0, 255, 255)


def test_exif_rotation_is_applied(tmp_path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # "turn clockwise to view"
    Image.new("RGB", (40, 20)).save(tmp_path / "turned.jpg", exif=exif)
    assert open_picture(tmp_path / "turned.jpg").size == (20, 40)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_as_pillow_turns_it(orientation) -> None:
    image = Image.fromarray(np.arange(6, dtype=np.uint8).reshape(2, 3))
    image.getexif()[0x0112] = orientation
    assert np.array_equal(np.asarray(open_picture(image)), np.asarray(ImageOps.exif_transpose(image)))


def test_an_animation_gives_its_first_frame(tmp_path) -> None:
    frames = [Image.new("L", (4, 4), value) for value in (10, 200, 90)]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    assert open_picture(tmp_path / "moving.gif").convert("L").getpixel((0, 0)) == 10


@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_longest_shrinks_by_a_whole_factor_and_no_further(tmp_path, suffix) -> None:
    Image.new("RGB", (4000, 3000), "teal").save(tmp_path / f"large.{suffix}")
    assert max(open_picture(tmp_path / f"large.{suffix}", longest=512).size) in range(512, 1024)
    assert open_picture(tmp_path / f"large.{suffix}").size == (4000, 3000)
    assert open_picture(Image.new("L", (700, 90)), longest=512).size == (700, 90)


def _png_header(width: int, height: int) -> bytes:
    """Return a PNG that claims a size and holds nothing of it."""
    parts = [b"\x89PNG\r\n\x1a\n"]
    for kind, data in (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", b""),
        (b"IEND", b""),
    ):
        parts.append(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)))
    return b"".join(parts)


@pytest.mark.parametrize("side", [8_100, 10_000, 13_000, 65_000])
def test_a_decompression_bomb_is_refused_by_its_header(tmp_path, side) -> None:
    (tmp_path / "bomb.png").write_bytes(_png_header(side, side))
    before = Image.MAX_IMAGE_PIXELS
    with pytest.raises(ValueError, match="too large"):
        open_picture(tmp_path / "bomb.png")
    assert before == Image.MAX_IMAGE_PIXELS, "the limit of the whole process is not ours to change"


def test_a_large_image_in_memory_is_refused_too() -> None:
    with pytest.raises(ValueError, match=f"at most {MAX_PIXELS:,}"):
        open_picture(Image.new("1", (10_000, 10_000)))


@pytest.mark.parametrize(
    "content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"]
)
def test_a_file_that_is_no_picture_is_refused(tmp_path, content) -> None:
    (tmp_path / "file.png").write_bytes(content)
    with pytest.raises(ValueError, match="no picture that can be read"):
        open_picture(tmp_path / "file.png")


def test_a_truncated_picture_is_refused(tmp_path) -> None:
    buffer = io.BytesIO()
    Image.effect_noise((64, 64), 50).save(buffer, "PNG")
    (tmp_path / "half.png").write_bytes(buffer.getvalue()[:2000])
    with pytest.raises(ValueError, match=r"half\.png"):
        open_picture(tmp_path / "half.png")


def test_an_open_file_is_read_and_one_opened_as_text_is_refused(tmp_path) -> None:
    Image.new("L", (3, 2), 7).save(tmp_path / "file.png")
    with (tmp_path / "file.png").open("rb") as file:
        assert open_picture(file).size == (3, 2)
    for reason in ("closed file", "send PNG"):
        with pytest.raises(ValueError, match=reason):
            open_picture(file if reason == "closed file" else io.BytesIO(b"nothing"))
    with pytest.raises(ValueError, match="open it with open"):
        open_picture(io.StringIO("text"))


def test_a_missing_file_is_named(tmp_path) -> None:
    with pytest.raises(ValueError, match="no such file"):
        open_picture(tmp_path / "nothing.png")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (None, "NoneType"),
        (b"GIF89a", r"got bytes \(io.BytesIO makes"),
        (7, "int"),
        (np.zeros((3,)), "shape"),
        (np.zeros((4, 4, 5)), "shape"),
        (np.zeros((2, 4, 4, 3)), "shape"),
        (np.zeros((0, 5)), "empty"),
        (np.full((4, 4), np.nan), "nan"),
        (np.full((4, 4), np.inf), "inf"),
        (np.full((4, 4), -1), "-1"),
        (np.zeros((4, 4), complex), "complex"),
        (np.full((4, 4), "x"), "no picture"),
    ],
)
def test_what_is_no_picture_is_named(wrong, message) -> None:
    with pytest.raises(ValueError, match=message):
        open_picture(wrong)


def test_threads_open_pictures_side_by_side(tmp_path) -> None:
    Image.fromarray(GREY).save(tmp_path / "small.png")
    (tmp_path / "bomb.png").write_bytes(_png_header(13_000, 13_000))
    wrong = []

    def open_both():
        for _ in range(20):
            if not np.array_equal(np.asarray(open_picture(tmp_path / "small.png")), GREY):
                wrong.append("picture")
            try:
                open_picture(tmp_path / "bomb.png")
                wrong.append("bomb")
            except ValueError:
                pass

    threads = [threading.Thread(target=open_both) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
