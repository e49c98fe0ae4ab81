"""Pictures as residents send them, and as those who mean harm would."""

import random
import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms

PLACE = b"GPSLatitude-30.5728"
SECRET = b"SECRET-OF-THE-PHONE"


def encoded(picture: Image.Image, sort: str = "JPEG", **options: Any) -> bytes:
    written = BytesIO()
    picture.save(written, sort, **options)
    return written.getvalue()


def scene(width: int = 40, height: int = 20) -> Image.Image:
    """A picture of which one can tell how it was turned: red at the top left, blue elsewhere."""
    picture = Image.new("RGB", (width, height), (0, 0, 255))
    picture.paste((255, 0, 0), (0, 0, width // 2, height // 2))
    return picture


def told_by_the_phone(orientation: int = 1) -> Image.Exif:
    """What a phone writes beside the picture: where, by which device, and which way up."""
    exif = Image.Exif()
    exif[0x0110] = SECRET.decode()
    exif[0x0112] = orientation
    exif.get_ifd(0x8769)[0x9286] = SECRET
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 34.0, 22.0), 29: PLACE.decode()})
    return exif


def loaded(sort: str) -> bytes:
    """A picture with everything that can hide in it: EXIF with a place, XMP, colour profile, comment, what follows."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + SECRET
    options: dict[str, Any] = {"exif": told_by_the_phone(), "icc_profile": profile}
    if sort == "JPEG":
        options |= {"comment": SECRET, "xmp": b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"}
    elif sort == "WEBP":
        options["xmp"] = b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"
    picture = encoded(scene(), sort, **options)
    if sort == "PNG":
        picture = picture[:33] + chunk(b"tEXt", b"Comment\0" + SECRET) + picture[33:]
    return picture + SECRET


def chunk(name: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def promised(width: int, height: int, unfolded: int | None = None) -> bytes:
    """A small PNG that says it is `width` × `height` pixels, and unfolds to as many, or to `unfolded` rows of them."""
    rows = zlib.compressobj(9)
    line, lines = bytes(1 + -(-width // 8)), height if unfolded is None else unfolded
    folded = b"".join(rows.compress(line * 1000) for _ in range(lines // 1000))
    folded += rows.compress(line * (lines % 1000)) + rows.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", folded) + chunk(b"IEND", b"")


def moving(sort: str) -> bytes:
    return encoded(scene(), sort, save_all=True, append_images=[Image.new("RGB", (40, 20))], duration=100)


def disguised() -> dict[str, bytes]:
    """Files that are no photo, each with the reason for which it is refused."""
    photo = encoded(scene())
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    page = b"<!doctype html><script>alert(1)</script>"
    return {
        "sort svg": svg,
        "sort html": page,
        "sort pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        "sort gif": encoded(scene().convert("P"), "GIF"),
        "sort tiff": encoded(scene(), "TIFF"),
        "sort bmp": encoded(scene(), "BMP"),
        "sort html before a photo": page + photo,
        "sort heic": b"\x00\x00\x00\x18ftypheic" + bytes(40),
        "broken nothing": b"",
        "broken three bytes": b"\xff\xd8\xff",
        "broken svg behind a head": b"\xff\xd8\xff\xe0" + svg,
        "broken gif in a png's head": b"\x89PNG\r\n\x1a\n" + encoded(scene().convert("P"), "GIF"),
        "broken cut off": encoded(Image.effect_noise((300, 300), 90).convert("RGB"))[:-9000],
        "broken cut off png": encoded(Image.effect_noise((300, 300), 90), "PNG")[:-9000],
        "broken cut off webp": encoded(Image.effect_noise((300, 300), 90).convert("RGB"), "WEBP")[:-9000],
        "broken webp without a picture": b"RIFF\x04\x00\x00\x00WEBP",
        "pixels four hundred million": promised(20_000, 20_000),
        "pixels hundred and forty-four million": promised(12_000, 12_000),
        "pixels thirty million": promised(6_000, 5_000),
        "pixels as many as a head can promise": promised(2**31 - 1, 2**31 - 1, unfolded=0),
        "moving png": moving("PNG"),
        "moving webp": moving("WEBP"),
    }


def seen(photo: bytes) -> Image.Image:
    """Open what came out, which has to be a JPEG."""
    with Image.open(BytesIO(photo), formats=["JPEG"]) as picture:
        picture.load()
        return picture


def parts(*fields: tuple[bytes, bytes]) -> bytes:
    """A form as bytes: of each part what stands after `form-data`, and its content."""
    each = (b"--edge\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % field for field in fields)
    return b"".join(each) + b"--edge--\r\n"


def damaged(chance: random.Random, photo: bytes) -> bytes:
    """Return the photo with a few bytes changed, taken out, put in or doubled, mostly near its head."""
    found = bytearray(photo)
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(min(len(found), chance.choice((64, 512, 10**6))))
        match chance.randrange(4):
            case 0:
                found[place] = chance.randrange(256)
            case 1:
                found[place : place + 4] = chance.choice((b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff"))
            case 2:
                del found[place : place + chance.randint(1, 40)]
            case _:
                found[place:place] = found[place : place + chance.randint(1, 40)]
        found = found or bytearray(b"\xff")
    return bytes(found)
