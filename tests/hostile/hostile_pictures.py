"""Pictures that nobody sends by accident: `PICTURES` makes each by name, small enough for the pages to take them."""

import io
import random
import struct
import zlib
from collections.abc import Callable

from PIL import Image

MEGABYTE = 2**20
PNG_START = b"\x89PNG\r\n\x1a\n"


def saved(image: Image.Image, kind: str, **options) -> bytes:
    """Return a file of the picture."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def header(width: int, height: int, bits: int = 8, colours: int = 0, interlaced: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colours, 0, 0, interlaced))


def png(width: int, height: int, *, bits: int = 8, colours: int = 0, before: bytes = b"", after: bytes = b"") -> bytes:
    """Return a black PNG with chunks before and after its pixels."""
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colours]
    row = bytes(1 + (width * bits * channels + 7) // 8)
    packer = zlib.compressobj(1)
    pieces = [packer.compress(row * min(4096, height - y)) for y in range(0, height, 4096)]
    pixels = chunk(b"IDAT", b"".join([*pieces, packer.flush()]))
    return b"".join([PNG_START, header(width, height, bits, colours), before, pixels, after, chunk(b"IEND", b"")])


def tags(count: int, size: int, *, order: str = "<", tail: int = 0) -> bytes:
    """Return EXIF data of that many tags which all point at the same `size` bytes."""
    start = b"II*\0" if order == "<" else b"MM\0*"
    data = 8 + 2 + 12 * count + 4
    entries = b"".join(struct.pack(f"{order}HHII", 0xC000 + i % 0x3FFF, 7, size, data) for i in range(count))
    return start + struct.pack(f"{order}IH", 8, count) + entries + bytes(4) + bytes(tail or size)


def jpeg(**options) -> bytes:
    return saved(Image.linear_gradient("L").convert("RGB"), "JPEG", **options)


def segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def scans(side: int, count: int) -> bytes:
    """Return a progressive JPEG that goes over its pixels again and again."""
    plain = saved(Image.new("L", (side, side), 128), "JPEG", progressive=True)
    last = plain.rindex(b"\xff\xda")
    return plain[:last] + plain[last:-2] * count + plain[-2:]


def gif(extensions: bytes = b"", size: tuple[int, int] = (9, 9)) -> bytes:
    plain = saved(Image.new("P", (9, 9)), "GIF")
    start = plain.index(b"\x2c")
    return plain[:6] + struct.pack("<HH", *size) + plain[10:start] + extensions + plain[start:]


def comment(block: int, count: int) -> bytes:
    """Return a GIF comment of that many blocks."""
    return b"\x21\xfe" + (bytes([block]) + b"a" * block) * count + b"\0"


def riff(*parts: tuple[bytes, bytes]) -> bytes:
    body = b"WEBP" + b"".join(name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2) for name, data in parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def webp_chunks(content: bytes) -> dict[bytes, bytes]:
    parts, at = {}, 12
    while at < len(content):
        length = struct.unpack_from("<I", content, at + 4)[0]
        parts[content[at : at + 4]] = content[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
    return parts


def vp8x(flags: int, width: int, height: int) -> bytes:
    return struct.pack("<I", flags) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")


def tiff(count: int, size: int) -> bytes:
    """Return a TIFF of 64 x 64 whose further tags all point at the same `size` bytes."""
    plain = saved(Image.new("L", (64, 64), 255), "TIFF")
    first = struct.unpack_from("<I", plain, 4)[0]
    own = struct.unpack_from("<H", plain, first)[0]
    entries = plain[first + 2 : first + 2 + 12 * own]
    at = len(plain) + 2 + 12 * (own + count) + 4
    extra = b"".join(struct.pack("<HHII", 0xC000 + i % 0x3FFF, 7, size, at) for i in range(count))
    directory = struct.pack("<H", own + count) + entries + extra + bytes(4)
    return plain[:4] + struct.pack("<I", len(plain)) + plain[8:] + directory + bytes(size)


def cut(content: bytes, share: float) -> bytes:
    return content[: int(len(content) * share)]


def flipped(content: bytes, seed: int, count: int = 20) -> bytes:
    """Return the file with some bytes changed."""
    changed, draw = bytearray(content), random.Random(seed)
    for _ in range(count):
        changed[draw.randrange(12, len(changed))] = draw.randrange(256)
    return bytes(changed)


def flat(width: int, height: int, mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (width, height), "white" if mode != "CMYK" else 0)


def animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (40, 40), (i, i, 255 - i)) for i in range(60)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:])


def _web(**extra: bytes) -> bytes:
    plain = webp_chunks(saved(flat(64, 64), "WEBP", lossless=True))
    return riff((b"VP8X", vp8x(0x2C, 64, 64)), *plain.items(), *((k.encode(), v) for k, v in extra.items()))


PICTURES: dict[str, Callable[[], bytes]] = {
    # metadata that stands for gigabytes
    "png with 10,000 EXIF tags on one megabyte": lambda: png(64, 64, before=chunk(b"eXIf", tags(10_000, MEGABYTE))),
    "png with 10,000 EXIF tags behind its pixels": lambda: png(64, 64, after=chunk(b"eXIf", tags(10_000, MEGABYTE))),
    "png with 65,535 EXIF tags": lambda: png(64, 64, before=chunk(b"eXIf", tags(65_535, MEGABYTE, order=">"))),
    "png with EXIF that promises more than it holds": lambda: png(64, 64, before=chunk(b"eXIf", tags(9, 2**31, tail=9))),
    "png with EXIF whose directory points at itself": lambda: png(9, 9, before=chunk(b"eXIf", b"II*\0\0\0\0\0\x08\0")),
    "png with EXIF in hexadecimal": lambda: png(
        64, 64, before=chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(tags(5000, 60_000).hex().encode()))
    ),
    "png with 60 MB of zipped text": lambda: png(64, 64, before=chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(60 << 20)))),
    "png with 60 MB of zipped profile": lambda: png(
        64, 64, before=chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(60 << 20)))
    ),
    "png with 15,000 texts": lambda: png(64, 64, before=chunk(b"tEXt", b"key\0value") * 15_000),
    "png with 300,000 empty chunks": lambda: png(64, 64, before=chunk(b"noNe", b"") * 300_000),
    "png with 300,000 empty pixel chunks": lambda: png(64, 64, before=chunk(b"IDAT", b"") * 300_000),
    "png with 16 MB behind its end": lambda: png(64, 64) + bytes(15 << 20),
    "png with an XMP orientation of many megabytes": lambda: png(
        64, 64, before=chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + b"<tiff:Orientation>" * 200_000)
    ),
    "jpeg with 5,000 EXIF tags on one block": lambda: jpeg(exif=b"Exif\0\0" + tags(5000, 64, tail=64)),
    "jpeg with EXIF tags on 60 kB": lambda: jpeg(exif=b"Exif\0\0" + tags(400, 60_000)),
    "jpeg with a multi-picture index of 60 kB tags": lambda: (
        jpeg()[:2] + segment(0xE2, b"MPF\0" + tags(400, 60_000)) + jpeg()[2:]
    ),
    "jpeg with 3,000 comments": lambda: jpeg()[:2] + segment(0xFE, b"a" * 5000) * 3000 + jpeg()[2:],
    "jpeg with 1,000,000 empty segments": lambda: jpeg()[:2] + segment(0xE5, b"") * 1_000_000 + jpeg()[2:],
    "jpeg with 200 profiles": lambda: jpeg()[:2] + segment(0xE2, b"ICC_PROFILE\0\1\1" + bytes(65_000)) * 200 + jpeg()[2:],
    "jpeg with a broken Photoshop block": lambda: (
        jpeg()[:2] + segment(0xED, b"Photoshop 3.0\0" + b"8BIM\4\4\0\0\xff\xff\xff\xff") + jpeg()[2:]
    ),
    "tiff with 120 tags on ten megabytes": lambda: tiff(120, 10 * MEGABYTE),
    "tiff with 60,000 tags": lambda: tiff(60_000, 64),
    "tiff that promises two gigabytes": lambda: _promised_tiff(),
    "tiff with big offsets": lambda: b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0" + bytes(64),
    "tiff whose directory points at itself": lambda: b"II*\0\x08\0\0\0\0\0\x08\0\0\0",
    "webp with 10,000 EXIF tags": lambda: _web(EXIF=tags(10_000, MEGABYTE)),
    "webp with 10 MB of XMP": lambda: _web(**{"XMP ": b"<" * (10 << 20)}),
    "webp with 100,000 unknown chunks": lambda: (
        (plain := saved(flat(9, 9), "WEBP"))[:4] + struct.pack("<I", len(plain) + 800_000) + plain[8:] + b"none\0\0\0\0" * 100_000
    ),
    # time without end
    "jpeg of 7,000 scans": lambda: scans(512, 7000),
    "jpeg of 90 scans over 16 megapixels": lambda: scans(4000, 90),
    "gif with one comment of 15 MB": lambda: gif(comment(255, 60_000)),
    "gif with 2 million comment blocks of a byte": lambda: gif(comment(1, 2_000_000)),
    "gif with 1 million empty comments": lambda: gif(comment(1, 0) * 1_000_000),
    "gif with 100,000 controls": lambda: gif(b"\x21\xf9\x04\0\0\0\0\0" * 100_000),
    "gif that never ends": lambda: gif()[:-20] + b"\xff" * 100_000,
    "gif with 60 frames": lambda: animated("GIF"),
    "png with 60 frames": lambda: animated("PNG"),
    "webp with 60 frames": lambda: animated("WEBP"),
    "avif of 12 megapixels": lambda: saved(flat(4000, 3000), "AVIF", speed=10),
    # pixels that stand for gigabytes
    "png of 1 x 30,000,000": lambda: png(1, 30_000_000, bits=1),
    "png of 30,000,000 x 1": lambda: png(30_000_000, 1, bits=1),
    "png of 65,535 x 760": lambda: png(65_535, 760, bits=1),
    "png of 13,000 x 13,000": lambda: png(13_000, 13_000, bits=1),
    "png of 7,000 x 7,000 with alpha": lambda: png(7000, 7000, colours=6),
    "png of 7,000 x 7,000 in 16 bits": lambda: png(7000, 7000, bits=16, colours=6),
    "png of 4 billion a side": lambda: PNG_START + header(2**32 - 1, 2**32 - 1) + chunk(b"IEND", b""),
    "png of 2 billion a side": lambda: PNG_START + header(2**31 - 1, 2**31 - 1) + chunk(b"IEND", b""),
    "png of no pixels": lambda: PNG_START + header(0, 0) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b""),
    "png of 99 bits": lambda: PNG_START + header(9, 9, 99) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b""),
    "png of colour type 77": lambda: PNG_START + header(9, 9, 8, 77) + chunk(b"IEND", b""),
    "png whose pixels inflate to a gigabyte": lambda: (
        PNG_START + header(64, 64) + chunk(b"IDAT", _zeros(2**30)) + chunk(b"IEND", b"")
    ),
    "png with a chunk of 4 GB": lambda: PNG_START + header(9, 9) + b"\xff\xff\xff\xffIDAT" + bytes(99),
    "png without pixels": lambda: PNG_START + header(9, 9) + chunk(b"IEND", b""),
    "png with two headers": lambda: png(9, 9, before=header(7000, 7000, 8, 6)),
    "png with its header twice as large behind": lambda: png(9, 9, after=header(60_000, 60_000)),
    "png with a wrong checksum": lambda: png(9, 9)[:-20] + bytes(4) + png(9, 9)[-16:],
    "png with a palette of 9,999 colours": lambda: png(9, 9, before=chunk(b"PLTE", bytes(29_997))),
    "png with transparency of 9,999 entries": lambda: png(9, 9, before=chunk(b"tRNS", bytes(9999))),
    "webp of 16383 x 1900": lambda: saved(flat(16_383, 1900), "WEBP", lossless=True),
    "webp of 16383 x 16383": lambda: riff((b"VP8X", vp8x(0, 16_383, 16_383)), (b"VP8L", b"\x2f\xfe\xff\xff\x0f" + bytes(20))),
    "webp with a canvas of 16 million a side": lambda: riff((b"VP8X", vp8x(2, 2**24, 2**24)), (b"ANIM", bytes(6))),
    "webp with a canvas larger than its picture": lambda: riff(
        (b"VP8X", vp8x(0, 7000, 7000)), *webp_chunks(saved(flat(9, 9), "WEBP")).items()
    ),
    "webp of nothing": lambda: riff(),
    "webp with an empty picture": lambda: riff((b"VP8 ", b"")),
    "webp with a chunk of 4 GB": lambda: b"RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff" + bytes(99),
    "a RIFF file that is sound": lambda: b"RIFF\x24\0\0\0WAVEfmt " + bytes(32),
    "gif of 65535 x 65535": lambda: gif(size=(65_535, 65_535)),
    "gif with an image beyond its screen": lambda: gif(size=(1, 1)),
    "gif of no pixels": lambda: b"GIF89a\0\0\0\0\0\0\0\x2c\0\0\0\0\0\0\0\0\0\2\0;",
    "gif without an image": lambda: b"GIF89a\x09\0\x09\0\0\0\0;",
    "jpeg of 65,500 x 760": lambda: saved(flat(65_500, 760), "JPEG"),
    "jpeg of 65,535 a side": lambda: _resized_jpeg(65_535, 65_535),
    "jpeg of no pixels": lambda: _resized_jpeg(0, 0),
    "jpeg with 9 megapixels in its header and few behind": lambda: _resized_jpeg(3000, 3000),
    "jpeg of 48 megapixels, progressive, in full colour": lambda: _resized_jpeg(8064, 6048, progressive=True, subsampling=0),
    "jpeg without tables": lambda: jpeg().replace(b"\xff\xdb", b"\xff\xef"),
    "jpeg without a frame": lambda: jpeg().replace(b"\xff\xc0", b"\xff\xef"),
    "jpeg with 255 components": lambda: _many_components(),
    "jpeg of markers alone": lambda: b"\xff\xd8" + b"\xff" * 200_000,
    "jpeg of restarts alone": lambda: b"\xff\xd8" + b"\xff\xd0" * 200_000,
    "jpeg in arithmetic coding": lambda: jpeg().replace(b"\xff\xc0", b"\xff\xc9"),
    "jpeg without loss": lambda: jpeg().replace(b"\xff\xc0", b"\xff\xc3"),
    "bmp of 2 billion a side": lambda: _bmp(2**31 - 1, 2**31 - 1),
    "bmp of minus 9 rows": lambda: _bmp(9, -9),
    "bmp of 40,000 a side, packed": lambda: _bmp(40_000, 40_000, packed=1),
    "ppm of a billion": lambda: b"P6 1000000000 1000000000 255\n",
    "ppm with a number of 9,999 digits": lambda: b"P6 " + b"9" * 9999 + b" 1 255\n",
    "ppm in words": lambda: b"P3 9 9 255\n" + b"# " + b"a" * 100_000,
    "plain ppm of 7,000 a side": lambda: b"P1 7000 7000\n" + b"1" * 100_000,
    "ico with 60,000 entries": lambda: b"\0\0\1\0" + struct.pack("<H", 60_000) + bytes(16) * 60_000,
    "ico with a png of 7,000 a side": lambda: _ico(png(7000, 7000, colours=6)),
    "ico with 10,000 EXIF tags": lambda: _ico(png(64, 64, before=chunk(b"eXIf", tags(10_000, MEGABYTE)))),
    "avif of nothing": lambda: b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf" + bytes(64),
    "avif cut short": lambda: cut(saved(flat(64, 64), "AVIF"), 0.6),
    # what is no picture
    "nothing": lambda: b"",
    "a NUL": lambda: b"\0",
    "text": lambda: b"hello",
    "html": lambda: b"<html><script>alert(1)</script>",
    "svg with a script": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "svg that reads a file": lambda: b'<!DOCTYPE s [<!ENTITY e SYSTEM "file:///etc/passwd">]><svg>&e;</svg>',
    "a PostScript program": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run\n",
    "pdf": lambda: b"%PDF-1.4\n%%EOF",
    "a zip": lambda: b"PK\3\4" + bytes(64),
    "a pickle": lambda: b"cos\nsystem\n(S'true'\ntR.",
    "a numpy array": lambda: b"\x93NUMPY\1\0" + bytes(64),
    "psd": lambda: b"8BPS\0\1" + bytes(64),
    "jpeg 2000": lambda: saved(flat(64, 64), "JPEG2000"),
    "a font as pcx": lambda: b"\x0a\x05\x01\x08" + bytes(124),
    "noise": lambda: random.Random(0).randbytes(100_000),
    **{f"{kind} cut at {share:.0%}": (lambda kind=kind, share=share: cut(saved(flat(64, 64), kind), share))
       for kind in ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF") for share in (0.1, 0.5, 0.95)},
    **{f"{kind} with bytes changed, {seed}": (lambda kind=kind, seed=seed: flipped(saved(Image.radial_gradient("L"), kind), seed))
       for kind in ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP") for seed in range(3)},
}  # fmt: skip
"""What a stranger may send, by what it is."""


def _zeros(count: int) -> bytes:
    packer = zlib.compressobj(1)
    return b"".join(packer.compress(bytes(2**22)) for _ in range(count >> 22)) + packer.flush()


def _resized_jpeg(width: int, height: int, **options) -> bytes:
    """Return a small JPEG whose frame says another size."""
    content = bytearray(jpeg(**options))
    frame = content.index(b"\xff\xc2" if options.get("progressive") else b"\xff\xc0")
    content[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(content)


def _many_components() -> bytes:
    content = bytearray(jpeg())
    content[content.index(b"\xff\xc0") + 9] = 255
    return bytes(content)


def _bmp(width: int, height: int, packed: int = 0) -> bytes:
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, packed, 0, 0, 0, 256, 0)
    return b"BM" + struct.pack("<IHHI", 54 + 1024 + 99, 0, 0, 54 + 1024) + info + bytes(1024) + bytes(99)


def _ico(content: bytes) -> bytes:
    return b"\0\0\1\0\1\0" + struct.pack("<BBBBHHII", 64, 64, 0, 0, 1, 32, len(content), 22) + content


def _promised_tiff() -> bytes:
    content = bytearray(tiff(20, 64))
    first = struct.unpack_from("<I", content, 4)[0]
    count = struct.unpack_from("<H", content, first)[0]
    struct.pack_into("<I", content, first + 2 + 12 * (count - 1) + 4, 2**31 - 1)
    return bytes(content)
