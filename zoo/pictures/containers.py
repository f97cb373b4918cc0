"""Take a picture file apart before anything decodes it: its size, its cost, and the file without its metadata.

A decoder trusts what a file says of itself. Metadata may tell it to copy the same bytes ten thousand times, a progressive
JPEG to go over its pixels as often, and a few bytes may stand for a billion pixels. What is read here is read with
bounds, and what a decoder gets holds only what makes pixels, and of an animation only the first frame.
"""

import re
import struct
from collections.abc import Callable
from typing import NamedTuple

MAX_PIXELS = 50_000_000
"""Of a picture: the largest photos of today's phones, 8160 x 6120."""
MAX_SIDE = 65_535
"""Pixels; a decoder keeps a pointer for every row."""

_MAX_PARTS = (
    20_000  # chunks of a PNG or segments of a JPEG: 16 MB in the 4 kB pieces that some encoders write are 4,000
)
_MAX_SCANS = 100  # of a JPEG; encoders make about ten
_MAX_BLOCKS = 100_000  # of 255 bytes in a GIF: 16 MB are 66,000
_MAX_TAGS, _MAX_TAG_BYTES = 1000, 2**22  # of a TIFF: offsets of its strips, a colour profile, and little else

_ALONE = {0x00, 0x01, 0xFF, *range(0xD0, 0xD9)}  # markers of a JPEG without a length, and what is none
_END_OF_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_PNG_PIXELS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_WEBP_PIXELS = {b"VP8X", b"ALPH", b"VP8 ", b"VP8L", b"ANIM"}
_TIFF_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_EXIF = b"Exif\0\0"


class Stripped(NamedTuple):
    """A picture file without its metadata."""

    format: str
    """As Pillow names it."""
    content: bytes
    size: tuple[int, int]
    """Width and height in pixels, before it is turned upright."""
    orientation: int
    """As EXIF counts it, 1 to 8; 1 is upright."""
    bytes_a_pixel: int
    """What decoding takes, at most."""
    passes: int = 1
    """How often decoding goes over the pixels."""
    shrinks: bool = False
    """Whether it can be decoded at half, a quarter or an eighth of its size, in as little memory."""

    def memory(self, longest: int | None) -> int:
        """Return the most bytes that decoding takes where `longest` pixels are wanted of the longer side."""
        width, height = self.size
        if self.shrinks and longest:  # as Pillow's `draft` does it
            factor = next(factor for factor in (8, 4, 2, 1) if min(width, height) // longest >= factor or factor == 1)
            width, height = -(-width // factor), -(-height // factor)
        return width * height * self.bytes_a_pixel


def strip(content: bytes) -> Stripped | None:
    """Return a PNG, JPEG, GIF or WebP file without metadata; None for another format.

    Raises ValueError for a file that is cut short or broken, of more than MAX_PIXELS or MAX_SIDE, or made of more parts
    than any encoder makes.
    """
    for start, read in _READERS:
        if content.startswith(start):
            try:
                stripped = read(content)
            except (IndexError, struct.error):
                raise ValueError("no picture that can be read: it is cut short") from None
            if stripped:
                check_size(*stripped.size)
            return stripped
    return None


def check_size(width: int, height: int) -> None:
    """Raise ValueError for a picture that is empty or too large."""
    if width * height == 0:
        raise ValueError(f"the picture is empty: {width} x {height} pixels")
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        limits = f"at most {MAX_PIXELS:,}, and {MAX_SIDE:,} a side"
        raise ValueError(f"the picture is too large: {width} x {height} pixels; send {limits}")


def _too_many(parts: str) -> ValueError:
    return ValueError(f"the picture is made of more {parts} than any encoder makes")


def _png(content: bytes) -> Stripped:
    """PNG (Portable Network Graphics) Specification, section 5: chunks of length, name, data, checksum."""
    parts, at, orientation = [content[:8]], 8, 1
    size = struct.unpack_from(">II", content, 16)
    for _ in range(_MAX_PARTS):
        (length,) = struct.unpack_from(">I", content, at)
        name, end = content[at + 4 : at + 8], at + 12 + length
        if name in _PNG_PIXELS:
            parts.append(content[at:end])
        elif name == b"eXIf":
            orientation = _orientation(content[at + 8 : end - 4])
        if name == b"IEND" or end >= len(content):  # where it is cut short, the decoder says so
            return Stripped("PNG", b"".join(parts), size, orientation, 4)
        at = end
    raise _too_many("chunks")


def _jpeg(content: bytes) -> Stripped:
    """ITU-T T.81, annex B: segments of marker, length, data; a scan's pixels follow its segment."""
    parts, at, orientation, scans = [content[:2]], 2, 1, 0
    size, components, buffered = (0, 0), 0, False
    for _ in range(_MAX_PARTS):
        at = content.find(b"\xff", at)  # what stands between segments means nothing
        if at < 0 or scans > _MAX_SCANS:
            break
        marker = content[at + 1] if at + 1 < len(content) else 0xFF
        if marker in _ALONE:
            at += 1
            continue
        if marker == 0xD9:
            parts.append(b"\xff\xd9")
            break
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if marker == 0xE1 and content.startswith(_EXIF, at + 4):
            orientation = _orientation(content[at + 10 : end])
        elif marker == 0xDA:
            scans += 1
            buffered |= content[at + 4] < components  # libjpeg then keeps all coefficients until the last scan
            found = _END_OF_SCAN.search(content, end)
            end = found.start() if found else len(content)
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width, components = struct.unpack_from(">HHB", content, at + 5)
            size, buffered = (width, height), marker not in (0xC0, 0xC1)
        if not (0xE0 <= marker <= 0xEF or marker == 0xFE) or _tells_colours(content, at):
            parts.append(content[at:end])
        at = end
    else:
        raise _too_many("segments")
    if scans > _MAX_SCANS:
        raise _too_many("scans")
    memory = 4 + (2 * components if buffered else 0)
    return Stripped("JPEG", b"".join(parts), size, orientation, memory, max(1, scans), shrinks=not buffered)


def _tells_colours(content: bytes, at: int) -> bool:
    """Say whether the segment at `at` is one of the two, both short, by which a JPEG says how its colours are meant."""
    return content.startswith((b"\xff\xe0\0\x10JFIF\0", b"\xff\xee\0\x0eAdobe"), at)


def _gif(content: bytes) -> Stripped:
    """GIF89a Specification: a screen, then blocks; the first image ends what is needed."""
    width, height, flags = struct.unpack_from("<HHB", content, 6)
    at = 13 + _palette(flags)
    parts, control = [content[:at]], b""
    blocks = 0
    while blocks < _MAX_BLOCKS:
        kind = content[at]
        if kind == 0x2C:
            left, top, across, down, flags = struct.unpack_from("<HHHHB", content, at + 1)
            end, _ = _skip_blocks(content, at + 11 + _palette(flags), blocks)
            size = max(width, left + across), max(height, top + down)
            return Stripped("GIF", b"".join([*parts, control, content[at:end], b";"]), size, 1, 5)
        if kind != 0x21:
            raise ValueError("the picture is broken: a GIF without an image")
        end, blocks = _skip_blocks(content, at + 2, blocks)
        if content[at + 1] == 0xF9:
            control = content[at:end]
        at = end
    raise _too_many("blocks")


def _palette(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _skip_blocks(content: bytes, at: int, blocks: int) -> tuple[int, int]:
    """Return where a row of length-prefixed blocks ends, and the count of blocks with them."""
    while length := content[at]:
        at += 1 + length
        blocks += 1
        if blocks > _MAX_BLOCKS:
            raise _too_many("blocks")
    return at + 1, blocks + 1


def _webp(content: bytes) -> Stripped | None:
    """RFC 9649: a RIFF file of chunks of name, length, data."""
    if content[8:12] != b"WEBP":
        return None
    parts, at, orientation, sizes = [], 12, 1, [(0, 0)]
    for _ in range(_MAX_PARTS):
        name, length = content[at : at + 4], struct.unpack_from("<I", content, at + 4)[0]
        end = at + 8 + length + length % 2
        data = content[at + 8 : at + 8 + length]
        if name == b"EXIF":
            orientation = _orientation(data.removeprefix(_EXIF))
        elif name == b"VP8X":  # without the flags that promise a profile, EXIF and XMP
            sizes.append((1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little")))
            parts.append(content[at : at + 8] + bytes([data[0] & ~0x2C]) + content[at + 9 : end])
        elif name in _WEBP_PIXELS or (name == b"ANMF" and not any(part[:4] == b"ANMF" for part in parts)):
            parts.append(content[at:end])
        if name == b"VP8 ":
            sizes.append((struct.unpack_from("<H", data, 6)[0] & 0x3FFF, struct.unpack_from("<H", data, 8)[0] & 0x3FFF))
        elif name == b"VP8L":
            bits = int.from_bytes(data[1:5], "little")
            sizes.append((1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)))
        at = end
        if at + 8 > len(content):
            body = b"".join([b"WEBP", *parts])
            content = b"RIFF" + struct.pack("<I", len(body)) + body
            size = max(width for width, _ in sizes), max(height for _, height in sizes)
            return Stripped("WEBP", content, size, orientation, 16)
    raise _too_many("chunks")


def _orientation(exif: bytes) -> int:
    """Return the one thing that is needed of EXIF: how the camera was held, 1 to 8."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    try:
        if order:
            (first,) = struct.unpack_from(f"{order}I", exif, 4)
            (count,) = struct.unpack_from(f"{order}H", exif, first)
            for entry in range(first + 2, first + 2 + 12 * min(count, _MAX_TAGS), 12):
                tag, _, _, value = struct.unpack_from(f"{order}HHIH", exif, entry)
                if tag == 0x0112:
                    return value if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def _tiff(content: bytes) -> None:
    """Bound the tags of a TIFF, whose data Pillow copies one by one (TIFF 6.0, section 2). It is not stripped."""
    order = "<" if content[:2] == b"II" else ">"
    (first,) = struct.unpack_from(f"{order}I", content, 4)
    (count,) = struct.unpack_from(f"{order}H", content, first)
    copied = 0
    for entry in range(first + 2, first + 2 + 12 * count, 12):
        _, kind, items = struct.unpack_from(f"{order}HHI", content, entry)
        copied += items * _TIFF_BYTES.get(kind, 8)
    if count > _MAX_TAGS or copied > _MAX_TAG_BYTES:
        raise _too_many("tags")


def _unusual_tiff(content: bytes) -> None:
    raise ValueError("the picture is a BigTIFF, or its first bytes are wrong; save it as TIFF or PNG")


_READERS: tuple[tuple[bytes, Callable[[bytes], Stripped | None]], ...] = (
    (b"\x89PNG\r\n\x1a\n", _png),
    (b"\xff\xd8\xff", _jpeg),
    (b"GIF87a", _gif),
    (b"GIF89a", _gif),
    (b"RIFF", _webp),
    (b"II*\0", _tiff),
    (b"MM\0*", _tiff),
    *((start, _unusual_tiff) for start in (b"II\0*", b"MM*\0", b"II+\0", b"MM\0+")),
)
